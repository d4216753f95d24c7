import pickle

import pytest

from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict

WORDS = Text(zh="受理", en="accept")


@pytest.mark.parametrize("lang", ["zh", "zh-hans", "zh_Hans", "ZH-CN"])
def test_chinese_tags_give_chinese(lang):
    assert WORDS.in_(lang) == "受理"


@pytest.mark.parametrize("lang", ["en", "en-gb", "mn", "", "zha"])
def test_every_other_tag_gives_english(lang):
    assert WORDS.in_(lang) == "accept"


def test_an_empty_side_falls_back_to_the_other():
    assert Text(zh="", en="accept").in_("zh") == "accept"
    assert Text(zh="受理", en="").in_("en") == "受理"


def test_both_says_the_same_in_both():
    assert Text.both("12345") == Text(zh="12345", en="12345")


def test_a_verdict_is_true_when_it_allows():
    assert Verdict.yes("E.accept")
    assert not Verdict.no("E.accept", WORDS)


def test_a_refusal_keeps_rule_sentence_and_log():
    verdict = Verdict.no("E.object.time", WORDS, log="objection time over")
    refused = Refused(verdict)
    assert refused.verdict is verdict
    assert str(refused) == "E.object.time: objection time over"
    assert str(Refused(Verdict.no("E.object", WORDS))) == "E.object: accept"


def test_a_refusal_survives_pickling():
    assert pickle.loads(pickle.dumps(Refused(Verdict.no("r", WORDS)))).verdict.rule == "r"


def test_an_allowing_verdict_refuses_nothing():
    with pytest.raises(ValueError, match="allows the act"):
        raise Refused(Verdict.yes("E.accept"))
