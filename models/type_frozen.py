"""A frozen model of types: kept as JSON and laid over new data.

A frozen model holds numbers and words only, so that a file from elsewhere cannot run anything. It gives the
same area the same type for the same composites, whatever the other areas are.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from data.errors import SourceError, first_few
from data.provenance import Tier
from data.whole_files import write_whole
from models.composites import Composites
from models.type_inputs import ENOUGH_KNOWN, label_of
from models.type_pipeline import Floats, distances_to, nearest_two, weigh

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

FORMAT: Final = 1
THIN: Final = 0.1
"""An area lies between two types where its own type is less than a tenth nearer than its second."""

LONGEST_NAME: Final = 160
"""The name of a type is no longer than so many characters."""

_LETTER: Final = re.compile(r"[A-Z][0-9]{0,3}")
_HINT: Final = "Save the model again with `atlas types`."


@dataclass(frozen=True)
class FrozenTypes:
    """A model of types as it was made.

    Attributes
    ----------
    composites
        Their ids, in the order of the columns below.
    letters
        The letter of each type, in the order of the rows of `centres`.
    names
        The name of each type, by letter.
    middle, spread, low, high
        How each composite is prepared: less its middle, divided by its spread, its inverse hyperbolic sine
        less `low`, divided by `high` less `low`.
    weights
        How much the squared difference in each counts.
    centres
        The middle of each type as prepared, a row a type.
    means, deviations
        Of each composite among the areas that the model was made of, in its own unit.
    shares
        The share of areas in each type at the time, by letter.
    apart
        How far areas lay from the middle of their type at the time, on average.
    assigned
        The letter of each area at the time, by code.
    tier
        That of the build that the model was made of.
    """

    composites: tuple[str, ...]
    letters: tuple[str, ...]
    names: Mapping[str, str]
    middle: tuple[float, ...]
    spread: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    weights: tuple[float, ...]
    centres: tuple[tuple[float, ...], ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    shares: Mapping[str, float]
    apart: float
    assigned: Mapping[str, str]
    tier: Tier

    @property
    def k(self) -> int:
        """How many types."""
        return len(self.letters)

    def prepare(self, frame: pd.DataFrame) -> Floats:
        """Return composites as k-means had them, shape (areas, composites); gaps stay."""
        values = frame[list(self.composites)].to_numpy(dtype=np.float64)
        drawn = np.arcsinh((values - np.asarray(self.middle)) / np.asarray(self.spread))
        low, high = np.asarray(self.low), np.asarray(self.high)
        return weigh((drawn - low) / np.where(high > low, high - low, 1.0), self.weights)


def freeze(
    pipeline: "Pipeline", frame: pd.DataFrame, letters: list[str], names: Mapping[str, str], tier: Tier
) -> FrozenTypes:
    """Freeze a fitted pipeline.

    Parameters
    ----------
    pipeline
        Of `type_pipeline`, fitted.
    frame
        The areas that are given a type, one column a composite in the pipeline's order.
    letters
        The letter of each centre.
    names
        The name of each letter.
    tier
        Of the build.
    """
    steps = pipeline.named_steps
    weights = steps["weights"].kw_args["weights"]
    count = frame.shape[1]
    frozen = FrozenTypes(
        composites=tuple(frame.columns),
        letters=tuple(letters),
        names=dict(names),
        middle=_plain(steps["spread"].center_),
        spread=_plain(steps["spread"].scale_),
        low=_plain(steps["range"].data_min_),
        high=_plain(steps["range"].data_max_),
        weights=tuple([1.0] * count) if weights is None else _plain(np.asarray(weights)),
        centres=tuple(_plain(row) for row in steps["types"].cluster_centers_),
        means=_plain(frame.mean().to_numpy()),
        deviations=_plain(frame.std(ddof=0).to_numpy()),
        shares={},
        apart=0.0,
        assigned={},
        tier=tier,
    )
    apart = distances_to(np.asarray(frozen.centres), frozen.prepare(frame))
    assigned = np.asarray(letters)[apart.argmin(axis=1)]
    counted = pd.Series(assigned).value_counts(normalize=True)
    return FrozenTypes(
        **{field.name: getattr(frozen, field.name) for field in fields(frozen)}
        | {
            "shares": {letter: float(counted.get(letter, 0.0)) for letter in letters},
            "apart": float(apart.min(axis=1).mean()),
            "assigned": dict(zip(frame.index.astype(str), assigned.tolist(), strict=True)),
        }
    )


def place(frozen: FrozenTypes, frame: pd.DataFrame) -> pd.DataFrame:
    """Give each area its type by a frozen model.

    Returns
    -------
    DataFrame
        On the index of `frame`: `type` and `second`, letters; `margin`, 0 half way between the two to 1 at
        the heart of the first; `between`, whether it is thin; `known`, how many composites the area has.
        Letters and margin are missing for an area that has too few of them.
    """
    values = frozen.prepare(frame)
    known = np.isfinite(values).sum(axis=1)
    placed = known >= ENOUGH_KNOWN * values.shape[1]
    result = pd.DataFrame(
        {"type": None, "second": None, "margin": np.nan, "between": False, "known": known}, index=frame.index
    ).astype({"type": "str", "second": "str"})
    if placed.any():
        first, second, margin = nearest_two(distances_to(np.asarray(frozen.centres), values[placed]))
        letters = np.asarray(frozen.letters)
        result.loc[placed, "type"] = letters[first]
        result.loc[placed, "second"] = letters[second]
        result.loc[placed, "margin"] = margin
        result.loc[placed, "between"] = margin < THIN
    return result


def score_types(frozen: FrozenTypes, composites: Composites) -> pd.DataFrame:
    """Give the areas of other data their types by a frozen model; see `place` for the columns.

    Raises
    ------
    SourceError
        The data lacks a composite that the model was made of, as a whole.
    """
    _require_composites(frozen, composites)
    return place(frozen, composites.frame.sort_index())


def save_types(frozen: FrozenTypes, path: Path) -> None:
    """Write a frozen model as JSON, whole or not at all; only its owner may read it.

    Raises
    ------
    SourceError
        The file cannot be written; it is then as it was.
    """
    content = {"format": FORMAT, **content_of(frozen)}
    try:
        write_whole(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise SourceError(
            f"{path} cannot be written: {error.strerror or error}.", "Name a file in a folder of yours."
        ) from error


def content_of(frozen: FrozenTypes) -> dict[str, Any]:
    """Return a frozen model as it stands in JSON, without the number of the format."""
    return {**asdict(frozen), "tier": frozen.tier.value}


def load_types(path: Path) -> FrozenTypes:
    """Read a frozen model from JSON.

    Raises
    ------
    SourceError
        The file cannot be read, is not one, or is of another format, or its parts do not fit together; all
        faults at once.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror or error}.", "Name the file that `atlas types` wrote."
        ) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path.name} is not JSON: {error}.", _HINT) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise SourceError(f"{path.name} is not a model of types of format {FORMAT}.", _HINT)
    return frozen_of(content, path.name)


