"""The interface put together, with its documentation made from the same source."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from commongrid.doors.api import bodies, problems
from commongrid.doors.api.documents import KEY
from commongrid.doors.api.entry import Entrance
from commongrid.doors.api.examples import describe, example_of, problem_answer
from commongrid.doors.api.routes import catalogue, own, public, staff, webhooks
from commongrid.kernel.verdict import Refused

PREFIX = "/api/v1/"
ROUTERS: tuple[Router, ...] = (
    public.router,
    catalogue.router,
    own.router,
    staff.router,
    webhooks.router,
)
BODIES = (
    bodies.RaiseBody,
    bodies.StepBody,
    bodies.FollowBody,
    bodies.SimilarBody,
    bodies.AdviceBody,
    bodies.WebhookBody,
)
NO_NUL = r"^[^\u0000]*$"
ABOUT = (
    "The same commands and the same rules as on the pages. Every refusal names the rule that "
    "said no. Keys are issued by the officers who appoint people; most reading needs none."
)


class Spec(OpenAPISchema):
    """OpenAPI 3.1 with every answer of every address, each with an example."""

    def operation_security(self, operation: Operation) -> list[dict[str, Any]]:
        """Who may call it; for a key, with which scope."""
        entrance = entrance_of(operation)
        keyed = {KEY: list(entrance.scopes)}
        return [{}, keyed] if entrance.is_open else [keyed]

    def responses(self, operation: Operation) -> dict[Any, dict[str, Any]]:
        """Every answer, problems in their own media type."""
        found = super().responses(operation)
        is_read = operation.methods == ["GET"]
        told: dict[Any, dict[str, Any]] = {}
        for status, answer in found.items():
            told[status] = problem_answer(status) if status >= 400 else answer
        told |= {status: problem_answer(status) for status in (500, 503)}
        if is_read:
            told[304] = {"description": "The caller has this answer already (If-None-Match)."}
        return {status: describe(status, told[status], operation) for status in sorted(told)}

    def get_components(self) -> dict[str, Any]:
        """Schemas, and the one way to show a key."""
        for body in BODIES:
            schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
            self.add_schema_definitions(schema.get("$defs", {}))
        schemes = {KEY: {"type": "http", "scheme": "bearer", "bearerFormat": "cgk_..."}}
        return {"schemas": self.schemas, "securitySchemes": schemes}


class Interface(NinjaAPI):
    """Our own REST interface."""

    def get_openapi_schema(self, **_given: Any) -> OpenAPISchema:
        """The documentation, whole."""
        spec = Spec(self, PREFIX.strip("/"))
        schemas = spec["components"]["schemas"]
        for path in spec["paths"].values():
            for operation in path.values():
                for parameter in operation.get("parameters", ()):
                    _say_no_nul(parameter["schema"])
                for answer in operation["responses"].values():
                    content = answer.get("content", {}).get("application/json")
                    if content:
                        content["example"] = example_of(content["schema"], schemas)
        return spec


def _say_no_nul(schema: dict[str, Any]) -> None:
    """What no text in an address may hold, said where nothing narrower is: it is answered 400."""
    for part in (schema, schema.get("items", {}), *schema.get("anyOf", ())):
        if part.get("type") == "string" and not {"pattern", "format", "enum"} & part.keys():
            part["pattern"] = NO_NUL


def entrance_of(operation: Operation) -> Entrance:
    """Who may come in. Every address names it."""
    auth: Any = operation.auth_param
    if not isinstance(auth, Entrance):
        message = f"{operation.view_func.__name__} names no entrance"
        raise TypeError(message)
    return auth


def _problem(_request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(error)


def _refused(_request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(problems.of_verdict(error.verdict))


def _misshaped(_request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(problems.invalid(*bodies.told(error.errors[0])))


interface = Interface(
    title="CommonGrid",
    version="1.0.0",
    description=ABOUT,
    openapi_url=None,
    docs_url=None,
    urls_namespace="v1",
    servers=[{"url": "/"}],
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
for _router in ROUTERS:
    interface.add_router("", _router)
interface.add_exception_handler(problems.Problem, _problem)
interface.add_exception_handler(Refused, _refused)
interface.add_exception_handler(ValidationError, _misshaped)
