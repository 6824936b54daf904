"""A CSV file of a table, of any size, as table files: what is in each cell, and where.

It is read in parts of whole lines. polars reads a part where it surely finds what the scanner in `csv_records` would:
every quotation mark is where RFC 4180 wants it, every record is one line and has as many cells as the header, and all
of it is UTF-8. The scanner reads the others, so that every mistake of form is reported at its line and column.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TypeVar

import polars as pl

from summitry.validation.limits import LIMITS
from summitry.validation.prefilter import codes, contains_invisible
from summitry.validation.readers import ahead
from summitry.validation.readers.csv_columns import header_problems, other_form
from summitry.validation.readers.csv_records import (
    MARK,
    Cell,
    CsvFile,
    Record,
    beginning,
    line_end_problems,
    parse_part,
)
from summitry.validation.table_file import ROW, TableFile, composed, empty_columns, no_rows, parsed, raw_name, usual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from summitry.schema import Table
    from summitry.validation.report import Problem

T = TypeVar("T")

LONGEST_CELL = 16 << 20  # bytes; a quotation mark that is not closed by then is taken for a mistake
LONGEST_HEADER = 100  # lines, likewise
LONGEST_LINE = 128 << 20  # bytes; what comes after them is read as another line
LONGEST_FIRST = 1 << 20  # bytes of a line; polars takes gigabytes for a first one of millions of commas
MOST_COPIED = 8 << 20  # bytes; to import numpy takes longer than to copy them
_QUOTE, _COMMA, _NEWLINE = b'",\n'
_BLOCK = 1 << 16  # bytes in which line ends are counted together
_LEAST = 2  # cells of a record; a record of one could be a blank line
_ODD_STARTS = (MARK, b"\x1f", b"x", b"(", b"B", b"\xfd")  # that, gzip, zlib, zstd, bzip2 and xz
_ACCENTS = b"\xcc", b"\xcd"  # the first byte of every one that is a character of its own


def _codes(raw: bytes) -> pl.Series:
    """Return bytes as a series of numbers."""
    if len(raw) <= MOST_COPIED:
        return codes(pl.Series([raw], dtype=pl.Binary))
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


def sound_texts(raw: bytes, width: int) -> pl.DataFrame | None:
    """Return the cells of bytes as texts in columns `0`, `1` …, or None where polars might misread some.

    Args:
        raw: whole lines, each with its line end, LF.
        width: how many cells a record has. One that has more is refused by polars; one that has fewer is read with
            an empty last cell, and makes the bytes shorter than so many records are.
    """
    if width < _LEAST or b"\r" in raw or raw.find(b"\n") > LONGEST_FIRST:
        return None
    given = _codes(raw)
    if (quoted := _quoted(given)) is None:
        return None
    # after a byte order mark, which it drops, polars takes no further one and no compressed file for granted
    source = MARK + raw if raw.startswith(_ODD_STARTS) else raw
    try:
        texts = pl.scan_csv(source, has_header=False, schema={str(i): pl.String for i in range(width)}).collect()
    except pl.exceptions.PolarsError:
        return None
    cells, marks = quoted
    size = len(raw) - 2 * cells - marks - width * len(texts)  # of the texts, if so many records are all
    if len(texts) != (given == _NEWLINE).sum() or (texts[:, -1].null_count() and size != _size(texts)):
        return None
    return texts


def _size(texts: pl.DataFrame) -> int:
    return int(texts.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item())


def _unix(raw: bytes) -> bytes:
    """Return bytes with line ends as LF, the last one too."""
    text = raw.replace(b"\r\n", b"\n") if b"\r" in raw else raw
    return text if text.endswith(b"\n") else text + b"\n"


class Place(NamedTuple):
    """Where some records are in a file.

    Attributes:
        start: the first byte.
        size: how many bytes they have; 0 where that is not known yet.
        line: the physical line of the first one, from 1.
        row: the number of the first one, from 0, header not counted.
        sound: whether each is sound.
    """

    start: int
    size: int
    line: int
    row: int
    sound: bool = False


@dataclass(frozen=True)
class Part:
    """Whole records of a file.

    Attributes:
        place: where they are.
        raw: their bytes.
        texts: the number in the file and the cells of each one that is sound.
        found: what the scanner found; None where all are sound.
    """

    place: Place
    raw: bytes = field(repr=False)
    texts: pl.DataFrame = field(repr=False)
    found: CsvFile | None = None

    @property
    def rows(self) -> int:
        """How many there are, broken ones included."""
        return len(self.found.records) if self.found else len(self.texts)

    @property
    def end(self) -> Place:
        """Where the next part begins."""
        start, size, line, row, _ = self.place
        return Place(start + size, 0, line + (self.found.lines if self.found else self.rows), row + self.rows)

    def record(self, row: int) -> Record:
        """Return a record by its number in the file."""
        return self.records([row])(row)

    def records(self, rows: Sequence[int]) -> Callable[[int], Record]:
        """Return what gives some records by their numbers in the file, with nothing else of the file."""
        first = self.place.row
        if self.found:
            return {row: self.found.records[row - first] for row in rows}.__getitem__
        lines = dict(zip(rows, self.lines([row - first for row in rows]), strict=True))
        before = self.place.line - first
        return lambda row: Record(sound=True, line=before + row, text=lines[row].decode())

    def lines(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """Yield some lines by their numbers, from 0."""
        for n in numbers:
            yield self.raw[self._end(n - 1) + 1 if n else 0 : self._end(n) + 1]

    @cached_property
    def _end(self) -> Callable[[int], int]:
        """Say where a line ends, by its number; only where lines are asked for, all ends are looked for."""
        ends = _codes(self.raw) == _NEWLINE
        blocks = [ends[at : at + _BLOCK] for at in range(0, len(ends), _BLOCK)]
        before = [0, *accumulate(int(block.sum()) for block in blocks)]
        places = cache(lambda n: blocks[n].arg_true())

        def end(line: int) -> int:
            n = bisect_right(before, line) - 1
            return n * _BLOCK + int(places(n)[line - before[n]])

        return end


@dataclass
class CsvSource:
    """A CSV file of a table, read part by part, any number of times.

    Attributes:
        path: where it is.
        table: the table it belongs to.
        file: what to call it in problems.
        size: about how many bytes a part has.
        header: the cells of the first record; none where the file is empty.
        form: what is wrong with the header's form, and with the file's line ends and byte order mark.
        columns: where in a record each field is.
    """

    path: Path
    table: Table
    file: str
    size: int = LIMITS.csv_batch
    header: list[Cell] = field(default_factory=list)
    form: list[Problem] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    _first: Place = field(default=Place(0, 0, 1, 0), init=False)

    def __post_init__(self) -> None:
        """Read the header, and find the columns."""
        with self.path.open("rb") as source:
            given = source.readline(LONGEST_LINE)
            raw, self.form = beginning(given, self.file, source.peek())
            found = parse_part(raw, self.file)
            while found.unclosed and found.lines < LONGEST_HEADER and (more := source.readline(LONGEST_LINE)):
                given, raw = given + more, raw + more
                found = parse_part(raw, self.file)
        if not found.records:
            return
        self.header = found.records[0].cells
        lines = found.records[1].line - 1 if len(found.records) > 1 else len(raw.split(b"\n"))
        head = b"".join(raw.splitlines(keepends=True)[:lines])
        self._first = Place(len(given) - len(raw) + len(head), 0, 1 + head.count(b"\n"), 0)
        self.form += [p for p in found.problems if p.line is not None and p.line <= lines]
        self._report_returns(head, 1)
        known = set() if other_form(self) else set(self.table.names)
        self.columns = {c.text: i for i, c in reversed(list(enumerate(self.header))) if c.text in known}

    def _report_returns(self, raw: bytes, line: int) -> None:
        """Report the first line of the file that ends in CRLF."""
        if not any(p.rule == "line-end" for p in self.form):
            self.form += line_end_problems(raw, self.file, line)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the header and, once the parts are read, with the file's line ends."""
        other = other_form(self)
        return [other] if other else self.form + header_problems(self)

    @property
    def absent(self) -> frozenset[str]:
        """Fields that the file lacks."""
        return frozenset(self.table.names) - self.columns.keys()

    def results(self, work: Callable[[Part], T]) -> Iterator[tuple[Part, T]]:
        """Yield the rows part by part, each with what some work makes of it; none where no column is known."""
        yield from ahead.results(work, self.parts())

    def parts(self) -> Iterator[Part]:
        """Yield the rows part by part, as they are in the file; none where no column is known."""
        place = self._first
        with self.path.open("rb") as source:
            while self.columns and (given := _lines(source, place.start, self.size)):
                part = self._part(source, place, given)
                yield part
                place = part.end

    def again(self, place: Place, at: Sequence[int], _: object) -> TableFile:
        """Return some of the sound rows of a part, given by their positions among these, in order."""
        with self.path.open("rb") as source:
            source.seek(place.start)
            given = source.read(place.size)
            if not place.sound:
                part = self._part(source, place, given)
                return self.table_file(part, self.typed(self.frame(part)[at]))
        part = Part(place, _unix(given), pl.DataFrame())
        texts = sound_texts(b"".join(part.lines(at)), len(self.header))
        rows = pl.DataFrame(texts).insert_column(0, pl.Series(ROW, at, pl.UInt32) + place.row)
        part = replace(part, texts=rows)
        return self.table_file(part, self.typed(self.frame(part)))

    def _part(self, source: BinaryIO, place: Place, given: bytes) -> Part:
        """Return the part of which so much is read; with more of the file while a quotation mark is not closed."""
        raw = _unix(given)
        texts = sound_texts(raw, len(self.header))
        if texts is not None:
            self._report_returns(given, place.line)
            rows = texts.with_row_index(ROW, place.row)
            return Part(place._replace(size=len(given), sound=True), raw, rows)
        scan = partial(parse_part, file=self.file, line=place.line, width=len(self.header))
        while (found := scan(given)).unclosed and len(given) < LONGEST_CELL:
            if not (more := _lines(source, place.start + len(given), self.size)):
                break
            given += more
        self._report_returns(given, place.line)
        cells = [[n, *(c.text for c in r.cells)] for n, r in enumerate(found.records, place.row) if r.sound]
        columns = {ROW: pl.UInt32, **dict.fromkeys(map(str, range(len(self.header))), pl.String)}
        texts = pl.DataFrame(cells, columns, orient="row")
        return Part(place._replace(size=len(given)), given, texts, found)

    def frame(self, part: Part, _: object = None) -> pl.DataFrame:
        """Return the rows of a part as text, but for broken ones."""
        names = {raw_name(f): str(self.columns[f.name]) for f in self.table.fields if f.name in self.columns}
        columns = [pl.col(at).alias(name) for name, at in names.items()]
        texts = part.texts.select(ROW, *columns, *empty_columns(self.table, self.absent))
        return composed(texts) if any(byte in part.raw for byte in _ACCENTS) else texts

    def values(self, frame: pl.DataFrame) -> pl.LazyFrame:
        """Return rows that are given as text with the columns of their types; days that are unusual are missing."""
        return frame.lazy().with_columns(usual(f) for f in self.table.fields if f.type != "string")

    def is_plain(self, part: Part, *_: object) -> bool:
        """Say whether texts surely contain no character that a check of characters refuses."""
        return part.found is None and not contains_invisible(_codes(part.raw), part.rows)

    def typed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return rows that are given as text with the columns of their types."""
        texts = frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))  # an empty text is missing
        return texts.with_columns(parsed(f) for f in self.table.fields if f.type != "string")

    def table_file(self, part: Part, frame: pl.DataFrame, *, all_in_memory: bool = False) -> TableFile:
        """Return rows of a part as text, and what is wrong with its form; by default nothing else stays in memory."""
        record = part.record if all_in_memory else part.records(frame[ROW].to_list())
        found = part.found or CsvFile()
        key = self.columns.get(self.table.primary_key[0], 0) if self.table.primary_key else 0
        broken = [record for record in found.records if not record.sound]
        return TableFile(
            self.table,
            self.file,
            frame,
            found.problems,
            self.absent,
            len(broken),
            {cells[key].text for record in set(broken) if key < len(cells := record.cells)},
            found.unlisted,
            lambda row, at: record(row).cells[at][1:],
            self.columns,
        )


def _lines(source: BinaryIO, start: int, size: int) -> bytes:
    """Return whole lines of about some size; nothing at the end of the file."""
    source.seek(start + size)
    size += len(source.readline(LONGEST_LINE))
    source.seek(start)
    return source.read(size)


def read_csv(path: Path, table: Table, file: str) -> TableFile:
    """Read a CSV file of a table as a whole; whatever its form, the result is a TableFile."""
    source = CsvSource(path, table, file, path.stat().st_size + 1)
    for part in source.parts():  # there is one
        table_file = source.table_file(part, source.typed(source.frame(part)), all_in_memory=True)
        return replace(table_file, problems=source.problems + table_file.problems)
    return TableFile(table, file, no_rows(table), source.problems, source.absent)
