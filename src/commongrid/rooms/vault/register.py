"""The register of processing and the notice, made of what is declared: they cannot go stale.

Source: Personal Information Protection Law art. 17, 54-56 [S127]; Network Data Security Management
Regulation art. 21 [S154].
"""

from __future__ import annotations

from dataclasses import dataclass

from commongrid.kernel.personal import Personal, Whose
from commongrid.kernel.text import Text
from commongrid.rooms.vault.declared import declared
from commongrid.rooms.vault.others import BESIDE

WHOSE = {
    Whose.RESIDENT: Text("居民", "resident"),
    Whose.STAFF: Text("工作人员", "staff"),
    Whose.BODY: Text("单位", "organisation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One line of the register. ``where``: the row and its fields, or what lies beside them."""

    where: Text
    what: Text
    whose: Text
    purpose: Text
    basis: Text
    mark: str
    kept: Text
    seen: Text
    is_sealed: bool
    is_sensitive: bool


def register() -> tuple[RegisterRow, ...]:
    """Everything: what the rows declare, then what lies beside the database."""
    rows = [
        _row(Text.both(f"{line.where} ({', '.join(line.personal.fields)})"), line.personal)
        for line in declared()
    ]
    return (*rows, *(_row(where, personal) for where, personal in BESIDE))


def notice() -> tuple[RegisterRow, ...]:
    """What concerns residents, each kind of data once: what the notice says."""
    found: dict[Text, RegisterRow] = {}
    for row in register():
        if row.whose == WHOSE[Whose.RESIDENT]:
            found.setdefault(row.what, row)
    return tuple(found.values())


def _row(where: Text, personal: Personal) -> RegisterRow:
    return RegisterRow(
        where=where,
        what=personal.what,
        whose=WHOSE[personal.whose],
        purpose=personal.purpose,
        basis=personal.basis.say,
        mark=personal.basis.mark,
        kept=personal.kept,
        seen=personal.seen,
        is_sealed=personal.is_sealed,
        is_sensitive=personal.is_sensitive,
    )


def register_document() -> str:
    """The register as a page of the references (docs/reference/personal-data.md)."""
    lines = [
        "# Register of personal data",
        "",
        "Generated from `personal = ...` beside the rows by `make docs`; do not edit.",
        "A row whose fields can hold personal data and that says no purpose does not start.",
        "The grounds in law are marked *law*; keeping times are this project's proposals.",
        "",
        "| where | what | whose | purpose | basis | kept | who sees it |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in register():
        sealed = " *(sealed)*" if row.is_sealed else ""
        cells = (
            f"`{row.where.en}`", row.what.en + sealed, row.whose.en, row.purpose.en,
            f"{row.basis.en} *[{row.mark}]*", row.kept.en, row.seen.en,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
