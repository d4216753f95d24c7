"""Settings of a running place. What may differ by place is in `env.py`; the rest is fixed here."""

import importlib.util
from pathlib import Path

from csp.constants import NONE, SELF

from commongrid.site import env
from commongrid.site.databases import database
from commongrid.site.keys import new_office_key, read_or_make_key
from commongrid.site.mailserver import smtp_settings

SOURCE_ROOT = Path(__file__).resolve().parents[3]

# --- where things are -------------------------------------------------------------------------
HOME = Path(env.read("COMMONGRID_HOME")).resolve()
HOME.mkdir(parents=True, exist_ok=True)
_charters = env.read("COMMONGRID_CHARTERS")
_beside_source = SOURCE_ROOT / "charters"
CHARTERS_DIR = (
    Path(_charters).resolve()
    if _charters
    else (_beside_source if _beside_source.is_dir() else Path("charters").resolve())
)
MEDIA_ROOT = HOME / "attachments"  # served by views behind gates only: there is no MEDIA_URL
STATIC_ROOT = HOME / "static"
STATIC_URL = "/static/"
# Written by the seed: every page then says that its people and matters are invented.
IS_DEMO = (HOME / "demo").exists()

# --- keys -------------------------------------------------------------------------------------
_keys = HOME / "keys"
SECRET_KEY = env.read("COMMONGRID_SECRET_KEY") or read_or_make_key(_keys, "secret")
CONTACT_KEYS = env.as_list("COMMONGRID_CONTACT_KEYS") or [read_or_make_key(_keys, "contact")]
RECEIPT_KEY = env.read("COMMONGRID_RECEIPT_KEY") or read_or_make_key(_keys, "receipt")
LEDGER_KEY = env.read("COMMONGRID_LEDGER_KEY") or read_or_make_key(_keys, "ledger")
TLOG_KEYS = env.as_list("COMMONGRID_TLOG_KEYS") or [read_or_make_key(_keys, "tlog")]
WITNESS_KEY = env.read("COMMONGRID_WITNESS_KEY") or read_or_make_key(_keys, "witness")
COMPLAINT_KEYS = env.as_list("COMMONGRID_COMPLAINT_KEYS") or [read_or_make_key(_keys, "complaint")]
OFFICE_KEY = env.read("COMMONGRID_OFFICE_KEY") or read_or_make_key(_keys, "office", new_office_key)

# --- the house --------------------------------------------------------------------------------
DEBUG = env.is_on("COMMONGRID_DEBUG")
ALLOWED_HOSTS = env.as_list("COMMONGRID_HOSTS")
INSTALLED_APPS = [
    "commongrid.ledger",
    "commongrid.ledger.log",
    "commongrid.rooms.vault",
    "commongrid.rooms.people",
    "commongrid.rooms.places",
    "commongrid.rooms.matters",
    "commongrid.rooms.subscriptions",
    "commongrid.rooms.fieldwork",
    "commongrid.rooms.rehearsals",
    "commongrid.rooms.oversight",
    "commongrid.rooms.publications",
    "commongrid.rooms.duties",
    "commongrid.rooms.findings",
    "commongrid.rooms.complaints",
    "commongrid.doors.common",
    "commongrid.doors.staff",
    "commongrid.doors.resident",
    "commongrid.doors.desk",
    "commongrid.doors.open311",
    "commongrid.doors.api",
    "commongrid.doors.ogc",
    "commongrid.doors.board",
    "commongrid.doors.follow",
    "commongrid.doors.outside",
    "commongrid.doors.field",
    "commongrid.doors.planner",
    "commongrid.doors.log",
    "commongrid.doors.complaints",
    "commongrid.doors.powers",
    "commongrid.doors.oversight",
    "commongrid.doors.duties",
    "commongrid.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",  # its own pages for the interface, instead of loading them from elsewhere
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
]
MIDDLEWARE = [
    "commongrid.site.watching.watch",  # first: it measures all the others
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "commongrid.doors.common.middleware.permissions_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "commongrid.doors.staff.sessions.end_old_sessions",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "commongrid.doors.open311.middleware.answer_in_kind",
    "commongrid.doors.common.middleware.refuse_nul",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a lock-out into a 429 page
]
ROOT_URLCONF = "commongrid.site.urls"
WSGI_APPLICATION = "commongrid.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "commongrid.doors.common.context.house",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "commongrid.doors.common.templatetags.common",
            ],
        },
    }
]

