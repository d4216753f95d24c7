# ruff: noqa: E501 - both languages of one thing stand on one line
"""What the rows of this room hold of persons: what for, by which law, how long, who sees it."""

from __future__ import annotations

from commongrid.kernel.personal import Basis, Personal, official
from commongrid.kernel.text import Text

PHONE = official(
    "account", "label",
    what=Text("网格员启用的手机（自取的名字）", "the phones an official uses, by names of their own"),
    kept=Text("停用后 183 天", "183 days after it was taken out of service"),
)  # fmt: skip
RETURNED = Personal(
    fields=("sealed",),
    what=Text("手机送来而没有办成的内容，加密", "the words of what a phone sent and was refused, sealed"),
    purpose=Text("让网格员重写、改正，不丢话", "to let the grid worker put it right and lose nothing"),
    basis=Basis.DUTY,
    kept=Text("办妥后 90 天，最多 183 天", "90 days after it was settled, 183 at most"),
    seen=Text("送来的网格员和窗口", "the grid worker who sent it, and the desk"),
    is_sealed=True,
)  # fmt: skip
FILE = Personal(
    fields=("content",),
    what=Text("手机正在传的照片或录音", "pictures and voice notes on their way from a phone"),
    purpose=Text("信号断了也能接着传", "to go on sending when the signal was lost"),
    basis=Basis.DUTY,
    kept=Text("附到事项上即删，最多 7 天", "until it hangs on its matter, 7 days at most"),
    seen=Text("任何人都看不到", "nobody"),
)
UPLOADER = official("account", kept=Text("同所传的文件", "as the file"))
HANDOVER = official(
    "outgoing", "incoming", "beside", "decided_by", "outgoing_words", "incoming_words",
    what=Text("交接的双方和他们写给对方的话", "who hands a grid over to whom, and what they wrote"),
    kept=Text("记录长期保存；话在结束后 90 天删除", "the row for good; the words 90 days after its end"),
)  # fmt: skip
