"""Load through a real server: raising beside the least page that writes, on both databases.

``bench_load.py [--rounds 5] [--seconds 3] [--clients 4] [--only sqlite|postgresql]``

Two houses run at once, one on SQLite and one on PostgreSQL, each served as ``run.py`` serves
(gunicorn, two workers of four threads). Clients keep their connections open and send the next
request when the answer is there. All pages are measured in turns within each round, so that
whatever else the machine does falls on all of them. What counts is the ratio: of all answers, and
beside it the median of the rounds and how far they lie apart.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import support

BENCH = Path(__file__).resolve().parent
HELPER = support.ROOT / "tests" / "support" / "postgres.py"
START_WAIT_S = 60


# --- a house with a server ---------------------------------------------------------------------
@dataclass(slots=True)
class House:
    """One served house."""

    name: str
    port: int
    server: subprocess.Popen[bytes]
    points: list[tuple[float, float]]
    rates: dict[str, list[float]] = field(default_factory=dict)
    waits: dict[str, list[float]] = field(default_factory=dict)
    failed: int = 0


def open_house(
    name: str,
    folder: Path,
    address: str,
    *,
    worker: str = "",
    filling: tuple[str, ...] = ("township.py",),
) -> House:
    """Prepare a township without matters, or what another script of ``served`` makes; serve it."""
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {
        "COMMONGRID_HOME": str(folder / name),
        "DJANGO_SETTINGS_MODULE": "served.settings",
        "PYTHONPATH": os.pathsep.join((str(BENCH), str(support.ROOT), str(support.ROOT / "src"))),
        "COMMONGRID_LOG_LEVEL": "ERROR",
    }
    if address:
        env["DATABASE_URL"] = address
    subprocess.run(
        [sys.executable, "-m", "commongrid", "prepare", "--no-seed", "--quiet"],
        env=env, cwd=support.ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    told = subprocess.run(
        [sys.executable, BENCH / "served" / filling[0], *filling[1:]],
        env=env, cwd=support.ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    port = _free_port()
    server = subprocess.Popen(
        _gunicorn(port, worker), env=env, cwd=support.ROOT, start_new_session=True
    )
    atexit.register(_stop, server)
    _wait_for(port, server)
    return House(name, port, server, json.loads(told.stdout.strip().splitlines()[-1]))


def _gunicorn(port: int, worker: str) -> list[str]:
    """The server as run.py starts it, or with another kind of worker."""
    import run

    command = [sys.executable, "-m", "gunicorn", "commongrid.site.wsgi:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command += ["--worker-class", worker or run.WORKER_CLASS]
    command += ["--workers", str(run.WORKERS), "--threads", str(run.THREADS)]
    command += ["--no-control-socket", "--logger-class", "commongrid.site.access_log.AccessLog"]
    return command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WAIT_S
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/-/health", timeout=5)
            return
        time.sleep(0.2)
    raise SystemExit("the server did not start")


def _stop(server: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(timeout=20)


# --- clients -----------------------------------------------------------------------------------
class Client:
    """One kept connection that speaks just enough HTTP to cost the machine little."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.link = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request, return status and head of the answer; the body is read and dropped."""
        self.link.sendall(request)
        got = b""
        while b"\r\n\r\n" not in got:
            more = self.link.recv(65536)
            if not more:
                raise ConnectionError("closed")
            got += more
        head, _, body = got.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        missing = (int(length[1]) if length else 0) - len(body)
        while missing > 0:
            missing -= len(self.link.recv(65536))
        if b"Connection: close" in head:
            self.link.close()
            self.__init__(self.port)  # type: ignore[misc]
        return int(head[9:12]), head


