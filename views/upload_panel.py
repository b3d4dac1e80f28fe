"""Add a file: it is recognised in front of the reader before anything is done with it."""

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.codes import CODE_TYPES
from data.settings import settings
from data.sources.base import KIND_WORDS, Source, readable
from data.uploads import Recognised, add_to_folder, recognise_upload
from geo.report import count_kinds
from views import look

ROUND_KEY: Final = "uploads_round"
DROPPED_KEY: Final = "uploads_dropped"

# Starlette writes an upload above 1 MB to a temporary file; ours stay in memory until they are looked at.
MultiPartParser.spool_max_size = settings().max_file_mb * 1_000_000


def why_not_addable(folder: Path | None, invented: bool) -> str:
    """Say why nothing can be added to the folder of the build; an empty text where it can."""
    if invented:
        return "This is the demonstration borough: its folder is part of the tool, so nothing is added to it."
    if folder is None:
        return "This build does not say which folder it was made from. Build again with: atlas build FOLDER"
    if not folder.is_dir():
        return f"The folder {readable(str(folder))} is not there any more."
    if not os.access(folder, os.W_OK):
        return f"The folder {readable(str(folder))} cannot be written by the app."
    return ""


def show_upload(folder: Path | None, off: str) -> None:
    """Show the upload, what each file is, and a button to add it.

    Parameters
    ----------
    folder
        The folder of the build, if it is known.
    off
        Why nothing can be added; an empty text where it can.
    """
    look.show_note(
        "A file is recognised before it is used, and nothing is kept until you add it. Everyone who can open "
        "this app can add files to the folder of this build; it runs on one computer and has no sign-in."
    )
    uploads = st.file_uploader(
        "Files to look at (tables, workbooks, layers of shapes; a shapefile as one zip)",
        accept_multiple_files=True,
        max_upload_size=settings().max_file_mb,
        key=f"uploads {st.session_state.get(ROUND_KEY, 0)}",
    )
    found = [(upload, _recognised_once(upload)) for upload in uploads]
    if any(each.child_level for _, each in found):
        st.session_state[DROPPED_KEY] = [each for _, each in found if each.child_level]
        _drop(uploads)
        st.rerun()
    for dropped in st.session_state.get(DROPPED_KEY, []) if not uploads else []:
        st.error(look.plain(f"{dropped.name}: {dropped.refused}"))
        look.show_note(f"{dropped.hint} Files that were chosen together with it have to be chosen again.")
    for upload, each in found:
        _show_one(upload, each, folder, off)
    if off:
        st.info(look.plain(f"{off} A file can still be looked at."), icon=":material/lock:")


def _show_one(upload: UploadedFile, found: Recognised, folder: Path | None, off: str) -> None:
    with st.container(border=True):
        title = escape(found.name)
        st.html(f'<div style="font-weight:600;overflow-wrap:anywhere">{title}</div>')
        if found.refused:
            st.error(look.plain(found.refused))
            look.show_note(found.hint)
            return
        for source in found.sources:
            look.show_pairs(readable(source.part or "It is"), describe(source))
        for left in found.unplaced:
            look.show_pairs("Not recognised", {"Reason": left.reason, "What to do": left.hint})
        if folder is not None and not off:
            _show_adding(upload, folder)


def _recognised_once(upload: UploadedFile) -> Recognised:
    """Recognise an upload once a visit."""
    known: dict[str, Recognised] = st.session_state.setdefault("recognised", {})
    if upload.file_id not in known:
        with st.spinner("Looking at the file"):
            known[upload.file_id] = recognise_upload(upload.name, upload.getvalue())
    return known[upload.file_id]


def forget_uploads(uploads: Sequence[UploadedFile]) -> None:
    """Take uploads out of memory."""
    context = get_script_run_ctx()
    for upload in uploads:
        upload.close()
    if context is not None:
        context.uploaded_file_mgr.remove_session_files(context.session_id)


def _drop(uploads: Sequence[UploadedFile]) -> None:
    """Take uploads out of memory, and the file chooser back to its beginning."""
    forget_uploads(uploads)
    st.session_state[ROUND_KEY] = st.session_state.get(ROUND_KEY, 0) + 1


def describe(source: Source) -> dict[str, str]:
    """Return what an uploaded file was recognised as, under labels."""
    by_area = f" of {CODE_TYPES[source.area_kind].plural}" if source.area_kind else ""
    said = {
        "Taken for": f"{KIND_WORDS[source.kind]}{by_area}",
        "Told by": source.why,
        "Vintage": source.declared or source.edition,
        "Publisher": source.publisher,
        "Kinds of place": ", ".join(f"{kind} {n:,}" for kind, n in count_kinds(source).items()),
        "Rows": f"{source.rows:,}, {len(source.rejected):,} rejected" if source.rows else "",
        "Noticed": "; ".join(source.notes),
    }
    return {label: value for label, value in said.items() if value}


def _show_adding(upload: UploadedFile, folder: Path) -> None:
    added: dict[str, str] = st.session_state.setdefault("added", {})
    if upload.file_id in added:
        st.success(look.plain(f"Added as {added[upload.file_id]}. Build again to use it."))
        return
    if st.button("Add it to the folder", key=f"add {upload.file_id}", icon=":material/add:"):
        try:
            added[upload.file_id] = add_to_folder(folder, upload.name, upload.getvalue()).name
        except OSError as error:
            st.error(look.plain(f"It could not be added: {error.strerror or error}."))
            return
        st.rerun()
