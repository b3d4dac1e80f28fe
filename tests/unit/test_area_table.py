"""The area table saves and opens unchanged, knows its own content, and is never unsound."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import places
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from data.errors import GeographyError, SourceError
from data.provenance import Provenance, Status, Tier
from geo.area_table import IDENTITY, AreaTable, make_status

PEDIGREE = Provenance("File 7", "MHCLG", "OGL", "2025", "LSOA 2021", "f7.csv", "ab12", "(c)", ("joined",))


def table(vintage: str = "2021", **columns: object) -> AreaTable:
    """Elmshire with some columns: ranks and people where none are given."""
    areas = places.small_areas(vintage)
    if not columns:
        columns = {
            "need_imd_rank": np.linspace(1, 30_000, 24).round(),
            "pop_total": np.arange(1_000.0, 1_024.0),
            "pop_0_17": np.where(np.arange(24) % 5 == 0, np.nan, 300.0),
        }
    frame = areas[[*IDENTITY, "geometry"]].astype(dict.fromkeys(IDENTITY, "string")).assign(**columns)
    return AreaTable(frame, make_status(frame), dict.fromkeys([*columns, "geometry"], PEDIGREE), vintage)


def suppress(areas: AreaTable, column: str, codes: list[str]) -> AreaTable:
    frame, status = areas.frame.copy(), areas.status.copy()
    frame.loc[codes, column] = np.nan
    status.loc[codes, column] = Status.SUPPRESSED.value
    return replace(areas, frame=frame, status=status)


def assert_same(first: AreaTable, second: AreaTable) -> None:
    assert_frame_equal(pd.DataFrame(first.frame), pd.DataFrame(second.frame))
    assert_frame_equal(first.status, second.status)
    assert first.frame.crs == second.frame.crs
    assert (first.frame.geometry.geom_equals_exact(second.frame.geometry, 0.0)).all()
    assert dict(first.provenance) == dict(second.provenance)
    assert (first.vintage, first.tier) == (second.vintage, second.tier)


@pytest.mark.parametrize("tier", list(Tier))
@pytest.mark.parametrize("vintage", ["2011", "2021"])
def test_a_saved_table_opens_equal_in_all_respects(tmp_path: Path, vintage: str, tier: Tier) -> None:
    whole = table(vintage)
    saved = replace(suppress(whole, "pop_0_17", [whole.frame.index[1]]), tier=tier)
    saved.save(tmp_path / "areas.parquet")
    opened = AreaTable.open(tmp_path / "areas.parquet")
    assert_same(saved, opened)
    assert opened.content_hash == saved.content_hash
    assert replace(opened, frame=opened.frame.copy()).content_hash == saved.content_hash


def test_a_built_table_opens_with_the_hash_of_its_content(tmp_path: Path) -> None:
    from data.folder import read_folder
    from geo.build_folder import draft_build

    draft = draft_build(read_folder(places.carried_folder(tmp_path / "elmshire"))).areas
    draft.save(tmp_path / "areas.parquet")
    opened = AreaTable.open(tmp_path / "areas.parquet")
    assert_same(draft, opened)
    assert replace(opened, frame=opened.frame.copy()).content_hash == draft.content_hash


@given(
    st.integers(0, 23), st.sampled_from(["need_imd_rank", "pop_total", "area_name", "ward_code", "la_name"])
)
def test_the_hash_changes_with_any_value(row: int, column: str) -> None:
    first = table()
    frame = first.frame.copy()
    position = frame.columns.get_loc(column)
    frame.iloc[row, position] = "other" if column in IDENTITY else frame.iloc[row, position] + 1
    assert replace(first, frame=frame).content_hash != first.content_hash


def test_the_hash_changes_with_status_shape_provenance_vintage_and_tier() -> None:
    first = table()
    status = first.status.copy()
    status.iloc[0, 5] = Status.MODELLED.value
    moved = first.frame.set_geometry(first.frame.geometry.translate(xoff=0.5))
    others = [
        replace(first, status=status),
        replace(first, frame=moved),
        replace(first, provenance={**first.provenance, "pop_total": PEDIGREE.with_step("carried")}),
        replace(first, tier=Tier.SHARED),
        replace(first, vintage="2011"),
        replace(first, frame=first.frame.rename(columns={"pop_total": "pop_0_4"}), **renamed(first)),
    ]
    hashes = {t.content_hash for t in [first, *others]}
    assert len(hashes) == 1 + len(others)


def renamed(first: AreaTable) -> dict[str, object]:
    provenance = {("pop_0_4" if c == "pop_total" else c): p for c, p in first.provenance.items()}
    return {"status": first.status.rename(columns={"pop_total": "pop_0_4"}), "provenance": provenance}


def test_the_hash_is_the_same_for_the_same_content() -> None:
    assert table().content_hash == table().content_hash


def test_all_faults_are_told_in_one_message() -> None:
    first = table()
    frame = first.frame.iloc[::-1].to_crs("EPSG:4326")
    frame.index = pd.Index([*frame.index[:-1], "Leeds 001A"], name="area_code")
    status = first.status.drop(columns="pop_total")
    with pytest.raises(GeographyError) as refused:
        AreaTable(frame, status, {**first.provenance, "need_other": PEDIGREE}, "2001")
    for fault in (
        "not sorted",
        "Leeds 001A",
        "not in EPSG:27700",
        "do not stand in the order",
        "other columns",
        "2001 is not a vintage",
        "of no column",
    ):
        assert fault in str(refused.value)


def test_a_duplicate_area_is_refused_beside_other_faults() -> None:
    first = table()
    frame = gpd.GeoDataFrame(pd.concat([first.frame, first.frame.tail(1)]))
    status = pd.concat([first.status, first.status.tail(1)])
    provenance = {c: p for c, p in first.provenance.items() if c != "pop_total"}
    with pytest.raises(GeographyError, match=r"an area stands twice; .*without provenance"):
        AreaTable(frame, status, provenance, "2021")


def test_a_suppressed_value_that_is_there_is_refused_beside_other_faults() -> None:
    first = table()
    status = first.status.copy()
    status.iloc[3, status.columns.get_loc("pop_total")] = Status.SUPPRESSED.value
    with pytest.raises(GeographyError, match="not a vintage; pop_total has values where it says suppressed"):
        replace(first, status=status, vintage="1991")


def test_an_observed_value_that_is_not_there_is_refused() -> None:
    first = table()
    frame = first.frame.copy()
    frame.iloc[3, frame.columns.get_loc("pop_total")] = np.nan
    with pytest.raises(GeographyError, match=r"pop_total has values .* or none where it says observed"):
        replace(first, frame=frame)


def test_a_status_outside_the_list_is_refused() -> None:
    first = table()
    with pytest.raises(GeographyError, match="a status is not one of observed"):
        replace(first, status=first.status.astype("string"))
    status = first.status.copy()
    status.iloc[0, 0] = None
    with pytest.raises(GeographyError, match="a value is without status"):
        replace(first, status=status)


def test_lower_case_and_missing_codes_are_refused() -> None:
    first = table()
    for code in ("e01020003", None):
        frame, status = first.frame.copy(), first.status.copy()
        frame.index = status.index = pd.Index(
            [code, *first.frame.index[1:]], name="area_code", dtype="string"
        )
        with pytest.raises(GeographyError, match="not LSOA codes"):
            replace(first, frame=frame, status=status)


def test_one_council_is_selected_with_its_statuses_and_nothing_else() -> None:
    whole = table()
    frame, status = whole.frame.copy(), whole.status.copy()
    frame.loc[frame.index[0], ["la_code", "la_name"]] = pd.NA
    status.loc[frame.index[0], ["la_code", "la_name"]] = Status.MISSING.value
    whole = replace(whole, frame=frame, status=status, tier=Tier.SHARED)
    part = whole.select("E06000901")
    mine = whole.frame.index[(whole.frame["la_code"] == "E06000901").fillna(False)]
    assert part.frame.index.equals(mine)
    assert_frame_equal(part.status, whole.status.loc[mine])
    assert part.tier is Tier.SHARED
    with pytest.raises(GeographyError, match="E07000001"):
        whole.select("E07000001")


def test_coverage_is_the_share_with_a_value() -> None:
    assert table().coverage == {"need_imd_rank": 1.0, "pop_total": 1.0, "pop_0_17": round(19 / 24, 4)}


@pytest.mark.parametrize("content", [b"", b"not parquet", b"PAR1"])
def test_a_file_that_is_no_area_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "areas.parquet"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"areas\.parquet is not an area table"):
        AreaTable.open(path)


def test_another_geoparquet_and_a_damaged_table_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "areas.parquet"
    places.boundary_layer(places.small_areas()).to_parquet(path)
    with pytest.raises(SourceError, match="is not an area table"):
        AreaTable.open(path)
    table().save(path)
    content = bytearray(path.read_bytes())
    content[4:400] = b"\xff" * 396
    path.write_bytes(bytes(content))
    with pytest.raises(SourceError, match="is damaged"):
        AreaTable.open(path)


def test_a_later_format_is_refused_with_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr("geo.area_table.FORMAT", 9)
        table().save(tmp_path / "areas.parquet")
    with pytest.raises(SourceError, match="has format 9"):
        AreaTable.open(tmp_path / "areas.parquet")


def test_missing_values_have_a_missing_status_whatever_the_rest() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan], "b": pd.Series(["x", pd.NA], dtype="string")})
    for status in Status:
        made = make_status(frame, status)
        assert made.iloc[0].tolist() == [status.value] * 2
        assert made.iloc[1].tolist() == [Status.MISSING.value] * 2
