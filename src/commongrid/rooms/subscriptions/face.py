"""The subscriptions room: who asked to be told, how they are told, what staff are reminded of."""

from __future__ import annotations

from datetime import datetime

from commongrid.rooms.matters import face as matters
from commongrid.rooms.subscriptions.cards import (
    Followed,
    NoticeCard,
    StaffMailCard,
    SubscriptionCard,
    WebhookAdded,
    WebhookCard,
)
from commongrid.rooms.subscriptions.commands.reminding import erase_notices, remind_units
from commongrid.rooms.subscriptions.commands.staffmail import (
    ask_staff_mail,
    erase_without_post,
    find_staff_mail,
    stop_staff_mail,
)
from commongrid.rooms.subscriptions.commands.subscribing import (
    ask_by_mail,
    confirm_subscription,
    end_subscription,
    erase_again,
    erase_of_matter,
    erase_subscriptions,
    find_subscription,
)
from commongrid.rooms.subscriptions.commands.webhooks import (
    add_webhook,
    may_keep,
    remove_webhook,
    test_webhook,
)
from commongrid.rooms.subscriptions.domain.sealing import read_token
from commongrid.rooms.subscriptions.domain.signing import signature
from commongrid.rooms.subscriptions.happenings import place_words
from commongrid.rooms.subscriptions.keys import link_key
from commongrid.rooms.subscriptions.placing import paths_of_deliveries
from commongrid.rooms.subscriptions.queries import (
    Preview,
    list_notices,
    list_webhooks,
    preview_messages,
)
from commongrid.rooms.subscriptions.receivers import receivers
from commongrid.rooms.subscriptions.scopes import type_words
from commongrid.rooms.subscriptions.workmail import Work, mail_about_work

__all__ = [
    "Followed",
    "NoticeCard",
    "Preview",
    "StaffMailCard",
    "SubscriptionCard",
    "WebhookAdded",
    "WebhookCard",
    "Work",
    "add_webhook",
    "ask_by_mail",
    "ask_staff_mail",
    "confirm_subscription",
    "end_subscription",
    "erase_again",
    "erase_expired",
    "erase_of_matter",
    "find_staff_mail",
    "find_subscription",
    "is_stop_link",
    "list_notices",
    "list_webhooks",
    "mail_about_work",
    "may_keep",
    "paths_of_deliveries",
    "place_words",
    "preview_messages",
    "receivers",
    "remind_units",
    "remove_webhook",
    "signature",
    "stop_mail",
    "stop_staff_mail",
    "test_webhook",
    "type_words",
]


def is_stop_link(token: str) -> bool:
    """Whether a link to stop mail was made here; it does not say whether there is still mail."""
    key = link_key()
    return any(read_token(token, purpose, key) is not None for purpose in ("stop", "unfollow"))


def stop_mail(token: str, *, at: datetime) -> bool:
    """Stop the mail a link came with, and erase the address. Doing so twice is no error."""
    follower = read_token(token, "unfollow", link_key())
    if follower is not None:
        matters.forget_follower_contact(follower, at=at)
        return True
    return end_subscription(token, at=at)


def erase_expired(*, at: datetime) -> int:
    """Erase addresses and notices whose time is over. Returns how many."""
    return erase_subscriptions(at=at) + erase_without_post(at=at) + erase_notices(at=at)
