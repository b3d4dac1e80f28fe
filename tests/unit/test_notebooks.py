"""Every notebook runs from top to bottom, is numbered, and is committed without outputs.

They run in one kernel, emptied before each, on one build of Northmere: starting and building take longest.
"""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from geo.builds import Build

PROJECT = Path(__file__).parent.parent.parent
NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
EMPTIED = "%reset -f\nimport matplotlib.pyplot\nmatplotlib.pyplot.close('all')\ndel matplotlib"


@pytest.fixture(scope="module")
def kernel(northmere_build: Build) -> Iterator[KernelManager]:
    """A kernel in the project's folder, for which `atlas demo` was run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATLAS_BUILDS", str(northmere_build.path.parent))
        manager = KernelManager()
        manager.start_kernel(cwd=str(PROJECT))
    yield manager
    manager.shutdown_kernel()


def test_notebooks_are_numbered_in_order() -> None:
    assert [int(path.name[:2]) for path in NOTEBOOKS] == list(range(1, len(NOTEBOOKS) + 1))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs(path: Path, kernel: KernelManager) -> None:
    notebook = nbformat.read(path, as_version=4)
    committed = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert committed
    assert not any(cell.outputs for cell in committed)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(EMPTIED))
    client = NotebookClient(notebook, km=kernel, timeout=300)
    try:
        client.execute()
    finally:
        client.kc.stop_channels()
    assert any(cell.outputs for cell in committed)
