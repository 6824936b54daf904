"""One map from Table Schema types to those of pandas, Arrow, polars and SQL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from summitry.schema import Field, Table


class TypeNames(NamedTuple):
    """What one Table Schema type is called elsewhere."""

    pandas: str
    arrow: str
    polars: str
    sql: str


TYPES = {
    "string": TypeNames(pandas="str", arrow="string", polars="String", sql="VARCHAR"),
    "integer": TypeNames(pandas="Int64", arrow="int64", polars="Int64", sql="BIGINT"),
    "number": TypeNames(pandas="float64", arrow="float64", polars="Float64", sql="DOUBLE"),
    "boolean": TypeNames(pandas="boolean", arrow="bool_", polars="Boolean", sql="BOOLEAN"),
    "date": TypeNames(pandas="datetime64[us]", arrow="date32", polars="Date", sql="DATE"),
}
TABLE_SCHEMA = b"table_schema"


def text() -> pd.StringDtype[Any]:
    """Return the pandas dtype of text: that of pandas 3, called "str"; older versions have the same by another name.

    A missing cell is NaN in all of them. In pandas 2, `astype("str")` would make the text "None" of it.
    """
    import pandas as pd

    try:
        return pd.StringDtype(na_value=float("nan"))
    except TypeError:  # before pandas 2.3
        make: Any = pd.StringDtype  # the stubs are those of pandas 3
        older: pd.StringDtype[Any] = make("pyarrow_numpy")
        return older


def pandas_dtypes(table: Table) -> dict[str, Any]:
    """Return the pandas dtype of each column; an enumeration is an ordered categorical."""
    import pandas as pd

    def dtype(f: Field) -> Any:
        if f.enum:
            return pd.CategoricalDtype(list(f.enum), ordered=True)
        return text() if f.type == "string" else pd.api.types.pandas_dtype(TYPES[f.type].pandas)

    return {f.name: dtype(f) for f in table.fields}


def polars_schema(table: Table) -> dict[str, Any]:
    """Return the polars dtype of each column; an enumeration is a polars Enum."""
    import polars as pl

    def dtype(f: Field) -> pl.DataType | type[pl.DataType]:
        if f.enum:
            return pl.Enum(f.enum)
        named: type[pl.DataType] = getattr(pl, TYPES[f.type].polars)
        return named

    return {f.name: dtype(f) for f in table.fields}


def arrow_type(f: Field) -> pa.DataType:
    """Return the Arrow type of a column; an enumeration is an ordered dictionary of strings."""
    import pyarrow as pa

    if f.enum:
        return pa.dictionary(pa.int8(), pa.string(), ordered=True)
    return getattr(pa, TYPES[f.type].arrow)()


def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema: nullability from the constraints, descriptions and schema as metadata."""
    import pyarrow as pa

    fields = [
        pa.field(f.name, arrow_type(f), not table.required(f), {"description": f.description}) for f in table.fields
    ]
    embedded = json.dumps(table.json, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return pa.schema(fields, {TABLE_SCHEMA: embedded.encode()})
