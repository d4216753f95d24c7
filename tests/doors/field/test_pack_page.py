"""The pack over the line: for phones only, closed to caches, and not sent twice."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.doors.field.standing import a_phone, a_worker, by_phone, end_posts
from tests.site.inside import inside
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(db):
    f.a_place()
    return a_worker()


def test_a_phone_is_given_its_pack_and_next_time_nothing(worker):
    token = a_phone(worker.id).token
    first = by_phone(token, "get", "/field/pack/")
    assert first.status_code == 200
    assert first.headers["ETag"] == f'"{first.json()["sha"]}"'
    assert first.headers["Cache-Control"] == "no-store"
    again = by_phone(token, "get", "/field/pack/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = by_phone(token, "get", "/field/pack/", headers={"If-None-Match": '"old"'})
    assert other.status_code == 200


def test_it_is_packed_on_the_way(worker):
    token = a_phone(worker.id).token
    plain = by_phone(token, "get", "/field/pack/")
    packed = by_phone(token, "get", "/field/pack/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3


def test_a_session_is_no_phone(worker):
    answer = inside(worker.id).get("/field/pack/")
    assert (answer.status_code, answer.json()["rule"]) == (401, "field.no_phone")
    assert Client().get("/field/pack/").status_code == 401


def test_a_phone_whose_post_is_over_is_told_so(worker):
    token = a_phone(worker.id).token
    end_posts(worker.id)
    answer = by_phone(token, "get", "/field/pack/")
    assert (answer.status_code, answer.json()["rule"]) == (409, "field.no_pack")


def test_the_known_sum_answers_without_packing(worker, count_sql):
    token = a_phone(worker.id).token
    etag = by_phone(token, "get", "/field/pack/").headers["ETag"]
    with count_sql(max=6):
        by_phone(token, "get", "/field/pack/", headers={"If-None-Match": etag})
