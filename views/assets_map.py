"""The map of the places page: plain paper under the places, a pin to move, and dots where postcodes are."""

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, Final

import numpy as np
from pyproj import Transformer

from data.postcodes import PostcodeDirectory
from data.provenance import attribution_words
from geo.builds import Build
from geo.register_locate import directory_of
from models.levels import Level
from models.places import kinds_of
from views import look, maps, session
from views.assets_fields import NOT_ADDED

PIN_HEIGHT_PX: Final = 260
BROWSE_HEIGHT_PX: Final = 460
PAPER: Final = ("#FBFAF6",) * 5
PAPER_DARK: Final = ("#1C2328",) * 5
AROUND_M: Final = (700.0, 500.0)
"""How far to each side, and up and down, of a pin postcodes are drawn."""

STEPS: Final = 1e5
_to_degrees: Final = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
_to_metres: Final = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)

Spot = tuple[float, float]
"""Easting and northing in metres of EPSG:27700."""


def show_pin_map(
    build: Build, pin: Spot | None, postcode: str, key: str, on_pick: Callable[[], None]
) -> None:
    """Show a map on which a click sets the pin.

    Parameters
    ----------
    build
        The build.
    pin
        Where the pin is.
    postcode
        The postcode that it was found by: the map goes there when it changes.
    key
        Key of the map in the session; `picked_pin(key)` reads the click.
    on_pick
        Called before the page runs again when the pin has been moved.
    """
    spot = {"at": to_latitude(pin), "look": "pin", "go_to": postcode} if pin else None
    name = "Map. A click sets the pin. With the keyboard: arrows move the map, then Tab to the button."
    view = _plain_view(
        build, name, _orienting(build), click="pin", spot=spot, dots=_dots(build, pin, postcode)
    )
    maps.show_map(session.current_layers(), view, key, on_pick, PIN_HEIGHT_PX)
    show_sources(build, ())


def show_places_map(
    build: Build,
    kinds: Collection[str],
    only: Collection[str] | None,
    chosen: Spot | None,
    key: str,
    on_pick: Callable[[], None],
) -> None:
    """Show a map of places, on which a click chooses one.

    Parameters
    ----------
    build
        The build.
    kinds
        The kinds that are shown.
    only
        The ids of the places that are shown; None for all of these kinds.
    chosen
        Where the chosen place is.
    key
        Key of the map in the session; `picked_place(build, key)` reads the click.
    on_pick
        Called before the page runs again when a place has been clicked.
    """
    codes = session.current_layers().places.codes
    shown = "" if only is None else "".join("1" if code in only else "0" for code in codes)
    at = to_latitude(chosen) if chosen else None
    spot = {"at": at, "look": "ring", "go_to": str(at)} if at else None
    name = "Map of the places that were found. The table has the same places, and opens them too."
    view = _plain_view(build, name, tuple(kinds), click="place", only=shown, spot=spot)
    maps.show_map(session.current_layers(), view, key, on_pick, BROWSE_HEIGHT_PX)
    show_sources(build, kinds)


def show_sources(build: Build, kinds: Collection[str]) -> None:
    """Show who is to be credited for the outlines and for the places of some kinds."""
    shapes = [build.areas.provenance.get(column) for column in ("geometry", "ward_code", "la_code")]
    frame = build.places.frame
    files = frame.loc[frame["kind"].isin(list(kinds)), "file"].unique()
    drawn = [*filter(None, shapes), *(build.places.provenance[file] for file in files)]
    look.show_note(attribution_words(drawn))


def _orienting(build: Build) -> tuple[str, ...]:
    """Return the kinds of place that help to find one's way; stops would bury the rest."""
    return tuple(kind for kind in kinds_of(build.places.frame) if kind not in NOT_ADDED)


def picked_place(key: str) -> str:
    """Return the id of the place that was clicked last; an empty text where none was."""
    position = maps.picked_place(key)
    codes = session.current_layers().places.codes
    return codes[position] if position is not None and 0 <= position < len(codes) else ""


def picked_pin(key: str) -> Spot | None:
    """Return where the pin was set last, in metres; None where it was not."""
    at = maps.picked_spot(key)
    if at is None:
        return None
    easting, northing = _to_metres.transform(at[1], at[0])
    return (float(easting), float(northing)) if np.isfinite([easting, northing]).all() else None


def to_latitude(spot: Spot) -> list[float]:
    """Return latitude and longitude of a point, to about a metre."""
    longitude, latitude = _to_degrees.transform(*spot)
    return [round(latitude, 5), round(longitude, 5)]


def _plain_view(build: Build, name: str, points: tuple[str, ...] = (), **rare: Any) -> maps.MapView:  # noqa: ANN401
    """Return a map without an indicator; a large place shows its councils, which are few."""
    layers = session.current_layers()
    level = Level.COUNCIL if build.areas.is_large else Level.AREA
    layer = layers.councils if level is Level.COUNCIL else layers.areas
    dark = look.is_dark()
    return maps.MapView(
        level=level.value,
        layers={},
        classes="0" * len(layer.codes),
        palette=PAPER_DARK if dark else PAPER,
        labels={"0": ""},
        dark=dark,
        council="",
        councils=layers.of_councils,
        selected="",
        points=points,
        close=False,
        way_in=False,
        name=name,
        credit=build.areas.provenance["geometry"].publisher,
        **rare,
    )


def _dots(build: Build, pin: Spot | None, postcode: str) -> dict[str, Any] | None:
    """Return the postcodes around a pin, as the map draws them; the same while the pin moves a little."""
    if pin is None:
        return None
    middle = (round(pin[0], -2), round(pin[1], -2))
    return _dots_around(directory_of(build), middle, postcode[:1])


@lru_cache(maxsize=64)
def _dots_around(directory: PostcodeDirectory, middle: Spot, letter: str) -> dict[str, Any]:
    east, north = middle
    along, up = AROUND_M
    points = directory.points_to_draw((east - along, north - up, east + along, north + up), letter)
    if not len(points):
        return {"from": [0, 0], "steps": []}
    longitude, latitude = _to_degrees.transform(points[:, 0], points[:, 1])
    corner = [round(float(latitude.min()), 5), round(float(longitude.min()), 5)]
    steps = np.column_stack([latitude - corner[0], longitude - corner[1]]) * STEPS
    return {"from": corner, "steps": np.unique(steps.round().astype(int), axis=0).tolist()}
