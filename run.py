#!/usr/bin/env python3
"""One door to the project: run, test, check, fix, seed, bench, docs, soak, lock, audit, serve.

Needs Python 3.11 or newer and nothing else; everything it installs goes into .venv, everything
it writes at run time into var/ (or COMMONGRID_HOME).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.environment import (
    LOCKS,
    PYTHON,
    ROOT,
    SRC,
    VENV,
    Stop,
    ensure_python,
    ensure_venv,
    run,
    say,
)

WORKERS, THREADS = 2, 4
WORKER_CLASS = "commongrid.site.serving.Worker"  # reads requests whole before it takes a thread
STOP_WAIT_S = 20
AGAIN_S = 2  # before a worker that ended is begun anew
# The first that is there opens the pages of the tests. It is the same engine without windows, and
# the journeys take two thirds of the time in it.
BROWSERS = ("chromium-headless-shell", "chromium")
# Also run on PostgreSQL. Doors ask the rooms and not the database, so of the doors those with the
# longest lists and the programs' interfaces; a soak asks all of them there.
WITH_ROWS = (
    *("tests/rooms", "tests/security", "tests/stories"),
    *(f"tests/doors/{name}" for name in ("api", "board", "desk", "field", "ogc", "open311")),
    # Of the site what asks the database; backups and upgrades have rehearsals of their own.
    *(f"tests/site/test_{n}.py" for n in ("about_pages", "doctor", "monitors", "rounds")),
    "tests/site/test_people_command.py",
)
FONTS = {
    "fonts-noto-cjk": "NotoSansCJK-Regular.ttc",
    "fonts-noto-core": "NotoSansMongolian-Regular.ttf",
}
STRICT = ("kernel", "charter", "engines", "ledger/face.py", "site", "doors/common")


# --- what every verb needs ---------------------------------------------------------------------
def build_messages() -> None:
    """Build the .mo files whose .po file is newer."""
    for po in SRC.rglob("*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            run(PYTHON, ROOT / "tools" / "messages.py", "compile")
            return


def home() -> Path:
    """Folder of everything that is not code."""
    return Path(os.environ.get("COMMONGRID_HOME", "") or ROOT / "var").resolve()


def house_env(**more: str) -> dict[str, str]:
    """Environment for our own processes."""
    env = {**os.environ, "COMMONGRID_HOME": str(home()), "PYTHONUNBUFFERED": "1", **more}
    env.setdefault("DJANGO_SETTINGS_MODULE", "commongrid.site.settings")
    env.setdefault("NUMBA_CACHE_DIR", str(Path(env["COMMONGRID_HOME"]) / "cache"))
    return env


def commongrid(*args: str, check: bool = True) -> int:
    """Run one management command."""
    return run(PYTHON, "-m", "commongrid", *args, env=house_env(), check=check)


# --- run and serve -----------------------------------------------------------------------------
def ensure_free(host: str, port: int) -> None:
    """Say so early when something else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise Stop(
                f"{host}:{port} cannot be used ({error.strerror}). "
                f"Choose another port: make run PORT={port + 1}, or run.py run --port {port + 1}"
            ) from None


def die_with_parent() -> None:
    """Ask Linux to stop this child when run.py is killed, so that no process is left behind."""
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(*args: str | Path) -> subprocess.Popen[bytes]:
    """Start one of our servers in its own group; signals reach it through us."""
    return subprocess.Popen(
        [str(arg) for arg in args],
        cwd=ROOT,
        env=house_env(),
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509  (no threads run here)
    )


