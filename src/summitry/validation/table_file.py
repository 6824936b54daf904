"""A file of a table as text and typed columns side by side, and the place of every cell in it.

A frame has one typed column for each field of its table. For each that is not text it has another, `raw:<field>`,
with the text of the file; `__row` numbers the records from 0.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING

import polars as pl

from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from summitry.schema import Field, Table
    from summitry.validation.report import Kind, Problem

ROW = "__row"
_MARKS = "[\u0300-\u036f]"  # accents that are characters of their own
CALENDAR = (-719162, 2932896)  # days from 1970-01-01 to 0001-01-01 and to 9999-12-31
RANGES = {"date": CALENDAR, "integer": (-(10**18) + 1, 10**18 - 1)}  # of which others have no text in a CSV file
_A_DAY = {None: 1, "ms": 86_400 * 10**3, "us": 86_400 * 10**6, "ns": 86_400 * 10**9}
_MOST = 2**63 - 1
_BEYOND = "a day beyond the years 1 to 9999"
_ZONED = "%Y-%m-%d %H:%M:%S%:z"
_USUAL_DAYS = (dt.date(2020, 1, 1), dt.date(2029, 12, 31))
TRUE, FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")  # the defaults of Table Schema
# the text that a type may have in a file; [0-9] because \d also matches other scripts and is slower
FORMS = {
    "integer": "^(-?(?:0|[1-9][0-9]{0,17}))(?:[.]00?)?$",  # pandas writes 12.0; 12.000 may be twelve thousand
    "number": "^-?(0|[1-9][0-9]*)([.][0-9]+)?$",
    "boolean": f"^({'|'.join(TRUE + FALSE)})$",
    # many programs have no days, only moments; midnight is a day, wherever that is
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00:00([.]0+)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?$",
}
EXPECTED = {
    "string": "text",
    "integer": "a whole number such as 12",
    "number": "a decimal number such as 48.5",
    "boolean": "true or false",
    "date": "a calendar date as YYYY-MM-DD",
}


def raw_name(f: Field) -> str:
    """Return the column with the text of the file for this field."""
    return f.name if f.type == "string" else f"raw:{f.name}"


@dataclass(eq=False)
class TableFile:
    """One file of one table.

    Attributes:
        table: the table it belongs to.
        file: what to call the file in problems.
        frame: typed columns, raw columns and `__row`.
        problems: mistakes of form.
        absent: columns that the file lacks; they are empty in the frame.
        broken: records whose cells may be misplaced; they are in no frame.
        broken_keys: the text at the place of the key in those.
        unlisted: by kind, how many more mistakes of form there are.
        place: gives line and column of a cell by record and column; None where there are no lines.
        columns: the position of each field in a record.
        path: where the file is; None where it is in memory.
    """

    table: Table
    file: str
    frame: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)
    absent: frozenset[str] = frozenset()
    broken: int = 0
    broken_keys: set[str] = field(default_factory=set)
    unlisted: Counter[Kind] = field(default_factory=Counter)
    place: Callable[[int, int], tuple[int, int]] | None = field(default=None, repr=False)
    columns: Mapping[str, int] = field(default_factory=dict, repr=False)
    path: Path | None = None

    def problem(self, row: int, name: str | None, draft: Problem) -> Problem:
        """Return the draft with the place of one cell filled in, or of the row where `name` is None."""
        line = column = None
        if self.place:
            line, column = self.place(row, self.columns.get(name, 0) if name else 0)
        return replace(draft, file=self.file, table=self.table.name, field=name, line=line, column=column, row=row + 1)

    def already_reported(self, problem: Problem) -> bool:
        """Say whether a problem of the file's form covers this one.

        That is one of the quoting of its cell or, of a character that replaces an undecodable byte, of its line.
        """
        undecodable = problem.rule == "character" and ("encoding", problem.line, None) in self._of_form
        return undecodable or ("quoting", problem.line, problem.column) in self._of_form

    @cached_property
    def _of_form(self) -> set[tuple[str, int | None, int | None]]:
        """The rule, line and column of problems of form; a byte that cannot be decoded may be at any column."""
        return {(p.rule, p.line, None if p.rule == "encoding" else p.column) for p in self.problems}

    def texts(self) -> list[dict[str, str]]:
        """Return the rows as text, only the columns of the file, each value in the one form that `data/` has."""
        given = [as_text(self.frame[name]) for name in self.table.names if name not in self.absent]
        return pl.DataFrame(given).fill_null("").to_dicts()

    @property
    def unchecked(self) -> frozenset[str]:
        """The columns that no check reads: the file lacks them, and its header must be corrected first."""
        return self.absent if any(p.rule == "header" for p in self.problems) else frozenset()

    def record(self, row: int) -> dict[str, str | None]:
        """Return the cells of one record by column, as the file gives them."""
        (cells,) = self.frame.filter(pl.col(ROW) == row).iter_rows(named=True)
        return {f.name: cells[raw_name(f)] for f in self.table.fields if f.name not in self.absent}


def joined(table_files: Sequence[TableFile]) -> TableFile:
    """Lay table_files of different rows of one file together."""
    places = {row: table_file.place for table_file in table_files for row in table_file.frame[ROW] if table_file.place}
    columns = table_files[0].frame.columns  # the columns that a file lacks may be in another place
    return replace(
        table_files[0],
        frame=pl.concat(s.frame.select(columns) for s in table_files),
        broken=sum(s.broken for s in table_files),
        problems=[p for s in table_files for p in s.problems],
        broken_keys=set().union(*(s.broken_keys for s in table_files)),
        unlisted=sum((s.unlisted for s in table_files), Counter()),
        place=(lambda row, at: places[row](row, at)) if places else None,
    )


def completed(table_file: TableFile, known: Sequence[TableFile]) -> TableFile:
    """Fill the optional columns that a file lacks: a row with a known key keeps its values, a new row has none.

    Of several known files below it, the last has the last word.
    """
    key = list(table_file.table.primary_key)
    if not table_file.absent.isdisjoint(key) or table_file.unchecked or not table_file.absent or not known:
        return table_file
    fields = [f for f in table_file.table.fields if f.name in table_file.absent]
    names = list(dict.fromkeys(name for f in fields for name in (f.name, raw_name(f))))
    rows = pl.concat(s.frame.select(*key, *names) for s in known).unique(key, keep="last")
    frame = table_file.frame.drop(names).join(rows, on=key, how="left", maintain_order="left")
    return replace(table_file, frame=frame.select(table_file.frame.columns))


def composed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with its texts in the normal form NFC, in which they are compared and merged."""
    text = pl.col(pl.String)
    beyond_ascii = text.filter(text.str.len_bytes() != text.str.len_chars())
    found = frame.select_seq(beyond_ascii.str.contains(_MARKS).any())
    apart = [name for name in found.columns if found[name].any()]
    return frame.with_columns(pl.col(apart).str.normalize("NFC")) if apart else frame


