"""Types of neighbourhoods: what is made, what stays, what is said, and the frozen model."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kinds_apart import IDS, composites_from, kinds_apart

from data.errors import AtlasError, SourceError
from data.provenance import Tier
from models.type_drift import drift_of
from models.type_findings import name_types
from models.type_frozen import load_types, place, save_types, score_types
from models.type_inputs import TooFewAreas, inputs_of
from models.type_portraits import Portrait
from models.type_stability import crossed, rand_of
from models.types import Types, types_of

DRAWS = 6


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Two hundred areas of five kinds; one lacks two composites, one nearly all."""
    made = kinds_apart(200, 5, 5.0, seed=3)[0]
    made.iloc[7, [3, 4]] = np.nan
    made.iloc[8, 2:] = np.nan
    return made


@pytest.fixture(scope="module")
def types(frame: pd.DataFrame) -> Types:
    return types_of(composites_from(frame), draws=DRAWS)


def test_the_kinds_come_out(types: Types, frame: pd.DataFrame) -> None:
    kind = kinds_apart(200, 5, 5.0, seed=3)[1]
    has = types.frame["type"].notna()
    labels = types.frame.loc[has, "type"].map({letter: at for at, letter in enumerate("ABCDE")})
    assert types.k == 5
    assert not types.structure.one
    assert rand_of(crossed(kind[has].to_numpy(), labels.to_numpy(), 5, 5)) > 0.85
    assert types.frame.index.equals(frame.index)
    assert types.tier is Tier.INTERNAL


def test_the_letters_go_down_with_need(types: Types) -> None:
    assert types.centres.index.tolist() == list("ABCDE")
    assert types.centres["need"].is_monotonic_decreasing
    assert types.names == {letter: f"Type {letter}" for letter in "ABCDE"}


def test_silhouette_is_shown_and_does_not_decide(types: Types) -> None:
    assert types.by_k.index.tolist() == list(range(2, 11))
    assert types.by_k.loc[4:7, "stability"].idxmax() == types.k
    assert types.by_k["silhouette"].between(-1, 1).all()


def test_every_area_has_its_type_its_second_and_how_sure(types: Types) -> None:
    known = types.frame[types.frame["type"].notna()]
    assert (known["type"] != known["second"]).all()
    assert known[["margin", "share"]].apply(lambda c: c.between(0, 1)).all(axis=None)
    assert known["between"].equals((known["margin"] < 0.1) | (known["share"] < 0.75))
    assert np.allclose(types.membership.loc[known.index].sum(axis=1), 1.0)


def test_an_area_that_lacks_a_composite_is_placed_by_the_others_and_one_that_lacks_most_is_not(
    types: Types,
) -> None:
    some, most = types.frame.iloc[7], types.frame.iloc[8]
    assert (some["known"], most["known"]) == (5, 2)
    assert isinstance(some["type"], str)
    assert pd.isna(most["type"])
    assert pd.isna(most["share"])
    assert not most["between"]
    assert "they lack others: 1 of the areas" in " ".join(types.caveats)
    assert "too few composites: 1 of the areas" in " ".join(types.caveats)


def test_the_order_of_rows_does_not_matter(frame: pd.DataFrame) -> None:
    mixed = inputs_of(composites_from(frame.sample(frac=1.0, random_state=2)))
    pd.testing.assert_frame_equal(mixed.frame, inputs_of(composites_from(frame)).frame)


def test_a_refresh_keeps_types_and_names(types: Types, frame: pd.DataFrame) -> None:
    """One area in twenty takes the composites of another; another seed, and another order of rows."""
    named = replace(types.frozen, names={letter: f"Kind {letter}" for letter in "ABCDE"})
    changed = frame.copy()
    hit = np.arange(0, 200, 20)
    changed.iloc[hit] = frame.iloc[(hit + 33) % 200].to_numpy()
    later = types_of(
        composites_from(changed.sample(frac=1.0, random_state=2)), seed=9, before=named, draws=DRAWS
    )
    others = types.frame["type"].notna() & ~types.frame.index.isin(frame.index[hit])
    assert (later.frame["type"] == types.frame["type"])[others].mean() >= 0.9
    assert later.names == named.names
    assert "as last time" in later.chosen


def test_a_model_is_the_same_after_a_file(types: Types, frame: pd.DataFrame, tmp_path: Path) -> None:
    save_types(types.frozen, tmp_path / "types.json")
    model = load_types(tmp_path / "types.json")
    assert model == types.frozen
    scored = score_types(model, composites_from(frame.iloc[:30]))
    pd.testing.assert_series_equal(scored["type"], types.frame["type"].iloc[:30])
    assert place(model, frame.iloc[[8]])["type"].isna().all()


def test_drift_is_nothing_on_the_same_data_and_told_where_it_moved(types: Types, frame: pd.DataFrame) -> None:
    still = drift_of(types.frozen, composites_from(frame))
    assert not still.large
    assert still.apart == pytest.approx(1.0)
    assert still.frame["moved"].abs().max() < 0.1
    assert still.frame["outside"].max() <= 0.02
    assert np.allclose(still.sizes["then"], still.sizes["now"])
    moved = drift_of(
        types.frozen, composites_from(frame.assign(need=frame["need"] + 9 * frame["need"].std()))
    )
    assert moved.large
    assert moved.frame["moved"].abs().idxmax() == "need"
    assert moved.frame.loc["need", "outside"] > 0.9
    assert "(Need)" in moved.sentence


