"""Records of decisions: kept by versions that are never changed, agreed when complete, told when touched."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from register_decisions import a_decision, some_choices, tampering
from register_made import ADMIN, ANALYST, EDITOR, VIEWER, a_partner, a_place, add_published, new_id
from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from data.errors import RegisterError
from data.provenance import Tier
from data.register import tables
from data.register.decision_chain import check_decisions, is_untouched, what_is_touched
from data.register.decision_checks import lacking
from data.register.decisions import EQUALITY, Decision, DecisionState
from data.register.engine import is_sqlite, reading, writing
from data.register.fields import FieldsError
from data.register.records import Actor
from data.register.store import LostRace, RefusedError, Register
from data.register.verify import verify

PROJECT = Path(__file__).parents[2]
ROW = tables.decision
CHECK = "no record of a decision was tampered with"
IN = Tier.INTERNAL


def content(decision: Decision) -> Decision:
    """What somebody put in a record, without what the store adds."""
    return replace(decision, version=0, made_by="", made_at=None, role=VIEWER.role, previous="", sha256="")


def faults(register: Register) -> dict[str, tuple[str, ...]]:
    return {check.name: check.faults for check in verify(register.engine) if not check.passed}


def test_every_version_is_kept_and_chained(register: Register) -> None:
    draft = a_decision()
    first = register.save_decision(ANALYST, draft)
    assert content(first) == draft
    assert (first.version, first.state, first.made_by, first.previous) == (1, "draft", ANALYST.name, "")
    second = register.save_decision(EDITOR, replace(first, question="Which two?"))
    agreed = register.agree_decision(EDITOR, first.id, second.version)
    versions = register.decision_versions(EDITOR, first.id, IN)
    assert versions == (first, second, agreed)
    assert [version.previous for version in versions] == ["", first.sha256, second.sha256]
    assert content(agreed) == replace(draft, question="Which two?", state=DecisionState.AGREED)
    assert is_untouched(versions)
    assert register.decision(EDITOR, first.id, IN) == agreed
    assert register.decisions(EDITOR, IN) == (agreed,)
    lines = register.history(EDITOR, first.id)
    assert [line.action for line in lines] == ["agreed", "changed", "made"]
    assert [line.after["sha256"] for line in lines if line.after] == [v.sha256 for v in reversed(versions)]
    assert faults(register) == {}
    with pytest.raises(RegisterError, match="cannot be undone"):
        register.undo(EDITOR, lines[0].number)


def test_saved_twice_is_one_version(register: Register) -> None:
    first = register.save_decision(ANALYST, a_decision())
    assert register.save_decision(ANALYST, content(first)) == first
    assert register.save_decision(ANALYST, first) == first
    assert len(register.decision_versions(ANALYST, first.id, IN)) == 1


def test_who_comes_second_is_told_both(register: Register) -> None:
    first = register.save_decision(ANALYST, a_decision())
    theirs = register.save_decision(EDITOR, replace(first, name="Their name"))
    mine = replace(first, name="My name")
    with pytest.raises(LostRace, match=f"was saved by {EDITOR.name}.* it is version 2 now") as lost:
        register.save_decision(ANALYST, mine)
    assert (lost.value.yours, lost.value.theirs) == (replace(mine, made_at=first.made_at), theirs)
    for late in (
        lambda: register.agree_decision(EDITOR, first.id, 1),
        lambda: register.withdraw_decision(ANALYST, first.id, 1, "Not needed"),
        lambda: register.save_decision(ANALYST, replace(mine, version=0)),
    ):
        with pytest.raises(LostRace):
            late()
    assert register.decision(ANALYST, first.id, IN) == theirs
    assert register.save_decision(ANALYST, replace(mine, version=2)).version == 3


def test_of_many_at_once_one_is_kept_and_all_others_are_told(register: Register) -> None:
    first = register.save_decision(ANALYST, a_decision())

    def save(number: int) -> str:
        try:
            return register.save_decision(ANALYST, replace(first, name=f"Name {number}")).name
        except LostRace:
            return ""

    with ThreadPoolExecutor(6) as pool:
        told = sorted(filter(None, pool.map(save, range(6))))
    versions = register.decision_versions(ANALYST, first.id, IN)
    assert [version.name for version in versions[1:]] == told
    assert len(told) == 1
    assert is_untouched(versions)


def test_it_is_agreed_only_when_nothing_is_lacking(register: Register) -> None:
    reasonless = tuple(replace(choice, reason=" – ") for choice in some_choices())
    empty = a_decision(choices=reasonless, weights_by="", equality={"gains": "..."}, equality_by="")
    saved = register.save_decision(ANALYST, empty)
    missing = lacking(saved)
    assert missing == (
        "a reason why Elmton East is in",
        "a reason why Elmton West is in",
        "a reason why Millbrook is out",
        "who said the weights",
        *(f"an answer in the equality view: {asked}" for asked in EQUALITY.values()),
        "who filled in the equality view",
    )
    with pytest.raises(RegisterError, match="cannot be agreed yet") as told:
        register.agree_decision(EDITOR, saved.id, 1)
    assert all(words in told.value.message for words in missing)
    whole = a_decision(id=saved.id, version=1)
    for name, value in (
        ("equality", {**whole.equality, "loses": " "}),
        ("equality_by", ""),
        ("weights_by", "?"),
        ("choices", tuple(replace(choice, chosen=False) for choice in whole.choices)),
        ("choices", (replace(whole.choices[0], reason=""), *whole.choices[1:])),
    ):
        latest = register.decision(ANALYST, saved.id, IN)
        poorer = register.save_decision(ANALYST, replace(whole, version=latest.version, **{name: value}))
        with pytest.raises(RegisterError, match="cannot be agreed yet"):
            register.agree_decision(EDITOR, saved.id, poorer.version)
    last = register.save_decision(ANALYST, replace(whole, version=poorer.version))
    assert lacking(last) == ()
    assert register.agree_decision(EDITOR, saved.id, last.version).state is DecisionState.AGREED


def test_one_that_is_agreed_stays_as_it_is_and_has_a_successor(register: Register) -> None:
    first = register.save_decision(ANALYST, a_decision())
    early = a_decision(successor_of=first.id)
    with pytest.raises(RegisterError, match="is a draft"):
        register.save_decision(ANALYST, early)
    agreed = register.agree_decision(EDITOR, first.id, 1)
    for attempt in (
        lambda: register.save_decision(ADMIN, replace(agreed, name="Another")),
        lambda: register.save_decision(ADMIN, replace(agreed, state=DecisionState.DRAFT)),
        lambda: register.agree_decision(ADMIN, agreed.id, agreed.version),
    ):
        with pytest.raises(RegisterError, match=r"is agreed (and is not changed any more|already)"):
            attempt()
    after = register.save_decision(ANALYST, early)
    assert after.successor_of == first.id
    with pytest.raises(RegisterError, match="no record of a decision"):
        register.save_decision(ANALYST, a_decision(successor_of=new_id()))
    with pytest.raises(RegisterError, match="reason is missing"):
        register.withdraw_decision(EDITOR, agreed.id, 2, " ")
    gone = register.withdraw_decision(EDITOR, agreed.id, 2, "The grant was not given")
    assert (gone.state, gone.reason, gone.version) == (DecisionState.WITHDRAWN, "The grant was not given", 3)
    assert replace(content(gone), reason="", state=agreed.state) == content(agreed)
    with pytest.raises(RegisterError, match="is withdrawn already"):
        register.withdraw_decision(EDITOR, agreed.id, 3, "Again")
    assert {one.id for one in register.decisions(ANALYST, IN)} == {first.id, after.id}
    assert faults(register) == {}


def test_who_may_see_and_do_what(register: Register) -> None:
    partner = a_partner(register)
    saved = register.save_decision(ANALYST, a_decision())

    def refused(who: Actor, attempt: Callable[[Actor], object]) -> None:
        with pytest.raises(RefusedError):
            attempt(who)
        assert register.refusals(EDITOR, 1)[0].who == who.name

    for who in (VIEWER, partner):
        refused(who, lambda who: register.save_decision(who, a_decision()))
        refused(who, lambda who: register.withdraw_decision(who, saved.id, 1, "No"))
    for who in (VIEWER, partner, ANALYST):
        refused(who, lambda who: register.agree_decision(who, saved.id, 1))
    refused(partner, lambda who: register.decisions(who, IN))
    refused(partner, lambda who: register.decision(who, saved.id, IN))
    assert register.decisions(VIEWER, IN) == ()
    with pytest.raises(RegisterError, match="There is no record"):
        register.decision(VIEWER, saved.id, IN)
    agreed = register.agree_decision(EDITOR, saved.id, 1)
    refused(ANALYST, lambda who: register.withdraw_decision(who, saved.id, 2, "No"))
    assert register.decisions(VIEWER, IN) == (replace(agreed, made_by="", role=VIEWER.role),)
    assert is_untouched(register.decision_versions(VIEWER, saved.id, IN))


def test_one_of_an_internal_build_is_shown_by_no_shared_one(register: Register) -> None:
    inside = register.save_decision(ADMIN, a_decision())
    outside = register.save_decision(ADMIN, a_decision(tier=Tier.SHARED))
    register.agree_decision(ADMIN, inside.id, 1)
    assert [one.id for one in register.decisions(ADMIN, Tier.SHARED)] == [outside.id]
    assert {one.id for one in register.decisions(ADMIN, IN)} == {inside.id, outside.id}
    for who in (ADMIN, VIEWER):
        with pytest.raises(RegisterError, match="There is no record"):
            register.decision_versions(who, inside.id, Tier.SHARED)
    with pytest.raises(RegisterError, match="of another tier"):
        register.save_decision(ADMIN, replace(outside, tier=IN, name="Another"))


def test_what_is_typed_is_kept_as_it_was_and_bounded(register: Register) -> None:
    hostile = "<script>alert(1)</script> =HYPERLINK(1) '; DROP TABLE decision; -- “é” \U0001f600"
    choices = tuple(replace(choice, reason=f"{hostile}\nsecond line") for choice in some_choices())
    draft = a_decision(name=hostile, choices=choices, equality=dict.fromkeys(EQUALITY, hostile))
    saved = register.save_decision(ANALYST, draft)
    assert register.decision(ANALYST, saved.id, IN) == saved
    assert content(saved) == draft
    unseen = register.save_decision(ANALYST, a_decision(name="Mill\x00 \u202eLane\ud800"))
    assert register.decision(ANALYST, unseen.id, IN).name == "Mill Lane"
    nest: dict[str, object] = {}
    for _ in range(20):
        nest = {"in": nest}
    bad = {
        "name": ("x" * 161, " "),
        "question": ("x" * 1_001,),
        "level": ("council",),
        "criteria": (nest, {"a": float("nan")}, {"a": {1, 2}}, {"x" * 300: 1}),
        "weights": ({"a": -1.0}, {"a": float("inf")}, {"a": "1"}),
        "equality": ({"gains": "x" * 4_001}, {"another": "x"}),
        "choices": (
            (replace(choices[0], reason="x" * 1_501),),
            (choices[0], choices[0]),
            (replace(choices[0], value=float("nan")),),
            choices * 700,
        ),
        "fairness": (("x",) * 101,),
        "settings": ({"a": 10**400},),
        "top": (0, True),
        "id": ("not a uuid",),
    }
    for name, values in bad.items():
        for value in values:
            with pytest.raises(FieldsError) as told:
                register.save_decision(ANALYST, a_decision(**{name: value}))
            assert len(told.value.message) < 1_000, name
    assert len(register.decisions(ANALYST, IN)) == 2


def test_a_version_cannot_be_changed_in_the_database(register: Register) -> None:
    saved = register.save_decision(ANALYST, a_decision())
    whole = "INSERT OR REPLACE INTO decision SELECT * FROM decision"
    swept = text(whole if is_sqlite(register.engine) else "TRUNCATE decision")
    for attempt in (update(ROW).values(content="{}"), update(ROW).values(state="agreed"), delete(ROW), swept):
        with pytest.raises((RegisterError, DBAPIError), match="never changed or deleted"):  # noqa: SIM117
            with writing(register.engine) as connection:
                connection.execute(attempt)
    assert register.decision(ANALYST, saved.id, IN) == saved


def edit_text(old: str, new: str) -> Callable[[Connection, str], object]:
    """Change a text in the content of the second version."""

    def change(connection: Connection, of: str) -> object:
        second = (ROW.c.id == of) & (ROW.c.version == 2)
        was = connection.scalars(select(ROW.c.content).where(second)).one()
        assert old in was
        return connection.execute(update(ROW).where(second).values(content=was.replace(old, new)))

    return change


def set_all(**values: object) -> Callable[[Connection, str], object]:
    return lambda connection, of: connection.execute(update(ROW).where(ROW.c.id == of).values(values))


def drop(version: int) -> Callable[[Connection, str], object]:
    return lambda c, of: c.execute(delete(ROW).where(ROW.c.id == of, ROW.c.version == version))


TAMPERED: dict[str, tuple[Callable[[Connection, str], object], str]] = {
    "a reason": (edit_text("the most need", "a friend lives there"), "Version 2 is not what was saved"),
    "a ward": (edit_text('"chosen":false', '"chosen":true'), "Version 2 is not what was saved"),
    "white space": (edit_text('"top":2', '"top": 2'), "Version 2 is not what was saved"),
    "nonsense": (edit_text("{", "["), "Version 2 is not what was saved"),
    "other keys": (edit_text('"place_counts"', '"place_count"'), "Version 2 is not what was saved"),
    "who": (set_all(made_by="somebody@elmshire.example"), "Version 3 is not what was saved"),
    "the state": (set_all(state="withdrawn"), "Version 3 is not what was saved"),
    "an unknown state": (set_all(state="?", tier="?", role="?"), "Version 3 is not what was saved"),
    "the chain": (set_all(previous="0" * 64), "Version 3 does not follow"),
    "the hash": (set_all(sha256="0" * 64), "Version 1 is not what was saved"),
    "one in the middle": (drop(2), "Version 2 is missing"),
    "the first": (drop(1), "Version 1 is missing"),
}


def test_what_was_tampered_with_is_told_by_its_hash(register: Register) -> None:
    other = register.save_decision(ADMIN, a_decision())
    touched = {}
    for what in TAMPERED:
        first = register.save_decision(ADMIN, a_decision(name=what))
        register.save_decision(ADMIN, replace(first, question="Which?"))
        touched[what] = register.agree_decision(ADMIN, first.id, 2).id
    with tampering(register.engine) as connection:
        for what, (tamper, _) in TAMPERED.items():
            tamper(connection, touched[what])
    for what, (_, said) in TAMPERED.items():
        versions = register.decision_versions(ADMIN, touched[what], IN)
        assert not is_untouched(versions), what
        assert any(said in line for line in what_is_touched(versions)), what
    assert is_untouched(register.decision_versions(ADMIN, other.id, IN))
    assert {one.id for one in register.decisions(ADMIN, IN)} == {other.id, *touched.values()}
    with reading(register.engine) as connection:
        looked_at, wrong = check_decisions(connection)
    assert looked_at == 1 + 3 * len(TAMPERED) - 2
    assert {line.split(":")[0] for line in wrong} == {f"decision {of}" for of in touched.values()}
    assert CHECK in faults(register)
    with writing(register.engine) as connection, pytest.raises((RegisterError, DBAPIError)):
        connection.execute(text("DELETE FROM decision"))


def test_what_no_column_should_hold_is_told_and_hides_no_other_record(register: Register) -> None:
    untyped = [(one.name, value) for one in ROW.columns for value in ("CAST(rowid AS BLOB)", "'rubbish'")]
    wrong = untyped if is_sqlite(register.engine) else [("made_at", "'infinity'"), ("content", "'[[[['")]
    other = register.save_decision(ADMIN, a_decision())
    touched = {}
    for column, value in wrong:
        first = register.save_decision(ADMIN, a_decision())
        register.save_decision(ADMIN, replace(first, question="Which?"))
        touched[first.id] = (column, value)
    with tampering(register.engine) as connection:
        for of, (column, value) in touched.items():
            where = f"WHERE id = '{of}' AND version = 2"
            connection.exec_driver_sql(f"UPDATE decision SET {column} = {value} {where}")
    assert {one.id for one in register.decisions(ADMIN, IN)} == {other.id, *touched}
    for of, (column, value) in touched.items():
        versions = register.decision_versions(ADMIN, of, IN)
        assert column == "id" or not is_untouched(versions), (column, value)
    with reading(register.engine) as connection:
        said = "\n".join(check_decisions(connection)[1])
    assert [of for of in touched if of not in said] == []


def test_one_that_is_taken_off_the_end_or_away_is_told_by_the_history(register: Register) -> None:
    saved = [register.save_decision(ADMIN, a_decision()) for _ in range(2)]
    register.agree_decision(ADMIN, saved[0].id, 1)
    with tampering(register.engine) as connection:
        drop(2)(connection, saved[0].id)
        drop(1)(connection, saved[1].id)
    assert is_untouched(register.decision_versions(ADMIN, saved[0].id, IN))
    assert set(faults(register)[CHECK]) == {
        f"decision {saved[0].id}: version 2 is not there",
        f"decision {saved[1].id}: version 1 is not there",
    }


def test_one_that_was_tampered_with_takes_no_more_versions(register: Register) -> None:
    saved = register.save_decision(ADMIN, a_decision())
    with tampering(register.engine) as connection:
        set_all(made_by="x")(connection, saved.id)
    for attempt in (
        lambda: register.save_decision(ADMIN, replace(saved, name="Another")),
        lambda: register.agree_decision(ADMIN, saved.id, 1),
        lambda: register.withdraw_decision(ADMIN, saved.id, 1, "It is not ours"),
    ):
        with pytest.raises(RegisterError, match="was tampered with"):
            attempt()


KILLED = """
import os, signal, sys
from dataclasses import replace
from data.provenance import Tier
from data.register.records import COMMAND_LINE
from data.register.store import Register
from data.register.engine import make_engine
from data.register.writing import Writer
Writer.finish = lambda self: os.kill(os.getpid(), signal.SIGKILL)
for line in sys.stdin:
    url, of = line.split()
    child = os.fork()
    if not child:
        register = Register(make_engine(url))
        found = register.decision(COMMAND_LINE, of, Tier.INTERNAL)
        register.save_decision(COMMAND_LINE, replace(found, name="Half"))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Save a version for each line that names a register and a record, each by a process killed half way."""


@pytest.fixture(scope="module")
def killing() -> Iterator[subprocess.Popen[str]]:
    """What runs `KILLED`: starting takes longest, and it serves both databases."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command, pipe = [sys.executable, "-c", KILLED], subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        yield process


def test_a_process_that_is_killed_half_way_leaves_nothing_of_it(
    register: Register, killing: subprocess.Popen[str]
) -> None:
    assert killing.stdin
    assert killing.stdout
    saved = register.save_decision(ADMIN, a_decision())
    add_published(register, EDITOR, name=a_place().name)
    before = register.revision()
    url = register.engine.url.render_as_string(hide_password=False)
    killing.stdin.write(f"{url} {saved.id}\n")
    killing.stdin.flush()
    assert killing.stdout.readline() == f"{-signal.SIGKILL}\n"
    assert register.decision_versions(ADMIN, saved.id, IN) == (saved,)
    assert register.revision() == before
    assert register.save_decision(ADMIN, replace(saved, name="Whole")).version == 2
    assert faults(register) == {}
