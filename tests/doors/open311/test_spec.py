"""Every "must" of GeoReport v2 and of Service Discovery, as a table.

One row a sentence of the specification, in our words; each row is asked for in both forms where it
is about a document. Where we do more or otherwise, ADR 0012 says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine

from commongrid.rooms.matters.models import Matter
from tests.doors.open311.asking import AT, FORMS, GRID, LAT, LON, TOWN, V2, report, said
from tests.support import factories

W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
UNKNOWN = "999999999999"
DAY = timedelta(days=1)


@dataclass
class Door:
    """The door with a key in the hand, speaking one form."""

    client: Any
    key: str
    form: str

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"{V2}/{path}.{self.form}", query)

    def post(self, **told: Any) -> Any:
        return self.client.post(f"{V2}/requests.{self.form}", report(self.key, **told))

    def read(self, path: str, **query: Any) -> Any:
        response = self.get(path, **query)
        assert response.status_code == 200, response.content
        return said(response)

    def raised(self, **told: Any) -> str:
        response = self.post(**told)
        assert response.status_code == 200, response.content
        return str(said(response)[0]["service_request_id"])

    def is_true(self, value: Any) -> bool:
        return value is True if self.form == "json" else value == "true"

    def is_flag(self, value: Any) -> bool:
        return value in ((True, False) if self.form == "json" else ("true", "false"))


@pytest.fixture(params=FORMS)
def door(request, client, place, api_key):
    return Door(client, api_key, request.param)


def refused(response: Any, status: int, *words: str) -> None:
    """The standard's errors: the status in the header, and a list of code and description."""
    assert response.status_code == status, response.content
    errors = said(response)
    assert errors
    for error in errors:
        assert set(error) == {"code", "description"}
        assert re.fullmatch(r"\d{3}", str(error["code"]))
        assert error["description"]
    told = " ".join(error["description"] for error in errors)
    assert all(word in told for word in words), told


