"""The rows of a file of places made ready for the register: placed, screened, and told from its places."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from data.asset_kinds import CHARITY, asset_kinds
from data.postcode_text import canonical, squeeze
from data.postcodes import PostcodeDirectory
from data.register.open_referral_terms import service_id_of
from data.register.records import Place, Service, Source, State
from data.register.screen import screen_import
from data.sources.base import AssetSource
from geo.area_table import CRS
from geo.builds import Build
from geo.duplicates import find_duplicates
from geo.place_tallies import WHY_NOT_PLACED
from geo.places import (
    SESSIONS,
    by_preference,
    find_areas,
    find_near,
    gather_rows,
    label_files,
    locate_rows,
)
from geo.register_counts import Rejected, Sorted
from geo.register_editions import edition_key, name_keys, place_id
from geo.register_known import Known, hidden_key
from geo.register_locate import buffer_of, council_names

SET_ASIDE: Final = {
    CHARITY: "a charity's contact postcode is often somebody's home, so it is no place",
}
UNTOLD_REASON: Final = "the file does not say what kind of place it is: say so with --kind"
RETIRED: Final = "it was retired or rejected in the register"
_OWN: Final = ("detail", "address", "postcode")
_CLOSED: Final = frozenset({State.RETIRED, State.REJECTED})


def prepare_rows(sources: Sequence[AssetSource], directory: PostcodeDirectory, build: Build) -> pd.DataFrame:
    """Place every row that a reader could use or has withheld, and say why a row cannot be used.

    Returns
    -------
    pandas.DataFrame
        What `gather_rows` gives, and `ward_code, ward_name`, `held` ("" or the reader's reason) and `reason`
        ("" where the row can be used).
    """
    labelled = label_files(sources)
    whole = {label: _with_withheld(source) for label, source in labelled.items()}
    rows = gather_rows(whole).assign(fate="used", held="")
    for label, source in labelled.items():
        if source.withheld is not None and len(source.withheld):
            mine = rows["file"] == label
            reasons = source.withheld["reason"].set_axis(source.withheld.index + 1)
            rows.loc[mine, "held"] = rows.loc[mine, "row"].map(reasons).fillna("").astype(str)
    aside = ~rows["kind"].isin(list(asset_kinds()))
    rows["reason"] = rows["kind"].map(SET_ASIDE).fillna(UNTOLD_REASON).where(aside, "").astype(str)
    rows.loc[aside, "fate"] = "set_aside"
    locate_rows(rows, directory)
    lost = rows["fate"] == "rejected"
    why = {found.value: words for found, words in WHY_NOT_PLACED.items()}
    rows.loc[lost, "reason"] = rows.loc[lost, "found"].map(why).astype(str)
    return _find_wards(rows, build)


def _with_withheld(source: AssetSource) -> AssetSource:
    if source.withheld is None or source.withheld.empty:
        return source
    both = pd.concat([source.frame, source.withheld.drop(columns="reason")]).sort_index()
    return replace(source, frame=both)


def _find_wards(rows: pd.DataFrame, build: Build) -> pd.DataFrame:
    """Find the ward of each row, and reject those too far outside the build."""
    areas = build.areas.frame
    points = gpd.GeoSeries.from_xy(rows["easting_m"], rows["northing_m"], crs=CRS)
    codes = find_areas(points, areas.geometry)
    apart = points[(rows["reason"] == "") & codes.isna()]
    buffer_m = buffer_of(build)
    near = apart.index[find_near(apart, areas.geometry, buffer_m)]
    far = apart.index.difference(near)
    rows.loc[far, "reason"] = f"more than {buffer_m:,.0f} m outside {council_names(build.areas)}"
    wards = {f"ward_{what}": codes.map(areas[f"ward_{what}"]) for what in ("code", "name")}
    return rows.assign(**{name: ward.astype("string").fillna("") for name, ward in wards.items()})


def sort_rows(
    rows: pd.DataFrame, sources: Sequence[AssetSource], source: Source, known: Known, identified: bool
) -> Sorted:
    """Say what becomes of every row of a file.

    Parameters
    ----------
    rows
        From `prepare_rows`.
    sources
        The parts of the file.
    source
        The file as the register keeps it.
    known
        The places that the register holds.
    identified
        Whether the publisher's own numbers tell its places for good.
    """
    used = by_preference(rows[rows["reason"] == ""])
    near = known.near(used)
    kept = find_duplicates(pd.concat([near, used[near.columns]])) if len(used) else pd.Series(dtype=object)
    groups = kept.iloc[len(near) :]
    first = used[~groups.duplicated().to_numpy()]
    grouped = used.groupby(groups.to_numpy(), sort=False)
    fullest = grouped[list(_OWN)].first().to_dict("index")
    sessions = grouped[SESSIONS].max()
    texts = _texts_of(sources)
    held = _held_reasons(used, groups, texts)
    claims = _Claims(known, edition_key(source), identified)
    places, rejected = [], _rejected_by_reader(rows, sources)
    roots = groups[first.index].tolist()
    for row, root, key in zip(first.to_dict("records"), roots, name_keys(first), strict=True):
        place = _to_place(row, fullest[root], held.get(root, ""), key, source)
        found = claims.claim(place, str(row["identifier"]) if pd.notna(row["identifier"]) else "", root)
        if isinstance(found, Place):
            places.append(with_sessions(found, sessions[root]))
        elif found:
            rejected.append(Rejected(str(row["file"]), int(row["row"]), found))
    read = sum(s.rows for s in sources)
    ordered = tuple(sorted(rejected, key=lambda r: (r.file, r.row)))
    return Sorted(read, tuple(places), read - len(places) - len(ordered), ordered)


class _Claims:
    """Gives each row the id of its place, and no id to two rows."""

    def __init__(self, known: Known, edition: str, identified: bool) -> None:
        self.known, self.edition, self.identified = known, edition, identified
        self.taken: set[str] = set()

    def claim(self, place: Place, identifier: str, root: object) -> Place | str | None:
        """Return a place under its id; a reason to reject it; or None for a duplicate."""
        keys = [f"id|{identifier}"] if self.identified and identifier else []
        keys.append(place.source_key)
        ids = [place_id(self.edition, key) for key in keys]
        there = next((found for id_ in ids if (found := self.known.current(id_))), None)
        if there is None and hidden_key(place) in self.known.hidden:
            return None
        if there is None and isinstance(root, str):  # the same as a place of the register
            if self.known.by_id[root].state in _CLOSED:
                return RETIRED
            if self.known.editions.get(self.known.by_id[root].source_id) != self.edition:
                return None
            there = root
        chosen = there or ids[0]
        if chosen in self.taken:
            return None
        self.taken.add(chosen)
        return replace(place, id=chosen, source_key=keys[0])


def _to_place(
    row: Mapping[Hashable, Any], fullest: Mapping[Hashable, Any], held: str, key: str, source: Source
) -> Place:
    kind = str(row["kind"])
    unnamed = f"Unnamed {asset_kinds()[kind].singular.lower()}"
    return place_of(
        row,
        source,
        key,
        id="",
        state=State.SUBMITTED if held else State.PUBLISHED,
        name=str(row["name"]) if _has_words(row["name"]) else unnamed,
        kind=kind,
        detail=_text(fullest["detail"]),
        held=held,
        address=_text(fullest["address"]),
        postcode=canonical(squeeze(_text(fullest["postcode"]))) or "",
    )


def place_of(row: Mapping[Hashable, Any], source: Source, key: str, **own: Any) -> Place:  # noqa: ANN401
    """Return the place of a row of a source, where the row says that it lies; `own` is what it is."""
    return Place(
        version=1,
        easting_m=round(float(row["easting_m"]), 2),
        northing_m=round(float(row["northing_m"]), 2),
        located_by=str(row["located_by"]),
        ward_code=str(row["ward_code"]),
        ward_name=str(row["ward_name"]),
        source_id=source.id,
        source_key=key,
        last_confirmed=source.dated,
        **own,
    )


def with_sessions(place: Place, sessions: float) -> Place:
    """Return a place with the service that its sessions a week are of; as it is where nobody told them."""
    if pd.isna(sessions):
        return place
    service = Service(service_id_of(place.id), place.name, place.kind, sessions_a_week=float(sessions))
    return replace(place, services=(service,))


def _text(value: object) -> str:
    """Return a cell as text, "" where it is missing."""
    return value if isinstance(value, str) else ""


def _has_words(name: object) -> bool:
    return isinstance(name, str) and any(sign.isalnum() for sign in name)


def _texts_of(sources: Sequence[AssetSource]) -> dict[tuple[str, int], tuple[str, ...]]:
    """Return what else each row says of what it is, by the label of its file and its number."""
    return {
        (label, int(at) + 1): tuple(text for text in texts if isinstance(text, str))
        for label, source in label_files(sources).items()
        if source.texts is not None
        for at, texts in zip(source.texts.index, source.texts.itertuples(index=False), strict=True)
    }


def _held_reasons(
    used: pd.DataFrame, groups: pd.Series, texts: Mapping[tuple[str, int], tuple[str, ...]]
) -> dict[object, str]:
    """Return why a place is held, by its group: one row that speaks of it is enough."""
    reasons: dict[object, str] = {}
    for root, row in zip(groups, used.to_dict("records"), strict=True):
        name, detail, address = (_text(row[column]) for column in ("name", "detail", "address"))
        place = Place("", 1, State.SUBMITTED, name, str(row["kind"]), detail, address=address)
        more = texts.get((str(row["file"]), int(row["row"])), ())
        if reason := str(row["held"]) or screen_import(place, *more):
            reasons.setdefault(root, reason)
    return reasons


def _rejected_by_reader(rows: pd.DataFrame, sources: Sequence[AssetSource]) -> list[Rejected]:
    """List the rows that the reader or `prepare_rows` could not use, and did not keep for the register."""
    found = [
        Rejected(str(file), int(row), str(reason))
        for file, row, reason in zip(rows["file"], rows["row"], rows["reason"], strict=True)
        if reason
    ]
    for label, source in label_files(sources).items():
        apart = set() if source.withheld is None else set(source.withheld.index + 1)
        found += [
            Rejected(label, int(row), str(reason))
            for row, reason in zip(source.rejected["row"], source.rejected["reason"], strict=True)
            if int(row) not in apart
        ]
    return found
