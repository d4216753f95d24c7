"""A real server on loopback in a house of its own, and people who use its doors by HTTP.

Whoever sends a command here notes it before sending and again when the answer came, as a browser
would show it: that is the acknowledgement which must hold whatever happens to the server.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests

from tests.soak.worker import large_picture as picture

TOWN = "150502004000"
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("/report/what/", {"text": "The street lamp is dark.", "type_code": "B02"}),
    ("/report/questions/", {"answered": "yes"}),
    ("/report/where/", {"way": "list", "spot": f"grid:{TOWN[:9]}001001", "address": "gate"}),
    ("/report/similar/", {}),
    ("/report/photo/", {}),
)
PATHS = (*(path for path, _ in PAGES), "/report/check/")
START_S = 40
WORKERS, THREADS = "2", "4"
PHOTO_SHARE = 0.2


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """gunicorn as a place runs it, hatched from a process that has the program loaded already."""

    house: Any
    port: int = field(default_factory=free_port)
    nest: Any = None
    pid: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def words(self) -> list[str]:
        """What gunicorn is told, as run.py tells it."""
        words = ["--bind", f"127.0.0.1:{self.port}", "--worker-class", worker_class()]
        words += ["--workers", WORKERS, "--threads", THREADS, "--log-level", "error"]
        return [*words, "--no-control-socket", "--graceful-timeout", "2"]

    def start(self) -> None:
        """Start, and wait until a page is answered."""
        if self.nest is None:
            self.nest = self.house.start("nest", *self.words, stderr=subprocess.DEVNULL)
            assert self.nest.stdout.readline() == "ready\n"
        self.nest.stdin.write("one more\n")
        self.nest.stdin.flush()
        self.pid = int(self.nest.stdout.readline())
        self.wait()

    def wait(self) -> None:
        """Wait until a page is answered."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.address}/-/health", timeout=5).ok:
                    return
            time.sleep(0.02)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """kill -9 of the master and of every worker in one instant."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.pid = 0

    def close(self) -> None:
        """End the server; the house ends the nest."""
        if self.pid:
            self.kill()


class OwnServer(Server):
    """A gunicorn whose workers load the program themselves, as everywhere but in a soak of kills.

    Only so do they take their room on the disk for their counts when they start.
    """

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "commongrid.site.wsgi:application"]
        started = subprocess.Popen(
            [*command, *self.words], env=self.house.env, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.nest, self.pid = started, started.pid
        self.wait()

    def close(self) -> None:
        super().close()
        self.nest.wait()


def worker_class() -> str:
    """The worker that run.py starts."""
    import run

    return getattr(run, "WORKER_CLASS", "gthread")


@dataclass
class Command:
    """One press of a button: where, with what, and whether its answer came."""

    id: str
    kind: str  # raise | act | "DOOR KEY" of a program
    path: str
    said: dict[str, str]
    answered: bool = False
    sent: int = 0


class Person:
    """A browser of one person. Each has an address of its own, as behind a proxy."""

    def __init__(self, address: str, rng: random.Random) -> None:
        self.address, self.rng = address, rng
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept-Language"] = "en"
        self.move()
        self.commands: list[Command] = []
        self.pending: Command | None = None

    def move(self) -> None:
        """Come from another address: one address may send only so often an hour."""
        hop = ".".join(str(self.rng.randrange(1, 250)) for _ in range(3))
        self.session.headers["X-Forwarded-For"] = f"10.{hop}"

    def get(self, path: str) -> requests.Response:
        return self._settled(self.session.get(self.address + path, timeout=60))

    def post(self, path: str, said: dict[str, Any], **more: Any) -> requests.Response:
        token = self.session.cookies.get("csrftoken", "")
        data = {**said, "csrfmiddlewaretoken": token}
        return self._settled(
            self.session.post(
                self.address + path, data=data, timeout=60, allow_redirects=False, **more
            )
        )

    def _settled(self, answer: requests.Response) -> requests.Response:
        if answer.status_code >= 500:
            raise BrokenError(answer)
        return answer

    def press(self, command: Command) -> requests.Response:
        """Send a command; only an answer that says it is done counts."""
        self.pending = command
        if not command.sent:
            self.commands.append(command)
        command.sent += 1
        answer = self.post(command.path, command.said)
        assert answer.status_code == 302, (command.path, answer.status_code, answer.text[:2000])
        command.answered, self.pending = True, None
        return answer

    def go_on(self) -> None:
        """What was cut off, once more, as from the same page."""
        if self.pending is not None:
            self.press(self.pending)

    def live(self) -> None:
        """One whole round of what this person does."""
        raise NotImplementedError


class Program(Person):
    """Raises by the standard's door and by our own, with photos now and then, command on command.

    A program numbers what it sends and sends the same number again when it was cut off.
    """

    def __init__(self, address: str, rng: random.Random, key: str) -> None:
        super().__init__(address, rng)
        self.key_id, self.token = key.split()
        self.photo = picture(1)

    def live(self) -> None:
        self.move()
        door = self.rng.choice(("api", "open311"))
        known, has_photo = str(uuid4()), self.rng.random() < PHOTO_SHARE
        said = {"text": f"The lamp is dark, {known[:4]}.", "photo": has_photo}
        path = {"api": "/api/v1/matters", "open311": "/open311/v2/requests.json"}[door]
        self.press(Command(known, f"{door} {self.key_id}", path, said))

    def press(self, command: Command) -> requests.Response:
        self.pending = command
        if not command.sent:
            self.commands.append(command)
        command.sent += 1
        answer = self._settled(self.send(command))
        assert answer.status_code in {200, 201}, (answer.status_code, answer.text[:2000])
        command.answered, self.pending = True, None
        return answer

    def send(self, command: Command) -> requests.Response:
        """The request, whatever comes of it."""
        headers = {"Idempotency-Key": command.id}
        photos = {"photos": ("p.jpg", self.photo, "image/jpeg")} if command.said["photo"] else {}
        grid = f"{TOWN[:9]}001001"
        if command.kind.startswith("open311"):
            report = {"api_key": self.token, "service_code": "A01", "address_id": grid}
            report |= {"jurisdiction_id": TOWN, "description": command.said["text"]}
            files = {"media": photos["photos"]} if photos else {}
            return self.session.post(
                self.address + command.path, data=report, files=files, headers=headers, timeout=60
            )
        headers["Authorization"] = f"Bearer {self.token}"
        body = json.dumps({"type_code": "A01", "grid_code": grid, "text": command.said["text"]})
        if photos:
            files = {"body": (None, body, "application/json"), **photos}
            return self.session.post(
                self.address + command.path, files=files, headers=headers, timeout=60
            )
        headers["Content-Type"] = "application/json"
        return self.session.post(
            self.address + command.path, data=body, headers=headers, timeout=60
        )


class BrokenError(Exception):
    """The server said that it cannot answer."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


