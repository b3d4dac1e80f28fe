"""What goes together with statutory demand: which characteristics of areas tell how many are referred.

The counts of areas are held against their characteristics all at once, with the number of children as what
they are out of and a level for each council, since councils differ in what they accept as a referral: see
`models.driver_fit`. What is found is association between areas, never cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.errors import AtlasError, GeographyError, first_few
from data.provenance import Status, Tier
from geo.area_table import AreaTable
from models.demand_measures import MEASURES, Measure, child_column, own_children
from models.driver_fit import FOLDS, Array, Counts, Fit, Skill, fit_counts, skill_of
from models.driver_words import driver_caveats, driver_sentence
from models.moran import Likeness, likeness
from models.words import Part

if TYPE_CHECKING:
    from libpysal.graph import Graph

AREAS_EACH: Final = 10
EVENTS_EACH: Final = 20
"""A characteristic takes so many areas and events."""

FEWEST_BLOCKS: Final = 10
BLOCKS_OF_COUNCIL: Final = 5
"""A council of fewer wards shares a level with others like it."""

SAME: Final = 0.9
"""A characteristic of which others tell so much (R squared) is left out."""

MADE_OF_REFERRALS: Final = ("demand", "trend")


@dataclass(frozen=True)
class Drivers:
    """What goes together with a count of demand.

    Attributes
    ----------
    frame
        One row a characteristic, that which tells most first: `label`; `step`, its standard deviation in its
        own unit; `ratio`, how many times as many are referred where it is one step higher and all else is
        equal, with `low` and `high` (95 %); `clear`, whether that range leaves out 1; `importance`, the
        share of the differences between unseen areas that is lost when its values are shuffled (more than
        1 where shuffled values mislead), and the standard `error` of that.
    skill, skill_scattered
        The share of differences between areas of unseen wards or localities that is told, beyond numbers of
        children and the council's level; and the flattered figure where single areas are left out.
    dispersion
        How many times wider than chance alone counts spread round what is told.
    beside
        Whether neighbours are alike in what is not told (Moran's I of the residuals); None where too few.
    areas, blocks
        How many of each it was measured on.
    left_out
        Characteristics that were not used, and why.
    tier
        That of the build: figures from an internal build are internal.
    sentence, caveats
        What it says, and what it does not.
    """

    measure: Measure
    frame: pd.DataFrame
    skill: float
    skill_scattered: float
    dispersion: float
    beside: Likeness | None
    areas: int
    blocks: int
    left_out: Mapping[str, str]
    tier: Tier
    sentence: tuple[Part, ...]
    caveats: tuple[str, ...]


def drivers_of(
    areas: AreaTable,
    characteristics: pd.DataFrame,
    neighbours: Graph,
    labels: Mapping[str, str] | None = None,
    measure: Measure = MEASURES[0],
    seed: int = 0,
) -> Drivers:
    """Find what goes together with a count of demand.

    Parameters
    ----------
    areas
        The areas with their counts, as protected as their tier demands.
    characteristics
        Index area code, such as `Composites.frame`; columns made of referrals are left out and said.
    neighbours
        Which areas lie beside which: see `geo.neighbours.neighbours_of`.
    labels
        What the characteristics are called; their ids where not given.
    measure
        What is counted.
    seed
        Of folds, shuffles and permutations.

    Raises
    ------
    GeographyError
        When characteristics are of other areas than those of the table.
    AtlasError
        When there are no counts, or too few to tell anything.
    """
    named = dict(labels or {})
    _check_codes(areas, characteristics)
    used, left_out = _usable(characteristics.sort_index())
    known = _known(areas, measure, used)
    kept, same = _distinct(used.loc[known.index], named)
    counts = _counts(known, used.loc[known.index, kept], measure)
    fit, skill = fit_counts(counts), skill_of(counts, seed)
    frame = _frame(used.loc[known.index, kept], named, fit, skill)
    residuals = pd.Series(fit.residuals, index=known.index)
    found = likeness(residuals, neighbours, seed)
    hidden = int(areas.status[measure.column].eq(Status.SUPPRESSED.value).sum())
    caveats = driver_caveats(frame, used.loc[known.index, kept], skill.blocked, found, hidden, areas.tier)
    return Drivers(
        measure=measure,
        frame=frame,
        skill=skill.blocked,
        skill_scattered=skill.scattered,
        dispersion=fit.dispersion,
        beside=found,
        areas=len(known),
        blocks=int(known["block"].nunique()),
        left_out={**left_out, **same},
        tier=areas.tier,
        sentence=driver_sentence(frame, measure.noun),
        caveats=tuple(caveats),
    )


def _check_codes(areas: AreaTable, characteristics: pd.DataFrame) -> None:
    codes = characteristics.index
    strange = codes.difference(areas.frame.index)
    if len(strange) or not codes.is_unique:
        which = strange if len(strange) else codes[codes.duplicated()].unique()
        raise GeographyError(f"Characteristics of areas that are not those of the build: {first_few(which)}.")


def _usable(characteristics: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Leave out what is made of referrals, what no area has, and what does not differ."""
    left_out = {}
    for name, column in characteristics.items():
        if str(name).startswith(MADE_OF_REFERRALS):
            left_out[str(name)] = "it is made of referrals themselves"
        elif column.isna().all():
            left_out[str(name)] = "no area has it"
        elif column.nunique() < 2:
            left_out[str(name)] = "it is the same in every area"
    return characteristics.drop(columns=list(left_out)).astype("float64"), left_out


def _known(areas: AreaTable, measure: Measure, used: pd.DataFrame) -> pd.DataFrame:
    """Return the areas of which all is known: `events`, `children`, `council` and `block`."""
    children = child_column(areas.frame)
    if measure.column not in areas.frame.columns or children is None:
        raise AtlasError(
            f"This build has no counts of {measure.noun} over {measure.months} months, or none of children.",
            "Build it from a folder with an extract of referrals and a file of population.",
        )
    frame = pd.DataFrame(
        {
            "events": areas.frame[measure.column].astype("float64"),
            "children": areas.frame[children].where(own_children(areas.status[children])),
            "council": areas.frame["la_code"],
        }
    ).loc[used.index]
    frame = frame[frame["children"].gt(0) & frame["events"].notna() & used.notna().all(axis=1)]
    here = areas.frame.loc[frame.index]
    local = here["locality_code"] if "locality_code" in here.columns else pd.Series(pd.NA, index=here.index)
    by_locality = local.notna().all() and local.nunique() >= FEWEST_BLOCKS
    frame["block"] = local if by_locality else here["ward_code"]
    frame = frame[frame["block"].notna() & frame["council"].notna()]
    each = max(used.shape[1], 1)
    enough = len(frame) >= AREAS_EACH * each and frame["events"].sum() >= EVENTS_EACH * each
    if not enough or used.empty or frame["block"].nunique() < FEWEST_BLOCKS:
        raise AtlasError(
            f"Too little is known to tell what goes together with {measure.noun}: {len(frame):,} areas in "
            f"{frame['block'].nunique():,} wards have a count, a number of children and all of "
            f"{used.shape[1]} characteristics.",
            f"It takes {FEWEST_BLOCKS} wards, and {AREAS_EACH} areas and {EVENTS_EACH} {measure.noun} for "
            "each characteristic. Look at fewer characteristics, or at more areas.",
        )
    return frame


def _distinct(used: pd.DataFrame, labels: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Keep characteristics in their order, less those that earlier ones tell almost whole."""
    kept: list[str] = []
    left_out = {}
    for name in used.columns:
        if used[name].nunique() < 2:
            left_out[name] = "it is the same in every area with a count"
        elif kept and _told_by(used[name], used[kept]) > SAME:
            nearest = used[kept].corrwith(used[name]).abs().idxmax()
            left_out[name] = f"it says almost the same as {labels.get(nearest, nearest)} and the others"
        else:
            kept.append(name)
    return kept, left_out


def _told_by(column: pd.Series, others: pd.DataFrame) -> float:
    """Return the R squared of a column on others."""
    design = np.column_stack([np.ones(len(others)), others.to_numpy()])
    y = column.to_numpy()
    residuals = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return float(1 - residuals @ residuals / ((y - y.mean()) ** 2).sum())


def _counts(known: pd.DataFrame, used: pd.DataFrame, measure: Measure) -> Counts:
    design = ((used - used.mean()) / used.std(ddof=0)).to_numpy()
    return Counts(
        events=known["events"].to_numpy(),
        children=known["children"].to_numpy(dtype="float64"),
        design=design,
        levels=_levels(known),
        blocks=pd.factorize(known["block"], sort=True)[0],
    )


def _levels(known: pd.DataFrame) -> Array:
    """Return a column for each council of enough wards, areas and events, and one for the others.

    Others that are too few together count with the council of the lowest code: wards that are left out would
    else take the level with them.
    """
    by = known.groupby("council").agg(
        blocks=("block", "nunique"), areas=("block", "size"), events=("events", "sum")
    )
    enough = (by["blocks"] >= BLOCKS_OF_COUNCIL) & (by["areas"] >= FOLDS) & (by["events"] >= EVENTS_EACH)
    own = known["council"].where(known["council"].map(enough), "")
    rest = own.eq("")
    others = known[rest]
    few = others["block"].nunique() < BLOCKS_OF_COUNCIL or len(others) < FOLDS
    if rest.any() and (few or others["events"].sum() < EVENTS_EACH):
        own = own.mask(rest, by.index[enough].min() if enough.any() else "")
    return pd.get_dummies(own, dtype=float).to_numpy()


def _frame(used: pd.DataFrame, labels: Mapping[str, str], fit: Fit, skill: Skill) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "label": [labels.get(name, name) for name in used.columns],
            "step": used.std(ddof=0).to_numpy(),
            "ratio": np.exp(fit.effects),
            "low": np.exp(fit.low),
            "high": np.exp(fit.high),
            "clear": (fit.low > 0) | (fit.high < 0),
            "importance": skill.importance,
            "error": skill.spread,
        },
        index=used.columns.rename("id"),
    )
    return frame.sort_index().sort_values("importance", ascending=False, kind="stable")
