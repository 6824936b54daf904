"""What a contributor gives us: folders, files or a data package, read without leaving them or running anything."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summitry import paths, schema
from summitry.dataset.names import NAMES
from summitry.dataset.storage import csv_bytes
from summitry.dataset.texts import MOST_BYTES, Texts
from summitry.errors import InputError
from summitry.paths import COMPRESSED, FORMATS, TABLES, TEXTS
from summitry.validation import descriptor, shipped_files
from summitry.validation.evaluate import executor
from summitry.validation.file_names import table_of
from summitry.validation.limits import LIMITS, Limits
from summitry.validation.pipeline import WITHDRAWN, Tables, validate_tables
from summitry.validation.readers.csv_file import CsvSource, read_csv
from summitry.validation.report import Problem, Problems, Report, shorten
from summitry.validation.rules import DATASET_RULES
from summitry.validation.table_file import TableFile
from summitry.words import printable, size

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from summitry.schema import Package, Table
    from summitry.validation.evaluate import Engine
    from summitry.validation.large import LargeFile
    from summitry.validation.readers.parquet_file import ParquetSource

    File = TableFile | LargeFile

# files that may be next to the tables
BYSTANDERS = {"GUIDE.md", "README.md", TEXTS}


@dataclass
class Contribution:
    """The tables and texts of some paths.

    Attributes:
        table_files: the tables.
        again: files of a data package that have one of these tables once more, in another format.
        homes: the folders that have their texts.
        problems: what is wrong with the files themselves.
        texts: by `text_path`, the texts that sources name, as they were read to be checked.
        text_files: by `text_path`, what to call each file in `seeds/` in problems.
        is_package: whether they are of a data package, which is checked by itself if it has every table.
    """

    table_files: list[File] = field(default_factory=list)
    again: list[File] = field(default_factory=list)
    homes: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    text_files: dict[str, str] = field(default_factory=dict)
    is_package: bool = False

    def add_file(self, read: File | Problem) -> bool:
        """Add a table, or why a file is none; return whether it is one."""
        if isinstance(read, Problem):
            self.problems.append(read)
            return False
        self.table_files.append(read)
        return True

    @property
    def names(self) -> set[str]:
        """The names of the tables."""
        return {file.table.name for file in self.table_files}

    @property
    def changed(self) -> set[str]:
        """The tables that it changes; a text changes what spans of a source's mentions mark."""
        return self.names | ({"sources"} if self.text_files else set())

    @property
    def unread(self) -> frozenset[str]:
        """The names of the tables of which a file is not read."""
        return frozenset(p.table for p in self.problems if p.table)

    @property
    def small(self) -> list[TableFile]:
        """The files that are read as a whole."""
        return [s for s in self.table_files if isinstance(s, TableFile)]

    @property
    def large(self) -> list[LargeFile]:
        """The files that are too large for that."""
        return [s for s in self.table_files if not isinstance(s, TableFile)]


def _fault(file: str, rule: str, expected: str, fix: str, value: str | None = None) -> Problem:
    return Problem(file, rule, "error", expected, fix, value=value)


def _label(path: Path | str) -> str:
    """Return a path as reports show it: what cannot be printed is escaped."""
    return printable(str(path))


def _outside(path: Path, home: Path, file: str) -> Problem | None:
    """Return a problem when a path leads, by a link, out of its folder, or is no regular file."""
    try:
        if not path.resolve().is_relative_to(home.resolve()):
            return _fault(file, "path", "a file inside the folder", "Copy the file itself; a link out is not followed.")
        if path.is_file():
            return None
        if not os.path.lexists(path):
            fix = "Put it there, or remove the resource."
            return _fault(file, "file", "the file that datapackage.json names; there is none", fix)
    except (OSError, ValueError, RuntimeError):  # a name too long or not of this system, links in a circle
        pass
    fix = "Put the file itself there, not a link." if path.is_symlink() else "Put a file there, not a folder or device."
    return _fault(file, "file", "a regular file", fix)


