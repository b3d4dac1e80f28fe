"""Charts of the Types page, in HTML with inline styles: figures by the number of types, and ranges as dots.

As on the other pages every figure stands in a table too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from views import look
from views.place_curve import INK, PAPER, PRIMARY
from views.profile_parts import inks_of

HEIGHT_PX: Final = 150
TICKS: Final = 4


@dataclass(frozen=True)
class Level:
    """A figure of one number of types: its value, and the range that is drawn beside it."""

    k: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Range:
    """A figure with its range, as a dot on a line."""

    value: float
    low: float
    high: float


def write_levels(
    levels: Sequence[Level], chosen: int, scale: tuple[float, float], name: str, dark: bool
) -> str:
    """Draw a figure by the number of types: a dot with its range for each, the chosen one larger.

    Parameters
    ----------
    levels
        The figure by number of types.
    chosen
        The number that is chosen; one that is not among them marks none.
    scale
        Where the scale begins and ends.
    name
        What the chart says, in words.
    dark
        Whether the page is dark.
    """
    low, high = scale
    count = len(levels)

    def height(value: float) -> float:
        return min(max((value - low) / (high - low), 0.0), 1.0)

    lines = "".join(
        f'<div style="position:absolute;bottom:{tick / TICKS:.2%};left:0;right:0;border-top:1px solid '
        f'{inks_of(dark).line}"></div><span style="position:absolute;bottom:{tick / TICKS:.2%};right:100%;'
        f'padding-right:.5rem;transform:translateY(50%);{look.SMALL}">{low + (high - low) * tick / TICKS:.2f}'
        "</span>"
        for tick in range(TICKS + 1)
    )
    marks = "".join(
        _level(level, (at + 0.5) / count, height, level.k == chosen, dark) for at, level in enumerate(levels)
    )
    numbers = "".join(
        f'<span style="position:absolute;left:{(at + 0.5) / count:.2%};transform:translateX(-50%)">'
        f"{'<b>' if level.k == chosen else ''}{level.k}{'</b>' if level.k == chosen else ''}</span>"
        for at, level in enumerate(levels)
    )
    return (
        f'<div role=img aria-label="{escape(name, quote=True)}" style="padding-top:.6rem;max-width:34rem">'
        f'<div style="position:relative;height:{HEIGHT_PX}px;margin-left:2.8rem">{lines}{marks}</div>'
        f'<div style="position:relative;height:1.4rem;margin:.3rem 0 0 2.8rem;{look.SMALL}">{numbers}</div>'
        "</div>"
    )


def _level(level: Level, left: float, height: Callable[[float], float], chosen: bool, dark: bool) -> str:
    bottom, top = height(level.low), height(level.high)
    stem = (
        f"position:absolute;left:{left:.2%};bottom:{bottom:.2%};height:{top - bottom:.2%};width:2px;"
        f"transform:translateX(-50%);background:{inks_of(dark).council}"
    )
    size, fill, edge = (13, PRIMARY[dark], INK[dark]) if chosen else (8, PAPER[dark], inks_of(dark).council)
    dot = (
        f"position:absolute;left:{left:.2%};bottom:{height(level.value):.2%};width:{size}px;height:{size}px;"
        f"box-sizing:border-box;border-radius:50%;background:{fill};border:1.5px solid {edge};"
        "transform:translate(-50%,50%)"
    )
    return f'<div style="{stem}"></div><span style="{dot}"></span>'


def write_range(one: Range, place: Callable[[float], float], middle: float | None, dark: bool) -> str:
    """Draw a figure as a dot on the line of its range, hollow where the range takes in the middle.

    Parameters
    ----------
    one
        The figure.
    place
        Where a value stands between left and right, 0 to 1.
    middle
        The value at which a rule is drawn; None for none.
    dark
        Whether the page is dark.
    """
    inks = inks_of(dark)
    left, right = place(one.low), place(one.high)
    rule = ""
    if middle is not None:
        rule = (
            f'<div style="position:absolute;top:0;bottom:0;left:{place(middle):.2%};border-left:1px dashed '
            f'{inks.council}"></div>'
        )
    clear = middle is None or one.low > middle or one.high < middle
    dot = (
        f"position:absolute;top:50%;left:{place(one.value):.2%};width:11px;height:11px;box-sizing:border-box;"
        f"border-radius:50%;background:{PRIMARY[dark] if clear else PAPER[dark]};"
        f"border:2px solid {PRIMARY[dark]};transform:translate(-50%,-50%)"
    )
    line = (
        f"position:absolute;top:50%;left:{left:.2%};width:{right - left:.2%};height:2px;"
        f"transform:translateY(-50%);background:{PRIMARY[dark]}"
    )
    return (
        f'<div style="position:relative;height:18px;background:linear-gradient({inks.line},{inks.line}) '
        f'0 50%/100% 1px no-repeat">{rule}<div style="{line}"></div><span style="{dot}"></span></div>'
    )


def write_bar(share: float, dark: bool) -> str:
    """Draw a share as a bar."""
    within = min(max(share, 0.0), 1.0)
    return (
        f'<div style="height:10px;border:1px solid {inks_of(dark).line}">'
        f'<div style="height:100%;width:{within:.1%};background:{PRIMARY[dark]}"></div></div>'
    )
