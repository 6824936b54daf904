"""The place of words in the text of a source, so that nobody counts characters by hand."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from summitry import paths
from summitry.dataset.texts import Texts
from summitry.errors import InputError
from summitry.words import alike, composed

CONTEXT = 40  # code points that are shown before and after a match
_SOURCE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Span(NamedTuple):
    """A match: start and end (exclusive) in Unicode code points from 0, and the text around it."""

    start: int
    end: int
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class SourceText:
    """The text of a source, with what the table sources says about it.

    Attributes:
        text_path: the path in a checkout or contribution, such as "seeds/var-matin-2025-08-22.txt".
        sha256: the SHA-256 of the file, in hexadecimal digits.
        text: its content.
    """

    text_path: str
    sha256: str
    text: str


def find(words: str, text: str) -> list[Span]:
    """Return every place where the words occur; white space and the shape of quotation marks do not matter.

    Example:
        >>> [(span.start, span.end) for span in find("don't  stop", "We don’t stop.")]
        [(3, 13)]
    """
    parts = ["".join(map(_pattern, composed(word))) for word in words.split()]
    if not parts:
        return []
    return [_span(match, text) for match in re.finditer(r"\s+".join(parts), text)]


def _pattern(character: str) -> str:
    """Return a pattern of a character in any shape, and of a letter and its accent as one character or two."""
    apart = unicodedata.normalize("NFD", character)
    one = f"[{re.escape(alike(character))}]"
    return one if apart == character else f"(?:{one}|{re.escape(apart)})"


def _span(match: re.Match[str], text: str) -> Span:
    start, end = match.span()
    return Span(start, end, text[max(0, start - CONTEXT) : start], match.group(), text[end : end + CONTEXT])


def read_text(source: str, folder: Path | None = None) -> SourceText:
    """Read the text of a source, from the folder of a contribution if that has it, else from the dataset.

    Raises:
        InputError: when the id is malformed, the folder is missing, no file has the text, or the text is not UTF-8.
    """
    if not _SOURCE_ID.fullmatch(source):
        raise InputError(f"{source!r} is not a source id. Use small letters, digits and hyphens.")
    if folder and not folder.is_dir():
        raise InputError(f"There is no folder {str(folder)!r}.")
    text_path = f"{paths.TEXTS}/{source}.txt"
    homes = [home for home in (folder, paths.root()) if home]
    texts = Texts(tuple(homes))
    raw = texts(text_path)
    if raw is None:
        tried = " or ".join(str(home / text_path) for home in homes)
        raise InputError(f"There is no text {tried}. Texts are in a checkout and in contributions (--folder).")
    return SourceText(text_path, hashlib.sha256(raw).hexdigest(), decoded(raw, Path(text_path)))


def decoded(raw: bytes, file: Path) -> str:
    """Return the content of a text file.

    Raises:
        InputError: when it is not UTF-8.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as e:
        raise InputError(f"{file} is not UTF-8: byte {e.start}. Save it as UTF-8.") from e
