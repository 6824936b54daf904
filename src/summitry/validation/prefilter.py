"""A fast pre-check of many rows: it skips rows that surely fail no check, so that only the others are evaluated.

It reads no keyword: what it asks is the OR of the checks' own expressions. It leaves some of them out where their
answer is known: for a text that passes all checks of its column (a value of a list, a key, a day of these years), and
for characters where none of many texts contains an odd one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.checks import INVISIBLE
from summitry.validation.table_file import FALSE, RANGES, TRUE, dtype, parsed, raw_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from summitry.schema import Field, Table
    from summitry.validation.checks import Check, Reference

DOUBTFUL = "doubtful"
_USUAL_DAYS = (dt.date(2020, 1, 1), dt.date(2029, 12, 31))  # a row with another day is evaluated
_FIRST, _LAST = b" ~"  # from space to tilde: all that ASCII has of visible characters


def _codes(texts: pl.Series) -> pl.Series:
    """Return the bytes of some texts, as UTF-8, one text after another."""
    import numpy as np

    text = texts.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[-1]  # where Arrow keeps them so
    return pl.Series(np.frombuffer(text or b"", np.uint8))


def contains_invisible(codes: pl.Series, line_ends: int = 0) -> bool:
    """Say whether texts contain a character that a check of characters refuses.

    Args:
        codes: their bytes.
        line_ends: how many line ends are between them.
    """
    if (codes < _FIRST).sum() > line_ends:  # every control character is refused
        return True
    odd = codes.filter(codes > _LAST)  # whole characters
    return bool(odd.implode().cast(pl.Binary).cast(pl.String).str.contains(INVISIBLE).item())


def hash_name(columns: Sequence[str]) -> str:
    """Return the column in which the hashes of some columns are."""
    return f"hash:{','.join(columns)}"


def hash_of(table: Table, columns: Sequence[str]) -> pl.Expr:
    """Return the hash of some columns together; null where one of them is."""
    texts = [pl.col(raw_name(table[n])) for n in columns]
    value = texts[0].hash() if len(texts) == 1 else pl.struct(texts).hash()
    return pl.when(pl.all_horizontal(t.is_not_null() for t in texts)).then(value).alias(hash_name(columns))


@dataclass(frozen=True, eq=False)
class Prefilter:
    """Finds the rows of a table that may fail a check.

    Attributes:
        table: the schema.
        checks: of cells and rows, in order; those of columns that are not there are left out.
        columns: the columns that are checked; one that a file lacks is empty.
        references: by column, what its foreign key may name.
        hashed: columns whose hashes are wanted, together or alone.
        more: says which rows are doubtful for other reasons.
    """

    table: Table
    checks: Sequence[Check]
    columns: Collection[str]
    references: Mapping[str, Reference]
    hashed: Sequence[tuple[str, ...]] = ()
    more: Sequence[pl.Expr] = ()

    def of_texts(self, texts: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
        """Return which rows of a CSV file are doubtful, and their hashes.

        Args:
            texts: the cells, under their raw names; a cell that is quoted and empty is an empty text.
            codes: the bytes of the file in which they are, one record a line.
        """
        plain = not contains_invisible(codes, len(texts))
        values = [self._value(f) for f in self._fields if f.type != "string"]
        return self._flags(texts.lazy().with_columns(values), typed=False, plain=plain)

    def of_values(self, values: pl.DataFrame) -> pl.DataFrame:
        """Return which rows of typed columns are doubtful, and their hashes."""
        free = [name for name in self._free if name in values.columns]
        plain = not any(contains_invisible(_codes(values[name])) for name in free)
        missing = [pl.lit(None, dtype(f)).alias(f.name) for f in self._fields if f.name not in values.columns]
        raw = [pl.col(f.name).alias(raw_name(f)) for f in self._fields if f.type != "string"]
        return self._flags(values.lazy().with_columns(missing).with_columns(raw), typed=True, plain=plain)

    def _flags(self, rows: pl.LazyFrame, *, typed: bool, plain: bool) -> pl.DataFrame:
        hashes = [hash_of(self.table, columns) for columns in self.hashed]
        return rows.select(self._doubtful[typed, plain], *hashes).collect(engine="streaming")  # some rows at a time

    @property
    def _free(self) -> list[str]:
        """The columns of texts of which none are known."""
        return [f.name for f in self._fields if f.type == "string" and f.name not in self.known]

    @cached_property
    def _doubtful(self) -> dict[tuple[bool, bool], pl.Expr]:
        """What says which rows may fail a check, by whether they were typed, and whether no text has an odd character.

        It is made once, for all parts of a file.
        """
        of_rows = [c.fails for c in self.checks if c.of_row]
        kinds = [(typed, plain) for typed in (False, True) for plain in (False, True)]
        found = {kind: [*self._doubts(*kind), *of_rows, *self.more] for kind in kinds}
        return {kind: pl.any_horizontal(d).fill_null(value=False).alias(DOUBTFUL) for kind, d in found.items()}

    def _doubts(self, typed: bool, plain: bool) -> Iterator[pl.Expr]:  # noqa: FBT001 - in the order of a key
        """Yield what may be wrong with a cell."""
        for f in self._fields:
            text, checks = pl.col(raw_name(f)), self._of_cell(f)
            if f.name in self.known and (f.type == "string" or not typed):
                yield from (c.fails for c in checks if c.id == "required")
                yield self._is_unknown(f)
                continue
            left = (c for c in checks if not (c.id == "character" and plain))
            yield from (c.fails if c.may_fail is None else c.may_fail for c in left)
            yield text == "" if f.type == "string" else _is_out_of_range(f)  # an empty text is a missing value

    def _is_unknown(self, f: Field) -> pl.Expr:
        """Say where a text is not among those that are known."""
        text = pl.col(raw_name(f))
        if f.type == "string":
            return text.is_in(self.known[f.name][f.name].implode()).not_()
        return pl.col(f.name).is_null() & text.is_not_null()

    @property
    def _fields(self) -> list[Field]:
        return [f for f in self.table.fields if f.name in self.columns]

    def _of_cell(self, f: Field) -> list[Check]:
        return [c for c in self.checks if c.fields == (f.name,) and not c.of_row]

    @cached_property
    def known(self) -> dict[str, pl.DataFrame]:
        """By column, texts that pass all checks of the column, where most cells contain one, and their values."""
        given = {f.name: _candidates(f, self.references) for f in self._fields}
        return {name: self._passing(self.table[name], texts) for name, texts in given.items() if texts is not None}

    def _passing(self, f: Field, texts: pl.Series) -> pl.DataFrame:
        frame = pl.DataFrame({raw_name(f): texts.unique()}).with_columns(parsed(f))
        fails = [c.fails.fill_null(value=False) for c in self._of_cell(f)]
        return frame.remove(pl.any_horizontal(fails)) if fails else frame

    def _value(self, f: Field) -> pl.Expr:
        """Return the value of a text; none of one that is not known, where some are."""
        if f.name not in self.known:
            return parsed(f)
        texts, values = (self.known[f.name][n] for n in (raw_name(f), f.name))
        number = pl.col(raw_name(f)).cast(pl.Enum(texts), strict=False).to_physical()
        return pl.lit(values).gather(number).alias(f.name)


def _candidates(f: Field, references: Mapping[str, Reference]) -> pl.Series | None:
    if f.enum:
        return pl.Series(list(f.enum))
    if f.name in references:
        return references[f.name].keys
    if f.type == "date":
        return pl.date_range(*_USUAL_DAYS, eager=True).cast(pl.String)
    return pl.Series(TRUE + FALSE) if f.type == "boolean" else None


def _is_out_of_range(f: Field) -> pl.Expr:
    """Say where a value is one that no text of its type stands for."""
    value = pl.col(f.name)
    if f.type == "number":
        return value.is_finite().not_()
    if f.type not in RANGES:
        return pl.lit(value=False)
    return value.to_physical().is_between(*RANGES[f.type]).not_()
