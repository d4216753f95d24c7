"""Soaks: long, by hand (``make soak``), never part of the tests.

Their files are not called ``test_``, so that only a soak that is named is run. Each works in
folders that pytest removes, starts its own processes and ends no others.
"""

from __future__ import annotations

import os
import subprocess
import sys
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
    children: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *words: str, **more: Any) -> subprocess.Popen[str]:
        """Start a worker; its output is a pipe."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        env = {
            **kept,
            "COMMONGRID_HOME": str(self.folder),
            "COMMONGRID_LOG_LEVEL": "CRITICAL",
            "DJANGO_SETTINGS_MODULE": "commongrid.site.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        }
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


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A prepared house."""
    made = House(tmp_path / "home")
    made.folder.mkdir()
    made.ask("prepare")
    yield made
    made.close()
