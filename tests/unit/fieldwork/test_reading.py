"""Intentions from JSON: what is taken, and what makes one unreadable."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from commongrid.stories.syncing import NoNumberError, read_intention

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
SHA = "a" * 64


def sent(**more):
    given = {
        "id": str(uuid4()), "seq": 3, "made_at": "2026-03-09T10:02:11+08:00", "kind": "step",
        "matter": str(uuid4()), "of": "", "after": "", "action": "note",
        "fields": {"note": "x"}, "base": {"version": 3, "state": None}, "photos": [],
    }  # fmt: skip
    return {name: value for name, value in {**given, **more}.items() if value is not ...}


def a_draft(**more):
    draft = {"type_code": "A01", "text": "x", "grid_code": "1", **more}
    only_steps = ("matter", "of", "after", "action", "fields", "base")
    return sent(kind="raise", draft=draft, **dict.fromkeys(only_steps, ...))


def test_a_step():
    plain = sent(photos=[{"sha": SHA, "bytes": 9, "kind": "voice", "stage": "after"}], minutes=2)
    one = read_intention(plain, at=AT)
    assert (one.id, one.kind, one.name, one.fault) == (UUID(plain["id"]), "step", "note", "")
    assert (one.base.version, one.base.state, one.base.unit) == (3, None, None)
    assert one.made_at == datetime(2026, 3, 9, 2, 2, 11, tzinfo=UTC)
    assert [(p.sha, p.total, p.kind, p.stage) for p in one.photos] == [(SHA, 9, "voice", "after")]


def test_a_raise():
    contact = {"name": "n", "phone": "", "email": ""}
    one = read_intention(a_draft(contact=contact, cases=["a", "a"], lon=122.2, lat=43.6), at=AT)
    assert (one.kind, one.name, one.fault) == ("raise", "A01", "")
    assert one.draft is not None
    assert one.contact is not None
    assert (one.draft.cases, one.draft.channel, one.contact.name) == (
        frozenset("a"), "grid_worker", "n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("plain", "fault"),
    [
        pytest.param(sent(kind="erase"), "kind", id="kind"),
        pytest.param(sent(made_at="2026-03-09T10:02:11"), "made_at", id="time without a zone"),
        pytest.param(sent(made_at=...), "made_at", id="no time"),
        pytest.param(sent(seq=-1), "seq", id="seq"),
        pytest.param(sent(minutes=31), "minutes", id="minutes"),
        pytest.param(sent(action=""), "action", id="action"),
        pytest.param(sent(colour="red"), "colour", id="more than is known"),
        pytest.param(sent(base={"owner": "x"}), "base.owner", id="base"),
        pytest.param(sent(photos=[{"sha": "A" * 64, "bytes": 9}]), "photos.0.sha", id="sum"),
        pytest.param(sent(photos=[{"sha": SHA + "\n", "bytes": 9}]), "photos.0.sha", id="newline"),
        pytest.param(sent(photos=[{"sha": SHA, "bytes": 13 * 2**20}]), "photos.0.bytes", id="size"),
        pytest.param(
            sent(photos=[{"sha": SHA, "bytes": 9}] * 13), "photos", id="too many pictures"
        ),
        pytest.param(a_draft(text="x" * 4001), "draft.text", id="text"),
        pytest.param(a_draft(channel="web"), "draft.channel", id="channel"),
        pytest.param(a_draft(lat=91), "draft.lat", id="point"),
        pytest.param(a_draft(text="a\0"), "text", id="NUL"),
        pytest.param(a_draft(text="\ud800"), "text", id="half a character"),
    ],
)
def test_what_cannot_be_read_names_the_part(plain, fault):
    one = read_intention(plain, at=AT)
    assert one.kind == "unreadable"
    assert one.fault.startswith(fault)
    assert one.id == UUID(plain["id"])


@pytest.mark.parametrize(
    "plain", [None, [], "x", 7, {}, {"id": None}, {"id": "x"}, {"id": str(UUID(int=1))}],
    ids=["null", "list", "text", "number", "empty", "none", "word", "guessable"],
)  # fmt: skip
def test_without_a_random_number_there_is_nothing_to_answer(plain):
    with pytest.raises(NoNumberError):
        read_intention(plain, at=AT)


def test_what_is_meant_decides_whether_it_is_another_body():
    plain = sent()
    one = read_intention(plain, at=AT)
    beside = {"seq": 9, "made_at": AT.isoformat(), "after": str(uuid4()), "minutes": 1}
    assert read_intention(plain | beside, at=AT).body == one.body
    for more in ({"fields": {}}, {"base": {}}, {"action": "accept"}, {"of": str(uuid4())}):
        assert read_intention(plain | more, at=AT).body != one.body
