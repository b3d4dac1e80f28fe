"""What a shortlist may weigh beside indicators: reach, types, ways of working, and results, by level."""

from dataclasses import replace
from functools import partial

import pandas as pd
import pytest

from data.errors import GeographyError, SourceError
from data.indicators import Kind
from data.operating_models import NOT_ENOUGH_DATA
from data.provenance import Status
from data.shortlist_criteria import asked_from, criteria_from
from geo.area_table import AreaTable, make_status
from geo.builds import Build
from models import type_findings, type_ground, type_structure
from models.levels import Level, LevelData, level_data
from models.need import overlay_need
from models.places_laid import lay_places
from models.reach import reach_in
from models.reach_asked import Asked
from models.reach_levels import by_ward
from models.shortlist import shortlist_of
from models.shortlist_laid import laid_for, with_column
from models.type_findings import TypeFindings, find_types
from models.type_ground import ground_of
from tests.small_builds import make_build, provenance
from tests.small_kinds import areas_of_kinds
from tests.small_shortlists import wards_of
from views.inside import stays_inside


@pytest.fixture(scope="module")
def northmere(northmere_build: Build) -> LevelData:
    """Northmere's wards with what a shortlist may weigh but types, from areas without their places."""
    areas = lay_places(overlay_need(northmere_build.areas), northmere_build)
    return laid_for(level_data(areas, Level.WARD), northmere_build, northmere_build.areas, None)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Areas of three kinds, with figures of referrals."""
    return make_build(tmp_path_factory.mktemp("kinds") / "build", areas_of_kinds(figures=True))


@pytest.fixture(scope="module")
def found(kinds: Build) -> TypeFindings:
    """Their types, with few draws and starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type_findings, "ground_of", partial(ground_of, draws=2))
        patch.setattr(type_ground, "starts_for", lambda _: 2)
        patch.setattr(type_structure, "REFERENCES", 9)
        return find_types(kinds, k=3)


@pytest.fixture(scope="module")
def wards(kinds: Build, found: TypeFindings) -> LevelData:
    """Their wards with what a shortlist may weigh."""
    return laid_for(level_data(kinds.areas, Level.WARD), kinds, kinds.areas, found)


@pytest.mark.parametrize("kind", ["family_hub", "library"])
def test_children_out_of_reach_are_those_of_the_reach_page(
    northmere: LevelData, northmere_build: Build, kind: str
) -> None:
    told = by_ward(reach_in(northmere_build, northmere_build.areas, Asked(kind)), northmere_build.areas)
    assert told["areas_unknown"].eq(0).all()
    for ours, theirs in (("children", "children_out"), ("share", "out_share")):
        out = northmere.frame[f"out_of_reach_{kind}_{ours}"]
        assert out.to_dict() == pytest.approx(told[theirs].to_dict())
        assert out.nunique() > 5


def test_each_ward_lies_in_the_locality_of_most_of_its_areas(
    northmere: LevelData, northmere_build: Build
) -> None:
    frame = northmere_build.areas.frame
    most = frame.groupby("ward_code")["locality_code"].agg(lambda codes: codes.mode().iloc[0])
    assert northmere.frame["locality_code"].astype(str).to_dict() == most.astype(str).to_dict()


def test_northmere_is_shortlisted_by_the_example(northmere: LevelData) -> None:
    found = shortlist_of(northmere, asked_from(criteria_from(), "the example"), draws=500)
    assert len(found.chosen) == 5
    assert len(found.frame) == 20
    assert found.out.empty


def share_of(areas: AreaTable, yes: pd.Series) -> dict[str, float]:
    """The share of children in some areas, by ward, worked out here."""
    children, ward = areas.frame["pop_0_17"], areas.frame["ward_code"]
    return (children.where(yes, 0.0).groupby(ward).sum() / children.groupby(ward).sum()).to_dict()


def test_types_share_out_the_children_of_every_ward(
    wards: LevelData, kinds: Build, found: TypeFindings
) -> None:
    shares = wards.frame[["type_a_share", "type_b_share", "type_c_share"]]
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)
    for letter in "ABC":
        mine = share_of(kinds.areas, found.letters.eq(letter))
        assert shares[f"type_{letter.lower()}_share"].to_dict() == pytest.approx(mine)


def test_types_share_out_the_children_whom_most_areas_count(kinds: Build, found: TypeFindings) -> None:
    frame = kinds.areas.frame
    counts = pd.DataFrame(
        {"pop_0_17": frame["pop_0_17"].where(frame.index == frame.index[0]), "pop_0_15": frame["pop_0_17"]}
    )
    fewer = kinds.areas.without(["pop_0_17"]).overlaid(
        counts, make_status(counts), dict.fromkeys(counts, provenance()), []
    )
    data = laid_for(level_data(fewer, Level.WARD), kinds, fewer, found)
    assert data.dictionary["type_a_share"].denominator == "pop_0_15"
    mine = share_of(kinds.areas, found.letters.eq("A"))
    assert data.frame["type_a_share"].to_dict() == pytest.approx(mine)
    assert "counting once" not in str(data.provenance["type_a_share"].steps)


