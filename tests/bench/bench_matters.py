"""The matters room: raising, acting, the desk list, the page, search and the map.

``bench_matters.py [--postgres] [--large] [--profile] [--sizes 1000,10000]``
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import support

RAISES, REPEATS = 10, 9
OFTEN = 7


def main() -> None:
    """Open a township, print the tables."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--postgres", action="store_true")
    words.add_argument("--large", action="store_true", help="also 100,000 matters")
    words.add_argument("--profile", action="store_true", help="where raising and listing spend")
    words.add_argument("--sizes", default="1000,10000")
    asked = words.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")] + [100_000] * asked.large
    database = support.start_house(postgres=asked.postgres)
    import township

    town, rng = township.open_township(), random.Random(11)
    bench = Bench(town, rng)
    support.title(f"matters on {database}: one process, contact given, no photo")
    support.table(
        ("writing", "SQL", "ms", "own CPU ms", "a second", "of an insert", "by CPU"),
        bench.raising(),
    )
    support.title(f"matters on {database}: the steps of one matter")
    support.table(("step", "SQL", "ms"), bench.acting())
    samples = township.walk_samples(town, rng)
    for size in sizes:
        township.grow_to(size, samples, town, rng)
        bench.sample = samples[0]
        support.title(
            f"matters on {database}: reading among {size:,} (cloned rows, see township.py)"
        )
        support.table(("reading", "SQL", "ms", "rows"), bench.reading())
    print(f"  most memory held: {support.peak_mib():.0f} MiB")
    if asked.profile:
        support.title("raising 200 matters")
        support.profile(lambda: [bench.raise_one() for _ in range(200)])
        support.title("the desk list of 100 rows, 20 times")
        support.profile(lambda: [bench.desk_list() for _ in range(20)])


