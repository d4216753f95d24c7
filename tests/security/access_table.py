"""The table of who may come in where: read from access.csv, compared with the url tables.

Nothing here is taken from the gates of the code: the table is what they are measured with.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

HERE = Path(__file__).parent
METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
CALLERS = frozenset({"anybody", "staff", "receipt", "link", "phone", "key"})
"""Who may be named beside roles; a key may name its scope (key:read)."""
NOBODY = frozenset({"open", "login", "home"})


@dataclass(frozen=True, slots=True)
class Row:
    """One address and who may do what there."""

    route: str
    methods: tuple[str, ...]
    who: tuple[str, ...]
    about: str
    outsider: str
    nobody: str

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that are let in; none where it does not depend on a role."""
        return tuple(word for word in self.who if word.partition(":")[0] not in CALLERS)

    @property
    def is_of_staff(self) -> bool:
        """Whether one comes in by logging in."""
        return self.who == ("staff",) or bool(self.roles)


@dataclass(frozen=True, slots=True)
class Reader:
    """A role, or a caller without one, that reads what something is about."""

    about: str
    role: str
    reach: str


def lines_of(name: str) -> list[dict[str, str]]:
    """The rows of a table beside this file, without its remarks."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@cache
def rows() -> tuple[Row, ...]:
    """Every row of access.csv."""
    return tuple(
        Row(
            route=line["route"],
            methods=tuple(line["methods"].split()),
            who=tuple(line["who"].split()),
            about="" if line["about"] == "-" else line["about"],
            outsider="" if line["outsider"] == "-" else line["outsider"],
            nobody=line["nobody"],
        )
        for line in lines_of("access.csv")
    )


@cache
def readers() -> tuple[Reader, ...]:
    """Every row of access_readers.csv."""
    return tuple(Reader(**line) for line in lines_of("access_readers.csv"))


def named_routes() -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site by the name it is reversed by."""
    yield from _walk((), get_resolver().url_patterns)


def _walk(spaces: tuple[str, ...], patterns: list[Any]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(inner, pattern.url_patterns)
        else:
            yield ":".join((*spaces, pattern.name or str(pattern.pattern))), pattern
