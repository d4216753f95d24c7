"""Atom (RFC 4287) and RSS 2.0 of public matters: the same entries in two forms.

An entry has the same id as long as it is about the same thing: a matter in a list, a state of a
matter in the feed of that matter. Titles are the charter's words; nobody's own words are in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
ET.register_namespace("atom", ATOM)
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened."""

    id: str
    title: str
    summary: str
    link: str
    category: str
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A list of entries, newest change first."""

    id: str
    title: str
    author: str
    link: str  # the page for people
    own_link: str  # the feed itself
    language: str
    updated_at: datetime
    entries: Sequence[Entry]


def atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _texts(root, id=feed.id, title=feed.title, updated=_rfc3339(feed.updated_at))
    ET.SubElement(root, "link", {"rel": "self", "type": TYPES["atom"], "href": feed.own_link})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.link})
    _texts(ET.SubElement(root, "author"), name=feed.author)
    generator = ET.SubElement(root, "generator")
    generator.text = "CommonGrid"
    for entry in feed.entries:
        one = ET.SubElement(root, "entry")
        _texts(
            one,
            id=entry.id,
            title=entry.title,
            published=_rfc3339(entry.published_at),
            updated=_rfc3339(entry.updated_at),
            summary=entry.summary,
        )
        ET.SubElement(one, "link", {"rel": "alternate", "type": "text/html", "href": entry.link})
        ET.SubElement(one, "category", {"term": entry.category})
    return _written(root)


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0."""
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _texts(
        channel,
        title=feed.title,
        link=feed.link,
        description=feed.title,
        language=feed.language,
        lastBuildDate=_rfc822(feed.updated_at),
    )
    own = {"rel": "self", "type": TYPES["rss"], "href": feed.own_link}
    ET.SubElement(channel, f"{{{ATOM}}}link", own)
    for entry in feed.entries:
        one = ET.SubElement(channel, "item")
        _texts(one, title=entry.title, link=entry.link, description=entry.summary)
        ET.SubElement(one, "guid", {"isPermaLink": "false"}).text = entry.id
        _texts(one, pubDate=_rfc822(entry.updated_at), category=entry.category)
    return _written(root)


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = text


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _written(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
