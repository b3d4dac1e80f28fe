"""Places in words: how many of each kind, which stand in a selected area, and all of them as a table."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.asset_kinds import asset_kinds
from geo.area_table import AreaTable
from geo.places import Places, unconfirmed_words
from geo.reach_columns import ReachColumn
from models.levels import CODE_COLUMNS, LevelData
from models.selected import Figure
from models.words import sentence_case, value_words

MOST_LISTED: Final = 8


@dataclass(frozen=True)
class PlacesHere:
    """The places in a selected area, of the kinds that the map shows.

    Attributes
    ----------
    listed
        Kind and name of each, as two texts, at most eight; with the kind stands whether it is confirmed.
    more
        How many others there are.
    nearest
        How many minutes away the nearest of each kind is, from the area or on average over its small areas.
    nearest_words
        What those minutes are.
    """

    listed: tuple[tuple[str, str], ...]
    more: int
    nearest: tuple[Figure, ...]
    nearest_words: str


def kinds_of(places: pd.DataFrame) -> tuple[str, ...]:
    """Return the kinds that there are places of, in the order of the kinds."""
    present = set(places["kind"].unique())
    return tuple(kind for kind in asset_kinds() if kind in present)


def count_kinds(places: pd.DataFrame, council: str) -> dict[str, int]:
    """Count the places of each kind in a council, or in all councils of the build when it is empty.

    Parameters
    ----------
    places
        One row a place, as in `geo.places.Places.frame`: `kind, area_code, la_code`.
    council
        A council's code, or an empty text.
    """
    found = _inside(places, council)["kind"].value_counts()
    return {kind: int(found.get(kind, 0)) for kind in kinds_of(places)}


def places_here(
    places: pd.DataFrame, kinds: Collection[str], areas: AreaTable, data: LevelData, code: str
) -> PlacesHere:
    """Say which places of some kinds stand in a selected shape, and how far the nearest are.

    Parameters
    ----------
    places
        One row a place: `name, kind, area_code, unconfirmed_since`.
    kinds
        The kinds that the map shows.
    areas
        The small areas, for what a ward or a locality is made of.
    data
        The values at the level of the shape, with its minutes.
    code
        The selected shape.
    """
    frame = areas.frame
    members = frame.index[frame[CODE_COLUMNS[data.level]].eq(code)] if data.is_added_up else [code]
    inside = _in_order(places[places["area_code"].isin(members) & places["kind"].isin(kinds)])
    words = asset_kinds()
    silent = inside["unconfirmed_since"].map(unconfirmed_words, na_action="ignore")
    listed = [
        (sentence_case(words[kind].singular) + (f", {since}" if pd.notna(since) else ""), str(name))
        for kind, name, since in zip(inside["kind"], inside["name"], silent, strict=True)
    ][:MOST_LISTED]
    columns = {kind: ReachColumn.MINUTES.of(kind) for kind in words if kind in kinds}
    known = {kind: column for kind, column in columns.items() if column in data.frame.columns}
    nearest = [Figure(words[kind].singular, _far(data, code, column)) for kind, column in known.items()]
    units = {data.dictionary[column].unit for column in known.values()}
    average = " on average over its small areas" if data.is_added_up else ""
    return PlacesHere(
        listed=tuple(listed),
        more=len(inside) - len(listed),
        nearest=tuple(nearest),
        nearest_words=f"{sentence_case(next(iter(units), ''))} to the nearest{average}",
    )


def places_table(
    places: pd.DataFrame, kinds: Collection[str], areas: AreaTable, council: str
) -> pd.DataFrame:
    """Return the places that a map shows in its councils, with the names of where they are.

    Returns
    -------
    pandas.DataFrame
        Indexed by place id, by kind and name: `name, kind, detail, area_name, ward_name, la_name, area_code,
        file, confirmed` and what else is known of a place; `kind` in words, and `confirmed`, which is missing
        but where nobody has confirmed a place lately.
    """
    shown = _in_order(_inside(places[places["kind"].isin(kinds)], council))
    plain = pd.DataFrame(shown.drop(columns="geometry", errors="ignore"))
    names = pd.DataFrame(areas.frame[["area_name", "ward_name", "la_name"]])
    joined = plain.join(names, on="area_code")
    words = {kind: sentence_case(entry.singular) for kind, entry in asset_kinds().items()}
    silent = joined["unconfirmed_since"].map(unconfirmed_words, na_action="ignore")
    return joined.assign(
        kind=joined["kind"].map(words), confirmed=silent.map(sentence_case, na_action="ignore")
    )


def describe_unconfirmed(places: Places, shown: pd.Series, months: int) -> str:
    """Say how many of the places that are shown nobody has confirmed lately, and whether they count.

    Parameters
    ----------
    places
        All places.
    shown
        Which of them are shown.
    months
        After how many months without a word a place is not confirmed any more.

    Returns
    -------
    str
        A sentence; an empty text where all are confirmed.
    """
    silent = int((shown & places.frame["unconfirmed_since"].notna()).sum())
    if not silent:
        return ""
    one = silent == 1
    counted = f"{'counts' if one else 'count'} all the same" if places.with_unconfirmed else "not counted"
    verb = "" if places.with_unconfirmed else f"{'is' if one else 'are'} "
    return (
        f"{silent:,} {'place has' if one else 'places have'} not been confirmed for {lasting(months)} and "
        f"{verb}{counted}."
    )


def lasting(months: int) -> str:
    """Write how long so many months are.

    Examples
    --------
    >>> lasting(12), lasting(18), lasting(1)
    ('a year', '18 months', 'a month')
    """
    return {12: "a year", 1: "a month"}.get(months, f"{months} months")


def _inside(places: pd.DataFrame, council: str) -> pd.DataFrame:
    """Return the places in one council, or in any small area of the build; those beyond it are only near."""
    return places[places["la_code"].eq(council) if council else places["area_code"].notna()]


def _in_order(places: pd.DataFrame) -> pd.DataFrame:
    order = {kind: position for position, kind in enumerate(asset_kinds())}
    keyed = places.assign(_order=places["kind"].map(order))
    return keyed.sort_values(["_order", "name"], kind="stable").drop(columns="_order")


def _far(data: LevelData, code: str, column: str) -> str:
    value, status = float(data.frame.at[code, column]), str(data.status.at[code, column])
    return value_words(value, status, data.dictionary[column])
