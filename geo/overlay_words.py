"""What has to be said beside figures of a kind of place: where it is known, and what is not counted."""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd

from data.asset_kinds import AssetKind
from data.provenance import MOST_NAMED
from geo.area_table import AreaTable
from geo.places import REGISTER, Places
from geo.road_ways import SNAP_MOST_M
from geo.travel import Means

NOT_SUPPLIED: Final = "not among the destinations of the travel times"


def councils_of(areas: AreaTable, places: Places) -> set[str]:
    """Return every council of the areas or of the places: a table may be one council of a wider build."""
    return {*areas.frame["la_code"].dropna().unique(), *places.frame["la_code"].dropna().unique()}


def off_words(kind: AssetKind, off: int, means: Means) -> str:
    """Say how many places of a kind have no way to them, so that nobody is said to reach them."""
    if not off:
        return ""
    which = f"1 {kind.singular} is" if off == 1 else f"{off:,} {kind.plural} are"
    where = NOT_SUPPLIED if means is Means.MATRIX else f"further than {SNAP_MOST_M:,.0f} m from any road"
    return f"{which} {where}, so nobody is said to reach {'it' if off == 1 else 'them'}."


def cut_off_words(kind: AssetKind, areas: int) -> str:
    """Say from how many areas no way leads to any place of a kind, though some are known."""
    if not areas:
        return ""
    one = areas == 1
    return (
        f"From {'1 small area' if one else f'{areas:,} small areas'} no way to any {kind.singular} is known: "
        f"{'it has' if one else 'they have'} no figure, and averages leave {'it' if one else 'them'} out."
    )


def uneven_words(kind: AssetKind, mine: gpd.GeoDataFrame, councils: int) -> str:
    """Say which details of a kind are known in some councils only.

    A file tells of the councils where it has any place of the kind: a detail that it has in few of them is
    rare there, and not unknown. What people added one by one tells of no council as a whole.

    Parameters
    ----------
    kind
        The kind.
    mine
        Its places that count.
    councils
        How many councils there are.
    """
    if councils <= 1:
        return ""
    mine = mine[mine["la_code"].notna()]
    anywhere = mine["la_code"].nunique()
    mine = mine[mine["file"] != REGISTER]
    told = mine.groupby("file")["la_code"].agg(frozenset)
    unstated = f"{kind.plural} of no stated type"
    files = mine["file"].astype(object).groupby(mine["detail"].fillna(unstated).astype(object)).unique()
    known = {str(d): len(frozenset().union(*(told[f] for f in names))) for d, names in files.items()}
    return describe_uneven(kind.plural, anywhere, known, councils)


def silent_words(kind: AssetKind, places: Places) -> str:
    """Say how many places of a kind nobody has confirmed lately, and whether they count."""
    silent = int((places.frame["unconfirmed_since"].notna() & places.frame["kind"].eq(kind.id)).sum())
    if not silent:
        return ""
    which = f"{silent:,} {kind.singular if silent == 1 else kind.plural} not confirmed lately"
    return f"Counted too: {which}." if places.with_unconfirmed else f"Not counted: {which}."


def joined(*sentences: str) -> str:
    """Join those sentences that are there."""
    return " ".join(sentence for sentence in sentences if sentence)


def describe_uneven(plural: str, anywhere: int, known: Mapping[str, int], councils: int) -> str:
    """Say in words how unevenly a kind of place is known.

    Parameters
    ----------
    plural
        What the kind is called.
    anywhere
        In how many councils any of the kind is known.
    known
        In how many councils the files tell of each of its details.
    councils
        How many there are.

    Examples
    --------
    >>> describe_uneven("health services", 10, {"General practice": 1, "Dentist": 10}, 10)
    'General practice is known in 1 of 10 councils only, so numbers there are not comparable.'
    >>> describe_uneven("libraries", 2, {"Branch": 1, "Mobile library": 2}, 10)
    'Libraries are known in 2 of 10 councils only.'
    >>> describe_uneven("libraries", 10, {"Branch": 10}, 10)
    ''
    """
    if anywhere < councils:
        return f"{_capital(plural)} are known in {anywhere} of {councils} councils only."
    some = sorted((n, detail) for detail, n in known.items() if n < councils)
    if len(some) == 1:
        (n, detail) = some[0]
        where = f"is known in {n} of {councils} councils only"
        return f"{_capital(detail)} {where}, so numbers there are not comparable."
    if not some:
        return ""
    named = ", ".join(f"{detail} ({n})" for n, detail in some[:MOST_NAMED])
    more = f" and {len(some) - MOST_NAMED} more types" if len(some) > MOST_NAMED else ""
    return f"Known in some of {councils} councils only: {named}{more}. Numbers there are not comparable."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
