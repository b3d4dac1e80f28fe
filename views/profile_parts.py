"""The parts of a profile as HTML with inline styles: the same on the page and on the printed sheet.

Every figure is text in a table; the dots and bars beside it say the same to the eye.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import pandas as pd

from data.settings import settings
from geo.places import Places
from models.levels import Level
from models.places import describe_unconfirmed
from models.profile import KindHere, Line, Mark, PlacesHere, Points
from models.profile_setting import Setting
from models.profile_sheet import Sheet
from models.profile_words import Tile
from models.schemes import fifth_of_share
from models.similar import Similar
from models.words import joined, percent, sentence_case
from views.look import NEED, NEED_DARK, PALE, SMALL

STYLE: Final = """<style>
.atlas-sheet table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.3;margin:0}
.atlas-sheet th,.atlas-sheet td{padding:.2rem .4rem;border:0;border-bottom:1px solid rgba(125,125,125,.28);
text-align:left;font-weight:400;vertical-align:middle;overflow-wrap:anywhere}
.atlas-sheet thead th{font-weight:600;vertical-align:bottom}
.atlas-sheet .n{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}
.atlas-sheet td.n{white-space:nowrap}
.atlas-sheet.lines tbody th{min-width:8.5em;overflow-wrap:normal}
.atlas-sheet.compared tbody th{min-width:8.5em;overflow-wrap:normal}
.atlas-sheet .track{width:32%;min-width:110px}
.atlas-sheet a{color:inherit}
@media(max-width:560px){.atlas-sheet .track,.atlas-sheet .wide{display:none}
.atlas-sheet.lines table{font-size:.78rem}.atlas-sheet.lines th,.atlas-sheet.lines td{padding:.2rem}
.atlas-sheet.lines tbody th{min-width:5.5em}
.atlas-sheet.lines thead th{font-size:.7rem;overflow-wrap:break-word}
.atlas-sheet.compared td.n{white-space:normal}}
</style>"""

NOT_LISTED: Final = "A place that is not listed is not counted; of a kind without data none is listed here."
NOTHING_NEAR: Final = "Nothing {} is {}. If you know of a place, add it."


@dataclass(frozen=True)
class Inks:
    """The inks of the marks: the shape itself, its ward, its council, everything together."""

    own: str
    ward: str
    council: str
    line: str


LIGHT: Final = Inks(NEED[4], "#A84F00", "#4B5563", "rgba(125,125,125,.35)")
DARK: Final = Inks(NEED_DARK[4], "#F2A65A", "#B6BEC6", "rgba(160,160,160,.4)")


def inks_of(dark: bool) -> Inks:
    """Return the inks for light or dark paper."""
    return DARK if dark else LIGHT


def write_tiles(tiles: Iterable[Tile]) -> str:
    """Write the leading figures, two by two on a phone."""
    cells = "".join(
        f'<div style="border:1px solid rgba(125,125,125,.4);border-radius:4px;padding:.5rem .75rem">'
        f'<div style="{SMALL}">{escape(tile.label)}</div>'
        f'<div style="font-size:1.4rem;font-weight:600;line-height:1.3">{escape(tile.value)}</div>'
        f'<div style="{SMALL};{PALE}">{escape(tile.note)}</div></div>'
        for tile in tiles
    )
    columns = "repeat(auto-fit,minmax(150px,1fr))"
    return f'<div style="display:grid;grid-template-columns:{columns};gap:.6rem">{cells}</div>'


def write_table(heads: str, rows: str, more: str = "") -> str:
    """Write a table of a profile from the cells of its heading and its rows."""
    return (
        f'<div class="atlas-sheet{more}"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def write_lines(lines: Sequence[Line], settings: Sequence[Setting], tenth: str, dark: bool) -> str:
    """Write the ranks of a shape as a table with a dot plot: each as the share of England less deprived.

    Parameters
    ----------
    lines
        The ranks.
    settings
        What the shape lies in: a column each.
    tenth
        The heading of the last column.
    dark
        Whether the page is dark.
    """
    inks = inks_of(dark)
    heads = "".join(f"<th scope=col class=n>{mark_of(s.level, inks)} {escape(s.name)}</th>" for s in settings)
    scale = (
        f'<div style="display:flex;justify-content:space-between;font-weight:400;{PALE}">'
        "<span>least</span><span>most</span></div>"
    )
    rows = "".join(_line_row(line, settings, inks) for line in lines)
    return write_table(
        "<th scope=col>Worse than this share of England</th>"
        f"<td class=track aria-hidden=true>{scale}</td><th scope=col class=n>{mark_of('own', inks)} Here</th>"
        f"{heads}<th scope=col class=n>{escape(tenth)}</th>",
        rows,
        " lines",
    )


def _line_row(line: Line, settings: Sequence[Setting], inks: Inks) -> str:
    marks = [(s.level, m) for s, m in zip(settings, line.beside, strict=True)]
    dots = "".join(_dot(level, mark, inks) for level, mark in [*reversed(marks), ("own", line.own)])
    track = (
        f'<div style="position:relative;height:16px;background:linear-gradient({inks.line},{inks.line}) '
        f'0 50%/100% 1px no-repeat">{dots}</div>'
    )
    beside = "".join(f"<td class=n>{share_words(mark)}</td>" for _, mark in marks)
    return (
        f"<tr><th scope=row>{escape(line.indicator.label)}</th><td class=track aria-hidden=true>{track}</td>"
        f"<td class=n><b>{share_words(line.own)}</b></td>{beside}<td class=n>{escape(line.tenth)}</td></tr>"
    )


def reads_words(sheet: Sheet) -> str:
    """Say how the ranks of a profile are read: which way is worse, what a tenth is, and of which year."""
    of = f"{sheet.ranked_out_of:,}"
    year = next((p.vintage for p in [sheet.sources.get("Ranks of deprivation")] if p), "")
    added_up = sheet.level is not Level.AREA
    tenth = "Worst tenth: those of its small areas that are in England’s most deprived tenth."
    return (
        f"Each figure is the share of England’s {of} small areas that are less deprived: higher is worse. "
        "Those of wards, councils and larger places are averages over people. "
        f"{tenth if added_up else 'Tenth 1 is the most deprived, tenth 10 the least.'}"
        f"{f' Indices of {year}.' if year else ''}"
    )


def share_words(mark: Mark) -> str:
    """Write the share of England's small areas that are less deprived, or why it is not known."""
    if mark.worse_than is None:
        return escape(mark.value)
    words = percent(mark.worse_than)
    return words.replace("less than ", "&lt;").replace("more than ", "&gt;")


