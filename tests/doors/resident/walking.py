"""A resident walking through the pages without scripts, and staff answering behind them."""

import html
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from commongrid.charter import load_charter
from commongrid.charter.matter import Actor, Hat
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places

SETUP = Actor(key=places.SETUP_KEY)
SINCE = datetime(2026, 2, 1, tzinfo=UTC)
TOWN, SUMU = "150502004000", "150522200000"
TOWN_PATH = f"/150500000000/150502000000/{TOWN}/"
LAMP = "B02"
WORDS = "The street lamp by the school gate is dark."
GPS_IFD, GPS_LATITUDE = 0x8825, 2


def load_places():
    """Divisions, grids, posts and charters of both seed places."""
    places.load_seed_places(actor=SETUP, at=SINCE, command_id=uuid4())
    for name in ("keerqin-subdistrict", "kezuohouqi-township"):
        places.adopt_charter(
            actor=SETUP,
            at=SINCE,
            command_id=uuid4(),
            charter=load_charter(Path(settings.SOURCE_ROOT) / "charters" / name),
            reason="test",
        )


def picture(size=(640, 480), name="lamp.jpg", kind="JPEG"):
    """A photo that remembers where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(GPS_IFD)[GPS_LATITUDE] = (43.0, 39.0, 7.0)
    exif[0x010F] = "SecretCamera"
    drawn = io.BytesIO()
    Image.new("RGB", size, "#335577").save(drawn, kind, exif=exif)
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/jpeg")


def text_of(response):
    """What a person reads in the main part of a page."""
    page = response.content.decode()
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", main.group(0) if main else page)
    return re.sub(r"\s+", " ", html.unescape(plain)).strip()


def hidden(response, name):
    """The value of a hidden field."""
    return re.search(rf'name="{name}"[^>]*value="([^"]+)"', response.content.decode()).group(1)


class Walk:
    """One browser session."""

    def __init__(self, client=None, language="en"):
        self.client = client or Client(headers={"accept-language": language})
        self.code = ""

    def choose(self, place=TOWN):
        self.client.post("/places/", {"place": place})
        return self

    def begin(self):
        self.client.post("/report/")
        return self

    def what(self, text=WORDS, type_code=LAMP):
        told = {"text": text, "type_code": type_code}
        return self.client.post("/report/what/", told, follow=True)

    def answer(self, **answers):
        return self.client.post("/report/questions/", {"answered": "yes", **answers}, follow=True)

    def where_list(self, spot=f"grid:{TOWN[:9]}001001", address=""):
        told = {"way": "list", "spot": spot, "address": address}
        return self.client.post("/report/where/", told, follow=True)

    def photo(self, **told):
        return self.client.post("/report/photo/", told, follow=True)

    def to_check(self, *, photos=(), **person):
        """All pages up to the last one."""
        self.begin()
        self.what()
        self.answer()
        page = self.where_list()
        if page.request["PATH_INFO"] == "/report/similar/":
            self.client.post("/report/similar/")
        if photos:
            self.photo(photos=list(photos), add="yes")
        return self.photo(**person)

    def send(self, check):
        sent = self.client.post(
            "/report/check/", {"command_id": hidden(check, "command_id")}, follow=True
        )
        found = re.search(r'id="code" aria-label="([^"]+)"', sent.content.decode())
        self.code = found.group(1) if found else ""
        return sent

    def report(self, **told):
        """A whole report; gives the matter's id."""
        self.send(self.to_check(**told))
        return matters.find_by_receipt(self.code)[0]

    def act(self, action, **fields):
        """One of the person's own steps."""
        page = self.client.get(f"/my/do/{action}/")
        told = {"command_id": hidden(page, "command_id"), **fields}
        return self.client.post(f"/my/do/{action}/", told, follow=True)


def officer(role, unit=""):
    """Somebody at the town hall."""
    return Actor(key=f"staff:{role}", hats=(Hat(role, TOWN_PATH, unit),))


def handle(matter_id: UUID, *, until="claim_done", begin="accept", said="A new lamp shines."):
    """Staff take a street lamp from one step through to another, a minute later each."""
    steps = (
        ("accept", officer("desk"), {}),
        ("offer", officer("dispatcher"), {"unit": "housing_bureau", "reason": "B02"}),
        ("take", officer("handler", "housing_bureau"), {"contact_name": "0475-0000000"}),
        (
            "claim_done",
            officer("handler", "housing_bureau"),
            {"feedback": said, "record": said},
        ),
    )
    at = timezone.now()
    begun = [step for step in steps if step[0] == begin]
    for action, actor, fields in steps[steps.index(begun[0]) :]:
        at += timedelta(minutes=1)
        photos = [matters.Photo(content=picture().read(), stage="after")]
        matters.take_action(
            actor=actor,
            at=at,
            command_id=uuid4(),
            matter_id=matter_id,
            action=action,
            fields=fields,
            photos=photos if action == "claim_done" else (),
        )
        if action == until:
            return
