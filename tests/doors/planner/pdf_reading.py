"""The text of a PDF, as far as typst writes it: tests read what a reader would, not the source."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.S)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)


def text_of(content: bytes) -> str:
    """Every letter in the order of drawing. Raises: AssertionError without any text."""
    objects = {int(number): body for number, body in OBJECT.findall(content)}
    objects |= _packed(objects)
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    said = "".join(_page(body, objects) for body in pages)
    assert said, "no text was found"
    return said


def _packed(objects: dict[int, bytes]) -> dict[int, bytes]:
    """Objects kept together in a stream."""
    found = {}
    for body in objects.values():
        if b"/ObjStm" not in body:
            continue
        plain = _stream(body)
        first = int(re.search(rb"/First (\d+)", body).group(1))
        heads = [int(x) for x in plain[:first].split()]
        pairs = list(zip(heads[::2], heads[1::2], strict=True))
        ends = [at for _, at in pairs[1:]] + [len(plain) - first]
        for (number, at), end in zip(pairs, ends, strict=True):
            found[number] = plain[first + at : first + end]
    return found


def _stream(body: bytes) -> bytes:
    data = STREAM.search(body).group(1)
    return zlib.decompress(data) if b"/FlateDecode" in body else data


def _page(body: bytes, objects: dict[int, bytes]) -> str:
    """Text of one page and of the drawings in it."""
    streams = [_ref(rb"/Contents (\d+) 0 R", body)]
    resources = _resolved(rb"/Resources", body, objects)
    fonts = _fonts(resources, objects)
    said = "".join(_drawn(_stream(objects[number]), fonts) for number in streams)
    for number in re.findall(rb"/[Xx]\d+ (\d+) 0 R", resources):
        form = objects.get(int(number), b"")
        if b"/Form" in form:
            said += _drawn(_stream(form), _fonts(_resolved(rb"/Resources", form, objects), objects))
    return said


def _ref(pattern: bytes, body: bytes) -> int:
    return int(re.search(pattern, body).group(1))


def _resolved(name: bytes, body: bytes, objects: dict[int, bytes]) -> bytes:
    direct = re.search(name + rb"\s*(\d+) 0 R", body)
    return objects[int(direct.group(1))] if direct else body


def _fonts(resources: bytes, objects: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    part = re.search(rb"/Font\s*<<(.*?)>>", resources, re.S)
    if part is None:
        direct = re.search(rb"/Font\s+(\d+) 0 R", resources)
        part = re.search(rb"<<(.*?)>>", objects[int(direct.group(1))], re.S) if direct else None
    found = {}
    for name, number in re.findall(rb"/(\w+) (\d+) 0 R", part.group(1) if part else b""):
        link = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        if link:
            found[name] = _letters(_stream(objects[int(link.group(1))]))
    return found


def _letters(cmap: bytes) -> dict[int, str]:
    """Glyph numbers and their letters."""
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for glyph, letters in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            found[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.S):
        for low, high, letters in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            begin = ord(bytes.fromhex(letters.decode()).decode("utf-16-be")[-1])
            for glyph in range(int(low, 16), int(high, 16) + 1):
                found[glyph] = chr(begin + glyph - int(low, 16))
    return found


WORDS = re.compile(rb"/(?:ActualText|Alt|Lang)\s*")  # said of what is drawn, not drawn
FONT, HEX = re.compile(rb"/(\w+) [\d.]+ Tf"), re.compile(rb"<([0-9A-Fa-f]+)>")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _drawn(stream: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    said, letters, at = [], {}, 0
    while at < len(stream):
        font, coded = FONT.match(stream, at), HEX.match(stream, at)
        raw, words = b"", WORDS.match(stream, at)
        if words:
            at = words.end()
            coded = HEX.match(stream, at)
            at = coded.end() if coded else _end_of_string(stream, at)
        elif font:
            letters, at = fonts.get(font.group(1), {}), font.end()
        elif coded:
            raw, at = bytes.fromhex(coded.group(1).decode()), coded.end()
        elif stream[at : at + 1] == b"(":
            end = _end_of_string(stream, at)
            raw, at = _unescaped(stream[at:end]), end
        else:
            at += 1
        glyphs = [int.from_bytes(raw[n : n + 2], "big") for n in range(0, len(raw) - 1, 2)]
        said.append("".join(letters.get(glyph, "") for glyph in glyphs))
    return "".join(said)


def _end_of_string(stream: bytes, at: int) -> int:
    """Behind the bracket that closes; brackets inside may stand in pairs."""
    depth = 0
    while True:
        letter = stream[at : at + 1]
        depth += (letter == b"(") - (letter == b")")
        at += 2 if letter == b"\\" else 1
        if not depth:
            return at


def _unescaped(token: bytes) -> bytes:
    def letter(match: re.Match[bytes]) -> bytes:
        code = match.group(1)
        return bytes([int(code, 8) & 255]) if code[:1].isdigit() else ESCAPES.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", letter, token[1:-1], flags=re.S)