def _too_large(path: Path, file: str, most: int) -> Problem | None:
    """Return a problem when a file is larger than what is read."""
    if path.stat().st_size <= most:
        return None
    fix = "Split it, or, if it is a table, raise the limit with --max-size; it was not read."
    return _fault(file, "file", f"at most {size(most)}", fix, size(path.stat().st_size))


def second_file(file: str, table: str, first: str, second: str) -> Problem:
    """Return the problem that a table has two files."""
    return replace(_fault(file, "file", "one file for each table", f"Keep one of {first} and {second}."), table=table)


def _read(
    path: Path, home: Path, package: Package, file: str, limits: Limits, table: str | None = None
) -> File | Problem:
    """Read a file, or say why it is none of a table; the table may be named elsewhere than in the file's name."""
    named = path if table is None else path.with_name(f"{table}{''.join(path.suffixes[-2:])}")
    found = table_of(named, package, file, (*FORMATS, COMPRESSED))
    if isinstance(found, Problem):
        return found
    name, suffix = found
    try:
        outside = _outside(path, home, file) or _too_large(path, file, limits.bytes)
        found_file = outside or _open(path, suffix, package.table(name), file, limits)
    except OSError as e:
        found_file = _unreadable(file, e)
    if isinstance(found_file, Problem):
        return replace(found_file, table=name)
    if isinstance(found_file, TableFile):
        found_file.path = path
    return found_file


def _open(path: Path, suffix: str, table: Table, file: str, limits: Limits) -> File | Problem:
    """Read a file, or open a large one so that it can be read in batches."""
    source: CsvSource | ParquetSource
    if suffix == COMPRESSED:
        return _unpacked(path, table, file, limits)
    if suffix == "csv":
        if path.stat().st_size <= limits.csv:
            return read_csv(path, table, file)
        source = CsvSource(path, table, file, limits.csv_batch)
    else:
        from summitry.validation.readers.parquet_file import ParquetSource

        source = ParquetSource(path, table, file, limits.parquet_batch, limits.opening)
        if source.rows > limits.rows:
            fix = "Split it, or raise the limit with --max-rows; its rows were not read."
            return _fault(file, "file", f"at most {limits.rows:,} rows", fix, f"{source.rows:,} rows")
        if source.rows <= limits.parquet:
            return source.whole()
    from summitry.validation.large import LargeFile

    return LargeFile(source, limits.again)


def _unpacked(path: Path, table: Table, file: str, limits: Limits) -> File | Problem:
    """Read a compressed CSV file, of which no more is unpacked than is read as a whole."""
    expected, unpack = "a CSV file that gzip has compressed", "Unpack it with: gunzip"
    try:
        with gzip.open(path) as source:
            content = source.read(limits.csv + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as e:
        fix = f"Name it {table.name}.csv if it is not compressed; else write it again. Reading it says: {shorten(e)}"
        return _fault(file, "file", expected, fix)
    if len(content) > limits.csv:
        return _fault(file, "file", f"{expected}, of at most {limits.csv} bytes when it is unpacked", unpack)
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / f"{table.name}.csv"
        unpacked.write_bytes(content)
        return read_csv(unpacked, table, file)


def _unreadable(file: str, e: OSError) -> Problem:
    return _fault(file, "file", "a file that can be read", f"Let it be read; the system says: {e.strerror}.")


def _folder_files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if not p.name.startswith("."))


def _add_texts(found: Contribution, folder: Path) -> None:
    """Note the files of `seeds/`, and what is wrong with them."""
    label, texts = f"{_label(folder)}/{TEXTS}", folder / TEXTS
    if texts.is_symlink() or (texts.exists() and not texts.is_dir()):
        found.problems.append(_fault(label, "path", "a folder of texts", "Make it a folder inside the contribution."))
    elif texts.is_dir():
        try:
            files = _folder_files(texts)
        except OSError as e:
            found.problems.append(_unreadable(label, e))
        else:
            for path in files:
                _add_text(found, path, folder)


