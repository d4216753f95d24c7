"""How forms look: one field template for the whole house."""

from django.forms.renderers import DjangoTemplates


class HouseRenderer(DjangoTemplates):
    """Django's form renderer with our field template; `{{ form }}` and `as_field_group` use it."""

    form_template_name = "common/form.html"
    field_template_name = "common/field.html"
