"""Map layers for the web: the shapes and places of a build as small files, named by content.

A browser fetches each layer once and keeps it for ever; what changes from one map to the next is a string
with one character an area, and which kinds of place are shown. The features therefore stand in the order of
the table they come from.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from threading import Lock

import geopandas as gpd
import pandas as pd
import shapely

from data.asset_kinds import asset_kinds
from geo.builds import Build
from geo.places import unconfirmed_words
from geo.web_layer import DECIMALS, WebLayer, make_layer, pack, short_digest, simplify_each

CUT_BY_COUNCIL = ("areas", "wards")
"""Layers that can be had for one council alone."""

_KEPT_BUILDS = 4
_made: "OrderedDict[str, tuple[str, WebLayers]]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class LayerSet:
    """The layers that show a whole build. A layer without shapes has no codes."""

    areas: WebLayer
    wards: WebLayer
    localities: WebLayer
    councils: WebLayer
    regions: WebLayer
    green: WebLayer
    places: WebLayer


@dataclass(frozen=True)
class WebLayers(LayerSet):
    """The layers of one build, and those that hold one council of it, made when they are asked for.

    Attributes
    ----------
    of_councils
        The codes of the councils that have layers of their own.
    """

    of_councils: tuple[str, ...]
    _cut: Callable[[str, str], WebLayer]
    _cuts: dict[str, WebLayer] = field(default_factory=dict)

    @property
    def named(self) -> dict[str, WebLayer]:
        """Each whole layer by what it holds."""
        return {each.name: getattr(self, each.name) for each in fields(LayerSet)}

    def of_council(self, what: str, council: str) -> WebLayer:
        """Return the layer of one council's "areas" or "wards"."""
        name = self._name_of_cut(what, council)
        if name not in self._cuts:
            layer = self._cut(what, council)
            self._cuts[name] = WebLayer(name, layer.codes, lambda: layer.packed)
        return self._cuts[name]

    def find(self, name: str) -> WebLayer | None:
        """Return the layer that has this file name, whole or of one council."""
        whole = {layer.name: layer for layer in self.named.values()}
        if name in whole:
            return whole[name]
        cuts = ((what, council) for what in CUT_BY_COUNCIL for council in self.of_councils)
        return next((self.of_council(*cut) for cut in cuts if self._name_of_cut(*cut) == name), None)

    def _name_of_cut(self, what: str, council: str) -> str:
        """Return the name of a council's layer: the whole layer's name is a digest of all that is in it."""
        return f"{short_digest(f'{self.named[what].name} {council}'.encode())}.geojson"


def web_layers(build: Build) -> WebLayers:
    """Return the map layers of a build, made the first time and kept by its content hash.

    Where only the places have changed, as they do with a change of a register, the shapes are kept. The
    places before that are served no more: one of them may be confidential now.
    """
    key, revision = f"{build.areas.content_hash}:{_outlines_hash(build.outlines)}", build.places.revision
    with _lock:
        kept, layers = _made.get(key, ("", None))
        if layers is None or kept != revision:
            _made[key] = revision, _with_places(layers, build) if layers else _make_layers(build)
            while len(_made) > _KEPT_BUILDS:
                _made.popitem(last=False)
        return _made[key][1]


def find_layer(name: str) -> bytes | None:
    """Return the compressed bytes of a layer of a build that has been shown, by its file name."""
    with _lock:
        found = (layers.find(name) for _, layers in _made.values())
        layer = next((layer for layer in found if layer is not None), None)
    return layer.packed if layer is not None else None


def outlines_of(build: Build, level: str) -> gpd.GeoDataFrame:
    """Return the outlines of one level, such as "ward" or "greenspace", sorted by code."""
    mine = build.outlines[build.outlines["level"] == level]
    return mine.sort_values("code").set_index("code")


def _with_places(layers: WebLayers, build: Build) -> WebLayers:
    return replace(layers, places=make_places_layer(build.places.frame))


def _make_layers(build: Build) -> WebLayers:
    frame = build.areas.frame
    wards, localities, councils, regions, green = (
        outlines_of(build, level) for level in ("ward", "locality", "council", "region", "greenspace")
    )

    def cut(what: str, council: str) -> WebLayer:
        whole, make = {"areas": (frame, _area_layer), "wards": (wards, _outline_layer)}[what]
        return make(whole[whole["la_code"].eq(council).fillna(False).to_numpy(dtype=bool)])

    return WebLayers(
        areas=_area_layer(frame),
        wards=_outline_layer(wards),
        localities=_outline_layer(localities),
        councils=make_layer(councils.geometry, {"n": councils["name"]}, with_points=True),
        regions=make_layer(regions.geometry, {"n": regions["name"]}, with_points=True),
        green=make_layer(green.geometry, {}, simplify=simplify_each),
        places=make_places_layer(build.places.frame),
        of_councils=tuple(sorted(frame["la_code"].dropna().unique())),
        _cut=cut,
    )


def _area_layer(frame: gpd.GeoDataFrame) -> WebLayer:
    return make_layer(frame.geometry, {"n": frame["area_name"]})


def _outline_layer(outlines: gpd.GeoDataFrame) -> WebLayer:
    councils = outlines["la_code"].astype(object).where(outlines["la_code"].notna(), "")
    return make_layer(outlines.geometry, {"n": outlines["name"], "l": councils}, with_points=True)


def make_places_layer(places: gpd.GeoDataFrame) -> WebLayer:
    """Make the layer of places: every kind and council is named once, and each place points at them.

    Parameters
    ----------
    places
        One row a place, as in `geo.places.Places.frame`: `name, kind, detail, la_code, unconfirmed_since`,
        points in EPSG:27700.

    Returns
    -------
    WebLayer
        `{"kinds": [[id, words]], "councils": [code], "unconfirmed": [words], "places": [[kind, council, name,
        detail, longitude, latitude]]}`, the first two of a place as positions in those lists; -1 where its
        council is not known. One that nobody has confirmed lately has the position of the words on it at its
        end, and there are such words only where there is such a place.
    """
    kinds, kind_of = _positions(places["kind"])
    councils, council_of = _positions(places["la_code"])
    points = gpd.GeoSeries(places.geometry).to_crs("EPSG:4326")
    rows = zip(
        kind_of,
        council_of,
        places["name"].fillna("").tolist(),
        places["detail"].fillna("").tolist(),
        points.x.round(DECIMALS).tolist(),
        points.y.round(DECIMALS).tolist(),
        strict=True,
    )
    words = [[kind, _capital(asset_kinds()[kind].singular)] for kind in kinds]
    since, since_of = _positions(places["unconfirmed_since"].str[:7])
    listed = [[*row, at] if at >= 0 else row for row, at in zip(rows, since_of, strict=True)]
    silent = {"unconfirmed": [unconfirmed_words(month) for month in since]} if since else {}
    content = {"kinds": words, "councils": councils, **silent, "places": listed}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    packed = pack(text)
    return WebLayer(f"{short_digest(packed)}.json", tuple(places.index), lambda: packed)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _positions(values: pd.Series) -> tuple[list[str], list[int]]:
    """Return the distinct values present, sorted, and for each row its position among them, -1 for none."""
    codes, distinct = pd.factorize(values.astype(object), sort=True)
    return list(distinct), codes.tolist()


def _outlines_hash(outlines: gpd.GeoDataFrame) -> str:
    digest = hashlib.sha256()
    for column in ("level", "code", "name"):
        digest.update("\x1f".join(outlines[column].fillna("").astype(str)).encode())
    for wkb in shapely.to_wkb(outlines.geometry.to_numpy()):
        digest.update(wkb)
    return digest.hexdigest()
