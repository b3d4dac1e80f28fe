"""Shared fixtures: the published data, the proof profile, and the places that tests build."""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import zip_longest
from pathlib import Path
from tempfile import gettempdir

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner

from data.demo import NORTHMERE_FOLDER
from data.register.engine import make_engine
from data.register.migrations import ensure_current
from geo.build_folder import build_folder
from geo.builds import Build, is_build, open_build
from models.demand_columns import with_demand
from tests.small_demand_builds import SPARSE, internal_build, shared_build

PROJECT = Path(__file__).parent.parent
pytest_plugins = ("postgres",)
SLOW = ("browser", "real", "pages", "contract")
"""The folders of tests that take long, the longest first."""

FULL_PROOFS = os.environ.get("ATLAS_PROOF") == "full"

settings.register_profile(
    "test", max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "prove", max_examples=3_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("prove" if FULL_PROOFS else "test")


@pytest.fixture(scope="session", autouse=True)
def access_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The access log of all tests and of the servers that they start: none writes to that of this folder."""
    path = tmp_path_factory.mktemp("log") / "access.log"
    before = os.environ.get("ATLAS_ACCESS_LOG")
    os.environ["ATLAS_ACCESS_LOG"] = str(path)
    yield path
    if before is None:
        del os.environ["ATLAS_ACCESS_LOG"]
    else:
        os.environ["ATLAS_ACCESS_LOG"] = before


@pytest.fixture(scope="session", autouse=True)
def signing_key() -> Iterator[None]:
    """One key for the links of all tests and of the servers that they start: none makes one here."""
    before = os.environ.get("ATLAS_SECRET_KEY")
    os.environ["ATLAS_SECRET_KEY"] = "what-signs-the-links-of-the-tests"
    yield
    if before is None:
        del os.environ["ATLAS_SECRET_KEY"]
    else:
        os.environ["ATLAS_SECRET_KEY"] = before


@pytest.fixture(scope="session", autouse=True)
def components_found_once() -> Iterator[None]:
    """Look for Streamlit's components among the installed packages once, not once a page that is tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(scope="session")
def empty_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a register that has its tables and holds nothing, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "empty.register.db"
    engine = make_engine(f"sqlite:///{path}")
    ensure_current(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of published data; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("ATLAS_REALDATA", PROJECT.parent / "shared" / "realdata"))
    if not folder.is_dir():
        pytest.skip(f"published data not found at {folder}: set ATLAS_REALDATA")
    return folder


@pytest.fixture(scope="session")
def greater_manchester(realdata: Path) -> Path:
    """The folder of Greater Manchester's published files."""
    return realdata / "greater_manchester"


def build_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Build]) -> Build:
    """Build a place once for all workers of a run: who comes second waits for it, and opens it."""
    base = factory.getbasetemp()
    out = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built" / name
    out.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{out}.lock"):
        return open_build(out) if is_build(out) else make(out)


@pytest.fixture(scope="session")
def northmere_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Northmere as `atlas demo` makes it, built once for all tests; who writes beside it takes a copy."""
    return build_once(
        tmp_path_factory, "northmere", lambda out: build_folder(NORTHMERE_FOLDER, out, derive=with_demand)
    )


@pytest.fixture(scope="session")
def england_build(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """England, built once from its published files for all tests that need a large place."""
    return build_once(tmp_path_factory, "england", lambda out: build_folder(realdata / "england", out))


@pytest.fixture(scope="session")
def internal_referrals(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A small internal build with referrals, made once for all tests that only look at it."""
    return build_once(tmp_path_factory, "internal_referrals/build", internal_build)


@pytest.fixture(scope="session")
def sparse_referrals(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """An internal build with so few referrals that a shared one has to hide some."""
    return build_once(tmp_path_factory, "sparse_referrals/internal", lambda out: internal_build(out, SPARSE))


@pytest.fixture(scope="session")
def released_referrals(sparse_referrals: Build, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The shared build that is published of it: it hides small counts."""
    return build_once(
        tmp_path_factory, "released_referrals/shared", lambda out: shared_build(sparse_referrals, out)
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[object]:
    """Let one worker compile what a fresh checkout imports: the others wait, and find it compiled."""
    run = getattr(session.config, "workerinput", {}).get("testrunuid")
    compiled = any(PROJECT.glob("tests/unit/__pycache__"))
    if run is None or compiled or sys.dont_write_bytecode:
        return (yield)
    done = Path(gettempdir()) / f"atlas-collected-{run}"
    with FileLock(f"{done}.lock"):
        if not done.exists():
            collected = yield
            done.touch()
            return collected
    return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take the files first that take longest, one of each folder in turn.

    Whichever worker is free takes the next file: none is left with a long one at the end, and two workers
    seldom drive a browser at once.
    """
    files = dict.fromkeys(item.path for item in items)
    slow = [[path for path in files if path.parent.name == folder] for folder in SLOW]
    in_turn = [path for turn in zip_longest(*slow) for path in turn if path is not None]
    order = {path: number for number, path in enumerate(dict.fromkeys([*in_turn, *files]))}
    items.sort(key=lambda item: order[item.path])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Print one dated line a proof when they are run in full."""
    report = yield
    if FULL_PROOFS and report.when == "call" and item.get_closest_marker("proof"):
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        print(f"\n{stamp}  {report.outcome}  {item.nodeid}  {report.duration:.1f} s")
    return report
