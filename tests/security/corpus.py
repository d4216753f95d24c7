"""Files as an attacker sends them, built here byte by byte; none is kept in the repository.

Every one carries ``MARK``: it may come out nowhere. ``is_kept`` says that the file is a picture and
is taken, written anew; every other one is refused.
"""

from __future__ import annotations

import gzip
import io
import pickle
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from PIL import Image, PngImagePlugin

from tests.support import recordings as r

MARK = "cgpwn7f3a"
SCRIPT = f"<script>{MARK}()</script><img src=x onerror={MARK}()>"
EVIL = SCRIPT.encode()
PHP = f"<?php {MARK}(); system($_GET['c']); ?>".encode()


@dataclass(frozen=True)
class Hostile:
    """One upload. ``is_kept``: True, False, or None where either is right."""

    name: str
    make: Callable[[], bytes]
    filename: str = "photo.jpg"
    mime: str = "image/jpeg"
    is_kept: bool | None = False

    @property
    def content(self) -> bytes:
        return _content(self.make)


@cache
def _content(make: Callable[[], bytes]) -> bytes:
    return make()


# --- parts ------------------------------------------------------------------------------------


def encoded(
    kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 90).save(out, kind, **more)
    return out.getvalue()


def jpeg(**more: object) -> bytes:
    return encoded("JPEG", **more)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *more: bytes, rows: bytes | None = None, colour: int = 6) -> bytes:
    """A PNG; without ``rows`` it is whole, and packed so well that it is next to nothing."""
    if rows is None:
        packer = zlib.compressobj(9)
        line = bytes(1 + width * {0: 1, 2: 3, 6: 4}[colour])
        rows = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    parts = (b"\x89PNG\r\n\x1a\n", head, *more, chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"".join(parts)


def archive(name: str = "a.txt", content: bytes = EVIL) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


def segment(number: int, body: bytes) -> bytes:
    return bytes([0xFF, number]) + struct.pack(">H", len(body) + 2) + body


def with_segments(*segments: bytes) -> bytes:
    """A JPEG that says more about itself, right behind its first marker."""
    plain = jpeg()
    return plain[:2] + b"".join(segments) + plain[2:]


def exif(**more: object) -> bytes:
    """With a place, a camera, a preview of another picture, and words in every field."""
    data = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298):
        data[tag] = SCRIPT
    data[0x9C9B] = SCRIPT.encode("utf-16-le")
    data.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + EVIL
    data.get_ifd(0x8825).update({1: "N", 2: (43.0, 39.0, 7.0), 3: "E", 4: (122.0, 15.0, 30.0)})
    return jpeg(exif=data, **more)


def many_scans() -> bytes:
    """A progressive picture of 16 megapixels that walks over them a thousand times."""
    whole = jpeg(size=(4000, 4000), progressive=True)
    last = whole[[found.start() for found in re.finditer(b"\xff\xda", whole)][-1] : -2]
    return whole[:-2] + last * 1000 + b"\xff\xd9" + EVIL


def several(kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), (n * 40, 0, 0)) for n in range(5)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], **more)
    return out.getvalue()


def text_chunks() -> bytes:
    out, words = io.BytesIO(), PngImagePlugin.PngInfo()
    words.add_text("Comment", SCRIPT)
    words.add_itxt("XML:com.adobe.xmp", SCRIPT, zip=True)
    Image.new("RGB", (64, 48)).save(out, "PNG", pnginfo=words)
    return out.getvalue()


def webp_canvas() -> bytes:
    """16383 pixels each way, promised in 68 bytes."""
    frame = b"ANMF" + struct.pack("<I", 16) + bytes(16)
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + (16382).to_bytes(3, "little") * 2
    body += b"ANIM" + struct.pack("<I", 6) + bytes(6) + frame + EVIL
    return b"RIFF" + struct.pack("<I", len(body)) + body


