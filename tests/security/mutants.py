"""Every filter that says who reads what, each with one way to be lost.

A mutant is the code of one function with a few words of it replaced. It is caught by an address
of the table (access.csv), or, where a second wall stands before the pages, by asking the room.
"""

from __future__ import annotations
import __future__

import importlib
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

ROOMS = "commongrid.rooms."
DOORS = "commongrid.doors."


@dataclass(frozen=True, slots=True)
class Mutant:
    """``where``: module and function; ``caught``: a route of the table, or ``probe:name``."""

    name: str
    where: str
    old: str
    new: str
    caught: str


SCOPE = ROOMS + "people.scope:Scope.filter"
INSIDE = "Q(is_within(path_field, root))"
PEOPLE = (
    Mutant("an area reads every place", SCOPE, f"{INSIDE} & self._is_open(charge_field)",
           "Q(pk__isnull=False) & self._is_open(charge_field)", "desk:matter"),
    Mutant("an area reads what is kept", SCOPE, f"{INSIDE} & self._is_open(charge_field)",
           INSIDE, "desk:matter"),
    Mutant("who is in charge is so everywhere", SCOPE,
           "Q(is_within(path_field, charge.path)) & named", "named", "desk:matter"),
    Mutant("everybody is in charge", SCOPE, "Q(is_within(path_field, charge.path)) & named",
           'Q(is_within(path_field, charge.path)) & ~Q(**{charge_field: ""})', "desk:matter"),
    Mutant("a unit reads every place", SCOPE, f"condition |= {INSIDE} & named",
           "condition |= named", "desk:matter"),
    Mutant("a unit reads the other units", SCOPE, f"condition |= {INSIDE} & named",
           f"condition |= {INSIDE}", "desk:matter"),
    Mutant("no condition at all", SCOPE, "queryset.filter(condition)", "queryset", "desk:matter"),
    Mutant("an empty scope reads all", SCOPE, "queryset.none()", "queryset", "probe:no_post"),
    Mutant("nobody has to step out", SCOPE, "if charge_field and self.interests:",
           "if False:", "probe:interest"),
    Mutant("any role reads its area", ROOMS + "people.scope:scope_of",
           "hat.role in AREA_READERS and hat.path", "hat.path", "desk:matter"),
    Mutant("any role reads its unit", ROOMS + "people.scope:scope_of",
           "hat.role in UNIT_READERS and hat.unit", "hat.unit", "desk:matter"),
    Mutant("a place has no end", ROOMS + "people.within:Within.as_sql",
           "AND {column} < %s", "AND {column} >= '' AND %s <> ''", "desk:export"),
    Mutant("a place has no beginning", ROOMS + "people.within:Within.as_sql",
           "({column} >= %s", "({column} >= '' AND %s <> ''", "desk:matter"),
    Mutant("the text of another place", ROOMS + "people.within:Within.as_postgresql",
           'literal + "%"', '"%"', "desk:matter"),
    Mutant("people of every place", ROOMS + "people.queries:list_appointments",
           '.filter(is_within("place_path", place_path))', "", "staff:phones"),
    Mutant("keys of every place", ROOMS + "people.key_queries:list_api_keys",
           'rows.filter(is_within("place_path", path))', "rows", "staff:keys"),
    Mutant("a key reaches past its place", ROOMS + "people.key_queries:_actor",
           "narrowed(actor.hats, row.place_path)", "actor.hats", "probe:key_place"),
    Mutant("a key keeps what lies above its place", ROOMS + "people.domain.keys:narrowed",
           "Hat(hat.role, path, hat.unit)", "hat", "probe:key_place"),
    Mutant("a revoked key still opens", ROOMS + "people.key_queries:find_api_key",
           "revoked_at__isnull=True,", "", "probe:key_revoked"),
)  # fmt: skip

