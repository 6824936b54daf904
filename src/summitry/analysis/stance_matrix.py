"""Who stands where on what, as a matrix of signed counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis.inputs import choice, table
from summitry.analysis.stances import ACTORS, SELF, SUBJECTS, in_units, observations, signed
from summitry.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day

AXES = {**ACTORS, **SUBJECTS}
VALUES = ("net", "count", "for", "open", "against", "mean")


def stance_matrix(  # noqa: PLR0913 - each is a choice of the analyst
    rows: str = "holder",
    columns: str = "demand",
    attribution: str | Sequence[str] | None = SELF,
    unit: str = "statement",
    value: str = "net",
    *,
    signs: Mapping[str, float] | None = None,
    labels: bool = False,
    as_of: Day | None = None,
    tables: Tables | None = None,
) -> pd.DataFrame:
    """Return how far each actor stands for or against each demand or issue.

    Each stance has a sign: +1 for the demand (demands, accepts), -1 against it (rejects), 0 where it is left open
    (conditional, noncommittal). Within a unit, what has the same row, column and direction counts once, so that a
    thing said in ten speeches of a week is one for the week; a unit that holds both sides counts for both.

    By default only what holders say themselves counts, never what an adversary says of them.

    Args:
        rows: "holder" (whose position), "speaker" (who says so), "party" (the belligerent state of the holder, else
            its widest body, on the day), "demand" or "issue".
        columns: another of these. Over an issue, signs of different demands are added: read "count" rather than
            "net" unless the demands point one way.
        attribution: one or several of self, adversary, third_party, narrator; None for all.
        unit: "statement" (one speech act), "source" (one document that reports it), "day", "week" (ISO 8601) or
            "range" (everything once). Undated statements share one day and one week.
        value: "net" (the sum of the signs), "count" (units with any position), "for", "open" or "against" (units
            with such a position), or "mean" (net divided by what was added up, from -1 to 1 with the usual signs).
        signs: other signs by position, such as {"conditional": 0.5}.
        labels: whether to name rows and columns as people read them instead of by id.
        as_of: leave out what the sources published up to this day do not make known.
        tables: own frames of the schemas, by name, in place of the tables that ship.

    Returns:
        A frame with ids (or names) as index and columns, both sorted by id. "net" and "mean" are missing where
        nothing was said, to keep silence apart from balance; counts are 0 there. Whole numbers are nullable
        integers, others floats.

    Raises:
        UnknownNameError: for rows, columns, attribution, unit, value or position that do not exist.
        InputError: when rows and columns are the same, or tables do not fit together.

    Example:
        >>> from summitry import stance_matrix
        >>> matrix = stance_matrix(rows="party", columns="issue", value="count")
        >>> matrix.index.name, matrix.columns.name
        ('party_id', 'issue')
    """
    axes = [AXES[choice("axis", a, list(AXES))] for a in (rows, columns)]
    if rows == columns:
        raise InputError(f"rows and columns are both {rows!r}; give two of: {', '.join(AXES)}.")
    choice("value", value, VALUES)
    seen = observations(attribution, as_of=as_of, tables=tables)
    counted = in_units(signed(seen, signs), unit, as_of, tables)
    counted = counted.drop_duplicates([*axes, "direction", "sign", "unit"])
    matrix = _filled(counted.astype(dict.fromkeys(axes, "str")), axes, value)
    return _called(matrix, as_of, tables) if labels else matrix


def _filled(counted: pd.DataFrame, axes: list[str], value: str) -> pd.DataFrame:
    """Return the matrix of a value from observations of which each counts once."""
    cells = counted.groupby(axes)
    if value == "net":
        found = cells["sign"].sum()
    elif value == "mean":
        found = cells["sign"].mean()
    elif value == "count":
        found = cells["unit"].nunique()
    else:
        of_direction = counted["unit"].where(counted["direction"].astype("str") == value)
        found = of_direction.groupby([counted[a] for a in axes]).nunique()
    matrix = found.unstack()  # noqa: PD010 - a series is unstacked, a pivot would need a frame
    if value not in ("net", "mean"):
        matrix = matrix.fillna(0)
    whole = value != "mean" and bool((counted["sign"] % 1 == 0).all() or value != "net")
    return matrix.sort_index().sort_index(axis=1).astype("Int64" if whole else "float64")


def _called(matrix: pd.DataFrame, as_of: Day | None, tables: Tables | None) -> pd.DataFrame:
    actors = table("actors", as_of, tables).set_index("actor_id")["name"]
    demands = table("demands", as_of, tables).set_index("demand_id")["label"]
    issues = schema.package().table("demands")["issue"].labels
    names: dict[str, dict[Any, Any]] = {
        **dict.fromkeys(ACTORS.values(), actors.to_dict()),
        "demand_id": demands.to_dict(),
        "issue": issues,
    }
    return matrix.rename(names[str(matrix.index.name)]).rename(names[str(matrix.columns.name)], axis=1)
