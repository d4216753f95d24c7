"""``commongrid charter``: check, show and compare the charters of places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from commongrid.charter import Charter, CharterError, Problem, diff, lint, load_charter
from commongrid.charter.console import show_action, show_summary, show_table, show_type
from commongrid.charter.library import check_library
from commongrid.charter.loader import list_charter_folders
from commongrid.charter.tables import TABLES
from commongrid.kernel.text import Text
from commongrid.site.management.base import HouseCommand

_SUMMARY = Text(
    "{place}：{errors} 个错误，{warnings} 个提醒", "{place}: {errors} errors, {warnings} warnings"
)
_SAME = Text("没有差别", "no difference")


class Command(HouseCommand):
    """Read-only: adopting a charter is an act of a person, not of this command."""

    help = "Check, show and compare charters. Exit status: 0 fine, 1 problems or differences."

    def add_arguments(self, parser: CommandParser) -> None:
        """Three verbs; places are folder names or paths."""
        parser.add_argument("--root", type=Path, default=settings.CHARTERS_DIR)
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="load and lint; exit 1 when there is an error")
        check.add_argument("places", nargs="*", metavar="PLACE")
        check.add_argument("--all", action="store_true", dest="is_all")
        show = verbs.add_parser("show", help="print a charter, a table, a type or an action")
        show.add_argument("place", metavar="PLACE")
        show.add_argument("what", nargs="?", default="", metavar="TABLE | type | action")
        show.add_argument("key", nargs="?", default="", metavar="CODE | NAME")
        compare = verbs.add_parser("diff", help="what B changes against A; exit 1 if anything")
        compare.add_argument("old", metavar="A")
        compare.add_argument("new", metavar="B")
        for verb in (check, show, compare):
            verb.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, **options: Any) -> None:
        """Run the verb."""
        run = {"check": self._check, "show": self._show, "diff": self._diff}
        run[options["verb"]](options)

    def _check(self, options: dict[str, Any]) -> None:
        root, lang = options["root"], options["lang"]
        folders = [_folder(root, place) for place in options["places"]]
        if options["is_all"]:
            folders = list_charter_folders(root)
        if not folders:
            message = "name a place, or say --all"
            raise CommandError(message, returncode=2)
        checked = {folder.name: _problems(folder) for folder in folders}
        if options["is_all"]:
            checked |= _library_problems(root, folders)
        broken = 0
        for name, found in checked.items():
            errors = sum(problem.is_error for problem in found)
            for problem in found:
                self.stdout.write(f"{problem.severity}  {problem.line(lang)}")
            counts = {"errors": errors, "warnings": len(found) - errors}
            self.stdout.write(_SUMMARY.in_(lang).format(place=name, **counts))
            broken += errors
        if broken:
            raise SystemExit(1)

    def _show(self, options: dict[str, Any]) -> None:
        charter = _load(_folder(options["root"], options["place"]), options["lang"])
        for line in _shown(charter, options["what"], options["key"], options["lang"]):
            self.stdout.write(line)

    def _diff(self, options: dict[str, Any]) -> None:
        lang = options["lang"]
        old, new = (_load(_folder(options["root"], options[name]), lang) for name in ("old", "new"))
        changes = diff(old, new)
        for change in changes:
            self.stdout.write(change.words.in_(lang))
        if not changes:
            self.stdout.write(_SAME.in_(lang))
        else:
            raise SystemExit(1)


def _folder(root: Path, place: str) -> Path:
    """A place by the name of its folder, or any folder by its path."""
    return root / place if (root / place).is_dir() or "/" not in place else Path(place)


def _problems(folder: Path) -> tuple[Problem, ...]:
    try:
        return lint(load_charter(folder))
    except CharterError as error:
        return error.problems


def _library_problems(root: Path, places: list[Path]) -> dict[str, tuple[Problem, ...]]:
    """Of the library, on every place that can be read."""
    readable = []
    for place in places:
        try:
            readable.append(load_charter(place))
        except CharterError:
            continue  # told with the place itself
    return check_library(root, readable)


def _load(folder: Path, lang: str) -> Charter:
    try:
        return load_charter(folder)
    except CharterError as error:
        message = "\n".join(problem.line(lang) for problem in error.problems)
        raise CommandError(message) from error


def _shown(charter: Charter, what: str, key: str, lang: str) -> Iterator[str]:
    if not what:
        return show_summary(charter, lang)
    if what == "type" and key in charter.types:
        return show_type(charter, key, lang)
    if what == "action" and key in charter.actions:
        return show_action(charter, key, lang)
    if what in TABLES:
        return show_table(charter, TABLES[what], lang)
    known = {"type": charter.types, "action": charter.actions}.get(what, TABLES)
    message = f"{what} {key}: not known; there are: {', '.join(known)}"
    raise CommandError(message, returncode=2)
