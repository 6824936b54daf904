"""A CSV file of any size as blocks of whole records, each with its place in the file.

A block is sound where every quotation mark stands as RFC 4180 has it, each record has as many cells as the header,
and no line is blank: a fast reader then reads what the scanner in `csvfile` would.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, NamedTuple, TypeVar

from summitry.validation.readers import csv_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from summitry.validation.report import Problem

T = TypeVar("T")
SIZE = 8 << 20  # bytes of a block
LONGEST_CELL = 64 << 20  # bytes; a quotation mark that is not closed by then is taken for a mistake
LONGEST_HEADER = 100  # lines, likewise
MANY = 1 << 20  # bytes; numpy is loaded for more
MARKED = 1000  # of so many records, the place of one is kept


class Looked(NamedTuple, Generic[T]):
    """What a look at sound bytes has found.

    Attributes:
        records: how many records there are.
        lines: how many physical lines.
        borders: where the records begin, and where the last one ends, if that is known already.
        found: what else.
    """

    records: int
    lines: int
    borders: Borders | None
    found: T


def counts(text: bytes, width: int) -> tuple[int, int] | None:
    """Return the records and lines of bytes that end with a newline, or None where they are not sound.

    A small text is not sound either where a cell holds a line break: the scanner is as quick.
    """
    if len(text) > MANY:
        from summitry.validation.readers import csv_form

        return csv_form.counts(text, width)
    return (text.count(b"\n"),) * 2 if _sound_lines(width).fullmatch(text) else None


def _unix(raw: bytes, *, returned: bool) -> bytes:
    """Return bytes with line ends as LF, the last one too.

    Args:
        raw: the bytes.
        returned: whether there is any carriage return.
    """
    text = raw.replace(b"\r\n", b"\n") if returned else raw
    return text if text.endswith(b"\n") else text + b"\n"


if TYPE_CHECKING:
    Borders = Sequence[int] | pl.Series | NDArray[np.int64]
    Submit = Callable[..., Callable[[], Any]]
    Look = Callable[[bytes], Looked[T] | None]


@cache
def _sound_lines(width: int) -> re.Pattern[bytes]:
    cell = rb'(?:"(?:[^"\n]++|"")*+"|[^",\r\n]*+)'
    return re.compile(rb"(?:(?!\n)%b(?:,%b){%d}\n)*+" % (cell, cell, width - 1))


@dataclass(frozen=True)
class Block:
    """Whole records of a file.

    Attributes:
        raw: their bytes, line ends as LF where it is sound.
        file: what to call the file in problems.
        width: how many cells a record has.
        line: the physical line of the first record, from 1.
        row: the number of the first record, from 0, header not counted.
        records: how many records there are.
        lines: how many physical lines.
        start: where it begins in the file.
        size: how many bytes it has there.
        borders: where the records begin, and where the last one ends, if that is known already.
        as_is: whether the bytes stand in the file as they are here.
        marks: where some of the records begin, one of `MARKED`, if each is a line of the file as it stands there.
        parsed: what the scanner found; None where it was not needed, or was let go.
        is_sound: whether the scanner was not needed.
    """

    raw: bytes
    file: str
    width: int
    line: int
    row: int
    records: int
    lines: int
    start: int = 0
    size: int = 0
    borders: Borders | None = field(default=None, repr=False)
    as_is: bool = False
    marks: tuple[int, ...] = field(default=(), repr=False)
    parsed: csv_records.CsvFile | None = None
    is_sound: bool = True

    def scanned(self) -> Block:
        """Return the block as the scanner sees it."""
        found = csv_records.parse_part(self.raw, self.file, self.line, self.width)
        return replace(self, records=len(found.records), lines=found.lines, borders=None, parsed=found, is_sound=False)

    def emptied(self) -> Block:
        """Return the place of the block only; `Reader.again` reads it."""
        by_line = self.as_is and self.lines == self.records
        marks = tuple(self.borders[:-1:MARKED]) if self.borders is not None and by_line else ()
        return replace(self, raw=b"", borders=None, parsed=None, marks=marks)

    def around(self, rows: Sequence[int]) -> Block:
        """Return the place of so much of the block as holds some rows, by their numbers in the file."""
        if not self.marks:
            return self
        first, last = ((row - self.row) // MARKED for row in (rows[0], rows[-1]))
        start, end = self.marks[first], (*self.marks, self.size)[last + 1]
        before, records = first * MARKED, min(self.records, (last + 1) * MARKED) - first * MARKED
        return replace(
            self, line=self.line + before, row=self.row + before, records=records, lines=records,
            start=self.start + start, size=end - start, marks=(),
        )  # fmt: skip

    def record(self, row: int) -> tuple[bytes, int]:
        """Return the bytes of a record of a sound block, by its number in the file, and its physical line."""
        at = row - self.row
        start, end = map(int, self._borders[at : at + 2])
        lines = at if self.lines == self.records else self.raw.count(b"\n", 0, start)
        return self.raw[start:end], self.line + lines

    def place(self, row: int, at: int) -> tuple[int, int]:
        """Return the line and column of a cell, by the number of its record in the file and its own in the record."""
        if self.parsed:
            cell = self.parsed.records[row - self.row].cells[at]
            return cell.line, cell.column
        return csv_records.place(*self.record(row), at)

    @cached_property
    def _borders(self) -> Borders:
        """Where the records begin, and where the last one ends."""
        if self.borders is not None:
            return self.borders
        if self.lines != self.records:
            from summitry.validation.readers.csv_form import borders

            return borders(self.raw)
        return [0, *(found.end() for found in re.finditer(b"\n", self.raw))]


class _Seen(NamedTuple, Generic[T]):
    """Bytes of a file as a block whose line and row are not known yet, what a look at it found, and lines in CRLF."""

    block: Block
    found: T | None
    returns: Sequence[Problem]


@dataclass
class Reader:
    """A CSV file, read block by block, any number of times.

    Attributes:
        path: where it lies.
        file: what to call it in problems.
        size: about how many bytes a block has.
        header: the cells of the first record; none where the file is empty.
        problems: what is wrong with the header's form, and with the file's line ends and byte order mark.
        start: where the bytes behind the header begin.
        line: the physical line there.
    """

    path: Path
    file: str
    size: int = SIZE
    header: list[csv_records.Cell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    start: int = 0
    line: int = 1

    def __post_init__(self) -> None:
        """Read the header."""
        with self.path.open("rb") as source:
            given = source.readline()
            raw, self.problems = csv_records.byte_order_mark(given, self.file)
            self.start = len(given) - len(raw)
            found = csv_records.parse_part(raw, self.file)
            while found.unclosed and found.lines < LONGEST_HEADER and (more := source.readline()):
                raw += more
                found = csv_records.parse_part(raw, self.file)
        if not found.records:
            return
        self.header = found.records[0].cells
        lines = found.records[1].cells[0].line - 1 if len(found.records) > 1 else len(raw.split(b"\n"))
        head = b"".join(raw.splitlines(keepends=True)[:lines])
        self.line += head.count(b"\n")
        self.start += len(head)
        self.problems += [p for p in found.problems if p.line is not None and p.line <= lines]
        self._tell_of_returns(csv_records.line_end_problems(head, self.file, 0), 1)

    def _tell_of_returns(self, found: Sequence[Problem], line: int) -> None:
        """Tell of the first line that ends in CRLF; it was counted from 0 where `line` is."""
        if not any(p.rule == "line-end" for p in self.problems):
            self.problems += [replace(p, line=line + (p.line or 0)) for p in found]

    def blocks(self) -> Iterator[Block]:
        """Yield the records behind the header, block by block."""
        return (block for block, _ in self.looked_at(self._form))

    def looked_at(self, look: Look[T], submit: Submit = partial, ahead: int = 0) -> Iterator[tuple[Block, T | None]]:
        """Yield the blocks, each with what was found in it, or None where it is not sound.

        Args:
            look: finds out whether bytes that end with a newline are sound, and what they hold.
            submit: begins to do it, and returns a function that waits for the result.
            ahead: how many further blocks may be begun before a result is waited for.
        """
        line, row, start, behind = self.line, 0, self.start, self.start
        waiting: deque[Callable[[], _Seen[T]]] = deque()
        with self.path.open("rb") as source:
            while self.header:
                while len(waiting) <= ahead:
                    size = self._size(source, behind)
                    waiting.append(submit(self._look, behind, size, look))
                    behind += size
                block, found, returns = waiting.popleft()()
                if not (size := block.size):  # the end of the file
                    return
                if block.is_sound:
                    block = replace(block, line=line, row=row)
                    self._tell_of_returns(returns, line)
                else:
                    block = self._scanned(block.raw, line, row, start)
                line, row, start = line + block.lines, row + block.records, start + block.size
                if block.size != size:  # what was begun behind it began inside of a cell
                    waiting.clear()
                    behind = start
                yield block, found

    def again(self, block: Block, rows: Sequence[int]) -> Block:
        """Read so much of a block once more as holds some rows, in order; only its place was kept."""
        block = block.around(rows)
        raw = self._read(block.start, block.size)
        return (
            replace(block, raw=_unix(raw, returned=b"\r" in raw))
            if block.is_sound
            else replace(block, raw=raw).scanned()
        )

    def _size(self, source: BinaryIO, start: int) -> int:
        """Return how many bytes whole lines of about the size of a block have; the file may end before."""
        source.seek(start + self.size)
        return self.size + len(source.readline())

    def _read(self, start: int, size: int) -> bytes:
        """Read bytes at once: to join them would take as long as to read them."""
        with self.path.open("rb") as source:
            source.seek(start)
            return source.read(size)

    def _form(self, text: bytes) -> Looked[None] | None:
        """Look at the form of bytes and nothing else."""
        found = counts(text, len(self.header))
        return Looked(*found, None, None) if found else None

    def _look(self, start: int, size: int, look: Look[T]) -> _Seen[T]:
        """Read bytes that end with a line or with the file, and look at them; a block that is not sound keeps them."""
        raw = self._read(start, size)
        returned = b"\r" in raw
        text = _unix(raw, returned=returned)
        unsound = _Seen[T](
            Block(raw, self.file, len(self.header), 0, 0, 0, 0, start, len(raw), is_sound=False), None, []
        )
        odd = not raw or text.startswith(csv_records.MARK) or (returned and b"\r" in text)
        if odd or not (looked := look(text)):
            return unsound
        records, lines, borders, found = looked
        if returned and records != lines:  # a carriage return may belong to a cell
            return unsound
        block = Block(text, self.file, len(self.header), 0, 0, records, lines, start, len(raw), borders, text is raw)
        return _Seen(block, found, csv_records.line_end_problems(raw, self.file, 0) if returned else [])

    def _scanned(self, raw: bytes, line: int, row: int, start: int) -> Block:
        """Scan bytes, and more of the file while a quotation mark in them is not closed."""
        block = Block(raw, self.file, len(self.header), line, row, 0, 0, start, len(raw)).scanned()
        with self.path.open("rb") as source:
            while block.parsed and block.parsed.unclosed and len(raw) < LONGEST_CELL:
                end = start + len(raw)
                more = self._read(end, self._size(source, end))
                if not more:
                    break
                raw += more
                block = replace(block, raw=raw, size=len(raw)).scanned()
        self._tell_of_returns(csv_records.line_end_problems(raw, self.file, 0), line)
        return block
