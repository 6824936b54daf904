"""CSV files of a table as table_files: what stands where, and how the header differs from the schema."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from summitry.errors import nearest
from summitry.validation.readers import csv_blocks, csv_records
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import (
    MOST_COLUMN_PROBLEMS,
    ROW,
    TableFile,
    empty_columns,
    joined,
    no_rows,
    raw_name,
)
from summitry.validation.table_file import parsed as typed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from summitry.schema import Table
    from summitry.validation.prefilter import Sieve
    from summitry.validation.readers.csv_blocks import Looked, Submit
    from summitry.validation.readers.csv_records import Cell

    Flagged = Looked[pl.DataFrame | None]


Records = dict[int, tuple[bytes, int]]  # by number, the bytes of a record and its physical line


@dataclass
class CsvSource:
    """A CSV file of a table, as table_files of some size.

    Attributes:
        table: the table it belongs to.
        reader: its blocks.
        columns: where each field of the table stands.
    """

    workers: ClassVar[int] = 3  # blocks that are looked at at once; they also wait for each other
    ahead: ClassVar[int] = 2  # further blocks that may be begun before a result is waited for
    table: Table
    reader: csv_blocks.Reader
    columns: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Find the columns."""
        names = [c.text for c in self.reader.header]
        known = set(self.table.names)
        self.columns = {n: i for i, n in reversed(list(enumerate(names))) if n in known}

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the header and, once the blocks are read, with the file's line ends."""
        return self.reader.problems + header_problems(self.table, self.reader)

    @property
    def absent(self) -> frozenset[str]:
        """Fields that the file lacks."""
        return frozenset(self.table.names) - self.columns.keys()

    @property
    def file(self) -> str:
        """What the file is called in problems."""
        return self.reader.file

    def column(self, name: str) -> pl.Expr:
        """Return a field as the sieve sees it: the text that stands there."""
        return pl.col(raw_name(self.table[name]))

    def sifted(
        self, sieve: Sieve, hashes: Sequence[pl.Expr], submit: Submit = partial, ahead: int = 0
    ) -> Iterator[tuple[CsvPart, pl.DataFrame | None]]:
        """Yield the rows part by part, each with its flags (`Sieve.flags`); none where no column is known.

        The flags are None where the form of a part is broken, so that all of its rows are to be judged.
        """
        if not self.columns:
            return
        for block, flags in self.reader.looked_at(partial(self._look, sieve, hashes), submit, ahead):
            unread = flags is None and not block.parsed  # sound, as far as its form goes
            yield CsvPart(self, block.scanned() if unread else block), flags

    def _look(self, sieve: Sieve, hashes: Sequence[pl.Expr], text: bytes) -> Flagged | None:
        """Look at bytes of the file; their flags are None where polars cannot read them."""
        from summitry.validation.readers.csv_form import is_plain

        counts = csv_blocks.counts(text, len(self.reader.header))
        if not counts:
            return None
        records, lines = counts
        flags = None
        with suppress(pl.exceptions.PolarsError):  # as in `table_file`
            frame = self.text(text).collect()
            plain = records == lines and is_plain(text, lines)
            flags = sieve.flags(frame, hashes, text=True, plain=plain) if len(frame) == records else None
        return csv_blocks.Looked(records, lines, None, flags)

    def text(self, raw: bytes) -> pl.LazyFrame:
        """Return the text of sound bytes, a column for each field; an empty text stands where `""` does."""
        schema = {str(i): pl.String for i in range(len(self.reader.header))}
        # behind a byte order mark, which it takes away, polars takes the first bytes for nothing else
        cells = pl.scan_csv(csv_records.MARK + raw, has_header=False, schema=schema)
        fields = [f for f in self.table.fields if f.name in self.columns]
        given = [pl.col(str(self.columns[f.name])).alias(raw_name(f)) for f in fields]
        return cells.select(*given, *empty_columns(self.table, self.absent))

    def table_file(self, block: csv_blocks.Block) -> TableFile:
        """Return all rows of a block."""
        if block.parsed:
            return self._scanned(block, block.parsed, range(block.row, block.row + block.records))
        rows = range(block.row, block.row + block.records)
        try:
            return self._read(block.raw, rows, block.place)
        except pl.exceptions.PolarsError:  # bytes that are not UTF-8, a record too long and another too short
            return self.table_file(block.scanned())

    def rows(self, block: csv_blocks.Block, rows: Sequence[int]) -> TableFile:
        """Return some rows of a block, by their numbers in the file; what else the block holds is let go."""
        if block.parsed:
            return self._scanned(block, block.parsed, rows)
        return self.of_records({row: block.record(row) for row in rows})

    def of_records(self, records: Records) -> TableFile:
        """Return rows that stand in sound blocks."""
        raw = b"".join(record for record, _ in records.values())
        return self._read(raw, list(records), lambda row, at: csv_records.place(*records[row], at))

    def joined(self, held: Sequence[TableFile | Records | pl.DataFrame]) -> TableFile:
        """Lay rows together that were held back."""
        records = {row: record for some in held if isinstance(some, dict) for row, record in some.items()}
        table_files = [some for some in held if isinstance(some, TableFile)]
        return joined([*table_files, self.of_records(records)] if records else table_files)

    def _read(self, raw: bytes, rows: Sequence[int], place: Callable[[int, int], tuple[int, int]]) -> TableFile:
        """Read rows of sound bytes."""
        frame = self.text(raw).with_columns(_empty_as_missing(self.table)).with_columns(_typed(self.table)).collect()
        return self._table_file(frame.insert_column(0, pl.Series(ROW, rows, pl.UInt32)), place)

    def _scanned(self, block: csv_blocks.Block, parsed: csv_records.CsvFile, rows: Sequence[int]) -> TableFile:
        """Return rows as the scanner saw them."""
        records = {row: parsed.records[row - block.row] for row in rows}
        sound = {row: record.cells for row, record in records.items() if record.sound}
        data = {
            raw_name(f): [cells[self.columns[f.name]].text or None for cells in sound.values()]
            if f.name in self.columns
            else [None] * len(sound)
            for f in self.table.fields
        }
        texts = pl.DataFrame({ROW: list(sound), **data}, {ROW: pl.UInt32, **dict.fromkeys(data, pl.String)})
        frame = texts.with_columns(_typed(self.table))
        key = self.columns.get(self.table.primary_key[0], 0) if self.table.primary_key else 0
        broken = [record.cells for record in records.values() if not record.sound]
        return replace(
            self._table_file(frame, block.place), problems=parsed.problems, broken=len(broken),
            broken_keys={cells[key].text for cells in broken if key < len(cells)},
        )  # fmt: skip

    def _table_file(self, frame: pl.DataFrame, place: Callable[[int, int], tuple[int, int]]) -> TableFile:
        return TableFile(self.table, self.file, frame, [], self.absent, place=place, columns=self.columns)


