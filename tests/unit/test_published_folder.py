"""A shared build holds no unprotected figure in any byte, and is written whole or not at all."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from data.errors import DisclosureError, SourceError
from data.indicators import Group, Indicator, Kind
from data.ledger import open_ledger
from data.provenance import Status, Tier
from data.sources.travel_times import To
from geo.area_table import CRS, AreaTable, make_status
from geo.builds import Build, BuildParts, open_build, save_build
from geo.demand import Demand
from geo.released import COLUMNS, Released
from geo.roads import Roads
from geo.times import Times
from models import publish as publishing
from models.publish import Published, publish, shared_parts
from models.release_rule import ReleasePlan, Rule, release_plan
from models.shared_report import is_public
from tests.small_builds import make_areas, make_build, provenance
from tests.small_releases import areas_with, demand_of, random_counts

AREAS = 24
PLAN = replace(release_plan(), seconds=3.0)
FEW = replace(PLAN, tables=tuple(t for t in PLAN.tables if not t.by))
CONTROLLER = "Oakmere Council"


def own_column(areas: AreaTable) -> AreaTable:
    """Areas with a column of the council's own, whose file names no publisher."""
    values = pd.DataFrame({"own_caseload": 7_777.0}, index=areas.frame.index)
    entry = Indicator(
        "own_caseload", "Caseload", "Open cases", "cases", "neutral", Kind.COUNT, None, None, Group.OWN
    )
    pedigree = replace(provenance("Figures"), publisher="Not stated in the file", file="caseload.csv")
    return areas.overlaid(values, make_status(values), {"own_caseload": pedigree}, (entry,))


def internal_build(folder: Path) -> Build:
    """An internal build with counts, a column of the council's own, and a report that tells of it all."""
    areas = make_areas({"pop_0_17": [300.0 + n for n in range(AREAS)]})
    places = pd.DataFrame(areas.frame.drop(columns="geometry"))
    counts = random_counts(7, AREAS, 0.7, 36)
    counts[5] = 0
    demand = demand_of(places, counts)
    plain = make_build(folder / "plain", areas)
    file = {
        "path": "secret_folder/extract_of_the_case_system.csv",
        "kind": "referrals",
        "publisher": "The council itself",
        "used": True,
        "sha256": "cd" * 32,
    }
    report = {
        "folder": "oakmere",
        "folder_path": "/home/somebody/secret_folder",
        "tier": "internal",
        "areas": AREAS,
        "files": [
            file,
            {**file, "path": "b/File_7.csv", "kind": "deprivation", "publisher": "MHCLG", "sha256": ""},
        ],
        "rejected_rows": [{"file": "extract_of_the_case_system.csv", "value": "AB1 2CD"}],
        "unknown": [{"path": "secret_folder/notes.txt"}],
        "demand": {"used": 812_345},
        "notes": ["extract_of_the_case_system.csv: 13 rows twice"],
    }
    parts = {n: getattr(plain, n) for n in ("outlines", "places", "starts", "series", "events")}
    path = folder / "internal"
    save_build(
        path, BuildParts(areas=own_column(areas_with(areas, demand)), report=report, demand=demand, **parts)
    )
    return open_build(path)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return internal_build(tmp_path_factory.mktemp("council"))


