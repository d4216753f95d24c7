"""Two requests of one browser at the same time: each step that was answered is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from commongrid.doors.resident import flow
from commongrid.doors.resident.draft import load_draft, merge_steps, new_draft
from tests.doors.resident.walking import WORDS

BEGUN = replace(new_draft("1"), text=WORDS, type_code="B02", answers={"a": "yes"})


class Session:
    def __init__(self, session):
        self.session = session


def draft_of(walk):
    return load_draft(Session(walk.client.session))


@pytest.fixture
def meanwhile(walk, monkeypatch):
    """Let something be done by the same browser in the midst of the next request."""
    other, asked = Client(headers={"accept-language": "en"}), flow.put_person
    other.cookies = walk.client.cookies

    def do(steps):
        waiting = [steps]

        def slow(draft, told):
            if waiting:
                waiting.pop()(other)
            return asked(draft, told)

        monkeypatch.setattr(flow, "put_person", slow)

    return do


def begin(walk):
    walk.begin()
    walk.what()
    walk.answer()
    return walk.where_list()


def test_a_slow_photo_undoes_no_other_step(walk, photo, meanwhile):
    begin(walk)
    told = {"way": "list", "spot": f"grid:{draft_of(walk).grid_code}", "address": "the gate"}
    meanwhile(lambda other: other.post("/report/where/", told))
    answer = walk.photo(photos=[photo], name="Invented")
    kept = draft_of(walk)
    assert (kept.address, kept.name, len(kept.photos)) == ("the gate", "Invented", 1)
    assert answer.request["PATH_INFO"] == "/report/check/"


def test_a_slow_photo_does_not_bring_back_what_was_thrown_away(walk, meanwhile):
    begin(walk)
    meanwhile(lambda other: other.post("/report/cancel/"))
    walk.client.post("/report/photo/", {"name": "Invented"})
    assert draft_of(walk) is None


def test_a_slow_photo_does_not_end_the_report_begun_meanwhile(walk, meanwhile):
    begin(walk)
    first = draft_of(walk).command_id
    meanwhile(lambda other: other.post("/report/"))
    walk.client.post("/report/photo/", {"name": "Invented"})
    kept = draft_of(walk)
    assert kept.command_id != first
    assert (kept.text, kept.name) == ("", "")


def test_beginning_anew_is_kept_whatever_ends_meanwhile(walk, monkeypatch):
    begin(walk)
    first, other = draft_of(walk).command_id, Client()
    other.cookies = walk.client.cookies
    monkeypatch.setattr(
        "commongrid.doors.resident.pending.erase_old_pending",
        lambda **_at: other.post("/report/photo/", {"name": "Invented"}),
    )
    walk.begin()
    assert draft_of(walk).command_id != first


def test_a_step_is_kept_whole(walk):
    """Answers to the questions of one kind are never joined to another kind."""
    answered = replace(BEGUN, answers={"a": "no"}, has_answered=True, name="Invented")
    changed = replace(BEGUN, type_code="A01", answers={})
    kept = merge_steps(BEGUN, answered, changed)
    assert kept == replace(changed, name="Invented")
    assert merge_steps(BEGUN, answered, BEGUN) == answered


def test_every_part_of_a_report_belongs_to_one_step():
    from dataclasses import fields

    from commongrid.doors.resident.draft import _STEPS, ReportDraft

    named = [name for step in _STEPS for name in step]
    assert sorted(named) == sorted(
        {each.name for each in fields(ReportDraft)} - {"command_id", "place_code"}
    )
