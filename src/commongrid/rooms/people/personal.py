"""What the rows of this room hold of officials: residents have no account here."""

from __future__ import annotations

from commongrid.kernel.personal import Basis, Personal, Whose, official
from commongrid.kernel.text import Text

ACCOUNT = Personal(
    fields=("username", "display_name", "display_name_en", "work_phone", "password"),
    what=Text(
        "工作人员的姓名、工作电话、登录名和密码摘要",
        "name, work telephone, login name and password digest of an official",
    ),
    purpose=Text("登录、说明是谁经办、能找到岗位", "to log in, to say who acts, to reach the post"),
    basis=Basis.EMPLOYMENT,
    kept=Text(
        "离任即停用、清空电话；姓名保留到不再有记录引用",
        "closed and without the telephone when the person leaves; the name while an act needs it",
    ),
    seen=Text("同一地方的工作人员", "staff of the place"),
    whose=Whose.STAFF,
)
APPOINTMENT = official("account", what=Text("谁在何时担任什么岗位", "who held which post when"))
INTEREST = official(
    "account", what=Text("谁就哪件事回避（不写原因）", "who steps out of which matter (no reason)"),
    kept=Text("与该事项同期", "as long as the matter"),
)  # fmt: skip
KEY_OWNER = official("account", "name", what=Text("程序用的账号", "the account of a program"))
