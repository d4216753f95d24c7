"""Every page there is, looked at with axe: a new address must be named here, or this fails."""

import re

import pytest
from django.urls import get_resolver
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.bridges import board, powers
from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people.models import Account, Appointment
from commongrid.stories.seeding import load_seed
from tests.browser.hands import pressed, still
from tests.browser.kept import kept
from tests.browser.pages import JOURNEYS, NOT_PAGES, PAGES, PROGRAMS
from tests.browser.ways import WAYS, is_read
from tests.support import recordings

LARGE = "document.documentElement.style.fontSize = '200%'"
PASSWORD = "seven kites over the lake"


def names(patterns=None, space=""):
    """Every route as ``space:name``."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern.url_patterns, pattern.namespace or space)
        else:
            yield f"{space}:{pattern.name}"


def test_every_address_is_a_page_or_says_why_not():
    known = {*PAGES, *NOT_PAGES, *JOURNEYS}
    there = {name for name in names() if not name.startswith(PROGRAMS)}
    assert sorted(there - known) == []
    assert sorted(known - there) == []


@pytest.fixture
def seed(transactional_db, who):
    """The whole seed place; its past is published for those who read the board."""
    kept("seed" if who else "seed with past", lambda: _load(with_past=not who))


def _load(*, with_past):
    load_seed(at=timezone.now(), password=PASSWORD, with_past=with_past)
    if with_past:
        board.catch_up()
        board.publish_due_months(at=timezone.now())
        powers.publish_due_months(at=timezone.now())


@pytest.fixture
def sample(seed):
    """Real keys for the addresses that name something."""
    matter = Matter.objects.filter(photos__gt=0, path__contains="/150502004000/").first()
    assert matter is not None
    matters.add_voice_note(
        actor=matters.reporter_of(matter.pk), at=timezone.now(), command_id=new_id(),
        matter_id=matter.pk, content=recordings.webm(1),
    )  # fmt: skip
    worker = Account.objects.get(username="town-sanitation")
    return {
        "matter_id": matter.pk,
        "other_id": Matter.objects.filter(kind=matter.kind).exclude(pk=matter.pk).first().pk,
        "photo_id": matter.pictures.first().pk,
        "account_id": worker.pk,
        "post_id": Appointment.objects.filter(account=worker).first().pk,
        "charter": matter.charter_key,
        "place": "150502004000",
        "grid": matter.place.code,
    }


@pytest.mark.parametrize(("on", "language", "is_large"), WAYS)
@pytest.mark.parametrize("who", ["", "town-desk", "town-keeper"])
def test_every_page_is_accessible_and_fits(
    open_page, axe, fits, sample, who, on, language, is_large
):
    page = open_page("/", on=on, language=language)
    page.goto("/places/")
    pressed(page.locator(".place-button").first)
    if who:
        page.goto("/staff/login/")
        page.locator("[name=username]").fill(who)
        page.locator("[name=password]").fill(PASSWORD)
        pressed(page.locator("main form button").first)
        expect(page).not_to_have_url(re.compile("login"))
    wrong = []
    for number, (name, (path, reader)) in enumerate(PAGES.items()):
        if reader == who:
            checks = (axe, fits) if is_read(number, on) else (fits,)
            wrong += _look(page, name, path.format(**sample), checks, is_large=is_large)
    assert not wrong, "\n\n".join(wrong)


def _look(page, name, path, checks, *, is_large):
    """What is wrong with one page, so that one bad page does not hide the next."""
    answer = page.goto(path)
    if answer.status != 200:
        return [f"{name} {path}: answered {answer.status}"]
    still(page)
    if is_large:
        page.evaluate(LARGE)
    found = []
    for check in checks:
        try:
            check(page)
        except AssertionError as error:
            found.append(f"{name} {path}: {error}")
    return found
