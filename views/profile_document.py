"""The printed profile: one self-contained HTML page of A4, without a script and without another file."""

from datetime import date
from html import escape
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from data.provenance import Provenance, Tier, attribution_words
from geo.builds import Build
from models.classes import NO_VALUE_WORDS, Classes
from models.levels import Level
from models.profile_demand import DemandHere
from models.profile_sheet import Sheet
from models.schemes import FIFTHS
from models.words import source_words
from views import demand_parts, profile_parts, profile_types
from views.inside import held_indicators, why_inside
from views.look import HATCH, NEED, PEOPLE
from views.small_map import draw_small_map

HERE: Final = Path(__file__).parent
PRINTED_ROWS: Final = 6
"""Number, rate, steadied rate, and what is expected with its range: there is no room for more on one page."""

TYPES_HELD: Final = "Kinds of place and ways of working rest on them: the page of the app shows them."

TIER_WORDS: Final = {
    Tier.INTERNAL: "Internal: may hold figures that must not be shared. Do not forward.",
    Tier.SHARED: "Shared: cleared for partners.",
}


def write_profile(build: Build, sheet: Sheet, classes: Classes, invented: str | None) -> str:
    """Write the printed sheet of one shape.

    Parameters
    ----------
    build
        The build that it comes from.
    sheet
        Everything that the profile shows.
    classes
        What the small map shows, in classes.
    invented
        The name of the place when it is not a real one.

    Returns
    -------
    str
        A whole HTML document that prints to one page of A4.
    """
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True)
    average = sheet.level is not Level.AREA
    held = why_inside(build, held_indicators(build))
    demand = None if held else sheet.demand
    used = {**sheet.sources, **(demand.pedigree if demand else {})}
    named = dict.fromkeys(name for source in used.values() for name in _named(source))
    sources = [name for name in named if not any(other.startswith(f"{name}, ") for other in named)]
    return environment.get_template("profile.html").render(
        sheet=sheet,
        sentence=Markup("".join(_part(part.text, part.bold) for part in sheet.explanation.sentence)),
        caveats=" ".join(sheet.explanation.caveats),
        invented=invented,
        tier=TIER_WORDS[sheet.tier],
        tiles=Markup(profile_parts.write_tiles(sheet.tiles)),
        lines=Markup(
            profile_parts.write_lines(
                sheet.lines, sheet.settings, "In worst tenth" if average else "Tenth", dark=False
            )
        ),
        points=Markup(profile_parts.write_points(sheet.points, sheet.settings, dark=False)),
        places=Markup(profile_parts.write_places(sheet.places, average)),
        picture=Markup(draw_small_map(build, classes, sheet.code)),
        alt=f"Map of {sheet.name} and its neighbours: {classes.indicator.label}.",
        legend=Markup(_legend(classes)),
        legend_title=f"{classes.indicator.label}, {classes.title[0].lower()}{classes.title[1:]}",
        similar="; ".join(f"{s.name} ({s.place})" if s.place else s.name for s in sheet.similar),
        sources="; ".join(sources),
        attribution=attribution_words(used.values()),
        made=date.fromisoformat(build.report["made"][:10]) if build.report.get("made") else None,
        style=Markup(profile_parts.STYLE),
        not_listed=profile_parts.not_listed(sheet.places, build.places),
        nothing_near=profile_parts.nothing_near(sheet.places, build.places),
        demand=_demand(sheet, demand) if demand else None,
        held=f"{held} {TYPES_HELD}" if held else "",
        reads=profile_parts.reads_words(sheet) if sheet.lines else "",
        types="" if held else Markup(profile_types.printed_types(build, sheet.level, sheet.code)),
    )


def _demand(sheet: Sheet, here: DemandHere) -> dict[str, Markup | str | list[str]]:
    """Return the parts of the block on referrals."""
    mixes = (("Who refers", here.sources), ("Main need", here.needs))
    lines = [demand_parts.mix_line(title, shares) for title, shares in mixes]
    return {
        "sentence": Markup("".join(_part(part.text, part.bold) for part in here.sentence)),
        "table": Markup(demand_parts.write_demand(here, sheet.settings, dark=False, most_rows=PRINTED_ROWS)),
        "lines": [line for line in [*lines, here.again] if line],
        "notes": " ".join(here.notes),
    }


def _named(source: Provenance) -> list[str]:
    """Name a source with its year; of several that were joined the years are not known apart."""
    several = source.source.split("; ")
    return several if len(several) > 1 else [source_words(source)]


def _part(text: str, bold: bool) -> str:
    return f"<b>{escape(text)}</b>" if bold else escape(text)


def _legend(classes: Classes) -> str:
    palette = NEED if classes.is_need else PEOPLE
    counts = classes.counts
    shown = [key for key in classes.labels if key in FIFTHS or counts[key]]
    return " ".join(
        f'<span><i style="background:{HATCH.ink if key in NO_VALUE_WORDS else palette[int(key)]}"></i>'
        f"{escape(classes.labels[key])}</span>"
        for key in shown
    )
