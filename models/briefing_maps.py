"""Maps of briefings: shapes in classes, with outlines over them, cut to what has to be seen."""

from collections.abc import Iterable, Mapping
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.builds import Build
from geo.layers import outlines_of
from models.briefing import BriefMap, Look, MapClass, Mark, Pattern
from models.classes import MISSING, NO_VALUE_WORDS, OUTSIDE, SUPPRESSED, Classes
from models.levels import Level
from models.schemes import FIFTHS
from models.words import sentence_case

PATTERNS: Final[Mapping[str, Pattern]] = {SUPPRESSED: "hatch", MISSING: "dots"}
OUTLINES: Final = (("ward", 0.5), ("council", 1.3))
"""What is drawn over the shapes, with the width of its lines in points."""

AROUND: Final = 0.6
"""How much of its own size is seen on each side of a shape among its neighbours."""

BESIDE: Final = 0.06
"""How much is seen on each side where whole shapes are shown alone."""


def map_of_classes(
    build: Build,
    classes: Classes,
    title: str,
    alt: str,
    chosen: Iterable[str] = (),
    only: pd.Index | None = None,
    around: float | None = None,
    named: bool = False,
) -> BriefMap:
    """Return a map of one indicator in classes.

    Parameters
    ----------
    build
        The build, for shapes and outlines.
    classes
        The indicator in classes.
    title, alt
        Its caption, and what it shows in a sentence.
    chosen
        Shapes with a heavy outline.
    only
        The shapes that are drawn; all of the classes when not given.
    around
        Where it is given, the map is cut to what is chosen and so much of its size on each side.
    named
        Whether shapes are named where their name fits.
    """
    shapes = shapes_of(build, classes.level)
    frame = classes.frame.reindex(shapes.index)
    drawn = shapes.assign(
        **{"class": frame["class"].fillna(MISSING), "label": frame["name"].fillna("") if named else ""}
    )
    if only is not None:
        drawn = drawn.loc[drawn.index.intersection(only)]
    kept = drawn[drawn["class"] != OUTSIDE]
    codes = tuple(code for code in chosen if code in drawn.index)
    bounds = bounds_around(drawn.loc[list(codes)] if around is not None and codes else kept, around)
    return BriefMap(
        title=title,
        alt=alt,
        classes=tuple(_legend(classes, kept)),
        shapes=drawn[["class", "label", "geometry"]],
        legend_title=f"{classes.indicator.label}: {classes.title[:1].lower()}{classes.title[1:]}",
        note=sentence_case(classes.note),
        lines=outlines_over(build, classes.level),
        chosen=codes,
        bounds_m=bounds,
    )


def _legend(classes: Classes, kept: gpd.GeoDataFrame) -> Iterable[MapClass]:
    """Yield the classes of the legend, each with how many of the shapes it has."""
    counts = kept["class"].value_counts()
    palette = "need" if classes.is_need else "people"
    for key, label in classes.labels.items():
        if key in NO_VALUE_WORDS:
            if counts.get(key, 0):
                yield MapClass(key, label, pattern=PATTERNS[key], count=int(counts[key]))
        elif key in FIFTHS or counts.get(key, 0):
            yield MapClass(key, label, palette, int(key), str(5 - int(key)), count=int(counts.get(key, 0)))


def shapes_of(build: Build, level: Level) -> gpd.GeoDataFrame:
    """Return the shapes of a level, by code."""
    frame = build.areas.frame if level is Level.AREA else outlines_of(build, level.value)
    return gpd.GeoDataFrame(frame[["geometry"]], geometry="geometry", crs=frame.crs)


def outlines_over(build: Build, level: Level) -> tuple[tuple[gpd.GeoDataFrame, float], ...]:
    """Return the outlines that are drawn over the shapes of a level, each with the width of its lines."""
    found = ((outlines_of(build, name), width) for name, width in OUTLINES if name != level.value)
    return tuple((lines[["geometry"]], width) for lines, width in found if len(lines))


def bounds_around(shapes: gpd.GeoDataFrame, around: float | None) -> tuple[float, float, float, float] | None:
    """Return what is drawn: the shapes, and so much of their size on each side; None without shapes."""
    if shapes.empty:
        return None
    west, south, east, north = shapes.total_bounds
    pad_m = max(east - west, north - south) * (BESIDE if around is None else around)
    return float(west - pad_m), float(south - pad_m), float(east + pad_m), float(north + pad_m)


def marks_of(points: gpd.GeoSeries, look: Look, texts: Iterable[str] = ()) -> tuple[Mark, ...]:
    """Return marks at some points, numbered where texts are given."""
    words = list(texts) or [""] * len(points)
    return tuple(
        Mark(float(shapely.get_x(point)), float(shapely.get_y(point)), look, text)
        for point, text in zip(points, words, strict=True)
    )
