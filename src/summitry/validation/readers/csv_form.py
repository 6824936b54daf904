"""The form of many bytes of CSV at once: sixty-four are looked at together, as the bits of a word.

This is how simdjson finds what stands in quotation marks (Langdale and Lemire, 2019), in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Ranges = tuple[tuple[int, int], ...]

_PIECE = 1 << 20  # bytes whose bits are looked at together, while they are near the processor
_CACHED = 256 << 10  # bytes of which the bits are made together
_QUOTE, _COMMA, _NEWLINE, _SPACE = b'",\n '
_BORDERS = b'",\n'
_DELETE = 0x7F
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
_SHIFTS = tuple(np.uint64(1 << i) for i in range(6))


@dataclass
class _Form:
    """Where in a piece of some bytes quotation marks, commas and line ends stand: a bit for each byte.

    Attributes:
        quotes: the marks.
        commas: the commas.
        newlines: the line ends.
        opened: whether a quotation mark is open where the piece begins.
        before: the byte before the piece, a line end where there is none.
        after: the byte behind it, likewise.
    """

    quotes: Words
    commas: Words
    newlines: Words
    opened: bool
    before: int
    after: int

    @cached_property
    def inside(self) -> Words:
        """The bytes from an opening quotation mark up to, but not with, the closing one."""
        words, moved = self.quotes.copy(), np.empty_like(self.quotes)
        for shift in _SHIFTS:
            np.bitwise_xor(words, np.left_shift(words, shift, out=moved), out=words)
        odd = np.cumsum(words >> _TOP, dtype=np.uint64)
        odd[1:] = odd[:-1]
        odd[:1] = 0
        words ^= np.uint64(0) - ((odd + np.uint64(self.opened)) & _ONE)
        return words

    @cached_property
    def ends(self) -> Words:
        """The line ends that end a record."""
        return self.newlines & ~self.inside

    @property
    def stays_open(self) -> bool:
        """Whether a quotation mark is open at the end."""
        return bool(int(self.inside[-1]) >> 63)

    def is_sound(self) -> bool:
        """Say whether marks stand where they may and no line is blank.

        One that opens stands behind a border or another mark, one that closes before.
        """
        inside, borders = self.inside, self.commas | self.newlines | self.quotes
        opens = _next(borders, first=self.before in _BORDERS)
        closes = _previous(borders, last=self.after in _BORDERS)
        misplaced = self.quotes & ((inside & ~opens) | ~(closes | inside))
        blank = self.ends & _next(self.newlines, first=self.before == _NEWLINE)
        return not (misplaced | blank).any()


def _forms(raw: bytes) -> Iterator[_Form]:
    """Yield the form of bytes piece by piece."""
    given, opened = np.frombuffer(raw, np.uint8), False
    for start in range(0, len(given), _PIECE):
        end = start + _PIECE
        before = raw[start - 1] if start else _NEWLINE
        after = raw[end] if end < len(raw) else _NEWLINE
        quotes, commas, newlines = (_bits(given[start:end], c) for c in (_QUOTE, _COMMA, _NEWLINE))
        form = _Form(quotes, commas, newlines, opened, before, after)
        yield form
        opened = form.stays_open


def _bits(given: NDArray[np.uint8], wanted: int) -> Words:
    """Return a bit for each byte, and zeros up to whole words: whether it is the one that is wanted."""
    packed = np.empty(-(-len(given) // 64) * 8, np.uint8)
    packed[-8:] = 0
    for start in range(0, len(given), _CACHED):
        bits = np.packbits(given[start : start + _CACHED] == wanted, bitorder="little")
        packed[start // 8 :][: len(bits)] = bits
    return packed.view("<u8")


def _next(words: Words, *, first: bool) -> Words:
    """Return the bits of the bytes that follow."""
    moved = words << _ONE
    moved[1:] |= words[:-1] >> _TOP
    moved[0] |= np.uint64(first)
    return moved


def _previous(words: Words, *, last: bool) -> Words:
    """Return the bits of the bytes that come before."""
    moved = words >> _ONE
    moved[:-1] |= words[1:] << _TOP
    moved[-1] |= np.uint64(last) << _TOP
    return moved


def _count(words: Words) -> int:
    return int(np.bitwise_count(words).sum())


def counts(raw: bytes, width: int) -> tuple[int, int] | None:
    """Return the records and lines of bytes that end with a newline, or None where they are not sound.

    All commas outside of quotation marks must be those of so many records. (One record too long and another too
    short for it is what the fast reader refuses.)
    """
    records = lines = commas = 0
    opened = False
    for form in _forms(raw):
        if not form.is_sound():
            return None
        records += _count(form.ends)
        lines += _count(form.newlines)
        commas += _count(form.commas & ~form.inside)
        opened = form.stays_open
    return (records, lines) if not opened and commas == (width - 1) * records else None


def borders(raw: bytes) -> NDArray[np.int64]:
    """Return where the records of sound bytes begin, and where the last one ends."""
    bits = np.concatenate([form.ends for form in _forms(raw)])
    ends = np.flatnonzero(np.unpackbits(bits.view(np.uint8), bitorder="little"))
    return np.concatenate([[0], ends + 1])


def is_plain(given: bytes | memoryview, lines: int) -> bool:
    """Say whether bytes hold no control character but line feeds, no mark that is not seen, no space but U+0020.

    It may say no where all is well: that costs a second look.

    Args:
        given: the bytes.
        lines: how many line feeds there are.
    """
    view, controls = memoryview(given), 0
    for start in range(0, len(view), _CACHED):
        piece = bytes(view[start : start + _CACHED + 2])  # two more: a character on the border is seen whole
        numbers = np.frombuffer(piece, np.uint8)
        controls += int(np.count_nonzero(numbers[:_CACHED] < _SPACE))
        if _DELETE in piece or any(lead in piece and _is_unseen(numbers, lead) for lead in _UNSEEN):
            return False
    return controls == lines


def _is_unseen(given: NDArray[np.uint8], lead: int) -> bool:
    at = np.flatnonzero(given[:_CACHED] == lead)
    after = given.take(at + 1, mode="clip").astype(np.uint16) << 8 | given.take(at + 2, mode="clip")
    return any(bool(((first <= after) & (after <= last)).any()) for first, last in _UNSEEN[lead])
