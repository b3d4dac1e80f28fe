"""The ledger: it recomputes every bound, refuses what no sound search does, and no fault fools it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sitings import best_by_trying, choices, drawn_sitings, lost, medium_siting

from models import siting_tree
from models.siting import Floats, Rows, Rules, Siting, no_sites
from models.siting_bound import _Ascent
from models.siting_check import Ledger, ProofError
from models.siting_part import Choosing, Part
from models.siting_table import FullTable
from models.siting_tree import _Search, solve

SEED = 5
"""Of a problem whose proof takes several parts."""

SPLIT_OFTEN = 23
"""Of a larger one, of which both halves of a part are now and then left open."""


def rows(*sites: int) -> Rows:
    return np.array(sites, dtype=np.intp)


@pytest.fixture
def siting() -> Siting:
    return medium_siting(SEED)


@pytest.fixture
def ledger(siting: Siting) -> Ledger:
    return Ledger(siting)


def best_having(siting: Siting, having: Callable[[Rows], bool]) -> float:
    return min((lost(siting, c) for c in choices(siting) if having(c)), default=float("inf"))


@pytest.mark.proof
@given(drawn_sitings(), st.data())
def test_no_worth_gives_a_bound_above_the_best(siting: Siting, data: st.DataObject) -> None:
    count, best = len(siting.ceiling), best_by_trying(siting)
    shares = st.lists(st.floats(0, 1), min_size=count, max_size=count)
    ledger = Ledger(siting)
    for _ in range(3):
        worth, price = siting.ceiling * np.array(data.draw(shares)), data.draw(st.floats(0, 20))
        ledger.raise_to(0, worth, price)
        assert ledger.bound <= best + 1e-9


@pytest.mark.proof
@given(drawn_sitings(), st.data())
def test_sites_that_are_left_out_leave_their_bound_behind(siting: Siting, data: st.DataObject) -> None:
    """Whatever is left out, rightly or not: no choice that is lost by that loses less than the bound."""
    free = np.setdiff1d(np.arange(siting.sites), siting.rules.required)
    fates = data.draw(st.lists(st.sampled_from("kgf"), min_size=len(free), max_size=len(free)))
    gone, forced = (free[[fate == letter for fate in fates]] for letter in "gf")
    ledger = Ledger(siting)
    ledger.drop(0, siting.ceiling * data.draw(st.floats(0, 1)), data.draw(st.floats(0, 20)), gone, forced)
    ledger.close(0) if len(gone) + len(forced) < len(free) else ledger.settle(0)
    dropped = best_having(
        siting, lambda chosen: bool(np.isin(gone, chosen).any() or not np.isin(forced, chosen).all())
    )
    assert ledger.bound <= dropped + 1e-9


def test_the_bound_is_that_of_the_parts_that_are_open_or_closed(siting: Siting, ledger: Ledger) -> None:
    ledger.raise_to(0, siting.ceiling / 3, 0.0)
    of_all = ledger.bound
    assert 0 < of_all < best_by_trying(siting)
    without, having = ledger.split(0, 2)
    assert ledger.bound == of_all
    ledger.close(without)
    assert ledger.bound == of_all
    ledger.raise_to(having, siting.ceiling / 4, 0.0)
    assert ledger.parts == 3


def test_a_worth_that_bounds_nothing_is_refused(siting: Siting, ledger: Ledger) -> None:
    above, unknown = siting.ceiling.copy(), siting.ceiling.copy()
    above[3] *= 1.01
    unknown[3] = np.nan
    for worth, price in ((above, 0.0), (unknown, 0.0), (siting.ceiling, -1.0), (siting.ceiling, np.nan)):
        with pytest.raises(ProofError, match="bounds nothing"):
            ledger.raise_to(0, worth, price)
        with pytest.raises(ProofError, match="bounds nothing"):
            ledger.drop(0, worth, price, rows(1), no_sites())


def test_a_part_that_is_closed_is_not_found_again(ledger: Ledger) -> None:
    ledger.close(0)
    for again in (ledger.close, ledger.settle, ledger.rule_out, lambda name: ledger.split(name, 1)):
        with pytest.raises(ProofError, match="no open part 0"):
            again(0)


def test_a_site_is_decided_on_once(siting: Siting, ledger: Ledger) -> None:
    with pytest.raises(ProofError, match="twice"):
        ledger.drop(0, siting.ceiling, 0.0, rows(1), rows(1))
    without, having = ledger.split(0, 4)
    for name in (without, having):
        with pytest.raises(ProofError, match="twice"):
            ledger.split(name, 4)
        with pytest.raises(ProofError, match="twice"):
            ledger.drop(name, siting.ceiling, 0.0, rows(4), no_sites())


def test_a_part_with_something_left_is_neither_settled_nor_ruled_out(ledger: Ledger) -> None:
    with pytest.raises(ProofError, match="something to choose"):
        ledger.settle(0)
    with pytest.raises(ProofError, match="allow a choice"):
        ledger.rule_out(0)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(most=1, required=rows(0, 1)),
        Rules(most=2, least=3),
        Rules(most=2, one_of=(rows(0), rows(1), rows(2))),
        Rules(most=9, least=9, cost=np.ones(12), budget=8.5),
        Rules(most=9, one_of=(rows(0),), cost=np.ones(12), budget=0.5),
    ],
)
def test_a_part_of_which_nothing_is_allowed_is_ruled_out(siting: Siting, rules: Rules) -> None:
    ledger = Ledger(replace(siting, rules=rules))
    ledger.rule_out(0)
    assert ledger.bound == np.inf


def test_the_choice_at_the_end_is_looked_at_too(siting: Siting) -> None:
    answer = solve(siting)
    assert answer.chosen is not None
    ledger = Ledger(siting)
    assert ledger.certify(answer.chosen, answer.loss) == 0.0
    with pytest.raises(ProofError, match="something else"):
        ledger.certify(answer.chosen, answer.loss * 0.99)
    with pytest.raises(ProofError, match="something else"):
        ledger.certify(answer.chosen, float("nan"))
    with pytest.raises(ProofError, match="may not be made"):
        ledger.certify(np.arange(5), lost(siting, np.arange(5)))
    ledger.close(0)
    ledger._closed = answer.loss * 1.01
    with pytest.raises(ProofError, match="less than the bound"):
        ledger.certify(answer.chosen, answer.loss)


def test_a_fault_is_told_in_words_also_when_it_comes_from_another_process(ledger: Ledger) -> None:
    with pytest.raises(ProofError) as found:
        ledger.settle(0)
    fault = found.value
    assert fault.message.startswith("The search failed its own check, and nothing that it found is shown.")
    again = type(fault)(fault.message, fault.hint)
    assert str(again) == str(fault)
    assert "tell who looks after this tool" in str(again)


def thinks_higher(patch: pytest.MonkeyPatch) -> None:
    look = _Ascent._look

    def too_high(ascent: _Ascent) -> None:
        look(ascent)
        ascent.bound *= 1.3
        ascent.part = replace(ascent.part, bound=ascent.bound)

    patch.setattr(_Ascent, "_look", too_high)


def loses_a_half(patch: pytest.MonkeyPatch) -> None:
    halves = _Search._halves
    patch.setattr(_Search, "_halves", lambda search, part: halves(search, part)[1:])


def closes_early(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(_Search, "aim", property(lambda search: search.loss * 0.8))


def leaves_out_too_much(patch: pytest.MonkeyPatch) -> None:
    def decided(
        choosing: Choosing, saved: Floats, bound: float, chosen: Rows, aim: float
    ) -> tuple[Rows, Rows]:
        return np.setdiff1d(np.arange(choosing.count), chosen), chosen

    patch.setattr(Choosing, "decided", decided)


def reads_other_losses(patch: pytest.MonkeyPatch) -> None:
    reduced = FullTable.reduced
    patch.setattr(FullTable, "reduced", lambda table, worth: reduced(table, worth) * 0.5)


def settles_early(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Part, "settled", property(lambda part: len(part.table.sites) < 10))


def counts_less(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Siting, "loss_of", lambda siting, chosen: 0.9 * lost(siting, chosen))


def rules_out_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Choosing, "possible", property(lambda choosing: False))


UNPROVEN = (thinks_higher, loses_a_half, closes_early, leaves_out_too_much, reads_other_losses)
REFUSED = (settles_early, counts_less, rules_out_all)


def test_without_sabotage_it_is_proven_in_several_parts(siting: Siting) -> None:
    answer = solve(siting)
    assert answer.proven
    assert answer.parts > 1


@pytest.mark.parametrize("sabotage", UNPROVEN)
def test_a_fault_of_the_search_leaves_nothing_proven(
    siting: Siting, monkeypatch: pytest.MonkeyPatch, sabotage: Callable[[pytest.MonkeyPatch], None]
) -> None:
    sabotage(monkeypatch)
    answer = solve(siting)
    assert not answer.proven
    assert answer.bound <= best_by_trying(siting) + 1e-9 <= answer.loss + 2e-9


@pytest.mark.parametrize("sabotage", REFUSED)
def test_a_fault_that_no_bound_shows_is_refused(
    siting: Siting, monkeypatch: pytest.MonkeyPatch, sabotage: Callable[[pytest.MonkeyPatch], None]
) -> None:
    sabotage(monkeypatch)
    with pytest.raises(ProofError):
        solve(siting)


def test_a_part_that_goes_astray_is_told_from_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that never comes back from the queue stays open in the ledger."""
    siting = medium_siting(SPLIT_OFTEN, points=60)
    assert solve(siting).proven
    monkeypatch.setattr(siting_tree.heapq, "heappush", lambda queue, item: queue or queue.append(item))
    assert not solve(siting).proven
