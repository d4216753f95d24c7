"""The pages of what bodies publish, and the publisher's form."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongrid.kernel.ids import new_id
from commongrid.rooms.people.models import Account
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.models import Affair
from tests.rooms.people.standing import make_staff
from tests.rooms.places import standing
from tests.rooms.publications.standing import TOWN_CODE
from tests.support import factories as f

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 7, 14, 2, tzinfo=UTC)
MOST = 11  # statements of the list
HOME = f"/powers/{TOWN_CODE}/affairs/"
FORM = f"/powers/publishing/{standing.COMMUNITY}/affairs/2026-Q2/"
GIVEN = {"title": "二季度居务", "text": "<b>收入</b> 12,000 元。"}


@pytest.fixture(autouse=True)
def july(db, monkeypatch):
    """The place, two weeks after the second quarter has ended."""
    f.a_place()
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATE)


@pytest.fixture
def reader():
    return Client(headers={"accept-language": "en"})


def logged_in(role="desk", path=f.TOWN):
    client = Client(headers={"accept-language": "en"})
    card = make_staff(f"{role}-publisher", role, path)
    client.force_login(Account.objects.get(pk=card.id))
    return client


@pytest.fixture
def desk():
    return logged_in()


def said(reader, path):
    answer = reader.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def send(client, address=FORM, **more):
    return client.post(address, {"command_id": str(new_id()), **GIVEN, **more})


def test_what_is_overdue_is_shown_to_anybody(reader):
    text = said(reader, HOME)
    assert text.count("not published, overdue") == 2
    assert "Lutian Community" in text
    assert "10 Jul 2026" in said(reader, f"{HOME}{standing.COMMUNITY}/")
    assert "4 days late" in said(reader, f"{HOME}{standing.COMMUNITY}/")


def test_the_publisher_sees_what_is_due_and_publishes_it(desk, reader):
    assert f'href="{FORM}"' in said(desk, "/powers/publishing/")
    answer = send(desk)
    card = publications.list_affairs(f.TOWN)[0]
    assert answer.headers["Location"] == f"/powers/affair/{card.id}/"
    text = said(reader, answer.headers["Location"])
    assert "published late" in text
    assert "&lt;b&gt;收入&lt;/b&gt;" in text
    assert card.digest[:16] in text
    assert text.count("Publish a correction") == 0
    assert "Publish a correction" in said(desk, answer.headers["Location"])
    assert FORM not in said(desk, "/powers/publishing/")


def test_a_correction_leads_from_one_to_the_other(desk, reader):
    first = send(desk).headers["Location"]
    pk = first.split("/")[-2]
    answer = send(desk, f"{FORM}?corrects={pk}", text="收入 13,000 元。")
    assert "corrected by a later publication" in said(reader, first)
    assert "What this corrects" in said(reader, answer.headers["Location"])
    assert desk.get(f"{FORM}?corrects=x").status_code == 404
    assert desk.get(f"{FORM}?corrects={UUID(int=1)}").status_code == 404


def test_what_may_not_be_published_comes_back_with_the_reason(desk):
    answer = send(desk, text="电话13800000000")
    assert "what looks like a mobile number" in answer.content.decode()
    assert not Affair.objects.exists()


def test_a_file_is_served_as_what_it_is_and_run_as_nothing(desk, reader):
    pictured = send(desk, file=SimpleUploadedFile("a.html", f.jpeg(), "text/html"))
    file = reader.get(f"{pictured.headers['Location']}file")
    assert file.headers["Content-Type"] == "image/jpeg"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert file.headers["Content-Disposition"].endswith('-affairs-2026-Q2.jpg"')


def test_html_and_pdf_are_refused(desk):
    for content in (b"<script>alert(1)</script>", b"%PDF-1.7\n1 0 obj"):
        answer = send(desk, file=SimpleUploadedFile("a.jpg", content, "image/jpeg"))
        assert "a CSV table in UTF-8" in answer.content.decode()
    assert not Affair.objects.exists()


def test_a_major_matter_is_published_with_the_day_it_was_decided(desk, reader):
    address = f"/powers/publishing/{standing.COMMUNITY}/major/now/"
    assert f'href="{address}"' in said(desk, "/powers/publishing/")
    assert send(desk, address).status_code == 200  # without the day
    answer = send(desk, address, decided_on="2026-07-13")
    assert "published in time" in said(reader, answer.headers["Location"])


@pytest.mark.parametrize("role", ["dispatcher", "supervisor", "checker"])
def test_other_staff_publish_nothing(role):
    client = logged_in(role)
    assert "Nothing is due that you publish" in said(client, "/powers/publishing/")
    assert client.get(FORM).status_code == send(client).status_code == 404


def test_without_logging_in_one_is_led_to_log_in(reader):
    for path in (FORM, "/powers/publishing/"):
        assert reader.get(path).headers["Location"].startswith("/staff/login/")


@pytest.mark.parametrize(
    "address",
    [
        f"/powers/publishing/{standing.COMMUNITY}/nothing/2026-Q2/",
        "/powers/publishing/999/affairs/2026-Q2/",
        f"/powers/publishing/{TOWN_CODE}/affairs/2026-Q2/",
    ],
)
def test_what_the_charter_does_not_ask_for_is_not_found(desk, address):
    assert desk.get(address).status_code == 404


def test_the_list_costs_the_same_with_more_publications(desk, reader):
    send(desk)
    address = f"/powers/publishing/{standing.COMMUNITY}/major/now/"
    send(desk, address, decided_on="2026-07-01")
    statements(reader)  # whichever test comes first reads the charter
    few = statements(reader)
    for day in range(2, 9):
        send(desk, address, decided_on=f"2026-07-0{day}")
    assert statements(reader) == few <= MOST


def statements(reader):
    with CaptureQueriesContext(connection) as asked:
        said(reader, HOME)
    return len(asked)


def test_the_json_says_how_every_promise_stands(reader):
    rows = reader.get(f"/powers/{TOWN_CODE}/affairs.json").json()["promises"]
    assert [row["status"] for row in rows] == ["overdue", "overdue"]
    assert rows[0]["due_at"].startswith("2026-07-10T16:00")
