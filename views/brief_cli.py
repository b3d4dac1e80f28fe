"""The command `atlas brief`: a ward, an area, a type, a shortlist or a decision as a file."""

from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from data.errors import SourceError, first_few
from views.console import JsonOption, Told, print_json, say, show_list

if TYPE_CHECKING:
    from geo.builds import Build
    from models.briefing import Brief
    from models.levels import Level
    from views.brief_files import BriefForm

ONE_OF: Final = ("--ward", "--area", "--locality", "--council", "--type", "--criteria", "--record")


def brief(
    build: Annotated[Path, typer.Argument(help="The build that the briefing is made from.")],
    out: Annotated[
        Path,
        typer.Option(help="The file to write: .html (prints to A4), .xlsx (a workbook) or .docx (Word)."),
    ],
    ward: Annotated[str | None, typer.Option(help="A ward, by name or code.")] = None,
    area: Annotated[str | None, typer.Option(help="A small area, by name or code.")] = None,
    locality: Annotated[str | None, typer.Option(help="A locality, by name or code.")] = None,
    council: Annotated[str | None, typer.Option(help="A council, by name or code.")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="A type of place, by its letter, as atlas types tells them.")
    ] = None,
    criteria: Annotated[
        Path | None,
        typer.Option(help="A shortlist: its criteria, an edited copy of data/shortlist_criteria.toml."),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(help="A record of a decision, by its id, as atlas decisions lists them."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a briefing: headline sentences first, then maps, tables, method, caveats, sources and licences.

    It keeps the tier of its build, and says it on every page.
    """
    form = form_of(out)
    file = None if criteria is None else str(criteria)
    asked = dict(zip(ONE_OF, (ward, area, locality, council, type_, file, record), strict=True))
    given = {option: text for option, text in asked.items() if text is not None}
    if len(given) != 1:
        raise typer.BadParameter(f"name one of {', '.join(ONE_OF)}.", param_hint=next(iter(given), "--ward"))
    ((option, text),) = given.items()
    require_out(out, build, form)
    made = None
    if option == "--criteria":
        made = _of_shortlist(build, Path(text), quiet=as_json)
    elif option == "--record":
        made = _of_record(build, text.strip(), quiet=as_json)
    with Told(quiet=as_json) as tell:
        tell("Opening the build", 0, 3)
        made = made or _make(build, option, text, tell)
        tell("Writing the briefing", 2, 3)
        size = write_out(made, form, out)
    show_written(made, out, size, as_json=as_json)


def _make(path: Path, option: str, text: str, tell: Any) -> "Brief":  # noqa: ANN401
    from geo.register_places import open_in_force
    from models.levels import Level
    from views import session
    from views.briefs import brief_of_area, brief_of_type, types_in
    from views.types_here import findings_in_force

    opened = open_in_force(path, date.today())
    if option == "--type":
        tell(f"Sorting {len(opened.areas.frame):,} areas into types", 1, 3)
        return brief_of_type(
            opened, session.areas_of(opened), findings_in_force(opened), text.strip().upper()
        )
    level = Level(option.removeprefix("--"))
    code = find_code(opened, level, text)
    tell(f"Bringing together {code}", 1, 3)
    return brief_of_area(opened, level, code, types=types_in(opened, level, code))


def _of_shortlist(build: Path, criteria: Path, *, quiet: bool) -> "Brief":
    from views.briefs import brief_of_shortlist
    from views.shortlist_cli import criteria_document, find_listed

    found = find_listed(build, criteria_document(criteria, None, None), criteria.name, None, quiet=quiet)
    return brief_of_shortlist(found.build, found.areas, found.data, found.shortlist)


def _of_record(path: Path, record_id: str, *, quiet: bool) -> "Brief":
    from data.register.records import COMMAND_LINE
    from data.register.store import Register
    from geo.builds import open_build
    from views.brief_of_record import brief_of_record, require_as_saved
    from views.register_of import register_engine
    from views.shortlist_cli import find_listed

    tier = open_build(path).areas.tier
    versions = Register(register_engine(path)).decision_versions(COMMAND_LINE, record_id, tier)
    require_as_saved(versions[-1])
    found = find_listed(path, dict(versions[-1].criteria), "The record", None, quiet=quiet)
    return brief_of_record(versions, found.build, found.areas, found.data, found.shortlist)


def find_code(build: "Build", level: "Level", text: str) -> str:
    """Return the code of a shape that is named by its name or its code, in any spelling of case.

    Raises
    ------
    SourceError
        When there is none, or several of that name.
    """
    import pandas as pd

    from models.levels import CODE_COLUMNS, Level

    frame = build.areas.frame
    if level is Level.AREA:
        named = pd.DataFrame({"code": frame.index, "name": frame["area_name"].to_numpy()})
    else:
        column = CODE_COLUMNS[level]
        names = frame[[column, column.replace("_code", "_name")]].dropna().drop_duplicates(column)
        named = names.set_axis(["code", "name"], axis=1)
    word = text.strip().casefold()
    found = named[(named["code"].str.casefold() == word) | (named["name"].str.casefold() == word)]
    codes = sorted(found["code"].unique())
    if len(codes) == 1:
        return str(codes[0])
    if codes:
        raise SourceError(
            f"{len(codes)} {level.plural} are called {text!r}: {first_few(codes)}.", "Name a code."
        )
    near = get_close_matches(text.strip(), [str(name) for name in named["name"]], n=1)
    hint = f"The nearest is {near[0]}." if near else f"There are {first_few(named['name'])}."
    raise SourceError(f"There is no {level.singular} {text!r} in this build.", hint if len(named) else None)


def form_of(out: Path, option: str = "--out") -> "BriefForm":
    """Return what a briefing is written as, by how the name of its file ends."""
    from views.brief_files import BriefForm

    ending = out.suffix.lower().removeprefix(".")
    if ending not in list(BriefForm):
        endings = ", ".join(f".{form}" for form in BriefForm)
        raise typer.BadParameter(f"{out.name} ends in none of {endings}.", param_hint=option)
    return BriefForm(ending)


def require_out(out: Path, build: Path, form: "BriefForm", option: str = "--out") -> None:
    """Refuse to write inside a build, or over a file of another sort.

    Raises
    ------
    SourceError
        When something else is there.
    """
    from views.brief_files import STARTS
    from views.types_options import require_place

    require_place(out, build, option)
    if not out.exists():
        return
    try:
        with out.open("rb") as file:
            start = file.read(len(STARTS[form]))
    except OSError as error:
        raise SourceError(
            f"{out} cannot be read: {error.strerror or error}.", "Name another file."
        ) from error
    if start != STARTS[form]:
        raise SourceError(f"{out} is there already and is no briefing.", f"Name another file with {option}.")


def write_out(made: "Brief", form: "BriefForm", out: Path, option: str = "--out") -> int:
    """Write a briefing to a file of its owner alone, and return how many bytes it has.

    Raises
    ------
    SourceError
        When it cannot be written.
    """
    from data.whole_files import write_whole_bytes
    from views.brief_files import write_brief

    content = write_brief(made, form)
    try:
        write_whole_bytes(out, content)
    except OSError as error:
        raise SourceError(
            f"{out} cannot be written: {error.strerror or error}.",
            f"Name a file in a folder of yours with {option}.",
        ) from error
    return len(content)


def show_written(made: "Brief", out: Path, size: int, *, as_json: bool) -> None:
    """Say what was written: its sentences, what was left out, and where it is."""
    told = describe_brief(made)
    if as_json:
        print_json({"out": str(out), "bytes": size, **told})
        return
    for sentence in told["headline"]:
        say(sentence)
    show_list("What it holds", [f"{name}: {rows:,} rows" for name, rows in told["tables"].items()])
    if made.left_out:
        show_list("Left out", [made.left_out])
    say(f"\n{made.imprint.tier_words}. The briefing is in {out}")


def describe_brief(made: "Brief") -> dict[str, Any]:
    """Return a briefing as an object of plain values.

    Returns
    -------
    dict
        `title`, `subtitle`, `tier`, `invented` (the name of a place that is not real, else null), `headline`
        (sentences), `sections` (titles), `tables` (rows of each, by title), `maps` (what each shows),
        `left_out` (null where nothing is), `caveats`, `sources`, `made`, `built` and `build_hash`.
    """
    from models.briefing import text_of

    imprint = made.imprint
    return {
        "title": made.title,
        "subtitle": made.subtitle,
        "tier": imprint.tier.value,
        "invented": imprint.invented or None,
        "headline": [text_of(sentence) for sentence in made.headline],
        "sections": [section.title for section in made.filled],
        "tables": {table.title: len(table.frame) for table in made.tables},
        "maps": [drawn.alt for section in made.filled for drawn in section.maps],
        "left_out": made.left_out or None,
        "caveats": list(made.caveats),
        "sources": [f"{source.what}: {source.title}" for source in made.sources],
        "made": imprint.made.isoformat(),
        "built": imprint.built.isoformat() if imprint.built else None,
        "build_hash": imprint.build_hash,
    }
