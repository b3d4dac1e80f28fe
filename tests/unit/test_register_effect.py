"""The effect of a change of the register: what it did for children, in a sentence that is true."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import shapely

from data.register.records import Place, State
from geo.area_table import AreaTable
from geo.builds import Build
from geo.nearest import minutes_to_nearest
from geo.places import Places
from geo.register_places import places_of
from geo.travel_words import method_words
from models.explain import Explanation
from models.near_places import Measure, changed_kinds, on_foot
from models.register_effect import NOTHING, OUT_OF_REACH, WITHHELD, effect_of, effect_of_place
from tests.small_builds import HOSTILE, make_areas, make_build, parts_of
from tests.small_register import LONG_AGO, TODAY, Given, place_in, service

CHILDREN = [100.0, 200.0, 1_000.0, 40.0, 5.0, 1.0, 0.0, 10.0]
DECILES = [1.0, 1.0, 4.0, 5.0, 10.0, 1.0, 2.0, 3.0]
AREAS = make_areas({"pop_0_17": CHILDREN, "need_idaci_decile": DECILES})
CODES = list(AREAS.frame.index)
ROW = CODES[:4]
"""Four squares of a kilometre beside each other; four more stand above them."""

WALK = "within 10 minutes’ walk"
NEAR = Measure(10.0, WALK, method_words(parts_of(AREAS)), minutes_to_nearest)
"""Some 600 m in a straight line."""


def build_of(areas: AreaTable, folder: Path) -> Build:
    return make_build(folder / "build", areas)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build_of(AREAS, tmp_path_factory.mktemp("of"))


def places(build: Build, *rows: Place) -> Places:
    return places_of(Given(rows), build, TODAY, 12)


def at(number: int, name: str = "Pantry", kind: str = "food", **more: object) -> Place:
    return place_in(AREAS, CODES[number], f"{name} {number}", kind, **more)


def told(before: Places, after: Places, build: Build) -> str:
    return effect_of(before, after, build, NEAR).text


def test_new_help_is_said_in_children_areas_and_the_most_deprived_tenth(build: Build) -> None:
    found = effect_of(places(build), places(build, at(0), at(1), at(2)), build, NEAR)
    assert found.text == (
        "1,300 children in three areas now have a food bank or pantry within 10 minutes’ walk; "
        "300 of them live in the most deprived tenth."
    )
    assert [part.text for part in found.sentence if part.bold] == ["1,300 children"]
    assert found.caveats == (
        "Minutes are along straight lines made 1.3 times as long, at 4.8 km an hour: rivers and railways are "
        "not seen.",
        "Counted are all children aged 0–17 who live in these areas (2025 figures).",
        "The most deprived tenth is that of England’s small areas, by income deprivation affecting "
        "children (IDACI).",
    )


def test_near_is_what_is_within_reach(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after, alone = places(build), places(build, at(2, kind="library")), make_alone(build)
    assert effect_of(before, after, alone).text.startswith(
        "1,000 children in one area now have a library within 15 minutes’ walk"
    )
    monkeypatch.setenv("ATLAS_REACH_MIN", "20")  # 1 km is 16 minutes away.
    assert effect_of(before, after, alone).text.startswith(
        "1,240 children in three areas now have a library within 20 minutes’ walk"
    )


def test_an_area_that_gains_in_part_counts_by_the_share_of_its_homes(build: Build) -> None:
    mine = (build.starts["area_code"] == CODES[2]).to_numpy()
    two = build.starts[mine].iloc[[0, 0]].assign(weight=[0.25, 0.75])
    here = two.geometry.iloc[0]
    two.geometry = [here, shapely.Point(here.x, here.y + 700)]
    parted = replace(build, starts=pd.concat([build.starts[~mine], two], ignore_index=True))
    found = effect_of(places(build), places(build, at(2), at(0)), parted, NEAR)
    assert found.text.startswith("350 children in two areas now have a food bank or pantry")
    assert "; 100 of them live in the most deprived tenth." in found.text
    assert found.caveats[1].endswith("; of an area that is concerned in part, by the share of its homes.")
    back = effect_of(places(build, at(2), at(0)), places(build, at(0)), parted, NEAR)
    assert back.text.startswith("250 children in one area no longer have a food bank or pantry")


def test_the_measure_is_on_foot_by_the_means_of_the_build(build: Build) -> None:
    measure = on_foot(build)
    assert (measure.near, measure.within) == (15.0, "within 15 minutes’ walk")
    assert "straight lines" in measure.method


def make_alone(build: Build) -> Build:
    """The first row alone: the third square with its neighbours to both sides."""
    areas = AREAS.select("E08000001")
    mine = replace(areas, frame=areas.frame.loc[ROW], status=areas.status.loc[ROW])
    return replace(build, areas=mine)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (0, "100 children in one area now have {}; all of them live in the most deprived tenth."),
        (2, "1,000 children in one area now have {}; none of them live in the most deprived tenth."),
        (5, "1 child in one area now has {}, and lives in the most deprived tenth."),
        (6, "One area now has {}."),
    ],
)
def test_few_are_said_in_words_that_fit(build: Build, number: int, sentence: str) -> None:
    expected = sentence.format("a food bank or pantry within 10 minutes’ walk")
    assert told(places(build), places(build, at(number)), build) == expected


def test_one_child_of_several_lives_there(build: Build) -> None:
    after = places(build, at(5), at(4))
    assert told(places(build), after, build).endswith("; 1 of them lives in the most deprived tenth.")


def test_what_is_taken_away_is_said(build: Build) -> None:
    both, one = places(build, at(0), at(2)), places(build, at(2))
    assert told(both, one, build) == (
        "100 children in one area no longer have a food bank or pantry within 10 minutes’ walk; "
        "all of them live in the most deprived tenth."
    )


def test_a_move_gives_to_some_and_takes_from_others(build: Build) -> None:
    assert told(places(build, at(0)), places(build, at(2)), build) == (
        "1,000 children in one area now have a food bank or pantry within 10 minutes’ walk; none of them "
        "live in the most deprived tenth. 100 children in one area no longer have one so near; all of them "
        "live in the most deprived tenth."
    )


def test_where_nobody_gains_or_loses_what_comes_closer_is_said(build: Build) -> None:
    before = places(build, at(0))
    beside = at(0, "Second")
    assert told(before, places(build, at(0), beside), build) == (
        "No area gains or loses a food bank or pantry within 10 minutes’ walk."
    )
    between = at(2, "Lonely", northing_m=AREAS.frame.total_bounds[1] - 400)
    text = told(before, places(build, at(0), between), build)
    assert text.startswith("No area gains or loses a food bank or pantry within 10 minutes’ walk; for 1,0")
    assert text.endswith("the nearest is closer than before.")
    assert "further away than before" in told(places(build, at(0), between), before, build)


def test_nothing_changes_no_figure(build: Build) -> None:
    one = places(build, at(0))
    renamed = places(build, replace(at(0), name=HOSTILE))
    assert effect_of(one, renamed, build, NEAR) == Explanation(effect_of(one, one, build, NEAR).sentence, ())
    assert told(one, renamed, build) == NOTHING.format("has changed")


def test_a_confirmation_that_brings_a_place_back_counts(build: Build) -> None:
    before = places(build, at(0, last_confirmed=LONG_AGO))
    after = places(build, at(0, last_confirmed=TODAY))
    assert told(before, after, build).startswith("100 children in one area now have")
    assert told(before.all_counted, after.all_counted, build) == NOTHING.format("has changed")


def test_several_kinds_each_have_a_sentence_the_most_children_first(build: Build) -> None:
    after = places(
        build, at(0), at(2, "Hub", "library", services=(service("advice"),)), at(3, "Hall", "faith")
    )
    text = told(places(build), after, build)
    sentences = text.split(". ")
    assert len(sentences) == 4
    assert sentences[0].startswith("1,000 children in one area now have a library")
    assert sentences[1].startswith("1,000 children in one area now have an advice")
    assert sentences[2].startswith("100 children in one area now have a food bank")
    assert sentences[3] == "Changed, too: places of worship."


def test_other_places_are_counted_and_not_measured(build: Build) -> None:
    text = told(places(build), places(build, at(0, kind="other")), build)
    assert text == "Other places: 0 before, 1 after; how near they are is not told."
    assert effect_of(places(build), places(build, at(0, kind="other")), build, NEAR).caveats == ()


@pytest.mark.parametrize(
    ("values", "sentence", "caveat"),
    [
        (
            {"need_idaci_decile": DECILES},
            "Two areas now have {}; 1 of them lies in the most deprived tenth.",
            "No number of children was loaded, so areas are counted.",
        ),
        (
            {"pop_0_17": [None, *CHILDREN[1:]], "need_idaci_decile": DECILES},
            "Two areas now have {}; 1 of them lies in the most deprived tenth.",
            "The number of children is not known for 1 of these 2 areas, so areas are counted.",
        ),
        (
            {"pop_0_17": CHILDREN, "need_idaci_decile": [None, *DECILES[1:]]},
            "1,100 children in two areas now have {}.",
            "How deprived 1 of these 2 areas are is not known.",
        ),
        (
            {"pop_0_15": CHILDREN, "need_imd_decile": DECILES},
            "1,100 children in two areas now have {}; 100 of them live in the most deprived tenth.",
            "The most deprived tenth is that of England’s small areas, by overall deprivation (IMD).",
        ),
        (
            {"pop_0_17": [None, *CHILDREN[1:]], "pop_0_15": CHILDREN},
            "1,100 children in two areas now have {}.",
            "Counted are all children aged 0–15 who live in these areas (2025 figures).",
        ),
        ({"pop_0_17": CHILDREN}, "1,100 children in two areas now have {}.", ""),
    ],
)
def test_what_is_not_known_is_not_said(
    tmp_path: Path, values: dict[str, list[float | None]], sentence: str, caveat: str
) -> None:
    build = build_of(make_areas(values), tmp_path)
    found = effect_of(places(build), places(build, at(0), at(2)), build, NEAR)
    assert found.text == sentence.format("a food bank or pantry within 10 minutes’ walk")
    assert (caveat in found.caveats) is bool(caveat)


def test_a_place_says_before_it_is_published_what_it_would_do(build: Build) -> None:
    draft = replace(at(1), state=State.SUBMITTED, last_confirmed=None)
    found = effect_of_place(draft, build, places(build, at(0)), TODAY, measure=NEAR)
    assert found.text == (
        "If published: 200 children in one area would then have a food bank or pantry within 10 minutes’ "
        "walk; all of them live in the most deprived tenth."
    )


def test_a_place_that_is_there_already_is_changed_and_not_added(build: Build) -> None:
    before = places(build, at(0, services=(service("library"),)))
    moved = replace(at(1), id="id-Pantry 0")
    text = effect_of_place(moved, build, before, TODAY, measure=NEAR).text
    assert "200 children in one area would then have a food bank" in text
    assert "100 children in one area would no longer have one so near" in text
    assert "100 children in one area would no longer have a library" in text


def test_a_merge_says_what_it_would_do(build: Build) -> None:
    before = places(build, at(0), at(2))
    merged = effect_of_place(at(0), build, before, TODAY, gone=["id-Pantry 2"], measure=NEAR)
    assert merged.text.startswith("If published: 1,000 children in one area would no longer have a food bank")


@pytest.mark.parametrize("wrong", [{"confidential": True}, {"held": "the word refuge"}])
def test_where_a_withheld_place_lies_is_not_told_by_its_effect(
    build: Build, wrong: dict[str, object]
) -> None:
    found = effect_of_place(at(0, **wrong), build, places(build), TODAY, measure=NEAR)
    assert found.text == WITHHELD


def test_a_place_beyond_the_areas_helps_across_the_border_or_is_said_to_be_too_far(build: Build) -> None:
    west, south, *_ = AREAS.frame.total_bounds
    across = at(0, easting_m=west - 50, northing_m=south + 500)
    found = effect_of_place(across, build, places(build), TODAY, measure=NEAR)
    assert "100 children in one area would then have" in found.text
    far = at(0, easting_m=west - 9_000)
    assert effect_of_place(far, build, places(build), TODAY).text == OUT_OF_REACH


def test_another_measure_takes_the_place_of_a_walk(build: Build) -> None:
    minutes = Measure(
        15.0,
        "within 15 minutes by tram",
        "Trams are on time.",
        lambda build, ids: NEAR.far(build, ids) / 3,
    )
    found = effect_of(places(build), places(build, at(0)), build, minutes)
    assert "now have a food bank or pantry within 15 minutes by tram" in found.text
    assert found.caveats[0] == "Trams are on time."


def test_only_kinds_that_changed_are_looked_at(build: Build) -> None:
    before = places(build, at(0), at(1, "Hall", "library"))
    after = places(build, at(0), at(1, "Hall", "library"), at(2, "Shop", "advice"))
    assert changed_kinds(before, after) == ["advice"]
    assert changed_kinds(before, before) == []
