"""One flow as a graph, as the checks look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from commongrid.charter.schema import Charter, Kind, Power, Scope, State, StateKind, Transition

OPEN = "*open"
STAYS = "="
START = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """The states and transitions of one kind of matter."""

    kind: Kind
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    powers: Mapping[str, tuple[Power, ...]]

    @property
    def own(self) -> tuple[Transition, ...]:
        """Transitions that name their state; those of every open state are left out."""
        return tuple(row for row in self.transitions if row.from_state != OPEN)

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """Transitions written for this state that lead to another one."""
        return tuple(
            row
            for row in self.own
            if row.from_state == state and row.to_state not in (STAYS, state)
        )

    def kind_of(self, state: str) -> StateKind | None:
        """The kind of a state; None for raising and for one nobody wrote."""
        row = self.states.get(state)
        return row.kind if row else None

    def is_end(self, state: str) -> bool:
        """Whether the state is an end."""
        return self.kind_of(state) is StateKind.END

    def moves(self) -> Iterator[tuple[str, str, Transition]]:
        """Every step as (from, to, row), those of open states once for each of them."""
        for row in self.transitions:
            sources = [row.from_state]
            if row.from_state == OPEN:
                sources = [name for name in self.states if not self.is_end(name)]
            for source in sources:
                yield source, source if row.to_state == STAYS else row.to_state, row

    def reachable(self) -> frozenset[str]:
        """States some way of steps leads to from raising."""
        reached, frontier = {START}, [START]
        steps = [(source, target) for source, target, _ in self.moves()]
        while frontier:
            here = frontier.pop()
            fresh = {target for source, target in steps if source == here} - reached
            reached |= fresh
            frontier += fresh
        return frozenset(reached - {START})

    def finishing(self) -> frozenset[str]:
        """States from which an end can be reached by their own steps."""
        done = {name for name in self.states if self.is_end(name)}
        grown = True
        while grown:
            fresh = {row.from_state for row in self.own if row.to_state in done} - done
            done |= fresh
            grown = bool(fresh)
        return frozenset(done)

    def scopes(self, row: Transition) -> frozenset[Scope]:
        """In which scopes the power of a step is held."""
        return frozenset(power.scope for power in self.powers.get(row.power, ()))

    def is_system(self, row: Transition) -> bool:
        """Whether only the clock takes this step."""
        return self.scopes(row) == {Scope.SYSTEM}


def flows_of(charter: Charter) -> tuple[Flow, ...]:
    """The flows that have states or transitions."""
    powers: dict[str, list[Power]] = {}
    for power in charter.powers:
        powers.setdefault(power.power, []).append(power)
    held = {name: tuple(rows) for name, rows in powers.items()}
    found = []
    for kind in Kind:
        states = {name: row for (flow, name), row in charter.states.items() if flow is kind}
        rows = tuple(row for row in charter.transitions if row.flow is kind)
        if states:
            found.append(Flow(kind, states, rows, held))
    return tuple(found)
