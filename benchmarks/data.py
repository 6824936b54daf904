"""Statements in any number, and the tables they name: each row is a function of its number, so runs are comparable.

The rows obey the schema of the table statements, but for the mistakes that PLANTED lists. As a command,
`python -m benchmarks.data FOLDER FORMAT ROWS` writes them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks.planted import AROUND, COUNTS, PLANTED, places
from summitry import schema
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["COUNTS", "PLANTED", "places", "statements", "write_csv", "write_parquet"]

ACTORS, EVENTS, PHRASES = 5000, 3000, 4000
CHUNK = 500_000
FIRST_DAY = 20308  # 2025-08-08, in days from 1970-01-01
_WORDS = (
    "the minister calls for a ceasefire",
    "talks will resume, he says, within days",
    "“nothing about us without us”",
    "la position n’a pas changé",
    "keine Lieferung ohne Zusage, heißt es",
    "переговоры продолжаются",
    'a "red line"',
    "the delegation leaves, and the documents stay",
    "no date is set",
    "the proposal stands",
    "we shall see",
)


def _spread(n: NDArray[np.uint64], salt: int, size: int) -> NDArray[np.uint64]:
    """Return numbers below `size` that look random but depend on `n` and `salt` alone."""
    mixed = (n * np.uint64(64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(33)) % np.uint64(size)


def _ids(prefix: str, numbers: NDArray[np.uint64], width: int) -> pl.Series:
    digits = pl.Series(numbers).cast(pl.String).str.zfill(width)
    return prefix + digits


def _phrases() -> pl.Series:
    """Return texts of 5 to 137 characters, with commas, quotation marks and several scripts among them."""
    texts = []
    for i in range(PHRASES):
        words = [_WORDS[(i * k + k) % len(_WORDS)] for k in (1, 3, 5, 7)[: 1 + i % 4]]
        texts.append(f"{i} " + ", ".join(words)[: 20 + i * 7 % 112].strip())
    return pl.Series(texts)


def _sparse(values: pl.Series, n: NDArray[np.uint64], salt: int, percent: int) -> pl.Series:
    """Return the values where a number of the row falls below a percentage, and nothing elsewhere."""
    return values.set(pl.Series(_spread(n, salt, 100) >= percent), None)


def _other(speaker: NDArray[np.uint64], n: NDArray[np.uint64], salt: int) -> NDArray[np.uint64]:
    """Return actors other than the speakers."""
    return (speaker + np.uint64(1) + _spread(n, salt, ACTORS - 1)) % np.uint64(ACTORS)


def _chunk(first: int, last: int, phrases: pl.Series) -> pl.DataFrame:
    table = schema.package().table("statements")
    n = np.arange(first, last, dtype=np.uint64)
    act, issue, basis = (table[name].enum for name in ("act", "issue", "date_basis"))
    acts = pl.Series(act)[_spread(n, 5, len(act))]
    bases = pl.Series(basis)[_spread(n, 7, len(basis))]
    day = pl.Series((FIRST_DAY + _spread(n, 8, 24)).astype(np.int32))
    later = day + pl.Series((1 + _spread(n, 9, 3)).astype(np.int32))
    said_from = day.set(bases == "unknown", None)
    said_to = day.zip_with(bases != "bounded", later).set(bases == "unknown", None)
    speaker = _spread(n, 1, ACTORS)
    on_behalf_of, addressee, target = (_ids("actor-", _other(speaker, n, salt), 5) for salt in (2, 3, 4))
    columns = {
        "statement_id": _ids("statement-2025-", n, 9),
        "speaker_id": _ids("actor-", speaker, 5),
        "on_behalf_of_id": _sparse(on_behalf_of, n, 22, 20),
        "addressee_id": _sparse(addressee, n, 23, 60),
        "target_id": target.zip_with(acts == "accuse", _sparse(target, n, 24, 30)),  # an accusation names somebody
        "act": acts,
        "issue": pl.Series(issue)[_spread(n, 6, len(issue))],
        "said_from": said_from.cast(pl.Date),
        "said_to": said_to.cast(pl.Date),
        "date_basis": bases,
        "occasion_id": _sparse(_ids("event-", _spread(n, 10, EVENTS), 5), n, 30, 50),
        "channel_id": _sparse(_ids("actor-", _spread(n, 11, ACTORS), 5), n, 31, 40),
        "quoted_in_id": pl.Series([None] * len(n), dtype=pl.String),
        "summary": phrases[_spread(n, 12, PHRASES)] + " / " + phrases[_spread(n, 13, PHRASES)],
    }
    return pl.DataFrame(columns)


def _planted(frame: pl.DataFrame, first: int, rows: int) -> pl.DataFrame:
    """Return a chunk as text with the mistakes that fall into it."""
    text = frame.with_columns(pl.all().cast(pl.String))
    here = [(place - first, m) for place, m in zip(places(rows), PLANTED, strict=True)]
    for at, mistake in here:
        if 0 <= at < len(text):
            for column, value in {**AROUND.get(mistake.kind, {}), mistake.column: mistake.value}.items():
                text[at, column] = value
    return text


def statements(rows: int, *, planted: bool) -> Iterator[pl.DataFrame]:
    """Yield the statements in chunks, as text, as in a CSV file.

    Args:
        rows: how many in all.
        planted: whether to plant the mistakes.
    """
    phrases = _phrases()
    for first in range(0, rows, CHUNK):
        chunk = _chunk(first, min(first + CHUNK, rows), phrases)
        yield _planted(chunk, first, rows) if planted else chunk.with_columns(pl.all().cast(pl.String))


def _referenced() -> dict[str, pl.DataFrame]:
    """Return the tables that statements name: actors and events."""
    actors = _ids("actor-", np.arange(ACTORS, dtype=np.uint64), 5)
    events = _ids("event-", np.arange(EVENTS, dtype=np.uint64), 5)
    empty = pl.lit(None, pl.String)
    return {
        "actors": pl.select(
            actor_id=actors,
            name="The " + actors,
            kind=pl.lit("group"),
            part_of_id=empty,
            belligerent=pl.lit("false"),
            country_code=empty,
            wikidata_id=empty,
        ),
        "events": pl.select(
            event_id=events,
            name="The " + events,
            kind=pl.lit("meeting"),
            status=pl.lit("occurred"),
            start_on=pl.lit("2025-08-08"),
            end_on=pl.lit("2025-08-08"),
            date_precision=pl.lit("day"),
            location_id=empty,
            part_of_id=empty,
        ),
    }


def write_csv(folder: Path, rows: int, *, planted: bool = True) -> Path:
    """Write statements.csv and what it names into a folder; return the file of statements."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in _referenced().items():
        frame.write_csv(folder / f"{name}.csv")
    path = folder / "statements.csv"
    with path.open("wb") as f:
        for i, chunk in enumerate(statements(rows, planted=planted)):
            chunk.write_csv(f, include_header=i == 0)
    return path


