"""Filters on rows for the command line: `act=deny`, `said_from>=2025-08-20`, words to search."""

from __future__ import annotations

import datetime as dt
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry.errors import InputError, UnknownNameError, did_you_mean, unknown_name
from summitry.schema.words import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from summitry.schema import Field

Row = dict[str, Any]

_CONDITION = re.compile(r"\s*([^=!<>\s]+)\s*(!=|>=|<=|=)\s*(.*?)\s*", re.DOTALL)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
}
_WITH_ORDER = ("integer", "number", "date")
_READ: dict[str, tuple[Callable[[str], Any], str]] = {
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "number": (float, "a number"),
    "boolean": (lambda text: {"true": True, "false": False}[text.casefold()], "true or false"),
    "date": (dt.date.fromisoformat, "a day such as 2025-08-20"),
}
MOST_VALUES = 15  # named in the answer to one that is not there
LONGEST_VALUE = 60  # characters; a column of longer ones contains sentences, which nobody types


@dataclass(frozen=True)
class Condition:
    """A column, a sign, and the value to compare its cells with; None means an empty cell."""

    column: str
    sign: str
    value: Any

    def fits(self, row: Row) -> bool:
        """Return whether a row matches; an empty cell is neither more nor less than anything."""
        cell = row[self.column]
        if cell is None and self.sign not in ("=", "!="):
            return False
        return _SIGNS[self.sign](cell, self.value)


def condition(given: str, fields: Mapping[str, Field]) -> Condition:
    """Parse a condition.

    Raises:
        InputError: if it is not a condition, or its value is not of the column's type.
        UnknownNameError: for a column that does not exist; the message names those that do.

    Example:
        >>> from summitry import schema
        >>> from summitry.dataset import conditions
        >>> table = schema.package().table("statements")
        >>> conditions.condition("said_from>=2025-08-20", {f.name: f for f in table.fields})
        Condition(column='said_from', sign='>=', value=datetime.date(2025, 8, 20))
    """
    found = _CONDITION.fullmatch(given)
    if not found:
        raise InputError(f"{given!r} is no condition. Write a column, a sign (=, !=, >=, <=) and a value: act=deny")
    column, sign, text = found.groups()
    if column not in fields:
        raise unknown_name("column", column, list(fields))
    f = fields[column]
    if sign in (">=", "<=") and (f.type not in _WITH_ORDER or not text):
        raise InputError(f"{given!r}: {sign} needs a number or a day, in a column of such. Use = or != instead.")
    read, wanted = _READ[f.type]
    try:
        return Condition(column, sign, read(text) if text else None)
    except (KeyError, ValueError):
        raise InputError(f"{given!r}: {column} has {f.type} values. Give {wanted}.") from None


def _refuse_unknown(asked: Condition, f: Field, rows: Iterable[Row]) -> None:
    """Refuse a text that no cell of the column has, and name similar ones."""
    if not isinstance(asked.value, str):
        return
    there = list(f.enum) or sorted({row[f.name] for row in rows if row[f.name] is not None})
    if asked.value in there:
        return
    said = f"No {f.name} is {asked.value!r}."
    if any(len(text) > LONGEST_VALUE for text in there):
        raise UnknownNameError(f"{said} Search its words with: --contains {asked.value!r}")
    hint = did_you_mean(asked.value, there)
    more = f" and {len(there) - MOST_VALUES} more" if len(there) > MOST_VALUES else ""
    raise UnknownNameError(f"{said}{hint} There are: {', '.join(there[:MOST_VALUES])}{more}.")


def where(rows: Sequence[Row], given: Sequence[str], fields: Mapping[str, Field]) -> list[Row]:
    """Return the rows that match all conditions; several values of one column with `=` are alternatives.

    Args:
        rows: the rows of a table.
        given: the conditions as typed.
        fields: the columns by name.

    Raises:
        InputError: for text that is not a condition.
        UnknownNameError: for a column that does not exist, or a text that no row has; the message says which do.
    """
    conditions = [condition(text, fields) for text in given]
    alternatives: dict[str, list[Condition]] = {}
    for number, asked in enumerate(conditions):
        if asked.sign in ("=", "!="):
            _refuse_unknown(asked, fields[asked.column], rows)
        alternatives.setdefault(asked.column if asked.sign == "=" else str(number), []).append(asked)
    return [row for row in rows if all(any(c.fits(row) for c in some) for some in alternatives.values())]


def contains(rows: Sequence[Row], words: str) -> list[Row]:
    """Return the rows that contain all these words, in any column; capitals and accents do not matter."""
    wanted = plain(words).split()

    def text(row: Row) -> str:
        return plain(" ".join(str(cell) for cell in row.values() if cell is not None))

    return [row for row in rows if all(word in text(row) for word in wanted)]


def _key(f: Field) -> Callable[[Row], Any]:
    rank = {value: number for number, value in enumerate(f.enum)}
    return lambda row: rank[row[f.name]] if rank else row[f.name]


def ordered(rows: Sequence[Row], by: Sequence[Field], *, descending: bool = False) -> list[Row]:
    """Return the rows sorted by columns, enumerations in the order of the codebook, empty cells last."""
    sorted_rows = list(rows)
    for f in reversed(by):
        there = [row for row in sorted_rows if row[f.name] is not None]
        empty = [row for row in sorted_rows if row[f.name] is None]
        there.sort(key=_key(f), reverse=descending)
        sorted_rows = there + empty
    return sorted_rows
