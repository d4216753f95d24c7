"""What Prometheus reads: counts of requests, and figures of the whole place. Never of a person.

Requests are counted in files that all server processes share (``begin``), the rest is asked from
the database when somebody scrapes. Labels are closed lists: route names, methods, statuses.

The files are given their room on the disk at once: a page of a mapped file that cannot be written
on a full disk would end the process.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
ROOM_BYTES = 4 * 1024 * 1024  # some 2 000 bytes for each of 300 routes, with room to spare
KINDS = ("counter", "histogram")
_shared: list[Path] = []
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # the name that prometheus_client reads


def begin(home: Path, environ: MutableMapping[str, str]) -> bool:
    """Share the counts of this server's processes; called once, before anything is counted.

    The folder is named after the parent, so that workers of one server share it and those of a
    server that ended leave theirs to be removed. Without room for it each process counts alone.
    """
    root = home / "metrics"
    folder = root / str(os.getppid())
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for kind in KINDS:
            _give_room(folder / f"{kind}_{os.getpid()}.db")
    except OSError:
        environ.pop(VARIABLE, None)
        return False
    _remove_ended(root)
    environ[VARIABLE] = str(folder)
    _shared.append(folder)
    return True


def _give_room(path: Path) -> None:
    with path.open("ab") as file:
        if path.stat().st_size < ROOM_BYTES:
            try:
                os.posix_fallocate(file.fileno(), 0, ROOM_BYTES)
            except OSError:
                path.unlink(missing_ok=True)
                raise


def _remove_ended(root: Path) -> None:
    for folder in root.iterdir():
        if folder.name.isdigit() and not Path("/proc", folder.name).exists():
            with suppress(OSError):
                shutil.rmtree(folder)


class _Requests:
    """The two measures of requests, made when first used: prometheus_client decides at its import
    whether it counts in files.
    """

    def __init__(self) -> None:
        self.seen: tuple[CollectorRegistry, Counter, Histogram] | None = None

    def made(self) -> tuple[CollectorRegistry, Counter, Histogram]:
        if self.seen is None:
            from prometheus_client import CollectorRegistry, Counter, Histogram

            registry = CollectorRegistry()
            total = Counter(
                "commongrid_requests",
                "Requests answered, by route, method and status.",
                ("route", "method", "status"),
                registry=registry,
            )
            took = Histogram(
                "commongrid_request_seconds",
                "How long answering took, by route.",
                ("route",),
                buckets=BUCKETS,
                registry=registry,
            )
            self.seen = registry, total, took
        return self.seen


_requests = _Requests()
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def count_request(*, route: str, method: str, status: int, took_s: float) -> None:
    """Count one request. ``route`` is the name of a route, never an address."""
    _registry, total, took = _requests.made()
    known = method if method in METHODS else "other"
    total.labels(route=route, method=known, status=str(status)).inc()
    took.labels(route=route).observe(took_s)


def exposition(figures: Any) -> bytes:
    """Everything in the text form of Prometheus; ``figures`` collects what is asked for now."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry, _total, _took = _requests.made()
    asked = CollectorRegistry()
    asked.register(figures)
    shared = _shared_folder()
    if shared is not None:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(shared))  # type: ignore[no-untyped-call]
    return generate_latest(registry) + generate_latest(asked)


def _shared_folder() -> Path | None:
    from prometheus_client import values

    if not getattr(values.ValueClass, "_multiprocess", False):
        return None
    return _shared[-1] if _shared else None


def gauges(rows: Iterator[tuple[str, str, dict[str, str], float]]) -> Iterator[Any]:
    """Gauges of (name, meaning, labels, value); equal names are one gauge."""
    from prometheus_client.core import GaugeMetricFamily

    families: dict[str, Any] = {}
    for name, meaning, labels, value in rows:
        family = families.setdefault(
            name, GaugeMetricFamily(f"commongrid_{name}", meaning, labels=tuple(labels))
        )
        family.add_metric(tuple(labels.values()), value)
    yield from families.values()
