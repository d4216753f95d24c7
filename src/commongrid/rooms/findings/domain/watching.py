"""What supervision looks at: the lists, what puts a matter on them, and how they are said.

Every list is of matters, of their processes and of the units that hold them. None names a person,
and none counts by person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from commongrid.kernel.text import Text

NEAR_A_DEADLINE = timedelta(hours=24)
SHORTEST_TEXT = 6
"""Shorter answers are alike by chance: «已处理。»."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something stands on a list, as the charter says."""

    days: int = 90
    """How far back lists of what was done look."""
    at_once: int = 5
    """So many matters of one unit said to be done in one hour, each within a day of its limit."""
    same_text: int = 3
    """So many matters answered with one text."""

    @property
    def back(self) -> timedelta:
        """How far back, as a time."""
        return timedelta(days=self.days)

    def widest(self, other: Thresholds) -> Thresholds:
        """Where charters differ, what shows the most.

        Example:
            >>> Thresholds(90, 5, 3).widest(Thresholds(30, 4, 6))
            Thresholds(days=90, at_once=4, same_text=3)
        """
        return Thresholds(
            max(self.days, other.days),
            min(self.at_once, other.at_once),
            min(self.same_text, other.same_text),
        )


PARAMETERS = {"days": "watch_days", "at_once": "watch_at_once", "same_text": "watch_same_text"}
"""The charter's names of the thresholds; a charter without them means the values above."""


class Watch(StrEnum):
    """The lists, in the order they are shown."""

    OVERDUE = "overdue"
    REDONE = "redone"
    RECURRING = "recurring"
    PASSED_ON = "passed-on"
    RAISED = "raised"
    DISPUTED = "disputed"
    BULK = "bulk"
    SAME_TEXT = "same-text"
    HUNG = "hung"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Said:
    """How a list is said: its name, what is on it, and what its figure means."""

    name: Text
    what: Text
    figure: Text

    def filled(self, by: Thresholds) -> Said:
        """The same with the thresholds in their places."""
        values = {name: str(getattr(by, name)) for name in PARAMETERS}
        what = Text(self.what.zh.format_map(values), self.what.en.format_map(values))
        return replace(self, what=what)


SAID: dict[Watch, Said] = {
    Watch.OVERDUE: Said(
        Text("超期未办", "Overdue"),
        Text(
            "还没有办结、已经过了答应时间的事项，过期最久的在前。",
            "Open matters past what was promised; the longest overdue first.",
        ),
        Text("超期天数", "Days over"),
    ),
    Watch.REDONE: Said(
        Text("重办", "Redone"),
        Text(
            "{days} 天内被退回重办过的事项，次数多的在前。",
            "Matters that went back to be done again within {days} days; the most often first.",
        ),
        Text("重办次数", "Times redone"),
    ),
    Watch.RECURRING: Said(
        Text("反复发生", "Recurring"),
        Text(
            "同一网格同一类问题，上一件办好后三十天内又有人反映。说明问题没有根治，不说明谁反映得多。",
            "The same kind in the same grid, raised again within thirty days of a solution. It "
            "says that the cause is still there, not who raises much.",
        ),
        Text("再次发生", "Came again"),
    ),
    Watch.PASSED_ON: Said(
        Text("转来转去没人牵头", "Passed on without a lead"),
        Text(
            "转派过、现在没有单位接下的事项。",
            "Matters that were passed on and that no unit holds now.",
        ),
        Text("转派次数", "Times passed on"),
    ),
    Watch.RAISED: Said(
        Text("应提级督办", "Raised supervision"),
        Text(
            "重办或转派达到章程规定次数、还没有办结的事项。没有写明牵头领导的，就是还没有提级。",
            "Open matters that were redone or passed on as often as the charter allows. Where no "
            "leader is named, supervision has not been raised yet.",
        ),
        Text("重办和转派", "Redone and passed on"),
    ),
    Watch.DISPUTED: Said(
        Text("反映人不认可", "Disputed by residents"),
        Text(
            "{days} 天内反映人说没有解决、要求重开或复核的事项。",
            "Matters of which the person said within {days} days that they are not solved, or had "
            "them reopened or reviewed.",
        ),
        Text("第几次", "Times"),
    ),
    Watch.BULK: Said(
        Text("到期前集中办结", "Many closed before a deadline"),
        Text(
            "一个单位在一小时内把 {at_once} 件以上快到期的事项报成办好。可能是集中处理，"
            "也可能是赶时限，要看事项本身。",
            "A unit said within one hour that {at_once} matters or more were done, each within a "
            "day of its limit. It may be one round of work or a race with the clock: look at the "
            "matters.",
        ),
        Text("件数", "Matters"),
    ),
    Watch.SAME_TEXT: Said(
        Text("答复雷同", "Identical answers"),
        Text(
            "{days} 天内 {same_text} 件以上用了同一段答复。同一次停水可以用同一段话，"
            "不同的问题不应该。",
            "{same_text} matters or more answered with one text within {days} days. One burst pipe "
            "may be answered with one text; different troubles should not be.",
        ),
        Text("件数", "Matters"),
    ),
    Watch.HUNG: Said(
        Text("挂账逾期未复查", "Hung past review"),
        Text(
            "暂时解决不了、挂了账，说好的复查日期已过的事项。",
            "Matters hung because they could not be solved, past the date set for their review.",
        ),
        Text("超期天数", "Days over"),
    ),
    Watch.OPENED: Said(
        Text("打开联系方式", "Contact data opened"),
        Text(
            "{days} 天内打开过联系方式的事项：哪个岗位、为了什么。"
            "本人在自己的页面上看得到同样的内容。",
            "Matters of which contact data were opened within {days} days: by which post, and for "
            "what. The person sees the same on their own page.",
        ),
        Text("第几次", "Times"),
    ),
}