def stop_all(children: list[subprocess.Popen[bytes]]) -> None:
    """End every child: first kindly, after a while firmly; wait for each."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_WAIT_S
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def has_command(name: str) -> bool:
    """Tell whether a management command of ours exists."""
    return any(SRC.rglob(f"management/commands/{name}.py"))


def serve_until_stopped(bind: str, *, is_verbose: bool) -> int:
    """Serve pages, run the ticker and the rehearsals until a signal comes or the server ends."""
    gunicorn: list[str | Path] = [PYTHON, "-m", "gunicorn", "commongrid.site.wsgi:application"]
    gunicorn += ["--bind", bind, "--worker-class", WORKER_CLASS, "--workers", str(WORKERS)]
    gunicorn += ["--threads", str(THREADS), "--log-level", "info" if is_verbose else "warning"]
    gunicorn += ["--graceful-timeout", "10", "--no-control-socket"]
    gunicorn += ["--logger-class", "commongrid.site.access_log.AccessLog"]
    if is_verbose:
        gunicorn += ["--access-logfile", "-"]

    def on_signal(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell had them ignored
        signal.signal(number, on_signal)
    children: list[subprocess.Popen[bytes]] = []
    try:
        children.append(start(*gunicorn))
        if has_command("tick"):
            children.append(start(PYTHON, "-m", "commongrid", "tick", "--loop"))
        beside: list[subprocess.Popen[bytes]] = []  # pages go on without it: it is begun anew
        rehearses = has_command("rehearse")
        while True:
            if rehearses and all(child.poll() is not None for child in beside):
                if beside:
                    say(f"the worker of rehearsals ended with code {beside[0].returncode}")
                    time.sleep(AGAIN_S)
                    children.remove(beside.pop())
                beside.append(start(PYTHON, "-m", "commongrid", "rehearse", "work", "--loop"))
                children.extend(beside)
            for child in children:
                if child.poll() is not None and child not in beside:
                    say(f"a process ended with code {child.returncode}; stopping")
                    return child.returncode or 1
            time.sleep(0.2)
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop_all(children)
        say("stopped")


def do_run(args: argparse.Namespace) -> int:
    """Set up what is missing, load the seed place once, serve."""
    host, port = args.host, args.port
    bind = args.bind or f"{host}:{port}"
    if not args.bind:
        ensure_free(host, port)
    ensure_venv("run")
    build_messages()
    prepare = ["prepare", "--address", f"http://{bind}"]
    if args.command == "serve" or args.no_seed:
        prepare.append("--no-seed")
    commongrid(*prepare)
    say(f"serving on http://{bind} - stop with Ctrl-C")
    return serve_until_stopped(bind, is_verbose=args.verbose or args.command == "serve")


# --- test --------------------------------------------------------------------------------------
def is_root() -> bool:
    """Tell whether packages may be installed."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def missing_fonts() -> list[str]:
    """List Debian packages of fonts the browser tests need and this machine lacks."""
    fonts = Path("/usr/share/fonts")
    return [package for package, file in FONTS.items() if not any(fonts.rglob(file))]


def apt_install(*packages: str) -> bool:
    """Install Debian packages; tell whether that went well."""
    say(f"installing {' '.join(packages)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    patience = ("-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1")
    if run("apt-get", "update", "-q", *patience, env=env, check=False):
        say("apt-get update failed; trying with the package lists at hand")
    command = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *patience, *packages)
    return run(*command, env=env, check=False) == 0


def ensure_browser() -> None:
    """Install a browser and fonts where we may; else say what to do (tests then skip loudly)."""
    quick, full = BROWSERS
    if os.environ.get("COMMONGRID_CHROMIUM") or shutil.which(quick):
        wanted = needed = missing_fonts()
    else:
        wanted = [quick, *missing_fonts()]
        needed = [*([] if shutil.which(full) else [full]), *missing_fonts()]
    if not wanted or (not is_root() and not needed):
        return
    if not is_root():
        say(f"browser tests will be skipped. As root: apt-get install {' '.join(wanted)}")
    elif not apt_install(*wanted) and needed and not apt_install(*needed):
        raise Stop(f"cannot install {' '.join(needed)}")


def pytest(*args: str, **env: str) -> int:
    """Run pytest on our settings."""
    clean = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    clean.pop("COMMONGRID_HOME", None)
    return run(PYTHON, "-m", "pytest", *args, env={**clean, **env}, check=False)


