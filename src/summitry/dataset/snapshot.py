"""A version of the dataset, read from a checkout, a folder of tables, a single file or a package.

Cells are text in canonical form, so CSV and Parquet files of the same rows are equal.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
import re
import shlex
import zipfile
import zlib
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from summitry import paths, schema, words
from summitry.dataset import own_process, transaction
from summitry.dataset.own_process import EndedProcessError
from summitry.errors import InputError, SchemaError
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from summitry.schema import Table

    Files = Mapping[str, Callable[[], bytes]]

VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
ABOUT = "schemas/package.json"
PACKAGES = (".whl", ".zip")
SEE = "See what is wrong with: summitry validate"
MOST_BYTES = 500_000_000  # of the tables of a version, unpacked
MOST_CELLS = 10_000_000  # of a table
_NO_TIME = "( 00:00:00)?([.]0+)?Z?$"  # what says nothing at the end of a timestamp as Arrow writes it
FILE, FOLDER, PACKAGE = range(3)  # how much a snapshot claims to hold: one table, some tables, the dataset


@dataclass(frozen=True)
class Contents:
    """One table of a snapshot.

    Attributes:
        table: its schema.
        rows: its cells as text, an empty cell as an empty text, in the order of the file.
        assumed: True if the files have no schema and the installed one is used.
        where: what to call its file in messages.
    """

    table: Table
    rows: pd.DataFrame
    assumed: bool = False
    where: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A version of the dataset, or a part of it.

    Attributes:
        label: its name in messages.
        tables: its tables by name, in order.
        scope: FILE, FOLDER or PACKAGE; only in a package does a missing table mean that it was removed.
        version: empty if unknown.
        ignored: files that are not tables.
    """

    label: str
    tables: Mapping[str, Contents] = field(default_factory=dict)
    scope: int = PACKAGE
    version: str = ""
    ignored: tuple[str, ...] = ()


def read(source: str | Path, releases: Path | None = None, table: str | None = None) -> Snapshot:
    """Read a snapshot.

    Args:
        source: a checkout, a folder of tables, a CSV or Parquet file, a wheel, a zip file of a checkout, or a
            version such as "0.1.0".
        releases: where to find a version: a folder with folders `<version>` or packages.
        table: the table of a single file, if its name is not the table's.

    Raises:
        InputError: when it cannot be read; the message says what to do.
        DamagedFileError: when it is a checkout in which a merge or build is unfinished, or ends meanwhile.
    """
    path = Path(source)
    if not path.exists():
        path = _release(str(source), releases)
    if path.name == paths.descriptor().name:
        path = path.parent
    if path.is_dir():
        with transaction.reading(path):
            return _from_files(_folder(path), str(source), FOLDER)
    if path.name.endswith(PACKAGES):
        try:
            return _from_files(_members(_content(path)), str(source), FOLDER)
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError) as e:
            raise InputError(f"{source} cannot be read: {e}. Get the file again.") from e
    suffix = next((suffix for suffix in paths.TABLES if path.name.endswith(suffix)), None)
    if suffix is None:
        raise InputError(
            f"{source} is not a table or a package. Give a folder, or a file: {', '.join((*paths.TABLES, *PACKAGES))}."
        )
    name = table or path.name.removesuffix(suffix)
    where = str(source)
    arrow = _arrow({where: _content(path)})[where]
    found = _contents(arrow, where, schema.package().tables.get(name))
    if found is None:
        known = ", ".join(schema.package().tables)
        raise InputError(f"Which table is {source}? Name it with --table, or name the file after one of {known}.")
    return Snapshot(str(source), {found.table.name: found}, FILE)


