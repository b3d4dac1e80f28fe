"""Add many: a template to fill in, what is wrong row by row, and all of it sent at once or nothing."""

import uuid
from collections.abc import Sequence
from html import escape
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.errors import RegisterError
from data.register.records import Actor
from data.register.store import Register
from data.register.submitting import MOST_SUBMITTED
from geo.builds import Build
from geo.register_locate import directory_of
from models.place_bulk import MOST_BYTES, Bulk, RowFault, read_bulk, submit_all
from models.place_template import make_template
from models.place_words import ward_words
from views import assets_alike, assets_state, assets_told, look, tables
from views.assets_state import Section
from views.markers import MARKERS
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX
from views.upload_panel import forget_uploads

ROUND: Final = "bulk_round"
REFUSED: Final = "bulk_refused"
WIDTH_PX: Final = 900
ROWS_SHOWN: Final = 12
FAULTS_SHOWN: Final = 100
ALIKE_NAMED: Final = 5
CELL: Final = "text-align:left;vertical-align:top;padding:.3rem .6rem;border:1px solid rgba(128,128,128,.4)"


def show_bulk(build: Build, register: Register, actor: Actor) -> None:
    """Show the template, the upload, and what it holds."""
    with st.container(width=WIDTH_PX):
        st.subheader("1\u2002Take the template", anchor=False)
        st.download_button(
            "Download the template",
            make_template,
            "places_template.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
            on_click="ignore",
        )
        look.show_note("A spreadsheet with a row for each place. Name, kind and postcode are all it needs.")
        st.subheader("2\u2002Fill it in, and bring it here", anchor=False)
        upload = st.file_uploader(
            f"Your spreadsheet, XLSX or CSV, with up to {MOST_SUBMITTED} places",
            type=["xlsx", "csv"],
            max_upload_size=MOST_BYTES // 1_000_000,
            key=_key("file"),
        )
        if upload is None:
            _show_refused()
            return
        bulk = _read_once(build, register, actor, upload)
        st.subheader("3\u2002Look at it, and send it", anchor=False)
        for note in bulk.notes:
            look.show_note(note)
        if bulk.faults:
            _show_faults(bulk)
        else:
            _show_ready(register, actor, bulk)


def _key(name: str) -> str:
    """Return a key of this round: after each file that was sent or refused the page begins afresh."""
    return f"bulk {st.session_state.get(ROUND, 0)} {name}"


def _begin_again() -> None:
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _show_refused() -> None:
    """Show why the file before was refused, until another is brought."""
    if REFUSED in st.session_state:
        st.error(look.plain(st.session_state[REFUSED]))


def _read_once(build: Build, register: Register, actor: Actor, upload: UploadedFile) -> Bulk:
    """Read a spreadsheet once; what is none is dropped at once, and the page says why."""
    st.session_state.pop(REFUSED, None)
    held: Bulk | None = st.session_state.get(_key(upload.file_id))
    if held is not None:
        return held
    base_id = st.session_state.setdefault(_key("id"), str(uuid.uuid4()))
    others = assets_alike.known_places(build, register, actor)
    try:
        with st.spinner("Looking at the rows"):
            bulk = read_bulk(
                upload.getvalue(),
                upload.name,
                directory_of(build),
                build,
                base_id,
                actor.organisation_id,
                others,
            )
    except RegisterError as error:
        st.session_state[REFUSED] = assets_told.words_of(error)
        forget_uploads([upload])
        _begin_again()
        st.rerun()
    st.session_state[_key(upload.file_id)] = bulk
    return bulk


def _show_faults(bulk: Bulk) -> None:
    """Show everything that is wrong, by row; nothing of the file is sent meanwhile."""
    count = len(bulk.faults)
    rows = len({fault.row for fault in bulk.faults})
    cells = f"{count:,} {'cell needs' if count == 1 else 'cells need'} another look"
    st.error(
        f"{cells}, in {rows:,} {'row' if rows == 1 else 'rows'}. Nothing has been sent. Put it right in your "
        "spreadsheet, and bring it here again.",
        icon=":material/error:",
    )
    st.html(_write_faults(bulk.faults[:FAULTS_SHOWN]))
    if count > FAULTS_SHOWN:
        look.show_note(f"And {count - FAULTS_SHOWN:,} more.")


def _write_faults(faults: Sequence[RowFault]) -> str:
    """Write faults as a table of HTML, whose cells take as many lines as they need."""
    heads = "".join(
        f'<th scope=col style="{CELL}">{head}</th>' for head in ("Row", "Column", "What is wrong")
    )
    rows = "".join(
        f'<tr><td style="{CELL}">{fault.row}</td><td style="{CELL}">{escape(fault.column)}</td>'
        f'<td style="{CELL}">{escape(" ".join(filter(None, (fault.what, fault.hint))))}</td></tr>'
        for fault in faults
    )
    return (
        f'<table style="border-collapse:collapse;width:100%;{look.SMALL}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _show_ready(register: Register, actor: Actor, bulk: Bulk) -> None:
    """Show the places that would be sent, and the button that sends them all."""
    count = len(bulk.drafts)
    st.success(f"Nothing is wrong: {count:,} {'place' if count == 1 else 'places'} can be sent.")
    if bulk.alike:
        st.warning(look.plain(_say_alike(bulk)), icon=":material/content_copy:")
    _show_table(
        pd.DataFrame(
            {
                "Row": list(bulk.rows),
                "Name": [place.name for place in bulk.drafts],
                "Kind": [MARKERS[place.kind].name for place in bulk.drafts],
                "Where": [f"{place.postcode}, {ward_words(place.ward_name)}" for place in bulk.drafts],
            }
        ),
        "The places that would be sent",
        {"Row": 60, "Name": 320, "Kind": 180},
    )
    label = f"Send all {count:,} to an editor" if count > 1 else "Send it to an editor"
    if st.button(label, type="primary", width="stretch", icon=":material/send:", key=_key("send")):
        _send(register, actor, bulk)


def _say_alike(bulk: Bulk) -> str:
    """Say which rows are probably listed already."""
    named = [f"row {row} ({alike.place.name}: {alike.why})" for row, alike in bulk.alike.items()]
    more = f" and {len(named) - ALIKE_NAMED:,} more" if len(named) > ALIKE_NAMED else ""
    return (
        f"Probably listed already: {'; '.join(named[:ALIKE_NAMED])}{more}. An editor can join two that are "
        "one, but it is better to take them out."
    )


def _show_table(frame: pd.DataFrame, name: str, widths_px: dict[str, int]) -> None:
    st.dataframe(
        tables.to_arrow(frame),
        height=min(len(frame) + 1, ROWS_SHOWN) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
        row_height=ROW_HEIGHT_PX,
        hide_index=True,
        column_config={name: st.column_config.Column(width=px) for name, px in widths_px.items()},
        alt=name,
    )


def _send(register: Register, actor: Actor, bulk: Bulk) -> None:
    """Send every place, or none, and go to where they are followed."""
    try:
        receipts = submit_all(register, actor, bulk)
    except RegisterError as error:
        assets_told.show_refusal(error)
        return
    _begin_again()
    count = len(receipts)
    assets_told.tell(
        f"{count:,} {'place was' if count == 1 else 'places were'} sent. An editor checks them next."
    )
    assets_state.go_to(Section.MINE)
    st.rerun()
