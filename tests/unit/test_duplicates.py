"""The same place told twice is found, and two places are never taken for one."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.duplicates import MOST_APART_M, MOST_TOGETHER, ONE_POSTCODE_M, WIDE_M, find_duplicates
from geo.plain_names import plain_name

COLUMNS = [
    "name",
    "kind",
    "detail",
    "postcode",
    "file",
    "identifier",
    "establishment",
    "easting_m",
    "northing_m",
]


def records(*rows: dict[str, object]) -> pd.DataFrame:
    usual = {"kind": "library", "file": "a.csv", "easting_m": 0.0, "northing_m": 0.0}
    text = dict.fromkeys(COLUMNS[:7], "string")
    return pd.DataFrame([{**usual, **row} for row in rows], columns=COLUMNS).astype(text)


def places_of(*rows: dict[str, object]) -> int:
    return find_duplicates(records(*rows)).nunique()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Castle Quay Library", "CASTLE QUAY LIBRARY"),
        ("Castle Quay Library", "Castle Quay"),
        ("St. Anne's Church & Hall", "Saint Annes Church and Hall"),
        ("Marsh Sports Ltd", "Marsh Sports"),
        ("Library, Castle Quay", "Castle Quay Library"),
        ("Café Olé", "Cafe Ole"),
        ("Castle Quay Medical Centre", "Castle Quay Surgery"),
    ],
)
def test_names_that_are_written_otherwise_are_the_same(first: str, second: str) -> None:
    assert places_of({"name": first}, {"name": second, "easting_m": 90.0}) == 1
    assert places_of({"name": first}, {"name": second, "easting_m": 110.0}) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Castle Quay Pharmacy", "Castle Quay Surgery"),
        ("Castle Quay Dental Practice", "Castle Quay Pharmacy"),
        ("St Mary's Infant School", "St Mary's Junior School"),
        ("1st Castle Quay Scout Group", "2nd Castle Quay Scout Group"),
        ("Castle Quay North Recreation Ground", "Castle Quay South Recreation Ground"),
        ("Castle Quay Bowling", "Castle Quay Fencing"),
    ],
)
def test_names_that_tell_themselves_apart_are_two_places(first: str, second: str) -> None:
    here = {"postcode": "ZN1 1AB"}
    assert places_of({"name": first, **here}, {"name": second, **here}) == 2


@pytest.mark.parametrize(
    ("more", "apart_m", "expected"),
    [
        ({}, 49.0, 1),
        ({}, 51.0, 2),
        ({"postcode": "ZN1 1AB"}, 249.0, 1),
        ({"postcode": "ZN1 1AB"}, 251.0, 2),
    ],
)
def test_like_names_have_to_stand_closer(more: dict[str, object], apart_m: float, expected: int) -> None:
    first = {"name": "Castle Quay Reading Rooms", **more}
    second = {"name": "Castle Quay Reading Room", "easting_m": apart_m, **more}
    assert places_of(first, second) == expected


def test_the_same_name_at_the_same_postcode_is_one_place_up_to_the_bound() -> None:
    here = {"name": "Castle Quay", "postcode": "ZN1 1AB"}
    assert places_of(here, {**here, "northing_m": ONE_POSTCODE_M - 1}) == 1
    assert places_of(here, {**here, "northing_m": ONE_POSTCODE_M + 1}) == 2


def test_a_park_is_wide() -> None:
    park = {"name": "Oak Park", "kind": "green_space"}
    assert places_of(park, {**park, "easting_m": WIDE_M - 1}) == 1
    assert places_of(park, {**park, "easting_m": WIDE_M + 1}) == 2
    assert places_of({**park, "kind": "health"}, {**park, "kind": "health", "easting_m": WIDE_M - 1}) == 2


def test_brackets_at_the_end_count_only_beside_other_brackets() -> None:
    here = {"kind": "health", "easting_m": 60.0}
    plain, one, two = ({"name": f"Mill Lane{b}", "kind": "health"} for b in ("", " (Ames)", " (Bell)"))
    assert places_of(plain, {**one, **here}) == 1
    assert places_of(one, {**two, **here}) == 2


def test_kinds_are_kept_apart() -> None:
    assert places_of({"name": "Castle Quay"}, {"name": "Castle Quay", "kind": "school"}) == 2


def test_details_that_say_different_things_are_two_places() -> None:
    quay = {"name": "Castle Quay", "kind": "health"}
    assert places_of({**quay, "detail": "Hospital"}, {**quay, "detail": "Dentist"}) == 2
    assert places_of({**quay, "detail": "Dental practice"}, {**quay, "detail": "Dentist"}) == 1
    assert places_of({**quay, "detail": "Dentist"}, quay) == 1


def test_rows_of_one_file_with_identifiers_are_different_places() -> None:
    stop = {"name": "Quarry Road", "kind": "transport"}
    assert places_of({**stop, "identifier": "1"}, {**stop, "identifier": "2"}) == 2
    assert places_of({**stop, "identifier": "1"}, {**stop, "identifier": "2", "file": "b.csv"}) == 1
    assert places_of({**stop, "identifier": "1"}, stop) == 1


def test_two_files_of_the_same_pairs_of_stops_make_two_places() -> None:
    rows = [
        {
            "name": "Quarry Road",
            "kind": "transport",
            "file": file,
            "identifier": f"{file}{n}",
            "easting_m": 30.0 * n,
        }
        for file, n in itertools.product(("a.csv", "b.csv"), (1, 2))
    ]
    for order in itertools.permutations(range(4)):
        kept = find_duplicates(records(*(rows[i] for i in order)))
        by_row = {i: kept[position] for position, i in enumerate(order)}
        assert by_row[0] == by_row[2] != by_row[1] == by_row[3]


def test_an_establishment_is_one_place_however_far_its_buildings_stand() -> None:
    ward = {"kind": "health", "establishment": "RX1"}
    assert places_of({"name": "East wing", **ward}, {"name": "West wing", "easting_m": 900.0, **ward}) == 1
    assert places_of({"name": "East", **ward}, {"name": "West", "file": "b.csv", **ward}) == 2
    near_west = {"name": "West wing", "kind": "health", "file": "b.csv", "easting_m": 920.0}
    wings = [{"name": "East wing", **ward}, {"name": "West wing", "easting_m": 900.0, **ward}]
    assert places_of(*wings, near_west) == 1


def test_a_chain_does_not_reach_further_than_the_bound() -> None:
    row = [{"name": "Castle Quay", "easting_m": 90.0 * n} for n in range(12)]
    frame = records(*row)
    kept = find_duplicates(frame)
    apart = (frame["easting_m"] - frame["easting_m"].loc[kept].to_numpy()).abs()
    assert apart.max() <= MOST_APART_M
    assert kept.nunique() >= 3


def test_a_record_without_a_name_is_no_duplicate() -> None:
    assert places_of({"name": None}, {"name": None}, {"name": "Castle Quay"}) == 3


def test_no_records_have_no_duplicates() -> None:
    assert find_duplicates(records()).empty


def test_the_first_of_several_is_kept_whatever_the_index() -> None:
    frame = records({"name": "Castle Quay"}, {"name": "Marsh"}, {"name": "Castle Quay Library"})
    assert find_duplicates(frame.set_index(pd.Index([50, 7, 3]))).to_dict() == {50: 50, 7: 7, 3: 50}


def test_a_crowd_at_one_spot_is_compared_by_neighbouring_names() -> None:
    many = MOST_TOGETHER * 10
    names = [
        f"Hall {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)} of quay" for n in range(many)
    ]
    crowd = [{"name": name, "postcode": "ZN1 1AB"} for name in names]
    told_twice = {"name": names[17], "postcode": "ZN1 1AB", "file": "b.csv"}
    kept = find_duplicates(records(*crowd, told_twice))
    assert kept.iloc[-1] == kept.iloc[17]


NAMES = ["Castle Quay Library", "Castle Quay", "Castle Quays", "Marsh Lane", "Marsh Lane Library", None]
ROW = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "kind": st.sampled_from(["library", "school"]),
        "postcode": st.sampled_from(["ZN1 1AB", "ZN1 1AD", None]),
        "file": st.sampled_from(["a.csv", "b.csv"]),
        "identifier": st.sampled_from(["1", "2", None, None]),
        "easting_m": st.integers(0, 60).map(lambda n: 10.0 * n),
    }
)


def brute_force_pairs(frame: pd.DataFrame) -> set[tuple[int, int]]:
    """The pairs that the rules allow, from all pairs and the words of the rules."""
    from rapidfuzz import fuzz

    found = set()
    for a, b in itertools.combinations(range(len(frame)), 2):
        first, second = frame.iloc[a], frame.iloc[b]
        if first["kind"] != second["kind"] or pd.isna(first["name"]) or pd.isna(second["name"]):
            continue
        one, two = plain_name(first["name"]).core, plain_name(second["name"]).core
        apart = abs(first["easting_m"] - second["easting_m"])
        known = pd.notna(first["postcode"]) and pd.notna(second["postcode"])
        together = known and first["postcode"] == second["postcode"]
        ratio = fuzz.token_sort_ratio(one, two)
        same = one == two and (together or apart <= 100)
        if same or (ratio >= 90 and ((together and apart <= 250) or apart <= 50)):
            found.add((a, b))
    return found


@given(st.lists(ROW, max_size=9))
def test_groups_are_made_of_likely_pairs_and_hold_no_contradiction(rows: list[dict[str, object]]) -> None:
    frame = records(*rows)
    kept = find_duplicates(frame).to_numpy()
    pairs = brute_force_pairs(frame)
    for a, b in pairs:
        alone = [n for n in (a, b) if (kept == kept[n]).sum() == 1]
        one, two = frame.iloc[a], frame.iloc[b]
        differ = one["file"] == two["file"] and pd.notna(one["identifier"]) and pd.notna(two["identifier"])
        differ = bool(differ and one["identifier"] != two["identifier"])
        far = abs(one["easting_m"] - two["easting_m"]) > MOST_APART_M
        assert len(alone) < 2 or differ or far
    for root in np.unique(kept):
        members = np.flatnonzero(kept == root)
        assert members.min() == root
        linked = {root}
        for _ in members:
            linked |= {b for a, b in pairs if a in linked} | {a for a, b in pairs if b in linked}
        assert set(members) <= linked
        assert (abs(frame["easting_m"].iloc[members] - frame["easting_m"].iloc[root]) <= ONE_POSTCODE_M).all()
        known = frame.iloc[members].dropna(subset="identifier")
        assert (known.groupby("file")["identifier"].nunique() <= 1).all()