def w3c(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


# --- discovery -----------------------------------------------------------------------------------
def discovery_is_served(door):
    response = door.client.get(f"/open311/discovery.{door.form}")
    assert response.status_code == 200
    found = said(response)
    assert {"changeset", "contact", "key_service", "endpoints"} <= set(found)
    assert all(found[name] for name in ("changeset", "contact", "key_service"))


def discovery_endpoint(door):
    (endpoint,) = said(door.client.get(f"/open311/discovery.{door.form}"))["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://testserver/open311/v2/"
    assert endpoint["type"] in ("production", "test")
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", endpoint["changeset"])


# --- encoding and forms --------------------------------------------------------------------------
def content_type_and_encoding(door):
    publish(door.raised(service_code="A01", description="街灯不亮", share="true"))
    response = door.get("requests")
    kinds = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
    assert response.headers["Content-Type"] == kinds[door.form]
    text = response.content.decode("utf-8")
    assert "街灯不亮" in text
    if door.form == "xml":
        assert re.match(r"<\?xml version=.1\.0. encoding=.utf-8.\?>", text)
        assert "xmlns" not in text


def times_carry_their_zone(door):
    door.raised()
    (found,) = door.read("requests")
    for name in ("requested_datetime", "updated_datetime"):
        assert W3C.fullmatch(found[name])


def form_is_the_ending(door):
    other = {"json": "xml", "xml": "json"}[door.form]
    path = f"{V2}/services.{door.form}"
    response = door.client.get(path, headers={"accept": f"application/{other}"})
    assert door.form in response.headers["Content-Type"]


# --- jurisdictions and optional arguments ---------------------------------------------------------
def jurisdiction_may_be_left_out_where_there_is_one(door):
    assert door.read("services") == door.read("services", jurisdiction_id=TOWN)


def unknown_jurisdiction_is_404(door):
    for path in ("services", "services/A01", "requests", "requests/x", "tokens/x"):
        refused(door.get(path, jurisdiction_id=UNKNOWN), 404, "jurisdiction_id", UNKNOWN)
    refused(door.post(jurisdiction_id=UNKNOWN), 404, "jurisdiction_id")


def an_empty_argument_is_no_argument(door):
    door.raised()
    names = ("jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date")
    more = ("status", "page", "page_size", "updated_after", "updated_before", "lat", "long")
    ours = ("radius", "bbox", "area")
    empty = dict.fromkeys((*names, *more, *ours), "")
    assert door.read("requests", **empty) == door.read("requests")
    door.raised(lat="", long="", email="", phone="", media_url="", jurisdiction_id="")


# --- services -------------------------------------------------------------------------------------
def services_have_all_fields(door):
    services = door.read("services")
    fields = [
        "service_code",
        "service_name",
        "description",
        "metadata",
        "type",
        "keywords",
        "group",
    ]
    assert services
    assert all(list(service) == fields for service in services)
    assert len({service["service_code"] for service in services}) == len(services)


def metadata_says_whether_there_are_attributes(door):
    for service in door.read("services"):
        assert door.is_flag(service["metadata"])
        definition = door.read(f"services/{service['service_code']}")
        assert door.is_true(service["metadata"]) == bool(definition["attributes"])


def services_are_realtime(door):
    assert {service["type"] for service in door.read("services")} == {"realtime"}


def definition_attributes(door):
    definition = door.read("services/A02")
    assert definition["service_code"] == "A02"
    (attribute,) = definition["attributes"]
    assert list(attribute) == ["variable", "code", "datatype", "required", "datatype_description",
                               "order", "description", "values"]  # fmt: skip
    assert door.is_true(attribute["variable"])
    assert door.is_true(attribute["required"])
    assert attribute["datatype"] == "singlevaluelist"
    assert int(attribute["order"]) == 1
    assert [value["key"] for value in attribute["values"]] == ["yes", "no", "unsure"]
    assert all(value["name"] for value in attribute["values"])


def datatypes_are_of_the_standard(door):
    known = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
    for service in door.read("services"):
        orders = []
        for attribute in door.read(f"services/{service['service_code']}")["attributes"]:
            assert attribute["datatype"] in known
            assert ("values" in attribute) == attribute["datatype"].endswith("list")
            orders.append(int(attribute["order"]))
        assert orders == list(range(1, len(orders) + 1))


def unknown_service_is_404(door):
    refused(door.get("services/ZZ99"), 404, "service_code", "ZZ99")
    refused(door.post(service_code="ZZ99"), 404, "service_code", "ZZ99")


# --- reports --------------------------------------------------------------------------------------
def a_report_gives_its_id_and_no_token(door):
    response = door.post()
    (found,) = said(response)
    assert response.status_code == 200
    assert found["service_request_id"]
    assert "token" not in found
    assert found["service_notice"]
    assert found["account_id"] is None


def a_report_is_form_encoded(door):
    told = f"api_key={door.key}&service_code=A01&address_id={GRID}&description=caf%C3%A9"
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    response = door.client.post(f"{V2}/requests.{door.form}", told, content_type=kind)
    assert response.status_code == 200


def a_missing_service_code_is_400(door):
    refused(door.post(service_code=None), 400, "service_code")


def a_location_is_a_must(door):
    refused(door.post(address_id=None), 400, "lat", "address_id", "address_string")


def each_kind_of_location_is_enough(door):
    for told in (
        {"address_id": GRID},
        {"address_id": None, "lat": "43.605", "long": "122.255"},
        {"address_id": None, "address_string": "明仁街道露天社区三号楼"},
    ):
        ref = door.raised(**told)
        (found,) = door.read(f"requests/{ref}")
        assert found["address_id"].startswith(GRID[:12])


def lat_and_long_come_together(door):
    refused(door.post(address_id=None, lat="43.605"), 400, "lat", "long")


def a_required_attribute_is_a_must(door):
    refused(door.post(service_code="A02"), 400, "attribute[is_earth]")
    door.raised(**{"service_code": "A02", "attribute[is_earth]": "yes"})
    door.raised(**{"service_code": "A02", "attribute[is_earth][]": "no"})


def an_attribute_holds_its_options(door):
    told = {"service_code": "A02", "attribute[is_earth]": "maybe"}
    refused(door.post(**told), 400, "attribute[is_earth]", "yes")
    told["attribute[is_earth]"] = ["yes", "no"]
    refused(door.post(**told), 400, "attribute[is_earth]")


def a_description_has_4000_characters(door):
    door.raised(description="x" * 4000)
    refused(door.post(description="x" * 4001), 400, "description", "4000")


def every_optional_argument_is_taken(door):
    door.raised(
        email="demo@example.org", device_id="d1", account_id="a1", first_name="Sarna",
        last_name="Demo", phone="13800000000", description="two\nlines",
        media_url="https://example.org/x.jpg", lat="43.605", long="122.255",
        address_string="Building 3",
    )  # fmt: skip


def a_missing_key_is_403(door):
    refused(door.post(api_key=None), 403, "api_key")


def a_wrong_key_is_403(door):
    refused(door.post(api_key="cgk_" + "x" * 43), 403, "api_key")


def reading_needs_no_key(door):
    ref = door.raised()
    for path in ("services", "services/A01", "requests", f"requests/{ref}", f"tokens/{ref}"):
        assert door.get(path).status_code == 200


def all_faults_are_told_at_once(door):
    told = {"service_code": "A02", "description": "x" * 4001, "email": "no", "phone": "?"}
    response = door.post(**told)
    refused(response, 400, "attribute[is_earth]", "description", "email", "phone")
    assert len(said(response)) == 4


# --- tokens ---------------------------------------------------------------------------------------
def a_token_gives_the_id(door):
    ref = door.raised()
    assert door.read(f"tokens/{ref}") == [{"service_request_id": ref, "token": ref}]


def an_unknown_token_is_404(door):
    refused(door.get("tokens/12345"), 404)


# --- requests -------------------------------------------------------------------------------------
FIELDS = ["service_request_id", "status", "status_notes", "service_name", "service_code",
          "description", "agency_responsible", "service_notice", "requested_datetime",
          "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat",
          "long", "media_url"]  # fmt: skip


def requests_have_the_fields_in_order(door):
    door.raised()
    (found,) = door.read("requests")
    assert list(found) == FIELDS


def one_request_is_a_list_of_one(door):
    ref = door.raised()
    assert door.read(f"requests/{ref}") == door.read("requests")


def an_unknown_request_is_404(door):
    refused(door.get("requests/260310-ZZZZZ"), 404, "260310-ZZZZZ")


def ids_override_all_other_arguments(door):
    refs = [door.raised() for _ in range(3)]
    wanted = {"service_request_id": ",".join(refs[:2]), "service_code": "ZZ", "status": "closed",
              "start_date": "2001-01-01T00:00:00Z"}  # fmt: skip
    found = door.read("requests", **wanted)
    assert {one["service_request_id"] for one in found} == set(refs[:2])


def service_codes_are_a_list(door):
    door.raised()
    door.raised(**{"service_code": "A02", "attribute[is_earth]": "no"})
    door.raised(service_code="A03")
    assert codes(door.read("requests", service_code="A01,A03")) == ["A01", "A03"]
    assert codes(door.read("requests", service_code=["A01", "A02"])) == ["A01", "A02"]
    assert codes(door.read("requests")) == ["A01", "A02", "A03"]


def codes(found: list[Any]) -> list[str]:
    return sorted(one["service_code"] for one in found)


def status_is_open_or_closed(door):
    door.raised()
    closed = factories.walked(*factories.CLOSED, type_code="A03")
    assert [one["service_request_id"] for one in door.read("requests", status="closed")] == [
        closed.ref
    ]
    assert codes(door.read("requests", status="open")) == ["A01"]
    assert codes(door.read("requests", status="open,closed")) == ["A01", "A03"]
    refused(door.get("requests", status="done"), 400, "status")


def a_closed_request_was_updated_when_it_closed(door):
    closed = factories.walked(*factories.CLOSED, type_code="A03")
    (found,) = door.read(f"requests/{closed.ref}")
    assert found["status"] == "closed"
    assert found["updated_datetime"] == "2026-03-10T09:50:00+08:00"


def without_dates_the_last_90_days(door):
    factories.raised(at=AT - 10 * DAY, text="old")
    assert len(door.read("requests")) == 1
    with time_machine.travel(AT + 85 * DAY, tick=False):
        assert door.read("requests") == []


def dates_include_both_ends(door):
    factories.raised(at=AT - 2 * DAY)
    stamp = w3c(AT - 2 * DAY)
    assert len(door.read("requests", start_date=stamp, end_date=stamp)) == 1
    later, earlier = w3c(AT - 2 * DAY + timedelta(seconds=1)), w3c(AT - 2 * DAY - DAY)
    assert door.read("requests", start_date=later) == []
    assert door.read("requests", end_date=earlier) == []


def dates_span_90_days_at_most(door):
    start, end = AT - 91 * DAY, AT
    refused(door.get("requests", start_date=w3c(start), end_date=w3c(end)), 400, "90")
    assert door.read("requests", start_date=w3c(end - 90 * DAY), end_date=w3c(end)) == []


def a_date_without_zone_is_refused(door):
    refused(door.get("requests", start_date="2026-03-01T00:00:00"), 400, "start_date")
    refused(door.get("requests", end_date="yesterday"), 400, "end_date")


def the_first_1000_are_returned(door):
    response = door.get("requests", page_size="1001")
    refused(response, 400, "page_size", "1000")


# --- errors ---------------------------------------------------------------------------------------
def an_unknown_address_is_404(door):
    refused(door.get("nothing"), 404)


def the_wrong_method_is_said(door):
    response = door.client.post(f"{V2}/services.{door.form}")
    refused(response, 405)
    assert response.headers["Allow"] == "GET, HEAD"


MUSTS: dict[str, Callable[[Door], None]] = {
    "discovery: xml and json, with all fields": discovery_is_served,
    "discovery: an endpoint with specification, url, changeset, type and formats":
        discovery_endpoint,
    "encoding: UTF-8, the content type, the XML declaration, no namespace":
        content_type_and_encoding,
    "times: W3C form with a zone": times_carry_their_zone,
    "form: the ending of the address decides": form_is_the_ending,
    "jurisdiction_id: only needed with several": jurisdiction_may_be_left_out_where_there_is_one,
    "jurisdiction_id: 404 when not found": unknown_jurisdiction_is_404,
    "optional: empty is the same as not given": an_empty_argument_is_no_argument,
    "services: every field": services_have_all_fields,
    "services: metadata true means a definition": metadata_says_whether_there_are_attributes,
    "services: type is how the id comes": services_are_realtime,
    "definition: every field of an attribute": definition_attributes,
    "definition: the six datatypes, values for lists, an order": datatypes_are_of_the_standard,
    "definition and report: 404 for an unknown service_code": unknown_service_is_404,
    "report: an id or a token, never both": a_report_gives_its_id_and_no_token,
    "report: form-encoded UTF-8": a_report_is_form_encoded,
    "report: 400 without service_code": a_missing_service_code_is_400,
    "report: a full location": a_location_is_a_must,
    "report: lat and long, address_string or address_id": each_kind_of_location_is_enough,
    "report: lat needs long": lat_and_long_come_together,
    "report: required attributes, also written with []": a_required_attribute_is_a_must,
    "report: values of a list only": an_attribute_holds_its_options,
    "report: 4000 characters": a_description_has_4000_characters,
    "report: every optional argument": every_optional_argument_is_taken,
    "report: 403 without a key": a_missing_key_is_403,
    "report: 403 with a wrong key": a_wrong_key_is_403,
    "reading: no key": reading_needs_no_key,
    "errors: several at once": all_faults_are_told_at_once,
    "tokens: the id and the token": a_token_gives_the_id,
    "tokens: 404 when unknown": an_unknown_token_is_404,
    "requests: every field": requests_have_the_fields_in_order,
    "request: a list of one": one_request_is_a_list_of_one,
    "request: 404 when unknown": an_unknown_request_is_404,
    "requests: service_request_id overrides the rest": ids_override_all_other_arguments,
    "requests: service_code, comma delimited and repeated": service_codes_are_a_list,
    "requests: status": status_is_open_or_closed,
    "requests: updated_datetime of a closed one": a_closed_request_was_updated_when_it_closed,
    "requests: 90 days by default": without_dates_the_last_90_days,
    "requests: a range by requested_datetime": dates_include_both_ends,
    "requests: a range of 90 days at most": dates_span_90_days_at_most,
    "requests: the zone of a date is a must": a_date_without_zone_is_refused,
    "requests: 1000 at most": the_first_1000_are_returned,
    "errors: 404 for what does not exist": an_unknown_address_is_404,
    "errors: a method that is not served": the_wrong_method_is_said,
}  # fmt: skip


@pytest.mark.parametrize("must", MUSTS.values(), ids=MUSTS)
def test_must(door, must):
    must(door)


def test_xml_and_json_say_the_same(client, place, api_key):
    """One tree, two writings: every word of the one is in the other."""
    for told in ({"share": "true", "description": "a <b> & c"}, {"lat": LAT, "long": LON}):
        client.post(f"{V2}/requests.json", report(api_key, **told))
    publish()
    for path in ("/open311/discovery", f"{V2}/services", f"{V2}/services/A02", f"{V2}/requests"):
        as_json, as_xml = (client.get(f"{path}.{form}") for form in FORMS)
        assert plain(said(as_json)) == said(as_xml)


def publish(*_: Any) -> None:
    """What was shared is read by the desk: until then nobody else reads it."""
    for row in Matter.objects.filter(reading="waits"):
        factories.step(row.pk, "desk", "publish_words", row.received_at)


def plain(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: plain(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    return str(tree).lower() if isinstance(tree, bool) else None if tree is None else str(tree)


def test_the_forbidden_characters_of_xml_are_left_out(client, place, api_key):
    hostile = "tab\there \x01\x08\x0b\x0c\x0e\x1f\x7f\ufffe bell\x07 <script>&amp; ]]> \U0001f525"
    client.post(f"{V2}/requests.json", report(api_key, share="true", description=hostile))
    publish()
    root = ET.fromstring(client.get(f"{V2}/requests.xml").content)
    (text,) = (element.text for element in root.iter("description"))
    assert text == "tab\there  bell <script>&amp; ]]> \U0001f525"
