"""The environment of the project: .venv, exactly as a lock says. Standard library only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {name: ROOT / "requirements" / f"{name}.lock" for name in ("run", "test")}
LEAST_PYTHON = (3, 11)


class Stop(Exception):
    """Something the person must do first; the message says what."""


def say(text: str) -> None:
    """Tell the person what is going on."""
    print(f"commongrid: {text}", flush=True)


def run(*args: str | Path, env: dict[str, str] | None = None, check: bool = True) -> int:
    """Run one command in the project folder; with `check` its failure ends us."""
    code = subprocess.call([str(arg) for arg in args], cwd=ROOT, env=env)
    if check and code:
        raise SystemExit(code)
    return code


def newer_python() -> str | None:
    """Find a new enough Python on the path, or None."""
    for minor in range(14, LEAST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    return None


def ensure_python() -> None:
    """Go on with a new enough Python, or say what to install."""
    if sys.version_info >= LEAST_PYTHON:
        return
    found = newer_python()
    if found:
        os.execv(found, [found, str(ROOT / "run.py"), *sys.argv[1:]])
    raise Stop(
        f"this is Python {sys.version_info[0]}.{sys.version_info[1]}; 3.11 or newer is needed.\n"
        "  Debian 12 and Ubuntu 24.04 have it: apt-get install python3 python3-venv"
    )


def digest(path: Path) -> str:
    """Fingerprint of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def venv_works() -> bool:
    """Tell whether .venv holds a Python that starts, new enough."""
    if not PYTHON.exists():
        return False
    probe = f"import sys; sys.exit(sys.version_info < {LEAST_PYTHON})"
    return subprocess.call([str(PYTHON), "-c", probe], stderr=subprocess.DEVNULL) == 0


def make_venv() -> None:
    """Make .venv; the system's Python stays untouched (Debian guards it, rightly)."""
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        raise Stop(
            "Python's venv module is missing. As root run: apt-get install python3-venv"
        ) from None
    say("making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True, symlinks=True)


def install(lock: Path) -> None:
    """Install exactly what the lock lists, checked by hash."""
    say(f"installing from {lock.relative_to(ROOT)} (once; later starts skip this)")
    uv = shutil.which("uv")
    if uv:
        env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
        command = [uv, "pip", "install", "--python", PYTHON, "--require-hashes", "-r", lock]
        if run(*command, env=env, check=False) == 0:
            return
        say("uv did not manage; going on with pip")
    options = ("--require-hashes", "--no-input", "--disable-pip-version-check")
    if run(PYTHON, "-m", "pip", "install", *options, "-r", lock, check=False):
        raise Stop(
            "the packages could not be installed. Is the package index reachable? Behind a mirror,"
            " name it in pip's own settings, for instance with PIP_INDEX_URL."
        )


def put_source_on_path() -> None:
    """Let the environment find src/ and know the `commongrid` command."""
    folders = list(VENV.glob("lib/python3*/site-packages"))
    for folder in folders:
        (folder / "commongrid.pth").write_text(f"{SRC}\n", encoding="utf-8")
    command = VENV / "bin" / "commongrid"
    command.write_text(
        f"#!{PYTHON}\nfrom commongrid.__main__ import main\n\nmain()\n", encoding="utf-8"
    )
    command.chmod(0o755)


def ensure_venv(name: str) -> None:
    """Bring .venv to what `requirements/<name>.lock` says; a second start only compares hashes."""
    stamp = VENV / f".installed-{name}"
    wanted = digest(LOCKS[name])
    is_ready = stamp.exists() and stamp.read_text(encoding="ascii") == wanted
    if is_ready and PYTHON.exists():
        return
    if not venv_works():
        make_venv()
    install(LOCKS[name])
    put_source_on_path()
    stamp.write_text(wanted, encoding="ascii")
    if name == "test":  # the test lock contains the run lock
        (VENV / ".installed-run").write_text(digest(LOCKS["run"]), encoding="ascii")
