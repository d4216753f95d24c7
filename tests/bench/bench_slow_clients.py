"""Slow clients: what is left for others when many send, or take, a byte a second.

``bench_slow_clients.py [--workers gthread,...] [--slow 0,24,100] [--rounds 3] [--seconds 4]``

One house on SQLite for each kind of worker of gunicorn, all served at once as ``run.py`` serves
but for that. Within a round each is measured in turns under the same slow clients: slow in their
headers, in their body, in taking a large answer. The others read a page, then raise matters.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import bench_load
import support

KINDS = ("header", "body", "answer")
PAGES = {"read": "/", "raise": "/bench/raise"}
DRIP_S = 1.0
BEGUN_S = 2.0  # until all slow clients are there
GIVES_UP_S = 30.0
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /places/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken=aaaaaaaa\r\n\r\n"
)
ANSWER = b"GET /bench/large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Slow:
    """Clients that are slow in one way; who is cut off comes again."""

    def __init__(self, port: int, count: int, kind: str) -> None:
        self.port, self.kind = port, kind
        self.stop = threading.Event()
        self.links: list[socket.socket | None] = [None] * count
        self.cut_off = 0
        self.thread = threading.Thread(target=self.drip)

    def __enter__(self) -> Slow:
        self.thread.start()
        time.sleep(BEGUN_S if self.links else 0)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()
        for link in self.links:
            if link is not None:
                link.close()

    def drip(self) -> None:
        """One byte each, again and again."""
        while not self.stop.is_set():
            for number, link in enumerate(self.links):
                self.links[number] = self.one(link)
            self.stop.wait(DRIP_S)

    def one(self, link: socket.socket | None) -> socket.socket | None:
        """One byte on one connection; a new one where there is none."""
        try:
            if link is None:
                link = socket.socket()
                link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                link.settimeout(1)
                link.connect(("127.0.0.1", self.port))
                link.sendall({"header": HEAD, "body": BODY, "answer": ANSWER}[self.kind])
            elif self.kind == "answer":
                link.settimeout(0.001)
                if not link.recv(1):
                    raise ConnectionResetError
            else:
                link.sendall(b"x")
        except TimeoutError:
            return link
        except OSError:
            self.cut_off += 1
            if link is not None:
                link.close()
            return None
        return link


def load(house: bench_load.House, where: str, clients: int, seconds: float) -> list[float]:
    """How long each answer took; a client that is still waiting at the end says how long."""
    waits: list[float] = []
    until = time.perf_counter() + seconds

    def work(seed: int) -> None:
        rng, link = random.Random(seed), None
        while time.perf_counter() < until:
            began = time.perf_counter()
            try:
                link = link or bench_load.Client(house.port)
                link.link.settimeout(GIVES_UP_S)
                status, _ = link.ask(asked(house, where, rng))
                house.failed += status not in {200, 201}
            except OSError:
                house.failed += 1
                link = None
            waits.append(time.perf_counter() - began)

    crowd = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return waits


def asked(house: bench_load.House, where: str, rng: random.Random) -> bytes:
    """A request as its bytes."""
    if where == "/bench/raise":
        return bench_load.post(house, where, rng)
    return f"GET {where} HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n\r\n".encode()


def main() -> None:
    """Open a house for each worker, measure in turns, print what came of it."""
    import run

    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--workers", default=f"gthread,{run.WORKER_CLASS}")
    words.add_argument("--slow", default="0,24,100")
    words.add_argument("--kinds", default=",".join(KINDS))
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--seconds", type=float, default=4)
    words.add_argument("--clients", type=int, default=4)
    given = words.parse_args()
    took: dict[tuple[str, ...], list[float]] = {}
    rates: dict[tuple[str, ...], list[float]] = {}
    with houses(given.workers.split(",")) as opened:
        for house in opened:
            for where in PAGES.values():
                load(house, where, given.clients, 1)  # warm
            house.failed = 0
        for _ in range(given.rounds):
            for case in cases(given.slow, given.kinds):
                for house in opened:
                    with Slow(house.port, int(case[0]), case[1]):
                        for page, where in PAGES.items():
                            began = time.perf_counter()
                            waits = load(house, where, given.clients, given.seconds)
                            key = (case[0], case[1], page, house.name)
                            took.setdefault(key, []).extend(waits)
                            rate = len(waits) / (time.perf_counter() - began)
                            rates.setdefault(key, []).append(rate)
    tell(took, rates, given)
    for house in opened:
        print(f"  {house.name}: {house.failed} requests failed or waited {GIVES_UP_S:.0f} s")


def cases(slow: str, kinds: str) -> Iterator[tuple[str, str]]:
    """How many slow clients, slow in what; none is one case."""
    for count in slow.split(","):
        yield from ((count, kind) for kind in (kinds.split(",") if int(count) else ("-",)))


def tell(took: dict, rates: dict, given: argparse.Namespace) -> None:
    """One line for each case and worker; the ratio is to the first worker in the same case."""
    support.title(
        f"slow clients and {given.clients} others, {given.rounds} rounds of {given.seconds:g} s"
    )
    first = given.workers.split(",")[0]
    lines = []
    for key, waits in sorted(took.items(), key=lambda each: (each[0][2], int(each[0][0]), each[0])):
        waits.sort()
        base = rates[(*key[:3], first)]
        ratios = [rate / one for rate, one in zip(rates[key], base, strict=True)]
        lines.append((
            key[0], key[1], key[2], key[3].rsplit(".", 2)[-2] if "." in key[3] else key[3],
            statistics.median(rates[key]), f"{statistics.median(ratios):.2f}",
            waits[len(waits) // 2] * 1e3, waits[len(waits) * 95 // 100] * 1e3, waits[-1] * 1e3,
        ))  # fmt: skip
    names = ("slow", "in", "page", "worker", "a second", "of the first", "p50 ms", "p95 ms", "max")
    support.table(names, lines)


@contextlib.contextmanager
def houses(workers: list[str]) -> Iterator[list[bench_load.House]]:
    """A house for each kind of worker, in a folder that goes away with them."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="commongrid-slow-"))
    opened: list[bench_load.House] = []
    try:
        for worker in workers:
            opened.append(bench_load.open_house(worker, folder, "", worker=worker))
        yield opened
    finally:
        for house in opened:
            bench_load._stop(house.server)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
