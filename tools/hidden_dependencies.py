#!/usr/bin/env python3
"""Find the dependencies between rooms that an import linter cannot see.

- a relation or ``get_model`` that names a model of a higher storey or room by a string;
- a signal receiver inside a room or the ledger (say it in the command, or write a story);
- ``import_module`` with a name of our own package, which would go round the contracts.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SRC = Path(__file__).resolve().parents[1] / "src" / "commongrid"
# From the ground up; a part may name only parts before it.
ORDER = ("kernel", "charter", "engines", "ledger", "people", "places", "matters")
ORDER += ("services", "mediation", "participation", "emergency", "oversight")
ORDER += (
    "bridges",
    "stories",
    "common",
    "staff",
    "resident",
    "desk",
    "field",
    "open311",
    "api",
    "board",
)
ORDER += ("site",)
LABELS = {"site_": "site"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
QUIET = {"ledger", *ORDER[ORDER.index("people") : ORDER.index("oversight") + 1]}


@dataclass(frozen=True)
class Finding:
    """One hidden dependency: where, and what to do."""

    path: Path
    line: int
    words: str

    def __str__(self) -> str:
        """Give the line an editor can jump to."""
        return f"{self.path}:{self.line}: {self.words}"


def part_of(path: Path, root: Path) -> str:
    """Name the part of the house a file belongs to, e.g. ``places``."""
    parts = path.relative_to(root).parts
    if parts[0] in {"rooms", "doors"} and len(parts) > 2:
        return parts[1]
    return parts[0].removesuffix(".py")


def is_upward(part: str, label: str) -> bool:
    """Tell whether `label` names a part above `part`."""
    other = LABELS.get(label, label)
    return part in ORDER and other in ORDER and ORDER.index(other) > ORDER.index(part)


def called(node: ast.Call) -> str:
    """Name what a call calls: the last word of it."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def first_text(node: ast.Call, keyword: str) -> str:
    """Give a call's first argument (or that keyword) when it is a plain string."""
    given = [*node.args[:1], *(k.value for k in node.keywords if k.arg == keyword)]
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value
    return ""


def findings_in(path: Path, root: Path = SRC) -> Iterator[Finding]:
    """Read one file."""
    part = part_of(path, root)
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            words = _about_call(node, part)
            if words:
                yield Finding(path, node.lineno, words)
        elif part in QUIET and isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names]
            if any("signals" in name.split(".") for name in names):
                words = "signals hide who acts; say it in the command, or write a story"
                yield Finding(path, node.lineno, words)


def _about_call(node: ast.Call, part: str) -> str:
    name = called(node)
    if name in RELATIONS:
        label = first_text(node, "to").split(".")[0]
        if is_upward(part, label):
            return f"{part} points up at {label}; keep an id, or let {label} point here"
    elif name == "get_model":
        label = first_text(node, "app_label").split(".")[0]
        if is_upward(part, label):
            return f"{part} reaches up for {label}; ask through its face from a story"
    elif name == "import_module" and first_text(node, "name").startswith("commongrid."):
        return "import_module goes round the import contracts; import it by name"
    elif name == "receiver" and part in QUIET:
        return "a signal receiver acts unseen; say it in the command, or write a story"
    return ""


def all_findings(root: Path = SRC) -> list[Finding]:
    """Read every file but migrations."""
    files = (path for path in sorted(root.rglob("*.py")) if "migrations" not in path.parts)
    return [finding for path in files for finding in findings_in(path, root)]


def main() -> int:
    """Print what was found; fail when anything was."""
    found = all_findings()
    for finding in found:
        print(finding)
    print(f"hidden dependencies: {len(found)}" if found else "hidden dependencies: none")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
