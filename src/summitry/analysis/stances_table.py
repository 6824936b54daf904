"""One flat row per stance, with everything about it: for spreadsheets, R, and to see what an aggregate is based on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis import selection
from summitry.analysis.inputs import SEPARATOR, affiliations, called, known, party_column, table, with_names
from summitry.analysis.stances import observations
from summitry.dataset.arguments import checked
from summitry.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Unpack

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.analysis.selection import Attribution, By, Chosen, Groups
    from summitry.dataset.days import Day
    from summitry.dataset.entailment import Relation

_NAMED = {
    "actor_id": "actors",
    "speaker_id": "actors",
    "speaker_party_id": "actors",
    "holder_id": "actors",
    "holder_party_id": "actors",
    "demand_id": "demands",
}
_COLUMNS = (
    *("stance_id", "statement_id", "mention_id"),
    *_NAMED,
    *("act", "said_from", "said_to"),
    *("issue", "position", "condition", "sign"),
    *("attribution", "inferred_by", "inferred_from", "via_group_id"),
    *("outlet", "address", "quote", "summary"),
)


@selection.analysis
def stances_table(
    attribution: Attribution | Sequence[Attribution] | None = None,
    *,
    by: By = "party",
    groups: Groups = "whole",
    infer: bool | Relation | Sequence[Relation] = False,
    **chosen: Unpack[Chosen],
) -> pd.DataFrame:
    """Return one flat row per stance, with its statement, the quotation of its report and its source.

    With the usual settings there is a row for each row of the table stances, whoever says it, also for a position
    whose time had ended before, which other analyses leave out. With `groups="members"` a joint statement has a row
    for each member; with `infer=True` there are also rows for what follows for other demands. `stances_behind`
    returns the rows behind a number of another analysis.

    Args:
        attribution: one or several of self, adversary, third_party, narrator; None for all.
        by: what the actor is: "party", "holder" or "speaker", as in `positions`.
        groups: "whole" or "members", as in `positions`.
        infer: False, True, or one or several of "contrary", "part_of" and "excludes", as in `positions`.
        holder, party, speaker, demand, issue, addressee, narrators: as in `positions`.
        since, until, dating, as_of, tables: as in `positions`.

    Returns:
        One row per actor and stance, sorted by actor, demand, day and stance.

    Columns:
        stance_id, statement_id, mention_id (text): the stance, the statement that states it, and the report whose
            words show it.
        actor_id, actor_name (text): for whom it counts: a party unless `by` is another.
        speaker_id, speaker_name, speaker_party_id, speaker_party_name (text): who says it, and the party on the day.
        holder_id, holder_name, holder_party_id, holder_party_name (text): whose position it is, as coded, and the
            party on the day.
        demand_id, demand_label (text): the demand.
        act (ordered category): what the speaker does by saying it.
        said_from, said_to (datetime): first and last day on which it may have been said.
        issue (ordered category): of the demand.
        position (ordered category), condition (text): as coded; missing where inferred.
        sign (float): 1 for, 0 open, -1 against.
        attribution (ordered category): who says that it is the holder's position.
        inferred_by (text): the relations by which it follows, joined by ";"; missing where coded.
        inferred_from (text): the stance from which it follows; missing where coded.
        via_group_id (text): the group through which it counts for the actor; else missing.
        outlet, address (text): the publisher and the address of the source whose words show it.
        quote, summary (text): what the report quotes, and the statement in our own words. Of several positions in one
            remark, the quotation may show another one.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for an id that is in no row, a day that is none, or tables that do not match.

    Example:
        >>> from summitry import load_stances, stances_table
        >>> len(stances_table()) == len(load_stances())
        True
        >>> set(stances_table(speaker="sergey-lavrov")["speaker_party_name"])
        {'Russia'}
    """
    rows = observations(attribution, by=by, groups=groups, infer=infer, ended=True, **chosen)
    return _described(rows, *selection.source(chosen))


def _described(rows: pd.DataFrame, as_of: Day | None, tables: Tables | None) -> pd.DataFrame:
    """Add names, parties, words and sources to observations."""
    belongs = affiliations(as_of, tables)
    parties = {f"{who}_party_id": party_column(rows, f"{who}_id", belongs) for who in ("speaker", "holder")}
    rows = rows.assign(actor_id=rows["actor"], **parties)
    statements = table("statements", as_of, tables)[["statement_id", "summary"]]
    mentions = table("mentions", as_of, tables)[["mention_id", "quote", "source_id"]]
    sources = table("sources", as_of, tables)[["source_id", "publisher_id", "url"]]
    rows = rows.merge(statements, on="statement_id", how="left").merge(mentions, on="mention_id", how="left")
    rows = rows.merge(sources.rename(columns={"url": "address"}), on="source_id", how="left")
    rows["outlet"] = rows["publisher_id"].map(called("actors", as_of, tables)).astype(rows["publisher_id"].dtype)
    return with_names(rows[list(_COLUMNS)].copy(), _NAMED, as_of, tables)


@checked
def stances_behind(
    stance_ids: str | Iterable[str], *, as_of: Day | None = None, tables: Tables | None = None
) -> pd.DataFrame:
    """Return the stances behind a number of another analysis, by day, with what their reports quote and the sources.

    A report has one short quotation of a remark. Of several positions in it, that may show another one: read the page.

    Args:
        stance_ids: the cell `stance_ids` of a row or a tie, ids joined by ";", or the ids one by one, such as a column
            of such cells.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.

    Returns:
        One row per stance, by day, with the columns of `stances_table`.

    Raises:
        InputError: for an id that no stance has, or one of a stance that was published later.

    Example:
        >>> from summitry import stances_behind
        >>> stances_behind("lavrov-2025-08-24-no-meeting-for-spotlight-s1")["speaker_name"].tolist()
        ['Sergey Lavrov']
    """
    cells = [stance_ids] if isinstance(stance_ids, str) else [cell for cell in stance_ids if isinstance(cell, str)]
    wanted = set(known("stances", [stance for cell in cells for stance in cell.split(SEPARATOR)], tables))
    rows = stances_table(as_of=as_of, tables=tables)
    missing = sorted(wanted - set(rows["stance_id"]))
    if missing:
        raise InputError(f"The stance {missing[0]!r} was not published by {as_of}.")
    found = rows[rows["stance_id"].isin(wanted)]
    return found.sort_values(["said_to", "said_from", "stance_id"]).reset_index(drop=True)
