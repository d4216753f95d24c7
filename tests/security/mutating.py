"""A filter taken away: the code of one function with a few words of it replaced."""

from __future__ import annotations
import __future__

import importlib
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

ROOMS = "commongrid.rooms."
DOORS = "commongrid.doors."


@dataclass(frozen=True, slots=True)
class Mutant:
    """``where``: module and function; ``caught``: a route of the table, or ``probe:name``."""

    name: str
    where: str
    old: str
    new: str
    caught: str


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """Run with the function as the mutant has it, wherever it was imported to."""
    function = function_of(mutant.where)
    kept = function.__code__
    function.__code__ = _code(mutant, function)
    try:
        yield
    finally:
        function.__code__ = kept


def function_of(where: str) -> Any:
    """The plain function a mutant names."""
    module, _, path = where.partition(":")
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    return inspect.unwrap(found)


def _code(mutant: Mutant, function: Any) -> Any:
    source = textwrap.dedent(inspect.getsource(function))
    if mutant.old not in source:
        message = f"{mutant.where} reads otherwise now: write {mutant.name!r} anew"
        raise LookupError(message)
    changed = source.replace(mutant.old, mutant.new)
    flags = __future__.annotations.compiler_flag
    space = dict(vars(importlib.import_module(mutant.where.partition(":")[0])))
    exec(compile(changed, mutant.where, "exec", flags=flags), space)
    return inspect.unwrap(space[function.__name__]).__code__
