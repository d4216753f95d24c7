"""Many matters, made inside the database: rows cloned by one statement, labelled as synthetic.

A few hundred matters are raised and walked by real commands (``township``). Their rows are then
multiplied by ``INSERT ... SELECT`` with other ids, numbers, grids, points and times. Lists, maps
and searches cannot tell; a million commands would take a day. Their numbers begin with ``S``, and
some of their words are drawn anew so that rare words stay rare. ``clone_acts`` gives them the rows
that the board counts, of every type and with the clones' own times, and gives the first of them
acts as large as the samples' (with hashes that prove nothing: such a ledger does not verify).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import township
from django.db import connection

from commongrid.rooms.matters.domain.words import indexed_words
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places

BATCH = 20_000
DAYS, OPEN_DAYS = 3 * 365, 21  # so far back lie the ended ones, and the open ones
RARE, COMMON = "井盖", "垃圾"
RARE_ONES = 40  # however many matters there are: a longer answer takes longer to show
_WORDS = "CASE WHEN {n} %% 200 = 0 AND {n} < 8000 THEN 0 ELSE 1 + ({n} * 17) %% 996 END"
_AGE = "1 + ({n} * 7919) %% {minutes}"
_COLUMNS = [f.column for f in Matter._meta.concrete_fields]
_CHANGED = ("id", "ref", "receipt", "origin_id", "place_id", "path", "lon", "lat", "text")
_TIMES = ("received_at", "changed_at", "due_at", "blue_at", "yellow_at", "red_at", "closed_at")


def grow(
    size: int, open_count: int, samples: Sequence[UUID], town: Any, rng: random.Random
) -> None:
    """Clone until there are so many matters, so many of them open."""
    rows = Matter.objects.filter(pk__in=samples)
    kinds = {
        "end": list(rows.filter(state_kind="end").values_list("pk", flat=True)),
        "open": list(rows.exclude(state_kind="end").values_list("pk", flat=True)),
    }
    _lay_out(town, rng)
    have = Matter.objects.count()
    have_open = Matter.objects.exclude(state_kind="end").count()
    _clone(kinds["open"], max(0, open_count - have_open), days=OPEN_DAYS, start=have)
    have = Matter.objects.count()
    _clone(kinds["end"], max(0, size - have), days=DAYS, start=have)
    _index_words()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_spot")
        cursor.execute("DROP TABLE bench_words")


def _lay_out(town: Any, rng: random.Random) -> None:
    """Places with points, and texts, to draw from."""
    cards = places.list_grids(places.get_place(township.TOWN).path, township.AT)
    spots = []
    for n in range(2000):
        card = cards[n % len(cards)]
        lon, lat = town.points[card.code]
        lon, lat = lon + rng.uniform(-0.004, 0.004), lat + rng.uniform(-0.004, 0.004)
        spots.append((n, card.id, card.path, lon, lat))
    texts = [township.some_text(rng).replace(RARE, "路牌") for _ in range(997)]
    texts[0] = f"{RARE}松动有响声。"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_spot (n int primary key, place bigint, path text,"
                       " lon float8, lat float8)")  # fmt: skip
        cursor.executemany("INSERT INTO bench_spot VALUES (%s,%s,%s,%s,%s)", spots)
        cursor.execute("CREATE TABLE bench_words (n int primary key, plain text, words text)")
        lines = [(n, text, indexed_words(text)) for n, text in enumerate(texts)]
        cursor.executemany("INSERT INTO bench_words VALUES (%s,%s,%s)", lines)


def _clone(samples: Sequence[UUID], missing: int, *, days: int, start: int) -> None:
    while missing > 0:
        count = min(BATCH, missing)
        _clone_some(samples, start, count, days)
        start, missing = start + count, missing - count


def _clone_some(samples: Sequence[UUID], start: int, count: int, days: int) -> None:
    is_sqlite = connection.vendor == "sqlite"
    keys = [pk.hex if is_sqlite else str(pk) for pk in samples]
    marks = ",".join(["%s"] * len(keys))
    last = start + count - 1
    series = (
        f"WITH RECURSIVE k(n) AS (SELECT {start} UNION ALL SELECT n + 1 FROM k WHERE n < {last})"
        if is_sqlite
        else f"WITH k AS (SELECT generate_series({start}::bigint, {last}) AS n)"
    )
    day = _AGE.format(n="k.n", minutes=days * 1440)
    made = {
        "id": "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()",
        "ref": "printf('S%%08d', k.n)" if is_sqlite else "'S' || lpad(k.n::text, 8, '0')",
        "receipt": "NULL",
        "origin_id": "NULL",
        "place_id": "p.place",
        "path": "p.path",
        "lon": "p.lon + (k.n %% 89) * 0.00001",
        "lat": "p.lat + (k.n %% 97) * 0.00001",
        "text": "w.plain",
    }
    for name in _TIMES:
        made[name] = (
            f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', m.{name}, '-' || ({day}) || ' minutes')"
            if is_sqlite
            else f"m.{name} - ({day}) * interval '1 minute'"
        )
        if name in ("due_at", "blue_at", "yellow_at", "red_at") and days < 100:
            # Half of what is open is late by up to its age, half is due in the days to come.
            later = f"(k.n * 7919) %% {days * 1440} - {days * 1152}"
            made[name] = (
                f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', m.{name}, (-({later})) || ' minutes')"
                if is_sqlite
                else f"m.{name} - ({later}) * interval '1 minute'"
            )
    columns = ",".join(f'"{c}"' for c in _COLUMNS)
    chosen = ",".join(made.get(c, f'm."{c}"') for c in _COLUMNS)
    row = "row_number() OVER (ORDER BY id) - 1"
    sql = (
        f"INSERT INTO matters_matter ({columns}) {series} SELECT {chosen} FROM k"
        f" JOIN (SELECT *, {row} AS nth FROM matters_matter WHERE id IN ({marks})) m"
        f" ON m.nth = k.n %% {len(keys)}"
        " JOIN bench_spot p ON p.n = (k.n * 31) %% 2000"
        f" JOIN bench_words w ON w.n = {_WORDS.format(n='k.n')}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, keys)


def _index_words() -> None:
    """The words of clones that have none yet, in the order the matters came in."""
    number = _WORDS.format(n="CAST(substr(m.ref, 2) AS BIGINT)")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matters_searchwords (matter_id, words)"
            " SELECT m.id, m.ref || ' ' || w.words FROM matters_matter m"
            f" JOIN bench_words w ON w.n = {number}"
            " WHERE m.ref LIKE 'S%%' AND NOT EXISTS"
            " (SELECT 1 FROM matters_searchwords s WHERE s.matter_id = m.id)"
            " ORDER BY m.received_at",
            [],
        )
        cursor.execute(
            "INSERT INTO matters_promise (matter_id, key, clock, milestone, owner, duration,"
            " started_at, due_at, first_due_at, status, pauses, extensions)"
            " SELECT m.id, 'finish', 'finish', '', 'unit', '3d', m.received_at, m.due_at, m.due_at,"
            " CASE WHEN m.state_kind = 'end' THEN 'kept' ELSE 'running' END, '[]', 0"
            " FROM matters_matter m WHERE m.ref LIKE 'S%%' AND NOT EXISTS"
            " (SELECT 1 FROM matters_promise q WHERE q.matter_id = m.id)",
            [],
        )


def clone_acts(samples: Sequence[UUID], most: int) -> dict[str, int]:
    """Counted rows of the clones that have none, and acts of the first ones; how many acts."""
    from commongrid.ledger.models import Act, Chain
    from commongrid.rooms.oversight.models import CountedMatter, ReadingMark

    with connection.cursor() as cursor:
        cursor.execute("SELECT max(ref) FROM matters_matter WHERE ref LIKE 'S%%'", [])
        last = int(cursor.fetchone()[0][1:])
    _lay_out_types()
    made = 0
    for kind, days in (("= 'end'", DAYS), ("<> 'end'", OPEN_DAYS)):
        keys = list(
            Matter.objects.filter(pk__in=samples)
            .extra(where=[f"state_kind {kind}"])
            .values_list("pk", flat=True)
        )
        for start in range(0, last + 1, BATCH):
            clones = _Clones(keys, start, kind, days)
            if not clones.lay_out():
                continue
            if start < most:
                same = f"s.subject = {clones.subject('x.sample')}"
                made += clones.copy(Act, same, "s.position")
                clones.copy(Chain, same, "s.subject")
            clones.copy(CountedMatter, "s.matter = x.sample", "s.matter")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_clone")
        cursor.execute("DROP TABLE bench_type")
    newest = Act.objects.order_by("-id").values_list("id", flat=True)[0]
    ReadingMark.objects.update(last_act=newest)
    return {"acts made": made}


def _lay_out_types() -> None:
    """All types of the charter: clones are counted by turns."""
    card = places.get_place(township.TOWN)
    _, compiled = places.charter_in_force(card.path, township.AT)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_type (n int primary key, code text)")
        codes = list(enumerate(sorted(compiled.charter.types)))
        cursor.executemany("INSERT INTO bench_type VALUES (%s, %s)", codes)
        cursor.execute(
            "CREATE TABLE bench_clone (n bigint, clone "
            + ("char(32)" if connection.vendor == "sqlite" else "uuid")
            + ", sample "
            + ("char(32)" if connection.vendor == "sqlite" else "uuid")
            + ", place text, path text, type text)"
        )


class _Clones:
    """A batch of clones of one kind beside their samples, and rows copied from one to the other."""

    def __init__(self, keys: Sequence[UUID], start: int, kind: str, days: int) -> None:
        self.is_sqlite = connection.vendor == "sqlite"
        self.keys = [pk.hex if self.is_sqlite else str(pk) for pk in keys]
        self.start, self.kind, self.days = start, kind, days

    def lay_out(self) -> bool:
        """Note the clones that are not counted yet; whether there are any."""
        number = "CAST(substr(m.ref, 2) AS BIGINT)"
        marks = ",".join(["%s"] * len(self.keys))
        types = "(SELECT count(*) FROM bench_type)"
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM bench_clone")
            cursor.execute(
                "INSERT INTO bench_clone"
                " SELECT q.n, q.id, f.id, p.code, q.path, t.code FROM"
                f" (SELECT m.*, {number} AS n FROM matters_matter m"
                f" WHERE m.ref >= 'S{self.start:08d}' AND m.ref < 'S{self.start + BATCH:08d}'"
                f" AND m.state_kind {self.kind} AND NOT EXISTS"
                " (SELECT 1 FROM oversight_countedmatter c WHERE c.matter = m.id)) q"
                f" JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth FROM matters_matter"
                f" WHERE id IN ({marks})) f ON f.nth = q.n %% {len(self.keys)}"
                " JOIN places_place p ON p.id = q.place_id"
                f" JOIN bench_type t ON t.n = (q.n * 13) %% {types}",
                self.keys,
            )
            cursor.execute("SELECT count(*) FROM bench_clone")
            return bool(cursor.fetchone()[0])

    def copy(self, model: Any, on: str, order: str) -> int:
        """Insert one row of the clone for each row of its sample."""
        fields = [f for f in model._meta.concrete_fields if f.get_internal_type() != "BigAutoField"]
        columns = ",".join(f'"{f.column}"' for f in fields)
        chosen = ",".join(self._value(f) for f in fields)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {chosen}"
                f" FROM bench_clone x JOIN {model._meta.db_table} s ON {on}"
                f" ORDER BY x.n, {order}",
                [],
            )
            return int(cursor.rowcount)

    def subject(self, column: str) -> str:
        """The ledger's name of a matter."""
        return f"'matter:' || {self._uuid(column)}"

    def _uuid(self, column: str) -> str:
        if not self.is_sqlite:
            return f"CAST({column} AS text)"
        cuts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        return "(" + " || '-' || ".join(f"substr({column},{at},{n})" for at, n in cuts) + ")"

    def _value(self, field: Any) -> str:
        made = {
            "subject": self.subject("x.clone"),
            "command_id": "lower(hex(randomblob(16)))" if self.is_sqlite else "gen_random_uuid()",
            "core": f"replace(s.core, {self._uuid('x.sample')}, {self._uuid('x.clone')})",
            "matter": "x.clone", "place_code": "x.place", "path": "x.path", "type_code": "x.type",
        }  # fmt: skip
        if field.column in ("previous", "hash", "head", "seal"):
            twice = "md5(random()::text) || md5(random()::text)"
            return "lower(hex(randomblob(32)))" if self.is_sqlite else twice
        if field.get_internal_type() == "DateTimeField":
            age = _AGE.format(n="x.n", minutes=self.days * 1440)
            if self.is_sqlite:
                return (
                    f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', s.{field.column},"
                    f" '-' || ({age}) || ' minutes')"
                )
            return f"s.{field.column} - ({age}) * interval '1 minute'"
        return made.get(field.column, f's."{field.column}"')


def share_open() -> float:
    """The share of matters that are open now."""
    return Matter.objects.exclude(state_kind="end").count() / Matter.objects.count()
