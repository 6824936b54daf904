"""A file of a table as text and typed columns side by side, and the place of every cell in it.

A sheet has one column for each field of its table, typed; beside each column that is not text stands what
the file says, under `raw:<field>`; `__row` counts the records from 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from summitry import csvfile, types
from summitry.report import Problem, shorten
from summitry.suggestions import nearest

if TYPE_CHECKING:
    from pathlib import Path

    from summitry.schema import Field, Table

ROW = "__row"
MOST_COLUMN_PROBLEMS = 20
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


@dataclass
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


def parsed(f: Field) -> pl.Expr:
    """Return the typed value of a field from its raw text; null where the text has not the right form."""
    raw = pl.col(raw_name(f))
    if f.type == "string":
        return raw
    shaped = pl.when(raw.str.contains(FORMS[f.type])).then(raw)
    if f.type == "date":
        return shaped.str.to_date("%Y-%m-%d", strict=False).alias(f.name)
    if f.type == "boolean":
        return (shaped == "true").alias(f.name)
    dtype = getattr(pl, types.TYPES[f.type].polars)
    return shaped.cast(dtype, strict=False).alias(f.name)


def read_csv(path: Path, table: Table, file: str) -> Sheet:
    """Read a CSV file of a table; whatever its form, the result is a Sheet."""
    found = csvfile.parse(path.read_bytes(), file)
    header = [c.text for c in found.records[0].cells] if found.records else []
    columns = {n: i for i, n in reversed(list(enumerate(header))) if n in table.names}
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
    missing = [n for n in table.names if n not in names]
    unknown = [n for n in names if n not in table.names]
    problems: list[Problem] = []
    for i, cell in enumerate(cells):
        if cell.text in table.names and cell.text not in names[:i]:
            continue
        if len(problems) == MOST_COLUMN_PROBLEMS:
            mend = f"Take away the {len(cells) - i} further columns that do not belong here."
            problems.append(_header_problem(table, file, cell, expected, mend))
            break
        one_for_one = len(missing) == len(unknown) == 1 and unknown[0] == cell.text
        near = missing[0] if one_for_one else nearest(cell.text, missing)
        if near:
            missing.remove(near)
        mend = f"Rename it to {near!r}." if near else "Take the column away."
        if cell.text in table.names:
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
    blank = pl.DataFrame(schema={ROW: pl.UInt32})
    try:
        given = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as e:
        mend = f"Write the file again; reading it says: {shorten(e)}"
        fault = Problem(file, "parquet", "error", "a readable Parquet file", mend, table=table.name)
        return Sheet(table, file, _complete(blank, table), [fault], frozenset(table.names))
    problems: list[Problem] = []
    keep = [pl.int_range(pl.len(), dtype=pl.UInt32).alias(ROW)]
    for f in table.fields:
        found = given.schema.get(f.name)
        wanted = getattr(pl, types.TYPES[f.type].polars)
        if found is not None and (found == wanted or (f.enum and isinstance(found, pl.Enum | pl.Categorical))):
            keep.append(pl.col(f.name).cast(wanted))
            continue
        mend = f"Give the column {f.name} the type {wanted}."
        problems.append(
            Problem(file, "header", "error", f"a column {f.name} of type {wanted}", mend, table=table.name,
                    field=f.name, value=None if found is None else str(found))
        )  # fmt: skip
    problems += [
        Problem(file, "header", "error", f"the columns {', '.join(table.names)}", "Take the column away.",
                table=table.name, value=shorten(name))
        for name in given.columns if name not in table.names
    ]  # fmt: skip
    absent = frozenset(str(p.field) for p in problems if p.field)
    return Sheet(table, file, _complete(given.select(keep), table), problems, absent)


def _complete(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Add the columns that are missing, empty, and what each typed column says as text."""
    absent = [
        pl.lit(None, getattr(pl, types.TYPES[f.type].polars)).alias(f.name)
        for f in table.fields
        if f.name not in frame.columns
    ]
    texts = [pl.col(f.name).cast(pl.String).alias(raw_name(f)) for f in table.fields if f.type != "string"]
    return frame.with_columns(absent).with_columns(texts)
