"""The files derived from `data/*.csv` and `schemas/`: Parquet, descriptor, codebook, type stub, tables of README.

The CSV files themselves are rewritten in canonical form: rows sorted by key, minimal quoting.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summitry import paths, schema
from summitry.dataset import integrity, storage, transaction
from summitry.errors import InputError
from summitry.publish import codebook, descriptor, metadata, stub
from summitry.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pyarrow as pa

    from summitry.dataset.transaction import MayWrite
    from summitry.schema import Package
    from summitry.validation.report import Report

CODEBOOK = "CODEBOOK.md"
README = "README.md"


@dataclass(frozen=True)
class Built:
    """What a build did: the report that it rests on, and the files that it wrote; none when there are errors."""

    report: Report
    files: list[Path] = field(default_factory=list)


def derive(base: Path, changed: Mapping[str, bytes] | None = None) -> dict[Path, bytes]:
    """Compute every derived file of a checkout, without writing anything; CSV in `changed` counts instead of a file's.

    pandera has the last word: every table is put through its pandera schema as it would be published.

    Returns:
        The content of each file by its path, the descriptor last because it describes the others.

    Raises:
        InputError: when pandera refuses a table.
    """
    from summitry.validation.catalogue import catalogue

    package = schema.read_package(paths.schemas(base))
    derived: dict[Path, bytes] = {}
    contents: dict[tuple[str, str], bytes] = {}
    typed: dict[str, pa.Table] = {}
    for table in package.tables.values():
        source = paths.table_file(table.name, "csv", base)
        given = (changed or {}).get(table.name) or source.read_bytes()
        text = storage.csv_bytes(storage.csv_rows(given), table)
        arrow = storage.read_csv_arrow(text, table)
        typed[table.name] = arrow
        contents[table.name, "csv"] = derived[source] = text
        target = paths.table_file(table.name, "parquet", base)
        contents[table.name, "parquet"] = derived[target] = _kept(target, storage.parquet_bytes(arrow, table))
    _require_valid(package, typed)
    rows = {name: arrow.num_rows for name, arrow in typed.items()}
    readme = base / README
    derived[base / CODEBOOK] = codebook.markdown(package, catalogue(), rows, codebook.limitations(readme.read_bytes()))
    derived[readme] = codebook.readme(readme.read_bytes(), package, rows)
    derived[base / stub.PATH] = stub.content(package)
    described = descriptor.datapackage(package, contents, rows)
    for path, content in metadata.files(package, json.loads(described)["resources"]).items():
        derived[base / path] = content
    derived[paths.descriptor(base)] = described
    return derived


def _require_valid(package: Package, typed: Mapping[str, pa.Table]) -> None:
    """Put every table through its pandera schema.

    Raises:
        InputError: when a table does not pass, with the first problem.
    """
    from summitry.validation import pipeline
    from summitry.validation.reporters.wording import sentence

    report = pipeline.validate_typed(package, typed, engine="pandera")
    if not report.valid:
        first = next(p for p in report.problems if p.severity == "error")
        raise InputError(
            f"Nothing is written: pandera finds {counted(report.count('error'), 'error')} in what would be published. "
            f"The first: {first.place}: {sentence(first)} [{first.rule}]"
        )


def _kept(target: Path, content: bytes) -> bytes:
    """Return the existing Parquet file if it has the same rows, written by another version of the library.

    The bytes contain that version, but derived files must not change with it.
    """
    import pyarrow as pa
    from pyarrow import parquet

    found = target.read_bytes() if target.is_file() else content
    if found == content:
        return content
    try:
        old, new = (parquet.ParquetFile(pa.BufferReader(b)).read(use_threads=False) for b in (found, content))
        same = bool(old.equals(new, check_metadata=True)) and _writer(found) != _writer(content)
    except pa.ArrowException:
        return content
    return found if same else content


def _writer(content: bytes) -> str:
    import pyarrow as pa
    from pyarrow import parquet

    return str(parquet.ParquetFile(pa.BufferReader(content)).metadata.created_by)


def stale(base: Path) -> list[Path]:
    """Return the derived files that do not match their sources."""
    return [t for t, content in derive(base).items() if not t.is_file() or t.read_bytes() != content]


def may_write(base: Path) -> MayWrite:
    """Return a function that says of a path from the base whether a build or a merge may write that file."""
    package = schema.read_package(paths.schemas(base))
    files = (paths.table_file(name, suffix, base) for name in package.tables for suffix in paths.FORMATS)
    tables = (file.relative_to(base).as_posix() for file in files)
    known = {*tables, "datapackage.json", CODEBOOK, README, stub.PATH, *metadata.PATHS}
    patterns = [f.pattern for table in package.tables.values() for f in table.fields if f.name == "text_path"]
    return lambda path: path in known or any(re.fullmatch(pattern or "", path) for pattern in patterns)


def require_built(base: Path) -> None:
    """Refuse to go on from tables that nobody validated: they are not what the descriptor says.

    Raises:
        InputError: with the first of their files.
        DamagedFileError: when there is no descriptor.
    """
    if changed := integrity.unbuilt(base):
        more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise InputError(
            f"{changed[0]}{more}: changed and not built. {transaction.UNCHANGED} "
            f"Validate and build what was changed first: {transaction.build_command(base)}"
        )


def write(base: Path, wait: float = transaction.WAIT, notice: Callable[[str], None] = lambda _: None) -> Built:
    """Validate the tables and, when they are valid, write what is stale: all files or, when one fails, none.

    Raises:
        InputError: when another build or merge does not end in `wait` seconds, or a file cannot be written.
        DamagedFileError: when an interrupted one cannot be finished.
    """
    from summitry.validation import pipeline

    with transaction.begin(base, may_write(base), wait, notice) as replace:
        report, table_files = pipeline.read_dataset(base)
        if not report.valid:
            return Built(report)
        validated = {file.table.name: storage.csv_bytes(file.texts(), file.table) for file in table_files}
        return Built(report, replace(derive(base, validated)))
