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
LARGEST_FOOTER = 1 << 28  # bytes
REPEATED = 2
ODD = (KeyError, IndexError, TypeError, AttributeError, ValueError)  # what a structure raises that has other fields
# fields of structures: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
SCHEMA, GROUPS = 2, 4
KIND, REPETITION, NAME, CHILDREN = 1, 3, 4, 5  # of a column in the schema
COLUMNS, ROWS = 1, 3  # of a row group
FILE, PLACES = 1, 3  # of a column in a row group
COMPRESSION, PACKED, FIRST_PAGE, DICTIONARY = 4, 7, 9, 11  # of its places


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
        if FILE in found or not all(isinstance(n, int) for n in numbers) or place < len(MAGIC) or numbers[1] < 0:
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
        if KIND in element and element.get(REPETITION) != REPEATED:
            columns[element[NAME].decode()] = Column(number, element[KIND], element.get(REPETITION) != 0)
        number, at = number + leaves, after
    return columns


def _leaves(schema: list[dict[int, Any]], at: int) -> tuple[int, int]:
    """Return how many columns an element is or holds, and where the next element stands."""
    leaves, pending, place = 0, 1, at
    while pending:
        children = schema[place].get(CHILDREN) or 0
        leaves += not children
        pending += children - 1
        place += 1
    return leaves, place
