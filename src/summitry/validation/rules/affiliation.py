"""To whom an actor belongs: through offices on a day, bodies that are part of others, and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.dataset.query import in_office

if TYPE_CHECKING:
    import datetime as dt

    from summitry.validation.rules.model import Dataset


def wholes(data: Dataset, actor_id: str) -> list[str]:
    """Return the actor and what it is part of, step by step, the widest last; a cycle ends it."""
    chain: list[str] = []
    at: str | None = actor_id
    while at is not None and at not in chain:
        chain.append(at)
        row = data.get("actors", at)
        at = row["part_of_id"] if row else None
    return chain


def bodies(data: Dataset, actor_id: str, day: dt.date | None) -> set[str]:
    """Return the actor, the organizations of its offices on that day, and all that these are part of."""
    found = set(wholes(data, actor_id))
    for role in data.group("roles", "person_id").get(actor_id, []):
        if role["organization_id"] and in_office(role, day):
            found.update(wholes(data, role["organization_id"]))
    return found


def own_side(data: Dataset, actor_id: str, day: dt.date | None) -> set[str]:
    """Return everybody whose position counts as the actor's own: its bodies, and groups it belongs to."""
    found = bodies(data, actor_id, day)
    for member in list(found):
        found.update(r["group_id"] for r in data.group("group_members", "member_id").get(member, []))
    return found - {None}


def belligerents(data: Dataset, actor_id: str, day: dt.date | None) -> set[str]:
    """Return the states at war to which the actor belongs."""
    return {a for a in bodies(data, actor_id, day) if (row := data.get("actors", a)) and row["belligerent"]}


def party(data: Dataset, actor_id: str, day: dt.date | None) -> str:
    """Return the widest body that the actor belongs to, such as the state of a minister."""
    for role in data.group("roles", "person_id").get(actor_id, []):
        if role["organization_id"] and in_office(role, day):
            return wholes(data, role["organization_id"])[-1]
    return wholes(data, actor_id)[-1]
