"""The pages under /-/: who may, both languages, what they say, and what they never say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import transaction

from commongrid.charter.plain import from_plain, to_plain
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act, OutboxRow
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places
from commongrid.site import acts_scope, env, pages, pages_acts, pages_system
from commongrid.site.pages_charter import PARTS
from tests.rooms.people.standing import actor, appoint, make_account, make_staff
from tests.rooms.places import standing
from tests.site.inside import holding, inside, page
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
ALL_STAFF = ("/-/", "/-/rules", "/-/states", "/-/why", "/-/jobs", "/-/versions")
NAMED = {"/-/acts": "supervisor", "/-/settings": "place_keeper"}
EVIL = "<script>alert(1)</script>"


def in_force() -> str:
    return places.charter_in_force(f.TOWN, f.AT)[0]


@pytest.fixture
def worker():
    return holding("grid_worker", f.GRID, "community")


@pytest.fixture
def supervisor():
    return holding("supervisor")


# --- who may --------------------------------------------------------------------------------


def test_strangers_are_sent_to_the_login(client):
    key = in_force()
    for address in (*ALL_STAFF, *NAMED, f"/-/rules/{key}", f"/-/rules/{key}/powers"):
        assert client.get(address).url.startswith("/staff/login/"), address


def test_all_staff_read_the_rules_and_named_roles_the_rest(worker):
    client = inside(worker.id)
    for address in ALL_STAFF:
        page(client, address)
    for address, role in NAMED.items():
        assert client.get(address).status_code == 403
        page(inside(holding(role).id), address)


def test_nothing_can_be_posted(supervisor):
    client = inside(supervisor.id)
    for address in (*ALL_STAFF, "/-/acts"):
        assert client.post(address).status_code == 405


def test_the_index_names_what_is_for_others_without_a_link(worker):
    shown = page(inside(worker.id), "/-/")
    for listed in pages.LISTED:
        assert str(listed.title) in shown
    assert '<h2><a href="/-/rules">' in shown
    assert '<h2><a href="/-/acts">' not in shown
    assert "About this system" in page(inside(worker.id, "en"), "/-/")


# --- for monitors -----------------------------------------------------------------------------


# --- rules --------------------------------------------------------------------------------------


def test_the_rules_name_version_digest_and_act(worker):
    card = places.get_charter_card(in_force())
    assert card.digest[:12] in page(inside(worker.id), "/-/rules")
    shown = page(inside(worker.id), f"/-/rules/{card.key}")
    for words in (card.key, card.digest, str(card.made_by_act), "test"):
        assert words in shown


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens_in_both_languages(worker, part, language):
    shown = page(inside(worker.id, language), f"/-/rules/{in_force()}/{part}")
    assert "<td" in shown
    assert ("自拟" if language == "zh-hans" else "our own proposal") in shown or part in (
        "calendar",
        "sorting",
    )


def test_types_are_searched_and_say_where_each_limit_comes_from(worker):
    client, address = inside(worker.id), f"/-/rules/{in_force()}/types"
    found = page(client, address, q="a01")
    assert "common/limits.csv:" in found
    assert ">A01<" in found
    assert ">B01<" not in found
    assert ">A01<" not in page(client, address, q="nothing is called this")
    assert ">A01<" not in page(client, address, **{"class": "U0"})


def test_the_calendar_shows_the_year_asked_for(worker):
    client, address = inside(worker.id), f"/-/rules/{in_force()}/calendar"
    assert "2026-02-" in page(client, address)
    assert "2025-10-01" in page(client, address, year="2025")
    page(client, address, year="no year")


@pytest.mark.parametrize(
    "address", ["/-/rules/no@1", "/-/rules/no@1/types", "/-/states?charter=no@1"]
)
def test_a_charter_that_was_never_adopted(worker, address):
    assert inside(worker.id).get(address).status_code == 404
    assert inside(worker.id).get(f"/-/rules/{in_force()}/nonsense").status_code == 404


def adopt_next(**changes: object) -> str:
    charter = from_plain(to_plain(f.town_charter()))
    charter = replace(charter, version="2026.99", **changes)
    given = {"at": f.AT, "command_id": new_id(), "reason": EVIL}
    return places.adopt_charter(actor=f.SETUP, charter=charter, **given).key


def test_changes_between_two_versions_stand_in_words(worker):
    old = in_force()
    new = adopt_next(signed_by=Text("新的签发人", "a new signer"))
    shown = page(inside(worker.id, "en"), "/-/rules/changes", old=old, new=new)
    assert "a new signer" in shown
    assert "2026.99" in page(inside(worker.id), f"/-/rules/{old}")
    same = page(inside(worker.id), "/-/rules/changes", old=old, new=old)
    assert "两个版本内容相同" in same
    assert inside(worker.id).get("/-/rules/changes?old=x").status_code == 404


def test_words_of_a_charter_are_shown_as_text(worker):
    charter = f.town_charter()
    role = replace(charter.roles["desk"], name=Text(EVIL, EVIL))
    state_key = next(iter(charter.states))
    state = replace(charter.states[state_key], name=Text(EVIL, EVIL))
    before = in_force()
    key = adopt_next(
        name=Text(EVIL, EVIL),
        roles={**charter.roles, "desk": role},
        states={**charter.states, state_key: state},
    )
    client, flow = inside(worker.id), state_key[0].value
    for address in (
        "/-/rules",
        "/-/versions",
        *(f"/-/rules/{key}/{part}" for part in PARTS),
        f"/-/rules/{key}/flows?flow={flow}",
        f"/-/states?charter={key}&flow={flow}",
        f"/-/rules/changes?old={before}&new={key}",
    ):
        response = client.get(address)
        assert response.status_code in (200, 404), address
        assert EVIL not in response.content.decode(), address


def test_a_page_of_rules_costs_little(worker, count_sql):
    client, key = inside(worker.id), in_force()
    page(client, f"/-/rules/{key}")
    with count_sql(max=8):
        page(client, f"/-/rules/{key}")
    with count_sql(max=10):
        page(client, "/-/rules")


# --- states and why -----------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "已受理"), ("en", "accepted")])
def test_states_are_drawn_in_the_language_of_the_page(worker, language, words):
    shown = page(inside(worker.id, language), "/-/states", flow="event")
    drawing = re.search(r'<svg[^>]*class="flow".*?</svg>', shown, re.S).group()
    assert words in drawing
    assert "<title" in drawing
    assert "<desc" in drawing
    assert "<style" not in shown  # the content policy would stop it


def test_why_leads_to_the_reasons_of_a_step(worker):
    matter = f.walked(f.ACCEPT)
    ref = matters.get_matter(actor=f.DESK, at=f.AT, matter_id=matter.id).card.ref
    client = inside(worker.id)
    shown = page(client, "/-/why", matter=ref)
    assert f"/desk/why/{matter.id}/" in shown
    answer = client.get("/-/why", {"matter": ref.lower(), "action": "offer"})
    assert answer.url == f"/desk/why/{matter.id}/offer/"


def test_why_says_nothing_about_matters_of_others(db):
    matter = f.walked(f.ACCEPT)
    ref = matters.get_matter(actor=f.DESK, at=f.AT, matter_id=matter.id).card.ref
    other = f"/{standing.CITY}/{standing.DISTRICT}/{standing.OTHER_TOWN}/"
    client = inside(holding("desk", other).id)
    shown = page(client, "/-/why", matter=ref)
    assert "没有您可以查看的这个编号的事项" in shown
    assert "/desk/why/" not in shown
    assert client.get("/-/why", {"matter": ref, "action": "offer"}).status_code == 200
    assert "没有您可以查看的这个编号的事项" in page(client, "/-/why", matter="20260310-9999")
    assert EVIL not in page(client, "/-/why", matter=EVIL)


# --- acts ---------------------------------------------------------------------------------------


def test_acts_show_core_facts_and_no_words(supervisor):
    matter = f.walked(*f.HANDLED, contact=f.CONTACT)
    shown = page(inside(supervisor.id), "/-/acts")
    act = Act.objects.get(subject=f"matter:{matter.id}", action="offer")
    for words in ("offer", act.rule_id, act.hash[:12], f"matter:{matter.id}", "公众"):
        assert words in shown
    for secret in (f.WORDS, "主办单位", "三号楼", f.CONTACT.phone, f.CONTACT.name):
        assert secret not in shown


def test_acts_carry_the_name_of_who_acted(supervisor):
    officer = holding("appointing")
    worker = make_account("other")
    appoint(worker.id, "desk", f.TOWN, actor=people.staff_actor(officer.id, f.AT))
    shown = page(inside(supervisor.id), "/-/acts", subject=f"person:{worker.id}")
    for words in ("系统", officer.display_name, "任用", "任职管理员"):
        assert words in shown


def test_acts_are_narrowed_and_paged(supervisor, monkeypatch):
    monkeypatch.setattr(pages_acts, "PAGE", 3)
    f.walked(*f.HANDLED)
    client = inside(supervisor.id)
    first = page(client, "/-/acts")
    before = re.search(r"before=(\d+)", first).group(1)
    second = page(client, "/-/acts", before=before)
    hashes = re.compile(r'title="([0-9a-f]{64})"')
    assert len(hashes.findall(first)) == 3
    assert not set(hashes.findall(first)) & set(hashes.findall(second))
    assert "没有符合条件的记录" in page(client, "/-/acts", day="2001-01-01")
    assert "没有符合条件的记录" in page(client, "/-/acts", action="no_such_action")
    assert len(hashes.findall(page(client, "/-/acts", action="accept", day="2026-03-10"))) == 1
    page(client, "/-/acts", before="-4", day="x", subject=EVIL * 9)
    assert EVIL not in page(client, "/-/acts", subject=EVIL)


def test_the_list_of_acts_costs_the_same_for_many(supervisor, count_sql):
    for _ in range(3):
        f.walked(*f.HANDLED)
    client = inside(supervisor.id)
    page(client, "/-/acts")
    with count_sql(max=11):
        page(client, "/-/acts")


@pytest.fixture
def elsewhere(db):
    """A place with a charter of its own beside the township."""
    code = standing.OTHER_TOWN
    charter = replace(f.town_charter(), charter_id="other-town", place=code)
    places.adopt_charter(
        actor=f.SETUP, at=f.AT - f.DAY, command_id=new_id(), charter=charter, reason="test"
    )
    return make_staff("elsewhere", "supervisor", f"/{standing.CITY}/{standing.DISTRICT}/{code}/")


def test_an_auditor_of_an_area_reads_the_acts_of_that_area(supervisor, elsewhere):
    matter = f.walked(*f.HANDLED)
    subject = f"matter:{matter.id}"
    own, other = inside(supervisor.id), inside(elsewhere.id)
    for shown in (page(own, "/-/acts"), page(own, "/-/acts", subject=subject)):
        assert subject in shown
    own_person, other_person = f"person:{supervisor.id}", f"person:{elsewhere.id}"
    assert "appoint_person" in page(own, "/-/acts", subject=own_person)
    for key in (subject, own_person, f"charter:{standing.TOWN}"):
        assert "没有符合条件的记录" in page(other, "/-/acts", subject=key, verify="1")
        assert "没有符合条件的记录" not in page(own, "/-/acts", subject=key)
    shown = page(other, "/-/acts")
    assert other_person in shown
    assert f"charter:{standing.OTHER_TOWN}" in shown
    assert subject not in shown
    assert "验证" not in page(other, "/-/acts", subject=subject, verify="1")


def test_what_names_no_place_is_read_with_the_whole_house(supervisor, elsewhere):
    ledger_key = new_id()
    with transaction.atomic():
        ledger.record_act(ledger.ActDraft(
            command_id=ledger_key, subject="log:zq", action="sign", actor="clock", role="clock",
            rule_id="test", at=f.AT,
        ))  # fmt: skip
    assert "log:zq" not in page(inside(supervisor.id), "/-/acts")
    whole = make_staff("whole", "supervisor", f"/{standing.CITY}/{standing.DISTRICT}/")
    assert "log:zq" in page(inside(whole.id), "/-/acts")


def test_a_small_area_looks_through_a_bounded_part_of_the_house(
    supervisor, elsewhere, monkeypatch, count_sql
):
    old = f"matter:{f.raised().id}"
    for _ in range(4):
        make_account(f"nobody-{_}")  # of no area
    monkeypatch.setattr(acts_scope, "LOOKED_AT", 3)
    client = inside(supervisor.id)
    with count_sql(max=13):
        shown = page(client, "/-/acts")
    assert old not in shown
    for _ in range(9):
        before = re.search(r"before=(\d+)", shown)
        if old in shown or before is None:
            break
        shown = page(client, "/-/acts", before=before.group(1))
    assert old in shown
    assert old in page(client, "/-/acts", subject=old)


def test_a_chain_is_verified_on_demand(supervisor):
    subject = f"matter:{f.walked(*f.HANDLED).id}"
    client = inside(supervisor.id, "en")
    assert "Verify this chain" in page(client, "/-/acts", subject=subject)
    assert "This chain is whole: 4 acts" in page(client, "/-/acts", subject=subject, verify="1")
    Act.objects.filter(subject=subject, position=1).update(action="hang")
    broken = page(client, "/-/acts", subject=subject, verify="1")
    assert "This chain is not whole" in broken
    Act.objects.filter(subject=subject, position=3).delete()
    assert "4 acts were written, 3 are here" in page(client, "/-/acts", subject=subject, verify="1")


def test_checkpoints_are_listed(supervisor):
    point = ledger.make_checkpoint(at=f.AT)
    assert point.digest in page(inside(supervisor.id), "/-/acts")


# --- jobs, settings, versions -------------------------------------------------------------------


def test_jobs_say_that_nobody_receives(worker):
    f.raised()
    shown = page(inside(worker.id, "en"), "/-/jobs")
    assert "What happened is told from here" in shown
    assert "matter.raised" in shown
    assert f"<dd>{OutboxRow.objects.count()}</dd>" in shown


def test_every_setting_is_listed_and_no_secret_shown(monkeypatch):
    secret = "s3cr3t-of-the-house"
    for setting in env.SETTINGS:
        if setting.secret:
            monkeypatch.setenv(setting.name, secret)
    monkeypatch.setenv("COMMONGRID_HOSTS", "grid.example")
    shown = page(inside(holding("place_keeper").id), "/-/settings")
    for setting in env.SETTINGS:
        assert setting.name in shown
    assert "grid.example" in shown
    assert secret not in shown


def test_no_page_shows_a_key(settings, supervisor):
    appoint(supervisor.id, "place_keeper", f.TOWN)
    client = inside(supervisor.id)
    keys = (settings.SECRET_KEY, settings.RECEIPT_KEY, settings.LEDGER_KEY, *settings.CONTACT_KEYS)
    for address in (*ALL_STAFF, *NAMED):
        shown = page(client, address)
        assert not [key for key in keys if key in shown], address


def test_every_setting_is_explained_in_both_languages():
    assert set(pages_system.MEANINGS) == {setting.name for setting in env.SETTINGS}


def test_versions_name_software_charters_and_migrations(worker, monkeypatch):
    shown = page(inside(worker.id), "/-/versions")
    for words in ("CommonGrid", "Python", "Django", in_force(), "0001_start"):
        assert words in shown
    monkeypatch.setattr(pages_system, "open_migrations", lambda: ("people.0009_later",))
    assert "people.0009_later" in page(inside(worker.id), "/-/versions")


def test_somebody_without_a_post_still_reads_the_rules():
    card = make_account("nobody")
    assert actor(card).hats == ()
    for address in ALL_STAFF:
        page(inside(card.id), address)
