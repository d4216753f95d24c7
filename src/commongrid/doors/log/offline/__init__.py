"""The checker: one HTML file with its script and style inside, put together once.

It carries its own policy, so that also a saved copy can send nothing anywhere.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_SCRIPTS = ("numbers.js", "proving.js", "words.js", "page.js")


@cache
def page() -> str:
    """The whole page."""
    whole = _read("page.html")
    for mark, content in (
        ("{{POLICY}}", policy()),
        ("{{STYLE}}", _style()),
        ("{{SCRIPT}}", _script()),
    ):
        whole = whole.replace(mark, content)
    return whole


def page_hash() -> str:
    """SHA-256 of the page, by which a saved copy is known again."""
    return hashlib.sha256(page().encode()).hexdigest()


@cache
def policy() -> str:
    """What the page may do: run its own script and style, and nothing else."""
    return (
        f"default-src 'none'; script-src {_hash(_script())}; style-src {_hash(_style())}; "
        "base-uri 'none'; form-action 'none'"
    )


def _script() -> str:
    return "\n" + "\n".join(_read(name) for name in _SCRIPTS)


def _style() -> str:
    return "\n" + _read("page.css")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")
