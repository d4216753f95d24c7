"""How a complaint stands, what each side may do, and what is said to who may not.

Source: Jinan hotline regulation 2018 art. 32 [S42]; petition rule 2022 [S43]; the stages, the
verdict that closes and the review that begins by itself are CommonGrid's proposal (ADR 0038).
"""

from __future__ import annotations

import secrets
from enum import StrEnum

from commongrid.kernel.ids import ALPHABET
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict

HANDLE, REVIEW = "handle_complaint", "review_complaint"
"""Powers of the charter (``powers.csv``)."""
KEEPERS = frozenset({"appointing", "place_keeper", "charter_keeper"})
"""Who administers the platform: who appoints, who keeps its places, who keeps its charter."""
COMPLAINANT = "complainant"
LONGEST_WORDS, LONGEST_WHO = 4000, 300
SHORTEST_PASSPHRASE = 16


class About(StrEnum):
    """Whom a complaint is about."""

    STAFF = "staff"
    UNIT = "unit"
    ADMINISTRATOR = "administrator"


class State(StrEnum):
    """How a complaint stands."""

    RECEIVED = "received"  # waits until somebody free of interest takes it
    TAKEN = "taken"
    ANSWERED = "answered"  # waits for the complainant's verdict
    REVIEW = "review"  # with the independent reviewer
    REVIEWED = "reviewed"  # waits for the verdict on the review
    OUTSIDE = "outside"  # nobody here is free of interest: the printed address
    CLOSED = "closed"


class Outcome(StrEnum):
    """The verdict of the complainant, or that there was none."""

    SOLVED = "solved"
    PARTLY = "partly"
    NOT_SOLVED = "not_solved"
    NOT_ASKED = "not_asked"  # nobody said: counted apart
    WITHDRAWN = "withdrawn"


WAITS_FOR_OFFICE = (State.RECEIVED, State.TAKEN, State.REVIEW)
WAITS_FOR_VERDICT = (State.ANSWERED, State.REVIEWED)
LIMITS = {
    State.RECEIVED: "complaint_take",
    State.TAKEN: "complaint_answer",
    State.ANSWERED: "complaint_verdict",
    State.REVIEW: "complaint_review",
    State.REVIEWED: "complaint_verdict",
}
"""The parameter of the charter that gives each stage its date."""
FALLBACK = {
    "complaint_take": "1wd",
    "complaint_answer": "5wd",
    "complaint_review": "15d",
    "complaint_verdict": "14d",
}
"""What a charter from before complaints gives."""
IDENTITY_DAYS, WORDS_DAYS = ("complaint_identity_days", 30), ("complaint_words_days", 365)
OUTSIDE = ("complaint_outside", "discipline_body;petition_office")

NO_COMPLAINT = Text(zh="没有这件投诉。", en="There is no such complaint.")
NOT_NOW = Text(
    zh="这件投诉现在不能这样办，可能已经办过了。",
    en="This cannot be done with the complaint now. Perhaps it has been done already.",
)
NOT_YOURS = Text(
    zh="投诉由章程写明、与被投诉人无关的人办理。",
    en="Complaints are handled by those the charter names, who are free of interest.",
)
NO_WORDS = Text(zh="请写明内容。", en="Write what you have to say.")
TOO_LONG = Text(zh="内容太长。", en="This is too long.")
NO_WHOM = Text(
    zh="请写明投诉谁：选一项、写姓名或岗位，或填写事项的回执码。",
    en="Say whom it is about: choose, write a name or post, or give the receipt code of a matter.",
)
NO_PLACE = Text(zh="这个地方还没有启用章程。", en="No charter is in force in this place.")
NO_KEY = Text(
    zh="关于平台管理的投诉须用监督方的密钥封存，本地还没有这样的密钥，所以没有收下，什么也没有保存。"
    "请直接联系：{bodies}。",
    en="A complaint about whoever runs the platform is sealed with a key of supervision, and there "
    "is none here yet. So it was not taken and nothing was kept. Please turn to: {bodies}.",
)
REUSED = Text(
    zh="这个操作编号已用于另一件事，请刷新页面后重试。",
    en="This command number was used for something else. Reload the page and try again.",
)
WEAK_PASSPHRASE = Text(
    zh="口令至少十六个字符。", en="The passphrase needs at least sixteen characters."
)
KEEPS_PLATFORM = Text(
    zh="管理平台的人不能持有这把密钥。", en="Whoever administers the platform cannot hold this key."
)
NO_IDENTITY = Text(
    zh="投诉人没有留下联系方式，或没有同意打开。",
    en="The complainant left no way to be reached, or did not agree to its being opened.",
)


def refusal(rule: str, say: Text, log: str = "") -> Refused:
    """A refusal to raise."""
    return Refused(Verdict.no(f"complaint.{rule}", say, log=log))


def new_ref() -> str:
    """A number to talk about a complaint by; nothing follows from it."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"T-{symbols[:4]}-{symbols[4:]}"


def state_after(verdict: Outcome, state: State) -> State:
    """Where the verdict leads: solved closes; what is not goes to the reviewer, once.

    Example:
        >>> state_after(Outcome.PARTLY, State.ANSWERED) is State.REVIEW
        True
        >>> state_after(Outcome.NOT_SOLVED, State.REVIEWED) is State.OUTSIDE
        True
    """
    if verdict is Outcome.SOLVED:
        return State.CLOSED
    return State.REVIEW if state is State.ANSWERED else State.OUTSIDE
