"""Places of support: one record a place, put on the map, counted once, and kept with a build.

`make_places` brings the asset files of a folder together; `Places` is what everything else reads.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.asset_kinds import asset_kinds
from data.errors import first_few
from data.postcodes import Found, PostcodeDirectory, normalise
from data.provenance import Provenance, Tier
from data.sources.base import AssetSource, readable
from geo.area_table import CRS, AreaTable
from geo.duplicates import find_duplicates
from geo.periods import month_number, month_words
from geo.place_tallies import FileTally, describe_tallies, list_rejected, tally_file
from geo.plain_names import plain_name
from geo.stamped import geo_table, metadata_text, open_stamped, save_stamped

TEXT = (
    *("name", "kind", "detail", "address", "postcode", "located_by", "file", "area_code", "la_code"),
    "unconfirmed_since",
)
"""The columns of `Places.frame` that are text."""

SESSIONS = "sessions_a_week"
"""The column of `Places.frame` that tells how much there is: a number above 0, missing where nobody told."""

NEVER = "never"
"""What stands in `unconfirmed_since` where nobody ever confirmed a place."""

REGISTER = "Asset register"
"""The label of places that people added to the register; those it imported have their source after it."""

FORMAT = 3
_OWN = ("detail", "address", "postcode")
_READ = ("name", "kind", "detail", "address", "postcode", "located_by", "identifier", "establishment")
_NUMBERS = (SESSIONS, "easting_m", "northing_m")


@dataclass(frozen=True)
class Places:
    """Places of support.

    Attributes
    ----------
    frame
        One row a place; index `place_id` (unique, sorted, the same from run to run), columns `TEXT`,
        `SESSIONS` and points in EPSG:27700. `area_code` and `la_code` are missing outside the build's areas.
        `unconfirmed_since` is the day, as "2025-06-01", on which a place was last said to be there that
        nobody has confirmed lately, or `NEVER`; missing for all others, as it is for those of files.
    provenance
        Where they come from, by the label of the file.
    tier
        `internal` or `shared`.
    with_unconfirmed
        Whether places count that nobody has confirmed lately: a reader's choice, which is not stored.
    """

    frame: gpd.GeoDataFrame
    provenance: Mapping[str, Provenance]
    tier: Tier = Tier.INTERNAL
    with_unconfirmed: bool = False

    @classmethod
    def empty(cls) -> "Places":
        """Return no places, in the same columns."""
        plain = pd.DataFrame({column: pd.Series([], dtype="string") for column in TEXT})
        plain[SESSIONS] = pd.Series([], dtype=float)
        index = pd.Index([], name="place_id", dtype="str")
        return cls(gpd.GeoDataFrame(plain.set_index(index), geometry=gpd.GeoSeries([], index, crs=CRS)), {})

    @cached_property
    def revision(self) -> str:
        """SHA-256 of all that is known of the places."""
        digest = hashlib.sha256(_metadata_json(self).encode())
        plain = pd.DataFrame(self.frame[list(TEXT)])
        for name, column in [("place_id", plain.index.to_series()), *plain.items()]:
            digest.update(str(name).encode())
            hashed = pd.util.hash_pandas_object(column.astype("string").astype(object), index=False)
            digest.update(hashed.to_numpy().tobytes())
        digest.update(self.frame[SESSIONS].to_numpy(dtype=float).tobytes())
        digest.update(shapely.get_coordinates(self.frame.geometry.to_numpy()).tobytes())
        return digest.hexdigest()

    @property
    def from_register(self) -> bool:
        """Whether they are those of an asset register rather than of files."""
        return any(label.startswith(REGISTER) for label in self.provenance)

    @cached_property
    def counted(self) -> gpd.GeoDataFrame:
        """The places that count in the analysis; the others are drawn, and named as not confirmed."""
        confirmed = self.frame["unconfirmed_since"].isna()
        return self.frame if self.with_unconfirmed or confirmed.all() else self.frame[confirmed]

    @cached_property
    def all_counted(self) -> "Places":
        """The same places, those that nobody has confirmed lately counting too."""
        return self if self.counted is self.frame else replace(self, with_unconfirmed=True)

    def count(self) -> dict[str, Any]:
        """Count the places: all, those inside the areas, and these by kind, the most frequent first."""
        inside = self.frame["area_code"].notna()
        kinds = self.frame.loc[inside, "kind"].value_counts()
        return {
            "count": len(self.frame),
            "inside": int(inside.sum()),
            "kinds": {str(kind): int(n) for kind, n in kinds.items()},
        }

    def save(self, path: Path) -> None:
        """Write the places to one GeoParquet file. The caller makes the write atomic."""
        table = geo_table(self.frame, index=True)
        save_stamped(path, table, "places", _metadata_json(self), self.revision)

    @classmethod
    def open(cls, path: Path) -> "Places":
        """Read places that `save` wrote.

        Raises
        ------
        SourceError
            When the file does not hold places, is damaged, or was made by another version.
        """

        def read(metadata: dict[str, Any]) -> "Places":
            provenance = {file: Provenance.from_json(p) for file, p in metadata["provenance"].items()}
            return cls(gpd.read_parquet(path), provenance, Tier(metadata["tier"]))

        return open_stamped(path, "places", FORMAT, read, lambda places: places.revision)


@dataclass(frozen=True)
class PlacesDraft:
    """Places with what became of every row.

    Attributes
    ----------
    places
        The places.
    tallies
        One a file, in order of their labels.
    rejected
        The rows that cannot be used: `file, row, value, reason`, and `near`, postcodes that may be meant.
    notes
        What an analyst should know.
    origins
        The rows that make up the places: `file, row, place_id`, and `cost_gbp, capacity` as written.
    """

    places: Places
    tallies: tuple[FileTally, ...]
    rejected: pd.DataFrame
    notes: tuple[str, ...]
    origins: pd.DataFrame


def _metadata_json(places: Places) -> str:
    content: dict[str, Any] = {
        "format": FORMAT,
        "tier": places.tier.value,
        "provenance": {file: p.to_json() for file, p in places.provenance.items()},
    }
    return metadata_text(content)


def unconfirmed_words(since: str) -> str:
    """Say how long nobody has confirmed a place, of what stands in `unconfirmed_since`.

    Examples
    --------
    >>> unconfirmed_words("2025-06-01"), unconfirmed_words(NEVER)
    ('not confirmed since June 2025', 'never confirmed')
    """
    return (
        "never confirmed" if since == NEVER else f"not confirmed since {month_words(month_number(since[:7]))}"
    )


def make_places(
    sources: Sequence[AssetSource], directory: PostcodeDirectory, areas: AreaTable, buffer_m: float
) -> PlacesDraft:
    """Bring asset files together: place every row, and keep one record of each place.

    Parameters
    ----------
    sources
        The asset files, in any order.
    directory
        Where postcodes lie, for rows without coordinates.
    areas
        The areas of the build.
    buffer_m
        How far outside them places are kept, in metres: help across the border is help.
    """
    labelled = label_files(sources)
    rows = gather_rows(labelled)
    rows["fate"] = pd.Series("used", index=rows.index, dtype=object)
    rows.loc[~rows["kind"].isin(list(asset_kinds())), "fate"] = "set_aside"
    locate_rows(rows, directory)
    points = gpd.GeoSeries.from_xy(rows["easting_m"], rows["northing_m"], crs=CRS)
    rows["area_code"] = find_areas(points, areas.frame.geometry)
    rows["la_code"] = rows["area_code"].map(areas.frame["la_code"]).astype("string")
    used = rows["fate"] == "used"
    apart = used & rows["area_code"].isna()
    near = points[apart].index[find_near(points[apart], areas.frame.geometry, buffer_m)]
    rows.loc[rows.index[apart].difference(near), "fate"] = "outside"
    places, rows = _keep_one_each(rows, labelled, areas)
    rejected = list_rejected(rows, labelled, directory)
    tallies = tuple(tally_file(label, source, rows, rejected) for label, source in labelled.items())
    notes = (*describe_tallies(tallies, buffer_m), *_under_several_kinds(places))
    return PlacesDraft(places, tallies, rejected, notes, _origins(rows, labelled))


def _origins(rows: pd.DataFrame, labelled: Mapping[str, AssetSource]) -> pd.DataFrame:
    """Return of which place each row is that makes up one, with what it says of cost and room."""
    mine = rows.loc[rows["place_id"].notna(), ["file", "row", "place_id"]]
    said = [
        s.amounts.assign(file=f, row=s.amounts.index + 1)
        for f, s in labelled.items()
        if s.amounts is not None
    ]
    if not said:
        return mine.assign(cost_gbp=pd.NA, capacity=pd.NA).reset_index(drop=True)
    return mine.merge(pd.concat(said), on=["file", "row"], how="left")


def _under_several_kinds(places: Places) -> list[str]:
    """Say which places stand under two kinds: a hub that is also listed as a club helps in both ways."""
    frame = places.frame[places.frame["postcode"].notna()]
    names = frame["name"].map(lambda name: plain_name(name).words)
    kinds = frame.groupby([names, frame["postcode"]])["kind"]
    both = frame.loc[kinds.transform("nunique") > 1, "name"].drop_duplicates()
    if both.empty:
        return []
    one = len(both) == 1
    return [
        f"{len(both):,} {'place stands' if one else 'places stand'} under two kinds or more and "
        f"{'counts' if one else 'count'} once in each: {first_few(both)}."
    ]


def label_files(sources: Sequence[AssetSource]) -> dict[str, AssetSource]:
    """Give every file a label of its own, in order: its folder is named where two have the same name."""
    ordered = sorted(sources, key=lambda s: (s.label, str(s.path)))
    labels = pd.Series([s.label for s in ordered], dtype=object)
    for names in (lambda s: f"{readable(s.path.parent.name)}/{s.label}", lambda s: readable(str(s.path))):
        twice = labels.duplicated(keep=False)
        labels[twice] = [names(s) for s, again in zip(ordered, twice, strict=True) if again]
    return dict(sorted(zip(labels, ordered, strict=True)))


def find_areas(points: gpd.GeoSeries, areas: gpd.GeoSeries) -> pd.Series:
    """Return the area that holds each point.

    Parameters
    ----------
    points
        Points in EPSG:27700, in any index; empty ones lie nowhere.
    areas
        Polygons, index area code.

    Returns
    -------
    pandas.Series
        Area codes on the index of the points; the lower code for a point on an edge, missing outside.
    """
    shapes = areas.sort_index()
    point, area = shapely.STRtree(shapes.to_numpy()).query(points.to_numpy(), predicate="intersects")
    first = pd.Series(area).groupby(point).min()
    codes = pd.Series(pd.NA, index=range(len(points)), dtype="string")
    codes[first.index] = shapes.index.to_numpy()[first.to_numpy()]
    return codes.set_axis(points.index)


def gather_rows(labelled: Mapping[str, AssetSource]) -> pd.DataFrame:
    """Stack the rows of all files; `row` counts from 1 below the header."""
    parts = []
    for label, source in labelled.items():
        own = pd.DataFrame(source.frame[[*_READ, *_NUMBERS]])
        parts.append(own.assign(file=label, row=own.index + 1))
    columns = [*_READ, *_NUMBERS, "file", "row"]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    text = dict.fromkeys((*_READ, "file"), "string")
    return rows.astype({**text, **dict.fromkeys(_NUMBERS, float), "row": int})


def locate_rows(rows: pd.DataFrame, directory: PostcodeDirectory) -> None:
    """Place the rows that have a postcode alone, and bring every postcode into one spelling.

    Rows that are set aside are looked up too, so that their share can be stated, but get no place.
    """
    wanted = rows["fate"] == "used"
    placed = np.isfinite(rows["easting_m"]) & np.isfinite(rows["northing_m"])
    alone = ~placed
    rows["value"] = rows["postcode"]
    rows["found"] = pd.Series(pd.NA, index=rows.index, dtype="string")
    rows["postcode"] = normalise(rows["postcode"]).astype("string").fillna(rows["postcode"].str.strip())
    looked_up = directory.locate(rows.loc[alone, "value"])
    found = looked_up["found"].astype("string")
    rows.loc[alone, "found"] = found
    known = found.isin([Found.PLACED, Found.TERMINATED]).reindex(rows.index, fill_value=False).astype(bool)
    good = rows.index[wanted & alone & known]
    for column in ("easting_m", "northing_m"):
        rows.loc[good, column] = looked_up.loc[good, column].astype(float)
    rows.loc[good, "located_by"] = "postcode"
    rows.loc[wanted & alone & ~known, "fate"] = "rejected"
    rows.loc[rows["fate"] == "rejected", ["easting_m", "northing_m"]] = np.nan


def find_near(points: gpd.GeoSeries, areas: gpd.GeoSeries, distance_m: float) -> np.ndarray:
    """Return the positions of the points that lie so near to the areas, sorted."""
    tree = shapely.STRtree(areas.to_numpy())
    return np.unique(tree.query(points.to_numpy(), predicate="dwithin", distance=distance_m)[0])


def _keep_one_each(
    rows: pd.DataFrame, labelled: Mapping[str, AssetSource], areas: AreaTable
) -> tuple[Places, pd.DataFrame]:
    """Keep the first of each place's records by preference, and fill what it lacks from the others.

    Of several numbers of sessions the largest counts: none of its records tells of more than there is.
    """
    mine = by_preference(rows[rows["fate"] == "used"])
    rows = rows.assign(kept=find_duplicates(mine).reindex(rows.index).astype("Int64"))
    mine = mine.assign(kept=rows["kept"].reindex(mine.index))
    again = mine.index[mine["kept"] != mine.index]
    rows.loc[again, "fate"] = "duplicate"
    fullest = mine.groupby("kept", sort=False)[list(_OWN)].first()
    kept = mine.drop(index=again)
    kept = kept.assign(**{column: fullest[column].reindex(kept.index) for column in _OWN})
    kept[SESSIONS] = mine.groupby("kept")[SESSIONS].max().reindex(kept.index)
    ids = identify_rows(kept)
    rows = rows.assign(place_id=rows["kept"].map(ids))
    frame = frame_of(kept.assign(place_id=ids, unconfirmed_since=pd.NA))
    steps = ("each place in the area that holds its point", "a place told twice is counted once")
    geography = f"points, in LSOA {areas.vintage}"
    told = set(mine["file"])
    provenance = {label: s.provenance(geography, *steps) for label, s in labelled.items() if label in told}
    return Places(frame, provenance), rows


def frame_of(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return rows with `place_id`, `TEXT`, `SESSIONS` and coordinates as the frame of `Places`.

    A place without a name is called after its kind.
    """
    unnamed = rows["kind"].map({k: f"Unnamed {v.singular.lower()}" for k, v in asset_kinds().items()})
    named = rows.assign(name=rows["name"].fillna(unnamed))
    plain = named.set_index("place_id")[[*TEXT, *_NUMBERS]].sort_index()
    plain.index = plain.index.astype("str")
    points = gpd.GeoSeries.from_xy(plain["easting_m"], plain["northing_m"], index=plain.index, crs=CRS)
    typed = plain[[*TEXT, SESSIONS]].astype({**dict.fromkeys(TEXT, "string"), SESSIONS: float})
    return gpd.GeoDataFrame(typed, geometry=points)


