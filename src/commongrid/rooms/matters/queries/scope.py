"""The matters an actor may read. Every list, page, picture and merge of this room starts here."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import BooleanField, Exists, Func, QuerySet

from commongrid.charter.matter import Actor
from commongrid.ledger import face as ledger
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people import face as people

UNITS = ("unit", "offered_unit", "called__unit")


def readable(actor: Actor) -> QuerySet[Matter]:
    """The matters an actor may read by their appointments.

    Those that name who alone is in charge (complaints about staff, sealed types) are read by these
    roles and by the units they are given to, whatever else the area shows.
    """
    scope = people.scope_of(actor)
    return scope.filter(Matter.objects.all(), unit_field=UNITS, charge_field="in_charge")


def is_readable(row: Matter, actor: Actor) -> bool:
    """The same rule for a matter in hand. Cost: nothing in the own area, else 1 statement."""
    scope = people.scope_of(actor)
    if not row.in_charge and any(row.path.startswith(root) for root in scope.paths):
        return True
    return readable(actor).filter(pk=row.pk).exists()


def acts_on_matters_within(areas: Collection[str]) -> Exists:
    """A condition on acts: about a matter that lies there, whoever is in charge of it."""
    return ledger.is_about("matter", Matter.objects.filter(people.within_any("path", areas)))


class IsOpen(Func):
    """Not ended, in the very words of the indexes over what is open (``models.IS_OPEN``).

    SQLite takes such an index only where a query repeats its condition without parameters.
    """

    template = "NOT (%(expressions)s = 'end')"
    output_field = BooleanField()
