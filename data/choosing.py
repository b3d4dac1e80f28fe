"""Which vintage a build is on, and which of several files wins: stated rules, never chance.

1. Vintage: the one asked for; else 2021 if its boundaries are present; else the one that is.
2. Boundaries: the file with the most areas, then the more detailed; another file adds areas it alone has.
3. Lookup: the one that names a ward for the most areas, then the newest.
4. Indices of Deprivation: one edition, for editions are never mixed: one that covers the build before one
   that covers a part, one of the build's vintage before one that has to be carried, then the newest.
5. Any other indicator, the columns of a user's own tables too: a file that covers the build before one
   that covers a part; the publisher's original before a rebuilt one, that before a third party's; then the
   newest; then by name.
"""

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import pandas as pd
import shapely

from data.choices import BoundaryChoice, Choice, ColumnChoice, SetAside, unread
from data.codes import LSOA_COUNT, AreaKind, latest_council_code, stand_in
from data.errors import GeographyError, first_few
from data.folder import Folder
from data.indicators import RANKED_OUT_OF, Indicator, Kind, indicators
from data.sources.base import BoundarySource, Source, SourceKind

VINTAGES = tuple(LSOA_COUNT)
DATA_KINDS = (SourceKind.DEPRIVATION, SourceKind.POPULATION, SourceKind.INDICATORS)
_EDITIONS = {f"iod{year}" for year in RANKED_OUT_OF}
_FULL = 0.995
_MOST = 0.9

CarriedShare = Callable[[pd.Index], float]


def choose_boundaries(folder: Folder, wanted: str | None = None) -> BoundaryChoice:
    """Choose the vintage and its boundaries (rules 1 and 2).

    Raises
    ------
    GeographyError
        When there are no small-area boundaries, or none of the vintage asked for.
    """
    found = [s for s in folder.of_kind(SourceKind.BOUNDARIES, AreaKind.LSOA) if isinstance(s, BoundarySource)]
    by_vintage = {v: [s for s in found if v in folder.vintage_of(s)] for v in VINTAGES}
    present = [v for v in VINTAGES if by_vintage[v]]
    if not present or (wanted and wanted not in present):
        have = f"only those of {' and '.join(present)}" if present else "none"
        raise GeographyError(
            f"{folder.path} needs boundaries of small areas, LSOA {wanted or '2021 or 2011'}; it has {have}."
            + unread(folder),
            "Add the LSOA boundary file of the ONS Open Geography Portal"
            + (f", or build with --vintage {present[0]}." if present else "."),
        )
    vintage = wanted or max(present)
    ranked = sorted(by_vintage[vintage], key=_leading)
    used, left_out = _with_own_areas(ranked)
    sure_2011 = vintage == "2021" and any(folder.vintage_of(s) == ("2011",) for s in found)
    earlier = [s for s in by_vintage["2011"] if sure_2011 and s not in used]
    left_out = [s for s in left_out if s not in earlier]
    older, spare = _with_own_areas(sorted(earlier, key=_leading))
    set_aside = [
        SetAside(s, f"{lead.label} has the same areas, and more or in more detail")
        for lead, rest in ((used[0], left_out), (next(iter(older), None), spare))
        if lead is not None
        for s in rest
    ]
    set_aside += [
        SetAside(s, f"the build is on LSOA {vintage}") for s in found if s not in ranked and s not in earlier
    ]
    return BoundaryChoice(vintage, tuple(used), tuple(older), tuple(set_aside))


def _leading(source: BoundarySource) -> tuple[int, int, str]:
    """Order boundary files: the most areas first, then the more detailed, then by name."""
    return -len(source.frame), -_vertices(source), source.label


def _vertices(source: BoundarySource) -> int:
    return int(shapely.get_num_coordinates(source.shapes.geometry.to_numpy()).sum())


def _with_own_areas(ranked: list[BoundarySource]) -> tuple[list[BoundarySource], list[BoundarySource]]:
    """Keep the leading file, and any other that has areas of its own."""
    used: list[BoundarySource] = []
    left_out: list[BoundarySource] = []
    seen: set[str] = set()
    for source in ranked:
        own = set(source.frame.index) - seen
        (used if own else left_out).append(source)
        seen |= own
    return used, left_out


