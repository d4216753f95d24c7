"""Signatures of webhooks: HMAC-SHA256 over the timestamp, a dot and the body.

Source: docs/how-to/webhooks.md shows how a receiver checks one.
"""

from __future__ import annotations

import hmac
from hashlib import sha256


def signature(body: bytes, *, secret: str, key_id: str, at_s: int) -> str:
    """The value of the header ``CommonGrid-Signature``.

    Example:
        >>> signature(b"{}", secret="s", key_id="k1", at_s=1)[:12]
        't=1,kid=k1,v'
    """
    mark = hmac.new(secret.encode(), f"{at_s}.".encode() + body, sha256).hexdigest()
    return f"t={at_s},kid={key_id},v1={mark}"
