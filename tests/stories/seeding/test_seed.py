"""The seed place: a matter at every state, made by real commands, the same again and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.duties import face as duties
from commongrid.rooms.findings import face as findings
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import ContactRow, Matter, PhotoRow
from commongrid.rooms.people import face as people
from commongrid.rooms.people.models import Account
from commongrid.rooms.publications import face as publications
from commongrid.stories.seeding import SEED_STAFF, Seeded, load_seed
from commongrid.stories.seeding.offices import load_offices
from commongrid.stories.seeding.scripts import SCRIPTS
from tests.support import factories as f
from tests.support.flows import REAL, real

pytestmark = pytest.mark.django_db
PASSWORD = "paper kite over the steppe"
Facts = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Loads:
    """The seed loaded twice into an empty house, and once more over itself."""

    seeded: Seeded
    first: Facts
    second: Facts
    before: dict[str, Any]
    again: dict[str, Any]


def facts() -> Facts:
    """What a run leaves but for numbers drawn by chance."""
    found = []
    for m in Matter.objects.order_by("received_at", "path", "type_code", "text"):
        owed = list(m.promises.order_by("key").values_list("key", "status", "due_at"))
        where = (m.path, m.lon, m.lat)
        stands = (m.state, m.unit, m.due_at, m.version, m.photos, owed)
        found.append((m.type_code, m.text, m.received_at, where, stands))
    return found


@pytest.fixture(scope="module")
def loads(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loads]:
    """Everything is undone at the end; nothing is read from other tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        with transaction.atomic():
            load_seed(at=f.AT, password=PASSWORD)
            first = facts()
            transaction.set_rollback(True)
        seeded = load_seed(at=f.AT, password=PASSWORD)
        second, before = facts(), f.dump()
        load_seed(at=f.AT, password=PASSWORD)
        yield Loads(seeded, first, second, before, f.dump())
        transaction.set_rollback(True)


def test_every_state_of_every_flow_has_a_matter(loads):
    for name in REAL:
        wanted = {(kind.value, state) for kind, state in real(name).charter.states}
        assert set(loads.seeded.states) == wanted
    kept = set(Matter.objects.order_by("pk").values_list("kind", "state"))
    assert kept >= set(loads.seeded.states)


def test_the_same_day_gives_the_same_place(loads):
    assert loads.first == loads.second
    assert len(loads.second) >= len(SCRIPTS)


def test_loading_it_again_changes_nothing(loads):
    assert loads.again == loads.before


def test_every_row_has_its_act_and_the_ledger_is_whole(loads):
    report = ledger.verify()
    assert report.findings == ()
    for matter in Matter.objects.order_by("pk"):
        acts = ledger.list_acts(f"matter:{matter.pk}")
        assert acts[0].action == "raise"
        assert acts[-1].after["state"] == matter.state


def test_nothing_happens_after_the_seed_s_own_time(loads):
    assert not Act.objects.filter(at__gt=f.AT).exists()
    assert not Matter.objects.filter(received_at__gt=f.AT).exists()
    assert not Matter.objects.filter(closed_at__gt=f.AT).exists()


def test_whoever_is_invented_says_so(loads):
    for account in Account.objects.order_by("pk"):
        assert "虚构" in account.display_name
    for row in ContactRow.objects.order_by("pk"):
        contact = matters.read_own_contact(
            actor=matters.reporter_of(row.matter_id), matter_id=row.matter_id
        )
        assert "虚构" in contact.name
        assert set(contact.phone) <= set("0-")


def test_there_is_somebody_to_log_in_as_for_every_step_of_the_event_flow(loads):
    held = {role for person in SEED_STAFF for role, _, _ in person.roles} | {"grid_worker"}
    assert held >= {"desk", "dispatcher", "handler", "head", "centre", "checker", "township",
                    "council", "community", "supervisor", "grid_worker"}  # fmt: skip
    names = set(Account.objects.order_by("pk").values_list("username", flat=True))
    assert {"town-grid", "town-grid-next", "town-supervise", "sumu-grid", "sumu-grid-next"} <= names


def test_each_sees_their_own_part(loads):
    def seen(username: str) -> int:
        account = Account.objects.get(username=username)
        actor = people.staff_actor(account.pk, f.AT)
        filters = matters.Filters(state_kinds=())
        return matters.list_matters(actor=actor, at=f.AT, filters=filters).total

    everything = Matter.objects.count()
    assert 0 < seen("town-grid") < seen("town-desk") < everything
    assert seen("town-desk") + seen("sumu-desk") == everything
    assert seen("town-grid-next") != 0


def test_lights_of_every_colour_are_on_and_most_are_in_time(loads):
    later = f.AT + timedelta(minutes=1)
    account = Account.objects.get(username="town-desk")
    actor = people.staff_actor(account.pk, later)
    counts = matters.count_matters(actor=actor, at=later, filters=matters.Filters())
    assert set(counts.by_light) == {"red", "yellow", "blue", "none", "grey"}
    assert counts.by_light["none"] * 5 >= counts.open * 2
    assert counts.by_light["red"] * 4 <= counts.open


def test_pictures_are_there_and_say_that_they_are_invented(loads):
    assert PhotoRow.objects.count() >= 10
    for photo in PhotoRow.objects.order_by("pk")[:3]:
        mine = matters.reporter_of(photo.matter_id)
        assert matters.open_photo(actor=mine, photo_id=photo.pk) is not None


def test_offices_did_something_in_the_open(loads):
    tasks = [card.state for card in (*duties.list_live("/", f.AT), *duties.list_past("/", f.AT))]
    assert sorted(tasks) == ["approved", "proposed", "refused"]
    affairs = publications.list_affairs("/")
    assert {card.is_late for card in affairs} == {True, False}
    watch = Account.objects.get(username="sumu-watch")
    seen = findings.list_findings(people.staff_actor(watch.pk, f.AT), f.AT).cards
    assert [card.state for card in seen] == ["answered"]
    supervisor = Account.objects.get(username="town-supervise")
    actor = people.staff_actor(supervisor.pk, f.AT)
    assert findings.count_findings(actor, f.AT, standing=findings.OPEN) == 1
    assert [card.state for card in findings.list_samples(actor, f.AT).cards] == ["announced"]
    written = [card.title for card in affairs] + [card.text for card in seen]
    assert all("虚构" in words for words in written)


def test_another_day_s_load_does_no_office_s_work_again(loads):
    before = f.dump()
    staff = dict(Account.objects.order_by("pk").values_list("username", "pk"))
    load_offices(staff=staff, at=f.AT + timedelta(hours=30))
    assert f.dump() == before
