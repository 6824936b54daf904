"""The positions of actors on demands: the latest, day by day, and where they moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis import selection
from summitry.analysis.inputs import with_names
from summitry.analysis.position_days import by_day, kept, latest, steady, summed
from summitry.analysis.selection import SELF, analysis
from summitry.analysis.stances import observations, reporting_sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    import pandas as pd

    from summitry.analysis.selection import Attribution, By, Chosen, Groups
    from summitry.dataset.entailment import Relation

KEYS = ("actor", "demand_id", "attribution")
NAMES = {"actor_id": "actors", "demand_id": "demands"}
_COUNTS = ["first_said", "last_said", "n_statements", "n_own_statements", "n_sources", "statement_ids", "stance_ids"]
_OF_BOTH = ("position", "direction", "day", "who_said", "statement_ids", "stance_ids")


@analysis
def positions(
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    *,
    by: By = "party",
    groups: Groups = "members",
    infer: bool | Relation | Sequence[Relation] = True,
    **chosen: Unpack[Chosen],
) -> pd.DataFrame:
    """Return the latest position of each party on each demand, with its statements.

    What an adversary, a third party or a narrator says about a party has its own rows, separate from what the party
    says. What a draft requires counts where somebody states it: `load_document_clauses` has the rest.

    The latest position is that of the last day on which there is one. A statement counts on its day, and one of a
    range of days on the last of them (`said_to`, else `said_from`). Undated statements are counted, but are the
    latest only if no statement has a date. On a day with several positions (`mixed`), a coded one goes before an
    inferred one, then the most frequent one by statements is chosen, then by sources, then the first in the order of
    the codebook: demands, accepts, conditional, rejects, noncommittal.

    What is inferred has a direction and no position. On a later day it confirms a position of the same direction,
    and replaces one of another. It does not outlive what it follows from: once the party takes another side there, it
    counts no more.

    Args:
        attribution: who says so: one or several of self, adversary, third_party, narrator; None for all.
        by: whose position it is. "party" combines holders by their belligerent state, else their widest body, on the
            day (`party_of`). "holder" is the one whom the words name: of “I” the person, of “we” the country or body.
            "speaker" is the one who says it, which follows a person through both; only with the attribution self,
            because what somebody says of another's position is not his own.
        groups: "members" counts a joint statement for each member of a group that is listed, once per party and
            statement; "whole" counts it for the group. What somebody says for a group, such as “we Europeans”, counts
            for its members only where all are listed (`actors.members_complete`), else for the group. A group that is
            part of a body counts for that body.
        infer: by which relations of demands one position says something of another: one or several of "contrary" (for
            one is against the other), "part_of" (for a part is for the whole; against the whole is against each
            part, unless the part says who would have to act and the whole does not, or names another), "excludes"
            (for one is against the other); True for all, False for none.
        holder: only positions of these actors, as coded, or as a member of a group.
        party: only actors of these parties.
        speaker: only what these actors say.
        demand: only positions on these demands, by id.
        issue: only positions on demands of these issues.
        addressee: only positions on demands on which these actors would have to act, such as "ukraine" to leave
            Donbas; the column addressee_id of demands. Most demands have none, such as a ceasefire, for which both
            sides would have to act: they are left out, with a warning if they are asked for by `demand`.
        narrators: whether to count what media say in their own voice.
        since: only what was said on this day or later.
        until: only what was said on this day or earlier.
        dating: for statements of which the exact day is not known: "sure" counts those that are surely within since
            and until, "possible" also those that may be.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.

    Returns:
        One row per actor, demand and attribution, sorted by these.

    Columns:
        actor_id, actor_name (text): who has the position; a party unless `by` is another.
        demand_id, demand_label (text): the demand.
        attribution (ordered category): who says so.
        position (ordered category): the latest; missing where it is only inferred.
        direction (ordered category): for (demands, accepts), open (conditional, noncommittal) or against (rejects).
        mixed (boolean): whether other positions, or inferred ones of another direction, were given on that day too.
        who_said (text): on a mixed day, who says what, such as "anna: accepts; boris: rejects".
        since (datetime): first day of the unbroken run of days with this position; missing when undated.
        direction_since (datetime): first day of the unbroken run with this direction, over demands and accepts alike.
        first_said, last_said (datetime): first and last day with any position; missing when undated.
        n_statements, n_own_statements, n_sources (integer): statements with any position, those of them that are not
            through a group, and distinct sources that report them.
        statement_ids, stance_ids (text): all of these statements and stances by day, the undated last, joined by
            ";". `stances_behind` returns their words.
        condition, condition_demand_id (text): of the latest position, if it is conditional.
        inferred_by (text): the relations by which the latest position follows; missing where it is coded.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for an id that is in no row, a day that is none, tables that do not match, or `by` the speaker
            with another attribution than self.

    Source:
        The tables stances, statements, mentions, demands, demand_relations, actors, roles and group_members.

    Example:
        >>> from summitry import positions
        >>> table = positions(party=["russia", "ukraine"], demand="putin-zelensky-meeting")
        >>> table["actor_name"].tolist()
        ['Russia', 'Ukraine']
        >>> bool((table["since"] <= table["last_said"]).all())
        True
    """
    rows = observations(attribution, by=by, groups=groups, infer=infer, **chosen)
    as_of, tables = selection.source(chosen)
    sources = reporting_sources(as_of, tables)
    keys = list(KEYS)
    last = latest(by_day(rows, keys, sources), keys)
    found = summed(rows.sort_values(["day", "statement_id", "stance_id"]), keys, sources)[[*keys, *_COUNTS]]
    shown = ["position", "direction", "mixed", "who_said", "since", "direction_since"]
    about = ["condition", "condition_demand_id", "inferred_by"]
    merged = last[[*keys, *shown, *about]].merge(found, on=keys, validate="1:1")
    table = merged.sort_values(keys).reset_index(drop=True)[[*keys, *shown, *_COUNTS, *about]]
    return with_names(table.rename(columns={"actor": "actor_id"}), NAMES, as_of, tables)


@analysis
def daily_positions(
    attribution: Attribution | Sequence[Attribution] | None = SELF,
    *,
    by: By = "party",
    groups: Groups = "members",
    infer: bool | Relation | Sequence[Relation] = True,
    **chosen: Unpack[Chosen],
) -> pd.DataFrame:
    """Return the position of each party on each demand on each day on which there is one.

    Days, and what is taken on a day with several positions, are as in `positions`; undated statements are left out.

    Args:
        attribution, by, groups, infer, holder, party, speaker, demand, issue: as in `positions`.
        addressee, narrators, since, until, dating, as_of, tables: as in `positions`.

    Returns:
        One row per actor, demand, attribution and day, sorted by these.

    Columns:
        actor_id, actor_name, demand_id, demand_label, attribution: as in `positions`.
        day (datetime): the day.
        position (ordered category): the position of that day; missing where it is only inferred.
        direction (ordered category): for (demands, accepts), open (conditional, noncommittal) or against (rejects).
        mixed (boolean), who_said (text): as in `positions`.
        n_statements, n_own_statements, n_sources (integer), statement_ids, stance_ids (text): all of that day.
        condition, condition_demand_id, inferred_by (text): of that position.

    Raises:
        UnknownNameError: as in `positions`.
        InputError: as in `positions`.

    Example:
        >>> from summitry import daily_positions
        >>> bool(daily_positions(infer=False)["position"].notna().all())
        True
    """
    rows = observations(attribution, by=by, groups=groups, infer=infer, **chosen)
    as_of, tables = selection.source(chosen)
    days = by_day(rows, KEYS, reporting_sources(as_of, tables))
    days = days[days["day"].notna()].drop(columns="left").reset_index(drop=True).rename(columns={"actor": "actor_id"})
    return with_names(days, NAMES, as_of, tables)


@analysis
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
    days = by_day(rows, KEYS, reporting_sources(as_of, tables))
    days = steady(kept(days[days["day"].notna()], KEYS), KEYS)
    said = days[[*_OF_BOTH, "mixed"]]
    before = said.groupby([days[key] for key in KEYS], observed=True).shift().add_prefix("from_")
    pairs = days[list(KEYS)].join(before).join(said.add_prefix("to_"))
    moves = pairs[days["moved"] & pairs["from_day"].notna()].reset_index(drop=True)
    moves["mixed"] = moves["from_mixed"].astype("boolean") | moves["to_mixed"].astype("boolean")
    columns = [f"{end}_{what}" for what in _OF_BOTH for end in ("from", "to")]
    moves = moves[[*KEYS, *columns[:6], "mixed", *columns[6:]]]
    return with_names(moves.rename(columns={"actor": "actor_id"}), NAMES, as_of, tables)
