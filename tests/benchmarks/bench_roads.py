"""Ways along a road network of a borough beside networkx: seconds, memory, and whether the minutes agree."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.benchmarks.bench_build import PROJECT

Figures = dict[str, float]


def main() -> None:
    """Print the figures of a borough beside networkx, and those of a county."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = run(folder, "write", 122, 400, 300)
        print("Ways on foot up to 30 minutes along the roads of a borough")
        print(f"  {made['junctions']:,} junctions, {made['edges']:,} edges, 400 starts, 300 places")
        ours, peer = run(folder, "atlas"), run(folder, "networkx")
        for words, key in (
            ("from the saved network to all minutes", "first"),
            ("all minutes once more", "again"),
            ("the nearest place alone", "nearest"),
        ):
            times = peer[key] / ours[key]
            print(f"  {words:38} {ours[key]:.2f} s, networkx {peer[key]:.2f} s, {times:.0f} times as long")
        print(f"  memory beyond the start                {ours['mb']:,.0f} MB, networkx {peer['mb']:,.0f} MB")
        print(f"  {compare(folder)}")
        made = run(folder, "write", 387, 3_000, 2_000)
        large = run(folder, "atlas")
        print(f"  a county: {made['junctions']:,} junctions, 3,000 starts, 2,000 places")
        print(
            f"  {large['first']:.1f} s, once more {large['again']:.1f} s, the nearest alone "
            f"{large['nearest']:.1f} s, {large['mb']:,.0f} MB with scipy and the network"
        )


def run(folder: Path, what: str, *sizes: int) -> Figures:
    """Write or walk the network in a process of its own, whose memory nothing else adds to."""
    command = [sys.executable, "-m", "tests.benchmarks.network_walks", what, str(folder), *map(str, sizes)]
    subprocess.run(command, cwd=PROJECT, check=True)
    figures: Figures = json.loads((folder / f"{what}.json").read_text())
    return figures


def compare(folder: Path) -> str:
    """Say by how much the minutes of pairs that do not share an edge differ."""
    ours, peer = (np.load(folder / f"{means}.npy") for means in ("atlas", "networkx"))
    mine = {(int(start), int(place)): minutes for start, place, minutes in ours}
    theirs = {(int(start), int(place)): minutes for start, place, minutes in peer}
    absent = len(theirs.keys() - mine.keys())
    most = max(abs(mine[pair] - minutes) for pair, minutes in theirs.items() if pair in mine)
    return (
        f"{len(theirs):,} pairs of networkx, {absent:,} absent here, differing by {most:.0e} minutes at most"
    )


if __name__ == "__main__":
    main()
