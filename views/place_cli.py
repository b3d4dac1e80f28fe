"""The command `atlas place`: where new places of a kind would reach most, and whether that is proven."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from views.brief_cli import form_of, require_out, write_out
from views.cli_options import (
    MatrixOption,
    ModeOption,
    NetworkOption,
    kind_of,
    minutes_of,
    mode_of,
    refuse_both,
    with_travel,
)
from views.console import JsonOption, Told, print_json, say, say_parts, show_list

if TYPE_CHECKING:
    from geo.builds import Build
    from models.briefing import Brief
    from models.placement_asked import Wanted
    from models.placement_problem import Problem
    from views.place_report import Found


def place(
    build: Annotated[Path, typer.Argument(help="The build whose people and places are asked about.")],
    candidates: Annotated[
        Path | None, typer.Option(help="A list of buildings that could house a site, with cost and capacity.")
    ] = None,
    buildings: Annotated[
        str | None, typer.Option(help="Kinds of building in the stead of a list: library,school.")
    ] = None,
    middles: Annotated[
        bool, typer.Option("--middles", help="The middles of small areas in the stead of buildings.")
    ] = False,
    existing: Annotated[
        Path | None, typer.Option(help="The places there are today, in the stead of those of the build.")
    ] = None,
    kind: Annotated[str, typer.Option(help="What is to be placed.")] = "family_hub",
    sites: Annotated[int, typer.Option(min=1, help="How many new sites at most.")] = 2,
    exactly: Annotated[bool, typer.Option("--exactly", help="As many sites, and not fewer.")] = False,
    minutes: Annotated[
        float | None, typer.Option(help="How far is near enough; else as ATLAS_REACH_MIN says, 15.")
    ] = None,
    mode: ModeOption = "walk",
    objective: Annotated[
        str,
        typer.Option(
            help="Most people within reach (cover), least way (median, centre), or fair shares (fair)."
        ),
    ] = "cover",
    people: Annotated[
        str, typer.Option("--for", help="Whom it is for: children, need or demand.")
    ] = "children",
    fairness: Annotated[
        float | None,
        typer.Option(help="With fair: what children of higher need count by themselves, 0 to 1."),
    ] = None,
    council: Annotated[str | None, typer.Option(help="One council, by name or code; else all.")] = None,
    ward: Annotated[
        list[str] | None,
        typer.Option(help="A ward that has to have a site, by name or code; again for more."),
    ] = None,
    require: Annotated[list[str] | None, typer.Option(help="A candidate that is chosen in any case.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="A candidate that cannot be chosen.")] = None,
    close: Annotated[list[str] | None, typer.Option(help="A place of today that is to close.")] = None,
    cost: Annotated[
        float | None, typer.Option(help="What a site costs a year, unless its list says.")
    ] = None,
    budget: Annotated[float | None, typer.Option(help="What all new sites may cost together a year.")] = None,
    capacity: Annotated[
        float | None,
        typer.Option(help="How many children a site has room for, unless its list says (capacity)."),
    ] = None,
    network: NetworkOption = None,
    matrix: MatrixOption = None,
    near: Annotated[
        float | None, typer.Option(help="Tell other choices too, so many per cent worse at most.")
    ] = None,
    trials: Annotated[
        int, typer.Option(min=0, help="Choose again so many times with what is not quite known drawn anew.")
    ] = 0,
    curve: Annotated[int, typer.Option(min=0, help="Tell what each site adds, up to so many.")] = 0,
    seconds: Annotated[
        float | None,
        typer.Option(
            help="Seconds of search for all that is asked together: the best choice, --near, --curve and"
            " --trials, one after the other, each an equal share of what is left. Then what was found so far"
            " is told."
        ),
    ] = None,
    brief: Annotated[
        Path | None,
        typer.Option(help="A briefing of the choice to write beside: .html, .xlsx or .docx."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Find where new places of a kind would reach most people, and say whether any other choice is better."""
    from geo.register_places import open_in_force
    from models.placement import Placed
    from models.placement_asked import For, Objective, Wanted
    from views.place_extras import Asked, check_asked, extras_of
    from views.place_options import (
        above_zero,
        fairness_of,
        ids_of,
        kinds_of,
        one_of,
        refuse_two,
        share_of,
        within,
    )
    from views.place_report import Found, describe_placed
    from views.place_search import find_best
    from views.place_time import Shared

    form = None if brief is None else form_of(brief, "--brief")
    if brief is not None and form is not None:
        require_out(brief, build, form, "--brief")
    refuse_both(network, matrix)
    refuse_two("--candidates", candidates=candidates, buildings=buildings, middles=middles)
    goal = one_of(objective, Objective, "--objective")
    wanted = Wanted(
        kind=kind_of(kind),
        sites=sites,
        exactly=exactly,
        minutes=minutes_of(minutes),
        mode=mode_of(mode),
        objective=goal,
        people=one_of(people, For, "--for"),
        fairness=fairness_of(fairness, goal),
        buildings=kinds_of(buildings),
        middles=middles,
        required=ids_of(require, "--require"),
        excluded=ids_of(exclude, "--exclude"),
        closed=ids_of(close, "--close"),
        cost_gbp=above_zero(cost, "--cost"),
        budget_gbp=above_zero(budget, "--budget"),
        capacity=above_zero(capacity, "--capacity"),
    )
    asked = Asked(share_of(near, "--near"), trials, curve)
    limit = above_zero(seconds, "--seconds")
    with Told(quiet=as_json) as tell:
        tell("Opening the build", 0, 1)
        opened, notes = _with_existing(open_in_force(build, date.today()), existing, wanted.kind)
        opened = with_travel(opened, network, matrix)
        wanted = within(opened, wanted, council, ward or ())
        tell("Measuring ways to candidates", 0, 1)
        problem = _problem_of(opened, wanted, candidates)
        check_asked(problem, asked)
        began, time = perf_counter(), Shared(limit, 1 + asked.parts)
        chosen, answer = find_best(problem, tell, time.next_end())
        took = perf_counter() - began
        extras = extras_of(problem, answer, asked, tell, time)
    found = Found(opened, Placed(problem, chosen, answer), answer, extras, took, notes)
    if brief is not None and form is not None:
        write_out(_brief_of(found), form, brief, "--brief")
    if as_json:
        print_json(describe_placed(found) | ({} if brief is None else {"brief": str(brief)}))
    else:
        _show(found)
        if brief is not None:
            say(f"\nThe briefing is in {brief}")


