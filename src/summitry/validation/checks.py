"""What a schema asks of cells and keys, as checks: a polars expression that is true where a cell fails, and words.

This is the only place that says what a keyword means. `table_checks` and `key_checks` give every check of a table;
they are evaluated directly (`evaluate`), by pandera (`pandera_schemas`) and on Spark.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property, partial
from operator import gt, lt
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from summitry.validation.other_forms import day_fix, number_fix
from summitry.validation.rules.model import Check
from summitry.validation.rules.rows import ROW_CHECKS
from summitry.validation.table_file import EXPECTED, FORMS, raw_name
from summitry.words import (
    FEWEST_LETTERS,
    JOINING,
    UNSEEN,
    character_class,
    counted,
    did_you_mean,
    listed,
    nearest,
    plain,
    question,
    seen,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from summitry.schema import Field, Table
    from summitry.validation.report import Problem

__all__ = ["Check", "Reference", "foreign_key_check", "key_check", "key_checks", "keyword_checks", "table_checks"]

REFUSED = ((0, 0x1F), *UNSEEN, (0xFFFD, 0xFFFD))  # ranges of characters; the last stands for what could not be read
# scripts and pictures whose characters are joined or varied by the one behind them: Arabic and others, Indic, symbols
_PICTURES = ((0x2190, 0x27FF), (0x2900, 0x2BFF), (0x1F000, 0x1FAFF))
_JOINED = ((0x600, 0x8FF), (0x900, 0xDFF), (0x1000, 0x109F), (0x1780, 0x18AF), (0xFB50, 0xFDCF), (0xFE70, 0xFEFC))
_NOT_JOINED, _NO_PICTURE = (
    f"(?:^|{character_class(ranges).replace('[', '[^')})" for ranges in ([*_JOINED, *_PICTURES, JOINING[1]], _PICTURES)
)
INVISIBLE = f"{character_class(REFUSED)}|{_NOT_JOINED}[\u200c\u200d]|{_NO_PICTURE}\ufe0f"
# what other programs write in a cell without a value
MISSING = ("NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None", "nan", "NaN", "NaT", "-", "--")
_ANY_CHARACTER = re.compile(r"[.^\\]")  # in a pattern: what may stand for characters that it does not name
_ANY_CAPITALS = re.compile(r"[.^\\]|A-Za-z")  # likewise for a letter of either case
_HOST = re.compile(r"^\w+://[^/]*")  # of an address, with what is before it: where capitals mean nothing
_LEAVE_EMPTY = "Leave the cell empty: only that is a missing value."
_FORMULA = [(pl.lit(c), pl.lit(chr(ord(c) + 1))) for c in "=+-@"]  # the least text that begins so, and the next one
_WORDS, _NUMBERS = re.compile(r"[^\W_]+"), re.compile(r"\d+")  # of thousands of ids
PRIMARY_KEY, FOREIGN_KEY, CHARACTER, BLANK_LINE = "primaryKey", "foreign-key", "character", "blank-line"
LEAST_OF_A_LINE = 2  # columns; of one, the line is the cell
MOST_BYTES = 4  # of a character in UTF-8
MOST_CHARACTERS = 5  # that are named in a message
MOST_SUGGESTIONS = 500  # different values of a column that get a suggestion; each takes milliseconds


@dataclass(frozen=True)
class Reference:
    """The keys that a foreign key may name, and a function that gives other names for them.

    A key that does not match the pattern may be named, but is not suggested.
    """

    table: str
    keys: pl.Series
    names: Callable[[], Mapping[str, str]] = dict
    pattern: str = ".*"

    @cached_property
    def by_numbers(self) -> dict[tuple[str, ...], list[str]]:
        """The keys that are suggested, by the numbers in them."""
        found: dict[tuple[str, ...], list[str]] = {}
        for id_ in self.keys.filter(self.keys.str.contains(f"^(?:{self.pattern})$")).unique().sort():
            found.setdefault(_numbers(id_), []).append(id_)
        return found

    @cached_property
    def other_names(self) -> Mapping[str, str]:
        """The keys that are suggested by their other names, in the form of a slug."""
        return {name: id_ for name, id_ in self.names().items() if id_ in self.by_numbers.get(_numbers(id_), ())}


class Condition(NamedTuple):
    """What a keyword means for one column; the parts are those of a Check."""

    fails: pl.Expr
    expected: str
    fix: str | Callable[[str], str]
    suggest: Callable[[str], str | None] = lambda _: None
    may_fail: pl.Expr | None = None
    of_length: bool = False


def _required(f: Field) -> Condition | None:
    if not f.required:
        return None
    fix = f"Fill the cell: {f.title.lower()}, for example {str(f.example).removesuffix('.')}."
    return Condition(pl.col(raw_name(f)).is_null(), "a value", fix)


def _type(f: Field) -> Condition | None:
    if f.type == "string":
        return None
    fails = pl.col(f.name).is_null() & pl.col(raw_name(f)).is_not_null()
    fix = "Write true or false." if f.type == "boolean" else f"Write it in a form like that of {f.example}."

    def of_date(value: str) -> str:
        return "Write a day that the calendar has." if re.match(FORMS["date"], value) else day_fix(value) or fix

    def of_number(value: str) -> str:
        return number_fix(value, whole=f.type == "integer") or fix

    by_type = {"date": of_date, "integer": of_number, "number": of_number}
    return Condition(fails, EXPECTED[f.type], by_type.get(f.type, fix))


def _limited(suggest: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Return a function that suggests for the first so many values only, and remembers what it suggested."""
    found: dict[str, str | None] = {}

    def limited(value: str) -> str | None:
        if value not in found and len(found) < MOST_SUGGESTIONS:
            found[value] = suggest(value)
        return found.get(value)

    return limited