def parsed(f: Field) -> pl.Expr:
    """Return the typed value of a field from its raw text; null where the text has not the right form."""
    raw = pl.col(raw_name(f))
    if f.type == "string":
        return raw
    if f.type == "boolean":
        return pl.when(raw.is_in(TRUE + FALSE)).then(raw.is_in(TRUE)).alias(f.name)
    if f.type == "integer":
        return raw.str.extract(FORMS[f.type]).cast(dtype(f)).alias(f.name)
    shaped: pl.Expr = pl.when(raw.str.contains(FORMS[f.type])).then(raw)
    if f.type == "date":
        day = shaped.str.head(len("YYYY-MM-DD")).str.to_date("%Y-%m-%d", strict=False)
        return pl.when(day.dt.year() > 0).then(day).alias(f.name)  # Python has no year 0
    return shaped.cast(dtype(f), strict=False).alias(f.name)


def usual(f: Field) -> pl.Expr:
    """Return the typed value of a field as `parsed` does, in less time, because of days only those of these years."""
    if f.type != "date":
        return parsed(f)
    days, texts = _usual_days()
    return pl.lit(days).gather(pl.col(raw_name(f)).cast(texts, strict=False).to_physical()).alias(f.name)


@cache
def _usual_days() -> tuple[pl.Series, pl.Enum]:
    days = pl.date_range(*_USUAL_DAYS, eager=True)
    return days, pl.Enum(days.cast(pl.String))


