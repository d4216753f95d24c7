"""Documents as JSON and XML: one tree, two writings.

XML is the tree with a name for each item of a list; JSON is the same without those names (the
standard calls it the Spark convention). So the two can never say different things.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.http import HttpResponse

from commongrid.doors.open311.faults import Fault

JSON, XML = "json", "xml"
TYPES = {JSON: "application/json; charset=utf-8", XML: "text/xml; charset=utf-8"}
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "jurisdictions": "jurisdiction",
    "similar": "service_request_id",
    "photos": "photo",
}
"""What one item of each list is called in XML."""

# XML 1.0 has no way to write these, not even escaped; JSON readers trip over some.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def cleaned(text: str) -> str:
    """A text without characters that a document cannot hold."""
    return _UNWRITABLE.sub("", text)


def answer(root: str, tree: Any, form: str, *, status: int = 200) -> HttpResponse:
    """The tree as a response in one of the two forms."""
    content = _json(tree) if form == JSON else _xml(root, tree)
    return HttpResponse(content, status=status, content_type=TYPES[form])


def faults_answer(faults: Iterable[Fault], form: str, *, status: int) -> HttpResponse:
    """The standard's form of an error."""
    tree = [{"code": fault.code, "description": fault.words} for fault in faults]
    return answer("errors", tree, form, status=status)


def _json(tree: Any) -> bytes:
    return json.dumps(_plain(tree), ensure_ascii=False, indent=1).encode()


def _plain(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: _plain(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(value) for value in tree]
    return cleaned(tree) if isinstance(tree, str) else tree


def _xml(root: str, tree: Any) -> bytes:
    element = Element(root)
    _fill(element, tree)
    indent(element)
    written: bytes = tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _fill(SubElement(element, name), inner)
    elif isinstance(value, list):
        for inner in value:
            _fill(SubElement(element, ITEMS[element.tag]), inner)
    elif value is not None:
        element.text = _word(value)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return cleaned(str(value))
