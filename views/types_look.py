"""The colours of the Types page: of kinds, of patches that lie side by side, and of how sure a type is."""

from typing import Final

KINDS: Final = (
    *("#5A2F26", "#39607B", "#8E7D53", "#699FDD", "#E5A967", "#9EEBCC"),
    *("#F76988", "#B771A2", "#9C3C52", "#6E60C5"),
)
KINDS_DARK: Final = (
    *("#F7ECE2", "#7DDBFC", "#A1B365", "#6B86DE", "#70720E", "#1C5B5F"),
    *("#A07795", "#543291", "#7E2A32", "#8DB9A0"),
)
"""Types and ways of working, by their letter or order: with a letter or a name beside it, always.

The first is that of the highest need: furthest from the paper, which is pale or dark. The first six stay
apart for every reader, the others less so.
"""

NO_RULE: Final = ("#B9BDC1", "#4A5258")
SURE: Final = ("#2A4557", "#8EA5B3", "#E5A967")
SURE_DARK: Final = ("#D2E5EF", "#5E7A8B", "#B97B35")
"""Sure, fairly sure, and between two types."""

PATCHES: Final = ("#C9D9E8", "#EBD9B4", "#CBE3CF", "#DCCBE2", "#F1CFC4", "#8FA9B8")
PATCHES_DARK: Final = ("#3A5468", "#6B5730", "#375B45", "#56466B", "#74483C", "#7E97A6")
"""They mean nothing but that neighbours differ: none is more than another."""

STRIPES: Final = ("#FFFFFF", "#14191D")


def kind_colours(count: int, dark: bool) -> tuple[str, ...]:
    """Return the colours of so many kinds; beyond ten they come round again."""
    colours = KINDS_DARK if dark else KINDS
    return tuple(colours[at % len(colours)] for at in range(count))


def striped(colours: tuple[str, ...], dark: bool) -> tuple[str, ...]:
    """Return colours with stripes, for what lies between two kinds."""
    return tuple(f"{colour}/{STRIPES[dark]}" for colour in colours)


def sure_colours(dark: bool) -> tuple[str, ...]:
    """Return the colours of sure, fairly sure and between two types."""
    return SURE_DARK if dark else SURE


def patch_colours(dark: bool) -> tuple[str, ...]:
    """Return colours for patches, so many that no two need have the same beside each other."""
    return PATCHES_DARK if dark else PATCHES
