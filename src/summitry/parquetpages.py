"""The pages of a column in a Parquet file, read in machine code (`summitry/native/pages.h`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from summitry import machine
from summitry.parquetfooter import UnusualError

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO

    from summitry.parquetfooter import Chunk

    Unpack = Callable[[memoryview, int], pa.Buffer]

BUFFER = 1 << 20  # bytes that are read at once, if no page is larger
MOST_AT_ONCE = (1 << 27) + (1 << 16)  # bytes: the largest page, and its header
HAS_ZSTD = machine.native is not None and machine.native.HAS_ZSTD  # the system has, so that Arrow need not unpack


def _snappy(packed: memoryview, size: int) -> pa.Buffer:
    """Unpack what tells at first how long it will be; Arrow does not compare that with the size that it is given."""
    told = 0
    for i, byte in enumerate(packed[:5]):
        told |= (byte & 0x7F) << 7 * i
        if byte < 0x80:  # noqa: PLR2004 - the highest bit says whether there is more
            break
    if told != size:
        raise UnusualError("a page has another size than it says")
    return pa.decompress(pa.py_buffer(packed), size, "snappy")


def _zstd(packed: memoryview, size: int) -> pa.Buffer:
    return pa.decompress(pa.py_buffer(packed), size, "zstd")


UNCOMPRESSED, SNAPPY, ZSTD = 0, 1, 6
UNPACK: dict[int, Unpack | None] = {UNCOMPRESSED: None, SNAPPY: _snappy, ZSTD: _zstd}  # others tell no wrong size


def _unpacking(compression: int) -> tuple[bool, Unpack | None]:
    """Return whether pages are packed, and what unpacks them; None stands for the zstd of the system."""
    if compression not in UNPACK:
        raise UnusualError("pages are packed in another way")
    by_system = compression == ZSTD and HAS_ZSTD
    return compression != UNCOMPRESSED, None if by_system else UNPACK[compression]


class Memory:
    """What is needed to read a column, kept for the next one: new memory must be cleared by the system first."""

    def __init__(self) -> None:
        """Begin with room for most pages."""
        self.chunk: object = machine.native.chunk()
        self._bytes = bytearray(BUFFER)

    def read(self, raw: FileIO, column: Chunk) -> None:
        """Read the pages of a column into the chunk, which has been begun; hold few of their bytes at once.

        Args:
            raw: the file, without a buffer of its own.
            column: where it stands.

        Raises:
            UnusualError: when they cannot be read here.
        """
        is_packed, unpack = _unpacking(column.compression)
        place, end, size, rows = column.place, column.place + column.size, BUFFER, 1
        while rows:
            some = self._at(raw, place, min(size, end - place))
            found = machine.native.read(self.chunk, some, is_packed, unpack)
            if not found or (not found[0] and found[1] and (len(some) < size or size == MOST_AT_ONCE)):
                raise UnusualError("a page is not as it should be, or breaks off")
            used, rows = found
            place, size = place + used, BUFFER if used else min(8 * size, MOST_AT_ONCE)

    def _at(self, raw: FileIO, place: int, size: int) -> memoryview:
        """Return so many bytes from a place on, or as many as there are."""
        if size > len(self._bytes):
            self._bytes = bytearray(size)
        raw.seek(place)
        wanted = memoryview(self._bytes)[: max(size, 0)]
        return wanted[: raw.readinto(wanted)]
