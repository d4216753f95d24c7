"""What an intention is told beside the verdicts of the rules."""

from __future__ import annotations

from commongrid.kernel.text import Text

OTHER_BODY = Text(
    zh="这个编号已经用过，内容却不同；先前的结果不变。",
    en="This number was used before with other content; what was answered then stands.",
)
UNREADABLE = Text(zh="这一条的内容无法读取。", en="The content of this entry cannot be read.")
NO_PROXY_NOTE = Text(
    zh="代他人反映时，请写明对方是怎样同意的。",
    en="When you report for somebody else, say how they agreed.",
)
NOT_RAISED = Text(
    zh="这一步所属的事项没有报上来，所以无法办理。",
    en="The matter this step belongs to was not raised, so the step cannot be taken.",
)
NO_MATTER = Text(zh="没有写明是哪件事项。", en="No matter was named.")
MOVED = Text(
    zh="您离线期间，这件事项的状态、承办单位或位置有了变化，所以没有办理。",
    en="While you were away this matter changed its state, unit or place; nothing was done.",
)
WAITS_FOR_ONE = Text(
    zh="要等前一条先有结果。", en="It waits until the one before it has been answered."
)
WAITS_FOR_FILES = Text(
    zh="这一步要有照片为证，照片传完后自动办理。",
    en="This step needs its pictures; it is taken as soon as they have come.",
)
BROKEN = Text(
    zh="系统出了差错，这一条还没有办理；手机会自动重发。",
    en="Something broke on our side and this was not done yet; the phone sends it again.",
)
PROPOSED = Text(
    zh="已经提出，还要另一位有权人员同意。",
    en="This is proposed; a second person still has to agree.",
)
UNWANTED = Text(zh="这张照片无法附到事项上。", en="This picture cannot be attached to its matter.")

LOOK = Text(zh="请对照两边，再决定是否仍要办理。", en="Compare both sides, then decide.")
CALL_OFFICE = Text(
    zh="所写内容已留给办公室处理；着急请打电话。",
    en="What you wrote is kept for the office to see to. If it is urgent, call them.",
)
PUT_RIGHT = Text(zh="请改正后作为新的一条再发。", en="Put it right and send it as a new entry.")
ASK_DESK = Text(
    zh="它可能已转到别的网格；请问受理台。",
    en="It may have moved to another grid; ask the desk.",
)


def next_after(rule: str) -> Text:
    """What to do after a refusal by this rule."""
    last = rule.rpartition("/")[2]
    if rule == "matter.unknown":
        return ASK_DESK
    if last.startswith("needs:") or rule.startswith(("field.", "photo.")):
        return PUT_RIGHT
    return CALL_OFFICE
