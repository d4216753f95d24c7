"""What an actor may read: the one read-scoping layer of every room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet

from commongrid.charter.matter import Actor
from commongrid.rooms.people.domain.roles import AREA_READERS, UNIT_READERS, contains
from commongrid.rooms.people.within import is_within

Rows = TypeVar("Rows", bound=Model)


@dataclass(frozen=True, slots=True, order=True)
class UnitPost:
    """A unit read within an area."""

    path: str
    unit: str


@dataclass(frozen=True, slots=True, order=True)
class Charge:
    """A role held in an area: what counts on rows that name who alone is in charge."""

    path: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Rights to read: whole subtrees (`paths`), and units within subtrees (`posts`).

    An empty scope reads nothing. None of the parts is contained in another one. Rows that name
    who alone is in charge (`charge_field`) are no part of a subtree: `charges` open them, and to
    nobody who has to step out of them (`interests`).
    """

    paths: tuple[str, ...] = ()
    posts: tuple[UnitPost, ...] = ()
    all_posts: tuple[UnitPost, ...] = field(default=(), compare=False)  # also within `paths`
    charges: tuple[Charge, ...] = field(default=(), compare=False)
    interests: frozenset[str] = field(default=frozenset(), compare=False)
    reads_all: bool = field(default=False, compare=False)

    @property
    def units(self) -> tuple[str, ...]:
        """The units read somewhere."""
        return tuple(sorted({post.unit for post in self.posts}))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all may be read."""
        return not self.paths and not self.posts

    def allows(self, path: str, units: Iterable[str] = ()) -> bool:
        """The same rule for one row in hand: its path, and the units that have to do with it."""
        if any(contains(root, path) for root in self.paths):
            return True
        named = set(units)
        return any(post.unit in named and contains(post.path, path) for post in self.posts)

    def filter(
        self,
        queryset: QuerySet[Rows],
        path_field: str = "path",
        unit_field: str | tuple[str, ...] = "unit",
        charge_field: str = "",
    ) -> QuerySet[Rows]:
        """Keep the rows this scope may read.

        `path_field` and `unit_field` may go through relations (``matter__path``); several unit
        fields (held by, offered to, handled by) each open the row. With `unit_field` "" the rows
        know no unit, and only whole subtrees count.
        Cost: one range of the path index per part; a subquery where a unit field has many rows.
        """
        fields = tuple(f for f in _as_tuple(unit_field) if f)
        has_charge = bool(charge_field and self.charges)
        if not (has_charge or self.paths or (self.posts and fields)):
            return queryset.none()
        condition = Q()
        for root in self.paths:
            condition |= Q(is_within(path_field, root)) & self._is_open(charge_field)
        for charge in self.charges if charge_field else ():
            named = Q(**{f"{charge_field}__contains": f";{charge.role};"})
            condition |= Q(is_within(path_field, charge.path)) & named
        by_path: dict[str, list[str]] = defaultdict(list)
        for post in self.all_posts if charge_field else self.posts:
            by_path[post.path].append(post.unit)
        for root, units in by_path.items() if fields else ():
            named = Q()
            for unit_name in fields:
                named |= _unit_is(queryset.model, unit_name, units)
            condition |= Q(is_within(path_field, root)) & named
        found = queryset.filter(condition)
        if charge_field and self.interests:
            found = found.exclude(~Q(**{charge_field: ""}), pk__in=self.interests)
        return found

    def _is_open(self, charge_field: str) -> Q:
        """Rows in which the roles of the area have a say; all of them for the system."""
        return Q(**{charge_field: ""}) if charge_field and not self.reads_all else Q()


EVERYTHING = Scope(paths=("/",), reads_all=True)
NOTHING = Scope()


def scope_of(actor: Actor) -> Scope:
    """What the actor's appointments let them read. The system reads all, the public nothing here.

    Whoever raised a matter reads it by its receipt, not by a scope.
    """
    if actor.is_system:
        return EVERYTHING
    areas = {hat.path for hat in actor.hats if hat.role in AREA_READERS and hat.path}
    roots = tuple(sorted(a for a in areas if not any(contains(b, a) for b in areas if b != a)))
    posts = {
        UnitPost(hat.path, hat.unit)
        for hat in actor.hats
        if hat.role in UNIT_READERS and hat.unit and hat.path
    }
    return Scope(
        paths=roots,
        posts=tuple(sorted(p for p in posts if _adds(p, roots, posts))),
        all_posts=tuple(sorted(posts)),
        charges=tuple(sorted({Charge(hat.path, hat.role) for hat in actor.hats if hat.path})),
        interests=frozenset(filter(_is_uuid, actor.interests)),
    )


def _adds(post: UnitPost, roots: tuple[str, ...], posts: set[UnitPost]) -> bool:
    wider = (p.path for p in posts if p.unit == post.unit and p.path != post.path)
    return not any(contains(area, post.path) for area in (*roots, *wider))


def _is_uuid(key: str) -> bool:
    try:
        return bool(UUID(key))
    except ValueError:
        return False


def _as_tuple(field: str | tuple[str, ...]) -> tuple[str, ...]:
    return (field,) if isinstance(field, str) else tuple(field)


def _unit_is(model: type[Model], field: str, units: list[str]) -> Q:
    """A unit field reached through a to-many relation is asked apart: a join would repeat rows."""
    found = Q(**{f"{field}__in": units})
    if not _goes_to_many(model, field):
        return found
    return Q(pk__in=model._default_manager.filter(found).order_by().values("pk"))


def _goes_to_many(model: Any, field: str) -> bool:
    for name in field.split("__"):
        try:
            step = model._meta.get_field(name)
        except FieldDoesNotExist:
            return False  # a lookup or an annotation: not a relation
        if step.one_to_many or step.many_to_many:
            return True
        model = step.related_model
        if model is None:
            return False
    return False
