"""What a choice of sites does, in a sentence, and why each site is among them."""

import pandas as pd

from models.explain import Explanation
from models.placement import Placed
from models.reach import HIGHER
from models.reach_phrases import Near
from models.words import Part, a, number, percent
from views.place_scene import PlaceScene


def explain_placed(scene: PlaceScene) -> Explanation:
    """Say who is reached by the new sites, and how sure it is that there are no better ones."""
    placed = scene.placed
    areas, near = placed.areas, Near(placed.problem.reach.asked, placed.problem.reach.costs.means)
    before, after, total = (areas[c].sum() for c in ("children_before", "children_after", "children"))
    names = list(placed.sites["name"])
    head = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "No new site"
    higher = areas["children_gained"][(areas["fifth"] <= HIGHER).fillna(False)].sum()
    sentence = (
        Part(head, True),
        Part(f" would bring {a(near.singular)} within {near.minutes} of "),
        Part(f"{number(after - before)} more children", True),
        Part(
            f", taking reach from {percent(before / total)} to {percent(after / total)}. "
            f"{number(higher)} of them live in England’s two most deprived fifths."
        ),
    )
    caveats = (
        f"Best of {len(placed.problem.candidates.frame):,} candidate buildings.",
        placed.problem.reach.means_words,
        *placed.problem.candidates.notes,
        "It does not say that a building is free, or that families would come.",
    )
    return Explanation(sentence, caveats, tuple(placed.problem.notes))


def reasons(placed: Placed, ward_names: pd.Series) -> dict[str, str]:
    """Return the wards that each site reaches most children of, by its id."""
    problem = placed.problem
    code = problem.minutes.starts["area_code"].to_numpy()
    found = {}
    for id_ in placed.sites.index:
        place = problem.positions([str(id_)])
        new = (problem.after_min(place) <= problem.wanted.minutes) & (
            problem.today_min > problem.wanted.minutes
        )
        mine = pd.Series(problem.children[new], code[new]).groupby(level=0).sum()
        wards = mine.groupby(ward_names.reindex(mine.index)).sum().sort_values(ascending=False)
        found[str(id_)] = f"Reaches {' and '.join(wards.index[:2])}" if len(wards) else ""
    return found
