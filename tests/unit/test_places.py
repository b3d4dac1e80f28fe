"""Every row of an asset file is placed, counted once or accounted for, and places are kept as they are."""

import json
import random
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from places import simple_folder
from told_places import Directory, elmshire, record, source

from data.demo import NORTHMERE_FOLDER
from data.errors import SourceError
from data.folder import read_folder
from data.postcodes import Found
from data.provenance import Tier
from data.sources.base import AssetSource
from geo.build_folder import build_folder, draft_build
from geo.place_tallies import MOST_SUGGESTED, FileTally
from geo.places import SESSIONS, TEXT, Places, PlacesDraft, find_areas, label_files, make_places

AREAS = elmshire()
KNOWN = Directory({"ZE1 1AA": (500, 500, Found.PLACED), "ZE1 1AB": (1_500, 500, Found.TERMINATED)})


def make(*sources: AssetSource, directory: Directory = KNOWN, buffer_m: float = 1_000.0) -> PlacesDraft:
    return make_places(sources, directory, AREAS, buffer_m)


def accounted(tally: FileTally) -> int:
    return tally.used + tally.duplicate + tally.outside + tally.rejected + tally.set_aside


def test_a_place_is_in_the_area_that_holds_its_point() -> None:
    frame = make(source("a.csv", [record("Quay Library", 2_500, 500)])).places.frame
    assert frame["area_code"].tolist() == ["E01035003"]
    assert frame["la_code"].tolist() == ["E06000901"]
    assert (frame.geometry.x.iloc[0], frame.geometry.y.iloc[0]) == (432_500.0, 560_500.0)


def test_a_point_on_an_edge_goes_to_the_lower_code_and_to_one_area_alone() -> None:
    points = gpd.GeoSeries.from_xy([431_000.0, 431_000.0, 0.0], [560_500.0, 561_000.0, 0.0], crs=27700)
    corner = AREAS.frame.index[AREAS.frame.intersects(points.iloc[1])]
    assert len(corner) == 4
    assert find_areas(points, AREAS.frame.geometry[::-1]).tolist() == ["E01035001", corner.min(), pd.NA]


def test_a_row_with_a_postcode_alone_is_placed_by_it() -> None:
    rows = [record("Quay Library", postcode="ze11aa"), record("Marsh Library", postcode="ZE1 1AB")]
    draft = make(source("a.csv", rows))
    frame = draft.places.frame.set_index("name")
    assert frame["located_by"].tolist() == ["postcode", "postcode"]
    assert frame.loc["Quay Library", "postcode"] == "ZE1 1AA"
    assert frame.loc["Marsh Library", "area_code"] == "E01035002"
    (tally,) = draft.tallies
    assert (tally.postcodes, tally.postcodes_found, tally.terminated, tally.found_share) == (2, 2, 1, 1.0)
    assert draft.notes == ("a.csv: 1 placed by a postcode that is no longer in use.",)


@pytest.mark.parametrize(
    ("found", "reason", "near"),
    [
        (Found.UNKNOWN, "the postcode is in no source", "ZE1 1AB, ZE9 9ZZ"),
        (Found.NO_GRID, "the postcode has no grid reference", ""),
        (Found.NORTHERN_IRELAND, "the postcode is in Northern Ireland, on another grid", ""),
    ],
)
def test_a_postcode_that_places_nothing_is_rejected_in_words(found: Found, reason: str, near: str) -> None:
    directory = Directory({"ZE9 9ZZ": (None, None, found), "ZE1 1AB": (0, 0, Found.PLACED)})
    draft = make(source("a.csv", [record("Quay", postcode="ZE9 9ZZ")]), directory=directory)
    assert draft.rejected.to_dict("records") == [
        {"file": "a.csv", "row": 1, "value": "ZE9 9ZZ", "reason": reason, "near": near}
    ]
    assert draft.tallies[0].reasons == {reason: 1}
    assert draft.places.frame.empty


def test_near_postcodes_are_sought_for_few_rows_of_a_file() -> None:
    directory = Directory()
    rows = [record(f"Quay {n}", postcode="nowhere") for n in range(MOST_SUGGESTED + 5)]
    draft = make(source("a.csv", [*rows, record("Lost")]), directory=directory)
    assert len(directory.asked) == MOST_SUGGESTED
    assert draft.tallies[0].reasons == {
        "not a postcode": MOST_SUGGESTED + 5,
        "neither coordinates nor a postcode": 1,
    }


def test_what_the_reader_rejected_is_told_beside_our_own() -> None:
    draft = make(source("a.csv", [record("Lost")], rejected=[(9, "Quay", "closed")]))
    assert draft.rejected["reason"].tolist() == ["neither coordinates nor a postcode", "closed"]
    assert (draft.tallies[0].rows, draft.tallies[0].rejected) == (2, 2)


def test_rows_that_are_no_place_are_set_aside() -> None:
    (tally,) = make(source("a.csv", [record("Quay Trust", postcode="nowhere", kind="charity")])).tallies
    assert (tally.set_aside, tally.rejected, tally.used) == (1, 0, 0)
    assert tally.reasons == {"charity: not put on the map": 1}


