"""The pages of the door, and the documentation: whole, with examples, under our content policy."""

from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest

from commongrid.doors.api.urls import entrances
from tests.doors.api.programs import V1

pytestmark = pytest.mark.django_db


@pytest.fixture
def spec(client):
    return json.loads(client.get(f"{V1}/openapi.json").content)


def operations(spec):
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("where", ["/api/", "/api/docs"])
def test_the_pages_hold_no_script_of_their_own(client, where, language):
    answer = client.get(where, headers={"accept-language": language})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", page)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


def test_every_address_is_listed_without_scripts(client, spec):
    page = client.get("/api/docs").content.decode()
    assert [p for p in spec["paths"] if f"<code>{p}</code>" not in page] == []


def test_every_address_is_documented(spec):
    assert spec["openapi"].startswith("3.1")
    real = {
        f"{method} {V1}/" + route.replace("<uuidstr:", "{").replace("<", "{").replace(">", "}")
        for route, methods in entrances().items()
        for method in methods
    }
    assert {label for label, _ in operations(spec)} == real


def test_every_answer_has_an_example_that_fits_its_schema(spec):
    for label, operation in operations(spec):
        assert operation["summary"], label
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if kind == "image/jpeg":
                    continue
                schema = {**content["schema"], "components": spec["components"]}
                jsonschema_rs.validate(schema, content["example"])
                assert (kind == "application/problem+json") == (int(status) >= 400), label


def test_every_address_tells_of_the_same_dangers(spec):
    for label, operation in operations(spec):
        told = set(operation["responses"])
        assert {"400", "401", "429", "500", "503"} <= told, label
        assert ("304" in told) == label.startswith("GET"), label
        is_command = any(p["name"] == "Idempotency-Key" for p in operation.get("parameters", ()))
        asks = ("similar", "sort-advice")
        is_writing = label.startswith(("POST", "DELETE")) and not label.endswith(asks)
        assert is_command == is_writing, label


def test_keys_and_scopes_are_documented(spec):
    for label, operation in operations(spec):
        security = operation["security"]
        assert security[-1].keys() == {"key"}, label
    act = spec["paths"][f"{V1}/matters/{{matter}}/steps/{{action}}"]["post"]["security"]
    assert act == [{"key": ["act"]}]


def test_an_address_that_cannot_be_read_is_a_problem(client):
    answer = client.get(f"{V1}/matters?place=%00")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
