"""What has changed since types were kept: areas, flows, names and the data itself."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from kinds_apart import composites_from, kinds_apart

from models import type_structure
from models.type_changes import changes_of
from models.type_ground import TypesGround, ground_of
from models.types import Types, types_from, types_of

DRAWS = 2


@pytest.fixture(scope="module", autouse=True)
def few_clouds() -> Iterator[None]:
    """Whether there are kinds of place at all is not looked at here, and takes longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type_structure, "REFERENCES", 2)
        yield


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return kinds_apart(100, 4, 5.0, seed=2)[0]


@pytest.fixture(scope="module")
def ground(frame: pd.DataFrame) -> TypesGround:
    return ground_of(composites_from(frame), draws=DRAWS)


@pytest.fixture(scope="module")
def types(ground: TypesGround) -> Types:
    return types_from(ground, 4)


@pytest.fixture(scope="module")
def again(types: Types, frame: pd.DataFrame) -> Types:
    """The types of the same areas in another order, that follow those."""
    return types_of(composites_from(frame.iloc[::-1]), draws=DRAWS, before=types.frozen)


def test_types_that_follow_themselves_need_not_be_fitted_anew(ground: TypesGround, again: Types) -> None:
    kept = types_from(ground, 4).frozen
    found = types_from(replace(ground, earlier=kept))
    pd.testing.assert_frame_equal(found.frame[["type", "second"]], again.frame[["type", "second"]])
    assert (found.k, found.chosen, found.names) == (again.k, again.chosen, again.names)


def test_on_the_same_data_nothing_has_changed(types: Types, again: Types, frame: pd.DataFrame) -> None:
    found = changes_of(types.frozen, again, composites_from(frame))
    assert found.frame.empty
    assert (found.same, found.both, found.added, found.gone) == (100, 100, 0, 0)
    assert found.sentence == "All 100 areas have the same type and name as when types were kept."
    assert (np.diag(found.flows).sum(), found.flows.to_numpy().sum()) == (100, 100)
    assert found.drift is not None
    assert not found.drift.large
    pd.testing.assert_series_equal(again.frame["type"], types.frame["type"])


def test_areas_that_changed_came_and_went_are_told_apart(types: Types, frame: pd.DataFrame) -> None:
    letters = types.frame["type"]
    one = letters[letters == "A"].index[0]
    like = letters[letters == "D"].index[0]
    later = frame.drop(index=letters.index[-1])
    later.loc[one] = later.loc[like]
    later.loc["E0199999"] = later.iloc[0]
    now = types_of(composites_from(later), k=4, draws=DRAWS, before=types.frozen)
    found = changes_of(types.frozen, now, composites_from(later))
    assert found.frame.loc[one].to_dict() == {"then": "A", "now": "D", "as_then": "D"}
    assert found.same + len(found.frame) == found.both == 99
    assert (found.added, found.gone) == (1, 1)
    assert found.flows.loc["A", "D"] >= 1
    assert found.flows.to_numpy().sum() == 99
    assert "1 has a type that had none then." in found.sentence
    assert "1 that had one has none now, or is not in this build." in found.sentence


def test_another_name_is_a_change_too(types: Types, frame: pd.DataFrame) -> None:
    kept = replace(types.frozen, names={letter: f"Old {letter}" for letter in "ABCD"})
    found = changes_of(kept, types, composites_from(frame))
    assert (found.same, len(found.frame)) == (0, 100)


def test_a_type_that_was_only_a_letter_and_now_has_a_name_is_the_same(
    types: Types, frame: pd.DataFrame
) -> None:
    assert types.frozen.names["A"] == "Type A"
    named = replace(types, names={letter: f"New {letter}" for letter in "ABCD"})
    assert changes_of(types.frozen, named, composites_from(frame)).same == 100


def test_types_of_another_place_are_said(types: Types, frame: pd.DataFrame) -> None:
    elsewhere = frame.set_axis([f"W0100{n:04}" for n in range(len(frame))])
    now = replace(types, frame=types.frame.set_axis(elsewhere.index))
    found = changes_of(types.frozen, now, composites_from(elsewhere))
    assert found.both == 0
    assert found.sentence.startswith("None of the areas had a type when types were kept")


def test_data_without_a_composite_cannot_be_laid_over(types: Types, frame: pd.DataFrame) -> None:
    less = composites_from(frame.assign(need=np.nan))
    found = changes_of(types.frozen, types, less)
    assert found.drift is None
    assert "composites that this data lacks: Need" in found.fault
    assert (found.same, found.both) == (100, 100)
