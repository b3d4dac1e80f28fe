"""The command `atlas shortlist`: which wards come first by criteria, how sure that is, who lives there."""

from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import GeographyError, first_few
from data.shortlist_terms import LEVELS, MOST_CHOSEN
from views.console import JsonOption, Told, print_json, say, show_list
from views.types_options import require_csv, require_place, write_file

if TYPE_CHECKING:
    from geo.area_table import AreaTable
    from geo.builds import Build
    from models.levels import LevelData
    from models.type_findings import TypeFindings
    from views.shortlist_report import Listed

CriteriaOption = Annotated[
    Path, typer.Option(help="The criteria and their swings: an edited copy of data/shortlist_criteria.toml.")
]


def shortlist(
    build: Annotated[Path, typer.Argument(help="The build whose wards are compared.")],
    criteria: CriteriaOption,
    top: Annotated[
        int | None, typer.Option(help="How many are to be chosen at most; else as the criteria say.")
    ] = None,
    level: Annotated[
        str | None, typer.Option(help="What is compared: ward, area or locality; else as the criteria say.")
    ] = None,
    council: Annotated[
        str | None, typer.Option(help="One council, by name or code, to compare its places alone.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A CSV file to write: everyone compared, and who is out and why.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Rank wards by criteria, say how sure the ranks are, and who lives in those chosen."""
    document = criteria_document(criteria, top, level)
    from views.shortlist_report import CSV_START, describe_shortlist, shortlist_lines, shortlist_to_csv

    if out is not None:
        require_place(out, build, "--out")
        require_csv(out, CSV_START, "shortlist")
    found = find_listed(build, document, criteria.name, council, quiet=as_json)
    if out is not None:
        write_file(out, shortlist_to_csv(found))
    if as_json:
        print_json(describe_shortlist(found))
        return
    say(found.shortlist.sentence)
    for title, lines in shortlist_lines(found):
        show_list(title, lines)
    if out is not None:
        say(f"\nThe shortlist is in {out}")


def criteria_document(criteria: Path, top: int | None, level: str | None) -> dict[str, Any]:
    """Read the criteria, with what the options say in the place of what they say."""
    from data.shortlist_criteria import asked_from, criteria_from

    if top is not None and not 1 <= top <= MOST_CHOSEN:
        raise typer.BadParameter(
            f"{top} is out of range: 1 at least, and {MOST_CHOSEN} at most.", param_hint="--top"
        )
    if level is not None and level not in LEVELS:
        raise typer.BadParameter(f"“{level}” is none of {', '.join(LEVELS)}.", param_hint="--level")
    given = {"top": top, "level": level}
    document = criteria_from(criteria) | {name: one for name, one in given.items() if one is not None}
    asked_from(document, criteria.name)  # a fault is told before a build is opened
    return document


def find_listed(
    path: Path, document: dict[str, Any], name: str, council: str | None, *, quiet: bool
) -> "Listed":
    """Rank what is asked for, and say who lives in those chosen."""
    from data.shortlist_criteria import asked_from
    from geo.register_places import open_in_force
    from models.demand_at import demand_at
    from models.levels import Level
    from models.need import overlay_need
    from models.places_laid import lay_places
    from models.shortlist import shortlist_of
    from models.shortlist_fairness import fairness_of
    from models.shortlist_laid import laid_for
    from views.shortlist_report import Listed

    asked = asked_from(document, name)
    level = Level(asked.level)
    began = perf_counter()
    with Told(quiet=quiet) as tell:
        tell("Opening the build", 0, 4)
        opened = open_in_force(path, date.today())
        tell("Laying places over its areas", 1, 4)
        laid = lay_places(overlay_need(opened.areas), opened)
        types = _types(opened, laid, asked.criteria, tell)
        data = laid_for(demand_at(laid, level, opened.released), opened, laid, types)
        if council is not None:
            asked = asked_from({**document, "within": _council(council, data)}, name)
        tell(f"Ranking {level.plural}", 3, 4)
        found = shortlist_of(data, asked)
        inside = laid.select(asked.within) if asked.within else laid
        fair = fairness_of(inside, found.chosen, level)
    return Listed(opened, laid, data, found, fair, perf_counter() - began)


def _types(opened: "Build", laid: "AreaTable", criteria: Any, tell: Any) -> "TypeFindings | None":  # noqa: ANN401
    """Return the kinds of place where a criterion is made of them: they take a while."""
    from models.shortlist_laid import MODEL, TYPE

    if not any(criterion.indicator.startswith((TYPE, MODEL)) for criterion in criteria):
        return None
    from models.type_findings import find_types, with_overrides
    from views.types_beside import read_beside

    tell("Sorting areas into kinds of place", 2, 4)
    beside = read_beside(opened)
    return with_overrides(find_types(opened, laid, before=beside.before), beside.overrides)


def _council(text: str, data: "LevelData") -> str:
    """Return the code of the council that is asked for, by its code or its name in any case."""
    pairs = data.frame[["la_code", "la_name"]].dropna().drop_duplicates()
    wanted = text.strip().lower()
    mine = pairs[pairs["la_code"].str.lower().eq(wanted) | pairs["la_name"].str.lower().eq(wanted)]
    if mine.empty:
        raise GeographyError(
            f"“{text[:60]}” is no council of this build.", f"There are {first_few(pairs['la_name'])}."
        )
    return str(mine["la_code"].iloc[0])
