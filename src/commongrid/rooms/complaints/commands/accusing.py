"""Whom a complaint is about, from what the complainant named: posts, units, who worked on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from commongrid.charter.compiler import Compiled
from commongrid.ledger.face import list_acts
from commongrid.rooms.complaints.cards import Filing
from commongrid.rooms.complaints.charters import all_roles
from commongrid.rooms.complaints.domain import stages
from commongrid.rooms.complaints.domain.stages import KEEPERS, About, refusal
from commongrid.rooms.complaints.models import Accused, Complaint
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Accounts and a unit that a complaint names, and the matter it is about."""

    accounts: frozenset[int]
    unit: str = ""
    matter_subject: str = ""


def named_by(filing: Filing, place: places.PlaceCard, rules: Compiled, at: datetime) -> Named:
    """Who is meant. Raises: Refused where nobody is said to be."""
    found: set[int] = set()
    if filing.about is About.ADMINISTRATOR:
        keepers = (people.list_staff_for(place.path, role, at) for role in sorted(KEEPERS))
        found = _ids(card.key for cards in keepers for card in cards)
    elif not (filing.whom.strip() or filing.grid_code or filing.unit or filing.matter_code):
        raise refusal("no_whom", stages.NO_WHOM)
    if filing.unit and filing.unit not in rules.charter.units:
        raise refusal("no_whom", stages.NO_WHOM, filing.unit)
    found |= _of_words(filing.whom, place, rules, at) | _of_grid(filing.grid_code, place, at)
    subject = ""
    if filing.matter_code:
        subject, workers = _of_matter(filing.matter_code, rules)
        found |= workers
    return Named(accounts=frozenset(found), unit=filing.unit, matter_subject=subject)


def write_accused(row: Complaint, named: Named, place_path: str, at: datetime) -> None:
    """Keep every post of who is named: those held now and those to come."""
    rows = [
        Accused(
            complaint=row, account_id=account, role=post.role, path=post.place_path,
            unit=post.unit_key,
        )
        for account in sorted(named.accounts)
        for post in people.list_own_appointments(account)
        if post.until_at is None or post.until_at > at
    ]  # fmt: skip
    held = {one.account_id for one in rows}
    rows += [
        Accused(complaint=row, account_id=account, path=place_path)
        for account in sorted(named.accounts - held)
    ]
    if named.unit:
        rows.append(Accused(complaint=row, path=place_path, unit=named.unit))
    Accused.objects.bulk_create(rows)


def _of_grid(code: str, place: places.PlaceCard, at: datetime) -> set[int]:
    if not code:
        return set()
    grid = places.find_place(code, at)
    if grid is None or not grid.path.startswith(place.path):
        raise refusal("no_whom", stages.NO_WHOM, code)
    posts = people.list_appointments(grid.path, at)
    return {post.account_id for post in posts if post.role == "grid_worker"}


def _of_matter(code: str, rules: Compiled) -> tuple[str, set[int]]:
    """The matter behind a receipt code, and who acted on it; not those who only supervised."""
    held = matters.find_by_receipt(code)
    if held is None:
        raise refusal("no_matter", stages.NO_WHOM)
    subject = f"matter:{held[0]}"
    outside = set(all_roles(rules))
    acts = [act for act in list_acts(subject) if act.role not in outside]
    return subject, _ids(act.actor for act in acts)


def _of_words(whom: str, place: places.PlaceCard, rules: Compiled, at: datetime) -> set[int]:
    """Staff of the place, and of supervision above it, whose name stands in the words."""
    text = whom.strip().casefold()
    if not text:
        return set()
    here = [
        (post.account_id, post.display_name, post.display_name_en)
        for post in people.list_appointments(place.path, at)
    ]
    higher = [
        (int(card.key.partition(":")[2]), card.display_name, card.display_name_en)
        for role in all_roles(rules)
        for card in people.list_staff_for(place.path, role, at)
    ]
    return {account for account, *names in (*here, *higher) if _names(names, text)}


def _names(names: Iterable[str], text: str) -> bool:
    """Whether one of the names, or its last part, stands in a text.

    A name too many keeps one official more from reading; a name too few shows it to them.

    Example:
        >>> _names(["网格员 王小明"], "投诉王小明"), _names(["Desk Bai Lu"], "bai lu at the desk")
        (True, True)
    """
    for name in names:
        bare = name.casefold().partition("(")[0].strip()
        parts = {bare, bare.rpartition(" ")[2], " ".join(bare.split()[-2:])}
        if any(len(part) >= SHORTEST_NAME and part in text for part in parts):
            return True
    return False


def _ids(keys: Iterable[str]) -> set[int]:
    found = (key.partition(":") for key in keys)
    return {int(number) for kind, _, number in found if kind == "staff" and number.isdecimal()}
