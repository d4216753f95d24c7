# ruff: noqa: E501 - both languages of one thing stand on one line
"""What the rows of this room hold of persons: what for, by which law, how long, who sees it."""

from __future__ import annotations

from commongrid.kernel.personal import Basis, Personal, official
from commongrid.kernel.text import Text

IN_CHARGE = Text("办理和核查这一件的人", "those who handle and check this matter")
SHARED = Text(
    "办理和核查这一件的人；本人勾选公开时，周围的人也能看到",
    "those who handle and check it; neighbours only when the person ticked so",
)
WORDS_KEPT = Text("办结后三年，之后只留计数", "3 years after the end, then counted facts alone")
CONTACT_KEPT = Text(
    "办结后最多十二个月；本人要求时立即删除",
    "12 months after the end at most; at once when the person asks",
)
TO_SOLVE = Text("弄清情况，把事办成", "to understand the matter and to solve it")
TO_REACH = Text("就这一件事联系本人", "to reach the person about this matter alone")

WORDS = Personal(
    fields=("text", "answers", "address"),
    what=Text("反映的内容、对问题的回答和地址", "what was told, answers to questions and the address"),
    purpose=TO_SOLVE, basis=Basis.DUTY, kept=WORDS_KEPT, seen=SHARED,
    parameter="keep_matter_days",
)  # fmt: skip
POINT = Personal(
    fields=("lon", "lat"),
    what=Text("点选的准确位置", "the exact point that was tapped"),
    purpose=Text("找到现场", "to find the spot"),
    basis=Basis.DUTY,
    kept=Text("办结后与联系方式同期，之后只留网格", "as contact data after the end; then the grid alone"),
    seen=SHARED,
    parameter="keep_contact_days",
)  # fmt: skip
RECEIPT = Personal(
    fields=("receipt",),
    what=Text("回执码的密文摘要", "a keyed digest of the receipt code"),
    purpose=Text("让本人不用账号就能打开自己的事项", "to let the person open their matter without an account"),
    basis=Basis.DUTY,
    kept=Text("与事项同期", "with the matter"),
    seen=Text("任何人都看不到", "nobody"),
)  # fmt: skip
MORE_WORDS = Personal(
    fields=("rating_words", "obstacle", "proxy_note", "pending"),
    what=Text("评价的话、代报说明和办理中的话", "words of a rating, of a proxy and of the work"),
    purpose=TO_SOLVE, basis=Basis.DUTY, kept=WORDS_KEPT, seen=IN_CHARGE,
    parameter="keep_matter_days",
)  # fmt: skip
CONTACT = Personal(
    fields=("sealed",),
    what=Text("姓名、电话、邮箱（自愿填写）", "name, telephone and e-mail, where the person gave them"),
    purpose=TO_REACH,
    basis=Basis.CONSENT,
    kept=CONTACT_KEPT,
    seen=Text(
        "办理人写明用途后打开，每次都留记录、本人能看到",
        "whoever handles it and states why; each opening is recorded and shown to the person",
    ),
    parameter="keep_contact_days",
    is_sealed=True,
)  # fmt: skip
FOLLOWER = Personal(
    fields=("receipt", "sealed"),
    what=Text("跟进的人的回执摘要和联系方式", "the receipt digest and contact data of a follower"),
    purpose=Text("把进展告诉跟进的人", "to tell a follower how it goes on"),
    basis=Basis.CONSENT, kept=CONTACT_KEPT,
    seen=Text("只由系统用来发信", "the machine alone, to write to them"),
    parameter="keep_contact_days", is_sealed=True,
)  # fmt: skip
PHOTO = Personal(
    fields=("file",),
    what=Text("照片（去掉隐藏信息）", "pictures, without what cameras hide in them"),
    purpose=Text("看清现场和结果", "to see the spot and the result"),
    basis=Basis.DUTY, kept=WORDS_KEPT, seen=SHARED, parameter="keep_matter_days",
)  # fmt: skip
SOUND = Personal(
    fields=("file", "words"),
    what=Text("录音和听写的文字", "a voice note and what was written down of it"),
    purpose=Text("让不便打字的人也能说清", "to let people speak who do not write"),
    basis=Basis.DUTY, kept=WORDS_KEPT, seen=IN_CHARGE, parameter="keep_matter_days",
)  # fmt: skip
INDEX = Personal(
    fields=("words",),
    what=Text("反映内容的检索词", "the words of the matter, for the search"),
    purpose=Text("让办理的人找到这一件", "to let those in charge find it"),
    basis=Basis.DUTY, kept=WORDS_KEPT, seen=IN_CHARGE, parameter="keep_matter_days",
)  # fmt: skip
OFFER = Personal(
    fields=("words",),
    what=Text("单位退回时写的理由", "the reason a unit gave for sending it back"),
    purpose=TO_SOLVE, basis=Basis.DUTY, kept=WORDS_KEPT, seen=IN_CHARGE,
    parameter="keep_matter_days",
)  # fmt: skip
LINK = Personal(
    fields=("contact_purpose",),
    what=Text("外请单位为什么要联系本人", "why an outside body may reach the person"),
    purpose=TO_REACH, basis=Basis.DUTY, kept=CONTACT_KEPT, seen=IN_CHARGE,
    parameter="keep_contact_days",
)  # fmt: skip
HANDLERS = official("handlers")
LINK_MAKER = official("made_by")
LISTENER = official("words_by")
VIEW_OWNER = official("owner", "name")
MATTER_ELSE = {
    "cases": "keys of the charter's cases",
    "refused_by": "keys of units",
    "handler_units": "keys of units",
    "whistled": "keys of units",
    "callback_at": "times alone",
    "reminded_at": "times alone",
}
MATTER = (WORDS, POINT, RECEIPT, MORE_WORDS, HANDLERS)
