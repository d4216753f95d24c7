"""Phones after a day without signal, all syncing into one server; and what a feed costs.

``bench_sync.py [--phones 1000] [--connections 16] [--only sqlite|postgresql] [--quick]``

Each phone raises, accepts, notes and ends matters, 30 commands in one batch, through gunicorn as
``run.py`` serves it. In turns with them a program sends the same commands one by one by the API:
what counts is the ratio. Bytes are those on the wire, with headers, answers packed as really sent.
Then, in one process, the change feed of one grid among 1,000 and among 50,000 matters of others.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import queue
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import bench_load
import support

DAY = 30
ROUNDS = 3
PATIENCE_S = 600  # on a busy machine the last of many phones waits long
HELD = 8
TARGET_KB = 60
TROUBLES = ("楼道灯不亮", "路面有坑", "垃圾堆满了没人清", "下水道返味", "护栏松动", "树枝压到电线")
PLACES = ("三号楼北侧", "学校门口", "菜市场旁", "公交站后面", "小区西门", "河边步道")


# --- a day of a phone --------------------------------------------------------------------------
def day_of(phone: dict[str, Any], rng: random.Random) -> list[dict[str, Any]]:
    """Thirty intentions: 10 raised, 9 accepted (2 of them held before), 3 ended here, 8 notes."""
    made: list[dict[str, Any]] = []
    last: dict[str, str] = {}
    raised = [_raise(made, last, phone, rng) for _ in range(10)]
    for subject in raised[:7]:
        _step(made, last, "", subject, "accept", {}, "reported")
    for matter in phone["matters"][:2]:
        _step(made, last, matter, "", "accept", {}, "reported", version=1)
    for subject in raised[:3]:
        fields = {"feedback": "已经当场处理好，请您看一看。", "record": "现场处理，约二十分钟。"}
        _step(made, last, "", subject, "solve_here", fields, "accepted")
    for at in range(DAY - len(made)):
        words = {"note": f"已到现场看过，{rng.choice(TROUBLES)}，明天再来一次。"}
        matter = phone["matters"][2 + at] if at < 4 else ""
        of = "" if matter else raised[at]
        _step(made, last, matter, of, "note", words, None)
    return made


def _raise(
    made: list[dict[str, Any]], last: dict[str, str], phone: dict[str, Any], rng: random.Random
) -> str:
    known = _add(
        made, "raise",
        draft={
            "type_code": "C01", "grid_code": phone["grid"], "community_code": "",
            "text": f"{rng.choice(PLACES)}{rng.choice(TROUBLES)}，已{rng.randrange(2, 9)}天(演示)",
            "lon": None, "lat": None, "address": f"(虚构){rng.choice(PLACES)}", "answers": {},
            "cases": [], "is_shareable": False, "channel": "grid_worker", "proxy_note": "",
            "language": "zh-hans", "contact": {"name": "", "phone": "", "email": ""},
        },
        minutes=rng.randrange(1, 4),
    )  # fmt: skip
    last[known] = known
    return known


def _step(
    made: list[dict[str, Any]], last: dict[str, str], matter: str, of: str, action: str,
    fields: dict[str, str], state: str | None, version: int | None = None,
) -> None:  # fmt: skip
    subject = matter or of
    last[subject] = _add(
        made, "step", matter=matter, of=of, after=last.get(subject, ""), action=action,
        fields=fields, base={"version": version, "state": state, "unit": None, "place": None},
    )  # fmt: skip


def _add(made: list[dict[str, Any]], kind: str, **more: Any) -> str:
    known = str(uuid4())
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    made.append(
        {"id": known, "seq": len(made) + 1, "made_at": at, "kind": kind, **more, "photos": []}
    )
    return known


# --- on the wire -------------------------------------------------------------------------------
class Wire(bench_load.Client):
    """A kept connection that reads the body too and counts what went over it."""

    up = down = 0

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.link.settimeout(PATIENCE_S)

    def request(
        self, method: str, path: str, *, token: str, body: bytes = b"", more: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """One request as a phone's browser sends it; its status and its JSON."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Authorization: Bearer {token}\r\nAccept-Encoding: gzip\r\nAccept-Language: zh-CN\r\n"
            f"User-Agent: Mozilla/5.0 (Linux; Android 11) Chrome/120\r\nAccept: */*\r\n{more}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        self.link.sendall(head + body)
        self.up += len(head) + len(body)
        got = self._read_head()
        told, _, content = got.partition(b"\r\n\r\n")
        named = dict(line.lower().split(b": ", 1) for line in told.split(b"\r\n")[1:])
        length = int(named.get(b"content-length", b"0"))
        while len(content) < length:
            content += self.link.recv(65536)
        self.down += len(told) + 4 + len(content)
        if named.get(b"connection") == b"close":
            self.link.close()
            self._open()
        if named.get(b"content-encoding") == b"gzip":
            content = gzip.decompress(content)
        return int(told[9:12]), json.loads(content) if content[:1] in b"{[" and content else {}

    def _read_head(self) -> bytes:
        got = b""
        while b"\r\n\r\n" not in got:
            more = self.link.recv(65536)
            if not more:
                raise ConnectionError("closed")
            got += more
        return got

    def _open(self) -> None:
        up, down = self.up, self.down
        Wire.__init__(self, self.port)
        self.up, self.down = up, down


