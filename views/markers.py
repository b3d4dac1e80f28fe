"""The marker of each kind of place, where a page names it: a shape that tells it apart, and its ink.

The same shapes are drawn on the map by `map/map_markers.js`. The inks are names of the theme's text colours,
so that `:orange[●] Family hubs 2` in a pill is the legend of the marker. No reader tells thirteen kinds apart
by ink: the shape comes first.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Marker:
    """How a kind of place stands in a line of text: a character, the name of its ink, and its short name."""

    glyph: str
    ink: str
    name: str


MARKERS: Final = {
    "family_hub": Marker("●", "orange", "Family hubs"),
    "school": Marker("■", "gray", "Schools"),
    "early_years": Marker("★", "violet", "Early years"),
    "library": Marker("▲", "blue", "Libraries"),
    "community_centre": Marker("⬟", "yellow", "Community centres"),
    "health": Marker("✚", "green", "Health"),
    "food": Marker("◆", "red", "Food"),
    "youth_sport": Marker("▼", "primary", "Youth and sports"),
    "faith": Marker("✦", "gray", "Worship"),
    "advice": Marker("▶", "violet", "Advice and work"),
    "green_space": Marker("⬢", "green", "Green spaces"),
    "transport": Marker("•", "gray", "Public transport"),
    "other": Marker("○", "gray", "Other"),
}


def pill_words(kind: str, count: int) -> str:
    """Write the pill of a kind, which is the legend of its marker, as Markdown."""
    marker = MARKERS[kind]
    return f":{marker.ink}[{marker.glyph}] {marker.name} {count:,}"
