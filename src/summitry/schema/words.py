"""Things in words: a column's constraints and its example, a number with its noun, a size, a name, a text."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from summitry.schema.model import Field, Table

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1000  # from one unit to the next
# characters that nobody sees, by the first and the last of each range: control characters but those of ASCII before the
# space, line ends, marks of direction, fillers. Scripts such as Persian need the two that join letters, U+200C and
# U+200D.
UNSEEN = (
    *((0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180E, 0x180E)),
    *((0x200B, 0x200B), (0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFEFF, 0xFEFF)),
    *((0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB)),
)


def character_class(ranges: Iterable[tuple[int, int]]) -> str:
    r"""Return a regular expression for one character of some ranges.

    Example:
        >>> character_class([(0x20, 0x7E)])
        '[\\u0020-\\u007e]'
    """
    return "[" + "".join(rf"\u{first:04x}-\u{last:04x}" for first, last in ranges) + "]"


# JSON allows these in a string, and the halves of characters, which have no place in UTF-8
_UNSEEN = re.compile(character_class([*UNSEEN, (0x200C, 0x200D), (0xD800, 0xDFFF)]))


def constraints(table: Table, f: Field) -> list[str]:
    """Return each constraint of a column in words."""
    words = ["required"] if table.required(f) else []
    if table.primary_key == (f.name,):
        words.append("primary key")
    elif f.name in table.primary_key:
        words.append(f"part of the key ({', '.join(table.primary_key)})")
    elif f.unique:
        words.append("unique")
    key = table.reference(f.name)
    if key:
        words.append(f"→ {key.table}.{key.references[0]}")
    limits = (
        ("at least {}", f.minimum),
        ("at most {}", f.maximum),
        ("at least {} characters", f.min_length),
        ("at most {} characters", f.max_length),
        ("pattern `{}`", f.pattern),
    )
    return words + [text.format(limit) for text, limit in limits if limit is not None]


def example(f: Field) -> str:
    """Return the example of a column as it is written in a cell."""
    return str(f.example).lower() if f.type == "boolean" else str(f.example)


def counted(n: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    Example:
        >>> counted(1, "report"), counted(1200, "report"), counted(2, "party", "parties")
        ('1 report', '1,200 reports', '2 parties')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def size(n: int) -> str:
    """Return a number of bytes in the unit that keeps it short.

    Example:
        >>> size(159_410), size(12)
        ('159 kB', '12 bytes')
    """
    number, unit = float(n), 0
    while number >= _STEP and unit < len(_UNITS) - 1:
        number, unit = number / _STEP, unit + 1
    return f"{number:.3g} {_UNITS[unit]}"


def plain(name: str) -> str:
    """Return a name without capitals, accents and repeated spaces, so that spellings can be compared.

    Example:
        >>> plain("Serhij  ŁAWROŃ")
        'serhij ławron'
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = folded if folded.isascii() else "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(letters.split())


def printable(text: str) -> str:
    r"""Return a text with its invisible characters escaped, and with what GitHub reads as a command of a workflow.

    Example:
        >>> print(printable("a" + chr(0x202E) + "b"))
        a\u202eb
        >>> print(printable("::error::a"))
        \x3a:error::a
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    text = text.replace("##[", "##\\x5b")
    start = len(text) - len(text.lstrip())
    return f"{text[:start]}\\x3a{text[start + 1 :]}" if text.startswith("::", start) else text


def json_text(value: Any, indent: int | None = None) -> str:
    r"""Return a value as JSON, with its invisible characters escaped.

    Example:
        >>> print(json_text(["é" + chr(0x202E)]))
        ["é\u202e"]
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _UNSEEN.sub(lambda c: f"\\u{ord(c[0]):04x}", text)


@cache
def web_address(url: object) -> str | None:
    """Return an address if it is one of the web; anything else, such as `javascript:`, never becomes a link.

    Example:
        >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
        ('https://example.org/a', None)
    """
    text = str(url or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    safe = parts.scheme in ("http", "https") and parts.netloc and text.isprintable() and " " not in text
    return text if safe else None