def test_places_across_the_border_are_kept_within_the_buffer() -> None:
    rows = [record("Near", -900, 500), record("Far", -1_100, 500), record("Inside", 100, 500)]
    draft = make(source("a.csv", rows))
    frame = draft.places.frame.set_index("name")
    assert sorted(frame.index) == ["Inside", "Near"]
    assert frame.loc["Near", ["area_code", "la_code"]].isna().all()
    assert (draft.tallies[0].used, draft.tallies[0].outside) == (2, 1)


def test_the_kept_record_has_its_own_coordinates_and_the_others_fill_it() -> None:
    full = record("Quay Library", postcode="ZE1 1AA", address="1 Quay", detail="Public", identifier="7")
    bare = record("Quay", 520, 500)
    draft = make(source("a.csv", [full]), source("b.csv", [{**bare, "postcode": "ZE11AA"}]))
    (place,) = draft.places.frame.to_dict("records")
    assert (place["file"], place["name"], place["located_by"]) == ("b.csv", "Quay", "coordinates")
    assert (place["address"], place["detail"], place["postcode"]) == ("1 Quay", "Public", "ZE1 1AA")
    assert [t.duplicate_of for t in draft.tallies] == [{"b.csv": 1}, {}]
    assert draft.notes == ("a.csv: 1 also in b.csv, and counted once.",)
    assert set(draft.places.provenance) == {"a.csv", "b.csv"}


def test_of_sessions_told_several_times_the_most_count_and_they_are_never_added_up() -> None:
    rows = [record("Quay Library", 500, 500), record("Quay Library", 500, 500, sessions_a_week=3)]
    draft = make(
        source("a.csv", rows), source("b.csv", [record("Quay Library", 500, 500, sessions_a_week=2)])
    )
    assert draft.places.frame[SESSIONS].tolist() == [3.0]
    assert make(source("a.csv", rows[:1])).places.frame[SESSIONS].isna().all()


def test_a_place_without_a_name_is_called_by_its_kind() -> None:
    frame = make(source("a.csv", [record(None, 500, 500)])).places.frame
    assert frame["name"].tolist() == ["Unnamed library"]


def test_files_of_one_name_have_labels_of_their_own() -> None:
    first = source("north/a.csv", [record("Quay", 500, 500)])
    second = source("south/a.csv", [record("Marsh", 500, 500), record("Fen", 2_500, 500)])
    assert list(label_files([second, first])) == ["north/a.csv", "south/a.csv"]
    assert [t.used for t in make(first, second).tallies] == [1, 2]


def test_ids_stay_when_a_file_is_renamed_and_differ_between_places() -> None:
    rows = [record("Quarry Road", 500 + 20 * n, 500, kind="transport", identifier=str(n)) for n in range(4)]
    ids = make(source("a.csv", rows)).places.frame.index
    assert ids.is_unique
    assert ids.is_monotonic_increasing
    assert len(ids) == 4
    assert ids.equals(make(source("z.csv", rows[::-1])).places.frame.index)
    twins = [record("Quarry Road", 500, 500, kind="transport", identifier=str(n)) for n in range(2)]
    first, second = make(source("a.csv", twins)).places.frame.index
    assert second == f"{first}-2"


ROW = st.builds(
    record,
    st.sampled_from(["Quay Library", "Quay", "Marsh", None]),
    st.sampled_from([None, -5_000.0, -900.0, 500.0, 520.0, 1_000.0]),
    st.just(500.0),
    kind=st.sampled_from(["library", "school", "charity"]),
    postcode=st.sampled_from(["ZE1 1AA", "ze11ab", "ZE9 9ZZ", "nowhere", None]),
    identifier=st.sampled_from([None, None, "1", "2"]),
    establishment=st.sampled_from([None, None, None, "X"]),
    address=st.sampled_from([None, "1 Quay"]),
    sessions_a_week=st.sampled_from([None, None, 2.0, 5.5]),
)
FILES = st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=3)


@given(FILES, st.integers(0, 2))
def test_what_became_of_the_rows_adds_up(files: list[list[dict[str, object]]], refused: int) -> None:
    rejected = [(100 + n, "Quay", "closed") for n in range(refused)]
    draft = make(*(source(f"{n}.csv", rows, rejected) for n, rows in enumerate(files)))
    for tally, rows in zip(draft.tallies, files, strict=True):
        assert accounted(tally) == tally.rows == len(rows) + refused
        assert sum(tally.duplicate_of.values()) == tally.duplicate
        assert sum(tally.reasons.values()) == tally.rejected + tally.set_aside
        assert sum(tally.located_by.values()) == tally.used + tally.duplicate + tally.outside
    assert sum(t.used for t in draft.tallies) == len(draft.places.frame)
    assert sum(t.rejected for t in draft.tallies) == len(draft.rejected)


