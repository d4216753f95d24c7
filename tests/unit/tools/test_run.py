"""run.py: says what to do, installs only when needed, leaves no process behind."""

import importlib.util
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import environment as place

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def house():
    spec = importlib.util.spec_from_file_location("house_run", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_busy_port_is_named_with_the_flag(house):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(house.Stop, match=f"{port}.*--port {port + 1}"):
            house.ensure_free("127.0.0.1", port)


def test_an_old_python_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(place.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(place, "newer_python", lambda: None)
    with pytest.raises(place.Stop, match=r"3\.9.*3\.11 or newer"):
        place.ensure_python()


def test_a_missing_venv_module_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(place.Stop, match="apt-get install python3-venv"):
        place.make_venv()


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """A .venv of its own with a Python that works, and a record of what gets installed."""
    done = []
    monkeypatch.setattr(place, "VENV", tmp_path)
    monkeypatch.setattr(place, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(place, "install", lambda lock: done.append(lock.name))
    monkeypatch.setattr(place, "put_source_on_path", lambda: None)
    return done


def test_a_second_start_installs_nothing(environment):
    place.ensure_venv("run")
    place.ensure_venv("run")
    assert environment == ["run.lock"]


def test_a_changed_lock_is_installed(environment, monkeypatch, tmp_path):
    place.ensure_venv("run")
    other = tmp_path / "run.lock"
    other.write_text("changed", encoding="utf-8")
    monkeypatch.setitem(place.LOCKS, "run", other)
    place.ensure_venv("run")
    assert environment == ["run.lock", "run.lock"]


def test_the_test_lock_covers_the_run_lock(environment):
    place.ensure_venv("test")
    place.ensure_venv("run")
    assert environment == ["test.lock"]


@pytest.mark.real_clock
def test_a_stubborn_child_is_ended_too(house, monkeypatch):
    monkeypatch.setattr(house, "STOP_WAIT_S", 0.3)
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('ready', flush=True); time.sleep(60)"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE
        )
        for code in (stubborn, "print('ready', flush=True); import time; time.sleep(60)")
    ]
    for child in children:
        assert child.stdout.readline() == b"ready\n"
    house.stop_all(children)
    for child in children:
        child.stdout.close()
    assert [child.returncode for child in children] == [-signal.SIGKILL, -signal.SIGTERM]


@pytest.mark.real_clock
def test_children_die_with_a_killed_parent(house, tmp_path):
    if not sys.platform.startswith("linux"):
        pytest.skip("needs Linux")
    code = (
        "import importlib.util, sys, time\n"
        f"spec = importlib.util.spec_from_file_location('r', {str(ROOT / 'run.py')!r})\n"
        "r = importlib.util.module_from_spec(spec); spec.loader.exec_module(r)\n"
        "child = r.start(sys.executable, '-c', 'import time; time.sleep(60)')\n"
        "print(child.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert ends(pid), f"process {pid} was left behind"


def ends(pid):
    """Wait until a process is gone, or only waits to be reaped by somebody else."""
    state = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        try:
            if state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def test_every_verb_of_the_makefile_is_known(house):
    line = next(
        line
        for line in (ROOT / "Makefile").read_text("utf-8").splitlines()
        if line.startswith("run serve")
    )
    for verb in line.rstrip(":").split():
        assert house.parser().parse_args([verb]).command == verb


def test_strict_types_look_at_what_the_house_names(house):
    paths = house.strict_paths()
    assert {"src/commongrid/kernel", "src/commongrid/charter"} <= set(paths)
    assert any(path.endswith("face.py") for path in paths)


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        (["test"], []),
        (["test", "--", "tests/unit", "-k", "words", "-x"], ["tests/unit", "-k", "words", "-x"]),
        (["test", "tests/unit", "-k", "words"], ["tests/unit", "-k", "words"]),
        (["docs", "--check"], ["--check"]),
    ],
)
def test_words_are_handed_on_in_their_order(house, words, rest):
    assert house.read_words(words).rest == rest


def test_own_words_are_read(house):
    assert house.read_words(["run", "--port", "8001"]).port == 8001
    with pytest.raises(SystemExit):
        house.read_words(["check", "--nonsense"])
    with pytest.raises(SystemExit):
        house.read_words([])


@pytest.fixture
def machine(house, monkeypatch):
    """A machine with some programs; what it was asked to install, and whether that goes well."""

    def of(*programs, can_install=()):
        asked = []

        def apt_install(*packages):
            asked.append(packages)
            return set(packages) <= set(can_install)

        monkeypatch.delenv("COMMONGRID_CHROMIUM", raising=False)
        monkeypatch.setattr(house.shutil, "which", lambda name: name if name in programs else None)
        monkeypatch.setattr(house, "is_root", lambda: "root" in programs)
        monkeypatch.setattr(house, "missing_fonts", list)
        monkeypatch.setattr(house, "apt_install", apt_install)
        return asked

    return of


QUICK, FULL = "chromium-headless-shell", "chromium"


@pytest.mark.parametrize(
    ("there", "can_install", "asked"),
    [
        (("root", QUICK), (), []),
        ((QUICK,), (), []),
        ((FULL,), (), []),
        (("root", FULL), (QUICK,), [(QUICK,)]),
        (("root", FULL), (), [(QUICK,)]),
        (("root",), (QUICK,), [(QUICK,)]),
        (("root",), (FULL,), [(QUICK,), (FULL,)]),
    ],
)
def test_a_browser_is_installed_where_one_can_be(house, machine, there, can_install, asked):
    found = machine(*there, can_install=can_install)
    house.ensure_browser()
    assert found == asked


def test_where_no_browser_can_be_installed_it_says_so(house, machine):
    machine("root")
    with pytest.raises(house.Stop, match="cannot install chromium"):
        house.ensure_browser()


def test_who_may_not_install_is_told_what_to_ask_for(house, machine, capsys):
    assert machine() == []
    house.ensure_browser()
    assert f"apt-get install {QUICK}" in capsys.readouterr().out
