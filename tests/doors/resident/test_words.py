"""Plain words: limits, due times, suggestions, names of places."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from commongrid.doors.resident import matching, telling
from commongrid.doors.resident.templatetags.resident import due, readable
from commongrid.kernel.text import Text
from commongrid.rooms.matters.face import TypeCard

SHANGHAI = ZoneInfo("Asia/Shanghai")


def card(code, zh, en, note=""):
    return TypeCard(
        code=code,
        name=Text(zh, en),
        kind="event",
        urgency="U3",
        photo="optional",
        note=Text.both(note),
        is_sealed=False,
        first_answer="7d",
        milestones=(),
        leads=(),
    )


CARDS = (
    card("B02", "路灯不亮", "Street lamp out"),
    card("B04", "路面积水、排水不畅", "Standing water or blocked drain"),
    card("A01", "暴露垃圾", "Exposed rubbish"),
)


@pytest.mark.parametrize(
    ("limit", "en", "zh"),
    [
        ("4wh", "4 working hours", "4 个工作小时"),
        ("1wd", "1 working day", "1 个工作日"),
        ("0.5h", "30 minutes", "30 分钟"),
        ("1.5h", "1.5 hours", "1.5 小时"),
        ("1mo", "1 month", "1 个月"),
        ("0h", "at once", "立即"),
        ("0d", "the same day", "当天"),
        ("", "as the law says", "依法律规定"),
    ],
)
def test_a_limit_is_said_in_words(limit, en, zh):
    for language, said in (("en", en), ("zh-hans", zh)):
        with translation.override(language):
            assert telling.say_limit(limit) == said


def test_midnight_belongs_to_the_day_it_ends():
    with translation.override("en"):
        assert due(datetime(2026, 3, 11, 0, 0, tzinfo=SHANGHAI)) == "Tue 10 Mar, 24:00"
        assert due(datetime(2026, 3, 11, 0, 1, tzinfo=SHANGHAI)) == "Wed 11 Mar, 00:01"


def test_days_are_read_out_and_other_words_left():
    with translation.override("en"):
        assert readable("2026-12-08") == "8 December 2026"
        for words in ("2026-02-31", "on 2026-12-08", "soon"):
            assert readable(words) == words


@pytest.mark.parametrize(
    ("text", "first", "because"),
    [
        ("小区路灯三天不亮", "B02", "路灯 · 不亮"),
        ("The LAMP in our street", "B02", "lamp · street"),
        ("下雨后路面积水很深", "B04", "路面"),
    ],
)
def test_the_words_that_match_are_named(text, first, because):
    found = matching.suggest_types(text, CARDS)
    assert found[0].card.code == first
    assert because in found[0].because


@pytest.mark.parametrize("text", ["", "你好", "a b c", "🙂", "路"])
def test_without_a_match_nothing_is_suggested(text):
    assert matching.suggest_types(text, CARDS) == ()
