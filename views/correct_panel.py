"""Correct a wrong guess: what is said of a file or of its columns, saved to `place.toml`, and build again."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from data.asset_kinds import asset_kinds
from data.errors import AtlasError
from data.indicators import Kind
from data.place_faults import COLUMN_KINDS, POLARITIES
from data.place_settings import (
    ColumnSettings,
    FileSettings,
    PlaceSettings,
    read_place_settings,
    save_column_settings,
    save_file_settings,
)
from data.sources.base import KIND_WORDS, SourceKind
from geo.build_folder import build_folder
from geo.builds import Build
from models.data_words import Entry
from models.demand_columns import with_demand
from views import look

SAVED_KEY: Final = "correction_saved"
AS_RECOGNISED: Final = "As its content says"
KINDS: Final = [kind for kind in SourceKind if kind is not SourceKind.REFERRALS]
"""What a file may be read as. Records of children are told by their content alone."""

COLUMN_KIND_WORDS: Final = {
    Kind.COUNT: "Count: adds up",
    Kind.RATE: "Rate: is averaged",
    Kind.SCORE: "Score: is averaged",
    Kind.OTHER: "Other: shown as it is",
}
POLARITY_WORDS: Final = {
    "high_is_worse": "High is worse",
    "low_is_worse": "Low is worse",
    "neutral": "Neither",
}


def show_correction(entry: Entry, folder: Path) -> None:
    """Show what `place.toml` says of a file, and forms to change it."""
    if SAVED_KEY in st.session_state:
        st.success(look.plain(st.session_state.pop(SAVED_KEY)))
    if not (folder / entry.path).is_file():
        look.show_note("This file is not in the folder any more, so nothing can be corrected.")
        return
    try:
        place = read_place_settings(folder)
    except AtlasError as error:
        show_error(error)
        return
    with st.expander("Correct a wrong guess", icon=":material/edit:", key="correct"):
        look.show_note(say_settings(place.of_file(entry.path)))
        _show_file_form(entry, folder, place.of_file(entry.path))
        _show_columns(entry, folder, place)


def say_settings(said: FileSettings) -> str:
    """Say in words what `place.toml` says of a file.

    Examples
    --------
    >>> say_settings(FileSettings(use=False))
    'place.toml says: leave it out.'
    """
    kind = asset_kinds()[said.asset_kind].plural if said.asset_kind else ""
    words = [
        "" if said.use else "leave it out",
        f"read it as {KIND_WORDS[said.kind]}" if said.kind else "",
        f"its places are {kind}" if kind else "",
        "only while its content stays the same" if said.sha256 else "",
    ]
    told = "; ".join(word for word in words if word)
    return f"place.toml says: {told}." if told else "place.toml says nothing of this file."


def _show_file_form(entry: Entry, folder: Path, said: FileSettings) -> None:
    kinds: list[SourceKind | None] = [None, *KINDS]
    places: list[str | None] = [None, *asset_kinds()]
    key = f"{entry.name} {said}"  # another file, or another setting, starts the form afresh
    with st.form(f"file {key}", border=False):
        kind = st.selectbox(
            "Read it as",
            kinds,
            index=kinds.index(said.kind) if said.kind in kinds else 0,
            format_func=lambda k: AS_RECOGNISED if k is None else _capital(KIND_WORDS[k]),
            key=f"kind {key}",
        )
        asset_kind = st.selectbox(
            "If it holds places, all of them are",
            places,
            index=places.index(said.asset_kind),
            format_func=lambda k: AS_RECOGNISED if k is None else _capital(asset_kinds()[k].plural),
            key=f"asset kind {key}",
        )
        out = st.checkbox("Leave the file out", value=not said.use, key=f"out {key}")
        digest = entry.facts.get("sha256")
        bound = bool(digest) and st.checkbox(
            "Only while its content stays the same", value=said.sha256 is not None, key=f"bound {key}"
        )
        if st.form_submit_button("Save to place.toml", icon=":material/save:"):
            wanted = FileSettings(not out, kind, asset_kind, str(digest) if bound else None)
            _save(lambda: save_file_settings(folder, entry.path, wanted), entry.name)


def _show_columns(entry: Entry, folder: Path, place: PlaceSettings) -> None:
    """Offer the columns that the file itself defines, and those that `place.toml` leaves out."""
    own = {column["id"]: column for column in entry.facts.get("own_columns") or []}
    if not own:
        return
    left_out = [name for name, said in place.columns.items() if not said.use and name not in own]
    labels = {name: column["label"] for name, column in own.items()}
    labels |= {name: f"{name} (left out)" for name in left_out}
    chosen = st.selectbox(
        "Column", list(labels), format_func=lambda name: labels[name], key=f"column of {entry.name}"
    )
    _show_column_form(chosen, own.get(chosen, {}), folder, place.of_column(chosen))


def _show_column_form(column: str, own: Mapping[str, Any], folder: Path, said: ColumnSettings) -> None:
    key = f"{column} {said}"
    with st.form(f"column {key}", border=False):
        texts = {
            name: st.text_input(label, getattr(said, name) or own.get(name, ""), key=f"{name} {key}")
            for name, label in {"label": "Label", "meaning": "Meaning", "unit": "Unit"}.items()
        }
        kind = _choose("What it is", COLUMN_KINDS, said.kind or own.get("kind"), COLUMN_KIND_WORDS, key)
        polarity = _choose(
            "Which way is worse", POLARITIES, said.polarity or own.get("polarity"), POLARITY_WORDS, key
        )
        out = st.checkbox("Leave the column out", value=not said.use, key=f"out {key}")
        if st.form_submit_button("Save the column to place.toml", icon=":material/save:"):
            wanted = column_settings(own, said, texts, kind, polarity, use=not out)
            _save(lambda: save_column_settings(folder, column, wanted), column)


def column_settings(
    own: Mapping[str, Any],
    said: ColumnSettings,
    texts: Mapping[str, str],
    kind: str,
    polarity: str,
    use: bool,
) -> ColumnSettings:
    """Return what is to be saved: what was said before, and what differs from the column as it is."""
    entered = {**{name: text.strip() for name, text in texts.items()}, "kind": kind, "polarity": polarity}
    kept = {
        name: value
        for name, value in entered.items()
        if value and (getattr(said, name) is not None or value != own.get(name))
    }
    if "kind" in kept:
        kept["kind"] = Kind(kept["kind"])
    return ColumnSettings(**kept, use=use)  # type: ignore[arg-type]


def _choose(
    label: str, options: Sequence[str], current: str | None, words: Mapping[Any, str], key: str
) -> str:
    index = list(options).index(current) if current and current in options else len(options) - 1
    return st.selectbox(label, options, index=index, format_func=lambda o: words[o], key=f"{label} {key}")


def _save(save: Callable[[], None], name: str) -> None:
    try:
        save()
    except AtlasError as error:
        show_error(error)
        return
    st.session_state[SAVED_KEY] = f"Saved what place.toml says of {name}. Build again to use it."
    st.rerun()


def show_build_again(build: Build, folder: Path) -> None:
    """Offer to build again; what is there stays until the new build is whole, or when it fails."""
    look.show_note(
        "A new build replaces this one for everyone once it is whole; if it fails, this one stays."
    )
    if not st.button("Build again", icon=":material/refresh:"):
        return
    bar = st.progress(0.0, "Starting")

    def tell(doing: str, done: int, total: int) -> None:
        bar.progress(done / max(total, 1), look.plain(doing))

    asked = build.report.get("asked") or {}
    try:
        build_folder(
            folder,
            build.path,
            council=asked.get("council"),
            vintage=asked.get("vintage"),
            progress=tell,
            derive=with_demand,
        )
    except AtlasError as error:
        bar.empty()
        show_error(error)
        return
    st.rerun()


def show_error(error: AtlasError) -> None:
    """Show what is wrong and what to do about it."""
    st.error(look.plain(error.message))
    if error.hint:
        look.show_note(error.hint)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
