"""After a build of Northmere nothing on disk tells of a single child, and no table kept is too fine."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.demo import NORTHMERE_FOLDER
from data.postcode_text import canonical, squeeze
from geo.builds import Build, open_build
from geo.demand import MARKING, MOST_IN_ONES, SCHEMAS
from geo.demand_counts import share_in_ones

PROJECT = Path(__file__).parents[2]
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.])R?\d{9}(?![\w.])")


@dataclass(frozen=True)
class Run:
    """One run of `atlas build`: where it could write, and what it said."""

    home: Path
    said: str

    @property
    def build(self) -> Path:
        return self.home / "builds" / "northmere"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Northmere built by the command line, with a folder of temporary files of its own."""
    home = tmp_path_factory.mktemp("run")
    (home / "temporary").mkdir()
    own = {"TMPDIR": str(home / "temporary"), "HOME": str(home), "ATLAS_BUILDS": str(home / "builds")}
    command = [sys.executable, "-m", "views.cli", "build", str(NORTHMERE_FOLDER)]
    environment = {**os.environ, **own, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=True)
    return Run(home, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def opened(run: Run) -> Build:
    return open_build(run.build)


@pytest.fixture(scope="module")
def extract() -> pd.DataFrame:
    (path,) = (NORTHMERE_FOLDER / "referrals").glob("*.csv.gz")
    return pd.read_csv(path, dtype="string")


def postcodes_in(text: str) -> set[str]:
    return {found for match in POSTCODE.findall(text) if (found := canonical(squeeze(match)))}


@pytest.fixture(scope="module")
def secret(extract: pd.DataFrame) -> tuple[set[str], set[str]]:
    """The numbers of children and of referrals, and the postcodes at which no place of support stands."""
    numbers = {str(value) for column in ("cine_person_id", "cine_referral_id") for value in extract[column]}
    files = (path for path in (NORTHMERE_FOLDER / "assets").iterdir() if path.is_file())
    of_places = set().union(*(postcodes_in(path.read_bytes().decode("latin-1")) for path in files))
    homes = {found for value in extract["addr_address_postcode"] if (found := canonical(squeeze(value)))}
    return numbers, homes - of_places


def text_of(path: Path) -> str:
    """All that a file holds as text: columns of Parquet decoded, whole numbers too, and its schema."""
    if path.suffix != ".parquet":
        return path.read_bytes().decode("latin-1")
    table = pq.read_table(path)
    parts = [value.decode("utf-8", "replace") for value in (table.schema.metadata or {}).values()]
    for column in table.columns:
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            continue  # shapes
        values = pd.Series(column.to_pandas()).dropna().unique()
        if pa.types.is_floating(kind):
            values = values[values == np.floor(values)].astype("int64")
        parts += [str(value) for value in values]
    return "\n".join(parts)


def trace_in(text: str, secret: tuple[set[str], set[str]]) -> set[str]:
    numbers, homes = secret
    return set(NUMBER.findall(text)) & numbers | postcodes_in(text) & homes


def test_nothing_on_disk_and_nothing_said_tells_of_a_child(
    run: Run, secret: tuple[set[str], set[str]], extract: pd.DataFrame
) -> None:
    assert min(map(len, secret)) > 300
    written = [path for path in run.home.rglob("*") if path.is_file()]
    assert len(written) > 10
    traces = {path.name: trace_in(text_of(path), secret) for path in written}
    assert {name: found for name, found in traces.items() if found} == {}
    assert trace_in(run.said, secret) == set()
    assert f"{len(extract):,} rows read" in " ".join(run.said.split())


def test_the_search_finds_what_is_planted(
    extract: pd.DataFrame, secret: tuple[set[str], set[str]], tmp_path: Path
) -> None:
    row = extract[extract["addr_address_postcode"].isin(secret[1])].iloc[0]
    child, home = str(row["cine_person_id"]), str(row["addr_address_postcode"])
    planted = {
        "text.parquet": pd.DataFrame({"a": pd.Categorical([home.lower().replace(" ", "")])}),
        "number.parquet": pd.DataFrame({"a": [int(child)]}),
        "float.parquet": pd.DataFrame({"a": [float(child), None]}),
    }
    for name, frame in planted.items():
        frame.to_parquet(tmp_path / name)
    (tmp_path / "log.txt").write_text(f'{{"row": "{row["cine_referral_id"]}"}}')
    marked = pa.table({"a": [1]}).replace_schema_metadata({b"note": f"child {child}".encode()})
    pq.write_table(marked, tmp_path / "metadata.parquet")
    found = {path.name: len(trace_in(text_of(path), secret)) for path in tmp_path.iterdir()}
    assert found == dict.fromkeys([*planted, "log.txt", "metadata.parquet"], 1)


def test_no_temporary_file_is_left_and_the_build_is_closed_to_others(run: Run) -> None:
    assert list((run.home / "temporary").iterdir()) == []
    assert [path.name for path in run.build.parent.iterdir() if path.is_dir()] == ["northmere"]
    if os.name != "nt":
        assert run.build.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in run.build.iterdir()} == {0o600}


def test_in_no_table_do_too_many_sit_in_cells_of_1(opened: Build) -> None:
    assert opened.demand is not None
    counts = {"count", "referrals", "again", "children"}
    split = {"periods": ["kind"], "windows": ["months"]}
    seen = 0
    for name, table in opened.demand.tables.items():
        parts = [part for _, part in table.groupby(split[name])] if name in split else [table]
        for part in parts:
            for column in counts & set(part.columns):
                seen += 1
                assert share_in_ones(part[column].to_numpy("int64", na_value=0)) <= MOST_IN_ONES, name
    assert seen == 9


def test_nothing_finer_is_kept_than_what_is_listed(opened: Build) -> None:
    """Source and need are never crossed and never held by small area."""
    assert opened.demand is not None
    assert {name: tuple(table.columns) for name, table in opened.demand.tables.items()} == SCHEMAS
    for columns in SCHEMAS.values():
        assert not {"area_code", "category"} <= set(columns)
    sources = set(opened.demand.tables["ward_source"]["category"])
    needs = set(opened.demand.tables["ward_need"]["category"])
    assert sources & needs <= {"not known"}


def test_the_tables_balance_with_the_rows(opened: Build) -> None:
    assert opened.demand is not None
    said = opened.report["demand"]
    tables = opened.demand.tables
    assert sum(said["fates"].values()) == said["rows"]
    assert opened.demand.left_out == {}
    assert tables["periods"]["count"].sum() == said["used"]
    for name in ("ward_source", "ward_need"):
        assert tables[name]["referrals"].sum() == said["used"]
    assert opened.areas.frame["demand_referrals_36m"].sum() == said["used"]
    assert said["marking"] == MARKING
