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

_CACHED = 256 << 10  # bytes that are looked at while they are near the processor
_QUOTE, _COMMA, _NEWLINE, _SPACE, _DELETE = b'",\n \x7f'
# by the first byte of characters in UTF-8, ranges of the two bytes behind it: C1 controls, spaces of all kinds,
# marks of reading direction, the byte order mark, the replacement character
_UNSEEN = {
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
    # two bytes more, so that a character on the border is seen whole
    return all(_is_plain(given[start : start + _CACHED + 2]) for start in range(0, len(given), _CACHED))


def _is_plain(given: NDArray[np.uint8]) -> bool:
    controls = np.count_nonzero(given < _SPACE) + np.count_nonzero(given == _DELETE)
    if controls != np.count_nonzero(given == _NEWLINE):
        return False
    for lead, ranges in _UNSEEN.items():
        found = given == lead
        if found.any():
            at = np.flatnonzero(found)
            after = given.take(at + 1, mode="clip").astype(np.uint16) << 8 | given.take(at + 2, mode="clip")
            if any(((first <= after) & (after <= last)).any() for first, last in ranges):
                return False
    return True


def counts(raw: bytes, width: int) -> tuple[int, int] | None:
    """Return the records and lines of bytes that end with a newline, or None where they are not sound."""
    form = Form.of(raw)
    return (_count(form.ends), _count(form.newlines)) if form.is_sound(width) else None


def borders(raw: bytes) -> list[int]:
    """Return where the records of sound bytes begin, and where the last one ends."""
    flags = np.unpackbits(Form.of(raw).ends.view(np.uint8), bitorder="little")
    return [0, *(np.flatnonzero(flags) + 1).tolist()]
