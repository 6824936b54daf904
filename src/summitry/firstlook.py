"""A first look at the cells of a large file in machine code, where this installation has it (`summitry/native`).

It proves the form of CSV, looks up known texts, looks through free text, and hands on only the columns that the sieve
still needs; of the columns of a Parquet file likewise (`parquetcolumns`). Where it is missing, the sieve does the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from summitry import machine
from summitry.csvblocks import Looked
from summitry.sheets import raw_name
from summitry.sieve import SUSPECT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from summitry.schema import Field
    from summitry.sieve import Sieve

ANY_LENGTH = 1 << 62
# how values are handed on: as they are by type, as the index of a known text, as whether there is one
KINDS = {"string": "t", "date": "d", "integer": "l", "number": "g", "boolean": "b"}
INDEX, PRESENCE = "i", "p"
MOST_INDICES = 255  # so that polars keeps them in a byte
OTHER = (-1, -1)  # the lengths of text of which nothing is said here
_WORDS = re.compile(r"(?P<letters>\[[^]^\\]+\])\+\((?P<joint>-)(?P<again>\[[^]]+\])\+\)\*")


@dataclass(frozen=True)
class FirstLook:
    """What to look at in the cells of a file, and the look itself.

    Attributes:
        plan: the same for the machine.
        wanted: the columns that are handed on, in the order of the file.
        proven: fields of which nothing is left to look at, unless they are suspect.
        enums: by column, the known texts whose indices are handed on.
    """

    plan: object
    wanted: tuple[str, ...]
    proven: frozenset[str]
    enums: Mapping[str, pl.Enum]

    def look(self, text: bytes) -> Looked[pl.DataFrame] | None:
        """Return the form of bytes and a row for each record: whether it is `suspect`, and the columns handed on.

        None where the bytes are not sound.
        """
        found = machine.native.sift(self.plan, text)
        if not found:
            return None
        records, lines, columns = found
        suspect, borders, *texts = map(machine.series, columns)
        named = zip((SUSPECT, *self.wanted), (suspect, *texts), strict=True)
        return Looked(records, lines, borders, pl.DataFrame([s.alias(n) for n, s in named]))

    def typed(self, name: str, values: pl.Series) -> pl.Series:
        """Return values that were handed on with their name, and as texts where they are indices."""
        return (values.cat.to(self.enums[name]) if name in self.enums else values).alias(name)


def prepared(
    sieve: Sieve, columns: Mapping[str, int], width: int, needed: Collection[str], *, typed: bool = False
) -> FirstLook | None:
    """Prepare the first look at a file, or return None where it cannot be done.

    Args:
        sieve: what looks at the rows afterwards.
        columns: where each field stands.
        width: how many cells a record has.
        needed: raw columns that are handed on in any case, beside those that the sieve needs.
        typed: whether the file has values that need not be texts.
    """
    if machine.native is None:
        return None
    fields = {at: sieve.table[name] for name, at in columns.items()}
    looks = {f.name: _look(f, sieve, typed=typed) for f in fields.values()}
    known = _Known()
    kinds = {at: _kind(f, looks[f.name], sieve, needed, typed=typed) for at, f in fields.items()}

    def column(at: int) -> tuple[object, bytes | None, int, int, bool, str | None] | None:
        if at not in fields:
            return None
        f, look = fields[at], looks[fields[at].name]
        return known.ready(look.known), look.letters, *look.lengths, look.proves and sieve.table.required(f), kinds[at]

    plan = machine.native.plan(tuple(column(at) for at in range(width)))
    wanted = tuple(raw_name(f) for at, f in sorted(fields.items()) if kinds[at])
    proven = frozenset(name for name, look in looks.items() if look.proves)
    enums = {fields[at].name: pl.Enum(fields[at].enum) for at, kind in kinds.items() if kind == INDEX}
    return FirstLook(plan, wanted, proven, enums)


def _kind(f: Field, look: _Look, sieve: Sieve, needed: Collection[str], *, typed: bool) -> str | None:
    """Return how the values of a column are handed on, if they are."""
    if typed and f.type != "string":
        return KINDS[f.type]
    if not look.proves or raw_name(f) in needed:
        return KINDS["string"]
    if f.name not in sieve.of_rules:
        return None
    if typed and f.name in sieve.of_presence:
        return PRESENCE
    is_whole = look.known is not None and look.known.to_list() == list(f.enum) and len(f.enum) <= MOST_INDICES
    return INDEX if typed and is_whole else KINDS["string"]


class _Known:
    """Known texts, ready to be looked up; many columns have the same."""

    def __init__(self) -> None:
        self._made: list[tuple[pl.Series, object]] = []

    def ready(self, texts: pl.Series | None) -> object:
        if texts is None:
            return None
        for others, found in self._made:
            if texts.equals(others):
                return found
        self._made.append((texts, machine.native.known(texts.to_list())))
        return self._made[-1][1]


class _Look(NamedTuple):
    """What to look for in a column: known texts, words of some letters, or free text of some length.

    Where it is none of them, nothing is proved.
    """

    known: pl.Series | None
    letters: bytes | None
    lengths: tuple[int, int]

    @property
    def proves(self) -> bool:
        return self.known is not None or self.lengths[0] > 0


def _look(f: Field, sieve: Sieve, *, typed: bool) -> _Look:
    if typed and f.type != "string":
        return _Look(None, None, OTHER)
    usual = sieve.usual_values.get(f.name)
    letters = letters_of(f.pattern) if f.pattern is not None else None
    if usual is not None:
        return _Look(usual, None, OTHER)
    if f.type != "string" or (f.pattern is not None and letters is None):
        return _Look(None, None, OTHER)
    return _Look(None, letters, (max(f.min_length or 0, 1), f.max_length or ANY_LENGTH))


def letters_of(pattern: str) -> bytes | None:
    """Return for each byte whether it is a letter, 1, or a joint, 2, of a pattern of joined words; None of others."""
    found = _WORDS.fullmatch(pattern)
    if not found or found["again"] != found["letters"]:
        return None
    letter = re.compile(found["letters"])
    kinds = [1 if letter.fullmatch(chr(n)) else 2 if chr(n) == found["joint"] else 0 for n in range(128)]
    return bytes(kinds + [0] * 128)
