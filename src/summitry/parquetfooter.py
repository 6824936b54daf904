"""What the footer of a Parquet file says of where its columns stand.

Arrow knows it, too, but when it is asked for a column of which a damaged footer says something odd, it ends the
process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from summitry import machine

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = b"PAR1"
TAIL = 8  # bytes: the size of the footer, and the magic
LARGEST_FOOTER = 1 << 24  # bytes: of thousands of row groups; as objects it takes some fifty times that at most
ODD = (KeyError, IndexError, TypeError, AttributeError, ValueError)  # what a structure raises that has other fields
REQUIRED, OPTIONAL = 0, 1


def _field(number: int, kind: int) -> int:
    """Return the key of a field: one of another kind than it should be is none."""
    return number * 16 + kind


# fields of structures: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
_INT32, _INT64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
SCHEMA, GROUPS = _field(2, _LIST), _field(4, _LIST)
KIND, REPETITION, NAME, CHILDREN = _field(1, _INT32), _field(3, _INT32), _field(4, _BINARY), _field(5, _INT32)
COLUMNS, ROWS = _field(1, _LIST), _field(3, _INT64)  # of a row group
FILE, PLACES = _field(1, _BINARY), _field(3, _STRUCT)  # of a column there
COMPRESSION, PACKED = _field(4, _INT32), _field(7, _INT64)  # of its places
FIRST_PAGE, DICTIONARY = _field(9, _INT64), _field(11, _INT64)  # likewise


class UnusualError(ValueError):
    """A file is damaged, or not laid out as most are."""


class Chunk(NamedTuple):
    """Where a column stands in a row group: its first byte, how many there are, and how they are packed."""

    place: int
    size: int
    compression: int


class Column(NamedTuple):
    """A column: its number, its physical type, and whether values may be missing."""

    number: int
    kind: int
    optional: bool


@dataclass(frozen=True)
class Footer:
    """A footer.

    Attributes:
        columns: by name, those that are neither repeated nor in others.
        rows: of each row group.
        groups: what is said of each row group.
    """

    columns: dict[str, Column]
    rows: list[int]
    groups: list[dict[int, Any]]

    def chunk(self, group: int, column: Column) -> Chunk:
        """Return where a column stands.

        Raises:
            UnusualError: when that is not said as it should be.
        """
        try:
            found = self.groups[group][COLUMNS][column.number]
            places = found[PLACES]
            place = min(place for place in (places.get(DICTIONARY), places[FIRST_PAGE]) if place)
            numbers = (place, places[PACKED], places[COMPRESSION])
        except ODD as e:
            raise UnusualError("a column stands nowhere") from e
        if FILE in found or place < len(MAGIC) or numbers[1] < 0:
            raise UnusualError("a column stands elsewhere")
        return Chunk(*numbers)


def read(path: Path) -> Footer:
    """Read the footer of a file.

    Raises:
        UnusualError: when it is not as it should be.
        OSError: when the file cannot be read.
    """
    with path.open("rb", buffering=0) as raw:
        end = raw.seek(0, 2) - TAIL
        raw.seek(max(end, 0))
        tail = raw.read(TAIL)
        size = int.from_bytes(tail[:4], "little")
        if tail[4:] != MAGIC or size > min(end, LARGEST_FOOTER):
            raise UnusualError("there is no footer")
        raw.seek(end - size)
        found = machine.native.structure(raw.read(size))
    try:
        return _footer(found or {})
    except ODD as e:
        raise UnusualError("the footer lacks something") from e


def _footer(found: dict[int, Any]) -> Footer:
    groups: list[dict[int, Any]] = found[GROUPS]
    return Footer(_columns(found[SCHEMA]), [group[ROWS] for group in groups], groups)


def _columns(schema: list[dict[int, Any]]) -> dict[str, Column]:
    """Return the columns of a schema whose elements stand behind those that hold them."""
    columns, number, at = dict[str, Column](), 0, 1
    for _ in range(schema[0][CHILDREN]):
        leaves, after = _leaves(schema, at)
        element = schema[at]
        if KIND in element and element[REPETITION] in (REQUIRED, OPTIONAL):
            columns[element[NAME].decode()] = Column(number, element[KIND], element[REPETITION] == OPTIONAL)
        number, at = number + leaves, after
    return columns


def _leaves(schema: list[dict[int, Any]], at: int) -> tuple[int, int]:
    """Return how many columns an element is or holds, and where the next element stands."""
    leaves, pending, place = 0, 1, at
    while pending:
        children = schema[place].get(CHILDREN, 0)
        if (children > 0) == (KIND in schema[place]):
            raise UnusualError("a column is neither one nor several")
        leaves += not children
        pending += children - 1
        place += 1
    return leaves, place
