"""The descriptor of a data package: what it says of its files, and what of that is not supported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from summitry.validation.report import Problem, shorten

MOST_JSON = 10_000_000  # bytes; a descriptor is a few kilobytes
EXPECTED = "a data package descriptor: a JSON object with a list of resources"
HASHES = ("md5", "sha1", "sha256", "sha512")  # a hash without a name is MD5
# what a dialect may say of a CSV file; all of it is what a file has anyway
_DIALECT = {
    "delimiter": (",",),
    "quoteChar": ('"',),
    "doubleQuote": (True,),
    "header": (True,),
    "headerRows": ([1],),
    "commentRows": ([],),
    "nullSequence": ("",),
    "skipInitialSpace": (False,),
}
# the empty cell, and what frictionless reads for an empty number of Parquet; in a cell of CSV, “nan” is a problem
MISSING = ("", "nan")
_ANY_VALUE = ("$schema", "lineTerminator", "headerJoin", "caseSensitiveHeader", "csvddfVersion")


class Property(NamedTuple):
    """A property of a resource: what of a value is not supported, what is expected instead, and what to do."""

    unsupported: Callable[[Any], str | None]
    expected: str
    fix: str


def _all_but(*supported: str) -> Callable[[Any], str | None]:
    """Return a function that returns a value if it is none of these texts."""
    return lambda value: None if str(value).lower() in supported else str(value)


def _odd_dialect(dialect: Any) -> str | None:
    """Return what a dialect says beyond what every file has, if anything."""
    if not isinstance(dialect, dict):
        return str(dialect)
    odd = (k for k, v in dialect.items() if k not in _ANY_VALUE and v not in _DIALECT.get(k, ()))
    return next((f"{key} {json.dumps(dialect[key])}" for key in odd), None)


def _odd_missing_values(schema: Any) -> str | None:
    """Return the missing values of a schema, if there are others than `MISSING`."""
    found = schema.get("missingValues", []) if isinstance(schema, dict) else []
    return None if isinstance(found, list) and all(value in MISSING for value in found) else json.dumps(found)


PROPERTIES = {
    "path": Property(
        lambda path: str(path) if isinstance(path, list) and len(path) > 1 else None,
        "one path; a table in several files is not supported",
        "Put the rows into one file, and name it in path.",
    ),
    "data": Property(
        lambda _: "data",
        "a path; data inside a descriptor is not supported",
        "Write the rows to a file, and name it in path.",
    ),
    "encoding": Property(
        _all_but("utf-8", "utf8", "ascii", "us-ascii"),
        "the encoding utf-8; others are not supported",
        "Save the file as UTF-8.",
    ),
    "compression": Property(
        _all_but("gz", "gzip", "no", "none"),
        "the compression gz, or none; others are not supported",
        "Unpack the file, and name it in path.",
    ),
    "format": Property(
        _all_but("csv", "parquet", "csv.gz", "gz"),
        "the format csv or parquet; others are not supported",
        "Write the file as CSV or Parquet.",
    ),
    "dialect": Property(
        _odd_dialect,
        "the usual dialect: commas, double quotation marks, one header line; others are not supported",
        "Write the file in it, and leave the dialect out.",
    ),
    "schema": Property(
        _odd_missing_values,
        "empty cells for missing values; missingValues is not supported",
        "Leave these cells empty, and leave missingValues out.",
    ),
}


def read(path: Path, file: str) -> dict[str, Any] | Problem:
    """Return a descriptor, or why it cannot be read.

    Raises:
        OSError: when the file cannot be read.
    """
    if path.stat().st_size > MOST_JSON:
        return Problem(file, "descriptor", "error", EXPECTED, f"Make it smaller than {MOST_JSON} bytes.")
    try:
        given = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as e:
        return Problem(file, "descriptor", "error", EXPECTED, f"Correct the JSON: {shorten(e)}")
    if not isinstance(given, dict) or not isinstance(given.get("resources"), list):
        return Problem(file, "descriptor", "error", EXPECTED, "Give it a list of resources, each with its path.")
    return given


def path_of(resource: dict[str, Any]) -> object:
    """Return the path of a resource: a list of one is that one."""
    path = resource.get("path")
    return path[0] if isinstance(path, list) and len(path) == 1 else path


def of(resource: dict[str, Any]) -> str:
    """Return the words that say of which resource something is expected."""
    name = resource.get("name") or path_of(resource)
    return f"for the resource {shorten(name)!r}: " if name else ""


def is_safe(path: object) -> bool:
    """Say whether a path of a descriptor stays inside its folder and off the network."""
    if not isinstance(path, str) or not path or "://" in path or "\\" in path or "\0" in path:
        return False
    parts = PurePosixPath(path)
    return bool(parts.parts) and not parts.is_absolute() and ".." not in parts.parts and ":" not in parts.parts[0]


def unsupported(resource: dict[str, Any], home: Path, file: str) -> Iterator[Problem]:
    """Yield what a resource of a descriptor, which is in the folder `home`, says that is not supported."""
    said = {**resource, "schema": _schema(resource.get("schema"), home)}
    for name, (find, expected, fix) in PROPERTIES.items():
        odd = find(said[name]) if said.get(name) is not None else None
        if odd is not None:
            yield Problem(file, "descriptor", "error", f"{of(resource)}{expected}", fix, value=shorten(odd))


def _schema(given: object, home: Path) -> object:
    """Return the schema of a resource, which may be in a file of the package."""
    if not isinstance(given, str):
        return given
    path = home / given
    try:
        inside = is_safe(given) and path.resolve().is_relative_to(home.resolve()) and path.is_file()
        return json.loads(path.read_bytes()) if inside and path.stat().st_size <= MOST_JSON else None
    except (OSError, ValueError, RecursionError):
        return None  # the schemas of this package count, not those that a contribution brings


def changed(path: Path, resource: dict[str, Any], file: str) -> Iterator[Problem]:
    """Compare a file with the size and the hash that its resource records; one problem is enough."""
    fix = "Build the package again, or get the file again."
    size = resource.get("bytes")
    if size is not None and size != path.stat().st_size:
        actual = f"{path.stat().st_size} bytes"
        yield Problem(file, "hash", "error", f"a file of {shorten(size)} bytes", fix, value=actual)
        return
    if "hash" not in resource:
        return
    given = resource["hash"]
    name, _, digest = str(given).rpartition(":")
    algorithm = name.lower() or "md5"
    if algorithm not in HASHES:
        expected = f"a hash of one of the kinds {', '.join(HASHES)}; others are not supported"
        yield Problem(file, "hash", "error", expected, "Write it as sha256:…", value=shorten(given))
        return
    with path.open("rb") as source:
        actual = hashlib.file_digest(source, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
    if digest.lower() != actual:
        prefix = f"{name}:" if name else ""
        yield Problem(file, "hash", "error", f"a file with the hash {shorten(given)}", fix, value=prefix + actual)
