"""A file of a table as text and typed columns side by side, and the place of every cell in it.

A sheet has one column for each field of its table, typed; beside each column that is not text stands what
the file says, under `raw:<field>`; `__row` counts the records from 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from summitry import csvfile, types
from summitry.report import Problem, shorten
from summitry.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    import pyarrow as pa

    from summitry.schema import Field, Table

ROW = "__row"
MOST_COLUMN_PROBLEMS = 20
CALENDAR = (-719162, 2932896)  # days from 1970-01-01 to 0001-01-01 and to 9999-12-31
# the text that a type may have in a file; [0-9] because \d also matches other scripts and is slower
FORMS = {
    "integer": "^-?(0|[1-9][0-9]{0,17})$",
    "number": "^-?(0|[1-9][0-9]*)([.][0-9]+)?$",
    "boolean": "^(true|false)$",
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}
EXPECTED = {
    "string": "text",
    "integer": "a whole number such as 12",
    "number": "a decimal number such as 48.5",
    "boolean": "true or false",
    "date": "a calendar date as YYYY-MM-DD",
}


def raw_name(f: Field) -> str:
    """Return the column that holds what the file says for this field."""
    return f.name if f.type == "string" else f"raw:{f.name}"


@dataclass(eq=False)
class Sheet:
    """One file of one table.

    Attributes:
        table: the table it belongs to.
        file: what to call the file in problems.
        frame: typed columns, raw columns and `__row`.
        problems: mistakes of form.
        absent: columns that the file lacks; they are empty in the frame.
        broken: records whose cells may be misplaced; they are in no frame.
    """

    table: Table
    file: str
    frame: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)
    absent: frozenset[str] = frozenset()
    broken: int = 0
    broken_keys: set[str] = field(default_factory=set)
    _records: list[csvfile.Record] = field(default_factory=list, repr=False)
    _columns: dict[str, int] = field(default_factory=dict, repr=False)

    def problem(self, row: int, name: str | None, draft: Problem) -> Problem:
        """Return the draft with the place of one cell filled in, or of the row where `name` is None."""
        line = column = None
        if self._records:
            cells = self._records[row].cells
            at = self._columns.get(name, 0) if name else 0
            line, column = cells[at].line, cells[at].column
        return replace(draft, file=self.file, table=self.table.name, field=name, line=line, column=column, row=row + 1)

    def record(self, row: int) -> dict[str, str | None]:
        """Return the cells of one record by column, as the file gives them."""
        (cells,) = self.frame.filter(pl.col(ROW) == row).iter_rows(named=True)
        return {f.name: cells[raw_name(f)] for f in self.table.fields if f.name not in self.absent}


def parsed(f: Field) -> pl.Expr:
    """Return the typed value of a field from its raw text; null where the text has not the right form."""
    raw = pl.col(raw_name(f))
    if f.type == "string":
        return raw
    shaped = pl.when(raw.str.contains(FORMS[f.type])).then(raw)
    if f.type == "date":
        day = shaped.str.to_date("%Y-%m-%d", strict=False)
        return pl.when(day.dt.year() > 0).then(day).alias(f.name)  # Python has no year 0
    if f.type == "boolean":
        return (shaped == "true").alias(f.name)
    dtype = getattr(pl, types.TYPES[f.type].polars)
    return shaped.cast(dtype, strict=False).alias(f.name)


def read_csv(path: Path, table: Table, file: str) -> Sheet:
    """Read a CSV file of a table; whatever its form, the result is a Sheet."""
    found = csvfile.parse(path.read_bytes(), file)
    header = [c.text for c in found.records[0].cells] if found.records else []
    known = set(table.names)
    columns = {n: i for i, n in reversed(list(enumerate(header))) if n in known}
    problems = found.problems + header_problems(table, file, found)
    records = found.records[1:] if columns else []
    rows = [(i, r) for i, r in enumerate(records) if r.sound]
    data: dict[str, list[str | None]] = {
        raw_name(f): [r.cells[columns[f.name]].text or None for _, r in rows]
        if f.name in columns
        else [None] * len(rows)
        for f in table.fields
    }
    schema = {ROW: pl.UInt32, **dict.fromkeys(data, pl.String)}
    frame = pl.DataFrame({ROW: [i for i, _ in rows], **data}, schema=schema)
    frame = frame.with_columns(parsed(f) for f in table.fields if f.type != "string")
    broken = [r for r in records if not r.sound]
    key = columns.get(table.primary_key[0], 0) if table.primary_key else 0
    keys = {r.cells[key].text for r in broken if key < len(r.cells)}
    absent = frozenset(table.names) - columns.keys()
    return Sheet(table, file, frame, problems, absent, len(broken), keys, records, columns)


def header_problems(table: Table, file: str, found: csvfile.CsvFile) -> list[Problem]:
    """Compare the header with the table: missing, unknown, repeated and misordered columns."""
    expected = ",".join(table.names)
    if not found.records:
        mend = f"Begin the file with the line: {expected}"
        fatal = any(p.severity == "error" for p in found.problems)
        return [] if fatal else [Problem(file, "header", "error", "a header line", mend, 1, 1, table=table.name)]
    cells = found.records[0].cells
    names = [c.text for c in cells]
    known = set(table.names)
    missing = [n for n in table.names if n not in names]
    unknown = [n for n in names if n not in known]
    problems: list[Problem] = []
    for i, cell in enumerate(cells):
        if cell.text in known and cell.text not in names[:i]:
            continue
        if len(problems) == MOST_COLUMN_PROBLEMS:
            mend = f"Take away the {len(cells) - i} further columns that do not belong here."
            problems.append(_header_problem(table, file, cell, expected, mend))
            break
        one_for_one = len(missing) == len(unknown) == 1 and unknown[0] == cell.text
        near = missing[0] if one_for_one else nearest(shorten(cell.text), missing)
        if near:
            missing.remove(near)
        mend = f"Rename it to {near!r}." if near else "Take the column away."
        if cell.text in known:
            mend = "The column is there twice; take one away."
        problems.append(_header_problem(table, file, cell, expected, mend))
    if missing:
        mend = f"Add the columns {', '.join(missing)}; a column without values stays empty."
        problems.append(_header_problem(table, file, cells[0], expected, mend, value=",".join(names)))
    if not problems and names != table.names:
        mend = f"Put the columns in this order: {expected}"
        problems.append(_header_problem(table, file, cells[0], expected, mend, value=",".join(names)))
    return problems


def _header_problem(
    table: Table, file: str, cell: csvfile.Cell, expected: str, mend: str, value: str | None = None
) -> Problem:
    return Problem(
        file=file, rule="header", severity="error", expected=f"the columns {expected}", mend=mend,
        line=cell.line, column=cell.column, table=table.name, value=shorten(value or cell.text),
    )  # fmt: skip


def read_parquet(path: Path, table: Table, file: str) -> Sheet:
    """Read a Parquet file of a table; columns of another type are reported and read as empty."""
    import pyarrow as pa

    blank = pl.DataFrame(schema={ROW: pl.UInt32})
    try:
        given, sound = _arrow_columns(path, table)
    except (pa.ArrowException, OSError, ValueError) as e:
        mend = f"Write the file again; reading it says: {shorten(e)}"
        fault = Problem(file, "parquet", "error", "a readable Parquet file", mend, table=table.name)
        return Sheet(table, file, _complete(blank, table), [fault], frozenset(table.names))
    problems = list(_column_problems(table, file, given, sound))
    absent = frozenset(table.names) - sound.keys()
    rows = pl.int_range(len(next(iter(sound.values()), ())), dtype=pl.UInt32, eager=True)
    return Sheet(table, file, _complete(pl.DataFrame({ROW: rows, **sound}), table), problems, absent)


def _arrow_columns(path: Path, table: Table) -> tuple[pa.Schema, dict[str, pl.Series]]:
    """Return the schema of a Parquet file, and those of its columns that have the type of their field.

    Arrow reads, because a damaged file makes the reader of polars end the process; Arrow checks what it has read,
    because polars believes it.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    with path.open("rb") as raw, ParquetFile(raw) as source:
        given = source.schema_arrow
        names = [f.name for f in table.fields if given.names.count(f.name) == 1 and _has_type(given.field(f.name), f)]
        read = source.read(columns=names)
    read.validate(full=True)
    plain = {n: pa.string() if table[n].type == "string" else read.schema.field(n).type for n in names}
    return given, {n: pl.Series(n, read.column(n).cast(plain[n])) for n in names}


