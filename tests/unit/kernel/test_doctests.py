"""The examples in the kernel's docstrings run, and every module that speaks has one."""

import doctest
import importlib
import pkgutil

import pytest

import commongrid.kernel

MODULES = [found.name for found in pkgutil.iter_modules(commongrid.kernel.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(f"commongrid.kernel.{name}")
    outcome = doctest.testmod(module, raise_on_error=False)
    assert outcome.attempted > 0, f"{name} has no example"
    assert outcome.failed == 0
