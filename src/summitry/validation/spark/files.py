"""Finding the files of tables wherever Spark reads: Hadoop's file systems open every scheme."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from py4j.protocol import Py4JJavaError

from summitry.errors import InputError
from summitry.validation.contribution import BYSTANDERS, second_file
from summitry.validation.file_names import table_of
from summitry.validation.report import Problem
from summitry.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyspark.sql import SparkSession

    from summitry.schema import Package, Table

_DESCRIPTOR = "datapackage.json"  # may be beside tables; Spark does not read it


class Source(NamedTuple):
    """The files of one table.

    Attributes:
        table: its schema.
        suffix: their format, csv or parquet.
        uri: the address of the file, or of a folder of part files.
        label: what to call it in problems.
        is_folder: which of the two it is.
    """

    table: Table
    suffix: str
    uri: str
    label: str
    is_folder: bool


def find(session: SparkSession, uris: Sequence[str], package: Package) -> Iterator[Source | Problem]:
    """Find the tables at some addresses: table files, folders of part files with the name of one, or folders of either.

    Yields:
        The files of tables, and what is wrong with the names of others.

    Raises:
        InputError: when there is nothing at an address.
    """
    for uri in uris:
        files, status = _at(session, uri)
        found = {uri: status}
        if status.isDirectory() and isinstance(table_of(Path(_name(status)), package, uri), Problem):
            inside = [s for s in files.listStatus(status.getPath()) if not _name(s).startswith((".", "_"))]
            found = {f"{uri.rstrip('/')}/{_name(s)}": s for s in inside}  # without what Spark ignores
        if not found:
            yield Problem(printable(uri), "file", "error", "at least one table", "Put the tables there.")
        seen: dict[str, str] = {}
        for label in sorted(found):
            if _name(found[label]) not in (*BYSTANDERS, _DESCRIPTOR):
                yield _source(found[label], printable(label), package, seen)


def _source(status: Any, label: str, package: Package, seen: dict[str, str]) -> Source | Problem:
    """Return a file as one of a table, or what is wrong with its name; `seen` has the names so far by table."""
    named = table_of(Path(_name(status)), package, label)
    if isinstance(named, Problem):
        return named
    table, suffix = named
    first = seen.setdefault(table, _name(status))
    if first != _name(status):
        return second_file(label, table, first, _name(status))
    return Source(package.table(table), suffix, status.getPath().toString(), label, status.isDirectory())


def _name(status: Any) -> str:
    return str(status.getPath().getName())


def _at(session: SparkSession, uri: str) -> tuple[Any, Any]:
    """Return the file system of an address, and what is there; pyspark has no public way to these."""
    bridge: Any = session  # what leads to Java has no types
    path = bridge._jvm.org.apache.hadoop.fs.Path(uri)  # noqa: SLF001 - as above
    files = path.getFileSystem(bridge._jsc.hadoopConfiguration())  # noqa: SLF001 - as above
    try:
        return files, files.getFileStatus(path)
    except Py4JJavaError as e:
        if "FileNotFound" in e.java_exception.getClass().getName():
            raise InputError(f"There is no file or folder {printable(uri)!r}.") from e
        raise
