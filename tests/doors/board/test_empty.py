"""A place that has published nothing yet."""

import pytest
from django.test import Client

from tests.doors.board.conftest import CODE
from tests.support import factories as f

pytestmark = pytest.mark.django_db
BOARD = f"/board/{CODE}/"


def test_a_place_without_a_publication_says_when_there_will_be_one():
    f.a_place()
    reader = Client(headers={"accept-language": "en"})
    assert "Nothing is published yet" in reader.get(BOARD).content.decode()
    assert "nothing published yet" in reader.get("/board/").content.decode()
    for path in ("answer/", "answer.csv", "publication.json", "embed/answer/"):
        assert reader.get(f"{BOARD}{path}").status_code == 404


def test_without_any_charter_there_is_no_place_to_choose():
    reader = Client(headers={"accept-language": "en"})
    assert "No place has adopted a charter yet." in reader.get("/board/").content.decode()
