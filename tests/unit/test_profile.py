"""Profiles: every figure is the published one or a hand count; what is not known is said and not drawn."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.need_weights import need_domains
from data.provenance import Status
from geo.aggregate import aggregate_whole
from geo.area_table import AreaTable
from models.levels import NEED_INDEX, Level, level_data
from models.profile import (
    NOT_ADDED_UP,
    Line,
    compare_shapes,
    deprivation_lines,
    need_points,
    other_lines,
    places_here,
)
from models.profile_setting import ENGLAND_FROM, map_council, map_indicator, neediest_shape, whole_name
from models.words import HIDDEN, NO_DATA
from tests.small_builds import COUNCILS, make_areas, without_places
from tests.small_places import with_places
from tests.small_profiles import ENGLAND, STEMS, laid_over, profiled_areas, ranked_at, settings_in, sheet_of

AREA, WARD = "E01000005", "E05000001"
ACROSS = {"North": slice(0, 12), "South": slice(12, 16)}


def lines_of(areas: AreaTable, level: Level, code: str) -> dict[str, Line]:
    """The lines of a shape, by indicator."""
    data, _ = ranked_at(areas, level)
    return {x.indicator.id: x for x in deprivation_lines(data, code, settings_in(areas, level, code))}


def hand_mean(areas: AreaTable, column: str, weights: str, rows: pd.Series) -> float:
    """The mean of a column over rows, weighted, with a plain loop."""
    frame = areas.frame[rows]
    total = sum(value * weight for value, weight in zip(frame[column], frame[weights], strict=True))
    return float(total / sum(frame[weights]))


@given(st.lists(st.integers(1, ENGLAND), min_size=8, max_size=8))
def test_an_area_is_placed_by_the_share_of_england_that_is_less_deprived(ranks: list[int]) -> None:
    tenths = [float(-(-rank * 10 // ENGLAND)) for rank in ranks]
    values = {"need_crime_rank": [float(rank) for rank in ranks], "need_crime_decile": tenths}
    data = level_data(make_areas(values), Level.AREA)
    for code, rank in zip(data.frame.index, ranks, strict=True):
        (line,) = deprivation_lines(data, code, ())
        less_deprived = ENGLAND - rank
        assert line.own.worse_than == less_deprived / ENGLAND
        assert line.own.value == f"{rank:,}"
        assert line.tenth == str(-(-rank * 10 // ENGLAND))


def test_there_is_a_line_for_every_index_the_worst_first() -> None:
    areas = profiled_areas()
    lines = list(lines_of(areas, Level.AREA, AREA).values())
    assert {line.indicator.id for line in lines} == {f"need_{stem}_rank" for stem in STEMS}
    shares = [line.own.worse_than for line in lines]
    assert shares == sorted(shares, key=lambda share: -(share or 0))


def test_a_ward_is_the_mean_of_its_areas_weighted_by_people() -> None:
    areas = profiled_areas()
    rows = areas.frame["ward_code"] == WARD
    lines = lines_of(areas, Level.WARD, WARD)
    for stem, people in (("idaci", "pop_iod_0_15"), ("health", "pop_iod_total")):
        line = lines[f"need_{stem}_rank"]
        mean = hand_mean(areas, f"need_{stem}_rank", people, rows)
        assert line.own.worse_than == pytest.approx((ENGLAND - mean) / ENGLAND)


def test_a_ward_counts_its_areas_in_the_worst_tenth() -> None:
    areas = profiled_areas()
    lines = lines_of(areas, Level.WARD, WARD)
    for stem in STEMS:
        tenths = areas.frame.loc[areas.frame["ward_code"] == WARD, f"need_{stem}_decile"]
        assert lines[f"need_{stem}_rank"].tenth == f"{(tenths == 1).sum()} of {len(tenths)}"


def test_each_setting_beside_an_area_is_its_own_weighted_mean() -> None:
    areas = profiled_areas()
    line = lines_of(areas, Level.AREA, AREA)["need_crime_rank"]
    frame = areas.frame
    groups = [
        frame["ward_code"] == frame.at[AREA, "ward_code"],
        frame["la_code"] == frame.at[AREA, "la_code"],
    ]
    for mark, rows in zip(line.beside, [*groups, frame["la_code"].notna()], strict=True):
        mean = hand_mean(areas, "need_crime_rank", "pop_iod_total", rows)
        assert mark.worse_than == pytest.approx((ENGLAND - mean) / ENGLAND)


def test_the_whole_is_the_weighted_mean_of_all_and_counts_add_up() -> None:
    areas = profiled_areas()
    whole = aggregate_whole(areas).frame
    assert len(whole) == 1
    every = areas.frame["pop_total"].notna()
    for stem, people in (("idaci", "pop_iod_0_15"), ("crime", "pop_iod_total")):
        mean = hand_mean(areas, f"need_{stem}_rank", people, every)
        assert whole[f"need_{stem}_average_rank"].item() == pytest.approx(mean)
    assert whole["pop_0_17"].item() == areas.frame["pop_0_17"].sum()


def test_the_whole_counts_areas_without_a_council_too() -> None:
    areas = profiled_areas()
    bare = without_places(areas, "la_code", "la_name", rows=slice(0, 4))
    pd.testing.assert_frame_equal(aggregate_whole(bare).frame, aggregate_whole(areas).frame)


@pytest.mark.parametrize(
    ("level", "code", "expected"),
    [
        (Level.AREA, AREA, ["Ward 1", "Eastham", "All 2 councils"]),
        (Level.WARD, WARD, ["Westham", "All 2 councils"]),
        (Level.LOCALITY, "North", ["All 2 councils"]),
        (Level.LOCALITY, "South", ["Westham", "All 2 councils"]),
        (Level.COUNCIL, "E08000001", ["All 2 councils"]),
    ],
)
def test_a_shape_lies_in_its_ward_its_council_and_everything(
    level: Level, code: str, expected: list[str]
) -> None:
    areas = profiled_areas(ACROSS)
    assert [setting.name for setting in settings_in(areas, level, code)] == expected


def test_one_council_is_everything_and_stands_once() -> None:
    areas = profiled_areas(councils={"E08000001": "Eastham"})
    assert [s.name for s in settings_in(areas, Level.AREA, AREA)] == ["Ward 1", "Eastham"]
    assert [s.name for s in settings_in(areas, Level.COUNCIL, "E08000001")] == []


def test_an_area_without_a_ward_lies_in_its_council() -> None:
    areas = without_places(profiled_areas(), "ward_code", "ward_name", rows=slice(0, 8))
    assert [s.name for s in settings_in(areas, Level.AREA, AREA)] == ["Eastham", "All 2 councils"]


def test_an_area_without_a_ward_or_a_council_lies_in_everything() -> None:
    areas = without_places(profiled_areas(), "ward_code", "ward_name", "la_code", "la_name")
    assert [s.name for s in settings_in(areas, Level.AREA, AREA)] == ["All small areas"]


def test_all_english_councils_are_called_england_and_fewer_are_not() -> None:
    def of(count: int, country: str) -> str:
        councils = {f"{country}06{n:06}": f"Council {n}" for n in range(count)}
        return whole_name(make_areas({"pop_total": [1.0] * 8 * count}, councils=councils))

    assert of(ENGLAND_FROM + 1, "E") == "England"
    assert of(ENGLAND_FROM + 1, "W") == f"All {ENGLAND_FROM + 1} councils"
    assert of(2, "E") == "All 2 councils"


@pytest.mark.parametrize(("status", "words"), [(Status.SUPPRESSED, HIDDEN), (Status.MISSING, NO_DATA)])
@pytest.mark.parametrize(("level", "code"), [(Level.AREA, "E01000000"), (Level.WARD, "E05000000")])
def test_a_value_that_is_not_there_is_said_and_has_no_place(
    status: Status, words: str, level: Level, code: str
) -> None:
    gone = [None, *[100.0] * 31]
    areas = profiled_areas(
        values={"need_crime_rank": gone, "need_crime_decile": gone},
        states={column: {0: status} for column in ("need_crime_rank", "need_crime_decile")},
    )
    lines = lines_of(areas, level, code)
    line = lines["need_crime_rank"]
    assert (line.own.value, line.own.worse_than) == (words, None)
    assert line.tenth == words
    assert [(mark.value, mark.worse_than) for mark in line.beside] == [(words, None)] * len(line.beside)
    assert list(lines)[-1] == "need_crime_rank"


def test_points_add_up_to_the_score_and_none_is_above_its_most() -> None:
    areas = laid_over(profiled_areas(ACROSS))
    for level in (Level.AREA, Level.WARD, Level.LOCALITY, Level.COUNCIL):
        data, need = ranked_at(areas, level)
        assert need
        for code in data.frame.index:
            points = need_points(data, code, need.domains, need.weights, ())
            assert sum(p.points for p in points) == pytest.approx(data.frame.at[code, NEED_INDEX])
            assert sum(p.most for p in points) == pytest.approx(100)
            assert all(0 <= p.points <= p.most + 1e-9 for p in points)
            assert [p.points for p in points] == sorted((p.points for p in points), reverse=True)
            assert len(points) == len(need_domains())


def test_the_points_of_everything_are_those_of_its_scores() -> None:
    areas = laid_over(profiled_areas())
    whole = aggregate_whole(areas).frame.iloc[0]
    sheet = sheet_of(areas, Level.AREA, AREA)
    by_label = {domain.label: domain for domain in need_domains()}
    for points in sheet.points:
        score = whole[f"need_domain_{by_label[points.label].id}_score"]
        assert points.beside[-1] == f"{score * points.most / 100:.1f}"


def test_the_points_of_a_setting_that_are_not_known_are_said() -> None:
    gone = [*[100.0] * 31, None]
    areas = laid_over(profiled_areas(values={"need_crime_rank": gone}))
    crime = next(p for p in sheet_of(areas, Level.AREA, AREA).points if p.label == "Crime and safety")
    assert crime.beside[-1] == NO_DATA
    assert crime.beside[0] not in (NO_DATA, HIDDEN)


def test_an_area_without_a_score_has_no_points() -> None:
    areas = laid_over(profiled_areas(values={"need_crime_rank": [None, *[100.0] * 31]}))
    assert sheet_of(areas, Level.AREA, "E01000000").points == ()


def test_a_figure_that_nobody_may_add_up_stands_for_the_area_alone() -> None:
    areas = laid_over(profiled_areas())
    data, _ = ranked_at(areas, Level.AREA)
    lines = other_lines(areas, data, AREA, settings_in(areas, Level.AREA, AREA))
    people = next(line for line in lines if line.indicator.id == "pop_total")
    total = areas.frame["pop_total"].sum()
    assert people.beside[-1].value == f"{total:,.0f}"
    assert {m.value for x in lines for m in x.beside if x.indicator.kind.value == "other"} <= {NOT_ADDED_UP}


def test_places_inside_and_the_nearest_by_name_for_an_area_alone() -> None:
    areas = laid_over(profiled_areas())
    for level, code in ((Level.AREA, "E01000000"), (Level.WARD, "E05000000")):
        data = level_data(areas, level)
        near = pd.DataFrame({"name": ["=HYPERLINK(1)"], "within": [2]}, index=["library"])
        here = places_here(data, code, near if level is Level.AREA else None)
        found = {k.kind: k for k in here.kinds}
        assert set(found) == {"Family hubs and children's centres", "Libraries"}
        assert found["Libraries"].inside == "2"
        assert found["Libraries"].nearest == ("=HYPERLINK(1)" if level is Level.AREA else "")
        assert found["Libraries"].within == ("2" if level is Level.AREA else "100%")
        assert (here.journey, here.within, here.nothing_near) == ("walk", "within 15 minutes’ walk", False)
    assert found["Libraries"].far == "9 min"
    assert found["Family hubs and children's centres"].within == "50%"


def test_where_nothing_is_near_it_is_known() -> None:
    areas = laid_over(profiled_areas())
    assert places_here(level_data(areas, Level.AREA), "E01000031", None).nothing_near
    none = with_places(
        profiled_areas(), {"library": [None] * 32}, {"library": [None] * 32}, {"library": [None] * 32}
    )
    assert not places_here(level_data(none, Level.AREA), "E01000000", None).nothing_near


def test_without_places_there_are_none_to_tell_of() -> None:
    assert sheet_of(profiled_areas(), Level.AREA, AREA).places.kinds == ()


def test_shapes_side_by_side_are_those_asked_for_in_their_order() -> None:
    areas = laid_over(profiled_areas())
    data, _ = ranked_at(areas, Level.AREA)
    codes = [AREA, "E01000001", "E01000030"]
    rows = compare_shapes(data, codes)
    names = [data.frame.at[code, "name"] for code in codes]
    assert all([mark.name for mark in marks] == names for _, marks in rows)
    labels = [label for label, _ in rows]
    assert len(labels) == len(set(labels))
    crime = dict(rows)["Crime"]
    assert [m.value for m in crime] == [f"{data.frame.at[code, 'need_crime_rank']:,.0f}" for code in codes]


def test_the_neediest_opens_and_a_council_without_a_score_opens_on_its_first() -> None:
    areas = laid_over(profiled_areas())
    data = level_data(areas, Level.AREA)
    for council in ("", *COUNCILS):
        inside = data.frame[data.frame["la_code"] == council] if council else data.frame
        assert data.frame.at[neediest_shape(data, council), NEED_INDEX] == inside[NEED_INDEX].max()
    plain = level_data(profiled_areas(), Level.AREA)
    assert neediest_shape(plain) == "E01000000"
    assert neediest_shape(plain, "E08000002") == "E01000008"
    assert neediest_shape(plain, "E08999999") == "E01000000"


def test_the_small_map_shows_need_or_else_a_rank_of_one_council() -> None:
    laid, plain = laid_over(profiled_areas()), profiled_areas()
    assert map_indicator(level_data(laid, Level.WARD)) == NEED_INDEX
    assert map_indicator(level_data(plain, Level.WARD)).endswith("_rank")
    assert map_indicator(level_data(make_areas({"pop_total": [1.0] * 8}), Level.WARD)) == "pop_total"
    assert map_council(level_data(plain, Level.AREA), "E01000008") == "E08000002"
    assert map_council(level_data(plain, Level.COUNCIL), "E08000002") is None
