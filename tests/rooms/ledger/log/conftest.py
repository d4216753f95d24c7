"""Each test has a folder of its own for what the log remembers outside the database."""

import pytest


@pytest.fixture(autouse=True)
def own_memory(settings, tmp_path):
    settings.HOME = tmp_path
    settings.TLOG_NAME = "grid.example.org/log"
