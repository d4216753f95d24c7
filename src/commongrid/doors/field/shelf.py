"""What the app is made of: the files its service worker puts by, and their version."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

HERE = Path(__file__).parent
STATIC = HERE / "static"
OWN = "field"
WORKER = "field/worker.js"
NOTHING_YET = "// The app brings no worker yet.\n"
NAMED = re.compile(r'(?:src|href)="([^"]+)"')
SUM = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")  # as collected files carry it in their names


def worker_script(request: HttpRequest) -> str:
    """The service worker: the list of what to put by, and the app's own script behind it."""
    path = STATIC / WORKER
    own = path.read_text("utf-8") if path.is_file() else NOTHING_YET
    return f"self.SHELF = {json.dumps(shelf(request), ensure_ascii=False)};\n{own}"


def shelf(request: HttpRequest) -> dict[str, Any]:
    """Addresses of the shell, its words and its files, with a version of all of it.

    A file that the shell names stands under the name it has there; modules call each other by
    their plain names. Cost: renders the shell and reads the files.
    """
    named = [url for url in _named(request) if url.startswith(settings.STATIC_URL)]
    plain = {SUM.sub("", url) for url in named}
    own = [f"{settings.STATIC_URL}{name}" for name in _own_files() if name != WORKER]
    files = [*named, *(url for url in own if url not in plain)]
    pages = [
        reverse("field:shell"),
        reverse("field:manifest"),
        *(reverse("field:words", args=[code]) for code, _ in settings.LANGUAGES),
    ]
    return {"version": version(), "pages": pages, "files": files}


def version() -> str:
    """Another one as soon as any file, word or page of the app is another."""
    digest = hashlib.sha256()
    texts = [STATIC / name for name in _own_files()]
    texts += [HERE / "words.py", *HERE.glob("templates/field/**/*.html")]
    texts += HERE.glob("locale/**/*.po")
    for path in sorted(texts):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _own_files() -> list[str]:
    found = (path for path in (STATIC / OWN).rglob("*") if path.is_file())
    return sorted(path.relative_to(STATIC).as_posix() for path in found)


def _named(request: HttpRequest) -> list[str]:
    page = render_to_string("field/shell.html", {"version": ""}, request)
    return list(dict.fromkeys(NAMED.findall(page)))
