"""A CSV file of any size as blocks of whole lines, each with its place in the file.

A block is sound when polars surely reads in it what the scanner in `csv_records` would: every quotation mark is where
RFC 4180 wants it, every record is one line and has as many cells as the header, and all of it is UTF-8. The scanner
reads the others, so that every mistake of form is reported at its line and column.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice, pairwise
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import polars as pl

from summitry.validation.limits import LIMITS
from summitry.validation.readers import ahead, csv_records

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from summitry.validation.report import Problem

    Use = Callable[[pl.DataFrame, pl.Series], T]
    Place = Callable[[int, int], tuple[int, int]]

LONGEST_CELL = 16 << 20  # bytes; a quotation mark that is not closed by then is taken for a mistake
LONGEST_HEADER = 100  # lines, likewise
LONGEST_SOUND = 1 << 20  # bytes of a line; polars takes gigabytes for one of millions of commas
LONGEST_LINE = 128 << 20  # bytes; what comes after them is read as another line
MOST_COPIED = 32 << 20  # bytes of a file; to import numpy takes longer than to copy them
_QUOTE, _COMMA, _NEWLINE = b'",\n'
_LEAST = 2  # cells of a record; a record of one could be a blank line
_ODD_STARTS = (csv_records.MARK, b"\x1f", b"x", b"(", b"B", b"\xfd")  # that, gzip, zlib, zstd, bzip2 and xz


def codes(raw: bytes, file_size: int = 0) -> pl.Series:
    """Return bytes as a series of numbers; those of a file of many bytes without a copy."""
    if file_size <= MOST_COPIED:
        return pl.Series([raw], dtype=pl.Binary).cast(pl.List(pl.UInt8)).explode()
    import numpy as np

    return pl.Series(np.frombuffer(raw, np.uint8))


def _quoted(given: pl.Series) -> tuple[int, int] | None:
    """Return how many cells are quoted and how many quotation marks they contain; None where a mark is misplaced.

    Marks open and close in turn. One that opens follows a comma, a line end, or the mark that has just closed (the two
    are one mark inside a cell); one that closes comes before one of these.
    """
    marks = given == _QUOTE
    first = pl.Series([_NEWLINE], dtype=pl.UInt8).filter(marks[:1])
    before = first.append(given[:-1].filter(marks[1:])).gather_every(2)
    after = given[1:].filter(marks[:-1]).gather_every(2, 1)  # the last byte is a line end
    opened = (before == _COMMA) | (before == _NEWLINE)
    closed = (after == _COMMA) | (after == _NEWLINE)
    if len(before) != len(after) or not ((opened | (before == _QUOTE)) & (closed | (after == _QUOTE))).all():
        return None
    cells = int(opened.sum())
    return cells, len(before) - cells


def _has_long_line(raw: bytes) -> bool:
    """Say whether a line is longer than polars should read."""
    at, end = 0, len(raw)
    while at < end:
        behind = raw.rfind(b"\n", at, at + LONGEST_SOUND) + 1
        if not behind:
            return True
        at = behind
    return False


def sound_texts(raw: bytes, given: pl.Series, width: int) -> pl.DataFrame | None:
    """Return the cells of sound bytes as texts in columns `0`, `1` …; None where the bytes are not sound.

    Args:
        raw: whole lines, each with its line end.
        given: the same as `codes`.
        width: how many cells a record has. One that has more is refused by polars; one that has fewer is read with
            an empty last cell, and makes the bytes shorter than so many records are.
    """
    if width < _LEAST or not raw or b"\r" in raw or _has_long_line(raw) or (quoted := _quoted(given)) is None:
        return None
    try:
        texts = _cells(raw, width)
    except pl.exceptions.PolarsError:
        return None
    if len(texts) != (given == _NEWLINE).sum():
        return None
    if texts.to_series(width - 1).null_count():
        cells, marks = quoted
        size = texts.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item()
        return texts if len(raw) == size + 2 * cells + marks + width * len(texts) else None
    return texts


def _cells(raw: bytes, width: int) -> pl.DataFrame:
    """Return the cells of sound bytes as texts, in columns that are numbered from 0."""
    # after a byte order mark, which it drops, polars takes no further one and no compressed file for granted
    text = csv_records.MARK + raw if raw.startswith(_ODD_STARTS) else raw
    return pl.scan_csv(text, has_header=False, schema={str(i): pl.String for i in range(width)}).collect()


def _unix(raw: bytes) -> bytes:
    """Return bytes with line ends as LF, the last one too."""
    text = raw.replace(b"\r\n", b"\n") if b"\r" in raw else raw
    return text if text.endswith(b"\n") else text + b"\n"


@dataclass(frozen=True)
class Block:
    """Whole records of a file.

    Attributes:
        raw: their bytes; line ends as LF where it is sound.
        width: how many cells a record has.
        start: where it begins in the file.
        size: how many bytes it has there.
        texts: the cells of a sound block, if they are in memory.
        scanned: what the scanner found in another.
        line: the physical line of the first record, from 1.
        row: the number of the first record, from 0, header not counted.
        rows: how many records there are, broken ones included.
    """

    raw: bytes = field(repr=False)
    width: int
    start: int
    size: int
    texts: pl.DataFrame | None = field(default=None, repr=False)
    scanned: csv_records.CsvFile | None = field(default=None, repr=False)
    line: int = 1
    row: int = 0
    rows: int = 0

    @property
    def lines(self) -> int:
        """How many physical lines there are."""
        return self.scanned.lines if self.scanned else self.rows

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.raw.split(b"\n")

    def place(self, row: int, at: int) -> tuple[int, int]:
        """Return the line and column of a cell, by the number of its record in the file and its own in the record."""
        if self.scanned:
            cell = self.scanned.records[row - self.row].cells[at]
            return cell.line, cell.column
        return csv_records.place(self._lines[row - self.row] + b"\n", self.line + row - self.row, at)

    def cells(self, rows: Sequence[int] | None) -> tuple[pl.DataFrame, Place]:
        """Return the cells of some rows of a sound block, given in order, or of all; and `place` for them.

        That of some rows keeps no others in memory.
        """
        if rows is None:
            return _cells(self.raw, self.width) if self.texts is None else self.texts, self.place
        every, skipped = io.BytesIO(self.raw), (row - last - 1 for last, row in pairwise([self.row - 1, *rows]))
        lines = {row: next(islice(every, n, None)) for row, n in zip(rows, skipped, strict=True)}
        before, texts = self.line - self.row, self.texts
        some = _cells(b"".join(lines.values()), self.width) if texts is None else texts[[r - self.row for r in rows]]
        return some, lambda row, at: csv_records.place(lines[row], row + before, at)

    def emptied(self) -> Block:
        """Return the block without its content: what is needed to read it again."""
        return replace(self, raw=b"", texts=None, scanned=self.scanned and csv_records.CsvFile())


@dataclass
class Reader:
    """A CSV file, read block by block, any number of times.

    Attributes:
        path: where it is.
        file: what to call it in problems.
        size: about how many bytes a block has.
        header: the cells of the first record; none where the file is empty.
        problems: what is wrong with the header's form, and with the file's line ends and byte order mark.
        start: where the bytes after the header begin.
        line: the physical line there.
    """

    path: Path
    file: str
    size: int = LIMITS.csv_batch
    header: list[csv_records.Cell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    start: int = 0
    line: int = 1

    def __post_init__(self) -> None:
        """Read the header."""
        with self.path.open("rb") as source:
            given = source.readline(LONGEST_LINE)
            raw, self.problems = csv_records.beginning(given, self.file, source.peek())
            self.start = len(given) - len(raw)
            found = csv_records.parse_part(raw, self.file)
            while found.unclosed and found.lines < LONGEST_HEADER and (more := source.readline(LONGEST_LINE)):
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
        self._report_returns(head, 1)

    def _report_returns(self, raw: bytes, line: int) -> None:
        """Report the first line of the file that ends in CRLF."""
        if not any(p.rule == "line-end" for p in self.problems):
            self.problems += csv_records.line_end_problems(raw, self.file, line)

    def blocks(self, use: Use[T] | None = None) -> Iterator[tuple[Block, T | None]]:
        """Yield the records after the header, block by block, each with what was made of it; None if it is not sound.

        Args:
            use: makes something of the cells of a sound block and of its bytes as `codes`.
        """
        behind, line, row = self.start, self.line, 0
        with self.path.open("rb") as source:
            while self.header:
                for found, raw, used in ahead.results(self._tasks(source, behind, use)):
                    block = replace(found, line=line, row=row)
                    if found.texts is None:
                        block = self._scanned(source, block)
                        self._report_returns(block.raw, line)
                    elif found.raw is not raw:
                        self._report_returns(raw, line)
                    behind, line, row = behind + block.size, line + block.lines, row + block.rows
                    yield block, used
                    if block.size != found.size:  # what was started after it started inside a cell
                        break
                else:
                    return

    def _tasks(
        self, source: BinaryIO, start: int, use: Use[T] | None
    ) -> Iterator[Callable[[], tuple[Block, bytes, T | None]]]:
        """Read on from some place, and yield what to do with the bytes of each block."""
        while raw := self._read(source, start):
            yield partial(self._examined, raw, start, use)
            start += len(raw)

    def again(self, block: Block) -> Block:
        """Return a block that was emptied with its content, but for the cells of a sound one."""
        with self.path.open("rb") as source:
            source.seek(block.start)
            raw = source.read(block.size)
            full = replace(block, raw=raw if block.scanned else _unix(raw))
            return self._scanned(source, full) if block.scanned else full

    def _read(self, source: BinaryIO, start: int) -> bytes:
        """Return whole lines of about the size of a block; nothing at the end of the file."""
        source.seek(start + self.size)
        size = self.size + len(source.readline(LONGEST_LINE))
        source.seek(start)
        return source.read(size)

    def _examined(self, raw: bytes, start: int, use: Use[T] | None) -> tuple[Block, bytes, T | None]:
        """Return bytes as a block, in its place, but for the line and row; the bytes; what was made of a sound one."""
        text = _unix(raw)
        given = codes(text, self.path.stat().st_size)
        texts = sound_texts(text, given, len(self.header))
        block = Block(raw, len(self.header), start, len(raw))
        if texts is None:
            return block, raw, None
        return replace(block, raw=text, texts=texts, rows=len(texts)), raw, use(texts, given) if use else None

    def _scanned(self, source: BinaryIO, block: Block) -> Block:
        """Scan a block, and more of the file while a quotation mark in it is not closed."""
        raw = block.raw
        found = csv_records.parse_part(raw, self.file, block.line, block.width)
        while found.unclosed and len(raw) < LONGEST_CELL and (more := self._read(source, block.start + len(raw))):
            raw += more
            found = csv_records.parse_part(raw, self.file, block.line, block.width)
        return replace(block, raw=raw, size=len(raw), scanned=found, rows=len(found.records))