def frozen_of(content: Mapping[str, Any], name: str) -> FrozenTypes:
    """Make a frozen model of what stood in JSON; what else stood there is left alone.

    Parameters
    ----------
    content
        What stood there.
    name
        Of the file, for messages.

    Raises
    ------
    SourceError
        The parts are not all there or do not fit together; all faults at once.
    """
    faults = _faults(content)
    if faults:
        raise SourceError(f"{name} is not a whole model of types: {'; '.join(faults)}.", _HINT)
    parts = {field.name: content[field.name] for field in fields(FrozenTypes)}
    for row in _ROWS:
        parts[row] = tuple(float(value) for value in parts[row])
    parts["composites"], parts["letters"] = tuple(parts["composites"]), tuple(parts["letters"])
    parts["centres"] = tuple(tuple(float(value) for value in row) for row in parts["centres"])
    parts["tier"] = Tier(parts["tier"])
    return FrozenTypes(**parts)


_ROWS: Final = ("middle", "spread", "low", "high", "weights", "means", "deviations")


def _faults(content: Mapping[str, Any]) -> list[str]:
    """List what is wrong with the parts of a model."""
    absent = [field.name for field in fields(FrozenTypes) if field.name not in content]
    if absent:
        return [f"without {', '.join(absent)}"]
    faults = [
        f"{name} is not a list of words" for name in ("composites", "letters") if not _words(content[name])
    ]
    faults += [
        f"{name} is not words by words" for name in ("names", "assigned") if not _by_words(content[name], str)
    ]
    if faults:
        return faults
    ids, letters, names = content["composites"], content["letters"], content["names"]
    faults += ["a letter is not A to Z"] * (not all(_LETTER.fullmatch(letter) for letter in letters))
    if not all(0 < len(name.strip()) <= LONGEST_NAME for name in names.values()):
        faults.append(f"a name is no text of 1 to {LONGEST_NAME} characters")
    if not _readable([*ids, *names.values(), *content["assigned"]]):
        faults.append("a text holds half of a character")
    faults += [f"{name} is not {len(ids)} numbers" for name in _ROWS if not _numbers(content[name], len(ids))]
    centres = content["centres"]
    if not isinstance(centres, list) or len(centres) != len(letters) or len(letters) < 2:
        faults.append("centres is not one row for each of two or more letters")
    elif not all(_numbers(row, len(ids)) for row in centres):
        faults.append(f"a row of centres is not {len(ids)} numbers")
    if _numbers(content["spread"], len(ids)) and min(content["spread"]) <= 0:
        faults.append("a spread is not above 0")
    if _numbers(content["weights"], len(ids)) and min(content["weights"]) < 0:
        faults.append("a weight is below 0")
    if not _numbers([content["apart"]], 1):
        faults.append("apart is not a number")
    if not _by_words(content["shares"], float) or set(content["shares"]) != set(letters):
        faults.append("shares are not one number a letter")
    if set(names) != set(letters) or len(set(letters)) != len(letters):
        faults.append("names are not one a letter")
    if not set(content["assigned"].values()) <= set(letters):
        faults.append("areas are assigned to letters that are not there")
    if content["tier"] not in [tier.value for tier in Tier]:
        faults.append("tier is not internal or shared")
    return faults


def _words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)


def _by_words(value: object, kind: type) -> bool:
    return isinstance(value, dict) and all(
        isinstance(one, str) if kind is str else _numbers([one], 1) for one in value.values()
    )


def _numbers(value: object, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(isinstance(one, int | float) and not isinstance(one, bool) and _finite(one) for one in value)
    )


def _finite(value: float) -> bool:
    """Say whether a number is one that can be reckoned with: JSON can hold whole ones of any length."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _readable(texts: Iterable[str]) -> bool:
    """Say whether texts can be shown: JSON can hold half of a character, which reaches no screen."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _require_composites(frozen: FrozenTypes, composites: Composites) -> None:
    frame = composites.frame
    absent = [c for c in frozen.composites if c not in frame or frame[c].notna().sum() == 0]
    if absent:
        raise SourceError(
            f"The model was made of composites that this data lacks: {first_few(map(label_of, absent))}.",
            "Add their data, or make the types anew from what there is.",
        )
