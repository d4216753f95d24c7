#!/usr/bin/env python3
"""Look at what we build on: ``check`` without a network (part of make check), ``ask`` with one.

``check``: every locked version is pinned with hashes, the two locks agree, what is installed is
what is locked, every licence is one we may pass on, and every package asked for is used.
``ask``: asks pip-audit for known weaknesses. It needs the advisory service; a package nobody
could tell about counts as not audited, never as sound.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {name: ROOT / "requirements" / f"{name}.lock" for name in ("run", "test")}
PIP_AUDIT = "pip-audit==2.10.1"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?P<rest>.*)$")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
# What a person who installs us may get with us. LGPL: used as it is, from its own wheel.
LICENCES = ("mit", "bsd", "apache", "isc", "mpl", "mozilla", "python software foundation", "psf",
            "lgpl", "gnu lesser", "zope", "hpnd", "unlicense", "zlib", "0bsd", "cc0")  # fmt: skip
# Used, though no line of ours imports it.
UNSEEN = {
    "babel": "tools/messages.py builds the message files with it",
    "django-leaflet": "its wheel brings Leaflet's files (site/settings.py)",
    "gunicorn": "started by run.py",
    "psycopg": "Django loads it for PostgreSQL",
    "tzdata": "time zones where the system has none",
    "whitenoise": "named in the settings",
    "django-htmx": "named in the settings; brings htmx",
    "django-axes": "named in the settings",
    "waitress": "parses requests under gunicorn (site/serving.py)",
}
NOT_AUDITED = 2


@dataclass(frozen=True)
class Pin:
    """One line of a lock."""

    version: str
    hashes: int
    has_marker: bool


def plain(name: str) -> str:
    """A name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


Pins = Mapping[str, tuple[Pin, ...]]


def pins_of(text: str) -> dict[str, tuple[Pin, ...]]:
    """The pins of a lock: several where Pythons differ. Raises: ValueError for a line without."""
    pins: dict[str, tuple[Pin, ...]] = {}
    for entry in re.sub(r"\\\n", " ", text).splitlines():
        line = entry.strip()
        if not line or line.startswith("#"):
            continue
        found = PIN.match(line)
        if found is None:
            raise ValueError(f"not pinned: {line[:80]}")
        marker = found["rest"].partition("--hash")[0]
        pin = Pin(found["version"], len(HASH.findall(line)), ";" in marker)
        name = plain(found["name"])
        pins[name] = (*pins.get(name, ()), pin)
    return pins


def versions(pins: tuple[Pin, ...]) -> str:
    """Their versions in words."""
    return " or ".join(pin.version for pin in pins)


def faults_of_locks(run: Pins, test: Pins) -> Iterator[str]:
    """What is wrong with the locks themselves."""
    for name, pins in {**run, **test}.items():
        if not all(pin.hashes for pin in pins):
            yield f"{name} {versions(pins)}: locked without a hash"
    for name, pins in run.items():
        if name not in test:
            yield f"{name}: in run.lock and not in test.lock, so no test has met it"
        elif versions(test[name]) != versions(pins):
            yield f"{name}: {versions(pins)} runs, {versions(test[name])} is tested"


def faults_of_installed(test: Pins) -> Iterator[str]:
    """Where the environment is another than the lock."""
    for name, pins in test.items():
        try:
            there = metadata.version(name)
        except metadata.PackageNotFoundError:
            if not all(pin.has_marker for pin in pins):
                yield f"{name}: locked and not installed"
            continue
        if there not in {pin.version for pin in pins}:
            yield f"{name}: {there} is installed, {versions(pins)} is locked"


def licence_of(name: str) -> str:
    """What a package says of its licence, in one line; "" when it says nothing."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    told = [
        one[:200] for name in ("License-Expression", "License") for one in said.get_all(name) or []
    ]
    told += [c for c in said.get_all("Classifier") or [] if c.startswith("License ::")]
    return " ".join(" ".join(told).split())


def faults_of_licences(run: Pins) -> Iterator[str]:
    """Packages we ship with whose licence we may not, or cannot, pass on."""
    for name, pins in run.items():
        said = licence_of(name).lower()
        is_elsewhere = not said and all(pin.has_marker for pin in pins)
        if not is_elsewhere and not any(word in said for word in LICENCES):
            yield f"{name}: licence {said or 'not told'!r}"


def names_in(text: str) -> tuple[str, ...]:
    """The packages an .in file asks for."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return tuple(plain(re.split(r"[\[<>=!~ ;]", line)[0]) for line in lines if line[:1].isalnum())


def imported_in(folder: Path) -> set[str]:
    """The first words of everything that is imported below a folder."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found


def faults_of_use(asked: tuple[str, ...], imported: set[str]) -> Iterator[str]:
    """Packages asked for that nothing uses."""
    owners = metadata.packages_distributions()
    used = {plain(owner) for word in imported for owner in owners.get(word, ())}
    for name in asked:
        if name not in used and name not in UNSEEN:
            yield f"{name}: asked for in run.in and used by nothing"


def check() -> int:
    """Everything that can be said without a network."""
    run, test = (pins_of(LOCKS[name].read_text()) for name in ("run", "test"))
    asked = names_in((ROOT / "requirements" / "run.in").read_text())
    faults = [
        *faults_of_locks(run, test),
        *faults_of_installed(test),
        *faults_of_licences(run),
        *faults_of_use(asked, imported_in(ROOT / "src")),
    ]
    for fault in faults:
        print(f"dependencies: {fault}")
    print(f"dependencies: {len(run)} run, {len(test)} tested; {len(faults)} to mend")
    return 1 if faults else 0


def verdict_of(told: Mapping[str, object]) -> tuple[int, list[str]]:
    """The exit code and the lines for what pip-audit answered in JSON."""
    lines: list[str] = []
    unknown = weak = 0
    found = told.get("dependencies")
    rows = found if isinstance(found, list) else []
    for row in rows:
        if "skip_reason" in row:
            unknown += 1
        for one in row.get("vulns", ()):
            weak += 1
            fixed = ", ".join(one.get("fix_versions") or ()) or "nothing yet"
            lines.append(f"{row['name']} {row['version']}: {one['id']}, mended in {fixed}")
    total = len(rows)
    lines.append(f"{total - unknown} of {total} packages asked about, {weak} weaknesses known")
    if weak:
        return 1, lines
    if unknown or not total:
        return NOT_AUDITED, [*lines, "NOT AUDITED: the advisory service did not know or answer"]
    return 0, lines


def ask() -> int:
    """Ask for known weaknesses of everything in test.lock."""
    with tempfile.TemporaryDirectory(prefix="commongrid-audit-") as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", PIP_AUDIT]
        if subprocess.run(install, check=False).returncode:
            print("dependencies: NOT AUDITED: pip-audit could not be installed")
            return NOT_AUDITED
        command = [python, "-m", "pip_audit", "-r", str(LOCKS["test"]), "--require-hashes",
                   "--disable-pip", "--progress-spinner", "off", "-f", "json"]  # fmt: skip
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
    try:
        told = json.loads(answer.stdout)
    except ValueError:
        print(f"dependencies: NOT AUDITED: {answer.stderr.strip()[-300:]}")
        return NOT_AUDITED
    code, lines = verdict_of(told)
    for line in lines:
        print(f"dependencies: {line}")
    return code


if __name__ == "__main__":
    sys.exit(ask() if sys.argv[1:] == ["ask"] else check())