WORDS_EACH = 3


class Resident(Person):
    """Reports a matter page by page, reads the receipt, and adds words to it a few times.

    Whoever was cut off goes on at the page where they were, as a browser does.
    """

    step = 0
    has_place = False

    def live(self) -> None:
        steps = (self.begin, *map(self._page, PAGES), self.send, *[self.add_words] * WORDS_EACH)
        steps[self.step]()
        self.step = (self.step + 1) % len(steps)

    def go_on(self) -> None:
        """What was pressed and answered meanwhile is not pressed once more."""
        was_pending = self.pending is not None
        super().go_on()
        if was_pending:
            self.step = (self.step + 1) % (2 + len(PAGES) + WORDS_EACH)

    def begin(self) -> None:
        """Choose the place once, and begin; whoever was cut off chooses it once more."""
        self.move()
        if not self.has_place:
            self.get("/places/")
            self._led_on("/places/", {"place": TOWN}, ("/", "/report/"))
            self.has_place = True
        self._led_on("/report/", {}, PATHS[:1])

    def _page(self, page: tuple[str, dict[str, str]]) -> Any:
        path, said = page
        return lambda: self._led_on(path, said, PATHS[PATHS.index(path) + 1 :])

    def _led_on(self, path: str, said: dict[str, str], further: tuple[str, ...]) -> None:
        """Send a page; it was kept only when the answer leads to one that comes after it."""
        answer = self.post(path, said)
        led_to = answer.headers.get("Location", "")
        assert (answer.status_code, led_to in further) == (302, True), (
            path, answer.status_code, led_to, answer.text[-1500:],
        )  # fmt: skip

    def to_check(self) -> None:
        """All pages up to the last one."""
        self.begin()
        for page in PAGES:
            self._page(page)()

    def send(self) -> None:
        known = hidden(self.get("/report/check/").text, "command_id")
        self.press(Command(known, "raise", "/report/check/", {"command_id": known}))

    def add_words(self) -> None:
        page = self.get("/my/do/add_words/").text
        known = hidden(page, "command_id")
        said = {"command_id": known, "words": "It is dark at six."}
        self.press(Command(known, "act", "/my/do/add_words/", said))


class Officer(Person):
    """Accepts what was reported, at the desk."""

    def __init__(self, address: str, rng: random.Random, session_key: str) -> None:
        super().__init__(address, rng)
        self.session.cookies.set("sessionid", session_key)

    def live(self) -> None:
        found = sorted(set(re.findall(r"/desk/m/([0-9a-f-]{36})/", self.get("/desk/").text)))
        if not found:
            time.sleep(0.1)
            return
        matter = self.rng.choice(found)
        page = self.get(f"/desk/m/{matter}/").text
        path = f"/desk/m/{matter}/do/accept/"
        form = re.search(rf'<form[^>]*action="{path}[^"]*".*?</form>', page, re.DOTALL)
        if form is None:
            return
        known = hidden(form[0], "command_id")
        said = {"command_id": known, "note": "accepted"}
        self.pending = Command(known, "act", path, said)
        self.commands.append(self.pending)
        self.pending.sent = 1
        answer = self.post(path, said)
        if answer.status_code != 302:  # somebody else was first: refused in words, nothing done
            self.commands.remove(self.pending)
        else:
            self.pending.answered = True
        self.pending = None

    def go_on(self) -> None:
        if self.pending is None:
            return
        answer = self.post(self.pending.path, self.pending.said)
        if answer.status_code == 302:
            self.pending.answered = True
        else:
            self.commands.remove(self.pending)
        self.pending = None


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)
    assert found, (name, re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL), page[-1500:])
    return found[1]
