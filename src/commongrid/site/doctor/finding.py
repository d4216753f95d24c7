"""What a check says: how it is, and what to do where it is not well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """How it is. ``warn``: the place runs, and should not stay so."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. No secret is in any of the words."""

    check: str
    level: Level
    told: str
    do: str = ""


Check = Callable[[datetime], Iterator[Finding]]


def ok(check: str, told: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, told)


def warn(check: str, told: str, do: str) -> Finding:
    """It runs, and should not stay so."""
    return Finding(check, Level.WARN, told, do)


def fail(check: str, told: str, do: str) -> Finding:
    """It does not run, or loses something."""
    return Finding(check, Level.FAIL, told, do)
