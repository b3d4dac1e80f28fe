"""The weights of need: what `need_weights.toml` says, checked."""

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from data.errors import SourceError

WEIGHTS_FILE: Final = Path(__file__).parent / "need_weights.toml"
DEMAND: Final = "demand_"
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_INCOME: Final = frozenset({"need_income", "need_idaci"})
MOST_WEIGHT: Final = 50
"""The most that a reader can give a domain."""

Weights = tuple[tuple[str, float], ...]
"""A reader's own weights of the domains, by id; empty for the standard ones."""

_LONGEST: Final = 400
_ONE_WEIGHT: Final = re.compile(r"([a-z][a-z0-9_]{0,30})\.(\d{1,3})")
_HINT: Final = "Correct data/need_weights.toml; its first lines say what stands in it."


@dataclass(frozen=True)
class Domain:
    """One domain of need.

    Attributes
    ----------
    id
        A short name, as it stands in files.
    label
        What it is called where people read it.
    weight
        Its weight beside the other domains, in any unit.
    indicators
        Stems of indicators ("need_idaci") or whole columns, each with its share of the domain.
    instead
        The same, for data that holds none of `indicators`.
    """

    id: str
    label: str
    weight: float
    indicators: Mapping[str, float]
    instead: Mapping[str, float]


@cache
def need_domains(path: Path = WEIGHTS_FILE) -> tuple[Domain, ...]:
    """Read the domains of need in their order.

    Raises
    ------
    SourceError
        When the file cannot be read, or names every fault in it: an id twice, a weight that is not a number
        from 0, no weight above 0, a referral column, or income deprivation beside IDACI.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("domain", [])
        domains = tuple(_read(entry) for entry in entries)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SourceError(f"{path.name} cannot be read: {error!r}.", _HINT) from error
    faults = list(_faults(domains))
    if faults:
        raise SourceError(f"{path.name}: {'; '.join(faults)}.", _HINT)
    return domains


def standard_weights(domains: Iterable[Domain] | None = None) -> dict[str, float]:
    """Return the weight of each domain by its id."""
    return {d.id: d.weight for d in (need_domains() if domains is None else domains)}


def parse_weights(text: str) -> Weights:
    """Read a reader's weights from the text of an address: "poverty.30,education.15".

    Returns
    -------
    tuple
        Id and weight of each domain, in the order of the ids; empty, for the standard weights, when any
        part is not understood, a weight is above 50 or none is above 0.

    Examples
    --------
    >>> parse_weights("poverty.30,crime.0")
    (('crime', 0.0), ('poverty', 30.0))
    >>> parse_weights("poverty.-3"), parse_weights("nothing.5")
    ((), ())
    """
    known = standard_weights()
    parts = [_ONE_WEIGHT.fullmatch(part) for part in text.split(",")] if len(text) <= _LONGEST else [None]
    if not all(parts):
        return ()
    found = {part[1]: float(part[2]) for part in parts if part}
    sound = bool(found) and set(found) <= set(known) and 0 < max(found.values()) <= MOST_WEIGHT
    return tuple(sorted(found.items())) if sound else ()


def write_weights(weights: Mapping[str, float]) -> str:
    """Write weights as they stand in the address."""
    return ",".join(f"{id_}.{weight:.0f}" for id_, weight in weights.items())


def _read(entry: Mapping[str, Any]) -> Domain:
    shares = [
        {str(k): float(v) for k, v in entry.get(name, {}).items()} for name in ("indicators", "instead")
    ]
    try:
        weight = float(entry["weight"])
    except ValueError:
        weight = math.nan
    return Domain(str(entry["id"]), str(entry["label"]), weight, *shares)


def _faults(domains: tuple[Domain, ...]) -> Iterable[str]:
    ids = [d.id for d in domains]
    if not domains:
        yield "it has no domain"
    yield from (f"the domain {twice} stands twice" for twice in sorted({i for i in ids if ids.count(i) > 1}))
    yield from (f"{i!r} is not a short name in small letters" for i in ids if not _ID.fullmatch(i))
    for domain in domains:
        if not (math.isfinite(domain.weight) and domain.weight >= 0):
            yield f"the weight of {domain.id} is not a number from 0"
        if not domain.indicators:
            yield f"{domain.id} has no indicator"
        shares = [*domain.indicators.values(), *domain.instead.values()]
        if any(not (math.isfinite(share) and share > 0) for share in shares):
            yield f"a share in {domain.id} is not a number above 0"
        demand = sorted(i for i in (*domain.indicators, *domain.instead) if i.startswith(DEMAND))
        yield from (f"{column} is demand, which is never part of need" for column in demand)
    if domains and not any(d.weight > 0 for d in domains):
        yield "no domain has a weight above 0"
    first = [set(d.indicators) for d in domains]
    together = set().union(*first) >= _INCOME or any(set(d.instead) >= _INCOME for d in domains)
    if together or _income_in_two_domains(domains):
        yield "income deprivation and IDACI stand side by side: they count one hardship twice"


def _income_in_two_domains(domains: tuple[Domain, ...]) -> bool:
    """Say whether two domains could take income and IDACI at the same time, one of them `instead`."""
    return sum(bool(_INCOME & {*d.indicators, *d.instead}) for d in domains) > 1
