"""Finding the files of tables wherever Spark reads: Hadoop's file systems open every scheme."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from py4j.protocol import Py4JJavaError

from summitry.errors import InputError
from summitry.schema.words import printable
from summitry.validation.contribution import BYSTANDERS, second_file
from summitry.validation.file_names import table_of
from summitry.validation.report import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import SparkSession

    from summitry.schema import Package, Table

_DESCRIPTOR = "datapackage.json"  # may be beside tables; Spark does not read it


@dataclass(frozen=True)
class Found:
    """A file, or a folder of part files.

    Attributes:
        uri: its address.
        name: what it is called there.
        label: what to call it in problems.
        is_folder: which of the two it is.
    """

    uri: str
    name: str
    label: str
    is_folder: bool

    @property
    def path(self) -> str:
        """The address as Spark's readers take it, which look for patterns in it."""
        return re.sub(r"([\\{}\[\]*?])", r"\\\1", self.uri)


class Source(NamedTuple):
    """The files of one table: its schema, their format, csv or parquet, and where they are."""

    table: Table
    suffix: str
    at: Found


def find(session: SparkSession, uris: Sequence[str], package: Package) -> tuple[list[Source], list[Problem]]:
    """Find the tables at some addresses: table files, folders of part files with the name of one, or folders of either.

    Returns:
        The files of tables, and what is wrong with their names.

    Raises:
        InputError: when there is nothing at an address.
    """
    sources: list[Source] = []
    problems: list[Problem] = []
    for uri in uris:
        found = _at(session, uri)
        is_table = isinstance(table_of(Path(found.name), package, found.label), tuple)
        tables = _inside(session, found) if found.is_folder and not is_table else [found]
        seen: dict[str, str] = {}
        for item in tables:
            if item.name not in (*BYSTANDERS, _DESCRIPTOR):
                source = _source(item, package, seen)
                sources += [source] if isinstance(source, Source) else []
                problems += [source] if isinstance(source, Problem) else []
        if not tables:
            problems.append(Problem(found.label, "file", "error", "at least one table", "Put the tables there."))
    return sources, problems


def _source(found: Found, package: Package, seen: dict[str, str]) -> Source | Problem:
    """Return a file as one of a table, or what is wrong with its name; `seen` has the names so far by table."""
    named = table_of(Path(found.name), package, found.label)
    if isinstance(named, Problem):
        return named
    table, suffix = named
    first = seen.setdefault(table, found.name)
    if first != found.name:
        return second_file(found.label, table, first, found.name)
    return Source(package.table(table), suffix, found)


def _filesystem(session: SparkSession, uri: str) -> tuple[Any, Any]:
    """Return the file system of an address, and the address as it takes it; pyspark has no public way to these."""
    bridge: Any = session  # what leads to Java has no types
    path = bridge._jvm.org.apache.hadoop.fs.Path(uri)  # noqa: SLF001 - as above
    return path.getFileSystem(bridge._jsc.hadoopConfiguration()), path  # noqa: SLF001 - as above


def _found(status: Any, label: str) -> Found:
    path = status.getPath()
    return Found(path.toString(), path.getName(), printable(label), status.isDirectory())


def _at(session: SparkSession, uri: str) -> Found:
    """Return the file or folder at an address."""
    files, path = _filesystem(session, uri)
    try:
        return _found(files.getFileStatus(path), uri)
    except Py4JJavaError as e:
        if "FileNotFound" in e.java_exception.getClass().getName():
            raise InputError(f"There is no file or folder {printable(uri)!r}.") from e
        raise


def _inside(session: SparkSession, folder: Found) -> list[Found]:
    """Return what is in a folder, by name, without what Spark ignores."""
    files, path = _filesystem(session, folder.uri)
    label = folder.label.rstrip("/")
    inside = [_found(status, f"{label}/{status.getPath().getName()}") for status in files.listStatus(path)]
    return sorted((f for f in inside if not f.name.startswith((".", "_"))), key=lambda f: f.name)
