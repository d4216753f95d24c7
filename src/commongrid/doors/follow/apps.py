"""How Django finds this part of the house."""

from django.apps import AppConfig


class FollowConfig(AppConfig):
    """Feeds and subscriptions."""

    name = "commongrid.doors.follow"
    label = "follow"
    default_auto_field = "django.db.models.BigAutoField"
