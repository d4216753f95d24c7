"""The fields of the form: label, choices, what stands in them, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commongrid.bridges.rehearsal.plans import Drill
from commongrid.charter import Compiled
from commongrid.charter.schema import Mark
from commongrid.doors.planner.draft import CELLS, Fault, typed
from commongrid.doors.planner.planning import lang
from commongrid.doors.planner.report_question import drill_name
from commongrid.kernel.text import Text
from commongrid.rooms.places import face as places
from commongrid.stories import rehearsing

Words = str | Promise
Choices = tuple[tuple[str, str], ...]
MOST_ALTERNATIVES = 6
MARKS: Mapping[Mark, Words] = {
    Mark.LAW: _("law"),
    Mark.OFFICIAL: _("official"),
    Mark.SECONDARY: _("second hand"),
    Mark.WEAK: _("weak"),
    Mark.PROPOSAL: _("proposals"),
}
LABELS: Mapping[str, Words] = {
    "name": _("Name of the alternative"),
    "charter": _("Charter"),
    "order": _("Who is served first"),
    "is_calm": _("Ordinary days, not struck"),
    "limits.type": _("Matter type"),
    "limits.milestone": _("Milestone"),
    "limits.case": _("Case"),
    "limits.duration": _("Time limit"),
    "clocks.clock": _("Clock"),
    "clocks.duration": _("Length"),
    "parameters.name": _("Parameter"),
    "parameters.value": _("Value"),
    "staff.holder": _("Unit or role"),
    "staff.change": _("More or fewer people"),
    "staff.area": _("Where"),
    "staff.from_on": _("First day"),
    "staff.until_on": _("Last day"),
}
GROUPS: Mapping[str, tuple[Words, Words]] = {
    "limits": (_("Time limits"), _("Add a time limit")),
    "clocks": (_("Clocks"), _("Add a clock")),
    "parameters": (_("Parameters"), _("Add a parameter")),
    "staff": (_("Staff"), _("Add a change of staff")),
}
HINTS: Mapping[str, Words] = {
    "duration": _("12h hours, 4wh working hours, 7d days, 5wd working days, 1mo months"),
    "change": _("-2: two fewer; 3: three more"),
}
ORDERS: Mapping[str, Words] = {
    "class_age": _("by urgency, then age"),
    "first_come": _("first come, first served"),
    "due": _("what is due first"),
}
DAYS = ("from_on", "until_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One field. ``name`` is the path in the plain plan."""

    name: str
    label: Words
    value: str
    kind: str = "text"  # text | date | number | select | many | check
    choices: Choices = ()
    chosen: tuple[str, ...] = ()
    hint: Words = ""
    errors: tuple[str, ...] = ()
    is_optional: bool = False

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")

    @property
    def is_known(self) -> bool:
        """Whether what stands in it can be chosen; a version of long ago may not."""
        return any(value == self.value for value, _words in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of one kind of change in one alternative."""

    key: str
    path: str
    name: Words
    add: Words
    rows: tuple[tuple[str, tuple[Box, ...]], ...]  # the path of the row, its fields
    errors: tuple[str, ...]

    @property
    def id(self) -> str:
        return "f-" + self.path.replace(".", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeBoxes:
    """One alternative as a part of the form."""

    number: int
    path: str
    head: tuple[Box, ...]
    groups: tuple[Group, ...]
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """The whole form."""

    head: tuple[Box, ...]
    shock: tuple[Box, ...]
    details: tuple[Box, ...]
    alternatives: tuple[AlternativeBoxes, ...]
    faults: tuple[tuple[str, Words, str], ...]  # id of the field, its label, the rule
    can_add: bool


class Maker:
    """Makes fields of one plan in the words of one charter."""

    def __init__(
        self, plan: Mapping[str, Any], faults: Iterable[Fault], book: Compiled, chooser: Chooser
    ) -> None:
        self.plan, self.book, self.chooser = plan, book, chooser
        self.faults: dict[str, list[str]] = {}
        for path, rule in faults:
            self.faults.setdefault(path, []).append(rule.in_(lang()))
        self.told: dict[str, Words] = {}

    def box(self, name: str, label: Words, kind: str = "text", **more: Any) -> Box:
        self.told[name] = label
        errors = tuple(self.faults.get(name, ()))
        return Box(
            name=name, label=label, kind=kind, value=typed(self.plan, name), errors=errors, **more
        )

    def page(self) -> FormPage:
        alternatives = tuple(map(self._alternative, range(len(self.plan["alternatives"]))))
        head, shock, details = self._head(), self._shock(), self._details()
        faults = tuple(
            ("f-" + path.replace(".", "-"), self.told.get(path, path), rule)
            for path, rules in self.faults.items()
            for rule in rules
        )
        return FormPage(
            head=head,
            shock=shock,
            details=details,
            alternatives=alternatives,
            faults=faults,
            can_add=len(alternatives) < MOST_ALTERNATIVES,
        )

    def _head(self) -> tuple[Box, ...]:
        hint = _("1: as many matters as are known; 2: twice as many")
        return (
            self.box("from_on", _("First day"), "date"),
            self.box("until_on", _("Last day"), "date"),
            self.box("demand", _("Demand factor"), "number", hint=hint),
            self.box(
                "hour_cost", _("Cost of an hour of work"), "number", is_optional=True,
                hint=_("Your own assumption; without one no cost is shown."),
            ),
            self.box(
                "cost_source", _("Whose figure that is"), is_optional=True,
                hint=_("It stands on the report beside the cost."),
            ),
        )  # fmt: skip

    def _shock(self) -> tuple[Box, ...]:
        return (
            self.box(
                "shock.drill",
                _("Drill"),
                "select",
                choices=_options((d, drill_name(d)) for d in Drill),
            ),
            self.box("shock.strength", _("Strength"), "number", hint=_("1: as the drill has it")),
            self.box("shock.absent", _("Staff absent, in percent"), "number"),
            self.box("shock.from_on", _("Strikes from"), "date", is_optional=True),
            self.box("shock.until_on", _("Until, the last day"), "date", is_optional=True),
            self.box(
                "shock.areas", _("Struck parts"), "many", choices=self.chooser.areas[1:],
                chosen=tuple(self.plan.get("shock", {}).get("areas", ())), is_optional=True,
                hint=_("None chosen: the whole place."),
            ),
            self.box(
                "shock.neighbours_help", _("Neighbouring grids help"), "check",
                chosen=("on",) if self.plan.get("shock", {}).get("neighbours_help") else (),
            ),
        )  # fmt: skip

    def _details(self) -> tuple[Box, ...]:
        return (
            self.box("least", _("Replications at least"), "number"),
            self.box("most", _("Replications at most"), "number"),
            self.box(
                "narrow", _("Narrow enough, in percentage points"), "number",
                hint=_("It goes on until half the interval of the main difference is this narrow."),
            ),
            self.box("seed", _("Seed"), "number", hint=_("The same seed gives the same answer.")),
        )  # fmt: skip

    def _alternative(self, number: int) -> AlternativeBoxes:
        path = f"alternatives.{number}"
        head = (
            self.box(f"{path}.name", LABELS["name"]),
            self.box(f"{path}.charter", LABELS["charter"], "select", choices=self.chooser.charters),
            self.box(f"{path}.order", LABELS["order"], "select", choices=_options(ORDERS.items())),
            self.box(
                f"{path}.is_calm", LABELS["is_calm"], "check",
                chosen=("on",) if self.plan["alternatives"][number].get("is_calm") else (),
            ),
        )  # fmt: skip
        groups = tuple(self._group(path, key) for key in CELLS)
        is_open = any(group.rows for group in groups)
        return AlternativeBoxes(
            number=number + 1, path=path, head=head, groups=groups, is_open=is_open
        )

    def _group(self, alternative: str, key: str) -> Group:
        path = f"{alternative}.{key}"
        count = len(self.plan["alternatives"][int(alternative.split(".")[1])].get(key, ()))
        rows = tuple(
            (f"{path}.{n}", tuple(self._cell(f"{path}.{n}", key, cell) for cell in CELLS[key]))
            for n in range(count)
        )
        name, add = GROUPS[key]
        self.told[path] = name
        errors = tuple(self.faults.get(path, ()))
        return Group(key=key, path=path, name=name, add=add, rows=rows, errors=errors)

    def _cell(self, row: str, key: str, cell: str) -> Box:
        choices = self.chooser.of(key, cell)
        kind = "select" if choices else "date" if cell in DAYS else "text"
        kind = "number" if cell == "change" else kind
        is_optional = cell in ("case", "area", *DAYS)
        label, hint = LABELS[f"{key}.{cell}"], HINTS.get(cell, "")
        return self.box(
            f"{row}.{cell}", label, kind, choices=choices, hint=hint, is_optional=is_optional
        )


class Chooser:
    """What there is to choose, in the words of the charter in force."""

    def __init__(self, place: places.PlaceCard, book: Compiled, at: Any) -> None:
        charter = book.charter
        self.charters = tuple(
            (choice.key, _charter_words(choice)) for choice in rehearsing.list_choices(place, at)
        )
        below = [
            one
            for child in places.list_children(place.code, at, code_system=place.code_system)
            for one in (child, *places.list_children(child.code, at, code_system=child.code_system))
        ]
        self.areas: Choices = (
            ("", str(_("wherever they work"))),
            *((one.path, _indented(one.path, place.path, one.name)) for one in below),
        )
        groups = {row.code[0]: row.group for row in charter.types.values()}
        types = _named((code, row.name) for code, row in charter.types.items())
        self._choices: dict[str, Choices] = {
            "limits.type": (
                *_named((f"{letter}*", name) for letter, name in groups.items()),
                *types,
            ),
            "limits.milestone": _told((k, row.name) for k, row in charter.milestones.items()),
            "limits.case": (
                ("", str(_("in general"))),
                *_told((k, row.name) for k, row in charter.cases.items()),
            ),
            "clocks.clock": tuple(
                (key, f"{row.name.in_(lang())} ({row.duration})")
                for key, row in charter.clocks.items()
                if row.duration is not None
            ),
            "parameters.name": tuple(
                (key, f"{row.label.in_(lang())} ({row.value})")
                for key, row in charter.parameters.items()
            ),
            "staff.holder": (
                *_told((k, r.name) for k, r in charter.roles.items() if r.body == "staff"),
                *_told((k, row.name) for k, row in charter.units.items()),
            ),
            "staff.area": self.areas,
        }

    def of(self, key: str, cell: str) -> Choices:
        """The choices of one cell; none for what is typed."""
        choices = self._choices.get(f"{key}.{cell}", ())
        if choices and choices[0][0]:
            return (("", "—"), *choices)
        return choices


def _named(rows: Iterable[tuple[str, Text]]) -> Choices:
    return tuple((key, f"{key} {name.in_(lang())}") for key, name in rows)


def _told(rows: Iterable[tuple[str, Text]]) -> Choices:
    """By their name; the code behind it, for two may have the same name."""
    return tuple((key, f"{name.in_(lang())} ({key})") for key, name in rows)


def _options(rows: Iterable[tuple[str, Words]]) -> Choices:
    return tuple((str(key), str(words)) for key, words in rows)


def _indented(path: str, root: str, name: Text) -> str:
    depth = path.removeprefix(root).count("/") - 1
    return "\u3000" * depth + name.in_(lang())


def _charter_words(choice: rehearsing.Choice) -> str:
    words = choice.name.in_(lang())
    if not choice.marks:
        return words
    marks = ", ".join(f"{MARKS[mark]} {n}" for mark, n in choice.marks.items())
    return str(_("Library: %(name)s (sources: %(marks)s)")) % {"name": words, "marks": marks}
