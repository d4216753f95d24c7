"""A charter as tables to read, part by part, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commongrid.charter.calendars import written_hours
from commongrid.charter.diagrams import KIND_NAMES, drawn_flows
from commongrid.charter.register import Page
from commongrid.charter.schema import Charter, Kind, Limit, MatterType, Scope, Transition
from commongrid.charter.vocabulary import CLOCK_VERBS, GUARDS, alternatives, guard_text, word_name
from commongrid.charter.words import SCOPES
from commongrid.site.pages_tables import Cell, Line, Table, source_of, sourced, table, words

Given = Mapping[str, str]


def powers(charter: Charter, lang: str, _given: Given) -> Iterator[Table]:
    """Roles, and each power with who holds it, where and on what basis."""
    page = Page(charter, lang)
    yield table(
        page.label("role"),
        map(page.label, ("role", "level", "source")),
        (
            (words(page.say(row.name), code=row.role), words(row.level), sourced(row, lang))
            for row in charter.roles.values()
        ),
    )
    yield table(
        page.label("power"),
        map(page.label, ("power", "who", "scope", "basis", "source")),
        (
            (
                words(code=row.power),
                words(page.role(row.role)),
                words(SCOPES[row.scope].in_(lang)),
                words(page.say(row.basis)),
                sourced(row, lang),
            )
            for row in charter.powers
        ),
    )


def types(charter: Charter, lang: str, given: Given) -> Iterator[Table]:
    """Matter types with class, limits and units; ``q`` and ``class`` narrow them."""
    page, asked = Page(charter, lang), given.get("q", "").strip().casefold()
    chosen = [
        row
        for row in charter.types.values()
        if _speaks_of(row, asked) and given.get("class", "") in ("", row.urgency)
    ]
    yield table(
        page.label("types"),
        map(page.label, ("types", "class", "duration", "lead", "source")),
        (_type_row(page, row) for row in chosen),
    )


def flows(charter: Charter, lang: str, given: Given) -> Iterator[Table]:
    """The states of one flow, and every step between them."""
    page, known = Page(charter, lang), drawn_flows(charter)
    flow = next((kind for kind in known if kind.value == given.get("flow", "")), known[0])
    yield table(
        page.label("state"),
        map(page.label, ("state", "kind", "outcome", "plain")),
        (
            (
                words(page.say(row.name), code=row.state),
                words(row.kind),
                words(row.outcome),
                words(page.say(row.plain)),
            )
            for (kind, _state), row in charter.states.items()
            if kind is flow
        ),
    )
    yield table(
        page.label("flow").format(flow=page.say(KIND_NAMES[flow])),
        map(page.label, ("from", "action", "to", "who", "guards", "clocks", "source")),
        (_step_row(page, row) for row in charter.transitions if row.flow is flow),
    )


def parameters(charter: Charter, lang: str, _given: Given) -> Iterator[Table]:
    """Parameters with the bounds they may move in, and clocks."""
    page = Page(charter, lang)
    yield table(
        page.label("parameters"),
        map(page.label, ("parameter", "value", "bounds", "bound", "source")),
        (
            (
                words(page.say(row.label), code=row.name),
                words(f"{row.value} {row.unit}"),
                words(f"{row.least or '–'} … {row.most or '–'}"),
                words(row.bound or "–"),
                sourced(row, lang),
            )
            for row in charter.parameters.values()
        ),
    )
    yield table(
        page.label("clocks"),
        map(page.label, ("clock", "duration", "owner", "source")),
        (
            (
                words(page.say(row.name), code=row.clock),
                words(str(row.duration or page.label("by_class"))),
                words(page.role(row.owner)),
                sourced(row, lang),
            )
            for row in charter.clocks.values()
        ),
    )


def calendar(charter: Charter, lang: str, given: Given) -> Iterator[Table]:
    """Office hours, and the days of one year that differ from the plain week."""
    page, book = Page(charter, lang), charter.calendar
    seasons = map(written_hours, book.hours)
    yield table(
        page.label("hours"),
        map(page.label, ("from", "until", "hours")),
        (
            (words(str(s["from"])), words(str(s["until"])), words(", ".join(_texts(s["periods"]))))
            for s in seasons
        ),
    )
    days = [day for day in sorted(book.exceptions) if str(day.year) == given.get("year", "")]
    yield table(
        f"{page.label('calendar')} {given.get('year', '')}",
        map(page.label, ("day", "kind")),
        (
            (
                words(_weekday(day, lang)),
                words(page.label("worked" if book.exceptions[day] else "free")),
            )
            for day in days
        ),
    )


def lights(charter: Charter, lang: str, _given: Given) -> Iterator[Table]:
    """Warning lights, the ladder, sorting rules and, where spoken, the five orders."""
    page = Page(charter, lang)
    yield table(
        page.label("lights"),
        map(page.label, ("light", "share", "hours_left", "seen_by", "source")),
        (
            (
                words(page.say(row.name)),
                words(f"{row.share:.0%}"),
                words(str(row.hours_left or "–")),
                words(page.comma.join(map(page.role, row.seen_by))),
                sourced(row, lang),
            )
            for row in charter.lights.values()
        ),
    )
    yield table(
        page.label("ladder"),
        map(page.label, ("when", "from", "to", "action", "source")),
        (
            (
                words(f"{row.when} ≥ {row.at_least}"),
                words(page.role(row.from_role)),
                words(page.role(row.to_role)),
                words(page.action(row.act)),
                sourced(row, lang),
            )
            for row in charter.ladder
        ),
    )


def sorting(charter: Charter, lang: str, _given: Given) -> Iterator[Table]:
    """Rules asked before dispatch, and the five orders where a place speaks them."""
    page = Page(charter, lang)
    yield table(
        page.label("sorting"),
        map(page.label, ("rule", "when", "outcome", "answer", "source")),
        (
            (
                words(code=row.rule),
                words(row.when),
                words(row.outcome),
                words(page.say(row.answer)),
                sourced(row, lang),
            )
            for row in charter.sorting
        ),
    )
    if charter.orders:
        yield table(
            page.label("orders"),
            map(page.label, ("order", "who", "state", "source")),
            (
                (
                    words(page.say(row.name)),
                    words(page.say(row.who)),
                    words(", ".join(row.states)),
                    sourced(row, lang),
                )
                for row in charter.orders.values()
            ),
        )


Part = Callable[[Charter, str, Given], Iterator[Table]]
PARTS: dict[str, tuple[str | Promise, Part]] = {
    "types": (_("Matter types and limits"), types),
    "powers": (_("Roles and powers"), powers),
    "flows": (_("Flows"), flows),
    "parameters": (_("Parameters and clocks"), parameters),
    "calendar": (_("Calendar"), calendar),
    "lights": (_("Lights and ladder"), lights),
    "sorting": (_("Sorting"), sorting),
}


def _speaks_of(row: MatterType, asked: str) -> bool:
    said = (row.code, row.name.zh, row.name.en, row.group.zh, row.group.en)
    return any(asked in part.casefold() for part in said)


def _type_row(page: Page, row: MatterType) -> tuple[Cell, ...]:
    charter = page.charter
    urgency = charter.classes[row.urgency]
    first = str(urgency.first_answer or page.label("statute"))
    duties = [d for d in charter.duties if d.part == "lead" and _covers(d.type, row.code)]
    limits = [_limit(page, limit) for limit in charter.limits if limit.type == row.code]
    return (
        words(page.say(row.name), Line("", small=page.say(row.group)), code=row.code),
        words(
            f"{row.urgency} {page.say(urgency.name)}",
            Line("", small=f"{page.label('first_answer')}: {first}"),
        ),
        words(*limits),
        words(*(page.unit(duty) for duty in duties)),
        sourced(row, page.lang),
    )


def _limit(page: Page, limit: Limit) -> Line:
    milestone = page.say(page.charter.milestones[limit.milestone].name)
    case = f" ({page.say(page.charter.cases[limit.case].name)})" if limit.case else ""
    shape = "" if limit.shape == "limit" else f" [{limit.shape}]"
    said = f"{milestone}{case}: {limit.duration}{shape}"
    return Line(said, source=source_of(limit, page.lang))


def _covers(pattern: str, code: str) -> bool:
    return code.startswith(pattern[:-1]) if pattern.endswith("*") else pattern == code


def _step_row(page: Page, row: Transition) -> tuple[Cell, ...]:
    holders = [power for power in page.charter.powers if power.power == row.power]
    who = dict.fromkeys(
        page.label("the_clock") if power.scope is Scope.SYSTEM else page.role(power.role)
        for power in holders
    )
    clocks = (f"{CLOCK_VERBS[step.verb].in_(page.lang)} {step.clock}" for step in row.clocks)
    return (
        words(page.state(row.flow, row.from_state)),
        words(page.action(row.action), code=row.rule_id),
        words(page.state(row.flow, row.to_state)),
        words(page.comma.join(who)),
        words(*(_guard(page, guard) for guard in row.guards)),
        words(*clocks),
        sourced(row, page.lang),
    )


def _guard(page: Page, guard: str) -> Line:
    """The key, and what the person reads when the guard refuses."""
    if any(word_name(part) not in GUARDS for part in alternatives(guard)):
        return Line(guard)
    return Line(guard, small=page.say(guard_text(guard)))


def _weekday(day: date, lang: str) -> str:
    names = (
        "一二三四五六日"
        if lang.startswith("zh")
        else ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    )
    name = names[day.isoweekday() - 1]
    return f"{day} 周{name}" if lang.startswith("zh") else f"{day} {name}"


def _texts(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else []


def flow_names(charter: Charter, lang: str) -> tuple[tuple[str, str], ...]:
    """The flows that have states, by key and name."""
    return tuple((kind.value, KIND_NAMES[kind].in_(lang)) for kind in drawn_flows(charter))


def flow_of(charter: Charter, wanted: str) -> Kind:
    """The flow asked for, or the first one."""
    known = drawn_flows(charter)
    return next((kind for kind in known if kind.value == wanted), known[0])
