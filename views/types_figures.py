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
from data.operating_models import operating_rules
from geo.builds import Build
from geo.neighbours import neighbours_of
from models.assessment_factors import Factors, factors_of
from models.composites import COMPOSITE
from models.drivers import Drivers, drivers_of
from models.type_drivers import Separation, what_separates
from models.type_findings import (
    TypeFindings,
    TypesPrepared,
    by_rules,
    findings_of,
    following,
    prepare_findings,
)
from models.type_frozen import FrozenTypes
from models.type_patches import Patches, patches_of
from views import session
from views.keeping import kept
from views.types_patches import colours_of

_KEPT: Final = 6
_KEPT_PREPARED: Final = 2
_prepared: "OrderedDict[tuple[Hashable, ...], TypesPrepared]" = OrderedDict()
_findings: "OrderedDict[tuple[Hashable, ...], TypeFindings]" = OrderedDict()
_patches: "OrderedDict[tuple[Hashable, ...], Patches | AtlasError]" = OrderedDict()
_patch_colours: "OrderedDict[tuple[Hashable, ...], pd.Series]" = OrderedDict()
_drivers: "OrderedDict[tuple[Hashable, ...], Drivers | AtlasError]" = OrderedDict()
_separations: "OrderedDict[tuple[Hashable, ...], Separation | AtlasError]" = OrderedDict()
_going_on: "dict[tuple[Hashable, ...], Future[TypeFindings]]" = {}
"""The types that are being made beside a page."""

_begin_lock = Lock()
_lock = RLock()
"""Two readers who ask the same wait for one answer."""


def findings_for(build: Build, k: int | None, before: FrozenTypes | None) -> TypeFindings:
    """Return the types of a build as they were found, without what people gave; made once a revision.

    Rules that were edited meanwhile are laid over what was prepared.
    """
    rules = operating_rules()

    def make() -> TypeFindings:
        return findings_of(by_rules(_prepared_for(build, before), rules), k)

    with _lock:
        return kept(_findings, (*_key(build, k, before), rules), _KEPT, make)


def is_ready(build: Build, k: int | None, before: FrozenTypes | None) -> bool:
    """Say whether the types stand ready, so that nobody has to wait for them."""
    made = (*_key(build, k, before), operating_rules()) in _findings
    return made or _key(build, None, before) in _prepared


def _prepared_for(build: Build, before: FrozenTypes | None) -> TypesPrepared:
    """Return what types of any number are taken from. Under the lock."""
    key = _key(build, None, before)
    areas = session.areas_of(build)
    return kept(_prepared, key, _KEPT_PREPARED, lambda: prepare_findings(build, areas, before=before))


def begin(build: Build, k: int | None, before: FrozenTypes | None) -> bool:
    """Let the types be made beside the page, unless they are being made, and say whether they stand ready.

    What goes wrong there is raised here, once.
    """
    key = _key(build, k, before)
    with _begin_lock:
        if is_ready(build, k, before):
            _going_on.pop(key, None)
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
    """Return how many types are best; None where there are none. Quick once those of any number were made."""
    found = findings_for(build, None, before)
    return None if found.types is None else found.types.k


def follow(build: Build, before: FrozenTypes | None, now: FrozenTypes) -> None:
    """Let types that were just kept be those of last time, so that nobody has to wait for the same ones."""
    with _lock:
        prepared = _prepared.get(_key(build, None, before))
        if prepared is not None:
            kept(_prepared, _key(build, None, now), _KEPT_PREPARED, lambda: following(prepared, now))


def patches_for(build: Build, found: TypeFindings) -> Patches | AtlasError:
    """Return the patches of a build, or why there are none."""
    with _lock:
        return kept(_patches, session.reading(build), _KEPT, lambda: _make_patches(build, found))


def patch_colours_for(build: Build, found: TypeFindings) -> pd.Series:
    """Return a colour for the patch of each area, as a number from 0; none where there are no patches."""
    patches = patches_for(build, found)
    if isinstance(patches, AtlasError):
        return pd.Series(dtype="float64")
    with _lock:
        geometry = build.areas.frame.geometry
        return kept(
            _patch_colours,
            session.reading(build),
            _KEPT,
            lambda: colours_of(patches.frame["patch"], geometry),
        )


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