def _enum(f: Field) -> Condition | None:
    if not f.enum:
        return None

    suggest = _limited(lambda value: nearest(value, f.enum, whole=True))

    def fix(value: str) -> str:
        if near := suggest(value):
            return f"Write {near!r}."
        rules = " The decision rules are in CODEBOOK.md." if f.decision_rules else ""
        return f"Choose one of: {', '.join(f.enum)}.{rules}{did_you_mean(value, f.enum)}"

    fails = pl.col(f.name).is_in(list(f.enum)).not_()
    return Condition(fails, f"one of {', '.join(f.enum)}", fix, suggest)


def _name_characters(value: str) -> str:
    """Name the characters of a value that are not ASCII: some letters look like others."""
    strange = [(i, c) for i, c in enumerate(value, 1) if not c.isascii()]
    named = [f"{unicodedata.name(c, f'U+{ord(c):04X}')} at position {i}" for i, c in strange]
    return f" It contains {listed(named, MOST_CHARACTERS)}." if named else ""


def _as_example(f: Field, value: str) -> str:
    return f"Write it in a form like that of {f.example!r}.{_name_characters(value)}"


def _pattern(f: Field) -> Condition | None:
    if f.pattern is None:
        return None
    pattern = f.pattern

    def forms(value: str) -> Iterator[str]:
        yield from (value.strip(), value.replace("_", "-"), _HOST.sub(lambda start: start[0].lower(), value.strip()))
        if not _ANY_CAPITALS.search(pattern):
            yield slug(value)
            yield from [value.lower()] * value.isupper() + [value.upper()] * value.islower()  # else some are meant

    def fix(value: str) -> str:
        near = next((form for form in forms(value) if re.fullmatch(pattern, form)), None)
        return f"Write {near!r}.{_name_characters(value)}" if near else _as_example(f, value)

    fails = pl.col(f.name).str.contains(f"^(?:{pattern})$").not_()
    return Condition(fails, f"the pattern {pattern}", fix)


def _limited_by(f: Field, limit: Any, exceeds: Callable[[pl.Expr, pl.Expr], pl.Expr], words: str) -> Condition | None:
    """Return the condition that a number or day is not beyond a limit."""
    if limit is None:
        return None
    value, expected = dt.date.fromisoformat(limit) if f.type == "date" else limit, f"{words} {limit}"
    fix = f"Correct the year; {f.name} is {expected}." if f.type == "date" else f"Give a value of {expected}."
    return Condition(exceeds(pl.col(f.name), pl.lit(value)), expected, fix)


def _minimum(f: Field) -> Condition | None:
    return _limited_by(f, f.minimum, lt, "at least")


def _maximum(f: Field) -> Condition | None:
    return _limited_by(f, f.maximum, gt, "at most")


def _length(f: Field, limit: int | None, exceeds: Callable[[Any, int], Any], words: str, size: int) -> Condition | None:
    """Return the condition that a text has characters beyond a limit; each takes at least, or at most, `size` bytes."""
    if limit is None:
        return None
    text, expected = pl.col(f.name).str, f"{words} {limit} characters"
    may_fail = exceeds(text.len_bytes(), size * limit)

    def fix(value: str) -> str:
        return f"It has {counted(len(value), 'character')}; give {words} {limit}."

    return Condition(exceeds(text.len_chars(), limit), expected, fix, may_fail=may_fail, of_length=_is_free_text(f))


def _min_length(f: Field) -> Condition | None:
    return _length(f, f.min_length, lt, "at least", MOST_BYTES)


def _max_length(f: Field) -> Condition | None:
    return _length(f, f.max_length, gt, "at most", 1)


def _character_fix(value: str) -> str:
    found = dict.fromkeys(match[0][-1] for match in re.finditer(INVISIBLE, value))
    return "Remove the character, or write a space instead: " + ", ".join(f"U+{ord(c):04X}" for c in found)


