"""Rows of referrals for tests, made up: no real child, and no file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from data.referral_codes import NEEDS, SOURCES
from data.referral_rows import KINDS, EventKind, EventRows, Extracts, Fate, ReadColumn, ReadFile, Role
from data.sources.base import Source, SourceKind
from geo.area_table import AreaTable

TODAY = date(2025, 6, 1)
KEEP_DAYS = 400


def day_of(text: str) -> int:
    """Days since 1 January 1970."""
    return int(np.datetime64(text, "D").astype(int))


def draw_rows(
    areas: AreaTable,
    count: int = 6_000,
    seed: int = 1,
    first: str = "2022-04-01",
    last: str = "2025-03-31",
    kinds: Sequence[EventKind] = (EventKind.REFERRAL,),
) -> EventRows:
    """Draw rows over the areas and days, unevenly, of children some of whom come again."""
    draw = np.random.default_rng(seed)
    codes = areas.frame.index
    pull = draw.gamma(2.0, size=len(codes))
    families = draw.integers(1, 2**63, max(count // 2, 1), dtype=np.uint64)
    days = np.arange(day_of(first), day_of(last) + 1)
    every = days[np.linspace(0, len(days) - 1, min(count, len(days))).astype(int)]
    day = np.concatenate([every, draw.choice(days, count - len(every))])
    home = draw.choice(len(codes), len(families), p=pull / pull.sum())
    whose = draw.integers(0, len(families), count)
    moved = draw.random(count) < 0.1
    area = np.where(moved, draw.integers(0, len(codes), count), home[whose])
    police = 0.28 * (np.arange(len(SOURCES)) == 16) + 0.72 / len(SOURCES)
    return EventRows(
        areas=codes,
        area=area.astype(np.int32),
        day=draw.permutation(day).astype(np.int32),
        kind=draw.choice([KINDS.index(kind) for kind in kinds], count).astype(np.int8),
        person=families[whose],
        source=np.where(draw.random(count) < 0.02, -1, draw.choice(len(SOURCES), count, p=police)).astype(
            np.int8
        ),
        need=np.where(draw.random(count) < 0.02, -1, draw.integers(0, len(NEEDS), count)).astype(np.int8),
    )


def shuffled(rows: EventRows, seed: int = 5) -> EventRows:
    """The same rows in another order."""
    return chosen(rows, np.random.default_rng(seed).permutation(len(rows.area)))


def chosen(rows: EventRows, which: np.ndarray) -> EventRows:
    """Some of the rows."""
    names = ("area", "day", "kind", "person", "source", "need")
    return replace(rows, **{name: getattr(rows, name)[which] for name in names})


def plain(rows: EventRows) -> pd.DataFrame:
    """The rows as a frame, for counting in another way."""
    return pd.DataFrame(
        {
            "area_code": rows.areas.to_numpy()[rows.area],
            "day": rows.day.astype("datetime64[D]"),
            "month": pd.Series(rows.day.astype("datetime64[D]").astype("datetime64[s]")).dt.strftime("%Y-%m"),
            "kind": [KINDS[number].value for number in rows.kind],
            "person": rows.person,
            "source": [[*SOURCES, "not known"][number] for number in rows.source],
            "need": [[*NEEDS, "not known"][number] for number in rows.need],
        }
    )


@dataclass(frozen=True)
class Extract:
    """How a file of invented referrals looks to what describes it."""

    path: Path
    rows: EventRows

    @property
    def source(self) -> Source:
        """The file, as the recogniser lists it."""
        return Source(
            path=self.path,
            kind=SourceKind.REFERRALS,
            entry="referrals",
            edition="",
            area_kind=None,
            frame=pd.DataFrame(index=pd.Index([], name="area_code", dtype="string")),
            rows=len(self.rows.area),
            rejected=pd.DataFrame({"row": [], "value": [], "reason": []}),
        )


def extracts_of(rows: EventRows, folder: Path, **changes: object) -> Extracts:
    """The rows as one extract, all of them used; the file is written so that it has a hash."""
    path = folder / "extract.csv"
    path.write_text("x\n", encoding="utf-8")
    file = ReadFile(
        source=Extract(path, rows).source,
        kind=EventKind.REFERRAL,
        layout="Standard Safeguarding Dataset",
        columns=(ReadColumn("cine_referral_date", Role.DATE, "its name"),),
        rows=len(rows.area),
        fates={Fate.USED: len(rows.area)},
        first=date(2022, 4, 1),
        last=date(2025, 3, 31),
    )
    return Extracts(rows, (replace(file, **changes),))
