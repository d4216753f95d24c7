"""``commongrid people`` and ``commongrid adopt``: what the installer does, and clear errors."""

from __future__ import annotations

import re
import shutil

import pytest
from django.core.management import CommandError, call_command

from commongrid.ledger.models import Act
from commongrid.rooms.people import face
from commongrid.rooms.places import face as places
from tests.rooms.people.standing import AT
from tests.rooms.places import standing
from tests.support import factories as f
from tests.support.flows import CHARTERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


def run(capsys, *args: str) -> str:
    call_command(*args)
    return capsys.readouterr().out


@pytest.fixture
def made(capsys):
    out = run(capsys, "people", "create", "tulip", "--name", "演示 郁金", "--no-second-step")
    return face.find_account("tulip"), out


def test_an_account_is_made_and_can_log_in(made, client):
    card, out = made
    password = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", out).group()
    client.post("/staff/login/", {"username": "tulip", "password": password})
    assert "_auth_user_id" in client.session
    act = Act.objects.get(subject=f"person:{card.id}")
    assert act.actor == "system:setup"
    assert password not in act.core + act.words


def test_a_post_is_given_listed_and_ended(made, capsys):
    card, _out = made
    given = ("tulip", "appointing", standing.TOWN)
    run(capsys, "people", "appoint", *given, "--basis", "decision 1", "--last-day", "2026-12-31")
    post = face.list_own_appointments(card.id)[0]
    assert post.until_at.isoformat() == "2026-12-31T16:00:00+00:00"
    assert "appointing  演示 郁金" in run(capsys, "people", "list", "--place", standing.TOWN)
    assert "演示 郁金" not in run(capsys, "people", "list", "--place", standing.OTHER_TOWN)
    assert "演示 郁金" in run(capsys, "people", "list")
    run(capsys, "people", "end", *given, "--reason", "moved")
    assert not face.staff_actor(card.id, AT).hats
    with pytest.raises(CommandError, match="holds no such post"):
        run(capsys, "people", "end", *given, "--reason", "again")


def test_a_password_is_reset_and_printed_once(made, capsys, client):
    out = run(capsys, "people", "reset-password", "tulip")
    password = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", out).group()
    assert password not in made[1]
    client.post("/staff/login/", {"username": "tulip", "password": password})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("create", "?", "--name", "x"), "people.bad_name"),
        (("create", "tulip", "--name", "x"), "people.username_taken"),
        (("appoint", "nobody", "desk", standing.TOWN, "--basis", "x"), "no account nobody"),
        (("appoint", "tulip", "king", standing.TOWN, "--basis", "x"), "no role king here"),
        (("appoint", "tulip", "desk", "999", "--basis", "x"), "no place with code 999"),
        (("appoint", "tulip", "handler", standing.TOWN, "--basis", "x"), "people.unit_needed"),
        (
            ("appoint", "tulip", "handler", standing.TOWN, "--unit", "moon", "--basis", "x"),
            "no unit moon here",
        ),
        (("appoint", "tulip", "desk", standing.TOWN, "--basis", " "), "people.no_basis"),
        (("remove-second-step", "tulip", "--reason", "x"), "people.totp_absent"),
        (("list", "--place", "999"), "no place with code 999"),
    ],
)
def test_what_is_refused_is_said_in_one_line(made, capsys, args, said):
    acts = Act.objects.count()
    with pytest.raises(CommandError, match=re.escape(said)):
        run(capsys, "people", *args)
    assert Act.objects.count() == acts


# --- adopting a charter -------------------------------------------------------------------------


@pytest.fixture
def next_version(tmp_path):
    """The charter of the town as a later version with another signer."""
    for name in ("common", "keerqin-subdistrict"):
        shutil.copytree(CHARTERS / name, tmp_path / name)
    header = tmp_path / "keerqin-subdistrict" / "charter.yaml"
    text = re.sub(r"(?m)^version:.*$", 'version: "2026.98"', header.read_text("utf-8"))
    header.write_text(re.sub(r"(?m)^signed_by_en:.*$", "signed_by_en: a new signer", text), "utf-8")
    return tmp_path


def test_a_dry_run_says_what_would_change_and_changes_nothing(next_version, capsys):
    before = places.charter_in_force(f.TOWN, AT)[0]
    given = ("adopt", "keerqin-subdistrict", "--root", str(next_version), "--lang", "en")
    out = run(capsys, *given, "--dry-run")
    assert "a new signer" in out
    assert "nothing was adopted" in out
    with pytest.raises(CommandError, match="--reason"):
        run(capsys, *given)
    assert places.charter_in_force(f.TOWN, AT)[0] == before


def test_a_version_is_adopted_with_its_reason(next_version, capsys):
    given = ("adopt", "keerqin-subdistrict", "--root", str(next_version))
    assert "keerqin-subdistrict@2026.98" in run(capsys, *given, "--reason", "council decision 3")
    assert places.charter_in_force(f.TOWN, AT)[0] == "keerqin-subdistrict@2026.98"
    act = Act.objects.filter(action="adopt_charter").latest("id")
    assert (act.actor, act.words) == ("system:setup", "council decision 3")


def test_a_version_with_mistakes_is_not_adopted(next_version, capsys):
    (next_version / "keerqin-subdistrict" / "types.csv").write_text("code\nA01\n", "utf-8")
    before = Act.objects.count()
    with pytest.raises(CommandError):
        run(capsys, "adopt", "keerqin-subdistrict", "--root", str(next_version), "--reason", "x")
    assert Act.objects.count() == before


def test_the_same_version_with_another_text_is_refused(next_version, capsys):
    header = next_version / "keerqin-subdistrict" / "charter.yaml"
    version = places.charter_in_force(f.TOWN, AT)[0].partition("@")[2]
    header.write_text(header.read_text("utf-8").replace("2026.98", version), "utf-8")
    with pytest.raises(CommandError, match=r"place\.adopt_charter"):
        run(capsys, "adopt", "keerqin-subdistrict", "--root", str(next_version), "--reason", "x")
