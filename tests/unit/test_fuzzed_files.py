"""Whatever stands in a file, it is taken for something or named with a reason: never a traceback."""

import gzip
import re
import tempfile
from pathlib import Path

import places
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.folder import Unplaced, recognise_file
from data.sources.base import AssetSource, SourceKind
from geo.build_folder import build_folder
from tests.conftest import FULL_PROOFS

HEADERS = re.findall(
    r"\S+",
    "name Name EstablishmentName pharmacy_name address postcode pcds pcd doterm lon lat Easting Northing "
    "easting northing X_REF oseast1m osnrth1m type category kind description URN atco_code area_code "
    "LSOA21CD lsoa11cd WD24CD LAD24CD la_code time_period geographic_level month date Date year value "
    "indicator measure unit severity registered_charity_number referral_date child_id IMD_rank Income_score "
    "number rate share",
)
ODD = re.split(
    r"\|",
    "|NA|c|z|x|*|..|0|-1|1,296|12.5|1e309|inf|E01020001|E01020002|E06000901|S01000001|ZE1 1AA|BT1 1AA|GIR 0AA"
    "|m1 1aa|2024-02-30|01/02/2024|2024|=1+1|<script>|\u202etxt|Hill Library|St Jo's Church|430500|560500"
    "|-1.53|54.93",
)
CELLS = st.one_of(st.sampled_from(ODD), st.text(max_size=12))


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A table under headers that readers look for, with cells that they stumble over."""
    header = draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=8))
    rows = draw(st.lists(st.lists(CELLS, min_size=0, max_size=9), max_size=12))
    mark = draw(st.sampled_from([",", ";", "\t"]))
    lines = [header, *rows]
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(mark.join(line) for line in lines)
    content = text.encode(draw(st.sampled_from(["utf-8", "utf-16", "cp1252"])), errors="replace")
    return gzip.compress(content) if draw(st.booleans()) else content


def is_told(outcome: object) -> bool:
    """Say whether an outcome says enough for a reader to act on."""
    if isinstance(outcome, Unplaced):
        return bool(outcome.reason and outcome.reason.isprintable() and outcome.hint)
    return isinstance(outcome.kind, SourceKind)  # type: ignore[attr-defined]


@pytest.mark.proof
@given(tables())
def test_any_table_is_taken_for_something_or_named_with_a_reason(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any"
        path.write_bytes(content)
        outcomes = recognise_file(path)
        assert outcomes
        assert all(is_told(outcome) for outcome in outcomes)
        reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, Unplaced)]
        assert not [reason for reason in reasons if "could not be read:" in reason]


@pytest.mark.proof
@given(tables())
def test_every_row_of_a_list_of_places_is_accounted_for(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any"
        path.write_bytes(content)
        for source in recognise_file(path):
            if isinstance(source, AssetSource):
                assert len(source.frame) + len(source.rejected) == source.rows
                assert not set(source.frame.index + 1) & set(source.rejected["row"])


@pytest.mark.proof
@settings(max_examples=300 if FULL_PROOFS else 5)
@given(st.lists(tables(), min_size=1, max_size=3))
def test_no_table_beside_sound_files_stops_a_build(contents: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = places.simple_folder(Path(parent) / "elmshire")
        for number, content in enumerate(contents):
            (folder / f"any {number}").write_bytes(content)
        report = build_folder(folder, Path(parent) / "out").report
        told = {f["path"] for f in report["files"]} | {u["path"] for u in report["unknown"]}
        assert {f"any {number}" for number in range(len(contents))} <= told
        for tally in (f["tally"] for f in report["files"] if f["tally"]):
            parts = ("used", "duplicate", "outside", "rejected", "set_aside")
            assert sum(tally[part] for part in parts) == tally["rows"]
