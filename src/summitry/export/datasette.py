"""Metadata for Datasette: what a reader of the SQLite file sees beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.dataset import expansion
from summitry.export.tables import to_json

if TYPE_CHECKING:
    from summitry.export.tables import Tables
    from summitry.schema import Table

DATABASE = "summitry"  # as the file must be called, with any ending


def content(tables: Tables) -> bytes:
    """Return the metadata of a database called summitry: title, licence, and for each table its columns and facets.

    See https://docs.datasette.io/en/stable/metadata.html.
    """
    licence = tables.package.json["licenses"][0]
    about = {
        "title": tables.package.title,
        "description": tables.package.description,
        "license": licence["name"],
        "license_url": licence["path"],
        "source": tables.about["citation"],
        "databases": {DATABASE: {"tables": {t.name: _table(t) for t in tables.package.tables.values()}}},
    }
    return f"{to_json(about, indent=2)}\n".encode()


def _table(table: Table) -> dict[str, Any]:
    label = expansion.label_column(table)
    return {
        "title": table.title,
        "description": table.description,
        "columns": {f.name: f.description for f in table.fields},
        "facets": [f.name for f in table.fields if f.enum],
        **({"label_column": label} if label else {}),
    }
