"""The command `atlas decisions`: what is recorded, and a status of 1 where a record was tampered with."""

import json
from pathlib import Path

import pytest
from register_decisions import a_decision, tampering
from register_load import EDITOR
from sqlalchemy import update

from data.register import tables
from data.register.store import open_register
from tests.small_builds import make_build, varied_areas
from tests.unit.conftest import Run


def test_it_lists_records_and_tells_one_that_was_tampered_with(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ATLAS_DATABASE_URL", raising=False)
    build = tmp_path / "elmshire"
    make_build(build, varied_areas())
    assert run("decisions", build) == (0, "No decision was recorded yet.\n", "")
    register = open_register(build)
    agreed = register.save_decision(EDITOR, a_decision(name="[bold]Two[/bold] \x1bhubs"))
    register.agree_decision(EDITOR, agreed.id, 1)
    draft = register.save_decision(EDITOR, a_decision(name="A draft"))
    status, out, err = run("decisions", build)
    assert (status, err) == (0, "")
    assert "A draft: draft" in out
    assert "[bold]Two[/bold] hubs: agreed" in out
    assert "In: Elmton East, Elmton West" in out
    with tampering(register.engine) as connection:
        chosen = tables.decision.c.id == draft.id
        connection.execute(update(tables.decision).where(chosen).values(made_by="x"))
    status, out, err = run("decisions", build, "--json")
    told = json.loads(out)
    assert (status, told["untouched"]) == (1, False)
    assert {one["id"]: one["untouched"] for one in told["records"]} == {agreed.id: True, draft.id: False}
    assert "1 of 2 records" in err
    assert "TAMPERED WITH: Version 1" in run("decisions", build)[1]
    register.engine.dispose()
