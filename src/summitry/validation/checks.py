"""Every constraint of a schema as a polars expression that is true where a cell breaks it.

The same expressions judge files (`validation`) and become pandera schemas (`pandera_schema`), so there is one
place that says what a keyword means.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from summitry.validation.suggestions import nearest, nearest_id
from summitry.validation.table_file import EXPECTED, raw_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from summitry.schema import Field, Table

# control characters, line breaks among them; marks that turn the reading direction; the replacement character
_BAD_CHARACTERS = (
    "[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200b\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff\\ufffd]"
)
MOST_SUGGESTIONS = 10_000  # for different values of a column: each takes time, and nobody reads so many
_FORMULA = r"^[=+\-@]"


@dataclass(frozen=True)
class Check:
    """One constraint on one column.

    Attributes:
        rule: the keyword or rule id.
        field: the column.
        fails: true where the constraint is broken; null is no fault.
        expected: what should stand in the cell.
        fix: how to fix a given value.
        suggest: the valid value that is probably meant by a given one.
    """

    rule: str
    field: str
    fails: pl.Expr
    expected: str
    fix: Callable[[str], str]
    suggest: Callable[[str], str | None] = lambda _: None


@dataclass(frozen=True)
class Reference:
    """The keys that a foreign key may name, and a function that gives other names for them."""

    table: str
    keys: pl.Series
    names: Callable[[], Mapping[str, str]] = dict


def bound(f: Field, value: Any) -> Any:
    """Return a minimum or maximum as a value of the column's type."""
    return dt.date.fromisoformat(value) if f.type == "date" else value


def _always(text: str) -> Callable[[str], str]:
    return lambda _: text


def _name_characters(value: str) -> str:
    """Name the characters of a value that are not ASCII: a look-alike letter cannot be seen."""
    strange = [(i, c) for i, c in enumerate(value, 1) if not c.isascii()]
    named = [f"{unicodedata.name(c, f'U+{ord(c):04X}')} at position {i}" for i, c in strange]
    return f" It holds {', '.join(named)}." if named else ""


def _enum_check(f: Field) -> Check:
    @lru_cache(MOST_SUGGESTIONS)
    def suggest(value: str) -> str | None:
        return nearest(value, f.enum)

    def fix(value: str) -> str:
        near = suggest(value)
        rules = " The decision rules are in CODEBOOK.md." if f.decision_rules else ""
        return f"Write {near!r}." if near else f"Choose one of: {', '.join(f.enum)}.{rules}"

    fails = pl.col(f.name).is_in(list(f.enum)).not_()
    return Check("enum", f.name, fails, f"one of {', '.join(f.enum)}", fix, suggest)


def _pattern_fix(f: Field) -> Callable[[str], str]:
    return lambda value: f"Write it in the form of {f.example!r}.{_name_characters(value)}"


def keyword_checks(f: Field, *, required: bool) -> Iterator[Check]:
    """Yield the checks of one column, the most basic first."""
    value, raw = pl.col(f.name), pl.col(raw_name(f))
    if required:
        fix = _always(f"Fill the cell: {f.title.lower()}, for example {f.example}.")
        yield Check("required", f.name, raw.is_null(), "a value", fix)
    if f.type != "string":
        example = f"Write it in the form of {str(f.example).lower() if f.type == 'boolean' else f.example}."
        fails = value.is_null() & raw.is_not_null()
        yield Check("type", f.name, fails, EXPECTED[f.type], _always(example))
    if f.enum:
        yield _enum_check(f)
    if f.pattern is not None:
        fails = value.str.contains(f"^(?:{f.pattern})$").not_()
        yield Check("pattern", f.name, fails, f"the pattern {f.pattern}", _pattern_fix(f))
    yield from _bounds(f, value)
    yield from _lengths(f, value)
    if f.type == "string" and not f.enum:
        yield _character_check(f, value)
        if f.pattern is None:
            yield from _text_checks(f, value)


