"""The colours of the map of a shortlist: petrol for what is chosen, gold for what could be, by how likely."""

from typing import Final

CHANCES: Final = ("#0B5F63", "#0B5F63/#FFFFFF", "#C8820F", "#EFC866", "#EEEBE4", "#9AA0A6")
CHANCES_DARK: Final = ("#6CC3BF", "#6CC3BF/#14191D", "#C98B24", "#76571D", "#2A3138", "#5B646C")
"""Chosen and nearly sure, chosen and less sure, then not chosen by the chance to be: a half or more, a tenth
or more, and less; and what is out by a limit. The two that are chosen differ by their stripes."""


def chance_colours(dark: bool) -> tuple[str, ...]:
    """Return the colours of the classes of a shortlist."""
    return CHANCES_DARK if dark else CHANCES
