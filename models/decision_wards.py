"""What a record decided beside what the same question gives today: each shape then and now."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.register.decisions import Decision
from models.levels import Level
from models.shortlist import Shortlist
from models.words import number, sentence_case

_COLUMNS: Final = ("name", "rank", "value", "chance", "listed", "decided", "barred")
MOST_NAMED: Final = 5


@dataclass(frozen=True)
class SideBySide:
    """Two shortlists side by side.

    Attributes
    ----------
    frame
        Index code, those decided in first, then by the rank of then and of now: `name`; `decided` (whether it
        was decided in then); and of each of `then` and `now`: `rank_`, `value_` (0 to 100), `chance_` (0 to
        1) and `listed_` (whether it is among the first), missing where it had none; `note`, in words.
    enter, leave
        The codes that would be listed now and were not decided in, and those that were and would not be.
    sentence
        In words.
    """

    frame: pd.DataFrame
    enter: tuple[str, ...]
    leave: tuple[str, ...]
    sentence: str


def side_by_side(record: Decision, now: Shortlist) -> SideBySide:
    """Set a record beside what its question gives today.

    Parameters
    ----------
    record
        The record.
    now
        The shortlist that its criteria give on the data of today.
    """
    there = _of_shortlist(now)
    return _compare(_of_record(record), there, there["listed"], now.level, "would be listed today", "today")


def records_side_by_side(first: Decision, second: Decision) -> SideBySide:
    """Set two records beside each other: what the second decided against what the first did."""
    there = _of_record(second)
    told = f"decided in by “{second.name}”"
    return _compare(_of_record(first), there, there["decided"], Level(first.level), f"is {told}", "there")


def _of_record(record: Decision) -> pd.DataFrame:
    rows = [(c.code, c.name, c.rank, c.value, c.chance, c.listed, c.chosen, c.barred) for c in record.choices]
    return _typed(pd.DataFrame(rows, columns=["code", *_COLUMNS]).set_index("code"))


def _of_shortlist(shortlist: Shortlist) -> pd.DataFrame:
    ranked = shortlist.frame.assign(
        chance=shortlist.frame["chance_top"],
        listed=shortlist.frame["chosen"],
        decided=shortlist.frame["chosen"],
        barred="",
    )
    out = shortlist.out.assign(
        rank=pd.NA, value=float("nan"), chance=float("nan"), listed=False, decided=False
    ).rename(columns={"words": "barred"})
    columns = list(_COLUMNS)
    return _typed(pd.concat([ranked[columns].astype(object), out[columns].astype(object)]))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    types = {"rank": "Int64", "value": "float64", "chance": "float64", "listed": bool, "decided": bool}
    return frame.astype({**types, "name": "str", "barred": "str"}).rename_axis("code")


def _compare(
    then: pd.DataFrame, now: pd.DataFrame, listed: pd.Series, level: Level, would: str, where: str
) -> SideBySide:
    codes = then.index.union(now.index)
    before, after = then.reindex(codes), now.reindex(codes)
    decided = before["decided"].eq(True).fillna(False).astype(bool)
    listed_now = listed.reindex(codes).eq(True).fillna(False).astype(bool)
    frame = pd.DataFrame(
        {
            "name": after["name"].where(after["name"].notna(), before["name"]).astype("str"),
            "decided": decided,
            "rank_then": before["rank"],
            "rank_now": after["rank"],
            "value_then": before["value"],
            "value_now": after["value"],
            "chance_then": before["chance"],
            "chance_now": after["chance"],
            "listed_then": before["listed"].eq(True).fillna(False).astype(bool),
            "listed_now": listed_now,
        },
        index=codes,
    )
    frame["note"] = [
        _note(code, code in then.index, code in now.index, frame, before, after, where) for code in codes
    ]
    order = frame.assign(by_code=codes, out=~decided).sort_values(
        ["out", "rank_then", "rank_now", "by_code"], kind="stable", na_position="last"
    )
    frame = frame.loc[order.index]
    enter = tuple(str(code) for code in frame.index[frame["listed_now"] & ~frame["decided"]])
    leave = tuple(str(code) for code in frame.index[frame["decided"] & ~frame["listed_now"]])
    return SideBySide(frame, enter, leave, _sentence(frame, enter, leave, level, would))


def _note(
    code: str,
    was: bool,
    is_there: bool,
    frame: pd.DataFrame,
    before: pd.DataFrame,
    after: pd.DataFrame,
    where: str,
) -> str:
    """Say what became of one shape."""
    row = frame.loc[code]
    if not was:
        return "not in the record"
    if not is_there:
        return f"not in the data {where}"
    if after.loc[code, "barred"]:
        return str(after.loc[code, "barred"])
    if before.loc[code, "barred"]:
        return f"had no rank then: {before.loc[code, 'barred']}"
    if row["decided"] and not row["listed_now"]:
        return f"in then, out {where}"
    if row["listed_now"] and not row["decided"]:
        return f"out then, in {where}"
    moved = int(row["rank_then"] - row["rank_now"])
    if not moved:
        return "the same rank"
    return f"{number(abs(moved))} {'up' if moved > 0 else 'down'}"


def _sentence(
    frame: pd.DataFrame, enter: tuple[str, ...], leave: tuple[str, ...], level: Level, would: str
) -> str:
    decided = int(frame["decided"].sum())
    if not decided:
        return f"The record has no {level.singular} that was decided in."
    noun = level.singular if decided == 1 else level.plural
    kept = decided - len(leave)
    if not leave and not enter:
        whole = (
            f"The {noun} that was decided in" if decided == 1 else f"All {number(decided)} {noun} decided in"
        )
        return f"{whole} {would if decided == 1 else _plural(would)}, and no other."
    what = f"{number(kept) if kept else 'None'} of the {number(decided)} {noun} decided in"
    said = [f"{what} {would if kept == 1 else _plural(would)}"]
    if leave:
        said.append(f"{_names(frame, leave)} would not" if would.startswith("would") else _not(frame, leave))
    if enter:
        said.append(f"{_names(frame, enter)} {would if len(enter) == 1 else _plural(would)} as well")
    return f"{sentence_case('; '.join(said))}."


def _plural(would: str) -> str:
    return would.replace("is ", "are ", 1) if would.startswith("is ") else would


def _not(frame: pd.DataFrame, codes: tuple[str, ...]) -> str:
    return f"{_names(frame, codes)} {'is' if len(codes) == 1 else 'are'} not"


def _names(frame: pd.DataFrame, codes: tuple[str, ...]) -> str:
    names = [str(frame.loc[code, "name"]) for code in codes]
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {number(len(names) - MOST_NAMED)} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
