"""`atlas export`: what it writes and says, and what it refuses."""

import json
import stat
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from geo.builds import Build
from tests.small_exports import build_of, with_referrals
from tests.unit.conftest import Run
from views.inside import WHY_INSIDE


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build_of(tmp_path_factory.mktemp("cli") / "build")


def is_written_over(run: Run, build: Build, out: Path) -> bool:
    """Whether another export may take the place of one."""
    before = out.read_bytes()
    ended, _, err = run("export", build.path, "--out", out, "--level", "council", "--indicator", "pop_total")
    return (ended, err) == (0, "") and out.read_bytes() != before


def test_a_csv_file_is_written_with_its_metadata_for_its_owner_alone(
    run: Run, build: Build, tmp_path: Path
) -> None:
    out = tmp_path / "areas.csv"
    status, told, err = run("export", build.path, "--out", out)
    assert (status, err) == (0, "")
    assert "Small areas of 2 councils: 32 rows" in told
    metadata = json.loads((tmp_path / "areas.csv-metadata.json").read_text(encoding="utf-8"))
    assert metadata["url"] == "areas.csv"
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert out.read_text(encoding="utf-8-sig").startswith("area_code,")
    assert is_written_over(run, build, out)


def test_several_layers_go_into_one_geopackage(run: Run, build: Build, tmp_path: Path) -> None:
    out = tmp_path / "atlas.gpkg"
    layers = ("--layer", "areas", "--layer", "councils", "--layer", "places")
    status, told, _ = run("export", build.path, "--out", out, *layers, "--json")
    assert status == 0
    said = json.loads(told)
    assert [layer["name"] for layer in said["layers"]] == ["areas", "councils", "places"]
    assert (said["tier"], said["files"]) == ("internal", [str(out)])
    assert {name for name, _ in pyogrio.list_layers(out)} == {"areas", "councils", "places", "layer_styles"}
    assert is_written_over(run, build, out)


def test_one_indicator_goes_into_a_geoparquet_file(run: Run, build: Build, tmp_path: Path) -> None:
    out = tmp_path / "wards.parquet"
    asked = ("--level", "ward", "--indicator", "pop_total")
    assert run("export", build.path, "--out", out, *asked)[0] == 0
    found = gpd.read_parquet(out)
    assert [column for column in found.columns if column.startswith(("pop_", "need_"))] == [
        *("pop_total", "pop_total_class")
    ]
    assert is_written_over(run, build, out)


def test_what_stays_inside_is_said_and_refused_by_name(run: Run, tmp_path: Path) -> None:
    build = with_referrals(tmp_path / "build", is_shared=False)
    out = tmp_path / "areas.csv"
    status, told, _ = run("export", build.path, "--out", out)
    assert status == 0
    assert WHY_INSIDE in " ".join(told.split())
    assert "demand_" not in out.read_text(encoding="utf-8-sig")
    status, _, err = run("export", build.path, "--out", out, "--indicator", "demand_referrals_36m")
    assert status == 1
    assert "atlas publish" in err


WRONG = {
    "no such ending": (("--out", "a.xlsx"), 2, "none of .csv, .gpkg, .parquet"),
    "no such level": (("--out", "a.csv", "--level", "region"), 2, "none of area, ward"),
    "no such layer": (("--out", "a.csv", "--layer", "rivers"), 2, "none of areas, wards"),
    "two layers of a table": (("--out", "a.csv", "--layer", "areas", "--layer", "wards"), 2, ".gpkg"),
    "level and layer": (("--out", "a.csv", "--level", "area", "--layer", "wards"), 2, "not both"),
    "no such indicator": (("--out", "a.csv", "--indicator", "need_bogus"), 1, "need_bogus"),
    "a name of a build": (("--out", "areas.parquet"), 1, "Name another"),
    "no localities": (("--out", "a.csv", "--level", "locality"), 1, "localities"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_question_is_refused_and_writes_nothing(
    run: Run, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, expected, words = WRONG[what]
    status, _, err = run("export", build.path, *arguments)
    assert status == expected
    assert words in " ".join(err.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_export_is_not_written_over(run: Run, build: Build, tmp_path: Path) -> None:
    mine = [tmp_path / f"mine.{ending}" for ending in ("csv", "gpkg", "parquet", "csv-metadata.json")]
    for path in mine:
        path.write_text("{}", encoding="utf-8")
    for out in (*mine[:3], build.path / "areas.csv", tmp_path):
        status, _, err = run("export", build.path, "--out", out)
        assert status in (1, 2)
        assert "--out" in err
    assert all(path.read_text(encoding="utf-8") == "{}" for path in mine)
