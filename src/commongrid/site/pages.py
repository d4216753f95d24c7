"""The pages under /-/, where the system explains itself to its staff."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from commongrid import __version__
from commongrid.doors.common.gates import public, staff
from commongrid.site import (
    pages_acts,
    pages_letters,
    pages_monitor,
    pages_privacy,
    pages_rules,
    pages_system,
)
from commongrid.site.pages_reading import AUDITORS, KEEPERS, reader_of
from commongrid.site.style import SampleForm, samples


@dataclass(frozen=True, slots=True)
class Listed:
    """A page on the index: its address, its words, and the roles it is for (all staff: none)."""

    address: str
    title: str | Promise
    words: str | Promise
    roles: tuple[str, ...] = ()


LISTED = (
    Listed(
        "about:rules",
        _("Rules"),
        _("The charter in force at each place: roles, limits, flows and calendar, with sources."),
    ),
    Listed(
        "about:states",
        _("States"),
        _("The states of each flow and the steps between them, drawn from the charter."),
    ),
    Listed(
        "about:why",
        _("Why"),
        _("Why a step on a matter is possible or not: rule, source, condition by condition."),
    ),
    Listed(
        "about:acts",
        _("Acts"),
        _("What was done, by whom, under which rule, and whether the chain is whole."),
        AUDITORS,
    ),
    Listed(
        "about:jobs",
        _("Jobs"),
        _("What time does by itself: the last round of the ticker, and what waits for delivery."),
    ),
    Listed(
        "about:wording",
        _("Messages"),
        _("The words written to people, each as it would read, in both languages."),
    ),
    Listed(
        "about:letters",
        _("Dead letters"),
        _("What could not be delivered by mail or webhook, to send again or let go."),
        KEEPERS,
    ),
    Listed(
        "about:privacy",
        _("Personal data"),
        _("Impact assessments before something sensitive is begun, and breaches with their clock."),
        KEEPERS,
    ),
    Listed(
        "about:settings",
        _("Settings"),
        _("Every setting of the server, whether it is given and where from. Never a secret."),
        KEEPERS,
    ),
    Listed(
        "about:versions",
        _("Versions"),
        _("The software, the database, the adopted charters and the migrations applied."),
    ),
)


@staff
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Say what each page is for; pages for other roles are named and not linked."""
    reader = reader_of(request)
    rows = [(page, not page.roles or reader.has_any(page.roles)) for page in LISTED]
    return render(request, "site/index.html", {"rows": rows, "version": __version__})


@public
def style(request: HttpRequest) -> HttpResponse:
    """Show every component, to staff and to developers."""
    if not (settings.DEBUG or request.user.is_authenticated):
        raise PermissionDenied
    form = SampleForm(request.GET or None)
    page = Paginator(range(50), 10).get_page(request.GET.get("page"))
    return render(request, "site/style.html", {"form": form, "page": page, **samples()})


app_name = "about"
urlpatterns: list[URLPattern] = [
    path("", index, name="index"),
    path("alive", pages_monitor.alive, name="alive"),
    path("health", pages_monitor.health, name="health"),
    path("ready", pages_monitor.ready, name="ready"),
    path("metrics", pages_monitor.measures, name="metrics"),
    path("style", style, name="style"),
    path("rules", pages_rules.rules, name="rules"),
    path("rules/changes", pages_rules.changes, name="changes"),
    path("rules/<str:key>", pages_rules.charter, name="charter"),
    path("rules/<str:key>/<slug:part>", pages_rules.charter, name="charter_part"),
    path("states", pages_rules.states, name="states"),
    path("why", pages_rules.why, name="why"),
    path("acts", pages_acts.acts, name="acts"),
    path("jobs", pages_system.jobs, name="jobs"),
    path("messages", pages_letters.wording, name="wording"),
    path("letters", pages_letters.letters, name="letters"),
    path("letters/<int:delivery_id>/again", pages_letters.send_again, name="send_again"),
    path("letters/<int:delivery_id>/let-go", pages_letters.let_go, name="let_go"),
    path("privacy", pages_privacy.privacy, name="privacy"),
    path("privacy/assess", pages_privacy.assess, name="assess"),
    path("privacy/breach", pages_privacy.breach, name="breach"),
    path("privacy/breach/<str:ref>/<slug:step>", pages_privacy.breach_step, name="breach_step"),
    path("settings", pages_system.show_settings, name="settings"),
    path("versions", pages_system.versions, name="versions"),
]