FORM_RENDERER = "commongrid.doors.common.forms.HouseRenderer"

# --- what others may do with what is public -----------------------------------------------------
DATA_LICENCE = env.read("COMMONGRID_DATA_LICENCE")

# --- database ---------------------------------------------------------------------------------
DATABASES = {"default": database(env.read("DATABASE_URL"), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",  # memory-hard, and in the standard library
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/staff/login/"
REQUIRE_2FA = env.is_on("COMMONGRID_REQUIRE_2FA")
STAFF_SESSION_HOURS = 12  # one long shift
STAFF_IDLE_MINUTES = 60
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
OTP_TOTP_ISSUER = "CommonGrid"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # we keep lock-outs, not a diary of who logged in from where
AXES_LOCKOUT_CALLABLE = "commongrid.doors.common.errors.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]
AXES_VERBOSE = False

# --- words and time ---------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
# Mongolian joins here: ("mn", Cyrillic) and ("mn-mong", vertical script). `mn-mong` must also be
# added to django.conf.locale.LANG_INFO with its own catalogue, and to VERTICAL_LANGUAGES below,
# which turns the whole page by one CSS rule.
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
VERTICAL_LANGUAGES: frozenset[str] = frozenset()
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# --- what the browser may do ------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],  # blob: a voice note on the phone that is not sent yet
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "commongrid.doors.common.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = STAFF_SESSION_HOURS * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token in a form field or a meta element
CSRF_FAILURE_VIEW = "commongrid.doors.common.errors.csrf_failure"
if env.is_on("COMMONGRID_HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
TRUSTED_PROXIES = int(env.read("COMMONGRID_PROXIES"))
OPEN311_KEYLESS = IS_DEMO or env.is_on("COMMONGRID_OPEN311_KEYLESS")
AXES_CLIENT_IP_CALLABLE = "commongrid.doors.common.ratelimit.caller_address"

# --- files ------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 12
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# Leaflet comes from the django-leaflet wheel as plain files; its tags and widgets are not used.
_leaflet = importlib.util.find_spec("leaflet")
_leaflet_places = list((_leaflet and _leaflet.submodule_search_locations) or [])
STATICFILES_DIRS = [Path(place) / "static" for place in _leaflet_places]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- for who runs it --------------------------------------------------------------------------
METRICS_TOKEN = env.read("COMMONGRID_METRICS_TOKEN")
MIN_FREE_MB = int(env.read("COMMONGRID_MIN_FREE_MB"))
LOG_FORMAT = env.read("COMMONGRID_LOG_FORMAT")

# --- transparency log -------------------------------------------------------------------------
_host = env.read("COMMONGRID_URL").partition("://")[2].strip("/") or "localhost"
TLOG_NAME = env.read("COMMONGRID_TLOG_NAME") or f"{_host}/log"
WITNESSES = env.as_list("COMMONGRID_WITNESSES")
WITNESSED_LOGS = env.as_list("COMMONGRID_WITNESSED_LOGS")

# --- mail and webhooks ------------------------------------------------------------------------
_smtp = smtp_settings(env.read("COMMONGRID_SMTP"))
SITE_URL = env.read("COMMONGRID_URL").rstrip("/") or ("http://127.0.0.1:8000" if IS_DEMO else "")
MAIL_FROM = DEFAULT_FROM_EMAIL = env.read("COMMONGRID_MAIL_FROM")
MAIL_IS_ON = bool(SITE_URL) and (bool(_smtp) or IS_DEMO)
_mailer = "smtp" if _smtp else "console"  # the console is for a demonstration's invented people
EMAIL_BACKEND = f"django.core.mail.backends.{_mailer}.EmailBackend"
EMAIL_TIMEOUT = 20
globals().update(_smtp)
WEBHOOK_NETWORKS = env.as_list("COMMONGRID_WEBHOOK_NETWORKS")

# --- talk -------------------------------------------------------------------------------------
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"masked": {"()": "commongrid.site.logs.MaskPaths"}},
    "formatters": {
        "json": {"()": "commongrid.site.logs.Json"},
        "plain": {
            "()": "commongrid.site.logs.Plain",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "plain",
            "filters": ["masked"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env.read("COMMONGRID_LOG_LEVEL")},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
