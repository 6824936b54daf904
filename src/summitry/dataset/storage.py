"""Reading and writing the tables: Parquet for programs, CSV for people."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from summitry import paths, schema
from summitry.dataset import integrity, transaction
from summitry.dataset.arguments import checked
from summitry.errors import DamagedFileError, choice
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

    from summitry.schema import Field, Table


@checked
def path(name: str, format: str = "parquet") -> Path:  # noqa: A002 - the word that users expect
    """Return the path of a table's file.

    Args:
        name: a table.
        format: "parquet" or "csv".

    Raises:
        UnknownNameError: for a table or format that does not exist.
        DamagedFileError: when the file is not there, or a merge or build is unfinished.
    """
    schema.package().table(name)
    choice("format", format, list(paths.FORMATS))
    transaction.require_finished(paths.root())
    found = paths.table_file(name, format)
    if not found.is_file():
        raise DamagedFileError(f"{found} is missing. {integrity.FIX}")
    return found


def published_bytes(name: str) -> bytes:
    """Read the Parquet file of a table of this installation.

    Raises:
        DamagedFileError: when it is missing or is not what was published.
    """
    source = path(name)
    try:
        content = source.read_bytes()
    except OSError as e:
        raise DamagedFileError(f"{source} cannot be read: {e}. {integrity.FIX}") from e
    integrity.require_published(source, content)
    return content


def read_arrow(name: str) -> pa.Table:
    """Read a table of this installation as Arrow.

    Raises:
        DamagedFileError: when the file is missing, or is not what was published.
    """
    return decoded(published_bytes(name))


@lru_cache(maxsize=32)  # more than there are tables; Arrow's cannot be changed, so that all callers may have the same
def decoded(content: bytes) -> pa.Table:
    """Read the bytes of a Parquet file as Arrow."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile  # read_table would import pyarrow.dataset too

    with ParquetFile(pa.BufferReader(content)) as file:
        return file.read(use_threads=False)


def to_pandas(arrow: pa.Table, table: Table) -> pd.DataFrame:
    """Turn Arrow into pandas with the dtypes of the schema."""
    import pandas as pd

    own = types.pandas_dtypes(table)  # the others are names beside ids, and so text
    return pd.DataFrame({name: _to_pandas(arrow[name], own.get(name, types.text())) for name in arrow.column_names})


def _to_pandas(cells: pa.ChunkedArray, dtype: Any) -> Any:
    """Turn a column into an array of a dtype at once; Arrow's own way is to another dtype, from which it is cast."""
    import pandas as pd
    import pyarrow as pa

    whole = cells.combine_chunks()
    if isinstance(dtype, pd.CategoricalDtype):
        return pd.Categorical.from_codes(whole.indices.fill_null(-1), whole.dictionary.to_pylist()).astype(dtype)
    if hasattr(dtype, "__from_arrow__"):
        return dtype.__from_arrow__(whole)  # pandas cannot join a column of text that has no chunk
    return cells.cast(pa.from_numpy_dtype(dtype)).to_numpy()


def to_arrow(frame: pd.DataFrame, table: Table) -> pa.Table:
    """Turn a frame with the columns and dtypes of the schema into Arrow with its types; any cell may be empty."""
    import pyarrow as pa

    def column(f: Field) -> Any:
        values = frame[f.name].dt.date if f.type == "date" else frame[f.name]
        plain = pa.string() if f.enum else types.arrow_type(f)
        return _encode(pa.chunked_array([pa.Array.from_pandas(values.astype("object"), type=plain)]), f)

    return pa.table({f.name: column(f) for f in table.fields})


def read_csv_arrow(source: bytes, table: Table) -> pa.Table:
    """Read valid CSV of a table as Arrow with the types of the schema, sorted by key."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    wanted = types.arrow_schema(table)
    plain = {f.name: pa.string() if pa.types.is_dictionary(f.type) else f.type for f in wanted}
    options = arrow_csv.ConvertOptions(
        column_types=plain,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        true_values=["true"],
        false_values=["false"],
        include_columns=table.names,
    )
    # one thread: the tables are small, and Arrow's pool may abort the process when it ends right afterwards
    one = arrow_csv.ReadOptions(use_threads=False)
    read = arrow_csv.read_csv(pa.BufferReader(source), one, convert_options=options)
    read = read.sort_by([(name, "ascending") for name in table.primary_key])
    return pa.table([_encode(read.column(f.name), table[f.name]) for f in wanted], schema=wanted)


def _encode(column: Any, f: Field) -> Any:
    """Give an enumeration its dictionary in the order of the schema, not of appearance."""
    import pyarrow as pa
    from pyarrow import compute

    whole = column.combine_chunks()
    if not f.enum:
        return whole
    values = pa.array(f.enum)
    indices = compute.index_in(whole, value_set=values).cast(pa.int8())
    return pa.DictionaryArray.from_arrays(indices, values, ordered=types.arrow_type(f).ordered)


def csv_bytes(rows: Iterable[Mapping[str, str]], table: Table) -> bytes:
    """Return rows of text as CSV in the one form that `data/` has: sorted by key, LF, minimal quoting."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, table.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: [row[name] for name in table.primary_key]))
    return lines.getvalue().encode()


def written(value: Any) -> str:
    """Return a value as a cell of CSV: a day as YYYY-MM-DD, true or false, nothing if missing."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_text(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the cells of a row as CSV has them."""
    return {name: written(value) for name, value in row.items()}


def csv_rows(source: bytes) -> list[dict[str, str]]:
    """Return the rows of valid CSV as text, an empty cell as an empty string.

    Raises:
        DamagedFileError: when a quotation mark is not closed, or a row has more or fewer cells than the header.
    """
    lines = csv.reader(io.StringIO(source.decode("utf-8-sig"), newline=""), strict=True)
    try:
        header = next(lines)
        return [dict(zip(header, row, strict=True)) for row in lines]
    except (csv.Error, ValueError, StopIteration) as e:
        raise DamagedFileError(
            f"A table is no valid CSV near line {lines.line_num}: {e}. Find the place with: summitry validate"
        ) from e


def parquet_bytes(arrow: pa.Table, table: Table) -> bytes:
    """Return a table, sorted by its key, as Parquet; the same rows give the same bytes."""
    import pyarrow as pa
    from pyarrow import parquet

    keys = [parquet.SortingColumn(table.names.index(name)) for name in table.primary_key]
    sink = pa.BufferOutputStream()
    parquet.write_table(
        arrow,
        sink,
        version="2.6",
        compression="zstd",
        compression_level=9,
        write_page_index=True,
        store_schema=True,
        sorting_columns=keys,
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content
