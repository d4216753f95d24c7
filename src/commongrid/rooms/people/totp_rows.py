"""The authenticator app of an account, kept so that a stolen database opens no account."""

from __future__ import annotations

from binascii import unhexlify

from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

KEYED = "keyed"  # the name of devices whose secret follows from the key of the installation
SECRET_BYTES = 20
_SALT = "commongrid.people.totp"


class KeyedTotp(TOTPDevice):
    """A device whose stored key alone makes no code: the secret is a keyed digest of it.

    Privacy: the second factor of an official account; when it was last used is not kept, because
    that would be a diary of log-ins. Retention: until removed or the account is closed.
    """

    retention = "until removed or the account is closed"

    class Meta:
        app_label = "people"
        proxy = True

    @property
    def bin_key(self) -> bytes:
        """The secret the app holds. Those set up before there was a key keep theirs."""
        if self.name != KEYED:
            return unhexlify(self.key)
        digest = salted_hmac(_SALT, self.key, algorithm="sha256").digest()
        return bytes(digest[:SECRET_BYTES])

    def set_last_used_timestamp(self, commit: bool = True) -> None:  # noqa: FBT001, FBT002
        """Keep nothing; django-otp would write the time of each log-in."""