def choose_lookup(folder: Folder, vintage: str, areas: pd.Index) -> Choice:
    """Choose the lookup from small areas to wards and councils (rule 3)."""
    found = folder.of_kind(SourceKind.LOOKUP, AreaKind.LSOA)
    fitting = [s for s in found if vintage in folder.vintage_of(s) and stand_in(areas, s.frame.index).any()]
    others = [SetAside(s, _other_vintage(folder, s, vintage, areas)) for s in found if s not in fitting]
    if not fitting:
        return Choice(None, tuple(others))

    def covered(source: Source) -> int:
        return int(source.frame["ward_code"].notna().reindex(areas, fill_value=False).sum())

    ranked = sorted(fitting, key=lambda s: s.label)
    ranked.sort(key=lambda s: (covered(s), s.edition), reverse=True)
    best = ranked[0]
    spare = [s for s in ranked[1:] if best.frame["la_code"].notna().any() or s.frame["la_code"].isna().all()]
    others += [SetAside(s, f"{best.label} names wards of {best.edition or 'a newer year'}") for s in spare]
    return Choice(best, tuple(others), tuple(s for s in ranked[1:] if s not in spare))


def choose_outlines(folder: Folder, kind: AreaKind, codes: Iterable[str]) -> Choice:
    """Choose ward or council boundaries: the file that holds the most of the codes in the build.

    Another file is added where it holds codes that the first lacks, as one file a council does.
    """
    wanted = _codes_now(pd.Index(sorted(set(codes))), kind)
    held = {
        s: _codes_now(s.frame.index, kind).intersection(wanted)
        for s in folder.of_kind(SourceKind.BOUNDARIES, kind)
    }
    ranked = sorted(held, key=lambda s: s.label)
    ranked.sort(key=lambda s: (len(held[s]), s.edition), reverse=True)
    used: list[Source] = []
    seen: set[str] = set()
    for source in ranked:
        if set(held[source]) - seen:
            used.append(source)
            seen |= set(held[source])

    def why(source: Source) -> str:
        if not used:
            return "it holds none of the codes of the build"
        shared = f"it holds {len(held[source]):,} of the {len(wanted):,} codes of the build"
        return f"{shared}; {used[0].label} holds more, or the same and newer"

    aside = tuple(SetAside(s, why(s)) for s in ranked if s not in used)
    return Choice(used[0] if used else None, aside, tuple(used[1:]))


def _codes_now(codes: pd.Index, kind: AreaKind) -> pd.Index:
    """Return codes as they are now, so that a council that was recoded meets its own older files."""
    return pd.Index(latest_council_code(codes.to_series()).unique()) if kind is AreaKind.COUNCIL else codes


def choose_columns(
    folder: Folder, vintage: str, areas: pd.Index, carried: CarriedShare | None
) -> ColumnChoice:
    """Choose the source of each indicator column (rules 4 and 5).

    Parameters
    ----------
    folder
        The folder as read.
    vintage
        The vintage of the build.
    areas
        The codes of the build.
    carried
        Given LSOA 2011 codes, the share of the build's areas that they carry to; None when nothing can be
        carried.

    Raises
    ------
    GeographyError
        When every file of a kind stands on another vintage and cannot be carried across.
    """
    usable: list[Source] = []
    set_aside: list[SetAside] = []
    for kind in DATA_KINDS:
        found, left = _fitting(folder, kind, vintage, areas, carried is not None)
        usable += found
        set_aside += left

    def reach(source: Source) -> tuple[bool, float]:
        """Say whether a source has the build's vintage, and what share of the build it has rows for."""
        native = vintage in folder.vintage_of(source)
        if native or carried is None:
            return native, float(stand_in(areas, source.frame.index).mean())
        return native, carried(source.frame.index)

    edition, others = _choose_edition(usable, reach)
    set_aside += others
    usable = [s for s in usable if s not in {a.source for a in others}]

    @cache
    def places(source: Source) -> np.ndarray:
        return source.frame.index.get_indexer(areas)

    @cache
    def covers(source: Source, column: str) -> tuple[bool, float]:
        """Say whether a source has the build's vintage, and what share of the build its column covers."""
        there = source.frame[column].notna().to_numpy()
        native = vintage in folder.vintage_of(source)
        if not native and carried is not None:
            return native, carried(source.frame.index[there])
        at = places(source)
        return native, float(np.mean((at >= 0) & there[at])) if len(there) else 0.0

    own = {entry.id: entry for source in usable for entry in source.own}
    columns = {
        column: winner
        for column, entry in (indicators() | own).items()
        if (winner := _winner(entry, usable, covers, edition)) is not None
    }
    won = {id(s) for s in columns.values()}
    for source in usable:
        if id(source) not in won:
            set_aside.append(SetAside(source, _why_not(source, columns)))
    return ColumnChoice(columns, tuple(set_aside))


