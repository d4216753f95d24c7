"""Settings read from the environment: one table, one reader, one generated page.

Nothing else in the project reads ``os.environ``; `tests/consistency` holds that.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One setting a place may give through the environment."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "COMMONGRID_HOME",
        "./var",
        "Folder for everything that is not code: the SQLite database, keys, attachments and "
        "collected static files. Back this folder up and nothing else is needed.",
    ),
    Setting(
        "DATABASE_URL",
        "",
        "Empty: SQLite in COMMONGRID_HOME. `postgres://user:password@host:port/name` (or a socket "
        "folder as `?host=`) uses PostgreSQL instead.",
        secret=True,
    ),
    Setting(
        "COMMONGRID_CHARTERS",
        "",
        "Folder of the charters. Empty: `charters/` beside the source, or in the working folder.",
    ),
    Setting("COMMONGRID_DEBUG", "0", "1 shows error details in the browser. Never on a live site."),
    Setting(
        "COMMONGRID_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "Host names the site answers to, separated by commas.",
    ),
    Setting(
        "COMMONGRID_HTTPS",
        "0",
        "1 when the site is reached through HTTPS: cookies are sent over HTTPS only, HSTS is on, "
        "and the proxy's X-Forwarded-Proto header is believed.",
    ),
    Setting(
        "COMMONGRID_PROXIES",
        "0",
        "How many trusted proxies stand in front. 0: the address of the connection counts, "
        "X-Forwarded-For is ignored.",
    ),
    Setting(
        "COMMONGRID_SECRET_KEY",
        "",
        "Signs sessions and forms. Empty: made once and kept in COMMONGRID_HOME/keys/ (mode 0600).",
        secret=True,
    ),
    Setting(
        "COMMONGRID_CONTACT_KEYS",
        "",
        "Encrypts contact data: one or more Fernet keys separated by commas, the newest first. "
        "Empty: made once and kept in COMMONGRID_HOME/keys/. Lost keys cannot be replaced.",
        secret=True,
    ),
    Setting(
        "COMMONGRID_RECEIPT_KEY",
        "",
        "Turns receipt codes into what the database keeps. Empty: made once and kept as above.",
        secret=True,
    ),
    Setting(
        "COMMONGRID_LEDGER_KEY",
        "",
        "Seals the ledger's checkpoints. Empty: made once and kept as above.",
        secret=True,
    ),
    Setting(
        "COMMONGRID_TLOG_KEYS",
        "",
        "Signs the checkpoints of the transparency log: one or more keys of 32 bytes in base64, "
        "separated by commas, the newest first; all of them sign. Empty: made once and kept as "
        "above.",
        secret=True,
    ),
    Setting(
        "COMMONGRID_TLOG_NAME",
        "",
        "The name under which the transparency log signs, such as `grid.example.org/log`; receipts "
        "and witnesses hold on to it. Empty: the host of COMMONGRID_URL and `/log`.",
    ),
    Setting(
        "COMMONGRID_WITNESS_KEY",
        "",
        "Signs as a witness under the logs of other houses. Empty: made once and kept as above.",
        secret=True,
    ),
    Setting(
        "COMMONGRID_WITNESSES",
        "",
        "Who witnesses our log, separated by commas: the witness's key line, a space, and the "
        "address it is asked at. Without an address it brings its signature itself.",
    ),
    Setting(
        "COMMONGRID_WITNESSED_LOGS",
        "",
        "The logs of other houses that this house witnesses: their key lines, separated by commas.",
    ),
    Setting(
        "COMMONGRID_COMPLAINT_KEYS",
        "",
        "Encrypts complaints, and apart from them who complained: one or more keys separated by "
        "commas, the newest first. Empty: made once and kept as above.",
        secret=True,
    ),
    Setting(
        "COMMONGRID_OFFICE_KEY",
        "",
        "Opens what a grid worker's phone exported to be handed in: an RSA key of 3072 bits "
        "(PKCS 8, DER in base64). Empty: made once and kept as above.",
        secret=True,
    ),
    Setting(
        "COMMONGRID_REQUIRE_2FA",
        "1",
        "1: accounts that must use a second factor cannot log in without it. 0: only to try out.",
    ),
    Setting(
        "COMMONGRID_OPEN311_KEYLESS",
        "0",
        "1: reports through Open311 need no API key, and one address may send 60 an hour. "
        "A demonstration always takes them without.",
    ),
    Setting(
        "COMMONGRID_DATA_LICENCE",
        "",
        "Under which licence others may use what is public here: a name, or the address of the "
        "licence. It stands in every layer and download. Empty: they say that none is stated.",
    ),
    Setting(
        "COMMONGRID_URL",
        "",
        "Address of the site as people type it, such as `https://grid.example.org`; links in mails "
        "begin with it. Empty: no mail is sent, except by a demonstration.",
    ),
    Setting(
        "COMMONGRID_SMTP",
        "",
        "Mail server: `smtp://user:password@host:587` (STARTTLS), `smtps://...:465` (TLS) or "
        "`smtp+plain://host:25`. Empty: no mail; a demonstration prints its mails instead.",
        secret=True,
    ),
    Setting("COMMONGRID_MAIL_FROM", "commongrid@localhost", "Sender of the mails."),
    Setting(
        "COMMONGRID_WEBHOOK_NETWORKS",
        "",
        "Networks inside the house that webhooks may reach, separated by commas, such as "
        "`10.1.0.0/16`. Empty: only addresses in the open net.",
    ),
    Setting(
        "COMMONGRID_LOG_LEVEL",
        "INFO",
        "How much the server writes to standard error: DEBUG, INFO, WARNING or ERROR.",
    ),
    Setting(
        "COMMONGRID_LOG_FORMAT",
        "plain",
        "`plain`: lines for people. `json`: one JSON object a line, and one line for each request "
        "with its id, route name, status and duration; never an address, a path or a query.",
    ),
    Setting(
        "COMMONGRID_METRICS_TOKEN",
        "",
        "Opens `/-/metrics` to whoever sends `Authorization: Bearer ...`. Empty: only requests "
        "from this machine that came through no proxy.",
        secret=True,
    ),
    Setting(
        "COMMONGRID_MIN_FREE_MB",
        "500",
        "With less free room than this (megabytes, where COMMONGRID_HOME lies) `/-/ready` answers "
        "503 and `commongrid doctor` warns.",
    ),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def read(name: str, environ: Mapping[str, str] | None = None) -> str:
    """Read one listed setting, or its default.

    Raises: KeyError for a name that is not in the table, so that an undocumented
    setting cannot be read.
    """
    setting = _BY_NAME[name]
    return (os.environ if environ is None else environ).get(name, "") or setting.default


def is_on(name: str) -> bool:
    """Tell whether a yes/no setting says yes."""
    return read(name).strip().lower() in {"1", "true", "yes", "on"}


def as_list(name: str) -> list[str]:
    """Read a setting that lists several values separated by commas."""
    return [part.strip() for part in read(name).split(",") if part.strip()]


def settings_page() -> str:
    """Write the reference page of all settings (docs/reference/settings.md)."""
    lines = [
        "# Settings read from the environment",
        "",
        "Generated from `src/commongrid/site/env.py` by `make docs`; do not edit.",
        "",
        "| name | default | meaning |",
        "| --- | --- | --- |",
    ]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "(empty)"
        secret = " **Secret.**" if setting.secret else ""
        lines.append(f"| `{setting.name}` | {default} | {setting.meaning}{secret} |")
    return "\n".join(lines) + "\n"
