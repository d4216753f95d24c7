"""The history of a matter: acts of the ledger in words, as far as the reader may see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Kind
from commongrid.kernel.text import Text
from commongrid.ledger.face import ActCard
from commongrid.rooms.matters.cards import StepCard

OWN_WORDS = {
    "add_photos": Text("补充了照片。", "Pictures were added."),
    "redact_photo": Text("遮盖了照片的一部分。", "Part of a picture was covered."),
    "add_voice_note": Text("补充了一段录音。", "A voice note was added."),
    "write_down": Text("写下了录音的内容。", "What is said in a voice note was written down."),
    "change_contact": Text("更改了联系方式。", "The contact data was changed."),
    "erase_point": Text(
        "准确位置已到期删除，只保留所在网格。", "The exact point was erased; its grid is left."
    ),
    "erase_words": Text(
        "文字、照片和录音已到期删除。", "The words, pictures and voice notes were erased."
    ),
    "erase_contact": Text("删除了联系方式。", "The contact data was erased."),
}
ALWAYS_TOLD = frozenset({"reveal"})  # the person sees every opening of their contact data
REVEALED = Text(
    "有人因办理需要查看了您的联系方式。", "Your contact data was opened to handle this."
)


def steps_of(
    acts: tuple[ActCard, ...],
    kind: Kind,
    compiled: Compiled,
    names: Mapping[str, str],
    *,
    for_reporter: bool,
) -> tuple[StepCard, ...]:
    """Acts as steps, oldest first. The reporter reads what is told to them, not staff notes."""
    steps = tuple(step_of(act, kind, compiled, names, for_reporter=for_reporter) for act in acts)
    if not for_reporter:
        return steps
    return tuple(step for step in steps if step.told.zh or step.words)


def step_of(
    act: ActCard,
    kind: Kind,
    compiled: Compiled,
    names: Mapping[str, str],
    *,
    for_reporter: bool,
) -> StepCard:
    action = compiled.action(act.action)
    told = action.told if action else OWN_WORDS.get(act.action, Text("", ""))
    if act.action in ALWAYS_TOLD:
        told = told if told.zh else REVEALED
    is_proposal = bool(act.after.get("proposed"))
    words = _words(act, compiled, for_reporter=for_reporter)
    if is_proposal and for_reporter:
        told, words = Text("", ""), {}
    return StepCard(
        command_id=act.command_id,
        position=act.position,
        action=act.action,
        label=action.label if action else OWN_WORDS.get(act.action, Text.both(act.action)),
        told=told,
        at=act.at,
        actor=act.actor if not for_reporter else "",
        actor_name="" if for_reporter else names.get(act.actor, ""),
        role_name=compiled.role_name(act.role) if act.role else Text("", ""),
        rule_id=act.rule_id,
        from_state=_state_name(act.before.get("state"), kind, compiled),
        to_state=_state_name(act.after.get("state"), kind, compiled),
        words={name: _in_words(name, value, compiled) for name, value in words.items()},
        word_labels={name: _label(name, compiled) for name in words},
        is_proposal=is_proposal,
        hash=act.hash,
    )


def _words(act: ActCard, compiled: Compiled, *, for_reporter: bool) -> dict[str, Any]:
    if not act.words:
        return {}
    fields = {n: v for n, v in json.loads(act.words).items() if n not in ("photos", "words")}
    if act.action == "add_words":
        fields = json.loads(act.words)
        fields.pop("photos", None)
    if not for_reporter:
        return fields
    specs = compiled.charter.fields
    return {n: v for n, v in fields.items() if n in specs and specs[n].public}


def _in_words(name: str, value: Any, compiled: Compiled) -> Text:
    """A field's value for a reader: keys of units, types, cases and choices become names."""
    if isinstance(value, list):
        parts = [_in_words(name, part, compiled) for part in value]
        return Text("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))
    text = str(value)
    charter = compiled.charter
    spec = charter.fields.get(name)
    for key, words in spec.choices if spec else ():
        if key == text:
            return words
    if name in ("unit", "units"):
        return compiled.unit_name(text)
    if name == "milestone" and text in charter.milestones:
        return charter.milestones[text].name
    if name == "type" and text in charter.types:
        return charter.types[text].name
    if name == "outside_may":
        return compiled.label(text)
    if name == "case" and text in charter.cases:
        return charter.cases[text].name
    if value is True:
        return Text("是", "yes")
    return Text.both(text)


def _label(name: str, compiled: Compiled) -> Text:
    spec = compiled.charter.fields.get(name)
    return spec.label if spec else Text.both(name)


def _state_name(state: object, kind: Kind, compiled: Compiled) -> Text:
    row = compiled.charter.states.get((kind, str(state)))
    return row.name if row else Text("", "")
