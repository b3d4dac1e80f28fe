"""Find a shape by its name or code among thousands, as somebody types it."""

from typing import Final

import pandas as pd

LONGEST: Final = 80
"""How much of what was typed is looked at."""

MOST_FOUND: Final = 25
"""How many matches are worth reading."""


def find_shapes(inside: pd.DataFrame, typed: str) -> tuple[list[str], int]:
    """Find the shapes whose name, ward, council or code hold every word that was typed, whatever the case.

    Parameters
    ----------
    inside
        One row a shape, indexed by code: `name, ward_name, la_name`.
    typed
        What somebody typed; it is looked for letter by letter and means nothing else.

    Returns
    -------
    tuple of list, int
        The codes of the first matches, and how many there are: a name that begins with what was typed
        comes first, then by name.

    Examples
    --------
    >>> areas = pd.DataFrame({"name": ["Bolton 001A", "Bury 001A"], "ward_name": None, "la_name": None},
    ...                      index=["E01000001", "E01000002"])
    >>> find_shapes(areas, "001a bury")
    (['E01000002'], 1)
    """
    wanted = typed[:LONGEST].lower().split()
    if not wanted:
        return [], 0
    names = inside["name"].fillna("").astype("str").str.lower()
    text = names + " " + inside.index.astype("str").str.lower()
    for column in ("ward_name", "la_name"):
        text = text + " " + inside[column].fillna("").astype("str").str.lower()
    found = pd.Series(True, index=inside.index)
    for word in wanted:
        found &= text.str.contains(word, regex=False)
    matches = names[found]
    later = ~matches.str.startswith(" ".join(wanted))
    order = pd.DataFrame({"later": later, "name": matches, "code": matches.index})
    return order.sort_values(["later", "name", "code"])["code"].tolist()[:MOST_FOUND], len(matches)
