"""How Django finds this part of the house."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Settings, commands and /-/ pages."""

    name = "commongrid.site"
    label = "site_"
    default_auto_field = "django.db.models.BigAutoField"
