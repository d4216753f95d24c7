# ruff: noqa: N999 - the file is named by the word people type
"""``commongrid import``: past requests from a file, and a place made of its neighbourhoods."""

from __future__ import annotations

import csv
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commongrid.charter import CharterError
from commongrid.charter.matter import Actor
from commongrid.kernel.verdict import Refused
from commongrid.rooms.places import face as places
from commongrid.site.management.base import HouseCommand
from commongrid.stories import importing

INSTALLER = Actor(key=places.SETUP_KEY)
SHOWN = 40
REPORT_COLUMNS = ("row", "column", "value", "rule")


class Command(HouseCommand):
    """Import past requests, or make a place for them."""

    help = "Import past requests through the rules of a place (CSV, Parquet, Open311 JSON or XML)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two verbs: requests, place."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        _request_arguments(verbs.add_parser("requests", help="record the requests in a file"))
        place = verbs.add_parser("place", help="make a place of the neighbourhoods in a file")
        place.add_argument("--map", required=True, type=Path)
        place.add_argument("--from", dest="file", required=True, type=Path, metavar="FILE")

    def handle(self, **options: Any) -> None:
        """Run the verb; what cannot be done is said in words, not as a traceback."""
        verb = {"requests": self._requests, "place": self._place}[options["verb"]]
        try:
            verb(importing.load_map(options["map"]), options)
        except importing.MapError as error:
            problems = "\n".join(f"  {problem}" for problem in error.problems)
            raise CommandError(f"the map cannot be used:\n{problems}") from error
        except CharterError as error:
            raise CommandError(f"the charter of the map: {error}") from error
        except places.PlaceNotFoundError as error:
            message = f"{error}; make it first: commongrid import place --map MAP --from FILE"
            raise CommandError(message) from error
        except (Refused, ValueError, OSError) as error:
            raise CommandError(str(error)) from error

    def _place(self, import_map: importing.ImportMap, options: dict[str, Any]) -> None:
        made = importing.import_place(
            actor=INSTALLER, at=timezone.now(), file=options["file"], import_map=import_map
        )
        self.stdout.write(
            f"{made.root_code}: {len(made.neighbourhoods)} neighbourhoods, one grid each, from "
            f"{made.points} points; outlines are derived, no official boundaries"
        )
        for code, name in made.neighbourhoods:
            self.stdout.write(f"  {code}  {name}")
        drawn = made.boundaries
        self.stdout.write(
            f"{drawn.area_m2 / 1e6:.1f} km2, {len(drawn.overlaps)} overlaps, {len(drawn.gaps)} "
            f"gaps; in force from {made.began_at:%Y-%m-%d} under {made.charter_key}"
        )

    def _requests(self, import_map: importing.ImportMap, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        bookmark = importing.bookmark_of(file, import_map) if file.is_file() else None
        after = bookmark.row if bookmark and options["resume"] else 0
        if after:
            self.stdout.write(f"going on after row {after}; --from-start reads the file again")
        bar = _Bar(self.stdout, importing.count_rows(file), after, options["limit"])

        def on_progress(progress: importing.Progress) -> None:
            bar.show(progress)
            if bookmark and progress.last_origin and not options["dry_run"]:
                bookmark.move(progress.row, progress.last_origin)

        with _Rejects(options["report"]) as rejects:
            report = importing.import_requests(
                actor=INSTALLER,
                at=timezone.now(),
                file=file,
                import_map=import_map,
                root_code=options["place"],
                is_dry_run=options["dry_run"],
                limit=options["limit"],
                after_row=after,
                on_reject=rejects.add,
                on_progress=on_progress,
            )
        if bookmark and options["limit"] is None and not options["dry_run"]:
            bookmark.drop()
        bar.end()
        self._summary(report, options["report"])

    def _summary(self, report: importing.ImportReport, path: Path | None) -> None:
        nothing = " [dry run: nothing saved]" if report.is_dry_run else ""
        self.stdout.write(
            f"{report.rows} rows: {report.recorded} matters recorded with {report.acts} acts, "
            f"{report.known} known before, {report.rejected.total()} rejected{nothing}"
        )
        for title, counts in (("rejected", report.rejected), ("stopped", report.stopped)):
            if counts:
                self.stdout.write(f"{title} by reason:")
            for rule, count in counts.most_common(SHOWN):
                self.stdout.write(f"  {count:>8}  {rule}")
        if path is not None:
            self.stdout.write(f"each of them by row: {path}")


def _request_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--map", required=True, type=Path, help="which column means what")
    parser.add_argument("--place", default="", metavar="CODE", help="instead of the map's root")
    parser.add_argument("--dry-run", action="store_true", help="judge every row, save nothing")
    parser.add_argument("--limit", type=int, help="only the first rows")
    parser.add_argument("--report", type=Path, help="write each reject there as CSV")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--resume", action="store_true", default=False, help="go on after the last saved batch"
    )
    ways.add_argument(
        "--from-start", dest="resume", action="store_false", help="read all rows (the default)"
    )


class _Rejects:
    """The report file, written as rejects come, so that it never has to be held."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> _Rejects:
        if self._path is not None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
            self._rows = csv.writer(self._file)
            self._rows.writerow(REPORT_COLUMNS)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, reject: importing.Reject) -> None:
        if self._file is not None:
            self._rows.writerow([reject.row, reject.column, reject.value, reject.rule])


class _Bar:
    """Rows a second and the time left: one line rewritten on a terminal, plain lines elsewhere."""

    WIDTH = 30
    EVERY = 10  # batches between plain lines

    def __init__(self, out: Any, total: int | None, after: int, limit: int | None) -> None:
        self._out, self._after = out, after
        self._total = min(filter(None, (total, limit)), default=None)
        self._began = time.monotonic()
        self._is_tty = sys.stdout.isatty()
        self._calls = 0

    def show(self, progress: importing.Progress) -> None:
        self._calls += 1
        spent = max(time.monotonic() - self._began, 1e-6)
        rate = (progress.row - self._after) / spent
        words = f"{progress.row} rows, {progress.recorded} recorded, {rate:.0f} rows/s"
        if self._total and rate:
            left = max(self._total - progress.row, 0) / rate
            words = f"{words}, {left:.0f} s left"
        if self._is_tty:
            self._out.write(f"\r{self._drawn(progress.row)}{words}\x1b[K", ending="")
        elif self._calls % self.EVERY == 0:
            self._out.write(words)

    def end(self) -> None:
        if self._is_tty:
            self._out.write("")

    def _drawn(self, row: int) -> str:
        if not self._total:
            return ""
        full = min(self.WIDTH, self.WIDTH * row // self._total)
        return f"[{'#' * full}{'.' * (self.WIDTH - full)}] "
