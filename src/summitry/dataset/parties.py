"""To which party an actor belongs on a day: the belligerent state, or the widest body behind it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from summitry.analysis.inputs import table

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day


def party_finder(as_of: Day | None = None, tables: Tables | None = None) -> Callable[[str, Any], str]:
    """Return a function that gives the party of an actor on a day.

    The party of an actor is the state at war that it belongs to, over the offices that it holds on the day and over
    the bodies that these are part of. Where there is none, it is the widest body of the first office held (by
    role_id), else the widest body that the actor itself is part of, which may be the actor. A role without dates is
    always held, and on an unknown day every role counts. Membership of a group makes no party.

    Args:
        as_of: see `inputs.table`.
        tables: see `inputs.table`.

    Returns:
        A function of an actor's id and a day (a timestamp, NaT or None) that returns an id.
    """
    import pandas as pd

    actors = table("actors", as_of, tables).set_index("actor_id")
    part_of = actors["part_of_id"].dropna().to_dict()
    at_war = frozenset(actors.index[actors["belligerent"].fillna(value=False)])
    offices: dict[str, list[tuple[Any, Any, str]]] = {}
    for role in table("roles", as_of, tables).sort_values("role_id").itertuples():
        offices.setdefault(role.person_id, []).append((role.valid_from, role.valid_to, role.organization_id))  # type: ignore[arg-type] # rows are untyped

    def wholes(actor: str) -> list[str]:
        chain: list[str] = []
        at: str | None = actor
        while at is not None and at not in chain:
            chain.append(at)
            at = part_of.get(at)
        return chain

    def held(first: Any, last: Any, day: Any) -> bool:
        if pd.isna(day):
            return True
        return bool((pd.isna(first) or first <= day) and (pd.isna(last) or day <= last))

    @cache
    def party(actor: str, day: Any) -> str:
        bodies = [wholes(body) for first, last, body in offices.get(actor, []) if held(first, last, day)]
        chains = [wholes(actor), *bodies]
        states = [body for chain in chains for body in chain if body in at_war]
        return states[0] if states else (bodies or chains)[0][-1]

    return lambda actor, day: party(actor, None if pd.isna(day) else day)


def parties(rows: pd.DataFrame, actor: str, party: Callable[[str, Any], str]) -> pd.Series[str]:
    """Return the party of the actor that each row names, on the day of the row.

    Args:
        rows: with the column day.
        actor: the column with the actor's id.
        party: what `party_finder` returned.
    """
    import pandas as pd

    found = [party(a, d) for a, d in zip(rows[actor], rows["day"], strict=True)]
    return pd.Series(found, index=rows.index, dtype="str")
