"""The curve of what each further site adds, drawn in HTML with inline styles; its text says the same."""

from html import escape
from typing import Final

from models.placement_curve import Curve, curve_text
from models.words import percent
from views import look
from views.look import PLACEMENT, PLACEMENT_DARK
from views.profile_parts import inks_of

PRIMARY: Final = ("#0B5F63", "#6CC3BF")
PAPER: Final = ("#FFFFFF", "#14191D")
INK: Final = ("#1C2730", "#E8E6E0")
"""Of the theme, on light and on dark paper."""

HEIGHT_PX: Final = 168
PARTS: Final = {0.25: 5, 0.5: 5, 1.0: 4}
"""Where the scale may end, the first that holds the highest share, and into how many parts it is ruled."""

EVERY_NUMBER: Final = 12
"""Up to so many sites each number is written below the line, and beyond that every fifth."""

Spot = tuple[float, float]
"""Where something stands in the plot, as shares of its width from the left and of its height from below."""


def write_curve(curve: Curve, marked: tuple[int, float], within: str, dark: bool) -> str:
    """Draw the curve with the chosen number marked; its text says the same."""
    shares = curve.frame["share"]
    top = top_of(max(float(shares.max()), marked[1]))
    last = max(int(shares.index[-1]), marked[0], 1)
    spots = [((sites + 0.5) / (last + 1), share / top) for sites, share in shares.items()]
    dots = "".join(
        _dot(spot, bool(proven), dark) for spot, proven in zip(spots, curve.frame["proven"], strict=True)
    )
    plot = (
        f'<div style="position:relative;height:{HEIGHT_PX}px;margin-left:3rem">'
        f"{_grid(top, dark)}{_line(spots, dark)}{dots}{_mark(marked, last, top, dark)}</div>"
    )
    every = 1 if last <= EVERY_NUMBER else 5
    numbers = "".join(
        f'<span style="position:absolute;left:{(n + 0.5) / (last + 1):.2%};transform:translateX(-50%)">'
        f"{n}</span>"
        for n in range(0, last + 1, every)
    )
    axis = f'<div style="position:relative;height:1.5rem;margin:.5rem 0 0 3rem;{look.SMALL}">{numbers}</div>'
    name = escape(f"{curve_text(curve, within)} Chosen: {marked[0]}, {percent(marked[1])}.", quote=True)
    return f'<div role=img aria-label="{name}" style="padding-top:.6rem">{plot}{axis}</div>'


def top_of(share: float) -> float:
    """Return where the scale ends.

    Examples
    --------
    >>> top_of(0.12), top_of(0.25), top_of(0.51)
    (0.25, 0.25, 1.0)
    """
    return next((top for top in PARTS if share <= top), 1.0)


def _grid(top: float, dark: bool) -> str:
    """Draw the lines of the scale with their shares."""
    parts = PARTS[top]
    lines = []
    for part in range(parts + 1):
        at = f"position:absolute;bottom:{part / parts:.2%}"
        rule = f"{at};left:0;right:0;border-top:1px solid {inks_of(dark).line}"
        words = f"{at};right:100%;padding-right:.6rem;transform:translateY(50%);{look.SMALL}"
        lines.append(f'<div style="{rule}"></div><span style="{words}">{top * part / parts:.0%}</span>')
    return "".join(lines)


def _line(spots: list[Spot], dark: bool) -> str:
    """Draw a line through spots: a thin strip that is cut out of a filled box."""
    above = [f"{x:.2%} calc({1 - y:.2%} - 1.1px)" for x, y in spots]
    below = [f"{x:.2%} calc({1 - y:.2%} + 1.1px)" for x, y in reversed(spots)]
    shape = f"clip-path:polygon({','.join([*above, *below])})"
    return f'<div style="position:absolute;inset:0;background:{PRIMARY[dark]};{shape}"></div>'


def _dot(spot: Spot, proven: bool, dark: bool) -> str:
    fill = PRIMARY[dark] if proven else PAPER[dark]
    return f'<span style="{_disc(spot, 7, fill, PRIMARY[dark])}"></span>'


def _mark(marked: tuple[int, float], last: int, top: float, dark: bool) -> str:
    """Draw the chosen number of sites, larger, with its share beside it."""
    sites, share = marked
    spot = ((sites + 0.5) / (last + 1), share / top)
    palette = PLACEMENT_DARK if dark else PLACEMENT
    side = "right:calc(100% - {x:.2%} + 11px)" if sites == last and last > 2 else "left:calc({x:.2%} + 11px)"
    low = spot[1] < 0.2
    place = f"{side.format(x=spot[0])};bottom:calc({spot[1]:.2%} {'+ 6px' if low else '- 22px'})"
    return (
        f'<span style="{_disc(spot, 14, palette[1], INK[dark])}"></span>'
        f'<b style="position:absolute;{place};{look.SMALL}">{escape(percent(share))}</b>'
    )


def _disc(spot: Spot, size_px: int, fill: str, edge: str) -> str:
    return (
        f"position:absolute;left:{spot[0]:.2%};bottom:{spot[1]:.2%};width:{size_px}px;height:{size_px}px;"
        f"box-sizing:border-box;border-radius:50%;background:{fill};border:1.5px solid {edge};"
        "transform:translate(-50%,50%)"
    )
