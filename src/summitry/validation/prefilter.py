"""A fast pre-check of many rows: it skips rows that surely fail no check, so that only the others are evaluated.

It reads no keyword: what it asks is the OR of the checks' own expressions. It leaves some of them out where their
answer is known: for a text that passes all checks of its column (a value of a list, or a key), and for characters where
a text as a whole contains none that is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.checks import CHARACTER, INVISIBLE
from summitry.validation.table_file import RANGES, raw_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from summitry.schema import Field, Table
    from summitry.validation.checks import Check, Reference

_FIRST, _LAST = b" ~"  # from space to tilde: all that ASCII has of visible characters


def contains_invisible(codes: pl.Series, line_ends: int = 0) -> bool:
    """Say whether texts contain a character that a check of characters refuses.

    Args:
        codes: their bytes, as UTF-8, one text after another.
        line_ends: how many line ends are between them.
    """
    if (codes < _FIRST).sum() > line_ends:  # every control character is refused
        return True
    odd = codes.filter(codes > _LAST)  # whole characters
    return bool(odd.implode().cast(pl.Binary).cast(pl.String).str.contains(INVISIBLE).item())


def free_texts(table: Table, references: Mapping[str, Reference]) -> list[str]:
    """Return the columns of texts of which none are known."""
    return [f.name for f in table.fields if f.type == "string" and not f.enum and f.name not in references]


def doubtful(
    table: Table,
    checks: Sequence[Check],
    columns: Collection[str],
    references: Mapping[str, Reference],
    *,
    plain: bool,
) -> pl.Expr:
    """Return what says which rows may fail a check.

    Args:
        table: the schema.
        checks: of cells and rows, in order; those of columns that are not there are left out.
        columns: the columns that are checked.
        references: by column, what its foreign key may name.
        plain: whether no text contains a character that is refused.
    """
    left = [c for c in checks if not (plain and c.id == CHARACTER)]
    doubts = [pl.lit(value=False), *(c.fails for c in left if c.of_row)]
    for f in table.fields:
        if f.name in columns:
            of_cell = [c for c in left if c.fields == (f.name,) and not c.of_row]
            doubts += _of_cell(f, of_cell, references)
    return pl.any_horizontal(doubts).fill_null(value=False)


def _of_cell(f: Field, checks: Sequence[Check], references: Mapping[str, Reference]) -> Iterator[pl.Expr]:
    """Yield what may be wrong with a cell."""
    text = pl.col(raw_name(f))
    if f.type == "string" and (f.enum or f.name in references):
        known = pl.Series(f.name, list(f.enum)) if f.enum else references[f.name].keys.alias(f.name)
        fails = [c.fails.fill_null(value=False) for c in checks]
        passing = known.to_frame().remove(pl.any_horizontal(fails))[f.name]
        yield from (c.fails for c in checks if c.id == "required")
        yield text.is_in(passing.implode()).not_()
        return
    yield from (c.fails for c in checks)
    yield text == "" if f.type == "string" else _is_out_of_range(f)  # an empty text is a missing value


def _is_out_of_range(f: Field) -> pl.Expr:
    """Say where a value is one that no text of its type stands for."""
    value = pl.col(f.name)
    if f.type == "number":
        return value.is_finite().not_()
    if f.type not in RANGES:
        return pl.lit(value=False)
    return value.to_physical().is_between(*RANGES[f.type]).not_()
