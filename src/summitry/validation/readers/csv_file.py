"""CSV files of a table as table files: what is in each cell, and where."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.readers import csv_blocks
from summitry.validation.readers.csv_columns import header_problems, other_form
from summitry.validation.table_file import ROW, TableFile, composed, empty_columns, no_rows, parsed, raw_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from summitry.schema import Table
    from summitry.validation.prefilter import Prefilter
    from summitry.validation.readers.csv_blocks import Block, Place
    from summitry.validation.readers.csv_records import CsvFile
    from summitry.validation.report import Problem


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
        known = set() if other_form(self.table, self.reader) else set(self.table.names)
        self.columns = {n: i for i, n in reversed(list(enumerate(names))) if n in known}

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the header and, once the blocks are read, with the file's line ends."""
        other = other_form(self.table, self.reader)
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
        """Return rows that parts gave as text with their typed columns; an empty text is missing."""
        texts, values = pl.col(pl.String), [parsed(f) for f in self.table.fields if f.type != "string"]
        given = table_file.frame.with_columns(pl.when(texts != "").then(texts))
        return replace(table_file, frame=composed(given).with_columns(values))

    def table_file(self, part: Block, rows: Sequence[int] | None = None, _: object = None) -> TableFile:
        """Return some rows of a part by their numbers in the file, in order, or all; `with_types` completes them."""
        block = part if part.raw else self.reader.again(part)
        numbers = range(block.row, block.row + block.rows) if rows is None else rows
        if block.scanned:
            return self._scanned(block, block.scanned, numbers)
        cells, place = block.cells(rows)
        return self._placed(cells, numbers, place)

    def _scanned(self, block: Block, found: CsvFile, rows: Sequence[int]) -> TableFile:
        """Return rows as the scanner saw them."""
        records = [found.records[row - block.row] for row in rows]
        sound = {row: record for row, record in zip(rows, records, strict=True) if record.sound}
        given = [[cell.text for cell in record.cells] for record in sound.values()]
        texts = pl.DataFrame(given, dict.fromkeys(map(str, range(block.width)), pl.String), orient="row")
        key = self.columns.get(self.table.primary_key[0], 0) if self.table.primary_key else 0
        broken = [record for record in records if not record.sound]
        return replace(
            self._placed(texts, list(sound), block.place),
            problems=found.problems,
            broken=len(broken),
            broken_keys={cells[key].text for record in set(broken) if key < len(cells := record.cells)},
            unlisted=found.unlisted,
        )

    def _placed(self, cells: pl.DataFrame, rows: Sequence[int], place: Place) -> TableFile:
        frame = self.named(cells).insert_column(0, pl.Series(ROW, rows, pl.UInt32))
        return TableFile(self.table, self.file, frame, [], self.absent, place=place, columns=self.columns)


def read_csv(path: Path, table: Table, file: str) -> TableFile:
    """Read a CSV file of a table as a whole; whatever its form, the result is a TableFile."""
    source = CsvSource(table, csv_blocks.Reader(path, file, path.stat().st_size + 1))
    table_files = [source.table_file(part) for part, _ in source.parts()]
    if not table_files:
        return TableFile(table, file, no_rows(table), source.problems, source.absent)
    (table_file,) = table_files
    return replace(source.with_types(table_file), problems=source.problems + table_file.problems)
