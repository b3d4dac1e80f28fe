"""The examples in docstrings run and print what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
MODULES = sorted(
    ".".join(path.relative_to(PROJECT).with_suffix("").parts)
    for package in ("data", "geo", "models", "views")
    for path in (PROJECT / package).rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    ran = doctest.testmod(importlib.import_module(name))
    assert ran.attempted
    assert not ran.failed
