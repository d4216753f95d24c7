# ruff: noqa: E501 - one pattern group a line shows what belongs together
"""A field or question that asks about a person says what for, or it is not adopted.

What is recorded about somebody is found by its key, its label and its choices; the hint may warn
("no names, please") and is not read. What no charter may ask at all is in ``forbidden``.
Source: Personal Information Protection Law art. 6, 17, 28 [S127]; the patterns are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from commongrid.charter.linter.wordings import lint_problem
from commongrid.charter.problems import Problem
from commongrid.charter.schema import Charter, FieldSpec, Question
from commongrid.kernel.text import Text

PERSONAL = re.compile(
    "|".join(
        (
            r"姓名", r"名字", r"联系人", r"电话", r"手机", r"微信", r"邮箱", r"住址", r"家庭地址",
            r"年龄", r"几岁", r"出生", r"生日", r"性别", r"婚", r"职业", r"收入", r"病", r"受伤", r"残疾", r"怀孕",
            r"老人", r"儿童", r"孩子", r"婴儿", r"本人", r"您", r"是谁", r"谁负责", r"谁接",
            r"\bnames?\b", r"\btele?phone\b", r"\bphone\b", r"\be-?mail\b", r"\bhome address\b", r"\bhow old\b", r"\bage\b",
            r"\bborn\b", r"\bbirth", r"\bsex\b", r"\bgender\b", r"\bmarried\b", r"\boccupation\b", r"\bincome\b",
            r"\bill\b", r"\billness", r"\bdiseas", r"\bhurt\b", r"\binjur", r"\bdisab", r"\bpregnan", r"\bchild(ren)?\b",
            r"\bbaby\b", r"\byou(rs?)?\b", r"\bthe person\b", r"\bwho (is|took|are)\b",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip
# Health, money, children under 14, beliefs, where somebody was: sensitive by art. 28.
SENSITIVE = re.compile(
    "|".join(
        (
            r"病", r"受伤", r"残疾", r"怀孕", r"婴儿", r"儿童", r"孩子", r"收入", r"银行", r"账号",
            r"\bill\b", r"\billness", r"\bdiseas", r"\binjur", r"\bdisab", r"\bpregnan", r"\bbaby\b", r"\bchild(ren)?\b",
            r"\bincome\b", r"\bbank\b",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip


def check_purposes(charter: Charter) -> Iterator[Problem]:
    """Personal questions without a purpose, sensitive ones not called so, purposes of nothing."""
    asked: tuple[tuple[str, FieldSpec | Question], ...] = (
        *((row.field, row) for row in charter.fields.values()),
        *((row.question, row) for row in charter.questions),
    )
    for key, row in asked:
        found = asks_of_persons(key, row.label, row.choices)
        purpose = charter.purposes.get(key)
        if found and purpose is None:
            yield lint_problem("personal_without_purpose", row.where, key, field=key, value=found)
        elif purpose is not None and not purpose.sensitive:
            crossed = SENSITIVE.search(_words(key, row.label, row.choices))
            if crossed:
                value = crossed.group(0)
                yield lint_problem(
                    "sensitive_not_marked", purpose.where, key, field=key, value=value
                )
    known = {key for key, _ in asked}
    for key, purpose in charter.purposes.items():
        if key not in known:
            yield lint_problem("purpose_of_nothing", purpose.where, key, field=key)


def asks_of_persons(key: str, label: Text, choices: tuple[tuple[str, Text], ...]) -> str:
    """The word by which a field or question is about a person, or "".

    Example:
        >>> asks_of_persons("mobile", Text("手机号", "mobile number"), ())
        '手机'
        >>> asks_of_persons("since_when", Text("从什么时候开始的？", "Since when?"), ())
        ''
    """
    found = PERSONAL.search(_words(key, label, choices))
    return found.group(0) if found else ""


def _words(key: str, label: Text, choices: tuple[tuple[str, Text], ...]) -> str:
    parts = [key.replace("_", " "), label.zh, label.en]
    return " / ".join([*parts, *(side for _, words in choices for side in (words.zh, words.en))])
