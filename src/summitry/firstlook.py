"""A first look at the cells of a large file in machine code, where this installation has it (`summitry/native`).

It proves the form of CSV, looks up known texts, looks through free text, and hands on only the columns that the sieve
still needs; of Arrow's columns it says whether all texts are fine. Where it is missing, the sieve does the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from summitry.csvblocks import Looked
from summitry.sheets import raw_name
from summitry.sieve import SUSPECT

try:
    from summitry import _native
except ImportError:  # no compiler was there when it was installed
    _native = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pyarrow as pa

    from summitry.schema import Field
    from summitry.sieve import Sieve

ANY_LENGTH = 1 << 62
OTHER = (-1, -1)  # the lengths of text of which nothing is said here
_WORDS = re.compile(r"(?P<letters>\[[^]^\\]+\])\+\((?P<joint>-)(?P<again>\[[^]]+\])\+\)\*")


@dataclass(frozen=True)
class Exported:
    """A column in Arrow's C data interface: capsules of its schema and of the array."""

    capsules: tuple[object, object]

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Hand it on as it is."""
        return self.capsules


@dataclass(frozen=True)
class FirstLook:
    """What to look at in the cells of a file, and the look itself.

    Attributes:
        plan: the same for the machine.
        wanted: the columns that are handed on, in the order of the file.
        proven: fields of which nothing is left to look at, unless they are suspect.
    """

    plan: object
    wanted: tuple[str, ...]
    proven: frozenset[str]

    def look(self, text: bytes) -> Looked[pl.DataFrame] | None:
        """Return the form of bytes and a row for each record: whether it is `suspect`, and the columns handed on.

        None where the bytes are not sound.
        """
        found = _native.sift(self.plan, text)
        if not found:
            return None
        records, lines, columns = found
        suspect, borders, *texts = (pl.Series(Exported(c)) for c in columns)
        named = zip((SUSPECT, *self.wanted), (suspect, *texts), strict=True)
        return Looked(records, lines, borders, pl.DataFrame([s.alias(n) for n, s in named]))

    def proven_in(self, batch: pa.RecordBatch) -> frozenset[str]:
        """Return the columns of a batch, in the order of the plan, of which nothing is left to look at."""
        fine = _native.proven(self.plan, *batch.__arrow_c_array__())
        return frozenset(name for name, is_fine in zip(batch.schema.names, fine, strict=True) if is_fine)


def prepared(sieve: Sieve, columns: Mapping[str, int], width: int, needed: Collection[str]) -> FirstLook | None:
    """Prepare the first look at a file, or return None where it cannot be done.

    Args:
        sieve: what looks at the rows afterwards.
        columns: where each field stands.
        width: how many cells a record has.
        needed: raw columns that are handed on in any case, beside those that the sieve needs.
    """
    if _native is None:
        return None
    fields = {at: sieve.table[name] for name, at in columns.items()}
    looks = {f.name: _look(f, sieve) for f in fields.values()}
    proven = {name for name, look in looks.items() if look.proves}
    made: list[tuple[pl.Series, object]] = []

    def known(texts: pl.Series | None) -> object:
        """Return texts that can be looked up; many columns have the same."""
        if texts is None:
            return None
        for others, found in made:
            if texts.equals(others):
                return found
        made.append((texts, _native.known(texts.to_list())))
        return made[-1][1]

    def column(at: int) -> tuple[object, bytes | None, int, int, bool, str | None] | None:
        if at not in fields:
            return None
        f = fields[at]
        look = looks[f.name]
        hand_on = not look.proves or f.name in sieve.of_rules or raw_name(f) in needed
        return known(look.known), look.letters, *look.lengths, sieve.table.required(f), raw_name(f) if hand_on else None

    plan = tuple(column(at) for at in range(width))
    return FirstLook(_native.plan(plan), tuple(c[-1] for c in plan if c and c[-1]), frozenset(proven))


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


def _look(f: Field, sieve: Sieve) -> _Look:
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
