"""Sending one mail: plain text, with a way out in its head (RFC 8058) and a stable id."""

from __future__ import annotations

import smtplib
from uuid import UUID, uuid5

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from commongrid.charter.messages import Written
from commongrid.ledger.face import ReceiverDownError


class AddressGoneError(Exception):
    """The mail server says for good that there is no such address."""


def send_mail(
    *, to: str, written: Written, event_id: UUID, address: str, language: str, stop_link: str = ""
) -> None:
    """Hand one mail to the mail server. The same event to the same address has the same id.

    Raises: ReceiverDownError when the server cannot be reached or lets nobody in;
    AddressGoneError when it refuses the address for good; SMTPException otherwise.
    """
    headers = {
        "Message-ID": f"<{uuid5(event_id, address)}@{_host()}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "zh-Hans" if language.startswith("zh") else "en",
    }
    if stop_link:
        headers["List-Unsubscribe"] = f"<{stop_link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMessage(
        subject=written.subject,
        body=f"{written.body}\n",
        from_email=settings.MAIL_FROM,
        to=[to],
        headers=headers,
        connection=get_connection(),
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        if codes and all(500 <= code < 600 for code in codes):
            raise AddressGoneError from None
        raise smtplib.SMTPException("the address was put off") from None
    except smtplib.SMTPResponseException:
        raise  # about this mail
    except OSError:  # and SMTPException: no connection, no greeting, broken off in the middle
        raise ReceiverDownError from None


def _host() -> str:
    return str(settings.MAIL_FROM.rpartition("@")[2].rstrip(">")) or "localhost"
