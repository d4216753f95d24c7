"""The board: a page of few counted matters and of many, side by side; and publishing them.

``bench_board.py [--postgres] [--small 10000] [--large 200000] [--pages 60]``

``bench_scale.py`` asks the pages of a million matters; here the publishing is what is looked at.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import support

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
MONTHS, BATCH = 13, 5_000
PATHS = ("", "answer/", "solution/", "answer.csv", "publication.json", "embed/solution/")


def main() -> None:
    """Two towns in one house, one with many times the matters; the same pages of both."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--postgres", action="store_true")
    words.add_argument("--small", type=int, default=10_000)
    words.add_argument("--large", type=int, default=200_000)
    words.add_argument("--pages", type=int, default=60)
    asked = words.parse_args()
    database = support.start_house(postgres=asked.postgres)
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)  # addresses of style sheets
    support.title(f"board on {database}: pages of {MONTHS} published months")
    rows: list[tuple[object, ...]] = []
    found: dict[str, list[float]] = {}
    for size in (asked.small, asked.large):
        town = Town(size)
        spent = town.fill()
        rows.append((f"publish {MONTHS} months", f"{size:,}", spent, spent / size * 1e6, ""))
        for path in PATHS:
            p95, statements = town.page(path, asked.pages)
            found.setdefault(path, []).append(p95)
            rows.append((f"p95 of /{path}", f"{size:,}", p95, "", statements))
        town.empty()
    support.table(("what", "matters", "seconds", "us a matter", "SQL"), rows)
    ratios = [(f"/{path}", large / small) for path, (small, large) in found.items()]
    support.table(("page", "p95 many : few"), ratios)


class Town:
    """A small town with charter and grids, and counted matters made without acts."""

    def __init__(self, size: int) -> None:
        from tests.support import factories

        self.factories, self.size = factories, size
        self.code = factories.TOWN.strip("/").split("/")[-1]
        from commongrid.rooms.places import face as places

        if places.find_place(self.code) is None:
            factories.a_place()

    def fill(self) -> float:
        """Counted matters of some months, and their publication; seconds of the publishing."""
        from commongrid.bridges import board
        from commongrid.rooms.oversight.models import CountedMatter

        f = self.factories
        rng = random.Random(7)
        types = sorted(f.rules().charter.types)
        for start in range(0, self.size, BATCH):
            rows = [self._row(rng, types) for _ in range(min(BATCH, self.size - start))]
            CountedMatter.objects.bulk_create(rows, batch_size=500)
        while board.catch_up():
            pass
        CountedMatter.objects.exclude(charter_key="bench").delete()
        began = time.perf_counter()
        done = board.publish_due_months(at=AT + timedelta(days=60), limit=MONTHS + 1)
        if len(done) < MONTHS - 1:
            raise SystemExit(f"only {len(done)} months were published")
        return time.perf_counter() - began

    def _row(self, rng: random.Random, types: list[str]) -> Any:
        from commongrid.rooms.oversight.models import CountedMatter

        f = self.factories
        path = rng.choice((f.GRID, f.NEXT_GRID))
        received = AT - timedelta(hours=rng.randrange(24 * 30 * (MONTHS - 1)))
        is_solved = rng.random() < 0.8
        solved = received + timedelta(hours=rng.expovariate(1 / 60)) if is_solved else None
        return CountedMatter(
            matter=uuid4(), place_code=path.strip("/").split("/")[-1], path=path,
            type_code=rng.choice(types), received_at=received, charter_key="bench",
            state="closed" if is_solved else "handling", outcome="solved" if is_solved else "none",
            last_action="confirm", claimed_at=solved, ended_at=solved, solved_at=solved,
            answer=rng.choice(("kept", "late")), answer_due_at=received,
            answer_at=solved or received,
            finish_broken=rng.random() < 0.1, finish_kept=is_solved, finish_due_at=None,
            redone=int(rng.random() < 0.05), hung=0, acts=6,
        )  # fmt: skip

    def page(self, path: str, count: int) -> tuple[float, int]:
        """The 95th percentile of a page's processor seconds, and its statements."""
        from django.test import Client

        client = Client(headers={"accept-language": "en", "host": "localhost"})
        address = f"/board/{self.code}/{path}"
        client.get(address)  # templates and style sheet addresses are read once
        times = []
        for _ in range(count):
            began = time.process_time()  # of this process: other work on the machine is not in it
            answer = client.get(address)
            times.append(time.process_time() - began)
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status_code}")
        with support.counting() as sql:
            client.get(address)
        return statistics.quantiles(times, n=20)[-1], len(sql)

    def empty(self) -> None:
        """Away with the counted matters and what was published of them."""
        from commongrid.ledger.models import Act, Chain
        from commongrid.rooms.oversight.models import (
            CountedMatter,
            MonthCount,
            Publication,
            PublicationPart,
        )

        for model in (MonthCount, PublicationPart, Publication, CountedMatter):
            model.objects.all().delete()
        Act.objects.filter(action="publish_month").delete()
        Chain.objects.filter(subject__startswith="board:").delete()


if __name__ == "__main__":
    main()
