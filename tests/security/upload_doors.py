"""Every door that takes a file: how to send it there, and where it is shown afterwards."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import PhotoRow
from tests.doors.api.programs import RAISE, V1, Programs
from tests.doors.field import standing as field
from tests.doors.field.test_sync import ask, body
from tests.doors.open311 import asking
from tests.doors.resident.walking import Walk, hidden
from tests.rooms.fieldwork.crew import a_raise, announced
from tests.rooms.places.standing import AT
from tests.security.corpus import Hostile
from tests.support import factories as f

PIECE = 200_000
Answers = list[Any]


class NamedAsGiven(SimpleUploadedFile):
    """Django cleans a name when it is given; an attacker's client does not."""

    def __init__(self, given: str, content: bytes, mime: str) -> None:
        super().__init__("a", content, mime)
        self._name = given

    name = property(lambda self: self._name, lambda self, value: None)


def upload(one: Hostile) -> NamedAsGiven:
    return NamedAsGiven(one.filename, one.content, one.mime)


class Door:
    """What the doors share. ``send`` gives every answer on the way."""

    sounds = False

    def send(self, one: Hostile) -> Answers:
        raise NotImplementedError

    def shown(self, photo: PhotoRow) -> Iterator[tuple[Client, str]]:
        """Who opens the picture where."""
        yield from ()


class Resident(Door):
    """A report with a photo, as pages without scripts send it."""

    def __init__(self) -> None:
        self.walk = Walk()
        self.walk.choose().to_check()

    def send(self, one: Hostile) -> Answers:
        page = self.walk.photo(photos=[upload(one)], add="yes")
        answers = [page]
        for address in set(re.findall(r"/report/photo/[0-9a-f]{32}/", page.content.decode())):
            answers.append(self.walk.client.get(address))
        check = self.walk.client.get("/report/check/")
        answers.append(check)
        told = {"command_id": hidden(check, "command_id")}
        answers.append(self.walk.client.post("/report/check/", told, follow=True))
        return answers

    def shown(self, photo: PhotoRow) -> Iterator[tuple[Client, str]]:
        yield self.walk.client, f"/my/photo/{photo.pk}/"


class Desk(Door):
    """The desk adds a photo to a matter."""

    def __init__(self, town: Programs) -> None:
        self.client, self.matter_id = town.client("desk"), town.raise_one()

    def send(self, one: Hostile) -> Answers:
        told = {"command_id": str(uuid4()), "stage": "evidence", "photos": upload(one)}
        return [self.client.post(f"/desk/m/{self.matter_id}/photos/", told)]

    def shown(self, photo: PhotoRow) -> Iterator[tuple[Client, str]]:
        yield self.client, f"/desk/photos/{photo.pk}.jpg"


class DeskStep(Door):
    """A handler claims that it is done and proves it with a photo."""

    def __init__(self, town: Programs) -> None:
        self.client, self.matter_id = town.client("handler"), town.walked_to("handling")

    def send(self, one: Hostile) -> Answers:
        told = {"command_id": str(uuid4()), "feedback": "done", "record": "two bins"}
        address = f"/desk/m/{self.matter_id}/do/claim_done/"
        return [self.client.post(address, {**told, "photos": upload(one)})]

    def shown(self, photo: PhotoRow) -> Iterator[tuple[Client, str]]:
        yield self.client, f"/desk/photos/{photo.pk}.jpg"


class Outside(Door):
    """An outside body reports the work done, through its link."""

    def __init__(self, town: Programs) -> None:
        matter_id = town.walked_to("handling")
        link = matters.make_link(
            actor=town.actor("handler"), at=AT, command_id=new_id(), matter_id=matter_id,
            body="演示工程队", until_on=date(2026, 3, 17),
        )  # fmt: skip
        self.client = Client()
        self.client.get(f"/task/{link.token}/")

    def send(self, one: Hostile) -> Answers:
        told = {"command_id": str(uuid4()), "record": "swept", "photos": upload(one)}
        return [self.client.post("/task/do/outside_done/", told, follow=True)]

    def shown(self, photo: PhotoRow) -> Iterator[tuple[Client, str]]:
        yield self.client, f"/task/photos/{photo.pk}.jpg"


class Api(Door):
    """The interface takes files of a form, or base64 in JSON."""

    def __init__(self, town: Programs, *, is_json: bool) -> None:
        self.caller, self.is_json = town.caller("raise"), is_json
        self.client = Client()

    def send(self, one: Hostile) -> Answers:
        given = {**RAISE, "is_shareable": True}
        if self.is_json:
            encoded = base64.b64encode(one.content).decode()
            return [self.caller.post("/matters", {**given, "photos": [encoded]})]
        told = {"body": json.dumps(given), "photos": upload(one)}
        headers = {**self.caller.headers, "idempotency-key": str(uuid4())}
        return [self.client.post(f"{V1}/matters", told, headers=headers)]

    def shown(self, photo: PhotoRow) -> Iterator[tuple[Client, str]]:
        _publish(photo.matter_id)
        yield self.client, f"{V1}/photos/{photo.pk}"
        yield self.client, f"/shared/photo/{photo.pk}/"


class Open311(Door):
    """A program sends media with a request."""

    def __init__(self) -> None:
        f.a_place()
        self.key, self.client = asking.issue_key(), Client()

    def send(self, one: Hostile) -> Answers:
        told = asking.report(self.key, media=upload(one), share="true")
        return [self.client.post("/open311/v2/requests.json", told)]

    def shown(self, photo: PhotoRow) -> Iterator[tuple[Client, str]]:
        _publish(photo.matter_id)
        yield self.client, f"/shared/photo/{photo.pk}/"


class Field(Door):
    """A phone of a grid worker announces a file and sends it in pieces."""

    def __init__(self, *, sounds: bool = False) -> None:
        f.a_place()
        self.sounds = sounds
        self.token = field.a_phone(field.a_worker().id).token
        self.client = Client()

    def send(self, one: Hostile) -> Answers:
        content, kind = one.content, "voice" if self.sounds else "photo"
        sha = hashlib.sha256(content).hexdigest()
        sent = a_raise(photos=[{**announced(sha, content), "kind": kind}])
        answers: Answers = [ask(self.token, body(sent))]
        for offset in range(0, len(content), PIECE):
            query = f"command={sent['id']}&bytes={len(content)}&offset={offset}&kind={kind}"
            answers.append(
                self.client.put(
                    f"/field/files/{sha}/?{query}", content[offset : offset + PIECE],
                    content_type=one.mime.encode("ascii", "replace").decode().replace("\x01", ""),
                    headers={"Authorization": f"Bearer {self.token}"},
                )
            )  # fmt: skip
            if answers[-1].status_code >= 400:
                break
        return answers


def _publish(matter_id: UUID) -> None:
    f.step(matter_id, "desk", "publish_words")
