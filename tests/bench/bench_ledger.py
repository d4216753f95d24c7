"""The ledger: acts appended and verified a second, and what an act weighs.

``bench_ledger.py [--postgres] [--chains 2000]``
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import support

PER_CHAIN = 6  # acts of a matter that goes its way
BATCH = 500
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def main() -> None:
    """Append chains in three ways, verify them, weigh them."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--postgres", action="store_true")
    words.add_argument("--chains", type=int, default=2000)
    asked = words.parse_args()
    database = support.start_house(postgres=asked.postgres)
    from commongrid.ledger import face as ledger

    support.title(f"ledger on {database}: chains of {PER_CHAIN} acts, with words")
    ways = (
        ("record_act, a transaction each", one_by_one, asked.chains // 10),
        ("record_act, one transaction", together, asked.chains // 10),
        (f"record_chains, {BATCH} chains a transaction", in_bulk, asked.chains),
    )
    rows = []
    for name, way, chains in ways:
        before = size()
        spent, statements = _timed(lambda way=way, chains=chains: way(chains))
        acts = chains * PER_CHAIN
        weight = (size() - before) / acts
        rows.append(
            (name, f"{acts:,}", acts / spent, spent / acts * 1e3, statements / acts, weight)
        )
    support.table(
        ("appending", "acts", "a second", "ms an act", "SQL an act", "bytes an act"), rows
    )
    checks = []
    for name, check in (
        ("verify, all of it", ledger.verify),
        ("make_checkpoint", ledger.make_checkpoint),
    ):
        spent, statements = _timed(check)
        acts = ledger.verify().acts
        checks.append((name, f"{acts:,}", acts / spent, spent, statements))
    if not ledger.verify().is_whole:
        raise SystemExit("the ledger does not verify")
    support.table(("checking", "acts", "acts a second", "seconds", "SQL"), checks)
    print("  bytes: growth of the database, indexes and chain heads included")
    print(f"  most memory held: {support.peak_mib():.0f} MiB")


def one_by_one(chains: int) -> None:
    from django.db import transaction

    from commongrid.ledger import face as ledger

    for draft in (draft for _ in range(chains) for draft in some_chain()):
        with transaction.atomic():
            ledger.record_act(draft)


def together(chains: int) -> None:
    from django.db import transaction

    from commongrid.ledger import face as ledger

    with transaction.atomic():
        for draft in (draft for _ in range(chains) for draft in some_chain()):
            ledger.record_act(draft)


def in_bulk(chains: int) -> None:
    from django.db import transaction

    from commongrid.ledger import face as ledger

    for begin in range(0, chains, BATCH):
        with transaction.atomic():
            ledger.record_chains(some_chain() for _ in range(min(BATCH, chains - begin)))


def some_chain() -> list[Any]:
    """The acts of one invented matter, of the size that real ones have."""
    from commongrid.ledger import face as ledger

    subject = f"matter:{uuid4()}"
    return [
        ledger.ActDraft(
            command_id=uuid4(),
            subject=subject,
            action="take" if position else "raise",
            actor="staff:17" if position else "public",
            role="handler",
            power="take_offer",
            rule_id="event.offered.take",
            at=AT + timedelta(hours=position),
            charter_key="keerqin-subdistrict@2026.7",
            words='{"reason":"派单目录的主办单位。"}' if position else "",
            before={"state": "offered", "offered_unit": "sanitation", "unit": ""},
            after={
                "state": "in_hand",
                "unit": "sanitation",
                "promises": {
                    "finish:clear": {
                        "status": "running", "due": AT + timedelta(days=1), "owner": "sanitation",
                    }
                },
            },
            is_first=position == 0,
        )
        for position in range(PER_CHAIN)
    ]  # fmt: skip


def size() -> int:
    """Bytes of the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


def _timed(work: Callable[[], object]) -> tuple[float, int]:
    with support.counting() as seen:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began, len(seen)


if __name__ == "__main__":
    main()
