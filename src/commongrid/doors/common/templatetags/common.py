"""Tags and filters of the common look."""

from django import template

register = template.Library()
