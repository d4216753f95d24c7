"""What one version of a charter changes against another, row by row and in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from commongrid.charter.plain import to_plain
from commongrid.charter.schema import Charter
from commongrid.charter.tables import TABLES, Table
from commongrid.kernel.text import Text

HEADER = "charter"
_SKIPPED = frozenset({"where"})
_NOTHING = Text("（空）", "(empty)")

TABLE_NAMES = {
    HEADER: Text("章程", "charter"),
    "calendar": Text("日历", "calendar"),
    "roles": Text("角色", "role"),
    "powers": Text("职权", "power"),
    "states": Text("状态", "state"),
    "transitions": Text("转换", "transition"),
    "actions": Text("动作", "action"),
    "fields": Text("字段", "field"),
    "classes": Text("紧急类别", "urgency class"),
    "types": Text("事项类型", "type"),
    "limits": Text("时限", "limit"),
    "milestones": Text("节点", "milestone"),
    "cases": Text("情形", "case"),
    "clocks": Text("时钟", "clock"),
    "units": Text("单位", "unit"),
    "duties": Text("派单目录", "duty"),
    "lights": Text("预警灯", "light"),
    "sorting": Text("甄别规则", "sorting rule"),
    "ladder": Text("升级阶梯", "rung"),
    "parameters": Text("参数", "parameter"),
    "questions": Text("提问", "question"),
    "orders": Text("五单", "order"),
    "in_charge": Text("专责", "in charge"),
    "purposes": Text("用途", "purpose"),
    "publications": Text("公开事项", "publication"),
    "small_powers": Text("小微权力", "small power"),
    "messages": Text("通知用语", "message"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs; ``field`` is "" for a row that was added or removed.

    ``old`` is "" for an added row, ``new`` for a removed one.
    """

    table: str
    key: str
    field: str
    old: str
    new: str
    words: Text


def diff(old: Charter, new: Charter) -> tuple[Change, ...]:
    """Every difference from one charter to the other, in the order of the tables.

    Sources and validity count as content; the lines of the files do not.
    """
    before, after = to_plain(old), to_plain(new)
    changes = [*_of_header(before, after), *_of_calendar(before["calendar"], after["calendar"])]
    for name, table in TABLES.items():
        changes += _of_table(table, before["tables"][name], after["tables"][name])
    return tuple(changes)


def _of_header(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in sorted(set(old) - {"tables", "calendar", "format"}):
        yield from _of_field(HEADER, "", name, old[name], new[name])


def _of_calendar(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in sorted(set(old) - {"exceptions"}):
        yield from _of_field("calendar", "", name, old[name], new[name])
    for day in sorted(set(old["exceptions"]) | set(new["exceptions"])):
        was, now = (_day_words(worked=part["exceptions"].get(day)) for part in (old, new))
        if was != now:
            yield _change("calendar", day, "", was, now)


def _of_table(table: Table, old: list[Any], new: list[Any]) -> Iterator[Change]:
    before = {_key(table, row): row for row in old}
    after = {_key(table, row): row for row in new}
    for key in dict.fromkeys((*before, *after)):
        if key not in after:
            yield _change(table.name, key, "", Text.both(_summary(table, before[key])), None)
        elif key not in before:
            yield _change(table.name, key, "", None, Text.both(_summary(table, after[key])))
        else:
            for name in before[key]:
                if name not in _SKIPPED:
                    yield from _of_field(table.name, key, name, before[key][name], after[key][name])


def _of_field(table: str, key: str, name: str, old: Any, new: Any) -> Iterator[Change]:
    if old != new:
        yield _change(table, key, name, _words(old), _words(new))


def _change(table: str, key: str, field: str, old: Text | None, new: Text | None) -> Change:
    """The sentence leaves the field out where the table has only one that matters."""
    label = TABLE_NAMES[table]
    named = " ".join(part for part in (key, "" if field == "duration" else field) if part)
    if old is None:
        zh, en = (
            f"新增{label.zh} {named}：{_of(new).zh}",
            f"{label.en} {named} added: {_of(new).en}",
        )
    elif new is None:
        zh, en = f"删去{label.zh} {named}：{old.zh}", f"{label.en} {named} removed: {old.en}"
    else:
        zh = f"{label.zh} {named} {old.zh or _NOTHING.zh} → {new.zh or _NOTHING.zh}"
        en = f"{label.en} {named} {old.en or _NOTHING.en} -> {new.en or _NOTHING.en}"
    return Change(table, key, field, _of(old).en, _of(new).en, Text(zh, en))


def _of(words: Text | None) -> Text:
    return words or Text("", "")


def _key(table: Table, row: dict[str, Any]) -> str:
    """How people name a row: ``A01 clear@hamlet``, ``event.offered.object.accepted``."""
    if table.name == "limits":
        case = f"@{row['case']}" if row["case"] else ""
        return f"{row['type']} {row['milestone']}{case}"
    if table.name == "transitions":
        state = row["from_state"] or "new"
        return f"{row['flow']}.{state}.{row['action']}.{row['to_state']}"
    return " ".join(str(row[name]) for name in table.key_fields if row[name])


def _summary(table: Table, row: dict[str, Any]) -> str:
    """The content of a whole row, without its key and the columns that are empty."""
    skipped = {*table.key_fields, "where", "source", "mark", "valid_from", "valid_until"}
    shown = (_words(value).en for name, value in row.items() if name not in skipped)
    return ", ".join(part for part in shown if part)


def _words(value: Any) -> Text:
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return Text(value["zh"], value["en"])
    if isinstance(value, list):
        parts = [_words(part) for part in value]
        return Text("; ".join(part.zh for part in parts), "; ".join(part.en for part in parts))
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, dict):
        shown = " ".join(f"{name} {_words(part).en}" for name, part in value.items())
        return Text.both(shown)
    return Text.both("" if value is None else str(value))


def _day_words(*, worked: bool | None) -> Text | None:
    if worked is None:
        return None
    return Text("上班", "worked") if worked else Text("放假", "free")
