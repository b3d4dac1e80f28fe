"""The arrows of the house: data -> geo -> models -> views -> app.py; each imports only leftwards."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
ORDER = ["data", "geo", "models", "views"]
HEAVY = {"sklearn", "scipy", "statsmodels", "esda", "libpysal", "highspy", "matplotlib"}
STREAMLIT = {"streamlit", "streamlit_folium"}


Imports = dict[str, tuple[frozenset[str], frozenset[str]]]


def imports_in(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The first names of everything that is imported."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return frozenset(found)


@pytest.fixture(scope="module", params=ORDER)
def layer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def imports(layer: str) -> Imports:
    """What each module of a layer imports anywhere, and what it imports as soon as it is read."""
    trees = {
        path.relative_to(PROJECT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((PROJECT / layer).rglob("*.py"))
    }
    assert trees
    return {name: (imports_in(ast.walk(tree)), imports_in(tree.body)) for name, tree in trees.items()}


def test_modules_import_only_leftwards(layer: str, imports: Imports) -> None:
    right = {*ORDER[ORDER.index(layer) + 1 :], "app"}
    assert {name: anywhere & right for name, (anywhere, _) in imports.items() if anywhere & right} == {}


def test_streamlit_is_imported_by_views_alone(layer: str, imports: Imports) -> None:
    with_it = {name for name, (anywhere, _) in imports.items() if anywhere & STREAMLIT}
    assert bool(with_it) == (layer == "views")


def test_heavy_libraries_are_imported_where_they_are_used(imports: Imports) -> None:
    assert {name: at_once & HEAVY for name, (_, at_once) in imports.items() if at_once & HEAVY} == {}


def test_the_demonstration_imports_no_other_package_of_ours() -> None:
    for path in (PROJECT / "data" / "demo").glob("*.py"):
        ours = {
            node.module
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ORDER
        }
        assert all(name.startswith("data.demo") for name in ours), f"{path.name} imports {ours}"
