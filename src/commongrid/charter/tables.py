# ruff: noqa: E501 - one column group a line shows the shape of a table
"""The tables of a charter: which file, which columns, which key, which references.

One description serves the loader, the plain form, the difference and the register, so a
column added here is read, stored, compared and printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from commongrid.charter import schema
from commongrid.charter.schema import Kind, Outcome, Scope, StateKind


class Cell(StrEnum):
    """How a cell is written."""

    KEY = "key"
    TEXT = "text"
    WORDS = "words"  # two columns, Chinese and English
    ENUM = "enum"
    DATE = "date"
    DURATION = "duration"
    COUNT = "count"
    NUMBER = "number"
    YES = "yes"
    KEYS = "keys"
    STEPS = "steps"
    CHOICES = "choices"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or the pair ``<name>_zh``/``<name>_en`` of bilingual words.

    ``refs`` names the table whose keys may stand here, ``also`` the words allowed beside them.
    """

    name: str
    cell: Cell
    field: str = ""
    required: bool = True
    default: object = None
    values: tuple[str, ...] = ()
    kinds: type[StrEnum] | None = None  # the enumeration behind ``values``, where there is one
    refs: str = ""
    also: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """The field of the row that this column fills."""
        return self.field or self.name

    @property
    def headers(self) -> tuple[str, ...]:
        """The names in the first line of the file."""
        if self.cell is not Cell.WORDS:
            return (self.name,)
        stem = f"{self.name}_" if self.name else ""
        return (f"{stem}zh", f"{stem}en")


