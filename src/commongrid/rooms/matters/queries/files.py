"""Holding pictures and recordings against what their acts say of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

from commongrid.ledger.face import Finding, walk_acts
from commongrid.rooms.matters.commands.photos import path_of
from commongrid.rooms.matters.domain.marks import mark_of
from commongrid.rooms.matters.models import Matter, PhotoRow, SoundRow

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
FORGETS = ("erase", "forget", "seal")  # how the actions begin after which files are gone


@dataclass(frozen=True, slots=True)
class FilesReport:
    """What a reading of all files found. ``unmarked``: from before acts said anything of files."""

    files: int
    unmarked: int
    findings: tuple[Finding, ...]


def verify_files() -> FilesReport:
    """Read every picture and recording and compare it with the acts.

    Cost: three statements and every file once; memory grows with the matters that have files.
    """
    marks, forgotten, since = _marks()
    files = unmarked = 0
    findings: list[Finding] = []
    kinds = (kind.objects.order_by("matter_id", "id").iterator() for kind in (PhotoRow, SoundRow))
    for row in chain(*kinds):
        files += 1
        subject = f"matter:{row.matter_id}"
        try:
            mark = mark_of(row.pk, path_of(row.file).read_bytes())
        except OSError:
            findings.append(Finding("file_missing", subject, None, "a file of it is gone"))
            continue
        if mark in marks[subject]:
            marks[subject].discard(mark)
        elif row.added_at < since:
            unmarked += 1
        else:
            findings.append(Finding("file", subject, None, "a file is not the one its act names"))
    findings += _without_file(marks, forgotten)
    return FilesReport(files, unmarked, tuple(findings))


def _marks() -> tuple[defaultdict[str, set[str]], set[str], datetime]:
    """By subject the marks that should have a file; who forgot; since when acts tell marks."""
    marks: defaultdict[str, set[str]] = defaultdict(set)
    forgotten, since = set(), LAST
    for act in walk_acts(prefix="matter:", since=FIRST, until=LAST):
        if act.action.startswith(FORGETS):
            forgotten.add(act.subject)
        if '"files":[' not in act.core:
            continue
        after = json.loads(act.core)["after"]
        marks[act.subject].difference_update(after.get("replaces", ()))
        marks[act.subject].update(after.get("files", ()))
        since = min(since, act.at)
    return marks, forgotten, since


def _without_file(marks: dict[str, set[str]], forgotten: set[str]) -> Iterator[Finding]:
    left = {subject for subject, ones in marks.items() if ones and subject not in forgotten}
    ids = [UUID(subject.removeprefix("matter:")) for subject in left]
    sealed = {f"matter:{pk}" for pk in _sealed(ids)}
    for subject in sorted(left - sealed):
        detail = f"{len(marks[subject])} files that an act names are not here"
        yield Finding("file_missing", subject, None, detail)


def _sealed(ids: list[UUID]) -> Iterator[UUID]:
    for begin in range(0, len(ids), 500):
        rows = Matter.objects.filter(pk__in=ids[begin : begin + 500], is_sealed=True)
        yield from rows.values_list("pk", flat=True)
