# ruff: noqa: E501 - both languages of one thing stand on one line
"""What the rows of this room hold of persons: what for, by which law, how long, who sees it."""

from __future__ import annotations

from commongrid.kernel.personal import Basis, Personal, Whose, official
from commongrid.kernel.text import Text

FREE = Text(
    "章程写明、与被投诉人无关的办理人和复核人；被投诉人看不到",
    "those the charter names who are free of interest; never whom it is about",
)
WORDS_KEPT = Text("办结后一年，之后只留计数", "a year after the end, then counted facts alone")

RECEIPT = Personal(
    fields=("receipt",),
    what=Text("回执码的密文摘要", "a keyed digest of the receipt code"),
    purpose=Text("让投诉人不用账号就能打开自己的投诉", "to let the complainant open it without an account"),
    basis=Basis.DUTY,
    kept=WORDS_KEPT,
    seen=Text("任何人都看不到", "nobody"),
    parameter="complaint_words_days",
)  # fmt: skip
WORDS = Personal(
    fields=("sealed", "own"),
    what=Text("投诉的内容和双方的往来，加密", "the words of a complaint and of its dialogue, sealed"),
    purpose=Text("查清投诉，答复投诉人", "to look into a complaint and to answer it"),
    basis=Basis.DUTY,
    kept=WORDS_KEPT,
    seen=FREE,
    parameter="complaint_words_days",
    is_sealed=True,
)  # fmt: skip
IDENTITY = Personal(
    fields=("sealed",),
    what=Text("投诉人的姓名、电话、邮箱（自愿填写），另行加密", "the complainant's name, telephone, e-mail where given, sealed apart"),
    purpose=Text("就这件投诉联系本人", "to reach the person about this complaint alone"),
    basis=Basis.CONSENT,
    kept=Text("办结后三十天；本人要求时立即删除", "30 days after the end; at once when the person asks"),
    seen=Text(
        "本人同意时，办理人写明用途后打开，每次都留记录、本人能看到",
        "whoever handles it, where the person agreed, for a stated purpose; each opening is recorded and shown to the person",
    ),
    parameter="complaint_identity_days",
    is_sealed=True,
)  # fmt: skip
ACCUSED = Personal(
    fields=("account",),
    what=Text("被投诉的工作人员及其岗位", "which official a complaint is about, by post"),
    purpose=Text("让被投诉人和其管理线看不到投诉", "to keep the complaint from them and from their line"),
    basis=Basis.EMPLOYMENT,
    kept=WORDS_KEPT,
    seen=FREE,
    whose=Whose.STAFF,
    parameter="complaint_words_days",
)  # fmt: skip
HANDLERS = official("taken_by", "reviewed_by")
AUTHOR = official("by", "role")
STEPPED_OUT = official("account")
KEY_HOLDER = official("made_by", "wrapped")