@pytest.fixture(scope="module")
def made(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(build, tmp_path_factory.mktemp("out") / "shared", CONTROLLER, plan=PLAN)


@pytest.fixture
def fresh(build: Build, tmp_path: Path) -> Build:
    """The internal build where nothing was published of it."""
    return open_build(Path(shutil.copytree(build.path, tmp_path / "council" / "internal")))


def truth(build: Build) -> pd.DataFrame:
    """The true counts of small areas, by window."""
    assert build.demand is not None
    return build.demand.tables["windows"].set_index(["area_code", "months"])


def test_the_folder_is_a_build_with_protected_counts(build: Build, made: Published) -> None:
    shared = open_build(made.path)
    assert shared.areas.tier is shared.places.tier is Tier.SHARED
    assert shared.demand is None
    assert shared.released is not None
    frame = shared.released.frame
    assert list(frame.columns) == list(COLUMNS)
    assert (frame["value"].isna() == (frame["status"] == "suppressed")).all()
    assert frame["value"].dropna().map(lambda v: v == 0 or v > 5).all()
    assert (frame["status"] == "suppressed").sum() > 20
    true = truth(build)
    for column in ("demand_referrals_12m", "demand_referrals_36m", "demand_children_12m"):
        _, measure, months = column.split("_")
        mine = true.xs(int(months[:-1]), level="months")[measure].reindex(shared.areas.frame.index)
        shown = shared.areas.frame[column].notna()
        assert (shared.areas.frame[column][shown] == mine[shown]).all()
        hidden = ~shown
        assert (shared.areas.status[column][hidden] == Status.SUPPRESSED.value).all()
        assert not (mine[shown].between(1, 5)).any()
        assert shared.areas.frame[f"{column}_per_10k"].isna().equals(hidden)


def test_true_zeros_are_shown(build: Build, made: Published) -> None:
    shared = open_build(made.path).areas
    area = shared.frame.index[5]
    assert shared.frame.loc[area, "demand_referrals_36m"] == 0
    assert shared.status.loc[area, "demand_referrals_36m"] == Status.OBSERVED.value


def test_the_counts_of_the_internal_table_do_not_reach_the_shared_one(build: Build, made: Published) -> None:
    """Whatever stands in the internal table, the shared one is the same: it is made of the release alone."""
    released = Released.open(made.path)
    assert released is not None
    demand_columns = [c for c in build.areas.indicators if c.startswith("demand_")]
    frame = build.areas.frame.copy()
    draw = np.random.default_rng(0)
    for column in demand_columns:
        frame[column] = draw.integers(0, 900, len(frame)).astype(float)
    other = replace(build, areas=replace(build.areas, frame=frame))
    one, two = (shared_parts(b, released)[0] for b in (build, other))
    assert one.areas.content_hash == two.areas.content_hash
    assert one.report == two.report


@pytest.mark.parametrize(
    ("publisher", "leave"),
    [("Not stated in the file", False), ("The council itself", False), ("Transport for Oakmere", True)],
)
def test_travel_times_and_roads_leave_only_with_a_publisher(
    build: Build, made: Published, publisher: str, leave: bool
) -> None:
    codes = list(build.areas.frame.index[:2])
    frame = pd.DataFrame({"from": codes, "to": codes[::-1], "minutes": [4.0, 5.0]})
    pedigree = replace(provenance("Travel times"), publisher=publisher, file="bus.csv")
    times = Times(frame.astype({"from": "category", "to": "category"}), To.AREAS, pedigree)
    released = open_build(made.path).released
    assert released is not None
    parts, left_out = shared_parts(replace(build, times=times), released)
    words = "Travel times without a publisher are left out."
    assert (parts.times is times, words in left_out, words in parts.report["notes"]) == (
        (True, False, False) if leave else (False, True, True)
    )
    assert shared_parts(build, released)[0].times is None
    shape = shapely.LineString([(400_000, 300_000), (400_100, 300_000)])
    edges = gpd.GeoDataFrame({"u": [0], "v": [1], "metres": [100.0]}, geometry=[shape], crs=CRS)
    roads = Roads(edges, pedigree)
    parts, left_out = shared_parts(replace(build, roads=roads), released)
    told = "Roads without a publisher are left out." in left_out
    assert (parts.roads is roads, told) == (leave, not leave)


def every_text(folder: Path) -> str:
    """All that a folder holds, strings of tables and their metadata decoded."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            parts += [str(value) for value in (table.schema.metadata or {}).values()]
            texts = [
                c for c in table.column_names if str(table.schema.field(c).type) in ("string", "large_string")
            ]
            parts += [str(v) for name in texts for v in table.column(name).to_pylist()]
            parts.append(path.read_bytes().decode("latin-1"))
        elif path.is_file():
            parts.append(path.read_text(encoding="utf-8"))
    return "\n".join(parts)


@pytest.mark.parametrize(
    "word",
    [
        "extract_of_the_case_system",
        "secret_folder",
        "cd" * 32,
        "AB1 2CD",
        "812345",
        "812,345",
        "caseload",
        "Caseload",
        "notes.txt",
        "13 rows",
        "File_7.csv/",
    ],
)
def test_no_byte_names_an_extract_or_a_row(made: Published, word: str) -> None:
    assert word not in every_text(made.path)


def test_no_table_pairs_a_withheld_cell_with_its_count(build: Build, made: Published) -> None:
    """Every column of numbers, beside every column of codes, in every file."""
    released = Released.open(made.path)
    assert released is not None
    hidden = released.frame[(released.frame["status"] == "suppressed") & (released.frame["by"] == "")]
    true = truth(build)
    searched = 0
    codes = set(hidden.loc[hidden["level"] == "area", "code"])
    for path in made.path.glob("*.parquet"):
        table = pd.read_parquet(path) if path.name != "areas.parquet" else AreaTable.open(path).frame
        flat = pd.DataFrame(table).reset_index()
        named = [c for c in flat.columns if flat[c].isin(codes).any()]
        figures = [
            c for c in flat.select_dtypes("number").columns if c.startswith(("demand_", "value", "count"))
        ]
        for key in named:
            rows = flat[flat[key].isin(codes)]
            if path.name == "released.parquet":
                rows = rows[rows["status"] == "suppressed"]
                assert rows["value"].isna().all()
                continue
            for _, row in rows.iterrows():
                for months in (12, 36):
                    for measure in ("referrals", "children"):
                        withheld = hidden[
                            (hidden["code"] == row[key])
                            & (hidden["months"] == months)
                            & (hidden["measure"] == measure)
                            & (hidden["start"] == ("2024-04" if months == 12 else "2022-04"))
                        ]
                        if not len(withheld):
                            continue
                        value = true.loc[(row[key], months), measure]
                        mine = [c for c in figures if c.startswith(f"demand_{measure}_{months}m")]
                        raw = [c for c in mine if not c.endswith("_expected") and "smoothed" not in c]
                        assert row[raw].isna().all()
                        assert value not in row[mine].to_list()
                        searched += 1
    assert searched > 20
    assert not list(made.path.glob("demand_*"))
    assert "periods" not in every_text(made.path)


def test_the_report_and_the_readme_say_what_may_be_said(made: Published) -> None:
    report = json.loads((made.path / "report.json").read_text(encoding="utf-8"))
    assert report["tier"] == "shared"
    assert {"demand", "folder_path"} & set(report) == set()
    assert report["rejected_rows"] == report["unknown"] == []
    assert [f["path"] for f in report["files"]] == ["File_7.csv"]
    readme = (made.path / "README.md").read_text(encoding="utf-8")
    for words in (CONTROLLER, Rule().words, made.ledger_hash, "2022-04 to 2025-03", "at least 1"):
        assert words in readme
    assert str(made.release.cost["small"]) not in readme.replace(made.ledger_hash, "").split()
    released = Released.open(made.path)
    assert released is not None
    assert released.readme == readme
    assert released.facts["ledger"] == made.ledger_hash
    tables = released.facts["cost"]["tables"].values()
    assert all(set(table) == {"cells", "withheld"} for table in tables)
    assert sum(t["withheld"] for t in tables) == (released.frame["status"] == "suppressed").sum()


def test_the_ledger_holds_the_cells_of_the_release_and_no_count(made: Published) -> None:
    (entry,) = open_ledger(made.ledger).entries
    released = Released.open(made.path)
    assert released is not None
    frame = released.frame
    assert sum(len(t.published) for t in entry.tables) == frame["value"].notna().sum()
    assert sum(len(t.withheld) for t in entry.tables) == frame["value"].isna().sum()
    text = made.ledger.read_text(encoding="utf-8")
    said = json.loads(text)
    for table in said["tables"]:
        assert set(table) == {
            "level",
            "measure",
            "start",
            "months",
            "by",
            "category",
            "published",
            "withheld",
        }
        assert all(isinstance(code, str) for code in (*table["published"], *table["withheld"]))


def test_a_second_release_is_demanded_the_first(fresh: Build, tmp_path: Path) -> None:
    first = publish(fresh, tmp_path / "out" / "shared", CONTROLLER, plan=FEW)
    second = publish(fresh, tmp_path / "out" / "shared", CONTROLLER, plan=FEW)
    assert len(open_ledger(first.ledger).entries) == 2
    assert second.ledger == first.ledger
    before = {p.name: p.read_bytes() for p in second.path.iterdir()}
    first.ledger.unlink()
    with pytest.raises(DisclosureError, match=r"its ledger .* is not there") as caught:
        publish(fresh, tmp_path / "out" / "shared", CONTROLLER, plan=FEW)
    assert "--ledger" in str(caught.value)
    with pytest.raises(DisclosureError, match="is not there"):
        publish(fresh, tmp_path / "elsewhere" / "shared", CONTROLLER, plan=FEW)
    assert {p.name: p.read_bytes() for p in second.path.iterdir()} == before


def test_a_process_killed_after_the_ledger_is_written_is_made_good(
    fresh: Build, made: Published, tmp_path: Path
) -> None:
    """The ledger knows a release whose folder never came: the next one says the same and no more."""
    ledger = Path(shutil.copy(made.ledger, tmp_path / "ledger.jsonl"))
    again = publish(fresh, tmp_path / "shared", CONTROLLER, ledger, PLAN)
    first, second = Released.open(made.path), Released.open(again.path)
    assert first is not None
    assert second is not None
    pd.testing.assert_frame_equal(first.frame, second.frame)
    assert len(open_ledger(ledger).entries) == 2


def test_nothing_is_left_where_writing_fails(
    fresh: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise SourceError("the disk is full")

    monkeypatch.setattr(publishing, "save_build", fail)
    ledger = tmp_path / "ledger.jsonl"
    with pytest.raises(SourceError):
        publish(fresh, tmp_path / "shared", CONTROLLER, ledger, FEW)
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(".")] == ["council"]


def test_a_release_that_fails_its_audit_is_not_written(
    fresh: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models import disclosure

    plain = disclosure.suppress

    def too_few(*args: object, **kwargs: object) -> object:
        found = plain(*args, **kwargs)  # type: ignore[arg-type]
        return replace(found, withheld=found.small)

    monkeypatch.setattr(disclosure, "suppress", too_few)
    with pytest.raises(DisclosureError, match="The release was not made") as caught:
        publish(fresh, tmp_path / "shared", CONTROLLER, tmp_path / "ledger.jsonl", FEW)
    assert "E0100" not in str(caught.value)
    assert not (tmp_path / "shared").exists()
    assert not (tmp_path / "ledger.jsonl").exists()


def test_where_a_shared_build_may_not_go(fresh: Build, tmp_path: Path) -> None:
    for out in (fresh.path, fresh.path / "shared", fresh.path.parent):
        with pytest.raises((DisclosureError, SourceError)):
            publish(fresh, out, CONTROLLER, tmp_path / "ledger.jsonl", PLAN)
    make_build(tmp_path / "other", make_areas({"pop_0_17": [300.0] * 8}))
    with pytest.raises(DisclosureError, match="is an internal build"):
        publish(fresh, tmp_path / "other", CONTROLLER, tmp_path / "ledger.jsonl", PLAN)
    with pytest.raises(DisclosureError, match="nothing to publish"):
        publish(open_build(tmp_path / "other"), tmp_path / "shared", CONTROLLER)
    with pytest.raises(DisclosureError, match="names its controller"):
        publish(fresh, tmp_path / "shared", " ", tmp_path / "ledger.jsonl", PLAN)


@pytest.mark.parametrize("rule", [Rule(largest_suppressed=10), Rule(round_to=5)], ids=str)
def test_other_rules_reach_the_folder(fresh: Build, tmp_path: Path, rule: Rule) -> None:
    plan = ReleasePlan(FEW.tables, rule, 2.0)
    made = publish(fresh, tmp_path / "shared", CONTROLLER, tmp_path / "ledger.jsonl", plan)
    released = Released.open(made.path)
    assert released is not None
    values = released.frame["value"].dropna().astype(int)
    assert rule.words in released.readme
    if rule.round_to:
        assert (values % 5 == 0).all()
    assert (values.eq(0) | values.ge(5 if rule.round_to else 11)).all()


def test_the_command_tells_and_fails_in_words(fresh: Build, tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "views.cli", "publish", *words],
            capture_output=True,
            text=True,
            check=False,
        )

    to = str(tmp_path / "shared")
    ledger = str(tmp_path / "ledger.jsonl")
    done = run(str(fresh.path), "--to", to, "--controller", CONTROLLER, "--ledger", ledger, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["withheld_small"] > 0
    assert said["ledger_sha256"] == open_ledger(Path(ledger)).head
    lost = run(str(fresh.path), "--to", to, "--controller", CONTROLLER, "--ledger", f"{ledger}.other")
    assert lost.returncode == 1
    assert "HINT" in lost.stderr
    assert "Traceback" not in lost.stderr


def test_what_has_a_publisher_is_public() -> None:
    assert is_public("Office for National Statistics")
    assert not is_public("Not stated in the file")
    assert not is_public("Ordnance Survey; Not stated in the file")
    assert not is_public("The council itself")
    assert not is_public("")


def test_a_demand_is_never_printed_in_an_error(build: Build) -> None:
    assert isinstance(build.demand, Demand)
    with pytest.raises(DisclosureError) as caught:
        publish(replace(build, demand=None), build.path.parent / "x", CONTROLLER)
    assert "counts of referrals" in str(caught.value)
