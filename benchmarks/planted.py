"""The mistakes that are planted in the data, and where. Light, for the process that measures must stay small."""

from __future__ import annotations

from typing import NamedTuple

FORMATS = ("csv", "parquet")
FEWEST = 1000  # rows: all mistakes find room behind the keys that they repeat


class Mistake(NamedTuple):
    """What is wrong in one row: kind, column, and the value in the cell."""

    kind: str
    column: str
    value: str


class Planted(NamedTuple):
    """A mistake in its place: kind, column and row, from 0."""

    kind: str
    column: str
    row: int


_BAD = {
    "enum": [("act", v) for v in ("shouts", "Assert", "assert ", "refuse")]
    + [("issue", v) for v in ("borders", "Territory", "nato")]
    + [("date_basis", v) for v in ("guessed", "STATED", "exact")],
    "foreign-key": [
        ("speaker_id", "actor-99999"),
        ("on_behalf_of_id", "actor-77777"),
        ("addressee_id", "nobody"),
        ("target_id", "actor-88888"),
        ("channel_id", "actor-66666"),
        ("occasion_id", "event-99999"),
        ("occasion_id", "no-event"),
    ],
    "primaryKey": [("statement_id", f"statement-2025-{n:09}") for n in (3, 10, 17, 24, 31)],
    "date-order": [("said_to", v) for v in ("2025-08-07", "2024-08-09", "2023-08-09")],
    "pattern": [("statement_id", v) for v in ("Statement-2025-1", "statement_2025_2", "statement--3", "statement-4-")],
    "type": [
        ("said_from", v) for v in ("2025-02-30", "2025-13-01", "not-a-date", "2025/08/22", "20250822", "22.08.2025")
    ],
}
# other cells of such a row, so that it has no second mistake, in Parquet too, where a bad date is empty
AROUND = {
    "date-order": {"said_from": "2025-08-20", "date_basis": "bounded"},
    "type": {"said_to": "2025-08-20", "date_basis": "bounded"},
}
PLANTED = [Mistake(kind, column, value) for kind, cells in _BAD.items() for column, value in cells]
COUNTS = {kind: len(cells) for kind, cells in _BAD.items()}


def expected(rows: int, form: str) -> list[Planted]:
    """Return the mistakes in a file; a column of dates in Parquet cannot contain text that is no date."""
    at = zip(places(rows), PLANTED, strict=True)
    return [Planted(m.kind, m.column, row) for row, m in at if (m.kind, form) != ("type", "parquet")]


def places(rows: int) -> list[int]:
    """Return the row number of each planted mistake, spread over the last nine tenths of a file."""
    first = rows // 10
    step = (rows - first) // len(PLANTED)
    return [first + i * step + i % 7 for i in range(len(PLANTED))]
