"""The worker: take one rehearsal, run it with progress, keep its report or why there is none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from django.db import DatabaseError, connections

from commongrid.bridges.rehearsal.crew import CancelledError
from commongrid.bridges.rehearsal.plain import (
    plan_from_plain,
    practice_from_plain,
    report_to_plain,
)
from commongrid.bridges.rehearsal.reports import Report
from commongrid.kernel.text import Text
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.stories.rehearsing.asking import prepare
from commongrid.stories.rehearsing.charters import charters_again
from commongrid.stories.rehearsing.trying import rehearse, trouble_of

log = logging.getLogger(__name__)
TELL_S = 1.0  # at most so often a row is written while it runs
BEAT_S = 30.0
Now = Callable[[], datetime]
Stop = Callable[[], bool]

UNEXPECTED = Text(
    zh="运算出错。请把推演编号告诉服务器维护人员，日志里写有原因；计划可以复制后重试。",
    en="The work failed unexpectedly. Tell whoever looks after the server the number of this "
    "rehearsal: the log says why. The plan can be copied and tried again.",
)


def run_next(
    *, now: Now, is_stopping: Stop = lambda: False, beat_s: float = BEAT_S
) -> rehearsals.RehearsalCard | None:
    """Take the next rehearsal, run it to its end, and give it back; None when none waits.

    Cancelled by somebody, it ends at once. ``is_stopping``: this worker is to go; then the
    rehearsal is left to another one. ``beat_s`` 0 keeps the lease by progress alone.
    """
    card = rehearsals.begin_rehearsal(at=now())
    if card is None or card.lease is None:
        return None
    watch = _Watch(card, now, is_stopping)
    try:
        with _kept_alive(watch, beat_s):
            report = _compute(card, watch)
    except CancelledError:
        if not watch.is_lost:
            rehearsals.release_rehearsal(rehearsal_id=card.id, lease=card.lease, at=now())
        return rehearsals.get_rehearsal(card.id)
    except Exception as error:
        rule, say = trouble_of(error) or ("rehearsal.unexpected", UNEXPECTED)
        if say is UNEXPECTED:
            log.exception("rehearsal %s failed", card.ref)
        return rehearsals.fail_rehearsal(
            rehearsal_id=card.id, lease=card.lease, at=now(), rule=rule, say=say
        )
    return rehearsals.finish_rehearsal(
        rehearsal_id=card.id,
        lease=card.lease,
        at=now(),
        report=report_to_plain(report),
        report_digest=report.digest,
        replications=report.replications,
    )


def run_headless(
    plain: Mapping[str, object],
    at: datetime,
    progress: Callable[[int, int], None] = lambda _done, _planned: None,
    lang: str = "zh",
) -> Report:
    """Run a plan here and now, without keeping anything. Raises: as ``prepare``."""
    ready = prepare(plain, at, lang)
    return rehearse(
        ready.plan, ready.practice, ready.charters, progress=progress, is_cancelled=lambda: False
    )


class _Watch:
    """Tells the row how far it is, and the run whether to go on. Used by two threads."""

    def __init__(self, card: rehearsals.RehearsalCard, now: Now, is_stopping: Stop) -> None:
        assert card.lease is not None
        self._id, self._lease = card.id, card.lease
        self._now, self._is_stopping = now, is_stopping
        self._told_at = self._asked_at = float("-inf")
        self.is_lost = False

    def progress(self, done: int, planned: int) -> None:
        if monotonic() - self._told_at < TELL_S and done < planned:
            return
        self._told_at = monotonic()
        self._note(done, planned)

    def beat(self) -> None:
        self._note(0, 0)

    def is_cancelled(self) -> bool:
        if self._is_stopping() or self.is_lost:
            return True
        if monotonic() - self._asked_at >= TELL_S:
            self._asked_at = monotonic()
            self.is_lost = rehearsals.is_stopped(rehearsal_id=self._id, lease=self._lease)
        return self.is_lost

    def _note(self, done: int, planned: int) -> None:
        kept = rehearsals.note_progress(
            rehearsal_id=self._id, lease=self._lease, at=self._now(), done=done, planned=planned
        )
        self.is_lost = self.is_lost or not kept


def _compute(card: rehearsals.RehearsalCard, watch: _Watch) -> Report:
    return rehearse(
        plan_from_plain(card.plan),
        practice_from_plain(rehearsals.read_practice(card.id)),
        charters_again(card),
        progress=watch.progress,
        is_cancelled=watch.is_cancelled,
    )


@contextmanager
def _kept_alive(watch: _Watch, beat_s: float) -> Iterator[None]:
    """Renew the lease while one long step runs and no progress is told."""
    if not beat_s:
        yield
        return
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(beat_s):
                try:
                    watch.beat()
                except DatabaseError:  # away for a while: the next beat tells
                    log.warning("a rehearsal could not renew its lease")
        finally:
            connections.close_all()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
