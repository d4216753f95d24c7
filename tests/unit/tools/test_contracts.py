"""The import contracts, with violations seeded into a copy of the house."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def lint(folder):
    """Run the linter on a copy and return its report without colours."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    kept = shutil.ignore_patterns("__pycache__", "migrations", "locale", "static", "templates")
    shutil.copytree(ROOT / "src", folder / "src", ignore=kept)
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


@pytest.mark.parametrize(
    ("where", "line", "said"),
    [
        ("kernel/seeded.py", "import commongrid.charter.schema", "lower storey only"),
        ("ledger/seeded.py", "import commongrid.rooms.people.face", "lower storey only"),
        ("rooms/people/seeded.py", "import commongrid.rooms.places.face", "write a story"),
        ("doors/staff/seeded.py", "import commongrid.doors.desk.apps", "doors.common"),
        ("charter/seeded.py", "import django", "Keep kernel, charter and engines pure"),
        ("rooms/matters/domain/seeded.py", "import django.db", "domain pure"),
        ("doors/desk/seeded.py", "import commongrid.rooms.people.models", "Use the room's face"),
        (
            "rooms/findings/seeded.py",
            "import commongrid.rooms.matters.queries.rights",
            "Between rooms use the face",
        ),
        ("rooms/findings/seeded.py", "import commongrid.ledger.models", "Read acts by the"),
        ("garage/__init__.py", "", "not listed as layers"),
    ],
)
def test_a_seeded_violation_is_found(copy, where, line, said):
    path = copy / "src" / "commongrid" / where
    is_new = not path.parent.exists()
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'"""Seeded."""\n\n{line}\n', encoding="utf-8")
    try:
        code, report = lint(copy)
    finally:
        shutil.rmtree(path.parent) if is_new else path.unlink()
    assert code == 1
    flat = " ".join(report.split())
    broken = flat if "not listed" in said else flat.split("Broken contracts")[-1]
    assert said in broken, report
