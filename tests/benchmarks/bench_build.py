"""Build real places beside plain geopandas scripts, and reopen them: seconds and peak memory."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
REOPEN = (
    "import sys; from pathlib import Path; from geo.builds import open_build; open_build(Path(sys.argv[1]))"
)
IMPORT = "import geopandas, geo.builds"


@dataclass(frozen=True)
class Run:
    """The best of several runs of a command, each in its own process."""

    seconds: float
    peak_mb: float


def measure(*command: str, times: int = 3) -> Run:
    """Run a command several times and keep the fastest, with the most memory that any of them took."""
    runs = []
    for _ in range(times):
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, *command], cwd=PROJECT, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        if os.waitstatus_to_exitcode(status):
            raise SystemExit(f"{' '.join(command[:3])} failed")
        runs.append(Run(seconds, peak_mb(usage)))
    return Run(min(r.seconds for r in runs), max(r.peak_mb for r in runs))


def peak_mb(usage: resource.struct_rusage) -> float:
    """Return peak resident memory in megabytes; the unit differs between systems."""
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Print each figure beside its peer, for Greater Manchester and for England."""
    realdata = Path(os.environ.get("ATLAS_REALDATA", PROJECT.parent / "shared" / "realdata"))
    if not realdata.is_dir():
        print(f"build benchmark left out: published data not found at {realdata}; set ATLAS_REALDATA")
        return
    compare("Greater Manchester (1,702 areas)", realdata / "greater_manchester", "plain_build")
    compare("England (32,844 areas, 11 files)", realdata / "england", "plain_england")


def compare(name: str, folder: Path, script: str) -> None:
    """Build a place both ways, and print them beside each other."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "build"
        ours = measure("-m", "views.cli", "build", str(folder), "--out", str(out), "--json")
        plain = measure("-m", f"tests.benchmarks.{script}", str(folder), f"{scratch}/plain.parquet")
        imports = measure("-c", IMPORT)
        reopened = measure("-c", REOPEN, str(out))
    print(f"Build of {name}, whole process, best of 3")
    print(f"  atlas build, every file of the folder recognised: {ours.seconds:.2f} s, {ours.peak_mb:,.0f} MB")
    print(
        f"  plain geopandas, files and columns named by hand:  {plain.seconds:.2f} s, {plain.peak_mb:,.0f} MB"
    )
    print(
        f"  ratio: {ours.seconds / plain.seconds:.2f} in time, {ours.peak_mb / plain.peak_mb:.2f} in memory"
    )
    print(
        f"  reopening: {reopened.seconds - imports.seconds:.2f} s beyond {imports.seconds:.2f} s of imports"
    )


if __name__ == "__main__":
    main()
