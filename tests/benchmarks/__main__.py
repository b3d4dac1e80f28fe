"""Run every benchmark: `make bench`.

Each has a process of its own: the peak memory of a process counts from that of the one which started it.
"""

import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    for file in sorted(Path(__file__).parent.glob("bench_*.py")):
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{file.stem}"], check=True)
