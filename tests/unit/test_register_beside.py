"""A register beside a build is no part of it: neither is taken for the other, whatever is done to a build."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from register_load import EDITOR, draft, source_of
from small_builds import make_areas, make_build

from data.register.backup import back_up
from data.register.store import Register, open_register
from data.register.verify import verify
from geo.builds import open_build
from geo.purge import purge
from views import session


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    """A register in use beside a build, with all that may stand beside it: its log, its lock, a backup."""
    monkeypatch.delenv("ATLAS_DATABASE_URL", raising=False)
    make_build(tmp_path / "elmshire", make_areas({"pop_0_17": [300.0] * 32}))
    register = open_register(tmp_path / "elmshire")
    register.import_rows(EDITOR, *source_of("libraries"))
    back_up(register.engine, tmp_path / "elmshire.zip")
    return register


def beside(home: Path) -> set[str]:
    return {p.name for p in home.iterdir() if p.is_file() and not p.name.endswith("elmshire.lock")}


def test_purging_builds_leaves_registers_alone(register: Register, tmp_path: Path) -> None:
    before = beside(tmp_path)
    assert before >= {"elmshire.register.db", ".elmshire.register.db.lock", "elmshire.zip"}
    assert purge(tmp_path, date.today() + timedelta(days=9_999)) == []
    assert purge(tmp_path / "elmshire", date.today()) == []
    assert beside(tmp_path) == before
    assert all(check.passed for check in verify(register.engine))
    register.engine.dispose()


def test_a_build_that_is_made_again_keeps_its_register(register: Register, tmp_path: Path) -> None:
    make_build(tmp_path / "elmshire", make_areas({"pop_0_17": [301.0] * 32}))
    assert open_build(tmp_path / "elmshire").areas.frame["pop_0_17"].eq(301).all()
    assert register.submit(EDITOR, draft("one", 1)).place.version == 1
    assert len(open_register(tmp_path / "elmshire").everything(EDITOR)) == 26
    register.engine.dispose()


def test_writing_to_the_register_opens_no_build_afresh(register: Register, tmp_path: Path) -> None:
    before = session._stamp(tmp_path / "elmshire")
    register.submit(EDITOR, draft("one", 1))
    assert session._stamp(tmp_path / "elmshire") == before
    register.engine.dispose()