@given(FILES, st.randoms(use_true_random=False))
def test_neither_the_order_of_files_nor_of_rows_matters(
    files: list[list[dict[str, object]]], shuffle: random.Random
) -> None:
    sources = [source(f"{n}.csv", rows) for n, rows in enumerate(files)]
    mixed = [
        replace(s, frame=s.frame.loc[shuffle.sample(list(s.frame.index), len(s.frame))]) for s in sources
    ]
    shuffle.shuffle(mixed)
    first, second = make(*sources), make(*mixed)
    assert_frame_equal(pd.DataFrame(first.places.frame), pd.DataFrame(second.places.frame))
    assert first.tallies == second.tallies
    assert first.places.revision == second.places.revision
    assert_frame_equal(first.rejected, second.rejected)


def some_places() -> Places:
    rows = [
        record("Quay Library", 500, 500),
        record("Marsh", 2_500, 500, kind="school", detail="Primary school", sessions_a_week=2.5),
    ]
    return make(source("a.csv", rows)).places


@pytest.mark.parametrize(
    "saved", [some_places(), make().places, Places.empty()], ids=["some", "none", "empty"]
)
def test_saved_places_open_equal(saved: Places, tmp_path: Path) -> None:
    saved.save(tmp_path / "places.parquet")
    opened = Places.open(tmp_path / "places.parquet")
    assert_frame_equal(pd.DataFrame(saved.frame), pd.DataFrame(opened.frame))
    assert opened.frame.crs == "EPSG:27700"
    assert (dict(opened.provenance), opened.tier) == (dict(saved.provenance), Tier.INTERNAL)
    assert opened.revision == saved.revision


def test_no_files_make_the_places_that_are_empty() -> None:
    assert make().places.revision == Places.empty().revision
    assert make().tallies == ()
    assert make().rejected.empty


@pytest.mark.parametrize("column", TEXT)
def test_the_revision_changes_with_any_text(column: str) -> None:
    places = some_places()
    changed = places.frame.assign(**{column: places.frame[column].where([True, False], "other")})
    assert replace(places, frame=changed).revision != places.revision


def test_the_revision_changes_with_sessions_position_and_provenance() -> None:
    places = some_places()
    for sessions in (2.5, None):
        told = places.frame.assign(**{SESSIONS: [sessions, 3.0]})
        assert replace(places, frame=told).revision != places.revision
    moved = places.frame.set_geometry(places.frame.translate(1.0))
    assert replace(places, frame=moved).revision != places.revision
    assert replace(places, provenance={}).revision != places.revision


def test_a_file_that_does_not_hold_places_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "places.parquet"
    with pytest.raises(SourceError, match=r"does not hold places") as absent:
        Places.open(path)
    assert absent.value.hint == "Run atlas build again."
    path.write_bytes(b"PAR1")
    with pytest.raises(SourceError, match="does not hold places"):
        Places.open(path)
    AREAS.save(path)
    with pytest.raises(SourceError, match="does not hold places"):
        Places.open(path)
    some_places().save(path)
    table = pq.read_table(path)
    later = {**table.schema.metadata, b"atlas_places": b'{"format": 99}'}
    pq.write_table(table.replace_schema_metadata(later), path)
    with pytest.raises(SourceError, match="format 99; this version reads format 3"):
        Places.open(path)
    pq.write_table(table.slice(1), path)
    with pytest.raises(SourceError, match="its content is not what was saved"):
        Places.open(path)
    pq.write_table(table.drop_columns("name"), path)
    with pytest.raises(SourceError, match="is damaged"):
        Places.open(path)


def test_the_duplicates_that_were_built_into_the_demonstration_are_found() -> None:
    truth = json.loads((NORTHMERE_FOLDER.parent / "truth.json").read_text(encoding="utf-8"))["duplicates"]
    draft = draft_build(read_folder(NORTHMERE_FOLDER)).beside.places
    names = set(draft.places.frame["name"])
    same_kind = [d for d in truth if d["file"] == d["other_file"]]
    same_name = [d for d in truth if d["file"] != d["other_file"] and d["name"] == d["other_name"]]
    assert same_kind
    assert all(len(names & {d["name"], d["other_name"]}) == 1 for d in same_kind)
    (note,) = [n for n in draft.notes if "under two kinds" in n]
    assert all(d["name"] in note for d in same_name)
    assert note.startswith(f"{len(same_name)} places")


def test_places_of_which_nobody_says_what_they_are_are_set_aside(tmp_path: Path) -> None:
    folder = simple_folder(tmp_path / "elmshire")
    names = ["Ava Field", "Ben Carter", "Cara Moor", "Dev Patel", "Eve Marsh", "Finn Gale"]
    rows = pd.DataFrame({"name": names, "address": "1 High St", "lon": -1.53, "lat": 54.93})
    rows.to_csv(folder / "list.csv", index=False)
    build = build_folder(folder, tmp_path / "out")
    (aside,) = [a for a in build.report["set_aside"] if a["path"] == "list.csv"]
    assert "does not say what kind of place" in aside["reason"]
    assert "place.toml" in aside["hint"]
    assert build.places.frame.empty
    kept = b"".join(path.read_bytes() for path in build.path.iterdir())
    assert not [name for name in names if name.encode() in kept]
    (folder / "place.toml").write_text('[files."list.csv"]\nasset_kind = "advice"\n')
    assert build_folder(folder, tmp_path / "out").places.frame["kind"].unique().tolist() == ["advice"]
