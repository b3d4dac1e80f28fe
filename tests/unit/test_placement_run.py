"""Solving in a child process: the same answer, stopped at once, and no process left behind."""

import gc
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

from data.errors import AtlasError, SourceError
from models import placement_run, placement_worker, siting_capacity_lp
from models.placement_run import Progress, Run
from models.placement_solve import nearest
from models.siting_tree import solve
from tests.conftest import PROJECT
from tests.small_solvers import failing, random_median, refusing, until_stopped, with_loose_words

SOON_S = 20.0
"""Far longer than anything here takes: on a machine that is busy a process may start late."""

PARENT = """
from models.placement_run import Run
from tests.small_solvers import until_stopped

run = Run((until_stopped, (10.0,)))
while run.poll().loss > 10:
    run.wait(0.01)
print("at work", flush=True)
run.result()
"""


def wait_for_work(run: Run) -> list[Progress]:
    """Wait until a search has found something, and return what it told meanwhile."""
    told = [run.poll()]
    while told[-1].loss > 10 and told[-1].seconds < SOON_S:
        run.wait(0.01)
        told.append(run.poll())
    assert told[-1].loss == 10
    return told


def pid_of(run: Run) -> int:
    return run._child._process.pid


def is_there(pid: int) -> bool:
    """Whether there is such a process, be it one that has ended and that nobody has asked about."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_answer_is_that_of_this_process() -> None:
    siting = random_median(200, 8)
    here = solve(siting)
    with Run((solve, (siting,))) as run:
        there = run.result()
        end = run.poll()
    assert np.array_equal(there.chosen, here.chosen)
    assert (there.loss, there.bound, there.parts) == (here.loss, here.bound, here.parts)
    assert there.proven
    assert not there.stopped
    assert (end.loss, end.bound, end.done) == (here.loss, here.bound, True)


def test_a_search_that_is_stopped_gives_its_best_choice_and_a_bound_that_holds() -> None:
    siting = random_median(400, 10)
    with Run((solve, (siting,))) as run:
        run.stop()  # as soon as it can be: a busy machine may prove it meanwhile
        found = run.result()
    assert found.stopped or found.proven
    assert siting.rules.allow(found.chosen)
    assert found.loss == siting.loss_of(found.chosen)
    assert 0 < found.bound <= solve(siting).loss <= found.loss


def test_a_placement_is_asked_whether_to_stop_at_every_step() -> None:
    told: list[tuple[float, float]] = []

    def watch(loss: float, bound: float) -> bool:
        told.append((loss, bound))
        return len(told) > 6

    siting = random_median(200, 8)
    found = nearest(siting, watch)
    assert told == [(np.inf, 0.0)] * 7
    assert found.stopped
    assert siting.rules.allow(found.chosen)
    assert found.loss == siting.loss_of(found.chosen)


def test_a_solver_has_long_enough_to_look_whether_to_stop() -> None:
    assert placement_worker.GRACE_S > 10 * siting_capacity_lp.LONGEST_S


def test_it_tells_how_far_it_is_and_nothing_is_left_when_it_is_stopped() -> None:
    with Run((until_stopped, (10.0,))) as run:
        told = wait_for_work(run)
        assert not told[-1].done
        began = monotonic()
        run.stop()
        run.stop()
        assert run.wait(SOON_S)
        assert monotonic() - began < 3  # it looks every 5 ms; a busy machine may take longer to end a process
        told.append(run.poll())
        found = run.result()
    assert (found.loss, found.bound, found.stopped) == (10.0, 3.0, True)
    for earlier, later in pairwise(told):
        assert earlier.seconds <= later.seconds
        assert earlier.loss >= later.loss
        assert earlier.bound <= later.bound
    assert told[-1].done
    assert run.poll() == told[-1]
    assert not is_there(pid_of(run))


def test_two_searches_at_once_do_not_disturb_one_another() -> None:
    with Run((until_stopped, (10.0,))) as one, Run((until_stopped, (9.0,))) as other:
        wait_for_work(one)
        other.stop()
        assert other.result().loss == 9
        assert not one.wait(0.05)
        one.stop()
        assert one.result().loss == 10


def test_a_search_that_nobody_asks_about_is_stopped_with_its_best_choice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Run((until_stopped, (10.0,))) as run:
        wait_for_work(run)
        monkeypatch.setattr(placement_run, "UNWATCHED_S", 0.0)
        assert run.wait(SOON_S)
        assert run.result().stopped
        assert run.result().loss == 10
        assert not is_there(pid_of(run))


def test_a_process_that_is_killed_says_what_to_do() -> None:
    with Run((until_stopped, (10.0,))) as run:
        wait_for_work(run)
        os.kill(pid_of(run), signal.SIGKILL)
        with pytest.raises(AtlasError, match=r"ended from outside") as told:
            run.result()
        assert told.value.hint.startswith("Search again")
        assert run.poll().done
        run.stop()


def test_what_the_solver_refuses_is_refused_here() -> None:
    with Run((refusing, ())) as run, pytest.raises(SourceError) as told:
        run.result()
    assert (told.value.message, told.value.hint) == ("There is no site.", "Name one.")


def test_a_solver_that_fails_is_told_of_and_its_fault_is_on_the_error_stream(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with Run((failing, ())) as run, pytest.raises(AtlasError, match="without an answer"):
        run.result()
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_what_a_solver_prints_is_not_taken_for_an_answer(capfd: pytest.CaptureFixture[str]) -> None:
    with Run((with_loose_words, (4.0,))) as run:
        assert run.result().loss == 4
    out, err = capfd.readouterr()
    assert out == ""
    assert "Presolving model" in err


def test_nothing_is_imported_from_where_the_parent_happens_to_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with Run((with_loose_words, (4.0,))) as run:
        assert run.result().loss == 4


def test_closing_ends_the_search_and_can_be_done_again() -> None:
    run = Run((until_stopped, (10.0,)))
    run.close()
    run.close()
    assert run.poll().done
    with pytest.raises(AtlasError, match="without an answer"):
        run.result()


def test_a_run_that_is_forgotten_ends() -> None:
    run = Run((until_stopped, (10.0,)))
    wait_for_work(run)
    pid, began = pid_of(run), monotonic()
    del run
    gc.collect()
    while is_there(pid) and monotonic() - began < SOON_S:
        sleep(0.01)
    assert not is_there(pid)


def test_a_search_whose_parent_is_killed_ends() -> None:
    """The error stream is held by both: it ends when the last of them does."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout.readline() == "at work\n"
        parent.kill()
        _, err = parent.communicate(timeout=SOON_S)
    assert err == ""
