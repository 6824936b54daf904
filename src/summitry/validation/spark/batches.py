"""What the executors do: split lines of CSV into cells, and check batches of rows by the pandera schema of a table."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pyarrow as pa

from summitry.dataset.names import NAMES
from summitry.dataset.storage import read_arrow
from summitry.validation.checks import Check, Reference, key_check, slug, table_checks
from summitry.validation.evaluate import evaluate, executor
from summitry.validation.readers import csv_records
from summitry.validation.readers.csv_file import sound_texts
from summitry.validation.report import Problem, shorten
from summitry.validation.table_file import ROW, TableFile, as_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from summitry.schema import Table
    from summitry.validation.readers.csv_file import CsvSource

    Batches = Iterable[pa.RecordBatch]

# columns beside those of a table: the number of a row, greater in later rows; its file and its number there, from 0;
# the bytes of a CSV record that has mistakes of form, and whether its cells may be misplaced
ID, FILE, NUMBER, LINE, BROKEN = "__id", "__file", "__number", "__line", "__broken"
# the columns of a problem, as Arrow and as Spark call their types
_NUMBERS = {"line", "column", "row"}
PROBLEM_SCHEMA = pa.schema((f.name, pa.int64() if f.name in _NUMBERS else pa.string()) for f in fields(Problem))
PROBLEM_COLUMNS = ", ".join(f"`{f.name}` {'long' if f.name in _NUMBERS else 'string'}" for f in fields(Problem))


def repeated_name(number: int) -> str:
    """Return the column that says which rows repeat a key, by its number in `Table.unique_sets`."""
    return f"repeated:{number}"


def lost_name(column: str) -> str:
    """Return the column that says which cells of a foreign key name no row."""
    return f"lost:{column}"


def problem_batch(problems: Iterable[Problem]) -> pa.RecordBatch:
    """Return problems as Arrow."""
    return pa.RecordBatch.from_pylist([asdict(p) for p in problems], PROBLEM_SCHEMA)


@cache
def shipped(table: str, column: str) -> Reference:
    """Return the keys of the dataset that ships, and other names for them."""

    def names() -> dict[str, str]:
        rows = [(of, row) for of in NAMES.get(table, ()) for row in read_arrow(of[0]).select(of[1:]).to_pylist()]
        return {slug(row[name]): row[id_] for (_, id_, name), row in rows}

    return Reference(table, pl.Series(read_arrow(table)[column].to_pylist()), names)


class Form(NamedTuple):
    """What the records of a CSV file are: where each column is, how many cells there are, and which are checked."""

    columns: Mapping[str, int]
    width: int
    checked: frozenset[str]

    @classmethod
    def of(cls, head: CsvSource) -> Form:
        """Return the form that a header says; where the header is wrong, columns that are missing are not checked."""
        wrong = any(p.rule == "header" for p in head.problems)
        return cls(head.columns, len(head.header), frozenset(head.columns if wrong else head.table.names))


def split_types(table: Table) -> str:
    """Return the columns that `split` gives, as Spark calls their types."""
    cells = "".join(f"`{name}` string, " for name in table.names)
    return f"{cells}{FILE} string, {LINE} binary, {BROKEN} boolean"


def split(batches: Batches, table: Table, forms: Mapping[str, Form]) -> Iterator[pa.RecordBatch]:
    """Split lines of CSV files into the cells of a table.

    Args:
        batches: the columns file and line.
        table: the schema.
        forms: by file, what its records are; a file in which no column is known has no rows.
    """
    for batch in batches:
        for (file,), some in pl.DataFrame(pl.from_arrow(batch)).group_by(FILE, maintain_order=True):
            form = forms[str(file)]
            if form.columns:
                yield from _split(some[LINE].to_list(), str(file), table, form)


def _split(lines: list[bytes], file: str, table: Table, form: Form) -> Iterator[pa.RecordBatch]:
    """Yield lines of a file as the cells of a table, those of a record that has mistakes of form with its bytes."""
    key = form.columns.get(table.primary_key[0], 0) if table.primary_key else 0  # which other rows may name
    cells, faulty = _cells(lines, form.width, key)
    empty = pl.repeat(None, len(lines), dtype=pl.String, eager=True)
    found = {n: cells[form.columns[n]] if n in form.columns else empty for n in table.names}
    wrong = pl.Series([line if n in faulty else None for n, line in enumerate(lines)], dtype=pl.Binary)
    broken = pl.Series([faulty.get(n, False) for n in range(len(lines))], dtype=pl.Boolean)
    frame = pl.DataFrame({**found, FILE: [file] * len(lines), LINE: wrong, BROKEN: broken})
    yield from frame.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()


def _cells(lines: list[bytes], width: int, key: int) -> tuple[list[pl.Series], dict[int, bool]]:
    """Return the cells by column, and which lines have mistakes of form, with whether cells may be misplaced."""
    raw = b"".join(line.removesuffix(b"\r") + b"\n" for line in lines)
    texts = sound_texts(raw, width)
    if texts is not None and len(texts) == len(lines):
        return texts.get_columns(), {}
    rows, faulty = [], dict[int, bool]()
    for n, line in enumerate(lines):
        found = csv_records.parse_part(line + b"\n", "", 1, width)
        record = found.records[0]
        if found.problems:
            faulty[n] = not record.sound
        texts_of = [cell.text for cell in record.cells]
        kept = texts_of if record.sound else [text if at == key else "" for at, text in enumerate(texts_of)]
        rows.append([*kept, *[""] * width][:width])
    return pl.DataFrame(rows, dict.fromkeys(map(str, range(width)), pl.String), orient="row").get_columns(), faulty


def problems(batches: Batches, table: Table, file: str, forms: Mapping[str, Form]) -> Iterator[pa.RecordBatch]:
    """Yield the problems of each batch of a table, each with a key; where a batch does not say its file, it is this."""
    for batch in batches:
        frame = frame_of(batch)
        if FILE not in frame.columns:
            frame = frame.with_columns(pl.lit(file).alias(FILE))
        for (name,), some in frame.group_by(FILE, maintain_order=True):
            yield problem_batch(_problems(some, table, str(name), forms.get(str(name))))


def _problems(frame: pl.DataFrame, table: Table, file: str, form: Form | None) -> Iterator[Problem]:
    frame = frame.with_row_index(ROW)
    undecodable: set[int] = set()
    if form:
        lines = frame.filter(pl.col(LINE).is_not_null())
        for line in lines[LINE]:
            yield from _problems_of_form(line, file, form.width)
        undecodable.update(lines[ROW])
        frame = frame.filter(pl.col(BROKEN).not_()).drop(set(table.names) - form.checked)
    marks = [name for name in frame.columns if name.startswith(("repeated:", "lost:"))]
    table_file = TableFile(table, file, as_read(frame, table).hstack(frame.select(marks)))
    numbers = frame[NUMBER] + 1 if NUMBER in frame.columns else pl.repeat(None, len(frame), eager=True)  # from 1
    places = dict(zip(frame[ROW], numbers, strict=True))
    for problem, row, _ in evaluate(table_file, _checks(frame, table), executor("pandera")):
        if problem.rule == "character" and row in undecodable:
            continue  # the encoding of the line is reported
        yield replace(problem, row=places[row], key=problem.key or _described(table_file.record(row)))


def _problems_of_form(line: bytes, file: str, width: int) -> Iterator[Problem]:
    """Yield what is wrong with the form of a CSV record, which is found again by its text."""
    for problem in csv_records.parse_part(line + b"\n", file, 1, width).problems:
        text = shorten(line.decode("utf-8", errors="replace"))
        yield replace(problem, line=None, column=None, key=f"with {text}")


def frame_of(batch: pa.RecordBatch) -> pl.DataFrame:
    """Return a batch as a polars frame; polars relies on text being UTF-8, so what is not is replaced before."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        batch = pa.RecordBatch.from_arrays([_decoded(column) for column in batch.columns], batch.schema.names)
    return pl.DataFrame(pl.from_arrow(batch))


def _decoded(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type):
        return column
    raw = column.view(pa.binary()).to_pylist()
    return pa.array([None if b is None else b.decode("utf-8", errors="replace") for b in raw], pa.string())


def _described(cells: Mapping[str, str | None]) -> str:
    """Return what finds a row again that has no key: its first cells."""
    return f"with {shorten(', '.join(f'{name}={cell}' for name, cell in cells.items() if cell is not None))}"


def _checks(frame: pl.DataFrame, table: Table) -> list[Check]:
    """Return the checks of a table; for keys Spark has found already which rows fail."""
    lost = {k.fields[0]: k for k in table.foreign_keys if lost_name(k.fields[0]) in frame.columns}
    checks = table_checks(table, {name: shipped(k.table, k.references[0]) for name, k in lost.items()}, frame.columns)
    repeated = [
        replace(key_check(table, key), fails=pl.col(repeated_name(n)))
        for n, key in enumerate(table.unique_sets())
        if repeated_name(n) in frame.columns
    ]
    return [replace(c, fails=pl.col(lost_name(c.fields[0]))) if c.id == "foreign-key" else c for c in checks] + repeated
