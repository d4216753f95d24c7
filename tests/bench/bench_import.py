"""Importing past requests: rows a second, SQL a matter, and many at once against one by one.

``bench_import.py [--postgres] [--rows 3000] [--whole] [--profile]``
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import support

COMPARED = 300
BATCH = 500


def main() -> None:
    """Make the place of a file, import it, print the tables."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--postgres", action="store_true")
    words.add_argument("--rows", type=int, default=3000)
    words.add_argument("--whole", action="store_true", help="the whole Boston file, if it is here")
    words.add_argument("--profile", action="store_true", help="where a batch spends its time")
    asked = words.parse_args()
    database = support.start_house(postgres=asked.postgres)
    from tests.stories.importing import standing

    data = standing.ROOT.parent / "shared/data/sr311_boston_2011h2/boston_311_2011_jul_oct.parquet"
    with tempfile.TemporaryDirectory(prefix="commongrid-bench-") as folder:
        file = data if data.is_file() else Path(folder) / "invented.csv"
        if not data.is_file():
            standing.write_csv(file, standing.good_rows(asked.rows))
        began = time.perf_counter()
        standing.importing.import_place(
            actor=standing.INSTALLER, at=standing.NOW, file=file, import_map=standing.boston_map()
        )
        support.title(f"import on {database}: {file.name}, batches of {BATCH}")
        print(f"  the place was made in {time.perf_counter() - began:.1f} s")
        bench = Bench(standing, file)
        support.table(("way", "matters", "acts", "SQL a matter", "matters a second"), bench.ways())
        if asked.profile:
            support.title("a batch")
            support.profile(lambda: bench.at_once(bench.histories(BATCH)))
        limit = None if asked.whole else asked.rows
        support.table(
            ("run", "rows", "recorded", "rejected", "rows a second", "SQL a matter", "peak MiB"),
            bench.runs(limit),
        )


class Bench:
    """What is measured, on one place and one file."""

    def __init__(self, standing: Any, file: Path) -> None:
        self.standing, self.file = standing, file

    def run(self, limit: int | None, **more: object) -> Any:
        """Import the first rows."""
        return self.standing.run_import(self.file, limit=limit, batch_size=BATCH, **more)

    def ways(self) -> list[tuple[object, ...]]:
        """The same histories one by one and at once, each rolled back, in one run."""
        from django.db import transaction

        rows: list[tuple[object, ...]] = []
        spent: dict[str, float] = {}
        for name, way in (("one by one", one_by_one), ("at once", self.at_once)):
            histories = self.histories(COMPARED)
            with transaction.atomic(), support.counting() as sql:
                began = time.perf_counter()
                acts = way(histories)
                spent[name] = time.perf_counter() - began
                transaction.set_rollback(True)
            rate = len(histories) / spent[name]
            rows.append((name, len(histories), acts, len(sql) / len(histories), rate))
        rows.append(("at once is faster by", "", "", "", spent["one by one"] / spent["at once"]))
        return rows

    def histories(self, count: int) -> list[Any]:
        """The first histories of the file, as the importer makes them."""
        import commongrid.stories.importing.requests as module

        kept: list[Any] = []
        real = module.record_histories

        def keep(**given: Any) -> Any:
            kept.extend(given["histories"])
            return real(**given)

        module.record_histories = keep
        try:
            self.run(count + count // 5, is_dry_run=True)
        finally:
            module.record_histories = real
        return kept[:count]

    def at_once(self, histories: list[Any]) -> int:
        """Record them as a batch."""
        from commongrid.rooms.matters.face import record_histories

        told = record_histories(
            actor=self.standing.INSTALLER, at=self.standing.NOW, histories=histories
        )
        return int(told.acts)

    def runs(self, limit: int | None) -> list[tuple[object, ...]]:
        """A first run, and a second one that finds everything known."""
        rows: list[tuple[object, ...]] = []
        for name in ("first", "again"):
            with support.counting() as sql:
                began = time.perf_counter()
                report = self.run(limit)
                spent = time.perf_counter() - began
            matters = report.recorded or report.known
            rows.append(
                (
                    name,
                    report.rows,
                    report.recorded,
                    report.rejected.total(),
                    report.rows / spent,
                    len(sql) / matters,
                    support.peak_mib(),
                )
            )
        return rows


def one_by_one(histories: list[Any]) -> int:
    """Record them by the commands of every day."""
    from commongrid.kernel.verdict import Refused
    from commongrid.rooms.matters.face import raise_matter, take_action

    acts = 0
    for history in histories:
        raised = raise_matter(
            actor=history.actor,
            at=history.at,
            command_id=history.command_id,
            draft=history.draft,
            origin_id=history.origin_id,
        )
        acts += 1
        for step in history.steps:
            try:
                take_action(
                    actor=step.actor,
                    at=step.at,
                    command_id=step.command_id,
                    matter_id=raised.id,
                    action=step.action,
                    fields=step.fields,
                )
            except Refused:
                break
            acts += 1
    return acts


if __name__ == "__main__":
    main()
