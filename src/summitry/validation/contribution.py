"""What a contributor gives us: folders, files or a data package, read without leaving them or running anything."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from summitry import paths, schema
from summitry.dataset import transaction
from summitry.dataset.texts import Texts
from summitry.errors import InputError, nearest
from summitry.validation.evaluate import executor
from summitry.validation.limits import LIMITS, Limits
from summitry.validation.pipeline import ACTOR_NAMES, Tables, shipped_table_files, validate_tables
from summitry.validation.readers.csv_blocks import Reader
from summitry.validation.readers.csv_file import CsvSource, read_csv
from summitry.validation.report import Problem, Report, printable, shorten
from summitry.validation.table_file import TableFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summitry.schema import Package, Table
    from summitry.validation.evaluate import Engine
    from summitry.validation.large import LargeFile
    from summitry.validation.readers.parquet_file import ParquetSource

    File = TableFile | LargeFile

FORMATS = ("csv", "parquet")
TEXTS = "seeds"
# files that may be next to the tables
BYSTANDERS = {"GUIDE.md", "README.md", TEXTS}
MOST_JSON = 10_000_000  # bytes; a descriptor is a few kilobytes


@dataclass
class Contribution:
    """What some paths hold.

    Attributes:
        table_files: the tables.
        homes: the folders that hold their texts.
        problems: what is wrong with the files themselves.
        texts: by `text_path`, the texts that sources name, as they were read to be checked.
    """

    table_files: list[File] = field(default_factory=list)
    homes: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)

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
    except (OSError, ValueError, RuntimeError):  # a name too long or not of this system, links in a circle
        pass
    return _fault(file, "file", "a regular file", "Put the table's file there; a folder or device is not read.")


def table_of(path: Path, package: Package, file: str) -> tuple[str, str] | Problem:
    """Return the table and the format from a file's name, or the problem that there is none in it."""
    suffix = path.suffix.removeprefix(".")
    if suffix in FORMATS and path.stem in package.tables:
        return path.stem, suffix
    near = nearest(shorten(path.stem), list(package.tables)) if suffix in FORMATS else None
    fix = f"Rename it to {near}.{suffix}." if near else "Remove it; only tables, texts and GUIDE.md belong here."
    known = ", ".join(package.tables)
    expected = f"a name <table>.csv or <table>.parquet, the table one of {known}"
    return _fault(file, "file", expected, fix, shorten(path.name))


def second_file(file: str, first: str, second: str) -> Problem:
    """Return the problem that a table has two files."""
    return _fault(file, "file", "one file for each table", f"Keep one of {first} and {second}.")


def _read(path: Path, home: Path, package: Package, file: str, limits: Limits) -> File | Problem:
    found = table_of(path, package, file)
    if isinstance(found, Problem):
        return found
    table, suffix = found
    try:
        return _outside(path, home, file) or _open(path, suffix, package.table(table), file, limits)
    except OSError as e:
        return _unreadable(file, e)


def _open(path: Path, suffix: str, table: Table, file: str, limits: Limits) -> File:
    """Read a file, or open a large one so that it can be read in batches."""
    source: CsvSource | ParquetSource
    if suffix == "csv":
        if path.stat().st_size <= limits.csv:
            return read_csv(path, table, file)
        source = CsvSource(table, Reader(path, file, limits.csv_batch))
    else:
        from summitry.validation.readers.parquet_file import ParquetSource

        source = ParquetSource(path, table, file, limits.parquet_batch)
        if source.rows <= limits.parquet:
            return source.table_file()
    from summitry.validation.large import LargeFile

    return LargeFile(source, limits.again)


def _unreadable(file: str, e: OSError) -> Problem:
    return _fault(file, "file", "a file that can be read", f"Let it be read; the system says: {e.strerror}.")


def _folder_files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if not p.name.startswith("."))


def _text_problems(folder: Path, label: str) -> Iterator[Problem]:
    texts = folder / TEXTS
    if texts.is_symlink() or (texts.exists() and not texts.is_dir()):
        yield _fault(f"{label}/{TEXTS}", "path", "a folder of texts", "Make it a folder inside the contribution.")
        return
    try:
        files = _folder_files(texts) if texts.is_dir() else []
    except OSError as e:
        yield _unreadable(f"{label}/{TEXTS}", e)
        return
    for path in files:
        file = _label(f"{label}/{TEXTS}/{path.name}")
        if path.suffix != ".txt" and path.name != "README.md":
            yield _fault(file, "file", "texts named <source>.txt", "Rename it or remove it.", shorten(path.name))
        elif problem := _outside(path, folder, file):
            yield problem


