"""The pages of this door for people, and the documentation for programs."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commongrid.doors.api import problems
from commongrid.doors.api.answers import tags_of
from commongrid.doors.api.interface import interface
from commongrid.doors.common.gates import public


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this door offers, for people."""
    context = {"problems": sorted(problems.TITLES.items())}
    return render(request, "api/home.html", context)


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every address, to read and to try."""
    return render(request, "api/docs.html", {"rows": addresses()})


def openapi(request: HttpRequest) -> HttpResponse:
    """The documentation as programs read it."""
    text, tag = spec_text()
    if tag in tags_of(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(text, content_type="application/json", headers={"ETag": tag})


def nothing(request: HttpRequest) -> HttpResponse:
    """There is nothing here."""
    raise problems.not_found()


@cache
def spec_text() -> tuple[str, str]:
    """The documentation as text, and its tag. It does not change while the server runs."""
    text = json.dumps(interface.get_openapi_schema(), ensure_ascii=False, default=str)
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


@cache
def addresses() -> tuple[tuple[str, str, str], ...]:
    """Every address in one line, for a page without scripts."""
    return tuple(
        (method.upper(), path, operation["summary"])
        for path, methods in interface.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    )
