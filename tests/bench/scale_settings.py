"""The house's own settings; one connection for ever, and pages may be asked as often as wanted."""

from commongrid.site.settings import *  # noqa: F403
from commongrid.site.settings import DATABASES

DATABASES["default"]["OPTIONS"].pop("pool", None)
DATABASES["default"]["CONN_MAX_AGE"] = None
