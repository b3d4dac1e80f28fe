"""One reading of an extract: its folder is recognised, its rows are placed and counted into what is kept."""

import sys
from datetime import date
from pathlib import Path

from data.folder import read_folder
from geo.builds import open_build
from geo.find_demand import find_demand


def main(folder: Path, build: Path) -> None:
    """Read the extract of a folder for the areas of a build that has none, and say what was used."""
    found = find_demand(read_folder(folder), open_build(build).areas, date.today())
    used = sum(table.rows for table in found.files)
    print(f"{used:,} rows read")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
