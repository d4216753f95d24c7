"""Two requests of one browser at once lose nothing, and an outage is not a session that ended."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.urls import path

from commongrid.doors.common import sessions
from commongrid.doors.common.gates import public
from commongrid.doors.common.sessions import SessionStore
from commongrid.site import urls as root

handler400, handler500 = root.handler400, root.handler500


@public
def keep(request):
    from django.shortcuts import redirect

    request.session["step"] = "kept"
    return redirect("/next/")


urlpatterns = [*root.urlpatterns, path("keep/", keep)]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def begun() -> str:
    """The key of a session with three values."""
    first = SessionStore()
    first.update({"a": 1, "b": 1, "c": 1})
    first.create()
    return str(first.session_key)


def read(key: str) -> dict:
    return SessionStore(key).load()


def test_the_request_that_ends_last_undoes_nothing_of_the_other(begun):
    slow, fast = SessionStore(begun), SessionStore(begun)
    slow["a"], fast["b"], fast["d"] = 2, 2, 2
    del slow["c"]
    fast.save()
    slow.save()
    assert read(begun) == {"a": 2, "b": 2, "d": 2}
    slow["a"] = 3
    slow.save()
    assert read(begun) == {"a": 3, "b": 2, "d": 2}


def test_what_both_changed_is_asked_of_its_merger(begun, monkeypatch):
    monkeypatch.setitem(sessions.MERGERS, "a", lambda *three: list(three))
    slow, fast = SessionStore(begun), SessionStore(begun)
    slow["a"], fast["a"] = "slow", "fast"
    fast.save()
    slow.save()
    assert read(begun)["a"] == [1, "fast", "slow"]


def test_writing_alone_is_one_statement(begun, django_assert_num_queries):
    one = SessionStore(begun)
    one["a"] = 2
    with django_assert_num_queries(1):
        one.save()


def test_a_session_that_ended_meanwhile_does_not_come_back(begun):
    slow = SessionStore(begun)
    slow["a"] = 2
    SessionStore(begun).flush()
    with pytest.raises(UpdateError):
        slow.save()
    assert not Session.objects.exists()


def test_forgetting_all_and_a_new_key_are_written(begun):
    one = SessionStore(begun)
    one.clear()
    one["e"] = 1
    one.save()
    assert read(begun) == {"e": 1}
    one.cycle_key()
    one["f"] = 1
    one.save()
    assert read(one.session_key) == {"e": 1, "f": 1}
    assert read(begun) == {}


def test_a_database_that_is_away_when_the_session_is_written_is_said_so(begun, monkeypatch):
    """It was answered with 400, as if the browser had sent nonsense: nothing was kept."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies["sessionid"], client.cookies["csrftoken"] = begun, "a" * 32
    said = {"csrfmiddlewaretoken": "a" * 32, "words": "my words"}
    with monkeypatch.context() as broken:
        broken.setattr("django.db.models.query.QuerySet.update", gone)  # a save by itself too
        broken.setattr("django.db.models.base.Model._do_update", gone)
        answer = client.post("/keep/", said)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert 'name="words" value="my words"' in answer.content.decode()
    assert client.post("/keep/", said).status_code == 302
    assert read(begun)["step"] == "kept"


def gone(*_args, **_more):
    raise OperationalError("terminating connection due to administrator command")