@dataclass(frozen=True)
class CsvPart:
    """A block of a CSV file as a part of a table."""

    source: CsvSource
    block: csv_blocks.Block

    @property
    def row(self) -> int:
        """The number of its first row, from 0."""
        return self.block.row

    @property
    def rows(self) -> int:
        """How many records it has, broken ones included."""
        return self.block.records

    def table_file(self, rows: Sequence[int] | None = None) -> TableFile:
        """Return some rows by their numbers in the file, or all."""
        return self.source.table_file(self.block) if rows is None else self.source.rows(self.block, rows)

    def suspects(self, rows: Sequence[int]) -> list[Records]:
        """Return the rows that the sieve has held back, by their numbers, to be read when there are many."""
        return [{row: self.block.record(row) for row in rows}]

    def again(self, rows: Sequence[int], names: Collection[str]) -> CsvPart:  # noqa: ARG002 - a line has all columns
        """Read some rows of the part again after `emptied`, in order, and some columns at least."""
        return replace(self, block=self.source.reader.again(self.block, rows))

    def emptied(self) -> CsvPart:
        """Return the part without its content: what is needed to read it again."""
        return replace(self, block=self.block.emptied())


def _empty_as_missing(table: Table) -> list[pl.Expr]:
    texts = [pl.col(raw_name(f)) for f in table.fields]
    return [pl.when(text != "").then(text) for text in texts]


def _typed(table: Table) -> list[pl.Expr]:
    return [typed(f) for f in table.fields if f.type != "string"]


def read_csv(path: Path, table: Table, file: str) -> TableFile:
    """Read a CSV file of a table; whatever its form, the result is a TableFile."""
    source = CsvSource(table, csv_blocks.Reader(path, file, path.stat().st_size + 1))
    table_files = [source.table_file(block) for block in source.reader.blocks()] if source.columns else []
    if not table_files:
        return TableFile(table, file, no_rows(table), source.problems, source.absent)
    (table_file,) = table_files
    return replace(table_file, problems=source.problems + table_file.problems)


def header_problems(table: Table, reader: csv_blocks.Reader) -> list[Problem]:
    """Compare the header with the table: required columns that are missing, unknown, repeated, misordered ones."""
    expected, file, cells = ",".join(table.names), reader.file, reader.header
    if not cells:
        fix = f"Begin the file with the line: {expected}"
        fatal = any(p.severity == "error" for p in reader.problems)
        return [] if fatal else [Problem(file, "header", "error", "a header line", fix, 1, 1, table=table.name)]
    names = [c.text for c in cells]
    known = set(table.names)
    missing = [n for n in table.names if n not in names]
    unknown = [n for n in names if n not in known]
    problems: list[Problem] = []
    for i, cell in enumerate(cells):
        if cell.text in known and cell.text not in names[:i]:
            continue
        if len(problems) == MOST_COLUMN_PROBLEMS:
            fix = f"Take away the {len(cells) - i} further columns that do not belong here."
            problems.append(_header_problem(table, file, cell, expected, fix))
            break
        needed = [n for n in missing if n in table.required_names]
        one_for_one = len(needed) == len(unknown) == 1 and unknown[0] == cell.text
        near = nearest(shorten(cell.text), missing) or (needed[0] if one_for_one else None)
        if near:
            missing.remove(near)
        fix = f"Rename it to {near!r}." if near else "Take the column away."
        if cell.text in known:
            fix = "The column is there twice; take one away."
        problems.append(_header_problem(table, file, cell, expected, fix))
    if required := [n for n in missing if n in table.required_names]:
        fix = f"Add the columns {', '.join(required)}: they are required."
        problems.append(_header_problem(table, file, cells[0], expected, fix, value=",".join(names)))
    in_order = [n for n in table.names if n in names]
    if not problems and names != in_order:
        fix = f"Put the columns in this order: {','.join(in_order)}"
        problems.append(_header_problem(table, file, cells[0], expected, fix, value=",".join(names)))
    return problems


def _header_problem(table: Table, file: str, cell: Cell, expected: str, fix: str, value: str | None = None) -> Problem:
    return Problem(
        file=file, rule="header", severity="error", expected=f"the columns {expected}", fix=fix,
        line=cell.line, column=cell.column, table=table.name, value=shorten(value or cell.text),
    )  # fmt: skip
