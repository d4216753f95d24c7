"""What holds for every address there is: tokens, headers, redirects, limits. New ones join."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from commongrid.rooms.people.models import Account
from tests.rooms.people.standing import TOWN, make_staff
from tests.security.access_table import named_routes, rows

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[2]
FORMS = {"UUIDConverter": UUID(int=1), "IntConverter": 1}
OWN = {"language": "en", "sha": "0" * 64}
ODD = {"api:v1:nothing": "/api/v1/never", "ogc:nothing": "/ogc/never"}
# A browser cannot be made to send what these ask for: a key, a token, a link out of a mail. Or
# there is nothing to forge, since anybody may send it.
WITHOUT_TOKEN = {
    "follow:stop": "one press in a mail program, by the token of the mail (RFC 8058)",
    "witness:add_checkpoint": "a signature of the log",
    "log:cosignature": "a signature of the witness",
}
PROGRAMS = ("api:v1:", "field:", "ogc:", "open311:")
EVIL = "evil.example"
GOALS = (f"https://{EVIL}/", f"//{EVIL}/", f"/\\{EVIL}", f"https:{EVIL}", f"\\\\{EVIL}")
ASKED_BY = ("next", "back", "return", "goto", "url", "redirect", "to", "from")
# Public forms without a count of their own, and why none is needed.
UNCOUNTED = {
    "common:set_language": "changes a cookie of the one who asks",
    "staff:logout": "ends the session of the one who asks",
    "outside:leave": "ends the session of the one who asks",
    "complain:close": "ends the session of the one who asks",
    "complain:sent": "forgets what the session of the one who asks shows",
    "resident:my_close": "ends the session of the one who asks",
}


def address_of(name: str, pattern) -> str:
    """With parts of the right form that name nothing."""
    if name in ODD:
        return ODD[name]
    parts = pattern.pattern.regex.groupindex
    for filled in (UUID(int=1), 1, "x", "json", "atom"):
        for also in ("json", "atom"):
            own = {**OWN, "form": also, "figure": "raised", "action": "note"}
            with suppress(NoReverseMatch):
                return reverse(name, kwargs={key: _fit(key, own, pattern, filled) for key in parts})
    raise LookupError(name)


def _fit(key: str, own: dict[str, str], pattern, filled: object) -> object:
    kind = type(pattern.pattern.converters.get(key)).__name__
    return own.get(key, FORMS.get(kind, filled))


def addresses() -> dict[str, str]:
    return {name: address_of(name, pattern) for name, pattern in named_routes()}


def views() -> dict[str, object]:
    return {name: pattern.callback for name, pattern in named_routes()}


@pytest.fixture
def keeper(place):
    """Somebody with two posts that open most of the pages."""
    card = make_staff("sweeper", "appointing", TOWN)
    return Account.objects.get(pk=card.id)


def browser(account, **more) -> Client:
    client = Client(**more)
    client.force_login(account)
    return client


def test_every_form_needs_its_token(keeper):
    """Of whatever is sent with a cookie, nothing is read without a token of this site."""
    client = browser(keeper, enforce_csrf_checks=True)
    read = {}
    for name, address in addresses().items():
        status = client.post(address, {"command_id": str(UUID(int=2))}).status_code
        if status not in (403, 405):
            read[name] = status
    by_programs = {name for name in read if name.startswith(PROGRAMS)}
    assert set(read) - by_programs == set(WITHOUT_TOKEN)
    assert set(read.values()) <= {200, 400, 401, 404, 409, 413, 415, 422}


def test_what_needs_no_token_reads_no_cookie(keeper):
    """Whatever a browser carries along opens nothing there."""
    for name in addresses():
        view = views()[name]
        if getattr(view, "csrf_exempt", False):
            gate = str(getattr(view, "gate", "")).split(":")[0]
            assert gate in ("key", "phone", "public", "receipt"), name


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_leads_to_another_site(keeper, method):
    """Whatever the parameter is called, on every address, logged in and not."""
    led = {}
    for client in (browser(keeper), Client()):
        for name, address in addresses().items():
            for goal in GOALS[:: 1 if "login" in name or "language" in name else 2]:
                query = dict.fromkeys(ASKED_BY, goal)
                answer = getattr(client, method)(address, query, headers={"referer": goal})
                where = answer.headers.get("Location", "")
                if not _is_ours(where):
                    led[name] = where
    assert led == {}


def _is_ours(where: str) -> bool:
    plain = where.replace("\\", "/")
    return not where or (plain[:2] != "//" and urlsplit(plain).netloc in ("", "testserver"))


def test_every_answer_has_its_headers(keeper):
    """Of pages, pictures, data and refusals alike; the strict policy is in every one."""
    lacking = {}
    for client in (browser(keeper), Client()):
        for name, address in addresses().items():
            headers = client.get(address).headers
            policy = headers.get("Content-Security-Policy", "")
            is_so = {
                "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
                "frames": headers.get("X-Frame-Options") in ("DENY", None)
                and ("frame-ancestors" in policy or "'none'" in policy),
                "policy": "unsafe" not in policy and "*" not in policy and policy != "",
                "referrer": headers.get("Referrer-Policy") in ("same-origin", "no-referrer"),
                "opener": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
                "powers": "camera=" in headers.get("Permissions-Policy", ""),
                "no name": "Server" not in headers and "X-Powered-By" not in headers,
            }
            if not all(is_so.values()):
                lacking[name] = [what for what, so in is_so.items() if not so]
    assert lacking == {}


def test_pages_for_staff_are_kept_by_no_cache(keeper):
    client = browser(keeper)
    kept = {}
    for name, address in addresses().items():
        if str(getattr(views()[name], "gate", "")).startswith(("staff", "key", "phone")):
            answer = client.get(address)
            cache = answer.headers.get("Cache-Control", "")
            if answer.status_code == 200 and not {"no-store", "private"} & set(cache.split(", ")):
                kept[name] = cache
    assert kept == {}


def test_whatever_anybody_may_send_is_counted():
    """A public form without a limit is a way to fill the disk or to guess."""
    bare = []
    for row in rows():
        is_open = bool({"anybody", "receipt", "link"} & set(row.who))
        if "POST" not in row.methods or not is_open or row.route.startswith(("api:", *PROGRAMS)):
            continue
        if not hasattr(views()[row.route], "limit") and row.route not in UNCOUNTED:
            bare.append(row.route)
    assert bare == []


def test_the_host_is_not_taken_from_the_client(client, db):
    """Neither from its header nor from one that a proxy might have written."""
    for headers in ({"host": EVIL}, {"host": f"testserver@{EVIL}"}, {"host": "testserver:80:80"}):
        assert client.get("/", headers=headers).status_code == 400
    for name in ("X-Forwarded-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded"):
        page = client.get("/", headers={name: f"host={EVIL}" if name == "Forwarded" else EVIL})
        assert page.status_code == 200
        assert EVIL not in page.content.decode()


ASK_SETTINGS = """
import json
from commongrid.site import settings as s
names = ("SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE LANGUAGE_COOKIE_SECURE SECURE_SSL_REDIRECT "
         "SECURE_HSTS_SECONDS SECURE_PROXY_SSL_HEADER CSRF_TRUSTED_ORIGINS DEBUG "
         "SESSION_COOKIE_HTTPONLY CSRF_COOKIE_HTTPONLY").split()
print(json.dumps({name: getattr(s, name, None) for name in names}))
"""


def test_with_https_cookies_go_over_https_alone(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", ASK_SETTINGS], capture_output=True, text=True, check=True, cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin",
             "COMMONGRID_HOME": str(tmp_path), "COMMONGRID_HTTPS": "1",
             "COMMONGRID_HOSTS": "grid.example"},
    )  # fmt: skip
    said = json.loads(told.stdout)
    assert said.pop("SECURE_HSTS_SECONDS") >= 31_536_000
    assert said.pop("SECURE_PROXY_SSL_HEADER") == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert said.pop("CSRF_TRUSTED_ORIGINS") == ["https://grid.example"]
    assert said.pop("DEBUG") is False
    assert set(said.values()) == {True}, said
