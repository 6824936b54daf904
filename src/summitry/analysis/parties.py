"""To which party an actor belongs: on a day, and through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis.inputs import affiliations, known, table, with_names
from summitry.dataset.arguments import checked
from summitry.dataset.days import as_day
from summitry.errors import InputError
from summitry.schema import types

if TYPE_CHECKING:
    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.days import Day
    from summitry.dataset.parties import Spell


@checked
def party_of(actor: str, on: Day | None = None, *, tables: Tables | None = None) -> str:
    """Return the party of an actor: the belligerent state that it belongs to, else the widest body behind it.

    Over the offices of a person on the day, and the bodies that these are part of: the state at war, if there is one,
    else the widest body of the office begun later, else of the first by role_id. Membership of a group makes no
    party, and who belongs to nothing is a party alone.

    Args:
        actor: the id of an actor.
        on: the day. It may be left out if the actor has always had one party, as far as offices are known.
        tables: your own data frames by table name, instead of the dataset's tables.

    Returns:
        The id of the party.

    Raises:
        InputError: for an actor or a day that does not exist, and without a day for an actor whose party changed; the
            message has the parties and their days.

    Source:
        The tables actors and roles.

    Example:
        >>> from summitry import party_of
        >>> party_of("sergey-lavrov"), party_of("nato"), party_of("keith-kellogg", on="2025-08-20")
        ('russia', 'nato', 'united-states')
    """
    (actor,) = known("actors", [actor], tables)
    belongs = affiliations(tables=tables)
    if on is not None:
        return belongs.party(actor, as_day(on, "on"))
    spells = belongs.known_spells(actor)
    if len(spells) > 1:
        raise InputError(f"The party of {actor!r} changed: {'; '.join(map(_in_words, spells))}. Give the day: on=….")
    return spells[0].party


def _in_words(spell: Spell) -> str:
    first = f" from {spell.valid_from}" if spell.valid_from else ""
    last = f" to {spell.valid_to}" if spell.valid_to else ""
    return f"{spell.party}{first}{last}"


@checked
def parties(*, tables: Tables | None = None) -> pd.DataFrame:
    """Return the party of every actor through time.

    The rule is that of `party_of`. A person is a party alone before the first office that is known and after the last.

    Args:
        tables: your own data frames by table name, instead of the dataset's tables.

    Returns:
        One row per actor and spell in which it belongs to one party, sorted by actor and first day. The spells of an
        actor have no gap.

    Columns:
        actor_id, name (text): the actor.
        party_id, party_name (text): its party.
        valid_from, valid_to (datetime): first and last day, both included; missing where there is no limit.

    Raises:
        InputError: if tables do not match.

    Source:
        The tables actors and roles.

    Example:
        >>> from summitry import parties
        >>> parties().query("actor_id == 'friedrich-merz'")["party_name"].tolist()  # chancellor since May
        ['Christian Democratic Union of Germany', 'Germany']
    """
    import pandas as pd

    belongs, actors = affiliations(tables=tables), table("actors", tables=tables)
    rows = [
        (actor, name, spell.party, spell.valid_from, spell.valid_to)
        for actor, name in zip(actors["actor_id"], actors["name"], strict=True)
        for spell in belongs.spells(actor)
    ]
    frame = pd.DataFrame(rows, columns=["actor_id", "name", "party_id", "valid_from", "valid_to"])
    days = {day: pd.to_datetime(frame[day]).astype("datetime64[us]") for day in ("valid_from", "valid_to")}
    frame = frame.astype(dict.fromkeys(["actor_id", "name", "party_id"], types.text())).assign(**days)
    return with_names(frame, {"party_id": "actors"}, None, tables)
