"""The smallest shift of weights that puts enough rivals ahead of a ward: an integer programme.

Which rivals get ahead is a whole number each. The programme is posed in the smallest ball that is known to
hold an answer, where most rivals are surely ahead or surely behind and drop out of it.
"""

from dataclasses import replace
from time import monotonic

import numpy as np

from models.shortlist_get_in import Won
from models.shortlist_shift import Ball, Race, ShiftProgramme, no_lesser_than, on_lines
from models.shortlist_whole import SHARP, Marks, Table, WholeProgramme
from models.solver import Floats, Ids


def get_out(race: Race, seconds: float) -> Won:
    """Find the nearest weights at which as many rivals as it takes are ahead of a ward.

    Parameters
    ----------
    race
        The race, seen from the rivals: a lead is a rival's over the ward. It suits one in which few rivals
        have to be ahead.
    seconds
        How long to look.
    """
    until = monotonic() + seconds
    needed = _needed(race)
    race = replace(race, leads=race.leads[needed])
    start = on_lines(race)
    size = 1.0 if start is None else min(race.size(start) * (1 + SHARP), 1.0)
    ball = Ball(race.weights, size)
    sure = ball.worst(race.leads) >= race.asked
    open_ = np.flatnonzero(~sure & (ball.best(race.leads) >= race.asked))
    short = race.need - int(sure.sum())
    if short > len(open_):
        return Won(start, proven=True, at_least=size)
    table = _programme(race, open_, ball, short, until - monotonic())
    if table is None:
        return Won(start, proven=True, at_least=size)
    at_least = max(table.bound * size, race.least_alone(size))
    if table.columns is None:
        return Won(start, proven=False, at_least=at_least)
    ahead = sure.copy()
    ahead[open_[table.columns[2 * len(race.weights) :] > 0.5]] = True
    best = _nearest(race, ahead, ball)
    if best is None or (start is not None and race.size(start) <= race.size(best)):
        best = start
    return Won(best, table.proven, at_least)


def _needed(race: Race) -> Marks:
    """Tell who may be needed: not those who are ahead only when as many others as it takes are as well."""
    return np.asarray(no_lesser_than(-race.leads) < race.need)


def _nearest(race: Race, ahead: Marks, ball: Ball) -> Floats | None:
    """Return the nearest weights at which some rivals are ahead, to the last digit."""
    wider = Ball(ball.weights, min(ball.size * (1 + 1e-5), 1.0 + 1e-5))
    shift = ShiftProgramme(race, np.flatnonzero(ahead), wider).least_shift()
    return None if shift is None else wider.at(shift)


def _programme(race: Race, rows: Ids, ball: Ball, short: int, seconds: float) -> Table | None:
    """Solve the programme: gains and losses of criteria in units of the ball, then who gets ahead."""
    from scipy import sparse

    leads, count = race.leads[rows], len(race.weights)
    asked = (race.asked - leads @ race.weights) / ball.size
    lowest = (ball.worst(leads) - race.asked) / ball.size
    gains, losses = np.ones(count), np.zeros(count)
    behind = np.zeros(len(rows))
    matrix = sparse.vstack(
        [
            sparse.hstack([leads, -leads, sparse.diags(lowest)]),
            np.concatenate([gains, -gains, behind])[None, :],
            np.concatenate([gains, losses, behind])[None, :],
            np.concatenate([losses, losses, behind + 1.0])[None, :],
        ]
    )
    programme = WholeProgramme(
        sparse.csr_matrix(matrix),
        np.concatenate([asked + lowest, [0.0, -np.inf, float(short)]]),
        np.concatenate([np.full(len(rows), np.inf), [0.0, 1.0, np.inf]]),
        np.zeros(2 * count + len(rows)),
        np.concatenate([np.full(count, np.inf), race.weights / ball.size, np.ones(len(rows))]),
        np.arange(2 * count + len(rows)) >= 2 * count,
    )
    return programme.least(np.concatenate([gains, losses, behind]), seconds)
