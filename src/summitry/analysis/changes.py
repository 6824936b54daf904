"""Where positions moved: from one day's position to that of the next day with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis import selection
from summitry.analysis.daily import by_day, kept, steady
from summitry.analysis.inputs import with_names
from summitry.analysis.positions import KEYS, NAMES
from summitry.analysis.selection import SELF, spelled_out
from summitry.analysis.stances import observations, reporting_sources
from summitry.dataset.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    import pandas as pd

    from summitry.analysis.selection import Attribution, By, Chosen, Groups
    from summitry.dataset.entailment import Relation

_OF_BOTH = ("position", "direction", "day", "who_said", "statement_ids", "stance_ids")


def changes(days: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return each dated day of `by_day` that is `kept` and whose position differs from that of the one before it.

    Returns:
        The keys, and for position, direction, day, mixed, who_said, statement_ids and stance_ids a pair of columns,
        from_… and to_….
    """
    days = steady(kept(days[days["day"].notna()], keys), keys)
    shown = [*_OF_BOTH, "mixed"]
    before = days.groupby(list(keys), observed=True)[shown].shift().add_prefix("from_")
    pairs = days[list(keys)].join(before).join(days[shown].add_prefix("to_"))
    return pairs[days["moved"] & pairs["from_day"].notna()].reset_index(drop=True)


@checked
@spelled_out
def position_changes(
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    *,
    by: By = "party",
    groups: Groups = "members",
    infer: bool | Relation | Sequence[Relation] = True,
    **chosen: Unpack[Chosen],
) -> pd.DataFrame:
    """Return who moved on what: each change from one day's position to that of the next day with one.

    A change is within one attribution: a party's own statements are compared only with each other. Days, and what is
    taken on a day with several positions, are as in `positions`; a change on or from such a day is marked `mixed`
    and should be read before it is reported. Undated statements take no part. Of a pair of contraries, only the
    demand that the row of demand_relations names first is compared, unless `demand` is the other one. Who asks for
    something else, as for Donbas in place of four regions, has a position on another demand and no change here:
    compare the days of `positions` on all demands of the issue.

    Args:
        attribution, by, groups, infer, holder, party, speaker, demand, issue: as in `positions`.
        addressee, narrators, since, until, dating, as_of, tables: as in `positions`.

    Returns:
        One row per change, sorted by actor, demand, attribution and day.

    Columns:
        actor_id, actor_name, demand_id, demand_label, attribution: as in `positions`.
        from_position, to_position (ordered category): before and after; missing where only inferred.
        from_direction, to_direction (ordered category): for, open or against; equal where only the wording moved,
            as from accepts to demands.
        from_day, to_day (datetime): the last day with the old position and the first with the new one.
        mixed (boolean): whether either day had several positions.
        from_who_said, to_who_said (text): on a mixed day, who says what.
        from_statement_ids, to_statement_ids, from_stance_ids, to_stance_ids (text): the statements and stances of
            those days, joined by ";". `stances_behind` returns their words.

    Raises:
        UnknownNameError: as in `positions`.
        InputError: as in `positions`.

    Example:
        >>> from summitry import position_changes
        >>> moves = position_changes()
        >>> bool((moves["from_day"] < moves["to_day"]).all())
        True
    """
    rows = observations(attribution, by=by, groups=groups, infer=infer, fold=True, **chosen)
    as_of, tables = selection.source(chosen)
    moves = changes(by_day(rows, list(KEYS), reporting_sources(as_of, tables)), KEYS)
    moves["mixed"] = moves["from_mixed"].astype("boolean") | moves["to_mixed"].astype("boolean")
    pairs = [f"{end}_{what}" for what in _OF_BOTH for end in ("from", "to")]
    columns = [*KEYS, *pairs[:6], "mixed", *pairs[6:]]
    return with_names(moves[columns].rename(columns={"actor": "actor_id"}), NAMES, as_of, tables)
