"""What the rows of this room hold of persons: what for, by which law, how long, who sees it."""

from __future__ import annotations

from commongrid.kernel.personal import Basis, Personal
from commongrid.kernel.text import Text

ADDRESS = Personal(
    fields=("sealed", "asker", "account_id"),
    what=Text("订阅人的邮箱，加密", "the mail address of a subscriber, sealed"),
    purpose=Text("把所订的消息发给本人", "to send what was asked for"),
    basis=Basis.CONSENT,
    kept=Text(
        "随时可停；未确认的两天，最长一年",
        "until it is stopped; two days unless confirmed, a year at most",
    ),
    seen=Text("只由系统用来发信", "the machine alone, to send mail"),
    is_sealed=True,
)
