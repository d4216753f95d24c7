# ruff: noqa: E501 - one sentence a line reads better than a broken one
"""The words a charter may write into the cells of its transition tables.

Guards are conditions, effects are changes, clock verbs move promises. A charter combines
them freely; their meaning is code. The sentence of a guard is what the person reads when
the guard refuses, so it says what is in the way and, where there is one, the way round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from commongrid.kernel.text import Text

OR = " or "
"""Between two guards of one cell: either is enough; ``|`` says the same."""
_OR = re.compile(rf"{OR}|\|")


@dataclass(frozen=True, slots=True)
class GuardWord:
    """A guard. ``args`` name what stands after each colon; ``fields`` what the command must carry.

    An argument is a table of the charter (clock, parameter, case) or the choice ``claimed|closed``.
    """

    name: str
    rule: Text
    args: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    always: bool = False

    @property
    def shape(self) -> str:
        """How it is written, e.g. ``within:<parameter>:<claimed|closed>``."""
        return ":".join((self.name, *(f"<{arg}>" for arg in self.args)))


@dataclass(frozen=True, slots=True)
class EffectWord:
    """An effect. ``fields`` are those the command must carry; ``arg`` is what may follow a colon."""

    name: str
    rule: Text
    fields: tuple[str, ...] = ()
    arg: str = ""


def _guard(name: str, zh: str, en: str, *args: str, fields: tuple[str, ...] = ()) -> GuardWord:
    return GuardWord(name, Text(zh, en), args, fields)


def _effect(name: str, zh: str, en: str, *fields: str) -> EffectWord:
    return EffectWord(name, Text(zh, en), fields)


_GUARDS = (
    _guard("before_expiry", "期限已过，不能再延期；可以挂账或请求督办。", "The limit has run out, so it can no longer be extended; it can be hung with a plan or supervised.", "clock"),
    _guard("once", "这一步只能做一次，已经做过了。", "This can be done only once, and it has been done."),
    _guard("max_same_length", "新日期太远：延长的时间不能超过原来的期限。", "The new date is too far off: an extension may be at most as long as the first limit."),
    _guard("future_date", "写的日期已经过去，请写以后的日期。", "The date has passed already; give one that lies ahead."),
    _guard("never_appointed", "这件事已经指定由你们办理，不能再退回。", "This matter was appointed to your unit, so it can no longer be returned."),
    _guard("has_unit", "还没有定下承办单位，请先派给一个单位。", "No handling unit is named yet; offer it to a unit first."),
    _guard("not_same_unit", "它已经在这个单位手上，请选另一个单位。", "This unit already holds it; choose another one."),
    _guard("other_unit", "这个单位已经提出异议，请选另一个单位，或者写明理由直接指定。", "This unit has objected; choose another one, or appoint with a written reason.", fields=("unit",)),
    _guard("known_unit", "这里没有这个单位，请从名单里选。", "There is no such unit here; choose one from the list."),
    _guard("no_offer_open", "已经派给一个单位，正在等答复。", "It has been offered to a unit already, which still has to answer."),
    _guard("no_unit", "已经有承办单位了，这一步走不了。", "A handling unit holds it already, so this step is not possible."),
    _guard("last_milestone", "除了最后一步，还有节点没有完成，请先逐个记录。", "More than the last milestone is still open; record the others first."),
    _guard("owed", "现在没有等着答复的这一项。", "Nothing of this kind is owed now.", "clock"),
    _guard("after_limit", "期限还没到；回访要等期限过后再做。", "The limit has not passed yet; callbacks are made after it."),
    _guard("in_duty_list", "派单目录里，这个单位不负责这类事项。", "The dispatch catalogue does not name this unit for matters of this type.", fields=("unit",)),
    _guard("not_handler", "经办的人和单位不能核查自己办的事，请换一位核查员。", "Whoever handled it cannot check it; another person from outside the unit has to."),
    _guard("second_person", "这一步要两个人：请另一位同事确认。", "This takes two persons; another colleague has to confirm it."),
    _guard("evidence", "还没有办结的凭据：请附照片，或写下办理记录。", "There is no evidence yet: attach a photo, or write down what was done."),
    _guard("milestone_open", "这一步没有在等的期限：请选一个还没完成的节点。", "No open promise has this name; choose a milestone that is still owed.", fields=("milestone",)),
    _guard("all_milestones_met", "还有节点没有完成，全部完成后才能办结。", "Some milestones are still open; all of them have to be met first."),
    _guard("within", "时间已过，这一步不能再做；可以重新提出事项。", "The time for this step is over; a new matter can be raised instead.", "parameter", "claimed|closed"),
    _guard("once_rated", "已经评过一次了，每件事只评一次。", "It has been rated already; each matter is rated once."),
    _guard("no_danger_to_others", "这件事关系到其他人的安全，不能撤回；网格员会接着办。", "Other people are in danger, so it cannot be withdrawn; the grid worker carries it on."),
    _guard("case", "请选定属于哪一种情形，再作答复。", "Choose the case it falls under before answering.", "case"),
    _guard("urgent", "只有紧急或危及安全的事项才能直接移交。", "Only urgent matters or those that put somebody in danger can be handed over directly."),
    _guard("confirmed_obstacle", "挂账要写明已经核实的障碍：卡在哪里、谁核实的。", "To hang a matter, name the obstacle that was verified: what is in the way, and who checked it."),
    _guard("review_by", "复查日期太晚或没有写，请定在允许的天数以内。", "The review date is missing or too late; set it within the days allowed.", "parameter", fields=("review_on",)),
    _guard("new_reason", "再次挂账要有新的理由，不能和上次一样。", "Hanging it again needs a new reason, not the one given before."),
    _guard("redone_at_least", "重办的次数还没到提级督办的标准。", "It has not been redone often enough to be raised to supervision.", "parameter"),
    _guard("transfers_at_least", "转派的次数还没到提级督办的标准。", "It has not been passed on often enough to be raised to supervision.", "parameter"),
    _guard("callbacks_failed", "回访次数还不够：要在规定的天数内、分不同的日子联系。", "There were too few callbacks: they have to be made on different days, within the days set.", "parameter", "parameter"),
    _guard("reminded", "提醒的次数还不够，先再提醒一次。", "The person was not reminded often enough; send another reminder first.", "parameter"),
    _guard("time_over", "时间还没到，现在不能走这一步。", "The time for this has not run out yet.", "clock"),
    _guard("whistled", "这件事没有吹哨叫到你们单位。", "Your unit was not called to this matter."),
    _guard("not_self", "提出这件事的人不能自己做这一步。", "The person who raised the matter cannot take this step."),
    GuardWord("no_interest", Text("你和这件事有利害关系，请回避。", "You have an interest in this matter and have to step out of it."), always=True),
    _guard("words_hidden", "没有等着公开的话：反映人没有说可以公开，或者已经公开了。", "There are no shared words that others do not see: none were shared, or they are shown already."),
    _guard("words_not_kept", "没有可以不公开的话：反映人没有说可以公开，或者已经定了不公开。", "There are no shared words to keep back: none were shared, or they are kept back already."),
    _guard("community_list", "这类事项不在社区现场处置清单里，请派给承办单位。", "This type is not on the list of what is solved on the spot; offer it to a handling unit."),
    _guard("falls_due", "交接期间没有马上到期的承诺；已经超时的和紧急的不给宽限。", "Nothing of the post falls due so soon after the handover; what is late or urgent gets no grace.", "parameter"),
    _guard("rested", "这件事不久前已经给过一次交接宽限。", "This matter was given the grace of a handover not long ago.", "parameter"),
    _guard("accepted_type", "事项类型还没有定，请先选定类型。", "The type is still open; choose the type of the matter first."),
)  # fmt: skip

_EFFECTS = (
    _effect("count_redone", "重办次数加一", "counts one more redo"),
    _effect("count_transfer", "转派次数加一", "counts one more transfer"),
    _effect("count_callback", "回访次数加一", "counts one more callback"),
    _effect("count_reminder", "提醒次数加一", "counts one more reminder"),
    _effect("begin_wait", "提醒从头算起", "counts reminders anew"),
    _effect("count_hung", "挂账次数加一", "counts one more hanging"),
    _effect("give_unit", "交给一个单位或人员办理", "gives it to a unit", "unit"),
    _effect("add_follower", "一起关注这件事", "follows the matter"),
    _effect("set_offer", "提请一个单位承接", "offers it to a unit", "unit"),
    _effect("take_offer", "被提请的单位承接下来", "the unit asked takes it on"),
    _effect("drop_offer", "单位提出异议，提请作废", "the offer falls, and the objection is kept"),
    _effect("appoint", "指定单位办理，不能再退回", "appoints the unit; no further return"),
    _effect("solve_here", "现场办理，由经办人负责", "is solved on the spot by the one who acts"),
    _effect("set_claimed", "记下报告办结的时间", "notes when it was claimed done"),
    _effect("set_closed", "记下结束的时间", "notes when it was closed"),
    _effect("clear_claimed", "办结报告作废", "the claim of being done falls"),
    _effect("set_rated", "记下已经评价", "notes that it was rated"),
    _effect("join_leading", "并入主办事项，跟随它的期限", "joins the leading matter and follows its clocks", "leading"),
    _effect("part_leading", "和主办事项分开，关注的人跟着回来", "parts from the leading matter; who came with it goes back with it"),
    _effect("release_joined", "并进来的事项各自分开，接着办", "what was joined to it parts again and goes on by itself"),
    _effect("publish_words", "公开反映人愿意公开的话和照片", "shows the words and pictures that were shared"),
    _effect("keep_words_back", "不公开反映人愿意公开的话和照片", "keeps the words and pictures that were shared from others"),
    _effect("hand_over_line", "移交紧急电话", "hands over to an emergency line"),
    _effect("raise_level", "提到上一级，由指定领导负责", "goes up one level to a named leader"),
    _effect("call_units", "吹哨，叫单位到场", "calls units to join", "units"),
    _effect("answer_call", "记下单位已经应哨", "notes that the unit answered the call"),
    _effect("open_mediation", "转入调解", "opens a mediation"),
    EffectWord("open_followup", Text("开出后续事项", "opens a follow-up matter"), arg="type"),
    _effect("keep_first_receiver", "记下首接责任人，不能推出去", "keeps the first receiver, who may not shift it"),
    _effect("tell_person", "告知当事人", "tells the person"),
    _effect("attach_note", "记入办理过程", "adds a note to the progress"),
    _effect("reveal", "查看联系方式，留下记录并告知本人", "shows contact data; logged and told to the person"),
    _effect("set_type", "改定事项类型", "sets the type", "type"),
    _effect("set_case", "记下适用的情形", "notes the case that applies", "case"),
    _effect("answer_sorted", "按甄别规则答复", "answers by the sorting rule"),
)  # fmt: skip

GUARDS: Mapping[str, GuardWord] = {word.name: word for word in _GUARDS}
EFFECTS: Mapping[str, EffectWord] = {word.name: word for word in _EFFECTS}

CLOCK_VERBS: Mapping[str, Text] = {
    "start": Text("开始计时", "starts"),
    "stop": Text("停止计时", "stops"),
    "fail": Text("停止，算未解决", "stops as not solved"),
    "pause": Text("暂停计时", "pauses"),
    "resume": Text("恢复计时", "runs on after a pause"),
    "restart": Text("重新计时", "starts anew"),
    "move": Text("改到新的日期", "moves to a new date"),
    "grace": Text("交接期间宽限", "stands still for the grace of a handover"),
    "follow": Text("跟随主办事项", "follows the leading matter"),
    "unfollow": Text(
        "不再跟随主办事项，照没停过继续算",
        "follows no more and counts on as if it had never stopped",
    ),
}

HANDOVER_GRACE = "handover_grace"
"""The parameter that says how long a clock stands still when its post changes hands."""
FINISH = "finish"
URGENT_OF = {"whistle": "whistle_urgent"}
"""Clocks that run in place of another one when the matter is urgent."""
"""The clock of a type's milestones: ``finish`` all, ``finish:*`` the one named, ``finish:<key>``."""
ALL = "all"
LEADING = "leading"


def clock_name(step_clock: str) -> str:
    """The clock a step speaks of, without the milestone: ``finish:*`` is about ``finish``."""
    return step_clock.split(":", 1)[0]


def alternatives(cell: str) -> tuple[str, ...]:
    """The guards of one cell, any of which is enough; usually there is one.

    Example:
        >>> alternatives("redone_at_least:redo or transfers_at_least:transfers")
        ('redone_at_least:redo', 'transfers_at_least:transfers')
    """
    return tuple(part.strip() for part in _OR.split(cell))


def word_name(guard: str) -> str:
    """The name of a guard or an effect without its arguments."""
    return guard.split(":", 1)[0]


def word_args(guard: str) -> tuple[str, ...]:
    """The arguments of one guard or effect."""
    return tuple(guard.split(":")[1:])


def guard_text(cell: str) -> Text:
    """The sentence for a guard cell; of several alternatives every one is said."""
    rules = [GUARDS[word_name(part)].rule for part in alternatives(cell)]
    return Text("".join(rule.zh for rule in rules), " ".join(rule.en for rule in rules))
