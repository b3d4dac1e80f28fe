"""A folder with an extract: every row has a fate, counts lie over the areas, and the report says all."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import places
import pytest
import told_referrals

from data.errors import GeographyError
from data.folder import read_folder
from geo.area_table import AreaTable, make_status
from geo.build_folder import build_folder
from geo.builds import DEMAND_FILES, FILES, Build
from geo.check import check_folder
from geo.demand import MARKING, Demand
from geo.find_demand import find_demand
from views.demand_lines import demand_lines

COUNTS = ["demand_referrals_12m", "demand_referrals_36m", "demand_children_12m", "demand_children_36m"]


@pytest.fixture(scope="module")
def frame_and_fates() -> tuple[pd.DataFrame, dict[str, int]]:
    return told_referrals.faulty(told_referrals.extract())


@pytest.fixture(scope="module")
def build(
    tmp_path_factory: pytest.TempPathFactory, frame_and_fates: tuple[pd.DataFrame, dict[str, int]]
) -> Build:
    home = tmp_path_factory.mktemp("found")
    folder = told_referrals.referred_folder(home / "elmshire", frame_and_fates[0])
    return build_folder(folder, home / "build")


@pytest.fixture(scope="module")
def demand(build: Build) -> Demand:
    assert build.demand is not None
    return build.demand


def test_every_row_has_one_fate_and_all_add_up(
    build: Build, frame_and_fates: tuple[pd.DataFrame, dict[str, int]]
) -> None:
    frame, fates = frame_and_fates
    said = build.report["demand"]
    assert said["fates"] == fates
    assert (said["rows"], said["used"]) == (len(frame), fates["used"])
    assert sum(said["fates"].values()) == said["rows"]
    (file,) = said["files"]
    assert (file["label"], file["kind"], file["fates"]) == ("referrals.csv", "referrals", fates)


def test_counts_are_those_of_a_join_by_geopandas(
    build: Build, frame_and_fates: tuple[pd.DataFrame, dict[str, int]]
) -> None:
    frame = frame_and_fates[0].drop_duplicates("cine_referral_id")
    lie = frame.merge(places.postcodes(), left_on="addr_address_postcode", right_on="pcds")
    points = gpd.GeoDataFrame(
        lie, geometry=gpd.points_from_xy(lie["oseast1m"], lie["osnrth1m"]), crs=places.CRS
    )
    joined = gpd.sjoin(points, places.small_areas()[["geometry"]], predicate="within")
    late = joined[joined["cine_referral_date"] >= "2024-04-01"]
    for months, rows in ((36, joined), (12, late)):
        groups = rows.groupby("area_code")["cine_person_id"]
        counted = build.areas.frame[f"demand_referrals_{months}m"]
        assert counted.to_dict() == groups.size().reindex(counted.index, fill_value=0).to_dict()
        children = build.areas.frame[f"demand_children_{months}m"]
        assert children.to_dict() == groups.nunique().reindex(children.index, fill_value=0).to_dict()


def test_the_build_holds_counts_and_its_report_says_until_when(build: Build, demand: Demand) -> None:
    assert {p.name for p in build.path.iterdir()} == {*FILES, *DEMAND_FILES}
    assert [c for c in build.areas.indicators if c.startswith("demand_")] == COUNTS
    said = build.report["demand"]
    assert said["windows"] == {"12": "April 2024 to March 2025", "36": "April 2022 to March 2025"}
    assert (said["first"], said["last"], said["months"]) == ("2022-04", "2025-03", said["windows"]["36"])
    assert said["councils"] == ["Oakmere", "Ashby Vale"]
    assert said["marking"] == MARKING
    assert said["delete_after"] == demand.delete_after.isoformat()
    assert said["left_out"] == {}
    assert {table["name"] for table in said["tables"]} >= {"periods:referrals", "windows"}
    assert demand.files == ("referrals.csv",)


def test_an_extract_that_was_read_is_used_and_names_are_said_to_be_dropped(build: Build) -> None:
    files = {f["path"]: f for f in build.report["files"]}
    assert files["referrals.csv"]["used"]
    assert "referrals.csv" not in {a["path"] for a in build.report["set_aside"]}
    assert files["postcodes.csv"]["used"]
    (file,) = build.report["demand"]["files"]
    assert file["dropped"] == ["names"]
    roles = {column["name"]: column["role"] for column in file["columns"]}
    assert roles["addr_address_postcode"] == "postcode"
    assert roles["pers_forename"] == "names"


def test_the_report_is_plain_json_without_a_value_of_a_row(
    build: Build, frame_and_fates: tuple[pd.DataFrame, dict[str, int]]
) -> None:
    text = json.dumps(build.report["demand"]) + " ".join(demand_lines(build.report["demand"]))
    for value in pd.unique(frame_and_fates[0].drop(columns="cine_referral_date").to_numpy().ravel()):
        if value is not None and value == value and len(str(value)) > 2:
            assert str(value) not in text or str(value) in ("XXX XXX", "NFA")


def test_the_command_line_says_what_was_done_in_one_paragraph(build: Build) -> None:
    words = demand_lines(build.report["demand"])[0]
    for part in (
        "3,021 rows read from referrals.csv",
        "3,000 used",
        "no address 3",
        "Seen and not kept past the read: names",
        "36 months: April 2022 to March 2025",
        MARKING,
        "atlas purge",
    ):
        assert part in words


def test_without_an_extract_nothing_is_said_and_no_column_made(tmp_path: Path) -> None:
    build = build_folder(places.simple_folder(tmp_path / "elmshire"), tmp_path / "build")
    assert build.report["demand"] is None
    assert build.demand is None
    assert not set(COUNTS) & set(build.areas.indicators)


def test_derived_columns_are_worked_out_before_the_table_is_saved(tmp_path: Path) -> None:
    def derive(areas: AreaTable) -> AreaTable:
        assert set(COUNTS) <= set(areas.indicators)
        rate = pd.DataFrame({"demand_referrals_36m_per_10k": areas.frame["demand_referrals_36m"] * 2.0})
        pedigree = {rate.columns[0]: replace(areas.provenance["demand_referrals_36m"], steps=("doubled",))}
        return areas.overlaid(rate, make_status(rate), pedigree, ())

    folder = told_referrals.referred_folder(tmp_path / "elmshire")
    build = build_folder(folder, tmp_path / "build", derive=derive)
    frame = build.areas.frame
    assert (frame["demand_referrals_36m_per_10k"] == frame["demand_referrals_36m"] * 2).all()
    assert "demand_referrals_36m_per_10k" in build.report["indicators"]
    assert build.report["content_hash"] == build.areas.content_hash


def test_check_looks_at_an_extract_and_counts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("rows were read")

    monkeypatch.setattr("geo.find_demand.read_extracts", refuse)
    folder = told_referrals.referred_folder(tmp_path / "elmshire")
    said = {f["path"]: f for f in check_folder(folder)["files"]}["referrals.csv"]
    assert said["used"]
    words = " ".join(said["notes"])
    assert "referrals (Standard Safeguarding Dataset); read: " in words
    assert "postcode from addr_address_postcode" in words
    assert "seen and not kept: names" in words


def test_check_says_why_an_extract_cannot_be_read(tmp_path: Path) -> None:
    frame = told_referrals.extract(50).drop(columns="cine_referral_date")
    folder = told_referrals.referred_folder(tmp_path / "elmshire", frame)
    report = check_folder(folder)
    said = {f["path"]: f for f in report["files"]}["referrals.csv"]
    assert not said["used"]
    assert any("set aside" in note and "date" in note for note in said["notes"])


def test_a_record_that_cannot_be_read_is_set_aside_and_the_rest_is_built(tmp_path: Path) -> None:
    frame = told_referrals.extract(50).drop(columns="cine_referral_date")
    build = build_folder(told_referrals.referred_folder(tmp_path / "elmshire", frame), tmp_path / "build")
    assert build.demand is None
    (aside,) = [a for a in build.report["set_aside"] if a["path"] == "referrals.csv"]
    assert aside["hint"]
    said = build.report["demand"]
    assert (said["kept"], said["files"]) == (False, [])
    assert said["not_read"][0]["file"] == "referrals.csv"
    assert demand_lines(said)[0].startswith("No extract of referrals could be read.")


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (told_referrals.extract(60, first="2025-03-05", last="2025-03-20"), "no month whole"),
        (told_referrals.extract(60).assign(addr_address_postcode="M1 1AE"), "none of its 60 rows"),
    ],
)
def test_an_extract_of_which_nothing_counts_is_set_aside(
    tmp_path: Path, frame: pd.DataFrame, reason: str
) -> None:
    build = build_folder(told_referrals.referred_folder(tmp_path / "elmshire", frame), tmp_path / "build")
    assert build.demand is None
    (aside,) = [a for a in build.report["set_aside"] if a["path"] == "referrals.csv"]
    assert reason in aside["reason"]
    assert build.report["demand"]["kept"] is False
    assert sum(build.report["demand"]["fates"].values()) == len(frame)
    assert "Nothing could be counted" in demand_lines(build.report["demand"])[0]


def test_a_build_of_one_council_counts_the_others_rows_as_outside(tmp_path: Path) -> None:
    folder = told_referrals.referred_folder(tmp_path / "elmshire")
    build = build_folder(folder, tmp_path / "build", council="Oakmere")
    fates = build.report["demand"]["fates"]
    assert fates["used"] + fates["outside the areas of the build"] == 3_000
    assert build.areas.frame["demand_referrals_36m"].sum() == fates["used"]


def test_a_second_build_of_the_same_files_is_the_same(build: Build, tmp_path: Path) -> None:
    """The salt differs; what is kept does not."""
    again = build_folder(Path(build.report["folder_path"]), tmp_path / "again")
    assert again.areas.content_hash == build.areas.content_hash
    assert again.demand is not None
    assert build.demand is not None
    for name, table in build.demand.tables.items():
        pd.testing.assert_frame_equal(again.demand.tables[name], table)


def test_the_order_of_rows_in_a_file_plays_no_part(
    build: Build, frame_and_fates: tuple[pd.DataFrame, dict[str, int]], tmp_path: Path
) -> None:
    frame = frame_and_fates[0]
    order = np.random.default_rng(8).permutation(len(frame))
    folder = told_referrals.referred_folder(tmp_path / "elmshire", frame.iloc[order])
    turned = build_folder(folder, tmp_path / "build")
    assert turned.demand is not None
    assert build.demand is not None
    for name, table in build.demand.tables.items():
        pd.testing.assert_frame_equal(turned.demand.tables[name], table)
    assert turned.report["demand"]["fates"] == build.report["demand"]["fates"]


def test_progress_is_told_while_rows_are_read(build: Build) -> None:
    said: list[str] = []
    folder = read_folder(Path(build.report["folder_path"]))
    bare = replace(
        build.areas,
        frame=build.areas.frame.drop(columns=COUNTS),
        status=build.areas.status.drop(columns=COUNTS),
        provenance={c: p for c, p in build.areas.provenance.items() if c not in COUNTS},
    )
    found = find_demand(folder, bare, date(2025, 6, 1), lambda doing, *_: said.append(doing))
    assert any("referrals.csv" in words for words in said)
    assert found.areas.content_hash == build.areas.content_hash
    assert not any(isinstance(value, np.ndarray) for value in vars(found).values())


def test_a_folder_that_is_refused_is_refused_before_rows_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = told_referrals.referred_folder(tmp_path / "elmshire")
    (folder / "file7.csv").unlink()
    with pytest.raises(GeographyError, match="no indicator"):
        build_folder(folder, tmp_path / "build")