READABLE, ALL = "readable(actor)", "Matter.objects.all()"
_READERS = tuple(
    Mutant(
        f"{where.partition(':')[2]} reads every matter",
        f"{ROOMS}matters.{where}",
        READABLE,
        ALL,
        caught,
    )
    for where, caught in (
        ("queries.pages:get_matter", "desk:matter"),
        ("queries.pages:explain_action", "probe:explain"),
        ("queries.pages:open_photo", "desk:photo"),
        ("queries.sounds:open_sound", "desk:sound"),
        ("queries.links:list_links", "probe:list_links"),
        ("queries.lists:list_matters", "desk:export"),
        ("queries.lists:count_matters", "probe:count"),
        ("queries.lists:cluster_matters", "probe:clusters"),
        ("queries.similar:_known_to", "probe:similar"),
        ("queries.field:_own", "probe:pack"),
        ("commands.merging:find_leading", "probe:leading"),
        ("commands.links:make_link", "probe:make_link"),
        ("commands.links:end_link", "probe:end_link"),
        ("commands.photos:locked_for", "probe:locked"),
    )
)
MATTERS = (
    *_READERS,
    Mutant("any matter is readable in hand", ROOMS + "matters.queries.scope:is_readable",
           "readable(actor).filter(pk=row.pk).exists()", "True", "probe:standing"),
    Mutant("what is kept is readable in hand", ROOMS + "matters.queries.scope:is_readable",
           "not row.in_charge and ", "", "probe:standing"),
    Mutant("how any matter stands", ROOMS + "matters.queries.standing:find_standing",
           " or not is_readable(row, actor)", "", "probe:standing"),
    Mutant("a step decides on any matter", ROOMS + "matters.commands.acting:_seen",
           "if not is_readable(row, actor):", "if False:", "probe:seen"),
    Mutant("links that wait anywhere", ROOMS + "matters.queries.links:list_waiting_links",
           ', matter__in=readable(actor).values("pk")', "", "probe:waiting_links"),
    Mutant("a link opens any picture", ROOMS + "matters.queries.links:open_link_photo",
           ", matter_id=link.matter_id", "", "probe:link_photo"),
    Mutant("a link outlives its end", ROOMS + "matters.queries.links:open_link_photo",
           "live_link(link_id, at)", "OutsideLink.objects.filter(pk=link_id).first()",
           "probe:link_over"),
    Mutant("a link acts after its end", ROOMS + "matters.commands.acting:check_link",
           " or live_link(link.pk, at) is None", "", "probe:link_step"),
    Mutant("a receipt opens any matter", ROOMS + "matters.queries.pages:get_own_matter",
           "if not owns_or_follows(actor, matter_id):", "if False:", "probe:own"),
    Mutant("a receipt explains any matter", ROOMS + "matters.queries.pages:explain_action",
           "if owns_or_follows(actor, matter_id)", "if True", "probe:explain"),
    Mutant("a receipt plays any recording", ROOMS + "matters.queries.sounds:open_sound",
           "str(sound.matter_id) in actor.owns", "actor.owns", "probe:own_sound"),
    Mutant("a receipt shows any picture", ROOMS + "matters.queries.pages:open_photo",
           "str(photo.matter_id) in actor.owns", "actor.owns", "probe:own_photo"),
)  # fmt: skip

