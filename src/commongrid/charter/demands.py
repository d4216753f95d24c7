"""What a charter asks of the grids, item by item, and what a new version asks beyond the old one.

An item is a short key that people can read and admit (``rooms/duties``); what is compared are the
keys alone. Source: ADR 0037; Rules on burdens of August 2024 [S72]; Ulanqab duty access [S74].

    type:A08                              a matter type that grids raise
    photo:A08!                            its photo, asked for ("!") or optional
    question:A08/how_many:number!         a question, its kind, and whether it must be answered
    step:event.claim_done                 a step that a role of the grid may take
    field:event.claim_done/feedback:text! a field of such a step
    duty:A08/grid_team                    a unit of the grid that answers for a type
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase

from commongrid.charter.schema import Charter
from commongrid.kernel.text import Text

GATE = "admit_duty"
"""The power that makes a charter one with a gate (``powers.csv``)."""
GRID, WORKER = "grid", "grid_worker"
MUST = "!"
NO_PHOTO, ASKED = "none", "asked"
_CODE, _NAME = r"[A-Za-z0-9_-]+", r"[a-z0-9_]+"
_GROUP = rf"(?:{_CODE}\*?|\*)"
SHAPE = re.compile(
    rf"type:{_CODE}|photo:{_GROUP}!?|question:{_GROUP}/{_NAME}:{_NAME}!?"
    rf"|step:{_NAME}\.{_NAME}|field:{_NAME}\.{_NAME}/{_NAME}:{_NAME}!?|duty:{_CODE}/{_NAME}"
)
KINDS: Mapping[str, Text] = {
    "type": Text("事项类型", "matter type"),
    "photo": Text("照片", "photo"),
    "question": Text("提问", "question"),
    "step": Text("步骤", "step"),
    "field": Text("字段", "field"),
    "duty": Text("职责", "duty"),
}
SHAPES: Mapping[str, Text] = {
    "text": Text("文字", "words"),
    "line": Text("电话", "telephone"),
    "number": Text("数字", "number"),
    "yes_no": Text("是否", "yes or no"),
    "flag": Text("是否", "yes or no"),
    "choice": Text("选择", "choice"),
    "date": Text("日期", "date"),
    "photos": Text("照片", "photos"),
    "unit": Text("单位", "unit"),
    "units": Text("单位", "units"),
    "milestone": Text("节点", "milestone"),
    "type": Text("类型", "type"),
    "matter": Text("事项", "matter"),
    "rating": Text("评价", "rating"),
}


def is_item(key: str) -> bool:
    """Whether a key has the shape of an item. A group ("A*") may stand for types only of questions
    and photos: a new type is always named.

    Example:
        >>> is_item("question:A*/how_many:number!"), is_item("type:*")
        (True, False)
    """
    return bool(SHAPE.fullmatch(key))


def demands_of(charter: Charter, also: Collection[str] = ()) -> frozenset[str]:
    """Every item a charter asks of its grids. Groups are spelled out, type by type.

    ``also``: roles that count as the grid's although this charter puts them elsewhere.
    """
    roles = {*grid_roles(charter), *also}
    return frozenset((*_of_types(charter), *_of_steps(charter, roles), *_of_duties(charter)))


def grid_roles(charter: Charter) -> frozenset[str]:
    """The roles whose posts are in a grid."""
    return frozenset(name for name, row in charter.roles.items() if row.level == GRID) | {WORKER}


def has_gate(charter: Charter) -> bool:
    """Whether a charter names who admits what is asked of grids."""
    return any(row.power == GATE for row in charter.powers)


def added_demands(before: Charter, after: Charter) -> frozenset[str]:
    """What the new version asks and the old one did not.

    A role that was the grid's stays so: moving it to the town on paper takes no work off anybody.
    A field that need not be filled in any more asks less, not more; the other way round it is new.
    """
    roles = grid_roles(before) | grid_roles(after)
    had = demands_of(before, roles)
    return frozenset(key for key in demands_of(after, roles) if not _is_had(key, had))


def uncovered(keys: Collection[str], admitted: Collection[str]) -> tuple[str, ...]:
    """Those of the keys that no admitted item covers, in their order.

    Example:
        >>> uncovered({"question:A01/deep:text", "type:A08"}, {"question:A*/deep:text!"})
        ('type:A08',)
    """
    exact = {key for key in admitted if "*" not in key}
    groups = [key for key in admitted if "*" in key]
    return tuple(
        sorted(
            key
            for key in keys
            if not _is_had(key, exact)
            and not any(fnmatchcase(name, group) for group in groups for name in (key, key + MUST))
        )
    )


def item_words(key: str, charter: Charter | None = None) -> Text:
    """An item in words; with a charter that knows them, types and steps are called by name."""
    kind, _, rest = key.partition(":")
    what, _, field = rest.rstrip(MUST).partition("/")
    name, _, shape = field.partition(":")
    called = _called(kind, what, charter)
    zh, en = f"{KINDS[kind].zh}：{called.zh}", f"{KINDS[kind].en}: {called.en}"
    if name:
        zh, en = f"{zh} · {name}", f"{en} · {name}"
    if shape:
        said = SHAPES.get(shape, Text.both(shape))
        zh, en = f"{zh}（{said.zh}）", f"{en} ({said.en})"
    if key.endswith(MUST):
        zh, en = f"{zh}，必填", f"{en}, must be answered"
    return Text(zh, en)


def _called(kind: str, what: str, charter: Charter | None) -> Text:
    if charter is None:
        return Text.both(what)
    if kind in ("step", "field"):
        action = charter.actions.get(what.partition(".")[2])
        return action.label if action else Text.both(what)
    row = charter.types.get(what)
    return Text(f"{what} {row.name.zh}", f"{what} {row.name.en}") if row else Text.both(what)


def _is_had(key: str, had: Collection[str]) -> bool:
    return key in had or key + MUST in had


def _of_types(charter: Charter) -> Iterator[str]:
    for code, row in charter.types.items():
        yield f"type:{code}"
        if row.photo != NO_PHOTO:
            yield f"photo:{code}{MUST if row.photo == ASKED else ''}"
    for asked in charter.questions:
        for code in charter.types:
            if code == asked.type or (
                asked.type.endswith("*") and code.startswith(asked.type[:-1])
            ):
                must = MUST if asked.required else ""
                yield f"question:{code}/{asked.question}:{asked.kind}{must}"


def _of_steps(charter: Charter, roles: Collection[str]) -> Iterator[str]:
    held = {row.power for row in charter.powers if row.role in roles}
    for step in charter.transitions:
        if not step.from_state or step.power not in held:  # raising is counted by its types
            continue
        form = f"{step.flow.value}.{step.action}"
        yield f"step:{form}"
        for need in step.needs:
            name = need.rstrip("?")
            if name in charter.fields:
                must = "" if need.endswith("?") else MUST
                yield f"field:{form}/{name}:{charter.fields[name].kind}{must}"


def _of_duties(charter: Charter) -> Iterator[str]:
    units = {name for name, row in charter.units.items() if row.level == GRID}
    return (f"duty:{row.type}/{row.unit}" for row in charter.duties if row.unit in units)
