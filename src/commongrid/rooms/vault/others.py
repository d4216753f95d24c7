# ruff: noqa: E501 - both languages of one thing stand on one line
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

_SALT = Personal(
    fields=("salt",),
    what=Text(
        "随机数：凭它能说明透明日志的一条承诺对应哪一步",
        "random numbers that show which step an entry of the transparency log commits to",
    ),
    purpose=Text("给本人出具可以离线核验的回执", "to give the person receipts that hold offline"),
    basis=Basis.RECORD,
    kept=Text("到本人要求删除这件事为止", "until the person has the matter erased"),
    seen=NOBODY,
)

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
    "tlog.Leaf": ((_SALT,), {"entry": "a salted commitment"}),
    "tlog.Tile": ((), {"hashes": "of the tree"}),
    "tlog.SignedCheckpoint": ((), {"note": "a signed size and root", "root": "of the tree"}),
    "tlog.WitnessedLog": ((), {"note": "a signed size and root", "root": "of the tree"}),
}

PRESSED = Text("只有按下按钮时", "only when the button is pressed")
# What is kept beside the database, or looked at and not kept.
BESIDE: tuple[tuple[Text, Personal], ...] = (
    (
        Text("浏览器", "the browser"),
        Personal(
            fields=(),
            what=Text("手机的位置", "position of the phone"),
            purpose=Text("按下按钮时点选地点", "to set the point, only when the button is pressed"),
            basis=Basis.CONSENT,
            kept=Text("只留下您送出的那个点", "only the point that is sent"),
            seen=Text("作为事项的地点", "as the place of the matter"),
        ),
    ),
    (
        Text("照片文件", "picture files"),
        Personal(
            fields=(),
            what=Text(
                "照片里的隐藏信息（时间、机型、位置）",
                "hidden data in photos (time, camera, place)",
            ),
            purpose=Text("没有用途", "for nothing"),
            basis=Basis.DUTY,
            kept=Text("照片进来时去掉", "removed when the photo comes in"),
            seen=NOBODY,
        ),
    ),
    (
        Text("文件夹 pending", "the folder pending"),
        Personal(
            fields=(),
            what=Text("还没有提交的照片，加密", "photos of a report not sent yet, sealed"),
            purpose=Text("路上不丢", "so that nothing is lost on the way"),
            basis=Basis.CONSENT,
            kept=Text("提交即删，最多 12 小时", "until it is sent, 12 hours at most"),
            seen=NOBODY,
            is_sealed=True,
        ),
    ),
    (
        Text("网络地址的记号", "marks of internet addresses"),
        Personal(
            fields=(),
            what=Text(
                "网络地址（只留每天更换的加密记号）",
                "internet address (a keyed mark that changes daily)",
            ),
            purpose=Text("挡住洪水般的请求", "to slow down floods of requests"),
            basis=Basis.SECURITY,
            kept=Text("一天", "one day"),
            seen=NOBODY,
        ),
    ),
    (
        Text("浏览器的小文件", "cookies"),
        Personal(
            fields=(),
            what=Text("会话、表单防伪、语言", "session, safety of forms, language"),
            purpose=Text("让网站能用", "so that the site works"),
            basis=Basis.SECURITY,
            kept=Text("会话 12 小时，语言一年", "the session 12 hours, the language one year"),
            seen=Text(
                "只有本网站，从不联系第三方", "this site alone; no third party is ever called"
            ),
        ),
    ),
    (
        Text("网格员的手机", "phones of grid workers"),
        Personal(
            fields=(),
            what=Text(
                "本网格在办的事项，用口令加密", "the matters of their grid, sealed with a code"
            ),
            purpose=Text("没有信号也能办", "to work without signal"),
            basis=Basis.DUTY,
            kept=Text("办结、交接或停用即删", "until the end, the handover or the phone's end"),
            seen=Text("该网格的网格员", "the grid worker of that grid"),
            is_sealed=True,
        ),
    ),
    (
        Text("备份", "backups"),
        Personal(
            fields=(),
            what=Text("以上全部；密钥另放", "all of the above; the keys lie elsewhere"),
            purpose=Text("出事后能恢复", "to bring the place back after a loss"),
            basis=Basis.SECURITY,
            kept=Text(
                "由本地规定；恢复时已删的再删一遍",
                "as the place decides; erased data go again at restore",
            ),
            seen=Text(
                "安装维护人员，没有密钥读不了联系方式",
                "who keeps the machine; contact data stay shut",
            ),
        ),
    ),
)
