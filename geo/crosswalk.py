"""Carry figures from LSOA 2011 to LSOA 2021: counts split and sum back exactly, rates go by population.

Method: the lookup that the Office for National Statistics publishes says which areas changed; an area that
was split is shared out by the postcodes in its parts. Without a lookup, a code that stands in both vintages
carries whole, and the rest are shared out by the postcodes in the overlaps of the two sets of boundaries.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.errors import GeographyError, first_few
from data.indicators import Indicator, Kind

_SLIVER = 0.01


@dataclass(frozen=True)
class Crosswalk:
    """How the areas of one vintage go into those of another.

    Attributes
    ----------
    weights
        One row a pair: `source`, `target`, and `weight`, the share of the source that goes to the target.
        The weights of a source add up to 1.
    method
        How the weights were found, in words.
    """

    weights: pd.DataFrame
    method: str

    def __post_init__(self) -> None:
        totals = self.weights.groupby("source")["weight"].sum()
        off = totals.index[~np.isclose(totals, 1.0, atol=1e-9)]
        if len(off):
            raise GeographyError(f"The weights of {len(off):,} areas do not add up to 1: {first_few(off)}.")

    @property
    def changed(self) -> set[str]:
        """The source areas that do not carry whole to the same code."""
        same = self.weights["source"] == self.weights["target"]
        whole = same & np.isclose(self.weights["weight"], 1.0)
        return set(self.weights["source"][~whole])

    def cover(self, codes: pd.Index, areas: pd.Index) -> float:
        """Return the share of areas that get a value when these source codes have one."""
        known = self.weights["source"].isin(codes)
        complete = known.groupby(self.weights["target"]).all()
        return float(complete.reindex(areas, fill_value=False).mean())


def inside_place(older: gpd.GeoSeries, newer: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the old areas that belong to the place of the new ones; all of them where none does.

    An old area belongs if its code stands among the new ones or a point inside it lies in one.
    """
    points = gpd.GeoDataFrame(geometry=older.representative_point(), crs=older.crs)
    placed = gpd.sjoin(points, gpd.GeoDataFrame(geometry=newer), predicate="intersects").index
    here = older[older.index.isin(newer.index) | older.index.isin(placed)]
    return here if len(here) else older


def from_boundaries(older: gpd.GeoSeries, newer: gpd.GeoSeries, points: gpd.GeoSeries) -> Crosswalk:
    """Find the weights from two sets of boundaries and postcode points.

    Parameters
    ----------
    older, newer
        Polygons in EPSG:27700, index area code.
    points
        Postcodes as points in EPSG:27700: the weights of the parts of an area that changed.

    Raises
    ------
    GeographyError
        When an old area overlaps no new one.
    """
    both = older.index.intersection(newer.index)
    whole = pd.DataFrame({"source": both, "target": both, "weight": 1.0})
    old, new = older.drop(both), newer.drop(both)
    shared = _share_out(old, new, points)
    lost = old.index.difference(shared["source"])
    if len(lost):
        shared = pd.concat([shared, _share_out(old.loc[lost], newer, points)])
        lost = old.index.difference(shared["source"])
    if len(lost):
        raise GeographyError(
            f"{len(lost):,} LSOA 2011 areas lie outside every LSOA 2021 area: {first_few(lost)}.",
            "Check that both boundary files are of the same place.",
        )
    method = (
        f"{len(both):,} codes that stand in both vintages carry whole; {len(old):,} others are shared out by "
        "the postcodes where LSOA 2011 and LSOA 2021 boundaries overlap"
    )
    return Crosswalk(_sorted(pd.concat([whole, shared])), method)


