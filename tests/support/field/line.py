"""The way between a phone and the house, with what goes wrong on it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client

from tests.support.phone import FINAL, LostError

LOST_REQUEST, LOST_ANSWER, TWICE, OLD_AGAIN, KILLED = (
    "lost request", "lost answer", "sent twice", "old batch again", "killed",
)  # fmt: skip
FAULTS = (LOST_REQUEST, LOST_ANSWER, TWICE, OLD_AGAIN, KILLED)
TAKE_BACK = "ROLLBACK TO SAVEPOINT"


class Killed(BaseException):
    """The process was ended at this statement."""


@contextmanager
def killed_at(statement: int) -> Iterator[None]:
    """End the work at so many statements to the database: what was not committed is rolled back.

    In a test all of it runs inside one transaction, where savepoints stand for commits: what a
    command has released stays, what it is in the midst of goes. So whoever is killed while they
    take something back have taken it back: the database does it when nobody is there any more.
    """
    seen = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == statement + 1:
            if sql.startswith(TAKE_BACK):
                execute(sql, params, many, context)
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


@dataclass
class Heard:
    """Everything the house ever answered, also what no phone came to hear."""

    verdicts: dict[str, set[str]] = field(default_factory=dict)  # id -> final ones, as "done"
    rules: Counter[str] = field(default_factory=Counter)
    last: dict[str, dict[str, Any]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)

    def note(self, asked: Mapping[str, Any], said: Mapping[str, Any]) -> None:
        """Keep the verdicts of one answer, and find one that was never asked for."""
        ids = [made.get("id") for made in asked.get("commands", ())]
        told = [answer["id"] for answer in said["answers"]]
        if sorted(map(str, ids)) != sorted(told):
            self.strange.append(f"asked for {ids}, answered {told}")
        for answer in said["answers"]:
            self.rules[f"{answer['verdict']} {answer['rule']}"] += 1
            if answer["verdict"] in FINAL and answer["rule"] != "field.other_body":
                verdict = "done" if answer["verdict"] == "already" else answer["verdict"]
                self.verdicts.setdefault(answer["id"], set()).add(verdict)
                self.last[answer["id"]] = answer


@dataclass
class TestLine:
    """The house in this process. One fault at a time is announced and used up by one request."""

    __test__ = False

    heard: Heard
    fault: str = ""
    at_statement: int = 0
    sent: list[bytes] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    around: Callable[[], Any] | None = None
    client: Client = field(default_factory=Client)
    is_killed: bool = False

    def send(
        self, method: str, path: str, *, token: str, content: bytes, kind: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request through what was announced."""
        fault, self.fault = self.fault, ""
        if fault:
            self.counts[fault] += 1
        if fault == LOST_REQUEST:
            raise LostError
        if fault == OLD_AGAIN and self.sent:
            old = self.sent[self.at_statement % len(self.sent)]
            self._ask("POST", "/field/sync/", token, old, kind)
        if fault == TWICE:
            self._ask(method, path, token, content, kind)
        if path.endswith("/sync/"):
            self.sent.append(content)
        if fault == KILLED:
            try:
                with killed_at(self.at_statement):
                    answer = self._ask(method, path, token, content, kind)
            except Killed:
                self.counts["killed in the midst"] += 1
                raise LostError from None
        else:
            answer = self._ask(method, path, token, content, kind)
        if fault == LOST_ANSWER:
            raise LostError
        return answer

    def _ask(
        self, method: str, path: str, token: str, content: bytes, kind: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        response = self.client.generic(
            method, path, content, content_type=kind,
            headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
        )  # fmt: skip
        got = b"".join(response) if response.streaming else response.content
        if path.endswith("/sync/") and response.status_code == 200:
            self.heard.note(json.loads(content), json.loads(got))
        return response.status_code, response.headers, got
