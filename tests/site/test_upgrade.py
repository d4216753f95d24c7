"""A database made by an earlier version is taken over by this one: nothing lost, pages answer.

The earlier version is a commit of this repository's own history, unpacked beside; where there is
no history (an unpacked archive, a shallow clone) the test is skipped and says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile

import pytest

from tests.consistency.repository import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.real_clock]
EARLIER = {
    # The end of the spine: before doors of programs, subscriptions and delivery.
    "spine": "2b84baa441bc3f9ca3878cf3ea7c2a4353e7ecac",
}
SCRIPT = ROOT / "tests" / "site" / "upgrade_script.py"


def unpacked(commit: str, folder):
    """The tree of a commit, without touching the repository."""
    archive = folder / "tree.tar"
    with archive.open("wb") as out:
        done = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL, check=False
        )
    if done.returncode:
        pytest.skip(f"SKIPPED: {commit[:7]} is not in this history; clone the whole repository")
    with tarfile.open(archive) as tar:
        tar.extractall(folder / "earlier", filter="data")
    return folder / "earlier"


def run(tree, env, *words: str) -> str:
    path = os.pathsep.join([str(tree / "src"), str(tree)])
    done = subprocess.run(
        [sys.executable, *words], cwd=tree, env={**env, "PYTHONPATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("name", EARLIER)
def test_a_database_of_an_earlier_version_is_taken_over(name, tmp_path):
    earlier = unpacked(EARLIER[name], tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("COMMONGRID_")}
    env |= {"COMMONGRID_HOME": str(home), "DATABASE_URL": "", "COMMONGRID_LOG_LEVEL": "ERROR"}
    env["DJANGO_SETTINGS_MODULE"] = "commongrid.site.settings"
    before = json.loads(run(earlier, env, str(SCRIPT), "build").splitlines()[-1])
    run(ROOT, env, "-m", "commongrid", "prepare", "--no-seed", "--quiet")
    assert "whole" in run(ROOT, env, "-m", "commongrid", "ledger", "verify")
    codes = json.dumps(before["codes"])
    after = json.loads(run(ROOT, env, str(SCRIPT), "look", codes).splitlines()[-1])
    assert after["counts"] == before["counts"]
    assert after["states"] == before["states"]
    assert after["findings"] == []
    assert after["contact"], "contact data sealed by the earlier version can be read"
    assert after["raised"], "the place goes on"
    assert set(after["opened"]) == {302}
    broken = {page: code for page, code in after["pages"].items() if code not in (200, 302)}
    assert broken == {}
    assert "steps of time" in run(ROOT, env, "-m", "commongrid", "tick")
