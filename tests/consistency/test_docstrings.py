"""Where the house asks for a sentence, there is one: pure storeys, domains, faces, commands."""

import ast

from tests.consistency.repository import SRC, where

PLACES = (
    "kernel/**/*.py",
    "charter/**/*.py",
    "engines/**/*.py",
    "rooms/*/face.py",
    "rooms/*/domain/**/*.py",
    "rooms/*/commands/**/*.py",
    "ledger/face.py",
    "doors/common/*.py",
)


def silent(tree):
    """List the public functions and classes at the top of a module that say nothing.

    Of an overloaded function only the last definition speaks.
    """
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    last = {node.name: node for node in tree.body if isinstance(node, kinds)}
    return [
        name
        for name, node in last.items()
        if not name.startswith("_") and not ast.get_docstring(node)
    ]


def test_what_is_public_says_what_it_is():
    found = [
        f"{where(path)}: {name}"
        for pattern in PLACES
        for path in sorted(SRC.glob(pattern))
        for name in silent(ast.parse(path.read_text("utf-8")))
    ]
    assert not found, "\n".join(found)


def test_silence_is_noticed():
    assert silent(ast.parse("def loud():\n    'Hear.'\ndef quiet(): ...\ndef _own(): ...")) == [
        "quiet"
    ]
