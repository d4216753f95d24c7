"""Pages obey the content policy and speak both languages."""

import re

import pytest

from tests.consistency.repository import SRC, templates, where

INLINE = re.compile(
    r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")",
    re.I,
)
STRANGER = re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I)
CHINESE = re.compile(r"[\u3400-\u9fff]")


def lines_with(pattern):
    return [
        f"{where(path)}:{number}: {line.strip()[:100]}"
        for path in templates()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_inline_style_or_script():
    assert lines_with(INLINE) == []


def test_no_third_party_host():
    assert lines_with(STRANGER) == []


def test_no_chinese_outside_the_message_files():
    assert lines_with(CHINESE) == []


def test_every_string_has_chinese():
    from tools import messages

    folders = messages.apps(SRC.parent)
    faults = [fault for app in folders for fault in messages.faults(app, folders, SRC.parent)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("text", "is_inline"),
    [
        ('<p style="color:red">', True),
        ("<p onclick='go()'>", True),
        ("<script>go()</script>", True),
        ('<script src="/static/js/base.js" defer></script>', False),
        ('<script type="application/json" id="x">', False),
        ('<p data-style="x">', False),
    ],
)
def test_inline_code_is_recognised(text, is_inline):
    assert bool(INLINE.search(text)) is is_inline
