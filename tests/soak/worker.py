"""One process of a soak: a house in a folder, and somebody who works in it until stopped.

``worker.py prepare`` makes the house. ``worker.py work SEED [COMMAND ...]`` raises and acts
without end, after doing the given commands once more. ``worker.py race SEED COUNT`` does a list
of commands that another process does at the same time. ``worker.py fill COUNT`` raises matters
with photos and says what it could not do. ``worker.py check`` looks at everything that is kept;
``worker.py watch`` does so again and again, for what each line on its input says was sent.
``worker.py nest WORDS ...`` loads the program once and hatches a whole gunicorn for each line.
``worker.py session NAME`` logs somebody of the staff in and prints the session's key.
``worker.py publish`` counts what the ledger holds and publishes every month that is due.

Lines on the output: ``try ID COMMAND`` before a command, ``done ID RESULT`` after the face has
returned, ``failed ID ERROR``, ``ready``; ``check`` prints one JSON object.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

RACE = UUID("7d0c6c1e-57ad-4a40-8d6c-0c7a9c1b6e55")
PLACES_OF_WAIT_S = 0.002


def main() -> None:
    """Do one verb."""
    import django

    move_clock(int(os.environ.get("SOAK_CLOCK_S", "0")))
    django.setup()
    verb, *rest = sys.argv[1:]
    if verb == "prepare":
        prepare()
    elif verb == "check":
        say(json.dumps(check()))
    elif verb == "watch":
        watch()
    elif verb == "nest":
        nest(rest)
    elif verb == "publish":
        publish()
    elif verb == "session":
        say(staff_session(rest[0]))
    elif verb == "pictures":
        from commongrid.rooms.matters.models import PhotoRow

        say(json.dumps(list(PhotoRow.objects.order_by("id").values_list("file", flat=True))))
    elif verb == "key":
        say(program_key())
    elif verb == "work":
        Worker(int(rest[0])).work(rest[1:])
    elif verb == "race":
        Worker(int(rest[0])).race(int(rest[1]))
    else:
        Worker(7).fill(int(rest[0]))


def move_clock(seconds: int) -> None:
    """Let this process, and what it forks, live that much later, or earlier."""
    if seconds:
        import time_machine

        time_machine.travel(time.time() + seconds, tick=True).start()


def say(line: str) -> None:
    """Write one line at once, so that it is out before anything can end us."""
    os.write(1, f"{line}\n".encode())


def prepare() -> None:
    from django.core.management import call_command

    from tests.bench import township

    call_command("migrate", interactive=False, verbosity=0)
    township.open_township()


class Worker:
    """Somebody who raises and acts on matters of the township."""

    def __init__(self, seed: int) -> None:
        from tests.bench import township

        self.rng = random.Random(seed)
        self.township = township
        self.town = township.open_township()  # finds all of it there already

    @cached_property
    def at(self) -> Any:
        return self.township.AT

    # --- until killed
    def work(self, again: list[str]) -> None:
        say("ready")
        for text in again:
            self.do(json.loads(text))
        while True:
            self.do(self.next_command())

    def next_command(self) -> dict[str, Any]:
        """Raise one, or take the next step of some open matter."""
        from commongrid.rooms.matters.models import Matter

        command = {"id": str(uuid4()), "raise": True, "seed": self.rng.randrange(10**6)}
        if self.rng.random() < 0.3:
            return command
        row = Matter.objects.exclude(state_kind="end").order_by("?").first()
        if row is None:
            return command
        # A matter begins with version 1 and each step of the walk adds one.
        return {"id": command["id"], "matter": str(row.pk), "step": row.version - 1}

    def do(self, command: dict[str, Any]) -> None:
        """Do one command and acknowledge it when the face has returned."""
        known = UUID(command["id"])
        kept = self.kept_as(known) if command.get("raise") else known
        say(f"try {kept} {json.dumps(command)}")
        if command.get("raise"):
            rng = random.Random(command["seed"])
            raised = self.township.raise_one(self.town, rng, at=self.at, command_id=known)
            say(f"done {kept} {raised.id} {raised.receipt_code} {raised.is_replay}")
            return
        step = command["step"]
        at = self.at + timedelta(minutes=step + 1)
        matter_id = UUID(command["matter"])
        done = self.township.take_step(self.town, matter_id, step, at=at, command_id=known)
        say(f"done {known} {done.matter_id} - {done.is_replay}")

    # --- against another one
    def race(self, count: int) -> None:
        """Raise and accept by ids that the other process uses in the same moment."""
        say("ready")
        sys.stdin.readline()
        jitter = random.Random(os.getpid())
        for number in range(count):
            known = str(uuid5(RACE, f"raise {number}"))
            raised = self.attempt({"id": known, "raise": True, "seed": number})
            if raised is not None:
                step = str(uuid5(RACE, f"accept {number}"))
                self.attempt({"id": step, "matter": raised, "step": 0})
            time.sleep(jitter.random() * PLACES_OF_WAIT_S)

    def attempt(self, command: dict[str, Any]) -> str | None:
        """Do a command whatever comes of it; the matter it was about."""
        from commongrid.rooms.matters.models import Matter

        try:
            self.do(command)
        except Exception as error:  # noqa: BLE001 - what failed is what the soak is about
            say(f"failed {command['id']} {type(error).__name__}: {error}")
            return None
        if "matter" in command:
            return str(command["matter"])
        subject = Matter.objects.get(pk=self._matter_of(command["id"]))
        return str(subject.pk)

    def kept_as(self, command_id: UUID) -> UUID:
        """The id under which the ledger keeps a command that hands out a receipt."""
        from commongrid.rooms.matters.commands.receipts import act_id_for

        return act_id_for(command_id)

    def _matter_of(self, command_id: str) -> str:
        from commongrid.ledger.face import find_act

        act = find_act(self.kept_as(UUID(command_id)))
        assert act is not None
        return act.subject.removeprefix("matter:")

    # --- onto a full disk
    def fill(self, count: int) -> None:
        """Raise matters with large photos; go on after a failure."""
        from commongrid.charter.matter import PUBLIC
        from commongrid.rooms.matters import face as matters

        say("ready")
        for number in range(count):
            known = uuid4()
            draft = matters.Draft(
                type_code="A01", text=f"第 {number} 次", grid_code=self.town.grids[0]
            )
            try:
                raised = matters.raise_matter(
                    actor=PUBLIC, at=self.at, command_id=known, draft=draft,
                    photos=(matters.Photo(content=large_picture(number)),),
                )  # fmt: skip
            except Exception as error:  # noqa: BLE001 - what failed is what the soak is about
                say(f"failed {known} {type(error).__name__}: {error}")
                continue
            kept = self.kept_as(known)
            say(f"done {kept} {raised.id} {raised.receipt_code} {raised.is_replay}")


def large_picture(number: int) -> bytes:
    """An invented picture of noise, which does not compress."""
    import io

    from PIL import Image

    pixels = random.Random(number).randbytes(480 * 360 * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (480, 360), pixels).save(out, "JPEG", quality=90)
    return out.getvalue()


def check() -> dict[str, Any]:
    """Everything that must be true of a house whatever happened to its processes."""
    from django.conf import settings
    from django.db import connection

    from commongrid.ledger import face as ledger
    from commongrid.ledger.models import Act, OutboxRow
    from commongrid.rooms.matters.models import Matter, PhotoRow, Promise, SearchWords

    wrong: list[str] = []
    acts = list(Act.objects.filter(subject__startswith="matter:").order_by("id"))
    of = Counter(act.subject.removeprefix("matter:") for act in acts)
    last = {act.subject.removeprefix("matter:"): json.loads(act.core) for act in acts}
    rows = {str(row.pk): row for row in Matter.objects.order_by("pk")}
    if rows.keys() != of.keys():
        wrong.append(f"matters without acts, or acts without one: {rows.keys() ^ of.keys()}")
    for pk in rows.keys() & of.keys():
        row, told = rows[pk], last[pk]["after"]["state"]
        if (row.version, row.state) != (of[pk], told):
            wrong.append(f"{pk}: version {row.version}, {of[pk]} acts; {row.state}, told {told}")
    for model in (Promise, SearchWords):
        having = {str(pk) for pk in model.objects.order_by("id").values_list("matter", flat=True)}
        if having != rows.keys():
            wrong.append(f"{model.__name__} missing: {rows.keys() ^ having}")
    told_of = OutboxRow.objects.filter(subject__startswith="matter:").order_by("id")
    asked = Counter(told_of.values_list("command_id", flat=True))
    if asked != Counter(act.command_id for act in acts):
        wrong.append("deliveries and acts differ")
    pictures: Counter[str] = Counter()
    for photo in PhotoRow.objects.order_by("id"):
        pictures[str(photo.matter_id)] += 1
        path = Path(settings.MEDIA_ROOT) / photo.file[:2] / photo.file
        if not path.exists() or path.stat().st_size != photo.size:
            wrong.append(f"{photo.matter_id}: a picture's file is missing or not whole")
    wrong += [f"{pk}: photos counted wrong" for pk in rows if rows[pk].photos != pictures[pk]]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            wrong += [str(line) for (line,) in cursor.fetchall() if line != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            wrong += [str(line) for line in cursor.fetchall()]
    wrong += [f"ledger {f.code} {f.subject} {f.detail}" for f in ledger.verify().findings]
    return {
        "wrong": wrong,
        "matters": len(rows),
        "acts": len(acts),
        "commands": {str(act.command_id): act.subject.removeprefix("matter:") for act in acts},
    }


def watch() -> None:
    """Compare what people sent and were told with what the ledger holds, line by line."""
    from django.db import close_old_connections, connection

    from commongrid.ledger.models import Act

    say("ready")
    for line in sys.stdin:
        told = json.loads(line)
        connection.close()
        close_old_connections()
        ids = {
            str(kept_as(kind, known)): (known, answered)
            for kind, known, answered in told["commands"]
        }
        of_matters = Act.objects.filter(subject__startswith="matter:").order_by("id")
        kept = [str(known) for known in of_matters.values_list("command_id", flat=True)]
        held = set(kept)
        answer: dict[str, Any] = {
            "lost": [k for key, (k, answered) in ids.items() if answered and key not in held],
            "unasked": [key for key in kept if key not in ids],
            "acts": len(kept),
            "wrong": check()["wrong"] if told["whole"] else [],
        }  # fmt: skip
        say(json.dumps(answer))


def kept_as(kind: str, known: str) -> UUID:
    """The id in the ledger of what somebody sent: ``raise``, ``act``, or ``DOOR KEY`` of a program.

    The number of a program becomes a command under its key, and whatever hands out a receipt
    is kept under another one.
    """
    from commongrid.doors.common.once import command_id_from
    from commongrid.rooms.matters.commands.receipts import act_id_for

    if kind == "act":
        return UUID(known)
    if kind == "raise":
        return act_id_for(UUID(known))
    door, key = kind.split()
    command_id = command_id_from(known, door=door, key_id=int(key))
    assert command_id is not None
    return act_id_for(command_id)


def nest(words: list[str]) -> None:
    """Hatch a server for each line read: a fork that becomes gunicorn's master, with its workers.

    Nothing was opened before the fork, so a server that is killed leaves nothing to the next one;
    only the loading of the program is saved, which takes seconds.
    """
    import signal

    from django.urls import get_resolver

    from tests.soak import marks

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    marks.watch_transactions()

    import commongrid.site.wsgi  # noqa: F401 - loaded once for all

    assert get_resolver().url_patterns  # with all the views

    say("ready")
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            from gunicorn.app.wsgiapp import run

            sys.argv = ["gunicorn", "commongrid.site.wsgi:application", *words]
            run()
            os._exit(0)
        say(str(child))


def publish() -> None:
    """Read the ledger to its end and publish what is due, as the rounds do."""
    from django.utils import timezone

    from commongrid.bridges import board

    while board.catch_up():
        pass
    while cards := board.publish_due_months(at=timezone.now()):
        for card in cards:
            say(f"published {card.root_code} {card.month}")


def staff_session(name: str) -> str:
    """The key of a session as the front door leaves it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from commongrid.doors.common.fresh import FRESH, now_s
    from commongrid.doors.staff.sessions import SEEN, SINCE
    from commongrid.rooms.people.models import Account

    account = Account.objects.get(username=name)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[SINCE] = session[SEEN] = session[FRESH] = now_s()
    session.create()
    return str(session.session_key)


def program_key() -> str:
    """The number and the token of a key that may raise in the town."""
    from django.utils import timezone

    from commongrid.charter.matter import Actor
    from commongrid.rooms.people import face as people
    from commongrid.rooms.places import face as places
    from commongrid.stories.seeding.staff import TOWN

    at, setup = timezone.now(), Actor(key="system:setup")
    account = people.create_service_account(
        actor=setup, at=at, command_id=uuid4(), username="soak-program", display_name="演示程序"
    )
    issued = people.issue_api_key(
        actor=setup, at=at, command_id=uuid4(), account_id=account.id, name="soak",
        scopes=("raise",), place_code=TOWN, place_path=places.get_place(TOWN).path,
        until_at=at + timedelta(days=2),
    )  # fmt: skip
    return f"{issued.key.id} {issued.token}"


if __name__ == "__main__":
    main()
