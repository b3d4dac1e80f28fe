"""Who lives in the places that are chosen, beside all: by fifth of England, by age and by protected group.

Each group is told by the part of it that lives in the chosen places, beside the part of all people (of the
fifths: of all children) that does: 1.5 times means half as many again as if nobody had been looked at.

Source of the list: Equality Act 2010, section 4 (protected characteristics); the duty to have regard to them
is that of section 149.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.errors import GeographyError, first_few
from data.indicators import Indicator, Kind
from geo.area_table import AreaTable
from models.levels import CODE_COLUMNS, Level
from models.placement_phrases import listed
from models.reach_need import FIFTHS, Fifths, fifths_of
from models.reach_supply import ALL_CHILDREN, best_known
from models.words import number, percent

FIFTH: Final = "fifth"
AGE: Final = "age"
EVERYONE: Final = ("pop_total", "pop_iod_total")
AGES: Final = ("pop_0_4", "pop_0_15", "pop_0_17", "pop_16_59", "pop_60_plus")

PROTECTED: Final = {
    "disability": r"\bdisab|\blimited a (?:lot|little)|\blong-term (?:physical|health)",
    "gender reassignment": r"\bgender identity|\btrans(?:gender)? (?:m[ae]n|wom[ae]n|people)|\bnon-binary",
    "marriage and civil partnership": r"\bmarried|\bcivil partner|\bdivorced|\bwidowed",
    "pregnancy and maternity": r"\bpregnan|\bmaternit|\bbirths?\b",
    "race": r"\bethnic|\basian\b|\bblack\b|\bmixed or multiple|\bwhite\b|\barab\b|\bgypsy|\broma\b",
    "religion or belief": r"\breligio|\bchristian|\bmuslim|\bhindu|\bsikh|\bjewish|\bbuddhist",
    "sex": r"\bfemales?\b|\bmales?\b|\bwomen\b|\bmen\b|\bgirls\b|\bboys\b",
    "sexual orientation": r"\bsexual orientation|\bheterosexual|\bgay or lesbian|\bbisexual",
}
"""How a column is told that counts people of a protected characteristic other than age."""

_PATTERNS: Final = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in PROTECTED.items()}


@dataclass(frozen=True)
class Fairness:
    """Who lives in the chosen places.

    Attributes
    ----------
    frame
        One row a group: `kind` ("fifth", "age" or a protected characteristic), `label`, `chosen` and `all`
        (how many live in the chosen places, and in all), `share` (the one by the other), `beside` (the same
        of all people, of fifths of all children) and `times` (`share` by `beside`). A number is missing where
        that of an area is not known, and a share with it.
    covered, absent
        The protected characteristics of which the build has figures, and those of which it has none.
    sentence, caveats
        In words.
    """

    frame: pd.DataFrame
    covered: tuple[str, ...]
    absent: tuple[str, ...]
    sentence: str
    caveats: tuple[str, ...]


def fairness_of(areas: AreaTable, chosen: Sequence[str], level: Level) -> Fairness:
    """Say who lives in the chosen places, beside all.

    Parameters
    ----------
    areas
        The small areas of all places that were compared.
    chosen
        The codes of those chosen.
    level
        What they are.

    Raises
    ------
    GeographyError
        When a code is none of the level.
    """
    keys = areas.frame.index.to_series() if level is Level.AREA else areas.frame[CODE_COLUMNS[level]]
    strange = set(chosen) - set(keys.dropna())
    if strange:
        raise GeographyError(
            f"{len(strange):,} codes are no {level.plural} of these areas: {first_few(strange)}.",
            "Take the areas and the shortlist from one build.",
        )
    inside = keys.isin(list(chosen)).fillna(False).astype(bool)
    fifths, children = fifths_of(areas), best_known(areas, ALL_CHILDREN)
    rows = [*_fifth_rows(areas, inside, fifths, children), *_people_rows(areas, inside)]
    columns = ["kind", "label", "chosen", "all", "beside"]
    frame = pd.DataFrame(rows, columns=columns).astype(
        {"chosen": "float64", "all": "float64", "beside": "float64"}
    )
    frame.insert(4, "share", frame["chosen"] / frame["all"].where(frame["all"] > 0))
    frame["times"] = frame["share"] / frame["beside"].where(frame["beside"] > 0)
    kinds = set(frame.loc[frame["share"].notna(), "kind"])
    covered = tuple(name for name in PROTECTED if name in kinds)
    absent = tuple(name for name in PROTECTED if name not in kinds)
    return Fairness(
        frame=frame,
        covered=covered,
        absent=absent,
        sentence=_sentence(frame, len(chosen), level, fifths),
        caveats=tuple(_caveats(frame, covered, absent)),
    )


def characteristic_of(entry: Indicator) -> str | None:
    """Return the protected characteristic that an indicator counts people of; None where there is none.

    Examples
    --------
    >>> from data.indicators import indicators
    >>> characteristic_of(indicators()["pop_total"]) is None
    True
    """
    if entry.kind is not Kind.COUNT or entry.unit not in ("people", "children"):
        return None
    text = entry.published_name or entry.label
    return next((name for name, pattern in _PATTERNS.items() if pattern.search(text)), None)


def _fifth_rows(
    areas: AreaTable, inside: pd.Series, fifths: Fifths | None, children: str | None
) -> Iterator[tuple[str, str, float, float, float]]:
    if fifths is None or children is None:
        return
    counts = areas.frame[children].astype("float64")
    beside = _ratio(_sum(counts[inside]), _sum(counts))
    words = {1: "Most deprived fifth of England", 5: "Least deprived fifth of England"}
    for fifth in FIFTHS:
        mine = fifths.values.eq(fifth).fillna(False).astype(bool)
        label = words.get(fifth, f"Fifth {fifth}")
        yield FIFTH, label, _sum(counts[inside & mine]), _sum(counts[mine]), beside
    unknown = fifths.values.isna()
    if unknown.any():
        yield FIFTH, "Fifth not known", _sum(counts[inside & unknown]), _sum(counts[unknown]), beside


def _people_rows(areas: AreaTable, inside: pd.Series) -> Iterator[tuple[str, str, float, float, float]]:
    everyone = best_known(areas, EVERYONE)
    beside = float("nan")
    if everyone is not None:
        people = areas.frame[everyone].astype("float64")
        beside = _ratio(_sum(people[inside]), _sum(people))
    groups = [(AGE, column) for column in AGES if column in areas.frame]
    told = [(characteristic_of(areas.dictionary[column]), column) for column in areas.indicators]
    order = list(PROTECTED)
    groups += sorted(
        ((name, column) for name, column in told if name is not None),
        key=lambda pair: (order.index(pair[0]), pair[1]),
    )
    for kind, column in groups:
        counts = areas.frame[column].astype("float64")
        yield kind, areas.dictionary[column].label, _sum(counts[inside]), _sum(counts), beside


def _sum(counts: pd.Series) -> float:
    """Add up; what one area lacks is not known of all."""
    return float(counts.sum(skipna=False))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _sentence(frame: pd.DataFrame, count: int, level: Level, fifths: Fifths | None) -> str:
    mine = frame[frame["kind"].eq(FIFTH)]
    here, everywhere = _sum(mine["chosen"]), _sum(mine["all"])
    noun = level.singular if count == 1 else level.plural
    if fifths is None or mine.empty or not here > 0 or not everywhere > 0:
        return f"How deprived the children of the chosen {noun} are is not known."
    first = mine.iloc[0]
    return (
        f"Of {number(here)} children in the chosen {noun}, {percent(first['chosen'] / here)} live in the "
        f"most deprived fifth of England by {fifths.words}, {fifths.year}, beside "
        f"{percent(first['all'] / everywhere)} of all {number(everywhere)} children."
    )


def _caveats(frame: pd.DataFrame, covered: tuple[str, ...], absent: tuple[str, ...]) -> Iterator[str]:
    if not covered:
        yield (
            f"No figures of this build tell {_either(absent)}: what the choice means for people with these "
            "protected characteristics has to be found out in another way. Tables of the census by small "
            "area, put into the folder, would show some of it."
        )
    elif absent:
        yield f"No figures of this build tell {_either(absent)}."
    unknown = frame.loc[frame[["chosen", "all"]].isna().any(axis=1), "label"]
    if len(unknown):
        yield f"Not known of all areas, and so not told: {listed(sorted(unknown))}."
    yield (
        "Figures are of where people live, whoever is referred or takes part. A group that is spread thinly "
        "can be missed by any choice of places."
    )


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