def from_lookup(pairs: pd.DataFrame, newer: gpd.GeoSeries, points: gpd.GeoSeries) -> Crosswalk:
    """Find the weights from the published lookup of LSOA 2011 to 2021.

    Parameters
    ----------
    pairs
        Columns `old`, `new`: one row a pair, as in the exact lookup.
    newer
        LSOA 2021 polygons of the build in EPSG:27700; pairs of areas elsewhere are left out.
    points
        Postcodes as points; an area that was split is shared out by the postcodes of its parts, or evenly
        where there are none.
    """
    here = pairs[pairs["old"].isin(pairs["old"][pairs["new"].isin(newer.index)])]
    counts = _count_points(newer, points)
    table = pd.DataFrame({"source": here["old"].astype(str), "target": here["new"].astype(str)})
    table = table.drop_duplicates()
    table["points"] = table["target"].map(counts).fillna(0.0)
    total = table.groupby("source")["points"].transform("sum")
    evenly = 1.0 / table.groupby("source")["target"].transform("size")
    table["weight"] = np.where(total > 0, table["points"] / total.where(total > 0, 1), evenly)
    split = int((table.groupby("source").size() > 1).sum())
    method = (
        f"the published lookup of {table['source'].nunique():,} LSOA 2011 areas; {split:,} that were split "
        "are shared out by the postcodes of their parts"
    )
    return Crosswalk(_sorted(table[["source", "target", "weight"]]), method)


def carry(
    values: pd.Series, indicator: Indicator, crosswalk: Crosswalk, population: pd.Series | None = None
) -> pd.Series:
    """Carry a column across by the method of its kind.

    Parameters
    ----------
    values
        Index source area code; missing stays missing.
    indicator
        Its kind decides: a count is split, a rate or score is averaged over people, a rank or decile
        carries only where the area is unchanged.
    crosswalk
        The weights.
    population
        Index source area code: who a rate or score is averaged over. Equal weights without it.

    Returns
    -------
    pandas.Series
        Index target area code.
    """
    if indicator.kind is Kind.COUNT:
        return carry_counts(values, crosswalk)
    if indicator.kind in (Kind.RATE, Kind.SCORE):
        return carry_averages(values, crosswalk, population)
    same = crosswalk.weights["source"] == crosswalk.weights["target"]
    alone = crosswalk.weights.groupby("target")["source"].transform("size") == 1
    kept = crosswalk.weights[same & alone & np.isclose(crosswalk.weights["weight"], 1.0)]
    return values.reindex(kept["source"]).set_axis(pd.Index(kept["target"])).reindex(_targets(crosswalk))


def carry_counts(values: pd.Series, crosswalk: Crosswalk) -> pd.Series:
    """Split counts by weight. Whole numbers stay whole, by largest remainder, so that totals are exact."""
    parts = crosswalk.weights.assign(value=crosswalk.weights["source"].map(values))
    exact = parts["value"] * parts["weight"]
    known = values.dropna()
    if np.equal(known, known.round()).all():
        exact = _largest_remainder(parts, exact)
    return _sum_or_missing(exact, parts["target"])


def carry_averages(values: pd.Series, crosswalk: Crosswalk, population: pd.Series | None = None) -> pd.Series:
    """Average a rate over the people that each new area takes from the old ones."""
    parts = crosswalk.weights.assign(value=crosswalk.weights["source"].map(values))
    people = parts["weight"]
    if population is not None:
        counted = parts["source"].map(population)
        people = people * counted.where(
            counted > 0, counted[counted > 0].mean() if (counted > 0).any() else 1.0
        )
    total = _sum_or_missing(parts["value"] * people, parts["target"])
    return total / people.groupby(parts["target"]).sum()


