"""CSV files of a table as table files: what is in each cell and where, and how the header differs from the schema."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from summitry.errors import nearest
from summitry.schema.words import counted
from summitry.validation.readers import csv_blocks
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import (
    MOST_COLUMN_PROBLEMS,
    ROW,
    ROW_NUMBERS,
    TableFile,
    composed,
    empty_columns,
    no_rows,
    parsed,
    raw_name,
    unknown_column_fix,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from summitry.schema import Table
    from summitry.validation.prefilter import Prefilter
    from summitry.validation.readers.csv_blocks import Block, Place
    from summitry.validation.readers.csv_records import Cell, CsvFile


SEPARATORS = {";": "“;”", "\t": "tabs", "|": "“|”"}


@dataclass
class CsvSource:
    """A CSV file of a table, as table files of some size.

    Attributes:
        table: the table it belongs to.
        reader: its blocks.
        columns: where in a record each field is.
    """

    table: Table
    reader: csv_blocks.Reader
    columns: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Find the columns."""
        names = [c.text for c in self.reader.header]
        known = set() if _other_form(self.table, self.reader) else set(self.table.names)
        self.columns = {n: i for i, n in reversed(list(enumerate(names))) if n in known}

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the header and, once the blocks are read, with the file's line ends."""
        other = _other_form(self.table, self.reader)
        return [other] if other else self.reader.problems + header_problems(self.table, self.reader)

    @property
    def absent(self) -> frozenset[str]:
        """Fields that the file lacks."""
        return frozenset(self.table.names) - self.columns.keys()

    @property
    def file(self) -> str:
        """What the file is called in problems."""
        return self.reader.file

    def parts(self, prefilter: Prefilter | None = None) -> Iterator[tuple[Block, pl.DataFrame | None]]:
        """Yield the rows part by part, each with what the prefilter says of it; none where no column is known.

        That is None where the form of a part is broken: the prefilter was not asked.
        """
        use = (lambda texts, codes: prefilter.of_texts(self.named(texts), codes)) if prefilter else None
        if self.columns:
            yield from self.reader.blocks(use)

    def named(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Return the cells of records, given in columns `0`, `1` …, under the raw names of the fields."""
        given = [
            pl.col(str(self.columns[f.name])).alias(raw_name(f)) for f in self.table.fields if f.name in self.columns
        ]
        return texts.select(*given, *empty_columns(self.table, self.absent))

    def with_types(self, table_file: TableFile) -> TableFile:
        """Return rows that parts gave as text with their typed columns."""
        values = [parsed(f) for f in self.table.fields if f.type != "string"]
        return replace(table_file, frame=composed(table_file.frame).with_columns(values))

    def table_file(self, part: Block, rows: Sequence[int] | None = None, _: object = None) -> TableFile:
        """Return some rows of a part by their numbers in the file, in order, or all; `with_types` completes them."""
        block = part if part.raw else self.reader.again(part)
        numbers = range(block.row, block.row + block.rows) if rows is None else rows
        if block.scanned:
            return self._scanned(block, block.scanned, numbers)
        cells, place = block.cells(rows)
        texts = self.named(cells).select(_empty_as_missing())
        return self._placed(texts, numbers, place)

    def _scanned(self, block: Block, found: CsvFile, rows: Sequence[int]) -> TableFile:
        """Return rows as the scanner saw them."""
        records = [found.records[row - block.row] for row in rows]
        sound = {row: record for row, record in zip(rows, records, strict=True) if record.sound}
        given = [[cell.text or None for cell in record.cells] for record in sound.values()]
        texts = pl.DataFrame(given, dict.fromkeys(map(str, range(block.width)), pl.String), orient="row")
        key = self.columns.get(self.table.primary_key[0], 0) if self.table.primary_key else 0
        broken = [record for record in records if not record.sound]
        return replace(
            self._placed(self.named(texts), list(sound), block.place),
            problems=found.problems,
            broken=len(broken),
            broken_keys={cells[key].text for record in set(broken) if key < len(cells := record.cells)},
            unlisted=found.unlisted,
        )

    def _placed(self, texts: pl.DataFrame, rows: Sequence[int], place: Place) -> TableFile:
        frame = texts.insert_column(0, pl.Series(ROW, rows, pl.UInt32))
        return TableFile(self.table, self.file, frame, [], self.absent, place=place, columns=self.columns)


def _empty_as_missing() -> pl.Expr:
    return pl.when(pl.all() != "").then(pl.all())


def read_csv(path: Path, table: Table, file: str) -> TableFile:
    """Read a CSV file of a table as a whole; whatever its form, the result is a TableFile."""
    source = CsvSource(table, csv_blocks.Reader(path, file, path.stat().st_size + 1))
    table_files = [source.table_file(part) for part, _ in source.parts()]
    if not table_files:
        return TableFile(table, file, no_rows(table), source.problems, source.absent)
    (table_file,) = table_files
    return replace(source.with_types(table_file), problems=source.problems + table_file.problems)


def _other_form(table: Table, reader: csv_blocks.Reader) -> Problem | None:
    """Return the problem that the whole file has another form: other separators, other line ends, or no header."""
    if not reader.header:
        return None
    first, names = reader.header[0], [cell.text for cell in reader.header]
    draft = partial(_header_problem, table, reader.file, first)
    if any("\r" in name for name in names):
        expected = "lines that end with LF; here they end with CR alone"
        return replace(draft("", "Save the file as CSV with the line ends of Unix or Windows."), expected=expected)
    for separator, separated in SEPARATORS.items():
        parts = {part.strip('" ').lower() for part in first.text.split(separator)} if len(names) == 1 else set()
        if len(parts.intersection(table.names)) > 1:
            expected = f"commas between the columns; here the columns are separated by {separated}"
            return replace(draft("", "Save the file as CSV with commas."), expected=expected)
    if any(nearest(shorten(name), table.names) for name in names[: 2 * len(table.names)] if name):
        return None
    fix = "Make the names of the columns the first line, with nothing above it."
    return draft(",".join(table.names), fix, ",".join(names).rstrip(","))


def header_problems(table: Table, reader: csv_blocks.Reader) -> list[Problem]:
    """Compare the header with the table: required columns that are missing, unknown, repeated, misordered ones."""
    expected, file, cells = ",".join(table.names), reader.file, reader.header
    if not cells:
        fix = f"Begin the file with the line: {expected}"
        fatal = any(p.severity == "error" for p in reader.problems)
        return [] if fatal else [Problem(file, "header", "error", "a header line", fix, 1, 1, table=table.name)]
    names = [c.text for c in cells]
    del names[_end_of_names(names) :]
    known = set(table.names)
    missing = [n for n in table.names if n not in names]
    unknown = [n for n in names if n not in known]
    problems = [_nameless(table, file, cells[len(names) :], expected)] if len(cells) > len(names) else []
    for i, cell in enumerate(cells[: len(names)]):
        if cell.text in known and cell.text not in names[:i]:
            continue
        if len(problems) == MOST_COLUMN_PROBLEMS:
            fix = f"Remove the {len(names) - i} further columns that do not belong here."
            problems.append(_header_problem(table, file, cell, expected, fix))
            break
        needed = [n for n in missing if n in table.required_names]
        left = needed or missing  # one unknown column, and one that is missing, may be the same
        only = left[0] if len(left) == 1 and unknown == [cell.text] and cell.text not in ROW_NUMBERS else None
        near = nearest(shorten(cell.text), missing) or (only if needed else None)
        fix = f"Rename it to {only!r}, or remove the column." if only else unknown_column_fix(cell.text)
        if near:
            missing.remove(near)
            fix = f"Rename it to {near!r}."
        if cell.text in known:
            fix = "The column is in the file twice; remove one."
        problems.append(_header_problem(table, file, cell, expected, fix))
    if required := [n for n in missing if n in table.required_names]:
        fix = f"Add the columns {', '.join(required)}: they are required."
        problems.append(_header_problem(table, file, cells[0], expected, fix, value=",".join(names)))
    in_order = [n for n in table.names if n in names]
    if not problems and names != in_order:
        fix = f"Put the columns in this order: {','.join(in_order)}"
        problems.append(_header_problem(table, file, cells[0], expected, fix, value=",".join(names)))
    return problems


def _end_of_names(names: Sequence[str]) -> int:
    """Return where the columns without a name begin that are at the end of a header."""
    return max((i + 1 for i, name in enumerate(names) if name), default=1)


def _nameless(table: Table, file: str, cells: Sequence[Cell], expected: str) -> Problem:
    fix = f"Remove the commas at the end of each line: they make {counted(len(cells), 'column')} without a name."
    return _header_problem(table, file, cells[0], expected, fix)


def _header_problem(table: Table, file: str, cell: Cell, expected: str, fix: str, value: str | None = None) -> Problem:
    return Problem(
        file=file,
        rule="header",
        severity="error",
        expected=f"the columns {expected}",
        fix=fix,
        line=cell.line,
        column=cell.column,
        table=table.name,
        value=shorten(value or cell.text),
    )
