"""Finding words in the text of a source, so that nobody counts characters."""

from __future__ import annotations

import re
from typing import NamedTuple

CONTEXT = 40
# writers of texts and typists of commands use different marks; they match each other
_ALIKE = {"'": "['’‘]", "’": "['’‘]", "‘": "['’‘]", '"': '["“”„«»]', "“": '["“”„«»]', "”": '["“”„«»]'}


class Span(NamedTuple):
    """Where words stand: 0-based, end-exclusive, in Unicode code points; and what stands around them."""

    start: int
    end: int
    before: str
    words: str
    after: str


def find(words: str, text: str) -> list[Span]:
    """Return every place where the words stand; white space and the shape of quotation marks do not matter."""
    parts = ["".join(_ALIKE.get(c, re.escape(c)) for c in word) for word in words.split()]
    if not parts:
        return []
    return [
        Span(m.start(), m.end(), text[max(0, m.start() - CONTEXT) : m.start()], m.group(),
             text[m.end() : m.end() + CONTEXT])
        for m in re.finditer(r"\s+".join(parts), text)
    ]  # fmt: skip
