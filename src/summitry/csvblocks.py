"""A CSV file of any size as blocks of whole records, each with its place in the file.

A block is sound where every quotation mark stands as RFC 4180 has it, each record has as many cells as the header,
and no line is blank: a fast reader then reads what the scanner in `csvfile` would.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from summitry import csvfile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from summitry.report import Problem

    Submit = Callable[..., Callable[[], Any]]

T = TypeVar("T")
SIZE = 8 << 20  # bytes of a block
LONGEST_CELL = 64 << 20  # bytes; a quotation mark that is not closed by then is taken for a mistake
LONGEST_HEADER = 100  # lines, likewise
MANY = 1 << 20  # bytes; numpy is loaded for more


def _counts(text: bytes, width: int) -> tuple[int, int] | None:
    """Return the records and lines of bytes that end with a newline, or None where they are not sound.

    A small text is not sound either where a cell holds a line break: the scanner is as quick.
    """
    if len(text) > MANY:
        from summitry.csvform import counts

        return counts(text, width)
    return (text.count(b"\n"),) * 2 if _sound_lines(width).fullmatch(text) else None


def _unix(raw: bytes) -> bytes:
    """Return bytes with line ends as LF, the last one too."""
    text = raw.replace(b"\r\n", b"\n") if b"\r" in raw else raw
    return text if text.endswith(b"\n") else text + b"\n"


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
    parsed: csvfile.CsvFile | None = None
    is_sound: bool = True

    def scanned(self) -> Block:
        """Return the block as the scanner sees it."""
        found = csvfile.parse_part(self.raw, self.file, self.line, self.width)
        return replace(self, records=len(found.records), lines=found.lines, parsed=found, is_sound=False)

    def emptied(self) -> Block:
        """Return the place of the block only; `Reader.again` reads it."""
        return replace(self, raw=b"", parsed=None)

    @property
    def is_plain(self) -> bool:
        """Whether its cells hold no line breaks, and only plain characters."""
        from summitry.csvform import is_plain

        return self.lines == self.records and is_plain(self.raw, self.lines)

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
        return csvfile.place(*self.record(row), at)

    @cached_property
    def _borders(self) -> Sequence[int] | NDArray[np.int64]:
        """Where the records begin, and where the last one ends."""
        if len(self.raw) > MANY or self.lines != self.records:
            from summitry.csvform import borders

            return borders(self.raw, by_line=self.lines == self.records)
        return [0, *(found.end() for found in re.finditer(b"\n", self.raw))]


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
    header: list[csvfile.Cell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    start: int = 0
    line: int = 1

    def __post_init__(self) -> None:
        """Read the header."""
        with self.path.open("rb") as source:
            given = source.readline()
            raw, self.problems = csvfile.byte_order_mark(given, self.file)
            self.start = len(given) - len(raw)
            found = csvfile.parse_part(raw, self.file)
            while found.unclosed and found.lines < LONGEST_HEADER and (more := source.readline()):
                raw += more
                found = csvfile.parse_part(raw, self.file)
        if not found.records:
            return
        self.header = found.records[0].cells
        lines = found.records[1].cells[0].line - 1 if len(found.records) > 1 else len(raw.split(b"\n"))
        head = b"".join(raw.splitlines(keepends=True)[:lines])
        self.line += head.count(b"\n")
        self.start += len(head)
        self.problems += [p for p in found.problems if p.line is not None and p.line <= lines]
        self._look_for_returns(head, 1)

    def _look_for_returns(self, raw: bytes, line: int) -> None:
        """Tell of the first line that ends in CRLF."""
        if not any(p.rule == "line-end" for p in self.problems):
            self.problems += csvfile.line_end_problems(raw, self.file, line)

    def blocks(self) -> Iterator[Block]:
        """Yield the records behind the header, block by block."""
        return (block for block, _ in self.looked_at(lambda _: None))

    def looked_at(
        self, look: Callable[[Block], T], submit: Submit = partial, ahead: int = 0
    ) -> Iterator[tuple[Block, T | None]]:
        """Yield the blocks, each with what was found in it, or None where it is not sound.

        Args:
            look: what to do with a sound block; its line and row are not known yet.
            submit: begins to do it, and returns a function that waits for the result.
            ahead: how many further blocks may be begun before a result is waited for.
        """
        line, row, start = self.line, 0, self.start
        waiting: deque[tuple[bytes, Callable[[], tuple[Block, T] | None]]] = deque()
        with self.path.open("rb") as source:
            source.seek(start)
            while self.header:
                while len(waiting) <= ahead and (raw := self._next(source)):
                    waiting.append((raw, submit(self._look, raw, look)))
                if not waiting:
                    return
                raw, finish = waiting.popleft()
                self._look_for_returns(raw, line)
                if looked := finish():
                    block, found = replace(looked[0], line=line, row=row, start=start), looked[1]
                else:
                    block, found = self._scanned(raw, line, row, start), None
                if block.size != len(raw):  # what was begun behind it began inside of a cell
                    waiting.clear()
                    source.seek(start + block.size)
                yield block, found
                line, row, start = line + block.lines, row + block.records, start + block.size

    def again(self, block: Block) -> Block:
        """Read a block once more of which only the place was kept."""
        with self.path.open("rb") as source:
            source.seek(block.start)
            raw = source.read(block.size)
        return replace(block, raw=_unix(raw)) if block.is_sound else replace(block, raw=raw).scanned()

    def _next(self, source: BinaryIO) -> bytes:
        """Read whole lines of about the size of a block, at once: to join them would take as long as to read them."""
        start = source.tell()
        source.seek(start + self.size)
        size = self.size + len(source.readline())
        source.seek(start)
        return source.read(size)

    def _look(self, raw: bytes, look: Callable[[Block], T]) -> tuple[Block, T] | None:
        """Look at bytes that end with a line or with the file, if they are a sound block."""
        text = _unix(raw)
        counts = _counts(text, len(self.header))
        if counts is None or text.startswith(csvfile.MARK):
            return None
        records, lines = counts
        if b"\r" in text or (records != lines and b"\r" in raw):  # a carriage return may belong to a cell
            return None
        block = Block(text, self.file, len(self.header), 0, 0, records, lines, 0, len(raw))
        return block, look(block)

    def _scanned(self, raw: bytes, line: int, row: int, start: int) -> Block:
        """Scan bytes, and more of the file while a quotation mark in them is not closed."""
        block = Block(raw, self.file, len(self.header), line, row, 0, 0, start, len(raw)).scanned()
        with self.path.open("rb") as source:
            source.seek(start + len(raw))
            while block.parsed and block.parsed.unclosed and len(raw) < LONGEST_CELL:
                more = self._next(source)
                if not more:
                    break
                raw += more
                self._look_for_returns(raw, line)
                block = replace(block, raw=raw, size=len(raw)).scanned()
        return block
