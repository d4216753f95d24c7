"""Which documents are made from the source, and by what.

To add one: write a function that returns its text, and name it here.
"""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from commongrid.charter.register import charter_documents
from commongrid.rooms.vault import face as vault
from commongrid.site.env import settings_page
from commongrid.site.generated_access import access_page


def documents() -> dict[str, Callable[[], str]]:
    """Map each generated file to the function that writes it."""
    return {
        "docs/reference/settings.md": settings_page,
        "docs/reference/routes.md": routes_page,
        "docs/reference/access.md": access_page,
        "docs/reference/personal-data.md": vault.register_document,
        **charter_documents(settings.SOURCE_ROOT / "charters"),
    }


def routes() -> Iterator[tuple[str, URLPattern]]:
    """List every address of the site with its pattern."""
    yield from _walk("/", get_resolver().url_patterns)


def _walk(
    prefix: str, patterns: list[URLPattern | URLResolver]
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        where = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(where, pattern.url_patterns)
        else:
            yield where, pattern


def routes_page() -> str:
    """Write the table of all addresses and their gates (docs/reference/routes.md)."""
    lines = [
        "# Addresses and their gates",
        "",
        "Generated from the url tables by `make docs`; do not edit. Gates are explained in",
        "`src/commongrid/doors/common/gates.py`.",
        "",
        "| address | gate | view |",
        "| --- | --- | --- |",
    ]
    for where, pattern in sorted(routes(), key=lambda row: row[0]):
        view = pattern.callback
        gate = getattr(view, "gate", "none")
        lines.append(f"| `{where}` | {gate} | `{view.__module__}.{view.__qualname__}` |")
    return "\n".join(lines) + "\n"
