"""Commands of the house: they start without the pages of every door."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from commongrid.site.management.base import HouseCommand

OURS = sorted(name for name, app in get_commands().items() if app == "commongrid.site")
ASK = """
import sys
from commongrid.__main__ import main
try:
    main(["charter", "check"])
except SystemExit:
    pass
print("commongrid.site.urls" in sys.modules)
"""


@pytest.mark.parametrize("name", OURS)
def test_a_command_of_the_house_is_one(name):
    assert isinstance(load_command_class("commongrid.site", name), HouseCommand)


def test_a_command_loads_no_pages(tmp_path):
    folder = settings.SOURCE_ROOT / "charters"
    charter = min(path.parent for path in folder.glob("*/charter.yaml"))
    done = subprocess.run(
        [sys.executable, "-c", ASK.replace('"check"]', f'"check", {str(charter)!r}]')],
        capture_output=True, text=True, check=True, cwd=settings.SOURCE_ROOT,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "False", done.stdout
