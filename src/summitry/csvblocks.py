"""A CSV file of any size as blocks of whole records, each with its place in the file.

A block is sound where every quotation mark stands as RFC 4180 has it, each record has as many cells as the header,
and no line is blank: a fast reader then reads what the scanner in `csvfile` would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

from summitry import csvfile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from summitry.report import Problem

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
        parsed: what the scanner found; None where the block is sound and was not scanned.
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

    def scanned(self) -> Block:
        """Return the block as the scanner sees it."""
        found = csvfile.parse_part(self.raw, self.file, self.line, self.width)
        return replace(self, records=len(found.records), lines=found.lines, parsed=found)

    @property
    def is_plain(self) -> bool:
        """Whether its cells hold no line breaks, and only plain characters."""
        from summitry.csvform import is_plain

        return self.lines == self.records and is_plain(self.raw)

    def record(self, row: int) -> csvfile.Record:
        """Return a record, by its number in the file, with the place of each cell."""
        at = row - self.row
        if self.parsed:
            return self.parsed.records[at]
        start, end = self._borders[at : at + 2]
        line = self.line + (at if self.lines == self.records else self.raw.count(b"\n", 0, start))
        return csvfile.parse_part(self.raw[start:end], self.file, line, self.width).records[0]

    @cached_property
    def _borders(self) -> list[int]:
        """Where the records begin, and where the last one ends."""
        if self.lines == self.records:
            return [0, *(found.end() for found in re.finditer(b"\n", self.raw))]
        from summitry.csvform import borders

        return borders(self.raw)


@dataclass
class Reader:
    """A CSV file, read block by block, any number of times.

    Attributes:
        path: where it lies.
        file: what to call it in problems.
        size: about how many bytes a block has.
        header: the cells of the first record; none where the file is empty.
        problems: what is wrong with the header's form, and with the file's line ends and byte order mark.
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
        if b"\r\n" in raw and not any(p.rule == "line-end" for p in self.problems):
            line += raw.count(b"\n", 0, raw.index(b"\r\n"))
            self.problems.append(csvfile.line_end_problem(self.file, line))

    def blocks(self) -> Iterator[Block]:
        """Yield the records behind the header; the last block may hold the bytes of a record that never ends."""
        if not self.header:
            return
        line, row, start = self.line, 0, self.start
        with self.path.open("rb") as source:
            source.seek(start)
            while raw := source.read(self.size) + source.readline():
                block = self._block(raw, line, row, start)
                while block.parsed and block.parsed.unclosed and len(raw) < LONGEST_CELL:
                    more = source.read(self.size) + source.readline()
                    if not more:
                        break
                    raw += more
                    block = self._block(raw, line, row, start)
                yield block
                line, row, start = line + block.lines, row + block.records, start + len(raw)

    def again(self, block: Block) -> Block:
        """Read a block once more of which only the place was kept."""
        with self.path.open("rb") as source:
            source.seek(block.start)
            return self._block(source.read(block.size), block.line, block.row, block.start)

    def _block(self, raw: bytes, line: int, row: int, start: int) -> Block:
        """Look at the form of bytes that end with a line or with the file."""
        returns = b"\r" in raw
        if returns:
            self._look_for_returns(raw, line)
        width = len(self.header)
        text = raw.replace(b"\r\n", b"\n") if returns else raw
        text = text if text.endswith(b"\n") else text + b"\n"
        counts = _counts(text, width)
        if counts and not text.startswith(csvfile.MARK):
            records, lines = counts
            # where cells hold line breaks, a carriage return before one may belong to the cell
            if not returns or (b"\r" not in text and records == lines):
                return Block(text, self.file, width, line, row, records, lines, start, len(raw))
        return Block(raw, self.file, width, line, row, 0, 0, start, len(raw)).scanned()
