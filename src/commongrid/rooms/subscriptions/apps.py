"""How Django finds this part of the house."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    """Who asked to be told, and what was told."""

    name = "commongrid.rooms.subscriptions"
    label = "subscriptions"
    default_auto_field = "django.db.models.BigAutoField"
