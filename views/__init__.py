"""Faces: the command line, the Streamlit pages and the web routes. Nothing is computed here."""
