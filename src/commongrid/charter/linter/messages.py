"""Checks of messages: known events, known placeholders, nothing personal, always a way out."""

from __future__ import annotations

from collections.abc import Iterator

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.messages import (
    CONFIRM,
    EVENTS,
    PERSONAL,
    PLACEHOLDERS,
    holes,
    stray_braces,
)
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Message
from commongrid.kernel.text import Text

_FOLLOWING = ("follower", "subscriber")


def check_messages(charter: Charter) -> Iterator[Problem]:
    """Problems of the words written to people."""
    for row in charter.messages.values():
        if row.event not in EVENTS and row.event not in charter.actions:
            known = ", ".join(EVENTS)
            yield lint_problem(
                "message_event_unknown", row.where, row.event, value=row.event, expected=known
            )
        yield from _check_holes(row)
        yield from _check_links(row)


def _check_holes(row: Message) -> Iterator[Problem]:
    known = [name for name, one in PLACEHOLDERS.items() if row.channel in one.channels]
    for name in sorted(holes(row)):
        if name in known:
            continue
        code = "personal" if name.strip().lower() in PERSONAL else "unknown"
        yield lint_problem(
            f"message_placeholder_{code}",
            row.where,
            row.event,
            value=name.replace("{", ""),
            expected=", ".join(known),
        )
    if stray_braces(row):
        yield lint_problem("message_brace_alone", row.where, row.event)
    if apart := _of(row.body, "zh") ^ _of(row.body, "en"):
        value = ", ".join(sorted(apart))
        yield lint_problem("message_twisted", row.where, row.event, value=value)


def _check_links(row: Message) -> Iterator[Problem]:
    """Whoever is written to because they follow something can stop it from every mail."""
    if row.channel != "mail":
        return
    for wanted, code in (("stop_link", "way_out"), ("confirm_link", "confirmation")):
        is_asked = (row.event == CONFIRM) == (wanted == "confirm_link")
        is_followed = row.audience in _FOLLOWING or wanted == "confirm_link"
        is_there = all(wanted in _of(row.body, lang) for lang in ("zh", "en"))
        if is_asked and is_followed and not is_there:
            yield lint_problem(f"message_without_{code}", row.where, row.event, expected=wanted)


def _of(words: Text, lang: str) -> frozenset[str]:
    one = words.in_(lang)
    return frozenset(name for name in PLACEHOLDERS if f"{{{name}}}" in one)
