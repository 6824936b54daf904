"""Columns of Arrow: as polars holds them, and whether their texts can be let pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from summitry.validation.readers import csv_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summitry.validation.prefilter import Sieve

FEW = 10  # one of so many
NO_ENUMS: Mapping[str, pl.Enum] = {}


def is_text(kind: pa.DataType) -> bool:
    """Say whether a type is text, in whatever layout."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def frame(rows: pa.Table, places: pl.Series | None = None, enums: Mapping[str, pl.Enum] = NO_ENUMS) -> pl.DataFrame:
    """Return rows, or those at some places; a few of many are copied, because they may be kept for long.

    Args:
        rows: the rows.
        places: which of them, all where it is left out.
        enums: by column, the only texts that stand there, where that is known; rules compare numbers then.
    """
    given = zip(rows.column_names, rows.columns, strict=True)
    columns = [_series(column, places, enums.get(name)).alias(name) for name, column in given]
    few = places is not None and len(places) * FEW < len(rows)
    return pl.DataFrame([_copied(c) for c in columns] if few else columns)


def _copied(column: pl.Series) -> pl.Series:
    """Return texts in memory of their own: as long as one is looked at, polars keeps all that stood beside it."""
    return pl.Series(column.name, column.to_list(), pl.String) if column.dtype == pl.String else column


class _Exported:
    """Values of Arrow as those of any library: to look at what it knows as Arrow's, polars imports what computes."""

    def __init__(self, values: pa.Array | pa.ChunkedArray) -> None:
        if isinstance(values, pa.ChunkedArray):
            self.__arrow_c_stream__ = values.__arrow_c_stream__
        else:
            self.__arrow_c_array__ = values.__arrow_c_array__


def _series(column: pa.ChunkedArray, places: pl.Series | None, kind: pl.Enum | None) -> pl.Series:
    """Return a column of polars, a dictionary as the texts that it stands for, or its values at some places."""
    if not pa.types.is_dictionary(column.type):
        values = pl.Series(_Exported(_text(column)))
        return values if places is None else values.gather(places)
    texts, indices, before = [pl.Series(dtype=kind or pl.String)], [pl.Series(dtype=pl.Int32)], 0
    for chunk in column.chunks:  # each has a dictionary of its own
        found = pl.Series(_Exported(_text(chunk.dictionary)))
        texts.append(found.cast(kind, strict=False) if kind else found)
        indices.append(pl.Series(_Exported(chunk.indices)) + before)
        before += len(found)
    wanted = pl.concat(indices)
    return pl.concat(texts).gather(wanted if places is None else wanted.gather(places))


def _text(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return texts that may be views as texts that are not; other values as they are."""
    return values.cast(pa.string()) if pa.types.is_string_view(values.type) else values


def usual(sieve: Sieve, batch: pa.RecordBatch) -> frozenset[str]:
    """Return the columns of a batch whose texts are all among those that are known to break nothing."""
    return frozenset(n for n, c in zip(batch.schema.names, batch.columns, strict=True) if _is_usual(sieve, n, c))


def _is_usual(sieve: Sieve, name: str, column: pa.Array) -> bool:
    known = sieve.usual_values.get(name)
    texts = column.dictionary if pa.types.is_dictionary(column.type) else column
    if known is None or not is_text(texts.type) or (column.null_count and sieve.table.required(sieve.table[name])):
        return False
    return pl.Series(_Exported(_text(texts))).is_in(known.implode()).all()


def is_plain(column: pa.ChunkedArray) -> bool:
    """Say whether texts hold plain characters only, and no line breaks; of what is no text there is nothing to say."""
    chunks = [c.dictionary if pa.types.is_dictionary(c.type) else c for c in column.chunks]
    for chunk in (_text(c) for c in chunks if is_text(c.type) and len(c)):
        _, offsets, texts = chunk.buffers()
        ends = memoryview(offsets).cast("q" if pa.types.is_large_string(chunk.type) else "i")
        start, end = ends[chunk.offset], ends[chunk.offset + len(chunk)]
        if end > start and not csv_form.is_plain(memoryview(texts)[start:end], lines=0):
            return False
    return True