def write_parquet(folder: Path, rows: int, *, planted: bool = True) -> Path:
    """Write the same as Parquet; a text that is no date is an empty cell."""
    from pyarrow import parquet

    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in _referenced().items():
        _typed(name, frame).write_parquet(folder / f"{name}.parquet")
    path, writer = folder / "statements.parquet", None
    for chunk in statements(rows, planted=planted):
        table = _typed("statements", chunk).to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = writer or parquet.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=1 << 17)
    if writer:
        writer.close()
    return path


def _typed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    fields = [f for f in schema.package().table(name).fields if f.name in frame.columns]
    plain = {f.name: getattr(pl, types.TYPES[f.type].polars) for f in fields}
    booleans = [pl.col(n) == "true" for n, t in plain.items() if t == pl.Boolean]
    others = [pl.col(n).cast(t, strict=False) for n, t in plain.items() if t not in (pl.Boolean, pl.Date)]
    dates = [pl.col(n).str.to_date("%Y-%m-%d", strict=False) for n, t in plain.items() if t == pl.Date]
    return frame.with_columns(*booleans, *others, *dates).select(*plain)


WRITERS = {"csv": write_csv, "parquet": write_parquet}

if __name__ == "__main__":
    WRITERS[sys.argv[2]](Path(sys.argv[1]), int(sys.argv[3]))
