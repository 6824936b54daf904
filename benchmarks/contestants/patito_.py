"""patito: a model made from our schema. It says how many rows of a column are wrong, in sentences."""

from __future__ import annotations

import ast
import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.contestants import reading
from benchmarks.contestants.found import Found, print_found

if TYPE_CHECKING:
    from pathlib import Path

    from summitry.schema import Field

CANNOT: dict[str, str] = {}


def _field(f: Field, named: list[str] | None, *, required: bool, unique: bool) -> tuple[Any, Any]:
    """Return the annotation of a column and what else is checked."""
    import patito
    import polars as pl

    options: dict[str, Any] = {} if required else {"default": None}
    if unique:
        options["unique"] = True
    if f.pattern is not None:
        options["pattern"] = f"^(?:{f.pattern})$"
    options |= {k: n for k, n in (("min_length", f.min_length), ("max_length", f.max_length)) if n is not None}
    if named is not None:
        options["constraints"] = pl.col("_").is_in(named)
    if f.name == "said_to":
        options["constraints"] = pl.col("said_from") <= pl.col("said_to")
    kind: Any = dt.date if f.type == "date" else Literal[f.enum] if f.enum else str
    return kind if required else kind | None, patito.Field(**options)


def _mistakes(column: str, says: str) -> list[Found]:
    """Read a sentence: the bad values of an enumeration, or how many rows are wrong."""
    if says.startswith("Rows with invalid values: "):
        values = ast.literal_eval(says.removeprefix("Rows with invalid values: ").removesuffix("."))
        return [Found("enum", column)] * len(values)
    number, what = re.fullmatch(r"(\d+) rows? (.*)", says).groups()  # type: ignore[union-attr] # else it fails loudly
    if what == "with duplicated values.":  # every row of a duplicate key is counted
        return [Found("primaryKey", column)] * (int(number) // 2)
    own = "date-order" if column == "said_to" else "foreign-key"
    kinds = {"with out of bound values.": "pattern", "does not match custom constraints.": own}
    return [Found(kinds[what], column)] * int(number)


def find(folder: Path, form: str) -> list[Found]:
    """Validate the frame by the model."""
    import patito
    import pydantic

    table, references = reading.statements(), reading.polars_references(folder, form)
    fields = {
        f.name: _field(f, references.get(f.name), required=table.required(f), unique=(f.name,) in table.unique_sets())
        for f in table.fields
    }
    model: Any = pydantic.create_model("Statements", __base__=patito.Model, **fields)  # type: ignore[call-overload]
    frame, bad = reading.polars_frame(folder, form)
    try:
        model.validate(frame)
    except patito.exceptions.DataFrameValidationError as e:
        for error in e.errors():
            bad += _mistakes(str(error["loc"][0]), error["msg"])
    return bad


if __name__ == "__main__":
    print_found(find)
