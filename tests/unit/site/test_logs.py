"""Logs keep no receipt code, no query and no address of a person."""

import datetime
import logging
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from commongrid.site.access_log import AccessLog
from commongrid.site.logs import MaskPaths, mask_path


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/r/ABCD-2345", "/r/***"),
        ("/r/ABCD-2345/rate/", "/r/***/rate/"),
        ("Not Found: /r/ABCD-2345?x=1", "Not Found: /r/***"),
        ("/desk/?q=张三&page=2", "/desk/"),
        ("/grids/150502001001/", "/grids/150502001001/"),
        ('"GET /r/ABCD HTTP/1.1"', '"GET /r/*** HTTP/1.1"'),
    ],
)
def test_paths_are_masked(text, kept):
    assert mask_path(text) == kept


def test_django_lines_are_masked():
    record = logging.LogRecord("django.request", 30, "f", 1, "Not Found: %s", ("/r/AB12",), None)
    assert MaskPaths().filter(record)
    assert record.getMessage() == "Not Found: /r/***"


def test_the_access_log_is_masked():
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/r/ABCD-2345",
        "RAW_URI": "/r/ABCD-2345?secret=1",
        "QUERY_STRING": "secret=1",
        "REMOTE_ADDR": "203.0.113.9",
        "HTTP_REFERER": "https://example.test/r/ABCD-2345",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    answer = SimpleNamespace(status="200 OK", sent=10, headers=[])
    request = SimpleNamespace(headers=[])
    log = AccessLog(Config())
    atoms = log.atoms(answer, request, environ, datetime.timedelta(seconds=1))
    line = log.cfg.access_log_format % log.atoms_wrapper_class(atoms)
    assert "GET /r/***" in line
    for hidden in ("ABCD", "secret", "203.0.113.9"):
        assert hidden not in line