def _dot(level: str, mark: Mark, inks: Inks) -> str:
    if mark.worse_than is None:
        return ""
    at = f"position:absolute;top:50%;left:{mark.worse_than:.1%};transform:translate(-50%,-50%)"
    return f'<span style="{at}">{mark_of(level, inks)}</span>'


def mark_of(level: str, inks: Inks) -> str:
    """Draw the mark of a level: a disc for the shape, a diamond for its ward, a bar for its council."""
    ward = f"width:9px;height:9px;border:2px solid {inks.ward};transform:rotate(45deg)"
    shapes = {
        "own": f"width:12px;height:12px;border-radius:50%;background:{inks.own}",
        "ward": ward,
        "council": f"width:4px;height:14px;background:{inks.council}",
        "all": f"width:10px;height:10px;border-radius:50%;border:2px solid {inks.council}",
    }
    return (
        f'<span aria-hidden=true style="display:inline-block;box-sizing:border-box;{shapes[level]}"></span>'
    )


def write_points(points: Sequence[Points], settings: Sequence[Setting], dark: bool) -> str:
    """Write what each domain gives to need, with a bar out of the most that it could give."""
    inks = inks_of(dark)
    wider = settings[-1].name if settings else ""
    rows = "".join(_points_row(p, inks) for p in points)
    beside = f"<th scope=col class=n>{escape(wider)}</th>" if wider else ""
    heads = f"<th scope=col>Domain</th><td class=track></td><th scope=col class=n>Points here</th>{beside}"
    return write_table(heads, rows)


def _points_row(points: Points, inks: Inks) -> str:
    share = 0.0 if not points.most else min(points.points / points.most, 1.0)
    bar = (
        f'<div style="height:10px;border:1px solid {inks.line}">'
        f'<div style="height:100%;width:{share:.1%};background:{inks.own}"></div></div>'
    )
    beside = f"<td class=n>{escape(points.beside[-1])}</td>" if points.beside else ""
    return (
        f"<tr><th scope=row>{escape(points.label)}</th><td class=track aria-hidden=true>{bar}</td>"
        f"<td class=n><b>{points.points:.1f}</b> of {points.most:.0f}</td>{beside}</tr>"
    )


