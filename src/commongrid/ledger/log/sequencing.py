"""Giving acts their places in the log, in batches, after they were written.

A command adds nothing for the log: a round of the ticker finds the acts that have no leaf. On
PostgreSQL row numbers are given out before the commit, so an act may appear under a number that
has been passed. The *mark* moves only over numbers that are settled: no transaction is left that
held the table's lock for writing when they had been given out. Nobody waits for that.

Two sequencers at once wait for each other at the head's row. A stop at any instant leaves whole
batches: leaves, tiles and head are one transaction.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from commongrid.ledger.log.closing import close_leaves, subjects_closed_by
from commongrid.ledger.log.hashing import leaf_hash
from commongrid.ledger.log.models import Head, Tile
from commongrid.ledger.log.opening import SALT_BYTES, entry_of
from commongrid.ledger.log.reading import tile_reader
from commongrid.ledger.log.tiles import grown
from commongrid.ledger.turns import in_turn

BATCH = 2_000
LOOKS, BETWEEN_S = 40, 0.05  # how long open writers are looked after before the mark is let be
_WITHOUT_LEAF = (
    "SELECT a.id, a.previous, a.core FROM ledger_act a "
    "LEFT JOIN tlog_leaf l ON l.act_id = a.id "
    "WHERE a.id > %s AND l.act_id IS NULL ORDER BY a.id LIMIT %s"
)
_PLACE = 'INSERT INTO tlog_leaf ("index", act_id, salt, entry) VALUES (%s, %s, %s, %s)'
_WRITERS = (
    "SELECT virtualtransaction FROM pg_locks WHERE relation = 'ledger_act'::regclass "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', "
    "'AccessExclusiveLock') AND granted AND pid <> pg_backend_pid()"
)


def append_acts(*, batch: int = BATCH) -> int:
    """Give every act that has no leaf its place. Returns how many there were.

    Cost: some five statements a batch beside the rows; memory of one batch.
    """
    settled, count = _settled(), 0
    while True:
        with in_turn(), _durable(), transaction.atomic():
            done = _append_batch(settled, batch)
        count += done
        if done < batch:
            return count


def _append_batch(settled: int, batch: int) -> int:
    Head.objects.get_or_create(pk=Head.ONE)
    head = Head.objects.select_for_update().get(pk=Head.ONE)
    size, rows, hashes = head.size, [], []
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_LEAF, [head.mark, batch])
        acts = cursor.fetchall()
        for index, (act_id, previous, core) in enumerate(acts, size):
            salt = secrets.token_bytes(SALT_BYTES)
            entry = entry_of(salt, previous, core)
            rows.append((index, act_id, salt, entry))
            hashes.append(leaf_hash(entry))
        if rows:  # not by the ORM: it took half of the time (tests/bench/bench_log.py)
            cursor.executemany(_PLACE, rows)
    for index, (_, _, core) in enumerate(acts, size):
        close_leaves(subjects_closed_by(core), before=index)
    if rows:
        _write_tiles(grown(size, hashes, tile_reader()))
    last = acts[-1][0] if acts else 0
    # All visible acts up to here have their leaf now; what is settled cannot appear later.
    mark = settled if len(acts) < batch else min(last, settled)
    if rows or mark > head.mark:
        head.size, head.mark = size + len(rows), max(mark, head.mark)
        head.save(update_fields=["size", "mark"])
    return len(rows)


def _write_tiles(changed: dict[tuple[int, int], bytes]) -> None:
    rows = [Tile(level=level, number=n, hashes=hashes) for (level, n), hashes in changed.items()]
    Tile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["level", "number"],
        update_fields=["hashes"],
        batch_size=100,
    )


def _settled() -> int:
    """The highest row number under which no act can appear any more; 0 when that cannot be told.

    Whoever inserts holds the table's lock for writing before a number is drawn, and until the end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM ledger_act")
        last = int(cursor.fetchone()[0])
        if connection.vendor != "postgresql":  # one writes at a time: numbers follow commits
            return last
        open_ones: set[str] | None = None
        for _ in range(LOOKS):
            cursor.execute(_WRITERS)
            seen = {row[0] for row in cursor.fetchall()}
            open_ones = seen if open_ones is None else open_ones & seen
            if not open_ones:
                return last
            time.sleep(BETWEEN_S)
    return 0


@contextmanager
def _durable() -> Iterator[None]:
    """On SQLite, keep what is committed here also when the power fails a moment later.

    What was signed must not be lost: the log would have to be continued another way.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")
