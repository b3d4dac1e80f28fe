"""Which kinds of place are buildings that could house support, and one record of each building."""

from collections.abc import Iterable
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.asset_kinds import asset_kinds
from geo.plain_names import plain_name

LIKELY: Final = ("family_hub", "library", "school", "community_centre")
"""Kinds of building in which a council, or somebody it works with, most often has a room."""

POSSIBLE: Final = ("early_years", "health", "advice", "youth_sport", "faith", "food")
"""Kinds of building that somebody may ask for besides: many a pharmacy or church has no room to spare."""

Rows = npt.NDArray[np.int64]


def one_each(places: gpd.GeoDataFrame, apart: Iterable[str] = ()) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Return one row a building: places of one name and postcode, or at one point, are one.

    What is known of them is that of the place whose kind is the likeliest, then of the first by id. Each
    building stands where that place stands.

    Parameters
    ----------
    places
        Index place id; `name`, `kind`, `postcode` and points in EPSG:27700.
    apart
        Columns on which places of several names at one point have to agree to be one.

    Returns
    -------
    geopandas.GeoDataFrame
        Those that are kept, with `kinds`, all that it is listed under, with a space between two, and `also`,
        the other names at its point, with a semicolon between two.
    dict
        By the id of each place that is not kept: that of the one which stands for it.
    """
    order = [*LIKELY, *POSSIBLE, *asset_kinds()]
    rank = places["kind"].map({kind: n for n, kind in reversed(list(enumerate(order)))}).fillna(len(order))
    sorted_rows = places.assign(rank=rank, id=places.index).sort_values(["rank", "id"], kind="stable")
    first = _first_of_each(sorted_rows, list(apart))
    ids = sorted_rows.index.to_numpy()
    kept = sorted_rows[first == np.arange(len(first))].drop(columns=["rank", "id"])
    several = np.isin(first, first[first != np.arange(len(first))])
    groups = pd.DataFrame(sorted_rows.loc[several, ["kind", "name"]]).groupby(ids[first[several]], sort=False)
    kinds = {id_: " ".join(dict.fromkeys(mine["kind"])) for id_, mine in groups}
    also = {id_: _other_names(mine["name"]) for id_, mine in groups}
    told = kept.assign(
        kinds=[kinds.get(id_, kind) for id_, kind in kept["kind"].items()],
        also=[also.get(id_, "") for id_ in kept.index],
    )
    merged = {str(one): str(ids[at]) for one, at in zip(ids, first, strict=True) if one != ids[at]}
    return told.sort_index(), merged


def _first_of_each(rows: pd.DataFrame, apart: list[str]) -> Rows:
    """Return for each row where the first row of the same building stands."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    points = shapely.get_coordinates(rows["geometry"].to_numpy())
    agreed = rows[apart].astype("string").fillna("").agg("\x1f".join, axis=1) if apart else ""
    names = rows["name"].map(lambda name: plain_name(str(name)).words) + "\x1f" + rows["postcode"]
    spots = pd.Series([f"{x},{y}" for x, y in points], rows.index) + agreed
    at, links = np.arange(len(rows)), []
    for likeness in (names, spots):
        same = likeness.where(likeness.notna(), pd.Series(at.astype(str), rows.index) + "\x1falone")
        links.append(pd.Series(at).groupby(same.to_numpy(dtype=object)).transform("min").to_numpy())
    start, end = np.concatenate([at, at]), np.concatenate(links)
    graph = csr_array((np.ones(len(start)), (start, end)), shape=(len(at), len(at)))
    found = connected_components(graph, directed=False)[1]
    firsts: Rows = pd.Series(at).groupby(found).transform("min").to_numpy(dtype=np.int64)
    return firsts


def _other_names(names: pd.Series) -> str:
    """Return the names but the first that are not the same in another spelling."""
    told = {plain_name(str(name)).words: str(name) for name in reversed(list(names))}
    told.pop(plain_name(str(names.iloc[0])).words)
    return "; ".join(sorted(told.values()))
