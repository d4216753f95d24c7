"""kill -9 of the whole server while people use its doors: nothing acknowledged is lost, nothing is
done twice, the ledger is whole. On SQLite and on PostgreSQL.

``SOAK_SERVER_KILLS=200 python3 run.py soak tests/soak/soak_server_kills.py`` kills as often, on
each database; ``-k sqlite`` chooses one.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from typing import Any

import pytest
import requests

from tests.soak import marks
from tests.soak.served import BrokenError, Officer, Person, Program, Resident, Server

pytestmark = [pytest.mark.soak, pytest.mark.real_clock]
KILLS = int(os.environ.get("SOAK_SERVER_KILLS", "20"))
LONGEST_S = float(os.environ.get("SOAK_SERVER_S", "inf"))  # then it ends and says how many
MOST_DONE = 15  # a kill comes after one to so many commands were acknowledged in this run,
INSTANT_S = 0.3  # at any instant of so long a time
LONGEST_LIFE_S = 20.0
RESIDENTS, PROGRAMS = 3, 3
WHOLE_EVERY = 25  # kills; a whole reading of the ledger takes longer each time


def test_kills_of_the_server_lose_nothing_and_repeat_nothing(served_house, told):
    rng = random.Random()
    server = Server(served_house)
    key = served_house.ask("session", "town-desk").strip().splitlines()[-1]
    people: list[Person] = [Resident(server.address, rng) for _ in range(RESIDENTS)]
    people.append(Officer(server.address, rng, key))
    token = served_house.ask("key").strip().splitlines()[-1]
    people += [Program(server.address, rng, token) for _ in range(PROGRAMS)]
    watcher = served_house.start("watch")
    assert watcher.stdout.readline() == "ready\n"
    cut_off = kills = 0
    done: list[int] = []
    open_at: Counter[int] = Counter()
    kills_in: Counter[int] = Counter()
    until = time.monotonic() + LONGEST_S
    try:
        for kill in range(KILLS):
            if time.monotonic() > until:
                break
            kills += 1
            done.append(one_run(server, people, rng))
            seen_open = marks.taken(served_house.marks)
            open_at += seen_open
            kills_in.update(seen_open.keys())
            kills_in[0] += bool(seen_open)
            cut_off += sum(person.pending is not None for person in people)
            is_whole = kill % WHOLE_EVERY == WHOLE_EVERY - 1
            seen = look(watcher, people, is_whole=is_whole)
            assert faults_of(seen) == [], f"after kill {kill + 1}"
            if is_whole:
                told(f"{kills} kills, {seen['acts']} acts, {cut_off} cut off, ledger whole")
                told(in_words(kills_in, open_at))
        server.start()
        for person in people:
            person.go_on()
        server.kill()
        seen = look(watcher, people, is_whole=True)
    finally:
        server.close()
    assert faults_of(seen) == []
    sent = [command for person in people for command in person.commands]
    assert all(command.answered for command in sent)
    assert seen["acts"] == len(sent), "each command did one act"
    assert cut_off, "no kill met a command"
    assert kills_in[0], "no kill met an open transaction"
    again = sum(command.sent > 1 for command in sent)
    told(
        f"{kills} kills of the server: {len(sent)} commands through the doors, {cut_off} cut off,"
        f" {again} sent again; {seen['acts']} acts, none lost, none twice, ledger whole"
    )
    told(f"acknowledged before its kill: {sum(done)} in all, {min(done)} to {max(done)} in a run")
    told(in_words(kills_in, open_at))


def in_words(kills: Counter[int], open_at: Counter[int]) -> str:
    """What the kills met."""
    return (
        f"kills that met an open transaction: {kills[0]}; one whose act was written and not"
        f" committed: {kills[marks.ACT_WRITTEN]}; one in its commit: {kills[marks.COMMITTING]}"
        f" ({open_at.total()} transactions open in all)"
    )


def faults_of(seen: dict[str, Any]) -> list[str]:
    """Commands that are lost or that nobody sent, and everything that is not whole."""
    return [*seen["lost"], *seen["unasked"], *seen["wrong"]]


def one_run(server: Server, people: list[Person], rng: random.Random) -> int:
    """Start, let everybody send again what was cut off and go on, and kill in the midst of it.

    Returns how many commands were acknowledged in this run.
    """
    server.start()
    stop = threading.Event()
    faults: list[BaseException] = []
    threads = [threading.Thread(target=load, args=(p, stop, faults)) for p in people]
    for thread in threads:
        thread.start()
    before, wanted = acknowledged(people), rng.randint(1, MOST_DONE)
    until = time.monotonic() + LONGEST_LIFE_S
    while acknowledged(people) - before < wanted and time.monotonic() < until and not faults:
        time.sleep(0.01)
    time.sleep(rng.uniform(0, INSTANT_S))
    server.kill()
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults, faults[0]
    done = acknowledged(people) - before
    assert done, "nothing was acknowledged in this run"
    return done


def acknowledged(people: list[Person]) -> int:
    """How many commands were acknowledged to all of them."""
    return sum(command.answered for person in people for command in person.commands)


def load(person: Person, stop: threading.Event, faults: list[BaseException]) -> None:
    """Use the doors until the server is gone."""
    try:
        person.go_on()
        while not stop.is_set():
            person.live()
    except (requests.RequestException, BrokenError):
        return
    except BaseException as error:  # noqa: BLE001 - told by the test, not by the thread
        faults.append(error)


def look(watcher: Any, people: list[Person], *, is_whole: bool) -> dict[str, Any]:
    """What the ledger holds against what people sent and were told."""
    sent = [(c.kind, c.id, c.answered) for person in people for c in person.commands]
    watcher.stdin.write(json.dumps({"commands": sent, "whole": is_whole}) + "\n")
    watcher.stdin.flush()
    answer: dict[str, Any] = json.loads(watcher.stdout.readline())
    return answer
