"""What others say about a party, compared with its own position."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from summitry import schema
from summitry.analysis import selection
from summitry.analysis.inputs import affiliations, party_column, several, with_names
from summitry.analysis.position_days import by_day, latest, steady
from summitry.analysis.selection import SELF, analysis
from summitry.analysis.stances import observations, reporting_sources
from summitry.dataset.entailment import CONTRARY
from summitry.errors import choice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal, Unpack

    import pandas as pd

    from summitry.analysis.selection import Attribution, Chosen, Groups
    from summitry.dataset.entailment import Relation

_ALL = schema.package().table("stances")["attribution"].enum
OF_OTHERS = cast("tuple[Attribution, ...]", tuple(a for a in _ALL if a not in SELF))
_LEVELS = ("party", "holder")
_SAID_OF = ["actor", "demand_id", "attribution", "speaker_id"]
_SAID_BY = ["actor", "demand_id"]
_NAMES = {"actor_id": "actors", "demand_id": "demands", "speaker_id": "actors", "speaker_party_id": "actors"}
_OF_BOTH = ("position", "direction", "day", "mixed", "statement_ids", "stance_ids")
_NOT_OF_OWN = ("speaker", "narrators", "since")  # options that choose only what others say
OWN = ("then", "latest")


@analysis
def attribution_gap(
    attribution: Attribution | Sequence[Attribution] = OF_OTHERS,
    *,
    by: Literal["party", "holder"] = "party",
    groups: Groups = "members",
    infer: bool | Relation | Sequence[Relation] = True,
    own: Literal["then", "latest"] = "then",
    opposed: bool = False,
    **chosen: Unpack[Chosen],
) -> pd.DataFrame:
    """Compare the positions that others ascribe to a party with its own.

    Each row is what one speaker says last about one party and demand, as coded, together with the party's own position
    at that time, and the days of both. It is that of `daily_positions` on the last day up to then, also where it
    follows from what the party says on a contrary, a part or the whole. The two agree if they have the same
    direction: for (demands, accepts), open (conditional, noncommittal) or against (rejects). Where only one of them is
    open, it is for the reader to decide: whoever asks much before he will cease fire may be said to refuse.

    Args:
        attribution: one or several of adversary, third_party, narrator.
        by: "party" combines holders by their belligerent state, else their widest body; "holder" compares ids as
            coded. Speakers have no position in what they say of others.
        groups, infer: as in `positions`, for the party's own positions.
        own: "then", the party's own position on the day of what others say, or the last before it, and none if either
            has no day; or "latest", that of `positions`, which may be later than what others say.
        opposed: whether only demands count that some party is against in its own words. To be said to obstruct a
            settlement, which nobody says of himself, is a reproach rather than another account of a position.
        holder, party, speaker, demand, issue, addressee, narrators: as in `positions`.
        since, until, dating, as_of, tables: as in `positions`. The parties are those that are spoken about; speaker,
            narrators and since choose what others say, and do not limit the party's own statements.

    Returns:
        One row per actor, demand, attribution and speaker, sorted by these.

    Columns:
        actor_id, actor_name (text): who is spoken about; a party unless `by` is "holder".
        demand_id, demand_label (text): the demand.
        attribution (ordered category): adversary, third_party or narrator.
        speaker_id, speaker_name, speaker_party_id, speaker_party_name (text): who says so, and the party on the day.
        own_position, attributed_position (ordered category): of the party and of the speaker; own_position is missing
            if the party has said nothing on the demand until then, or where it is only inferred.
        own_direction, attributed_direction (ordered category): for, open or against.
        agree (boolean): true where these are the same, false where one is for and the other against; missing where
            only one of them is open, or without an own one.
        own_day, attributed_day (datetime): the day of each.
        own_mixed, attributed_mixed (boolean): whether that day had several positions.
        own_statement_ids, attributed_statement_ids, own_stance_ids, attributed_stance_ids (text): the statements and
            stances of that day, joined by ";". `stances_behind` returns their words.

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for an id that is in no row, a day that is none, or tables that do not match.

    Example:
        >>> from summitry import attribution_gap
        >>> sorted(attribution_gap("adversary")["attribution"].unique())
        ['adversary']
    """
    said = several(attribution) or ()
    for given in said:
        choice("attribution of others", given, OF_OTHERS)
    choice("kind of actor to compare", by, _LEVELS)
    choice("own position", own, OWN)
    as_of, tables = selection.source(chosen)
    sources = reporting_sources(as_of, tables)
    limits: Chosen = {k: v for k, v in chosen.items() if k not in _NOT_OF_OWN}  # type: ignore[assignment] # the same keys and values
    days = by_day(observations(SELF, by=by, groups=groups, infer=infer, **limits), _SAID_BY, sources)
    spoken = observations(said, by=by, groups="whole", infer=False, **chosen)
    if opposed:
        all_own = observations(SELF, infer=CONTRARY, as_of=as_of, tables=tables)
        spoken = spoken[spoken["demand_id"].isin(all_own.loc[all_own["direction"] == "against", "demand_id"])]
    others = latest(by_day(spoken, _SAID_OF, sources), _SAID_OF)
    others["speaker_party_id"] = party_column(others, "speaker_id", affiliations(as_of, tables))
    rows = _beside(others, days, own)
    return with_names(rows.rename(columns={"actor": "actor_id"}), _NAMES, as_of, tables)


def _beside(others: pd.DataFrame, days: pd.DataFrame, own: str) -> pd.DataFrame:
    """Join the own position, then or latest, to each ascribed one."""
    stated = latest(days, _SAID_BY) if own == "latest" else steady(days, _SAID_BY)
    keys = [*_SAID_OF, "speaker_party_id"]
    ascribed = others[keys].join(others[list(_OF_BOTH)].add_prefix("attributed_"))
    stated = stated[_SAID_BY].join(stated[[*_OF_BOTH, "left"]].add_prefix("own_"))
    both = ascribed.merge(stated, on=_SAID_BY)
    if own == "then":
        both = both[(both["own_day"] <= both["attributed_day"]) & ~(both["own_left"] <= both["attributed_day"])]
    found = both.drop_duplicates(_SAID_OF, keep="last")[[*_SAID_OF, *(f"own_{what}" for what in _OF_BOTH)]]
    rows = ascribed.merge(found, on=_SAID_OF, how="left", validate="1:1")
    one, other = (rows[f"{whose}_direction"].astype("str") for whose in ("own", "attributed"))
    unclear = rows["own_direction"].isna() | ((one != other) & ((one == "open") | (other == "open")))
    rows["agree"] = (one == other).astype("boolean").mask(unclear)
    rows["own_mixed"] = rows["own_mixed"].astype("boolean")
    pairs = [f"{whose}_{what}" for what in _OF_BOTH for whose in ("own", "attributed")]
    columns = [*keys, *pairs[:4], "agree", *pairs[4:]]
    return rows.sort_values(_SAID_OF).reset_index(drop=True)[columns]
