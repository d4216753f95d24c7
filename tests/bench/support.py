"""What the benches share: a house of their own, the least time of several, SQL counts, a table.

A bench never touches a real place: it makes a folder and a database that go away with it.
What counts are ratios of things measured side by side and numbers of SQL statements; absolute
times are printed too, with the machine's load beside them.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NO_WORK = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
for _folder in (ROOT, ROOT / "src"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))


# --- the house of a bench ----------------------------------------------------------------------
def start_house(*, postgres: bool = False) -> str:
    """Open an empty house on a database of its own and say which: SQLite, or PostgreSQL.

    With ``postgres`` the server is that of DATABASE_URL, in a test database beside the named one,
    or else the embedded one of the tests.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all of it is cleared away
    folder = Path(tempfile.mkdtemp(prefix="commongrid-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["COMMONGRID_HOME"] = str(folder / "home")
    os.environ["DJANGO_SETTINGS_MODULE"] = "commongrid.site.settings"
    os.environ.setdefault("COMMONGRID_LOG_LEVEL", "ERROR")
    given = os.environ.pop("DATABASE_URL", "")
    if postgres:
        os.environ["DATABASE_URL"] = given or _embedded(folder / "server")
    import django
    from django.conf import settings

    # A pool would hold the test database open; one connection for ever is as good here.
    settings.DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
    settings.DATABASES["default"]["CONN_MAX_AGE"] = None
    django.setup()
    from django.db import connection

    if postgres:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        atexit.register(connection.creation.destroy_test_db, "", verbosity=0)
    else:
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
    return "PostgreSQL" if postgres else "SQLite"


def _embedded(folder: Path) -> str:
    """Start the tests' own PostgreSQL; it is stopped when the bench ends."""
    helper = ROOT / "tests" / "support" / "postgres.py"
    folder.mkdir()
    folder.parent.chmod(0o755)  # as root the server runs as a user of its own
    started = subprocess.run(
        [sys.executable, helper, "start", folder], stdout=subprocess.PIPE, text=True, check=True
    )
    atexit.register(subprocess.run, [sys.executable, helper, "stop", folder], check=False)
    return started.stdout.strip().splitlines()[-1]


# --- measuring ---------------------------------------------------------------------------------
def least(work: Callable[[], object], *, number: int = 1, repeats: int = 5) -> float:
    """Seconds of one call: the least of several repeats, which other processes disturb least."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        for _ in range(number):
            work()
        times.append((time.perf_counter() - began) / number)
    return min(times)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of one call: by the clock (median) and of this process alone (least)."""

    clock: float
    own: float


def alternating(
    works: Mapping[str, Callable[[], object]], *, number: int, repeats: int
) -> dict[str, Spent]:
    """What one call of each takes, measured in turns so that the load is the same for all."""
    clock: dict[str, list[float]] = {name: [] for name in works}
    own: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            began, began_own = time.perf_counter(), time.process_time()
            for _ in range(number):
                work()
            clock[name].append((time.perf_counter() - began) / number)
            own[name].append((time.process_time() - began_own) / number)
    return {name: Spent(statistics.median(clock[name]), min(own[name])) for name in works}


@dataclass(slots=True)
class Sql:
    """The statements sent while it looked on, without the frame of transactions."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)


@contextlib.contextmanager
def counting() -> Iterator[Sql]:
    """Count the statements sent to the database."""
    from django.db import connection

    seen = Sql()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(NO_WORK):
            seen.texts.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def statements(work: Callable[[], object]) -> int:
    """How many statements one call sends."""
    with counting() as seen:
        work()
    return len(seen)


def peak_mib() -> float:
    """The most memory this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- telling -----------------------------------------------------------------------------------
def title(text: str) -> None:
    """A heading with what the figures depend on."""
    one, five, _ = os.getloadavg()
    cores = os.cpu_count()
    print(f"\n{text}")
    print(
        f"  Python {platform.python_version()}, {cores} cores,"
        f" load {one:.1f} (1 min) {five:.1f} (5 min)",
        flush=True,
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Lines under a head, first column to the left, figures to the right."""
    texts = [list(map(str, head)), *(list(map(_figure, row)) for row in rows)]
    widths = [max(len(line[at]) for line in texts) for at in range(len(head))]
    for line in texts:
        cells = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        cells[0] = line[0].ljust(widths[0])
        print("  " + "  ".join(cells), flush=True)


def _figure(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def profile(work: Callable[[], object], *, top: int = 14) -> None:
    """Where one call spends its time: our own functions with all they call, then single ones."""
    import cProfile
    import pstats

    seen = cProfile.Profile()
    seen.runcall(work)
    stats: Any = pstats.Stats(seen)
    whole = stats.total_tt or 1
    for name, place, only in (("with what it calls", 3, "commongrid"), ("itself", 2, "")):
        ranked = sorted(stats.stats.items(), key=lambda item: -item[1][place])
        chosen = [(key, row) for key, row in ranked if only in key[0]][:top]
        table(
            (f"profile: {name}", "calls", "share %"),
            [
                (f"{Path(key[0]).name}:{key[2]}", row[1], 100 * row[place] / whole)
                for key, row in chosen
            ],
        )
