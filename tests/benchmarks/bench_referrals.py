"""Read referral extracts of any size beside pandas and a spatial join."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.bench_build import PROJECT, Run, measure

EXTRACT = "referrals/simulated_referrals_2022_2025.csv.gz"
SIMULATOR = "tools/simulate_referrals.py"
SCALES = (10, 85)
"""Ten million rows take the simulator many minutes: they are left out unless `ATLAS_BENCH=full`."""


def main() -> None:
    """Print seconds, memory and rows a second, each beside its peer."""
    realdata = Path(os.environ.get("ATLAS_REALDATA", PROJECT.parent / "shared" / "realdata"))
    if not realdata.is_dir():
        print(f"referral benchmark left out: published data not found at {realdata}; set ATLAS_REALDATA")
        return
    pack = realdata / "greater_manchester"
    with tempfile.TemporaryDirectory() as scratch:
        bare = copy_folder(pack, Path(scratch) / "bare", without="referrals")
        build = Path(scratch) / "build"
        run("-m", "views.cli", "build", str(bare), "--out", str(build), "--json")
        compare("Simulated referrals of Greater Manchester", pack / EXTRACT, pack, build, times=3)
        for scale in SCALES if os.environ.get("ATLAS_BENCH") == "full" else SCALES[:1]:
            extract = Path(scratch) / f"referrals_{scale}.csv"
            simulator = realdata.parent / SIMULATOR
            run(
                str(simulator),
                "--pack",
                str(pack),
                "--seed",
                "1",
                "--scale",
                str(scale),
                "--out",
                str(extract),
            )
            compare(f"The same at {scale} times the volume", extract, pack, build, times=1)
            extract.unlink()


def copy_folder(pack: Path, out: Path, without: str) -> Path:
    """Copy a folder of published files but for one part of it."""
    shutil.copytree(pack, out, ignore=shutil.ignore_patterns(without))
    return out


def run(*command: str) -> None:
    """Run a command to its end, out of what is measured."""
    subprocess.run([sys.executable, *command], cwd=PROJECT, stdout=subprocess.DEVNULL, check=True)


def compare(name: str, extract: Path, pack: Path, build: Path, times: int) -> None:
    """Read one extract both ways, each in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(pack / "postcodes", folder / "postcodes")
        (folder / extract.name).symlink_to(extract)
        ours = measure("-m", "tests.benchmarks.our_referrals", str(folder), str(build), times=times)
    plain = measure("-m", "tests.benchmarks.plain_referrals", str(extract), str(pack), times=times)
    rows = count_rows(extract)
    print(f"{name}: {rows:,} rows read, placed and counted, whole process")
    print(f"  ours, columns recognised and every row accounted for: {words(ours, rows)}")
    print(f"  pandas and sjoin, columns named by hand:              {words(plain, rows)}")
    print(
        f"  ratio: {ours.seconds / plain.seconds:.2f} in time, {ours.peak_mb / plain.peak_mb:.2f} in memory"
    )


def words(found: Run, rows: int) -> str:
    """Say how long a run took, what it held, and how many rows it read in a second."""
    return f"{found.seconds:.1f} s, {found.peak_mb:,.0f} MB, {rows / found.seconds:,.0f} rows a second"


def count_rows(extract: Path) -> int:
    """Count the lines below the header."""
    import gzip

    with gzip.open(extract) if extract.suffix == ".gz" else extract.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1


if __name__ == "__main__":
    main()
