"""Demand in a profile as HTML with inline styles: the same on the page and on the printed sheet."""

from collections.abc import Sequence
from html import escape
from typing import Final

from models.demand_mix import Share
from models.profile_demand import DemandHere
from models.profile_setting import Setting
from models.words import HIDDEN, percent
from views.profile_parts import inks_of, mark_of, write_table

MOST_SHARES: Final = 5
"""Sources and needs are named so far; the rest are added up in a line of their own."""


def write_demand(
    here: DemandHere, settings: Sequence[Setting], dark: bool, most_rows: int | None = None
) -> str:
    """Write the figures of referrals beside those of what the shape lies in.

    Parameters
    ----------
    here
        What is known of referrals in the shape.
    settings
        What it lies in: a column each.
    dark
        Whether the page is dark.
    most_rows
        How many figures there is room for; all of them when not given.
    """
    inks = inks_of(dark)
    heads = "".join(f"<th scope=col class=n>{mark_of(s.level, inks)} {escape(s.name)}</th>" for s in settings)
    rows = "".join(
        f"<tr><th scope=row>{escape(row.label)}</th><td class=n><b>{escape(row.own)}</b></td>"
        f"{''.join(f'<td class=n>{escape(words)}</td>' for words in row.beside)}</tr>"
        for row in here.rows[:most_rows]
    )
    first = "<th scope=col>Referrals to children’s social care</th>"
    return write_table(
        f"{first}<th scope=col class=n>{mark_of('own', inks)} Here</th>{heads}", rows, " lines"
    )


def write_mix(title: str, shares: Sequence[Share], dark: bool) -> str:
    """Write who refers, or why, with a bar and a count each; hidden ones say so."""
    inks = inks_of(dark)
    rows = "".join(_share_row(share, inks.own, inks.line) for share in shortened(shares))
    heads = (
        f"<th scope=col>{escape(title)}</th><td class=track></td>"
        "<th scope=col class=n>Share</th><th scope=col class=n>Number</th>"
    )
    return write_table(heads, rows)


def shortened(shares: Sequence[Share]) -> list[Share]:
    """Return the most frequent few, the rest that are known added up, and those that are hidden by name."""
    known = [s for s in shares if s.count is not None and s.share is not None]
    hidden = [s for s in shares if s.count is None]
    if len(known) <= MOST_SHARES + 1:
        return [*known, *hidden]
    rest = known[MOST_SHARES:]
    count, share = sum(s.count or 0 for s in rest), sum(s.share or 0.0 for s in rest)
    return [*known[:MOST_SHARES], Share(f"{len(rest)} others together", count, share), *hidden]


def _share_row(share: Share, ink: str, line: str) -> str:
    words = "–" if share.share is None else percent(share.share)
    number = HIDDEN if share.count is None else f"{share.count:,}"
    bar = (
        f'<div style="height:10px;border:1px solid {line}">'
        f'<div style="height:100%;width:{share.share or 0:.1%};background:{ink}"></div></div>'
    )
    return (
        f"<tr><th scope=row>{escape(share.label)}</th><td class=track aria-hidden=true>{bar}</td>"
        f"<td class=n>{escape(words)}</td><td class=n>{escape(number)}</td></tr>"
    )


def mix_line(title: str, shares: Sequence[Share]) -> str:
    """Write the most frequent sources or needs in one line, for the printed sheet."""
    known = [s for s in shares if s.share is not None][:MOST_SHARES]
    hidden = sum(s.count is None for s in shares)
    named = ", ".join(f"{s.label} {percent(s.share or 0.0)}" for s in known)
    more = f"; {hidden} hidden, small count" if hidden else ""
    return f"{title}: {named}{more}." if known else ""
