"""Feeds: valid, stable, cheap to ask again, and without anybody's words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest

from commongrid.rooms.matters import face as matters
from tests.support import factories as f

A = "{http://www.w3.org/2005/Atom}"
PLACE = f"/follow/place/{f.GRID_CODE}"
HOUR = timedelta(hours=1)


def atom(client, address: str, **query: str) -> ET.Element:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.content)
    check_atom(root)
    return root


def check_atom(root: ET.Element) -> None:
    """The rules of RFC 4287 section 4.1 and 4.2 that apply to what we write."""
    assert root.tag == f"{A}feed"
    for one in (root, *root.iter(f"{A}entry")):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{A}{name}")) == 1, name  # 4.1.1, 4.1.2: exactly one
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one.findtext(f"{A}id"))  # 4.2.6: an IRI
        assert one.findtext(f"{A}title").strip()
        when = one.findtext(f"{A}updated")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", when)  # 3.3
        assert datetime.fromisoformat(when)
        links = one.findall(f"{A}link")
        alternates = [
            (x.get("type"), x.get("hreflang")) for x in links if x.get("rel") == "alternate"
        ]
        assert len(alternates) == len(set(alternates)) >= 1
        assert all(x.get("href", "").startswith("http") for x in links)
    assert root.find(f"{A}author/{A}name") is not None  # or every entry needs one
    assert len([x for x in root.findall(f"{A}link") if x.get("rel") == "self"]) == 1
    ids = [x.findtext(f"{A}id") for x in root.iter(f"{A}entry")]
    assert len(ids) == len(set(ids))
    assert all(x.get("term") for x in root.iter(f"{A}category"))


def test_what_happens_in_a_place_is_a_valid_feed_with_stable_ids(client, clock):
    matter = f.raised()
    root = atom(client, f"{PLACE}.atom", lang="en")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    (entry,) = root.iter(f"{A}entry")
    assert entry.findtext(f"{A}id") == f"urn:uuid:{matter.id}"
    assert matter.ref in entry.findtext(f"{A}summary")
    before = entry.findtext(f"{A}updated")
    f.step(matter.id, "desk", "accept", f.AT + HOUR)
    (entry,) = atom(client, f"{PLACE}.atom", lang="en").iter(f"{A}entry")
    assert entry.findtext(f"{A}id") == f"urn:uuid:{matter.id}"  # still the same matter
    assert entry.findtext(f"{A}updated") > before


def test_a_matter_is_a_feed_in_which_each_change_is_new(client):
    matter = f.raised()
    address = f"/follow/matter/{matter.id}.atom"
    first, again = (atom(client, address).findtext(f"{A}entry/{A}id") for _ in range(2))
    assert first == again
    f.step(matter.id, "desk", "accept", f.AT + HOUR)
    assert atom(client, address).findtext(f"{A}entry/{A}id") != first


def test_an_empty_place_is_a_valid_feed(client):
    root = atom(client, f"{PLACE}.atom")
    assert root.find(f"{A}entry") is None


def test_one_type_is_followed_apart(client):
    f.raised("A01")
    f.raised("A02", answers={"is_earth": "no"})
    root = atom(client, f"{PLACE}.atom", type="A01")
    assert [x.get("term") for x in root.iter(f"{A}category")] == ["A01"]
    assert client.get(f"{PLACE}.atom", {"type": "F01"}).status_code == 404  # nobody's business
    assert client.get(f"{PLACE}.atom", {"type": "Z99"}).status_code == 404


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_whoever_has_it_is_told_so_and_gets_nothing_again(client, form):
    matter = f.raised()
    first = client.get(f"{PLACE}.{form}")
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    again = client.get(f"{PLACE}.{form}", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{PLACE}.{form}", headers={"if-modified-since": changed}).status_code == 304
    f.step(matter.id, "desk", "accept", f.AT + HOUR)
    new = client.get(f"{PLACE}.{form}", headers={"if-none-match": etag})
    assert new.status_code == 200
    assert new.headers["ETag"] != etag


def test_rss_says_the_same(client):
    matter = f.raised()
    answer = client.get(f"{PLACE}.rss", {"lang": "en"})
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ET.fromstring(answer.content).find("channel")
    for name in ("title", "link", "description", "lastBuildDate"):
        assert channel.findtext(name)
    (item,) = channel.findall("item")
    assert item.findtext("guid") == f"urn:uuid:{matter.id}"
    assert item.find("guid").get("isPermaLink") == "false"
    assert parsedate_to_datetime(item.findtext("pubDate")) == f.AT


def test_no_feed_repeats_anybodys_words(client):
    f.raised(is_shareable=True, contact=f.CONTACT)
    f.raised("F01")
    for address in (f"{PLACE}.atom", f"{PLACE}.rss"):
        text = client.get(address).content.decode()
        assert text.count("urn:uuid") >= 1
        for secret in (f.WORDS, f.CONTACT.name, f.CONTACT.phone, f.CONTACT.email):
            assert secret not in text


def test_what_is_not_public_is_no_feed(client):
    own = f.raised("F01")
    for address in (
        f"/follow/matter/{own.id}.atom", f"/follow/matter/{own.id}/",
        "/follow/place/999.atom", f"{PLACE}.json", "/follow/matter/x.atom",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert client.get(f"{PLACE}.atom", {"lang": "fr"}).status_code == 404


def test_pages_name_their_feeds(client):
    matter = f.raised()
    for address in (f"/follow/?place={f.GRID_CODE}&type=A01", f"/follow/matter/{matter.id}/"):
        page = client.get(address).content.decode()
        found = re.findall(r'<link rel="alternate" type="([^"]+)"[^>]*href="([^"]+)"', page)
        assert {kind for kind, _ in found} == {"application/atom+xml", "application/rss+xml"}
        for _, href in found:
            assert client.get(href.replace("&amp;", "&")).status_code == 200


def test_a_feed_costs_few_statements(client, count_sql):
    for _ in range(12):
        f.raised()
    client.get(f"{PLACE}.atom")
    with count_sql(max=8):
        client.get(f"{PLACE}.atom")


def test_the_feed_tells_what_the_public_list_tells(client):
    f.raised()
    shown = matters.list_public_matters(
        at=f.AT, filters=matters.PublicFilters(path=f.GRID), size=10
    ).cards
    root = atom(client, f"{PLACE}.atom")
    assert len(list(root.iter(f"{A}entry"))) == len(shown) == 1
