"""The client of npm, brought by npm itself, and the fuzzers with many more examples.

Nothing of it stays: the client lies in a folder that pytest removes. Without npm, or where it
reaches no registry, that part is skipped and says so; its transcript is replayed by every test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.soak.conftest import ROOT

pytestmark = [pytest.mark.soak, pytest.mark.real_clock]
CLIENT, NEEDS = "open311", ("request", "lodash")  # two more are for XML; one is gone (open311.md)
EXAMPLES = os.environ.get("SOAK_FUZZ", "200")
SEEDS = ("11", "22", "33")
LONGEST_S = 6 * 3600


def npm(folder: Path, *words: str) -> None:
    """One command of npm; a registry that is not reached is a skip that says so."""
    done = subprocess.run(
        ["npm", *words, "--silent", "--no-audit", "--no-fund"],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"THE NODE CLIENT IS NOT RUN: npm {words[0]} did not succeed")


def pytest_of(*words: str, **env: str) -> str:
    """Run tests in a process of their own; what it said at the end."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", *words],
        cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True,
        timeout=LONGEST_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout.strip().splitlines()[-1]


def test_the_client_of_npm_is_served(tmp_path, told):
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("THE NODE CLIENT IS NOT RUN: there is no npm on this machine")
    npm(tmp_path, "pack", CLIENT)
    npm(tmp_path, "install", "--prefix", str(tmp_path), *NEEDS)
    modules = tmp_path / "node_modules"
    with tarfile.open(next(tmp_path.glob(f"{CLIENT}-*.tgz"))) as packed:
        packed.extractall(tmp_path / "unpacked", filter="data")
    (tmp_path / "unpacked" / "package").rename(modules / CLIENT)
    said = pytest_of(
        "tests/doors/open311/test_clients.py", "-k", "served and node",
        COMMONGRID_TEST_NODE_MODULES=str(modules),
    )  # fmt: skip
    assert "1 passed" in said
    assert "skipped" not in said
    told(f"the open311 client of npm: {said}")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "door", ["tests/doors/api/test_fuzz.py", "tests/doors/ogc/test_fuzzing.py"]
)
def test_many_odd_requests_are_answered_as_described(door, seed, told):
    said = pytest_of(door, COMMONGRID_TEST_FUZZ=EXAMPLES, COMMONGRID_TEST_FUZZ_SEED=seed)
    told(f"{door}, {EXAMPLES} examples an operation, seed {seed}: {said}")


def test_many_odd_reports_by_open311_are_answered_in_kind(told):
    said = pytest_of(
        "tests/doors/open311/test_hostile.py", "-k", "survive", COMMONGRID_TEST_FUZZ_TIMES="10"
    )
    told(f"open311, ten times the examples: {said}")
