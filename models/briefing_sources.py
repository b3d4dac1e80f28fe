"""Where a briefing comes from: its imprint, who may see it, and the sources of its figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from data.codes import is_invented
from data.errors import first_few
from data.provenance import NOT_STATED, Provenance, Tier, attribution_words
from geo.builds import Build
from models.words import source_words

MOST_NAMED: Final = 6
"""How many figures are named that come from one source."""

TIER_WORDS: Final = {
    Tier.INTERNAL: "Internal: stays inside the council",
    Tier.SHARED: "Shared: cleared for partners",
}

TIER_MEANS: Final = {
    Tier.INTERNAL: (
        "This briefing was made from an internal build. It may hold figures that must not be shared, so it "
        "stays inside the council: do not forward it. What is to be shared is made from a shared build "
        "(atlas publish)."
    ),
    Tier.SHARED: (
        "This briefing was made from a shared build: small counts are hidden in it, and so is all that would "
        "give them away."
    ),
}


@dataclass(frozen=True)
class Source:
    """Where figures came from: what they are, the source, who published it, under which licence, and when."""

    what: str
    title: str
    publisher: str
    licence: str
    date: str
    attribution: str = ""


@dataclass(frozen=True)
class Imprint:
    """What a briefing was made from, by what, and when: so that it can be made again.

    Attributes
    ----------
    tier
        That of the build.
    made, built
        The day of the briefing, and that of its build; None where that is not known.
    build_hash
        The hash of the area table of the build.
    version
        The version of this app.
    invented
        The name of the place when it is not a real one; else empty.
    """

    tier: Tier
    made: date
    built: date | None
    build_hash: str
    version: str
    invented: str = ""

    @property
    def tier_words(self) -> str:
        """Who may see it, as it stands at the head of every page."""
        return TIER_WORDS[self.tier]

    @property
    def invented_words(self) -> str:
        """Say that the place is not a real one; empty where it is."""
        return f"{self.invented} is not a real place" if self.invented else ""

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What it says, each with a label."""
        return (
            ("Briefing made", day_words(self.made)),
            ("Data built", day_words(self.built) if self.built else "not known"),
            ("Hash of the data", self.build_hash),
            ("Made with", f"Prevention Atlas {self.version}"),
        )


def imprint_of(build: Build, made: date, version: str) -> Imprint:
    """Return what a briefing says of the build that it is made from.

    Parameters
    ----------
    build
        The build.
    made
        The day of the briefing.
    version
        The version of this app.
    """
    frame = build.areas.frame
    invented = is_invented(frame["la_code"].dropna().unique())
    day = str(build.report.get("made") or "")[:10]
    return Imprint(
        tier=build.areas.tier,
        made=made,
        built=date.fromisoformat(day) if day else None,
        build_hash=build.areas.content_hash,
        version=version,
        invented=" and ".join(sorted(frame["la_name"].dropna().unique())) if invented else "",
    )


def sources_from(used: Iterable[tuple[str, Provenance]]) -> tuple[Source, ...]:
    """Return sources from pedigrees with what they are of: one that several figures share stands once."""
    by_source: dict[tuple[str, ...], list[str]] = {}
    for what, pedigree in used:
        key = (
            pedigree.source,
            pedigree.publisher or NOT_STATED,
            pedigree.licence or NOT_STATED,
            pedigree.vintage,
            attribution_words([pedigree]),
        )
        by_source.setdefault(key, []).append(what)
    return tuple(
        Source(
            first_few(list(dict.fromkeys(of)), MOST_NAMED), title, publisher, licence, vintage, attribution
        )
        for (title, publisher, licence, vintage, attribution), of in by_source.items()
    )


def column_source(pedigree: Provenance | None) -> str:
    """Say where the figures of a column came from: source, year and publisher."""
    if pedigree is None:
        return ""
    words = source_words(pedigree)
    named = pedigree.publisher and pedigree.publisher not in words
    return f"{words} ({pedigree.publisher})" if named else words


def day_words(day: date) -> str:
    """Write a day: "29 November 2026"."""
    return f"{day.day} {day.strftime('%B %Y')}"
