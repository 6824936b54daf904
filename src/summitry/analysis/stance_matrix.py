"""Positions of actors on demands or issues, as a matrix of signed counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis.inputs import choice, table
from summitry.analysis.selection import SELF
from summitry.analysis.stances import in_units, observations, signed
from summitry.errors import InputError
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day

ACTORS = {"holder": "holder_id", "speaker": "speaker_id", "party": "party_id"}
SUBJECTS = {"demand": "demand_id", "issue": "issue"}
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
    """Return how strongly each actor is for or against each demand or issue.

    Each stance has a sign: +1 for the demand (demands, accepts), -1 against it (rejects), 0 if open
    (conditional, noncommittal). Within a unit, stances with the same row, column and direction count once: a position
    in ten speeches of a week counts once for the week. A unit with both directions counts for both.

    By default only the holders' own statements count, not what adversaries say about them.

    Args:
        rows: "holder" (who has the position), "speaker" (who says so), "party" (the belligerent state of the
            holder, else its widest body, on the day), "demand" or "issue".
        columns: another of these. Over an issue, signs of different demands are added: use "count" rather
            than "net" unless the demands have the same direction.
        attribution: one or several of self, adversary, third_party, narrator; None for all.
        unit: "statement" (one speech act), "source" (one document that reports it), "day", "week" (ISO 8601) or
            "range" (everything once). Undated statements share one day and one week.
        value: "net" (the sum of the signs), "count" (units with any position), "for", "open" or "against" (units
            with such a position), or "mean" (net divided by what was added up, from -1 to 1 with the usual signs).
        signs: other signs by position, such as {"conditional": 0.5}.
        labels: whether to use names for rows and columns instead of ids.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.

    Returns:
        A frame with ids (or names) as index and columns, both sorted by id. "net" and "mean" are missing if
        there are no stances, so that silence differs from balance; counts are 0 then. Whole numbers are nullable
        integers, others floats.

    Raises:
        UnknownNameError: for rows, columns, attribution, unit, value or position that do not exist.
        InputError: when rows and columns are the same, or tables do not match.

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
    seen = observations(attribution, by="holder", groups="whole", infer=False, as_of=as_of, tables=tables)
    counted = in_units(signed(seen, signs), unit, as_of, tables)
    counted = counted.drop_duplicates([*axes, "direction", "sign", "unit"])
    matrix = _filled(counted.astype(dict.fromkeys(axes, types.text())), axes, value)
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
