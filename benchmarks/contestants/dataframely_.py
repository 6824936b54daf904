"""dataframely: a schema class made from ours, and the counts of its rules. It names no rows of a lone frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contestants import reading
from benchmarks.contestants.found import Found, print_found

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from summitry.schema import Field

CANNOT: dict[str, str] = {}


def _checks(f: Field, named: list[str] | None) -> dict[str, Any]:
    """Return the checks of a column that dataframely has no words for.

    It counts bytes where a length is given, not characters, so lengths are checks of our own.
    """
    checks: dict[str, Any] = {}
    if f.enum:
        checks["enum"] = lambda column: column.is_in(list(f.enum))
    if named is not None:
        checks["foreign-key"] = lambda column: column.is_in(named)
    if f.min_length is not None:
        checks["minLength"] = lambda column: column.str.len_chars() >= f.min_length
    if f.max_length is not None:
        checks["maxLength"] = lambda column: column.str.len_chars() <= f.max_length
    return checks


def _schema(references: dict[str, list[str]]) -> Any:
    import dataframely as dy
    import polars as pl

    def said_to(_: Any) -> pl.Expr:
        return pl.col("said_from") <= pl.col("said_to")

    table = reading.statements()
    members: dict[str, Any] = {"said_to|date-order": dy.rule()(said_to)}
    for f in table.fields:
        key = f.name in table.primary_key
        options: dict[str, Any] = {"primary_key": True} if key else {"nullable": not table.required(f)}
        if f.pattern is not None:
            options["regex"] = f"^(?:{f.pattern})$"
        options["check"] = _checks(f, references.get(f.name)) or None
        members[f.name] = (dy.Date if f.type == "date" else dy.String)(**options)
    return type("Statements", (dy.Schema,), members)


def find(folder: Path, form: str) -> list[Found]:
    """Filter the frame by the schema and count what each rule refuses."""
    frame, bad = reading.polars_frame(folder, form)
    _, failure = _schema(reading.polars_references(folder, form)).filter(frame)
    for rule, count in failure.counts().items():
        column, _, name = rule.partition("|")
        kind = {"regex": "pattern"}.get(name, name.removeprefix("check__"))
        if rule == "primary_key":  # every row of a duplicate key is counted
            bad += [Found("primaryKey", "statement_id")] * (count // 2)
        else:
            bad += [Found(kind, column)] * count
    return bad


if __name__ == "__main__":
    print_found(find)
