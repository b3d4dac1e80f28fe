"""Factors at the end of assessment: shares of episodes, markers that are never 0, and England beside them."""

import pandas as pd
import pytest

from geo.builds import Build
from geo.series import COLUMNS
from models.assessment_factors import ENGLAND, Factors, factors_of

HERE = "E08000009"
FIGURES = {
    "2019": {"Episodes_with_assessment_factor": 800, "Neglect": 80, "Gangs": 8, "Physical_Abuse_unknown": 90},
    "2024": {"Episodes_with_assessment_factor": 900, "Neglect": 100, "Gangs": 9, "Physical_Abuse_unknown": 3},
    "2025": {
        "Episodes_with_assessment_factor": 1_000,
        "Neglect": 300,
        "Mental_Health_parent": 250,
        "Other": 500,
        "Gangs": "c",
        "Physical_Abuse_unknown": 0,
    },
}
OF_ENGLAND = {
    "2025": {
        "Episodes_with_assessment_factor": 10_000,
        "Neglect": 1_500,
        "Mental_Health_parent": 3_000,
        "Other": 2_000,
        "Gangs": 100,
        "Physical_Abuse_unknown": 0,
    }
}


def series(figures: dict[str, dict[str, float | str]] = FIGURES, code: str = HERE) -> pd.DataFrame:
    rows = []
    for area, name, years in ((code, "Elmham", figures), (ENGLAND, "England", OF_ENGLAND)):
        for period, cells in years.items():
            for measure, cell in cells.items():
                number = None if isinstance(cell, str) else float(cell)
                marker = cell if isinstance(cell, str) else None
                rows.append(("c3.csv", period, "level", area, name, measure, number, marker))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({c: "string" for c in COLUMNS if c != "value"} | {"value": "float64"})


def found_in(frame: pd.DataFrame, code: str = HERE) -> Factors:
    found = factors_of(frame, code)
    assert found is not None
    return found


def test_shares_are_of_episodes_with_a_factor_and_stand_beside_england() -> None:
    found = found_in(series())
    assert (found.council, found.period, found.since, found.episodes) == ("Elmham", "2025", "2019", 1_000)
    assert found.frame.index.tolist() == ["Other", "Neglect", "Mental_Health_parent", "Gangs"]
    row = found.frame.loc["Neglect"]
    assert row["share"] == pytest.approx(0.3)
    assert row["england"] == pytest.approx(0.15)
    assert row["times"] == pytest.approx(2.0)
    assert row["change"] == pytest.approx(0.2)
    words = "".join(part.text for part in found.sentence)
    assert words == (
        "Elmham’s assessments most often name neglect (30%) and mental health of a parent or carer (25%) in "
        "the year to March 2025. Neglect is named 2.0 times as often as in England."
    )


def test_a_marker_is_no_number_and_is_kept_and_said() -> None:
    found = found_in(series())
    row = found.frame.loc["Gangs"]
    assert row["marker"] == "c"
    assert row[["episodes", "share", "times", "change"]].isna().all()
    assert found.caveats[-1] == "1 of 4 factors have no published number. That is not the same as none."


def test_a_factor_that_is_counted_no_more_is_left_out_and_a_new_one_has_no_change() -> None:
    found = found_in(series())
    assert "Physical_Abuse_unknown" not in found.frame.index
    assert pd.isna(found.frame.at["Mental_Health_parent", "change"])


def test_one_year_alone_has_no_change_and_no_factor_is_said() -> None:
    alone = found_in(series({"2025": FIGURES["2025"]}))
    assert alone.since == ""
    assert alone.frame["change"].isna().all()
    hidden = found_in(series({"2025": {"Episodes_with_assessment_factor": 7, "Gangs": "c"}}))
    assert hidden.sentence[0].text == "No factor of Elmham’s assessments has a published number"


def test_it_does_not_depend_on_the_order_of_rows() -> None:
    one, other = found_in(series()), found_in(series().sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(one.frame, other.frame)


def test_a_council_without_such_figures_has_none(northmere_build: Build) -> None:
    assert factors_of(series(), "E08000001") is None
    assert factors_of(series().iloc[:0], HERE) is None
    code = northmere_build.areas.frame["la_code"].iloc[0]
    assert factors_of(northmere_build.series, code) is None
