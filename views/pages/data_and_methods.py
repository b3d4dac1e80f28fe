"""Data and methods: what went into the build, what did not and why, and how to correct or add to it."""

from pathlib import Path

import streamlit as st

from data.provenance import attribution_lines
from data.settings import settings
from models.data_words import describe_making, describe_methods, describe_reading, list_entries
from models.explain import Explanation
from models.need_words import describe_need
from models.register_in_force import describe_left_out, describe_register, files_left_out
from views import correct_panel, files_panel, look, referrals_panel, session, upload_panel
from views.badges import marking_of
from views.register_session import current_register

SECTIONS = ("Rejected rows", "Reconciliation", "Methods", "Attribution", "Add a file")

build = session.current_build()
report = build.report
invented = session.invented_place(build)
entries = list_entries(report)
folder = Path(report["folder_path"]) if report.get("folder_path") else None
off = upload_panel.why_not_addable(folder, invented is not None)

marking = marking_of(build)
look.show_header("Data and methods", marking)
look.show_overdue(marking)
look.show_explanation(Explanation(describe_reading(report), (describe_making(report),)))
register = current_register()
if left_out := files_left_out(build.places, report, {source.sha256 for source in register.sources()}):
    st.info(look.plain(describe_left_out(left_out)), icon=":material/playlist_add:")
section = st.segmented_control(
    "Section",
    ["Files", *referrals_panel.sections_of(build), *SECTIONS],
    default="Files",
    required=True,
    key="section",
    label_visibility="collapsed",
)
if section == "Files":
    left, right = st.columns([1.32, 1], gap="medium")
    with left:
        chosen = files_panel.show_files(entries)
        files_panel.show_downloads(entries, build)
    with right:
        if chosen is None:
            look.show_note("Choose a file to see why it was taken for what it is, and to correct it.")
        else:
            files_panel.show_file(chosen)
        if chosen is not None and folder is not None and not off:
            correct_panel.show_correction(chosen, folder)
            correct_panel.show_build_again(build, folder)
elif section == "Referrals":
    referrals_panel.show_referrals(build)
elif section == "Release":
    referrals_panel.show_release(build)
elif section == "Rejected rows":
    files_panel.show_rejected(report)
elif section == "Reconciliation":
    files_panel.show_reconciled(report)
elif section == "Methods":
    files_panel.show_lists(
        describe_methods(
            report, describe_register(build.places, register.revision(), settings().stale_months)
        )
        | {"Combined need": describe_need(session.areas_of(build))}
    )
elif section == "Attribution":
    own = attribution_lines(build.places.provenance.values()) if build.places.from_register else []
    files_panel.show_lists({"Please quote": list(dict.fromkeys([*report.get("attribution", []), *own]))})
else:
    upload_panel.show_upload(folder, off)
    if folder is not None and not off:
        correct_panel.show_build_again(build, folder)
