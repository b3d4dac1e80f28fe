"""The command `atlas types`: which kinds of place a build has, how sure that is, and what may suit each."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from views.console import JsonOption, Told, print_json, say, show_list
from views.types_options import (
    AUTO,
    kept_model,
    require_csv,
    require_place,
    require_tier_kept,
    require_together,
    types_asked,
    write_file,
)

if TYPE_CHECKING:
    from views.types_answers import Answers


def types(
    build: Annotated[Path, typer.Argument(help="The build whose areas are sorted into kinds of place.")],
    k: Annotated[
        str, typer.Option("--k", help="How many types, 2 to 10; auto: the stablest of four to seven.")
    ] = AUTO,
    rules: Annotated[
        Path | None,
        typer.Option(help="Rules of ways of working: an edited copy of data/operating_models.toml."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A CSV file to write: every area with its type and way of working.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            help="The model of the last run, where it is there: its letters and names are kept, and what has"
            " moved is told. Then that of this run is written there. Without one, types that were kept with"
            " the Types page stand for it."
        ),
    ] = None,
    frozen: Annotated[
        bool,
        typer.Option("--frozen", help="Sort the areas by --model as it is, and leave it so."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Sort small areas into kinds of place, and say how sure that is and which way of working may suit each.

    With --json, an area without a type is not among the assignments; every area has a way of working, or
    "not_enough_data" or "no_rule" in its place.
    """
    asked = types_asked(k)
    require_together(asked, model, frozen)
    from views.types_report import CSV_START, describe_types, types_to_csv

    if out is not None:
        require_place(out, build, "--out")
        require_csv(out, CSV_START)
    if model is not None and not frozen:
        require_place(model, build, "--model")
    found = _find(build, asked, rules, model, frozen, quiet=as_json)
    if out is not None:
        write_file(out, types_to_csv(found))
    written = model if found.types is not None else None
    if found.types is not None and model is not None:
        from models.type_frozen import save_types

        save_types(found.types.frozen, model)
    if as_json:
        print_json(describe_types(found))
    else:
        _show(found, out, written)


def _find(
    build: Path, asked: int | None, rules: Path | None, model: Path | None, frozen: bool, *, quiet: bool
) -> "Answers":
    from data.operating_models import operating_rules
    from geo.register_places import open_in_force
    from models.need import overlay_need
    from models.places_laid import lay_places
    from views.types_answers import made_answers, scored_answers

    tried = operating_rules() if rules is None else operating_rules(rules)
    kept = kept_model(model, needed=frozen)
    began = perf_counter()
    with Told(quiet=quiet) as tell:
        tell("Opening the build", 0, 3)
        opened = open_in_force(build, date.today())
        if kept is not None:
            require_tier_kept(kept, opened.areas.tier, frozen=frozen)
        tell("Laying places over its areas", 1, 3)
        laid = lay_places(overlay_need(opened.areas), opened)
        tell(f"Sorting {len(laid.frame):,} areas", 2, 3)
        if frozen and kept is not None:
            found = scored_answers(opened, laid, tried, kept)
        else:
            found = made_answers(opened, laid, tried, asked, kept)
    return replace(found, seconds=perf_counter() - began)


def _show(found: "Answers", out: Path | None, model: Path | None) -> None:
    from views.types_report import types_lines

    say(found.sentence)
    for title, lines in types_lines(found):
        if lines:
            show_list(title, lines)
    if out is not None:
        say(f"\nThe areas are in {out}")
    if model is not None:
        say(f"\nThe model of this run is in {model}")
