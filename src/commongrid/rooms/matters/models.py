"""Rows of the matters room. Constraints here, rules in the charter, workflow in commands."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from commongrid.kernel.personal import Declared, Reasons
from commongrid.rooms.matters import personal as mine
from commongrid.rooms.places.models import Place

PATH_LENGTH = 220
IS_OPEN = ~Q(state_kind="end")  # lists say it in the same words: SQLite compares them


class Matter(models.Model):
    """One matter: what was raised, where it stands, who holds it now.

    Current facts are columns; how they came about is in the ledger. ``due_at`` and the light
    times repeat the governing promise so that a list sorts by light without reading promises.

    Privacy: ``text`` and ``address`` are the person's own words and may name people; they are
    shown to the staff in charge, and to neighbours only when ``is_shareable``.
    Retention: the exact point six months after closing, words 3 years; then counted facts alone.
    """

    retention = "words 3 years after closing; counted facts 5 years"
    personal: ClassVar[Declared] = (
        mine.WORDS,
        mine.POINT,
        mine.RECEIPT,
        mine.MORE_WORDS,
        mine.HANDLERS,
    )
    impersonal: ClassVar[Reasons] = mine.MATTER_ELSE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=20, unique=True)
    receipt = models.CharField(max_length=64, unique=True, null=True, blank=True)
    origin_id = models.CharField(max_length=120, null=True, blank=True)  # noqa: DJ001 - of imports

    kind = models.CharField(max_length=12)
    type_code = models.CharField(max_length=20)
    urgency = models.CharField(max_length=4)
    cases = models.JSONField(default=list, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    text = models.TextField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=16, default="zh-hans")
    proxy_note = models.CharField(max_length=300, blank=True)
    is_shareable = models.BooleanField(default=False)
    reading = models.CharField(max_length=5, blank=True)  # "waits", "kept": shared, and not shown
    is_sealed = models.BooleanField(default=False)
    in_charge = models.CharField(max_length=200, blank=True)  # ";supervisor;reviewer;", or nobody

    place = models.ForeignKey(  # lists ask for the path; places are never deleted
        Place, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    path = models.CharField(max_length=PATH_LENGTH)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    charter_key = models.CharField(max_length=120)
    state = models.CharField(max_length=24)
    state_kind = models.CharField(max_length=8)
    unit = models.CharField(max_length=60, blank=True)
    offered_unit = models.CharField(max_length=60, blank=True)
    appointed = models.BooleanField(default=False)
    refused_by = models.JSONField(default=list, blank=True)
    first_receiver = models.CharField(max_length=80, blank=True)
    handlers = models.JSONField(default=list, blank=True)
    handler_units = models.JSONField(default=list, blank=True)
    redone = models.PositiveSmallIntegerField(default=0)
    transfers = models.PositiveSmallIntegerField(default=0)
    hung = models.PositiveSmallIntegerField(default=0)
    obstacle = models.TextField(blank=True)
    callbacks = models.PositiveSmallIntegerField(default=0)
    callback_at = models.JSONField(default=list, blank=True)  # tries that reached nobody
    reminded_at = models.JSONField(default=list, blank=True)  # reminders of a wait
    rating = models.CharField(max_length=16, blank=True)
    rating_words = models.TextField(blank=True)
    others_in_danger = models.BooleanField(default=False)
    raised_to = models.CharField(max_length=120, blank=True)
    leading = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        db_index=False,
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        db_index=False,
    )
    whistled = models.JSONField(default=list, blank=True)
    pending = models.JSONField(null=True, blank=True)

    received_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    words_erased_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    photos = models.PositiveSmallIntegerField(default=0)
    sounds = models.PositiveSmallIntegerField(default=0)
    follower_count = models.PositiveIntegerField(default=0)

    due_at = models.DateTimeField(null=True, blank=True)
    due_key = models.CharField(max_length=60, blank=True)
    blue_at = models.DateTimeField(null=True, blank=True)
    yellow_at = models.DateTimeField(null=True, blank=True)
    red_at = models.DateTimeField(null=True, blank=True)
    paused_for = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Lists of what is open walk these in order and need no look at the row to skip one;
            # the condition's own column stands in them, or SQLite would look at the row for it.
            models.Index(
                fields=[
                    "due_at",
                    "received_at",
                    "id",
                    "red_at",
                    "yellow_at",
                    "blue_at",
                    "paused_for",
                    "path",
                    "in_charge",
                    "state",
                    "unit",
                    "offered_unit",
                    "state_kind",
                ],
                condition=IS_OPEN,
                name="matter_open_due",
            ),
            models.Index(
                fields=["received_at", "id", "path", "in_charge", "state_kind"],
                condition=IS_OPEN,
                name="matter_open_received",
            ),
            models.Index(
                fields=[
                    "lon",
                    "lat",
                    "ref",
                    "due_at",
                    "red_at",
                    "yellow_at",
                    "blue_at",
                    "paused_for",
                    "path",
                    "in_charge",
                    "state_kind",
                ],
                condition=IS_OPEN,
                name="matter_open_point",
            ),
            # Asked for by its beginning alone: LIKE on PostgreSQL, for which its plain order of
            # texts is of no use, so one index does where Django would make two.
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="matter_path"),
            # What is open in one grid, as phones ask many times a day (docs/adr/0028): not the open
            # ones of all grids, nor what ended in this one in ten years.
            models.Index(
                fields=["path"],
                opclasses=["varchar_pattern_ops"],
                condition=IS_OPEN,
                name="matter_open_path",
            ),
            models.Index(
                fields=["leading"], condition=Q(leading__isnull=False), name="matter_leading"
            ),
            models.Index(
                fields=["parent"], condition=Q(parent__isnull=False), name="matter_parent"
            ),
            models.Index(fields=["unit", "state_kind"], name="matter_unit"),
            models.Index(fields=["offered_unit"], name="matter_offered"),
            models.Index(fields=["type_code", "state_kind"], name="matter_type"),
            models.Index(fields=["received_at"], name="matter_received"),
            models.Index(fields=["lon", "lat"], name="matter_point"),
            models.Index(fields=["changed_at"], name="matter_changed"),
            models.Index(
                fields=["charter_key", "changed_at"],
                condition=Q(state_kind="end", words_erased_at__isnull=True),
                name="matter_words_due",
            ),
            models.Index(
                fields=["charter_key", "changed_at"],
                condition=Q(state_kind="end", lon__isnull=False),
                name="matter_point_due",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(  # most have none, and then cost no line in an index
                fields=["origin_id"],
                condition=Q(origin_id__isnull=False),
                name="matter_origin_once",
            ),
            models.CheckConstraint(
                condition=Q(path__startswith="/") & Q(path__endswith="/"),
                name="matter_path_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(state_kind__in=["open", "waiting", "end"]), name="matter_state_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class Promise(models.Model):
    """One thing owed on one matter by a time. See ``charter.matter.PromiseState``.

    Privacy: none. Retention: with the matter's counted facts.
    """

    retention = "with the matter's counted facts, 5 years"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "owner": "a unit or role that owes it",
        "pauses": "times alone",
    }

    matter = models.ForeignKey(  # found by the constraint's index
        Matter, on_delete=models.CASCADE, related_name="promises", db_index=False
    )
    key = models.CharField(max_length=80)
    clock = models.CharField(max_length=24)
    milestone = models.CharField(max_length=60, blank=True)
    owner = models.CharField(max_length=60)
    duration = models.CharField(max_length=12, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    first_due_at = models.DateTimeField(null=True, blank=True)
    set_due_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10)
    pauses = models.JSONField(default=list, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    extensions = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["matter", "key"], name="promise_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "due_at"], name="promise_running_due"),
        ]


class Offer(models.Model):
    """A unit was asked to take a matter, and what it answered.

    Privacy: none. Retention: with the matter's counted facts.
    """

    retention = "with the matter's counted facts, 5 years"
    personal: ClassVar[Declared] = (mine.OFFER,)

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="offers")
    unit = models.CharField(max_length=60)
    offered_at = models.DateTimeField()
    answer = models.CharField(max_length=10, default="open")
    answered_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]


class CalledUnit(models.Model):
    """A unit that was whistled to a matter, and reads it from then on.

    Privacy: none. Retention: with the matter's counted facts.
    """

    retention = "with the matter's counted facts, 5 years"
    personal: ClassVar[Declared] = ()

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="called")
    unit = models.CharField(max_length=60, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["matter", "unit"], name="called_once"),
        ]


class ContactRow(models.Model):
    """Contact data of one matter, encrypted under a key outside the database.

    Privacy: name and a way to be reached, given for this matter; opened only by a logged act.
    Retention: erased on ``erase_on``, counted from the matter's end, or when the person says so.
    """

    retention = "12 months after the end, or at once when the person asks"
    personal: ClassVar[Declared] = (mine.CONTACT,)

    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, related_name="contact")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    erase_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["erase_at"], condition=Q(erase_at__isnull=False), name="contact_erased_at"
            ),
        ]


class Follower(models.Model):
    """Somebody with the same trouble who follows a matter instead of raising another.

    When the matter is merged they follow the leading one; ``origin`` is the matter they chose, to
    which they go back when it parts again, and under which their contact data was sealed.

    Privacy: a receipt digest, the language of the page and, if given, encrypted contact data.
    Retention: as the contact's.
    """

    retention = "as the matter's contact data"
    personal: ClassVar[Declared] = (mine.FOLLOWER,)

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="follows")
    origin = models.ForeignKey(
        Matter, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )  # None while it is the matter itself
    receipt = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField(null=True, blank=True)
    language = models.CharField(max_length=16, default="zh-hans")  # in which they are written to
    made_at = models.DateTimeField()


class Joining(models.Model):
    """One matter went on under another, and perhaps parted from it again: the lineage.

    Privacy: none. Retention: with the matter's counted facts.
    """

    retention = "with the matter's counted facts, 5 years"
    personal: ClassVar[Declared] = ()

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="joinings")
    leading = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="joined")
    joined_at = models.DateTimeField()
    parted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["joined_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(parted_at__isnull=True), name="joined_to_one"
            ),
            models.CheckConstraint(
                condition=~Q(matter=models.F("leading")), name="joined_to_another"
            ),
        ]


class OutsideLink(models.Model):
    """A link by which an outside body without an account works on one matter for its unit.

    Privacy: the name of an organisation; only a digest of what the link says. ``contact_purpose``
    names why contact data may be opened, empty where they may not.
    Retention: with the matter's counted facts.
    """

    retention = "with the matter's counted facts, 5 years"
    personal: ClassVar[Declared] = (mine.LINK, mine.LINK_MAKER)
    impersonal: ClassVar[Reasons] = {
        "actions": "keys of steps",
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="outside_links")
    digest = models.CharField(max_length=64, unique=True)
    body = models.CharField(max_length=80)
    unit = models.CharField(max_length=60)
    actions = models.JSONField(default=list)
    contact_purpose = models.CharField(max_length=300, blank=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_action = models.CharField(max_length=40, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["last_at"], name="outside_last"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="outside_link_expires"
            ),
        ]


class PhotoRow(models.Model):
    """A picture, re-encoded without metadata. Redaction replaces the file for good.

    Privacy: may show people or homes; staff in charge and the reporter see it, neighbours only
    when the matter is shareable. Retention: with the matter's words.
    """

    retention = "with the matter's words, 3 years after closing"
    personal: ClassVar[Declared] = (mine.PHOTO,)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="pictures")
    stage = models.CharField(max_length=10)
    by_reporter = models.BooleanField()
    file = models.CharField(max_length=80)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    is_redacted = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["added_at", "id"]


class SoundRow(models.Model):
    """A voice note, its container blanked of what names a device, a program, a place or a time.

    ``words`` is what somebody wrote down who listened to it; nothing recognises speech.

    Privacy: a person's voice and what they say; staff in charge hear it, and whoever raised the
    matter hears what was said in the report. Never a neighbour, a link, a list or a program.
    Retention: with the matter's words.
    """

    retention = "with the matter's words, 3 years after closing"
    personal: ClassVar[Declared] = (mine.SOUND, mine.LISTENER)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="recordings")
    stage = models.CharField(max_length=10)
    by_reporter = models.BooleanField()
    file = models.CharField(max_length=80)
    seconds = models.FloatField()
    size = models.PositiveIntegerField()
    words = models.TextField(blank=True)
    words_by = models.CharField(max_length=80, blank=True)
    words_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["added_at", "id"]


class SearchWords(models.Model):
    """What full-text search reads: Han characters apart, so that two-character words are found.

    Privacy: repeats the matter's words. Retention: with the matter's words.
    """

    retention = "with the matter's words"
    personal: ClassVar[Declared] = (mine.INDEX,)

    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, related_name="search")
    words = models.TextField()


class SavedView(models.Model):
    """A named filter of one member of staff.

    Privacy: none beyond the account. Retention: with the account.
    """

    retention = "with the account"
    personal: ClassVar[Declared] = (mine.VIEW_OWNER,)
    impersonal: ClassVar[Reasons] = {
        "filters": "keys of lists: states, types, areas",
    }

    owner = models.CharField(max_length=80)
    name = models.CharField(max_length=60)
    filters = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "name"], name="view_once_per_name"),
        ]
