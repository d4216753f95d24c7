"""How Django finds this part of the house."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Log in and own account."""

    name = "commongrid.doors.staff"
    label = "staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Mark every session with its start, whoever begins it."""
        from django.contrib.auth.signals import user_logged_in

        from commongrid.doors.staff.sessions import mark_start

        user_logged_in.connect(mark_start, dispatch_uid="commongrid.doors.staff.mark_start")
