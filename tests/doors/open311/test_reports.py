"""Reports: raised like any other matter, once, by whoever may, and sealed where they must be."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter
from tests.doors.open311 import asking
from tests.doors.open311.asking import FORMS, GRID, LAT, LON, V2, issue_key, report, said
from tests.support import factories

POST = f"{V2}/requests.json"
SPOT = {"address_id": None, "lat": str(LAT - 0.045), "long": str(LON)}
POST_SQL = 40
"""The key 1, the count 7, places 6, similar 8, raising 12, advice 1, and some to spare."""


def sent(client, key, headers=None, **told):
    return client.post(POST, report(key, **told), headers=headers or {})


def raised(client, key, **told):
    response = sent(client, key, **told)
    assert response.status_code == 200, response.content
    return said(response)[0]


def published(found):
    """What was shared is read by the desk."""
    row = matter(found)
    factories.step(row.pk, "desk", "publish_words", row.received_at)


def matter(found):
    return Matter.objects.get(ref=found["service_request_id"])


def told_in(response):
    return " ".join(error["description"] for error in said(response))


# --- it is raised ---------------------------------------------------------------------------------
def test_a_report_becomes_a_matter(client, api_key):
    found = raised(
        client, api_key, description="Two\r\nlines", **SPOT, address_string="by the gate"
    )
    row = matter(found)
    assert (row.type_code, row.channel, row.state) == ("A01", "open311", "reported")
    assert (row.text, row.address, row.language) == ("Two\nlines", "by the gate", "en")
    assert (row.place.code, row.lon, row.lat) == (GRID, LON, LAT - 0.045)
    assert not row.is_shareable


def test_it_is_one_act_of_the_program(client, api_key):
    row = matter(raised(client, api_key))
    acts = ledger.list_acts(subject=f"matter:{row.pk}")
    assert [act.action for act in acts] == ["raise"]
    account = acts[0].actor
    assert account.startswith("staff:")
    assert api_key not in str(acts)


def test_answers_set_their_cases(client, api_key):
    told = {"service_code": "A02", "attribute[is_earth]": "yes", "attribute[easting]": "dropped"}
    row = matter(raised(client, api_key, **told))
    assert row.answers == {"is_earth": "yes"}
    assert "earth" in row.cases


def test_nothing_is_kept_when_the_ledger_cannot_be_written(client, api_key):
    def broken(execute, sql, params, many, context):
        if "INSERT" in str(sql) and "ledger_act" in str(sql):
            raise OSError("the ledger is full")
        return execute(sql, params, many, context)

    client.raise_request_exception = False
    with connection.execute_wrapper(broken):
        response = sent(client, api_key)
    assert response.status_code == 500
    assert said(response)[0]["code"] == 500
    assert "full" not in told_in(response)
    assert not Matter.objects.exists()


def test_the_receipt_opens_the_matter(client, api_key):
    found = raised(client, api_key)
    row = matter(found)
    assert matters.find_by_receipt(found["receipt_code"]) is not None
    assert found["receipt_url"].endswith(f"/r/{found['receipt_code']}/")
    assert found["receipt_code"] in found["service_notice"]
    assert str(row.pk) not in found["receipt_url"]


# --- once -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["header", "field"])
def test_sending_again_does_nothing_twice(client, api_key, way):
    number = str(uuid4())
    headers = {"idempotency-key": number} if way == "header" else None
    told = {} if way == "header" else {"command_id": number}
    first, again = (said(sent(client, api_key, headers, **told))[0] for _ in range(2))
    same = ("service_request_id", "receipt_code")
    assert [first[name] for name in same] == [again[name] for name in same]
    assert again["service_request_id"] not in again["similar"]
    assert Matter.objects.count() == Act.objects.filter(action="raise").count() == 1


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"email": "demo@example.org"}, {"email": "other@example.org"}),
        ({"email": "demo@example.org"}, {"email": None}),
        ({"first_name": "Demo"}, {"last_name": "Demo", "phone": "13800000000"}),
        ({"description": "one"}, {"description": "another"}),
        ({"service_code": "A01"}, {"service_code": "A03"}),
    ],
)
def test_a_number_used_for_another_report_is_refused(client, api_key, first, then):
    number = {"idempotency-key": str(uuid4())}
    made = said(sent(client, api_key, number, **first))[0]
    again = sent(client, api_key, number, **first | then)
    assert again.status_code == 409
    assert "another report" in told_in(again)
    assert made["receipt_code"] not in again.content.decode()
    assert Matter.objects.count() == 1


def test_a_number_used_for_other_pictures_is_refused(client, api_key):
    number = {"idempotency-key": str(uuid4())}
    assert sent(client, api_key, number, media=[picture()]).status_code == 200
    assert sent(client, api_key, number, media=[picture()]).status_code == 200
    other = picture(factories.jpeg((20, 20, 200)))
    assert sent(client, api_key, number, media=[other]).status_code == 409
    assert sent(client, api_key, number).status_code == 409


def test_without_a_number_each_report_is_one(client, api_key):
    assert raised(client, api_key) != raised(client, api_key)
    assert Matter.objects.count() == 2


def test_the_number_of_another_program_opens_nothing(client, api_key):
    number = {"idempotency-key": str(uuid4())}
    other = issue_key(name="other")
    first, second = (said(sent(client, key, number))[0] for key in (api_key, other))
    assert first["receipt_code"] != second["receipt_code"]
    assert Matter.objects.count() == 2


def test_the_number_itself_is_kept_nowhere(client, api_key):
    number = uuid4()
    found = said(sent(client, api_key, {"idempotency-key": str(number)}))[0]
    text = factories.all_text()
    assert not [word for word in (str(number), number.hex, found["receipt_code"]) if word in text]


@pytest.mark.parametrize(
    "bad", ["1", "x" * 36, "11d13082-e5ff-11f1-9957-02fc00000001", str(UUID(int=7))]
)
def test_a_number_that_can_be_guessed_is_refused(client, api_key, bad):
    response = sent(client, api_key, {"idempotency-key": bad})
    assert response.status_code == 400
    assert "UUID" in told_in(response)
    assert not Matter.objects.exists()


# --- keys -----------------------------------------------------------------------------------------
def test_a_key_for_reading_may_not_report(client, place):
    key = issue_key("read", role="desk")
    response = sent(client, key)
    assert (response.status_code, said(response)[0]["code"]) == (403, 403)


def test_a_key_in_the_address_counts_too(client, api_key):
    response = client.post(f"{POST}?api_key={api_key}", report())
    assert response.status_code == 200


def test_a_key_ends(client, api_key, clock):
    clock.shift(timedelta(days=31))
    assert sent(client, api_key).status_code == 403


def test_a_key_is_for_its_place(client, place):
    key = issue_key(path=factories.NEXT_GRID)
    assert sent(client, key, address_id=factories.NEXT_CODE).status_code == 200
    response = sent(client, key)
    assert response.status_code == 403
    assert Matter.objects.count() == 1


def test_where_it_is_open_no_key_is_needed(client, place, settings):
    settings.OPEN311_KEYLESS = True
    found = raised(client, "")
    (act,) = ledger.list_acts(subject=f"matter:{matter(found).pk}")
    assert act.actor == "public"
    assert sent(client, "wrong").status_code == 403, "a wrong key is wrong all the same"


def test_an_open_door_is_limited_by_address(client, place, settings, monkeypatch):
    settings.OPEN311_KEYLESS = True
    monkeypatch.setattr("commongrid.doors.open311.keys.OPEN_TRIES", 2)
    assert [sent(client, "").status_code for _ in range(3)] == [200, 200, 429]
    response = sent(client, "")
    assert response.headers["Retry-After"] == "3600"
    assert said(response)[0]["code"] == 429
    assert Matter.objects.count() == 2


def test_a_key_is_limited_and_so_is_guessing(client, api_key, monkeypatch):
    monkeypatch.setattr("commongrid.doors.open311.keys.KEY_TRIES", 1)
    monkeypatch.setattr("commongrid.doors.open311.keys.WRONG_TRIES", 1)
    assert [sent(client, api_key).status_code for _ in range(2)] == [200, 429]
    assert [sent(client, "cgk_wrong").status_code for _ in range(2)] == [403, 429]


def test_a_session_means_nothing_here(place, settings, client):
    """Exempt from CSRF, because no cookie is looked at: being logged in opens nothing."""
    from tests.rooms.people.standing import make_staff

    make_staff("desk", "desk", asking.TOWN_PATH)
    client.force_login(get_user_model().objects.get(username="desk"))
    assert sent(client, "").status_code == 403


# --- the person -----------------------------------------------------------------------------------
CONTACT = {"first_name": "娜", "last_name": "演示萨日", "phone": "0475-0001234",
           "email": "demo@example.org"}  # fmt: skip


def test_the_contact_is_sealed(client, api_key):
    found = raised(client, api_key, **CONTACT)
    text = factories.all_text()
    assert not [word for word in CONTACT.values() if word in text.replace("demo@example", "demo@x")]
    row = matter(found)
    kept = matters.read_own_contact(actor=matters.reporter_of(row.pk), matter_id=row.pk)
    assert kept == matters.Contact(
        name="演示萨日娜", phone=CONTACT["phone"], email=CONTACT["email"]
    )


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [("Jo", "Demo", "Jo Demo"), ("", "Demo", "Demo"), ("", "演示", "演示"), ("示", "演", "演示")],
)
def test_names_are_put_together(client, api_key, first, last, name):
    row = matter(raised(client, api_key, first_name=first, last_name=last))
    kept = matters.read_own_contact(actor=matters.reporter_of(row.pk), matter_id=row.pk)
    assert kept.name == name


def test_devices_and_accounts_are_dropped(client, api_key):
    raised(client, api_key, device_id="device-4711", account_id="account-4712", media_url="x://y")
    text = factories.all_text()
    assert not [word for word in ("device-4711", "account-4712", "x://y") if word in text]


def test_the_answer_holds_no_contact(client, api_key):
    response = sent(client, api_key, **CONTACT, description="secret")
    text = response.content.decode()
    assert not [word for word in (*CONTACT.values(), "secret", api_key) if word in text]


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("email", "no"), ("email", "a@b"), ("phone", "call me"), ("phone", "1" * 21),
        ("first_name", "x" * 61), ("last_name", "x" * 61), ("email", f"{'x' * 120}@example.org"),
        ("address_string", "x" * 201), ("description", "x" * 4001), ("address_id", "1"),
        ("lat", "91"), ("lat", "43,6"), ("long", "nan"), ("command_id", "x"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_said(client, api_key, field, bad):
    told = {"lat": "43.605", "long": "122.255", field: bad}
    response = sent(client, api_key, **told)
    assert response.status_code == 400
    assert told_in(response)
    assert not Matter.objects.exists()


# --- where ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("spot", [("0", "0"), ("43.605", "100"), ("-43.605", "122.255")])
def test_a_point_outside_is_refused(client, api_key, spot):
    told = {"address_id": None, "lat": spot[0], "long": spot[1]}
    response = sent(client, api_key, **told)
    assert (response.status_code, Matter.objects.count()) == (400, 0)
    assert "grid" in told_in(response)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("通辽市科尔沁区明仁街道露天社区3号楼", "150502004001"),
        ("3 Example Road, Lutian Community, Mingren", "150502004001"),
        ("露天第一网格东头", GRID),
    ],
)
def test_an_address_leads_to_its_place(client, api_key, address, code):
    row = matter(raised(client, api_key, address_id=None, address_string=address))
    assert row.place.code == code
    assert row.address == address


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("露天社区和交通门社区之间", "several"),
        ("nowhere", "cannot tell"),
        ("明仁街道", "cannot tell"),
    ],
)
def test_an_address_that_does_not_tell_is_refused(client, api_key, address, word):
    response = sent(client, api_key, address_id=None, address_string=address)
    assert (response.status_code, Matter.objects.count()) == (400, 0)
    assert word in told_in(response)


# --- pictures -------------------------------------------------------------------------------------
def picture(content=None, name="media.jpg"):
    content = factories.jpeg_with_place() if content is None else content
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_pictures_come_as_files_and_lose_their_place(client, api_key):
    found = raised(client, api_key, media=[picture(), picture()], share="true")
    published(found)
    (one,) = said(client.get(f"{V2}/requests/{found['service_request_id']}.json?extensions=true"))
    assert len(one["extended_attributes"]["photos"]) == 2
    content = client.get(one["media_url"]).getvalue()
    assert b"DemoCamera" not in content


@pytest.mark.parametrize("bad", [[b"no picture"], [b"x"] * 5])
def test_pictures_that_cannot_be_kept_are_refused(client, api_key, bad):
    response = sent(client, api_key, media=[picture(content) for content in bad])
    assert response.status_code == 400
    assert not Matter.objects.exists()


def test_a_picture_has_its_limit(client, api_key, monkeypatch):
    monkeypatch.setattr("commongrid.doors.open311.posting.MB", 10)
    response = sent(client, api_key, media=picture())
    assert (response.status_code, Matter.objects.count()) == (400, 0)


def test_a_picture_behind_an_address_is_not_fetched_and_that_is_said(client, api_key):
    found = raised(client, api_key, media_url="http://127.0.0.1:9/x.jpg")
    assert "media_url" in found["service_notice"]


# --- what the answer adds -------------------------------------------------------------------------
def test_similar_open_matters_are_named_and_never_in_the_way(client, api_key):
    before = factories.raised(lon=LON, lat=LAT - 0.045, is_shareable=True)
    found = raised(client, api_key, **SPOT)
    assert found["similar"] == [before.ref]
    factories.raised("F02")
    assert set(raised(client, api_key, **SPOT)["similar"]) <= {
        before.ref, found["service_request_id"]
    }  # fmt: skip


def test_danger_is_answered_first(client, api_key):
    found = raised(client, api_key, description="A strong smell of gas in the hall")
    assert found["service_notice"].startswith("Leave first.")
    assert "119" in found["service_notice"]


def test_what_it_costs(client, api_key, count_sql):
    raised(client, api_key)
    with count_sql(max=POST_SQL):
        raised(client, api_key, **SPOT, **CONTACT)


# --- what is sent can be anything -----------------------------------------------------------------
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/json"),
        (b'{"service_code": "A01"}', "application/json"),
        (b"service_code=A01", "application/x-www-form-urlencoded; charset=gbk"),
        (b"service_code=%FF%FE&x=\xff", "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"broken", "multipart/form-data"),
        (b"broken", "multipart/form-data; boundary=\xff"),
        (b"&".join(b"a%d=1" % n for n in range(600)), "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"<xml/>", "text/xml"),
    ],
    ids=range(10),
)
def test_a_broken_report_gets_the_standards_errors(client, place, content, kind, form):
    response = client.generic("POST", f"{V2}/requests.{form}", content, content_type=kind)
    assert 400 <= response.status_code < 500
    assert form in response.headers["Content-Type"]
    assert all(set(error) == {"code", "description"} for error in said(response))