def from_frames(frames: Mapping[str, pd.DataFrame]) -> Snapshot:
    """Return frames, by the names of their tables, as a snapshot.

    Raises:
        UnknownNameError: for a table that does not exist.
        InputError: for what is no frame, a frame without the key of its table, or with a column twice or lists in it.
    """
    from summitry.dataset.frames import as_arrow

    tables = {}
    for name, frame in frames.items():
        table = schema.package().table(name)
        arrow = as_arrow(frame, table)
        _require_cells(arrow, table)
        tables[name] = Contents(table, _texts(arrow, table), assumed=True, where=f"the frame of {name}")
    return Snapshot("frames", tables, FOLDER)


def _require_cells(arrow: pa.Table, table: Table) -> None:
    """Refuse a frame without the key of its table, with a column twice, or with lists in cells."""
    import pyarrow as pa

    columns = arrow.column_names
    for f in arrow.schema:
        if pa.types.is_nested(f.type):
            raise InputError(f"The frame of {table.name} has no single values in {f.name}, but {f.type}.")
    if len(set(columns)) < len(columns) or not set(table.primary_key) <= set(columns):
        raise InputError(
            f"The frame of {table.name} has the columns {', '.join(columns)}. Give each once, and those of the key: "
            f"{', '.join(table.primary_key)}."
        )


def _release(version: str, releases: Path | None) -> Path:
    """Return the folder or the package of a version."""
    if not VERSION.fullmatch(version):
        raise InputError(f"There is no file or folder {version!r}.")
    if version == schema.package().version and releases is None:
        return paths.root()
    homes = [releases] if releases else [Path("releases"), paths.root() / "releases"]
    names = [version, *(f"summitry-{version}{end}" for end in ("-py3-none-any.whl", *PACKAGES))]
    for file in (home / name for home in homes for name in names):
        if file.exists():
            return file
    raise InputError(
        f"There is no version {version} in {homes[0]}: no folder {version}, no wheel and no zip. Put one there, such "
        f"as with: pip download --no-deps --dest {shlex.quote(str(homes[0]))} summitry=={version}"
    )


def _folder(path: Path) -> Files:
    """Return the files of a folder that may be tables and schemas; schemas may also be next to `data/`."""
    beside = path.name == "data" and (path.parent / ABOUT).is_file() and not (path / ABOUT).is_file()
    home, found = path.parent if beside else path, {}
    transaction.require_finished(home)
    for pattern in (*(f"{at}*{suffix}" for at in ("", "data/") for suffix in paths.TABLES), "schemas/*.json"):
        _require_inside((home / pattern).parent, home)
        for file in sorted(home.glob(pattern)):
            found[file.relative_to(home).as_posix()] = partial(_content, file, home)
    return found


def _content(file: Path, home: Path | None = None) -> bytes:
    """Read a file, which may be any that somebody sent.

    Raises:
        InputError: when it is no regular file, leads by a link out of its folder, or is too large.
    """
    if home:
        _require_inside(file, home)
    if not file.is_file():
        raise InputError(f"{file} is not a regular file. Give a file or a folder.")
    _require_small(file, file.stat().st_size)
    return file.read_bytes()


def _require_inside(path: Path, home: Path) -> None:
    """Refuse a file or folder to which a link leads out of its home."""
    if not path.resolve().is_relative_to(home.resolve()):
        raise InputError(f"{path} is a link out of its folder. Put the file itself there.")


def _require_small(file: object, size: int) -> None:
    """Refuse what would not fit into memory beside what it is compared with."""
    if size > MOST_BYTES:
        raise InputError(f"{file} is larger than {words.size(MOST_BYTES)}, the most that can be compared. Split it.")


def _members(content: bytes) -> Files:
    """Return the files of a package, as paths from where its schemas or, without any, its tables are."""
    packed = zipfile.ZipFile(io.BytesIO(content))  # members are read later, from memory
    found = {file.filename: partial(_member, packed, file) for file in packed.infolist() if not file.is_dir()}
    homes = sorted((name.removesuffix(ABOUT) for name in found if f"/{name}".endswith(f"/{ABOUT}")), key=len)
    home = homes[0] if homes else ""
    return {name.removeprefix(home): read for name, read in found.items() if name.startswith(home)}


