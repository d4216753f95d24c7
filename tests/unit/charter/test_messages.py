"""The charter's words for people: found by event, filled in, stored and compared."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from commongrid.charter.diff import diff
from commongrid.charter.loader import load_charter
from commongrid.charter.messages import (
    AUDIENCES,
    CHANNELS,
    PERSONAL,
    PLACEHOLDERS,
    find_message,
    holes,
    write_message,
)
from commongrid.charter.plain import charter_digest, from_plain, to_plain
from commongrid.charter.register import register
from commongrid.charter.schema import Mark, Message, Where
from commongrid.charter.tables import MESSAGE_AUDIENCES, MESSAGE_CHANNELS
from commongrid.kernel.text import Text

CHARTERS = Path(__file__).parents[3] / "charters"


@pytest.fixture(scope="module")
def sumu():
    return load_charter(CHARTERS / "kezuohouqi-township")


def message(subject: str, body: str) -> Message:
    return Message(
        event="news", channel="mail", audience="reporter", subject=Text.both(subject),
        body=Text.both(body), source="made up", mark=Mark.PROPOSAL, valid_from=date(2026, 1, 1),
        where=Where("x", 1),
    )  # fmt: skip


def test_a_step_has_its_own_words_or_those_for_any_news(sumu):
    asked = {"channel": "mail", "audience": "reporter"}
    assert find_message(sumu, event="claim_done", **asked).event == "claim_done"
    assert find_message(sumu, event="extend", **asked).event == "news"
    assert find_message(sumu, event="light_red", **asked) is None  # no step: no fallback
    assert find_message(sumu, event="extend", channel="notice", audience="unit") is None


def test_a_place_lays_its_words_over_the_common_ones(sumu):
    plain = load_charter(CHARTERS / "keerqin-subdistrict")
    key = ("news", "mail", "reporter")
    assert "嘎查" in sumu.messages[key].body.zh
    assert "嘎查" not in plain.messages[key].body.zh
    assert set(plain.messages) == set(sumu.messages)


def test_holes_are_filled_in_and_a_brace_in_a_value_is_not_read_again():
    words = message("About {ref}", "First {told}¶Then {ref}")
    written = write_message(words, {"ref": Text("甲{told}", "A{told}"), "told": "news"}, "en")
    assert (written.subject, written.body) == ("About A{told}", "First news\n\nThen A{told}")
    assert write_message(words, {"ref": Text("甲", "A"), "told": "x"}, "zh").subject == "About 甲"
    assert holes(words) == {"ref", "told"}


def test_a_subject_is_one_line_whatever_is_filled_in():
    sly = {"ref": "1\r\nBcc: everybody@example.org"}
    assert write_message(message("About {ref}", "x"), sly, "en").subject.count("\n") == 0


def test_a_hole_without_a_value_is_no_silent_gap():
    with pytest.raises(KeyError):
        write_message(message("About {ref}", "x"), {}, "en")


def test_words_are_stored_compared_and_printed(sumu):
    again = from_plain(to_plain(sumu))
    assert again.messages == sumu.messages
    assert charter_digest(again) == charter_digest(sumu)
    stored = to_plain(sumu)
    del stored["tables"]["messages"]  # a version adopted before there were messages
    bare = from_plain(stored)
    assert bare.messages == {}
    added = [change for change in diff(bare, sumu) if change.table == "messages"]
    assert len(added) == len(sumu.messages)
    for lang, heading in (("zh", "## 通知用语"), ("en", "## Messages")):
        assert heading in register(sumu, lang)


def test_the_lists_agree():
    assert tuple(CHANNELS) == MESSAGE_CHANNELS
    assert tuple(AUDIENCES) == MESSAGE_AUDIENCES
    assert not PERSONAL & set(PLACEHOLDERS)
