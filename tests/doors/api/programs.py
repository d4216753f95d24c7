"""Programs to test with: service accounts with posts and keys, made by real commands."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.test import Client

from commongrid.kernel.ids import new_id
from commongrid.rooms.people import face as people
from tests.doors.desk.town import LEAD, OTHER_TOWN_PATH, Town
from tests.rooms.people.standing import appoint, code_of
from tests.rooms.places.standing import AT, GRID, SETUP, TOWN_PATH

V1 = "/api/v1"
RAISE = {"type_code": "A01", "grid_code": GRID, "text": "井盖旁边的垃圾桶满了"}


class Programs(Town):
    """The town, and callers by name of what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def issue(
        self,
        *scopes: str,
        role: str = "desk",
        path: str = TOWN_PATH,
        key_path: str = "",
        unit: str = "",
        days: int = 30,
    ) -> people.IssuedKey:
        """A key of a new service account with one post."""
        self.count += 1
        account = people.create_service_account(
            actor=SETUP,
            at=AT,
            command_id=new_id(),
            username=f"program-{self.count}",
            display_name=f"演示 程序 {self.count}",
            display_name_en=f"Demo program {self.count}",
        )
        if role:
            appoint(account.id, role, path, unit)
        key_path = key_path or path
        return people.issue_api_key(
            actor=SETUP,
            at=AT,
            command_id=new_id(),
            account_id=account.id,
            name="demo",
            scopes=scopes,
            place_code=code_of(key_path),
            place_path=key_path,
            until_at=AT + timedelta(days=days),
        )

    def token(self, kind: str) -> str:
        """The token of a standing caller."""
        if kind == "none":
            return ""
        if kind == "wrong":
            return "cgk_" + "x" * 43
        if kind == "expired":
            made = self.issue("read", "act", "raise")
            people.revoke_api_key(actor=SETUP, at=AT, command_id=new_id(), key_id=made.key.id)
            return made.token
        if kind == "elsewhere":
            return self.issue("read", "act", "raise", path=OTHER_TOWN_PATH).token
        if kind == "handler":
            return self.issue("read", "act", role="handler", unit=LEAD).token
        return self.issue(*kind.split("+")).token

    def caller(self, kind: str = "none", language: str = "en") -> Caller:
        """A program."""
        return Caller(self.token(kind), language)


class Caller:
    """A program that speaks to the door."""

    def __init__(self, token: str = "", language: str = "en") -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"accept-language": language}
        if token:
            self.headers["authorization"] = f"Bearer {token}"

    def get(self, where: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(V1 + where, query or {}, headers=self._all(headers))

    def delete(self, where: str, *, key: Any = None, **headers: str) -> Any:
        given = {"idempotency-key": str(key or new_id()), **headers}
        return self.client.delete(V1 + where, headers=self._all(given))

    def post(self, where: str, body: Any = None, *, key: Any = None, **headers: str) -> Any:
        given = {"idempotency-key": str(key or new_id()), **headers}
        return self.client.post(
            V1 + where,
            json.dumps({} if body is None else body),
            content_type="application/json",
            headers=self._all(given),
        )

    def _all(self, headers: dict[str, str]) -> dict[str, str]:
        return self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