def _member(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    _require_small(member.filename, member.file_size)
    return packed.read(member)


def _from_files(files: Files, label: str, scope: int) -> Snapshot:
    """Make a snapshot from files by their paths."""
    own, about = _schemas(files, label)
    tables, ignored = {}, []
    for where, (name, arrow) in _read_tables(files, own, label).items():
        table = own.get(name) or schema.package().tables.get(name)
        found = _contents(arrow, where, table, assumed=name not in own, by_header=False)
        if found:
            tables[name] = found
        else:
            ignored.append(where.removeprefix(f"{label}: "))
    if not tables:
        raise InputError(f"{label} has no tables. Tables are files <table>.csv or <table>.parquet, or in data/.")
    order = [n for n in (own or schema.package().tables) if n in tables]
    ordered = {n: tables[n] for n in [*order, *(n for n in tables if n not in order)]}
    return Snapshot(label, ordered, PACKAGE if own else scope, str(about.get("version", "")), tuple(ignored))


def _schemas(files: Files, label: str) -> tuple[dict[str, Table], dict[str, object]]:
    if ABOUT not in files:
        return {}, {}
    try:
        about = json.loads(files[ABOUT]())
        own = {n: schema.parse_table(json.loads(files[f"schemas/{n}.json"]()), n) for n in about["tables"]}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, SchemaError) as e:
        hint = "Correct its schemas; if it is newer than this installation: pip install --upgrade summitry"
        raise InputError(f"{label}: the schemas cannot be read: {e}. {hint}") from e
    return own, about


def _read_tables(files: Files, own: Mapping[str, Table], label: str) -> dict[str, tuple[str, pa.Table]]:
    """Return the name and the cells of each table, by what to call its file in messages: of two files, the CSV.

    A dataset keeps its tables in `data/`.
    """
    found: dict[str, str] = {}
    contents, size = {}, 0
    for suffix in paths.TABLES:
        for path, read_file in zip(map(PurePosixPath, files), files.values(), strict=True):
            there = path.parts[:-1] == ("data",) or (len(path.parts) == 1 and not own)
            name = path.name.removesuffix(suffix)
            if there and name not in (*found, path.name):
                found[name] = where = f"{label}: {path.name}"
                contents[where] = read_file()
                size += len(contents[where])
                _require_small(label, size)
    arrow = _arrow(contents)
    return {where: (name, arrow[where]) for name, where in found.items()}


def _arrow(contents: Mapping[str, bytes]) -> dict[str, pa.Table]:
    """Return the cells of CSV and Parquet files as text, by what to call the files in messages."""
    binary = {where: content for where, content in contents.items() if where.endswith(".parquet")}
    parquet = dict(_from_parquet(binary))
    return {w: parquet[w] if w in parquet else _read(_read_csv, content, w) for w, content in contents.items()}


def _from_parquet(contents: Mapping[str, bytes]) -> Iterator[tuple[str, pa.Table]]:
    """Read Parquet files, which somebody may have sent, in a process of their own: some end the one that reads them."""
    found = own_process.messages(_send_parquet, contents) if contents else iter(())
    for where in contents:
        try:
            yield where, next(found)
        except EndedProcessError as e:
            raise InputError(f"{where} cannot be read: it has ended the process that read it by {e}. {SEE}") from e


def _send_parquet(send: Callable[[pa.Table], None], contents: Mapping[str, bytes]) -> None:
    for where, content in contents.items():
        send(_read(_read_parquet, content, where))


def _read(read_content: Callable[[bytes, str], pa.Table], content: bytes, where: str) -> pa.Table:
    """Read a file, or say that it cannot be read."""
    import pyarrow as pa

    try:
        arrow = read_content(content, where)
    except (pa.ArrowException, OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error, MemoryError) as e:
        why = f"it takes more than {words.size(own_process.MEMORY)} of memory" if isinstance(e, MemoryError) else e
        raise InputError(f"{where} cannot be read: {why}. {SEE}") from e
    if arrow.num_rows * arrow.num_columns > MOST_CELLS:
        raise InputError(f"{where} has more than {MOST_CELLS:,} cells, the most that can be compared. Split it.")
    return arrow


