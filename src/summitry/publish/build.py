"""What is derived from `data/*.csv` and `schemas/`: Parquet, descriptor, codebook, type stub, README's table.

The CSV files themselves are put into their one form: rows sorted by key, minimal quoting.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from summitry import paths, schema
from summitry.dataset import loaders, storage
from summitry.publish import codebook, descriptor, metadata

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
    from summitry.validation.rules.catalogue import catalogue

    package = schema.read_package(paths.schemas(base))
    derived: dict[Path, bytes] = {}
    contents: dict[tuple[str, str], bytes] = {}
    rows: dict[str, int] = {}
    for table in package.tables.values():
        source = paths.table_file(table.name, "csv", base)
        given = (changed or {}).get(table.name) or source.read_bytes()
        text = storage.csv_bytes(storage.csv_rows(given), table)
        arrow = storage.read_csv_arrow(text, table)
        rows[table.name] = arrow.num_rows
        contents[table.name, "csv"] = derived[source] = text
        target = paths.table_file(table.name, "parquet", base)
        contents[table.name, "parquet"] = derived[target] = _kept(target, storage.parquet_bytes(arrow, table))
    readme = base / "README.md"
    derived[base / "CODEBOOK.md"] = codebook.markdown(package, catalogue(), rows, codebook.worth(readme.read_bytes()))
    derived[readme] = codebook.readme(readme.read_bytes(), package, rows)
    derived[base / "src" / "summitry" / "dataset" / "loaders.pyi"] = loaders.stub(package)
    described = descriptor.datapackage(package, contents, rows)
    for path, content in metadata.files(package, json.loads(described)["resources"]).items():
        derived[base / path] = content
    derived[paths.descriptor(base)] = described
    return derived


def _kept(target: Path, content: bytes) -> bytes:
    """Return the Parquet file that is there if it has the same rows from another version of the writer.

    The bytes carry that version; what is derived from them should not change with it.
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
    """Return the derived files that are not what the sources say they should be."""
    return [t for t, content in derive(base).items() if not t.is_file() or t.read_bytes() != content]


def write(base: Path) -> list[Path]:
    """Write what is stale: all files or, when one fails, none; a reader never sees half a file.

    Returns:
        The files that were written.
    """
    storage.recover(base)
    return storage.replace_files(base, derive(base))
