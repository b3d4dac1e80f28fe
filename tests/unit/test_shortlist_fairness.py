"""Who lives in the chosen places, beside all: fifths, ages, protected groups, and what is not known."""

import pytest

from data.errors import GeographyError
from data.indicators import Group, Indicator, Kind
from geo.area_table import AreaTable
from models.levels import Level
from models.shortlist_fairness import PROTECTED, characteristic_of, fairness_of
from tests.small_builds import make_areas
from tests.small_places import with_own


def people(id_: str, label: str, unit: str = "people", kind: Kind = Kind.COUNT) -> Indicator:
    return Indicator(id_, label, "", unit, "neutral", kind, None, label, Group.PEOPLE)


@pytest.fixture
def areas() -> AreaTable:
    """Two wards of eight areas: the first deprived, with 10 children an area; the second not, with 30."""
    ranks = [100.0] * 6 + [9_000.0] * 2 + [33_000.0] * 8
    return make_areas(
        {
            "need_idaci_rank": ranks,
            "pop_total": [100.0] * 16,
            "pop_0_17": [10.0] * 8 + [30.0] * 8,
            "pop_0_4": [5.0] * 8 + [None] + [5.0] * 7,
        }
    )


def test_children_are_told_by_fifth_beside_all_children(areas: AreaTable) -> None:
    found = fairness_of(areas, ["E05000000"], Level.WARD)
    fifths = found.frame[found.frame["kind"].eq("fifth")].set_index("label")
    assert fifths["chosen"].to_list() == [60, 20, 0, 0, 0]
    assert fifths["all"].to_list() == [60, 20, 0, 0, 240]
    assert fifths["beside"].to_list() == pytest.approx([80 / 320] * 5)
    assert fifths["times"].iloc[0] == pytest.approx(4)
    assert found.sentence == (
        "Of 80 children in the chosen ward, 75% live in the most deprived fifth of England by income "
        "deprivation affecting children (IDACI), 2025, beside 19% of all 320 children."
    )


def test_a_number_that_lacks_an_area_is_not_told(areas: AreaTable) -> None:
    found = fairness_of(areas, ["E05000000"], Level.WARD)
    ages = found.frame[found.frame["kind"].eq("age")].set_index("label")
    assert ages.at["Children aged 0–4", "chosen"] == 40
    assert ages.loc["Children aged 0–4", ["all", "share", "times"]].isna().all()
    assert ages.at["Children aged 0–17", "beside"] == 0.5
    assert any(
        "Not known of all areas, and so not told: Children aged 0–4." in caveat for caveat in found.caveats
    )


def test_protected_characteristics_are_told_where_the_build_has_them(areas: AreaTable) -> None:
    disabled = people("own_census_2021_disabled", "Disabled under the Equality Act: Day-to-day limited a lot")
    women = people("own_census_2021_female", "Female")
    some = with_own(with_own(areas, disabled, [4.0] * 8 + [1.0] * 8), women, [50.0] * 16)
    found = fairness_of(some, ["E05000000"], Level.WARD)
    rows = found.frame.set_index("kind")
    assert rows.loc["disability", ["chosen", "all", "share", "beside", "times"]].to_list() == [
        32,
        40,
        0.8,
        0.5,
        1.6,
    ]
    assert rows.at["sex", "times"] == 1
    assert found.covered == ("disability", "sex")
    assert set(found.covered) | set(found.absent) == set(PROTECTED)


def test_where_there_is_none_that_is_said_plainly(areas: AreaTable) -> None:
    found = fairness_of(areas, ["E05000000"], Level.WARD)
    assert found.covered == ()
    assert found.caveats[0].startswith("No figures of this build tell disability, gender reassignment")
    assert "has to be found out in another way" in found.caveats[0]


@pytest.mark.parametrize(
    ("label", "unit", "told"),
    [
        ("Asian, Asian British or Asian Welsh", "people", "race"),
        ("White: Gypsy or Irish Traveller", "people", "race"),
        ("Muslim", "people", "religion or belief"),
        ("Gay or Lesbian", "people", "sexual orientation"),
        ("Trans woman", "people", "gender reassignment"),
        ("Female", "people", "sex"),
        ("Households without a car", "households", None),
        ("Single family household: Married couple", "households", None),
        ("Everyone in the table", "people", None),
        ("People who work in mixed farming", "people", None),
    ],
)
def test_a_characteristic_is_told_by_what_its_file_calls_it(label: str, unit: str, told: str | None) -> None:
    assert characteristic_of(people("own_x", label, unit)) == told


def test_a_share_is_no_number_of_people() -> None:
    assert characteristic_of(people("own_x", "Female", kind=Kind.RATE)) is None


def test_small_areas_and_nobody_chosen(areas: AreaTable) -> None:
    one = fairness_of(areas, [str(areas.frame.index[0])], Level.AREA)
    assert one.frame["chosen"].iloc[0] == 10
    none = fairness_of(areas, [], Level.WARD)
    assert none.sentence == "How deprived the children of the chosen wards are is not known."


def test_codes_of_another_level_are_refused(areas: AreaTable) -> None:
    with pytest.raises(GeographyError, match="1 codes are no wards of these areas: E05999999"):
        fairness_of(areas, ["E05999999"], Level.WARD)
