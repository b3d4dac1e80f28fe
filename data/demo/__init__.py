"""Northmere: an invented English borough, in the layouts of the real publishers.

Nobody lives there: it lies in the North Sea, its codes are in unused ranges and its postcodes
in an unallocated area. The files are committed; ``python -m data.demo.generate`` makes them again.
"""

from pathlib import Path

NORTHMERE_FOLDER: Path = Path(__file__).parent / "northmere"
