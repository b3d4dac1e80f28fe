def show_bulk(build, register, actor):
    import streamlit as st

    st.write("dev")
