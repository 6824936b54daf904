"""pointblank: a plan of steps made from our schema, and the number of rows that fail each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contestants import reading
from benchmarks.contestants.found import Found, print_found

if TYPE_CHECKING:
    from pathlib import Path

    from summitry.schema import Field

CANNOT: dict[str, str] = {}


def _steps(plan: Any, f: Field, named: list[str] | None, *, required: bool) -> Any:
    """Return the plan with the steps of one column; each step says in its brief what we call its mistakes."""
    optional = not required
    if required:
        plan = plan.col_vals_not_null(f.name, brief="required")
    if f.enum:
        plan = plan.col_vals_in_set(f.name, list(f.enum), brief="enum")
    if f.pattern is not None:
        plan = plan.col_vals_regex(f.name, f"^(?:{f.pattern})$", na_pass=optional, brief="pattern")
    if f.min_length is not None or f.max_length is not None:
        plan = plan.col_vals_str_len(f.name, f.min_length, f.max_length, na_pass=optional, brief="length")
    if named is not None:
        values = [*named, None] if optional else named
        plan = plan.col_vals_in_set(f.name, values, brief="foreign-key")
    return plan


def find(folder: Path, form: str) -> list[Found]:
    """Interrogate the frame, without copies of the rows that fail."""
    import pointblank

    table, references = reading.statements(), reading.polars_references(folder, form)
    frame, bad = reading.polars_frame(folder, form)
    plan = pointblank.Validate(frame)
    for f in table.fields:
        plan = _steps(plan, f, references.get(f.name), required=table.required(f))
    for key in table.unique_sets():
        plan = plan.rows_distinct(list(key), brief="primaryKey")
    plan = plan.col_vals_ge("said_to", pointblank.col("said_from"), na_pass=True, brief="date-order")
    for step in plan.interrogate(collect_extracts=False).validation_info:
        if step.eval_error:
            raise RuntimeError(f"pointblank cannot evaluate {step.brief} of {step.column}")
        keys = step.brief == "primaryKey"  # every row of a duplicate key is counted
        column = step.column[0] if keys else step.column
        bad += [Found(step.brief, column)] * (step.n_failed // 2 if keys else step.n_failed)
    return bad


if __name__ == "__main__":
    print_found(find)
