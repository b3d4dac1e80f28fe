"""Share the supply of 20,000 places out over England and Wales, beside access of pysal: seconds and memory.

Both sides have the same points, the same demand and supply, and the same steps at 1, 2 and 3 km by straight
line. Each has a process of its own, so that the peak memory of one does not count for the other. Access is
given whole numbers for ids, with which it is fastest, and pairs from the spatial join of geopandas: its own
method for points looks at all 695 million.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.area_table import CRS
from geo.reach import share_supply
from geo.travel import Mode, TravelCosts, costs_by_line

PROJECT = Path(__file__).parent.parent.parent
AREAS_FILE: Final = "england/LSOA_2011_BSC_EW.parquet"
PLACES: Final = 20_000
FAR_M: Final = 3_000.0
STEPS_MIN: Final = ((12.5, 1.0), (25.0, 0.68), (37.5, 0.22))
"""At 4.8 km an hour and without a detour: 1, 2 and 3 km."""

STEPS_M: Final = {1_000.0: 1.0, 2_000.0: 0.68, 3_000.0: 0.22}
TOLERANCE: Final = 1e-9
T = TypeVar("T")


@dataclass(frozen=True)
class Points:
    """Areas with their demand, and places with their supply."""

    starts: gpd.GeoDataFrame
    places: gpd.GeoSeries
    demand: np.ndarray
    supply: np.ndarray


def make_points(file: Path) -> Points:
    """Return a point inside each small area, and places drawn around them with a seed."""
    draw = np.random.default_rng(7)
    shapes = gpd.read_parquet(file).set_index("LSOA11CD").sort_index().to_crs(CRS)
    inside = shapes.representative_point()
    plain = pd.DataFrame({"area_code": shapes.index, "weight": 1.0})
    starts = gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(inside.to_numpy(), crs=CRS))
    around = draw.integers(0, len(starts), PLACES)
    xy = shapely.get_coordinates(inside.to_numpy())[around] + draw.normal(0, 300, (PLACES, 2))
    ids = [f"place{number:05}" for number in range(PLACES)]
    places = gpd.GeoSeries.from_xy(xy[:, 0], xy[:, 1], index=ids, crs=CRS)
    demand = draw.integers(50, 800, len(starts)).astype(float)
    return Points(starts, places, demand, draw.integers(1, 6, PLACES).astype(float))


def best(work: Callable[[], T], times: int = 5) -> tuple[float, T]:
    """Return the seconds of the fastest of several runs, and what the last returned."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - started)
    return min(seconds), found


def run_ours(points: Points, scratch: Path) -> dict[str, float]:
    """Time our side: the pairs, and the sharing out; keep the pairs and the scores."""
    os.environ["ATLAS_DETOUR"] = "1"

    def make_pairs() -> TravelCosts:
        return costs_by_line(points.starts, points.places, Mode.WALK, STEPS_MIN[-1][0])

    pairs_s, costs = best(make_pairs)
    share_s, share = best(lambda: share_supply(costs, points.demand, points.supply, STEPS_MIN))
    np.savez(scratch / "pairs.npz", start=costs.start, place=costs.place, minutes=costs.minutes)
    np.save(scratch / "ours.npy", share.score)
    conserved = float(share.score @ points.demand) / share.reached - 1
    return {"pairs_s": pairs_s, "share_s": share_s, "pairs": len(costs.start), "lost": conserved}


