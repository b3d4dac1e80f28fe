"""The exceptions of Prevention Atlas: what is wrong, where, and what to do next."""

from collections.abc import Iterable


class AtlasError(ValueError):
    """Say what is wrong in one message, with a hint that says what to do next."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message if hint is None else f"{message}\nHINT: {hint}")


class SourceError(AtlasError):
    """A file cannot be read as what it appears to be."""


class GeographyError(AtlasError):
    """Codes, vintages or shapes do not fit together."""


class DisclosureError(AtlasError):
    """Something would leave that must not, or cannot be shown to be safe."""


class RegisterError(AtlasError):
    """The register refuses a change, or cannot be read or written."""


class InfeasibleError(AtlasError):
    """Nothing keeps all the conditions that were set."""


def first_few(values: Iterable[object], limit: int = 5) -> str:
    """Name the first few values of a list and count the rest, for an error message.

    Parameters
    ----------
    values
        What to name; sorted by text, so that a message does not depend on row order.
    limit
        How many to name.

    Examples
    --------
    >>> first_few(["b", "a", "c"], limit=2)
    'a, b and 1 more'
    """
    names = sorted(str(value) for value in values)
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit:,} more"
