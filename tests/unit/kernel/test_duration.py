from decimal import Decimal

import pytest

from commongrid.kernel.duration import Duration, parse_duration


@pytest.mark.parametrize(
    "text", ["0h", "0.5h", "2h", "24h", "4wh", "2.25wh", "0d", "7d", "5wd", "1mo", "100d", "9999d"]
)
def test_a_duration_is_written_as_it_is_read(text):
    assert str(parse_duration(text)) == text


def test_amounts_that_are_equal_are_written_the_same():
    assert str(parse_duration("1.50h")) == str(parse_duration(" 1.5h ")) == "1.5h"
    assert parse_duration("10h") == parse_duration("10.0h")
    assert str(Duration(Decimal("1E+2"), "d")) == "100d"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected a number"),
        ("h", "expected a number"),
        ("-1h", "expected a number"),
        ("1 h", "expected a number"),
        ("1,5h", "expected a number"),
        (".5h", "expected a number"),
        ("１h", "expected a number"),
        ("10000h", "at most four digits"),
        ("0.0005h", "at most three decimals"),
        ("1H", "expected a number"),
        ("1w", "unit 'w' is not one of h, wh, d, wd, mo"),
        ("statute", "expected a number"),
        ("0.5d", "only whole ones"),
        ("1.5wd", "only whole ones"),
        ("0.5mo", "only whole ones"),
    ],
)
def test_a_wrong_duration_is_told_which_rule_it_breaks(text, words):
    with pytest.raises(ValueError, match=words):
        parse_duration(text)


def test_a_day_may_be_written_with_a_decimal_that_is_none():
    assert parse_duration("2.0d").whole == 2


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [("-1", "h", "zero or more"), ("NaN", "h", "zero or more"), ("1", "week", "must be one of")],
)
def test_a_duration_made_by_hand_keeps_the_rules(amount, unit, words):
    with pytest.raises(ValueError, match=words):
        Duration(Decimal(amount), unit)
