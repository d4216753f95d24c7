"""An exported file of what a phone could not send: opened with the office's key, or refused.

Its form is in ``docs/explanation/field.md``. Nothing in it is believed before it is judged as if
the phone had sent it: the token inside says which phone it was.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict

LARGEST = 40 * 1024 * 1024
MOST_COMMANDS = 5000
KEY_BYTES, IV_BYTES = 32, 12
DESK = "desk"
BY_DESK = "fieldwork.hand_in"

BROKEN = Text(
    zh="这个文件打不开：不是从网格员手机导出的，或者已经损坏。请在手机上重新导出。",
    en="This file cannot be opened: it was not exported by a grid worker's phone, or it is broken. "
    "Export it on the phone once more.",
)
OTHER_OFFICE = Text(
    zh="这个文件是给另一个系统的，这里打不开。请交给手机所属的单位。",
    en="This file was made for another office and does not open here. Hand it in where the phone "
    "belongs.",
)
TOO_LARGE = Text(
    zh="文件超过 40 MB。请在手机上分几次导出，或先连网发送照片。",
    en="The file is larger than 40 MB. Export in parts, or send the pictures from the phone first.",
)
NO_PHONE = Text(
    zh="导出这个文件的手机已报失停用，或离岗宽限已过，里面的内容不能再收。请当面核实后由受理台登记。",
    en="The phone that made this file was taken out of service, or the days after its holder's "
    "post are over. Ask the holder and raise the matters at the desk.",
)
NOT_DESK = Text(
    zh="导出文件由手机所在区域的受理台接收。",
    en="Exported files are taken in by the desk of the area in which the phone is used.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """A picture or voice note in an export, with the number of its intention as it was written."""

    sha: str
    command: str
    kind: str
    stage: str
    content: bytes

    @property
    def is_what_it_says(self) -> bool:
        """Whether the content has the digest that was announced."""
        return hashlib.sha256(self.content).hexdigest() == self.sha


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What was in an exported file; its intentions are not yet read."""

    token: str
    phone_at: datetime
    commands: tuple[Any, ...]
    files: tuple[ExportedFile, ...]
    digest: str  # of the sealed file, for the act


def open_export(content: bytes, *, key: RSAPrivateKey) -> Export:
    """Open an export. Raises: Refused, in words, whatever is wrong with it."""
    if len(content) > LARGEST:
        raise _no("too_large", TOO_LARGE)
    try:
        outer = json.loads(content)
        if not isinstance(outer, Mapping) or outer.get("v") != 1:
            raise _no("broken", BROKEN)
        if outer.get("for") != key_digest(key):
            raise _no("other_office", OTHER_OFFICE)
        inner = json.loads(_unsealed(outer, key))
        return Export(
            token=str(inner["token"]),
            phone_at=_moment(inner["phone_at"]),
            commands=tuple(inner["commands"])[:MOST_COMMANDS],
            files=tuple(_file(one) for one in inner["files"]),
            digest=hashlib.sha256(content).hexdigest(),
        )
    except (ValueError, TypeError, KeyError, InvalidTag, RecursionError) as error:
        raise _no("broken", BROKEN) from error


def key_digest(key: RSAPrivateKey) -> str:
    """How an export names the key it was sealed for."""
    spki = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).hexdigest()


def may_hand_in(actor: Actor, paths: tuple[str, ...]) -> Verdict:
    """The desk of an area that contains one of the grids the phone's holder works or worked in."""
    areas = [hat.path for hat in actor.hats if hat.role == DESK and hat.path]
    if any(path.startswith(area) for area in areas for path in paths):
        return Verdict.yes(BY_DESK)
    return Verdict.no("fieldwork.not_desk", NOT_DESK)


def no_phone() -> Refused:
    """The phone is unknown, lost or long out of its post."""
    return _no("no_phone", NO_PHONE)


def _unsealed(outer: Mapping[str, Any], key: RSAPrivateKey) -> bytes:
    digest = hashes.SHA256()
    padding = OAEP(mgf=MGF1(algorithm=digest), algorithm=digest, label=None)
    inner_key = key.decrypt(_bytes(outer["key"]), padding)
    iv = _bytes(outer["iv"])
    if len(inner_key) != KEY_BYTES or len(iv) != IV_BYTES:
        raise ValueError
    return AESGCM(inner_key).decrypt(iv, _bytes(outer["sealed"]), None)


def _file(plain: Mapping[str, Any]) -> ExportedFile:
    return ExportedFile(
        sha=str(plain["sha"]),
        command=str(plain["command"]),
        kind=str(plain["kind"]),
        stage=str(plain["stage"]),
        content=_bytes(plain["content"]),
    )


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error as error:
        raise ValueError from error


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _no(rule: str, say: Text) -> Refused:
    return Refused(Verdict.no(f"fieldwork.export_{rule}", say))
