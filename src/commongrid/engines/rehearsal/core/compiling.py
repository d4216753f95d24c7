"""How compiled functions are made, and where the machine code is kept between two processes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import config

F = TypeVar("F", bound=Callable[..., object])
NJIT: Any = numba.njit
CONFIG: Any = config
OPTIONS = {"error_model": "numpy", "nogil": True}
"""No fast math anywhere. Nothing here divides by what could be 0, so nobody need look."""


def compiled(function: F) -> F:
    """Compile a part, for compiled callers only: it gets no door for Python."""
    return cast(F, NJIT(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)(function))


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
    for source in sorted([*here.glob("*.py"), *here.parent.glob("*.py")]):
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


def _places() -> list[Path]:
    """Where it may be kept: the installation's own cache, else the user's."""
    home = os.environ.get("COMMONGRID_HOME", "")
    user = os.environ.get("XDG_CACHE_HOME", "")
    places = [Path(home) / "cache"] if home else []
    places.append(Path(user) / "commongrid" if user else Path.home() / ".cache" / "commongrid")
    return places
