"""Photo fields: several pictures, each within the limit, each really a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from commongrid.doors.resident.pending import MAX_BYTES, MAX_PHOTOS, is_photo

if TYPE_CHECKING:  # Django's class is not generic at run time
    from django.core.files.uploadedfile import UploadedFile

MAX_MB = MAX_BYTES // (1024 * 1024)
ACCEPT = "image/jpeg,image/png,image/webp"


class PhotosInput(forms.FileInput):
    """A file input for several pictures; a phone offers its camera and its album."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPT})


class PhotosField(forms.FileField):
    """Up to ``room`` pictures; cleaned to their bytes. An error names the file it is about."""

    widget = PhotosInput

    def __init__(self, *, room: int = MAX_PHOTOS, **kwargs: Any) -> None:
        self.room = room
        kwargs.setdefault("label", gettext_lazy("Photos"))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:  # noqa: ARG002
        """The bytes of each picture; ``initial`` is Django's and has no meaning here."""
        files = [one for one in (data if isinstance(data, list) else [data]) if one]
        if self.required and not files:
            raise forms.ValidationError(gettext("Choose at least one photo."))
        if len(files) > self.room:
            words = gettext("Choose at most %(room)s photos; you chose %(chosen)s.")
            raise forms.ValidationError(words % {"room": self.room, "chosen": len(files)})
        return [_content(file) for file in files]


def _content(file: UploadedFile[Any]) -> bytes:
    if (file.size or 0) > MAX_BYTES:
        words = gettext("“%(file)s” is too large: a photo may have %(mb)s MB.")
        raise forms.ValidationError(words % {"file": file.name, "mb": MAX_MB})
    content = bytes(file.read())
    if not is_photo(content):
        words = gettext("“%(file)s” is not a photo we can read. Send JPEG, PNG or WebP.")
        raise forms.ValidationError(words % {"file": file.name})
    return content
