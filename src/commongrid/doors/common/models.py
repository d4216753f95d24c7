"""Rows of the doors themselves: how often somebody knocked."""

from django.db import models


class Knock(models.Model):
    """How often one caller used one limited page in one window of time.

    Privacy: holds no address, only a keyed hash of it that changes every day, so that a
    flood can be slowed down; nobody can turn it back into an address. Erased after a day.
    """

    retention = "1 day, by the ticker"

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "common"
