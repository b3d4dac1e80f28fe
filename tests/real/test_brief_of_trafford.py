"""The briefing of a real ward: its figures are those of the published files, and nothing is made up."""

from datetime import date

import pandas as pd
import pytest

from geo.builds import Build
from models.levels import Level
from tests.small_profiles import Elements
from views import session
from views.brief_html import write_html
from views.briefs import brief_of_area

pytestmark = pytest.mark.real

WARD = "E05015244"


def test_a_ward_of_trafford_is_briefed_with_its_small_areas_and_sources(trafford_build: Build) -> None:
    brief = brief_of_area(trafford_build, Level.WARD, WARD)
    assert brief.title == "Bucklow-St Martins"
    assert not brief.imprint.invented
    assert brief.imprint.made == date.today()
    areas = trafford_build.areas.frame
    members = areas.index[areas["ward_code"] == WARD]
    (table,) = (one for one in brief.tables if one.title.startswith("Small areas"))
    rows = pd.DataFrame([[c.value if c.value is not None else c.words for c in row] for row in table.cells])
    assert sorted(rows[1]) == sorted(members)
    children = session.data_at(trafford_build, Level.AREA).frame.loc[rows[1], "pop_0_17"].round()
    assert list(rows[6]) == list(children)
    published = {source.title.split(",")[0] for source in brief.sources}
    assert any("indices of deprivation" in title for title in published)
    text = Elements(write_html(brief)).text
    assert "Open Government Licence" in text
    assert "is not a real place" not in text
