"""A quick first look at many rows: expressions that are true wherever a row may break a check.

They are never false where `checks` or a row rule would find something, and may be true where they find nothing; the
rows that they hold back are judged by those. So the sieve decides how fast a file is read, never what is told.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from summitry.validation.checks import keyword_checks
from summitry.validation.table_file import CALENDAR, parsed, raw_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from summitry.schema import Field, Table
    from summitry.validation.checks import Reference
    from summitry.validation.rules.model import Check

USUAL_DAYS = (dt.date(2020, 1, 1), dt.date(2029, 12, 31))  # others are held back and judged exactly
_OF_CHARACTERS = ("character", "formula", "space")
SUSPECT = "suspect"
RANGES = {"date": CALENDAR, "integer": (-(10**18) + 1, 10**18 - 1)}  # of which others have no text in a CSV file
FEW = 10  # suspicions: whether any row has one of these is not asked first


class Suspicion(NamedTuple):
    """Something that may be wrong: which rows have it, and whether any has, which may be known much sooner."""

    rows: pl.Expr
    anywhere: pl.Expr
    soon: bool = False


def _suspicion(rows: pl.Expr) -> Suspicion:
    return Suspicion(rows, rows.any())


def _missing(value: pl.Expr) -> Suspicion:
    return Suspicion(value.is_null(), value.null_count() > 0)


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


def _of_text(f: Field, usual: pl.Series | None, *, required: bool, plain: bool) -> Iterator[Suspicion]:
    """Yield what may be wrong with the text of a cell; where two marks enclose nothing, it is an empty text."""
    text = pl.col(raw_name(f))
    if required:
        yield _missing(text)
    if usual is not None:
        known = text.is_in(usual.implode())
        yield Suspicion(known.not_(), known.all().not_())
        return
    yield from _lengths(f, text)
    left = {"required", "minLength", "maxLength"}.union(_OF_CHARACTERS if plain else ())
    checks = list(keyword_checks(f, required=False))
    yield from (_suspicion(c.fails) for c in checks if c.id not in left)
    if plain and any(c.id == "space" for c in checks):
        yield from map(_suspicion, _borders(text))


def _lengths(f: Field, text: pl.Expr) -> Iterator[Suspicion]:
    """Yield what may be wrong with the length of a text; a text as wide as the empty one is always held back."""
    size = text.str.len_bytes() if f.pattern is not None else text.str.len_chars()
    shortest = max(f.min_length or 0, 1)
    if f.pattern is None or re.fullmatch(f.pattern, ""):
        yield Suspicion(size < shortest, size.min() < shortest)
    elif f.min_length is not None:
        yield _suspicion(text.str.len_chars() < f.min_length)
    if f.max_length is not None:
        yield Suspicion(size > f.max_length, size.max() > f.max_length)


def _borders(text: pl.Expr) -> Iterator[pl.Expr]:
    """Yield what may be wrong with text that holds only characters one sees, and spaces: how it begins and ends."""
    yield text < "!"  # a space
    yield text.str.ends_with(" ")
    for first, behind in (("+", "."), ("=", ">"), ("@", "A")):
        yield text.is_between(pl.lit(first), pl.lit(behind), closed="left")


def _of_values(f: Field, usual: pl.Series | None, *, required: bool, plain: bool) -> Iterator[Suspicion]:
    """Yield what may be wrong with a cell that has the type of its field already."""
    value = pl.col(f.name)
    if f.type == "string":
        yield from _of_text(f, usual, required=required, plain=plain)
        return
    if required:
        yield _missing(value)
    if f.type == "number":
        yield _suspicion(value.is_finite().not_())
    if f.type in RANGES:
        number, (first, last) = value.to_physical(), RANGES[f.type]
        outside = (number.min() < first) | (number.max() > last)
        yield Suspicion(number.is_between(first, last).not_(), outside, soon=True)
    yield from (_suspicion(c.fails) for c in keyword_checks(f, required=False) if c.id != "type")


@dataclass(frozen=True, eq=False)
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
    rules: Sequence[Check]
    asked: frozenset[str]

    def flags(
        self, frame: pl.DataFrame, hashes: Sequence[pl.Expr], *, text: bool, plain: bool,
        proven: Collection[str] = (),
    ) -> pl.DataFrame:  # fmt: skip
        """Return for each row whether it is held back, as `suspect`, and some hashes.

        Args:
            frame: the rows; those that it calls `suspect` already are held back.
            hashes: expressions.
            text: whether its columns are text as in CSV, under their raw names, or have the types of the table.
            plain: whether all characters are known to be plain (`csvform.is_plain`) and no line breaks.
            proven: columns of which it is known that nothing is wrong with them.
        """
        suspicions, asked = self._suspicions(text, plain, frozenset(proven))
        rows = frame.lazy().with_columns(self._quick_types) if text else frame.lazy()
        there = rows.select(asked).collect().to_dicts()[0] if asked else {}
        held = [s.rows.fill_null(value=False) for i, s in enumerate(suspicions) if there.get(str(i), True)]
        if SUSPECT in frame.columns and frame[SUSPECT].any():
            held.append(pl.col(SUSPECT))
        if held:
            return rows.select(pl.any_horizontal(held).alias(SUSPECT), *hashes).collect()
        return frame.select(pl.repeat(value=False, n=pl.len(), dtype=pl.Boolean).alias(SUSPECT), *hashes)

    @cached_property
    def of_rules(self) -> set[str]:
        """The columns that rules look at."""
        return set().union(*(r.fields for r in self.rules))

    @cached_property
    def of_presence(self) -> set[str]:
        """Those of which rules only ask whether there is a value."""
        asked = " ".join(str(r.fails) for r in self.rules)
        uses = {name: re.findall(rf'col\("{name}"\)(\.is_(?:not_)?null\(\))?', asked) for name in self.of_rules}
        return {name for name, found in uses.items() if found and all(found)}

    @cached_property
    def usual_values(self) -> dict[str, pl.Series]:
        """By column, texts that break nothing; columns of which any text may come are left out."""
        found = {f.name: _usual(f, self.references) for f in self.table.fields}
        return {name: usual for name, usual in found.items() if usual is not None}

    @cache  # noqa: B019 - a sieve lives as long as the reading of a file
    def _suspicions(
        self,
        text: bool,  # noqa: FBT001 - the key of the cache
        plain: bool,  # noqa: FBT001 - as above
        proven: frozenset[str],
    ) -> tuple[list[Suspicion], list[pl.Expr]]:
        """Return what may be wrong with cells and rows, and the expressions that say whether it is, anywhere."""
        of_cell = _of_text if text else _of_values
        fields = [f for f in self.table.fields if f.name in self.asked - proven]
        found = [
            suspicion
            for f in fields
            for suspicion in of_cell(f, self.usual_values.get(f.name), required=self.table.required(f), plain=plain)
        ] + [_suspicion(r.fails) for r in self.rules]
        many = len(found) > FEW
        return found, [s.anywhere.alias(str(i)) for i, s in enumerate(found) if many or s.soon]

    @cached_property
    def _quick_types(self) -> list[pl.Expr]:
        """Typed columns that text needs first; they are right wherever nothing else is suspicious."""
        by_calendar = any(".dt." in str(r.fails) for r in self.rules)
        fields = [f for f in self.table.fields if f.name in self.asked and f.type != "string"]
        wanted = [f for f in fields if f.type in ("integer", "number") or f.name in self.of_rules]
        return [_quick_type(f, by_calendar=by_calendar) for f in wanted]


def _quick_type(f: Field, *, by_calendar: bool) -> pl.Expr:
    """Return the value of a text; the form of dates and booleans is looked at elsewhere."""
    text = pl.col(raw_name(f))
    if f.type == "date":  # as texts they compare as the days do
        return (text.str.to_date("%Y-%m-%d", strict=False) if by_calendar else text).alias(f.name)
    if f.type == "boolean":
        return (text == "true").alias(f.name)
    return parsed(f)
