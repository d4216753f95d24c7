"""Checks of what people are asked and shown: questions, sorting rules, lights, words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Row, SortingRule
from commongrid.charter.tables import TABLES, Cell, rows_of
from commongrid.kernel.text import Text

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN_ENOUGH = re.compile(r"^[\W\d]*$|^[A-Za-z0-9 .\-/()]{1,12}$")  # codes such as "12345", "U2"
_CHOSEN_FROM_TABLES = frozenset({"case", "type", "unit", "milestone"})


@dataclass(frozen=True, slots=True)
class When:
    """A sorting condition taken apart."""

    words: frozenset[str]
    unless: frozenset[str]
    types: frozenset[str]
    answers: frozenset[str]
    is_repeat: bool

    def covers(self, other: When) -> bool:
        """Whether this one matches whenever the other does."""
        if self.unless or (self.is_repeat and not other.is_repeat):
            return False
        if not self.answers <= other.answers:
            return False
        words = not self.words or (bool(other.words) and other.words <= self.words)
        types = not self.types or (bool(other.types) and other.types <= self.types)
        return words and types


def check_questions(charter: Charter) -> Iterator[Problem]:
    """Problems of questions and of fields with choices."""
    for row in charter.questions:
        case = charter.cases.get(row.sets_case)
        if case is not None and case.told_by != "answer":
            yield lint_problem("question_case_area", row.where, row.question, value=row.sets_case)
        if row.sets_case and row.kind != "yes_no":
            yield lint_problem("question_case_kind", row.where, row.question, value=row.kind)
        if row.kind == "choice" and not row.choices:
            yield lint_problem("choices_missing", row.where, row.question, value=row.question)
    for name, field in charter.fields.items():
        if field.kind == "choice" and not field.choices and name not in _CHOSEN_FROM_TABLES:
            yield lint_problem("choices_missing", field.where, name, value=name)


def check_sealed(charter: Charter) -> Iterator[Problem]:
    """Sealed types keep no detail here."""
    for code, kind in charter.types.items():
        if kind.sealed and kind.photo != "none":
            values = {"type": code, "value": f"photo={kind.photo}"}
            yield lint_problem("sealed_details", kind.where, code, **values)
        for row in charter.questions:
            if kind.sealed and row.kind == "text" and row.type == code:
                values = {"type": code, "value": row.question}
                yield lint_problem("sealed_details", row.where, code, **values)


def check_sorting(charter: Charter) -> Iterator[Problem]:
    """Problems of sorting rules, asked in file order."""
    parsed: list[tuple[SortingRule, When]] = []
    for row in charter.sorting:
        when = read_when(row.when)
        if when is None:
            yield lint_problem("sorting_when_bad", row.where, row.rule, value=row.when)
            continue
        yield from _check_names(row, when, charter)
        if row.outcome == "hand_over" and not row.line:
            yield lint_problem("sorting_without_line", row.where, row.rule)
        for earlier, first in parsed:
            if first.covers(when):
                values = {"line": str(earlier.where.line), "value": earlier.rule}
                yield lint_problem("sorting_shadowed", row.where, row.rule, **values)
                break
        parsed.append((row, when))


def check_lights(charter: Charter) -> Iterator[Problem]:
    """Lights follow each other and are seen by somebody."""
    before = 0.0
    for name, row in charter.lights.items():
        if not before < row.share <= 1:
            values = {"value": name, "share": f"{row.share:g}"}
            yield lint_problem("light_share", row.where, "share", **values)
        before = max(before, row.share)
        if not row.seen_by:
            yield lint_problem("light_unseen", row.where, "seen_by", value=name)


def check_words(charter: Charter) -> Iterator[Problem]:
    """Each column is in its own language, and names tell things apart."""
    for table in TABLES.values():
        columns = [column for column in table.columns if column.cell is Cell.WORDS]
        for row in rows_of(charter, table):
            for column in columns:
                words: Text = getattr(row, column.target)
                zh_name, en_name = column.headers
                if words.zh and not _CHINESE.search(words.zh) and not _LATIN_ENOUGH.match(words.zh):
                    yield lint_problem("words_not_chinese", row.where, zh_name, value=words.zh)
                if _CHINESE.search(words.en):
                    yield lint_problem("words_not_english", row.where, en_name, value=words.en)
    yield from _check_names_once(charter)


def read_when(text: str) -> When | None:
    """A sorting condition taken apart, or None when it cannot be read."""
    found: dict[str, set[str]] = {"words": set(), "unless": set(), "type": set(), "answer": set()}
    is_repeat = False
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, _, argument = part.partition(":")
        values = {value.strip() for value in argument.split("|") if value.strip()}
        if part == "repeat":
            is_repeat = True
        elif name not in found or not values or (name == "answer" and "=" not in argument):
            return None
        else:
            found[name] |= values
    if not is_repeat and not any(found[name] for name in ("words", "type", "answer")):
        return None
    words, unless, types, answers = (frozenset(values) for values in found.values())
    return When(words, unless, types, answers, is_repeat)


def _check_names(row: SortingRule, when: When, charter: Charter) -> Iterator[Problem]:
    questions = {question.question for question in charter.questions}
    for code in sorted(when.types - set(charter.types)):
        table = Text("事项类型", "matter type")
        yield lint_problem("sorting_unknown", row.where, row.rule, table=table, value=code)
    for answer in sorted(when.answers):
        name = answer.partition("=")[0]
        if name not in questions:
            table = Text("提问", "question")
            yield lint_problem("sorting_unknown", row.where, row.rule, table=table, value=name)


def _check_names_once(charter: Charter) -> Iterator[Problem]:
    """Two things of one kind do not share a name; states only inside their flow."""
    seen: dict[tuple[str, str], int] = {}
    for kind in charter.types.values():
        yield from _check_name(kind, ("type", kind.name.zh), seen)
    for state in charter.states.values():
        yield from _check_name(state, (state.flow, state.name.zh), seen)
    for role in charter.roles.values():
        yield from _check_name(role, ("role", role.name.zh), seen)
    for unit in charter.units.values():
        yield from _check_name(unit, ("unit", unit.name.zh), seen)


def _check_name(
    row: Row, name: tuple[str, str], seen: dict[tuple[str, str], int]
) -> Iterator[Problem]:
    line = seen.setdefault(name, row.where.line)
    if line != row.where.line:
        values = {"value": name[1], "line": str(line)}
        yield lint_problem("name_twice", row.where, "zh", **values)
