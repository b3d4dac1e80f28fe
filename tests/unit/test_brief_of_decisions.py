"""The briefing of a record of a decision: what it says of the record, from a draft to withdrawn."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from register_load import EDITOR
from register_made import new_id

from data.errors import RegisterError
from data.provenance import Tier
from data.register.decisions import EQUALITY, Decision
from data.register.records import COMMAND_LINE, Actor, Role
from data.register.store import Register, open_register
from data.shortlist_criteria import Asked, Criterion, Direction, Spread
from geo.area_table import AreaTable
from geo.builds import Build
from models.brief_decision import CHANGED, TITLE, UNCHANGED, UNTOUCHED, decision_section
from models.briefing import Brief, Section, text_of
from models.decision import basis_on, record_of
from models.levels import Level, LevelData, level_data
from models.shortlist import Shortlist, shortlist_of
from models.shortlist_laid import laid_for
from tests.small_briefs import FORMULA
from tests.small_builds import COUNCILS, HOSTILE, make_areas, make_build
from tests.small_figures import with_figures
from tests.small_profiles import Elements
from tests.unit.conftest import Run
from views.brief_docx import write_docx
from views.brief_html import write_html
from views.brief_of_record import brief_of_record, decision_of
from views.brief_xlsx import write_xlsx

COUNT = 24
ASKED = Asked(
    "area",
    (Criterion("need_imd_rank", 100.0, Direction.LESS), Criterion("pop_0_17", 50.0, Direction.MORE)),
    top=3,
    spread=Spread(3, "council"),
)
"""With a rule, under which no shift of weights is looked for: that takes longest of a briefing."""

REFERRED = replace(
    ASKED, criteria=(ASKED.criteria[0], Criterion("demand_referrals_36m", 80.0, Direction.MORE))
)
REASON = f"{FORMULA} {HOSTILE}"
VIEWER = Actor("a viewer", Role.VIEWER)


def areas_here() -> AreaTable:
    ranks = [1.0 + n * 1_400.0 for n in range(COUNT)]
    children = [float(200 + (n * 37) % 90) for n in range(COUNT)]
    values = {"need_imd_rank": ranks, "pop_0_17": children, "pop_total": [1_500.0] * COUNT}
    return make_areas(values, councils=COUNCILS)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return make_build(tmp_path_factory.mktemp("decided") / "build", areas_here())


@pytest.fixture
def register(build: Build, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """The register beside the build, in which each test makes records of its own."""
    monkeypatch.delenv("ATLAS_DATABASE_URL", raising=False)
    opened = open_register(build.path)
    yield opened
    opened.engine.dispose()


def listed(build: Build, asked: Asked = ASKED) -> tuple[LevelData, Shortlist]:
    """The values of small areas, and what is asked of them."""
    data = laid_for(level_data(build.areas, Level.AREA), build, build.areas, None)
    return data, shortlist_of(data, asked, draws=400)


def drafted(build: Build, asked: Asked = ASKED) -> Decision:
    """A complete draft of what is asked, with a hostile reason."""
    data, found = listed(build, asked)
    draft = record_of(found, basis_on(data, asked, build, build.areas), data, new_id())
    return replace(
        draft,
        name="Three areas",
        question="Where do the hubs go?",
        weights_by="The board",
        equality={key: f"Answer to {key}." for key in EQUALITY},
        equality_by="R. Ashdown",
        choices=tuple(
            replace(one, considered=at == 5, reason=REASON if one.chosen or at == 5 else "")
            for at, one in enumerate(draft.choices)
        ),
    )


def briefed(build: Build, register: Register, id_: str, asked: Asked = ASKED) -> Brief:
    versions = register.decision_versions(EDITOR, id_, Tier.INTERNAL)
    return brief_of_record(versions, build, build.areas, *listed(build, asked))


def told(build: Build, versions: Sequence[Decision]) -> tuple[Section, str]:
    """Return the section of a decision, and its sentences."""
    section = decision_section(decision_of(versions, build, build.areas, *listed(build)))
    return section, " ".join(map(text_of, section.sentences))


def rows_of(section: Section, title: str) -> list[list[str]]:
    (found,) = (table for table in section.tables if table.title.startswith(title))
    return [[cell.words for cell in row] for row in found.cells]


def test_it_tells_the_record_from_a_draft_to_withdrawn(build: Build, register: Register) -> None:
    draft = register.save_decision(EDITOR, drafted(build))
    section, said = told(build, [draft])
    assert "“Three areas” is a draft and was not agreed. It was saved on " in said
    assert f"by {EDITOR.name}" in said
    assert UNCHANGED in said
    assert section.listed == ()
    rows = rows_of(section, "Who is in")
    order = [*draft.chosen, *(one for one in draft.choices if one.considered)]
    assert [row[:4] for row in rows] == [
        [one.name, one.code, "in" if one.chosen else "left out", f"{one.rank}"] for one in order
    ]
    assert {row[4] for row in rows} == {REASON}
    assert rows_of(section, "Equality view") == [
        [asked, f"Answer to {key}."] for key, asked in EQUALITY.items()
    ]
    record = dict(rows_of(section, "The record"))
    assert record["SHA-256 of the version"] == draft.sha256
    assert record["As it was saved"] == UNTOUCHED
    agreed = register.agree_decision(EDITOR, draft.id, 1)
    said = told(build, [draft, agreed])[1]
    assert "“Three areas” was agreed on " in said
    assert EDITOR.name in said
    seen = told(build, register.decision_versions(VIEWER, draft.id, Tier.INTERNAL))
    assert EDITOR.name not in f"{seen[1]} {[rows_of(seen[0], table.title) for table in seen[0].tables]}"
    register.withdraw_decision(EDITOR, draft.id, agreed.version, "No grant")
    said = told(build, register.decision_versions(EDITOR, draft.id, Tier.INTERNAL))[1]
    assert "was agreed on" in said
    assert "and was withdrawn on " in said
    assert said.count(": No grant") == 1


def test_what_changed_is_named_and_nothing_typed_runs(build: Build, register: Register) -> None:
    made = drafted(build)
    old = replace(made.inputs[0], sha256="0" * 64, files={"0" * 64: "File_2019.csv (2019)"})
    saved = register.save_decision(EDITOR, replace(made, inputs=(old, *made.inputs[1:])))
    brief = briefed(build, register, saved.id)
    section = brief.filled[0]
    assert CHANGED in [text_of(sentence) for sentence in section.sentences]
    assert any("instead of File_2019.csv (2019)." in words for words in section.listed)
    html = write_html(brief)
    assert "<img src=x" not in html
    assert REASON in " ".join(Elements(html).text.split())
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(brief)))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value == REASON]
    assert len(cells) == 4
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n"}
    assert write_docx(brief)


def test_one_that_is_not_as_it_was_saved_says_so_or_has_no_briefing(build: Build, register: Register) -> None:
    first = register.save_decision(EDITOR, drafted(build))
    second = register.save_decision(EDITOR, replace(first, name="Three others"))
    said = told(build, [second])[1]
    assert said.startswith("Not as it was saved: Version 1 is missing.")
    with pytest.raises(RegisterError, match="tampered with"):
        told(build, [first, replace(second, fault="Another hash.")])


def test_a_record_on_referrals_shows_no_value(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", with_figures(areas_here()))
    register = open_register(build.path, f"sqlite:///{tmp_path}/own.register.db")
    made = drafted(build, REFERRED)
    steps = [
        replace(one, steps=("a rate of 12.3",)) if "demand" in one.column else one for one in made.inputs
    ]
    saved = register.save_decision(EDITOR, replace(made, inputs=tuple(steps)))
    brief = briefed(build, register, saved.id, REFERRED)
    register.engine.dispose()
    assert [
        words for words in brief.filled[0].listed if words.endswith("how they are worked out are others.")
    ]
    assert brief.left_out
    text = Elements(write_html(brief)).text
    assert "12.3" not in text
    assert "Value from" not in text
    assert "Internal: stays inside the council" in text


def test_the_command_takes_the_id_that_is_listed(
    run: Run, build: Build, register: Register, tmp_path: Path
) -> None:
    saved = register.save_decision(COMMAND_LINE, drafted(build))
    assert f"Record {saved.id}" in run("decisions", build.path)[1]
    out = tmp_path / "decision.html"
    status, printed, err = run("brief", build.path, "--record", saved.id, "--out", out, "--json")
    assert (status, err) == (0, "")
    described = json.loads(printed)
    assert described["sections"][0] == TITLE
    assert described["tables"]["Who is in, who was left out, and why"] == 4
    assert saved.sha256 in out.read_text()
    status, _, err = run("brief", build.path, "--record", new_id(), "--out", out)
    assert status == 1
    assert "record of a decision" in err