def test_types_come_from_all_that_they_are_made_of(kinds: Build, found: TypeFindings) -> None:
    sources = {"demand_children_36m": provenance("Referrals", "2026"), "pop_total": provenance("People")}
    areas = replace(kinds.areas, provenance={**kinds.areas.provenance, **sources})
    source = laid_for(level_data(areas, Level.WARD), kinds, areas, found).provenance["type_a_share"].source
    assert found.composites.frame.columns.isin(["demand", "rurality"]).sum() == 2
    assert {"Referrals", "People"} <= set(source.split("; "))


def test_ways_of_working_are_those_of_the_areas(wards: LevelData, kinds: Build, found: TypeFindings) -> None:
    models = found.models.frame["model"]
    given = [m.id for m in found.models.rules.models if models.eq(m.id).any()]
    assert given
    assert not models.eq(NOT_ENOUGH_DATA).any()
    for id_ in given:
        assert wards.frame[f"model_{id_}_share"].to_dict() == pytest.approx(
            share_of(kinds.areas, models.eq(id_))
        )


def test_a_ward_with_an_area_without_a_type_has_no_share(kinds: Build, found: TypeFindings) -> None:
    assert found.types is not None
    frame = found.types.frame.copy()
    first = frame.index[0]
    frame.loc[first, "type"] = None
    unknown = replace(found, types=replace(found.types, frame=frame))
    data = laid_for(level_data(kinds.areas, Level.WARD), kinds, kinds.areas, unknown)
    ward = kinds.areas.frame.at[first, "ward_code"]
    assert data.frame["type_a_share"].isna().to_dict() == {code: code == ward for code in data.frame.index}
    assert data.status.at[ward, "type_a_share"] == Status.MISSING


def test_every_column_has_a_status_a_pedigree_and_an_entry(wards: LevelData, northmere: LevelData) -> None:
    for data, starts in ((wards, ("type_", "model_")), (northmere, ("out_of_reach_",))):
        new = {column for column in data.frame if column.startswith(starts)}
        assert len(new) > 5
        assert new <= set(data.status.columns) & set(data.provenance) & set(data.dictionary)
        assert all(data.dictionary[column].unit and data.dictionary[column].meaning for column in new)
    assert set(wards.status["type_a_share"]) == {Status.MODELLED.value}


def test_what_rests_on_referrals_of_an_internal_build_stays_inside(
    wards: LevelData, northmere: LevelData
) -> None:
    assert stays_inside(wards, wards.dictionary["type_a_share"])
    assert stays_inside(wards, wards.dictionary["model_reach_out_share"])
    assert not stays_inside(northmere, northmere.dictionary["out_of_reach_library_children"])


def test_small_areas_have_their_own_figures(kinds: Build, found: TypeFindings) -> None:
    areas = laid_for(level_data(kinds.areas, Level.AREA), kinds, kinds.areas, found)
    mine = areas.frame["type_a_share"].eq(1.0)
    assert mine.to_dict() == found.letters.eq("A").to_dict()
    assert areas.frame.loc[~mine, "type_a_share"].eq(0).all()


def test_areas_of_another_place_are_refused(kinds: Build) -> None:
    with pytest.raises(GeographyError, match="do not make up the wards"):
        laid_for(wards_of({"a": [1, 2]}), kinds, kinds.areas, None)


def test_a_result_becomes_a_column_in_which_what_is_not_known_is_missing() -> None:
    data = wards_of({"a": [1, 2, 3]})
    result = pd.Series({"E05000003": 40.0, "E05000001": 0.0})
    more = with_column(data, "newly_children", "Children newly within reach", result, provenance())
    assert more.frame["newly_children"].to_list()[::2] == [0.0, 40.0]
    assert more.frame["newly_children"].isna().to_list() == [False, True, False]
    assert more.status["newly_children"].astype(str).to_list() == ["modelled", "missing", "modelled"]
    assert more.dictionary["newly_children"].kind is Kind.COUNT
    assert "newly_children" not in data.frame


def test_a_result_of_other_codes_or_under_a_name_that_is_taken_is_refused() -> None:
    data = wards_of({"a": [1, 2, 3]})
    with pytest.raises(GeographyError, match="are not wards here: E05000009"):
        with_column(data, "b", "B", pd.Series({"E05000009": 1.0}), provenance())
    with pytest.raises(GeographyError, match="stand twice"):
        with_column(data, "b", "B", pd.Series([1.0, 2.0], ["E05000001"] * 2), provenance())
    with pytest.raises(SourceError, match="a column a already"):
        with_column(data, "a", "A", pd.Series({"E05000001": 1.0}), provenance())
