# ruff: noqa: E501 - one pattern group a line shows what belongs together
"""What a charter may never ask or keep: the lines that are not crossed, as patterns.

A field is refused by its key, its words, its choices and its hint; a negated hint ("no ID number,
please") is let through. The patterns look for what would be *recorded about a person*; matters
that merely mention the word (an appeal against points, a minority-language seat) pass.
Source: product, lines that are never crossed; reference matters section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, Row
from commongrid.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not crossed, and what crossing it looks like in words."""

    number: int
    law: Text
    pattern: re.Pattern[str]


def _line(number: int, zh: str, en: str, *words: str) -> Line:
    return Line(number, Text(zh, en), re.compile("|".join(words), re.IGNORECASE))


LINES = (
    _line(
        1, "不建人口档案。", "There is no population file.",
        r"人口(登记|采集|信息|台账|档案|普查|管理)", r"(实有|流动|常住|外来)人口", r"户籍", r"户口(簿|本|性质|类型|登记)",
        r"家庭成员", r"(租户|租客|住户|居民)(名册|名单|登记|档案|信息)", r"出租(房|屋).{0,4}(登记|人员)",
        r"身份证", r"证件(号|类型)", r"护照",
        r"\bpopulation\b", r"\bhousehold (regist|roll|member|list|type)", r"\bhukou\b", r"\bfamily members?\b",
        r"\b(tenant|resident|occupant)s? (roll|list|regist|file)", r"\bid (card|number|no)\b", r"\bidentity (card|number)",
        r"\bpassport\b",
    ),
    _line(
        2, "不给人贴标签、打分、涂颜色、列名单。", "There are no tags, scores, colours or lists of persons.",
        r"标签", r"打分", r"(信用|道德|个人|人员|文明)(分|评分|积分)", r"积分(?!申诉)", r"画像",
        r"(重点|特殊|特定|敏感)(人员|人群|对象|青少年|群体|人(?!行))", r"(健康|赋|转)码", r"三色", r"民族(?!语|文)", r"宗教", r"信仰",
        r"政治面貌", r"党员", r"党派", r"(信访|上访)(史|历史|记录|次数|人员|对象)", r"(缠访|闹访)", r"前科", r"犯罪记录", r"稳控",
        r"\b(person|resident|people) (tags?|labels?)\b", r"\btags?\b", r"\bscor(e|es|ing)\b", r"\bcredit rating\b",
        r"\bprofil(e|ing)\b", r"\b(key|special|sensitive|target) (person|people|group|resident|population)",
        r"\bhealth (code|colour|color)\b", r"\bethnic", r"\bnationality\b", r"\breligio", r"\bfaith\b",
        r"\bpolitical\b", r"\bparty member", r"\bpetition(s|er)? (history|record|count)", r"\bcriminal record",
        r"\bblack ?list", r"\bwatch ?list",
    ),
    _line(
        3, "不跟踪人的位置。", "Nobody is tracked.",
        r"轨迹", r"行踪", r"(实时|后台|持续|手机)定位", r"实时位置", r"定位跟踪",
        r"\btracks?\b.{0,8}\b(point|log|person|worker)", r"\btracking\b", r"\btrajector", r"\bwhereabouts\b",
        r"\b(live|background|continuous) (location|position)", r"\bgps (log|trail)",
    ),
    _line(
        4, "不识别人脸、车牌和声音。", "No face, plate or voice is recognised.",
        r"人脸", r"刷脸", r"面部", r"虹膜", r"声纹", r"指纹", r"车牌", r"号牌",
        r"\bface (id|image|photo|scan|recog)", r"\bfacial\b", r"\biris\b", r"\bvoice ?prints?\b", r"\bfingerprint",
        r"\b(licen[cs]e|number|vehicle) plate", r"\bplate (number|no)\b",
    ),
    _line(
        5, "不让工作人员打卡、积分、排名。", "Staff are not checked in, scored or ranked.",
        r"打卡", r"签到", r"排(名|行榜)", r"在线(时长|时间)", r"巡查里程", r"里程数?$", r"步数",
        r"\bcheck ?ins?\b", r"\bclock ?ins?\b", r"\bleader ?board", r"\bleague table", r"\branking\b", r"\bpoints\b (table|rank|balance)",
        r"\bonline (time|hours)\b", r"\bkilometres?\b", r"\bstep count",
    ),
)  # fmt: skip
_NEGATED = re.compile(r"不|无需|勿|\bno\b|\bnot\b|\bnever\b|n't\b|\bwithout\b", re.IGNORECASE)


def check_forbidden(charter: Charter) -> Iterator[Problem]:
    """Fields, questions, types, cases and parameters that would cross a line."""
    for row, key, words in _spoken(charter):
        found = crossed(" / ".join(words))
        if found is not None:
            line, value = found
            values: dict[str, str | Text] = {
                "value": value,
                "line": str(line.number),
                "law": line.law,
            }
            yield lint_problem("forbidden_field", row.where, key, **values)


@lru_cache(maxsize=8192)  # charters share most of their words, and are read again and again
def crossed(words: str) -> tuple[Line, str] | None:
    """The first line that these words cross, and the word that crosses it.

    Example:
        >>> crossed("resident tags")[0].number
        2
        >>> crossed("积分申诉") is None
        True
    """
    spaced = words.replace("_", " ").replace("-", " ")
    for line in LINES:
        match = line.pattern.search(spaced)
        if match is not None:
            return line, match.group(0).strip()
    return None


def _spoken(charter: Charter) -> Iterator[tuple[Row, str, list[str]]]:
    """Every row that could record something about a person, its key and its words."""
    for field in charter.fields.values():
        words = [field.field, *_both(field.label), *_hint(field.hint), *_of_choices(field.choices)]
        yield field, field.field, words
    for ask in charter.questions:
        words = [ask.question, *_both(ask.label), *_hint(ask.hint), *_of_choices(ask.choices)]
        yield ask, ask.question, words
    for kind in charter.types.values():
        yield kind, kind.code, [*_both(kind.name), *_both(kind.group)]
    for case in charter.cases.values():
        yield case, case.case, [case.case, *_both(case.name)]
    for parameter in charter.parameters.values():
        yield parameter, parameter.name, [parameter.name, *_both(parameter.label)]
    for milestone in charter.milestones.values():
        yield milestone, milestone.milestone, [milestone.milestone, *_both(milestone.name)]


def _both(words: Text) -> tuple[str, str]:
    return words.zh, words.en


def _hint(words: Text) -> list[str]:
    return [side for side in (words.zh, words.en) if not _NEGATED.search(side)]


def _of_choices(choices: tuple[tuple[str, Text], ...]) -> list[str]:
    return [part for key, words in choices for part in (key, words.zh, words.en)]
