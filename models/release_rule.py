"""What is published and by which rule: `data/release.toml`, read and checked."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from data.errors import DisclosureError

RELEASE_FILE: Final = Path(__file__).parent.parent / "data" / "release.toml"
LEVELS: Final = ("area", "ward", "council")
MEASURES: Final = ("referrals", "children")
BREAKDOWNS: Final = ("", "source", "need")
LARGEST_ALLOWED: Final = 20
"""The largest count that a rule may withhold: beyond it hardly anything would be left."""

_LEVEL_WORDS: Final = {"area": "small area", "ward": "ward", "council": "council"}


@dataclass(frozen=True)
class Rule:
    """Which counts are withheld, and to what the others are rounded.

    Attributes
    ----------
    smallest, largest_suppressed
        Counts from the one to the other are withheld.
    round_to
        0 where figures are shown as they are, else what they are rounded to.
    """

    smallest: int = 1
    largest_suppressed: int = 5
    round_to: int = 0

    def __post_init__(self) -> None:
        faults = [
            words
            for sound, words in (
                (self.smallest == 1, "smallest has to be 1: true zeros are shown, and nothing between is"),
                (
                    2 <= self.largest_suppressed <= LARGEST_ALLOWED,
                    f"largest_suppressed has to be 2 to {LARGEST_ALLOWED}",
                ),
                (self.round_to in (0, 5), "round_to has to be 0 or 5"),
            )
            if not sound
        ]
        if faults:
            raise DisclosureError("The rule of a release is not sound: " + "; ".join(faults) + ".")

    @property
    def hidden(self) -> range:
        """The counts that are withheld."""
        return range(self.smallest, self.largest_suppressed + 1)

    @property
    def words(self) -> str:
        """The rule in one sentence."""
        rounded = f" Figures are rounded to the nearest {self.round_to}." if self.round_to else ""
        return (
            f"Counts of {self.smallest} to {self.largest_suppressed} are withheld, and with them further "
            f"figures from which they could be worked out; zeros are shown.{rounded}"
        )

    def to_json(self) -> dict[str, int]:
        """Return plain values for a JSON file."""
        return {
            "smallest": self.smallest,
            "largest_suppressed": self.largest_suppressed,
            "round_to": self.round_to,
        }


@dataclass(frozen=True)
class ReleaseTable:
    """One table that is published: see `data/release.toml`."""

    level: str
    measure: str
    months: int
    by: str = ""
    worth: float = 1.0

    @property
    def words(self) -> str:
        """The table in words."""
        by = f" by {self.by}" if self.by else ""
        return f"{self.measure} by {_LEVEL_WORDS[self.level]}{by}, {self.months} months"

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What tells one table from another."""
        return self.level, self.measure, self.months, self.by


@dataclass(frozen=True)
class ReleasePlan:
    """The tables that are published, the rule, and how long the cheapest pattern is looked for."""

    tables: tuple[ReleaseTable, ...]
    rule: Rule = Rule()
    seconds: float = 12.0

    def with_rule(self, rule: Rule) -> "ReleasePlan":
        """Return the same tables under another rule."""
        return replace(self, rule=rule)


@cache
def release_plan(path: Path = RELEASE_FILE) -> ReleasePlan:
    """Read what is published and by which rule.

    Raises
    ------
    DisclosureError
        When the file does not say it soundly; all faults at once.
    """
    hint = f"Correct {path.name}."
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        rule = Rule(**said.get("rule", {}))
        tables = tuple(ReleaseTable(**entry) for entry in said.get("tables", []))
        seconds = float(said.get("search", {}).get("seconds", 12.0))
    except (OSError, TypeError, tomllib.TOMLDecodeError) as error:
        raise DisclosureError(f"{path.name} cannot be read: {error}.", hint) from error
    faults = [words for table in tables for words in _find_faults(table)]
    keys = [table.key for table in tables]
    faults += [f"{table.words} stands twice" for table in tables if keys.count(table.key) > 1]
    if faults or not tables:
        raise DisclosureError(
            f"{path.name} is not sound: {'; '.join(dict.fromkeys(faults)) or 'it names no table'}.", hint
        )
    return ReleasePlan(tables, rule, seconds)


def _find_faults(table: ReleaseTable) -> list[str]:
    checks = [
        (table.level in LEVELS, f"level {table.level!r} is not one of {', '.join(LEVELS)}"),
        (table.measure in MEASURES, f"measure {table.measure!r} is not one of {', '.join(MEASURES)}"),
        (table.months in (12, 36), f"months {table.months!r} is neither 12 nor 36"),
        (table.by in BREAKDOWNS, f"by {table.by!r} is not source, need or nothing"),
        (
            not table.by or (table.level != "area" and table.measure == "referrals" and table.months == 36),
            f"by {table.by!r}: only referrals of wards and councils over 36 months are broken down",
        ),
        (
            isinstance(table.worth, int | float) and table.worth > 0,
            f"worth {table.worth!r} is not above nothing",
        ),
    ]
    return [words for sound, words in checks if not sound]
