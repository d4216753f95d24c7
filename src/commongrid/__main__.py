"""The ``commongrid`` command: Django's management commands with our settings."""

import os
import sys


def main(argv: list[str] | None = None) -> None:
    """Run one management command, e.g. ``commongrid charter check``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commongrid.site.settings")
    from django.core.management import execute_from_command_line  # after the settings are named

    execute_from_command_line(["commongrid", *(sys.argv[1:] if argv is None else argv)])


if __name__ == "__main__":
    main()
