"""Parts of the documentation that types alone do not tell: bodies, headers, examples."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

KEY = "key"

# Version 4 or 7: a number that can be guessed is none (doors/common/once.py).
RANDOM_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
COMMAND_ID = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A new random UUID (version 4 or 7) for each command. Sent again, the "
    "command is not done twice and the answer is the same, marked by the header "
    "Idempotent-Replayed; with another body it is refused (422, idempotency.other_body).",
    "schema": {"type": "string", "pattern": RANDOM_UUID},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the matter as it was read: 412 when it has changed since. Of the "
    "tag only the number before the dot counts, the version of the matter.",
    "schema": {"type": "string", "maxLength": 200, "pattern": r"^[ -~]*$"},
}
RECEIPT = {
    "name": "Receipt-Code",
    "in": "header",
    "required": True,
    "description": "The code of the receipt. Never put it into an address.",
    "schema": {"type": "string", "maxLength": 40, "pattern": r"^[ -~]*$"},
}


def with_headers(*headers: dict[str, Any]) -> dict[str, Any]:
    """Headers that an address reads."""
    return {"parameters": list(headers)}


COMMANDED = with_headers(COMMAND_ID)
MATCHED = with_headers(COMMAND_ID, IF_MATCH)


def sends(shape: type[BaseModel], *, has_photos: bool = False) -> dict[str, Any]:
    """The body of an address: JSON, or with photos the parts of a form."""
    schema = shape.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if has_photos:
        files = {"type": "array", "maxItems": 12, "items": {"type": "string", "format": "binary"}}
        parts = {
            "type": "object",
            "required": ["body"],
            "properties": {
                "body": {"type": "string", "description": "The JSON, without photos."},
                "photos": files,
            },
        }
        content["multipart/form-data"] = {"schema": parts}
    return {"requestBody": {"required": True, "content": content}}