def read_folder(folder: Path, package: Package, limits: Limits = LIMITS) -> Contribution:
    """Read a folder with any of the tables, and perhaps `seeds/<source>.txt`."""
    label = _label(folder)
    found = Contribution(homes=[folder], problems=list(_text_problems(folder, label)))
    seen: dict[str, str] = {}
    for path in _folder_files(folder):
        if path.name in BYSTANDERS:
            continue
        file = _label(path)
        table_file = _read(path, folder, package, file, limits)
        if isinstance(table_file, Problem):
            found.problems.append(table_file)
        elif table_file.table.name in seen:
            found.problems.append(second_file(file, seen[table_file.table.name], path.name))
        else:
            seen[table_file.table.name] = path.name
            found.table_files.append(table_file)
    if not found.table_files and not found.problems:
        fix = "Put the tables there; `summitry new` makes them with their headers."
        found.problems.append(_fault(label, "file", "at least one table", fix))
    return found


def _descriptor(path: Path, file: str) -> dict[str, Any] | Problem:
    if problem := _outside(path, path.parent, file):
        return problem
    expected = "a data package descriptor: a JSON object with a list of resources"
    if path.stat().st_size > MOST_JSON:
        return _fault(file, "descriptor", expected, f"Make it smaller than {MOST_JSON} bytes.")
    try:
        given = json.loads(path.read_bytes())
    except OSError as e:
        return _unreadable(file, e)
    except (ValueError, RecursionError) as e:
        return _fault(file, "descriptor", expected, f"Correct the JSON: {shorten(e)}")
    if not isinstance(given, dict) or not isinstance(given.get("resources"), list):
        return _fault(file, "descriptor", expected, "Build it with: python scripts/build.py")
    return given


def safe_path(given: object) -> bool:
    """Say whether a path of a descriptor stays inside its folder and off the network."""
    if not isinstance(given, str) or not given or "://" in given or "\\" in given or "\0" in given:
        return False
    path = PurePosixPath(given)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]


def read_datapackage(path: Path, package: Package, limits: Limits = LIMITS) -> Iterator[Contribution]:
    """Read a whole data package, as one contribution for each format in which it gives the tables."""
    file, home = _label(path), path.parent
    given = _descriptor(path, file)
    if isinstance(given, Problem):
        yield Contribution(problems=[given])
        return
    found = {suffix: Contribution(homes=[home]) for suffix in FORMATS}
    seen: set[str] = set()
    for resource in given["resources"]:
        about = resource if isinstance(resource, dict) else {}
        where, schema_at = about.get("path"), about.get("schema")
        unsafe = [p for p in (where, schema_at) if not safe_path(p) and (p is where or isinstance(p, str))]
        if unsafe:
            expected = "paths inside the package: not absolute, no “..”, no address"
            fix = "Give the path of a file beside the descriptor."
            found["csv"].problems.append(_fault(file, "path", expected, fix, shorten(unsafe[0])))
            continue
        target = home / str(where)
        label = f"{_label(home)}/{shorten(where)}"
        table_file = _read(target, home, package, label, limits)
        if not isinstance(table_file, Problem) and target.name in seen:
            table_file = _fault(label, "file", "one file for each table", "Name the table once in the descriptor.")
        if isinstance(table_file, Problem):
            found["csv"].problems.append(table_file)
            continue
        seen.add(target.name)
        here = found[target.suffix.removeprefix(".")]
        here.table_files.append(table_file)
        here.problems += _changed_file(target, about, label)
    yield from (c for c in found.values() if c.table_files or c.problems)


def _changed_file(path: Path, resource: dict[str, Any], file: str) -> Iterator[Problem]:
    """Compare a file with the hash that the descriptor records."""
    with path.open("rb") as source:
        digest = f"sha256:{hashlib.file_digest(source, 'sha256').hexdigest()}"
    if resource.get("hash", digest) != digest:
        fix = "Build the package again, or get the file again."
        yield _fault(file, "hash", f"a file with the hash {shorten(resource['hash'])}", fix, digest)


def _validate_with_shipped(base: Path, package: Package, found: Contribution, *, quick: bool, engine: Engine) -> Report:
    """Validate a contribution together with the dataset that it is for."""
    named = _named(found) if quick or found.large else None  # all, where rows are compared
    table_files = shipped_table_files(base, package, str(paths.data(base)), named)
    return _validate(package, found, table_files, base, quick=quick, engine=engine)


