"""frictionless: a package of our own table schemas, and a check of the order of dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contestants.found import Found, print_found
from summitry import schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANNOT: dict[str, str] = {}
HEADER_LINES = 2  # frictionless counts records from 1 and the header among them
NO_LIMIT = 1 << 62
KINDS = {
    "foreign-key": "foreign-key",
    "primary-key": "primaryKey",
    "unique-error": "primaryKey",
    "row-constraint": "date-order",
    "type-error": "type",
}


def _resource(name: str, form: str) -> Any:
    from frictionless import Schema
    from frictionless.resources import TableResource

    given = {k: v for k, v in schema.package().table(name).json.items() if k != "$schema"}
    keys = given.get("foreignKeys", []) if name == "statements" else []
    given["foreignKeys"] = [k for k in keys if k["reference"]["resource"] != "statements"]
    return TableResource(name=name, path=f"{name}.{form}", schema=Schema.from_descriptor(given))


def _date_order() -> Any:
    from frictionless import Check, errors

    def validate_row(_: Any, row: Any) -> Iterator[Any]:
        first, last = row["said_from"], row["said_to"]
        if first and last and first > last:
            yield errors.RowConstraintError.from_row(row, note="said_from is after said_to")

    members = {"type": "date-order", "Errors": [errors.RowConstraintError], "validate_row": validate_row}
    return type("DateOrder", (Check,), members)()


def _mistake(error: Any) -> Found:
    """Return an error in our words; a broken constraint is named in its note."""
    kind = KINDS.get(error.type) or error.note.split('"')[1]
    columns = {"primaryKey": "statement_id", "date-order": "said_to"}
    column = columns.get(kind) or (error.field_names[0] if kind == "foreign-key" else error.field_name)
    return Found(kind, column, error.row_number - HEADER_LINES)


def find(folder: Path, form: str) -> list[Found]:
    """Validate the statements within their package. A faulty key is reported twice, for it is also unique."""
    from frictionless import Checklist, Package

    resources = [_resource(name, form) for name in ("statements", "actors", "events")]
    package = Package(resources=resources, basepath=str(folder))
    checklist = Checklist(checks=[_date_order()])
    report = package.get_resource("statements").validate(checklist, limit_errors=NO_LIMIT)
    if report.errors:
        raise RuntimeError(f"frictionless cannot check: {report.errors}")
    return list({_mistake(error) for task in report.tasks for error in task.errors})


if __name__ == "__main__":
    print_found(find)