class Bench:
    """What is measured, on one township."""

    def __init__(self, town: Any, rng: random.Random) -> None:
        self.town, self.rng = town, rng
        self.sample: Any = None

    # --- writing
    def raise_one(self) -> Any:
        import township

        return township.raise_one(self.town, self.rng)

    def raising(self) -> Iterator[tuple[object, ...]]:
        """Raising beside the least a transaction can do: one row of few columns.

        Once called directly, once each as a page of the same server, with all its middleware.
        """
        known = uuid4()
        hit = open_views(self.insert_one, self.raise_one)
        works: dict[str, Callable[[], Any]] = {
            "one insert": self.insert_one,
            "raise_matter": self.raise_one,
            "  sent again": lambda: self.raise_known(known),
            "view: one insert": lambda: hit("/insert"),
            "view: raise_matter": lambda: hit("/raise"),
        }
        for work in works.values():
            work()
        counts = {name: support.statements(work) for name, work in works.items()}
        spent = support.alternating(works, number=RAISES, repeats=REPEATS)
        for name, took in spent.items():
            base = spent["view: one insert" if name.startswith("view") else "one insert"]
            share = (f"{100 * base.clock / took.clock:.0f} %", f"{100 * base.own / took.own:.0f} %")
            yield name, counts[name], took.clock * 1e3, took.own * 1e3, 1 / took.clock, *share

    def raise_known(self, command_id: Any) -> None:
        import township

        township.raise_one(self.town, self.rng, command_id=command_id)

    def insert_one(self) -> None:
        """A transaction with one insert, by the same ORM."""
        import township
        from django.db import transaction

        from commongrid.ledger.models import OutboxRow

        with transaction.atomic():
            OutboxRow.objects.create(
                topic="bench", subject="bench", command_id=uuid4(), created_at=township.AT
            )

    def acting(self) -> Iterator[tuple[object, ...]]:
        """Each step of the walk on fresh matters."""
        import time

        import township

        made = [self.raise_one().id for _ in range(OFTEN)]
        for position, (_, action, _) in enumerate(township.WALK):
            times, statements = [], 0
            for matter_id in made:
                at = township.AT + timedelta(minutes=10 * (position + 1))
                with support.counting() as seen:
                    began = time.perf_counter()
                    township.take_step(self.town, matter_id, position, at=at)
                    times.append(time.perf_counter() - began)
                statements = max(statements, len(seen))
            name = f"{action} (with a photo)" if action == "claim_done" else action
            yield name, statements, sorted(times)[OFTEN // 2] * 1e3

    # --- reading
    def desk_list(self, **more: Any) -> Any:
        import township

        from commongrid.rooms.matters import face as matters

        page, size = more.pop("page", 1), more.pop("size", 100)
        return matters.list_matters(
            actor=self.town.staff[more.pop("name", "town-desk")],
            at=township.AT,
            filters=matters.Filters(**more),
            page=page,
            size=size,
        )

    def reading(self) -> Iterator[tuple[object, ...]]:
        """Each reading: statements, the least of several times, rows that matched."""
        for name, work, told in self.questions():
            support.statements(work)  # warm
            statements = support.statements(work)
            seconds = support.least(work, repeats=5)
            yield name, statements, seconds * 1e3, told(work())

    def questions(self) -> Iterator[tuple[str, Callable[[], Any], Callable[[Any], object]]]:
        """The reading that a desk does."""
        import township

        from commongrid.rooms.matters import face as matters

        who, at = self.town.staff["town-desk"], township.AT
        every = ("open", "waiting", "end")

        def total(found: Any) -> object:
            return f"{len(found.cards)} of {found.total:,}"

        yield "list of 100, open ones, by light", self.desk_list, total
        yield "list of 100, last page", lambda: self.desk_list(page=10**6), total
        yield (
            "list of 100, all, newest",
            lambda: self.desk_list(state_kinds=every, order="newest"),
            total,
        )
        yield "list of 100, red only", lambda: self.desk_list(lights=("red",)), total
        yield "list of 100, a unit's handler", lambda: self.desk_list(name="town-sanitation"), total
        yield (
            f"search {township.RARE}, all",
            lambda: self.desk_list(text=township.RARE, state_kinds=every),
            total,
        )
        yield "search 垃圾, all", lambda: self.desk_list(text="垃圾", state_kinds=every), total
        ref = self.desk_list(size=1).cards[0].ref
        yield "search a reference, all", lambda: self.desk_list(text=ref, state_kinds=every), total
        counts = lambda: matters.count_matters(actor=who, at=at, filters=matters.Filters())  # noqa: E731
        yield "counts of open ones", counts, lambda found: f"{found.open:,}"
        for zoom in (11, 15):
            yield (
                f"map, zoom {zoom}",
                lambda zoom=zoom: matters.cluster_matters(
                    actor=who, at=at, filters=matters.Filters(), zoom=zoom
                ),
                lambda found: f"{len(found):,} points",
            )
        page = lambda: matters.get_matter(actor=who, at=at, matter_id=self.sample)  # noqa: E731
        yield "matter page, staff", page, lambda found: f"{len(found.steps)} acts"
        own = lambda: matters.get_own_matter(  # noqa: E731
            actor=matters.reporter_of(self.sample), at=at, matter_id=self.sample
        )
        yield "matter page, reporter", own, lambda found: f"{len(found.steps)} acts"
        grid = next(iter(self.town.points))
        lon, lat = self.town.points[grid]
        yield (
            "similar ones near by",
            lambda: matters.find_similar(
                at=at, type_code="A01", path=self._path(grid), lon=lon, lat=lat
            ),
            lambda found: f"{len(found)}",
        )

    def _path(self, grid: str) -> str:
        from commongrid.rooms.places import face as places

        return places.get_place(grid).path


def open_views(insert: Callable[[], Any], raise_one: Callable[[], Any]) -> Callable[[str], None]:
    """Two pages that do nothing but the work, behind the house's own middleware."""
    import types
    from pathlib import Path
    from wsgiref.util import setup_testing_defaults

    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    def page(work: Callable[[], Any]) -> Callable[[HttpRequest], HttpResponse]:
        def view(_: HttpRequest) -> HttpResponse:
            work()
            return HttpResponse("done")

        return view

    urls = types.ModuleType("bench_urls")
    urls.urlpatterns = [path("insert", page(insert)), path("raise", page(raise_one))]  # type: ignore[attr-defined]
    sys.modules[urls.__name__] = urls
    settings.ROOT_URLCONF = urls.__name__
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    server = WSGIHandler()

    def hit(where: str) -> None:
        environ: dict[str, Any] = {"PATH_INFO": where}
        setup_testing_defaults(environ)
        answer: Any = server(environ, lambda *_: None)
        if answer.status_code != 200:
            raise SystemExit(f"{where}: {answer.status_code}")
        answer.close()

    return hit


if __name__ == "__main__":
    main()
