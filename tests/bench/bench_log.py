"""The transparency log: what a place in it costs beside plain inserts, and what proofs weigh.

``bench_log.py [--postgres] [--acts 100000]``
"""

from __future__ import annotations

import argparse
import json
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import support
from bench_ledger import PER_CHAIN, size, some_chain

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
CHAINS_A_GO = 500


def main() -> None:
    """Write acts, give them places, sign, prove, verify; each beside its plain twin."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--postgres", action="store_true")
    words.add_argument("--acts", type=int, default=100_000)
    asked = words.parse_args()
    database = support.start_house(postgres=asked.postgres)
    from commongrid.ledger import face as ledger
    from commongrid.ledger.log import face as log

    support.title(f"transparency log on {database}")
    acts = asked.acts // PER_CHAIN * PER_CHAIN
    rows = [
        row("acts in bulk (record_chains)", acts, lambda: write(acts)),
        row("places in the log (append_acts)", acts, log.append_acts),
        row("the same rows inserted plainly", acts, lambda: insert_plainly(acts)),
    ]
    support.table(
        ("appending", "acts", "a second", "us an act", "SQL an act", "bytes an act"), rows
    )
    print(f"  a place costs {rows[2][2] / rows[1][2]:.2f} times a plain insert of the same row,")
    print(f"  and adds {rows[0][2] / rows[1][2]:.0%} to writing an act in bulk")
    signing()
    proofs(acts)
    checks = []
    for name, check in (("verify_log", log.verify_log), ("verify (chains)", ledger.verify)):
        spent, statements = timed(check)
        checks.append((name, f"{acts:,}", acts / spent, spent, statements))
    if not log.verify_log().is_whole:
        raise SystemExit("the log does not verify")
    support.table(("checking", "acts", "acts a second", "seconds", "SQL"), checks)
    print(f"  most memory held: {support.peak_mib():.0f} MiB")


def write(acts: int) -> None:
    """Acts of the size that real ones have."""
    from django.db import transaction

    from commongrid.ledger import face as ledger

    chains = acts // PER_CHAIN
    for begin in range(0, chains, CHAINS_A_GO):
        with transaction.atomic():
            ledger.record_chains(some_chain() for _ in range(min(CHAINS_A_GO, chains - begin)))


def insert_plainly(acts: int) -> None:
    """As many rows of the same width into a table of the same shape, by the same means."""
    from django.db import connection, transaction

    kind = "bytea" if connection.vendor == "postgresql" else "BLOB"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE bench_plain (i bigint PRIMARY KEY, act_id bigint UNIQUE, "
            f"salt {kind}, entry {kind})"
        )
    for begin in range(0, acts, 2000):
        given = [
            (index, index, secrets.token_bytes(32), secrets.token_bytes(32))
            for index in range(begin, min(begin + 2000, acts))
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany("INSERT INTO bench_plain VALUES (%s, %s, %s, %s)", given)


def signing() -> None:
    """A round with one new act, when the log is large."""
    from commongrid.ledger.log import face as log

    log.sign_checkpoint(at=AT)
    write(PER_CHAIN)
    spent, statements = timed(lambda: log.run_log_round(at=AT))
    idle, few = timed(lambda: log.run_log_round(at=AT))
    print(f"  a round with {PER_CHAIN} new acts: {spent * 1e3:.1f} ms, {statements} SQL")
    print(f"  a round with none: {idle * 1e3:.1f} ms, {few} SQL")


def proofs(acts: int) -> None:
    """What a receipt of one matter weighs, and how long it takes."""
    from commongrid.ledger.log import face as log
    from commongrid.ledger.models import Act

    subject = Act.objects.order_by("id").values_list("subject", flat=True)[acts // 2]
    spent, statements = timed(lambda: log.receipt_of(subject, ref="r", at=AT))
    receipt = log.receipt_of(subject, ref="r", at=AT)
    one = receipt["acts"][0]
    print(
        f"  a receipt of {len(receipt['acts'])} acts: {len(json.dumps(receipt)):,} bytes, "
        f"{spent * 1e3:.1f} ms, {statements} SQL; a proof has {len(one['proof'])} hashes "
        f"({32 * len(one['proof'])} bytes)"
    )
    checked, _ = timed(lambda: log.check_receipt(json.dumps(receipt)))
    print(f"  checking it offline: {checked * 1e3:.1f} ms")


def row(name: str, acts: int, work: Callable[[], object]) -> tuple[Any, ...]:
    before = size()
    spent, statements = timed(work)
    weight = (size() - before) / acts
    return (name, f"{acts:,}", acts / spent, spent / acts * 1e6, statements / acts, weight)


def timed(work: Callable[[], object]) -> tuple[float, int]:
    with support.counting() as seen:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began, len(seen)


if __name__ == "__main__":
    main()
