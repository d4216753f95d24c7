"""What the numbers of a lowered charter stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from commongrid.bridges.rehearsal.lowering.numbers import Numbers, Sort
from commongrid.bridges.rehearsal.lowering.rows import Row, Standing
from commongrid.bridges.rehearsal.lowering.staffing import Pool
from commongrid.charter.schema import Transition


@dataclass(frozen=True, eq=False, kw_only=True)
class Index:
    """Rows, states, slots, sorts, pools and grids by their numbers.

    ``rows[n]`` has flow, state and action (empty: no act, only the next part of a state).
    ``slots[n]`` is a clock, or ``finish:...``: which milestone that is depends on the sort, see
    ``milestone``. ``pools[n]`` has holder, area and servers. ``rules``: the rows that are one rule
    of one lane in one state; ``lanes`` by sort.
    """

    sorts: tuple[Sort, ...]
    states: tuple[Standing, ...]
    rows: tuple[Row, ...]
    slots: tuple[str, ...]
    milestones: tuple[Mapping[int, str], ...]
    holders: tuple[str, ...]
    pools: tuple[Pool, ...]
    grids: tuple[str, ...]
    lanes: tuple[int, ...]
    rules: Mapping[tuple[int, str, Transition], tuple[int, ...]]
    left_out: tuple[Transition, ...]
    numbers: Numbers

    def sort_of(self, type_code: str, flags: frozenset[str] = frozenset()) -> int:
        """The number of a sort; flags this charter does not tell apart are passed over.

        Raises: KeyError when no matter of that type is raised.
        """
        known = {(sort.type, sort.flags): n for n, sort in enumerate(self.sorts)}
        told = frozenset().union(*(s.flags for s in self.sorts if s.type == type_code))
        return known[type_code, flags & told]

    def slot(self, clock: str) -> int:
        """The number of a clock's slot, -1 where the charter has no such clock."""
        return self.slots.index(clock) if clock in self.slots else -1

    def finish_slots(self) -> tuple[int, ...]:
        """The slots of milestones."""
        return tuple(n for n, slot in enumerate(self.slots) if slot.startswith("finish:"))

    def milestone(self, sort: int, slot: int) -> str:
        """The milestone a slot stands for in this sort, empty where it stands for none."""
        return self.milestones[sort].get(slot, "")

    def grid(self, path: str) -> int:
        """The number of a grid. Raises: ValueError."""
        return self.grids.index(path)

    def pools_of(self, holder: str, area: str = "") -> tuple[int, ...]:
        """The pools of a holder in an area, or in all of them."""
        return tuple(
            n
            for n, pool in enumerate(self.pools)
            if pool.holder == holder and (not area or pool.area.startswith(area))
        )
