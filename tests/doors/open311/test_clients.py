"""Driven by clients that nobody here wrote, over a socket, in every operation and both forms.

What they said and what they were answered is written down in ``transcripts/`` and compared. To
write it anew after a wanted change: ``COMMONGRID_TEST_RECORD=1``, then read the difference.
"""

from __future__ import annotations

import os
import re

import pytest

from tests.doors.open311.asking import AT
from tests.doors.open311.clients import PNG, SCRIPTS
from tests.doors.open311.transcripts import FOLDER, converse, said_again, written
from tests.support import factories

DAY = factories.DAY
CASES = [(name, form) for name, (_script, forms) in SCRIPTS.items() for form in forms]
OPERATIONS = {
    "discovery": "GET /open311/(v2/)?discovery.",
    "service list": r"GET /open311/v2/services\.",
    "service definition": "GET /open311/v2/services?/A02",
    "report": r"POST /open311/v2/requests\.",
    "requests": r"GET /open311/v2/requests\.",
    "request": "GET /open311/v2/requests/",
    "token": "GET /open311/v2/tokens/",
}


@pytest.fixture
def two_matters(place):
    factories.raised(at=AT - 2 * DAY, is_shareable=True, lon=122.255, lat=43.605)
    factories.raised("A03", at=AT - DAY, text="not shared")


@pytest.mark.parametrize(("name", "form"), CASES)
def test_a_foreign_client_is_served(name, form, two_matters, api_key, tmp_path, clock):
    script = SCRIPTS[name][0]
    told, exchanges = converse(
        lambda url: script(url, api_key, form, tmp_path), lambda: clock.shift(1)
    )
    assert told
    assert all(value not in (None, False, []) for value in told.values()), told
    path, text = FOLDER / f"{name}.{form}.txt", written(exchanges, api_key)
    if os.environ.get("COMMONGRID_TEST_RECORD"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert "< 5" not in text


@pytest.mark.parametrize("form", ["json", "xml"])
def test_together_they_do_every_operation(form):
    told = "".join(path.read_text("utf-8") for path in sorted(FOLDER.glob(f"*.{form}.txt")))
    left = [name for name, line in OPERATIONS.items() if not re.search(f"> {line}", told)]
    assert not left


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_what_they_said_is_answered_the_same(path, two_matters, api_key, client, clock):
    """Also where a client cannot be run: its requests are sent again, byte for byte."""
    client.defaults.clear()  # clients name no language
    text = path.read_text(encoding="utf-8")
    assert said_again(text, api_key, client.generic, lambda: clock.shift(1), PNG) == text
