"""My matter: open it with the receipt, see how it stands, act on it, own one's data."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commongrid.charter.matter import PUBLIC, Actor
from commongrid.doors.common.gates import public, receipt
from commongrid.doors.common.playing import sound_answer
from commongrid.doors.common.qr import qr_svg
from commongrid.doors.resident import own, sent
from commongrid.doors.resident.forms.act import ActForm, SureForm
from commongrid.doors.resident.forms.person import CodeForm, OwnContactForm
from commongrid.doors.resident.receipts import hold_receipt, holder, release_receipt
from commongrid.doors.resident.telling import tell
from commongrid.doors.resident.views.edge import (
    language,
    now,
    obeyed,
    posted,
    sending,
    show,
    show_form,
)
from commongrid.ledger.log import face as log
from commongrid.rooms.matters import face as matters


@public
def my_code(request: HttpRequest) -> HttpResponseBase:
    """Ask for the receipt code."""
    return show_form(request, "my_code", CodeForm())


@receipt
def my_open(request: HttpRequest) -> HttpResponseBase:
    """Open a matter with a typed receipt code."""
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if hold_receipt(request, form.cleaned_data["code"]):
            return redirect("resident:my")
        form.add_error("code", own.no_such_code())
    return show_form(request, "my_code", form)


@receipt
def my_link(request: HttpRequest, code: str) -> HttpResponseBase:
    """Open a matter by the link of its receipt; the code leaves the address at once."""
    if hold_receipt(request, code):
        return redirect("resident:my")
    form = CodeForm({"code": code})
    form.add_error("code", own.no_such_code())
    return show_form(request, "my_code", form)


@holder
def my_sent(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """The receipt: its code, QR and promises. Shown until the person has noted it."""
    given = sent.shown(request)
    if request.method == "POST" or given is None:
        sent.forget(request)
        return redirect("resident:my")
    link = request.build_absolute_uri(own.link_of(given.code))
    told = tell(own.read(actor, matter_id, at=now()), language())
    return show(request, "sent", given=given, told=told, qr=qr_svg(link))


@holder
def my(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """How the matter stands, and what the person may do now."""
    told = tell(own.read(actor, matter_id, at=now()), language())
    is_followed = own.is_follower(actor, matter_id)
    has_mail = settings.MAIL_IS_ON and not told.page.card.is_sealed
    waiting = log.count_waiting(f"matter:{matter_id}")
    said = {"is_followed": is_followed, "may_open": not is_followed, "has_mail": has_mail}
    said |= {"waiting": waiting}
    return show(request, "my", told=told, **said)


@holder
def my_leading(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """How the matter stands under which this one goes on."""
    end_id = own.read(actor, matter_id, at=now()).lineage.end_id
    if end_id is None:
        return redirect("resident:my")
    told = tell(own.read(actor, end_id, at=now()), language())
    return show(request, "my", told=told, is_followed=True, is_leading=True)


@holder
@sending
def my_act(request: HttpRequest, action: str, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """One step the person takes: confirm, dispute, rate, answer, add, withdraw."""
    found = own.find_choice(actor, matter_id, action, language(), at=now())
    if found is None:
        messages.info(request, _("This cannot be done now. Perhaps it has been done already."))
        return redirect("resident:my")
    choice, ask = found
    form = ActForm.of(choice, request)
    if request.method == "POST" and form.is_valid():
        done = obeyed(form, lambda: own.act(form, actor, matter_id, action, at=now()))
        if done:
            messages.success(request, done.told.in_(language()) or _("Done."))
            return redirect("resident:my")
    return show_form(request, "act", form, ask=ask, choice=choice)


@holder
def my_photo(
    request: HttpRequest, photo_id: UUID, matter_id: UUID, actor: Actor
) -> HttpResponseBase:
    """A photo of one's own matter."""
    return own.photo_answer(matters.open_photo(actor=actor, photo_id=photo_id))


@holder
def my_sound(
    request: HttpRequest, sound_id: UUID, matter_id: UUID, actor: Actor
) -> HttpResponseBase:
    """A voice note of one's own report."""
    return sound_answer(request, matters.open_sound(actor=actor, sound_id=sound_id))


@public
def shared_photo(request: HttpRequest, photo_id: UUID) -> HttpResponseBase:
    """A photo its reporter shares with neighbours."""
    return own.photo_answer(matters.open_photo(actor=PUBLIC, photo_id=photo_id), is_shared=True)


@holder
@sending
def my_contact(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """See, correct or add the way to be reached."""
    kept = own.contact_of(actor, matter_id)
    form = OwnContactForm.of(kept, request)
    if request.method == "POST" and form.is_valid():
        changed = obeyed(form, lambda: own.change(form, actor, matter_id, at=now()))
        if changed:
            messages.success(request, _("Your contact data are kept as you wrote them."))
            return redirect("resident:my")
    return show_form(request, "contact", form, has_contact=kept is not None)


@holder
@sending
def my_erase(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """Erase the contact data; the matter goes on without them."""
    form = SureForm(posted(request), initial={"command_id": uuid4()})
    if request.method == "POST" and form.is_valid():
        command_id = form.cleaned_data["command_id"]
        erased = obeyed(
            form,
            lambda: matters.erase_contact(
                actor=actor, at=now(), command_id=command_id, matter_id=matter_id
            ),
        )
        if erased:
            messages.success(request, _("Your contact data are erased."))
            return redirect("resident:my")
    return show_form(request, "erase", form)


@holder
def my_file(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """Everything kept about this matter that is the person's own, as a file."""
    page = own.read(actor, matter_id, at=now())
    plain = own.plain(page, own.contact_of(actor, matter_id), language())
    answer = JsonResponse(plain, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = f'attachment; filename="{page.card.ref}.json"'
    return answer


@holder
def my_proof(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """What proves each step of the person's own matter, as a file to be checked anywhere."""
    if own.is_follower(actor, matter_id):
        raise Http404
    page = own.read(actor, matter_id, at=now())
    plain = own.proof(page, at=now())
    answer = JsonResponse(plain, json_dumps_params={"ensure_ascii": False, "indent": 1})
    name = f"{page.card.ref}-proof.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@public
def my_close(request: HttpRequest) -> HttpResponse:
    """Forget the receipt on this device."""
    if request.method == "POST":
        release_receipt(request)
        sent.forget(request)
        messages.success(request, _("Closed. This device no longer opens your matter."))
    return redirect("resident:home")
