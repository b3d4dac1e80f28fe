"""The arrows of the house: data -> geo -> models -> views -> app.py; each imports only leftwards."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
ORDER = ["data", "geo", "models", "views"]
HEAVY = {"sklearn", "scipy", "statsmodels", "esda", "libpysal", "highspy", "matplotlib"}
MODULES = sorted(p for layer in ORDER for p in (PROJECT / layer).rglob("*.py"))


def imports_of(path: Path, top_level_only: bool = False) -> set[str]:
    """The first names of everything that a module imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def module_id(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_every_layer_has_modules() -> None:
    assert {p.relative_to(PROJECT).parts[0] for p in MODULES} == set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_a_module_imports_only_leftwards(path: Path) -> None:
    own = ORDER.index(path.relative_to(PROJECT).parts[0])
    rightwards = imports_of(path) & {*ORDER[own + 1 :], "app"}
    assert not rightwards, f"{path.name} imports {rightwards}"


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_streamlit_is_imported_by_views_alone(path: Path) -> None:
    if path.relative_to(PROJECT).parts[0] != "views":
        assert not imports_of(path) & {"streamlit", "streamlit_folium"}


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    assert not imports_of(path, top_level_only=True) & HEAVY


def test_the_demonstration_imports_no_other_package_of_ours() -> None:
    for path in (PROJECT / "data" / "demo").glob("*.py"):
        ours = {
            node.module
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ORDER
        }
        assert all(name.startswith("data.demo") for name in ours), f"{path.name} imports {ours}"
