"""The house's own settings with the bench's pages added. Nothing else differs."""

from commongrid.site.settings import *  # noqa: F403

ROOT_URLCONF = "served.urls"
