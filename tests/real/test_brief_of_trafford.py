"""The briefing of a real ward: its figures are those of the published files, and nothing is made up."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.build_folder import build_folder
from geo.builds import Build
from models.briefing import Brief
from models.levels import Level
from tests.conftest import build_once
from tests.small_profiles import Elements
from views import session
from views.brief_html import write_html
from views.briefs import brief_of_area

pytestmark = pytest.mark.real

WARD = "E05015244"


@pytest.fixture(scope="module")
def trafford(greater_manchester: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build_once(
        tmp_path_factory, "trafford_brief", lambda out: build_folder(greater_manchester, out, "Trafford")
    )


@pytest.fixture(scope="module")
def brief(trafford: Build) -> Brief:
    return brief_of_area(trafford, Level.WARD, WARD)


def test_a_ward_of_trafford_is_briefed_with_its_small_areas_and_sources(
    trafford: Build, brief: Brief
) -> None:
    assert brief.title == "Bucklow-St Martins"
    assert not brief.imprint.invented
    assert brief.imprint.made == date.today()
    areas = trafford.areas.frame
    members = areas.index[areas["ward_code"] == WARD]
    (table,) = (one for one in brief.tables if one.title.startswith("Small areas"))
    rows = pd.DataFrame([[c.value if c.value is not None else c.words for c in row] for row in table.cells])
    assert sorted(rows[1]) == sorted(members)
    children = session.data_at(trafford, Level.AREA).frame.loc[rows[1], "pop_0_17"].round()
    assert list(rows[6]) == list(children)
    published = {source.title.split(",")[0] for source in brief.sources}
    assert any("indices of deprivation" in title for title in published)
    text = Elements(write_html(brief)).text
    assert "Open Government Licence" in text
    assert "is not a real place" not in text
