"""The database goes and comes back, a lock stays long, clients are slow, the clock jumps.

Each time: a clear answer instead of a crash, nothing acknowledged lost, nothing done twice, and
the server goes on by itself when the fault is over.
"""

from __future__ import annotations

import json
import random
import socket
import sqlite3
import threading
import time
from contextlib import closing, suppress

import pytest
import requests

from tests.soak.served import WORDS_EACH, BrokenError, Resident, Server
from tests.soak.soak_server_kills import faults_of, look

pytestmark = [pytest.mark.soak, pytest.mark.real_clock]
BACK_S = 40  # within which the server must have found the database again
SLOW_CLIENTS = 24  # three times as many as there are threads


@pytest.fixture
def served(served_house):
    server = Server(served_house)
    server.start()
    yield server
    server.close()


def ready(server: Server) -> dict:
    return requests.get(f"{server.address}/-/ready", timeout=60).json()["parts"]


def checked(served_house, people) -> dict:
    watcher = served_house.start("watch")
    assert watcher.stdout.readline() == "ready\n"
    seen = look(watcher, people, is_whole=True)
    assert faults_of(seen) == []
    return seen


@pytest.mark.parametrize("served_house", ["postgresql"], indirect=True)
def test_the_database_is_away_and_comes_back(served_house, served, postgres, told):
    person = Resident(served.address, random.Random(1))
    person.to_check()
    postgres.stop()
    began = time.monotonic()
    with pytest.raises(BrokenError) as seen:
        person.get("/report/check/")
    waited = time.monotonic() - began
    page = seen.value.answer
    assert (page.status_code, page.headers["Retry-After"]) == (503, "15")
    assert "暂时无法办理" in page.text
    assert "We cannot answer just now" in page.text
    assert ready(served)["database"] == "away"
    assert requests.get(f"{served.address}/-/health", timeout=10).ok
    postgres.start()
    began = time.monotonic()
    while True:
        try:
            person.send()
            break
        except BrokenError:
            assert time.monotonic() - began < BACK_S, "the server did not find it again"
            time.sleep(0.2)
    back = time.monotonic() - began
    seen = checked(served_house, [person])
    assert seen["acts"] == 1
    told(f"database away: 503 after {waited:.1f} s, sent {back:.1f} s after it was back, one act")


@pytest.mark.parametrize("served_house", ["postgresql"], indirect=True)
def test_the_database_goes_in_the_midst_of_commands(served_house, served, postgres, told):
    """What was cut off is sent again from the page that says so, with the same command number."""
    people = [Resident(served.address, random.Random(n)) for n in range(3)]
    stop = threading.Event()
    refused = []

    def load(person):
        while not stop.is_set():
            try:
                person.go_on()
                person.live()
            except BrokenError as broken:
                refused.append(broken.answer)
                time.sleep(0.2)

    threads = [threading.Thread(target=load, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(4)
        postgres.stop()
        time.sleep(2)
        postgres.start()
    time.sleep(10)
    stop.set()
    for thread in threads:
        thread.join()
    for person in people:
        person.go_on()
    assert refused
    assert {answer.status_code for answer in refused} == {503}
    seen = checked(served_house, people)
    sent = [command for person in people for command in person.commands]
    assert seen["acts"] == len(sent)
    told(
        f"database twice away under load: {len(refused)} answers of 503, {len(sent)} commands,"
        " none lost or twice"
    )


@pytest.mark.parametrize("served_house", ["sqlite"], indirect=True)
def test_a_lock_that_stays_long(served_house, served, told):
    person = Resident(served.address, random.Random(1))
    person.to_check()
    with closing(sqlite3.connect(served_house.folder / "commongrid.sqlite3")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(BrokenError) as seen:
            person.send()
        waited = time.monotonic() - began
        assert seen.value.answer.status_code == 503
        assert 'name="command_id"' in seen.value.answer.text, "the page holds the form"
        assert "再发送一次" in seen.value.answer.text
        other.execute("ROLLBACK")
    person.go_on()
    seen = checked(served_house, [person])
    assert seen["acts"] == 1
    told(f"locked for long: 503 after {waited:.0f} s with the form to send again, then one act")


HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    b"POST /places/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken=aaaaaaaa\r\n\r\n"
)


@pytest.mark.parametrize("begin", [HEAD, BODY], ids=["header", "body"])
@pytest.mark.parametrize("served_house", ["sqlite"], indirect=True)
def test_slow_clients_do_not_take_all_threads(served, begin, told):
    """Many clients that send a byte now and then; another does its work among them."""
    slow = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(SLOW_CLIENTS)]
    stop = threading.Event()

    def drip():
        while not stop.is_set():
            for sock in slow:
                with suppress(OSError):
                    sock.sendall(b"X")
            stop.wait(0.5)

    for sock in slow:
        sock.sendall(begin)
    dripping = threading.Thread(target=drip)
    dripping.start()
    person, began = Resident(served.address, random.Random(1)), time.monotonic()
    try:
        for _ in range(10):
            person.live()
    finally:
        stop.set()
        dripping.join()
        for sock in slow:
            sock.close()
    took = time.monotonic() - began
    assert len(person.commands) == 1 + WORDS_EACH
    told(f"{SLOW_CLIENTS} slow clients on 8 threads: another does 4 commands in {took:.1f} s")


@pytest.mark.parametrize("served_house", ["sqlite"], indirect=True)
def test_a_photo_over_a_bad_line_still_comes(served_house, served):
    """Slow is not gone: a body that comes in pieces is waited for."""
    body = b"a=" + b"x" * 20
    with socket.create_connection(("127.0.0.1", served.port)) as sock:
        head = f"POST /places/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        cookie = f"Cookie: csrftoken={'a' * 32}\r\n\r\n"  # or it is refused before it is read
        sock.sendall((head + kind + cookie).encode())
        for byte in body:
            sock.sendall(bytes([byte]))
            time.sleep(0.6)  # longer in all than the headers may take
        assert b" 403 " in sock.recv(4096).split(b"\r\n")[0]  # no token in it: our page, no cut


@pytest.mark.parametrize("served_house", ["sqlite", "postgresql"], indirect=True)
def test_the_clock_jumps(served_house, told):
    """A day back, an hour on: commands go on, the ledger stays whole, time runs on by itself."""
    people = []
    for jump_s in (0, -24 * 3600, 3600, 0):
        served_house.more = {"SOAK_CLOCK_S": str(jump_s)}
        server = Server(served_house)
        server.start()
        try:
            person = Resident(server.address, random.Random(jump_s))
            people.append(person)
            for _ in range(8):
                person.live()
        finally:
            server.close()
        json.loads(served_house.ask("check"))
    served_house.more = {}
    seen = checked(served_house, people)
    assert seen["acts"] == sum(len(person.commands) for person in people)
    served_house.manage("tick")
    checked(served_house, people)
    told(f"clock jumps of a day back and an hour on: {seen['acts']} acts, ledger whole")
