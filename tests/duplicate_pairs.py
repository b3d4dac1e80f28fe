"""Pairs of rows of the published pack that a person looked at: the same place, or two.

`tests/real/duplicate_pairs.csv` names each row by the SHA-256 of its file and its place below the header, and
holds nothing that the files say. How the pairs came about: drawn at random from ten strata of hardness (the
same file in two formats; the same postcode with another name; like names near, across files, across kinds,
inside one file, and far away), then read side by side and labelled. The same means one establishment at one
place: halls of one sports centre and buildings of one hospital are one, a pharmacy inside a surgery, two
practices in one health centre, an infant and a junior school, and a club at a ground of another name are
two; a school and its own sports hall, or a library and the polling station in it, are one place under two
kinds. Pairs on which two readers could honestly differ, such as a church and its hall, were left out (41 of
659). A third, by squares of three kilometres, is held out: nothing was tuned on it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from data.postcodes import PostcodeDirectory
from data.register.records import Place, State
from data.sources.base import AssetSource
from geo.duplicates import find_duplicates
from geo.places import by_preference, gather_rows, label_files, locate_rows
from geo.register_duplicates import SAME, find_alike

PAIRS: Final = Path(__file__).parent / "real" / "duplicate_pairs.csv"
_PEER: Final = 90.0


def read_pairs() -> pd.DataFrame:
    """The pairs: `sha256_a, row_a, sha256_b, row_b, same, held_out, stratum`."""
    return pd.read_csv(PAIRS).astype({"same": bool, "held_out": bool})


def locate_pack(sources: Sequence[AssetSource], directory: PostcodeDirectory) -> pd.DataFrame:
    """Every row of the pack that can be placed, by the SHA-256 of its file and its row."""
    labelled = label_files(sources)
    rows = gather_rows(labelled).assign(fate="used")
    locate_rows(rows, directory)
    rows["sha256"] = rows["file"].map({label: source.sha256 for label, source in labelled.items()})
    return rows[rows["fate"] == "used"]


def judge_pairs(pairs: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """What each method says of each pair, with what is known of the pair.

    Returns
    -------
    pandas.DataFrame
        `one_kind`; `joined`, whether the reader of the one file already made one of the two rows;
        `imported`, as an import finds duplicates, in the whole pack; `typed`, as somebody is told who types
        one of them; `peer`: the same postcode and a token sort ratio of at least 90.
    """
    number = {
        key: n for n, key in zip(rows.index, zip(rows["sha256"], rows["row"], strict=True), strict=True)
    }
    first = [number[key] for key in zip(pairs["sha256_a"], pairs["row_a"], strict=True)]
    second = [number[key] for key in zip(pairs["sha256_b"], pairs["row_b"], strict=True)]
    a, b = (rows.loc[numbers].set_axis(pairs.index) for numbers in (first, second))
    kept = find_duplicates(by_preference(rows))
    records = {n: _place(n, rows.loc[n]) for n in {*first, *second}}
    together = a["postcode"].eq(b["postcode"]).fillna(False).astype(bool)
    names = zip(a["name"].str.lower(), b["name"].str.lower(), strict=True)
    return pd.DataFrame(
        {
            "one_kind": (a["kind"] == b["kind"]).astype(bool),
            "joined": (a["file"] == b["file"]) & (a["establishment"] == b["establishment"]),
            "imported": kept[first].to_numpy() == kept[second].to_numpy(),
            "typed": [_is_told(records[x], records[y]) for x, y in zip(first, second, strict=True)],
            "peer": together & np.array([fuzz.token_sort_ratio(x, y) >= _PEER for x, y in names]),
        },
        index=pairs.index,
    )


def precision_recall(said: pd.Series, same: pd.Series) -> tuple[float, float]:
    """How many of those that are said to be the same are, and how many of those that are are said to be."""
    right = int((said & same).sum())
    return right / int(said.sum()), right / int(same.sum())


def _is_told(first: Place, second: Place) -> bool:
    return any(alike.score >= SAME for alike in find_alike(first, (second,)))


def _place(number: int, row: pd.Series) -> Place:
    text = {key: "" if pd.isna(row[key]) else str(row[key]) for key in ("name", "kind", "detail", "postcode")}
    east, north = float(row["easting_m"]), float(row["northing_m"])
    return Place(f"p{number}", 1, State.PUBLISHED, easting_m=east, northing_m=north, **text)
