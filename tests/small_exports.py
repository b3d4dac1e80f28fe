"""Layers to export, made of small areas of our choice."""

from datetime import UTC, datetime
from pathlib import Path

from geo.area_table import AreaTable
from geo.builds import Build
from models.exported import ExportLayer
from models.levels import Level, level_data
from tests.small_builds import make_build, varied_areas
from tests.small_figures import shared, shared_build_of, with_figures
from views.exports import level_layer

MADE = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def build_of(folder: Path, areas: AreaTable | None = None) -> Build:
    """A build of areas with values observed, carried across, suppressed and missing."""
    return make_build(folder, areas or varied_areas())


def layer_at(build: Build, level: Level = Level.AREA, *indicators: str, **chosen: str) -> ExportLayer:
    """The layer of one level of a build."""
    return level_layer(build, level_data(build.areas, level), indicators, **chosen)


def with_referrals(folder: Path, *, is_shared: bool) -> Build:
    """An internal or a shared build with figures of referrals."""
    areas = with_figures(varied_areas(), hidden=(3,))
    return shared_build_of(folder, shared(areas)) if is_shared else make_build(folder, areas)
