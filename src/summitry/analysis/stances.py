"""Stances as dated, signed observations of actors: what every analysis counts."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, get_args

from summitry import schema
from summitry.analysis import selection
from summitry.analysis.inputs import affiliations, entailments, party_column, several, table
from summitry.analysis.selection import SELF, Groups, attributions
from summitry.dataset.entailment import CONTRARY, RELATIONS, SIGNS
from summitry.errors import InputError, choice
from summitry.schema import types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Unpack

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.analysis.selection import Chosen
    from summitry.dataset.days import Day
    from summitry.dataset.entailment import Entailments

# the direction of a position whose sign is positive, zero and negative
DIRECTIONS = ("for", "open", "against")
# whose position it is → the column that says it, before groups and parties are taken into account
ACTORS = {"party": "holder_id", "holder": "holder_id", "speaker": "speaker_id"}
_NOT_OF_INFERRED = ("position", "condition", "condition_demand_id")


def observations(
    attribution: str | Sequence[str] | None = SELF,
    *,
    by: str = "party",
    groups: str = "members",
    infer: bool | str | Sequence[str] = True,
    fold: bool = False,
    ended: bool = False,
    **chosen: Unpack[Chosen],
) -> pd.DataFrame:
    """Return the stances as observations: which actor is for or against which demand, when, and by whose words.

    The options are those of `positions`. Beside them, `fold` lets one demand count for both of a pair of contraries, if
    contraries are inferred: the one that the row of demand_relations names first, unless only the other is chosen.
    `ended` keeps positions whose time had ended before they were said, as what somebody wanted in 2021.

    Returns:
        One row per actor and stance, and one per actor, statement, demand and sign that is only inferred, sorted by
        actor, demand, day and stance.

    Columns:
        stance_id: the coded stance on which the row is based.
        statement_id, mention_id, speaker_id, holder_id, attribution: of that stance.
        actor, party_id: whose position it is, and the party of that actor on the day.
        via_group_id: the group through which it counts for a member; else missing.
        demand_id, issue: of the coded or inferred demand.
        position, condition, condition_demand_id: as coded; missing where inferred.
        sign, direction: 1 for, 0 open, -1 against, and the same in words.
        inferred_from, inferred_by: the stance, and the relations joined by ";"; missing where coded.
        left: of what is inferred, the first later day on which the actor takes only other directions on the demand from
            which it follows; NaT where there is none, and where coded.
        act, said_from, said_to, day: of the statement; day is the last on which it may have been said, NaT if unknown.

    Raises:
        UnknownNameError: as in `positions`.
        InputError: for a stance without its statement or demand, and as in `positions`.
    """
    _require_choices(by, groups, attribution)
    follow = relations_of(infer)
    chosen = selection.current(chosen)
    as_of, tables = selection.source(chosen)
    entailed = entailments(follow, as_of, tables)
    rows = _counted_for(signed(_coded(attribution, chosen, ended=ended)), by, groups, chosen)
    rows = _with_inferred(_of_actors(rows, chosen), entailed)
    rows = _on_demands(rows, chosen)
    if fold and CONTRARY in follow:
        rows = rows[~rows["demand_id"].isin(_left_out(entailed.folded(), several(chosen.get("demand")) or ()))]
    order = ["actor", "demand_id", "day", "statement_id", "stance_id", "sign"]
    return rows.sort_values(order, kind="stable").reset_index(drop=True)


def _left_out(first: Mapping[str, str], wanted: Sequence[str]) -> set[str]:
    """Return the demands for which a contrary counts: all but the first of each pair, or the one that is asked for."""
    asked = {demand for demand in wanted if first.get(demand, demand) not in wanted}
    return {demand for demand, counts in first.items() if counts != demand} - asked


def relations_of(infer: bool | str | Sequence[str]) -> tuple[str, ...]:  # noqa: FBT001 - True and False are two of the values
    """Return the relations by which to infer: True means all, False none.

    Raises:
        UnknownNameError: for a relation by which nothing is inferred.
    """
    if isinstance(infer, bool):
        return RELATIONS if infer else ()
    return tuple(choice("relation to infer by", relation, RELATIONS) for relation in several(infer) or ())


def _coded(attribution: str | Sequence[str] | None, chosen: Chosen, *, ended: bool) -> pd.DataFrame:
    """Return the coded stances that are chosen, with who says them, and when."""
    rows = table("stances", *selection.source(chosen))
    rows = rows[rows["attribution"].isin(attributions(attribution))]
    statements, keep = selection.statements(chosen)
    _require_partners(rows, statements, "statements")
    said = statements.loc[keep, ["statement_id", "speaker_id", "act", "said_from", "said_to", "day"]]
    rows = rows.merge(said, on="statement_id", validate="m:1")
    if not ended:
        rows = rows[~(rows["held_to"] < rows["said_from"].fillna(rows["said_to"]))]
    return rows.reset_index(drop=True)


def _require_partners(rows: pd.DataFrame, others: pd.DataFrame, of: str) -> None:
    (key,) = schema.package().table(of).primary_key
    strangers = set(rows[key]) - set(others[key])
    if strangers:
        stance = rows.loc[rows[key].isin(strangers), "stance_id"].iloc[0]
        raise InputError(f"The stance {stance!r} names a {key} that no row of {of} has. Give your own table {of} too.")


def _require_choices(by: str, groups: str, attribution: str | Sequence[str] | None) -> None:
    """Refuse options that do not exist or do not go together, before any table is read."""
    choice("kind of actor", by, list(ACTORS))
    choice("way to count groups", groups, get_args(Groups))
    if by == "speaker" and attributions(attribution) != SELF:
        raise InputError(
            "by='speaker' needs attribution='self': what somebody says of another's position is not his own position."
        )


def _counted_for(rows: pd.DataFrame, by: str, groups: str, chosen: Chosen) -> pd.DataFrame:
    """Add the actors for whom each stance counts, and their parties."""
    import pandas as pd

    subject = ACTORS[by]
    belongs = affiliations(*selection.source(chosen))
    counts = [
        belongs.counts_for(actor, None if pd.isna(day) else day.date(), speaker)
        if groups == "members" and attributed in SELF
        else [actor]
        for actor, speaker, attributed, day in zip(
            rows[subject], rows["speaker_id"], rows["attribution"], rows["day"], strict=True
        )
    ]
    rows = rows.loc[rows.index.repeat([len(members) for members in counts])].reset_index(drop=True)
    rows["member"] = pd.Series([m for members in counts for m in members], index=rows.index, dtype=types.text())
    rows["via_group_id"] = rows[subject].where(rows[subject] != rows["member"]).astype(types.text())
    rows["party_id"] = party_column(rows, "member", belongs)
    rows["actor"] = rows["party_id" if by == "party" else "member"]
    once = ["actor", "statement_id", "demand_id", "attribution", "position"]
    rows = rows.sort_values("via_group_id", na_position="first", kind="stable")
    return rows[~(rows.duplicated(once) & rows["via_group_id"].notna())]


def _of_actors(rows: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    holders, parties = several(chosen.get("holder")), several(chosen.get("party"))
    if holders is not None:
        rows = rows[rows["holder_id"].isin(holders) | rows["member"].isin(holders)]
    if parties is not None:
        rows = rows[rows["party_id"].isin(parties)]
    return rows.drop(columns="member").reset_index(drop=True)


def _with_inferred(rows: pd.DataFrame, entailed: Entailments) -> pd.DataFrame:
    """Add what follows from each row for other demands: once per actor, statement, demand, sign and attribution."""
    import pandas as pd

    rows = rows.assign(source=rows["demand_id"], side=rows["direction"].astype("str"), steps=0)
    rows = rows.assign(inferred_from=None, inferred_by=None)
    follows = pd.DataFrame(
        [
            (demand, float(sign), found.demand, float(found.sign), found.by, step)
            for demand in sorted(set(rows["demand_id"]))
            for sign in SIGNS
            for step, found in enumerate(entailed.of(demand, sign), 1)
        ],
        columns=["demand_id", "sign", "other", "implied", "relations", "step"],
    )
    added = rows.merge(follows.astype({"demand_id": types.text(), "sign": "float64"}), on=["demand_id", "sign"])
    added = added.assign(
        demand_id=added["other"].astype(types.text()),
        sign=added["implied"].astype("float64"),
        inferred_from=added["stance_id"],
        inferred_by=added["relations"],
        steps=added["step"],
        **{column: added[column].where(added["stance_id"].isna()) for column in _NOT_OF_INFERRED},
    )
    added = with_direction(added)[rows.columns].sort_values(["steps", "stance_id"], kind="stable")
    whole = pd.concat([rows, added.astype(rows.dtypes)], ignore_index=True) if len(added) else rows
    once = ["actor", "statement_id", "demand_id", "sign", "attribution"]
    whole = whole[~(whole.duplicated(once) & whole["inferred_by"].notna())].reset_index(drop=True)
    whole = whole.assign(left=_left(whole)).drop(columns=["steps", "side", "source"])
    return whole.astype({"inferred_from": types.text(), "inferred_by": types.text()})


def _left(rows: pd.DataFrame) -> pd.Series[Any]:
    """Return the day on which each actor has left the position from which an inferred row follows."""
    import pandas as pd

    on_day = ["actor", "source", "attribution", "turn"]
    said = rows.assign(source=rows["demand_id"], turn=rows["day"], is_coded=rows["inferred_by"].isna())
    said = said[said["turn"].notna()]
    said = said[said["is_coded"] | ~said.groupby(on_day, observed=True)["is_coded"].transform("any")]
    inferred = rows.loc[rows["inferred_by"].notna(), [*on_day[:3], "side", "day"]].reset_index()
    pairs = inferred.merge(said[[*on_day, "direction"]], on=on_day[:3])
    pairs = pairs[~(pairs["turn"] <= pairs["day"])]  # what has no day comes before all
    still = (pairs["direction"].astype("str") == pairs["side"]).groupby([pairs["index"], pairs["turn"]]).any()
    turns = still[~still].reset_index().groupby("index")["turn"].min()
    return pd.Series(turns, index=rows.index, dtype=rows["day"].dtype)


def _on_demands(rows: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    """Add the issue of each demand, and leave out demands and issues that are not chosen.

    Warns:
        UserWarning: where demands that are asked for by id are left out because of the addressee.
    """
    demands = table("demands", *selection.source(chosen))[["demand_id", "issue", "addressee_id"]]
    _require_partners(rows, demands, "demands")
    asked, acting = (several(chosen.get(option)) for option in ("demand", "addressee"))  # type: ignore[arg-type] # likewise
    if asked and acting:
        fitting = set(demands.loc[demands["addressee_id"].isin(acting), "demand_id"])
        if others := [demand for demand in asked if demand not in fitting]:
            said = f"{len(others)} of {len(asked)} demands, on which nobody or another would have to act"
            warnings.warn(f"addressee leaves out {said}: {', '.join(others)}.", stacklevel=2)
    rows = rows.merge(demands, on="demand_id", validate="m:1")
    for option, column in (("demand", "demand_id"), ("issue", "issue"), ("addressee", "addressee_id")):
        wanted = several(chosen.get(option))  # type: ignore[arg-type] # each is a text or several
        if wanted is not None:
            rows = rows[rows[column].isin(wanted)]
    return rows.drop(columns="addressee_id")


def stated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the observations that are coded on a demand or on its contrary, and no more than follows from others."""
    return rows[rows["inferred_by"].fillna(CONTRARY) == CONTRARY]


