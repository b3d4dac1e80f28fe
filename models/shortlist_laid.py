"""What a shortlist may weigh beside indicators: types, ways of working, children out of reach, and results.

Each becomes a column of a level with a unit, a pedigree and an entry of the dictionary, so that pages show it
as they show any indicator. Above small areas they are added up as all else is: counts are summed, shares
averaged over children, and a shape with an area that has no figure has none.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from data.asset_kinds import asset_kinds
from data.errors import GeographyError, SourceError, first_few
from data.indicators import Group, Indicator, Kind
from data.operating_models import NOT_ENOUGH_DATA
from data.provenance import Provenance, Status, join_provenance
from geo.aggregate import least_certain
from geo.area_table import LOCALITY, AreaTable, make_status
from geo.builds import Build
from geo.overlay import NO_REACH
from geo.reach_columns import PREFIX, SHARE_OF, ReachColumn
from models.composite_columns import columns_of
from models.composites import COMPOSITE, rests_on_referrals
from models.levels import CODE_COLUMNS, NEED_INDEX, Level, LevelData, level_data
from models.need import overlay_need
from models.places_laid import lay_places
from models.reach_supply import ALL_CHILDREN, best_known, children_for
from models.type_findings import TypeFindings

OUT_OF_REACH: Final = "out_of_reach_"
TYPE: Final = "type_"
MODEL: Final = "model_"
SHARE: Final = "_share"
CHILDREN: Final = "_children"
_SHARE_UNIT: Final = "share of 1"


@dataclass
class _Columns:
    """Columns by small area, gathered one by one."""

    values: dict[str, pd.Series] = field(default_factory=dict)
    status: dict[str, pd.Series] = field(default_factory=dict)
    provenance: dict[str, Provenance] = field(default_factory=dict)
    entries: list[Indicator] = field(default_factory=list)

    def add(self, entry: Indicator, values: pd.Series, status: pd.Series, source: Provenance) -> None:
        """Add a column."""
        self.values[entry.id], self.status[entry.id] = values, status
        self.provenance[entry.id] = source
        self.entries.append(entry)


def laid_for(data: LevelData, build: Build, areas: AreaTable, found: TypeFindings | None) -> LevelData:
    """Lay what a shortlist may weigh over the values of a level.

    Parameters
    ----------
    data
        Values at one level, of these areas.
    build
        The build, whose places are laid over the areas where they have not been.
    areas
        The small areas, with need and places laid over them or not.
    found
        The types and ways of working of the build; None to do without.

    Returns
    -------
    LevelData
        With `out_of_reach_<kind>_children` and `out_of_reach_<kind>_share` for each kind of place whose reach
        is measured; `type_<letter>_share` and `model_<id>_share`, the share of children who live in small
        areas of a type, or with a way of working; and, of wards and small areas, the `locality_code` and
        `locality_name` where the build has localities.

    Raises
    ------
    GeographyError
        When the areas are not those of the level.
    """
    if not any(column.startswith(PREFIX) for column in areas.indicators):
        areas = lay_places(areas if NEED_INDEX in areas.frame else overlay_need(areas), build)
    columns = _Columns()
    _add_reach(columns, areas)
    counted = best_known(areas, ALL_CHILDREN)
    if found is not None and counted is not None:
        _add_types(columns, areas, found, counted)
        _add_models(columns, areas, found, counted)
    return _with_locality(_joined(data, areas, columns), areas)


def with_column(
    data: LevelData,
    id: str,  # noqa: A002
    label: str,
    values: pd.Series,
    provenance: Provenance,
    *,
    unit: str = "children",
    meaning: str = "",
    polarity: str = "neutral",
    kind: Kind = Kind.COUNT,
    group: Group = Group.ACCESS,
) -> LevelData:
    """Return the values of a level with a result as one more column, such as children newly within reach.

    Parameters
    ----------
    data
        Values at one level.
    id, label
        The column, which must be new, and what it is called.
    values
        By code; a code without one has none, which is not 0.
    provenance
        Where it came from.
    unit, meaning, polarity, kind, group
        As of any indicator.

    Raises
    ------
    GeographyError
        When the values are of other codes, or a code stands twice.
    SourceError
        When there is such a column already.
    """
    if id in data.frame.columns:
        raise SourceError(f"There is a column {id} already.", "Give the result a name of its own.")
    strange = values.index.difference(data.frame.index)
    if len(strange) or values.index.has_duplicates:
        told = f"are not {data.level.plural} here: {first_few(strange)}" if len(strange) else "stand twice"
        raise GeographyError(f"Codes of {label} {told}.", "Give one value a code of this level.")
    column = values.reindex(data.frame.index).astype("float64").rename(id)
    entry = Indicator(id, label, meaning or label, unit, polarity, kind, None, None, group)
    return replace(
        data,
        frame=data.frame.assign(**{id: column}),
        status=data.status.join(make_status(column.to_frame(), Status.MODELLED)),
        provenance={**data.provenance, id: provenance},
        dictionary={**data.dictionary, id: entry},
    )


def _add_reach(columns: _Columns, areas: AreaTable) -> None:
    """Add the children who have no place of a kind within reach, for each kind whose reach is measured."""
    for kind in asset_kinds().values():
        near = ReachColumn.SHARE.of(kind.id)
        counted = children_for(kind.id, areas)
        if kind.id in NO_REACH or near not in areas.frame or counted is None:
            continue
        children = areas.frame[counted].astype("float64")
        share = 1.0 - areas.frame[near].astype("float64")
        told = areas.dictionary[near]
        within = told.unit.removeprefix(SHARE_OF)
        who = _lower(areas.dictionary[counted].label)
        status = areas.status[[counted, near]]
        source = _pedigree(areas, [near, counted])
        lacking = f"live in homes without a {kind.singular} {within}"
        stem, caveat = f"{OUT_OF_REACH}{kind.id}", told.caveat
        count = Indicator(
            id=f"{stem}{CHILDREN}",
            label=f"Children out of reach of {kind.plural}",
            meaning=f"How many {who} {lacking}",
            unit="children",
            polarity="high_is_worse",
            kind=Kind.COUNT,
            denominator=None,
            published_name=None,
            group=Group.ACCESS,
            caveat=caveat,
            method=told.method,
        )
        part = replace(
            count,
            id=f"{stem}{SHARE}",
            label=f"Share of children out of reach of {kind.plural}",
            meaning=f"Share of {who} who {lacking}",
            unit=_SHARE_UNIT,
            kind=Kind.RATE,
            denominator=counted,
        )
        step = "children spread over an area as its homes are"
        number = children * share
        columns.add(count, number, least_certain(status, number), source.with_step(step))
        columns.add(part, share, least_certain(areas.status[[near]], share), source.with_step(step))


def _add_types(columns: _Columns, areas: AreaTable, found: TypeFindings, counted: str) -> None:
    if found.types is None:
        return
    letters = found.letters.reindex(areas.frame.index)
    for letter in sorted(found.types.names):
        title = found.title_of(letter)
        entry = _share_entry(
            found,
            counted,
            f"{TYPE}{letter.lower()}{SHARE}",
            f"Share of children in {_in_type(title)}",
            f"Share of children who live in small areas of {_in_type(title)}. A type is what its areas share "
            "on average",
        )
        _add_share(columns, areas, entry, letters.eq(letter), letters.notna(), found)


def _add_models(columns: _Columns, areas: AreaTable, found: TypeFindings, counted: str) -> None:
    models = found.models.frame["model"].reindex(areas.frame.index)
    known = models.notna() & models.ne(NOT_ENOUGH_DATA)
    for model in found.models.rules.models:
        entry = _share_entry(
            found,
            counted,
            f"{MODEL}{model.id}{SHARE}",
            f"Share of children where “{model.label}” may suit",
            f"Share of children who live in small areas for which “{model.label}” may be the way of working",
        )
        _add_share(columns, areas, entry, models.eq(model.id), known, found)


def _add_share(
    columns: _Columns,
    areas: AreaTable,
    entry: Indicator,
    yes: pd.Series,
    known: pd.Series,
    found: TypeFindings,
) -> None:
    values = yes.fillna(False).astype("float64").where(known.fillna(False).astype(bool))
    status = make_status(values.to_frame(entry.id), Status.MODELLED)[entry.id].astype(str)
    near = [column for column in areas.indicators if column.startswith(("access_", "asset_"))]
    made_of = [*columns_of(found.composites, areas), *near, str(entry.denominator)]
    source = _pedigree(areas, made_of)
    made = ", ".join(_lower(COMPOSITE[id_].label) for id_ in found.composites.frame)
    columns.add(entry, values, status, source.with_step(f"small areas sorted by {made}"))


def _share_entry(found: TypeFindings, counted: str, id_: str, label: str, meaning: str) -> Indicator:
    """Describe a share of children: one that rests on referrals is demand, and stays inside as that does."""
    return Indicator(
        id=id_,
        label=label,
        meaning=meaning,
        unit=_SHARE_UNIT,
        polarity="neutral",
        kind=Kind.RATE,
        denominator=counted,
        published_name=None,
        group=Group.DEMAND if rests_on_referrals(found.composites) else Group.NEED,
    )


def _joined(data: LevelData, areas: AreaTable, columns: _Columns) -> LevelData:
    """Return the values of a level with the columns brought to it."""
    weights = {entry.denominator for entry in columns.entries} - {None}
    bare = areas.without([column for column in areas.indicators if column not in weights])
    index = areas.frame.index
    values = pd.DataFrame(columns.values, index=index)
    laid = bare.overlaid(
        values, pd.DataFrame(columns.status, index=index), columns.provenance, columns.entries
    )
    extra = level_data(laid, data.level)
    names = [name for name in columns.values if name not in data.frame.columns]
    if not extra.frame.index.sort_values().equals(data.frame.index.sort_values()):
        raise GeographyError(
            f"The areas do not make up the {data.level.plural} of these figures.",
            "Take both from one build.",
        )
    return replace(
        data,
        frame=pd.concat([data.frame, extra.frame[names].reindex(data.frame.index)], axis=1),
        status=pd.concat([data.status, extra.status[names].reindex(data.frame.index)], axis=1),
        provenance={**data.provenance, **{name: extra.provenance[name] for name in names}},
        dictionary={**data.dictionary, **{entry.id: entry for entry in columns.entries}},
        caveats=tuple(dict.fromkeys((*data.caveats, *extra.caveats))),
    )


def _with_locality(data: LevelData, areas: AreaTable) -> LevelData:
    """Say in which locality most small areas of each ward lie; of equals the first by code."""
    code, name = LOCALITY
    if code in data.frame.columns or code not in areas.frame or data.level is not Level.WARD:
        return data
    pairs = areas.frame[[CODE_COLUMNS[Level.WARD], code, name]].dropna()
    counts = pairs.groupby([CODE_COLUMNS[Level.WARD], code], sort=True)[name].agg(["size", "first"])
    most = counts.reset_index().sort_values(
        [CODE_COLUMNS[Level.WARD], "size", code], ascending=[True, False, True], kind="stable"
    )
    first = most.drop_duplicates(CODE_COLUMNS[Level.WARD]).set_index(CODE_COLUMNS[Level.WARD])
    mine = first.reindex(data.frame.index)
    columns = pd.DataFrame({code: mine[code], name: mine["first"]}, index=data.frame.index)
    return replace(data, frame=pd.concat([data.frame, columns], axis=1))


def _pedigree(areas: AreaTable, columns: Iterable[str]) -> Provenance:
    return join_provenance([areas.provenance[c] for c in dict.fromkeys(columns)], f"LSOA {areas.vintage}")


def _in_type(title: str) -> str:
    return title if title.startswith("Type ") else f"type {title}"


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