def _character(f: Field) -> Condition | None:
    """Characters that nobody sees, or that break a line, in text of any form that may have them."""
    if f.type != "string" or f.enum or (f.pattern and not _ANY_CHARACTER.search(f.pattern)):
        return None
    expected = "text without line breaks, control characters or marks of reading direction"
    return Condition(pl.col(f.name).str.contains(INVISIBLE), expected, _character_fix)


def _missing(f: Field) -> Condition | None:
    """A word for a missing value, where the cell may be empty and any other text would be right."""
    if not _is_free_text(f) or f.required:
        return None
    return Condition(pl.col(f.name).is_in(MISSING), "a text, or an empty cell", _LEAVE_EMPTY)


def _is_free_text(f: Field) -> bool:
    return f.type == "string" and not f.enum and f.pattern is None


def _formula(f: Field) -> Condition | None:
    """Text that a spreadsheet would run."""
    if not _is_free_text(f):
        return None
    fix = "Begin the cell with a letter, a digit or a quotation mark, not with = + - @."
    expected = "text that no spreadsheet reads as a formula"
    text = pl.col(f.name)  # its order is known faster than its first character
    starts = [text.is_between(first, after, closed="left") for first, after in _FORMULA]
    return Condition(pl.any_horizontal(starts), expected, fix)


def _space(f: Field) -> Condition | None:
    if not _is_free_text(f):
        return None
    text = pl.col(f.name).str
    fails = text.len_bytes() != text.strip_chars().str.len_bytes()  # sizes are compared faster than texts
    return Condition(fails, "no space at the beginning or end", "Remove the space at the beginning or end.")


# a keyword of a schema, or a rule of text, and what it means for a column; the most basic first, because only the first
# failed check of a cell is reported
KEYWORDS: dict[str, Callable[[Field], Condition | None]] = {
    "required": _required,
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "missing-value": _missing,
    "minimum": _minimum,
    "maximum": _maximum,
    "minLength": _min_length,
    "maxLength": _max_length,
    CHARACTER: _character,
    "formula": _formula,
    "space": _space,
}


def keyword_checks(f: Field, *, required: bool) -> Iterator[Check]:
    """Yield the checks of the cells of one column, the most basic first."""
    column = f._replace(required=required)
    for keyword, meaning in KEYWORDS.items():
        condition = meaning(column)
        if condition:
            fix = condition.fix if required else _or_leave_empty(condition.fix)
            yield Check(keyword, (f.name,), **condition._replace(fix=fix)._asdict())


def _or_leave_empty(fix: str | Callable[[str], str]) -> Callable[[str], str]:
    """Return what to do about a value of an optional column, which may be a word for a missing value."""

    def fixed(value: str) -> str:
        if value in MISSING:
            return _LEAVE_EMPTY
        return fix if isinstance(fix, str) else fix(value)

    return fixed


def slug(name: str) -> str:
    """Return a name in the form of an id, to compare what was written with what exists."""
    return "-".join(_WORDS.findall(plain(seen(name))))


