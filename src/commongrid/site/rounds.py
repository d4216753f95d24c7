"""One round of the ticker: what time does by itself, and a note of how the last round went.

The note is a small file in COMMONGRID_HOME, not a row: it must be written and read also when the
database is what broke.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session

from commongrid.bridges import board, powers
from commongrid.doors.common.ratelimit import erase_old_knocks
from commongrid.doors.resident.pending import erase_old_pending
from commongrid.ledger import face as ledger
from commongrid.ledger.delivery import KEPT
from commongrid.ledger.log import face as log
from commongrid.rooms.complaints import face as complaints
from commongrid.rooms.duties import face as duties
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.findings import face as findings
from commongrid.rooms.matters import face as matters
from commongrid.rooms.publications import face as publications
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.rooms.vault import face as vault
from commongrid.stories import handing_over

CHECKPOINT_EVERY = timedelta(days=1)
CLEAN_EVERY = timedelta(minutes=10)
SCRUB_EVERY = timedelta(days=1)
OUTBOX_KEPT = KEPT
DELIVERIES = 200  # of one round: a crowd is told over several
NOTE = "last_round.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How a round went. ``trouble`` names what stopped it; the counts are then of no meaning.

    Units: ``took_s`` seconds of wall time. ``cleaned_at``: when what had expired was last erased.
    """

    at: str
    took_s: float = 0.0
    steps: int = 0
    contacts: int = 0
    matters: int = 0  # whose words were erased
    sealed: bool = False
    logged: int = 0  # acts that got their place in the transparency log
    log_trouble: str = ""  # why its checkpoint was not signed
    cosigned: int = 0  # witnesses that signed it
    cleaned_at: str = ""
    sessions: int = 0
    tries: int = 0
    knocks: int = 0
    pending: int = 0  # photos of reports that were never sent
    outbox: int = 0
    delivered: int = 0
    undelivered: int = 0  # failed in this round; they are tried again
    notices: int = 0  # reminders to units
    handed: int = 0  # handovers of grids that took effect, came back or were off
    expired: int = 0  # subscriptions, notices, what phones sent, rehearsals, whose time was over
    counted: int = 0  # matters whose figures were counted anew
    scrubbed_at: str = ""  # when traces of what was erased were overwritten last
    published: int = 0  # months of places whose figures were published
    trouble: str = ""

    @property
    def words(self) -> str:
        """One line for the console."""
        told = "new checkpoint" if self.sealed else "no checkpoint due"
        return (
            f"{self.steps} steps of time, {self.contacts} contact data erased, "
            f"{self.delivered} deliveries, {told}"
        )


def run_round(at: datetime) -> Round:
    """Take the steps of time that are due, and erase what has expired."""
    started, last = monotonic(), last_round()
    steps = matters.run_clock(at=at) + complaints.run_clock(at=at)
    erased = matters.erase_due(at=at)
    vault.write_list(at=at)
    duties.expire_due(at=at)
    handed = handing_over.run_due(at=at)
    notices = subscriptions.remind_units(at=at)
    counted = board.catch_up()
    sealed = ledger.make_checkpoint_if_due(at=at, every=CHECKPOINT_EVERY)
    logged = log.run_log_round(at=at)
    cleaned_at = last.cleaned_at if last else ""
    done = Round(
        at=at.isoformat(),
        steps=steps,
        contacts=erased.contacts,
        matters=erased.words,
        sealed=sealed,
        logged=logged.appended,
        log_trouble=logged.trouble,
        counted=counted,
        notices=notices,
        handed=handed,
        cleaned_at=cleaned_at,
        scrubbed_at=last.scrubbed_at if last else "",
    )
    if not cleaned_at or at - datetime.fromisoformat(cleaned_at) >= CLEAN_EVERY:
        done = scrub_daily(erase_expired(done, at), at)
        done = replace(done, published=len(board.publish_due_months(at=at)))
        powers.publish_due_months(at=at)
        publications.remind_publishers(at=at)
        findings.remind_answerers(at=at)
    done = deliver(done, at)  # last: it talks to others, who may be slow
    done = replace(done, took_s=round(monotonic() - started, 3))
    write_note(done)
    return done


def deliver(done: Round, at: datetime) -> Round:
    """Tell whoever asked to be told of what has happened, and the witnesses where the log is."""
    told = ledger.deliver_outbox(at=at, receivers=subscriptions.receivers(at=at), limit=DELIVERIES)
    cosigned = log.ask_witnesses(at=at)
    return replace(
        done, delivered=told.done, undelivered=told.failed + told.dead, cosigned=cosigned
    )


def erase_expired(done: Round, at: datetime) -> Round:
    """Erase what has no more use, and count it in the round.

    Sessions that ended; wrong passwords (login name and address) once the lock-out they count
    for is over; knocks of past windows; subscriptions that ran out; and outbox rows thirty days
    after everybody had been told.
    """
    log.erase_old_checkpoints(at=at)
    pause = get_cool_off() or timedelta()
    matters.note_consents()
    complaints.reroute(at=at)
    old_tries = AccessAttempt.objects.filter(attempt_time__lt=at - pause)
    return replace(
        done,
        cleaned_at=at.isoformat(),
        sessions=Session.objects.filter(expire_date__lt=at).delete()[0],
        tries=old_tries.delete()[0],
        knocks=erase_old_knocks(at=at),
        pending=erase_old_pending(at=at),
        expired=subscriptions.erase_expired(at=at)
        + fieldwork.erase_expired(at=at)
        + rehearsals.erase_expired(at=at)
        + findings.erase_expired(at=at)
        + duties.erase_expired(at=at)
        + publications.erase_old_reminders(at=at)
        + complaints.erase_due(at=at)
        + vault.erase_old_consents(at=at)
        + matters.sweep_files(at=at),
        outbox=ledger.erase_delivered(at=at),
    )


def scrub_daily(done: Round, at: datetime) -> Round:
    """Overwrite the traces of what was erased, once a day where anything was."""
    since = datetime.fromisoformat(done.scrubbed_at) if done.scrubbed_at else None
    if since is not None and at - since < SCRUB_EVERY:
        return done
    if not vault.has_erased_since(since):
        return done
    # With an older reader it is done again with the next cleaning.
    return replace(done, scrubbed_at=at.isoformat()) if vault.scrub() else done


def last_round() -> Round | None:
    """The note of the last round, or None when there is none that can be read."""
    try:
        plain = json.loads(_note().read_text("utf-8"))
    except (OSError, ValueError):
        return None
    known = {field.name for field in fields(Round)}
    if not isinstance(plain, dict) or "at" not in plain:
        return None
    return Round(**{name: value for name, value in plain.items() if name in known})


def write_note(done: Round) -> None:
    """Keep the note; a reader finds the old one or the new one, never half of it."""
    path = _note()
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(asdict(done)), "utf-8")
    draft.replace(path)


def note_trouble(at: datetime, error: Exception) -> None:
    """Keep that a round broke, by the kind of the error only: messages may hold data."""
    last = last_round()
    write_note(
        Round(
            at=at.isoformat(),
            cleaned_at=last.cleaned_at if last else "",
            scrubbed_at=last.scrubbed_at if last else "",
            trouble=type(error).__name__,
        )
    )


def _note() -> Path:
    home: Path = settings.HOME
    return home / NOTE