def _add_text(found: Contribution, path: Path, folder: Path) -> None:
    file = _label(path)
    if path.suffix != ".txt" and path.name != "README.md":
        expected = "texts named <source>.txt"
        found.problems.append(_fault(file, "file", expected, "Rename it or remove it.", shorten(path.name)))
    elif problem := _outside(path, folder, file) or _too_large(path, file, MOST_BYTES):
        found.problems.append(problem)
    elif path.suffix == ".txt" and (first := found.text_files.setdefault(f"{TEXTS}/{path.name}", file)) != file:
        expected = f"a name that no other text has; {first} is given, too"
        found.problems.append(_fault(file, "text", expected, "Keep one of the two, or rename one.", shorten(path.name)))


def read_folder(folder: Path, package: Package, limits: Limits, found: Contribution) -> None:
    """Add the tables of a folder, any of them, and perhaps `seeds/<source>.txt`, to a contribution."""
    found.homes.append(folder)
    before = len(found.problems)
    _add_texts(found, folder)
    seen: dict[str, str] = {}
    for path in _folder_files(folder):
        if path.name in BYSTANDERS:
            continue
        file = _label(path)
        read = _read(path, folder, package, file, limits)
        if not isinstance(read, Problem) and (first := seen.setdefault(read.table.name, path.name)) != path.name:
            read = second_file(file, read.table.name, first, path.name)
        found.add_file(read)
    if not seen and all(p.severity == "warning" for p in found.problems[before:]):
        fix = "Put the tables there; `summitry new` makes them with their headers."
        found.problems.append(_fault(_label(folder), "file", "at least one table", fix))


def _descriptor(path: Path, file: str) -> dict[str, Any] | Problem:
    if problem := _outside(path, path.parent, file):
        return problem
    try:
        return descriptor.read(path, file)
    except OSError as e:
        return _unreadable(file, e)


def read_datapackage(path: Path, package: Package, limits: Limits) -> Contribution:
    """Read a whole data package; of a table that it has in two formats, the CSV file has the places of cells."""
    file = _label(path)
    given = _descriptor(path, file)
    if isinstance(given, Problem):
        return Contribution(problems=[given])
    if len(given["resources"]) > limits.resources:
        expected = f"at most {limits.resources:,} resources"
        fix = f"Name each table once; none of the {len(given['resources']):,} resources was checked."
        return Contribution(problems=[_fault(file, "descriptor", expected, fix)])
    read = _DataPackage(path, package, limits)
    resources = [resource if isinstance(resource, dict) else {} for resource in given["resources"]]
    for resource in sorted(resources, key=lambda r: str(descriptor.path_of(r)).endswith(".parquet")):
        read.add_resource(resource)
    read.add_unnamed()
    _add_texts(read.found, read.home)
    if not (read.found.table_files or read.found.problems):
        fix = "Name the tables among the resources, each with its path."
        read.found.problems.append(_fault(file, "descriptor", "at least one table", fix))
    return read.found


class _DataPackage:
    """The tables of a data package, and the files that its descriptor names, by name."""

    def __init__(self, path: Path, package: Package, limits: Limits) -> None:
        self.file, self.home, self.package, self.limits = _label(path), path.parent, package, limits
        self.found = Contribution(homes=[self.home], is_package=True)
        self.named: dict[str, Path] = {}
        self.problems = self.found.problems

    def add_resource(self, resource: dict[str, Any]) -> None:
        """Add the table of a resource, or what is wrong with it."""
        where, schema_at = descriptor.path_of(resource), resource.get("schema")
        names = (str(where).rpartition("/")[2].partition(".")[0], str(resource.get("name")))
        table = next((name for name in names if name in self.package.tables), None)
        odd = [replace(p, table=table) for p in descriptor.unsupported(resource, self.home, self.file)]
        self.problems += odd
        needed = [] if odd and not isinstance(where, str) else [where]
        named = [*needed, *([schema_at] if isinstance(schema_at, str) else [])]
        if unsafe := [p for p in named if not descriptor.is_safe(p)]:
            expected = f"{descriptor.of(resource)}paths inside the package: not absolute, no “..”, no address"
            fix = "Give the path of a file beside the descriptor."
            self.problems.append(replace(_fault(self.file, "path", expected, fix, shorten(unsafe[0])), table=table))
        if not descriptor.is_safe(where):
            return
        target, label = self.home / str(where), f"{_label(self.home)}/{shorten(where)}"
        if target.name in self.named:
            fix = "Name the table once in the descriptor."
            self.problems.append(_fault(label, "file", "one file for each table", fix))
            return
        self.named[target.name] = target
        if not odd and self._add_file(target, label, table):
            self.problems += descriptor.changed(target, resource, label)

    def _add_file(self, path: Path, label: str, table: str | None = None) -> bool:
        """Add a table, or why it is none; return whether it is a table."""
        read = _read(path, self.home, self.package, label, self.limits, table)
        if isinstance(read, Problem) or read.table.name not in self.found.names:
            return self.found.add_file(read)
        self.found.again.append(read)
        return True

    def add_unnamed(self) -> None:
        """Check the tables in the folders of the package that its descriptor does not name."""
        named = set(self.named.values())
        folders = {self.home, self.home / "data", *(path.parent for path in named)}
        for folder in sorted(folder for folder in folders if _is_inside(folder, self.home)):
            for path in _folder_files(folder):
                if path.name.lower().endswith(TABLES) and path not in named:
                    fix = "Name it among the resources, or remove it; it was checked all the same."
                    self.problems.append(_fault(_label(path), "descriptor", "a table that datapackage.json names", fix))
                    self._add_file(path, _label(path))