def reconcile(before: pd.Series, after: pd.Series, areas: pd.Index, crosswalk: Crosswalk) -> dict[str, Any]:
    """Compare the total of a carried count before and after.

    What stood in a part of an area whose other part has no count cannot be shown there: it is counted as
    `lost_beside_missing`.

    Raises
    ------
    GeographyError
        When they differ: the build stops.
    """
    sources = pd.Index(crosswalk.weights["source"].unique())
    total_before = float(before.reindex(sources).sum())
    inside = after.index.isin(areas)
    entry = {
        "total_before": total_before,
        "total_after": float(after[inside].sum()),
        "outside_the_build": float(after[~inside].sum()),
        "areas_changed": len(crosswalk.changed),
        "share_in_changed_areas": round(
            float(before.reindex(sorted(crosswalk.changed)).sum()) / total_before if total_before else 0.0, 4
        ),
        "without_a_value": int(after[inside].isna().sum()),
        "lost_beside_missing": round(total_before - float(after.sum()), 6),
    }
    parts = crosswalk.weights[crosswalk.weights["target"].isin(after.index[after.isna()])]
    held_back = float((parts["source"].map(before).astype(float) * parts["weight"]).sum())
    rounding = len(parts) + 1e-6 + 1e-9 * total_before
    if abs(entry["lost_beside_missing"] - held_back) > rounding:
        raise GeographyError(f"Carrying {before.name} across does not balance: {entry}.")
    return entry


def _share_out(old: gpd.GeoSeries, new: gpd.GeoSeries, points: gpd.GeoSeries) -> pd.DataFrame:
    """Share old areas among new ones by the postcodes in both; by area where an old one has no postcode."""
    empty = pd.DataFrame({"source": [], "target": [], "weight": []})
    if not len(old) or not len(new):
        return empty
    old_frame = gpd.GeoDataFrame({"source": old.index}, geometry=old.to_numpy(), crs=old.crs)
    new_frame = gpd.GeoDataFrame({"target": new.index}, geometry=new.to_numpy(), crs=new.crs)
    pieces = gpd.overlay(old_frame, new_frame, how="intersection", keep_geom_type=True)
    if not len(pieces):
        return empty
    pieces["area"] = pieces.area
    pieces = pieces[pieces["area"] >= _SLIVER * pieces["source"].map(old.area)]
    in_old = gpd.sjoin(points.to_frame("geometry"), old_frame, predicate="within")[["source", "geometry"]]
    in_both = gpd.sjoin(in_old, new_frame, predicate="within")
    counts = in_both.groupby(["source", "target"]).size().rename("points").reset_index()
    pieces = pieces[["source", "target", "area"]].merge(counts, on=["source", "target"], how="left")
    totals = pieces.groupby("source")[["points", "area"]].transform("sum")
    by_points = pieces["points"].fillna(0) / totals["points"].where(totals["points"] > 0)
    pieces["weight"] = by_points.fillna(pieces["area"] / totals["area"])
    return pieces.loc[pieces["weight"] > 0, ["source", "target", "weight"]]


def _count_points(shapes: gpd.GeoSeries, points: gpd.GeoSeries) -> pd.Series:
    frame = gpd.GeoDataFrame({"code": shapes.index}, geometry=shapes.to_numpy(), crs=shapes.crs)
    joined = gpd.sjoin(points.to_frame("geometry"), frame, predicate="within")
    return joined.groupby("code").size().astype(float)


def _largest_remainder(parts: pd.DataFrame, exact: pd.Series) -> pd.Series:
    """Round the parts of each source to whole numbers that add up to it; ties go to the lower code."""
    whole = np.floor(exact + 1e-9)
    owed = (parts["value"] - whole.groupby(parts["source"]).transform("sum")).round()
    order = pd.DataFrame(
        {"source": parts["source"], "target": parts["target"], "remainder": (exact - whole).round(9)}
    ).sort_values(["source", "remainder", "target"], ascending=[True, False, True])
    place = order.groupby("source").cumcount().reindex(parts.index)
    return whole + (place < owed).astype(float)


def _sum_or_missing(values: pd.Series, targets: pd.Series) -> pd.Series:
    """Add up by target; a target that takes from a missing source is missing."""
    total = values.groupby(targets).sum()
    missing = values.isna().groupby(targets).any()
    return total.mask(missing)


def _targets(crosswalk: Crosswalk) -> pd.Index:
    return pd.Index(sorted(crosswalk.weights["target"].unique()), name="area_code")


def _sorted(weights: pd.DataFrame) -> pd.DataFrame:
    return weights.sort_values(["source", "target"]).reset_index(drop=True)