OTHERS = (
    Mutant("webhooks of every place", ROOMS + "subscriptions.queries:list_webhooks",
           'is_within("path", hat.path)', "Q(pk__isnull=False)", "follow:webhooks"),
    Mutant("webhooks for every role", ROOMS + "subscriptions.queries:list_webhooks",
           "hat.role == KEEPING", "hat.role", "probe:webhook_role"),
    Mutant("a webhook of another place is kept",
           ROOMS + "subscriptions.commands.webhooks:may_keep",
           "path.startswith(hat.path)", "bool(path)", "probe:webhook_kept"),
    Mutant("anybody keeps webhooks", ROOMS + "subscriptions.commands.webhooks:_require",
           "if not may_keep(actor, path):", "if False:", "probe:webhook_added"),
    Mutant("reminders of every place", ROOMS + "subscriptions.queries:seen_by",
           'own = is_within("path", hat.path)', "own = Q(pk__isnull=False)", "follow:notices"),
    Mutant("reminders of every unit", ROOMS + "subscriptions.queries:seen_by",
           "own &= Q(unit=hat.unit) if hat.unit else Q(pk__in=[])", "pass", "follow:notices"),
    Mutant("reminders for every role", ROOMS + "subscriptions.queries:seen_by",
           ' & Q(roles__contains=f";{hat.role};")', "", "follow:notices"),
    Mutant("what phones sent anywhere", ROOMS + "fieldwork.returning:_readable",
           'Q(people.is_within("path", hat.path))', "Q(pk__isnull=False)", "desk:field_one"),
    Mutant("what phones sent for every role", ROOMS + "fieldwork.returning:_readable",
           "hat.role in OFFICE", "hat.role", "desk:field_one"),
    Mutant("what phones sent of what is kept", ROOMS + "fieldwork.returning:_readable",
           'within & Q(in_charge="")', "within", "probe:returned_kept"),
    Mutant("handovers of every place", ROOMS + "fieldwork.handovers:_readable",
           'Q(people.is_within("grid_path", hat.path))', "Q(pk__isnull=False)",
           "staff:handover"),
    Mutant("handovers for every role", ROOMS + "fieldwork.handovers:_readable",
           "hat.role == APPOINTING and hat.path", "hat.path", "staff:handover"),
    Mutant("handovers of other people", ROOMS + "fieldwork.handovers:_readable",
           "Q(outgoing_id=number) | Q(incoming_id=number)", "Q(pk__isnull=False)",
           "staff:handover"),
    Mutant("phones for every role", ROOMS + "fieldwork.phones:list_phones",
           "hat.role == APPOINTING and hat.path", "hat.path", "probe:phones_role"),
    Mutant("rehearsals of every place, listed", ROOMS + "rehearsals.queries:_within",
           "rows.filter(place_path__in=paths)", "rows", "planner:proposals"),
    Mutant("a rehearsal of another place", ROOMS + "rehearsals.queries:find_rehearsal",
           " or not may_rehearse(actor, row.place_path, at)", "", "planner:rehearsal"),
    Mutant("a proposal of another place", ROOMS + "rehearsals.queries:find_proposal",
           " or not may_rehearse(actor, row.place_path, at)", "", "planner:proposal"),
    Mutant("rehearsing everywhere", ROOMS + "rehearsals.domain.standing:role_over",
           " and path.startswith(hat.path)", "", "planner:rehearsal"),
    Mutant("rehearsing for every role", ROOMS + "rehearsals.domain.standing:role_over",
           "hat.role in held and ", "", "planner:rehearsal"),
    Mutant("breaches of every place", ROOMS + "vault.commands.answering:list_breaches",
           "Breach.objects.filter(path__startswith=path)", "Breach.objects.all()", "about:privacy"),
    Mutant("letters of every place", "commongrid.site.pages_letters:_kept_by",
           "any(path.startswith(area) for area in areas) if path", "True if path",
           "about:let_go"),
    Mutant("letters of no place for every keeper", "commongrid.site.pages_letters:_kept_by",
           "if path else keeps_all", "if path else True", "about:letters"),
    Mutant("letters where one holds another post", "commongrid.site.pages_letters:_kept_by",
           "reader.paths_as(KEEPERS)", "reader.paths", "two:about:let_go"),
    Mutant("any letter is let go", "commongrid.site.pages_letters:_letter_or_404",
           " or not _kept_by(reader_of(request), (card,))", "", "about:send_again"),
    Mutant("a webhook of another place is removed",
           ROOMS + "subscriptions.commands.webhooks:_locked",
           " or not may_keep(actor, row.path)", "", "probe:webhook_kept"),
    Mutant("people of another office", DOORS + "staff.roster:Officer.reaches",
           "any(path.startswith(area) for area in self.areas)", "True", "staff:person"),
    Mutant("a person's posts in other places", DOORS + "staff.roster:readable_card",
           "if officer.reaches(post.place_path)", "", "staff:person"),
    Mutant("a key of another place is revoked", DOORS + "staff.views.keys:_key_or_404",
           "if not officer.reaches(key.place_path):", "if False:", "staff:key_revoke"),
    Mutant("one takes in matters where one holds another post",
           DOORS + "desk.views.intake:start_of",
           "grid.path.startswith(path) for path in posts", "posts", "desk:new_follow"),
    Mutant("breaches where one holds another post", "commongrid.site.pages_reading:Reader.paths_as",
           "hat.role in roles and hat.path", "hat.path", "two:about:privacy"),
    Mutant("an office keeps every handover", DOORS + "staff.handing:is_office",
           " and card.grid_path.startswith(hat.path)", "", "probe:office"),
    Mutant("every role comes in", DOORS + "common.gates:_holds_any",
           "return face.holds_any_role(account_id=account.pk, roles=roles, at=timezone.now())",
           "return True", "staff:people"),
    Mutant("no second step is asked", DOORS + "common.gates:_is_verified",
           "return user.is_verified() or not face.must_have_second_factor(user)", "return True",
           "probe:second_step"),
)  # fmt: skip

