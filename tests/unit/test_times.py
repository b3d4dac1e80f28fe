"""Supplied travel times: kept with a build whole, and the costs that stand in them and no others."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import places as elmshire
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_builds import make_areas, make_build, provenance
from small_places import make_places
from small_reach import starts_at

from data.errors import GeographyError, SourceError
from data.sources.travel_times import To
from geo.builds import Build, BuildParts, open_build, save_build
from geo.check import check_folder
from geo.find_times import read_times
from geo.journeys import costs_of, means_of
from geo.places import Places
from geo.times import Times, costs_by_times
from geo.travel import Means, Mode, TravelCosts

Pair = tuple[str, str, float]
AREAS = make_areas({"pop_0_17": [10.0, 10.0, 10.0]})
CODES = list(AREAS.frame.index)
FRAME = make_places(
    AREAS,
    [
        ("library", "First", None, CODES[0]),
        ("library", "Second", None, CODES[0]),
        ("library", "Third", None, CODES[1]),
        ("library", "Abroad", None, None),
    ],
).assign(postcode=pd.array(["ZE1 1AB", "ze11ad", None, "ZE1 1AE"], dtype="string"))
PLACES = Places(FRAME, {"library.csv": provenance("Libraries")})
STARTS = starts_at([(0, 0), (1, 0), (2, 0), (3, 0)], areas=[0, 0, 1, 2])


def times_of(pairs: list[Pair], to: To = To.PLACES) -> Times:
    frame = pd.DataFrame(pairs, columns=["from", "to", "minutes"]).sort_values(
        ["from", "to"], ignore_index=True
    )
    frame = frame.astype({"from": "category", "to": "category", "minutes": float})
    return Times(
        frame, to, replace(provenance("Travel times"), file="bus.csv", publisher="Not stated in the file")
    )


def minutes_of(costs: TravelCosts) -> dict[tuple[int, str], float]:
    pairs = zip(costs.start.tolist(), costs.places[costs.place].tolist(), strict=True)
    return dict(zip(pairs, costs.minutes.tolist(), strict=True))


def costs(pairs: list[Pair], to: To, ids: list[str] | None = None, cutoff_min: float = 30) -> TravelCosts:
    wanted = FRAME.index if ids is None else pd.Index(ids)
    return costs_by_times(STARTS, PLACES, wanted, times_of(pairs, to), cutoff_min)


def test_all_starts_of_an_area_have_its_minutes() -> None:
    found = costs([(CODES[0], "p001", 4), (CODES[1], "p000", 6)], To.PLACES)
    assert minutes_of(found) == {(0, "p001"): 4, (1, "p001"): 4, (2, "p000"): 6}
    assert found.means is Means.MATRIX


def test_a_place_costs_what_its_area_costs_and_beyond_the_areas_nobody_reaches_it() -> None:
    found = costs([(CODES[1], CODES[0], 4), (CODES[1], CODES[1], 0)], To.AREAS)
    assert minutes_of(found) == {(2, "p000"): 4, (2, "p001"): 4, (2, "p002"): 0}
    assert "1 place is not among its destinations, so nobody is said to reach it." in found.notes
    assert "2 small areas do not stand in it, so what is within reach there is not known." in found.notes


def test_a_place_costs_what_its_postcode_costs_however_it_is_written() -> None:
    found = costs(
        [(CODES[1], "ZE1 1AB", 4), (CODES[1], "ZE1 1AD", 5), (CODES[2], "ZE1 1AE", 6)], To.POSTCODES
    )
    assert minutes_of(found) == {(2, "p000"): 4, (2, "p001"): 5, (3, "p003"): 6}


def test_only_what_is_asked_for_is_kept() -> None:
    pairs = [(CODES[0], "p000", 30.0), (CODES[0], "p001", 30.1), (CODES[0], "p002", 3.0)]
    found = costs(pairs, To.PLACES, ["p000", "p001"])
    assert minutes_of(found) == {(0, "p000"): 30, (1, "p000"): 30}
    assert found.places.tolist() == ["p000", "p001"]


def test_notes_say_whose_minutes_they_are_and_how_far_they_tell() -> None:
    first, *rest = costs([(code, "p000", 9.0) for code in CODES], To.PLACES, ["p000"]).notes
    assert first == "Minutes are those of bus.csv, which does not say by which way of travel."
    assert rest == ["It tells of no way longer than 9 minutes."]
    apart = costs([(CODES[0], "p009", 40.0)], To.PLACES).notes[1:]
    assert apart[0] == "4 places are not among its destinations, so nobody is said to reach them."


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(CODES), st.sampled_from([*CODES, "E01999999"])),
        st.integers(0, 40),
        min_size=1,
    )
)
def test_costs_are_those_of_a_look_at_every_pair(minutes: dict[tuple[str, str], int]) -> None:
    found = costs([(a, b, float(m)) for (a, b), m in minutes.items()], To.AREAS)
    expected = {
        (start, place): minutes[pair]
        for start, code in enumerate(STARTS["area_code"])
        for place, area in FRAME["area_code"].items()
        if (pair := (code, area)) in minutes and minutes[pair] <= 30
    }
    assert minutes_of(found) == expected


def test_they_come_back_as_they_were_saved(tmp_path: Path) -> None:
    times = times_of([(CODES[0], "p000", 4.5), (CODES[2], "p001", 0)])
    times.save(tmp_path / "times.parquet")
    again = Times.open(tmp_path / "times.parquet")
    pd.testing.assert_frame_equal(again.frame, times.frame)
    assert (again.to, again.provenance, again.revision) == (times.to, times.provenance, times.revision)


@pytest.mark.parametrize("damage", ["cut", "other content", "other format", "no travel times"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "times.parquet"
    times = times_of([(CODES[0], "p000", 4.5), (CODES[2], "p001", 0)])
    times.save(path)
    table = pq.read_table(path)
    marks = dict(table.schema.metadata)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif damage == "other content":
        pq.write_table(table.slice(1).replace_schema_metadata(marks), path)
    elif damage == "other format":
        known = marks[b"atlas_travel_times"].replace(b'"format": 1', b'"format": 9')
        pq.write_table(table.replace_schema_metadata({**marks, b"atlas_travel_times": known}), path)
    else:
        pq.write_table(table.replace_schema_metadata({}), path)
    with pytest.raises(SourceError, match="Run atlas build again"):
        Times.open(path)


def elmshire_folder(folder: Path, *files: tuple[str, pd.DataFrame]) -> Path:
    """Elmshire with files of travel times, and libraries in two of its squares."""
    elmshire.simple_folder(folder)
    elmshire.postcodes().to_csv(folder / "postcodes.csv", index=False)
    libraries = pd.DataFrame(
        {
            "name": ["Quay Library", "Fen Library"],
            "type": "Library",
            "easting": [elmshire.WEST + 500, elmshire.WEST + 2_500],
            "northing": elmshire.SOUTH + 500,
            "postcode": ["ZE1 1AB", "ZE1 1AD"],
        }
    )
    libraries.to_csv(folder / "libraries.csv", index=False)
    for name, frame in files:
        frame.to_csv(folder / name, index=False)
    return folder


def between(starts: list[str], tos: list[str], minutes: float = 7.0) -> pd.DataFrame:
    return pd.DataFrame([(a, b, minutes) for a in starts for b in tos], columns=["from", "to", "minutes"])


NEW, OLD = list(elmshire.small_areas().index), list(elmshire.small_areas("2011").index)


def test_a_build_keeps_the_times_of_its_areas_and_measures_travel_by_them(tmp_path: Path) -> None:
    wide = between([*NEW, "E01999999"], [*NEW[:9], *NEW[-5:]])
    build = elmshire.make(elmshire_folder(tmp_path / "in", ("times.csv", wide)), council="Oakmere")
    inside = build.areas.frame.index
    assert build.times is not None
    assert set(build.times.frame["from"].cat.categories) == set(inside)
    assert set(build.times.frame["to"].cat.categories) == set(inside) & set(wide["to"])
    assert build.times.provenance.geography == "LSOA 2021"
    assert means_of(build) is Means.MATRIX
    libraries = build.places.frame.index
    found = costs_of(build, libraries, Mode.WALK, 30)
    assert set(found.minutes) == {7.0}
    assert len(found.minutes) == len(build.starts) * build.places.frame["area_code"].isin(wide["to"]).sum()
    (file,) = [f for f in build.report["files"] if f["kind"] == "travel_times"]
    assert (file["used"], file["vintage"], file["matched_share"]) == (True, "2021", 1.0)
    assert build.report["times"]["areas"] == len(inside)
    assert any(
        note.startswith("Travel times of times.csv: from 12 of 12 small areas")
        for note in build.report["notes"]
    )


def test_people_set_out_from_postcodes_though_the_folder_has_no_places(tmp_path: Path) -> None:
    folder = elmshire_folder(tmp_path / "in")
    with_places = elmshire.make(folder).starts
    (folder / "libraries.csv").unlink()
    assert elmshire.make(folder).starts.equals(with_places)


def test_times_of_another_vintage_are_set_aside_and_both_vintages_named(tmp_path: Path) -> None:
    folder = elmshire_folder(tmp_path / "in", ("times.csv", between(OLD, OLD[:3])))
    report = check_folder(folder)
    (file,) = [f for f in report["files"] if f["kind"] == "travel_times"]
    assert not file["used"]
    assert any("its areas are LSOA 2011, and the build is of LSOA 2021" in note for note in file["notes"])
    assert report["times"] is None
    assert elmshire.make(folder).times is None


def test_times_to_areas_of_another_vintage_are_set_aside(tmp_path: Path) -> None:
    folder = elmshire_folder(tmp_path / "in", ("times.csv", between(NEW, OLD)))
    assert "its destinations are LSOA 2011, and the build is of LSOA 2021" in str(
        check_folder(folder)["files"]
    )


def test_times_from_elsewhere_are_set_aside(tmp_path: Path) -> None:
    there = [f"E0103600{n}" for n in range(5)]
    folder = elmshire_folder(tmp_path / "in", ("times.csv", between(there, there)))
    assert "none of its areas is in the build" in str(check_folder(folder)["files"])


def test_of_two_files_that_of_more_areas_is_used(tmp_path: Path) -> None:
    files = [("a.csv", between(NEW[:5], NEW)), ("b.csv", between(NEW[:20], NEW[:2]))]
    report = check_folder(elmshire_folder(tmp_path / "in", *files))
    used = {f["path"]: f["used"] for f in report["files"] if f["kind"] == "travel_times"}
    assert used == {"a.csv": False, "b.csv": True}
    assert "b.csv tells of as many small areas or more" in str(report["files"])
    assert "from 20 of 24 small areas to 2 small areas; what is within reach of the others" in str(
        report["notes"]
    )


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("elmshire")
    return elmshire.make(elmshire_folder(folder / "in"))


def read(build: Build, frame: pd.DataFrame, path: Path) -> Times:
    frame.to_csv(path, index=False)
    return read_times(path, build)


def test_a_file_can_be_named_for_a_build(build: Build, tmp_path: Path) -> None:
    ids = list(build.places.frame.index)
    for tos, to in ((ids, To.PLACES), (NEW, To.AREAS), (["ze11ab"], To.POSTCODES)):
        times = read(build, between(NEW, tos), tmp_path / "t.csv")
        assert times.to is to
        assert (
            len(costs_by_times(build.starts, build.places, build.places.frame.index, times, 10).minutes) > 0
        )


@pytest.mark.parametrize(
    ("starts", "tos", "message"),
    [
        (OLD, OLD, "its areas are LSOA 2011, and the build is of LSOA 2021"),
        (NEW, OLD, "its destinations are LSOA 2011, and the build is of LSOA 2021"),
        (["E01036001"], NEW, "none of its areas is in the build"),
        (NEW, ["E01036001"], "none of its destinations is a small area of the build"),
        (NEW, ["somewhere"], "none of its destinations is that of a place of"),
        (NEW, ["ZE9 9ZZ"], "none of its destinations is that of a place of"),
    ],
)
def test_a_file_that_does_not_fit_the_build_is_refused(
    build: Build, tmp_path: Path, starts: list[str], tos: list[str], message: str
) -> None:
    with pytest.raises(GeographyError, match=message):
        read(build, between(starts, tos), tmp_path / "t.csv")


def test_times_that_lead_from_no_area_to_itself_are_refused(build: Build, tmp_path: Path) -> None:
    apart = between(NEW, NEW)
    apart = apart[apart["from"] != apart["to"]]
    with pytest.raises(GeographyError, match="no time from any small area to itself") as refused:
        read(build, apart, tmp_path / "t.csv")
    assert "within each area" in str(refused.value.hint)
    assert read(build, between(NEW[:1], NEW[1:]), tmp_path / "t.csv").to is To.AREAS


def test_codes_that_both_vintages_have_fit_a_build_in_which_nothing_changed(tmp_path: Path) -> None:
    same = make_build(tmp_path / "out", AREAS, PLACES)
    assert read(same, between([*CODES, "E01020001"], CODES), tmp_path / "t.csv").to is To.AREAS


def test_a_build_saves_them_and_opens_them(build: Build, tmp_path: Path) -> None:
    times = read(build, between(NEW, NEW), tmp_path / "t.csv")
    parts = {
        n: getattr(build, n) for n in ("areas", "outlines", "places", "starts", "series", "events", "report")
    }
    save_build(tmp_path / "out", BuildParts(times=times, **parts))
    again = open_build(tmp_path / "out")
    assert again.times is not None
    assert again.times.revision == times.revision
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    (tmp_path / "out" / "report.json").write_text(json.dumps({**report, "times": {"pairs": 1}}))
    (tmp_path / "out" / "times.parquet").unlink()
    with pytest.raises(SourceError, match="times"):
        open_build(tmp_path / "out")