def _why_not(source: Source, columns: dict[str, Source]) -> str:
    """Say why a file of a fitting vintage gives no column."""
    rivals = {columns[c].label for c in source.frame.columns if c in columns}
    if rivals:
        return f"all that it holds comes from {first_few(rivals, 3)}"
    if any(entry.kind is Kind.OTHER for entry in source.own):
        return (
            "it is on another vintage, and nobody has said whether its numbers are counts, rates or scores, "
            "so they cannot be carried across"
        )
    return "it has no value for an area of the build"


def _fitting(
    folder: Folder, kind: SourceKind, vintage: str, areas: pd.Index, can_carry: bool
) -> tuple[list[Source], list[SetAside]]:
    """Split the files of a kind into those that fit the build and those that do not, or refuse the build."""
    found = folder.of_kind(kind)
    fitting, aside = [], []
    for source in found:
        own = folder.vintage_of(source)
        if source.area_kind is not AreaKind.LSOA:
            aside.append(
                SetAside(source, f"its rows are {source.area_kind}s; the build is made of small areas")
            )
        elif vintage in own or (can_carry and vintage == "2021" and "2011" in own):
            fitting.append(source)
        else:
            hint = _vintage_hint(own, vintage)
            aside.append(SetAside(source, _other_vintage(folder, source, vintage, areas), hint))
    wrong = [a for a in aside if a.hint]
    if wrong and not fitting and kind is not SourceKind.INDICATORS:
        raise GeographyError(
            f"No file of {kind.value} stands on the vintage of the boundaries, LSOA {vintage}:\n"
            + "\n".join(f"  {a.source.label}: {a.reason}" for a in wrong),
            wrong[0].hint,
        )
    return fitting, aside


def _other_vintage(folder: Folder, source: Source, vintage: str, areas: pd.Index) -> str:
    own = " or ".join(folder.vintage_of(source))
    if not own:
        return folder.vintages[folder.sources.index(source)].why
    codes = source.frame.index.unique()
    shared = int(stand_in(codes, areas).sum())
    return (
        f"it is on LSOA {own}, the build on LSOA {vintage}: {shared:,} of its {len(codes):,} codes stand in "
        f"the build's {len(areas):,} areas, {len(codes) - shared:,} do not"
    )


def _vintage_hint(own: tuple[str, ...], vintage: str) -> str:
    if not own:
        return "Split the file by vintage, or take the publisher's own file again."
    if vintage == "2021":
        return (
            "Add an LSOA 2011 to 2021 lookup, or the LSOA 2011 boundaries, to carry it across; "
            "or build with --vintage 2011."
        )
    return f"Add the LSOA {' or '.join(own)} boundaries to the folder, or a file on LSOA {vintage}."


def _choose_edition(
    usable: list[Source], reach: Callable[[Source], tuple[bool, float]]
) -> tuple[str | None, list[SetAside]]:
    """Choose one edition of the Indices (rule 4), and set the others aside."""
    indices = [s for s in usable if s.kind is SourceKind.DEPRIVATION]
    if not indices:
        return None, []

    def standing(source: Source) -> tuple[object, ...]:
        native, share = reach(source)
        return min(share / _MOST, 1.0), native, source.edition

    best = max(indices, key=standing)
    others = [
        SetAside(s, f"the build uses the {best.edition} edition of the Indices; editions are never mixed")
        for s in usable
        if s.entry in _EDITIONS and s.entry != best.entry and s.kind is not SourceKind.POPULATION
    ]
    return best.entry, others


def _winner(
    entry: Indicator,
    usable: list[Source],
    covers: Callable[[Source, str], tuple[bool, float]],
    edition: str | None,
) -> Source | None:
    """Return the source that fills a column: the first by rule 5, among those that have a value for it.

    A number of which nobody has said what it is comes only from a file of the build's own vintage.
    """
    column = entry.id

    def standing(source: Source) -> tuple[object, ...]:
        native, share = covers(source, column)
        partly = 0 if share >= _FULL else 1 - share
        foreign = column.startswith("pop_iod") and source.entry != edition
        return (
            foreign,
            partly,
            source.origin,
            -int(source.edition_of(column) or 0),
            not native,
            source.label,
        )

    def can_fill(source: Source) -> bool:
        if column not in source.frame.columns:
            return False
        native, share = covers(source, column)
        return share > 0 and (native or entry.kind is not Kind.OTHER)

    return min(filter(can_fill, usable), key=standing, default=None)