class Runs:
    """What a pickle does when it is read."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, (f"open('{MARK}', 'w')",))


def bomb_chunk(name: bytes, head: bytes) -> bytes:
    return chunk(name, head + zlib.compress(bytes(70_000_000), 4))


def patched(content: bytes, at: int, by: bytes) -> bytes:
    return content[:at] + by + content[at + len(by) :]


def jpeg_of_size(width: int, height: int) -> bytes:
    """A JPEG whose head lies about its size."""
    plain = jpeg()
    at = plain.index(b"\xff\xc0") + 5
    return patched(plain, at, struct.pack(">HH", height, width)) + EVIL


SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{MARK}()">{SCRIPT}</svg>'.encode()
XXE = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + SVG.replace(
    b"<script>", b"&e;<script>"
)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "'
    + MARK.encode()
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><svg>&j;</svg>"
)
PAGE = b"<!DOCTYPE html><html><body>" + EVIL + b"</body></html>"
PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(" + MARK.encode() + b")>>>>\n"
    b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)
GIF = b"GIF89a" + struct.pack("<HH", 1, 1) + b"\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
ELF = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HH", 2, 62) + EVIL
MVG = (
    b"push graphic-context\nviewbox 0 0 640 480\n"
    b"fill 'url(https://127.0.0.1/x.jpg\"|touch " + MARK.encode() + b"\")'\npop graphic-context\n"
)
EPS = (
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%touch "
    + MARK.encode()
    + b") (w) file\nshowpage\n"
)

LOOP = struct.pack("<IHHHIII", 8, 1, 0x8769, 4, 1, 8, 8)  # a list whose only line is itself

# --- what is no picture, whatever it calls itself -----------------------------------------------

REFUSED = (
    Hostile("SVG with a script", lambda: SVG, "a.svg", "image/svg+xml"),
    Hostile("SVG that says it is a JPEG", lambda: SVG),
    Hostile("SVG that reads a file", lambda: XXE, "a.svg", "image/svg+xml"),
    Hostile("SVG of entities without end", lambda: LAUGHS, "a.svg", "image/svg+xml"),
    Hostile("packed SVG", lambda: gzip.compress(SVG, mtime=0), "a.svgz", "image/svg+xml"),
    Hostile("page", lambda: PAGE, "a.html", "text/html"),
    Hostile("page that says it is a PNG", lambda: b"\xef\xbb\xbf" + PAGE, "a.png", "image/png"),
    Hostile("script", lambda: MARK.encode() + b"()", "a.js", "text/javascript"),
    Hostile("GIF", lambda: GIF + EVIL, "a.gif", "image/gif"),
    Hostile("GIF that is a script", lambda: b"GIF89a/*" + GIF[8:] + b"*/=1;" + MARK.encode()),
    Hostile("GIF that is a page", lambda: GIF[:6] + PAGE, "a.gif", "image/gif"),
    Hostile("GIF of 65535 by 65535", lambda: b"GIF89a\xff\xff\xff\xff" + GIF[10:] + EVIL),
    Hostile("BMP that is a script", lambda: b"BM=1;/*" + encoded("BMP")[7:] + b"*/" + EVIL),
    Hostile("TIFF", lambda: encoded("TIFF") + EVIL, "a.tif", "image/tiff"),
    Hostile("icon", lambda: encoded("ICO") + EVIL, "a.ico", "image/x-icon"),
    Hostile("TGA, which has no first bytes", lambda: encoded("TGA") + EVIL),
    Hostile("PPM", lambda: encoded("PPM") + EVIL),
    Hostile("JPEG 2000", lambda: b"\0\0\0\x0cjP  \r\n\x87\n" + EVIL, "a.jp2", "image/jp2"),
    Hostile("HEIC", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + EVIL, "a.heic", "image/heic"),
    Hostile("PSD", lambda: b"8BPS\0\1" + bytes(6) + b"\0\3" + b"\0\0\x75\x30" * 2 + EVIL),
    Hostile("PostScript", lambda: EPS),
    Hostile("words of ImageMagick", lambda: MVG),
    Hostile("PDF with a script", lambda: PDF, "a.pdf", "application/pdf"),
    Hostile("archive", archive, "a.zip", "application/zip"),
    Hostile("archive that climbs", lambda: archive(f"../../../{MARK}"), "a.zip"),
    Hostile("archive of fifty megabytes", lambda: archive("a", bytes(50_000_000)) + EVIL),
    Hostile("gzip of fifty megabytes", lambda: gzip.compress(bytes(50_000_000), 4, mtime=0)),
    Hostile("program of Linux", lambda: ELF, "a.jpg.elf", "application/x-elf"),
    Hostile("program of Windows", lambda: b"MZ" + bytes(58) + b"\x80\0\0\0" + EVIL, "a.exe"),
    Hostile("shell", lambda: b"#!/bin/sh\ntouch " + MARK.encode(), "a.sh", "text/x-sh"),
    Hostile("PHP with two endings", lambda: PHP, "a.php.jpg"),
    Hostile("rules of a web server", lambda: b"AddType x .jpg #" + EVIL, ".htaccess"),
    Hostile("pickle", lambda: pickle.dumps(Runs()), "a.pkl"),
    Hostile("template", lambda: b"{% load static %}{{ settings.SECRET_KEY }}" + EVIL),
    Hostile("nothing", lambda: b""),
    Hostile("one byte", lambda: b"\xff"),
    Hostile("NULs", lambda: bytes(4096)),
    Hostile("headers", lambda: b"\r\n\r\nSet-Cookie: %s=1\r\n" % MARK.encode()),
    Hostile("MP3", lambda: b"ID3\3" + bytes(200) + EVIL, "a.mp3", "audio/mpeg"),
    Hostile("wave", lambda: b"RIFF\x24\0\0\0WAVEfmt " + EVIL, "a.wav", "audio/wav"),
    Hostile("film", lambda: r.mp4(handler=b"vide") + EVIL, "a.mp4", "video/mp4"),
    Hostile("voice note where a picture is due", r.webm, "a.webm", "audio/webm"),
    Hostile("font", lambda: b"wOF2\0\1\0\0" + bytes(40) + EVIL, "a.woff2", "font/woff2"),
    Hostile("Java", lambda: b"\xca\xfe\xba\xbe\0\0\0\x34" + EVIL, "a.class"),
    Hostile("WebAssembly", lambda: b"\0asm\1\0\0\0" + EVIL, "a.wasm", "application/wasm"),
    # pictures that would cost too much
    Hostile("JPEG of 65500 by 65500", lambda: jpeg_of_size(65500, 65500)),
    Hostile("JPEG with a thousand scans", many_scans),
    Hostile("PNG of 65500 by 65500", lambda: png(65500, 65500, rows=b"x") + EVIL),
    Hostile("PNG of 26 megapixels in 0.1 MB", lambda: png(5100, 5100), "a.png", "image/png"),
    Hostile("PNG one pixel high", lambda: png(26_000_000, 1, colour=0), "a.png", "image/png"),
    Hostile("PNG of no size", lambda: png(0, 0, rows=b""), "a.png", "image/png"),
    Hostile("WebP of 26 megapixels in 1 KB",
            lambda: encoded("WEBP", (5100, 5100), "RGBA", lossless=True), "a.webp", "image/webp"),
    Hostile("WebP that promises 268 megapixels", webp_canvas, "a.webp", "image/webp"),
    Hostile("PNG whose words are a bomb",
            lambda: png(9, 9, bomb_chunk(b"zTXt", b"a\0\0")), "a.png", "image/png"),
    # torn
    Hostile("JPEG, its first bytes", lambda: jpeg()[:20]),
    Hostile("JPEG, two thirds", lambda: encoded("JPEG", (900, 900))[:2000]),
    Hostile("PNG, half", lambda: png(64, 48)[:50], "a.png", "image/png"),
    Hostile("WebP, half", lambda: encoded("WEBP", (300, 300))[:60], "a.webp", "image/webp"),
    Hostile("JPEG, then nothing of a picture", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0" + EVIL),
    Hostile("more than 12 MB", lambda: jpeg() + EVIL + bytes(12 * 1024 * 1024)),
)  # fmt: skip

# --- pictures that are also something else ------------------------------------------------------

REWRITTEN = (
    Hostile("JPEG that is a page", lambda: jpeg(comment=b"*/-->" + EVIL) + PAGE, "a.jpg.html"),
    Hostile("JPEG that is a script", lambda: patched(
        with_segments(segment(0xE1, b"=1;/*" + MARK.encode())), 2, b"\xff\xe1") + b"*/" + EVIL,
        "a.js", "text/javascript"),
    Hostile("JPEG that is PHP", lambda: jpeg(comment=PHP) + PHP, "a.php"),
    Hostile("JPEG that is an archive", lambda: jpeg() + archive(), "a.zip", "application/zip"),
    Hostile("JPEG that is a PDF", lambda: with_segments(segment(0xFE, PDF)) + PDF, "a.pdf"),
    Hostile("EXIF with scripts and a place", exif),
    Hostile("EXIF that turns the picture", lambda: exif_turned(6)),
    Hostile("EXIF with a turn there is not", lambda: exif_turned(99)),
    Hostile("EXIF that is torn", lambda: with_segments(
        segment(0xE1, b"Exif\0\0II*\0\xff\xff" + EVIL))),
    Hostile("EXIF that points at itself", lambda: with_segments(
        segment(0xE1, b"Exif\0\0II*\0" + LOOP + EVIL))),
    Hostile("XMP", lambda: with_segments(
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XXE))),
    Hostile("ICC", lambda: with_segments(segment(0xE2, b"ICC_PROFILE\0\1\1" + EVIL * 9))),
    Hostile("IPTC", lambda: with_segments(
        segment(0xED, b"Photoshop 3.0\x008BIM\4\4\0\0\0\0\0\x60" + EVIL))),
    Hostile("two pictures in one file", lambda: several("MPO") + EVIL),
    Hostile("two pictures, badly told", lambda: with_segments(
        segment(0xE2, b"MPF\0II*\0\xff\0\0\0" + EVIL))),
    Hostile("JPEG for print", lambda: encoded("JPEG", mode="CMYK") + EVIL),
    Hostile("JPEG one pixel wide", lambda: encoded("JPEG", (1, 20_000)) + EVIL),
    Hostile("PNG with words", text_chunks, "a.png", "image/png"),
    Hostile("PNG with EXIF", lambda: png(64, 48, chunk(b"eXIf", b"II*\0" + EVIL)), "a.png"),
    Hostile("PNG, then a page", lambda: png(64, 48) + PAGE, "a.png", "image/png"),
    Hostile("PNG with a chunk of its own", lambda: png(64, 48, chunk(b"teSt", EVIL)), "a.png"),
    Hostile("PNG that moves", lambda: several("PNG") + EVIL, "a.png", "image/png"),
    Hostile("PNG with more rows than it has", lambda: png(
        9, 9, rows=zlib.compress(bytes(30_000_000))) + EVIL, "a.png", "image/png", is_kept=None),
    Hostile("PNG whose colours are a bomb", lambda: png(
        9, 9, bomb_chunk(b"iCCP", b"a\0\0")), "a.png", "image/png", is_kept=None),
    Hostile("WebP with EXIF and XMP", lambda: encoded("WEBP", exif=b"Exif\0\0" + EVIL, xmp=EVIL),
            "a.webp", "image/webp", is_kept=None),
    Hostile("WebP that moves", lambda: several("WEBP") + EVIL, "a.webp", "image/webp"),
)  # fmt: skip

# --- names, around a sound picture --------------------------------------------------------------

NAMES = {
    "climbs": "../../../../../tmp/cgpwn7f3a.jpg",
    "climbs as on Windows": "..\\..\\..\\cgpwn7f3a.jpg",
    "climbs, encoded": "..%2f..%2f..%2fcgpwn7f3a.jpg",
    "climbs in wide letters": "．．／．．／cgpwn7f3a.jpg",
    "from the root": "/tmp/cgpwn7f3a.jpg",
    "of a drive": "c" + ":\\cgpwn7f3a.jpg",
    "with a NUL": "cgpwn7f3a.php\0.jpg",
    "with a line of headers": "a.jpg\r\nSet-Cookie: cgpwn7f3a=1\r\n\r\n",
    "with a quote": 'a";filename="cgpwn7f3a.html',
    "a page": "<img src=x onerror=cgpwn7f3a()>.jpg",
    "a template": "{{ settings.SECRET_KEY }}cgpwn7f3a.jpg",
    "a shell": "$(touch cgpwn7f3a).jpg",
    "a pipe": "|touch cgpwn7f3a",
    "a query": "'; DROP TABLE matters_matter; --cgpwn7f3a.jpg",
    "two endings": "cgpwn7f3a.jpg.php",
    "an ending of a page": "cgpwn7f3a.html",
    "a file of the server": ".htaccess",
    "a stream": "cgpwn7f3a.jpg::$DATA",
    "read backwards": "cgpwn7f3a\u202egpj.exe",
    "a device": "CON.jpg",
    "two dots": "..",
    "an option": "-rf cgpwn7f3a",
    "pictures for letters": "\U0001f9e8" * 40 + "cgpwn7f3a.jpg",
    "without end": "cgpwn7f3a" + "a" * 5000 + ".jpg",
}
KINDS = ("text/html", "image/svg+xml", "application/x-php", "multipart/mixed", "\x01cgpwn7f3a")


def exif_turned(turn: int) -> bytes:
    data = Image.Exif()
    data[0x0112], data[0x010E] = turn, SCRIPT
    return jpeg(exif=data)


# Django reads none of these: the form goes on without a file.
UNREAD = ("two dots", "without end", "with a line of headers")


def _named() -> Iterator[Hostile]:
    for said, name in NAMES.items():
        yield Hostile(f"name: {said}", jpeg, name, is_kept=None if said in UNREAD else False)
    for kind in KINDS:
        yield Hostile(f"kind: {kind!r}", jpeg, "a.jpg", kind)


def _kept(one: Hostile) -> Hostile:
    taken = True if one.is_kept is False else one.is_kept
    return Hostile(one.name, one.make, one.filename, one.mime, taken)


PICTURES = (*REFUSED, *(_kept(one) for one in (*REWRITTEN, *_named())))

# --- where a voice note is due ------------------------------------------------------------------

SOUNDS = (
    *(Hostile(one.name, one.make) for one in REFUSED if one.name in {
        "SVG with a script", "page", "PDF with a script", "MP3", "wave", "film", "archive",
        "nothing", "program of Linux", "gzip of fifty megabytes"}),
    Hostile("picture", jpeg),
    Hostile("film, WebM", lambda: r.webm(kind=b"\1", codec=b"V_VP8") + EVIL),
    Hostile("Ogg, then a page", lambda: r.ogg() + PAGE),
    Hostile("Ogg, then an archive", lambda: r.ogg() + archive()),
    Hostile("MP4, then an archive", lambda: r.mp4() + archive()),
    Hostile("WebM, then a page", lambda: r.webm() + PAGE),
    Hostile("more than a minute", lambda: r.ogg(63)),
    Hostile("torn", lambda: r.ogg()[:300]),
    Hostile("page in a name of WebM", lambda: r.webm(name=EVIL), is_kept=True),
    Hostile("page in an attachment of WebM",
            lambda: r.webm(more=r.ebml("1941A469", EVIL * 9)), is_kept=None),
    Hostile("page before the sound of MP4", lambda: r.mp4(hidden=EVIL * 3), is_kept=None),
)  # fmt: skip
