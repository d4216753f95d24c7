"""The charters a reader works under: words for keys, and which steps do what.

Nothing here decides; it names. Steps are found by what the charter says they do (their effects),
so a place that renames or adds a step keeps its quick forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import Choice
from commongrid.charter.schema import Kind, Scope, StateKind, Transition
from commongrid.doors.desk.reading import Reader
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

OFFERS, TAKES, JOINS = "set_offer", "take_offer", "join_leading"
CHECKS, SECOND = "not_handler", "second_person"
OBJECTION = "objection"  # the clock that runs while a unit may still say no

Option = tuple[str, Text]


@dataclass(frozen=True, slots=True)
class Rules:
    """Charters in force where somebody works; usually one."""

    books: tuple[Compiled, ...]

    def unit_name(self, unit: str) -> Text:
        """The unit's name; the key itself where no charter knows it."""
        return next(
            (b.charter.units[unit].name for b in self.books if unit in b.charter.units),
            Text.both(unit),
        )

    def units(self) -> tuple[Option, ...]:
        """Every handling unit, in charter order."""
        return _merged((key, row.name) for b in self.books for key, row in b.charter.units.items())

    def states(self) -> tuple[Option, ...]:
        """Every state of every flow; flows that share a key share the word."""
        return _merged(
            (state, row.name) for b in self.books for (_, state), row in b.charter.states.items()
        )

    def types(self) -> tuple[tuple[Text, tuple[Option, ...]], ...]:
        """Types by group, in catalogue order."""
        groups: dict[Text, dict[str, Text]] = {}
        for book in self.books:
            for code, row in book.charter.types.items():
                groups.setdefault(row.group, {}).setdefault(code, row.name)
        return tuple((group, tuple(rows.items())) for group, rows in groups.items())

    def type_name(self, code: str) -> Text:
        """The type's name; the code itself where no charter knows it."""
        return next(
            (b.charter.types[code].name for b in self.books if code in b.charter.types),
            Text.both(code),
        )

    def state_name(self, state: str) -> Text:
        """The state's name."""
        return dict(self.states()).get(state, Text.both(state))

    def actions_doing(self, effect: str) -> frozenset[str]:
        """The steps that have this effect, such as "set_offer"."""
        return frozenset(row.action for row in self._rows() if effect in row.effects)

    def actions_asking(self, guard: str) -> frozenset[str]:
        """The steps that ask this guard, such as "second_person"."""
        return frozenset(row.action for row in self._rows() if guard in row.guards)

    def states_where(self, actions: Iterable[str]) -> tuple[str, ...]:
        """The states from which one of these steps starts."""
        wanted = frozenset(actions)
        return tuple(
            dict.fromkeys(
                state
                for book in self.books
                for (_, state), rows in book.transitions.items()
                if state and any(row.action in wanted for row in rows)
            )
        )

    def kind_of(self, state: str) -> str:
        """Whether a state is open, waiting or an end; "open" where no charter knows it."""
        found = (row for b in self.books for (_, s), row in b.charter.states.items() if s == state)
        return str(next((row.kind for row in found), StateKind.OPEN))

    def roles_for(self, actions: Iterable[str]) -> frozenset[str]:
        """The roles that hold the power of one of these steps."""
        wanted = frozenset(actions)
        return frozenset(
            power.role
            for book in self.books
            for row in book.charter.transitions
            if row.action in wanted
            for power in book.powers.get(row.power, ())
        )

    def step(self, kind: str, state: str, action: str) -> matters.ChoiceCard | None:
        """A step as a form shows it, without judging it: for quick forms in lists."""
        for book in self.books:
            for row in book.transitions.get((Kind(kind), state), ()):
                if row.action == action:
                    return _step_card(row, book)
        return None

    def answers_to_offer(self, kind: str, state: str) -> tuple[str, ...]:
        """The steps by which the unit that was asked answers, in charter order."""
        return tuple(
            dict.fromkeys(
                row.action
                for book in self.books
                for row in book.transitions.get((Kind(kind), state), ())
                if any(p.scope is Scope.UNIT for p in book.powers.get(row.power, ()))
                and any((c.verb, c.clock) == ("stop", OBJECTION) for c in row.clocks)
            )
        )

    def offering(self) -> str:
        """The step that offers a matter to a unit."""
        return min(self.actions_doing(OFFERS), default="offer")

    def checked_states(self) -> tuple[str, ...]:
        """Open states where the work waits for a check by somebody else."""
        found = self.states_where(self.actions_asking(CHECKS))
        return tuple(state for state in found if state in self._open_states())

    def _open_states(self) -> frozenset[str]:
        return frozenset(
            state
            for book in self.books
            for (_, state), row in book.charter.states.items()
            if row.kind is not StateKind.END
        )

    def _rows(self) -> Iterable[Transition]:
        return (row for book in self.books for row in book.charter.transitions)


def rules_for(reader: Reader) -> Rules:
    """The charters in force on and below the reader's places. Cost: 1 statement when warm."""
    books: dict[str, Compiled] = {}
    cards = places.list_charters()
    for root in reader.roots:
        below = [card.place_path for card in cards if card.place_path.startswith(root)]
        for path in (root, *below):
            try:
                key, book = places.charter_in_force(path, reader.at)
            except places.NoCharterError:
                continue  # no charter rules this level; those below are asked next
            books.setdefault(key, book)
    return Rules(tuple(books.values()))


def _step_card(row: Transition, book: Compiled) -> matters.ChoiceCard:
    words = book.action(row.action)
    specs = book.charter.fields
    names = [(need.rstrip("?"), not need.endswith("?")) for need in row.needs]
    return matters.ChoiceCard(
        choice=Choice(
            action=row.action,
            label=book.label(row.action),
            tone=words.tone if words else "normal",
            verdict=Verdict.yes(row.rule_id),
            needs=row.needs,
            rule_id=row.rule_id,
            power=row.power,
        ),
        fields=tuple(
            matters.FormField(name=name, spec=specs.get(name), required=is_needed)
            for name, is_needed in names
        ),
    )


def _merged(options: Iterable[Option]) -> tuple[Option, ...]:
    found: dict[str, Text] = {}
    for key, name in options:
        found.setdefault(key, name)
    return tuple(found.items())