def test_drift_is_told_where_areas_lie_further_from_their_types(types: Types, frame: pd.DataFrame) -> None:
    wide = drift_of(types.frozen, composites_from(frame.mean() + (frame - frame.mean()) * 3))
    assert wide.frame["moved"].abs().max() < 0.5
    assert wide.apart > 2
    assert wide.large
    assert "times as far from it" in wide.sentence


def test_an_area_without_a_type_is_no_drift(frame: pd.DataFrame) -> None:
    odd = frame.copy()
    odd.iloc[:20, 3:] = np.nan
    odd.iloc[:20, :2] += 30.0
    model = types_of(composites_from(odd), k=5, draws=1).frozen
    assert drift_of(model, composites_from(odd)).frame["moved"].abs().max() == pytest.approx(0.0, abs=1e-9)


def test_a_model_of_composites_that_the_data_lacks_is_refused(types: Types, frame: pd.DataFrame) -> None:
    with pytest.raises(SourceError, match="that this data lacks: Need"):
        score_types(types.frozen, composites_from(frame.drop(columns="need")))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 99}, "not a model of types of format 1"),
        ({"centres": [[1.0]]}, "centres is not one row for each"),
        ({"low": ["a"]}, "low is not 7 numbers"),
        ({"spread": [0.0] * 7}, "a spread is not above 0"),
        ({"tier": "open"}, "tier is not internal or shared"),
        ({"letters": "A"}, "letters is not a list of words"),
        ({"assigned": {"E01000001": "Q"}}, "letters that are not there"),
        ({"shares": {"A": "x"}}, "shares are not one number a letter"),
        ({"apart": None}, "apart is not a number"),
    ],
)
def test_a_file_that_is_not_a_whole_model_is_refused(
    types: Types, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    path = tmp_path / "types.json"
    save_types(types.frozen, path)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        load_types(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match="is not JSON"):
        load_types(path)


def test_types_are_named_after_their_portraits_and_keep_their_names(types: Types) -> None:
    drawn = {k: Portrait(k, f"Name {k}", (), (), 0, 0.0, (), ()) for k in types.names}
    assert name_types(types, drawn, None).names == {k: f"Name {k}" for k in types.names}
    kept = replace(types.frozen, names={**types.frozen.names, "B": "Old", "C": "Name A"})
    names = name_types(types, drawn, kept).names
    assert [names[k] for k in "ABC"] == ["Name A (A)", "Old", "Name A"]
    assert len(set(names.values())) == types.k


def test_types_that_hardly_come_out_again_are_not_named(types: Types) -> None:
    drawn = {k: Portrait(k, f"Name {k}", (), (), 0, 0.0, (), ()) for k in types.names}
    unsure = replace(types, by_k=types.by_k.assign(stability=0.55))
    named = name_types(unsure, drawn, None)
    assert named.names == {k: f"Type {k}" for k in types.names}
    assert named.frozen.names == named.names
    assert name_types(types, drawn, named.frozen).names["A"] == "Name A"


def test_fewer_than_sixty_areas_are_left_to_the_rules(frame: pd.DataFrame) -> None:
    with pytest.raises(TooFewAreas, match="There are 59 areas, and types take at least 60"):
        types_of(composites_from(frame.iloc[:59]))
    few = frame.assign(need=frame["need"].where(np.arange(200) % 5 > 0)).iloc[:75]
    with pytest.raises(TooFewAreas, match="58 different areas that have every composite"):
        types_of(composites_from(few))


def test_a_constant_a_repeated_and_an_empty_composite_are_left_out_and_said(frame: pd.DataFrame) -> None:
    odd = frame.assign(
        assets=4.0, access=2.0 * frame["need"] + 1.0, demand=np.nan, young=frame["need"] - frame["trend"]
    )
    inputs = inputs_of(composites_from(odd))
    assert list(inputs.frame) == ["need", "trend", "rurality"]
    assert "same in every area" in inputs.left_out["assets"]
    assert inputs.left_out["access"] == "It says what Need says already."
    assert inputs.left_out["demand"] == "No area has it."
    assert inputs.left_out["young"] == "It follows from the composites before it together."
    sparse = frame.assign(trend=frame["trend"].where(np.arange(200) % 2 > 0))
    assert inputs_of(composites_from(sparse)).left_out["trend"].startswith("Only 99 of 200 areas")


def test_composites_of_which_none_is_left_say_why(frame: pd.DataFrame) -> None:
    with pytest.raises(AtlasError, match=r"0 can be used\. Need: It is the same in every area"):
        types_of(composites_from(pd.DataFrame(1.0, index=frame.index, columns=IDS)))
    with pytest.raises(AtlasError, match=r"0 can be used\. Need: No area has it"):
        types_of(composites_from(pd.DataFrame(np.nan, index=frame.index, columns=IDS)))
    with pytest.raises(AtlasError, match=r"1 can be used.*It says what Need says already"):
        types_of(composites_from(pd.DataFrame(dict.fromkeys(IDS, frame["need"]))))


def test_what_cannot_be_asked_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(AtlasError, match="11 types were asked for"):
        types_of(composites_from(frame), k=11)
    with pytest.raises(AtlasError, match="not above 0: Need"):
        types_of(composites_from(frame), weights={"need": 0.0})
    with pytest.raises(AtlasError, match="of no composite: needs"):
        types_of(composites_from(frame), weights={"needs": 2.0})
    with pytest.raises(AtlasError, match="more than once"):
        types_of(composites_from(pd.concat([frame, frame.iloc[:1]])))
    with pytest.raises(AtlasError, match="infinite"):
        types_of(composites_from(frame.assign(need=np.inf)))
