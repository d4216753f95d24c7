"""How Django finds the site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Settings, commands and /-/ pages."""

    name = "commongrid.site"
    label = "site_"
