"""What the tests of this door share: keys, reports and reading the two forms."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.rooms.people import face as people
from tests.rooms.people.standing import appoint
from tests.support import factories

SETUP = Actor(key="system:setup")
AT, TOWN, TOWN_PATH = factories.AT, factories.standing.TOWN, factories.TOWN
GRID = factories.GRID_CODE
LON, LAT = 122.2505, 43.6505
V2 = "/open311/v2"
FORMS = ("json", "xml")


def issue_key(*scopes: str, path: str = TOWN_PATH, name: str = "kiosk", role: str = "") -> str:
    account = people.create_service_account(
        actor=SETUP, at=AT, command_id=new_id(), username=name, display_name=f"演示 {name}"
    )
    if role:
        appoint(account.id, role, path)
    code = path.strip("/").split("/")[-1]
    issued = people.issue_api_key(
        actor=SETUP, at=AT, command_id=new_id(), account_id=account.id, name=name,
        scopes=scopes or ("raise",), place_code=code, place_path=path,
        until_at=AT + timedelta(days=30),
    )  # fmt: skip
    return issued.token


def report(key: str = "", /, **more: Any) -> dict[str, Any]:
    """A sound report; ``more`` adds or (with None) takes away."""
    told = {"api_key": key, "service_code": "A01", "address_id": GRID, **more}
    return {name: value for name, value in told.items() if value is not None}


def said(response: Any) -> Any:
    """A response in either form as one tree: lists and dictionaries of words."""
    kind = response.headers["Content-Type"]
    if kind == "application/json; charset=utf-8":
        return json.loads(response.content)
    assert kind == "text/xml; charset=utf-8", kind
    return tree_of(ET.fromstring(response.content))


LISTS = {"services", "service_requests", "errors", "attributes", "values", "endpoints", "formats",
         "jurisdictions", "similar", "photos"}  # fmt: skip


def tree_of(element: ET.Element) -> Any:
    if element.tag in LISTS:
        return [tree_of(child) for child in element]
    if len(element):
        return {child.tag: tree_of(child) for child in element}
    return element.text