def _is_inside(folder: Path, home: Path) -> bool:
    inside = Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(home))
    return inside and os.path.isdir(folder)  # noqa: PTH112 - Path.is_dir() raises an error for a name that is too long


@dataclass(frozen=True)
class Options:
    """How contributions are checked.

    Attributes:
        quick: whether to skip the rules that compare rows; they are always skipped for files that are too large.
        engine: what evaluates the checks of cells, keys and single rows: "local" or "pandera", which finds the same.
        limits: how much is in memory at once.
        alone: whether a data package that has every table is checked by itself, and not together with what ships.
    """

    quick: bool = False
    engine: Engine = "local"
    limits: Limits = LIMITS
    alone: bool = True


def _validate_with_shipped(base: Path, package: Package, found: Contribution, options: Options) -> Report:
    """Validate a contribution together with the dataset that it is for."""
    compared = not options.quick and not found.large
    needed = _named(found) | (_compared(package, found) if compared else set())
    return _validate(package, found, shipped_files.read_built(base, package, needed), [base], options, found.changed)


def _named(found: Contribution) -> set[str]:
    """Return the tables whose rows a contribution may name, with those of names, and those whose cells it keeps."""
    named = {WITHDRAWN} | {key.table for table_file in found.table_files for key in table_file.table.foreign_keys}
    named |= {table_file.table.name for table_file in found.table_files if table_file.absent}
    return named | {of for table in named for of, _, _ in NAMES.get(table, ())}


def _compared(package: Package, found: Contribution) -> set[str]:
    """Return the tables with whose rows those of a contribution are compared."""
    if WITHDRAWN in found.changed:  # its rows may name any table
        return set(package.tables)
    return found.changed.union(*(rule.reads for rule in DATASET_RULES if rule.concerns(found.changed)))


def _validate(
    package: Package,
    found: Contribution,
    shipped: list[TableFile],
    homes: Sequence[Path],
    options: Options,
    changed: Collection[str] | None = None,
) -> Report:
    """Validate a contribution together with table files that ship, whose texts are in the homes."""
    texts = Texts((*found.homes, *homes))
    tables = Tables(
        package,
        found.small,
        shipped,
        found.large,
        found.unread,
        texts,
        has_texts=any((folder / TEXTS).is_dir() for folder in homes),
        changed=changed,
        quick=options.quick,
        execute=executor(options.engine),
        limits=options.limits,
    )
    report = validate_tables(tables)
    report.add(found.problems)
    if not options.quick and not found.large:
        report.add(list(_unnamed_texts(found, shipped, report)))
    found.texts = {path: content for folder in found.homes for path, content in texts.read_from(folder).items()}
    return report