def _brief_of(found: "Found") -> "Brief":
    """Return the briefing of what was found.

    Raises
    ------
    DisclosureError
        When it rests on referrals that stay inside.
    """
    from views.briefs import brief_of_placement
    from views.place_report import explain

    return brief_of_placement(found.build, found.build.areas, found.placed, explain(found))


def _with_existing(build: "Build", existing: Path | None, kind: str) -> tuple["Build", tuple[str, ...]]:
    """Return the build with the places of a list in the stead of its own, and what became of its rows."""
    if existing is None:
        return build, ()
    from models.candidate_files import existing_from_file

    return existing_from_file(existing, build, kind)


def _problem_of(build: "Build", wanted: "Wanted", candidates: Path | None) -> "Problem":
    """Return the problem with candidates as a list says, or the buildings of the build that are asked for.

    Raises
    ------
    InfeasibleError
        When no choice of sites keeps the conditions.
    """
    from models.candidate_files import candidates_from_file
    from models.candidates import candidates_of, default_buildings
    from models.placement import ward_names
    from models.placement_infeasible import check_feasible
    from models.placement_problem import problem_of
    from views.place_options import check_excluded

    if candidates is not None:
        found = candidates_from_file(candidates, build, wanted)
    else:
        if not (wanted.middles or wanted.buildings):
            wanted = replace(wanted, buildings=default_buildings(build, wanted.kind, wanted.council))
        found = candidates_of(build, wanted)
    check_excluded(found, wanted.excluded)
    problem = problem_of(build, wanted, found)
    check_feasible(problem, ward_names(build))
    return problem


def _show(found: "Found") -> None:
    from views.place_report import explain, place_lines

    say_parts(explain(found).sentence)
    for title, lines in place_lines(found):
        show_list(title, lines)
