# ruff: noqa: E501 - both languages of one thing stand on one line
"""Saying, beside a row, which of its fields hold personal data: what for, by which law, how long.

A row that says nothing does not start (`rooms/vault/declared.py`); what is said makes the register
of processing and the notice. Trust marks as in the domain reference: the articles are law, keeping
times are ours unless they say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from commongrid.kernel.text import Text


class Whose(Enum):
    """Whose data they are."""

    RESIDENT = "resident"
    STAFF = "staff"
    BODY = "body"


class Basis(Enum):
    """The ground in law on which data are held.

    Source: Personal Information Protection Law [S127]; the mark stands with each.
    """

    DUTY = (
        "个人信息保护法第十三条第一款第三项、第三十四条：履行法定职责",
        "PIPL art. 13(1)(3), 34: to perform a duty given by law",
    )
    CONSENT = (
        "个人信息保护法第十三条第一款第一项、第十四至十六条：本人同意，可以撤回",
        "PIPL art. 13(1)(1), 14-16: consent, which may be withdrawn",
    )
    SEPARATE_CONSENT = (
        "个人信息保护法第二十八至三十二条：敏感信息，单独同意",
        "PIPL art. 28-32: sensitive data, by separate consent",
    )
    EMPLOYMENT = (
        "个人信息保护法第十三条第一款第二、三项：工作人员履行公务",
        "PIPL art. 13(1)(2)-(3): officials in their function",
    )
    SECURITY = (
        "个人信息保护法第五十一条：防止未经授权的访问",
        "PIPL art. 51: to keep out who has no right to come in",
    )
    RECORD = (
        "个人信息保护法第五十四至五十七条：记录和审计",
        "PIPL art. 54-57: records and audits",
    )

    @property
    def say(self) -> Text:
        """The ground in words."""
        return Text(*self.value)

    @property
    def mark(self) -> str:
        """How sure it is: the text of the law."""
        return "law"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """Fields of one row that hold the same kind of personal data.

    ``parameter`` names the charter's parameter that counts the days, where a place sets them.
    ``is_sealed``: encrypted at rest. ``is_sensitive``: needs an assessment before it is begun.
    """

    fields: tuple[str, ...]
    what: Text
    purpose: Text
    basis: Basis
    kept: Text
    seen: Text
    whose: Whose = Whose.RESIDENT
    parameter: str = ""
    is_sealed: bool = False
    is_sensitive: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not said, in either language."""
        said = {"what": self.what, "purpose": self.purpose, "kept": self.kept, "seen": self.seen}
        return tuple(name for name, words in said.items() if not (words.zh and words.en))


Declared = tuple[Personal, ...]
Reasons = dict[str, str]  # a field that looks personal, and why it holds nothing of a person


def official(*fields: str, what: Text | None = None, kept: Text | None = None) -> Personal:
    """Fields that say which official did or may do something: public power has an author.

    Example:
        >>> official("made_by").whose is Whose.STAFF
        True
        >>> official("made_by").missing
        ()
    """
    return Personal(
        fields=fields,
        what=what or Text("经办的工作人员（内部编号或姓名）", "the official who acts (a number or name)"),
        purpose=Text("说明谁行使了职权", "to say who used a power"),
        basis=Basis.EMPLOYMENT,
        kept=kept or Text("与这一行同期；职权行使的记录长期保存", "as the row; records of power for good"),
        seen=Text("同一地方的工作人员和监督人员；不公开", "staff and supervision of the place; not public"),
        whose=Whose.STAFF,
    )  # fmt: skip
