"""The answer of a rule: allowed or not, by which rule, and why in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from commongrid.kernel.text import Text

_NOTHING_TO_SAY = Text(zh="", en="")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says about one act; true in a condition exactly when the act is allowed.

    `rule` is the id in the charter or law, `say` the sentence for the person, `log` the one for
    staff (it may hold ids, never contact data).

    Example:
        >>> no = Verdict.no("E.object.time", Text(zh="异议期已过", en="The time is over"))
        >>> bool(no), no.say.in_("en")
        (False, 'The time is over')
    """

    allowed: bool
    rule: str
    say: Text
    log: str = ""

    @classmethod
    def yes(cls, rule: str, say: Text = _NOTHING_TO_SAY, log: str = "") -> Verdict:
        """Allowed by this rule; there is often nothing to say about it."""
        return cls(allowed=True, rule=rule, say=say, log=log)

    @classmethod
    def no(cls, rule: str, say: Text, log: str = "") -> Verdict:
        """Refused by this rule; a refusal always says why."""
        return cls(allowed=False, rule=rule, say=say, log=log)

    def __bool__(self) -> bool:
        return self.allowed


class Refused(Exception):  # noqa: N818  a refusal is an answer, not an error
    """A command was refused; the verdict says by which rule and why.

    Raises: ValueError when built from a verdict that allows, since nothing was refused then.
    """

    def __init__(self, verdict: Verdict) -> None:
        if verdict.allowed:
            message = f"the verdict of {verdict.rule!r} allows the act; nothing is refused"
            raise ValueError(message)
        # The verdict is the only argument, so the exception survives pickling between workers.
        super().__init__(verdict)
        self.verdict = verdict

    def __str__(self) -> str:
        return f"{self.verdict.rule}: {self.verdict.log or self.verdict.say.in_('en')}"
