"""Extracts of invented referrals as files, in the columns of the Standard Safeguarding Dataset."""

from pathlib import Path

import numpy as np
import pandas as pd
import places

COLUMNS = [
    "cine_referral_id",
    "cine_person_id",
    "cine_referral_date",
    "cine_cin_primary_need_code",
    "cine_referral_source_code",
    "pers_forename",
    "addr_address_postcode",
]


def extract(
    count: int = 3_000, seed: int = 3, first: str = "2022-04-01", last: str = "2025-03-31"
) -> pd.DataFrame:
    """Referrals at Elmshire's postcodes: some children come again, at the same or another home."""
    draw = np.random.default_rng(seed)
    homes = places.postcodes()["pcds"].to_numpy(dtype=object)
    days = pd.date_range(first, last)
    spread = days[np.linspace(0, len(days) - 1, count).astype(int)]
    child = draw.integers(0, max(count * 2 // 3, 1), count)
    live = draw.choice(homes, count)
    return pd.DataFrame(
        {
            "cine_referral_id": [f"REF{n:07d}" for n in range(count)],
            "cine_person_id": [f"PERSON{n:06d}" for n in child],
            "cine_referral_date": draw.permutation(spread.strftime("%Y-%m-%d").to_numpy(dtype=object)),
            "cine_cin_primary_need_code": draw.choice(["N1", "N2", "N4", "N5"], count),
            "cine_referral_source_code": draw.choice(["6", "2A", "3A", "1A"], count),
            "pers_forename": [f"Forename{n:06d}" for n in child],
            "addr_address_postcode": live,
        }
    )[COLUMNS]


def faulty(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The extract with rows of every fault behind it, and how many rows meet each fate."""
    base = frame.iloc[:1]
    wrong = {
        "no address": [None] * 3,
        "a placeholder in place of a postcode": ["XXX XXX", "NFA"],
        "not a postcode, grid reference or area code": ["ZE1 1A"] * 4,
        "a postcode that no directory holds": ["ZE9 9ZZ"],
        "outside the areas of the build": ["M1 1AE"] * 5,
    }
    parts = [frame]
    number = len(frame)
    for postcodes in wrong.values():
        for postcode in postcodes:
            own = {"cine_referral_id": f"REF{number:07d}", "cine_person_id": f"PERSON{number:06d}"}
            parts.append(base.assign(addr_address_postcode=postcode, **own))
            number += 1
    parts.append(frame.iloc[:6])
    fates = {words: len(postcodes) for words, postcodes in wrong.items()}
    return pd.concat(parts, ignore_index=True), {"used": len(frame), "the same row again": 6, **fates}


def referred_folder(path: Path, frame: pd.DataFrame | None = None) -> Path:
    """Elmshire with its postcodes and an extract of referrals."""
    folder = places.simple_folder(path)
    places.postcodes().to_csv(folder / "postcodes.csv", index=False)
    (extract() if frame is None else frame).to_csv(folder / "referrals.csv", index=False)
    return folder
