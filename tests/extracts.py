"""Invented extracts, and a plain dictionary for a directory of postcodes."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from data.folder import read_folder
from data.postcode_text import canonical, is_placeholder, squeeze
from data.referral_rows import FATES, Extracts, Fate, Located, ReadFile
from data.sources.base import SourceKind
from data.sources.referral_read import read_extracts

TODAY = date(2025, 6, 1)
AREAS = pd.Index([f"E0103500{n}" for n in range(4)])
HOMES = {f"ZN{n + 1} 1{a}{b}": n for n in range(4) for a in "ABD" for b in "ABDEF"}
"""Where each postcode lies: a place in `AREAS`."""

POSTCODES = sorted(HOMES)
ELSEWHERE = "SW1A 1AA"
WEST, SOUTH, SIDE = 400_000.0, 300_000.0, 1_000.0
"""The areas lie in a row from here as squares, for those that are asked by point."""


class Directory:
    """Answers from a dictionary, and remembers how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[pd.DataFrame] = []

    def __call__(self, addresses: pd.DataFrame) -> Located:
        self.asked.append(addresses)
        rows = [self._one(row) for row in addresses.to_dict("records")]
        fates = np.array([FATES.index(fate) for fate, _ in rows], np.int8)
        return Located(np.array([a for _, a in rows], np.int32), fates, np.zeros(len(rows), bool))

    def _one(self, row: dict[str, object]) -> tuple[Fate, int]:
        east, north = row.get("easting_m"), row.get("northing_m")
        if isinstance(east, float) and isinstance(north, float) and east == east:
            place = int((east - WEST) // SIDE)
            inside = 0 <= place < len(AREAS) and SOUTH <= north < SOUTH + SIDE
            return (Fate.USED, place) if inside else (Fate.OUTSIDE, -1)
        typed, code = row.get("postcode"), row.get("area_code")
        if typed is not None and not pd.isna(typed):
            postcode = canonical(squeeze(typed))
            if postcode is not None:
                return (Fate.USED, HOMES[postcode]) if postcode in HOMES else (Fate.OUTSIDE, -1)
            stands_in = bool(is_placeholder(pd.Series([typed])).iloc[0])
            return (Fate.PLACEHOLDER if stands_in else Fate.MALFORMED), -1
        if code is not None and not pd.isna(code):
            return (Fate.USED, AREAS.get_loc(code)) if code in AREAS else (Fate.OUTSIDE, -1)
        return Fate.NO_ADDRESS, -1


def ssd(rows: int, start: int = 0, seed: int = 1) -> pd.DataFrame:
    """Sound referrals in the layout of the Standard Safeguarding Dataset, each of its own child and day."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2023-04-03") + pd.to_timedelta(rng.integers(0, 700, rows), unit="D")
    return pd.DataFrame(
        {
            "cine_referral_id": [f"R{start + n:06d}" for n in range(rows)],
            "cine_person_id": [f"7{start + n:07d}" for n in range(rows)],
            "cine_referral_date": pd.Series(days).dt.strftime("%Y-%m-%d"),
            "cine_cin_primary_need_code": rng.choice(["N1", "N5", "N4"], rows),
            "cine_referral_source_code": rng.choice(["6", "2A", "3E"], rows),
            "cine_referral_nfa": "N",
            "pers_age_at_referral": rng.integers(0, 18, rows).astype(str),
            "addr_address_postcode": rng.choice(POSTCODES, rows),
        }
    )


def annex(rows: int) -> pd.DataFrame:
    """List 3 of Annex A with a home postcode, and what must not be kept."""
    plain = ssd(rows)
    return pd.DataFrame(
        {
            "Child Unique ID": plain["cine_person_id"],
            "Date of Birth": "03/04/2015",
            "Age of Child (Years)": plain["pers_age_at_referral"],
            "Date of referral": pd.to_datetime(plain["cine_referral_date"]).dt.strftime("%d/%m/%Y"),
            "Referral Source": "q) 6: Police",
            "Referral NFA?": "b) No",
            "Allocated Worker": "A. Worker",
            "Home Postcode": plain["addr_address_postcode"],
        }
    )


def read(folder: Path, directory: Directory | None = None, today: date = TODAY) -> Extracts:
    """Read all extracts of a folder, as a build does."""
    found = read_folder(folder)
    sources = [s for s in found.sources if s.kind is SourceKind.REFERRALS]
    return read_extracts(
        sources, directory or Directory(), today, areas=AREAS, settings=found.settings, root=folder
    )


def read_frame(frame: pd.DataFrame, folder: Path, name: str = "extract.csv") -> ReadFile:
    """Write one extract and read it: it must be read."""
    frame.to_csv(folder / name, index=False)
    extracts = read(folder)
    assert extracts.not_read == ()
    (file,) = extracts.files
    check_counts(extracts)
    return file


def check_counts(extracts: Extracts) -> None:
    """Check what holds of every reading: each row has one fate, and the rows used are those of the files."""
    for file in extracts.files:
        assert sum(file.fates.values()) == file.rows
        assert all(n > 0 for n in file.fates.values())
    rows = extracts.rows
    used = sum(file.fates.get(Fate.USED, 0) for file in extracts.files)
    arrays = (rows.area, rows.day, rows.kind, rows.person, rows.source, rows.need)
    assert {len(array) for array in arrays} == {used}
    assert ((rows.area >= 0) & (rows.area < len(rows.areas))).all()


def said(extracts: Extracts) -> str:
    """Return all that is said of files, and how the results write themselves."""
    parts: Sequence[object] = (*extracts.files, *extracts.not_read, *extracts.addresses, extracts)
    return " ".join(map(repr, parts))
