"""Doors to single steps, for those who hold one interpreter to another."""

from __future__ import annotations

from typing import Any

from commongrid.engines.rehearsal.core.compiling import entry
from commongrid.engines.rehearsal.core.lives import born
from commongrid.engines.rehearsal.core.memory import lives
from commongrid.engines.rehearsal.core.rules import may, take

MAY, TAKE, BORN = range(3)


@entry
def step_once(worlds: Any, what: int, row: int, at: int) -> bool:
    """Ask about, or take, a row of the only matter; or let it be born. One door compiles once."""
    w = worlds[0]
    if what == BORN:
        born(w, 0)
        return True
    if what == MAY:
        return may(w, lives(w, 0), row, at)
    take(w, lives(w, 0), row, at)
    return True
