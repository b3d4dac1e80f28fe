"""Where the addresses of an extract lie: in which small area of the build, or why in none."""

from collections.abc import Collection
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.codes import CODE_TYPES, AreaKind, beyond_2011, clean_codes
from data.folder import Folder
from data.postcode_text import is_placeholder
from data.postcodes import Found, PostcodeDirectory
from data.referral_rows import FATES, Fate, Located
from data.sources.base import SourceKind
from geo.area_table import CRS
from geo.places import find_areas

_OF_POSTCODE: Final = {
    Found.EMPTY: Fate.NO_ADDRESS,
    Found.MALFORMED: Fate.MALFORMED,
    Found.UNKNOWN: Fate.UNKNOWN,
    Found.NO_GRID: Fate.UNKNOWN,
    Found.NORTHERN_IRELAND: Fate.OUTSIDE,
}
_NUMBER: Final = {fate: number for number, fate in enumerate(FATES)}

Rows = npt.NDArray[np.intp]


class Locator:
    """Places addresses in the small areas of a build; it is what `data.referral_rows.Locate` asks for.

    A point comes before a postcode, and a postcode before a code of a small area: the next is asked only
    where the one before is blank or no postcode of a directory. A point on an edge lies in the area with the
    lower code. A postcode that is mistyped is not guessed at.

    Parameters
    ----------
    directory
        Where postcodes lie.
    areas
        Polygons of the build in EPSG:27700, index area code.
    vintage
        The LSOA vintage of the areas.
    others
        Codes of small areas that are known to be of the other vintage alone.
    """

    def __init__(
        self,
        directory: PostcodeDirectory,
        areas: gpd.GeoSeries,
        vintage: str,
        others: Collection[str] = frozenset(),
    ) -> None:
        self.directory = directory
        self.shapes = areas.sort_index()
        self.vintage = vintage
        self.others = frozenset(others)

    @property
    def areas(self) -> pd.Index:
        """The codes of the areas, in the order that `Located.area` counts them."""
        return self.shapes.index

    def __call__(self, addresses: pd.DataFrame) -> Located:
        """Place addresses.

        Parameters
        ----------
        addresses
            One row an address: `postcode`, or `easting_m, northing_m`, or `area_code`, or several of these.

        Returns
        -------
        Located
            In the order of the addresses.
        """
        count = len(addresses)
        located = Located(
            np.full(count, -1, dtype=np.int32),
            np.full(count, _NUMBER[Fate.NO_ADDRESS], dtype=np.int8),
            np.zeros(count, dtype=bool),
        )
        self._by_point(addresses, located)
        self._by_postcode(addresses, located)
        self._by_code(addresses, located)
        return located

    def _by_point(self, addresses: pd.DataFrame, located: Located) -> None:
        if not {"easting_m", "northing_m"} <= set(addresses.columns):
            return
        east = addresses["easting_m"].to_numpy("float64", na_value=np.nan)
        north = addresses["northing_m"].to_numpy("float64", na_value=np.nan)
        there = np.flatnonzero(np.isfinite(east) & np.isfinite(north) & ((east != 0) | (north != 0)))
        self._put(located, there, east[there], north[there])

    def _by_postcode(self, addresses: pd.DataFrame, located: Located) -> None:
        rows = _still_blank(located)
        if "postcode" not in addresses.columns or not len(rows):
            return
        typed = addresses["postcode"].iloc[rows]
        found = self.directory.locate(typed)
        state = found["found"].to_numpy(dtype=object)
        for reason, fate in _OF_POSTCODE.items():
            located.fate[rows[state == reason.value]] = _NUMBER[fate]
        malformed = np.flatnonzero(state == Found.MALFORMED.value)
        stands_in = is_placeholder(typed.iloc[malformed]).to_numpy(dtype=bool)
        located.fate[rows[malformed[stands_in]]] = _NUMBER[Fate.PLACEHOLDER]
        placed = np.isin(state, [Found.PLACED.value, Found.TERMINATED.value])
        points = found.loc[placed, ["easting_m", "northing_m"]].to_numpy("float64")
        self._put(located, rows[placed], points[:, 0], points[:, 1])
        terminated = rows[state == Found.TERMINATED.value]
        located.terminated[terminated] = located.area[terminated] >= 0

    def _by_code(self, addresses: pd.DataFrame, located: Located) -> None:
        unplaced = ~np.isin(located.fate, [_NUMBER[Fate.USED], _NUMBER[Fate.OUTSIDE]])
        if "area_code" not in addresses.columns or not unplaced.any():
            return
        codes = clean_codes(addresses["area_code"])
        rows = np.flatnonzero(unplaced & codes.notna().to_numpy())
        asked = codes.iloc[rows]
        blank = located.fate[rows] == _NUMBER[Fate.NO_ADDRESS]
        located.area[rows] = self.areas.get_indexer(pd.Index(asked.astype(object)))
        inside = located.area[rows] >= 0
        sound = asked.str.fullmatch(CODE_TYPES[AreaKind.LSOA].pattern).to_numpy(dtype=bool)
        other = self._of_other_vintage(asked)
        located.fate[rows[blank & ~sound]] = _NUMBER[Fate.MALFORMED]
        located.fate[rows[sound & ~inside & other]] = _NUMBER[Fate.WRONG_VINTAGE]
        located.fate[rows[sound & ~inside & ~other]] = _NUMBER[Fate.OUTSIDE]
        located.fate[rows[inside]] = _NUMBER[Fate.USED]

    def _of_other_vintage(self, codes: pd.Series) -> npt.NDArray[np.bool_]:
        """Say which codes are known to be of the other vintage: by list, or by number for codes of 2021."""
        known = self.others | (beyond_2011(codes.unique()) if self.vintage == "2011" else set())
        return np.asarray(codes.isin(list(known)).to_numpy(dtype=bool))

    def _put(
        self, located: Located, rows: Rows, east_m: npt.NDArray[np.float64], north_m: npt.NDArray[np.float64]
    ) -> None:
        """Place points: `rows` says which addresses they are of."""
        if not len(rows):
            return
        codes = find_areas(gpd.GeoSeries.from_xy(east_m, north_m, crs=CRS), self.shapes)
        located.area[rows] = self.areas.get_indexer(pd.Index(codes.astype(object)))
        inside = located.area[rows] >= 0
        located.fate[rows] = np.where(inside, _NUMBER[Fate.USED], _NUMBER[Fate.OUTSIDE])


