"""What the dataset says of itself: its version, its tables, and its codebook as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import paths, schema
from summitry.dataset import integrity, transaction
from summitry.dataset.arguments import checked
from summitry.dataset.loaders import column_type

if TYPE_CHECKING:
    import pandas as pd


def version() -> str:
    """Return the version of the dataset and of the package, which are one."""
    return schema.package().version


def row_counts() -> dict[str, int]:
    """Return the number of rows of each table, as the descriptor records it.

    Raises:
        DamagedFileError: when the descriptor is missing or is no JSON, or a merge or build is unfinished.
    """
    transaction.require_finished(paths.root())
    return {r["name"]: r["rowCount"] for r in integrity.resources() if r["format"] == "csv"}


@checked
def tables() -> pd.DataFrame:
    """List the tables.

    Returns:
        One row per table: name, rows, columns, description.

    Example:
        >>> from summitry import tables
        >>> list(tables().columns)
        ['name', 'rows', 'columns', 'description']
    """
    import pandas as pd

    counts = row_counts()
    rows = [(t.name, counts[t.name], len(t.fields), t.description) for t in schema.package().tables.values()]
    return pd.DataFrame(rows, columns=["name", "rows", "columns", "description"])


@checked
def describe(table: str | None = None) -> pd.DataFrame:
    """Return the codebook of a table, or of one of its columns.

    Args:
        table: a table such as "statements", or a column such as "statements.act"; by default all tables.

    Returns:
        A frame that Jupyter shows with its whole texts. Without a table, what `tables` returns. For a table, one row
        per column: column, title, type, description, example, constraints, values. For a column with a list of values,
        one row per value: value, label, description, questions (the decision rules that lead to it).

    Raises:
        UnknownNameError: for a table or column that does not exist; the message names those that do.

    Example:
        >>> from summitry import describe
        >>> describe("statements")["column"].iloc[0]
        'statement_id'
        >>> describe("stances.attribution")["value"].tolist()
        ['self', 'adversary', 'third_party', 'narrator']
    """
    from summitry.dataset.codebook_frame import CodebookFrame

    if table is None:
        return CodebookFrame(tables())
    name, _, column = str(table).partition(".")
    found = schema.package().table(name)
    if column and found[column].enum:
        f = found[column]
        rules = {v: "\n".join(r.question for r in f.decision_rules if r.code == v) for v in f.enum}
        values = [(c.value, c.label, c.description, rules[c.value]) for c in f.categories]
        return CodebookFrame(values, columns=["value", "label", "description", "questions"])
    rows = [
        (
            f.name,
            f.title,
            column_type(f),
            f.description,
            str(f.example),
            "; ".join(found.constraints(f)),
            ", ".join(f.enum),
        )
        for f in ([found[column]] if column else found.fields)
    ]
    columns = ["column", "title", "type", "description", "example", "constraints", "values"]
    return CodebookFrame(rows, columns=columns)
