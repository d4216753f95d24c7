"""What stages, kinds and purposes are called on the pages of this door."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commongrid.rooms.complaints.face import About, Outcome, State

Words = str | Promise

ABOUT: dict[About, Words] = {
    About.STAFF: _("Somebody who works for the grid, the community or the town"),
    About.UNIT: _("An office or a unit"),
    About.ADMINISTRATOR: _("Whoever administers this platform"),
}
STATES: dict[State, tuple[Words, str]] = {
    State.RECEIVED: (_("received"), "blue"),
    State.TAKEN: (_("being looked into"), "blue"),
    State.ANSWERED: (_("answered; waits for the verdict"), "yellow"),
    State.REVIEW: (_("with an independent reviewer"), "blue"),
    State.REVIEWED: (_("reviewed; waits for the verdict"), "yellow"),
    State.OUTSIDE: (_("to be taken to a body outside"), "red"),
    State.CLOSED: (pgettext_lazy("complaint", "closed"), "green"),
}
OUTCOMES: dict[Outcome, Words] = {
    Outcome.SOLVED: _("Solved"),
    Outcome.PARTLY: _("Partly solved"),
    Outcome.NOT_SOLVED: _("Not solved"),
    Outcome.NOT_ASKED: _("No verdict was given"),
    Outcome.WITHDRAWN: _("I withdraw the complaint"),
}
KINDS: dict[str, Words] = {
    "complaint": _("The complaint"),
    "words": _("The complainant"),
    "question": _("A question to the complainant"),
    "answer": pgettext_lazy("complaint", "The answer"),
    "review": _("The decision of the review"),
}
OWN_KINDS: dict[str, Words] = {
    **KINDS,
    "complaint": pgettext_lazy("complaint", "Your complaint"),
    "words": pgettext_lazy("complaint", "You"),
    "question": pgettext_lazy("complaint", "A question to you"),
}
PURPOSES: dict[str, Words] = {
    "ask_back": _("to ask back"),
    "protect": _("to protect the person"),
    "tell_result": _("to tell the result"),
}
STEPS: dict[str, tuple[Words, Words]] = {
    "take": (
        _("Take it on"),
        _("From now on the limit for the answer runs, and the others of your level leave it to "
          "you."),
    ),
    "ask": (
        _("Ask the complainant"),
        _("The complainant reads it with the receipt code. Do not ask who they are."),
    ),
    "answer": (
        _("Answer"),
        _("Say what was found and what is done. The complainant then judges; what they do not "
          "call solved goes to an independent reviewer by itself."),
    ),
    "open_identity": (
        _("Open who complained"),
        _("The complainant agreed. The opening is recorded with its purpose, and they see it."),
    ),
    "name_accused": (
        _("Say whom it is about"),
        _("From then on this person, their unit and their line cannot read it. If that is "
          "yourself or somebody near you, it leaves you too."),
    ),
    "step_out": (
        _("Step out"),
        _("You have an interest in it. The reason is not asked. There is no way back; somebody "
          "else has it from now on."),
    ),
}  # fmt: skip
