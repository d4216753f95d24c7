"""What each answer looks like, made from its schema, and the headers that come with it."""

from __future__ import annotations

from typing import Any

from ninja.operation import Operation

from commongrid.doors.api.problems import HOME, MEDIA_TYPE

REASONS: dict[int, tuple[str, str, str]] = {
    400: ("The request cannot be read", "The body is no JSON that can be read.", "api.body"),
    401: ("A key is needed", "Send a key in the header Authorization: Bearer ...", "api.no_key"),
    403: ("Not allowed", "This key is for another place.", "api.area"),
    404: ("There is nothing here", "There is nothing at this address.", "api.not_found"),
    409: (
        "Not possible now",
        "The matter is now “solved”; “accept” is not possible in this state.",
        "event.closed",
    ),
    412: (
        "The matter has changed",
        "The matter has changed since you read it. Read it again, then decide.",
        "matter.version",
    ),
    413: (
        "Too much was sent",
        "Too much was sent at once. Send photos as files of a form.",
        "api.too_large",
    ),
    415: (
        "This format is not read here",
        "Send application/json, or multipart/form-data with photos.",
        "api.media_type",
    ),
    422: ("Something has to be put right", "This is needed.", "api.invalid"),
    429: ("Too many requests", "Too many requests. Wait and try again.", "api.too_many"),
    500: ("Something broke on our side.", "", "house.fault"),
    503: (
        "The database does not answer. Send the same request again later.",
        "",
        "house.database",
    ),
}
FIELDS = {422: "type_code", 412: "If-Match"}
FORMATS = {
    "uuid": "0198c5f0-5b7e-7cc1-9d2e-6f0c1b2a3d4e",
    "date-time": "2026-03-10T09:00:00+08:00",
    "date": "2026-03-01",
    "binary": "",
}
PLAIN: dict[str, Any] = {"integer": 1, "number": 122.25, "boolean": False, "null": None}
NAMES = {
    "zh": "中文",
    "en": "English",
    "ref": "260310-7KQ4M",
    "receipt_code": "4QF7-K2MN-8RTX-5",
    "lat": 43.62,
    "path": "/150500000000/150502000000/150502004000/",
}
_TEXT = {"schema": {"type": "string"}}


def problem_answer(status: int) -> dict[str, Any]:
    """How a problem of this status is documented."""
    title, detail, rule = REASONS[status]
    kind = f"{HOME}#{status}" if detail else "about:blank"
    example: dict[str, Any] = {"type": kind, "title": title, "status": status, "rule": rule}
    if detail:
        example["detail"] = detail
    if status in FIELDS:
        example["field"] = FIELDS[status]
    schema = {"$ref": "#/components/schemas/ProblemShape"}
    return {
        "description": f"{title.rstrip('.')}.",
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }


def describe(status: int, answer: dict[str, Any], operation: Operation) -> dict[str, Any]:
    """An answer with the headers that come with it."""
    headers: dict[str, Any] = {}
    is_read = operation.methods == ["GET"]
    if is_read and status in (200, 304):
        headers["ETag"] = {"description": "Send it back in If-None-Match.", **_TEXT}
    if status == 200 and "list" in str(operation.operation_id) and operation.tags != ["catalogue"]:
        headers["Link"] = {"description": 'The next page: <address>; rel="next".', **_TEXT}
    if not is_read and status in (200, 201):
        headers["Idempotent-Replayed"] = {"description": "true: it was done before.", **_TEXT}
    if status in (429, 503):
        headers["Retry-After"] = {
            "description": "Seconds to wait.",
            "required": True,
            "schema": {"type": "integer"},
        }
    if status == 401:
        headers["WWW-Authenticate"] = {"required": True, **_TEXT}
    return {**answer, "headers": headers} if headers else answer


def example_of(schema: dict[str, Any], schemas: dict[str, Any], name: str = "") -> Any:
    """A value that fits a schema."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas, name)
    if "enum" in schema:
        return schema["enum"][-1]
    kind = schema.get("type")
    if kind == "object":
        parts = schema.get("properties", {})
        return {key: example_of(part, schemas, key) for key, part in parts.items()}
    if kind == "array":
        return [example_of(schema["items"], schemas, name)]
    if name in NAMES:
        return NAMES[name]
    if kind in PLAIN:
        return PLAIN[kind]
    return FORMATS.get(schema.get("format", ""), name or "...")
