"""What the consistency tests read: the repository itself."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "commongrid"
TEXT = {
    ".cfg", ".css", ".csv", ".editorconfig", ".html", ".in", ".ini", ".js", ".json", ".lock",
    ".md", ".po", ".py", ".sh", ".svg", ".toml", ".txt", ".typ", ".yaml", ".yml", "",
}  # fmt: skip


def tracked_files() -> list[Path]:
    """List what git would commit: tracked files, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:  # an unpacked archive: everything but what running makes
        skip = {".venv", "var", "build", "dist", "__pycache__"}
        files = (path for path in ROOT.rglob("*") if not skip & set(path.parts))
    else:
        files = (ROOT / name for name in listed.stdout.split("\0") if name)
    return sorted(path for path in files if path.is_file())


def text_files() -> list[Path]:
    """List the tracked files that people read."""
    return [path for path in tracked_files() if path.suffix in TEXT]


def templates() -> list[Path]:
    """List every page template."""
    return sorted(SRC.rglob("templates/**/*.html"))


def where(path: Path) -> str:
    """Name a file as the repository does."""
    return str(path.relative_to(ROOT))
