"""Copies of the tiny charter in a temporary folder, with mistakes seeded by editing its files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from commongrid.charter.linter import lint
from commongrid.charter.loader import load_charter
from commongrid.charter.problems import CharterError, Problem

TINY = Path(__file__).parent / "tiny"
TAIL = ",made up for tests,proposal,2024-01-01,"
"""Source, mark and validity of a row."""


@dataclass(frozen=True)
class Edit:
    """Replace ``old`` (the first time it stands there); an empty ``old`` appends a line."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Seed:
    """A mistake: the edits that make it, and the code and line by which it must be found.

    ``at`` is a piece of the line that the problem has to point at, in ``file``.
    """

    code: str
    file: str
    at: str
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return self.code


def seed(code: str, file: str, old: str, new: str, at: str = "") -> Seed:
    """A mistake made by one edit; it is found where the new words stand unless told otherwise."""
    return Seed(code, file, at or new, (Edit(file, old, new),))


def row(code: str, file: str, cells: str) -> Seed:
    """A mistake made by one more row."""
    return Seed(code, file, cells, (Edit(file, "", cells + TAIL),))


def copy_tiny(folder: Path, *edits: Edit) -> Path:
    """A copy of the tiny charter with these edits; returns the place's folder."""
    shutil.copytree(TINY, folder, dirs_exist_ok=True)
    for edit in edits:
        path = folder / edit.file
        text = path.read_text("utf-8")
        if edit.old:
            assert edit.old in text, f"{edit.file} has no {edit.old!r}"
            text = text.replace(edit.old, edit.new, 1)
        else:
            text += edit.new + "\n"
        path.write_text(text, "utf-8")
    return folder / "town"


def problems_of(folder: Path) -> tuple[Problem, ...]:
    """What the loader says, or else what the linter says."""
    try:
        return lint(load_charter(folder))
    except CharterError as error:
        return error.problems


def line_of(path: Path, piece: str) -> int:
    """The number of the first line that holds a piece of text."""
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if piece in line)


def check_seed(mistake: Seed, folder: Path) -> None:
    """The mistake is found by its code, at its line, and told in both languages."""
    place = copy_tiny(folder, *mistake.edits)
    found = [problem for problem in problems_of(place) if problem.code == mistake.code]
    assert found, [problem.line("en") for problem in problems_of(place)]
    wanted = (mistake.file, line_of(folder / mistake.file, mistake.at))
    assert wanted in [(problem.where.file, problem.where.line) for problem in found], [
        problem.line("en") for problem in found
    ]
    for problem in found:
        for words in (problem.what, problem.do):
            assert words.zh.strip()
            assert words.en.strip()
            assert "{" not in words.zh + words.en
        assert problem.key