def _unnamed_texts(found: Contribution, shipped: list[TableFile], report: Report) -> Iterator[Problem]:
    """Yield a problem for each text that is no source's, so that nobody checks it, or reads it."""
    sources = [file for file in (*found.small, *shipped) if file.table.name == "sources"]
    if any(file.broken or "text_path" in file.absent for file in sources):
        return  # it may be named in a row that could not be read
    if any(p.table == "sources" and p.field == "text_path" for p in report.problems):
        return  # it may be what is meant there
    named = {text_path for file in sources for text_path in file.frame["text_path"]}
    for text_path, file in found.text_files.items():
        if text_path not in named:
            fix = "Add the source to sources.csv, or remove the text."
            yield _fault(file, "text", f"a source with the text_path {shorten(text_path)}", fix)


def read_paths(given: Sequence[Path], package: Package, limits: Limits = LIMITS) -> list[Contribution]:
    """Read paths: folders and files as one contribution, which comes first, and each data package by itself.

    Raises:
        InputError: when a path does not exist or cannot be read.
    """
    together = Contribution()
    wholes: list[Contribution] = []
    places = {os.path.realpath(path): path for path in reversed(given)}  # resolve() fails for links in a circle
    for place, path in reversed(places.items()):
        if os.path.dirname(place) in places and path.is_file():  # noqa: PTH120 - of a real path
            continue  # it is read with its folder
        try:
            _read_path(path, package, limits, together, wholes)
        except OSError as e:
            raise InputError(f"{_label(path)} cannot be read: {e.strerror}.") from e
    if not (together.table_files or wholes) and all(p.severity == "warning" for p in together.problems):
        fix = "Give a table, or the folder of one; nothing was checked."
        together.problems += [_fault(_label(path), "file", "at least one table", fix) for path in given[:1]]
    return [together, *wholes]


def _read_path(
    path: Path, package: Package, limits: Limits, together: Contribution, wholes: list[Contribution]
) -> None:
    if not path.exists():
        raise InputError(f"There is no file or folder {_label(path)!r}.")
    about = path / "datapackage.json" if path.is_dir() else path
    if about.name == "datapackage.json" and about.is_file():
        wholes.append(read_datapackage(about, package, limits))
    elif path.is_dir():
        is_release = (path / "schemas").is_dir() and (path / "data").is_dir()  # an archive that was unpacked
        read_folder(path / "data" if is_release else path, package, limits, together)
    else:
        together.add_file(_read(path, path.parent, package, _label(path), limits))
        together.homes.append(path.parent)


def read_and_validate(given: Sequence[Path], home: Path, options: Options) -> tuple[list[Contribution], Report]:
    """Read paths, once, and check them; return what was read, and the report on it.

    Raises:
        ChildNeeded: when there is a Parquet file, and the limits do not allow to open it here.
    """
    package = schema.read_package(paths.schemas(home))
    read = read_paths(given, package, options.limits)
    return read, validate_read(read, package, home, options)


def validate_read(given: Sequence[Contribution], package: Package, home: Path, options: Options) -> Report:
    """Check what was read together with what ships, and a data package that has every table by itself."""
    report = Report(Problems(most=options.limits.problems))
    for found in given:
        if not found.table_files and not found.problems:
            continue
        if found.is_package and options.alone and package.tables.keys() <= found.names:
            part = _validate(package, found, [], found.homes[:1], options)
        else:
            part = _validate_with_shipped(home, package, found, options)
        report.add(part.problems)
        report.rows |= part.rows
        report.records |= part.records
        report.changes.add(part.changes)
        report.skipped += [s for s in part.skipped if s not in report.skipped]
        report.add(p for file in found.again if isinstance(file, TableFile) for p in file.problems)
    if report.valid:
        report.add(list(_differing(given, report)))
    return report


def _differing(given: Sequence[Contribution], report: Report) -> Iterator[Problem]:
    """Yield a problem for each table that a data package has in two formats, with other rows in each."""
    for whole in given:
        first = {file.table.name: file for file in whole.table_files}
        for file in whole.again:
            other = first[file.table.name]
            if not (isinstance(file, TableFile) and isinstance(other, TableFile)):
                report.skipped.append(f"{file.file}: too large to be compared with {other.file}")
            elif len({csv_bytes(f.texts(), f.table) for f in (other, file)}) > 1:
                yield _fault(file.file, "file", f"the same rows as in {other.file}", "Keep one of the two files.")