def _has_type(column: pa.Field, f: Field) -> bool:
    import pyarrow as pa

    kind = column.type
    if f.enum and pa.types.is_dictionary(kind):
        kind = kind.value_type
    if f.type == "string":
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
    return bool(kind.equals(getattr(pa, types.TYPES[f.type].arrow)()))


def _column_problems(table: Table, file: str, given: pa.Schema, sound: Collection[str]) -> Iterator[Problem]:
    for f in table.fields:
        if f.name not in sound:
            n = given.names.count(f.name)
            wanted = types.TYPES[f.type].arrow.removesuffix("_")
            mend = "The column is there twice; take one away."
            if n < 2:  # noqa: PLR2004 - not twice
                mend = f"Give the column {f.name} the type {wanted}."
            value = shorten(given.field(given.names.index(f.name)).type) if n else None
            yield Problem(file, "header", "error", f"a column {f.name} of type {wanted}", mend, table=table.name,
                          field=f.name, value=value)  # fmt: skip
    strange = [name for name in given.names if name not in table.names]
    for i, name in enumerate(strange[: MOST_COLUMN_PROBLEMS + 1]):
        further = len(strange) - i
        mend = f"Take away the {further} further columns." if i == MOST_COLUMN_PROBLEMS else "Take the column away."
        yield Problem(file, "header", "error", f"the columns {', '.join(table.names)}", mend,
                      table=table.name, value=shorten(name))  # fmt: skip


def _complete(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Give typed columns the text that a CSV file would have, and read them from it, so that one form holds for both.

    Columns that are missing are added, empty.
    """
    absent = [pl.lit(None, pl.String).alias(raw_name(f)) for f in table.fields if f.name not in frame.columns]
    texts = [_text(frame[f.name]).alias(raw_name(f)) for f in table.fields if f.name in frame.columns]
    return frame.select(ROW, *texts, *absent).with_columns(parsed(f) for f in table.fields if f.type != "string")


def _text(column: pl.Series) -> pl.Series:
    """Return values as the text that stands for them in CSV, an empty text as missing."""
    if column.dtype == pl.Date:  # outside of the calendar there are only numbers of days
        days = column.cast(pl.Int32)
        known = column.set(days.is_between(*CALENDAR).not_(), None).cast(pl.String)
        return known.fill_null(days.cast(pl.String))
    text = column.cast(pl.String)
    if column.dtype == pl.Float64 and text.str.contains("e", literal=True).any():
        return text.map_elements(lambda t: f"{Decimal(t):f}", pl.String)
    return text.set(text == "", None)