def names_of_one(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the ids of some pairs of a name and an id by the name as a slug, without names that several ids have."""
    pairs = {(slug(name), id_) for name, id_ in names}
    ids = Counter(name for name, _ in pairs)
    return {name: id_ for name, id_ in pairs if ids[name] == 1}


def _numbers(id_: str) -> tuple[str, ...]:
    """Return the numbers in an id: a day, and which it is of several."""
    return tuple(_NUMBERS.findall(id_))


def _named(value: str, reference: Reference) -> str | None:
    """Return the id that surely is meant: what is written is a name of it, or the id itself in another form."""
    written, names = slug(value), reference.other_names
    same = written if written in reference.by_numbers.get(_numbers(written), ()) else None
    return same or names.get(value) or names.get(written)


def nearest_id(value: str, reference: Reference) -> str | None:
    """Return the id that is probably meant: the one with this name, else a near id, else the one with a near name.

    A near one has the same numbers, and as many words, each much the same: another number is another day, or another
    thing that one source reports, and another word is another speaker, country or outlet.
    """
    if found := _named(value, reference):
        return found
    written, numbers, names = slug(value), _numbers(value), reference.other_names
    if (near := nearest(written, reference.by_numbers.get(numbers, ()), whole=True)) and _alike(written, near):
        return near
    near = nearest(written, names, whole=True) if len(written) >= FEWEST_LETTERS and not numbers else None
    return names[near] if near and _alike(written, near) else None


def _alike(written: str, near: str) -> bool:
    words, others = written.split("-"), near.split("-")
    return len(words) == len(others) and all(map(lambda a, b: a == b or nearest(a, [b], whole=True), words, others))


def _with_words(value: str, reference: Reference) -> str | None:
    """Return the only id that has what is written as some of its words."""
    written = f"-{slug(value)}-"
    found = [id_ for id_ in reference.by_numbers.get(_numbers(value), ()) if written in f"-{id_}-"]
    return found[0] if len(found) == 1 else None


def foreign_key_check(f: Field, reference: Reference) -> Check:
    """Return the check that a cell names a row of another table."""
    suggest = _limited(lambda value: None if value in MISSING else nearest_id(value, reference))
    asked = _limited(lambda value: suggest(value) or _with_words(value, reference))

    def fix(value: str) -> str:
        if near := _named(value, reference):
            return f"Write {near!r}.{_name_characters(value) if near == slug(value) else ''}"
        is_id = re.fullmatch(f.pattern or ".*", value)
        add = f"Add a row {value!r} to {reference.table}, or name one that exists."
        return f"{add if is_id else _as_example(f, value)}{question(asked(value))}"

    fails = pl.col(f.name).is_in(reference.keys.implode()).not_()
    expected = f"an id of the table {reference.table}"
    return Check(FOREIGN_KEY, (f.name,), fails, expected, fix if f.required else _or_leave_empty(fix), suggest)


def _unknown(table: Table, f: Field) -> Reference | None:
    """Return what stands for keys that are not compared, or None where a column names no row."""
    key = table.reference(f.name)
    return Reference(key.table, pl.Series([], dtype=pl.String)) if key else None


def _line_checks(fields: Sequence[Field]) -> list[Check]:
    """Return the checks of a whole line, so that it has one problem and not one for each cell.

    Such a line also fails checks of its cells, by which the prefilter of large files finds it.
    """
    if len(fields) < LEAST_OF_A_LINE:
        return []
    names, first = tuple(f.name for f in fields), pl.col(raw_name(fields[0]))
    blank = pl.all_horizontal(pl.col(raw_name(f)).is_null() for f in fields)
    header = pl.all_horizontal(pl.col(raw_name(f)).fill_null(f.name) == f.name for f in fields)  # a file may lack some
    has_value, is_first = "no blank line", "the names of the columns in the first line only"
    may_be_header = first.fill_null(names[0]) == names[0]
    return [
        Check(BLANK_LINE, names, blank, has_value, "Delete the line.", may_fail=first.is_null()),
        Check("header", names, header, is_first, "Delete the line.", may_fail=may_be_header),
    ]


def unclear_key(table: Table, problem: Problem, check: Check) -> list[str | None]:
    """Return the key of a row with a problem, if that is in it: None for one that is missing, or that is another's.

    What seems to name no row may name this one.
    """
    if check.id == FOREIGN_KEY or not set(table.primary_key).issuperset(check.fields):
        return []
    return [None if check.key else problem.value]


def table_checks(
    table: Table, references: Mapping[str, Reference], columns: Collection[str] | None = None
) -> list[Check]:
    """Return every check of cells, foreign keys and single rows of a table, in order.

    Only the first failed check of a cell is reported. Foreign keys without a reference are not checked, nor are columns
    that a file lacks.
    """
    present = set(table.names if columns is None else columns)
    checks = _line_checks([f for f in table.fields if f.name in present])
    for f in table.fields:
        if f.name in present:
            of_column = list(keyword_checks(f, required=table.required(f)))
            if reference := references.get(f.name) or _unknown(table, f):
                foreign = foreign_key_check(f, reference)
                meant = partial(replace, fix=foreign.fix, suggest=foreign.suggest)  # a name, too
                of_column = [meant(c) if c.id == "pattern" else c for c in of_column]
                of_column += [foreign] * (f.name in references)
            checks += of_column
    return checks + [c for c in ROW_CHECKS.get(table.name, ()) if present.issuperset(c.fields)]


def key_check(table: Table, key: tuple[str, ...]) -> Check:
    """Return the check that no earlier row has the same key; it needs the whole table at once."""
    rule = PRIMARY_KEY if key == table.primary_key else "unique" if len(key) == 1 else "uniqueKeys"
    value = pl.struct(key) if len(key) > 1 else pl.col(key)
    fails = pl.all_horizontal(pl.col(n).is_not_null() for n in key) & value.is_first_distinct().not_()
    expected = f"a key ({', '.join(key)}) that no earlier row has"
    fix = "Delete the row if it is a copy; give it another key if it is not."
    return Check(rule, key[:1], fails, expected, fix, key=key)


def key_checks(table: Table, columns: Collection[str] | None = None) -> list[Check]:
    """Return the checks that keys are unique, of those keys whose columns are all there."""
    present = set(table.names if columns is None else columns)
    return [key_check(table, key) for key in table.unique_sets() if key and present.issuperset(key)]
