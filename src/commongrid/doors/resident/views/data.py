"""My data: who opened them, what is kept, what I asked, and the certificates of what was erased."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commongrid.charter.matter import Actor
from commongrid.doors.resident import own
from commongrid.doors.resident.erased import counts_in_words, picture_in
from commongrid.doors.resident.forms.act import SendForm
from commongrid.doors.resident.forms.right import NAMES, RightForm
from commongrid.doors.resident.receipts import holder
from commongrid.doors.resident.telling import tell
from commongrid.doors.resident.views.edge import language, now, obeyed, sending, show, show_form
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.face import Gone


@holder
def my_data(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """Who opened my contact data and why, what I asked, and what was erased."""
    kept = matters.get_own_data(actor=actor, matter_id=matter_id)
    said = {
        "own": own.read(actor, matter_id, at=now()),
        "openings": kept.openings,
        "is_followed": own.is_follower(actor, matter_id),
        "asked": [(one, NAMES.get(one.right, one.right)) for one in kept.asked],
        "agreed": kept.consents,
        "stop_form": SendForm(initial={"command_id": uuid4()}),
        "gone": kept.certificates,
    }
    return show(request, "data", **said)


@holder
@sending
@require_POST
def my_stop_sharing(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """Take back that neighbours may read my words and see my photos."""
    form = SendForm(request.POST)
    if form.is_valid():
        command_id = form.cleaned_data["command_id"]
        stopped = obeyed(
            form,
            lambda: matters.stop_sharing(
                actor=actor, at=now(), command_id=command_id, matter_id=matter_id
            ),
        )
        if stopped:
            messages.success(request, _("Neighbours no longer see your words and photos."))
    return redirect("resident:my_data")


@holder
@sending
def my_ask(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """Ask for a right that the machine cannot grant by itself."""
    if own.is_follower(actor, matter_id):
        raise Http404
    form = RightForm.of(request)
    if request.method == "POST" and form.is_valid():
        raised = obeyed(
            form,
            lambda: matters.ask_right(
                actor=actor, at=now(), matter_id=matter_id, **form.cleaned_data
            ),
        )
        if raised:
            messages.success(request, _("Received. The answer comes here, by the limit below."))
            return redirect("resident:my_asked", raised.id)
    return show_form(request, "data_ask", form)


@holder
def my_asked(
    request: HttpRequest, request_id: UUID, matter_id: UUID, actor: Actor
) -> HttpResponseBase:
    """How a request about my data stands, and what was answered."""
    asked = next((one for one in _asked(actor, matter_id) if one.id == request_id), None)
    if asked is None:
        raise Http404
    told = tell(own.read(actor, request_id, at=now()), language())
    return show(request, "data_asked", asked=asked, right=NAMES.get(asked.right, ""), told=told)


@holder
def my_copy(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """Everything kept of mine, as one readable file that needs no program."""
    page = own.read(actor, matter_id, at=now())
    plain = own.plain(page, own.contact_of(actor, matter_id), language())
    openings = matters.list_openings(actor=actor, matter_id=matter_id) or ()
    photos = [picture_in(actor, photo.id) for photo in page.photos]
    said = {"page": page, "plain": plain, "openings": openings, "photos": photos, "now": now()}
    answer = HttpResponse(render_to_string("resident/data_copy.html", said, request))
    answer.headers["Content-Disposition"] = f'attachment; filename="{page.card.ref}.html"'
    return answer


@holder
def my_erased(
    request: HttpRequest, position: int, matter_id: UUID, actor: Actor
) -> HttpResponseBase:
    """The certificate of one deletion, to print."""
    gone = _gone(actor, matter_id, position)
    return show(request, "data_erased", gone=gone, counts=counts_in_words(gone.counts))


@holder
def my_erased_file(
    request: HttpRequest, position: int, matter_id: UUID, actor: Actor
) -> HttpResponseBase:
    """The same as a file."""
    gone = _gone(actor, matter_id, position)
    plain = {
        "certificate": "deletion",
        "matter": gone.ref,
        "place": gone.place_code,
        "erased_at": gone.at.isoformat(),
        "counts": dict(gone.counts),
        "act": {"position": gone.act_position, "sha256": gone.act_hash},
    }
    answer = JsonResponse(plain, json_dumps_params={"indent": 2})
    name = f"{gone.ref}-erased-{gone.act_position}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(actor: Actor, matter_id: UUID) -> tuple[matters.Asked, ...]:
    return matters.list_asked(actor=actor, matter_id=matter_id)


def _gone(actor: Actor, matter_id: UUID, position: int) -> Gone:
    """One certificate of the person's own matter. Raises: Http404."""
    mine = matters.find_certificates(matter_id) if str(matter_id) in actor.owns else ()
    found = next((one for one in mine if one.act_position == position), None)
    if found is None:
        raise Http404
    return found
