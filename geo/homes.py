"""Where people live inside the areas of a build: its live postcodes, found once and only when asked for."""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd

from data.choices import SetAside
from data.folder import Folder
from data.postcodes import PostcodePoints, postcode_points
from data.sources.base import SourceKind

MARGIN_M = 2_000.0
"""How far around a place its postcodes are read: they weigh the parts of areas that reach beyond it."""


@dataclass
class Homes:
    """The live postcodes of a place, which stand in for its homes.

    Attributes
    ----------
    folder
        The folder, which may hold postcode files of its own.
    areas
        Polygons of the place in EPSG:27700.
    """

    folder: Folder
    areas: gpd.GeoSeries

    @cached_property
    def postcodes(self) -> PostcodePoints:
        """The postcodes, with the files that they came from."""
        return postcode_points(self.folder, self.areas, MARGIN_M)

    @property
    def points(self) -> gpd.GeoSeries:
        """The postcodes as points in EPSG:27700."""
        return self.postcodes.points

    def spare(self) -> list[SetAside]:
        """Set aside the postcode files that nothing was placed or shared out by, once all has been."""
        if self.folder.of_kind(SourceKind.ASSETS) or self.folder.of_kind(SourceKind.REFERRALS):
            return []
        asked = "postcodes" in self.__dict__
        used = self.postcodes.sources if asked else ()
        why = "none of its postcodes lies in the place" if asked else "nothing had to be placed by postcode"
        return [SetAside(s, why) for s in self.folder.of_kind(SourceKind.POSTCODES) if s not in used]