def on_postgres(paths: list[str]) -> int:
    """Run the tests that touch rows again, on PostgreSQL."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        return pytest("-n", "2", *paths, DATABASE_URL=given)
    helper = ROOT / "tests" / "support" / "postgres.py"
    folder = tempfile.mkdtemp(prefix="commongrid-pg-")
    try:
        started = subprocess.run(
            [str(PYTHON), str(helper), "start", folder], stdout=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
        if started.returncode:
            say("the embedded PostgreSQL did not start")
            return started.returncode
        return pytest("-n", "2", *paths, DATABASE_URL=started.stdout.strip().splitlines()[-1])
    finally:
        run(PYTHON, helper, "stop", folder, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def do_test(args: argparse.Namespace) -> int:
    """Run everything on SQLite, then what touches rows again on PostgreSQL."""
    ensure_venv("test")
    build_messages()
    if args.rest:
        return pytest(*args.rest)
    ensure_browser()
    kinds = [f"tests/{path.name}" for path in sorted((ROOT / "tests").iterdir()) if path.is_dir()]
    plain = [kind for kind in kinds if has_tests(kind) and kind != "tests/browser"]
    rows = [path for path in WITH_ROWS if (ROOT / path).exists()]
    results: dict[str, int] = {}
    say("tests on SQLite")
    results["SQLite"] = pytest("-n", "2", *plain)
    if has_tests("tests/browser"):
        say("journeys in a browser")
        results["browser"] = pytest("-n", "2", "tests/browser")
    if rows:
        say("rooms and doors again, on PostgreSQL")
        results["PostgreSQL"] = on_postgres(rows)
    for name, code in results.items():
        say(f"{name}: {'passed' if code == 0 else f'FAILED (pytest code {code})'}")
    return max(results.values())


def has_tests(kind: str) -> bool:
    """Tell whether a folder holds tests."""
    return any((ROOT / kind).rglob("test_*.py"))


# --- check, fix and the rest -------------------------------------------------------------------
def strict_paths() -> list[str]:
    """List what must pass strict types: the pure storeys, faces, domains and this site."""
    package = SRC / "commongrid"
    named = [package / name for name in STRICT]
    named += [*package.glob("rooms/*/face.py"), *package.glob("rooms/*/domain")]
    return [str(path.relative_to(ROOT)) for path in named if path.exists()]


def check_steps() -> dict[str, list[str | Path]]:
    """Name every check and its command."""
    steps: dict[str, list[str | Path]] = {
        "lint": [PYTHON, "-m", "ruff", "check", "."],
        "form": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "imports": [VENV / "bin" / "lint-imports"],
        "hidden dependencies": [PYTHON, "tools/hidden_dependencies.py"],
        "dependencies": [PYTHON, "tools/audit.py"],
        "translations": [PYTHON, "tools/messages.py", "check"],
        "types": [PYTHON, "-m", "mypy", *strict_paths()],
        "project": [PYTHON, "-m", "commongrid", "check", "--fail-level", "WARNING"],
        "migrations": [
            *(PYTHON, "-m", "commongrid", "makemigrations"),
            *("--check", "--dry-run", "--skip-checks"),
        ],
        "documents": [PYTHON, "-m", "commongrid", "docs", "--check"],
    }
    if has_command("charter") and (ROOT / "charters").is_dir():
        steps["charters"] = [PYTHON, "-m", "commongrid", "charter", "check", "--all"]
    return steps


def do_check(_args: argparse.Namespace) -> int:
    """Run every check, then name those that failed."""
    ensure_venv("test")
    build_messages()
    failed = []
    with tempfile.TemporaryDirectory(prefix="commongrid-check-") as folder:
        env = house_env(COMMONGRID_HOME=folder)
        env.pop("DATABASE_URL", None)
        for name, command in check_steps().items():
            began = time.monotonic()
            code = run(*command, env=env, check=False)
            say(f"{name}: {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - began:.1f} s)")
            if code:
                failed.append(name)
    if failed:
        say(f"check failed: {', '.join(failed)}")
        return 1
    say("check passed")
    return 0


def do_fix(_args: argparse.Namespace) -> int:
    """Mend what machines can mend: form, simple lint, message files."""
    ensure_venv("test")
    run(PYTHON, "-m", "ruff", "check", "--fix", "--quiet", ".", check=False)
    run(PYTHON, "-m", "ruff", "format", "--quiet", ".")
    return run(PYTHON, "tools/messages.py", "extract", check=False)


def do_bench(args: argparse.Namespace) -> int:
    """Run the benches by hand; they print figures and assert nothing about time."""
    ensure_venv("test")
    benches = sorted((ROOT / "tests" / "bench").glob("bench_*.py"))
    chosen = [
        bench for bench in benches if not args.rest or any(r in bench.name for r in args.rest)
    ]
    if not chosen:
        raise Stop("no such bench; they are in tests/bench/bench_*.py")
    with tempfile.TemporaryDirectory(prefix="commongrid-bench-") as folder:
        env = house_env(COMMONGRID_HOME=os.environ.get("COMMONGRID_HOME", folder))
        return max(run(PYTHON, bench, env=env, check=False) for bench in chosen)


def do_soak(args: argparse.Namespace) -> int:
    """Run many more examples, kill, race and fill disks; then the browser at length."""
    ensure_venv("test")
    kinds = [k for k in ("tests/unit", "tests/spec", "tests/engines") if has_tests(k)]
    soaks = [str(soak) for soak in sorted((ROOT / "tests" / "soak").glob("soak_*.py"))]
    if args.rest:
        return pytest("--hypothesis-profile=soak", *args.rest)
    results = [pytest("--hypothesis-profile=soak", *kinds, *soaks)]
    say("every hostile file at every door, every address asked by everybody")
    whole = {"COMMONGRID_ACCESS": "all", "COMMONGRID_UPLOADS": "all", "COMMONGRID_TEST_FUZZ": "20"}
    results.append(pytest("-n", "2", "tests/security", **whole))
    say("every door on PostgreSQL")
    results.append(on_postgres(["tests/doors"]))
    ensure_browser()
    say("every page in every way, then the journeys with a slow server")
    every_page = "tests/browser/test_every_page.py"
    results.append(pytest("-n", "2", every_page, COMMONGRID_EVERY_WAY="1"))
    journeys = ("tests/browser", "--ignore", every_page)
    slow = {"COMMONGRID_SLOW_MS": "500", "COMMONGRID_EVERY_WAY": "1"}
    if windows := shutil.which(BROWSERS[1]):  # as people have it
        slow["COMMONGRID_CHROMIUM"] = os.environ.get("COMMONGRID_CHROMIUM", windows)
    results.append(pytest("-n", "2", *journeys, **slow))
    return max(results)


def do_manage(args: argparse.Namespace) -> int:
    """Run `commongrid seed` or `commongrid docs` in an up-to-date environment."""
    ensure_venv("run")
    build_messages()
    if args.command == "seed":
        commongrid("prepare", "--no-seed", "--quiet")
    return commongrid(args.command, *args.rest, check=False)


def do_lock(_args: argparse.Namespace) -> int:
    """Write the lock files anew: pins and hashes, no addresses (ADR 0002)."""
    with tempfile.TemporaryDirectory(prefix="commongrid-lock-") as folder:
        uv = shutil.which("uv")
        if not uv:
            run(sys.executable, "-m", "venv", folder)
            run(Path(folder) / "bin" / "pip", "install", "--quiet", "uv==0.13.9")
            uv = str(Path(folder) / "bin" / "uv")
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
        options += ["--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
        for name, lock in LOCKS.items():
            run(uv, "pip", "compile", *options, f"requirements/{name}.in", "-o", lock)
    return 0


def do_audit(_args: argparse.Namespace) -> int:
    """Ask for known weaknesses of what is locked; 2 when nobody could tell (ADR 0039)."""
    ensure_venv("test")
    return run(PYTHON, "tools/audit.py", "ask", check=False)


# --- the words on the command line -------------------------------------------------------------
def parser() -> argparse.ArgumentParser:
    """Describe the verbs."""
    top = argparse.ArgumentParser(prog="run.py", description=__doc__)
    verbs = top.add_subparsers(dest="command", required=True, metavar="VERB")
    for name, meaning in (
        ("run", "set up, load the seed place once, serve on this machine"),
        ("serve", "the same without the seed place, with an access log: for a real place"),
    ):
        verb = verbs.add_parser(name, help=meaning)
        verb.add_argument("--host", default=os.environ.get("HOST", "") or "127.0.0.1")
        verb.add_argument("--port", type=int, default=int(os.environ.get("PORT", "") or 8000))
        verb.add_argument("--bind", default="", help="HOST:PORT or unix:PATH, as gunicorn takes it")
        verb.add_argument("--no-seed", action="store_true", help="start with an empty place")
        verb.add_argument("--verbose", action="store_true", help="show each request")
        verb.set_defaults(do=do_run)
    for name, do, meaning in (
        ("test", do_test, "run all tests, on SQLite and PostgreSQL"),
        ("bench", do_bench, "print figures (names choose benches)"),
        ("soak", do_soak, "property tests with many more examples; kills, races, full disks"),
        ("seed", do_manage, "load the invented seed place"),
        ("docs", do_manage, "write the generated documents (--check: compare only)"),
    ):
        verb = verbs.add_parser(name, help=meaning)
        verb.set_defaults(do=do, rest=[])
    for name, do, meaning in (
        ("check", do_check, "lint, types, contracts, translations, documents"),
        ("fix", do_fix, "mend what machines can mend"),
        ("lock", do_lock, "write the lock files anew"),
        ("audit", do_audit, "ask for known weaknesses of the locked packages (needs a network)"),
    ):
        verbs.add_parser(name, help=meaning).set_defaults(do=do)
    return top


def read_words(words: list[str]) -> argparse.Namespace:
    """Read the command line; verbs that hand words on take them as they are, in their order."""
    top = parser()
    args, rest = top.parse_args(words[:1]), words[1:]
    if not hasattr(args, "rest") or rest[:1] in (["-h"], ["--help"]):
        return top.parse_args(words)
    args.rest = rest[1:] if rest[:1] == ["--"] else rest
    return args


def main() -> int:
    """Do one verb."""
    ensure_python()
    args = read_words(sys.argv[1:])
    try:
        return int(args.do(args))
    except Stop as stop:
        print(f"commongrid: {stop}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
