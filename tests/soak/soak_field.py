"""Phones without signal at length: thousands of random histories through every fault there is, and
kill -9 of a real server while phones sync. On SQLite and on PostgreSQL.

``SOAK_FIELD=5000 python3 run.py soak tests/soak/soak_field.py`` plays as many on each database;
``SOAK_FIELD_ONLY=sqlite`` on one. ``SOAK_FIELD_KILLS=200`` kills as often. A history is
some fifteen requests through the whole of the server: half a second of one core.
"""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from PIL import Image

from tests.soak import marks
from tests.soak.conftest import ROOT
from tests.soak.served import Server
from tests.support.phone import LostError, Phone

pytestmark = [pytest.mark.soak, pytest.mark.real_clock]
HISTORIES = int(os.environ.get("SOAK_FIELD", "2100"))  # on each database
DATABASES = os.environ.get("SOAK_FIELD_ONLY", "sqlite,postgresql").split(",")
PROPERTY = "tests/doors/field/test_histories.py"
KILLS = int(os.environ.get("SOAK_FIELD_KILLS", "20"))
PHONES = 6
MOST_DONE, INSTANT_S, LONGEST_LIFE_S = 20, 0.3, 20.0
WHOLE_EVERY = 10
BUSY = frozenset({429, 500, 502, 503})


def test_histories_of_phones(request, tmp_path, told):
    """Both databases at once, a process each: a history is one process's work from end to end."""
    began, running = time.monotonic(), {}
    for database in DATABASES:
        env = {**os.environ, "FIELD_HISTORIES": str(HISTORIES)}
        env["FIELD_TOLD"] = str(tmp_path / database)
        env.pop("DATABASE_URL", None)
        if database == "postgresql":
            env["DATABASE_URL"] = request.getfixturevalue("postgres").start()
        words = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--show-capture=no")
        with (tmp_path / f"{database}.txt").open("w") as said:
            running[database] = subprocess.Popen(
                [sys.executable, "-m", "pytest", PROPERTY, *words, "-k", "no_history_loses"],
                env=env, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT,
            )  # fmt: skip
    ended = {database: child.wait() for database, child in running.items()}
    for database, code in ended.items():
        assert code == 0, (tmp_path / f"{database}.txt").read_text(encoding="utf-8")[-6000:]
        counts = Counter(json.loads((tmp_path / database).read_text(encoding="utf-8")))
        assert counts["histories"] >= HISTORIES
        told(f"{database}: {counts['histories']} histories, {in_words(counts)}")
    took = time.monotonic() - began
    told(f"{len(ended) * HISTORIES / took:.1f} histories a second in all")


def in_words(counts: Mapping[str, int]) -> str:
    """What happened, the rules last."""
    plain = {name: n for name, n in counts.items() if not name.startswith("rule: ")}
    rules = {name: n for name, n in counts.items() if name.startswith("rule: ")}
    return "; ".join(f"{name} {n}" for part in (plain, rules) for name, n in sorted(part.items()))


# --- a real server, killed ---------------------------------------------------------------------
@dataclass
class HttpLine:
    """The way to a server that may be gone at any moment."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)

    def send(
        self, method: str, path: str, *, token: str, content: bytes, kind: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request. Raises: LostError."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        try:
            said = self.session.request(
                method, self.address + path, data=content, headers=headers, timeout=60
            )
        except requests.RequestException as error:
            raise LostError from error
        if said.status_code in BUSY:
            raise LostError
        plain = {k: v for k, v in said.headers.items() if k.lower() != "content-encoding"}
        return said.status_code, plain, said.content


class Walker:
    """A phone whose holder raises, accepts, solves and notes without end."""

    def __init__(self, number: int, token: str, grid: str, address: str) -> None:
        self.rng, self.number, self.grid = random.Random(number), number, grid
        line = HttpLine(address)
        line.session.trust_env = False
        self.phone = Phone(token, line, lambda: datetime.now(UTC), name=f"phone {number}")
        self.marks: dict[str, str] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        self.ever: dict[str, str] = {}

    def live(self) -> None:
        """Some taps, and then a sync."""
        for _ in range(self.rng.randrange(1, 5)):
            self.tap()
        self.speak()

    def tap(self) -> None:
        """Raise, or go on with something that was raised here."""
        mark = f"{self.number}-{len(self.marks)}"
        own = [k for k, made in self.phone.outbox.items() if made["kind"] == "raise"]
        subjects = [*own, *self.phone.cards]
        if not subjects or self.rng.random() < 0.4:
            known = self.phone.raise_matter(
                "A01", f"门口堆满了 [{mark}]", self.picture(mark, 0.3), grid_code=self.grid
            )
        else:
            action = self.rng.choice(("accept", "note", "solve_here", "note"))
            name = "feedback" if action == "solve_here" else "note"
            photos = self.picture(mark, 1.0) if action == "solve_here" else []
            fields = {name: f"[{mark}]"}
            known = self.phone.step(self.rng.choice(subjects), action, fields, photos)
        self.marks[known] = mark

    def picture(self, mark: str, share: float) -> list[tuple[bytes, str]]:
        """Now and then a picture whose size no other one has."""
        if self.rng.random() >= share:
            return []
        number = len(self.sizes)
        size = (16 + self.number * 40 + number % 40, 16 + number // 40)
        self.sizes[mark] = size
        out = io.BytesIO()
        Image.new("RGB", size, (90, 120, 80)).save(out, "JPEG")
        return [(out.getvalue(), "evidence" if share == 1.0 else "report")]

    def speak(self) -> None:
        """Sync, send pictures in pieces, and remember every final verdict."""
        reply = self.phone.sync()
        assert reply.status == 200, (reply.status, reply.body)
        self.remember()
        for file in list(self.phone.wanted()):
            self.phone.upload(file, 400)

    def remember(self) -> None:
        """Hold what was acknowledged against what was acknowledged before."""
        for known, answer in self.phone.answered.items():
            verdict = "done" if answer["verdict"] == "already" else answer["verdict"]
            assert self.ever.setdefault(known, verdict) == verdict

    def meant(self) -> list[list[Any]]:
        """For the house's side: what was meant, and what this phone was told."""
        hanging = {file.command for file in self.phone.files.values() if file.is_attached}
        return [
            [
                self.number, made["seq"], made["kind"], self.marks[known],
                self.ever.get(known, ""),
                [self.sizes[self.marks[known]]] if known in hanging else [],
            ]
            for known, made in self.phone.made.items()
            if known in self.marks
        ]  # fmt: skip

    @property
    def acknowledged(self) -> int:
        return len(self.ever)


