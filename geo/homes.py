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
        """Set aside the postcode files that no home of the place is in, unless rows may be placed by them."""
        if self.folder.of_kind(SourceKind.ASSETS) or self.folder.of_kind(SourceKind.REFERRALS):
            return []
        why = "none of its postcodes lies in the place"
        files = self.folder.of_kind(SourceKind.POSTCODES)
        return [SetAside(source, why) for source in files if source not in self.postcodes.sources]
