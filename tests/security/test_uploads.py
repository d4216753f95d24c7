"""Hostile files against every door that takes one: refused or written anew, never as they were."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doors.api.programs import Programs
from tests.security import corpus, upload_doors
from tests.security.corpus import MARK, PICTURES, SOUNDS
from tests.security.storming import pictures_for, storm

pytestmark = [pytest.mark.slow, pytest.mark.once]
ROOT = Path(__file__).parents[2]
MOST_MB = 350
DOORS: dict[str, Callable[[], upload_doors.Door]] = {
    "desk": lambda: upload_doors.Desk(Programs()),
    "desk, a step": lambda: upload_doors.DeskStep(Programs()),
    "outside link": lambda: upload_doors.Outside(Programs()),
    "API, a form": lambda: upload_doors.Api(Programs(), is_json=False),
    "API, JSON": lambda: upload_doors.Api(Programs(), is_json=True),
    "Open311": upload_doors.Open311,
    "phone": upload_doors.Field,
}


def test_the_corpus_is_as_large_as_was_promised():
    names = [one.name for one in PICTURES]
    assert len(set(names)) == len(names)
    assert len(corpus.REFUSED) >= 50
    assert len(names) >= 100
    marked = [one for one in corpus.REWRITTEN if MARK.encode() in one.content]
    assert len(marked) > 15, "the others carry it packed"


@pytest.mark.parametrize("name", DOORS)
def test_no_picture_gets_through_as_it_was(db, watched, name):
    storm(DOORS[name](), pictures_for(name), watched)


def test_no_recording_gets_through_as_it_was(db, watched):
    storm(upload_doors.Field(sounds=True), SOUNDS, watched)


WALK_ALL = """
import re, sys
from pathlib import Path
from commongrid.rooms.matters.domain import images
from tests.security.corpus import PICTURES
def peak():
    told = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", told).group(1)) // 1024
for one in PICTURES:
    content = one.content
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    try:
        images.clean(content)
    except images.UnreadablePicture:
        pass
    print(peak() - before, one.name, sep="\\t")
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="asks Linux for the peak")
def test_no_picture_takes_more_memory_than_the_largest_we_want(settings):
    told = subprocess.run(
        [sys.executable, "-c", WALK_ALL], cwd=ROOT, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "",
             "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    peaks = [line.split("\t", 1) for line in told.stdout.splitlines()]
    assert len(peaks) == len(PICTURES)
    assert [name for mb, name in peaks if int(mb) > MOST_MB] == []
