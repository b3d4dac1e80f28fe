"""What Types and Place support found, as layers: small areas with their type, and chosen sites as points."""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import pandas as pd

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA
from data.provenance import Provenance
from data.sources.base import readable
from geo.area_table import CRS, AreaTable
from models.classes import MISSING
from models.exported import NUMBER, Entry, ExportColumn, ExportLayer, Style
from models.exported_levels import invented_notes
from views import types_look
from views.place_files import conditions_of, how_sure, sources_of
from views.place_scene import PlaceScene
from views.types_classes import NO_TYPE
from views.types_scene import TypesScene

NEW_SITE: Final = "new site"
SITE_INK: Final = "#0B5F63"
TYPES: Final = {
    "name": ("Small area", "Name of the small area."),
    "ward_name": ("Ward", "Ward that it lies in."),
    "la_code": ("Code of the council", "Code of the council that it lies in."),
    "la_name": ("Council", "Council that it lies in."),
    "type": ("Type", "Letter of its type; empty where too little is known."),
    "type_name": ("Name of the type", "Letter and name of its type: the classes of the map."),
    "second": ("Second type", "The type that it is like next."),
    "sure": ("How sure", "How sure its type is."),
    "margin": ("Margin", "How far it lies from the border to its second type, 0 to 1."),
    "share": ("Share of draws", "How often it had its own type again when areas were drawn anew."),
    "way_of_working": ("Way of working", "By rule, or as somebody gave it with a reason."),
    "why": ("Why", "Why that way of working fits."),
    "by_rule": ("By rule", "The way of working that the rule gives."),
    "reason": ("Reason", "Why somebody gave another than the rule; empty where nobody did."),
    "patch": ("Patch", "Number of the patch that it lies in; empty for none."),
}
SITES: Final = {
    "number": ("Number", "Number of the site on the map."),
    "mark": ("Mark", "What the point is."),
    "name": ("Name", "Name of the building."),
    "building": ("Building", "Kind of building."),
    "postcode": ("Postcode", "Its postcode."),
    "area_code": ("Code of the small area", "The small area that holds it."),
    "ward_code": ("Code of the ward", "The ward of that small area."),
    "children": ("Children newly reached", "Whom it brings within reach."),
    "higher_need": ("Of them higher need", "Of them, those in England’s two most deprived fifths."),
    "lost": ("Children lost if dropped", "Whom the choice would lose without it."),
    "cost_gbp": ("Cost", "What it costs a year."),
    "why": ("Why", "Why it is among the sites."),
}
UNITS: Final = {"children": "children", "higher_need": "children", "lost": "children", "cost_gbp": "pounds"}
FIGURES: Final = (*UNITS, "margin", "share", "patch")


def types_layer(scene: TypesScene, facts: pd.DataFrame) -> ExportLayer:
    """Return small areas with their type and way of working, drawn by type where there are types.

    Parameters
    ----------
    scene
        What the page shows. Whether it may leave is told by its `held`.
    facts
        What is told of each area, as `views.types_rows.facts_of` returns it.
    """
    found, frame = scene.found, facts.sort_index()
    models = found.models
    cells = {name: frame[name] for name in TYPES if name in frame}
    cells["way_of_working"] = frame["model"].map(models.label_of)
    cells["by_rule"] = frame["by_rule"].map(models.label_of)
    styles = [_ways_style(scene, cells["way_of_working"])]
    if "type" in frame:
        names = {letter: readable(found.title_of(letter)) for letter in frame["type"].dropna().unique()}
        cells["type_name"] = frame["type"].map(names, na_action="ignore").fillna(NO_TYPE)
        styles.insert(0, _types_style(scene, cells["type_name"]))
    return _layer(
        "types",
        "Types of place and ways of working",
        "area_code",
        cells,
        TYPES,
        scene.areas.frame.geometry.reindex(frame.index),
        scene.areas,
        notes=(f"Made of {' '.join(found.composites.sources.values())}",),
        sources=(scene.areas.provenance["geometry"],),
        styles=tuple(styles),
    )


