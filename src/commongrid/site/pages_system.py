"""/-/jobs, /-/settings and /-/versions: how the system runs, and what it is made of."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from commongrid import __version__
from commongrid.doors.common.gates import staff
from commongrid.ledger.models import OutboxRow
from commongrid.rooms.places import face as places
from commongrid.site import env
from commongrid.site.pages_reading import KEEPERS
from commongrid.site.rounds import OUTBOX_KEPT, last_round

LATE_AFTER = timedelta(minutes=5)
MEANINGS: dict[str, str | Promise] = {
    "COMMONGRID_HOME": _("The folder of everything that is not code; back it up."),
    "DATABASE_URL": _("Which database; left empty it is SQLite in the home folder."),
    "COMMONGRID_CHARTERS": _("The folder of the charters; left empty it lies beside the source."),
    "COMMONGRID_DATA_LICENCE": _("Under which licence others may use what is public here."),
    "COMMONGRID_OPEN311_KEYLESS": _("Whether reports through Open311 are taken without a key."),
    "COMMONGRID_DEBUG": _("Shows error details in the browser; never on a live site."),
    "COMMONGRID_HOSTS": _("The host names this site answers to."),
    "COMMONGRID_HTTPS": _("The site is reached through HTTPS; cookies are sent over it only."),
    "COMMONGRID_PROXIES": _("How many trusted proxies stand in front."),
    "COMMONGRID_SECRET_KEY": _("Signs sessions and forms."),
    "COMMONGRID_CONTACT_KEYS": _("Encrypts contact data; cannot be replaced when lost."),
    "COMMONGRID_RECEIPT_KEY": _("Turns receipt codes into what the database keeps."),
    "COMMONGRID_LEDGER_KEY": _("Seals the ledger."),
    "COMMONGRID_TLOG_KEYS": _("Signs the checkpoints of the transparency log."),
    "COMMONGRID_TLOG_NAME": _("The name under which the transparency log signs."),
    "COMMONGRID_WITNESS_KEY": _("Signs as a witness under the logs of other houses."),
    "COMMONGRID_WITNESSES": _("Who witnesses our transparency log."),
    "COMMONGRID_WITNESSED_LOGS": _("The logs of other houses that this house witnesses."),
    "COMMONGRID_COMPLAINT_KEYS": _("Encrypts complaints and, apart, who complained."),
    "COMMONGRID_OFFICE_KEY": _("Opens what a grid worker's phone exported to be handed in."),
    "COMMONGRID_REQUIRE_2FA": _("Accounts that must use a second step cannot log in without it."),
    "COMMONGRID_URL": _("The address of the site as people type it; links in mails begin with it."),
    "COMMONGRID_SMTP": _("The mail server; left empty no mail is sent."),
    "COMMONGRID_MAIL_FROM": _("The sender of the mails."),
    "COMMONGRID_WEBHOOK_NETWORKS": _("Networks inside the house that webhooks may reach."),
    "COMMONGRID_LOG_LEVEL": _("How much the server writes to its log."),
    "COMMONGRID_LOG_FORMAT": _("Whether log lines are for people or for programs."),
    "COMMONGRID_METRICS_TOKEN": _("Opens the figures for monitors to another machine."),
    "COMMONGRID_MIN_FREE_MB": _("Less free room than this on the disk is told as trouble."),
}
KEY_FILES = {
    "COMMONGRID_SECRET_KEY": "secret",
    "COMMONGRID_CONTACT_KEYS": "contact",
    "COMMONGRID_RECEIPT_KEY": "receipt",
    "COMMONGRID_LEDGER_KEY": "ledger",
    "COMMONGRID_TLOG_KEYS": "tlog",
    "COMMONGRID_WITNESS_KEY": "witness",
    "COMMONGRID_COMPLAINT_KEYS": "complaint",
    "COMMONGRID_OFFICE_KEY": "office",
}


@staff
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Show how the ticker's last round went and what waits."""
    at, last = timezone.now(), last_round()
    ran_at = datetime.fromisoformat(last.at) if last else None
    waiting = OutboxRow.objects.filter(delivered_at__isnull=True)
    context = {
        "last": last,
        "ran_at": ran_at,
        "is_late": ran_at is None or at - ran_at > LATE_AFTER,
        "cleaned_at": datetime.fromisoformat(last.cleaned_at) if last and last.cleaned_at else None,
        "outbox": waiting.aggregate(n=Count("id"), oldest=Min("created_at")),
        "topics": list(waiting.values("topic").annotate(n=Count("id")).order_by("topic")),
        "kept_days": OUTBOX_KEPT.days,
    }
    return render(request, "site/jobs.html", context)


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting as it may be shown: never the value of a secret."""

    name: str
    is_set: bool
    origin: str | Promise
    value: str
    is_secret: bool
    meaning: str | Promise


@staff(*KEEPERS)
@require_safe
def show_settings(request: HttpRequest) -> HttpResponse:
    """Show every setting, whether it is given and where from."""
    return render(request, "site/settings.html", {"rows": setting_rows()})


def setting_rows() -> tuple[SettingRow, ...]:
    """The table of ``env.py`` against the environment of this process."""
    return tuple(map(_setting_row, env.SETTINGS))


def _setting_row(setting: env.Setting) -> SettingRow:
    value = env.read(setting.name)
    is_set = value != env.read(setting.name, {})
    if is_set:
        origin: str | Promise = _("environment")
    elif setting.name in KEY_FILES:
        origin = _("file in COMMONGRID_HOME/keys")
    else:
        origin = _("default")
    shown = "" if setting.secret else value
    meaning = MEANINGS.get(setting.name, setting.meaning)
    return SettingRow(setting.name, is_set, origin, shown, setting.secret, meaning)


@staff
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Show software, database, charters and migrations."""
    context = {
        "rows": software(),
        "charters": places.list_charters(),
        "migrations": applied_migrations(),
        "open": open_migrations(),
    }
    return render(request, "site/versions.html", context)


def software() -> tuple[tuple[str, str], ...]:
    """Names and versions of what runs. Cost: 1 statement."""
    return (
        ("CommonGrid", __version__),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        (connection.vendor, database_version()),
    )


def database_version() -> str:
    """What the database says about itself."""
    asked = "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return str(cursor.fetchone()[0])


def applied_migrations() -> tuple[tuple[str, int, str], ...]:
    """For each app: its name, how many migrations are applied, and the last one."""
    found: dict[str, list[str]] = {}
    loader = MigrationExecutor(connection).loader
    for app, name in sorted(loader.applied_migrations):
        found.setdefault(app, []).append(name)
    return tuple((app, len(names), names[-1]) for app, names in found.items())


def open_migrations() -> tuple[str, ...]:
    """Migrations that are in the source and not yet in the database."""
    executor = MigrationExecutor(connection)
    plan: list[Any] = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _back in plan)