def direction(sign: float) -> str:
    """Return for, open or against: which way a sign points."""
    return DIRECTIONS[1 - (sign > 0) + (sign < 0)]


def with_direction(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the column direction (for, open or against), from the column sign."""
    import pandas as pd

    directions = rows["sign"].map(direction, na_action="ignore")
    return rows.assign(direction=directions.astype(pd.CategoricalDtype(list(DIRECTIONS), ordered=True)))


def signed(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the columns sign and direction (for, open or against), from the column position."""
    signs = schema.package().table("stances")["position"].signs
    return with_direction(rows.assign(sign=rows["position"].astype("str").map(signs).astype("float64")))


def reporting_sources(as_of: Day | None = None, tables: Tables | None = None) -> pd.DataFrame:
    """Return which source reports which statement: statement_id and source_id, each pair once."""
    return table("mentions", as_of, tables)[["statement_id", "source_id"]].drop_duplicates()


def n_sources(rows: pd.DataFrame, as_of: Day | None = None, tables: Tables | None = None) -> int:
    """Return how many sources report the statements of rows."""
    sources = reporting_sources(as_of, tables)
    return int(sources.loc[sources["statement_id"].isin(rows["statement_id"]), "source_id"].nunique())


def in_units(rows: pd.DataFrame, unit: str, as_of: Day | None, tables: Tables | None) -> pd.DataFrame:
    """Add to observations the column unit, within which the same thing said twice counts once.

    `statement` is one speech act, however many sources report it. `source` is the document whose words show the
    stance. `day` and `week` (Monday to Sunday, ISO 8601) are those of the statement; undated statements share one.
    `range` is the whole time, so that everything counts once.
    """
    if unit == "statement":
        return rows.assign(unit=rows["statement_id"])
    if unit == "source":
        shown = rows["mention_id"].map(table("mentions", as_of, tables).set_index("mention_id")["source_id"])
        return rows.assign(unit=shown.fillna("statement " + rows["statement_id"]))
    if unit == "range":
        return rows.assign(unit="range")
    shown = rows["day"].dt.strftime("%Y-%m-%d" if unit == "day" else "%G-W%V")
    return rows.assign(unit=shown.fillna("undated"))
