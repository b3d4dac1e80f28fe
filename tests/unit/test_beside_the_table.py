"""What stands beside the area table: dated events, figures over time, and the publisher's own figures."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import places
import pytest
import shapely
from small_builds import COUNCILS, make_areas

from data.codes import AreaKind
from data.indicators import Group, Indicator, Kind
from data.sources.base import Source, SourceKind
from geo.events import count_events, event_columns, event_indicator
from geo.published import compare_with_published
from geo.series import gather_series


def source(folder: Path, kind: SourceKind, frame: pd.DataFrame, **more: object) -> Source:
    """A recognised file with these rows."""
    path = folder / f"{kind.value}.csv"
    path.write_text("x\n")
    nothing = pd.DataFrame({"row": [], "value": [], "reason": []})
    made = {"entry": "iod2025", "edition": "2025", "area_kind": None, "rows": len(frame), "rejected": nothing}
    return Source(path=path, kind=kind, frame=frame, **{**made, **more})


def casualties(folder: Path) -> Source:
    """Six rows: two of one event, one on the edge of two areas, one far away."""
    frame = pd.DataFrame(
        {
            "easting_m": [10.0, 10.0, 20.0, 100.0, 150.0, 9_000.0],
            "northing_m": [10.0] * 6,
            "year": [2019, 2019, 2019, 2020, 2020, 2020],
            "event": ["A", "A", "B", "C", pd.NA, "D"],
        }
    )
    entry = Indicator("x", "Road casualties", "", "", "neutral", Kind.COUNT, None, None, Group.EVENTS)
    return source(folder, SourceKind.EVENTS, frame, own=(entry,))


AREAS = gpd.GeoSeries(
    [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(200, 0, 300, 100)],
    index=pd.Index(["a", "b", "c"], name="area_code"),
    crs=places.CRS,
)


def test_events_are_counted_by_area_and_year_and_none_is_kept(tmp_path: Path) -> None:
    counts = count_events([casualties(tmp_path)], AREAS)
    table = counts.set_index(["area_code", "year"])[["rows", "events"]]
    assert table.loc[("a", 2019)].tolist() == [3, 2]
    assert table.loc[("a", 2020)].tolist() == [1, 1]
    assert table.loc[("b", 2020)].tolist() == [1, 1]
    assert table.loc[("c", 2019)].tolist() == [0, 0]
    assert set(counts.columns) == {"event", "area_code", "year", "rows", "events"}


def test_an_event_column_says_which_years_it_counts(tmp_path: Path) -> None:
    found = casualties(tmp_path)
    entry = event_indicator(found)
    columns = event_columns([found], count_events([found], AREAS), AREAS.index)
    assert (entry.label, entry.kind, entry.group) == (
        "Road casualties, 2019 to 2020",
        Kind.COUNT,
        Group.EVENTS,
    )
    assert columns[entry.id].to_dict() == {"a": 4.0, "b": 1.0, "c": 0.0}


def test_a_folder_without_events_has_an_empty_table() -> None:
    assert count_events([], AREAS).empty


def rows_over_time(codes: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period": "2025",
            "level": ["National", "Regional", *["Local authority"] * (len(codes) - 2)],
            "area_name": codes,
            "measure": "referral_count",
            "value": [None, *range(1, len(codes))],
            "marker": ["c", *[pd.NA] * (len(codes) - 1)],
        },
        index=pd.Index(codes, name="area_code"),
    )


def test_series_keep_the_councils_of_the_build_and_what_they_are_compared_with(tmp_path: Path) -> None:
    codes = ["E92000001", "E12000002", "E08000016", "E08000001"]
    found = source(tmp_path, SourceKind.SERIES, rows_over_time(codes), area_kind=AreaKind.COUNCIL)
    series, used = gather_series([found], pd.Index(["E08000038"]))
    assert series["area_code"].tolist() == ["E92000001", "E12000002", "E08000016"]
    assert used == [found]
    marked = series[series["marker"].notna()]
    assert marked["marker"].tolist() == ["c"]
    assert marked["value"].isna().all()


def test_series_of_other_councils_are_not_kept(tmp_path: Path) -> None:
    found = source(tmp_path, SourceKind.SERIES, rows_over_time(["E92000001", "E12000002", "E08000001"]))
    series, used = gather_series([found], pd.Index(["E06000001"]))
    assert series.empty
    assert used == []


@pytest.mark.parametrize(("theirs", "gap"), [([0.5, 0.0], 0.0), ([0.5, 0.25], 0.25)])
def test_a_council_figure_is_held_against_the_published_one(
    tmp_path: Path, theirs: list[float], gap: float
) -> None:
    ranks = [1.0 if (n // 8) % 2 == 0 and n % 2 == 0 else 30_000.0 for n in range(32)]
    areas = make_areas({"need_imd_rank": ranks}, councils=COUNCILS)
    frame = pd.DataFrame({"need_imd_worst_decile_share": theirs}, index=list(COUNCILS))
    summary = source(tmp_path, SourceKind.SUMMARY, frame, area_kind=AreaKind.COUNCIL)
    (entry,) = compare_with_published(areas, [summary])
    assert (entry["councils"], entry["largest_difference"]) == (2, gap)


def test_a_summary_of_another_edition_is_not_compared(tmp_path: Path) -> None:
    areas = make_areas({"need_imd_rank": [1.0] * 8})
    frame = pd.DataFrame({"need_imd_worst_decile_share": [1.0]}, index=["E08000001"])
    summary = source(tmp_path, SourceKind.SUMMARY, frame, edition="2019")
    assert compare_with_published(areas, [summary]) == []
