"""Publish Northmere, and the simulated referrals of Greater Manchester and of one council of it: seconds."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.bench_build import PROJECT

LIMITS_S = {"northmere": 30.0, "Trafford": 30.0, "greater_manchester": 180.0}


def main() -> None:
    """Print what each release took, withheld and left unproved."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _publish("northmere", PROJECT / "data" / "demo" / "northmere", folder)
        realdata = Path(os.environ.get("ATLAS_REALDATA", PROJECT.parent / "shared" / "realdata"))
        if not realdata.is_dir():
            print(
                f"publish of real places left out: published data not found at {realdata}; set ATLAS_REALDATA"
            )
            return
        _publish("Trafford", realdata / "greater_manchester", folder, "--council", "Trafford")
        _publish("greater_manchester", realdata / "greater_manchester", folder)


def _publish(name: str, source: Path, folder: Path, *options: str) -> None:
    build, shared = folder / name, folder / f"{name}_out" / "shared"
    _run("build", str(source), "--out", str(build), *options)
    started = time.perf_counter()
    said = json.loads(_run("publish", str(build), "--to", str(shared), "--controller", name, "--json"))
    seconds = time.perf_counter() - started
    print(
        f"publish {name}, whole process: {seconds:.1f} s of at most {LIMITS_S[name]:.0f}; withheld "
        f"{said['withheld_small']:,} small and {said['withheld_beside']:,} beside; audit "
        f"{said['audit_seconds']:.1f} s for {said['attacked']:,} cells"
    )


def _run(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "views.cli", *words], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


if __name__ == "__main__":
    main()
