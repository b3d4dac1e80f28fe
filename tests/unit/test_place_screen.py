"""The Place support page in parts: what the address may ask, names in boxes, groups and tables that agree."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.travel import Mode
from models.placement_asked import For, Objective, Wanted
from tests.small_builds import HOSTILE, varied_areas
from views import state
from views.place_address import NAMES, NONE, How, Offered, Sought, Tab, parse_sought
from views.place_choices import unique_names
from views.place_spots import write_spots

AREAS = varied_areas()
KINDS = ("family_hub", "library", "school")
PLACES = pd.DataFrame(
    {"kind": ["family_hub", "family_hub", "library", "school"]}, index=["h1", "h2", "l1", "s1"]
)
WARDS = pd.DataFrame(
    {"name": ["Ward 1", "Ward 2"], "la_code": ["E08000001", "E08000002"]}, index=["E05000000", "E05000001"]
)


def candidates(wanted: Wanted) -> pd.Index:
    """The places of the wanted kinds of building."""
    return PLACES.index[PLACES["kind"].isin(wanted.buildings)]


def others(kind: str) -> tuple[str, ...]:
    return tuple(other for other in KINDS if other != kind)


OFFERED = Offered(
    kinds=KINDS,
    people=lambda kind: (For.CHILDREN, For.NEED),
    modes=tuple(Mode),
    places=PLACES,
    possible=state.possible_choices(AREAS, {}),
    wards=WARDS,
    buildings=others,
    usual=others,
    candidates=candidates,
)
KNOWN: dict[str, list[str]] = {
    "kind": list(KINDS),
    "for": [For.CHILDREN, For.NEED, For.DEMAND],
    "minutes": ["10", "15", "45"],
    "sites": ["1", "2", "30", "31"],
    "how": list(How),
    "objective": list(Objective),
    "fair": ["0", "35", "100"],
    "mode": list(Mode),
    "council": ["E08000001", "E08000002"],
    "buildings": ["library", "school,library", NONE],
    "middles": ["yes"],
    "exactly": ["yes"],
    "required": ["l1", "s1,l1"],
    "excluded": ["l1", "s1"],
    "closed": ["h1", "h1,h2"],
    "wards": ["E05000000", "E05000001,E05000000"],
    "cost": ["0", "25000"],
    "budget": ["100000"],
    "capacity": ["1", "400"],
    "area": ["E01000000", "E01000020"],
    "site": ["l1", "s1"],
    "spots": ["l1;52.6,-1.9"],
    "tab": list(Tab),
    "count": ["all"],
}


def texts_of(sought: Sought) -> dict[str, str]:
    """What was understood, as it stands in the address."""
    wanted = sought.wanted
    amounts = {"cost": wanted.cost_gbp, "budget": wanted.budget_gbp, "capacity": wanted.capacity}
    lists = ("required", "excluded", "closed", "wards")
    found = {
        "kind": wanted.kind,
        "for": wanted.people.value,
        "minutes": f"{wanted.minutes:.0f}",
        "sites": str(wanted.sites),
        "how": sought.how.value,
        "objective": wanted.objective.value,
        "fair": f"{round(100 * wanted.fairness)}",
        "mode": wanted.mode.value,
        "council": wanted.council,
        "buildings": ",".join(wanted.buildings) or NONE,
        "middles": "yes" if wanted.middles else "",
        "exactly": "yes" if wanted.exactly else "",
        **{name: ",".join(getattr(wanted, name)) for name in lists},
        **{name: "" if amount is None else f"{amount:.0f}" for name, amount in amounts.items()},
        "area": sought.area,
        "site": sought.site,
        "spots": write_spots(sought.spots),
        "tab": sought.tab.value,
        "count": "all" if sought.count_all else "",
    }
    return {name: text for name, text in found.items() if text}


@given(
    st.fixed_dictionaries({}, optional={n: st.sampled_from(KNOWN[n]) | st.text(max_size=12) for n in NAMES})
)
def test_any_address_can_be_asked_and_what_is_asked_can_be_asked_again(asked: dict[str, str]) -> None:
    sought, strange = parse_sought(asked, OFFERED)
    wanted = sought.wanted
    assert wanted.kind in KINDS
    assert wanted.kind not in wanted.buildings
    assert all(PLACES.at[id_, "kind"] == wanted.kind for id_ in wanted.closed)
    assert strange.keys() <= asked.keys()
    assert parse_sought(texts_of(sought), OFFERED) == (sought, {})


def test_what_is_known_of_a_list_is_kept() -> None:
    sought, strange = parse_sought({"required": f"l1,{HOSTILE},s1"}, OFFERED)
    assert sought.wanted.required == ("l1", "s1")
    assert strange == {"required": HOSTILE}


def test_a_site_of_a_kind_that_is_not_looked_at_is_left_out() -> None:
    sought, strange = parse_sought({"buildings": "library", "required": "s1", "site": "s1"}, OFFERED)
    assert sought.wanted.required == ()
    assert strange.keys() == {"required", "site"}


@given(
    st.lists(
        st.tuples(st.sampled_from(["Hall", "Hall · M1 1AA", "School"]), st.sampled_from([None, "M1 1AA"])),
        min_size=1,
        max_size=8,
    )
)
def test_no_two_names_in_a_box_are_the_same(rows: list[tuple[str, str | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["name", "postcode"]).set_axis([f"p{n}" for n in range(len(rows))])
    names = unique_names(frame)
    assert names.keys() == set(frame.index)
    assert len(set(names.values())) == len(rows)
    assert all(name.startswith(frame.at[code, "name"]) for code, name in names.items())
