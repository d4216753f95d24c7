"""What is said when a request cannot be answered: the standard's list of code and description."""

from __future__ import annotations

from dataclasses import dataclass

BAD, FORBIDDEN, MISSING, CONFLICT, TOO_MANY = 400, 403, 404, 409, 429


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; the words are for the person who uses the program."""

    words: str
    code: int = BAD


class FaultError(Exception):
    """The request is answered with these faults; the first one gives the HTTP status."""

    def __init__(self, *faults: Fault, headers: dict[str, str] | None = None) -> None:
        super().__init__("; ".join(fault.words for fault in faults))
        self.faults = faults
        self.headers = headers or {}

    @property
    def status(self) -> int:
        """The HTTP status: that of the first fault."""
        return self.faults[0].code


def bad(words: str) -> FaultError:
    """Something in the request is missing or cannot be read."""
    return FaultError(Fault(words))


def missing(words: str) -> FaultError:
    """Something was named that does not exist."""
    return FaultError(Fault(words, MISSING))


def forbidden(words: str) -> FaultError:
    """The key is missing, wrong, or not for this."""
    return FaultError(Fault(words, FORBIDDEN))
