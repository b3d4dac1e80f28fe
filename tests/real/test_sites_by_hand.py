"""Sites by hand on published files: at once, and never better than the best where candidates stand."""

from time import process_time

import numpy as np
import pytest

from geo.builds import Build
from models.placement import Placed, place
from models.placement_asked import Objective, Wanted
from models.placement_manual import by_hand
from models.placement_manual_words import explain_by_hand, one_more_words

pytestmark = pytest.mark.real

AT_ONCE_S = 0.3


@pytest.fixture(scope="module")
def best(gm_build: Build) -> Placed:
    """The best five of the middles of all small areas."""
    return place(gm_build, Wanted("library", sites=5, middles=True, objective=Objective.MEDIAN))


def test_sites_of_ten_councils_and_one_more_are_told_at_once(gm_build: Build, best: Placed) -> None:
    frame = best.problem.candidates.frame
    spots = [(point.x + 40.0, point.y) for point in frame.geometry.iloc[::600]]
    began = process_time()
    hand = by_hand(best.problem, gm_build, [*spots, str(best.sites.index[0])])
    told = explain_by_hand(hand, gm_build, best)
    more = one_more_words(hand)
    assert process_time() - began < AT_ONCE_S
    assert "of what is possible" in told.text
    assert more[1].text in set(frame["name"])


def test_no_hand_beats_the_proven_best(gm_build: Build, best: Placed) -> None:
    assert best.answer is not None
    assert best.answer.proven
    rng = np.random.default_rng(8)
    ids = best.problem.candidates.frame.index
    shares = [
        by_hand(best.problem, gm_build, [str(id_) for id_ in rng.choice(ids, 5, replace=False)]).share_of(
            best
        )
        for _ in range(20)
    ]
    assert max(shares) <= 1.0
    whole = by_hand(best.problem, gm_build, [str(id_) for id_ in best.sites.index])
    assert whole.share_of(best) == pytest.approx(1.0, abs=1e-12)
