"""Profiles of Greater Manchester against the published files; every ward is read for words that are none."""

import re
from pathlib import Path

import pandas as pd
import pytest

from geo.builds import Build
from models.levels import Level
from models.profile_sheet import Sheet
from tests.conftest import FULL_PROOFS
from tests.small_profiles import Elements
from tests.unit.test_profile_words import words_in
from views import session
from views.profile_parts import write_lines, write_places, write_points, write_similar, write_tiles

pytestmark = pytest.mark.real

ENGLAND = 33_755
SAMPLE = 60 if FULL_PROOFS else 8
LISTS = {
    "need_imd_rank": (
        "File_1_IoD2025_Index_of_Multiple_Deprivation.csv",
        "Index of Multiple Deprivation (IMD)",
    ),
    "need_idaci_rank": (
        "File_3_IoD2025_Supplementary_Indices_IDACI_and_IDAOPI.csv",
        "Income Deprivation Affecting Children Index (IDACI)",
    ),
    "need_idaopi_rank": (
        "File_3_IoD2025_Supplementary_Indices_IDACI_and_IDAOPI.csv",
        "Income Deprivation Affecting Older People (IDAOPI)",
    ),
}
NO_WORDS = re.compile(r"\b(nan|None|NaN|NA|<NA>|inf)\b")


def published(folder: Path, indicator: str) -> pd.DataFrame:
    """The published rank and decile of each area."""
    file, title = LISTS[indicator]
    plain = pd.read_csv(folder / "deprivation" / file, encoding="utf-8-sig", thousands=",", index_col=0)
    rank, decile = (next(c for c in plain if c.startswith(f"{title} {what}")) for what in ("Rank", "Decile"))
    return pd.DataFrame({"rank": plain[rank], "decile": plain[decile]})


def sheet_of(build: Build, level: Level, code: str) -> Sheet:
    found = session.find_sheet(build, level.value, code)
    assert found
    return found[0]


@pytest.mark.parametrize("code", ["E01006132", "E01034115", "E01004766"])
def test_the_lines_of_an_area_are_the_published_ranks_and_deciles(
    gm_build: Build, greater_manchester: Path, code: str
) -> None:
    lines = {line.indicator.id: line for line in sheet_of(gm_build, Level.AREA, code).lines}
    for indicator in LISTS:
        row = published(greater_manchester, indicator).loc[code]
        line = lines[indicator]
        assert line.own.value == f"{row['rank']:,}"
        assert line.own.worse_than == (ENGLAND - row["rank"]) / ENGLAND
        assert line.tenth == str(row["decile"])


def test_a_ward_counts_its_areas_in_the_published_worst_tenth(
    gm_build: Build, greater_manchester: Path
) -> None:
    lookup = pd.read_csv(
        greater_manchester / "lookups/LSOA_ward_LAD_lookup.csv", encoding="utf-8-sig", index_col="LSOA21CD"
    )
    deciles = published(greater_manchester, "need_idaci_rank")["decile"]
    by_ward = deciles.groupby(lookup["WD24CD"].reindex(deciles.index))
    for code in ("E05011351", str(by_ward.size().idxmax()), str(by_ward.size().idxmin())):
        its = by_ward.get_group(code)
        lines = {x.indicator.id: x for x in sheet_of(gm_build, Level.WARD, code).lines}
        assert lines["need_idaci_rank"].tenth == f"{(its == 1).sum()} of {len(its)}"


def check(sheet: Sheet) -> None:
    """Check that every figure of a profile has a label and every text is one."""
    for words in words_in(sheet):
        assert not NO_WORDS.search(words), words
    labels = [
        *(tile.label for tile in sheet.tiles),
        *(line.indicator.label for line in sheet.lines),
        *(points.label for points in sheet.points),
        *(kind.kind for kind in sheet.places.kinds),
        *(setting.name for setting in sheet.settings),
        *(similar.name for similar in sheet.similar),
    ]
    assert all(label.strip() for label in labels)
    figures = [*(t.value for t in sheet.tiles), *(x.own.value for x in sheet.lines)]
    figures += [mark.value for line in sheet.lines for mark in line.beside]
    figures += [words for kind in sheet.places.kinds for words in (kind.inside, kind.far)]
    assert all(figures)
    assert sheet.explanation.text.endswith(".")
    assert "  " not in sheet.explanation.text
    html = [
        write_tiles(sheet.tiles),
        write_lines(sheet.lines, sheet.settings, "Tenth", dark=False),
        write_points(sheet.points, sheet.settings, dark=False),
        write_places(sheet.places, average=sheet.level is not Level.AREA),
        write_similar(sheet.similar, None),
    ]
    for part in html:
        assert not NO_WORDS.search(Elements(part).text)


@pytest.mark.proof
def test_every_ward_has_a_whole_profile(gm_build: Build) -> None:
    """Every ward when all is proved, and every ninth otherwise."""
    codes = session.data_at(gm_build, Level.WARD).frame.index
    assert len(codes) == 215
    for code in codes if FULL_PROOFS else codes[::9]:
        sheet = sheet_of(gm_build, Level.WARD, code)
        check(sheet)
        assert len(sheet.similar) == 10
        assert len(sheet.tiles) == 4


@pytest.mark.proof
def test_a_sample_of_areas_and_every_council_and_locality_have_whole_profiles(gm_build: Build) -> None:
    areas = session.data_at(gm_build, Level.AREA).frame
    shapes = [(Level.AREA, code) for code in areas.sample(SAMPLE, random_state=7).index]
    for level in (Level.COUNCIL, Level.LOCALITY):
        shapes += [(level, code) for code in session.data_at(gm_build, level).frame.index]
    assert len(shapes) == SAMPLE + 10 + 4
    for level, code in shapes:
        check(sheet_of(gm_build, level, code))
