"""Tell the vintage of every file's codes from the codes, beside the other files of a folder.

Small areas are of 2011 or 2021. Wards and councils change most years: a file of them has the vintage of the
lookup or labelled boundaries whose codes are the same.
"""

from collections.abc import Iterator, Mapping, Sequence

from data.codes import AreaKind, VintageFinding, beyond_2011, infer_vintage
from data.errors import AtlasError
from data.sources.base import Source, SourceKind

_PARENTS = {AreaKind.WARD: "ward_code", AreaKind.COUNCIL: "la_code"}
_WITHOUT_AREAS = (SourceKind.CROSSWALK, SourceKind.POSTCODES)


def infer_vintages(
    sources: Sequence[Source],
) -> tuple[dict[int, VintageFinding], list[tuple[Source, AtlasError]]]:
    """Tell the vintage of every source that has area codes.

    Returns
    -------
    tuple of dict, list
        Findings by position in `sources`; and the sources that mix vintages, each with the error that says
        so and no vintage among the findings.
    """
    findings = {
        i: _of_parents(source, sources) for i, source in enumerate(sources) if source.area_kind in _PARENTS
    }
    mixtures = []
    small = [
        i for i, s in enumerate(sources) if s.area_kind is AreaKind.LSOA and s.kind not in _WITHOUT_AREAS
    ]
    own = {i: set(sources[i].frame.index.to_numpy(dtype=object)) for i in small}
    lists = _lists_of_known_vintage(sources, own)
    for i in small:
        known = {v: set().union(*(codes for j, codes in each if j != i)) for v, each in lists.items()}
        try:
            findings[i] = infer_vintage(own[i], known, sources[i].declared)
        except AtlasError as error:
            mixtures.append((sources[i], error))
            findings[i] = VintageFinding((), error.message)
    return findings, mixtures


def _lists_of_known_vintage(
    sources: Sequence[Source], own: Mapping[int, set[str]]
) -> dict[str, list[tuple[int, set[str]]]]:
    """List the small-area codes of sure vintage, each with the position of its source.

    Codes prove 2021; where none does, a header that says so stands in.

    Parameters
    ----------
    sources
        Every source of the folder.
    own
        The codes of those whose rows are small areas, by position.
    """
    proven: list[tuple[int, set[str]]] = []
    claimed: list[tuple[int, set[str]]] = []
    older: list[tuple[int, set[str]]] = []
    for i, source in enumerate(sources):
        if source.kind is SourceKind.CROSSWALK:
            older.append((i, set(source.frame["old"])))
            proven.append((i, set(source.frame["new"])))
        elif i in own:
            codes = own[i]
            finding = infer_vintage(codes, {}, source.declared)
            if finding.vintages == ("2011",):
                older.append((i, codes))
            elif finding.vintages == ("2021",):
                (proven if beyond_2011(codes) else claimed).append((i, codes))
    return {"2011": older, "2021": proven or claimed}


def _of_parents(source: Source, sources: Sequence[Source]) -> VintageFinding:
    """Tell the year of a file of wards or councils: its header's, else that of a list with the same codes."""
    if source.declared:
        return VintageFinding((source.declared,), f"its header says {source.declared}")
    own = set(source.frame.index)
    lists = dict(_dated_lists(source, sources))
    years = sorted((year for year, codes in lists.items() if own <= codes or codes <= own), reverse=True)
    if years:
        return VintageFinding(tuple(years), f"its codes are those of the list of {' and '.join(years)}")
    shared = max((len(own & codes) for codes in lists.values()), default=0)
    why = f"at most {shared:,} of its {len(own):,} codes stand in a list whose year is known"
    return VintageFinding((), why)


def _dated_lists(source: Source, sources: Sequence[Source]) -> Iterator[tuple[str, set[str]]]:
    """Yield the codes of the same kind of area that other files give a year for."""
    kind = source.area_kind
    if kind not in _PARENTS:
        return
    for other in sources:
        if other is source:
            continue
        if other.area_kind is kind and other.declared:
            yield other.declared, set(other.frame.index)
        elif other.kind is SourceKind.LOOKUP and (year := other.years.get(kind)):
            column = _PARENTS[kind]
            codes = other.frame.index if other.area_kind is kind else other.frame[column].dropna()
            yield year, set(codes)
