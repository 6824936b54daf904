"""What others say about a party, compared with its own position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.analysis.daily import by_day, latest
from summitry.analysis.inputs import affiliations, choice, party_column, with_names
from summitry.analysis.selection import SELF
from summitry.analysis.stances import observations, reporting_sources, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day

OF_OTHERS = tuple(a for a in schema.package().table("stances")["attribution"].enum if a not in SELF)
_LEVELS = {"party": "party_id", "holder": "holder_id"}


def attribution_gap(
    attribution: str | Sequence[str] = OF_OTHERS,
    of: str = "party",
    *,
    as_of: Day | None = None,
    tables: Tables | None = None,
) -> pd.DataFrame:
    """Compare the positions that others ascribe to a party with its own.

    Each row is what one speaker says about one party and demand, together with the party's own latest position,
    whenever it was stated, and the days of both. The latest position is that of `positions`. The two agree if they
    have the same direction: for (demands, accepts), open (conditional, noncommittal) or against (rejects). The
    party's statements on a demand that is part of this one, or contrary to it, are not used.

    Args:
        attribution: one or several of adversary, third_party, narrator.
        of: "party" combines holders and speakers by their belligerent state, else their widest body, so that what
            one minister says about another counts as the party's own; "holder" compares ids as coded.
        as_of: use only what was published by this day.
        tables: your own data frames by table name, instead of the dataset's tables.

    Returns:
        One row per party (or holder), demand, attribution and speaker, sorted by these.

    Columns:
        holder_id, holder_name (text): who is spoken about; a party unless `of` is "holder".
        demand_id, demand_label (text): the demand.
        attribution (ordered category): adversary, third_party or narrator.
        speaker_id, speaker_name (text): who says so.
        own_position, attributed_position (ordered category): the latest of each; own_position is missing if
            the party says nothing on the demand.
        agree (boolean): whether they have the same direction; missing without an own position.
        own_day, attributed_day (datetime): the day of each.
        own_mixed, attributed_mixed (boolean): whether that day had several positions.
        own_statement_ids, attributed_statement_ids (text): the statements of that day with that position, joined by
            ";".

    Raises:
        UnknownNameError: for an attribution or a value of `of` that does not exist.
        InputError: if tables do not match.

    Example:
        >>> from summitry import attribution_gap
        >>> sorted(attribution_gap("adversary")["attribution"].unique())
        ['adversary']
    """
    chosen = (attribution,) if isinstance(attribution, str) else tuple(attribution)
    for given in chosen:
        choice("attribution of others", given, OF_OTHERS)
    who = _LEVELS[choice("level", of, list(_LEVELS))]
    rows = observations(None, by="holder", groups="whole", infer=False, as_of=as_of, tables=tables)
    own = rows["attribution"].isin(SELF)
    if of == "party":
        own |= party_column(rows, "speaker_id", affiliations(as_of, tables)) == rows["party_id"]
    rows = rows.assign(holder_id=rows[who])
    sources = reporting_sources(as_of, tables)
    said_of = ["holder_id", "demand_id", "attribution", "speaker_id"]
    others = latest(by_day(rows[~own & rows["attribution"].isin(chosen)], said_of, sources), said_of)
    said_by = ["holder_id", "demand_id"]
    own_words = latest(by_day(rows[own], said_by, sources), said_by)
    return with_names(_beside(others, own_words, said_of), _names(), as_of, tables)


def _names() -> dict[str, str]:
    return {"holder_id": "actors", "demand_id": "demands", "speaker_id": "actors"}


def _beside(others: pd.DataFrame, own: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Join the own position to each ascribed one."""
    shown = ["position", "day", "mixed", "statement_ids"]
    ascribed = others[keys].join(signed(others, None)[[*shown, "direction"]].add_prefix("attributed_"))
    stated = own[keys[:2]].join(signed(own, None)[[*shown, "direction"]].add_prefix("own_"))
    rows = ascribed.merge(stated, on=keys[:2], how="left", validate="m:1")
    same = (rows["own_direction"].astype("str") == rows["attributed_direction"].astype("str")).astype("boolean")
    rows["agree"] = same.mask(rows["own_position"].isna())
    rows["own_mixed"] = rows["own_mixed"].astype("boolean")
    pairs = {what: [f"own_{what}", f"attributed_{what}"] for what in shown}
    columns = [*keys, *pairs["position"], "agree", *pairs["day"], *pairs["mixed"], *pairs["statement_ids"]]
    return rows.sort_values(keys).reset_index(drop=True)[columns]
