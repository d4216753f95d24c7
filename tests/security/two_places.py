"""The two seed places with things in them, each thing with words that stand nowhere else.

Everybody of every role, in the place, in one grid of it and in the other place, and in two units.
All of it is made by real commands, but for what only weeks of work would bring about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from commongrid.charter.matter import PUBLIC, Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Delivery, OutboxRow
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.domain.sealing import seal
from commongrid.rooms.fieldwork.keys import sealing_keys
from commongrid.rooms.fieldwork.models import IntentionRow
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.rooms.people.models import Account
from commongrid.rooms.places import face as places
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.rooms.subscriptions.models import Notice
from commongrid.rooms.vault import face as vault
from tests.doors.desk.town import picture
from tests.doors.planner.finished import replayed
from tests.rooms.people.standing import appoint, make_account, make_staff
from tests.security.access_table import readers
from tests.security.young import Spot, planted
from tests.support import recordings
from tests.support.flows import REAL, real

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # when the clock of the harness stands still
MINUTE = timedelta(minutes=1)
UNITS = ("sanitation", "housing_bureau")
CITY = "150500000000"
HERE, THERE = "150502004000", "150522200000"
GRIDS = {"here": "150502004001001", "beside": "150502004002001", "there": "150522200200001"}
TOWNS = {"here": HERE, "beside": HERE, "there": THERE}
NOBODYS = frozenset({"anyone", "reporter", "outside_handler", "clock"})
"""Words of the charter for who acts without a post."""


@dataclass(frozen=True)
class Person:
    """Somebody with one post."""

    role: str
    where: str
    unit: str
    path: str
    account_id: int
    second: Person | None = None  # another post of the same person

    @property
    def posts(self) -> tuple[Person, ...]:
        """Each post of this person by itself."""
        return (self,) if self.second is None else (replace(self, second=None), self.second)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)

    @property
    def name(self) -> str:
        own = f"{self.role}@{self.where}/{self.unit}"
        return own if self.second is None else f"{own} and {self.second.name}"

    @property
    def actor(self) -> Actor:
        return Actor(f"staff:{self.account_id}", (Hat(self.role, self.path, self.unit),))


@dataclass(frozen=True)
class Thing:
    """Something that not everybody may read; ``words`` tell it, ``contact`` is shown once asked."""

    about: str
    where: str
    path: str
    id: Any
    units: frozenset[str] = frozenset()
    owners: frozenset[int] = frozenset()
    words: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def reads(person: Person, thing: Thing) -> bool:
    """Whether the table of readers lets this person read this thing, by one of their posts."""
    is_apart = thing.units.isdisjoint(post.unit for post in person.posts)
    return any(_reads(post, thing, is_apart=is_apart) for post in person.posts)


def _reads(person: Person, thing: Thing, *, is_apart: bool) -> bool:
    for row in readers():
        if row.about != thing.about or row.role not in (person.role, "everybody"):
            continue
        inside = thing.path.startswith(person.path)
        if row.reach == "everywhere" or (row.reach == "area" and inside):
            return True
        if row.reach == "apart" and inside and is_apart:
            return True
        if row.reach == "unit" and inside and person.unit in thing.units:
            return True
        if row.reach == "self" and person.account_id in thing.owners:
            return True
    return False


class Standing:
    """People by what they hold, and things by what they are and where."""

    def __init__(self) -> None:
        self.count = 0
        self.at = AT - 60 * MINUTE
        codes = {*GRIDS.values(), HERE, THERE}
        self.paths = {code: places.get_place(code, AT).path for code in codes}
        self.people = tuple(self._everybody())
        self.things: list[Thing] = []
        for where in GRIDS:
            self._matters(where)
        for where in ("here", "there"):
            self._shared(where)
            self._kept(where)
            self._offices(where)
        self.keys = dict(self._programs())
        self.charter = places.charter_in_force(self.paths[HERE], AT)[0]

    def the(self, about: str, where: str = "here") -> Thing:
        """The first thing of a kind."""
        return next(t for t in self.things if (t.about, t.where) == (about, where))

    def somebody(self, role: str, where: str = "here", unit: str = UNITS[0]) -> Person:
        """One of the people."""
        return next(p for p in self.people if (p.role, p.where, p.unit) == (role, where, unit))

    def mark(self) -> str:
        """A word that stands nowhere else, whatever it goes through."""
        self.count += 1
        return f"zqx{self.count:04d}kvw"

    def _everybody(self) -> Iterator[Person]:
        spots = {"here": HERE, "grid": GRIDS["here"], "there": THERE}
        for role in sorted(set(real(REAL[0]).charter.roles) - NOBODYS):
            for where, code in spots.items():
                for unit in UNITS:
                    name = f"{role.replace('_', '-')}-{where}-{unit.replace('_', '-')}"
                    path = self.paths[code]
                    card = make_staff(name, role, path, unit)
                    yield Person(role, where, unit, path, card.id)

    def with_two_posts(self) -> Iterator[Person]:
        """People who are somebody here and somebody else elsewhere: no post lends to the other.

        Each role in the place, with a post of little power in the other place or another unit.
        """
        for role in sorted({person.role for person in self.people}):
            for other, where, unit in (
                ("grid_worker", "there", UNITS[0]), ("mediator", "there", UNITS[1]),
                ("handler", "here", UNITS[1]),
            ):  # fmt: skip
                first, second = self.somebody(role), self.somebody(other, where, unit)
                card = make_staff(f"two-{role}-{other}".replace("_", "-"), role, first.path,
                                  UNITS[0])  # fmt: skip
                appoint(card.id, other, second.path, unit)
                both = replace(second, account_id=card.id)
                yield replace(first, account_id=card.id, second=both)

    def _hat(self, role: str, where: str, unit: str = "") -> Actor:
        spot = "there" if where == "there" else "here"
        return self.somebody(role, spot, unit or UNITS[0]).actor

    def _step(self, matter_id: UUID, who: Actor, action: str, **fields: Any) -> None:
        self.at += MINUTE / 10
        matters.take_action(
            actor=who, at=self.at, command_id=new_id(), matter_id=matter_id, action=action,
            fields=fields,
        )  # fmt: skip

    def _raised(self, where: str, type_code: str, text: str, **more: Any) -> matters.Raised:
        self.at += MINUTE / 10
        given = {name: more.pop(name) for name in ("photos", "contact") if name in more}
        return matters.raise_matter(
            actor=PUBLIC, at=self.at, command_id=new_id(), **given,
            draft=matters.Draft(
                type_code=type_code, text=text, grid_code=GRIDS[where], **more
            ),
        )  # fmt: skip

    def _matters(self, where: str) -> None:
        """One matter in each unit's hands; each with a photo, a recording, a note and a link."""
        for unit in UNITS:
            text, address, note, said, name = (self.mark() for _ in range(5))
            phone = f"0475-{70000000 + self.count}"
            made = self._raised(
                where, "A01", f"垃圾 {text}", address=f"楼 {address}", **self._point(where),
                photos=(matters.Photo(content=picture((self.count, 90, 90))),),
                contact=matters.Contact(name=name, phone=phone),
            )  # fmt: skip
            owner = matters.reporter_of(made.id)
            matters.add_voice_note(
                actor=owner, at=self.at, command_id=new_id(), matter_id=made.id,
                content=recordings.ogg(2),
            )  # fmt: skip
            self._step(made.id, self._hat("desk", where), "accept", note=f"收 {note}")
            dispatcher = self._hat("dispatcher", where)
            self._step(made.id, dispatcher, "offer", unit=unit, reason=f"派 {said}")
            self._step(made.id, self._hat("handler", where, unit), "take", contact_name="班")
            link = matters.make_link(
                actor=self._hat("handler", where, unit), at=self.at, command_id=new_id(),
                matter_id=made.id, body=f"队 {self.mark()}", until_on=date(2026, 3, 17),
                contact_purpose="上门",
            )  # fmt: skip
            page = matters.get_matter(actor=self._hat("desk", where), at=self.at, matter_id=made.id)
            assert page is not None
            more = {
                "receipt": made.receipt_code, "photo": page.photos[0].id,
                "sound": page.sounds[0].id, "link": link, "ref": made.ref,
            }  # fmt: skip
            self._add("matter", where, made.id, units={unit}, words=(text, address, note, said),
                      contact=(name, phone), more=more)  # fmt: skip
            self._notice(where, made, unit)

    def _point(self, where: str) -> dict[str, float]:
        """The middle of a grid."""
        west, south, east, north = places.bounds_of(self.paths[GRIDS[where]], AT)
        return {"lon": (west + east) / 2, "lat": (south + north) / 2}

    def _shared(self, where: str) -> None:
        """One that the public reads, words and all."""
        made = self._raised(where, "B02", "灯", is_shareable=True)
        self._step(made.id, self._hat("desk", where), "publish_words")
        self._add("intake", where, made.id, more={"ref": made.ref})

    def _notice(self, where: str, made: matters.Raised, unit: str) -> None:
        path = self.paths[GRIDS[where]]
        words = self.mark()
        Notice.objects.create(
            matter_id=made.id, ref=words, type_code="A01",
            charter_key=places.charter_in_force(path, AT)[0], unit=unit, path=path,
            light="yellow", roles=";handler;head;", due_at=AT, made_at=AT,
        )  # fmt: skip
        self._add("notice", where, made.id, units={unit}, words=(words,))

    def _kept(self, where: str) -> None:
        """What only some roles may know of: a complaint, a sealed matter, a request for data."""
        for about, type_code in (("complaint", "I05"), ("sealed", "J07")):
            text, name = self.mark(), self.mark()
            made = self._raised(
                where, type_code, f"说 {text}", contact=matters.Contact(name=name, phone="")
            )
            self._add(about, where, made.id, words=(text, made.ref), contact=(name,),
                      more={"receipt": made.receipt_code})  # fmt: skip
        asked_about = self.the("matter", where)
        words = self.mark()
        request = matters.ask_right(
            actor=matters.reporter_of(asked_about.id), at=self.at, command_id=new_id(),
            matter_id=asked_about.id, right="restrict", words=words,
        )  # fmt: skip
        self._add("request", where, request.id, words=(words,))

    def _offices(self, where: str) -> None:
        """What an office keeps: phones, keys, handovers, webhooks, breaches, letters, plans."""
        town, grid = self.paths[TOWNS[where]], self.paths[GRIDS[where]]
        number, words = f"0475-{80000000 + self.count}", self.mark()
        worker = make_staff(f"worker-{where}", "grid_worker", grid, UNITS[0], work_phone=number)
        other = make_account(f"new-{where}")
        self._add("person", where, worker.id, owners={worker.id}, words=(number,),
                  more={"post": people.list_own_appointments(worker.id)[0].id})  # fmt: skip
        paired = fieldwork.pair_phone(
            actor=people.staff_actor(worker.id, AT), at=AT, command_id=new_id(),
            account_id=worker.id, label=words,
        )  # fmt: skip
        self._add("phone", where, paired.id, owners={worker.id}, words=(words,),
                  more={"token": paired.token})  # fmt: skip
        self._handover(where, worker, other)
        self._webhook(where)
        self._breach(where, town)
        self._letter(where)
        self._returned(where, grid, paired.id)
        self._rehearsal(where, town)
        self._young(where, town)

    def _handover(self, where: str, worker: Any, other: Any) -> None:
        words = self.mark()
        card = fieldwork.propose_handover(
            actor=self._hat("appointing", where), at=AT, command_id=new_id(),
            grid_code=GRIDS[where], kind="for_good", basis=f"据 {words}", incoming_id=other.id,
            outgoing_post=people.list_own_appointments(worker.id)[0].id,
        )  # fmt: skip
        ends = {worker.id, other.id}
        self._add("handover", where, card.id, owners=ends, words=(words,))
        self._add("handover-end", where, card.id, owners=ends)

    def _webhook(self, where: str) -> None:
        words = self.mark()
        added = subscriptions.add_webhook(
            actor=self._hat("data_officer", where), at=AT, command_id=new_id(),
            name=words, url=f"https://192.0.2.7/{words}", place_code=TOWNS[where],
        )  # fmt: skip
        self._add("webhook", where, added.id, words=(words,))

    def _breach(self, where: str, town: str) -> None:
        words = self.mark()
        card = vault.record_breach(
            actor=self._hat("data_officer", where), at=AT, command_id=new_id(), path=town,
            what=f"丢 {words}", kinds="contact", persons=1, found_at=AT,
        )  # fmt: skip
        self._add("breach", where, card.ref, path=town, words=(words,))
        self._add("breach-officer", where, card.ref, path=town)
        self._add("officer", where, card.ref, path=town)

    def _letter(self, where: str) -> None:
        """A letter about a matter here, and one that is of no place."""
        row = OutboxRow.objects.order_by("-pk").first()
        of_matter, to_webhook = self.the("matter", where).id, self.the("webhook", where).id
        grid, town = self.paths[GRIDS[where]], self.paths[TOWNS[where]]
        for about, path, subject, address in (
            ("letter", grid, f"matter:{of_matter}", self.mark()),
            ("letter-hook", town, self.mark(), str(to_webhook)),
            ("letter-house", town, self.mark(), self.mark()),
        ):
            letter = Delivery.objects.create(
                row=row, receiver="mail", address=address, subject=subject, state="dead",
                tries=9, next_at=AT, trouble=self.mark(),
            )  # fmt: skip
            self._add(about, where, letter.pk, path=path, words=(letter.trouble,))

    def _returned(self, where: str, grid: str, phone_id: int) -> None:
        words, name, row_id = self.mark(), self.mark(), new_id()
        draft = {"type_code": "A01", "text": words, "contact": {"name": name, "phone": ""}}
        IntentionRow.objects.create(
            id=row_id, phone_id=phone_id, kind="raise", action="A01", body="0" * 64,
            verdict="refused", rule="test", say={"zh": "不", "en": "no"}, made_at=AT,
            made_said=AT, received_at=AT, path=grid, in_charge="",
            sealed=seal({"kind": "raise", "draft": draft}, row=row_id, key=sealing_keys()[0]),
        )  # fmt: skip
        self._add("returned", where, row_id, words=(words,), contact=(name,))

    def _rehearsal(self, where: str, town: str) -> None:
        from tests.security import planned

        planner = self.somebody("charter_keeper", where).actor
        card, proposal, words = planned.rehearsed(planner, town, TOWNS[where], self.mark())
        self._add("rehearsal", where, card.ref, path=town, words=words,
                  more={"proposal": proposal.ref, "plan": json.dumps(dict(card.plan))})  # fmt: skip

    def _young(self, where: str, town: str) -> None:
        spot = Spot(
            code=TOWNS[where], grid=self.paths[GRIDS[where]], unit=UNITS[0],
            matter=self.the("matter", where), hat=lambda role: self._hat(role, where),
            mark=self.mark,
        )  # fmt: skip
        for one in planted(spot):
            self._add(one.about, where, one.id, path=one.path or town, words=one.words,
                      units=one.units, more=one.more)  # fmt: skip

    def _programs(self) -> Iterator[tuple[str, tuple[Person, frozenset[str], str]]]:
        """Programs by name: with a post, scopes and a token."""
        posts = [("desk", "here", ""), ("desk", "there", ""), ("data_officer", "here", ""),
                 ("data_officer", "there", ""), ("handler", "here", UNITS[0]),
                 ("handler", "here", UNITS[1]), ("handler", "there", UNITS[0])]  # fmt: skip
        for role, where, unit in posts:
            for scopes in (("read",), ("act",), ("webhook",), ("raise",)):
                yield self._program(role, where, unit, scopes)
        yield self._program("desk", "above", "", ("read",))

    def _program(
        self, role: str, where: str, unit: str, scopes: tuple[str, ...]
    ) -> tuple[str, tuple[Person, frozenset[str], str]]:
        self.count += 1
        town, setup = TOWNS.get(where, HERE), Actor(key=places.SETUP_KEY)
        path = self.paths[town]
        # A post above the place of the key: the key opens its place and no more.
        post = CITY if where == "above" else town
        account = people.create_service_account(
            actor=setup, at=AT, command_id=new_id(), username=f"program-{self.count}",
            display_name=f"演示 程序 {self.count}",
        )  # fmt: skip
        people.appoint_person(
            actor=setup, at=AT, command_id=new_id(), account_id=account.id, role=role,
            place_code=post, place_path=places.get_place(post, AT).path, unit_key=unit,
            basis="test",
        )  # fmt: skip
        words = self.mark()
        issued = people.issue_api_key(
            actor=setup, at=AT, command_id=new_id(), account_id=account.id, name=words,
            scopes=scopes, place_code=town, place_path=path,
            until_at=AT + timedelta(days=30),
        )  # fmt: skip
        self._add(
            "key", "there" if where == "there" else "here", issued.key.id, path=path, words=(words,)
        )
        person = Person(role, where, unit, path, account.id)
        return f"{person.name}+{scopes[0]}", (person, frozenset(scopes), issued.token)

    def _add(self, about: str, where: str, key: Any, **more: Any) -> None:
        more = {name: frozenset(v) if isinstance(v, set) else v for name, v in more.items()}
        given = {"path": self.paths[GRIDS[where]], **more}
        self.things.append(Thing(about=about, where=where, id=key, **given))


def account_of(person: Person) -> Account:
    """The row to log in with."""
    return Account.objects.get(pk=person.account_id)


__all__ = ["AT", "GRIDS", "UNITS", "Person", "Standing", "Thing", "account_of", "reads", "replayed"]
