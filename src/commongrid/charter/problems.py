"""What is wrong with a charter: where, what, and what to do, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from commongrid.charter.schema import Where
from commongrid.kernel.text import Text


class Severity(StrEnum):
    """An error keeps the charter from being adopted; a warning asks somebody to look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one code of problem; ``{names}`` are filled in where it is found."""

    what: Text
    do: Text
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. ``key`` is the column, row key or path inside the file."""

    where: Where
    key: str
    code: str
    what: Text
    do: Text
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether the charter cannot be adopted while this stands."""
        return self.severity is Severity.ERROR

    def line(self, lang: str) -> str:
        """The finding on one line, as the console prints it."""
        return f"{self.where}: {self.key} [{self.code}] {self.what.in_(lang)} → {self.do.in_(lang)}"


class CharterError(Exception):
    """The files do not make a charter. ``problems`` holds every reason, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(found.line("en") for found in self.problems)


def filled(words: Text, values: dict[str, str | Text]) -> Text:
    """The sentence with its ``{names}`` replaced, each language with its own words."""
    zh = {name: value.zh if isinstance(value, Text) else value for name, value in values.items()}
    en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
    return Text(zh=words.zh.format_map(zh), en=words.en.format_map(en))


def wording(
    what_zh: str, what_en: str, do_zh: str, do_en: str, severity: Severity = Severity.ERROR
) -> Wording:
    """One row of a table of wordings."""
    return Wording(Text(what_zh, what_en), Text(do_zh, do_en), severity)


def worded(
    words: Wording, code: str, where: Where, key: str, values: dict[str, str | Text]
) -> Problem:
    """The problem that a wording describes at this place."""
    return Problem(
        where, key, code, filled(words.what, values), filled(words.do, values), words.severity
    )