def test_kills_of_the_server_while_phones_sync(served_house, told):
    rng, server = random.Random(), Server(served_house)
    opened = _side(served_house, "open", str(PHONES)).communicate()[0].split("\n")
    walkers = [Walker(n, *line.split(), server.address) for n, line in enumerate(opened) if line]
    assert len(walkers) == PHONES
    watcher = _side(served_house, "look")
    assert watcher.stdout.readline() == "ready\n"
    unsent = 0
    open_at: Counter[int] = Counter()
    try:
        for kill in range(KILLS):
            one_run(server, walkers, rng)
            open_at += marks.taken(served_house.marks)
            unsent += sum(len(walker.phone.outbox) for walker in walkers)
            is_whole = kill % WHOLE_EVERY == WHOLE_EVERY - 1
            assert look(watcher, walkers, is_whole=is_whole) == [], f"after kill {kill + 1}"
        server.start()
        for walker in walkers:
            walker.phone.settle()
            walker.remember()
            assert walker.phone.outbox == {}
            assert_copy_is_whole(walker.phone)
        server.kill()
        assert look(watcher, walkers, is_whole=True) == []
    finally:
        server.close()
        watcher.kill()
        watcher.communicate()
    made, final = sum(len(w.phone.made) for w in walkers), Counter()
    for walker in walkers:
        final.update(walker.ever.values())
    assert sum(final.values()) == made
    told(
        f"{KILLS} kills while {PHONES} phones synced: {made} intentions, {dict(final)},"
        f" {unsent} unsent at a kill; kills met {open_at.total()} open transactions,"
        f" {open_at[marks.ACT_WRITTEN]} with an act written, {open_at[marks.COMMITTING]}"
        " in their commit; nothing lost, nothing twice, every copy whole"
    )


def _side(house: Any, *words: str) -> Any:
    """A process on the house's side."""
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "soak" / "field_worker.py"), *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=house.env,
    )  # fmt: skip
    house.children.append(child)
    return child


def look(watcher: Any, walkers: list[Walker], *, is_whole: bool) -> list[str]:
    """What is kept against what was meant and told."""
    meant = [row for walker in walkers for row in walker.meant()]
    watcher.stdin.write(json.dumps({"meant": meant, "whole": is_whole}) + "\n")
    watcher.stdin.flush()
    return list(json.loads(watcher.stdout.readline()))


def one_run(server: Server, walkers: list[Walker], rng: random.Random) -> None:
    """Start, let all phones speak, and kill in the midst of it."""
    server.start()
    stop, faults = threading.Event(), []
    threads = [threading.Thread(target=load, args=(w, stop, faults)) for w in walkers]
    before, wanted = sum(w.acknowledged for w in walkers), rng.randint(1, MOST_DONE)
    for thread in threads:
        thread.start()
    until = time.monotonic() + LONGEST_LIFE_S
    while time.monotonic() < until and not faults:
        if sum(w.acknowledged for w in walkers) - before >= wanted:
            break
        time.sleep(0.01)
    time.sleep(rng.uniform(0, INSTANT_S))
    server.kill()
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults, faults[0]


def load(walker: Walker, stop: threading.Event, faults: list[BaseException]) -> None:
    """Speak until the server is gone."""
    try:
        while not stop.is_set():
            walker.live()
    except LostError:
        return
    except BaseException as error:  # noqa: BLE001 - told by the test, not by the thread
        faults.append(error)


def assert_copy_is_whole(phone: Phone) -> None:
    """What a phone has is what the house would give it whole."""
    body = {**phone.body([]), "cursor": "", "have": ""}
    reply = phone.ask("POST", "/field/sync/", json.dumps(body).encode())
    assert phone.cards == {card["id"]: card for card in reply.body["feed"]["matters"]}
