"""Clients of Open311 that nobody here wrote, and the scripts they follow.

- ``georeport`` (PyPI): of today's Python, reads only; taken as it is.
- ``three`` and ``open311`` (PyPI): of Python 2; translated by lib2to3 of the standard library
  into a folder of the test. ``open311`` also gets back two things that Python 2 had and that no
  translation brings: text as the body of a request, and ``Element.getchildren``.
- ``open311`` (npm): JavaScript, run by node where it is installed beside its own dependencies.

A script goes through every operation that its client knows, and returns what the client made of it.
"""

from __future__ import annotations

import importlib
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.doors.open311.asking import GRID, TOWN

SPOT = {"lat": "43.605", "long": "122.255"}
WORDS = "垃圾 & <rubbish> at the gate"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000080000000808020000004b6d29dc0000001449444154789c63"
    "340e2d67c00698b08a0e5a0900cbfe010fac455bb80000000049454e44ae426082"
)

Script = Callable[[str, str, str, Path], Any]


# --- georeport -----------------------------------------------------------------------------------
def georeport(url: str, key: str, form: str, _folder: Path) -> Any:
    from georeport import GeoReport

    client = GeoReport(f"{url}/open311/v2", jurisdiction=TOWN, api_key=key, output_format=form)
    found = client.get_service_requests()
    found = found if isinstance(found, list) else [found]  # its XML reader unpacks a single one
    ref = found[0]["service_request_id"]
    return {
        "services": [service["service_code"] for service in client.get_service_list()],
        "definition": client.get_service_definition("A02")["service_code"],
        "requests": [one["service_code"] for one in found],
        "open": [one["status"] for one in client.get_service_requests(status="open")],
        "range": [
            one["service_code"]
            for one in client.get_service_requests(
                service_code="A01,A03",
                start_date="2026-03-01T00:00:00+08:00",
                end_date="2026-03-31T00:00:00Z",
            )
        ],
        "by id": client.get_service_requests(service_request_id=ref) is not None,
        "one": client.get_service_request(ref)["service_request_id"] == ref,
    }


# --- three ---------------------------------------------------------------------------------------
def three(url: str, key: str, form: str, folder: Path) -> Any:
    with translated("three", folder) as package:
        # Its XML reader takes no text with a declaration, so there it looks beside the requests.
        own = {"discovery": f"{url}/open311/discovery.json"} if form == "json" else {}
        client = package.Three(
            f"{url}/open311/v2/", api_key=key, format=form, jurisdiction=TOWN, **own
        )
        picture = folder / "picture.png"
        picture.write_bytes(PNG)
        with picture.open("rb") as media:
            posted = client.post(
                "A01", name="Demo Person", phone="0475-0001234", description=WORDS,
                address="明仁街道露天社区", media=media,
            )  # fmt: skip
        ref = first(posted, "request", form)["service_request_id"]
        answered = client.post("A02", **SPOT, **{"attribute[is_earth]": "yes"})
        told = {"services": client.services(), "definition": client.services("A02"),
                "discovery": client.discovery(), "request": client.request(ref),
                "requests": client.requests(), "by code": client.requests("A01", count=1, page=1),
                "between": client.requests(between=["03-01-2026", "03-31-2026"], status="open"),
                "token": client.token(ref), "error": client.request("260310-ZZZZZ")}  # fmt: skip
        assert ref in str(told["request"])
        assert ref in str(told["token"])
        assert first(answered, "request", form)["service_request_id"] in str(told["requests"])
        return {name: isinstance(value, dict | list) for name, value in told.items()}


# --- open311 of PyPI -----------------------------------------------------------------------------
def open311(url: str, key: str, form: str, folder: Path) -> Any:
    with translated("open311", folder) as package:
        give_back_python_2(package)
        client = package.Open311(
            endpoint=f"{url}/open311/v2", api_key=key, format=form, jurisdiction=TOWN
        )
        posted = client.post_service_request(service_code="A01", description=WORDS, **SPOT)
        ref = first(posted, "request", form)["service_request_id"]
        told = {"definition": client.service_definition("A02"),
                "request": client.get_service_request(ref)}  # fmt: skip
        if form == "xml":  # in JSON this client looks for the XML element around the list
            told |= {"services": client.service_list(), "requests": client.service_requests(),
                     "token": client.request_id_from_token(ref)}  # fmt: skip
            assert ref in str(told["token"])
        assert ref in str(told["request"])
        return {name: isinstance(value, dict | list) for name, value in told.items()}


