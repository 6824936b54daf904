"""One map of types: pandas, Arrow and polars agree on what a column is."""

from __future__ import annotations

import json

import pandas as pd
import polars as pl
import pyarrow as pa

from summitry import schema
from summitry.schema import types

TABLE = schema.parse_table(
    {
        "name": "t",
        "fields": [
            {"name": "s", "type": "string", "description": "words", "constraints": {"required": True}},
            {"name": "e", "type": "string", "constraints": {"enum": ["low", "high"]}},
            {"name": "i", "type": "integer"},
            {"name": "n", "type": "number"},
            {"name": "b", "type": "boolean"},
            {"name": "d", "type": "date"},
        ],
        "primaryKey": ["s"],
    }
)


def test_every_type_has_a_name_everywhere():
    assert set(types.TYPES) == set(schema.model.TYPES)


def test_pandas():
    dtypes = types.pandas_dtypes(TABLE)
    assert dtypes["e"] == pd.CategoricalDtype(["low", "high"], ordered=True)
    assert [dtypes[n] for n in "sinbd"] == [types.text(), "Int64", "float64", "boolean", "datetime64[us]"]


def test_a_missing_text_stays_missing_in_every_pandas():
    texts = pd.Series(["a", None], dtype="object").astype(types.text())
    assert texts.isna().tolist() == [False, True]
    assert (texts == "a").tolist() == [True, False]  # and is no third truth value


def test_polars():
    expected = {"s": pl.String, "e": pl.Enum(["low", "high"]), "i": pl.Int64, "n": pl.Float64, "b": pl.Boolean}
    assert types.polars_schema(TABLE) == {**expected, "d": pl.Date}


def test_arrow():
    found = types.arrow_schema(TABLE)
    assert found.field("d").type == pa.date32()
    assert found.field("e").type == pa.dictionary(pa.int8(), pa.string(), ordered=True)
    assert not found.field("s").nullable
    assert found.field("i").nullable
    assert found.field("s").metadata == {b"description": b"words"}
    assert json.loads(found.metadata[types.TABLE_SCHEMA]) == TABLE.json
