"""What a figure is worth, drawn in HTML with inline styles; its name says the same."""

from base64 import b64encode
from html import escape
from typing import Final

import numpy as np

from data.indicators import Indicator
from models.shortlist_values import Scale
from views import look
from views.place_curve import PRIMARY
from views.profile_parts import inks_of
from views.shortlist_words import figure_words

SMALL_PX: Final = (60, 30)
LARGE_PX: Final = (260, 110)
SPOTS: Final = 81
"""How many figures from worst to best the line goes through."""


def write_small(scale: Scale, dark: bool) -> str:
    """Draw what figures are worth beside the name of a criterion: a sign that the eye reads at once."""
    width, height = SMALL_PX
    return (
        f'<div aria-hidden=true style="flex:none;position:relative;width:{width}px;height:{height}px;'
        f'border-left:1px solid {inks_of(dark).line};border-bottom:1px solid {inks_of(dark).line}">'
        f"{_line(scale, dark)}</div>"
    )


def write_large(entry: Indicator, scale: Scale, dark: bool) -> str:
    """Draw what figures are worth, with the figures at both ends; its name says the same."""
    width, height = LARGE_PX
    spots = (0.0, 0.25, 0.5, 0.75, 1.0)
    told = "; ".join(
        f"{figure_words(entry, scale.worst + share * (scale.best - scale.worst))} is worth "
        f"{float(scale.value_of(scale.worst + share * (scale.best - scale.worst))):.0%}"
        for share in spots
    )
    line = inks_of(dark).line
    side = f"position:absolute;right:100%;padding-right:.4rem;white-space:nowrap;{look.SMALL}"
    ends = "".join(
        f"<span>{escape(figure_words(entry, value))}</span>" for value in (scale.worst, scale.best)
    )
    return (
        f'<div role=img aria-label="{escape(f"What a figure is worth: {told}.", quote=True)}">'
        f'<div style="position:relative;height:{height}px;max-width:{width}px;margin:.5rem 0 0 3.2rem;'
        f'border-left:1px solid {line};border-bottom:1px solid {line}">'
        f'<span style="{side};top:-.5em">full</span><span style="{side};bottom:-.5em">nothing</span>'
        f"{_line(scale, dark)}</div>"
        f'<div style="display:flex;justify-content:space-between;max-width:{width}px;'
        f'margin:.25rem 0 0 3.2rem;{look.SMALL}">{ends}</div></div>'
    )


def _line(scale: Scale, dark: bool) -> str:
    """Draw the line from worst on the left to best on the right, as a picture behind an empty box."""
    shares = np.linspace(0.0, 1.0, SPOTS)
    worth = scale.value_of(scale.worst + shares * (scale.best - scale.worst))
    spots = " ".join(f"{100 * x:.1f},{100 - 100 * y:.1f}" for x, y in zip(shares, worth, strict=True))
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -4 104 108" preserveAspectRatio="none">'
        f'<polyline points="{spots}" fill="none" stroke="{PRIMARY[dark]}" stroke-width="2.2" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
    address = f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"
    return (
        f'<div style="position:absolute;inset:-2px;background:url({address}) 0 0/100% 100% no-repeat"></div>'
    )