MUTANTS = (*PEOPLE, *MATTERS, *OTHERS)


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """Run with the function as the mutant has it, wherever it was imported to."""
    function = function_of(mutant.where)
    kept = function.__code__
    function.__code__ = _code(mutant, function)
    try:
        yield
    finally:
        function.__code__ = kept


def function_of(where: str) -> Any:
    """The plain function a mutant names."""
    module, _, path = where.partition(":")
    found: Any = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    return inspect.unwrap(found)


def _code(mutant: Mutant, function: Any) -> Any:
    source = textwrap.dedent(inspect.getsource(function))
    if mutant.old not in source:
        message = f"{mutant.where} reads otherwise now: write {mutant.name!r} anew"
        raise LookupError(message)
    changed = source.replace(mutant.old, mutant.new)
    flags = __future__.annotations.compiler_flag
    space = dict(vars(importlib.import_module(mutant.where.partition(":")[0])))
    exec(compile(changed, mutant.where, "exec", flags=flags), space)
    return inspect.unwrap(space[function.__name__]).__code__


NOT_RIGHTS = {
    "rooms.matters.commands.links:reveal_to_link": "check_link refuses once more, with its mutant",
    "rooms.people.queries:list_units_staff": "names of posts, shown beside a matter that is read",
    "rooms.people.scope:_adds": "leaves out what is read anyhow: fewer conditions, the same rows",
    "rooms.people.scope:Scope.allows": "nothing calls it with rows of others; unit tested",
    "rooms.people.domain.keys:has_post_for": "whether a key makes sense, not what it opens",
    "rooms.people.domain.powers:_reaches": "who appoints where: tests/rooms/people",
    "rooms.matters.queries.scope:readable": "the scope itself: its mutants are those of Scope",
    "rooms.matters.queries.handing:_open_in": "a handover's grid, chosen by who may hand it over",
    "rooms.matters.queries.public:count_left_out": "counts for the public",
    "rooms.matters.queries.public:_narrowed": "a wish of the public reader",
    "rooms.matters.queries.similar:_rows_near": "the grid asked about; words by _known_to",
    "rooms.places.shapes:_narrowed": "outlines are public",
    "rooms.rehearsals.commands.asking:ask_rehearsal": "a power of the charter: tests/rooms",
    "rooms.rehearsals.commands.asking:cancel_rehearsal": "a power of the charter: tests/rooms",
    "rooms.rehearsals.powers:list_planned_places": "its mutant is that of role_over",
    "doors.desk.reading:Reader.plans": "whether a link is shown",
    "doors.follow.views.webhooks:webhooks": "the choices of a form; the command asks again",
    "doors.staff.views.charters:kept_places": "charters are public",
    "doors.staff.views.handovers:do": "the command refuses too; is_office has its mutant",
    "doors.staff.views.handovers:_page": "which buttons are shown",
}
"""Functions that call a filter and give nobody a right by it, each with why."""
