"""A fast pre-check of many rows: it skips rows that surely fail no check, so that only the others are evaluated.

It reads no keyword: what it asks is the OR of the checks' own expressions. It leaves some of them out where their
answer is known: for a text that passes all checks of its column (a value of a list, or a key), and for characters where
a text as a whole contains none that is refused.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import and_
from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.checks import CHARACTER, REFUSED
from summitry.validation.table_file import RANGES, raw_name
from summitry.words import JOINING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from summitry.schema import Field, Table
    from summitry.validation.checks import Check, Reference

_LAST_BYTES = 64  # of a character beyond ASCII, as many as can be
_FIRST, _DELETE = b" \x7f"  # between them is all that ASCII has of visible characters


def codes(texts: pl.Series) -> pl.Series:
    """Return the bytes of some texts, as UTF-8, one text after another; null for an empty or missing one."""
    return texts.cast(pl.Binary).cast(pl.List(pl.UInt8)).explode()


def contains_invisible(given: pl.Series, line_ends: int = 0) -> bool:
    """Say whether texts contain a character that a check of characters refuses.

    Args:
        given: their bytes, as UTF-8, one text after another.
        line_ends: how many line ends are between them.
    """
    if (given < _FIRST).sum() > line_ends or (given == _DELETE).any():  # every control character is refused
        return True
    odd = given.filter(given > _DELETE)  # whole characters
    there = {first for first in {lead[0] for lead in _unseen()} if (odd == first).any()}
    return any(_contains(odd, lead, last) for lead, last in _unseen().items() if lead[0] in there)


@cache
def _unseen() -> dict[bytes, list[int]]:
    """Return the last bytes of the characters beyond ASCII that may be refused, by the others.

    Where that is every byte that can be last, the one before it is as good as the last.
    """
    found: dict[bytes, list[int]] = {}
    for first, last in (*REFUSED, *JOINING):
        code = max(first, _DELETE + 1)
        while code <= last:
            size = _LAST_BYTES if code % _LAST_BYTES == 0 and code + _LAST_BYTES <= last + 1 else 1
            *lead, last_byte = chr(code).encode()[: -1 if size > 1 else None]
            found.setdefault(bytes(lead), []).append(last_byte)
            code += size
    return found


def _contains(given: pl.Series, lead: bytes, last: Sequence[int]) -> bool:
    """Say whether bytes contain some in a row, and behind these one of the last."""
    behind = given[len(lead) :]
    marks = (given[at : len(behind) + at] == byte for at, byte in enumerate(lead))
    return behind.filter(reduce(and_, marks)).is_in(last).any()


def free_texts(checks: Sequence[Check], references: Mapping[str, Reference]) -> list[str]:
    """Return the columns of texts that may have any character, and of which none are known."""
    return [c.fields[0] for c in checks if c.id == CHARACTER and c.fields[0] not in references]


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
