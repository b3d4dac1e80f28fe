"""Lookups between areas: small area to ward to council to region in every layout, and LSOA 2011 to 2021."""

import re

import pandas as pd

from data.codes import CODE_TYPES, AreaKind, clean_codes
from data.errors import first_few
from data.sources.base import Source, SourceKind, index_by_code, readable
from data.sources.columns import name_column, year_of
from data.tables import Table

_UPPER_TIER = re.compile(r"(?i)(?:utla|ctyua|cty)\d*")
_PARENTS = {AreaKind.WARD: "ward", AreaKind.COUNCIL: "la", AreaKind.REGION: "region"}
"""The areas that hold others, and how their columns begin in the area table."""

_BASES = (AreaKind.LSOA, AreaKind.WARD, AreaKind.COUNCIL)
"""What one row of a lookup may be, the smallest first."""

_CARGO = re.compile(r"(?i).*(?:cd|nm|nmw|code|name|id|ind)\W*\d*")


def recognise(table: Table) -> Source | None:
    """Read a table if it does nothing but relate areas to each other, else return None."""
    kinds = table.kinds
    carries_only_names = all(_CARGO.fullmatch(c) for c in table.header if c not in kinds)
    if len(kinds) < 2 or not carries_only_names or any("postcode" in c.lower() for c in table.header):
        return None
    lsoa = [c for c, k in kinds.items() if k is AreaKind.LSOA]
    if len(lsoa) == 2:
        return _read_crosswalk(table, lsoa)
    base = next((kind for kind in _BASES if kind in kinds.values()), None)
    if base is None or not any(k in _PARENTS and k is not base for k in kinds.values()):
        return None
    return _read_lookup(table, next(c for c, k in kinds.items() if k is base), base, kinds)


def _read_lookup(table: Table, key: str, base: AreaKind, kinds: dict[str, AreaKind]) -> Source:
    relevant, shared_note = _relevant(table, key, kinds), ""
    if AreaKind.OA in kinds.values():
        relevant, shared_note = _by_majority(relevant, key)
    usable, rejected, notes = index_by_code(relevant, key, base)
    years = {k: year for c, k in kinds.items() if (year := year_of(c))}
    frame = pd.DataFrame({"area_name": _names_beside(usable, table.header, key)}, index=usable.index)
    for kind, prefix in _PARENTS.items():
        columns = [c for c, k in kinds.items() if k is kind and c != key]
        if kind is AreaKind.REGION and not columns:
            continue
        codes, labels = _parents(usable, table.header, columns)
        if kind is AreaKind.REGION:  # DfE splits London by codes of its own, which are no region's
            codes = codes.where(codes.str.fullmatch(CODE_TYPES[kind].pattern).fillna(False))
        frame[f"{prefix}_code"], frame[f"{prefix}_name"] = codes, labels
    newest = max((y for k, y in years.items() if k is not AreaKind.LSOA), default="")
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.LOOKUP,
        entry="lookups",
        edition=newest,
        area_kind=base,
        frame=frame,
        rows=len(table.frame),
        rejected=rejected,
        declared=years.get(base),
        notes=(shared_note, *notes) if shared_note else notes,
        years=years,
        why=f"it holds codes and names of areas and nothing else: {first_few(map(readable, kinds))}",
    )


def _parents(rows: pd.DataFrame, header: tuple[str, ...], columns: list[str]) -> tuple[pd.Series, pd.Series]:
    """Return codes and names of wards or councils; of a district (E07) those of its county, where named.

    Districts do not run children's services: the county above them does.
    """
    lower = next((c for c in columns if not _UPPER_TIER.match(c)), next(iter(columns), None))
    upper = next((c for c in columns if _UPPER_TIER.match(c)), lower)
    names = _names_beside(rows, header, lower)
    if lower is None or upper is None:
        return names, names
    codes = clean_codes(rows[lower])
    district = codes.str.startswith("E07").fillna(False).astype(bool)
    above = clean_codes(rows[upper])
    return codes.mask(district, above), names.mask(district, _names_beside(rows, header, upper))


def _read_crosswalk(table: Table, columns: list[str]) -> Source | None:
    """Read LSOA 2011 to 2021, which has a row a pair; the older column is the one its header or codes say."""
    years = {c: year_of(c) for c in columns}
    if set(years.values()) != {"2011", "2021"}:
        return None
    old, new = sorted(columns, key=lambda c: str(years[c]))
    change = next((c for c in table.header if c.lower().startswith("chgind")), None)
    frame = pd.DataFrame({"old": clean_codes(table.frame[old]), "new": clean_codes(table.frame[new])})
    frame["change"] = clean_codes(table.frame[change]) if change else pd.NA
    pattern = CODE_TYPES[AreaKind.LSOA].pattern
    sound = frame["old"].str.fullmatch(pattern).fillna(False) & frame["new"].str.fullmatch(pattern).fillna(
        False
    )
    rejected = pd.DataFrame(
        {
            "row": frame.index[~sound] + 1,
            "value": frame["old"][~sound],
            "reason": "not a pair of small area codes",
        }
    )
    pairs = frame[sound].drop_duplicates(["old", "new"]).set_index("new", drop=False).rename_axis("area_code")
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.CROSSWALK,
        entry="lookups",
        edition="2021",
        area_kind=AreaKind.LSOA,
        frame=pairs,
        rows=len(table.frame),
        rejected=rejected.reset_index(drop=True),
        declared="2021",
        why=f"its rows are pairs of small areas of 2011 and 2021: {first_few(map(readable, (old, new)))}",
    )


def _relevant(table: Table, key: str, kinds: dict[str, AreaKind]) -> pd.DataFrame:
    """Keep the key, its parents and their names: a finer code would make exact repeats look different."""
    parents = [c for c, k in kinds.items() if k in _PARENTS or c == key]
    names = [name for c in parents if (name := name_column(table.header, c))]
    return table.frame[list(dict.fromkeys([*parents, *names]))]


def _by_majority(rows: pd.DataFrame, key: str) -> tuple[pd.DataFrame, str]:
    """Give each area to the ward that most of its output areas lie in, where a lookup has a row for each."""
    known = rows[rows[key].notna()]
    columns = list(known.columns)
    votes = known.groupby(columns, dropna=False)[key].transform("size")
    ranked = known.assign(votes=-votes).sort_values([key, "votes", *[c for c in columns if c != key]])
    first = ranked[~ranked[key].duplicated()].drop(columns="votes")
    several = int(known.drop_duplicates()[key].duplicated().sum())
    note = f"{several:,} small areas lie in several wards; each goes to the one with most of its output areas"
    return pd.concat([first, rows[rows[key].isna()]]).sort_index(), note if several else ""


def _names_beside(frame: pd.DataFrame, header: tuple[str, ...], column: str | None) -> pd.Series:
    name = name_column(header, column) if column else None
    return frame[name] if name else pd.Series(pd.NA, index=frame.index, dtype="string")