def make_locator(folder: Folder, areas: gpd.GeoSeries, vintage: str) -> Locator:
    """Return what places the addresses of a folder's extracts.

    Parameters
    ----------
    folder
        The folder, which may hold postcode files of its own.
    areas
        Polygons of the build in EPSG:27700, index area code.
    vintage
        Their LSOA vintage.
    """
    directory = PostcodeDirectory(folder.of_kind(SourceKind.POSTCODES))
    return Locator(directory, areas, vintage, codes_of_other_vintage(folder, vintage))


def codes_of_other_vintage(folder: Folder, vintage: str) -> set[str]:
    """Return the small-area codes of a folder's files that are of another vintage alone."""
    own, others = set[str](), set[str]()
    for source in folder.sources:
        if source.kind is SourceKind.CROSSWALK:
            newer, older = set(source.frame["new"]), set(source.frame["old"])
            own |= newer if vintage == "2021" else older
            others |= older if vintage == "2021" else newer
        elif source.area_kind is AreaKind.LSOA:
            codes = set(source.frame.index)
            if vintage in folder.vintage_of(source):
                own |= codes
            elif folder.vintage_of(source):
                others |= codes
    return others - own


def _still_blank(located: Located) -> Rows:
    """Return the addresses of which nothing was known yet."""
    return np.flatnonzero(located.fate == _NUMBER[Fate.NO_ADDRESS])
