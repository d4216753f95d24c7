"""QR codes as plain SVG inside the page: no picture of a receipt ever leaves as its own address."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str) -> SafeString:
    """An SVG without style or script. Its words are in the page, so it is decoration."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, border=2
    )
    plain = (
        drawn.getvalue().decode().replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)
    )
    # segno draws squares from numbers; nothing of the address is written into the markup.
    return mark_safe(plain)  # noqa: S308