def sites_layer(scene: PlaceScene) -> ExportLayer:
    """Return the new sites as points, with what was asked. Whether it may leave is told by `scene.held`."""
    placed = scene.placed
    sites = placed.sites.sort_index()
    points = placed.problem.candidates.frame.geometry.loc[sites.index]
    cells = {name: sites[name] for name in SITES if name in sites}
    cells["number"] = sites["number"].astype("string")
    cells["building"] = sites["kind"]
    cells["mark"] = pd.Series(NEW_SITE, index=sites.index)
    cells["why"] = pd.Series({id_: scene.why.get(str(id_), "") for id_ in sites.index}, dtype=object)
    asked = "; ".join(f"{name} {value}" for name, value in conditions_of(scene.sought.wanted).items())
    return _layer(
        "sites",
        "Chosen sites",
        "site_id",
        cells,
        SITES,
        points,
        scene.areas,
        notes=(f"Asked: {asked}.", f"Chosen: {how_sure(placed)}.", *dict.fromkeys(placed.problem.notes)),
        sources=tuple(dict.fromkeys(sources_of(scene))),
        styles=(Style("New sites", "Sites of this choice.", "mark", (Entry(NEW_SITE, SITE_INK, "●"),)),),
    )


def _layer(
    name: str,
    title: str,
    code: str,
    cells: Mapping[str, pd.Series],
    words: Mapping[str, tuple[str, str]],
    shapes: gpd.GeoSeries,
    areas: AreaTable,
    *,
    notes: tuple[str, ...],
    sources: tuple[Provenance, ...],
    styles: tuple[Style, ...],
) -> ExportLayer:
    """Return a layer of some columns in the order of their words."""
    kept = {
        column: cells[column].astype("float64" if column in FIGURES else "string")
        for column in words
        if column in cells
    }
    frame = gpd.GeoDataFrame(pd.DataFrame(kept, index=shapes.index), geometry=shapes, crs=CRS)
    told = [ExportColumn(code, "Code", "What the row is known by.")]
    told += [
        ExportColumn(column, *words[column], datatype=NUMBER, unit=UNITS.get(column, ""))
        if column in FIGURES
        else ExportColumn(column, *words[column])
        for column in kept
    ]
    return ExportLayer(
        name=name,
        title=title,
        frame=frame.rename_axis(code),
        columns=tuple(told),
        classes={},
        tier=areas.tier,
        vintage=areas.vintage,
        revision=areas.content_hash,
        notes=(*invented_notes(areas.frame.rename(columns={"area_name": "name"})), *notes),
        more_sources=sources,
        styles=styles,
    )


def _types_style(scene: TypesScene, shown: pd.Series) -> Style:
    types = scene.found.types
    letters = sorted(types.names) if types is not None else []
    colours = types_look.kind_colours(len(letters), dark=False)
    entries = [
        Entry(readable(scene.found.title_of(at)), fill) for at, fill in zip(letters, colours, strict=True)
    ]
    none = [Entry(NO_TYPE, MISSING)] if shown.eq(NO_TYPE).any() else []
    return Style("Types", "The type of each small area.", "type_name", (*entries, *none))


def _ways_style(scene: TypesScene, shown: pd.Series) -> Style:
    models = scene.found.models
    used = [model.label for model in models.rules.models]
    colours = types_look.kind_colours(len(used), dark=False)
    entries = [Entry(label, fill) for label, fill in zip(used, colours, strict=True)]
    others = {NO_RULE: types_look.NO_RULE[0], NOT_ENOUGH_DATA: MISSING}
    plain = [Entry(models.label_of(id_), fill) for id_, fill in others.items()]
    known = [entry for entry in plain if shown.eq(entry.value).any()]
    return Style("Ways of working", "The way of working of each area.", "way_of_working", (*entries, *known))
