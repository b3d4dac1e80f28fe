"""Which cells are withheld: those of the rule, and as few and cheap others as protect them."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from models.attack import known_of, prove_all
from models.audit import table_words, targets_of
from models.cutting import Found, cheapest_pattern
from models.earlier import Earlier
from models.protection import Block, make_blocks
from models.release_cells import Cells, Flags
from models.release_rule import Rule
from models.solver import Floats

Tell = Callable[[str, int, int], None]
USUAL_CELLS: Final = 1_500
"""A block of so many cells has the declared time; a larger one has more, in proportion."""


@dataclass(frozen=True)
class Suppression:
    """A pattern for a whole release.

    Attributes
    ----------
    withheld
        Which cells are withheld.
    small
        Which of them the rule names.
    cost, bound
        What the others cost, and what any that protect as well cost at least.
    blocks
        How many parts were looked at apart, and in how many the cheapest pattern was proved.
    seconds
        The time of all searches together.
    """

    withheld: Flags
    small: Flags
    cost: float
    bound: float
    blocks: tuple[int, int]
    seconds: float

    @property
    def gap(self) -> float:
        """How far the cost may be above the least there is, as a share of it."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost > 0 else 0.0


def suppress(
    cells: Cells,
    rule: Rule,
    earlier: Earlier | None = None,
    seconds: float = 12.0,
    tell: Tell | None = None,
) -> Suppression:
    """Choose the cells that are withheld.

    Parameters
    ----------
    cells
        The cells, with what ties them.
    rule
        The rule.
    earlier
        What earlier releases showed.
    seconds
        How long the cheapest pattern of a usual council is looked for.
    tell
        Called as councils are done.

    Returns
    -------
    Suppression
        It protects every cell that can be protected; whether all can is for the audit to say.
    """
    shown_before, before = (earlier or Earlier()).flags(cells, rule)
    small = cells.now & np.isin(cells.values, rule.hidden)
    targets, wide = targets_of(cells, rule, shown_before, before)
    most = cells.now & (cells.values > 0) & (small | ~cells.always_shown)
    everything = known_of(cells, rule, most, shown_before, before)
    blocks = make_blocks(cells, rule, everything, targets, wide)
    checks = [_checker(cells, rule, block, earlier, small, targets, wide) for block in blocks]
    found = _search(blocks, checks, seconds, tell or (lambda *_: None))
    withheld = small.copy()
    for block, one in zip(blocks, found, strict=True):
        withheld[block.cells[(one.pattern > 0) & block.choice]] = True
    return Suppression(
        withheld=withheld,
        small=small,
        cost=sum(one.cost for one in found),
        bound=sum(one.bound for one in found),
        blocks=(len(found), sum(one.gap < 1e-6 for one in found)),
        seconds=sum(one.seconds for one in found),
    )


def _search(
    blocks: list[Block], checks: list[Callable[[Floats], list[tuple[int, float]]]], seconds: float, tell: Tell
) -> list[Found]:
    """Look for the pattern of each block, the largest first, on as many cores as there are."""
    order = sorted(range(len(blocks)), key=lambda n: -len(blocks[n].cells))
    out: dict[int, Found] = {}
    with ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as pool:
        running = {}
        for n in order:
            time = seconds * max(1.0, len(blocks[n].cells) / USUAL_CELLS)
            running[pool.submit(cheapest_pattern, blocks[n], time, checks[n])] = n
        tell("Looking for the least to withhold", 0, len(blocks))
        for done in as_completed(running):
            out[running[done]] = done.result()
            tell("Looking for the least to withhold", len(out), len(blocks))
    return [out[n] for n in range(len(blocks))]


def _checker(
    cells: Cells,
    rule: Rule,
    block: Block,
    earlier: Earlier | None,
    small: Flags,
    targets: Flags,
    wide: Flags,
) -> Callable[[Floats], list[tuple[int, float]]]:
    """Return what attacks a pattern of one block by whole numbers."""
    shown_before, before = (earlier or Earlier()).flags(cells, rule)
    mine = np.zeros(len(cells), dtype=bool)
    mine[block.cells] = True
    place = {int(cell): n for n, cell in enumerate(block.cells)}
    values = cells.values

    def check(pattern: Floats) -> list[tuple[int, float]]:
        withheld = small.copy()
        withheld[block.cells[(pattern > 0.5) & block.choice]] = True
        known = known_of(cells, rule, withheld, shown_before, before)
        wrong: list[tuple[int, float]] = []
        for cell, proven in prove_all(cells, known, rule, targets & mine, wide & mine).items():
            if all(proven.possible):
                continue
            if wide[cell]:
                wrong.append((place[cell], rule.largest_suppressed - 1.0))
                continue
            counts = [v for v, there in zip(rule.hidden, proven.possible, strict=True) if not there]
            wrong += [(place[cell], float(v - values[cell])) for v in counts]
        return wrong

    return check


def describe_cost(cells: Cells, suppression: Suppression) -> dict[str, Any]:
    """Return what withholding cost, as plain values: for the council's own eyes.

    Returns
    -------
    dict
        `tables`: for each, by its words, cells `shown`, `small` (named by the rule), `beside`, and the share
        of its events that the withheld cells hold; `cost`, `bound`, `gap`, `blocks`, `proved`, `seconds`.
    """
    now = cells.now
    frame = cells.frame[now]
    words = table_words(frame)
    withheld, small = suppression.withheld[now], suppression.small[now]
    values = frame["value"].to_numpy(dtype="float64")
    tables: dict[str, Mapping[str, float]] = {}
    for name, places in words.groupby(words, sort=False).indices.items():
        hidden = withheld[places]
        total = values[places].sum()
        tables[str(name)] = {
            "cells": len(places),
            "small": int(small[places].sum()),
            "beside": int((hidden & ~small[places]).sum()),
            "share_withheld": round(float(values[places][hidden].sum() / total), 4) if total else 0.0,
        }
    return {
        "tables": tables,
        "small": int(small.sum()),
        "beside": int((withheld & ~small).sum()),
        "cost": round(suppression.cost, 2),
        "bound": round(suppression.bound, 2),
        "gap": round(suppression.gap, 4),
        "blocks": suppression.blocks[0],
        "proved": suppression.blocks[1],
        "seconds": round(suppression.seconds, 1),
    }
