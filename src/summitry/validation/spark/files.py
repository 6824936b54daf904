"""Finding and reading the files of tables at any address that Spark reads, with Hadoop's file systems."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry.errors import InputError
from summitry.validation.contribution import BYSTANDERS, second_file, table_of
from summitry.validation.report import Problem, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyspark.sql import SparkSession

    from summitry.schema import Package, Table

LONGEST_HEADER = 1 << 20  # bytes
_DESCRIPTOR = "datapackage.json"  # may be next to tables; Spark does not read it


@dataclass(frozen=True)
class Part:
    """A file or folder: its address, its name, its label in problems, and its size in bytes."""

    uri: str
    name: str
    label: str
    is_folder: bool
    size: int

    @property
    def path(self) -> str:
        """The address for Spark's readers, which expand patterns in it."""
        return re.sub(r"([\\{}\[\]*?])", r"\\\1", self.uri)


@dataclass(frozen=True)
class Source:
    """The files of one table.

    Attributes:
        table: their schema.
        label: what to call them together.
        suffix: their format, csv or parquet.
        parts: the files, by name.
        is_folder: whether they are in a folder of their own.
    """

    table: Table
    label: str
    suffix: str
    parts: tuple[Part, ...]
    is_folder: bool

    @property
    def paths(self) -> list[str]:
        """The addresses of the parts."""
        return [part.path for part in self.parts]


def _filesystem(session: SparkSession, uri: str) -> tuple[Any, Any]:
    """Return the file system of an address, and the address for it: pyspark has no function for this."""
    bridge: Any = session  # the bridge to Java has no types
    path = bridge._jvm.org.apache.hadoop.fs.Path(uri)  # noqa: SLF001 - as above
    return path.getFileSystem(bridge._jsc.hadoopConfiguration()), path  # noqa: SLF001 - as above


def _part(status: Any, label: str) -> Part:
    path = status.getPath()
    return Part(path.toString(), path.getName(), printable(label), status.isDirectory(), status.getLen())


def _look(session: SparkSession, uri: str) -> Part:
    """Return the files at an address.

    Raises:
        InputError: when nothing does.
    """
    from py4j.protocol import Py4JJavaError

    files, path = _filesystem(session, uri)
    try:
        return _part(files.getFileStatus(path), uri)
    except Py4JJavaError as e:
        if "FileNotFound" in e.java_exception.getClass().getName():
            raise InputError(f"There is no file or folder {printable(uri)!r}.") from e
        raise


def _inside(session: SparkSession, folder: Part) -> list[Part]:
    """Return the files of a folder by name, without those that Spark ignores."""
    files, path = _filesystem(session, folder.uri)
    label = folder.label.rstrip("/")
    parts = [_part(status, f"{label}/{status.getPath().getName()}") for status in files.listStatus(path)]
    return sorted((p for p in parts if not p.name.startswith((".", "_"))), key=lambda p: p.name)


def first_line(session: SparkSession, part: Part) -> bytes:
    """Return the first line of a file, without its line end."""
    files, path = _filesystem(session, part.uri)
    jvm: Any = session._jvm  # noqa: SLF001 - see _filesystem
    stream = files.open(path)
    try:
        codec = jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(files.getConf()).getCodec(path)
        text = jvm.org.apache.hadoop.io.Text()
        plain = codec.createInputStream(stream) if codec else stream
        jvm.org.apache.hadoop.util.LineReader(plain, b"\n").readLine(text, LONGEST_HEADER)
        return bytes(text.copyBytes())
    finally:
        stream.close()


def _source(session: SparkSession, part: Part, table: Table, suffix: str) -> Source:
    parts = [p for p in _inside(session, part) if not p.is_folder] if part.is_folder else [part]
    return Source(table, part.label, suffix, tuple(parts), part.is_folder)


def find(session: SparkSession, uris: Sequence[str], package: Package) -> tuple[list[Source], list[Problem]]:
    """Find the tables at some addresses.

    Args:
        session: reads the addresses.
        uris: table files, folders of part files with the name of one, or folders of either.
        package: the schemas.

    Returns:
        The files of tables, and what is wrong with their names.

    Raises:
        InputError: if there is nothing at an address.
    """
    found: list[Source] = []
    problems: list[Problem] = []
    for uri in uris:
        part = _look(session, uri)
        is_table = isinstance(table_of(Path(part.name), package, part.label), tuple)
        parts = _inside(session, part) if part.is_folder and not is_table else [part]
        for item in _sources(session, parts, package):
            (found if isinstance(item, Source) else problems).append(item)  # type: ignore[arg-type]
        if not parts:
            problems.append(_fault(part.label, "at least one table", "Put the tables there."))
    return found, problems


def _sources(session: SparkSession, parts: Sequence[Part], package: Package) -> Iterator[Source | Problem]:
    """Yield the tables among some files or folders, and the problems of other names."""
    seen: dict[str, str] = {}
    for part in parts:
        if part.name in BYSTANDERS or part.name == _DESCRIPTOR:
            continue
        named = table_of(Path(part.name), package, part.label)
        if isinstance(named, Problem):
            yield named
        elif named[0] in seen:
            yield second_file(part.label, seen[named[0]], part.name)
        else:
            seen[named[0]] = part.name
            yield _source(session, part, package.table(named[0]), named[1])


def _fault(file: str, expected: str, fix: str) -> Problem:
    return Problem(file, "file", "error", expected, fix)
