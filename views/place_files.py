"""The files that the Place support page offers: its sites and areas, each row with its source and tier."""

from typing import Final

import pandas as pd

from data.provenance import Provenance
from geo.travel import Means
from models.placement import Placed
from models.placement_asked import Objective, Wanted
from models.placement_compare import how_chosen
from models.placement_goal import could_words, goal_of
from views.place_scene import PlaceScene
from views.reach_files import MEANS_WORDS, place_sources, plain, travel_sources, used_columns
from views.tables import write_csv

FIGURES: Final = (
    *("group", "before_min", "after_min", "before_share", "after_share", "children"),
    *("children_before", "children_after", "children_gained", "fifth"),
)


def sites_to_csv(scene: PlaceScene) -> bytes:
    """Write the new sites as a CSV file that a spreadsheet opens without running anything."""
    placed = scene.placed
    sites = placed.sites
    points = placed.problem.candidates.frame.geometry.loc[sites.index]
    output = {
        "number": sites["number"].astype(str),
        "site_id": sites.index.to_series(),
        "name": sites["name"],
        "building": sites["kind"],
        "postcode": sites["postcode"],
        "easting_m": plain(points.x.round()),
        "northing_m": plain(points.y.round()),
        "area_code": sites["area_code"],
        "ward_code": sites["ward_code"],
        "children_newly_reached": plain(sites["children"]),
        "of_them_higher_need": plain(sites["higher_need"]),
        "children_lost_if_dropped": plain(sites["lost"]),
        "cost_gbp": plain(sites["cost_gbp"]),
        "why": pd.Series({id_: scene.why.get(str(id_), "") for id_ in sites.index}, dtype=object),
    }
    return write_csv(pd.DataFrame({**output, **_told(scene)}, index=sites.index))


def areas_to_csv(scene: PlaceScene) -> bytes:
    """Write the small areas, with reach today and then, as a CSV file that runs nothing."""
    placed = scene.placed
    homes = placed.problem.reach.homes
    middles = {"before_min": placed.problem.before_min, "after_min": placed.after_min}
    found = placed.areas.assign(
        **{name: homes.middle(minutes).reindex(placed.areas.index) for name, minutes in middles.items()}
    )
    names = scene.areas.frame.loc[found.index]
    output = {
        "area_code": found.index.to_series(),
        "area_name": names["area_name"],
        "ward_name": names["ward_name"],
        "la_code": names["la_code"],
        "la_name": names["la_name"],
        **{column: plain(found[column].replace(float("inf"), float("nan"))) for column in FIGURES},
    }
    return write_csv(pd.DataFrame({**output, **_told(scene)}, index=found.index).sort_index())


def conditions_of(wanted: Wanted) -> dict[str, str]:
    """Return what was asked, as the columns that end each row."""
    lists = {name: getattr(wanted, name) for name in ("buildings", "required", "excluded", "closed", "wards")}
    amounts = {"budget_gbp": wanted.budget_gbp, "capacity": wanted.capacity}
    fair = {"fairness": f"{wanted.fairness:g}"} if wanted.objective is Objective.FAIR else {}
    return {
        "place": wanted.kind,
        "minutes": f"{wanted.minutes:g}",
        "objective": wanted.objective.value,
        "for": wanted.people.value,
        **fair,
        "candidates": "middles of areas" if wanted.middles else " ".join(lists.pop("buildings")),
        **{name: " ".join(codes) for name, codes in lists.items() if codes and name != "buildings"},
        **{name: f"{amount:.0f}" for name, amount in amounts.items() if amount is not None},
    }


def _told(scene: PlaceScene) -> dict[str, str]:
    """Return what ends each row: what was asked, how sure and how measured it is, and whose data it is."""
    placed = scene.placed
    reach = placed.problem.reach
    means = reach.costs.means
    travels = {} if means is Means.MATRIX else {"mode": scene.sought.wanted.mode.value}
    return {
        **conditions_of(scene.sought.wanted),
        **travels,
        "chosen": how_sure(placed),
        "measured_by": MEANS_WORDS[means],
        "children_column": reach.children_column or "none",
        "notes": " ".join(dict.fromkeys(placed.problem.notes)),
        "source": " ".join(dict.fromkeys(p.attribution or p.source for p in sources_of(scene))),
        "tier": scene.areas.tier.value,
    }


def how_sure(placed: Placed) -> str:
    """Say whether a choice is the best, proven, or how much better another could be at most."""
    answer, words = placed.answer, how_chosen(placed)
    if answer is None or answer.proven:
        return words
    goal = goal_of(placed.problem, answer.loss, answer.bound)
    return f"{words}; another choice {could_words(placed.problem, goal)}"


def candidate_sources(scene: PlaceScene) -> list[Provenance]:
    """Return where the candidates come from, each file once; nothing of the middles of areas.

    Sites by hand are buildings among them, or are told beside them.
    """
    candidates, places = scene.problem.candidates, scene.build.places
    if not candidates.from_build:
        return []
    return [places.provenance[file] for file in places.frame.loc[candidates.frame.index, "file"].unique()]


def sources_of(scene: PlaceScene) -> list[Provenance]:
    """Return where everything comes from: places of today, candidates, travel, and columns of areas."""
    reach = scene.placed.problem.reach
    return [
        *place_sources(scene.build, reach),
        *candidate_sources(scene),
        *travel_sources(scene.build),
        *(scene.areas.provenance[column] for column in used_columns(reach, scene.areas)),
        *scene.placed.problem.weighing.sources,
    ]
