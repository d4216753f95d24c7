"""The charters a reader works under: words for keys, and which steps do what.

Nothing here decides; it names. Steps are found by what the charter says they do (their effects),
so a place that renames or adds a step keeps its quick forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from commongrid.charter.compiler import Compiled
from commongrid.charter.matter import Choice
from commongrid.charter.schema import Kind, Scope, Transition
from commongrid.doors.desk.reading import Reader
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

OFFERS, TAKES = "set_offer", "take_offer"
CHECKS = "not_handler"
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

    def step(self, kind: str, state: str, action: str) -> matters.ChoiceCard | None:
        """A step as a form shows it, without judging it: for quick forms in lists."""
        for book in self.books:
            for row in book.transitions.get((Kind(kind), state), ()):
                if row.action == action:
                    return _step_card(row, book)
        return None

    def action_name(self, action: str) -> Text:
        """What a step is called."""
        return next(
            (b.label(action) for b in self.books if b.action(action) is not None),
            Text.both(action),
        )

    def may_hold(self, card: matters.MatterCard, action: str, roles: frozenset[str]) -> bool:
        """Whether one of these roles holds the power of this step somewhere. No verdict: a sieve
        before the rules are asked.
        """
        return any(
            power.role in roles
            for book in self.books
            for row in book.transitions.get((card.kind, card.state), ())
            if row.action == action
            for power in book.powers.get(row.power, ())
        )

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

    def checked_states(self, roles: frozenset[str]) -> tuple[str, ...]:
        """Open states where somebody who did not handle it may check, for these roles."""
        return tuple(
            dict.fromkeys(
                state
                for book in self.books
                for (kind, state), rows in book.transitions.items()
                if state and not book.is_end(kind, state)
                for row in rows
                if CHECKS in row.guards
                and row.from_state == state
                and any(
                    power.role in roles and power.scope is Scope.AREA
                    for power in book.powers.get(row.power, ())
                )
            )
        )

    def _rows(self) -> Iterable[Transition]:
        return (row for book in self.books for row in book.charter.transitions)


def rules_for(reader: Reader) -> Rules:
    """The charters in force on, above and below the reader's places. Cost: 1 when warm."""
    latest: dict[str, places.CharterCard] = {}
    today = timezone.localdate(reader.at)
    for card in reversed(places.list_charters()):  # the oldest first, so the newest stays
        is_near = any(_meet(card.place_path, root) for root in reader.roots)
        if is_near and card.adopted_at <= reader.at and card.valid_from <= today:
            latest[card.place_path] = card
    nearest_first = sorted(latest.values(), key=lambda card: -len(card.place_path))
    return Rules(tuple(_book(card) for card in nearest_first))


_BOOKS_KEPT = 32
_books: dict[str, Compiled] = {}  # by digest: a charter never changes under its digest


def _book(card: places.CharterCard) -> Compiled:
    known = _books.get(card.digest)
    if known is None:
        known = places.get_charter(card.key)
        while len(_books) >= _BOOKS_KEPT:
            _books.pop(next(iter(_books)), None)
        _books[card.digest] = known
    return known


def _meet(path: str, other: str) -> bool:
    return path.startswith(other) or other.startswith(path)


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
