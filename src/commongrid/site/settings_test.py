"""Settings under test: fixed keys, a folder that goes away, and every leniency off."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="commongrid-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
_TEST_KEY = "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdC0="  # 32 bytes of "test-key-", not a secret
os.environ["COMMONGRID_HOME"] = _home
for _name in ("SECRET_KEY", "CONTACT_KEYS", "COMPLAINT_KEYS", "RECEIPT_KEY", "LEDGER_KEY"):
    os.environ[f"COMMONGRID_{_name}"] = _TEST_KEY
for _name in (
    "OFFICE_KEY",  # its form is its own: made in the folder
    "TLOG_KEYS",
    "TLOG_NAME",
    "WITNESS_KEY",
    "WITNESSES",
    "WITNESSED_LOGS",
    "DEBUG",
    "HOSTS",
    "HTTPS",
    "PROXIES",
    "CHARTERS",
    "REQUIRE_2FA",
    "LOG_LEVEL",
    "URL",
    "SMTP",
):
    os.environ.pop(f"COMMONGRID_{_name}", None)
for _name in ("LOG_FORMAT", "METRICS_TOKEN", "MIN_FREE_MB"):
    os.environ.pop(f"COMMONGRID_{_name}", None)

from commongrid.site.settings import *  # noqa: E402, F403
from commongrid.site.settings import DATABASES, HOME, TEMPLATES  # noqa: E402

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1", "[::1]"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed only
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # serves straight from the apps: no collectstatic in tests
WHITENOISE_USE_FINDERS = True


class Undefined(str):
    """Stands for an undefined template variable and fails as soon as it is shown."""

    __slots__ = ()

    def __contains__(self, key: object) -> bool:
        return key == "%s"  # Django asks this to learn whether the name should be filled in

    def __mod__(self, name: object) -> str:
        message = f"undefined template variable: {name}"
        raise LookupError(message)


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("undefined")  # type: ignore[index]
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, not memory: the browser tests serve from another thread.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
else:
    # A pool would keep connections open while the test database is dropped.
    DATABASES["default"]["OPTIONS"].pop("pool", None)
