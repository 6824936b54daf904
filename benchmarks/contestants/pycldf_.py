"""pycldf: a generic CLDF dataset, which is CSV on the Web, with metadata made from our schema."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.contestants.found import Found, print_found
from summitry import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summitry.schema import Field, Table

CANNOT: dict[str, str] = {}
HEADER_LINES = 2  # lines are counted from 1 and the header is the first
SUMMARIES = ("Primary key check failed.", "Referential integrity check failed")


def _column(table: Table, f: Field) -> dict[str, Any]:
    """Return a column of the metadata; an enumeration can only be a pattern."""
    kind: dict[str, Any] = {"base": f.type}
    pattern = "|".join(f.enum) if f.enum else f.pattern
    if f.type == "date":
        kind["format"] = "yyyy-MM-dd"
    elif f.type == "string" and pattern is not None:
        kind["format"] = pattern
    kind |= {k: n for k, n in (("minLength", f.min_length), ("maxLength", f.max_length)) if n is not None}
    return {"name": f.name, "required": table.required(f), "datatype": kind}


def _table(folder: Path, name: str) -> dict[str, Any]:
    table = schema.package().table(name)
    keys = [key for key in table.foreign_keys if name == "statements" != key.table]
    foreign = [
        {
            "columnReference": list(key.fields),
            "reference": {"resource": str(folder / f"{key.table}.csv"), "columnReference": list(key.references)},
        }
        for key in keys
    ]
    columns = [_column(table, f) for f in table.fields]
    inside = {"columns": columns, "primaryKey": list(table.primary_key), "foreignKeys": foreign}
    return {"url": str(folder / f"{name}.csv"), "tableSchema": inside}


class _Messages(logging.Handler):
    """Keeps each message once: pycldf reads the file once for every foreign key and reports all again."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.kept[record.getMessage()] = None


def _mistake(message: str) -> Found:
    """Read a message: its place, a column for cells, and what is wrong."""
    match = re.fullmatch(r".*statements\.csv:(\d+)(?::\d+ (\w+):|:said_to)? (.*)", message)
    if match is None:
        raise RuntimeError(f"pycldf says: {message}")
    line, column, says = match.groups()
    row = int(line) - HEADER_LINES
    if column is not None:
        f = schema.package().table("statements")[column]
        return Found("type" if f.type == "date" else "enum" if f.enum else "pattern", column, row)
    if says.startswith("duplicate primary key"):
        return Found("primaryKey", "statement_id", row)
    if says.startswith("Key "):
        return Found("foreign-key", None, row)
    return Found(says, "said_to", row)


def _in_order(_dataset: Any, _table: Any, _column: Any, row: Mapping[str, Any]) -> None:
    """Refuse a row whose dates are in the wrong order; pycldf leaves out of it the cells that have no valid value."""
    first, last = row.get("said_from"), row.get("said_to")
    if first and last and first > last:
        raise ValueError("date-order")


def find(folder: Path, _: str) -> list[Found]:
    """Write the metadata, validate the dataset and read its log."""
    from pycldf import Dataset

    messages, log = _Messages(), logging.getLogger("benchmarks.pycldf")
    log.addHandler(messages)
    log.propagate = False
    about = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:conformsTo": "http://cldf.clld.org/v1.0/terms.rdf#Generic",
        "dialect": {"commentPrefix": None},
        "tables": [_table(folder, name) for name in ("statements", "actors", "events")],
    }
    with tempfile.TemporaryDirectory() as temporary:
        metadata = Path(temporary, "Generic-metadata.json")
        metadata.write_text(json.dumps(about), "utf-8")
        order = (None, "said_to", _in_order)
        Dataset.from_metadata(metadata).validate(log, validators=[order])
    return [_mistake(m) for m in messages.kept if m not in SUMMARIES]


if __name__ == "__main__":
    print_found(find)
