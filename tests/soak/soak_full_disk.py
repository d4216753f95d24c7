"""A full disk: what does not fit is refused whole, what was acknowledged stays, work goes on."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess

import pytest

pytestmark = [pytest.mark.soak, pytest.mark.real_clock]
TRIES = 40
TMPFS = "size=1m"  # about a dozen pictures


@pytest.fixture
def small_disk(house):
    """Pictures on a disk of their own that is soon full; only root may make one."""
    folder = house.folder / "attachments"
    folder.mkdir(exist_ok=True)
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("SKIPPED: only root can make a small disk; run the soak as root to see it")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", TMPFS, "soak", str(folder)], check=False)
    if made.returncode:
        pytest.skip("SKIPPED: this machine does not let root make a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_pictures_on_a_full_disk(house, small_disk, told):
    done, failed = _sorted(house.ask("fill", str(TRIES)))
    assert done, "some pictures fit"
    assert failed, "the disk was never full"
    assert {"OSError"} == {line.split()[2].rstrip(":") for line in failed}
    seen = json.loads(house.ask("check"))
    assert seen["wrong"] == []
    assert seen["commands"].keys() == {line.split()[1] for line in done}
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    more, none = _sorted(house.ask("fill", "3"))
    assert (len(more), none) == (3, [])
    told(f"full disk for pictures: {len(done)} kept, {len(failed)} refused whole, then on again")


def test_no_file_may_grow(house, told):
    """The database and the pictures meet the end of the disk together (a limit on file sizes)."""
    database = house.folder / "commongrid.sqlite3"
    limit = database.stat().st_size + 200_000

    def no_larger() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    done, failed = _sorted(house.ask("fill", str(TRIES * 5), preexec_fn=no_larger))
    assert failed, "nothing met the limit"
    seen = json.loads(house.ask("check"))
    assert seen["wrong"] == []
    assert seen["commands"].keys() == {line.split()[1] for line in done}
    more, none = _sorted(house.ask("fill", "3"))
    assert (len(more), none) == (3, [])
    kinds = sorted({line.split()[2].rstrip(":") for line in failed})
    told(f"files may not grow: {len(done)} kept, {len(failed)} refused whole ({', '.join(kinds)})")


def _sorted(said: str) -> tuple[list[str], list[str]]:
    lines = said.splitlines()
    return (
        [line for line in lines if line.startswith("done ")],
        [line for line in lines if line.startswith("failed ")],
    )
