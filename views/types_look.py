"""The colours of the Types page: of kinds, of patches that lie side by side, and of how sure a type is."""

from typing import Final

from views import look

KINDS: Final = (
    *("#5A2F26", "#39607B", "#8E7D53", "#699FDD", "#E5A967", "#9EEBCC"),
    *("#7A3F7F", "#C9647A", "#4C8A54", "#D9D3C2"),
)
KINDS_DARK: Final = (
    *("#C9806C", "#3F6C93", "#A8935A", "#8FBDF2", "#F0B878", "#B9F5DE"),
    *("#9A5FA3", "#E08A9C", "#5E9E68", "#6E6A60"),
)
"""Types and ways of working, by their letter or order: with a letter or a name beside it, always."""

NO_RULE: Final = ("#B9BDC1", "#4A5258")
SURE: Final = ("#2A4557", "#8EA5B3", "#E5A967")
SURE_DARK: Final = ("#D2E5EF", "#5E7A8B", "#B97B35")
"""Sure, fairly sure, and between two types."""

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
    return (look.PEOPLE_DARK if dark else look.PEOPLE)[:4] + kind_colours(5, dark)[4:]
