"""Greater Manchester: what rules and portraits say of a neighbourhood is what published figures say."""

import numpy as np
import pandas as pd
import pytest

from data.operating_models import NOT_ENOUGH_DATA
from geo.builds import Build
from models.composites import Composites
from models.need import overlay_need
from models.operating_models import OperatingModels, operating_models_of
from models.places_laid import lay_places
from models.type_compare import compare_types
from models.type_inputs import inputs_of
from models.type_letters import first_letters
from models.type_pipeline import one_thread, type_pipeline
from models.type_portraits import Portrait, portraits_of, sentences_of_area
from models.type_stability import nearest
from models.words import percent


@pytest.fixture(scope="module")
def models(gm_composites: Composites) -> OperatingModels:
    return operating_models_of(gm_composites)


@pytest.fixture(scope="module")
def types(gm_composites: Composites) -> pd.Series:
    """Five types, so that a portrait of each can be read."""
    frame = inputs_of(gm_composites).frame
    with one_thread():
        pipeline = type_pipeline(5).fit(frame.dropna().to_numpy())
    at = nearest(pipeline, frame)
    letters = first_letters(frame["need"].groupby(at).mean())
    return pd.Series([letters[n] for n in at], index=frame.index, dtype="str")


@pytest.fixture(scope="module")
def portraits(gm_build: Build, gm_composites: Composites, types: pd.Series) -> dict[str, Portrait]:
    return dict(portraits_of(gm_composites, types, lay_places(overlay_need(gm_build.areas), gm_build)))


def test_every_composite_is_there_and_what_is_not_counted_is_said(
    gm_build: Build, gm_composites: Composites, models: OperatingModels
) -> None:
    assert gm_composites.left_out == {}
    assert gm_composites.frame.drop(columns="demand").notna().all().all()
    assert "known better in some councils than in others" in gm_composites.sources["access"]
    councils = gm_composites.frame["assets"].groupby(gm_build.areas.frame["la_code"]).median()
    assert councils.max() < 2 * councils.min()
    assert [words.split("”")[0] for words in models.left_out] == ["“Reach out"]


def test_no_way_of_working_has_everything(models: OperatingModels) -> None:
    assert sum(models.counts.values()) == 1_702
    ways = [model.id for model in models.rules.models]
    assert set(ways) <= set(models.counts)
    assert max(models.counts.values()) < 0.4 * 1_702
    assert models.frame["fits"].mean() > 0.65
    lacking = models.frame.index[models.frame["model"] == NOT_ENOUGH_DATA]
    assert len(lacking) < 0.05 * 1_702


def test_the_rules_agree_with_published_ranks(gm_build: Build, models: OperatingModels) -> None:
    rank = gm_build.areas.frame["need_imd_rank"].groupby(models.frame["model"]).median()
    assert rank["build_and_anchor"] < rank["grow"] < rank["universal"]
    assert rank["coordinate"] < rank["grow"]


def test_portraits_read_true_against_the_figures(
    gm_build: Build, gm_composites: Composites, types: pd.Series, portraits: dict[str, Portrait]
) -> None:
    areas, weights = gm_build.areas.frame, gm_composites.weights
    deprived = {column: 33_755 - areas[column] for column in ("need_imd_rank", "need_idaci_rank")}
    figures = {
        "need": deprived["need_imd_rank"],
        "young": areas["pop_0_15"] / areas["pop_total"],
        "rurality": areas.geometry.area / areas["pop_total"],
        "demand": areas["demand_children_36m"] / areas["demand_children_36m_expected"],
    }

    def mean(values: pd.Series, which: pd.Series) -> float:
        known = which & values.notna()
        return float(np.average(values[known], weights=weights[known]))

    everywhere = pd.Series(True, areas.index)
    told = 0
    for letter, portrait in portraits.items():
        mine = types == letter
        assert portrait.areas == mine.sum()
        for trait in portrait.traits:
            if trait.composite.id in figures and trait.level.split()[0] in ("much", "higher", "lower"):
                values = figures[trait.composite.id]
                assert trait.level.endswith("higher") == (mean(values, mine) > mean(values, everywhere))
                told += 1
        share = mean(deprived["need_idaci_rank"], mine) / 33_755
        assert f"higher than in {share:.0%} of England's small areas" in portrait.sentences[-1]
    assert told >= 6
    assert portraits["A"].name.startswith("High need")
    assert portraits["E"].name.startswith("Low need")


def test_types_agree_loosely_with_the_rules(types: pd.Series, models: OperatingModels) -> None:
    agreement = compare_types(types, models)
    assert agreement is not None
    assert 0.15 < agreement.rand < 0.6
    assert agreement.usual["E"] == "universal"


def test_the_sentences_of_five_areas_read_true(
    gm_build: Build, gm_composites: Composites, types: pd.Series
) -> None:
    areas = lay_places(overlay_need(gm_build.areas), gm_build)
    frame, weights = areas.frame, gm_composites.weights
    kinds = ["library", "health", "food"]
    near = frame[[f"access_{kind}_share" for kind in kinds]].mean(axis=1) * 100
    for letter in "ABCDE":
        code = str(types.index[types == letter][100])
        row = frame.loc[code]
        text = " ".join(sentences_of_area(gm_composites, code, areas))
        expected = {
            "Need": f"{row['need_index_score']:.0f} on a scale of 100",
            "Services nearby": f"within reach of {near[code]:.0f}% of homes, against "
            f"{np.average(near, weights=weights):.0f}%",
            "Open land": f"{row.geometry.area / 1e4 / row['pop_total'] * 100:.1f} hectares of land",
            "Young families": f"{row['pop_child_share']:.1%} of everyone are children",
        }
        told = {label: words for label, words in expected.items() if f"{label}: " in text}
        assert len(told) >= 2
        for label, words in told.items():
            sentence = text.split(f"{label}: ")[1].split(").")[0]
            assert words in sentence or "by how far the nearest of each kind is" in sentence
        worse = (33_755 - row["need_idaci_rank"]) / 33_755
        assert f"Child poverty (IDACI) is higher than in {percent(worse)} of England's small areas." in text
