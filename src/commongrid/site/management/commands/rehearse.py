"""``commongrid rehearse``: plan, run, run again, and the worker that takes what pages ask for."""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from commongrid.bridges.rehearsal.crew import WorkerLostError
from commongrid.bridges.rehearsal.plain import (
    PlainError,
    plan_to_plain,
    report_to_plain,
)
from commongrid.bridges.rehearsal.reports import Report
from commongrid.charter.matter import Actor
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.site.management.base import HouseCommand
from commongrid.stories import rehearsing

INSTALLER = Actor(key=places.SETUP_KEY)
EVERY_S = 2.0
TELL_S = 2.0


class Command(HouseCommand):
    """The same as the planner's pages, without a page."""

    help = "Rehearse charters, staffing and surges. Exit status of again: 0 the same, 1 not."

    def add_arguments(self, parser: CommandParser) -> None:
        """Four verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        plan = verbs.add_parser("plan", help="print a plan to start from, as JSON")
        plan.add_argument("place", metavar="PLACE", help="code of a place that has a charter")
        plan.add_argument("--question", default="", choices=["", *rehearsing.QUESTIONS])
        plan.add_argument("--lang", choices=("zh", "en"), default="zh")
        run = verbs.add_parser("run", help="run a plan here and now; nothing is kept")
        run.add_argument("plan", metavar="PLAN.json", help="a file, or - for the standard input")
        run.add_argument("--out", type=Path, metavar="REPORT.json", help="else it is printed")
        run.add_argument("--lang", choices=("zh", "en"), default="zh")
        again = verbs.add_parser("again", help="work a kept rehearsal out once more and compare")
        again.add_argument("ref", metavar="REF")
        again.add_argument("--out", type=Path, metavar="REPORT.json")
        again.add_argument("--expect", default="", metavar="DIGEST", help="else the kept one")
        work = verbs.add_parser("work", help="take the rehearsals that pages asked for")
        work.add_argument("--loop", action="store_true", help="until a signal comes")
        work.add_argument("--every", type=float, default=EVERY_S, metavar="SECONDS")

    def handle(self, **options: Any) -> None:
        """Run the verb."""
        verbs = {"plan": self._plan, "run": self._run, "again": self._again, "work": self._work}
        verbs[options["verb"]](options)

    def _plan(self, options: dict[str, Any]) -> None:
        try:
            place = places.get_place(options["place"])
            plan = rehearsing.starting_plan(
                place.path, timezone.now(), options["question"], options["lang"]
            )
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(plan_to_plain(plan), ensure_ascii=False, indent=2))

    def _run(self, options: dict[str, Any]) -> None:
        source = options["plan"]
        try:
            text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
            report = rehearsing.run_headless(
                json.loads(text), timezone.now(), self._progress(), options["lang"]
            )
        except (PlainError, rehearsing.ChartersError) as error:
            lines = (f"{field}: {rule.in_(options['lang'])}" for field, rule in error.faults)
            raise CommandError("\n".join(lines)) from error
        except (OSError, ValueError, LookupError, WorkerLostError) as error:
            raise CommandError(str(error)) from error
        self._give(report, options["out"])

    def _again(self, options: dict[str, Any]) -> None:
        card = rehearsals.find_rehearsal(INSTALLER, options["ref"], timezone.now())
        if card is None or card.state is not rehearsals.State.DONE:
            message = f"{options['ref']}: no finished rehearsal has this number"
            raise CommandError(message)
        try:
            again = rehearsing.run_again(card, self._progress())
        except (ValueError, LookupError, WorkerLostError) as error:
            raise CommandError(str(error)) from error
        if options["out"]:
            self._give(again.report, options["out"])
        expected = options["expect"] or card.report_digest
        if again.report.digest == expected:
            self.stdout.write(f"the same: {card.ref}, digest {expected[:16]}")
            return
        self.stdout.write(
            f"not the same: {expected[:16]} by {again.engine_before}, "
            f"{again.report.digest[:16]} by {again.report.engine}"
        )
        raise SystemExit(1)

    def _work(self, options: dict[str, Any]) -> None:
        """Take what waits; asked to stop, leave what runs to another worker."""
        if not options["loop"]:
            card = rehearsing.run_next(now=timezone.now)
            self.stdout.write(f"{card.ref}: {card.state}" if card else "nothing waits")
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            done = None
            try:
                close_old_connections()
                done = rehearsing.run_next(now=timezone.now, is_stopping=stop.is_set)
            except DatabaseError as error:
                self.stderr.write(f"rehearse: the database did not answer: {type(error).__name__}")
            if done is None:
                stop.wait(options["every"])

    def _progress(self) -> Any:
        """Tell how far it is on the error stream, now and then."""
        told = 0.0

        def tell(done: int, planned: int) -> None:
            nonlocal told
            if monotonic() - told >= TELL_S or done == planned:
                told = monotonic()
                self.stderr.write(f"{done} of {planned}")

        return tell

    def _give(self, report: Report, out: Path | None) -> None:
        text = json.dumps(report_to_plain(report), ensure_ascii=False, indent=1)
        if out is None:
            self.stdout.write(text)
            return
        out.write_text(text + "\n", "utf-8")
        self.stdout.write(f"{out}: digest {report.digest[:16]}, {report.replications} replications")
