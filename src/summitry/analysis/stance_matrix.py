"""Positions of actors on demands, wholes or issues, as a matrix of counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis import selection
from summitry.analysis.inputs import SEPARATOR, called, table
from summitry.analysis.selection import SELF, analysis
from summitry.analysis.stances import DIRECTIONS, in_units, observations, relations_of
from summitry.dataset.entailment import PART_OF, RELATIONS
from summitry.errors import InputError, choice
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal, Unpack

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.analysis.selection import Attribution, By, Chosen, Groups
    from summitry.dataset.arguments import Unit
    from summitry.dataset.days import Day
    from summitry.dataset.entailment import Relation

# level → the column that says it, and unless asked, the relations by which it infers and the value of its cells
LEVELS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "demand": ("demand_id", RELATIONS, "net"),
    "whole": ("demand_id", RELATIONS, "net"),
    "issue": ("issue", (), "count"),
}
SUMS, COUNTS = ("net", "mean"), ("count", *DIRECTIONS)
VALUES = ("net", *COUNTS, "mean", "stance_ids")


@analysis
def stance_matrix(
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    unit: Unit = "statement",
    value: str | None = None,
    *,
    by: By = "party",
    level: Literal["demand", "whole", "issue"] = "demand",
    groups: Groups = "members",
    infer: bool | Relation | Sequence[Relation] | None = None,
    labels: bool = False,
    **chosen: Unpack[Chosen],
) -> pd.DataFrame:
    """Return how often each actor is for or against each demand, whole or issue.

    Each stance has a sign: +1 for the demand (demands, accepts), -1 against it (rejects), 0 if open (conditional,
    noncommittal). Within a unit, the same direction of an actor on a demand counts once: a position in ten speeches
    of a week counts once for the week. A unit with both directions counts for both. Of a pair of contraries there is
    one column, that of the demand that the row of demand_relations names first, unless `demand` is the other one.

    Args:
        attribution: as in `positions`. By default only own statements count, not what adversaries say.
        unit: "statement" (one speech act), "source" (the document whose words show the stance), "day", "week" (ISO
            8601) or "range" (everything once). Undated statements share one day and one week.
        value: "net" (the sum of the signs), "mean" (net divided by what was added up, from -1 to 1), "count" (units
            with any position), "for", "open" or "against" (units with such a position), or "stance_ids" (the stances,
            joined by ";", for `stances_behind`). By default "net", and "count" for issues.
        level: "demand"; "whole", where a demand that is part of another counts for the widest one that follows from
            it, so that a position against a part, of which nothing follows, is not counted; or "issue", which has
            counts only: a sum of signs would add up demands that are opposed to each other.
        infer: as in `positions`; by default all relations for demands and wholes, and none for issues, which have
            the coded demands already.
        labels: whether to use names for rows and columns instead of ids.
        by, groups, holder, party, speaker, demand, issue, addressee, narrators: as in `positions`.
        since, until, dating, as_of, tables: as in `positions`.

    Returns:
        A frame with actors as rows and demands, wholes or issues as columns, by id (or name), both sorted by id; `.T`
        exchanges them. "net" and "mean" are missing if there are no stances, so that silence differs from balance;
        counts are 0 then. Whole numbers are nullable integers, others floats.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for a sum of signs by issue, wholes without the relation "part_of", and as in `positions`.

    Example:
        >>> from summitry import stance_matrix
        >>> matrix = stance_matrix(level="issue")
        >>> matrix.index.name, matrix.columns.name
        ('party_id', 'issue')
    """
    _, usual, usual_value = LEVELS[choice("level", level, list(LEVELS))]
    value = usual_value if value is None else choice("value", value, VALUES)
    if level == "issue" and value in SUMS:
        raise InputError(
            f"An issue has demands that are opposed to each other, so {value!r} would add up what is opposed. "
            "Give value='for', 'open', 'against' or 'count'."
        )
    asked = usual if infer is None else infer
    seen = observations(attribution, by=by, groups=groups, infer=asked, fold=True, **chosen)
    matrix = matrices(seen, [value], unit, by=by, level=level, follow=relations_of(asked), **chosen)[value]
    matrix = matrix.astype("Int64") if value in COUNTS else matrix
    return _called(matrix, *selection.source(chosen)) if labels else matrix


def matrices(
    seen: pd.DataFrame,
    values: Sequence[str],
    unit: str,
    *,
    by: str,
    level: str,
    follow: Sequence[str],
    **chosen: Unpack[Chosen],
) -> dict[str, pd.DataFrame]:
    """Return the matrix of each of several values, as in `stance_matrix`, with the filters by which `seen` was made.

    Counts are plain integers, which pandas has in one block. `seen` is what `observations` returns, contraries folded,
    by the relations to `follow`.
    """
    column, *_ = LEVELS[level]
    if level == "whole":
        seen = seen[~seen["demand_id"].isin(_parts(follow, chosen))]
    axes = [f"{by}_id", column]
    counted = in_units(seen, unit, *selection.source(chosen))
    counted[axes[0]] = counted["actor"]
    counted = counted.astype(dict.fromkeys(axes, types.text()))
    once = counted.drop_duplicates([*axes, "direction", "sign", "unit"])
    return {value: _filled(counted, once, axes, value) for value in values}


def _parts(follow: Sequence[str], chosen: Chosen) -> set[str]:
    """Return the demands that are part of another one."""
    if PART_OF not in follow:
        raise InputError("level='whole' needs the relation 'part_of' in infer: by it a part counts for the whole.")
    demands = table("demands", *selection.source(chosen))
    return set(demands.loc[demands["part_of_id"].notna(), "demand_id"])


def _filled(counted: pd.DataFrame, once: pd.DataFrame, axes: list[str], value: str) -> pd.DataFrame:
    """Return the matrix of a value from observations, and from the same with what a unit has twice once."""
    cells = once.groupby(axes)
    found: pd.Series[Any]
    if value == "stance_ids":
        found = counted.groupby(axes)["stance_id"].agg(lambda ids: SEPARATOR.join(dict.fromkeys(ids)))
    elif value == "net":
        found = cells["sign"].sum()
    elif value == "mean":
        found = cells["sign"].mean()
    elif value == "count":
        found = cells["unit"].nunique()
    else:
        of_direction = once["unit"].where(once["direction"] == value)
        found = of_direction.groupby([once[a] for a in axes]).nunique()
    missing = 0 if value in COUNTS else None
    matrix = found.unstack(fill_value=missing).sort_index().sort_index(axis=1)  # noqa: PD010 - a series has no pivot
    if value == "stance_ids":
        return matrix.astype(types.text())
    return matrix.astype("Int64") if value == "net" else matrix


def _called(matrix: pd.DataFrame, as_of: Day | None, tables: Tables | None) -> pd.DataFrame:
    by_issue = matrix.columns.name == "issue"
    columns = schema.package().table("demands")["issue"].labels if by_issue else called("demands", as_of, tables)
    return matrix.rename(called("actors", as_of, tables)).rename(columns, axis=1)
