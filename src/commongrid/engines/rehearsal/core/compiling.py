"""How compiled functions are made, and where the machine code is kept between two processes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import config
from numba.extending import intrinsic

try:
    import fcntl
except ImportError:  # no locks of files here: several processes may compile, which is no harm
    fcntl = None  # type: ignore[assignment]

F = TypeVar("F", bound=Callable[..., object])
NJIT: Any = numba.njit
CONFIG: Any = config
INTRINSIC: Any = intrinsic
OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True}
"""No fast math anywhere. Nothing here divides by what could be 0, so nobody need look."""
PART: dict[str, Any] = OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

ONLY_PYTHON = ("__init__", "packing", "running")
NUMBERS_FROM = ("checks", "draws", "results", "words")
"""Files of this folder that are not compiled, and those above whose numbers are."""


def compiled(function: F) -> F:
    """Compile a function of its own, for compiled callers only: it gets no door for Python.

    WHY said to numba: else it copies this too into whoever is copied into its own callers.
    """
    options = PART | {"forceinline": False}
    return cast(F, NJIT(**options)(function))


def inlined(function: F) -> F:
    """Compile a part into whoever calls it: for what is short, or is called all the time.

    A call costs a status and a result through memory. Measured: a quarter more events a second.
    """
    return cast(F, NJIT(**PART, forceinline=True)(function))


def apart(function: F) -> F:
    """Compile once more, as a function of its own, what is else a part of whoever calls it.

    WHY: where it is called seldom, a copy makes the way longer for what is called all the time.
    """
    return compiled(cast(Any, function).py_func)


def instruction(function: Callable[..., Any]) -> Any:
    """Let a function say by itself which instructions it is compiled to."""
    return INTRINSIC(function)


def entry(function: F) -> F:
    """Compile what Python calls, with all its parts, and keep it where something can be kept."""
    folder = kept_in()
    if folder is None:
        return cast(F, NJIT(**OPTIONS)(function))
    before = CONFIG.CACHE_DIR
    CONFIG.CACHE_DIR = folder  # read when the function is made, and by nobody else
    try:
        return cast(F, NJIT(cache=True, **OPTIONS)(function))
    finally:
        CONFIG.CACHE_DIR = before


@cache
def kept_in() -> str | None:
    """The folder for machine code of exactly these sources, or None where nothing can be written.

    WHY a digest: numba looks at the file of the entry alone, and would go on running parts of
    yesterday that lie in other files.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    here = Path(__file__).parent
    sources = {path for path in here.glob("*.py") if path.stem not in ONLY_PYTHON}
    sources |= {here.parent / f"{name}.py" for name in NUMBERS_FROM}
    for source in sorted(sources):
        digest.update(source.read_bytes())
    for base in _places():
        folder = base / "compiled" / digest.hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return str(folder)
        except OSError:
            continue
    return None


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one process compile while the others wait, to read what it kept."""
    folder = kept_in()
    if folder is None or fcntl is None:
        yield
        return
    with (Path(folder) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, and when a process dies
        yield


def _places() -> list[Path]:
    """Where it may be kept: where numba was told to (NUMBA_CACHE_DIR), else in the user's cache."""
    told = [Path(CONFIG.CACHE_DIR)] if CONFIG.CACHE_DIR else []
    return [*told, Path.home() / ".cache" / "commongrid"]
