"""Being told by mail how one's own matter goes."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commongrid.charter.matter import Actor
from commongrid.doors.resident import own
from commongrid.doors.resident.receipts import holder
from commongrid.doors.resident.views.edge import (
    language,
    now,
    obeyed,
    posted,
    sending,
    show_form,
)
from commongrid.rooms.subscriptions import face as subscriptions


class MailForm(forms.Form):
    """One address; a question to confirm goes there first."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@holder
@sending
def my_mail(request: HttpRequest, matter_id: UUID, actor: Actor) -> HttpResponseBase:
    """Ask to be told by mail; a follower follows as anybody does."""
    if not settings.MAIL_IS_ON:
        raise Http404
    form = MailForm(posted(request))
    if request.method == "POST" and form.is_valid():
        followed = subscriptions.Followed(
            matter_id=matter_id, is_own=not own.is_follower(actor, matter_id)
        )

        def ask() -> bool:
            email = form.cleaned_data["email"]
            subscriptions.ask_by_mail(at=now(), followed=followed, email=email, language=language())
            return True

        if obeyed(form, ask):
            messages.success(request, _("We sent a question to this address; please confirm it."))
            return redirect("resident:my")
    return show_form(request, "my_mail", form)