def _bounds(f: Field, value: pl.Expr) -> Iterator[Check]:
    for rule, limit, outside, words in (
        ("minimum", f.minimum, value.lt, "at least"),
        ("maximum", f.maximum, value.gt, "at most"),
    ):
        if limit is not None:
            fix = _always(f"Give a value of {words} {limit}.")
            yield Check(rule, f.name, outside(pl.lit(bound(f, limit))), f"{words} {limit}", fix)


def _lengths(f: Field, value: pl.Expr) -> Iterator[Check]:
    size = value.str.len_chars()
    for rule, limit, fails, words in (
        ("minLength", f.min_length, size.lt, "at least"),
        ("maxLength", f.max_length, size.gt, "at most"),
    ):
        if limit is not None:
            expected = f"{words} {limit} characters"

            def fix(given: str, words: str = words, limit: int = limit) -> str:
                return f"It has {len(given)} characters; give {words} {limit}."

            yield Check(rule, f.name, fails(limit), expected, fix)


def _character_check(f: Field, value: pl.Expr) -> Check:
    """Characters that nobody sees, or that break a line, in text of any form."""
    return Check(
        "character", f.name, value.str.contains(_BAD_CHARACTERS),
        "text without line breaks, control characters or marks of reading direction",
        lambda v: "Take the character away, or put a space in its place: "
        + ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(v) if not c.isprintable() or c == "\ufffd"),
    )  # fmt: skip


def _text_checks(f: Field, value: pl.Expr) -> Iterator[Check]:
    """What free text must not be, so that a table is safe to open in a spreadsheet."""
    yield Check(
        "formula", f.name, value.str.contains(_FORMULA), "text that a spreadsheet does not take for a formula",
        _always("Begin the cell with a letter, a digit or a quotation mark, not with = + - @."),
    )  # fmt: skip
    yield Check(
        "space", f.name, value != value.str.strip_chars(), "no space at the beginning or end",
        _always("Take the space at the beginning or end away."),
    )  # fmt: skip


def foreign_key_check(f: Field, reference: Reference) -> Check:
    """Return the check that a cell names a row of another table."""

    @cache
    def ids() -> list[str]:
        return reference.keys.unique().sort().to_list()

    suggested: dict[str, str | None] = {}

    def suggest(value: str) -> str | None:
        if value not in suggested and len(suggested) < MOST_SUGGESTIONS:
            suggested[value] = nearest_id(value, ids(), reference.names())
        return suggested.get(value)

    def fix(value: str) -> str:
        near = suggest(value)
        return f"Write {near!r}, or add {value!r} to {reference.table}." if near else (
            f"Add a row {value!r} to {reference.table}, or name one that is there."
        )  # fmt: skip

    fails = pl.col(f.name).is_in(reference.keys.implode()).not_()
    return Check("foreign-key", f.name, fails, f"an id of the table {reference.table}", fix, suggest)


def cell_checks(table: Table, references: Mapping[str, Reference]) -> list[Check]:
    """Compile a table: every check of every column, in the order in which the first one that fails is told.

    Args:
        table: the schema.
        references: by column, what its foreign key may name; columns left out are not checked.

    Returns:
        The checks.
    """
    checks: list[Check] = []
    for f in table.fields:
        checks += keyword_checks(f, required=table.required(f))
        if f.name in references:
            checks.append(foreign_key_check(f, references[f.name]))
    return checks


def repeated(table: Table, key: tuple[str, ...]) -> Check:
    """Return the check that a key stands in no earlier row; it needs the whole table at once."""
    fails = pl.all_horizontal(pl.col(n).is_not_null() for n in key) & pl.struct(key).is_first_distinct().not_()
    expected = f"a key ({', '.join(key)}) that no earlier row has"
    fix = "Delete the row if it is a copy; give it another key if it is not."
    rule = "primaryKey" if key == table.primary_key else "unique" if len(key) == 1 else "uniqueKeys"
    return Check(rule, key[0], fails, expected, _always(fix))