def run_access(points: Points, scratch: Path) -> dict[str, float]:
    """Time access on our pairs, and from the points on; keep its scores."""
    from access import Access, weights

    people = pd.DataFrame({"people": points.demand}).rename_axis("start")
    offered = pd.DataFrame({"offer": points.supply}).rename_axis("place")

    def share(costs: pd.DataFrame, steps: dict[float, float]) -> pd.Series:
        peer = Access(
            demand_df=people,
            demand_value="people",
            supply_df=offered,
            supply_value="offer",
            cost_df=costs,
            cost_origin="origin",
            cost_dest="dest",
            cost_name="cost",
        )
        return peer.enhanced_two_stage_fca(weight_fn=weights.step_fn(steps))["e2sfca_offer"]

    def make_pairs() -> pd.DataFrame:
        there = gpd.GeoDataFrame({"dest": offered.index}, geometry=points.places.array, crs=CRS)
        origins = gpd.GeoDataFrame({"origin": people.index}, geometry=points.starts.geometry.array, crs=CRS)
        near = gpd.sjoin(origins, there, predicate="dwithin", distance=FAR_M)
        near["cost"] = near.geometry.distance(there.geometry.loc[near["index_right"]], align=False)
        return pd.DataFrame(near[["origin", "dest", "cost"]])

    known = np.load(scratch / "pairs.npz")
    frame = pd.DataFrame({"origin": known["start"], "dest": known["place"], "cost": known["minutes"]})
    share_s, scores = best(lambda: share(frame, dict(STEPS_MIN)))
    pairs_s, pairs = best(make_pairs)
    again = share(pairs, STEPS_M)
    for name, found in (("access", scores), ("from_points", again)):
        np.save(scratch / f"{name}.npy", found.reindex(people.index).fillna(0).to_numpy())
    return {"pairs_s": pairs_s, "share_s": share_s, "pairs": len(pairs)}


def run_apart(side: str, scratch: Path) -> dict[str, float]:
    """Run a side in a process of its own, and add its peak memory in megabytes."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_reach", side, str(scratch)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"the run of {side} failed")
    return json.loads(told) | {"peak_mb": usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)}


def largest_difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference between scores, as a share of the larger of two."""
    size = np.maximum(np.abs(one), np.abs(other))
    return float(np.divide(np.abs(one - other), size, out=np.zeros(len(one)), where=size > 0).max())


def find_areas_file() -> Path:
    """Return where the published boundaries are looked for."""
    realdata = Path(os.environ.get("ATLAS_REALDATA", PROJECT.parent / "shared" / "realdata"))
    return realdata / AREAS_FILE


def main() -> None:
    """Print each figure beside its peer, and stop where the scores differ."""
    file = find_areas_file()
    if not file.is_file():
        print(f"reach benchmark left out: published data not found at {file}; set ATLAS_REALDATA")
        return
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        ours, peer = run_apart("ours", scratch), run_apart("access", scratch)
        scores, theirs, from_points = (
            np.load(scratch / f"{name}.npy") for name in ("ours", "access", "from_points")
        )
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    apart = max(largest_difference(scores, theirs), largest_difference(scores, from_points))
    print(
        f"Sharing out {PLACES:,} places over {len(scores):,} small areas of England and Wales within 3 km "
        f"({ours['pairs']:,.0f} pairs), best of 5"
    )
    print(f"  pairs at hand: share_supply {ours['share_s']:.3f} s")
    print(f"                 access, its object and enhanced_two_stage_fca {peer['share_s']:.3f} s")
    print(f"                 ratio {peer['share_s'] / ours['share_s']:.0f}")
    whole, other = ours["pairs_s"] + ours["share_s"], peer["pairs_s"] + peer["share_s"]
    print(f"  from points:   costs_by_line and share_supply {whole:.3f} s")
    print(f"                 geopandas' sjoin (dwithin) and access {other:.3f} s")
    print(f"                 ratio {other / whole:.0f}")
    print(
        f"  peak memory of the process: {ours['peak_mb']:,.0f} MB, access {peer['peak_mb']:,.0f} MB; imports "
        f"alone {idle:,.0f} MB"
    )
    print(f"  largest difference of scores {apart:.1e}, of the whole supply {abs(ours['lost']):.1e}")
    if apart > TOLERANCE or abs(ours["lost"]) > TOLERANCE:
        raise SystemExit(f"scores differ by more than {TOLERANCE:g}")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        sides = {"ours": run_ours, "access": run_access}
        print(json.dumps(sides[sys.argv[1]](make_points(find_areas_file()), Path(sys.argv[2]))))
    else:
        main()
