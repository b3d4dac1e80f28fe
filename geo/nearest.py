"""The nearest place of each kind to one point."""

import geopandas as gpd
import pandas as pd
import shapely


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
