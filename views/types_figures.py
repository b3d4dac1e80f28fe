"""What the Types page works out, kept a while: types and ways of working, patches, and what drives demand."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from functools import partial
from hashlib import sha256
from threading import Lock, RLock, Thread
from typing import Final

import pandas as pd

from data.errors import AtlasError
from geo.builds import Build
from geo.neighbours import neighbours_of
from models.assessment_factors import Factors, factors_of
from models.composites import COMPOSITE
from models.drivers import Drivers, drivers_of
from models.type_drivers import Separation, what_separates
from models.type_findings import TypeFindings, find_types
from models.type_frozen import FrozenTypes
from models.type_patches import Patches, patches_of
from views import session
from views.keeping import kept

_KEPT: Final = 6
_findings: "OrderedDict[tuple[Hashable, ...], TypeFindings]" = OrderedDict()
_patches: "OrderedDict[tuple[Hashable, ...], Patches | AtlasError]" = OrderedDict()
_drivers: "OrderedDict[tuple[Hashable, ...], Drivers | AtlasError]" = OrderedDict()
_separations: "OrderedDict[tuple[Hashable, ...], Separation | AtlasError]" = OrderedDict()
_going_on: "dict[tuple[Hashable, ...], Future[TypeFindings]]" = {}
"""The types that are being made beside a page."""

_begin_lock = Lock()
_lock = RLock()
"""Two readers who ask the same wait for one answer."""


def findings_for(build: Build, k: int | None, before: FrozenTypes | None) -> TypeFindings:
    """Return the types of a build as they were found, without what people gave; made once a revision."""
    with _lock:
        key = _key(build, k, before)
        return kept(
            _findings, key, _KEPT, lambda: find_types(build, session.areas_of(build), k, before=before)
        )


def is_ready(build: Build, k: int | None, before: FrozenTypes | None) -> bool:
    """Say whether the types stand ready, so that nobody has to wait for them."""
    return _key(build, k, before) in _findings


def begin(build: Build, k: int | None, before: FrozenTypes | None) -> bool:
    """Let the types be made beside the page, unless they are being made, and say whether they stand ready.

    What goes wrong there is raised here, once.
    """
    key = _key(build, k, before)
    with _begin_lock:
        if key in _findings:
            return True
        going = _going_on.pop(key, None)
        if going is None or (going.done() and going.exception() is None):
            going = _beside(partial(findings_for, build, k, before))
        if not going.done():
            _going_on[key] = going
            return False
    going.result()
    return False


def wait_for(build: Build, k: int | None, before: FrozenTypes | None, seconds: float) -> bool:
    """Wait some seconds at most for types that are made beside the page, and say whether they stand ready."""
    if not begin(build, k, before):
        going = _going_on.get(_key(build, k, before))
        wait([going] if going is not None else [], seconds)
    return begin(build, k, before)


def _beside(make: Callable[[], TypeFindings]) -> "Future[TypeFindings]":
    """Work something out in a thread of its own, which ends with the app."""
    future: Future[TypeFindings] = Future()

    def work() -> None:
        try:
            future.set_result(make())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=work, name="types", daemon=True).start()
    return future


def best_number(build: Build, before: FrozenTypes | None) -> int | None:
    """Return how many types are best, where that stands ready; None where it does not."""
    found = _findings.get(_key(build, None, before))
    return None if found is None or found.types is None else found.types.k


def stand_in(build: Build, k: int | None, before: FrozenTypes | None, now: FrozenTypes) -> None:
    """Let types that were just kept stand for those that would be made of the same data to follow them."""
    with _lock:
        found = _findings.get(_key(build, k, before))
        if found is not None:
            _findings[_key(build, k, now)] = found


def patches_for(build: Build, found: TypeFindings) -> Patches | AtlasError:
    """Return the patches of a build, or why there are none."""
    with _lock:
        return kept(_patches, session.reading(build), _KEPT, lambda: _make_patches(build, found))


def drivers_for(build: Build, found: TypeFindings) -> Drivers | AtlasError:
    """Return what goes together with referrals, or why that cannot be told."""
    with _lock:
        return kept(_drivers, session.reading(build), _KEPT, lambda: _find_drivers(build, found))


def separation_for(build: Build, found: TypeFindings) -> Separation | AtlasError:
    """Return which characteristics separate the types, or why that cannot be told."""
    with _lock:
        key = (*session.reading(build), tuple(found.letters.fillna("")))
        return kept(_separations, key, _KEPT, lambda: _separate(build, found))


def factors_for(build: Build, council: str) -> Factors | None:
    """Return what assessments of a council find at their end; None where its file is not there."""
    return factors_of(build.series, council)


def _key(build: Build, k: int | None, before: FrozenTypes | None) -> tuple[Hashable, ...]:
    then = "" if before is None else sha256(repr(before).encode()).hexdigest()
    return (*session.reading(build), k, then)


def _make_patches(build: Build, found: TypeFindings) -> Patches | AtlasError:
    frame = session.areas_of(build).frame
    if "pop_total" not in frame:
        return AtlasError(
            "This build has no numbers of people, and patches are made by them.",
            "Add a file of population estimates to the folder and build it again.",
        )
    try:
        return patches_of(
            found.composites.frame,
            neighbours_of(build.areas.frame.geometry),
            frame["pop_total"].astype("float64"),
            within=frame["la_code"],
        )
    except AtlasError as error:
        return error


def _find_drivers(build: Build, found: TypeFindings) -> Drivers | AtlasError:
    try:
        return drivers_of(
            session.areas_of(build),
            found.composites.frame,
            neighbours_of(build.areas.frame.geometry),
            {id_: one.label for id_, one in COMPOSITE.items()},
        )
    except AtlasError as error:
        return error


def _separate(build: Build, found: TypeFindings) -> Separation | AtlasError:
    wards: pd.Series = build.areas.frame["ward_code"]
    try:
        return what_separates(
            found.letters,
            found.composites.frame,
            wards,
            {id_: one.label for id_, one in COMPOSITE.items()},
        )
    except AtlasError as error:
        return error
