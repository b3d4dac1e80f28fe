"""Choose sites beside spopt: maximal covering of Greater Manchester, and p-medians of the OR-Library.

Building and solving are measured together, from a table of distances to the answer; what is imported, and the
table, are there before. Of the solvers that spopt can use through pulp, HiGHS and CBC, the quicker one
counts.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import geopandas as gpd
import highspy
import numpy as np
import pulp
from spopt.locate import MCLP, PMedian

from data.orlib import read_orlib
from geo.build_folder import build_folder
from models.orlib import siting_of_graph, ways_between
from models.siting import Answer, Floats, Rules, Siting
from models.siting_tree import solve
from tests.benchmarks.bench_build import PROJECT
from tests.benchmarks.bench_reach import best

NEAR_M: Final = 1_600.0
DETOUR: Final = 1.3
SITES: Final = 15
LIBRARY: Final = range(1, 21)
BESIDE: Final = range(1, 6)
"""The instances of the library that spopt solves in less than a minute each."""

LIMITS_S: Final = {5: 60.0, 15: 60.0, 40: 60.0}
"""How long a p-median with so many sites is looked for."""

SOLVERS: Final = {
    "HiGHS": lambda: pulp.HiGHS(msg=False),
    "CBC": lambda: pulp.PULP_CBC_CMD(msg=False),
}


def main() -> None:
    """Print each figure beside its peer, and stop where the optima differ."""
    library = Path(os.environ.get("ATLAS_BENCHMARKS", PROJECT.parent / "shared" / "benchmarks")) / "orlib"
    if library.is_dir():
        compare_medians(library)
    else:
        print(f"OR-Library left out: not found at {library}; set ATLAS_BENCHMARKS")
    realdata = Path(os.environ.get("ATLAS_REALDATA", PROJECT.parent / "shared" / "realdata"))
    if not realdata.is_dir():
        print(f"siting benchmark left out: published data not found at {realdata}; set ATLAS_REALDATA")
        return
    with tempfile.TemporaryDirectory() as scratch:
        made = build_folder(realdata / "greater_manchester", Path(scratch) / "build")
        metres = distances(made.starts)
        people = made.areas.frame["pop_total"].to_numpy(dtype=float)
    compare_covering(metres, people)
    for sites, limit_s in LIMITS_S.items():
        print_median(metres, people, sites, limit_s)


def distances(starts: gpd.GeoDataFrame) -> Floats:
    """Return metres in a straight line between the middles of areas, weighted by homes."""
    weight = starts["weight"].to_numpy()
    parts = {"x": starts.geometry.x * weight, "y": starts.geometry.y * weight, "weight": weight}
    sums = starts.assign(**parts).groupby("area_code")[["x", "y", "weight"]].sum()
    xy = sums[["x", "y"]].to_numpy() / sums[["weight"]].to_numpy()
    return np.asarray(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)))


def compare_medians(library: Path) -> None:
    """Solve the instances of the library, the first of them beside spopt."""
    seconds = {}
    for number in LIBRARY:
        graph = read_orlib(library / f"pmed{number}.txt")
        ways = ways_between(graph)
        seconds[number], answer = best(lambda g=graph: solve(siting_of_graph(g)), times=1)
        require(answer.proven, f"pmed{number} is not proven")
        if number in BESIDE:
            took, name, theirs = quickest(lambda w=ways, p=graph.chosen: median_of_spopt(w, p))
            require(abs(theirs - answer.loss) < 0.5, f"pmed{number}: {answer.loss} and {theirs} of spopt")
            print(
                f"pmed{number}, {graph.vertices} vertices, {graph.chosen} chosen: {seconds[number]:.2f} s, "
                f"spopt with {name} {took:.1f} s, {took / seconds[number]:.0f} times as long"
            )
    print(f"pmed1 to pmed20, each to its proven optimum: {sum(seconds.values()):.1f} s together")


def compare_covering(metres: Floats, people: Floats) -> None:
    """Cover as many people as can be, beside spopt."""
    ours_s, answer = best(lambda: cover(metres, people), times=5)
    require(answer.proven, "the covering is not proven")
    theirs_s, name, theirs = quickest(lambda: covering_of_spopt(metres, people))
    covered = people.sum() - answer.loss
    require(abs(covered - theirs) < 0.5, f"{covered} people are covered, and {theirs} by spopt")
    print(
        f"Maximal covering of Greater Manchester: {len(people):,} areas and candidates, {SITES} sites, "
        f"{NEAR_M / 1e3} km, {covered:,.0f} people"
    )
    print(f"  building and solving, best of 5: {ours_s:.2f} s, {answer.parts} parts")
    print(f"  spopt with {name}, one run:      {theirs_s:.1f} s, {theirs_s / ours_s:.0f} times as long")


def cover(metres: Floats, people: Floats) -> Answer:
    """Return the sites that most people are near to."""
    site, point = np.nonzero(metres <= NEAR_M)
    loss = np.zeros(len(site))
    return solve(Siting.of_pairs(people, point, site, loss, len(metres), Rules(most=SITES)))


def print_median(metres: Floats, people: Floats, sites: int, limit_s: float) -> None:
    """Say how near to the best a p-median comes in a time."""
    started = time.perf_counter()

    def watch(loss: float, bound: float) -> bool:
        return time.perf_counter() - started > limit_s

    answer = solve(Siting.of_table(metres * DETOUR * people, Rules(most=sites)), watch)
    proof = "proven" if answer.proven else f"gap {answer.gap:.4%}"
    print(
        f"p-median of Greater Manchester, {sites} sites: {proof} in {time.perf_counter() - started:.1f} s, "
        f"{answer.loss / people.sum():,.1f} m for each person"
    )


def covering_of_spopt(metres: Floats, people: Floats) -> Callable[[pulp.LpSolver], float]:
    """Return what builds the covering of spopt, solves it, and returns how many people are near."""

    def run(solver: pulp.LpSolver) -> float:
        problem = MCLP.from_cost_matrix(metres, people, NEAR_M, SITES)
        return float(problem.solve(solver, results=False).problem.objective.value())

    return run


def median_of_spopt(ways: Floats, chosen: int) -> Callable[[pulp.LpSolver], float]:
    """Return what builds the p-median of spopt, solves it, and returns its length."""

    def run(solver: pulp.LpSolver) -> float:
        problem = PMedian.from_cost_matrix(ways, np.ones(len(ways)), chosen)
        return float(problem.solve(solver, results=False).problem.objective.value())

    return run


def quickest(make: Callable[[], Callable[[pulp.LpSolver], float]]) -> tuple[float, str, float]:
    """Return the seconds and the name of the quicker solver, and what spopt found with it."""
    runs = []
    for name, solver in SOLVERS.items():
        took, found = best(lambda s=solver: make()(s()), times=1)
        runs.append((took, name, found))
    highspy.Highs.resetGlobalScheduler(True)  # it holds as many threads as its first use asked for
    return min(runs)


def require(holds: bool, fault: str) -> None:
    """Stop where a figure is not what it has to be."""
    if not holds:
        raise SystemExit(fault)


if __name__ == "__main__":
    main()
