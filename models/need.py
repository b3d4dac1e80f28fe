"""Need: what several domains of deprivation and child numbers say together of each small area.

Weights belong to domains and stand in `data/need_weights.toml`. Within a domain the indicators that the
data holds share its weight. Each indicator's rank is transformed as the Indices of Deprivation transform
theirs, so that being among the worst on one thing is not cancelled by doing well on another. Need is never
made of referrals: those are demand.

Source of the transformation: English Indices of Deprivation technical report, appendix on the exponential
transformation of domain ranks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from data.indicators import Indicator, Kind, indicators, national_list
from data.need_weights import Domain, need_domains, standard_weights
from data.provenance import Provenance, join_provenance
from geo.aggregate import least_certain
from geo.area_table import AreaTable
from models.levels import DOMAIN_PREFIX, NEED_INDEX

CHILD_SHARE: Final = "pop_child_share"
FEWEST_DOMAINS: Final = 3
SCALE: Final = 23.0
"""The constant of the transformation: about a tenth of the areas score above 50 of 100."""

ENOUGH: Final = 0.9
"""The share of the areas that must have an indicator for it to speak for its domain."""

PEOPLE: Final = (("pop_0_17", "pop_total"), ("pop_0_15", "pop_total"), ("pop_iod_0_15", "pop_iod_total"))
"""Children and everyone, from which the share of children is made; the better pair first."""


@dataclass(frozen=True)
class UsedDomain:
    """A domain that the data can speak for.

    Attributes
    ----------
    domain
        The domain.
    columns
        The indicator columns that speak for it, each with its share of the domain; shares sum to 1.
    absent
        Those of its indicators that the data does not hold, and whose share went to the others.
    instead
        Whether its stand-in speaks for it.
    """

    domain: Domain
    columns: Mapping[str, float]
    absent: tuple[str, ...]
    instead: bool

    @property
    def column(self) -> str:
        """The column of its score."""
        return f"{DOMAIN_PREFIX}{self.domain.id}_score"


def overlay_need(areas: AreaTable, domains: Iterable[Domain] | None = None) -> AreaTable:
    """Lay the combined need over areas, with the scores of its domains and the share of children.

    Parameters
    ----------
    areas
        The areas with their indicators.
    domains
        The domains of need; those of `data/need_weights.toml` when not given.

    Returns
    -------
    AreaTable
        With `pop_child_share` (0 to 1); `need_domain_<id>_score` (0 to 100, high is worse) for each domain
        that the data can speak for; and `need_index_score`, their average by the standard weights, which is
        missing where a domain is. With fewer than three domains there is no combined need: the published IMD
        then carries a caveat that says so.
    """
    with_children = overlay_child_share(areas)
    wanted = need_domains() if domains is None else tuple(domains)
    used = [found for domain in wanted if domain.weight > 0 and (found := use_domain(with_children, domain))]
    if len(used) < FEWEST_DOMAINS:
        return _with_imd_instead(with_children, len(used))
    scores = pd.DataFrame({u.column: score_domain(with_children, u.columns) for u in used})
    weights = standard_weights(u.domain for u in used)
    index = combine(scores, {f"{DOMAIN_PREFIX}{id_}_score": weight for id_, weight in weights.items()})
    values = scores.assign(**{NEED_INDEX: index})
    parts = {u.column: list(u.columns) for u in used}
    parts[NEED_INDEX] = list(dict.fromkeys(column for u in used for column in u.columns))
    status = pd.DataFrame(
        {c: least_certain(with_children.status[its], values[c]) for c, its in parts.items()}
    )
    provenance = {c: _pedigree(with_children, its) for c, its in parts.items()}
    provenance |= {u.column: provenance[u.column].with_step(_domain_step(with_children, u)) for u in used}
    absent = [d.label for d in wanted if d.id not in weights]
    provenance[NEED_INDEX] = provenance[NEED_INDEX].with_step(*_index_steps(with_children, used, absent))
    own = [_domain_indicator(u.domain, with_children) for u in used]
    own.append(replace(indicators()[NEED_INDEX], denominator=_children(with_children)))
    return with_children.overlaid(values, status, provenance, own)


def overlay_child_share(areas: AreaTable) -> AreaTable:
    """Lay the share of children among everyone over areas; nothing where no file has both."""
    pair = _people_pair(areas)
    if pair is None or CHILD_SHARE in areas.frame:
        return areas
    children, everyone = pair
    total = areas.frame[everyone]
    share = (areas.frame[children] / total.where(total > 0)).rename(CHILD_SHARE)
    status = least_certain(areas.status[[children, everyone]], share).to_frame(CHILD_SHARE)
    step = f"{children} divided by {everyone}"
    provenance = {CHILD_SHARE: areas.provenance[children].with_step(step)}
    entry = replace(indicators()[CHILD_SHARE], denominator=everyone)
    return areas.overlaid(share.to_frame(), status, provenance, [entry])


def use_domain(areas: AreaTable, domain: Domain) -> UsedDomain | None:
    """Say which columns speak for a domain, or None when the data holds none of them."""
    for shares, instead in ((domain.indicators, False), (domain.instead, True)):
        found = {stem: column for stem in shares if (column := _column_of(areas, stem))}
        if found:
            total = sum(shares[stem] for stem in found)
            columns = {column: shares[stem] / total for stem, column in found.items()}
            return UsedDomain(domain, columns, tuple(s for s in shares if s not in found), instead)
    return None


def score_domain(areas: AreaTable, columns: Mapping[str, float]) -> pd.Series:
    """Return the score of a domain, 0 to 100, high is worse.

    Each indicator's place among the areas, transformed; averaged by the shares in `columns` over those
    indicators that an area has. An area without any of them has no score.
    """
    places = pd.DataFrame({c: transform_place(place_of(areas, c)) for c in columns})
    shares = pd.Series(columns)
    known = places.notna().mul(shares, axis=1).sum(axis=1)
    return places.mul(shares, axis=1).sum(axis=1).div(known.where(known > 0))


def place_of(areas: AreaTable, column: str) -> pd.Series:
    """Return the place of each area on one indicator, above 0 to 1, where 1 is the worst.

    A national rank is placed among England's small areas; any other figure among the areas of the table.
    """
    values, entry = areas.frame[column].astype("float64"), areas.dictionary[column]
    if entry.kind is Kind.RANK and entry.id.startswith("need_"):
        of = national_list(areas.provenance[column].vintage, areas.vintage).areas
        return ((of + 1 - values) / of).clip(1 / of, 1.0)
    return values.rank(ascending=entry.polarity != "low_is_worse") / max(int(values.notna().sum()), 1)


def transform_place(place: pd.Series) -> pd.Series:
    """Transform places exponentially, as the Indices of Deprivation do: -23 ln(1 - R (1 - exp(-100 / 23))).

    Parameters
    ----------
    place
        R, above 0 to 1, where 1 is the worst.

    Returns
    -------
    pandas.Series
        0 to 100. Only the worst tenth lies above half way, so that a good place on one indicator does not
        cancel a bad one on another.

    Examples
    --------
    >>> transform_place(pd.Series([0.01, 0.5, 0.9, 1.0])).round(1).tolist()
    [0.2, 15.6, 50.4, 100.0]
    """
    with np.errstate(divide="ignore"):
        transformed = -SCALE * np.log(1 - place * (1 - np.exp(-100 / SCALE)))
    return transformed.clip(0.0, 100.0)


def combine(scores: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """Return the average of domain scores by their weights; missing where a domain with weight is.

    Parameters
    ----------
    scores
        One column a domain, 0 to 100.
    weights
        A weight for each of its columns, in any unit.
    """
    share = pd.Series(weights, dtype="float64").reindex(scores.columns)
    counted = share[share > 0]
    return scores[counted.index].mul(counted / counted.sum(), axis=1).sum(axis=1, min_count=len(counted))


def _with_imd_instead(areas: AreaTable, count: int) -> AreaTable:
    held = f"this build holds {count}" if count else "this build holds none"
    caveat = (
        f"Need brought together from domains takes at least {FEWEST_DOMAINS} of them, and {held}: the "
        "published Index of Multiple Deprivation stands in its place."
    )
    entries = [replace(e, caveat=caveat) for e in areas.dictionary.values() if e.id.startswith("need_imd_")]
    empty = pd.DataFrame(index=areas.frame.index)
    return areas.overlaid(empty, empty, {}, entries)


def _column_of(areas: AreaTable, stem: str) -> str | None:
    """Return the column of an indicator that enough areas have: its rank, its score, or the column itself."""
    for column in (f"{stem}_rank", f"{stem}_score", stem):
        if column in areas.frame and areas.frame[column].notna().mean() >= ENOUGH:
            return column
    return None


def _people_pair(areas: AreaTable) -> tuple[str, str] | None:
    """Return children and everyone of one source, known for enough areas."""
    for children, everyone in PEOPLE:
        both = [children, everyone]
        if set(both) <= set(areas.indicators) and areas.frame[both].notna().all(axis=1).mean() >= ENOUGH:
            one, other = (areas.provenance[column] for column in both)
            if (one.file, one.vintage) == (other.file, other.vintage):
                return children, everyone
    return None


def _children(areas: AreaTable) -> str | None:
    """Return the children by whom need is averaged over several areas."""
    pair = _people_pair(areas)
    if pair is not None:
        return pair[0]
    known = (c for c, _ in PEOPLE if c in areas.frame and areas.frame[c].notna().mean() >= ENOUGH)
    return next(known, None)


def _domain_indicator(domain: Domain, areas: AreaTable) -> Indicator:
    return Indicator(
        id=f"{DOMAIN_PREFIX}{domain.id}_score",
        label=f"Need: {domain.label}",
        meaning=f"{domain.label}, one of the domains of combined need. 100 is England's worst",
        unit="score 0 to 100",
        polarity="high_is_worse",
        kind=Kind.SCORE,
        denominator=_children(areas),
        published_name=None,
    )


def _pedigree(areas: AreaTable, columns: Iterable[str]) -> Provenance:
    return join_provenance([areas.provenance[c] for c in columns], f"LSOA {areas.vintage}")


def _domain_step(areas: AreaTable, used: UsedDomain) -> str:
    parts = [f"{areas.dictionary[c].label} {share:.0%}" for c, share in used.columns.items()]
    return f"ranks transformed exponentially, from {', '.join(parts)}"


def _index_steps(areas: AreaTable, used: list[UsedDomain], absent: list[str]) -> Iterable[str]:
    total = sum(u.domain.weight for u in used)
    parts = [f"{u.domain.label} {u.domain.weight / total:.0%}" for u in used]
    yield f"ranks transformed exponentially and averaged by domain: {', '.join(parts)}"
    for u in used:
        if u.absent:
            names = ", ".join(_label_of(areas, stem) for stem in u.absent)
            heir = "its stand-in speaks" if u.instead else "the rest of the domain speaks"
            yield f"not in the data: {names}; {heir} for {u.domain.label}"
    if absent:
        yield f"domains without data, their weight spread over the others: {', '.join(absent)}"


def _label_of(areas: AreaTable, stem: str) -> str:
    entry = areas.dictionary.get(f"{stem}_rank") or areas.dictionary.get(stem)
    return entry.label if entry else stem