def _named(found: Contribution) -> set[str]:
    """Return the tables whose rows a contribution may name, with those of names, and those whose cells it keeps."""
    named = {key.table for table_file in found.table_files for key in table_file.table.foreign_keys}
    named |= {table_file.table.name for table_file in found.table_files if table_file.absent}
    return named.union(ACTOR_NAMES) if named.intersection(ACTOR_NAMES) else named


def _validate(
    package: Package, found: Contribution, shipped: list[TableFile], *home: Path, quick: bool, engine: Engine
) -> Report:
    """Validate a contribution together with table files that ship, whose texts are in a home."""
    has_texts = any((folder / TEXTS).is_dir() for folder in home)
    texts = Texts((*found.homes, *home))
    tables = Tables(
        package,
        found.small,
        shipped,
        found.large,
        texts,
        has_texts=has_texts,
        quick=quick,
        execute=executor(engine),
    )
    report = validate_tables(tables)
    report.add(found.problems)
    found.texts = {path: content for folder in found.homes for path, content in texts.read_from(folder).items()}
    return report


def read_paths(
    given: Sequence[Path], package: Package, limits: Limits = LIMITS
) -> tuple[Contribution, list[Contribution]]:
    """Read paths: folders and files as one contribution, and each data package by itself.

    Raises:
        InputError: when a path does not exist or cannot be read.
    """
    together = Contribution()
    wholes: list[Contribution] = []
    for path in given:
        try:
            _read_path(path, package, limits, together, wholes)
        except OSError as e:
            raise InputError(f"{_label(path)} cannot be read: {e.strerror}.") from e
    return together, wholes


def _read_path(
    path: Path, package: Package, limits: Limits, together: Contribution, wholes: list[Contribution]
) -> None:
    if not path.exists():
        raise InputError(f"There is no file or folder {_label(path)!r}.")
    descriptor = path / "datapackage.json" if path.is_dir() else path
    if descriptor.name == "datapackage.json" and descriptor.is_file():
        wholes += read_datapackage(descriptor, package, limits)
    elif path.is_dir():
        folder = read_folder(path, package, limits)
        together.table_files += folder.table_files
        together.homes += folder.homes
        together.problems += folder.problems
    else:
        table_file = _read(path, path.parent, package, _label(path), limits)
        (together.problems if isinstance(table_file, Problem) else together.table_files).append(table_file)  # type: ignore[arg-type]
        together.homes.append(path.parent)


def validate_paths(
    given: Sequence[Path],
    base: Path | None = None,
    *,
    quick: bool = False,
    engine: Engine = "local",
    limits: Limits = LIMITS,
) -> Report:
    """Check contributions together with what ships, and data packages by themselves.

    Args:
        given: folders with any of the tables, single table files, or data packages.
        base: the checkout that contributions are for; by default the dataset of this installation.
        quick: whether to skip the rules that compare rows; they are always skipped for files that are too large.
        engine: what evaluates the checks of cells, keys and single rows: "local" or "pandera", which finds the same.
        limits: how much is in memory at once.

    Returns:
        Every problem of all of them.

    Raises:
        InputError: when a path does not exist or cannot be read.
        MissingExtraError: when pandera is asked for and not installed.
        DamagedFileError: when a merge or build of the checkout is unfinished.
    """
    home = base or paths.root()
    with transaction.reading(home):
        return read_and_validate(given, home, quick=quick, engine=engine, limits=limits)[1]


def read_and_validate(
    given: Sequence[Path], home: Path, *, quick: bool = False, engine: Engine = "local", limits: Limits = LIMITS
) -> tuple[Contribution, Report]:
    """Read paths, once, and check them; return folders and files as one contribution, and the report on all."""
    package = schema.read_package(paths.schemas(home))
    together, wholes = read_paths(given, package, limits)
    report = Report()
    parts = [_validate(package, whole, [], *whole.homes[:1], quick=quick, engine=engine) for whole in wholes]
    if together.table_files or together.problems:
        parts.insert(0, _validate_with_shipped(home, package, together, quick=quick, engine=engine))
    for part in parts:
        report.add(part.problems)
        report.rows |= part.rows
        report.records |= part.records
        report.skipped += [s for s in part.skipped if s not in report.skipped]
    return together, report