def by_preference(rows: pd.DataFrame) -> pd.DataFrame:
    """Put records first that have coordinates of their own, then the fuller ones.

    Content decides before the file and the row do, so that neither renaming a file nor reordering one
    changes which record is kept.
    """
    known = rows[["name", *_OWN, "identifier"]]
    size = sum(known[c].str.len().fillna(0) for c in known)
    keys = pd.DataFrame(
        {
            "postcode_alone": rows["located_by"] == "postcode",
            "lacking": known.isna().sum(axis=1),
            "short": -size.astype(int) if len(rows) else 0,
            **{c: known[c].fillna("") for c in known},
            **{c: rows[c] for c in ("easting_m", "northing_m", "file", "row")},
        }
    )
    return rows.loc[keys.sort_values(list(keys.columns)).index]


def identify_rows(kept: pd.DataFrame) -> pd.Series:
    """Make an id of kind, name and postcode (else position to 10 m); what is equal in all is numbered."""
    spot = kept["easting_m"].div(10).round().astype(int).astype(str)
    spot += "," + kept["northing_m"].div(10).round().astype(int).astype(str)
    where = kept["postcode"].fillna(spot.astype("string"))
    names = kept["name"].fillna("").map(lambda name: plain_name(name).words)
    texts = kept["kind"] + "\x1f" + names + "\x1f" + where
    ids = texts.map(lambda text: hashlib.sha256(text.encode()).hexdigest()[:12]).astype("string")
    order = kept[["easting_m", "northing_m"]].assign(id=ids).sort_values(["easting_m", "northing_m"])
    nth = (order.groupby("id", sort=False).cumcount() + 1).reindex(kept.index)
    return ids.where(nth == 1, ids + "-" + nth.astype("string"))
