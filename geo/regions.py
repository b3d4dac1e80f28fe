"""Regions: which region each small area lies in, by lookups of small areas or of councils.

Regions are made of whole councils, so a lookup from council to region tells it of every small area, whatever
its vintage. Codes of councils are brought to those of today on both sides.
"""

from dataclasses import dataclass

import pandas as pd

from data.codes import AreaKind, latest_council_code
from data.errors import first_few
from data.folder import Folder
from data.provenance import Provenance
from data.sources.base import Source, SourceKind
from geo.area_table import REGION


@dataclass(frozen=True)
class Regions:
    """The region of each small area.

    Attributes
    ----------
    frame
        Index area code; `region_code`, `region_name`, missing where no lookup tells. Without columns where
        none tells of any.
    used
        The lookups that they came from.
    provenance
        Of both columns.
    notes
        How many areas are without a region.
    """

    frame: pd.DataFrame
    used: tuple[Source, ...]
    provenance: dict[str, Provenance]
    notes: tuple[str, ...]


def find_regions(folder: Folder, areas: pd.DataFrame, vintage: str) -> Regions:
    """Find the region of each small area: by the lookup that tells of most, then by others what it lacks.

    Parameters
    ----------
    folder
        The folder, which may hold lookups with a column of regions.
    areas
        Index area code; `la_code, la_name`.
    vintage
        The vintage of the build.
    """
    told = {s: _told_by(s, folder, areas, vintage) for s in folder.of_kind(SourceKind.LOOKUP)}
    ranked = sorted((s for s in told if len(told[s])), key=lambda s: s.label)
    ranked.sort(key=lambda s: (int(told[s]["region_code"].notna().sum()), s.edition), reverse=True)
    frame = pd.DataFrame(pd.NA, index=areas.index, columns=list(REGION), dtype="string")
    used: list[Source] = []
    for source in ranked:
        before = int(frame["region_code"].isna().sum())
        frame = frame.fillna(told[source])
        if int(frame["region_code"].isna().sum()) < before:
            used.append(source)
    if not used:
        return Regions(pd.DataFrame(index=areas.index), (), {}, ())
    frame["region_name"] = frame["region_name"].fillna(frame["region_code"])
    step = f"joined on the {'area' if used[0].area_kind is AreaKind.LSOA else 'council'} code"
    provenance = {column: used[0].provenance("region", step) for column in REGION}
    return Regions(frame, tuple(used), provenance, _without_region(frame, areas, used))


def _told_by(source: Source, folder: Folder, areas: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """Return the regions that one lookup gives, on the index of the areas; empty where it gives none."""
    if "region_code" not in source.frame.columns:
        return pd.DataFrame()
    own = source.frame[list(REGION)].dropna(subset=["region_code"]).astype("string")
    if source.area_kind is AreaKind.LSOA and vintage in folder.vintage_of(source):
        told = own.reindex(areas.index)
    else:
        told = _by_council(source).reindex(latest_council_code(areas["la_code"])).set_axis(areas.index)
    return told if told["region_code"].notna().any() else pd.DataFrame()


def _by_council(source: Source) -> pd.DataFrame:
    """Return the region of each council of a lookup, by the council's code of today."""
    frame = source.frame
    councils = frame.index.to_series() if source.area_kind is AreaKind.COUNCIL else frame["la_code"]
    now = latest_council_code(councils.astype("string"))
    named = frame[list(REGION)].astype("string").assign(council=now.to_numpy()).dropna(subset="region_code")
    return named.dropna(subset="council").drop_duplicates("council").set_index("council")


def _without_region(frame: pd.DataFrame, areas: pd.DataFrame, used: list[Source]) -> tuple[str, ...]:
    lost = areas[frame["region_code"].isna()]
    if not len(lost):
        return ()
    councils = lost["la_name"].dropna().unique()
    where = f", in {first_few(councils)}" if len(councils) else ""
    labels = first_few(source.label for source in used)
    return (f"{len(lost):,} small areas have no region in {labels}{where}.",)
