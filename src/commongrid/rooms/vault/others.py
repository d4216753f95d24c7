# ruff: noqa: E501 - both languages of one thing stand on one line
"""What is declared for rows that others wrote, and for what is kept beside the database."""

from __future__ import annotations

from commongrid.kernel.personal import Basis, Personal, Whose, official
from commongrid.kernel.text import Text

Declaration = tuple[tuple[Personal, ...], dict[str, str]]

NOBODY = Text("任何人都看不到", "nobody")
STAFF_ACCOUNT = Text("账号停用时", "until the account is closed")

_SESSION = Personal(
    fields=("session_data",),
    what=Text(
        "本次打开的回执和还没有提交的内容，加密", "the receipt open on a device and a report not sent yet"
    ),
    purpose=Text("不用每页重新输入", "so that nothing is typed again on each page"),
    basis=Basis.CONSENT,
    kept=Text("按“在本机关闭”即删，最多 12 小时", "until closed on the device, 12 hours at most"),
    seen=NOBODY,
    is_sealed=True,
)  # fmt: skip
_TRIES = Personal(
    fields=("ip_address", "username"),
    what=Text("登录失败的用户名和网络地址", "login name and address of a failed log-in of staff"),
    purpose=Text("锁定猜密码的人", "to lock out who guesses passwords"),
    basis=Basis.SECURITY,
    kept=Text("15 分钟，锁定结束即删", "15 minutes, until the lock-out is over"),
    seen=NOBODY,
    whose=Whose.STAFF,
)
_NEVER_WRITTEN = "switched off: nothing is written here (settings AXES_*)"
_SECOND_FACTOR = official(
    "user", "name", what=Text("工作人员的第二重验证", "the second factor of an official account"),
    kept=STAFF_ACCOUNT,
)  # fmt: skip

OTHERS: dict[str, Declaration] = {
    "auth.Permission": ((), {"name": "names of rights of the program"}),
    "auth.Group": ((), {"name": "unused; nobody is put into groups"}),
    "contenttypes.ContentType": ((), {"app_label": "names of parts of the program"}),
    "sessions.Session": ((_SESSION,), {}),
    "otp_totp.TOTPDevice": ((_SECOND_FACTOR,), {}),
    "otp_static.StaticDevice": ((_SECOND_FACTOR,), {}),
    "axes.AccessAttempt": (
        (_TRIES,),
        dict.fromkeys(
            ("get_data", "post_data", "user_agent", "http_accept", "path_info"), _NEVER_WRITTEN
        ),
    ),
    "axes.AccessLog": ((), dict.fromkeys(("ip_address", "username"), _NEVER_WRITTEN)),
    "axes.AccessFailureLog": ((), dict.fromkeys(("ip_address", "username"), _NEVER_WRITTEN)),
    # Of the transparency log: commitments and their tree, public by their nature.
    "tlog.Leaf": ((), {"entry": "a salted commitment", "salt": "random; opens one commitment"}),
    "tlog.Tile": ((), {"hashes": "of the tree"}),
    "tlog.SignedCheckpoint": ((), {"note": "a signed size and root", "root": "of the tree"}),
    "tlog.WitnessedLog": ((), {"note": "a signed size and root", "root": "of the tree"}),
}
