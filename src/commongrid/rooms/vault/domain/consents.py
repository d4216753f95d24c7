"""What people are asked to agree to, in the words they are shown. Changed words have another hash.

Source: Personal Information Protection Law art. 14-16 [S127]: informed, free, and withdrawn as
easily as given.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from commongrid.kernel.text import Text

NEWS_BY_MAIL, ON_BEHALF, SHARED = "news_by_mail", "on_behalf", "shared"
METHODS = ("ticked", "spoken", "link")
GIVERS = ("self", "other")


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """One text of consent."""

    purpose: str
    name: Text
    words: Text

    def hash_in(self, language: str) -> str:
        """SHA-256 of the exact words in a language."""
        return sha256(self.words.in_(language).encode()).hexdigest()


WORDS = {
    one.purpose: one
    for one in (
        ConsentWords(
            NEWS_BY_MAIL,
            Text("用邮件告诉我进展", "news by mail"),
            Text(
                "请把进展发到这个邮箱。每封邮件都能一点就停，停了就删除邮箱。",
                "Send news to this address. Each mail has a link that stops it and erases the "
                "address.",
            ),
        ),
        ConsentWords(
            ON_BEHALF,
            Text("由别人代我反映", "raised for me by somebody else"),
            Text(
                "本人同意由别人代为反映这件事，只为办这一件事。",
                "The person agrees that somebody else raises this matter for them, for this "
                "matter alone.",
            ),
        ),
        ConsentWords(
            SHARED,
            Text("周围的人可以看到我写的话和照片", "neighbours read my words and see my photos"),
            Text(
                "周围的人可以看到这件事的文字和照片，不显示姓名和电话；随时可以停止。",
                "Neighbours may read the words and see the photos of this matter, without name and "
                "number; it can be stopped at any time.",
            ),
        ),
    )
}