@dataclass
class Told:
    """What one way of sending came to."""

    commands: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    up: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        return self.commands / self.seconds


def crowd(port: int, work: list[Any], connections: int, one: Any, told: Told) -> None:
    """Let so many connections do the work; count it into what is told."""
    left: queue.SimpleQueue[Any] = queue.SimpleQueue()
    for piece in work:
        left.put(piece)

    def run() -> None:
        link = Wire(port)
        while True:
            try:
                piece = left.get_nowait()
            except queue.Empty:
                break
            up, down = link.up, link.down
            one(link, piece, told)
            told.up.append(link.up - up)
            told.down.append(link.down - down)
        link.link.close()

    threads = [threading.Thread(target=run) for _ in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.seconds += time.perf_counter() - began
    told.commands += len(work) * DAY


def sync_day(link: Wire, phone: dict[str, Any], told: Told) -> None:
    """Ask whether the rules are still the same, and send the whole day in one batch."""
    body = {
        "v": 1, "phone_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "cursor": phone["cursor"], "have": phone["have"], "pack": phone["pack"],
        "commands": phone["day"],
    }  # fmt: skip
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    began = time.perf_counter()
    status, said = link.request("POST", "/field/sync/", token=phone["token"], body=content)
    told.waits.append(time.perf_counter() - began)
    if status != 200:
        told.verdicts[f"{status} {said.get('rule', '')}"] += DAY
        return
    told.verdicts.update(
        a["verdict"] if a["verdict"] == "done" else f"{a['verdict']} {a['rule']}"
        for a in said["answers"]
    )


def first_sync(link: Wire, phone: dict[str, Any], told: Told) -> None:
    """The evening before: the rules and the list of the grid."""
    token = phone["token"]
    up, down = link.up, link.down
    _, pack = link.request("GET", "/field/pack/", token=token)
    told.verdicts["pack, bytes down"] += link.down - down
    body = {"v": 1, "phone_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "cursor": "", "have": "", "pack": pack["sha"], "commands": []}  # fmt: skip
    status, said = link.request("POST", "/field/sync/", token=token, body=json.dumps(body).encode())
    assert status == 200, (status, said)
    told.waits.append(up)
    phone |= {"cursor": said["feed"]["cursor"], "have": said["feed"]["have"], "pack": said["pack"]}


def day_by_api(link: Wire, phone: dict[str, Any], told: Told) -> None:
    """The same commands of a day one by one, as a program sends them."""
    token, known = phone["token"], {}
    for made in phone["day"]:
        more = f"Idempotency-Key: {uuid4()}\r\n"
        if made["kind"] == "raise":
            path, draft = "/api/v1/matters", made["draft"]
            sent = {name: draft[name] for name in ("type_code", "text", "grid_code", "address")}
        else:
            matter = made["matter"] or known.get(made["of"], "")
            path, sent = (
                f"/api/v1/matters/{matter}/steps/{made['action']}",
                {"fields": made["fields"]},
            )
        content = json.dumps(sent, ensure_ascii=False).encode()
        began = time.perf_counter()
        status, said = link.request("POST", path, token=token, body=content, more=more)
        told.waits.append(time.perf_counter() - began)
        told.verdicts["done" if status in (200, 201) else f"{status} {said.get('rule', said)}"] += 1
        if made["kind"] == "raise":
            known[made["id"]] = said.get("matter", {}).get("id") or said.get("id", "")


# --- the run -----------------------------------------------------------------------------------
def main() -> None:
    """Open the houses, let the phones sync, and look at the feed."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--phones", type=int, default=1000)
    words.add_argument("--connections", type=int, default=16)
    words.add_argument("--only", choices=("sqlite", "postgresql"))
    words.add_argument("--quick", action="store_true", help="few phones, few matters: does it run?")
    words.add_argument("--feed", choices=("sqlite", "postgresql"), help=argparse.SUPPRESS)
    words.add_argument("--others", type=int, nargs=2, default=(1000, 50_000))
    asked = words.parse_args()
    if asked.quick:
        asked.phones, asked.others = min(asked.phones, 30), (1000, 5000)
    if asked.feed:
        print(json.dumps(feed_costs(asked.feed, *asked.others)))
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="commongrid-sync-"))
    folder.chmod(0o755)  # as root the PostgreSQL server runs as a user of its own
    try:
        for name, address in databases(folder, asked.only):
            syncing(name, folder, address, asked.phones, asked.connections)
    finally:
        subprocess.run([sys.executable, bench_load.HELPER, "stop", folder / "server"], check=False)
        shutil.rmtree(folder, ignore_errors=True)
    feeds(asked.only, asked.others)


def databases(folder: Path, only: str | None) -> Iterator[tuple[str, str]]:
    """The databases asked for, one after the other: two servers at once would share the cores."""
    if only != "postgresql":
        yield "SQLite", ""
    if only != "sqlite":
        (folder / "server").mkdir()
        started = subprocess.run(
            [sys.executable, bench_load.HELPER, "start", folder / "server"],
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        yield "PostgreSQL", started.stdout.strip().splitlines()[-1]


def syncing(name: str, folder: Path, address: str, count: int, connections: int) -> None:
    """One house: all phones sync, and in turns a program does the same one by one."""
    house = bench_load.open_house(
        name, folder, address, filling=("phones.py", str(count + 1), str(HELD))
    )
    made, rng = house.points, random.Random(11)
    phones, program = made["phones"][:count], made["program"]  # type: ignore[call-overload]
    first, synced, one_by_one = Told(), Told(), Told()
    try:
        crowd(house.port, phones, connections, first_sync, first)
        for phone in phones:
            phone["day"] = day_of(phone, rng)
        grids = [made["phones"][n] for n in range(min(len(program["grids"]), count))]  # type: ignore[call-overload]
        share = -(-len(grids) // ROUNDS)
        for at in range(ROUNDS):
            some = phones[at::ROUNDS]
            crowd(house.port, some, connections, sync_day, synced)
            same = [
                {"token": program["token"], "day": day_of({**g, "matters": g["matters"][2:]}, rng)}
                for g in grids[at * share : (at + 1) * share]
            ]
            crowd(house.port, same, connections, day_by_api, one_by_one)
        tell(name, count, connections, first, synced, one_by_one)
    finally:
        bench_load._stop(house.server)


def tell(
    name: str, count: int, connections: int, first: Told, synced: Told, one_by_one: Told
) -> None:
    """What came of one house."""
    support.title(
        f"sync on {name}: {count} phones, {DAY} commands each, {connections} connections,"
        f" one gunicorn"
    )
    lines = []
    for way, told in (("one batch a phone", synced), ("one by one by the API", one_by_one)):
        waits = sorted(told.waits)
        lines.append(
            (
                way, told.commands, told.rate, told.rate / one_by_one.rate,
                waits[len(waits) // 2] * 1e3, waits[len(waits) * 95 // 100] * 1e3,
            )
        )  # fmt: skip
    support.table(("way", "commands", "a second", "ratio", "p50 ms", "p95 ms"), lines)
    up, down = statistics.median(synced.up) / 1e3, statistics.median(synced.down) / 1e3
    most = max(u + d for u, d in zip(synced.up, synced.down, strict=True)) / 1e3
    packs = first.verdicts["pack, bytes down"] / count / 1e3
    whole = statistics.median(first.down) / 1e3 - packs
    print(
        f"  bytes of a phone a day, with headers, without photos: {up:.1f} kB up, {down:.1f} kB"
        f" down, {up + down:.1f} kB in all, at most {most:.1f} kB (target {TARGET_KB} kB)\n"
        f"  once, when it is put in service: rules and map {packs:.1f} kB, list {whole:.1f} kB\n"
        f"  answers: {dict(synced.verdicts)}; by the API: {dict(one_by_one.verdicts)}",
        flush=True,
    )


# --- the feed ----------------------------------------------------------------------------------
def feeds(only: str | None, others: tuple[int, int]) -> None:
    """The feed of one grid among few and many matters of others, on each database."""
    lines = []
    for kind in ("sqlite", "postgresql"):
        if only in (None, kind):
            words = ["--feed", kind, "--others", *map(str, others)]
            told = subprocess.run(
                [sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True, check=True
            )
            lines += json.loads(told.stdout.strip().splitlines()[-1])
    support.title(f"feed of one grid, with {others[0]:,} and {others[1]:,} matters in other grids")
    support.table(
        ("database: feed", "cards", "SQL", "read, few", "read, many", "ratio",
         "ms, few", "ms, many", "ratio"),
        lines,
    )  # fmt: skip


def feed_costs(kind: str, few: int, many: int) -> list[tuple[object, ...]]:
    """Statements, what the database read and milliseconds, for few and for many."""
    name = support.start_house(postgres=kind == "postgresql")
    import township

    town, rng = township.open_township(), random.Random(5)
    samples = township.walk_samples(town, rng)
    phone, own = _own_grid(town)
    elsewhere = [grid for grid in town.grids if grid != own]
    town = township.Township(town.staff, tuple(elsewhere), town.points)
    seen: list[dict[str, tuple[float, ...]]] = []
    for size in (few, many):
        township.grow_to(size, samples, town, rng)
        seen.append(_feed_now(phone))
    return [
        (
            f"{name}: {which}", int(seen[1][which][0]), int(seen[1][which][1]),
            seen[0][which][2], seen[1][which][2], seen[1][which][2] / seen[0][which][2],
            seen[0][which][3] * 1e3, seen[1][which][3] * 1e3,
            seen[1][which][3] / seen[0][which][3],
        )
        for which in seen[0]
    ]  # fmt: skip


def _own_grid(town: Any) -> tuple[Any, str]:
    """A phone of one worker in one grid with 40 open matters."""
    import township

    from commongrid.charter.matter import PUBLIC, Actor, Hat
    from commongrid.rooms.fieldwork import face as fieldwork
    from commongrid.rooms.matters import face as matters
    from commongrid.rooms.places import face as places

    own = town.grids[0]
    path = places.get_place(own).path
    for number in range(40):
        matters.raise_matter(
            actor=PUBLIC, at=township.AT, command_id=uuid4(),
            draft=matters.Draft(type_code="A01", text=f"第 {number} 件", grid_code=own),
        )  # fmt: skip
    actor = Actor(key="staff:1", hats=(Hat("grid_worker", path, "community"),))
    phone = fieldwork.PhoneCard(
        id=1, account_id=1, label="bench", state=fieldwork.PhoneState.IN_SERVICE,
        ended_until=None, actor=actor, paths=(path,),
    )  # fmt: skip
    return phone, own


def _feed_now(phone: Any) -> dict[str, tuple[float, ...]]:
    """The whole feed, the feed without a change, and one with a single change."""
    import township

    from commongrid.doors.field.feeding import feed_for

    at = township.AT
    whole = feed_for(phone, cursor="", have="", at=at)
    cursor, have = whole["cursor"], whole["have"]
    ways = {
        "all of it": lambda: feed_for(phone, cursor="", have="", at=at),
        "nothing changed": lambda: feed_for(phone, cursor=cursor, have=have, at=at),
        "one changed": lambda: feed_for(phone, cursor=cursor, have=have[:-20] + "A" * 20, at=at),
    }
    return {
        name: (
            len(way()["matters"]),
            support.statements(way),
            reading(way),
            support.least(way, number=5),
        )
        for name, way in ways.items()
    }


def reading(work: Any) -> float:
    """How much the database did: steps of SQLite's machine, pages that PostgreSQL touched."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return _machine_steps(work)
    with support.counting() as seen, connection.execute_wrapper(_noting(told := [])):
        work()
    assert len(seen)
    with connection.cursor() as cursor:
        pages = 0
        for sql, params in told:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            (plan,) = cursor.fetchone()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            pages += plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
    return float(pages)


def _noting(told: list[tuple[str, Any]]) -> Any:
    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith("SELECT"):
            told.append((sql, params))
        return execute(sql, params, many, context)

    return note


def _machine_steps(work: Any) -> float:
    from django.db import connection

    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 10
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 10)
    with contextlib.suppress(KeyboardInterrupt):
        work()
    connection.connection.set_progress_handler(None, 0)
    return float(steps)


if __name__ == "__main__":
    main()
