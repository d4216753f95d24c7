"""import_requests: the rows of a file as histories, batch by batch, through the same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from commongrid.charter import Compiled
from commongrid.charter.matter import Actor
from commongrid.rooms.matters.face import History, PastRules, record_histories
from commongrid.rooms.places import face as places
from commongrid.rooms.places.face import PlaceCard
from commongrid.stories.importing.judging import Judge, Reject
from commongrid.stories.importing.locating import locator_of
from commongrid.stories.importing.maps import ImportMap
from commongrid.stories.importing.reading import read_rows

BATCH = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; ``last_origin`` is the last matter that is safely recorded."""

    row: int
    recorded: int
    last_origin: str


@dataclass(slots=True)
class ImportReport:
    """What came of a file, counted. The rejects themselves go to whoever listens."""

    rows: int = 0
    recorded: int = 0
    acts: int = 0
    known: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    is_dry_run: bool = False


def import_requests(  # noqa: PLR0913 - a command names everything it takes
    *,
    actor: Actor,
    at: datetime,
    file: Path,
    import_map: ImportMap,
    root_code: str = "",
    is_dry_run: bool = False,
    limit: int | None = None,
    after_row: int = 0,
    on_reject: Callable[[Reject], None] = lambda _: None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    batch_size: int = BATCH,
) -> ImportReport:
    """Record the rows of a file as matters with their acts; a second run adds nothing.

    Each batch is one transaction. ``after_row`` skips rows of an earlier run. A step the rules
    refuse ends the history there, which stays as it is, and is reported.

    Raises: Refused, FileError, PlaceNotFoundError.
    Cost: memory for a batch, and a mark a row to know ids that come twice.
    """
    root = _root(import_map, root_code)
    same = import_map.building.same if import_map.building else {}
    rules = PastRules()  # types and duties only; ``record_histories`` asks for itself

    def rules_at(path: str, moment: datetime) -> Compiled:
        return rules.in_force(path, moment)[1]

    judge = Judge(import_map, locator_of(root, same), at, rules_at)
    report = ImportReport(is_dry_run=is_dry_run)
    run = _Run(actor, at, judge, report, is_dry_run, on_reject)
    rows = read_rows(file, import_map.needed_columns(), import_map.encoding)
    number = last = 0
    for number, row in enumerate(islice(rows, limit), start=1):
        if number <= after_row:
            continue
        report.rows += 1
        found = judge.judge(number, row)
        if isinstance(found, Reject):
            run.reject(found)
        else:
            run.add(number, found)
        if number - max(last, after_row) >= batch_size:
            run.flush()
            last = number
            on_progress(Progress(number, report.recorded, run.last_origin))
    run.flush()
    on_progress(Progress(number, report.recorded, run.last_origin))
    return report


@dataclass(slots=True)
class _Run:
    """A batch being gathered."""

    actor: Actor
    at: datetime
    judge: Judge
    report: ImportReport
    is_dry_run: bool
    on_reject: Callable[[Reject], None]
    last_origin: str = ""
    _batch: list[tuple[int, History]] = field(default_factory=list)

    def add(self, number: int, history: History) -> None:
        self._batch.append((number, history))

    def reject(self, reject: Reject) -> None:
        self.report.rejected[reject.rule] += 1
        self.on_reject(reject)

    def flush(self) -> None:
        """Record the batch and tell what the rules refused in it."""
        if not self._batch:
            return
        numbers = {history.origin_id: number for number, history in self._batch}
        told = record_histories(
            actor=self.actor,
            at=self.at,
            histories=[history for _, history in self._batch],
            is_dry_run=self.is_dry_run,
        )
        self.report.recorded += told.recorded
        self.report.acts += told.acts
        self.report.known += len(told.known)
        for stop in told.stopped:
            number, rule = numbers[stop.origin_id], stop.verdict.rule
            if stop.position == 0:
                self.reject(Reject(number, "", "refused by the rules", rule))
                continue
            self.report.stopped[rule] += 1
            self.on_reject(Reject(number, "", f"stopped before {stop.action}", rule))
        self.last_origin = self._batch[-1][1].origin_id
        self._batch.clear()


def _root(import_map: ImportMap, root_code: str) -> PlaceCard:
    """The place to import into: the one named, or the map's own."""
    if root_code:
        return places.get_place(root_code)
    return places.get_place(import_map.root, code_system=import_map.code_system)
