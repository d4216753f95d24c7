"""Soaks: long, by hand (``make soak``), never part of the tests.

Their files are not called ``test_``, so that only a soak that is named is run. Each works in
folders that pytest removes, starts its own processes and ends no others.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKER = ROOT / "tests" / "soak" / "worker.py"
LONGEST_S = 600


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: runs for minutes, only by `make soak`")


@pytest.fixture
def told(capfd: Any) -> Callable[[str], None]:
    """Print a line although pytest catches what is printed."""

    def tell(line: str) -> None:
        with capfd.disabled():
            print(f"\n  {line}", flush=True)  # noqa: T201

    return tell


@dataclass
class House:
    """A place in a folder, and the processes that were started in it."""

    folder: Path
    database: str = ""  # an address of PostgreSQL, or SQLite
    children: list[subprocess.Popen[str]] = field(default_factory=list)
    more: dict[str, str] = field(default_factory=dict)  # of the environment
    marks: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="commongrid-soak-")))

    @property
    def env(self) -> dict[str, str]:
        """The settings of this house and nothing else of the environment."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            **self.more,
            "DATABASE_URL": self.database,
            "COMMONGRID_HOME": str(self.folder),
            "SOAK_MARKS": str(self.marks),
            "COMMONGRID_LOG_LEVEL": "CRITICAL",
            "COMMONGRID_PROXIES": "1",  # each person of the load has an address of their own
            "COMMONGRID_REQUIRE_2FA": "0",
            "COMMONGRID_MIN_FREE_MB": "1",
            "DJANGO_SETTINGS_MODULE": "commongrid.site.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        }

    def manage(self, *words: str) -> None:
        """Run one management command to its end."""
        subprocess.run(
            [sys.executable, "-m", "commongrid", *words],
            env=self.env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self, *words: str, **more: Any) -> subprocess.Popen[str]:
        """Start a worker; its output is a pipe."""
        env = self.env
        child = subprocess.Popen(
            [sys.executable, str(WORKER), *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, **more,
        )  # fmt: skip
        self.children.append(child)
        return child

    def ask(self, *words: str, **more: Any) -> str:
        """Let a worker do something to its end and return what it said."""
        child = self.start(*words, **more)
        said, _ = child.communicate(timeout=LONGEST_S)
        assert child.returncode == 0, f"{words[0]} ended with {child.returncode}"
        return said

    def close(self) -> None:
        """End what is still running of our own."""
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.communicate()
        shutil.rmtree(self.marks, ignore_errors=True)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A prepared house."""
    made = House(tmp_path / "home")
    made.folder.mkdir()
    made.ask("prepare")
    yield made
    made.close()


@dataclass
class Postgres:
    """An embedded PostgreSQL that can be stopped and started again."""

    folder: Path

    def _do(self, verb: str) -> str:
        helper = ROOT / "tests" / "support" / "postgres.py"
        done = subprocess.run(
            [sys.executable, str(helper), verb, str(self.folder)],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def start(self) -> str:
        """Start it; its address."""
        return self._do("start").splitlines()[-1]

    def stop(self) -> None:
        self._do("stop")


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of its own, in a folder that its own user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="commongrid-soak-pg-"))
    made = Postgres(folder)
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def served_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house with static files, on SQLite and on PostgreSQL.

    ``SOAK_HOME`` names a folder with one on SQLite that is only brought up to date.
    """
    made = House(tmp_path / "home")
    if request.param == "sqlite" and os.environ.get("SOAK_HOME"):
        shutil.copytree(os.environ["SOAK_HOME"], made.folder)
    else:
        made.folder.mkdir()
    if request.param == "postgresql":
        made.database = request.getfixturevalue("postgres").start()
    made.manage("prepare", "--no-seed", "--quiet")
    made.ask("prepare")
    yield made
    made.close()
