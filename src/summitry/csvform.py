"""The form of many bytes of CSV at once: sixty-four are looked at together, as the bits of a word.

This is how simdjson finds what stands in quotation marks (Langdale and Lemire, 2019), in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Ranges = tuple[tuple[int, int], ...]

_CACHED = 256 << 10  # bytes that are looked at while they are near the processor
_QUOTE, _COMMA, _NEWLINE, _SPACE = b'",\n '
# by the first byte of characters in UTF-8, ranges of the two bytes behind it: C1 controls, spaces of all kinds,
# marks of reading direction, the byte order mark, the replacement character
_UNSEEN: dict[int, Ranges] = {
    0xC2: ((0x8000, 0xA0FF),),
    0xD8: ((0x9C00, 0x9CFF),),
    0xE1: ((0x9A80, 0x9A80),),
    0xE2: ((0x8080, 0x808F), (0x80A8, 0x80AF), (0x819F, 0x81AF)),
    0xE3: ((0x8080, 0x8080),),
    0xEF: ((0xBBBF, 0xBBBF), (0xBFBD, 0xBFBD)),
}
_ONE = np.uint64(1)
_TOP = np.uint64(63)


@dataclass
class Form:
    """Where in some bytes quotation marks, commas and line ends stand: a bit for each byte."""

    quotes: Words
    commas: Words
    newlines: Words

    @classmethod
    def of(cls, raw: bytes) -> Form:
        """Look at bytes."""
        given = np.frombuffer(raw, np.uint8)
        pieces = [given[start : start + _CACHED] for start in range(0, len(given), _CACHED)]
        return cls(*(_bits(piece == c for piece in pieces) for c in (_QUOTE, _COMMA, _NEWLINE)))

    @cached_property
    def inside(self) -> Words:
        """The bytes from an opening quotation mark up to, but not with, the closing one."""
        words = self.quotes.copy()
        for shift in (1, 2, 4, 8, 16, 32):
            words ^= words << np.uint64(shift)
        odd = np.cumsum(words >> _TOP, dtype=np.uint64)
        odd[1:] = odd[:-1]
        odd[:1] = 0
        words ^= np.uint64(0) - (odd & _ONE)
        return words

    @cached_property
    def ends(self) -> Words:
        """The line ends that end a record."""
        return self.newlines & ~self.inside

    @property
    def _is_closed(self) -> bool:
        """Whether no quotation mark is open at the end."""
        return not int(self.inside[-1]) >> 63

    def is_sound(self, width: int) -> bool:
        """Say whether bytes that end with a newline hold only well-formed records of a width.

        A quotation mark that opens stands behind a border or another mark, one that closes before; no line is
        blank; and all commas outside of quotation marks are those of so many records. (One record too long and
        another too short for it is what the fast reader refuses.)
        """
        inside, borders = self.inside, self.commas | self.newlines | self.quotes
        before, after = _next(borders), _previous(borders)
        before[0] |= _ONE
        misplaced = self.quotes & ((inside & ~before) | ~(after | inside))
        blank = self.ends & _next(self.newlines)
        blank[0] |= self.ends[0] & _ONE
        if misplaced.any() or blank.any() or not self._is_closed:
            return False
        return _count(self.commas & ~inside) == (width - 1) * _count(self.ends)


def _bits(flags: Iterable[NDArray[np.bool_]]) -> Words:
    packed = np.concatenate([np.packbits(some, bitorder="little") for some in flags])
    packed.resize(-(-len(packed) // 8) * 8, refcheck=False)
    return packed.view("<u8")


def _next(words: Words) -> Words:
    """Return the bits of the bytes that follow."""
    moved = words << _ONE
    moved[1:] |= words[:-1] >> _TOP
    return moved


def _previous(words: Words) -> Words:
    """Return the bits of the bytes that come before."""
    moved = words >> _ONE
    moved[:-1] |= words[1:] << _TOP
    return moved


def _count(words: Words) -> int:
    return int(np.bitwise_count(words).sum())


def is_plain(raw: bytes) -> bool:
    """Say whether bytes hold no control character but line feeds, no mark that is not seen, no space but U+0020.

    It may say no where all is well: that costs a second look.
    """
    given = np.frombuffer(raw, np.uint8)
    pieces = [given[start : start + _CACHED + 2] for start in range(0, len(given), _CACHED)]
    controls = sum(np.count_nonzero(p[:_CACHED] < _SPACE) - np.count_nonzero(p[:_CACHED] == _NEWLINE) for p in pieces)
    if controls or b"\x7f" in raw:
        return False
    # two bytes more, so that a character on the border of a piece is seen whole
    there = {lead: ranges for lead, ranges in _UNSEEN.items() if bytes([lead]) in raw}
    return all(_is_seen(piece, lead, ranges) for piece in pieces for lead, ranges in there.items())


def _is_seen(given: NDArray[np.uint8], lead: int, ranges: Ranges) -> bool:
    at = np.flatnonzero(given == lead)
    after = given.take(at + 1, mode="clip").astype(np.uint16) << 8 | given.take(at + 2, mode="clip")
    return not any(((first <= after) & (after <= last)).any() for first, last in ranges)


def counts(raw: bytes, width: int) -> tuple[int, int] | None:
    """Return the records and lines of bytes that end with a newline, or None where they are not sound."""
    form = Form.of(raw)
    return (_count(form.ends), _count(form.newlines)) if form.is_sound(width) else None


def borders(raw: bytes, *, by_line: bool) -> NDArray[np.int64]:
    """Return where the records of sound bytes begin, and where the last one ends.

    Args:
        raw: the bytes.
        by_line: whether each line is a record.
    """
    if by_line:
        ends = np.flatnonzero(np.frombuffer(raw, np.uint8) == _NEWLINE)
    else:
        ends = np.flatnonzero(np.unpackbits(Form.of(raw).ends.view(np.uint8), bitorder="little"))
    return np.concatenate([[0], ends + 1])
