"""Names for ids: `speaker_id` gets `speaker_name`, `demand_id` gets `demand_label`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.dataset import storage
from summitry.dataset.parties import in_force

if TYPE_CHECKING:
    import pyarrow as pa

    from summitry.schema import ForeignKey, Table

# the column by which a row is called, in the order of preference
LABELS = ("name", "label", "title", "summary")
SPEAKER, ROLE = "speaker_name", "role_title"  # the office of a speaker follows the name


def label_column(table: Table) -> str | None:
    """Return the column by which rows of a table are called, or None where there is none."""
    return next((name for name in LABELS if name in table.names), None)


def name_column(column: str, label: str) -> str:
    """Return what the column of names beside one of ids is called: speaker_name beside speaker_id."""
    return f"{column.removesuffix('_id')}_{label}"


def _lookup(ids: pa.ChunkedArray, key: ForeignKey) -> pa.ChunkedArray:
    """Return what each id is called."""
    import pyarrow.compute as pc

    rows = storage.read_arrow(key.table)
    at = pc.index_in(ids, rows[key.references[0]].combine_chunks())
    return rows[label_column(schema.package().tables[key.table])].take(at)


def _role_titles(rows: pa.Table) -> pa.Array:
    """Return the offices of each speaker on the day of the statement; several are joined by a semicolon."""
    import pyarrow as pa

    roles = storage.read_arrow("roles").to_pylist()
    titles: list[str | None] = []
    for person, first, last in zip(*(rows[n].to_pylist() for n in ("speaker_id", "said_from", "said_to")), strict=True):
        day = first or last
        offices = [r["title"] for r in roles if r["person_id"] == person and in_force(r, day)]
        titles.append("; ".join(offices) or None)
    return pa.array(titles, pa.string())


def labels(table: Table) -> dict[str, ForeignKey]:
    """Return the columns of names that an expansion adds, each with the foreign key that leads to it."""
    package = schema.package()
    called = ((key, label_column(package.tables[key.table])) for key in table.foreign_keys)
    return {name_column(key.fields[0], label): key for key, label in called if label}


def columns(table: Table) -> list[str]:
    """Return all columns that an expansion adds."""
    added = list(labels(table))
    return [*added, ROLE] if SPEAKER in added else added


def expanded(rows: pa.Table, table: Table) -> pa.Table:
    """Add the name for each id, by the foreign keys of the schema.

    `speaker_id` gets `speaker_name`, `occasion_id` gets `occasion_name`, `demand_id` gets `demand_label`; a
    statement also gets `role_title`, the office of its speaker on the day.
    """
    for name, key in labels(table).items():
        rows = _with_text(rows, key.fields[0], name, _lookup(rows[key.fields[0]], key))
    return _with_text(rows, SPEAKER, ROLE, _role_titles(rows)) if SPEAKER in rows.column_names else rows


def _with_text(rows: pa.Table, after: str, name: str, cells: Any) -> pa.Table:
    """Add a column of text after another one."""
    import pyarrow as pa

    at = rows.schema.get_field_index(after) + 1
    return rows.add_column(at, pa.field(name, pa.string()), cells)