def post(house: House, where: str, rng: random.Random) -> bytes:
    """The same body for every page that writes: a matter as a program tells it."""
    lon, lat = rng.choice(house.points)
    body = json.dumps(
        {
            "type": "A01",
            "text": f"小区西门垃圾堆满了没人清,已经{rng.randrange(2, 9)}天了。(演示)",
            "lon": lon, "lat": lat, "address": "(虚构地址)",
            "name": "演示居民(虚构)", "phone": "000-0000-0000",
        },
        ensure_ascii=False,
    ).encode()  # fmt: skip
    head = (
        f"POST {where} HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def load(house: House, where: str, *, clients: int, seconds: float) -> tuple[float, list[float]]:
    """Answers a second, and how long each took in seconds."""
    waits: list[list[float]] = [[] for _ in range(clients)]
    until = time.perf_counter() + seconds

    def work(mine: list[float], seed: int) -> None:
        rng, link = random.Random(seed), Client(house.port)
        while time.perf_counter() < until:
            request = post(house, where, rng)
            began = time.perf_counter()
            status, _ = link.ask(request)
            mine.append(time.perf_counter() - began)
            house.failed += status != 201
        link.link.close()

    crowd = [threading.Thread(target=work, args=(w, n)) for n, w in enumerate(waits)]
    began = time.perf_counter()
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    took = [wait for mine in waits for wait in mine]
    return len(took) / (time.perf_counter() - began), took


# --- the run -----------------------------------------------------------------------------------
PAGES = {"one insert": "/bench/insert", "raise": "/bench/raise"}


def main() -> None:
    """Open both houses, load them in turns, print what came of it."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--seconds", type=float, default=3)
    words.add_argument("--clients", type=int, default=4)
    words.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = words.parse_args()
    with houses(asked.only) as opened:
        for house in opened:
            for where in PAGES.values():
                load(house, where, clients=asked.clients, seconds=1)  # warm
        for _ in range(asked.rounds):
            for name, where in PAGES.items():
                for house in opened:
                    rate, waits = load(house, where, clients=asked.clients, seconds=asked.seconds)
                    house.rates.setdefault(name, []).append(rate)
                    house.waits.setdefault(name, []).extend(waits)
        support.title(
            f"load: gunicorn, {asked.clients} clients with kept connections,"
            f" {asked.rounds} rounds of {asked.seconds:g} s in turns"
        )
        support.table(
            ("page", "SQL", "a second", "p50 ms", "p95 ms", "of one insert", "median", "from-to"),
            [line for house in opened for line in told(house)],
        )
        for house in opened:
            memory, failed = rss_mib(house.server.pid), house.failed
            print(f"  {house.name}: {memory:.0f} MiB in its processes, {failed} answers not 201")


def told(house: House) -> Iterator[tuple[object, ...]]:
    """The lines of a house."""
    base = house.rates["one insert"]
    for name, where in PAGES.items():
        rates, waits = house.rates[name], sorted(house.waits[name])
        ratios = [100 * rate / one for rate, one in zip(rates, base, strict=True)]
        yield (
            f"{house.name}: {name}",
            statements(house, where),
            statistics.median(rates),
            waits[len(waits) // 2] * 1e3,
            waits[len(waits) * 95 // 100] * 1e3,
            f"{100 * sum(rates) / sum(base):.0f} %",
            f"{statistics.median(ratios):.0f} %",
            f"{min(ratios):.0f}-{max(ratios):.0f} %",
        )


def statements(house: House, where: str) -> str:
    """How many statements one request of a page sends."""
    request = post(house, where.replace("/bench/", "/bench/counted/"), random.Random(1))
    link = Client(house.port)
    _, head = link.ask(request)
    link.link.close()
    found = re.search(rb"(?i)x-statements: (\d+)", head)
    return found[1].decode() if found else "?"


def rss_mib(pid: int) -> float:
    """Resident memory of a process and its children, in MiB."""
    lines = subprocess.run(
        ["ps", "-o", "rss=", "--pid", str(pid), "--ppid", str(pid)],
        stdout=subprocess.PIPE, text=True, check=False,
    ).stdout.split()  # fmt: skip
    return sum(map(int, lines)) / 1024


@contextlib.contextmanager
def houses(only: str | None) -> Iterator[list[House]]:
    """The houses asked for, in a folder that goes away with them."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="commongrid-load-"))
    folder.chmod(0o755)  # as root the PostgreSQL server runs as a user of its own
    opened: list[House] = []
    try:
        if only != "postgresql":
            opened.append(open_house("SQLite", folder, ""))
        if only != "sqlite":
            (folder / "server").mkdir()
            started = subprocess.run(
                [sys.executable, HELPER, "start", folder / "server"],
                stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
            opened.append(open_house("PostgreSQL", folder, started.stdout.strip().splitlines()[-1]))
        yield opened
    finally:
        for house in opened:
            _stop(house.server)
        if only != "sqlite":
            subprocess.run([sys.executable, HELPER, "stop", folder / "server"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
