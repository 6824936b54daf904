"""Pages of Parquet made by hand: what no library writes, too."""

from __future__ import annotations

from summitry.machine import native, series

PLAIN, DICTIONARY_ENCODING, RLE = 0, 8, 3
ROWS, DICTIONARY, ROWS_2 = 0, 2, 3


def varint(number):
    """Return a number of seven bits a byte."""
    if number < 0x80:
        return bytes([number])
    return bytes([number & 0x7F | 0x80]) + varint(number >> 7)


class Long(int):
    """A number of eight bytes."""


def struct(fields):
    """Return a structure of Thrift; a field is a number, a truth, bytes, another structure, or a list of such."""
    made, before = b"", 0
    for number, value in fields.items():
        kinds = {bool: 1 if value else 2, int: 5, Long: 6, bytes: 8, list: 9, dict: 12}
        made += bytes([(number - before) << 4 | kinds[type(value)]])
        if isinstance(value, dict):
            made += struct(value)
        elif isinstance(value, list):
            made += bytes([len(value) << 4 | 12]) + b"".join(map(struct, value))
        elif isinstance(value, bytes):
            made += varint(len(value)) + value
        elif not isinstance(value, bool):
            made += varint(value << 1 ^ value >> 63)
        before = number
    return made + b"\0"


def page(kind, values, content, *, encoding=PLAIN, packed=None, unpacked=None, **more):
    """Return a page as it lies in a file."""
    body = content if packed is None else packed
    size = len(content) if unpacked is None else unpacked
    own = {
        ROWS: {5: {1: values, 2: encoding, 3: more.get("of_levels", RLE), 4: RLE}},
        DICTIONARY: {7: {1: values, 2: encoding}},
        ROWS_2: {
            8: {
                1: values,
                2: 0,
                3: more.get("rows", values),
                4: encoding,
                5: more.get("levels", 0),
                6: more.get("repetitions", 0),
            }
        },
    }[kind]
    return struct({1: kind, 2: size, 3: len(body), **own}) + body


def texts(*given):
    """Return texts as they stand in a page."""
    return b"".join(len(t).to_bytes(4, "little") + t for t in map(as_bytes, given))


def as_bytes(text):
    """Return the bytes of a text, or of what is none."""
    return text if isinstance(text, bytes) else text.encode()


def repeated(count, number, width=1):
    """Return a run of one number."""
    return varint(count << 1) + number.to_bytes(-(-width // 8), "little")


def packed(numbers, width=1, groups=None):
    """Return a run of numbers that are packed."""
    groups = -(-len(numbers) // 8) if groups is None else groups
    bits = sum(n << i * width for i, n in enumerate(numbers))
    return varint(groups << 1 | 1) + bits.to_bytes(groups * width, "little")


def levels(run):
    """Return runs that tell which rows have a value, as they stand before values."""
    return len(run).to_bytes(4, "little") + run


def rows_of(indices, width):
    """Return the content of a page of indices."""
    return bytes([width]) + packed(indices, width)


def read(column, pages, rows, *, optional=False, chosen=None, unpack=None, plan=None):
    """Read pages; return which rows are doubtful, as a list, and the values, or None where they are not sound."""
    chunk = native.chunk()
    native.begin(chunk, plan or native.plan((column,)), 0, rows, optional, chosen)
    found = native.read(chunk, b"".join(pages), unpack is not None, unpack)
    if found is None:
        return None
    assert found[1] == 0, "there are more rows than pages"
    doubtful, values = native.found(chunk)
    return (
        [] if doubtful is None else series(doubtful).arg_true().to_list(),
        None if values is None else series(values).to_list(),
    )
