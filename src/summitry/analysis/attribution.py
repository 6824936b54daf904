"""What is said of a party against what it says itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.analysis.daily import by_day, latest
from summitry.analysis.inputs import affiliations, choice, party_column, with_names
from summitry.analysis.stances import SELF, observations, reporting_sources, signed

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
    """Return the positions that others ascribe to a party beside those that it states itself.

    Each row is what one speaker says of one party and demand; beside it stands the party's own latest position,
    whenever it was stated, with the days of both. Which position is the latest is decided as in `positions`. The two
    agree when they point the same way: for (demands, accepts), open (conditional, noncommittal) or against
    (rejects). A statement of the party on a demand that is part of this one, or contrary to it, is not brought in.

    Args:
        attribution: which ascriptions: one or several of adversary, third_party, narrator.
        of: "party" takes the belligerent state, else the widest body, of holders and speakers as one, so that what
            one minister says of another counts as the party's own; "holder" compares ids as coded.
        as_of: leave out what the sources published up to this day do not make known.
        tables: own frames of the schemas, by name, in place of the tables that ship.

    Returns:
        One row a party (or holder), demand, attribution and speaker, sorted by these.

    Columns:
        holder_id, holder_name (text): of whom it is said; a party unless `of` is "holder".
        demand_id, demand_label (text): on what.
        attribution (ordered category): adversary, third_party or narrator.
        speaker_id, speaker_name (text): by whom.
        own_position, attributed_position (ordered category): the latest of each; own_position is missing where the
            party itself says nothing on the demand.
        agree (boolean): whether they point the same way; missing without an own position.
        own_day, attributed_day (datetime): the day of each.
        own_mixed, attributed_mixed (boolean): whether that day had several positions.
        own_statement_ids, attributed_statement_ids (text): the statements of that day with that position, joined by
            ";".

    Raises:
        UnknownNameError: for an attribution or a value of `of` that does not exist.
        InputError: when tables do not fit together.

    Example:
        >>> from summitry import attribution_gap
        >>> sorted(attribution_gap("adversary")["attribution"].unique())
        ['adversary']
    """
    chosen = (attribution,) if isinstance(attribution, str) else tuple(attribution)
    for given in chosen:
        choice("attribution of others", given, OF_OTHERS)
    who = _LEVELS[choice("level", of, list(_LEVELS))]
    rows = observations(None, as_of=as_of, tables=tables)
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
    """Put the own position beside each ascribed one."""
    shown = ["position", "day", "mixed", "statement_ids"]
    told = others[keys].join(signed(others, None)[[*shown, "direction"]].add_prefix("attributed_"))
    self_told = own[keys[:2]].join(signed(own, None)[[*shown, "direction"]].add_prefix("own_"))
    rows = told.merge(self_told, on=keys[:2], how="left", validate="m:1")
    same = (rows["own_direction"].astype("str") == rows["attributed_direction"].astype("str")).astype("boolean")
    rows["agree"] = same.mask(rows["own_position"].isna())
    rows["own_mixed"] = rows["own_mixed"].astype("boolean")
    pairs = {what: [f"own_{what}", f"attributed_{what}"] for what in shown}
    columns = [*keys, *pairs["position"], "agree", *pairs["day"], *pairs["mixed"], *pairs["statement_ids"]]
    return rows.sort_values(keys).reset_index(drop=True)[columns]
