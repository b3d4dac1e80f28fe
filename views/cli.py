"""The command line: from a folder of files to a build, and what is asked of one.

Exit status: 0 done; 1 the data is wrong; 2 the command is wrong.
"""

import gc
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.padding import Padding

from data.asset_kinds import asset_kinds
from data.codes import LSOA_COUNT
from data.errors import AtlasError
from views.brief_cli import brief
from views.console import JsonOption, Told, count, fail, out_console, plain, print_json, show_list
from views.decisions_cli import decisions
from views.export_cli import export
from views.place_cli import place
from views.reach_cli import reach
from views.register_cli import register
from views.shortlist_cli import shortlist
from views.solve_cli import solve
from views.types_cli import types

app = typer.Typer(
    help="Small-area evidence for placing prevention support: from a folder of published files to a map.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(register, name="register")
app.add_typer(solve, name="solve")

FolderArgument = Annotated[Path, typer.Argument(help="The folder that holds your downloaded files.")]
CouncilOption = Annotated[
    str | None, typer.Option(help="One council, by name or code; else all in the boundaries.")
]
VintageOption = Annotated[
    str | None, typer.Option(help="Small-area vintage, 2021 or 2011; else chosen by rule.")
]


@app.command()
def check(
    folder: FolderArgument,
    council: CouncilOption = None,
    vintage: VintageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what each file of a folder is, what joins, which file wins, and what is missing."""
    _require_vintage(vintage)
    from geo.check import check_folder

    with Told(quiet=as_json) as tell:
        report = check_folder(folder, council, vintage, tell)
    if as_json:
        print_json(report)
    else:
        _show_check(report)
    if report["refused"]:
        fail(report["refused"]["message"], report["refused"]["hint"])


@app.command()
def build(
    folder: FolderArgument,
    out: Annotated[
        Path | None, typer.Option(help="Where the build goes; else builds/ and the folder's name.")
    ] = None,
    council: CouncilOption = None,
    vintage: VintageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring a folder's files together by small area, and write a build that the app can open."""
    _require_vintage(vintage)
    from data.settings import settings
    from geo.build_folder import build_folder
    from models.demand_columns import with_demand

    target = out or settings().builds / folder.resolve().name
    with Told(quiet=as_json) as tell, _without_collection():
        made = build_folder(folder, target, council, vintage, tell, with_demand)
    _show_build(made.report, made.path, as_json)


@app.command()
def demo(
    as_json: JsonOption = False,
) -> None:
    """Build Northmere, the invented borough, and say where it is."""
    from geo.build_folder import demo_build
    from geo.builds import open_build
    from models.demand_columns import with_demand

    with Told(quiet=as_json) as tell:
        made = open_build(demo_build(tell, with_demand))
    _show_build(made.report, made.path, as_json)


app.command()(reach)
app.command()(place)
app.command()(types)
app.command()(shortlist)
app.command()(decisions)
app.command()(brief)
app.command()(export)


@app.command()
def purge(
    builds: Annotated[
        Path | None, typer.Argument(help="A build, or a folder of builds; else where builds are put.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Delete figures of referrals that are past their date, and say when the others are to go."""
    from data.settings import settings
    from geo.purge import purge as purge_builds
    from views.demand_lines import purge_lines

    done = purge_builds(builds or settings().builds, date.today())
    if as_json:
        print_json({"builds": [{**vars(entry)} for entry in done]})
        return
    for line in purge_lines(done):
        out_console.print(plain(line), highlight=False, soft_wrap=True)


@app.command()
def publish(
    build: Annotated[Path, typer.Argument(help="The internal build, with counts of referrals.")],
    to: Annotated[Path, typer.Option(help="The folder of the shared build.")],
    controller: Annotated[str, typer.Option(help="Who answers for the figures: the name of the council.")],
    ledger: Annotated[
        Path | None,
        typer.Option(help="The ledger of releases; else that of the last release, or beside --to."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Protect the counts of a build, attack the result, and write what may leave the council."""
    from geo.register_places import open_in_force
    from models.publish import publish as make_release
    from views.publish_report import describe_published, published_lines

    with Told(quiet=as_json) as tell:
        made = make_release(open_in_force(build, date.today()), to, controller, ledger, tell=tell)
    if as_json:
        print_json(describe_published(made))
        return
    for title, lines in published_lines(made):
        show_list(title, lines)
    out_console.print(f"\nThe shared build is in {plain(str(to))}", highlight=False, soft_wrap=True)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: what a build makes lives to its end, and looking takes time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _require_vintage(vintage: str | None) -> None:
    if vintage is not None and vintage not in LSOA_COUNT:
        raise typer.BadParameter(
            f"{vintage} is not a vintage; use {' or '.join(LSOA_COUNT)}.", param_hint="--vintage"
        )


def _show_check(report: dict[str, Any]) -> None:
    used = [f for f in report["files"] if f["used"]]
    _show_files(f"Used ({len(used)})", used)
    spare = [f for f in report["files"] if not f["used"]]
    _show_files(f"Recognised, not used ({len(spare)})", spare)
    show_list(f"Not recognised ({len(report['unknown'])})", [_unknown_line(u) for u in report["unknown"]])
    show_list("Which file each indicator comes from", _winners(report["columns"]))
    show_list("Places inside the areas", _place_lines(report["places"]))
    show_list("Beside the publisher's own council figures", _published_lines(report["published"]))
    show_list("Missing", report["missing"])
    show_list("Notes", report["notes"])


def _place_lines(places: dict[str, Any] | None) -> list[str]:
    if not places or not places["count"]:
        return []
    kinds = [f"{asset_kinds()[kind].plural}: {count:,}" for kind, count in places["kinds"].items()]
    return [*kinds, f"{places['count'] - places['inside']:,} more within {places['beyond_m']:,.0f} m"]


def _published_lines(published: list[dict[str, Any]]) -> list[str]:
    return [
        f"{entry['column']}: {count(entry['councils'], 'council')}, "
        f"largest difference {entry['largest_difference']:.4f} ({entry['file']})"
        for entry in published
    ]


def _show_files(title: str, files: list[dict[str, Any]]) -> None:
    if files:
        out_console.print(f"\n[bold]{title}[/bold]")
    for file in files:
        part = f" ({file['part']})" if file["part"] else ""
        matches = (
            "" if file["matched_share"] is None else f", matches {file['matched_share']:.1%} of the build"
        )
        vintage = f", {file['vintage']}" if file["vintage"] else ""
        area = f" of {file['area_words']}" if file["area_words"] else ""
        of_places = f": {', '.join(file['places'])}" if file["places"] else ""
        out_console.print(f"  [bold]{plain(file['path'] + part)}[/bold]", highlight=False, soft_wrap=True)
        rows = f", {count(file['rows'], 'row')}" if file["rows"] else ""
        words = f"{file['kind_words']}{area}{of_places}{vintage}{rows}{matches}; {file['publisher']}"
        for line in (words, *_tally_lines(file["tally"]), *file["notes"]):
            out_console.print(Padding(plain(line), (0, 0, 0, 6)), highlight=False)


def _tally_lines(tally: dict[str, Any] | None) -> list[str]:
    """Say what became of the rows of a file of places."""
    if tally is None:
        return []
    parts = [f"{tally[key]:,} {words}" for key, words in _TALLIED.items() if tally[key]]
    return [f"of {count(tally['rows'], 'row')}: {', '.join(parts) or 'none'}"]


_TALLIED = {
    "used": "used",
    "duplicate": "the same place as another row",
    "outside": "too far outside",
    "rejected": "rejected",
    "set_aside": "not to be plotted",
}


def _winners(columns: dict[str, str]) -> list[str]:
    """Group the indicators by the file that each comes from."""
    by_file: dict[str, list[str]] = {}
    for column, file in columns.items():
        by_file.setdefault(file, []).append(column)
    return [f"{file}: {', '.join(names)}" for file, names in by_file.items()]


def _unknown_line(unknown: dict[str, str]) -> str:
    return f"{unknown['path']}: {unknown['reason']}. {unknown['hint']}".strip()


def _show_build(report: dict[str, Any], path: Path, as_json: bool) -> None:
    keys = (
        "areas",
        "places",
        "demand",
        "vintage",
        "wards",
        "indicators",
        "coverage",
        "set_aside",
        "unknown",
        "rejected",
        "seconds",
    )
    if as_json:
        print_json({key: report[key] for key in keys} | {"out": str(path)})
        return
    from views.demand_lines import demand_lines

    councils = report["councils"]
    of_whom = [councils[0] if len(councils) == 1 else f"{len(councils)} councils"] if councils else []
    wards = count(report["wards"], "ward") if report["wards"] else "no wards"
    places = plain(" of ".join([wards, *of_whom]))
    out_console.print(
        f"{report['areas']:,} small areas (LSOA {report['vintage']}) in {places}; "
        f"{len(report['indicators'])} indicators; {count(report['places']['inside'], 'place')}; "
        f"{report['seconds']:.1f} s.",
        highlight=False,
    )
    if report["demand"]:
        show_list("Referrals", demand_lines(report["demand"]))
    show_list("Set aside", [f"{a['path']}: {a['reason']}. {a['hint']}".strip() for a in report["set_aside"]])
    if report["unknown"]:
        names = ", ".join(u["path"] for u in report["unknown"])
        show_list("Not recognised", [names, "atlas check says of each what it looks like."])
    show_list("Missing", report["missing"])
    show_list("Notes", report["notes"])
    if report["rejected"]:
        show_list("Rejected", [f"{count(report['rejected'], 'row')}, listed in report.json"])
    out_console.print(f"\nThe build is in {plain(str(path))}", highlight=False, soft_wrap=True)


def main() -> None:
    """Run the command line; a fault in the data ends it with status 1 and one message."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without a letter shows another, and goes on
    try:
        app()
    except AtlasError as error:
        try:
            fail(error.message, error.hint)
        except typer.Exit as leave:
            sys.exit(leave.exit_code)


if __name__ == "__main__":
    main()