# --- open311 of npm ------------------------------------------------------------------------------
def node_open311(url: str, key: str, form: str, folder: Path) -> Any:
    script = Path(__file__).with_name("node_client.js")
    given = [url, key, form, TOWN, GRID]
    done = subprocess.run(
        ["node", str(script), *given],
        env={"NODE_PATH": str(node_modules()), "PATH": "/usr/bin:/bin:/usr/local/bin"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def node_modules() -> Path:
    """Where ``npm install open311 request lodash`` was run, if anywhere."""
    import os

    folder = os.environ.get("COMMONGRID_TEST_NODE_MODULES", "")
    if not folder or not Path(folder, "open311").is_dir():
        pytest.skip(
            "THE NODE CLIENT IS NOT RUN: set COMMONGRID_TEST_NODE_MODULES to a node_modules with "
            "open311, request and lodash (its transcript is still replayed)"
        )
    return Path(folder)


def first(told: Any, name: str, form: str) -> Any:
    """The first request of an answer, through whatever a client wraps around it."""
    if form == "json":
        return told[0]
    while name in told or "service_requests" in told:
        told = told.get("service_requests") or told[name]
        told = told[0] if isinstance(told, list) else told
    return told


# --- translating ---------------------------------------------------------------------------------
@contextmanager
def translated(name: str, folder: Path) -> Iterator[ModuleType]:
    """An installed package of Python 2, translated into a folder and imported from there."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        pytest.skip(f"THE CLIENT {name} IS NOT RUN: it is not installed")
    library = folder / "translated"
    _translate(Path(spec.submodule_search_locations[0]), library / name)
    before = {key: sys.modules.pop(key) for key in list(sys.modules) if _belongs(key, name)}
    sys.path.insert(0, str(library))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what old code says when it is compiled
            yield importlib.import_module(name)
    finally:
        sys.path.remove(str(library))
        for key in [key for key in sys.modules if _belongs(key, name)]:
            del sys.modules[key]
        sys.modules.update(before)
        importlib.invalidate_caches()


def _belongs(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _translate(source: Path, target: Path) -> None:
    if find_spec("lib2to3") is None:
        pytest.skip(
            "OLD CLIENTS ARE NOT RUN: this Python has no lib2to3 (transcripts are replayed)"
        )
    for path in source.rglob("*.py"):
        if not path.name.startswith("test_"):
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(_in_python_3(path), encoding="utf-8")


@cache
def _in_python_3(path: Path) -> str:
    text = path.read_text(encoding="utf-8") + "\n"
    return str(_tool().refactor_string(text, str(path)))


@cache
def _tool() -> Any:
    logging.getLogger("RefactoringTool").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        from lib2to3.refactor import RefactoringTool, get_fixers_from_package

        return RefactoringTool(get_fixers_from_package("lib2to3.fixes"))


def give_back_python_2(package: ModuleType) -> None:
    """Text as a request's body, and elements that list their children."""
    from urllib.request import urlopen

    def open_with_text(url: str, text: str | None = None) -> Any:
        return urlopen(url, text.encode() if text is not None else None)

    main = sys.modules[f"{package.__name__}.open311"]
    api = sys.modules[f"{package.__name__}.api.api"]
    main.urlopen = api.urlopen = open_with_text  # type: ignore[attr-defined]
    tree = sys.modules[f"{package.__name__}.api.xml2dict.xml2dict"]
    tree.ET = _element_tree_in_python()  # type: ignore[attr-defined]


def _element_tree_in_python() -> ModuleType:
    """The ElementTree of the standard library without its C half, so that it can be extended."""
    name, half = "xml.etree.ElementTree", "_elementtree"
    kept = {key: sys.modules.pop(key, None) for key in (name, half)}
    sys.modules[half] = None  # type: ignore[assignment]
    try:
        module = importlib.import_module(name)
    finally:
        for key, value in kept.items():
            sys.modules.pop(key, None)
            if value is not None:
                sys.modules[key] = value
    module.Element.getchildren = lambda element: list(element)  # noqa: PLW0108  to be bound
    return module


SCRIPTS: dict[str, tuple[Script, tuple[str, ...]]] = {
    "georeport": (georeport, ("json", "xml")),
    "three": (three, ("json", "xml")),
    "open311": (open311, ("json", "xml")),
    "node-open311": (node_open311, ("json",)),
}
