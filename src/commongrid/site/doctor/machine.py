"""Checks of the machine: Python, packages, settings, keys, disk, static files, backups."""

from __future__ import annotations

import re
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings

from commongrid.site.doctor.finding import Finding, fail, ok, warn
from commongrid.site.keys import KEY_BYTES
from commongrid.site.notes import last_backup
from commongrid.site.rounds import last_round

OLDEST_PYTHON = (3, 11)
BACKUP_AFTER = timedelta(hours=26)  # a nightly one, and some room
TICKER_AFTER = timedelta(minutes=5)
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)\s*(;[^\\]*)?")


def python(_at: datetime) -> Iterator[Finding]:
    """The version of Python."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield fail("python", f"Python {found}", "install Python 3.11 or newer")
    else:
        yield ok("python", f"Python {found}")


def packages(_at: datetime) -> Iterator[Finding]:
    """Installed packages against the lock file, where the source has one."""
    lock = settings.SOURCE_ROOT / "requirements" / "run.lock"
    if not lock.is_file():
        yield warn("packages", "no lock file beside the source", "install from a whole release")
        return
    pins = (PIN.match(line) for line in lock.read_text("utf-8").splitlines())
    wrong = [
        f"{pin[1]} {found or 'missing'} (lock: {pin[2]})"
        for pin in pins
        if pin and not pin[3] and (found := _installed(pin[1])) != pin[2]
    ]
    if wrong:
        told = f"{len(wrong)} differ from the lock: {', '.join(wrong[:3])}"
        do = "python3 run.py serve installs what the lock says; do not install by hand"
        yield fail("packages", told, do)
    else:
        yield ok("packages", "as the lock says")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def addresses(_at: datetime) -> Iterator[Finding]:
    """DEBUG, host names, HTTPS and proxies."""
    if settings.DEBUG:
        yield fail("debug", "COMMONGRID_DEBUG is on: it shows inner data", "unset it")
    local = {"localhost", "127.0.0.1", "[::1]"}
    outside = sorted(set(settings.ALLOWED_HOSTS) - local)
    https = settings.SECURE_SSL_REDIRECT
    if "*" in settings.ALLOWED_HOSTS:
        yield fail("hosts", "COMMONGRID_HOSTS takes every name", "name the hosts of this place")
    elif not outside:
        do = "set COMMONGRID_HOSTS to the name people will type"
        yield warn("hosts", "the site answers on this machine only", do)
    else:
        yield ok("hosts", ", ".join(outside))
    if outside and not https:
        do = "put a proxy with TLS in front and set COMMONGRID_HTTPS=1"
        yield fail("https", "named hosts, but COMMONGRID_HTTPS is off", do)
    elif https and not settings.TRUSTED_PROXIES:
        do = "set COMMONGRID_PROXIES=1 when one proxy stands in front"
        told = "HTTPS without a trusted proxy: all callers look like one and are limited as one"
        yield warn("https", told, do)
    else:
        yield ok("https", "on" if https else "off, on this machine only")


def second_factor(_at: datetime) -> Iterator[Finding]:
    """Whether accounts with power need a second step."""
    if settings.REQUIRE_2FA:
        yield ok("second factor", "asked of those who must have it")
    else:
        do = "unset COMMONGRID_REQUIRE_2FA"
        yield warn("second factor", "accounts log in without it", do)


def keys(_at: datetime) -> Iterator[Finding]:
    """Keys that are there, closed, and long enough."""
    folder: Path = settings.HOME / "keys"
    open_paths = [
        path.name
        for path in (folder, *folder.glob("*"))
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_paths:
        do = f"chmod 700 {folder}; chmod 600 {folder}/*"
        yield fail("keys", f"others can read: {', '.join(open_paths)}", do)
    values = (settings.SECRET_KEY, settings.RECEIPT_KEY, settings.LEDGER_KEY)
    if any(len(value) < KEY_BYTES for value in (*values, *settings.CONTACT_KEYS)):
        yield fail("keys", "a key is too short", "let the first start make the keys")
    elif not open_paths:
        yield ok("keys", "present and closed; is a copy kept elsewhere?")


def disk(_at: datetime) -> Iterator[Finding]:
    """Free room where everything is kept."""
    free_mb = shutil.disk_usage(settings.HOME).free // (1024 * 1024)
    if free_mb < settings.MIN_FREE_MB:
        do = "make room, or move COMMONGRID_HOME; below this every write is refused"
        yield fail("disk", f"{free_mb} MB free, {settings.MIN_FREE_MB} wanted", do)
    else:
        yield ok("disk", f"{free_mb} MB free")


def static_files(_at: datetime) -> Iterator[Finding]:
    """Style sheets and scripts, collected and of this version."""
    from commongrid.site.management.commands.prepare import static_fingerprint  # starts finders

    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    if stamp.is_file() and stamp.read_text("ascii") == static_fingerprint():
        yield ok("static files", "collected, of this version")
    else:
        do = "commongrid prepare --no-seed"
        yield fail("static files", "not collected, or of another version", do)


def ticker(at: datetime) -> Iterator[Finding]:
    """Whether time runs."""
    last = last_round()
    do = "python3 run.py serve starts it; alone: commongrid tick --loop"
    if last is None:
        yield fail("ticker", "it has never run: nothing lapses, nothing is erased", do)
    elif at - datetime.fromisoformat(last.at) > TICKER_AFTER:
        yield fail("ticker", f"its last round began {last.at}", do)
    elif last.trouble:
        yield warn("ticker", f"its last round broke: {last.trouble}", "see the log")
    else:
        yield ok("ticker", f"its last round took {last.took_s:.2f} s")


def backups(at: datetime) -> Iterator[Finding]:
    """Whether there is a fresh backup."""
    last = last_backup()
    do = "run commongrid backup FOLDER every night (docs/how-to/backup.md)"
    if last is None:
        yield warn("backup", "none was ever made", do)
    elif at - last.at > BACKUP_AFTER:
        yield warn("backup", f"the last one is of {last.at:%Y-%m-%d %H:%M} UTC", do)
    else:
        yield ok("backup", f"of {last.at:%Y-%m-%d %H:%M} UTC, {last.size_bytes} bytes")


def mail(_at: datetime) -> Iterator[Finding]:
    """Where e-mail goes."""
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if backend != "smtp":
        told = f"e-mail is not sent ({backend})"
        yield warn("e-mail", told, "name a mail server when people are to get e-mail")
    elif settings.EMAIL_HOST in {"", "localhost"}:
        do = "name the mail server, or nobody gets e-mail"
        yield warn("e-mail", "through this machine's own mail server, if it has one", do)
    else:
        secure = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
        told = f"through {settings.EMAIL_HOST}"
        yield ok("e-mail", told) if secure else warn("e-mail", told, "turn TLS on")
