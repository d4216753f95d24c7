#!/usr/bin/env python3
"""Page strings and their Chinese: extract them, check them, compile them.

    messages.py extract   bring every app's django.po up to date with its source
    messages.py check     fail for a string without Chinese, a leftover, or a broken placeholder
    messages.py compile   build the .mo files (never committed)

Works without GNU gettext: Django turns templates into Python calls, Babel reads those.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
LOCALE = "zh_Hans"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# Page strings of CommonGrid in Simplified Chinese.
# Edit the msgstr lines; `make fix` keeps the rest.
#"""
# A fixed date: the file changes when its strings do, and only then.
MADE_ON = datetime(2026, 1, 1, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


def apps(root: Path) -> list[Path]:
    """List the folders of our Django apps: each keeps its own messages."""
    return sorted(path.parent for path in root.rglob("apps.py"))


def po_path(app: Path) -> Path:
    """Name an app's message file."""
    return app / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def sources(app: Path, others: list[Path]) -> Iterator[Path]:
    """List an app's own sources, without those of an app nested in it."""
    nested = [other for other in others if other != app and app in other.parents]
    for path in sorted([*app.rglob("*.py"), *app.rglob("*.html"), *app.rglob("*.txt")]):
        if "migrations" in path.parts or any(other in path.parents for other in nested):
            continue
        yield path


def python_of(path: Path) -> bytes:
    """Give a source as Python that Babel can read."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    calls = templatize(text, origin=str(path))
    # Indentation means nothing in a template but everything to Python's tokenizer.
    return "\n".join(line.strip() for line in calls.splitlines()).encode()


def extract(app: Path, others: list[Path]) -> Catalog:
    """Collect the strings of one app."""
    catalog = Catalog(
        locale=LOCALE,
        domain="django",
        project="CommonGrid",
        creation_date=MADE_ON,
        revision_date=MADE_ON,
        header_comment=HEADER,
        fuzzy=False,
        last_translator="CommonGrid maintainers",
        language_team="zh_Hans",
        msgid_bugs_address="see CONTRIBUTING.md",
    )
    for path in sources(app, others):
        found = extract_python(
            io.BytesIO(python_of(path)), list(KEYWORDS), [], {"encoding": "utf-8"}
        )
        for _line, function, words, _comments in found:
            add(catalog, str(path.relative_to(app)), function, words)
    return catalog


def add(catalog: Catalog, where: str, function: str, words: object) -> None:
    """Add one call's strings to the catalogue."""
    texts = list(words) if isinstance(words, tuple | list) else [words]
    spec = KEYWORDS[function]
    context = None
    if spec and isinstance(spec[0], tuple):
        context, texts = texts[0], texts[1:]
    wanted = 2 if spec and "n" in function.split("gettext", maxsplit=1)[0] else 1
    chosen = texts[:wanted]
    if len(chosen) < wanted or not all(isinstance(text, str) and text for text in chosen):
        return  # not a plain string: nothing a translator could see
    catalog.add(tuple(chosen) if wanted > 1 else chosen[0], locations=[(where, 0)], context=context)


def load(path: Path) -> Catalog | None:
    """Read an app's message file, if it has one."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, domain="django")


def updated(app: Path, others: list[Path]) -> Catalog | None:
    """Give the catalogue an app should have, with the Chinese it already has."""
    fresh = extract(app, others)
    if not len(fresh):
        return None
    old = load(po_path(app))
    for message in fresh:
        known = old.get(message.id, message.context) if old and message.id else None
        if known is not None:
            message.string = known.string
            message.user_comments = known.user_comments
            message.flags |= known.flags & {"fuzzy"}
    return fresh


def written(catalog: Catalog) -> bytes:
    """Write a catalogue as the text of a .po file."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, sort_by_file=False, include_lineno=False, sort_output=True)
    return out.getvalue()


def do_extract(root: Path) -> int:
    """Write every app's .po; keeps the Chinese, drops what is no longer said."""
    folders = apps(root)
    for app in folders:
        catalog = updated(app, folders)
        path = po_path(app)
        if catalog is None:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        text = written(catalog)
        if not path.exists() or path.read_bytes() != text:
            path.write_bytes(text)
            print(f"{path.relative_to(root)}: {len(catalog)} strings")
    return 0


def faults(app: Path, others: list[Path], root: Path) -> list[str]:
    """Name what is wrong with one app's messages."""
    fresh, old = extract(app, others), load(po_path(app))
    where = str(app.relative_to(root))
    wrong = []
    for message in fresh:
        if not message.id:
            continue
        known = old.get(message.id, message.context) if old else None
        strings = list(known.string) if known and isinstance(known.string, tuple | list) else (
            [known.string] if known else []
        )  # fmt: skip
        said = message.id[-1] if isinstance(message.id, tuple | list) else message.id
        if not strings or not all(strings):
            wrong.append(f"{where}: no Chinese for {said!r} ({message.locations[0][0]})")
        elif known is not None and known.fuzzy:
            wrong.append(
                f"{where}: Chinese of {said!r} is marked fuzzy; read it and remove the mark"
            )
        elif any(set(PLACEHOLDER.findall(s)) - set(PLACEHOLDER.findall(said)) for s in strings):
            wrong.append(f"{where}: Chinese of {said!r} names a placeholder the string lacks")
    for message in old or ():
        if message.id and fresh.get(message.id, message.context) is None:
            wrong.append(f"{where}: {message.id!r} is no longer said anywhere; run make fix")
    return wrong


def do_check(root: Path) -> int:
    """Fail when a page would show English to a Chinese reader."""
    folders = apps(root)
    wrong = [fault for app in folders for fault in faults(app, folders, root)]
    for fault in wrong:
        print(fault)
    print(f"messages: {len(wrong)} to mend" if wrong else "messages: complete")
    return 1 if wrong else 0


def do_compile(root: Path) -> int:
    """Build the .mo files beside the .po files."""
    for path in sorted(root.rglob("django.po")):
        catalog = load(path)
        if catalog is not None:
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalog)
    return 0


def main(argv: list[str] | None = None) -> int:
    """Do one verb."""
    verbs = {"extract": do_extract, "check": do_check, "compile": do_compile}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=verbs)
    parser.add_argument("--root", type=Path, default=SRC)
    args = parser.parse_args(argv)
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    return verbs[args.verb](args.root.resolve())


if __name__ == "__main__":
    sys.exit(main())
