"""Where positions moved: from one day's position to that of the next day with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis.daily import by_day
from summitry.analysis.inputs import with_names
from summitry.analysis.positions import KEYS, NAMES
from summitry.analysis.selection import SELF
from summitry.analysis.stances import observations, reporting_sources, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day


def changes(days: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return each dated day whose position differs from that of the dated day before it.

    Args:
        days: what `by_day` returned.
        keys: the same keys.

    Returns:
        The keys, and for position, day, mixed and statement_ids a pair of columns, from_… and to_….
    """
    days = days[days["day"].notna()].sort_values([*keys, "day"]).reset_index(drop=True)
    shown = ["position", "day", "mixed", "statement_ids"]
    before = days.groupby(list(keys), observed=True)[shown].shift().add_prefix("from_")
    pairs = days[list(keys)].join(before).join(days[shown].add_prefix("to_"))
    moved = pairs["from_day"].notna() & (pairs["from_position"].astype("str") != pairs["to_position"].astype("str"))
    return pairs[moved].reset_index(drop=True)


def position_changes(
    attribution: str | Sequence[str] | None = SELF,
    holder: str | Sequence[str] | None = None,
    demand: str | Sequence[str] | None = None,
    *,
    as_of: Day | None = None,
    tables: Tables | None = None,
) -> pd.DataFrame:
    """Return who moved on what: each change from one day's position to that of the next day with one.

    A change is within one attribution: a holder's own statements are compared only with each other. Days, and what is
    taken on a day with several positions, are as in `positions`; a change on or from such a day is marked `mixed`
    and should be read before it is reported. Undated statements take no part.

    Args:
        attribution: as in `positions`.
        holder: as in `positions`.
        demand: as in `positions`.
        as_of: as in `positions`.
        tables: as in `positions`.

    Returns:
        One row per change, sorted by holder, demand, attribution and day.

    Columns:
        holder_id, holder_name, demand_id, demand_label, attribution: as in `positions`.
        from_position, to_position (ordered category): before and after.
        from_direction, to_direction (ordered category): for, open or against; equal where only the wording moved,
            as from accepts to demands.
        from_day, to_day (datetime): the last day with the old position and the first with the new one.
        mixed (boolean): whether either day had several positions.
        from_statement_ids, to_statement_ids (text): the statements of those days with those positions, joined by
            ";".

    Raises:
        UnknownNameError: for an attribution that does not exist.
        InputError: for a holder or demand that does not exist, or tables that do not match.

    Example:
        >>> from summitry import position_changes
        >>> moves = position_changes()
        >>> bool((moves["from_day"] < moves["to_day"]).all())
        True
    """
    rows = observations(
        attribution, by="holder", groups="whole", infer=False, holder=holder, demand=demand, as_of=as_of, tables=tables
    )
    moves = changes(by_day(rows, list(KEYS), reporting_sources(as_of, tables)), KEYS)
    for end in ("from", "to"):
        position = moves[[f"{end}_position"]].set_axis(["position"], axis=1)
        moves[f"{end}_direction"] = signed(position, None)["direction"]
    moves["mixed"] = moves["from_mixed"].astype("boolean") | moves["to_mixed"].astype("boolean")
    pairs = [f"{end}_{what}" for what in ("position", "direction", "day") for end in ("from", "to")]
    columns = [*KEYS, *pairs, "mixed", "from_statement_ids", "to_statement_ids"]
    return with_names(moves[columns], NAMES, as_of, tables)
