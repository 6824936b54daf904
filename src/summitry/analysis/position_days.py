"""What is said day by day, and what is said last: the rules behind positions, changes and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.analysis.inputs import SEPARATOR, joined
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

# column of observations → what is put between several of its values; conditions may have semicolons in them
_TEXTS = {
    "statement_id": SEPARATOR,
    "stance_id": SEPARATOR,
    "condition": "; ",
    "condition_demand_id": SEPARATOR,
    "inferred_by": SEPARATOR,
}
_COUNTS = ["n_statements", "n_own_statements", "n_sources", "statement_ids", "stance_ids"]
_OF_POSITION = ["position", "direction", "condition", "condition_demand_id", "inferred_by", "left"]


def by_day(rows: pd.DataFrame, keys: Sequence[str], sources: pd.DataFrame) -> pd.DataFrame:
    """Return one position a day for each combination of keys, and who says what where there are several.

    On a day with several positions (`mixed`) one that is coded goes before one that is only inferred. Then the one
    that most statements of the day give is taken, then the one that most sources report, then the first in the order
    of the codebook. Which source reports which statement is what `reporting_sources` returns.

    Returns:
        The keys, day (NaT for what is undated, last), position (missing where only inferred), direction, mixed,
        who_said (missing where not mixed), the counts and ids of all statements and stances of the day, and
        condition, condition_demand_id and inferred_by of the position; and left, the day on which all from which it
        follows was left.
    """
    day_keys = [*keys, "day"]
    options = summed(rows, [*day_keys, "position", "direction"], sources)
    options["inferred"] = options["position"].isna()
    order = [*day_keys, "inferred", "n_statements", "n_sources", "position", "direction"]
    down = {"n_statements", "n_sources"}
    options = options.sort_values(order, ascending=[name not in down for name in order], kind="stable")
    first = options.groupby(day_keys, dropna=False, observed=True)[["position", "direction"]].transform("first")
    other_position = (options["position"] != first["position"]) & ~options["inferred"]
    differs = (other_position | (options["direction"] != first["direction"])).astype("boolean")
    options["mixed"] = differs.groupby([options[key] for key in day_keys], dropna=False, observed=True).transform("any")
    taken = options.drop_duplicates(day_keys)[[*day_keys, *_OF_POSITION, "mixed"]]
    whole = summed(rows.sort_values(["statement_id", "stance_id"]), day_keys, sources)[[*day_keys, *_COUNTS]]
    days = taken.merge(_who_said(rows, day_keys), on=day_keys, how="left").merge(whole, on=day_keys, validate="1:1")
    days["who_said"] = days["who_said"].where(days["mixed"].astype("bool"))
    return days[[*day_keys, "position", "direction", "mixed", "who_said", *_COUNTS, *_OF_POSITION[2:]]]


def _who_said(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return for each combination of keys what each speaker says, such as "anna: accepts; boris: rejects"."""
    rows = rows.sort_values(["speaker_id", "position", "direction"])
    said = rows["position"].astype("object").where(rows["position"].notna(), rows["direction"].astype("object"))
    groups = rows.groupby(keys, dropna=False, observed=True).ngroup()
    found = rows.assign(group=groups).drop_duplicates("group").set_index("group")[keys]
    return found.assign(who_said=joined(rows["speaker_id"] + ": " + said.astype(types.text()), groups, "; "))


def summed(rows: pd.DataFrame, keys: Sequence[str], sources: pd.DataFrame) -> pd.DataFrame:
    """Return what each combination of keys rests on; a missing value is a value, and statements stay in order.

    Returns:
        The keys, first_said and last_said, n_statements, n_own_statements (not through a group), n_sources and left
        (missing where a row has none), and as texts statement_ids, stance_ids, condition, condition_demand_id and
        inferred_by, one row per combination.
    """
    rows = rows.assign(group=rows.groupby(list(keys), dropna=False, observed=True).ngroup())
    found = rows.drop_duplicates("group").set_index("group")[list(keys)]
    groups = rows.groupby("group")
    reported = rows[["group", "statement_id"]].merge(sources, on="statement_id", how="left")
    own = rows[rows["via_group_id"].isna()].groupby("group")["statement_id"].nunique()
    found["first_said"], found["last_said"] = groups["day"].min(), groups["day"].max()
    found["n_statements"] = groups["statement_id"].nunique().astype("Int64")
    found["n_own_statements"] = own.reindex(found.index).fillna(0).astype("Int64")
    found["left"] = groups["left"].max().where(groups["left"].count() == groups.size())
    found["n_sources"] = reported.groupby("group")["source_id"].nunique().astype("Int64")
    texts = {column: joined(rows[column], rows["group"], separator) for column, separator in _TEXTS.items()}
    ids = {"statement_id": "statement_ids", "stance_id": "stance_ids"}
    return found.assign(**texts).rename(columns=ids).reset_index(drop=True)


def steady(days: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return what `by_day` did in order, with the position of days that are only inferred, as far as it is known.

    What is inferred confirms a position of the same direction: such a day has the position of the day before it,
    else of the day after it.

    Returns:
        The columns of `days` by keys and day, the undated first; and moved and turned: whether the position or the
        direction differs from that of the day before; true for the first day.
    """
    list_keys = list(keys)
    days = days.sort_values([*list_keys, "day"], na_position="first").reset_index(drop=True)
    turned = _changed(days, [*list_keys, "direction"])
    position = days.groupby(turned.cumsum())["position"]
    days["position"] = position.ffill().fillna(position.bfill())
    return days.assign(moved=_changed(days, [*list_keys, "direction", "position"]), turned=turned)


def kept(days: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the days of `by_day` in order, without those that nothing supports until the next one, or the end.

    What is inferred does not outlive what it follows from: if that is left before the next day, it is passed over.
    """
    import pandas as pd

    days = days.sort_values([*keys, "day"], na_position="first").reset_index(drop=True)
    combination = days.groupby(list(keys), observed=True).ngroup()
    keep: list[int] = []
    following: dict[int, Any] = {}  # by combination of keys, the next day that is kept
    for n, key, day, left in reversed(list(zip(days.index, combination, days["day"], days["left"], strict=True))):
        if pd.isna(left) or (key in following and left >= following[key]):
            keep.append(n)
            following[key] = day
    return days.loc[keep[::-1]].reset_index(drop=True)


def _changed(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series[bool]:
    """Return for each row whether one of the columns differs from the row before; missing equals missing."""
    texts = rows[list(columns)].astype("object")
    texts = texts.where(texts.notna(), "")
    return (texts != texts.shift()).any(axis=1)


def latest(days: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the last dated day of each combination of keys that is `kept`; the undated only where nothing is dated.

    Returns:
        The columns of `by_day`, one row per combination, and since and direction_since: the first day of the unbroken
        run of days that ends with this position, and of that with this direction.
    """
    days = steady(kept(days, keys), keys)
    for since, breaks in (("since", "moved"), ("direction_since", "turned")):
        days[since] = days.groupby(days.pop(breaks).cumsum())["day"].transform("min")
    return days.drop_duplicates(list(keys), keep="last").reset_index(drop=True)
