"""One part of making a house, in the house that the environment names; tells figures as JSON.

``scale_growing.py begin | migrate | grow SIZE OPEN | acts | board | measure``
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import support

SEED = 11
SAMPLES = "samples.json"
FOLDED = 500
MOST_WITH_ACTS = 10_000


def main() -> None:
    """Do one part; the last line says what it took."""
    import django

    django.setup()
    began = time.perf_counter()
    word, *numbers = sys.argv[1:]
    if word in ("grow", "acts"):
        _hurry()
    told = PARTS[word](*map(int, numbers))
    if word != "measure":
        told[f"{word} s"] = round(time.perf_counter() - began)
        told[f"{word} MiB"] = round(support.peak_mib())
    print(json.dumps(told))


def migrate() -> dict[str, Any]:
    """Tables as this version wants them, and the addresses of style sheets."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return {}


def begin() -> dict[str, Any]:
    """A township, some matters walked by real commands, and these counted."""
    migrate()
    import township

    from commongrid.bridges import board

    town = township.open_township()
    samples = township.walk_samples(town, random.Random(SEED))
    while board.catch_up():
        pass
    _kept(samples)
    return {}


def grow(size: int, open_count: int) -> dict[str, Any]:
    """Clone matters until there are so many."""
    import synthetic
    import township

    town = township.find_township()
    synthetic.grow(size, open_count, _samples(), town, random.Random(SEED))
    return {"open %": round(100 * synthetic.share_open(), 2)}


def acts() -> dict[str, Any]:
    """What is counted of clones, and acts of the first ones: of a million these fill a disk."""
    import synthetic

    return synthetic.clone_acts(_samples(), MOST_WITH_ACTS)


def board() -> dict[str, Any]:
    """Publish every month that may be; fold some matters again to see what reading takes."""
    import township

    from commongrid.bridges import board as bridge
    from commongrid.ledger.models import Act
    from commongrid.rooms.oversight.commands.reading import fold_subjects
    from commongrid.rooms.oversight.models import CountedMatter

    told = Act.objects.filter(action="raise").order_by("id").values_list("subject", flat=True)
    subjects = list(told[:FOLDED])
    ids = [UUID(subject.partition(":")[2]) for subject in subjects]
    kept = list(CountedMatter.objects.filter(matter__in=ids).values())
    began = time.perf_counter()
    fold_subjects(subjects)
    folding = (time.perf_counter() - began) / max(1, len(subjects)) * 1e6
    # Their acts tell the times of the samples: what was counted of the clones comes back.
    rows = [CountedMatter(**values) for values in kept]
    names = [f.name for f in CountedMatter._meta.concrete_fields if not f.primary_key]
    CountedMatter.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["matter"], update_fields=names, batch_size=200
    )
    months = 0
    began = time.perf_counter()
    while done := bridge.publish_due_months(at=township.AT + timedelta(days=1)):
        months += len(done)
    spent = time.perf_counter() - began
    return {
        "months": months,
        "fold us a matter": round(folding),
        "publish us a matter": round(spent / max(1, CountedMatter.objects.count()) * 1e6),
    }


def measure() -> dict[str, Any]:
    """What there is, and what it takes on disk."""
    from django.db import connection

    from commongrid.ledger.models import Act
    from commongrid.rooms.matters.models import Matter

    with connection.cursor() as cursor:  # as a running house does now and then by itself
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM (ANALYZE)")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = Path(connection.settings_dict["NAME"]).stat().st_size
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
            size = cursor.fetchone()[0]
    return {
        "matters": Matter.objects.count(),
        "rows of acts": Act.objects.count(),
        "disk MiB": round(size / 2**20),
    }


def _kept(samples: list[Any]) -> None:
    from django.conf import settings

    Path(settings.HOME, SAMPLES).write_text(json.dumps([str(pk) for pk in samples]))


def _samples() -> list[Any]:
    from django.conf import settings

    return [UUID(pk) for pk in json.loads(Path(settings.HOME, SAMPLES).read_text())]


def _hurry() -> None:
    """Nothing here must outlive a failure of the machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        for words in (
            ("PRAGMA synchronous=OFF", "PRAGMA cache_size=-2000000")
            if connection.vendor == "sqlite"
            else ("SET synchronous_commit=off", "SET maintenance_work_mem='512MB'")
        ):
            cursor.execute(words)


PARTS: dict[str, Any] = {
    "begin": begin, "migrate": migrate, "grow": grow, "acts": acts, "board": board,
    "measure": measure,
}  # fmt: skip

if __name__ == "__main__":
    main()
