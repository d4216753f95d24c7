"""The whole home on a small disk that fills while people and programs use every door.

Each answer says that it is done, or in its door's own form that there is no room now; nothing
acknowledged is lost, reading goes on, and after room is made the same server goes on by itself.
Only root can make a small disk.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.soak.conftest import House, Postgres
from tests.soak.served import TOWN, BrokenError, OwnServer, Person, Program, Resident, Server
from tests.soak.soak_server_kills import faults_of, look

pytestmark = [pytest.mark.soak, pytest.mark.real_clock]
ROOM_KB = 1500  # left when the load begins
LONGEST_S = 120
REFUSED = 4  # answers of each door that the disk is full, before room is made
READINGS = (
    "/",
    "/-/health",
    "/api/v1/matters",
    f"/open311/v2/services.json?jurisdiction_id={TOWN}",
)


class Disk:
    """A disk in memory of a size that can change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mount(self) -> None:
        """Make it, or skip loudly."""
        if os.geteuid() or not shutil.which("mount"):
            pytest.skip("SKIPPED: only root can make a small disk; run the soak as root to see it")
        words = ["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "soak", str(self.folder)]
        if subprocess.run(words, check=False).returncode:
            pytest.skip("SKIPPED: this machine does not let root make a small disk")

    def leave(self, room_kb: int) -> None:
        """Let it be as large as what is on it, and this."""
        used = shutil.disk_usage(self.folder).used // 1024
        words = f"remount,size={used + room_kb}k"
        subprocess.run(["mount", "-o", words, str(self.folder)], check=True)

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk() -> Iterator[Disk]:
    folder = Path(tempfile.mkdtemp(prefix="commongrid-soak-disk-"))
    folder.chmod(0o755)
    made = Disk(folder)
    made.mount()
    yield made
    made.unmount()
    folder.rmdir()


@pytest.fixture
def full_house(disk: Disk) -> Iterator[House]:
    """A house that lies on the small disk with its temporary files, on SQLite."""
    made = House(disk.folder / "home", more={"TMPDIR": str(disk.folder / "tmp")})
    made.folder.mkdir()
    (disk.folder / "tmp").mkdir()
    prepare(made)
    yield made
    made.close()


def prepare(house: House) -> None:
    house.manage("prepare", "--no-seed", "--quiet")
    house.ask("prepare")


@pytest.fixture
def photos_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.soak.served.PHOTO_SHARE", 0.5)


@pytest.mark.usefixtures("photos_often")
def test_the_home_is_full_and_has_room_again(full_house, disk, told):
    server = OwnServer(full_house)
    server.start()
    people = crowd(full_house, server)
    watcher = full_house.start("watch")
    assert watcher.stdout.readline() == "ready\n"
    try:
        disk.leave(ROOM_KB)
        refused = use(people, until_refused=True)
        for answer in refused:
            assert wrong_in(answer) == []
        while_full = {path: requests.get(server.address + path, timeout=60) for path in READINGS}
        assert {path: a.status_code for path, a in while_full.items()} == dict.fromkeys(
            READINGS, 200
        )
        refuse_a_backup(full_house, disk)
        disk.leave(60_000)
        assert use(people, until_refused=False) == [], "room was made, and it goes on"
        for person in people:
            person.go_on()
        seen = look(watcher, people, is_whole=True)
    finally:
        server.close()
    sent = [command for person in people for command in person.commands]
    assert faults_of(seen) == []
    assert all(command.answered for command in sent)
    assert seen["acts"] == len(sent), "each command did one act"
    assert strays(full_house) == [], "no picture's file is left that no matter names"
    verify_ledger(full_house)
    doors = Counter(door_of(answer) for answer in refused)
    told(
        f"home full: {len(refused)} answers of 503 ({dict(doors)}), {len(sent)} commands all told,"
        " none lost or twice, no stray picture, same server went on, ledger whole"
    )


@pytest.mark.usefixtures("photos_often")
def test_the_disk_of_postgresql_is_full_and_has_room_again(disk, tmp_path, told):
    postgres = Postgres(disk.folder)
    house = House(tmp_path / "home", database=postgres.start())
    house.folder.mkdir()
    server = OwnServer(house)
    try:
        prepare(house)
        server.start()
        people = crowd(house, server)
        disk.leave(ROOM_KB)
        refused = use(people, until_refused=True)
        for answer in refused:
            assert wrong_in(answer) == []
        disk.leave(200_000)
        postgres.start()  # as systemd does, when it could not write its own log and stopped
        until = time.monotonic() + LONGEST_S
        while use(people, until_refused=False):
            assert time.monotonic() < until, "it did not go on"
        for person in people:
            person.go_on()
        watcher = house.start("watch")
        assert watcher.stdout.readline() == "ready\n"
        seen = look(watcher, people, is_whole=True)
    finally:
        server.close()
        house.close()
        postgres.stop()
    sent = [command for person in people for command in person.commands]
    assert faults_of(seen) == []
    assert seen["acts"] == len(sent), "each command did one act"
    told(
        f"PostgreSQL's disk full: {len(refused)} answers of 503, {len(sent)} commands, none lost"
        " or twice, same server went on, ledger whole"
    )


def test_a_backup_onto_a_full_disk_leaves_nothing(house, disk):
    house.manage("prepare", "--no-seed", "--quiet")
    disk.leave(300)
    refuse_a_backup(house, disk)


def refuse_a_backup(house: House, disk: Disk) -> None:
    """Ask for a backup onto the full disk: words, no traceback, nothing half."""
    folder = disk.folder / "backups"
    done = backup(house, folder)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    assert not folder.exists() or list(folder.iterdir()) == []


def backup(house: House, folder: Path) -> subprocess.CompletedProcess[str]:
    """``commongrid backup`` to its end."""
    import sys

    return subprocess.run(
        [sys.executable, "-m", "commongrid", "backup", str(folder)],
        env=house.env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def crowd(house: House, server: Server) -> list[Person]:
    rng, key = random.Random(), house.ask("key").strip().splitlines()[-1]
    people: list[Person] = [Program(server.address, rng, key) for _ in range(4)]
    return [*people, *(Resident(server.address, rng) for _ in range(2))]


def use(people: list[Person], *, until_refused: bool) -> list[requests.Response]:
    """Let all use their doors at once; what was refused. Ends when each door refused enough."""
    refused: list[requests.Response] = []
    faults: list[BaseException] = []
    until = time.monotonic() + (LONGEST_S if until_refused else 5)

    def is_enough() -> bool:
        doors = Counter(door_of(answer) for answer in refused)
        return until_refused and all(doors[door] >= REFUSED for door in ("page", "api", "open311"))

    def live(person: Person) -> None:
        while time.monotonic() < until and not is_enough() and not faults:
            try:
                person.go_on()
                person.live()
            except BrokenError as broken:
                refused.append(broken.answer)
                time.sleep(0.1)
            except BaseException as error:  # noqa: BLE001 - told by the test, not by the thread
                faults.append(error)

    threads = [threading.Thread(target=live, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults[0]
    assert is_enough() or not until_refused, Counter(door_of(answer) for answer in refused)
    return refused


def door_of(answer: requests.Response) -> str:
    """Which door refused."""
    path = str(answer.request.path_url)
    return "api" if path.startswith("/api/") else "open311" if "/open311/" in path else "page"


def wrong_in(answer: requests.Response) -> list[str]:
    """What is wrong with an answer that says that it cannot be done now."""
    door, kind = door_of(answer), answer.headers.get("Content-Type", "")
    wrong = [f"status {answer.status_code}"] if answer.status_code != 503 else []
    wrong += [] if answer.headers.get("Retry-After") else ["no Retry-After"]
    if door == "api":
        is_told = kind == "application/problem+json" and answer.json()["rule"].startswith("house.")
    elif door == "open311":
        is_told = "json" in kind and answer.json()[0]["code"] == 503
    else:
        is_told = "We cannot answer just now" in answer.text and "暂时无法办理" in answer.text
    return wrong + ([] if is_told else [f"{door}: not in its form: {kind} {answer.text[:300]}"])


def strays(house: House) -> list[str]:
    """Files of pictures that no row names."""
    named = set(json.loads(house.ask("pictures")))
    folder = house.folder / "attachments"
    return sorted({p.name for p in folder.rglob("*") if p.is_file()} - named)


def verify_ledger(house: House) -> Any:
    """As whoever runs the place does."""
    house.manage("ledger", "verify")
