"""The command `atlas export`: any table and layer of a build as CSV, GeoPackage or GeoParquet."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import SourceError
from models.levels import Level
from views.console import JsonOption, Told, count, print_json, say, show_list

if TYPE_CHECKING:
    from geo.area_table import AreaTable
    from geo.builds import Build
    from models.exported import ExportLayer


def export(
    build: Annotated[Path, typer.Argument(help="The build whose table or layers are wanted.")],
    out: Annotated[Path, typer.Option(help="The file to write: it ends in .csv, .gpkg or .parquet.")],
    indicator: Annotated[
        list[str] | None,
        typer.Option(help="An indicator that is wanted, by its id; again for more. Else all of them."),
    ] = None,
    level: Annotated[
        str | None, typer.Option(help="What a row is: area, ward, locality or council; else area.")
    ] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(
            help="A layer: areas, wards, localities, councils or places; a GeoPackage can have several."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a table or layers of a build, with what is known of every column.

    A CSV file has its metadata beside it, as CSV on the Web says; a GeoPackage opens in QGIS in the classes
    and colours of the map. Of an internal build figures of referrals are left out.
    """
    from views.exports import layers_to_files

    names = _layers_asked(level, layer, out)
    _require_out(out, build)
    with Told(quiet=as_json) as tell:
        tell("Opening the build", 0, 2)
        layers = _layers_of(build, names, indicator or [])
        tell(f"Writing {out.name}", 1, 2)
        files = layers_to_files(layers, out.name, datetime.now(UTC))
    for name, content in files.items():
        _write(out.with_name(name), content)
    if as_json:
        print_json(_described(build, layers, [out.with_name(name) for name in files]))
        return
    for one in layers:
        say(f"{one.title}: {count(len(one.frame), 'row')}, {count(len(one.columns), 'column')}.")
    show_list("What has to be known", list(dict.fromkeys(note for one in layers for note in one.notes)))
    show_list("Written", [f"{out.with_name(name)} ({layers[0].tier.value})" for name in files])


def _layers_asked(level: str | None, layers: list[str] | None, out: Path) -> list[str]:
    """Return the names of the layers that are asked for, each once."""
    from models.exported_levels import LAYERS
    from views.exports import FORMATS, LEVELS_BY_LAYER, PLACES

    if out.suffix.lower() not in FORMATS:
        raise typer.BadParameter(
            f"{out.name} ends in none of {', '.join(FORMATS)}.",
            param_hint="--out",
        )
    if level is not None and layers:
        raise typer.BadParameter("name a level or layers, not both.", param_hint="--level")
    if level is not None and level not in list(LAYERS):
        raise typer.BadParameter(f"“{level}” is none of {', '.join(LAYERS)}.", param_hint="--level")
    known = [*LEVELS_BY_LAYER, PLACES]
    wrong = [name for name in layers or [] if name not in known]
    if wrong:
        raise typer.BadParameter(f"“{wrong[0]}” is none of {', '.join(known)}.", param_hint="--layer")
    asked = list(dict.fromkeys(layers or [LAYERS[Level(level or Level.AREA)]]))
    if len(asked) > 1 and out.suffix.lower() != ".gpkg":
        raise typer.BadParameter("several layers go into a .gpkg file alone.", param_hint="--layer")
    return asked


def _layers_of(path: Path, names: list[str], indicators: list[str]) -> "list[ExportLayer]":
    from geo.register_places import open_in_force
    from models.need import overlay_need
    from models.places_laid import lay_places

    build = open_in_force(path, date.today())
    areas = lay_places(overlay_need(build.areas), build)
    return [_layer_of(build, areas, name, indicators) for name in names]


def _layer_of(build: "Build", areas: "AreaTable", name: str, indicators: list[str]) -> "ExportLayer":
    from models.demand_at import demand_at
    from models.exported_places import export_of_places
    from views.exports import LEVELS_BY_LAYER, PLACES, level_layer

    if name == PLACES:
        return export_of_places(build.places, areas)
    return level_layer(build, demand_at(areas, LEVELS_BY_LAYER[name], build.released), indicators)


def _require_out(out: Path, build: Path) -> None:
    """Refuse to write inside a build, over a folder, or over a file that is no export of these kinds."""
    from geo.builds import FILES
    from views.export_files import METADATA_ENDING
    from views.export_there import is_export
    from views.types_options import require_place

    if out.name in FILES:
        raise SourceError(f"{out.name} is what a build calls a file of its own.", "Name another with --out.")
    require_place(out, build, "--out")
    beside = [out.with_name(out.name + METADATA_ENDING)] if out.suffix.lower() == ".csv" else []
    for there in (out, *beside):
        if there.exists() and not is_export(there):
            raise SourceError(f"{there} is there already and is no export.", "Name another file with --out.")


def _write(path: Path, content: bytes) -> None:
    from data.whole_files import write_whole_bytes

    try:
        write_whole_bytes(path, content)
    except OSError as error:
        raise SourceError(
            f"{path} cannot be written: {error.strerror or error}.", "Name a file in a folder of yours."
        ) from error


def _described(build: Path, layers: "list[ExportLayer]", files: list[Path]) -> dict[str, object]:
    """Return what was written as one object of plain values."""
    return {
        "build": str(build),
        "tier": layers[0].tier.value,
        "files": [str(path) for path in files],
        "layers": [
            {
                "name": layer.name,
                "title": layer.title,
                "rows": len(layer.frame),
                "columns": [column.name for column in layer.columns],
                "notes": list(layer.notes),
            }
            for layer in layers
        ],
    }