def dtype(f: Field) -> pl.DataType:
    """Return the type of a field's column in a frame."""
    found: pl.DataType = getattr(pl, types.TYPES[f.type].polars)()
    return found


def is_typed(given: pl.DataType, f: Field) -> bool:
    """Say whether a column of this type needs no other one."""
    return bool(given == dtype(f))


def typed(column: pl.Series, f: Field) -> pl.Series:
    """Return a column with the type of its field if no value changes by that, else as text."""
    if is_typed(column.dtype, f):
        return column
    if f.type == "string":
        return as_text(column)
    values = column
    if isinstance(column.dtype, pl.Datetime):
        if not _of_calendar(column).all():
            return as_text(column)
        values = column.dt.replace_time_zone(None)  # the day is the one that the clock shows there
    try:
        found = values.cast(dtype(f), strict=False)
        if found.cast(values.dtype, strict=False).equals(values):
            return found
    except pl.exceptions.PolarsError:  # there is no such cast
        pass
    return as_text(column)


def empty_columns(table: Table, names: Collection[str]) -> list[pl.Expr]:
    """Return columns without values for fields that a file lacks."""
    return [pl.lit(None, pl.String).alias(raw_name(f)) for f in table.fields if f.name in names]


def no_rows(table: Table) -> pl.DataFrame:
    """Return the frame of a table_file without rows."""
    texts = {raw_name(f): pl.String() for f in table.fields}
    typed = {f.name: dtype(f) for f in table.fields if f.type != "string"}
    return pl.DataFrame(schema={ROW: pl.UInt32(), **texts, **typed})


def as_read(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return columns as they would be read from a CSV file with these values; missing columns are empty."""
    absent = empty_columns(table, set(table.names) - set(frame.columns))
    texts = [as_text(typed(frame[f.name], f)).alias(raw_name(f)) for f in table.fields if f.name in frame.columns]
    return composed(frame.select(ROW, *texts, *absent)).with_columns(
        parsed(f) for f in table.fields if f.type != "string"
    )


def as_text(column: pl.Series) -> pl.Series:
    """Return values as their text in CSV, always in the same form; an empty text is missing."""
    if isinstance(column.dtype, pl.Date | pl.Datetime):
        known = column.set(_of_calendar(column).not_(), None)
        texts = known.dt.strftime(_ZONED) if getattr(column.dtype, "time_zone", None) else known.cast(pl.String)
        days = texts.str.replace(r" 00:00:00(\.0+)?$", "")  # pandas has no days, only moments
        return days.fill_null(_BEYOND).set(column.is_null(), None)
    text = column.cast(pl.String)
    if column.dtype.is_float() and text.str.contains("e", literal=True).any():
        return text.map_elements(lambda t: f"{Decimal(t):f}", pl.String)
    return text.set(text == "", None)


def _of_calendar(days: pl.Series) -> pl.Series:
    """Say which days and moments are in the years 1 to 9999; polars cannot show others. A missing one is."""
    unit = getattr(days.dtype, "time_unit", None)
    a_day = _A_DAY[unit]
    first, last = CALENDAR[0] * a_day, (CALENDAR[1] + 1) * a_day - 1
    return days.to_physical().is_between(max(first, -_MOST), min(last, _MOST)).fill_null(value=True)
