"""A quick first look at many rows: one expression that is true wherever a row may break a check.

It is never false where `checks` or a row rule would find something, and it may be true where they find nothing;
the rows that it holds back are judged by those. So it decides how fast a file is read, never what is told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from summitry.checks import keyword_checks
from summitry.sheets import parsed, raw_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from summitry.checks import Reference
    from summitry.rules.model import RowRule
    from summitry.schema import Field, Table

USUAL_DAYS = (dt.date(2020, 1, 1), dt.date(2029, 12, 31))  # others are held back and judged exactly
_OF_CHARACTERS = ("character", "formula", "space")


def _usual(f: Field, references: Mapping[str, Reference]) -> pl.Series | None:
    """Return texts of a field that break nothing, where most of its cells are among some thousands."""
    if f.enum:
        texts = pl.Series(list(f.enum))
    elif f.name in references:
        texts = references[f.name].keys
    elif f.type == "date":
        texts = pl.date_range(*USUAL_DAYS, eager=True).cast(pl.String)
    elif f.type == "boolean":
        texts = pl.Series(["true", "false"])
    else:
        return None
    frame = texts.alias(raw_name(f)).to_frame()
    if f.type != "string":
        frame = frame.with_columns(parsed(f))
    fails = [c.fails.fill_null(value=False) for c in keyword_checks(f, required=True)]
    return frame.filter(pl.any_horizontal(fails).not_())[raw_name(f)]


def _text_suspects(f: Field, references: Mapping[str, Reference], *, required: bool, plain: bool) -> Iterator[pl.Expr]:
    """Yield what may be wrong with the text of a cell; where two marks enclose nothing, it is an empty text."""
    text = pl.col(raw_name(f))
    usual = _usual(f, references)
    if usual is not None:
        yield text.is_in(usual.implode()).not_()
        if required:
            yield text.is_null()
        return
    yield text.str.len_bytes() == 0
    checks = list(keyword_checks(f, required=required))
    if plain and any(c.rule in _OF_CHARACTERS for c in checks):
        yield from _borders(text)
        checks = [c for c in checks if c.rule not in _OF_CHARACTERS]
    yield from (c.fails for c in checks)


def _borders(text: pl.Expr) -> Iterator[pl.Expr]:
    """Yield what may be wrong with text that holds only characters one sees, and spaces: how it begins and ends."""
    yield text < "!"  # a space
    yield text.str.ends_with(" ")
    for first, behind in (("+", "."), ("=", ">"), ("@", "A")):
        yield (text >= first) & (text < behind)


def _typed_suspects(f: Field, references: Mapping[str, Reference], *, required: bool) -> Iterator[pl.Expr]:
    """Yield what may be wrong with a cell that has the type of its field already."""
    value = pl.col(f.name)
    if f.type == "string":
        yield from _text_suspects(f, references, required=required, plain=False)
        return
    if required:
        yield value.is_null()
    if f.type == "number":
        yield value.is_finite().not_()
    yield from (c.fails for c in keyword_checks(f, required=False) if c.rule != "type")


@dataclass(frozen=True)
class Sieve:
    """What holds back rows of a table.

    Attributes:
        table: the schema.
        references: by column, what its foreign key may name; columns left out are not checked.
        rules: of one row.
        asked: the columns that the file has.
    """

    table: Table
    references: Mapping[str, Reference]
    rules: Sequence[RowRule]
    asked: Collection[str]

    @cached_property
    def quick_types(self) -> list[pl.Expr]:
        """Typed columns that text needs first; they are right wherever the sieve lets a row pass."""
        wanted = set().union(*(r.fields for r in self.rules))
        return [_quick_type(f) for f in self.table.fields if f.type in ("integer", "number") or f.name in wanted]

    @cached_property
    def of_text(self) -> pl.Expr:
        """For columns of text as in CSV, under their raw names, and those of `quick_types`."""
        return self._any(lambda f, required: _text_suspects(f, self.references, required=required, plain=False))

    @cached_property
    def of_plain_text(self) -> pl.Expr:
        """The same where all characters are known to be plain (`csvblocks.is_plain`)."""
        return self._any(lambda f, required: _text_suspects(f, self.references, required=required, plain=True))

    @cached_property
    def of_values(self) -> pl.Expr:
        """For columns that have the types of the table already."""
        return self._any(lambda f, required: _typed_suspects(f, self.references, required=required))

    def _any(self, suspects: Callable[[Field, bool], Iterator[pl.Expr]]) -> pl.Expr:
        fields = [f for f in self.table.fields if f.name in self.asked]
        found = [e for f in fields for e in suspects(f, self.table.required(f))] + [r.fails for r in self.rules]
        return pl.any_horizontal([e.fill_null(value=False) for e in found])


def _quick_type(f: Field) -> pl.Expr:
    """Return the value of a text; the form of dates and booleans is looked at elsewhere."""
    if f.type == "date":
        return pl.col(raw_name(f)).str.to_date("%Y-%m-%d", strict=False).alias(f.name)
    if f.type == "boolean":
        return (pl.col(raw_name(f)) == "true").alias(f.name)
    return parsed(f)
