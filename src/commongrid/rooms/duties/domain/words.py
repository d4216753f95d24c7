"""What is said to whoever may not, and to whoever has to give more."""

from __future__ import annotations

from commongrid.kernel.text import Text

NOT_YOURS = {
    "propose_duty": Text(
        "网格任务由章程写明的岗位提出。您的岗位不在其中。",
        "Tasks for grids are proposed by the posts the charter names. Yours is not one of them.",
    ),
    "give_opinion": Text(
        "这里征求的是本地网格员的意见。",
        "Those asked here are the grid workers of this place.",
    ),
    "admit_duty": Text(
        "网格任务由章程写明的岗位批准或不批准。您的岗位不在其中。",
        "Tasks for grids are approved or refused by the posts the charter names. Yours is not one "
        "of them.",
    ),
}
NOBODY = Text(
    "现行章程没有写明谁可以做这件事。启用 2026.7 或以后的版本后即可。",
    "The charter in force names nobody for this. Adopt version 2026.7 or a later one.",
)
NONE = Text("没有这份准入。", "There is no such admission.")
SAME_PERSON = Text(
    "提出的人不能自己批准。请由另一位有职权的人决定。",
    "Whoever proposed it cannot decide it. Somebody else with this power decides.",
)
UNHEARD = Text(
    "还没有一个网格表达意见，不能批准。请提醒网格员，或不批准。",
    "No grid has said anything yet, so it cannot be approved. Remind the grid workers, or "
    "refuse it.",
)
HEARD_ALREADY = Text(
    "您已经表达过意见，每人一次。", "You gave your opinion already; everybody gives one."
)
OWN_PROPOSAL = Text(
    "这是您自己提出的，不计入网格的意见。",
    "You proposed this yourself; it does not count as an opinion of the grids.",
)
NOT_OPEN = Text(
    "这份准入已经决定或撤回，不能再改。",
    "This was decided or withdrawn already; it is not changed any more.",
)
NOT_HEARD_NOW = Text("征求意见的时间已过。", "The time in which opinions are given is over.")
NOT_LIVE = Text(
    "只有已提出或有效的任务可以撤回。",
    "Only what is proposed or in force can be withdrawn.",
)
NOT_RENEWABLE = Text(
    "只有有效或到期的准入可以续期，而且地方要相同。",
    "Only an admission that is in force or expired can be renewed, and for the same place.",
)
ENDS_BEFORE = Text("请写一个今天以后的到期日。", "Give a day of expiry that lies ahead.")
NO_BASIS = Text(
    "请写明法律或清单依据：哪部法规第几条，或哪份清单第几项。",
    "Name the basis: which law and article, or which list and entry.",
)
NO_TASK = Text("请写明要网格做什么。", "Say what the grids are asked to do.")
NO_REASON = Text("请写明理由。", "Give the reason.")
NO_MINUTES = Text(
    "请估计每个网格每周用几分钟，至少一分钟。",
    "Estimate the minutes a week of one grid, at least one.",
)
NO_ANSWER = Text("请选择同意或不同意。", "Say for or against.")
NOT_ONE_LINE = Text("这一项写得太长。", "This is too long.")
ASKED_ALREADY = Text(
    "现行章程已经这样要求，不是新任务，不必准入：",
    "The charter in force asks this already; it is not new and needs no admission:",
)
REUSED = Text(
    "这个操作编号已用于另一件事，请刷新页面后重试。",
    "This command number was used for something else. Reload the page and try again.",
)


def still_heard(missing: int) -> Text:
    """How many have not spoken yet while there is time."""
    return Text(
        f"意见还在征求中，还有 {missing} 位网格员没有表达。等到期满，或等大家都说过。",
        f"The grids are still being asked; not answered yet: {missing}. Wait until the time is "
        "over or all grid workers have answered.",
    )


def too_long(most_days: int) -> Text:
    """The longest life of an admission."""
    return Text(
        f"准入最长 {most_days} 天；到期可以重新提出。",
        f"An admission lasts {most_days} days at most; it can be proposed again then.",
    )


def too_short_hearing(least_days: int) -> Text:
    """The least time for opinions."""
    return Text(
        f"意见至少征求 {least_days} 天。", f"The grids are asked for at least {least_days} days."
    )


def over_budget(minutes: int, already: int, budget: int) -> Text:
    """The sum, and what it would have to stay under."""
    return Text(
        f"超出负担上限：已有任务每周 {already} 分钟，加上这项 {minutes} 分钟，共 "
        f"{already + minutes} 分钟；每个网格每周最多 {budget} 分钟。先撤回别的任务，或减少这一项。",
        f"Over the budget: tasks in force ask {already} minutes a week, with these {minutes} it "
        f"would be {already + minutes}; a grid has {budget}. Withdraw another task first, or ask "
        "for less.",
    )


def bad_item(key: str) -> Text:
    """A key that is none."""
    return Text(
        f"“{key}”不是一项要求的写法，例如 type:A08、question:A08/how_many:number!。",
        f"“{key}” has not the shape of an item, such as type:A08, question:A08/how_many:number!.",
    )


def asked_already(keys: tuple[str, ...]) -> Text:
    """Items that are not new."""
    named = ", ".join(keys[:5])
    return Text(f"{ASKED_ALREADY.zh}{named}", f"{ASKED_ALREADY.en} {named}")
