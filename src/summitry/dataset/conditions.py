"""Filters on rows: `where=` in Python, `--where act=deny` at the prompt, and words to search."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summitry.dataset import expansion, names, storage
from summitry.dataset.days import as_day
from summitry.errors import InputError, UnknownNameError, choice
from summitry.schema import Field
from summitry.words import composed, did_you_mean, listed, plain, question

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from summitry.schema import Table

Row = dict[str, Any]

_CONDITION = re.compile(r"\s*([^=!<>\s]+)\s*(!=|>=|<=|>|<|=)\s*(.*?)\s*", re.DOTALL)
EQUAL, UNEQUAL = "=", "!="
# sign → the function of pyarrow.compute that compares a column with one value
ORDERS = {">=": "greater_equal", "<=": "less_equal", ">": "greater", "<": "less"}
SIGNS = (EQUAL, UNEQUAL, *ORDERS)
_WITH_ORDER = ("integer", "number", "date")
_READ: dict[str, tuple[Callable[[str], Any], str]] = {
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "number": (float, "a number"),
    "boolean": (lambda text: {"true": True, "false": False}[text.casefold()], "true or false"),
    "date": (dt.date.fromisoformat, "a day such as 2025-08-20"),
}
MOST_VALUES = 15  # named in the answer to one that does not exist
LONGEST_VALUE = 60  # characters; longer ones are sentences, which nobody types
SENTENCES = 0.1  # a column contains sentences if this share of its texts is longer; a group may have a long name


@dataclass(frozen=True)
class Condition:
    """What the cells of a column must be.

    Attributes:
        column: its name.
        sign: one of `SIGNS`.
        values: what to compare with; None is an empty cell. For "=" one of them must be equal, for "!=" none.
    """

    column: str
    sign: str
    values: tuple[Any, ...]


def fields(table: Table) -> dict[str, Field]:
    """Return the columns of a table, and the names that an expansion adds, by name."""
    added = {name: Field(name, name, "string", "", "") for name in expansion.columns(table)}
    return {f.name: f for f in table.fields} | added


def columns(given: str | Iterable[str], table: Table) -> list[str]:
    """Return the names of the columns that a caller asks for.

    Raises:
        UnknownNameError: for a column that does not exist.
        InputError: for none, or for one twice.
    """
    names = list(fields(table))
    asked = [choice("column", column, names) for column in as_values(given)]
    if not asked or len(set(asked)) < len(asked):
        raise InputError(f"columns is {asked}; give one column or several, each once.")
    return asked


def from_mapping(where: Mapping[str, Any], table: Table) -> list[Condition]:
    """Return the conditions that `where` of a loader asks for, by column.

    Each is a value, several values, a pair of a sign and a value, or several such pairs.

    Raises:
        UnknownNameError: for a column that does not exist.
        InputError: if it is no mapping.

    Example:
        >>> from summitry import schema
        >>> from_mapping({"act": ["deny", "accuse"]}, schema.package().table("statements"))
        [Condition(column='act', sign='=', values=('deny', 'accuse'))]
    """
    if not isinstance(where, Mapping):
        raise InputError(f"where is {where!r}; give values by column, such as {{'act': 'deny'}}.")
    known = list(fields(table))
    return [
        Condition(choice("column", column, known), sign, as_values(values))
        for column, given in where.items()
        for sign, values in _pairs(given)
    ]


def _is_pair(given: Any) -> bool:
    return isinstance(given, tuple) and len(given) == len(("sign", "value")) and given[0] in SIGNS


def _pairs(given: Any) -> list[tuple[str, Any]]:
    """Return the pairs of a sign and what to compare with."""
    if _is_pair(given):
        return [given]
    if isinstance(given, list) and given and all(map(_is_pair, given)):
        return given
    return [(EQUAL, given)]


def as_values(given: Any) -> tuple[Any, ...]:
    """Return one value or several, of a list, Series, Index, array or generator, as a tuple."""
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        return (given,)
    return tuple(map(_of_python, given))


def _of_python(value: Any) -> Any:
    """Return a value of Arrow, or a day of numpy, as Python has it."""
    if getattr(getattr(value, "dtype", None), "kind", "") == "M":
        return value.astype("datetime64[us]").item()
    return value.as_py() if hasattr(value, "as_py") else value


def from_texts(given: Iterable[str], table: Table) -> list[Condition]:
    """Return the conditions of the command line; several values of one column with `=` are alternatives.

    Raises:
        InputError: for text that is not a condition, or a value that is not of the column's type.
        UnknownNameError: for a column that does not exist; the message names those that do.

    Example:
        >>> from summitry import schema
        >>> from_texts(["said_from>=2025-08-20"], schema.package().table("statements"))
        [Condition(column='said_from', sign='>=', values=(datetime.date(2025, 8, 20),))]
    """
    known = fields(table)
    conditions = [_from_text(text, known) for text in given]
    equal: dict[str, tuple[Any, ...]] = {}
    for c in conditions:
        if c.sign == EQUAL:
            equal[c.column] = (*equal.get(c.column, ()), *c.values)
    others = [c for c in conditions if c.sign != EQUAL]
    return [*(Condition(column, EQUAL, values) for column, values in equal.items()), *others]


def _from_text(given: str, known: Mapping[str, Field]) -> Condition:
    found = _CONDITION.fullmatch(given)
    if not found:
        raise InputError(
            f"{given!r} is not a condition. Write a column, a sign ({', '.join(SIGNS)}) and a value: act=deny"
        )
    column, sign, text = found.groups()
    f = known[choice("column", column, list(known))]
    read, wanted = _READ[f.type]
    try:
        return Condition(column, sign, (read(text) if text else None,))
    except (KeyError, ValueError):
        raise InputError(f"{given!r}: {column} has {f.type} values. Give {wanted}.") from None


def fitting(rows: pa.Table, table: Table, conditions: Iterable[Condition]) -> pa.Table:
    """Return the rows that match all conditions; an empty cell is neither more nor less than anything.

    If a condition needs them, the rows have the names that an expansion adds.

    Raises:
        UnknownNameError: for a text that no row of the column or of the table that it refers to has.
        InputError: for a value that is not of the column's type.
    """
    for condition in conditions:
        rows = rows.filter(_mask(rows, fields(table)[condition.column], condition, table))
    return rows


def _mask(rows: pa.Table, f: Field, condition: Condition, table: Table) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    column = rows[f.name].cast(pa.string()) if f.enum else rows[f.name]
    wanted = _wanted(f, condition, column.type)
    if condition.sign in ORDERS:
        _require_order(f, condition, wanted)
        return pc.fill_null(getattr(pc, ORDERS[condition.sign])(column, wanted[0]), fill_value=False)
    if f.type == "string":
        wanted = pa.array([_known(value, f, table) for value in wanted.to_pylist()], column.type)
    found = pc.is_in(column, wanted)
    return pc.invert(found) if condition.sign == UNEQUAL else found


def _wanted(f: Field, condition: Condition, kind: pa.DataType) -> pa.Array:
    """Return what to compare with, in the column's type; what pandas calls missing is an empty cell."""
    import pyarrow as pa

    values = [composed(v) if isinstance(v, str) else v for v in condition.values]
    if f.type == "date":
        values = [as_day(v, f.name) if _is_meant_as_day(v) else v for v in values]
    try:
        return pa.array(values, kind, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as e:
        given = values[0] if len(values) == 1 else values
        raise InputError(f"where[{f.name!r}] is {given!r}; the column has {f.type} values.") from e


def _is_meant_as_day(value: Any) -> bool:
    """Return whether a value is what Arrow would take for a day, and which may be none: a number or a time of day."""
    is_time = isinstance(value, dt.datetime) and value == value  # noqa: PLR0124 - a day missing in pandas is not itself
    return is_time or isinstance(value, str | int)


def _require_order(f: Field, condition: Condition, wanted: pa.Array) -> None:
    if f.type not in _WITH_ORDER or len(wanted) != 1 or not wanted[0].is_valid:
        raise InputError(
            f"{f.name} {condition.sign}: this needs one number or day, in a column of numbers or days. "
            f"Use {EQUAL} or {UNEQUAL} instead."
        )


def _known(value: str | None, f: Field, table: Table) -> str | None:
    """Return a text that a column may have; a withdrawn id becomes the one that replaces it.

    Raises:
        UnknownNameError: for a text that neither the column has, nor the table that it refers to.
    """
    home = _home(f, table)
    if value is None or value in (there := known(f, table)):
        return value
    if home and (replaced_by := names.replacement(home, value)):
        return replaced_by
    raise _unknown(value, f, home, there)


def _home(f: Field, table: Table) -> str | None:
    """Return the table whose ids a column has, if it has ids."""
    key = table.reference(f.name)
    return key.table if key else table.name if table.primary_key == (f.name,) else None


def known(f: Field, table: Table) -> list[str]:
    """Return the texts that a column may have: its values, the ids of the table that it refers to, or their names."""
    if f.enum:
        return list(f.enum)
    key = table.reference(f.name)
    rows = storage.read_arrow(key.table if key else table.name)
    column = key.references[0] if key else f.name
    if column not in rows.column_names:
        rows = expansion.expanded(rows, table)
    return sorted(set(rows[column].drop_null().to_pylist()))


def _unknown(value: str, f: Field, home: str | None, there: Sequence[str]) -> UnknownNameError:
    said = f"No {f.name} is {value!r}."
    if home is None and sum(len(text) > LONGEST_VALUE for text in there) > SENTENCES * len(there):
        return UnknownNameError(f"{said} Search its words with: summitry show --contains {shlex.quote(value)}")
    if home and (why := names.why_withdrawn(home, value)):
        return UnknownNameError(f"{said}{why}")
    meant = question(names.meant(value, home)) if home in names.SEARCHED else did_you_mean(value, there)
    return UnknownNameError(f"{said}{meant} There are: {listed(there, MOST_VALUES)}.")


def contains(rows: Sequence[Row], words: str, columns: Sequence[str]) -> list[Row]:
    """Return the rows that contain all these words, in any of the columns; capitals and accents do not matter."""
    wanted = plain(words).split()

    def text(row: Row) -> str:
        return plain(" ".join(str(row[column]) for column in columns if row[column] is not None))

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
