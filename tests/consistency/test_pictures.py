"""Every picture the README shows is there, small, and taken by a browser test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.consistency.repository import ROOT

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES, MOST_BYTES_TOGETHER = 250_000, 2_000_000


def shown() -> set[str]:
    """The names of the pictures the README shows or leads to."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return set(re.findall(r"docs/pictures/([\w.-]+)\.png", text))


def taken() -> Iterator[str]:
    """Patterns of the names given to ``shot(page, name)``; a part put in is any word."""
    for path in sorted((ROOT / "tests" / "browser").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 1 and _called(node.func) == "shot":
                yield _pattern(node.args[1])


def _called(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _pattern(name: ast.expr) -> str:
    parts = name.values if isinstance(name, ast.JoinedStr) else [name]
    return "".join(re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in parts)


def test_the_readme_shows_pictures() -> None:
    assert len(shown()) >= 3


def test_every_picture_of_the_readme_is_there() -> None:
    assert not [name for name in sorted(shown()) if not (PICTURES / f"{name}.png").is_file()]


def test_every_picture_is_taken_by_a_browser_test() -> None:
    patterns = list(taken())
    kept = {path.stem for path in PICTURES.glob("readme-*.png")}
    stray = [n for n in sorted(kept | shown()) if not any(re.fullmatch(p, n) for p in patterns)]
    assert not stray, f"no shot(page, ...) in tests/browser has these names: {stray}"


def test_pictures_stay_small() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("readme-*.png")}
    assert not {name: size for name, size in sizes.items() if size > MOST_BYTES}
    assert sum(sizes.values()) <= MOST_BYTES_TOGETHER
