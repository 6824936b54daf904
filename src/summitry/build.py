"""What is derived from `data/*.csv` and `schemas/`: Parquet, descriptor, codebook, type stub, README's table.

The CSV files themselves are put into their one form: rows sorted by key, minimal quoting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import codebook, descriptor, loaders, paths, schema, storage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def derive(base: Path, changed: Mapping[str, bytes] | None = None) -> dict[Path, bytes]:
    """Compute every derived file of a checkout, without writing anything.

    Args:
        base: the checkout; its CSV files are taken to be valid.
        changed: by table, CSV to use instead of the file.

    Returns:
        The content of each file by its path, the descriptor last because it describes the others.
    """
    from summitry.rules import catalogue

    package = schema.read_package(paths.schemas(base))
    derived: dict[Path, bytes] = {}
    files: dict[tuple[str, str], bytes] = {}
    rows: dict[str, int] = {}
    for table in package.tables.values():
        source = paths.table_file(table.name, "csv", base)
        given = (changed or {}).get(table.name) or source.read_bytes()
        text = storage.csv_bytes(storage.csv_rows(given), table)
        arrow = storage.read_csv_arrow(text, table)
        rows[table.name] = arrow.num_rows
        files[table.name, "csv"] = derived[source] = text
        files[table.name, "parquet"] = storage.parquet_bytes(arrow, table)
        derived[paths.table_file(table.name, "parquet", base)] = files[table.name, "parquet"]
    derived[base / "CODEBOOK.md"] = codebook.markdown(package, catalogue(), rows)
    readme = base / "README.md"
    derived[readme] = codebook.readme(readme.read_bytes(), package, rows)
    derived[base / "src" / "summitry" / "loaders.pyi"] = loaders.stub(package)
    derived[paths.descriptor(base)] = descriptor.datapackage(package, files, rows)
    return derived


def _same(target: Path, content: bytes) -> bool:
    """Say whether a file is up to date; Parquet by its rows, since bytes carry the writer's version."""
    if not target.is_file():
        return False
    found = target.read_bytes()
    if found == content or target.suffix != ".parquet":
        return found == content
    import pyarrow as pa
    from pyarrow import parquet

    try:
        old, new = (parquet.ParquetFile(pa.BufferReader(b)).read(use_threads=False) for b in (found, content))
    except pa.ArrowException:
        return False
    return bool(old.equals(new, check_metadata=True)) and _writer(found) != _writer(content)


def _writer(content: bytes) -> str:
    import pyarrow as pa
    from pyarrow import parquet

    return str(parquet.ParquetFile(pa.BufferReader(content)).metadata.created_by)


def stale(base: Path) -> list[Path]:
    """Return the derived files that are not what the sources say they should be."""
    return [target for target, content in derive(base).items() if not _same(target, content)]


def write(base: Path) -> list[Path]:
    """Write what is stale: all files or, when one fails, none; a reader never sees half a file.

    Returns:
        The files that were written.
    """
    storage.recover(base)
    return storage.replace_files(base, derive(base))