@dataclass(frozen=True, slots=True)
class Table:
    """One file of rows. ``keyed`` tables are mappings in the charter, the others tuples."""

    name: str
    row: type[schema.Row]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    keyed: bool = True
    optional: bool = False  # the file may be absent altogether

    @property
    def file(self) -> str:
        """The name of the file in the charter folder."""
        return f"{self.name}.csv"

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The fields of the row that make its key."""
        by_name = {column.name: column.target for column in self.columns}
        return tuple(by_name[name] for name in self.key)

    @property
    def headers(self) -> tuple[str, ...]:
        """Every column name the file must have."""
        return tuple(name for column in self.columns for name in column.headers) + COMMON_HEADERS


COMMON_HEADERS = ("source", "mark", "valid_from")
OPTIONAL_HEADERS = ("valid_until", "drop")

LEVELS = ("any", "region", "city", "county", "township", "village", "grid", "micro_grid")
FIELD_KINDS = (
    *("text", "choice", "date", "unit", "units", "milestone", "photos", "rating", "flag"),
    *("matter", "person", "type", "line", "number"),
)
MESSAGE_CHANNELS = ("mail", "feed", "notice")
MESSAGE_AUDIENCES = ("reporter", "follower", "subscriber", "unit", "anyone")


def _key(name: str, field: str = "", *, refs: str = "", also: tuple[str, ...] = ()) -> Column:
    return Column(name, Cell.KEY, field, refs=refs, also=also)


def _may(name: str, field: str = "", *, refs: str = "", also: tuple[str, ...] = ()) -> Column:
    """A key that may be left out."""
    return Column(name, Cell.KEY, field, required=False, default="", refs=refs, also=also)


def _text(name: str, field: str = "", *, required: bool = True) -> Column:
    return Column(name, Cell.TEXT, field, required=required, default="")


def _words(stem: str, field: str, *, required: bool = True) -> Column:
    return Column(stem, Cell.WORDS, field, required=required)


def _enum(name: str, values: tuple[str, ...], default: str | None = None) -> Column:
    return Column(name, Cell.ENUM, "", default is None, default, values)


def _kinds(name: str, kinds: type[StrEnum], default: StrEnum | None = None) -> Column:
    values = tuple(kind.value for kind in kinds)
    return Column(name, Cell.ENUM, "", default is None, default, values, kinds)


def _keys(name: str, field: str = "", *, refs: str = "", also: tuple[str, ...] = ()) -> Column:
    return Column(name, Cell.KEYS, field, required=False, default=(), refs=refs, also=also)


def _yes(name: str) -> Column:
    return Column(name, Cell.YES, required=False, default=False)


def _count(name: str, default: int | None = None, field: str = "") -> Column:
    return Column(name, Cell.COUNT, field, default is None, default)


def _duration(name: str, field: str = "", *, required: bool = True) -> Column:
    return Column(name, Cell.DURATION, field, required)


_CHOICES = Column("choices", Cell.CHOICES, required=False, default=())
_FLOW = _kinds("flow", Kind)
_NAME = _words("", "name")
_LABEL = _words("", "label")

_TABLES = (
    Table("roles", schema.Role, ("role",), (
        _key("role"), _NAME, _enum("level", LEVELS), _enum("body", ("public", "staff", "system")),
    )),
    Table("powers", schema.Power, ("power", "role", "scope"), (
        _key("power"), _key("role", refs="roles"), _kinds("scope", Scope), _words("basis", "basis"),
    ), keyed=False),
    Table("states", schema.State, ("flow", "state"), (
        _FLOW, _key("state"), _kinds("kind", StateKind), _kinds("outcome", Outcome, Outcome.NONE),
        _NAME, _words("plain", "plain"),
    )),
    Table("transitions", schema.Transition, ("flow", "from", "action", "to"), (
        _FLOW, _text("from", "from_state"), _key("action", refs="actions"), _text("to", "to_state"),
        _key("power", refs="powers"), _keys("guards"), Column("clocks", Cell.STEPS, required=False, default=()),
        _keys("effects"), _keys("needs"),
    ), keyed=False),
    Table("actions", schema.Action, ("action",), (
        _key("action"), _LABEL, _words("told", "told"), _enum("tone", ("primary", "normal", "careful"), default="normal"),
    )),
    Table("fields", schema.FieldSpec, ("field",), (
        _key("field"), _enum("kind", FIELD_KINDS), _LABEL, _words("hint", "hint", required=False), _CHOICES,
        _count("max_length", 0), Column("public", Cell.YES, required=False, default=True),
    )),
    Table("classes", schema.UrgencyClass, ("urgency",), (
        _key("urgency"), _NAME, _duration("first_answer", required=False), _count("rank"),
    )),
    Table("types", schema.MatterType, ("code",), (
        _key("code"), _words("group", "group"), _NAME, _kinds("kind", Kind), _key("urgency", refs="classes"),
        _words("note", "note", required=False), _enum("sourced", ("both", "type", "limit", "none")),
        _enum("photo", ("optional", "asked", "none"), default="optional"), _yes("procedural"), _yes("sealed"),
        _enum("proof", ("record", "photo"), default="record"), _keys("near", refs="types"), _count("reach_m", 100),
    )),
    Table("limits", schema.Limit, ("type", "milestone", "case"), (
        _key("type", refs="types"), _key("milestone", refs="milestones"), _may("case", refs="cases"),
        _duration("duration"), _enum("shape", ("limit", "least", "every"), default="limit"),
    ), keyed=False),
    Table("milestones", schema.Milestone, ("milestone",), (_key("milestone"), _NAME)),
    Table("cases", schema.Case, ("case",), (_key("case"), _NAME, _enum("told_by", ("area", "answer")))),
    Table("clocks", schema.Clock, ("clock",), (
        _key("clock"), _NAME, _duration("duration", required=False), _key("owner", refs="roles", also=("unit",)),
    )),
    Table("units", schema.Unit, ("unit",), (
        _key("unit"), _NAME, _enum("level", LEVELS),
        _enum("body", ("bureau", "service", "committee", "company", "team", "emergency")),
        _may("above", refs="units"), _text("line", required=False),
    )),
    Table("duties", schema.Duty, ("type", "place", "unit"), (
        _text("type"), Column("place", Cell.PLACE), _key("unit", refs="units"),
        _enum("part", ("lead", "support")), _count("rank", 1),
    ), keyed=False),
    Table("lights", schema.Light, ("light",), (
        _key("light"), _NAME, Column("share", Cell.NUMBER),
        Column("hours_left", Cell.COUNT, required=False), _keys("seen_by", refs="roles", also=("unit",)),
    )),
    Table("sorting", schema.SortingRule, ("rule",), (
        _key("rule"), _text("when"), _enum("outcome", ("hand_over", "redirect", "progress", "advise")),
        _may("case"), _words("answer", "answer"), _text("line", required=False),
    ), keyed=False, optional=True),
    Table("ladder", schema.Rung, ("rung",), (
        _key("rung"), _enum("when", ("red", "overdue", "redone", "transfers")), _count("at_least", 0),
        _key("from_role", refs="roles", also=("unit",)), _key("to_role", refs="roles", also=("unit",)),
        _key("act", refs="actions"),
    ), keyed=False, optional=True),
    Table("parameters", schema.Parameter, ("name",), (
        _key("name"), _LABEL, _text("value"), _enum("unit", ("count", "days", "hours", "duration", "share", "text")),
        _text("least", required=False), _text("most", required=False), _enum("bound", ("law", "charter", ""), default=""),
    )),
    Table("questions", schema.Question, ("type", "question"), (
        _text("type"), _key("question"), _enum("kind", ("yes_no", "choice", "text", "number")), _LABEL,
        _words("hint", "hint", required=False), _CHOICES, _yes("required"), _may("sets_case", refs="cases"),
    ), keyed=False, optional=True),
    Table("orders", schema.Order, ("order",), (
        _key("order"), _NAME, _words("who", "who"), _keys("states"),
    ), optional=True),
    Table("in_charge", schema.InCharge, ("type", "role"), (
        _key("type", refs="types"), _key("role", refs="roles"),
    ), keyed=False, optional=True),
    Table("purposes", schema.Purpose, ("key",), (
        _text("key"), _words("purpose", "purpose"), _words("basis", "basis"), _yes("sensitive"),
    ), optional=True),
    Table("publications", schema.Publication, ("publication",), (
        _key("publication"), _NAME, _enum("every", ("month", "quarter", "at_once")), _duration("within"),
        _enum("level", LEVELS), _words("basis", "basis"),
    ), optional=True),
    Table("small_powers", schema.SmallPower, ("number",), (
        _text("number"), _NAME, _enum("kind", ("collective", "service")), _words("holder", "holder"),
        _words("basis", "basis"), Column("steps", Cell.CHOICES), _words("supervision", "supervision"),
    ), optional=True),
    Table("messages", schema.Message, ("event", "channel", "audience"), (
        _key("event"), _enum("channel", MESSAGE_CHANNELS), _enum("audience", MESSAGE_AUDIENCES),
        _words("subject", "subject"), _words("body", "body"),
    ), optional=True),
)  # fmt: skip

TABLES: Mapping[str, Table] = {table.name: table for table in _TABLES}


def row_key(table: Table, row: schema.Row) -> tuple[str, ...]:
    """The key of a row as text, e.g. ``("A01", "clear", "hamlet")``."""
    return tuple(str(getattr(row, name)) for name in table.key_fields)


def mapping_key(table: Table, row: schema.Row) -> object:
    """The key under which a keyed table holds the row."""
    parts = tuple(getattr(row, name) for name in table.key_fields)
    return parts[0] if len(parts) == 1 else parts


def rows_of(charter: schema.Charter, table: Table) -> tuple[schema.Row, ...]:
    """All rows of a table, in file order."""
    held = getattr(charter, table.name)
    return tuple(held.values()) if table.keyed else tuple(held)
