"""Every setting is read in one place and documented on one page."""

import ast

from commongrid.site import env
from tests.consistency.repository import ROOT, SRC, where

READERS = {"site/env.py", "site/settings_test.py", "site/wsgi.py", "__main__.py"}


def environment_readers() -> list[str]:
    """List the source files that touch the environment."""
    found = []
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            # A request's `environ` (WSGI, gunicorn) is another thing than `os.environ`.
            is_read = isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
            if is_read and isinstance(node.value, ast.Name) and node.value.id == "os":
                found.append(path)
    return sorted({str(path.relative_to(SRC)) for path in found})


def test_only_the_table_reads_the_environment():
    assert set(environment_readers()) <= READERS


def test_the_page_of_settings_is_fresh():
    page = ROOT / "docs" / "reference" / "settings.md"
    assert page.read_text("utf-8") == env.settings_page(), f"{where(page)}: run make docs"


def test_settings_use_every_row_of_the_table():
    source = (SRC / "site" / "settings.py").read_text("utf-8")
    assert [s.name for s in env.SETTINGS if f'"{s.name}"' not in source] == []


def test_an_undocumented_setting_cannot_be_read():
    import pytest

    with pytest.raises(KeyError):
        env.read("COMMONGRID_NO_SUCH_SETTING")
