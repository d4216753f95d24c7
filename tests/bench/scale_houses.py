"""Four houses of each database, grown once and kept: few matters and many, and how many are open.

``count``: as many are open among few as among many, a town that grows older. ``share``: one in a
hundred of each, a larger town. The pair ``count`` also has a board: every matter is counted, the
first ones have acts, and every month that may be published is. Each house is a folder of its own
with its keys (and, with SQLite, its database); its parts are made by one process each, whose
memory goes away with it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
HELPER = HERE.parent / "support" / "postgres.py"
OPEN_SHARE = 0.01
MADE = "made.json"
Plan = tuple[str, str, int, int, bool]


@dataclass(frozen=True, slots=True)
class Houses:
    """The houses of one database below a folder. ``server`` is the address of PostgreSQL."""

    folder: Path
    server: str
    small: int
    large: int

    @property
    def plan(self) -> tuple[Plan, ...]:
        """Key, from which it is copied, matters, of these open, with acts and a board."""
        few, many = int(self.small * OPEN_SHARE), int(self.large * OPEN_SHARE)
        half = self.small // 2
        return (
            ("beginning", "", 0, 0, False),
            ("share-small", "beginning", self.small, few, False),
            ("count-small", "beginning", self.small, half, True),
            ("many", "share-small", self.large, half, False),
            ("share-large", "many", self.large, max(many, half), False),
            ("count-large", "many", self.large, half, True),
        )

    def home(self, key: str) -> Path:
        """Where a house keeps its keys."""
        return self.folder / key

    def env(self, key: str) -> dict[str, str]:
        """The environment in which a process finds one house."""
        env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        env |= {
            "COMMONGRID_HOME": str(self.home(key)),
            "DJANGO_SETTINGS_MODULE": "scale_settings",
            "COMMONGRID_LOG_LEVEL": "ERROR",
            "COMMONGRID_REQUIRE_2FA": "0",
            "PYTHONPATH": os.pathsep.join(
                [str(HERE.parents[1]), str(HERE.parents[1] / "src"), str(HERE)]
            ),
        }
        if self.server:
            env["DATABASE_URL"] = self._address(key)
        return env

    def make(self) -> None:
        """Make what is missing; one made before, of the same size, is only brought up to date."""
        for key, origin, size, open_count, has_board in self.plan:
            wanted = {"size": size, "open": open_count}
            made = self.home(key) / MADE
            if made.exists() and json.loads(made.read_text())["wanted"] == wanted:
                self.run(key, "migrate")
                continue
            began = time.perf_counter()
            self._copy(key, origin)
            grown = [["migrate"], ["grow", str(size), str(open_count)]]
            steps = grown if origin else [["begin"]]
            steps += [["acts"], ["board"]] * has_board
            told: dict[str, object] = {"wanted": wanted}
            for step in steps:
                told |= self.run(key, *step)
            told |= self.run(key, "measure")
            told["seconds"] = round(time.perf_counter() - began)
            made.write_text(json.dumps(told))
            print(f"  {key}: {self.told(key)}", flush=True)

    def told(self, key: str) -> str:
        """What a house holds, in words."""
        made = json.loads((self.home(key) / MADE).read_text())
        skipped = ("wanted", "size")
        return ", ".join(f"{name} {value:,}" for name, value in made.items() if name not in skipped)

    def figures(self, key: str) -> dict[str, float]:
        """What was told when a house was made."""
        return dict(json.loads((self.home(key) / MADE).read_text()))

    def run(self, key: str, *words: str) -> dict[str, object]:
        """One part of the work, by a process of its own; what it tells."""
        command = [sys.executable, str(HERE / "scale_growing.py"), *words]
        done = subprocess.run(command, env=self.env(key), stdout=subprocess.PIPE, check=True)
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def _copy(self, key: str, origin: str) -> None:
        """Start a house as a copy of another one, or with nothing."""
        shutil.rmtree(self.home(key), ignore_errors=True)
        if origin:
            shutil.copytree(self.home(origin), self.home(key))
            (self.home(key) / MADE).unlink()
        else:
            self.home(key).mkdir(parents=True)
        if self.server:
            self._copy_database(key, origin)

    def _copy_database(self, key: str, origin: str) -> None:
        import psycopg
        from psycopg.sql import SQL, Identifier

        words = SQL("CREATE DATABASE {}").format(Identifier(_name(key)))
        if origin:
            words += SQL(" TEMPLATE {}").format(Identifier(_name(origin)))
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(_name(key))))
            server.execute(words)

    def _address(self, key: str) -> str:
        start, _, rest = self.server.partition("://")
        who, _, where = rest.partition("/")
        options = where.partition("?")[2]
        return f"{start}://{who}/{_name(key)}" + (f"?{options}" if options else "")


def start_postgres(folder: Path) -> str:
    """The tests' own PostgreSQL with its data in a folder that is kept; its address."""
    folder.mkdir(parents=True, exist_ok=True)
    for above in (folder, *folder.parents[:2]):
        if above.stat().st_uid == os.getuid() and above != Path("/tmp"):
            above.chmod(0o755)  # as root the server runs as a user of its own
    command = [sys.executable, str(HELPER), "start", str(folder)]
    started = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return started.stdout.strip().splitlines()[-1]


def stop_postgres(folder: Path) -> None:
    """End that server."""
    subprocess.run([sys.executable, str(HELPER), "stop", str(folder)], check=False)


def _name(key: str) -> str:
    return f"scale_{key.replace('-', '_')}"
