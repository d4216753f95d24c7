"""What may go with a publication: a picture or a plain table; and what its words may not hold."""

from __future__ import annotations

import csv
import io
import re

from commongrid.kernel.text import Text

MOST_TABLE_BYTES = 500_000
MOST_ROWS, MOST_COLUMNS = 5_000, 60
TABLE, PICTURE = "text/csv", "image/jpeg"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"-?[0-9][0-9,]*(\.[0-9]+)?%?")
# Identity cards of 18 digits and mobile numbers of 11: what a publication of money never needs.
PERSONAL = (
    (
        re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])"),
        Text("像是身份证号或银行卡号", "what looks like an identity or bank number"),
    ),
    (
        re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])"),
        Text("像是手机号", "what looks like a mobile number"),
    ),
)


def personal_in(*words: str) -> Text | None:
    """What in these words looks like a person's number, or None.

    Example:
        >>> personal_in("收入 13800.00 元") is None
        True
        >>> personal_in("电话13800000000").en
        'what looks like a mobile number'
    """
    for text in words:
        for pattern, name in PERSONAL:
            if pattern.search(text):
                return name
    return None


def clean_table(content: bytes) -> str:
    r"""A table in UTF-8, read and written anew so that no cell is a formula.

    Raises: ValueError for what is no table or too large.

    Example:
        >>> clean_table(b"what,yuan\r\n=1+1,-20\r\n")
        "what,yuan\r\n'=1+1,-20\r\n"
    """
    if len(content) > MOST_TABLE_BYTES or b"\0" in content:
        raise ValueError("not a table")
    text = content.decode("utf-8-sig")  # UnicodeDecodeError is a ValueError
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise ValueError("not a table") from error
    if not rows or len(rows) > MOST_ROWS or max(map(len, rows)) > MOST_COLUMNS:
        raise ValueError("not a table")
    if len(rows[0]) < 2:
        raise ValueError("not a table")
    out = io.StringIO()
    csv.writer(out).writerows([[_plain(cell) for cell in row] for row in rows])
    return out.getvalue()


def _plain(cell: str) -> str:
    if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
