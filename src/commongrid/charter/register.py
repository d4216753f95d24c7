"""The rule register: a charter as a document people can read and quote.

What rests on no law or document is called our own proposal in every table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from commongrid.charter.calendars import written_hours
from commongrid.charter.diagrams import KIND_NAMES, drawn_flows, state_svg
from commongrid.charter.loader import list_charter_folders, load_charter
from commongrid.charter.messages import AUDIENCES, CHANNELS, EVENTS
from commongrid.charter.schema import (
    Charter,
    Duty,
    Kind,
    Limit,
    Mark,
    MatterType,
    Row,
    Scope,
    Transition,
)
from commongrid.charter.tables import TABLES, rows_of
from commongrid.charter.vocabulary import CLOCK_VERBS
from commongrid.charter.words import LABELS, MARKS, SCOPES
from commongrid.kernel.text import Text

LANGUAGES = ("zh", "en")
FOLDER = "docs/reference/charters"


def charter_documents(root: Path) -> dict[str, Callable[[], str]]:
    """Each generated file of the charters under ``root`` and the function that writes it."""
    made: dict[str, Callable[[], str]] = {}
    for folder in list_charter_folders(root):
        charter = load_charter(folder)
        for lang in LANGUAGES:
            stem = f"{FOLDER}/{charter.charter_id}"
            made[f"{stem}.{lang}.md"] = _later(register, charter, lang)
            for flow in drawn_flows(charter):
                made[f"{stem}.{flow.value}.{lang}.svg"] = _later_svg(charter, flow, lang)
    return made


def register(charter: Charter, lang: str) -> str:
    """The whole register as Markdown."""
    page = Page(charter, lang)
    parts = (
        page.head,
        page.powers,
        page.flows,
        page.types,
        page.parameters,
        page.calendar,
        page.rest,
    )
    return "\n".join(line for part in parts for line in part()).rstrip() + "\n"


class Page:
    """One register in one language; every part yields lines of Markdown."""

    def __init__(self, charter: Charter, lang: str) -> None:
        self.charter = charter
        self.lang = lang

    def head(self) -> Iterator[str]:
        """Title, signer, and how much of it is our own proposal."""
        charter = self.charter
        rows = [row for table in TABLES.values() for row in rows_of(charter, table)]
        own = sum(row.mark is Mark.PROPOSAL for row in rows)
        yield f"# {self.say(charter.name)}"
        yield ""
        yield self.label("generated").format(id=charter.charter_id)
        yield ""
        yield self.say(charter.note)
        yield ""
        yield from self.table(
            ("version", "place", "signed_by", "valid_from"),
            [
                (
                    charter.version,
                    f"{charter.place} ({charter.code_system})",
                    self.say(charter.signed_by),
                    str(charter.valid_from),
                )
            ],
        )
        yield self.label("own_share").format(own=own, rows=len(rows))
        yield ""

    def powers(self) -> Iterator[str]:
        """Roles, and for each power who holds it, where and on what basis."""
        yield f"## {self.label('roles_and_powers')}"
        yield ""
        roles = self.charter.roles.values()
        yield from self.table(
            ("role", "key", "level", "source"),
            [(self.say(row.name), f"`{row.role}`", row.level, self.sourced(row)) for row in roles],
        )
        yield from self.table(
            ("power", "who", "scope", "basis", "source"),
            [
                (
                    f"`{row.power}`",
                    self.role(row.role),
                    self.say(SCOPES[row.scope]),
                    self.say(row.basis),
                    self.sourced(row),
                )
                for row in self.charter.powers
            ],
        )

    def flows(self) -> Iterator[str]:
        """Each flow with its diagram, its states and its transitions."""
        for flow in drawn_flows(self.charter):
            name = self.say(KIND_NAMES[flow])
            yield f"## {self.label('flow').format(flow=name)}"
            yield ""
            yield f"![{name}]({self.charter.charter_id}.{flow.value}.{self.lang}.svg)"
            yield ""
            states = [row for (kind, _), row in self.charter.states.items() if kind is flow]
            yield from self.table(
                ("state", "kind", "outcome", "plain"),
                [
                    (
                        f"{self.say(row.name)} `{row.state}`",
                        row.kind,
                        row.outcome,
                        self.say(row.plain),
                    )
                    for row in states
                ],
            )
            rows = [row for row in self.charter.transitions if row.flow is flow]
            yield from self.table(
                ("rule", "from", "action", "to", "who", "guards", "clocks", "needs", "source"),
                [self._step(row) for row in rows],
            )

    def types(self) -> Iterator[str]:
        """Each matter type with its class, limits and units."""
        yield f"## {self.label('types')}"
        yield ""
        group = ""
        for kind in self.charter.types.values():
            if self.say(kind.group) != group:
                group = self.say(kind.group)
                yield f"### {group}"
                yield ""
            yield from self._type(kind)

    def parameters(self) -> Iterator[str]:
        """Parameters with the bounds they may move in, and clocks."""
        yield f"## {self.label('parameters')}"
        yield ""
        yield from self.table(
            ("parameter", "value", "bounds", "bound", "source"),
            [
                (
                    f"{self.say(row.label)} `{row.name}`",
                    f"{row.value} {row.unit}",
                    f"{row.least or '–'} … {row.most or '–'}",
                    row.bound or "–",
                    self.sourced(row),
                )
                for row in self.charter.parameters.values()
            ],
        )
        yield f"## {self.label('clocks')}"
        yield ""
        yield from self.table(
            ("clock", "duration", "owner", "source"),
            [
                (
                    f"{self.say(row.name)} `{row.clock}`",
                    str(row.duration or self.label("by_class")),
                    self.role(row.owner),
                    self.sourced(row),
                )
                for row in self.charter.clocks.values()
            ],
        )

    def calendar(self) -> Iterator[str]:
        """Office hours, the week, and days that differ in the first year of the charter."""
        calendar, charter = self.charter.calendar, self.charter
        covers = " – ".join(str(day) for day in calendar.covers or ()) or "–"
        yield f"## {self.label('calendar')}"
        yield ""
        week = ", ".join(str(day) for day in sorted(calendar.week))
        yield f"{calendar.tz}; {self.label('week')} {week}; {self.label('covers')} {covers}"
        yield ""
        seasons = [written_hours(hours) for hours in calendar.hours]
        yield from self.table(
            ("from", "until", "hours"),
            [
                (str(s["from"]), str(s["until"]), ", ".join(map(str, _list(s["periods"]))))
                for s in seasons
            ],
        )
        days = sorted(calendar.exceptions.items())
        year = [(day, worked) for day, worked in days if day.year == charter.valid_from.year]
        yield from self.table(
            ("day", "kind"),
            [(str(day), self.label("worked" if worked else "free")) for day, worked in year],
        )

    def rest(self) -> Iterator[str]:
        """Lights, ladder, sorting rules and, where spoken, the five orders."""
        charter = self.charter
        lights = [
            (
                self.say(row.name),
                f"{row.share:.0%}",
                str(row.hours_left or "–"),
                ", ".join(self.role(role) for role in row.seen_by),
                self.sourced(row),
            )
            for row in charter.lights.values()
        ]
        yield from self.titled(
            "lights", ("light", "share", "hours_left", "seen_by", "source"), lights
        )
        ladder = [
            (
                f"{row.when} ≥ {row.at_least}",
                self.role(row.from_role),
                self.role(row.to_role),
                self.action(row.act),
                self.sourced(row),
            )
            for row in charter.ladder
        ]
        yield from self.titled("ladder", ("when", "from", "to", "action", "source"), ladder)
        sorting = [
            (f"`{row.rule}`", row.when, row.outcome, self.say(row.answer), self.sourced(row))
            for row in charter.sorting
        ]
        yield from self.titled("sorting", ("rule", "when", "outcome", "answer", "source"), sorting)
        orders = [
            (self.say(row.name), self.say(row.who), ", ".join(row.states), self.sourced(row))
            for row in charter.orders.values()
        ]
        yield from self.titled("orders", ("order", "who", "state", "source"), orders)
        yield from self.messages()

    def messages(self) -> Iterator[str]:
        """The words written to people, as they stand in the charter."""
        heads = ("event", "channel", "audience", "subject", "body", "source")
        rows = [
            (
                self.event(row.event),
                self.say(CHANNELS[row.channel]),
                self.say(AUDIENCES[row.audience]),
                self.say(row.subject),
                self.say(row.body),
                self.sourced(row),
            )
            for row in self.charter.messages.values()
        ]
        yield from self.titled("messages", heads, rows)

    # --- pieces

    def _type(self, kind: MatterType) -> Iterator[str]:
        urgency = self.charter.classes[kind.urgency]
        first = str(urgency.first_answer or self.label("statute"))
        yield f"#### {kind.code} {self.say(kind.name)}"
        yield ""
        flow = self.say(KIND_NAMES[kind.kind])
        name = f"{kind.urgency} {self.say(urgency.name)}"
        yield (
            f"- {self.label('flow').format(flow=flow)}; {self.label('class')} {name}; "
            f"{self.label('first_answer')} {first}; {self.sourced(kind)}"
        )
        duties = [row for row in self.charter.duties if _speaks_of(row, kind.code)]
        for part in ("lead", "support"):
            units = [self.unit(row) for row in duties if row.part == part]
            if units:
                yield f"- {self.label(part)}: {self.comma.join(units)}"
        alone = [self.role(row.role) for row in self.charter.in_charge if row.type == kind.code]
        if alone:
            yield f"- {self.label('in_charge')}: {self.comma.join(alone)}"
        for limit in self.charter.limits:
            if limit.type == kind.code:
                yield f"- {self._limit(limit)}"
        if self.say(kind.note):
            yield f"- {self.label('note')}: {self.say(kind.note)}"
        yield ""

    def _limit(self, limit: Limit) -> str:
        milestone = self.say(self.charter.milestones[limit.milestone].name)
        case = f" ({self.say(self.charter.cases[limit.case].name)})" if limit.case else ""
        shape = "" if limit.shape == "limit" else f" [{limit.shape}]"
        return f"{milestone}{case}: **{limit.duration}**{shape}; {self.sourced(limit)}"

    def _step(self, row: Transition) -> tuple[str, ...]:
        holders = [power for power in self.charter.powers if power.power == row.power]
        who = dict.fromkeys(
            self.label("the_clock") if power.scope is Scope.SYSTEM else self.role(power.role)
            for power in holders
        )
        clocks = (f"{self.say(CLOCK_VERBS[step.verb])} `{step.clock}`" for step in row.clocks)
        return (
            f"`{row.rule_id}`",
            self.state(row.flow, row.from_state),
            self.action(row.action),
            self.state(row.flow, row.to_state),
            self.comma.join(who),
            ", ".join(f"`{guard}`" for guard in row.guards),
            "; ".join(clocks),
            ", ".join(f"`{need}`" for need in row.needs),
            self.sourced(row),
        )

    def titled(
        self, title: str, heads: Iterable[str], rows: Sequence[tuple[str, ...]]
    ) -> Iterator[str]:
        """A section with a table, left out when there is nothing in it."""
        if rows:
            yield f"## {self.label(title)}"
            yield ""
            yield from self.table(heads, rows)

    def table(self, heads: Iterable[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
        """A Markdown table and the blank line after it."""
        names = [self.label(head) for head in heads]
        yield f"| {' | '.join(names)} |"
        yield f"| {' | '.join('---' for _ in names)} |"
        for row in rows:
            yield f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |"
        yield ""

    @property
    def comma(self) -> str:
        """Between the parts of a list."""
        return "、" if self.lang == "zh" else ", "

    def say(self, text: Text) -> str:
        """The words in the language of the page."""
        return text.in_(self.lang)

    def label(self, name: str) -> str:
        """A word of the register itself."""
        return LABELS[name].in_(self.lang)

    def sourced(self, row: Row) -> str:
        """Where a rule comes from; a proposal of our own is called one."""
        return f"{row.source} [{self.say(MARKS[row.mark])}]"

    def role(self, role: str) -> str:
        """The name of a role, or of the unit in charge."""
        row = self.charter.roles.get(role)
        return self.say(row.name) if row else self.label("unit_in_charge")

    def unit(self, duty: Duty) -> str:
        """The name of a unit, with the place where the duty is not general."""
        name = self.say(self.charter.units[duty.unit].name)
        return name if duty.place == "*" else f"{name} ({duty.place})"

    def event(self, event: str) -> str:
        """The name of what a message is about: a step, or something that is no step."""
        return self.say(EVENTS[event]) if event in EVENTS else self.action(event)

    def action(self, action: str) -> str:
        """The words of an action."""
        row = self.charter.actions.get(action)
        return self.say(row.label) if row else action

    def state(self, flow: Kind, state: str) -> str:
        """The name of a state, or what stands for one."""
        row = self.charter.states.get((flow, state))
        named = {"": "new_matter", "*open": "any_open", "=": "same_state"}
        return self.say(row.name) if row else self.label(named[state])


def _later(write: Callable[[Charter, str], str], charter: Charter, lang: str) -> Callable[[], str]:
    return lambda: write(charter, lang)


def _later_svg(charter: Charter, flow: Kind, lang: str) -> Callable[[], str]:
    return lambda: state_svg(charter, flow, lang)


def _speaks_of(row: Duty, code: str) -> bool:
    return code.startswith(row.type[:-1]) if row.type.endswith("*") else row.type == code


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