def _contents(
    arrow: pa.Table, where: str, table: Table | None, *, assumed: bool = True, by_header: bool = True
) -> Contents | None:
    """Make the contents of one table from its cells; None if it is unknown which it is."""
    carried = (arrow.schema.metadata or {}).get(types.TABLE_SCHEMA)
    if carried and assumed:
        table, assumed = _carried(carried, where), False
    if table is None and by_header:
        table = next((t for t in schema.package().tables.values() if t.names == arrow.column_names), None)
    if table is None:
        return None
    lacking = [n for n in table.primary_key if n not in arrow.column_names]
    if lacking:
        raise InputError(f"{where} lacks the column {lacking[0]}, a key of {table.name}. Add it.")
    return Contents(table, _texts(arrow, table), assumed, where)


def _carried(raw: bytes, where: str) -> Table:
    """Return the schema that a Parquet file carries."""
    try:
        return schema.parse_table(json.loads(raw))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, SchemaError) as e:
        raise InputError(f"{where}: the schema in its metadata cannot be read: {e}. Write the file again.") from e


def _read_csv(content: bytes, where: str) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    if where.endswith(".gz"):
        with gzip.open(io.BytesIO(content)) as packed:
            content = packed.read(MOST_BYTES + 1)
        _require_small(where, len(content))
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    header = next(lines, [])
    _require_names(header, where)
    deque(lines, 0)  # Arrow takes what follows a closing quotation mark for a part of the cell
    parsing = arrow_csv.ParseOptions(newlines_in_values=True)
    text = arrow_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()))
    return arrow_csv.read_csv(pa.BufferReader(content), parse_options=parsing, convert_options=text)


def _read_parquet(content: bytes, where: str) -> pa.Table:
    """Read a file, of which a few bytes may stand for many: part by part, until it is too large."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    with ParquetFile(pa.BufferReader(content)) as file:
        _require_names(file.schema_arrow.names, where)
        columns = pa.schema([(name, pa.string()) for name in file.schema_arrow.names], file.schema_arrow.metadata)
        parts, size = [], 0
        for batch in file.iter_batches():
            parts.append(pa.record_batch([_as_text(column) for column in batch.columns], schema=columns))
            size += parts[-1].nbytes
            _require_small(where, size)
        return pa.Table.from_batches(parts, columns)


def _require_names(header: Sequence[str], where: str) -> None:
    """Refuse a table without columns, or with two of one name."""
    repeated = sorted({n for n in header if header.count(n) > 1})
    if not header or repeated:
        raise InputError(f"{where} has {f'two columns {repeated[0]!r}' if repeated else 'no header'}. Correct it.")


def _texts(arrow: pa.Table, table: Table) -> pd.DataFrame:
    """Return columns as the text of their cells in CSV."""
    import pandas as pd

    texts = {n: _as_text(arrow.column(n)).to_pandas().astype(types.text()).fillna("") for n in arrow.column_names}
    numbers = {f.name: texts[f.name].map(_number) for f in table.fields if f.type == "number" and f.name in texts}
    return pd.DataFrame(texts | numbers, columns=arrow.column_names)


def _as_text(column: Any) -> Any:
    """Return an array of Arrow as texts, of a timestamp at midnight its day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    text = column.cast(pa.string())
    return pc.replace_substring_regex(text, _NO_TIME, "") if pa.types.is_timestamp(column.type) else text


def _number(text: str) -> str:
    """Return a number in the shortest form that says the same, so that 48.50 is 48.5."""
    try:
        return repr(float(text)).removesuffix(".0")
    except ValueError:
        return text
