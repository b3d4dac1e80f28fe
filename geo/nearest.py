"""The nearest places: of each kind to one point, and of one kind to many points."""

import geopandas as gpd
import pandas as pd
import shapely


def distance_to_nearest(starts: gpd.GeoSeries, places: gpd.GeoSeries) -> pd.Series:
    """Return how far the nearest of some places is from each start.

    Parameters
    ----------
    starts
        Points in EPSG:27700, in any index.
    places
        Points in EPSG:27700.

    Returns
    -------
    pandas.Series
        A straight line in metres to one decimal, on the index of the starts; missing without any place.
    """
    tree = shapely.STRtree(places.to_numpy())
    points = shapely.points(shapely.get_coordinates(starts.to_numpy()))
    (start, _), apart_m = tree.query_nearest(points, return_distance=True, all_matches=False)
    return pd.Series(apart_m, index=starts.index[start], dtype="float64").reindex(starts.index).round(1)


def nearest_places(places: gpd.GeoDataFrame, origin: shapely.Point) -> pd.DataFrame:
    """Return the nearest place of each kind to a point.

    Parameters
    ----------
    places
        One row a place, as in `geo.places.Places.frame`: `name, kind` and points in EPSG:27700.
    origin
        Where distances are measured from, in EPSG:27700.

    Returns
    -------
    pandas.DataFrame
        Indexed by kind: `name` and `distance_m`, a straight line in metres. Of places equally far the first
        by name stands.
    """
    plain = pd.DataFrame({"kind": places["kind"], "name": places["name"]})
    plain["distance_m"] = places.geometry.distance(origin).to_numpy()
    ordered = plain.sort_values(["distance_m", "name"], kind="stable")
    return ordered.drop_duplicates("kind").set_index("kind")[["name", "distance_m"]]