def not_listed(here: PlacesHere, places: Places) -> str:
    """Say under a list of places how minutes were measured, what is not in it, and what does not count."""
    every = pd.Series(True, index=places.frame.index)
    return joined(here.method, NOT_LISTED, describe_unconfirmed(places, every, settings().stale_months))


def nothing_near(here: PlacesHere, places: Places) -> str:
    """Say that no home has any place within reach, and what to do then; empty where one has."""
    if not here.nothing_near:
        return ""
    return NOTHING_NEAR.format("in the register" if places.from_register else "that is known", here.within)


def write_places(here: PlacesHere, average: bool) -> str:
    """Write how many places of each kind are inside, how many are within reach, and the nearest.

    Parameters
    ----------
    here
        The kinds of place.
    average
        Whether the shape is made of several small areas, so that no one place is the nearest.
    """
    short = here.within.replace(f"minutes’ {here.journey}", "min")
    within = sentence_case(f"{'homes ' if average else ''}{short}")
    far = sentence_case(f"{here.journey} to the nearest{', on average' if average else ''}")
    heads = "<th scope=col>Kind of place</th><th scope=col class=n>Inside</th>"
    heads += f"<th scope=col class=n>{escape(within)}</th>"
    heads += f"<th scope=col{' class=n' if average else ' style=width:40%'}>{escape(far)}</th>"
    return write_table(heads, "".join(_place_row(kind, average) for kind in here.kinds))


def _place_row(kind: KindHere, average: bool) -> str:
    name = f" · {escape(kind.nearest)}" if kind.nearest else ""
    far = f"<td class=n>{escape(kind.far)}</td>"
    nearest = f"<td><div class=clip>{escape(kind.far)}{name}</div></td>"
    return (
        f"<tr><th scope=row>{escape(kind.kind)}</th><td class=n>{escape(kind.inside)}</td>"
        f"<td class=n>{escape(kind.within)}</td>{far if average else nearest}</tr>"
    )


def write_similar(similar: Sequence[Similar], address: Callable[[str], str] | None) -> str:
    """Write the most similar shapes, each with a link to its profile where there is an address for it."""
    rows = "".join(
        f"<tr><th scope=row>{_link(s, address)}</th><td>{escape(s.place)}</td>"
        f"<td class=n>{s.apart:.0f}</td><td class=wide>{escape(s.most_unlike)}</td></tr>"
        for s in similar
    )
    heads = (
        "<th scope=col>Area</th><th scope=col>Where</th><th scope=col class=n>Points apart</th>"
        "<th scope=col class=wide>Differs most in</th>"
    )
    return write_table(heads, rows)


def _link(similar: Similar, address: Callable[[str], str] | None) -> str:
    name = escape(similar.name)
    return f'<a href="{escape(address(similar.code))}" target="_self">{name}</a>' if address else name


def write_comparison(names: Sequence[str], rows: Sequence[tuple[str, Sequence[Mark]]], dark: bool) -> str:
    """Write several shapes side by side, each figure on the colour of its fifth of England."""
    heads = "".join(f"<th scope=col class=n>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr><th scope=row>{escape(label)}</th>{''.join(_cell(mark, dark) for mark in marks)}</tr>"
        for label, marks in rows
    )
    first = "<th scope=col>Percentages: worse than this share of England</th>"
    table = write_table(first + heads, body, " compared")
    return f'<div style="overflow-x:auto" tabindex=0 role=region aria-label="Side by side">{table}</div>'


def _cell(mark: Mark, dark: bool) -> str:
    if mark.worse_than is None:
        return f"<td class=n>{escape(mark.value)}</td>"
    fifth = fifth_of_share(mark.worse_than)
    ground = (NEED_DARK if dark else NEED)[fifth]
    pale_ground = (fifth >= 3) if dark else (fifth <= 2)
    ink = "#14191D" if pale_ground else "#FFFFFF"
    return f'<td class=n style="background:{ground};color:{ink}">{share_words(mark)}</td>'
