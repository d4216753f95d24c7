"""What is written to people when something happens: the charter's words, filled in.

A message belongs to an event (a step of a flow, or one of ``EVENTS``), a channel and an audience.
No channel is sealed: a mail is read on the way, a feed by anybody. So no message can name a
person or repeat what somebody wrote; the linter refuses such a placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from commongrid.charter.schema import Charter, Message
from commongrid.kernel.text import Text

PARAGRAPH = "¶"  # a cell has no line break in it
NEWS = "news"
CONFIRM = "confirm_follow"
REMINDERS = "reminders"
WORK_DUE = "work_due"
_HOLE = re.compile(r"\{([^{}]*)\}")
_ANY_BRACE = re.compile(r"[{}]")

EVENTS: Mapping[str, Text] = {
    NEWS: Text("任何没有单独写明的进展", "any step without words of its own"),
    CONFIRM: Text("确认邮件地址", "an address is to be confirmed"),
    REMINDERS: Text("一次提醒里的各件", "the reminders of one run"),
    WORK_DUE: Text("公开、答复到期", "publications and answers come due"),
    "light_blue": Text("蓝灯亮", "the light turns blue"),
    "light_yellow": Text("黄灯亮", "the light turns yellow"),
    "light_red": Text("红灯亮", "the light turns red"),
}
CHANNELS: Mapping[str, Text] = {
    "mail": Text("邮件", "e-mail"),
    "feed": Text("订阅源", "feed"),
    "notice": Text("站内提醒", "notice to staff"),
}
AUDIENCES: Mapping[str, Text] = {
    "reporter": Text("反映人", "the reporter"),
    "follower": Text("关注这件事的人", "somebody who follows this matter"),
    "subscriber": Text("关注一个地方的人", "somebody who follows a place"),
    "unit": Text("承办单位", "the handling unit"),
    "anyone": Text("任何人", "anyone"),
}


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A hole in a message: what goes in, and in which channels there is such a thing."""

    words: Text
    channels: frozenset[str]


_ALL = frozenset(CHANNELS)
_MAIL, _NOTICE = frozenset({"mail"}), frozenset({"notice"})
PLACEHOLDERS: Mapping[str, Placeholder] = {
    "ref": Placeholder(Text("事项编号", "the reference of the matter"), _ALL),
    "type": Placeholder(Text("事项类型", "its type"), _ALL),
    "place": Placeholder(Text("网格和社区", "its grid and community"), _ALL),
    "state": Placeholder(Text("现在的状态", "how it stands"), _ALL),
    "told": Placeholder(Text("这一步的说明", "the plain sentence of this step"), _ALL),
    "unit": Placeholder(Text("承办单位", "the handling unit"), _ALL),
    "link": Placeholder(Text("网页链接", "where to read on"), _ALL),
    "site": Placeholder(Text("本站名称", "the name of this site"), _ALL),
    "scope": Placeholder(Text("关注的内容", "what is followed"), _MAIL),
    "stop_link": Placeholder(Text("停止关注的链接", "where to stop it"), _MAIL),
    "confirm_link": Placeholder(Text("确认链接", "where to confirm"), _MAIL),
    "hours": Placeholder(Text("确认期限（小时）", "hours in which to confirm"), _MAIL),
    "count": Placeholder(Text("有几件", "how many there are"), _MAIL),
    "lines": Placeholder(Text("逐件的灯、编号、期限", "light, number, due of each"), _MAIL),
    "light": Placeholder(Text("灯", "the light"), _NOTICE),
    "due": Placeholder(Text("期限", "when it is due"), _NOTICE),
}
PERSONAL = frozenset(
    {
        *("name", "reporter", "reporter_name", "contact", "contact_name", "phone", "email"),
        *("mail", "address", "words", "text", "photo", "photos", "receipt", "receipt_code", "code"),
        *("person", "worker", "worker_name", "handler", "handler_name", "answers", "point"),
    }
)
"""Placeholders an author might think of that would name a person or repeat somebody's words."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message with nothing left open, in one language."""

    subject: str
    body: str


def find_message(charter: Charter, *, event: str, channel: str, audience: str) -> Message | None:
    """The charter's words for an event, or those for any news; None where nothing is told.

    Only steps fall back on the words for any news.
    """
    own = charter.messages.get((event, channel, audience))
    if own is not None or (event in EVENTS and event != NEWS):
        return own
    return charter.messages.get((NEWS, channel, audience))


def write_message(message: Message, values: Mapping[str, Text | str], lang: str) -> Written:
    """Fill in a message. Raises: KeyError for a placeholder without a value.

    Values stay as they are: a brace in one is not read again.
    """
    plain = {
        name: value.in_(lang) if isinstance(value, Text) else value
        for name, value in values.items()
    }

    def filled(words: Text) -> str:
        return _HOLE.sub(lambda hole: plain[hole.group(1)], words.in_(lang))

    subject = " ".join(filled(message.subject).split())  # one line, whatever was filled in
    parts = filled(message.body).split(PARAGRAPH)
    return Written(subject, "\n\n".join(part.strip() for part in parts).strip())


def holes(message: Message) -> frozenset[str]:
    """The placeholders of a message, in both languages, subject and body."""
    texts = (message.subject.zh, message.subject.en, message.body.zh, message.body.en)
    return frozenset(name for text in texts for name in _HOLE.findall(text))


def stray_braces(message: Message) -> bool:
    """Whether a brace stands alone, so that a placeholder would be shown as it is written."""
    texts = (message.subject.zh, message.subject.en, message.body.zh, message.body.en)
    return any(_ANY_BRACE.search(_HOLE.sub("", text)) for text in texts)
