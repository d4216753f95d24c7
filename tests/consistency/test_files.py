"""No file of the repository names a machine, a mirror or a secret."""

import re
import tempfile
from pathlib import Path

from tests.consistency.repository import ROOT, text_files, where

LOCK_TRAPS = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links|(^|\s)-[ief]\s", re.M)
# Put together here so that this file does not hold what it forbids.
HOSTS = [".".join(parts) for parts in (
    ("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"),
    ("deb", "debian", "org"), ("proxy", "golang", "org"),
)]  # fmt: skip
# Every machine has a folder for what passes; a clone that lies in it is named by its own.
HERE = ROOT if ROOT.parent == Path(tempfile.gettempdir()) else ROOT.parent
MACHINE = re.compile(
    "|".join([re.escape(f"{HERE}/") if len(HERE.parts) > 1 else r"(?!x)x",
              r"/(?:home|Users)/[A-Za-z]", r"/root[/]", r"\b[A-Z]:\\\\"])
)  # fmt: skip
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}")


def test_locks_hold_no_addresses():
    locks = [path for path in text_files() if path.suffix == ".lock"]
    assert {path.name for path in locks} >= {"run.lock", "test.lock"}
    found = {where(path): LOCK_TRAPS.findall(path.read_text("utf-8")) for path in locks}
    assert not {name for name, traps in found.items() if traps}


def test_every_pin_has_a_hash():
    for name in ("run.lock", "test.lock"):
        entries = re.split(r"\n(?=\S)", (ROOT / "requirements" / name).read_text("utf-8").strip())
        bare = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
        assert not bare, f"{name}: {bare}"


def test_the_test_lock_contains_the_run_lock():
    pins = {
        name: set(
            re.findall(r"^(\S+==\S+)", (ROOT / "requirements" / name).read_text("utf-8"), re.M)
        )
        for name in ("run.lock", "test.lock")
    }
    assert pins["run.lock"] <= pins["test.lock"]


def test_no_file_names_this_machine_or_a_package_host():
    found = []
    for path in text_files():
        text = path.read_text("utf-8", errors="replace")
        found += [f"{where(path)}: {match}" for match in MACHINE.findall(text)]
        found += [f"{where(path)}: {host}" for host in HOSTS if host in text]
    assert not found, "\n".join(found)


def test_no_file_holds_a_secret():
    found = [
        where(p) for p in text_files() if SECRET.search(p.read_text("utf-8", errors="replace"))
    ]
    assert not found


def test_the_traps_are_recognised():
    assert LOCK_TRAPS.search("--index-url https://example.test/simple")
    assert LOCK_TRAPS.search("pkg @ file:///somewhere")
    assert not LOCK_TRAPS.search("django==5.2.19 \\\n    --hash=sha256:ab-i f")
    assert MACHINE.search("/".join(["", "home", "someone", "project"]))
