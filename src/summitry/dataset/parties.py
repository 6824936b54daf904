"""To whom an actor belongs on a day: its bodies and its party, from plain rows of the tables actors and roles."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Row = Mapping[str, Any]

_DAY = dt.timedelta(days=1)
_LEGISLATURE = "legislature"
# kinds of bodies that do not speak for the state or body that they are part of
SPEAK_FOR_THEMSELVES = {_LEGISLATURE, "court", "political_party", "company", "religious_body", "media"}


def in_force(row: Row, day: dt.date | None) -> bool:
    """Return whether a role or membership includes a day; an open end or an unknown day does not limit it."""
    if day is None:
        return True
    return bool((row["valid_from"] or day) <= day <= (row["valid_to"] or day))


@dataclass(frozen=True)
class Spell:
    """The days on which an actor belongs to one party; None where they have no beginning or end."""

    party: str
    valid_from: dt.date | None
    valid_to: dt.date | None


@dataclass(frozen=True)
class Affiliations:
    """The bodies that actors belong to, the offices of people, the states at war, and the members of groups.

    Attributes:
        part_of: by actor, the body that it is part of.
        at_war: the belligerent states.
        offices: by person, the rows of roles: the one begun later first, then by role_id.
        members: by group, the rows of its members in order.
        complete: the groups whose list of members is complete.
        apart: by body that does not speak for the one that it is part of, its kind.
    """

    part_of: Mapping[str, str]
    at_war: frozenset[str]
    offices: Mapping[str, tuple[Row, ...]]
    members: Mapping[str, tuple[Row, ...]]
    complete: frozenset[str]
    apart: Mapping[str, str]

    def wholes(self, actor: str) -> list[str]:
        """Return the actor and the bodies for which it speaks, step by step, the widest last; a cycle ends it.

        A body that speaks only for itself is not followed to its state: a chamber of a parliament leads to the
        parliament, and no further.
        """
        chain: list[str] = []
        at: str | None = actor
        while at is not None and at not in chain:
            chain.append(at)
            whole = self.part_of.get(at)
            at = None if at in self.apart and whole not in self.apart else whole
        return chain

    def employers(self, actor: str, day: dt.date | None) -> list[list[str]]:
        """Return, for each office on the day, its organization and the bodies that it is part of.

        A role without dates always counts, and on an unknown day every role counts.
        """
        organizations = [role["organization_id"] for role in self.offices.get(actor, ()) if in_force(role, day)]
        return [self.wholes(organization) for organization in organizations]

    def bodies(self, actor: str, day: dt.date | None) -> list[str]:
        """Return the actor, the organizations of its offices on the day, and all that these are part of."""
        chains = [self.wholes(actor), *self.employers(actor, day)]
        return list(dict.fromkeys(body for chain in chains for body in chain))

    def party(self, actor: str, day: dt.date | None) -> str:
        """Return the party of an actor on a day.

        It is the belligerent state that the actor belongs to, over its offices and the bodies that these are part of.
        Where there is none, it is the widest body behind an office, else the widest body that the actor itself is
        part of, which may be the actor. Of two offices, the one begun later decides, else the first by role_id.
        The words of a mention are not asked which office they name: so far nobody has two with different widest
        bodies at once. Membership of a group makes no party.

        A body that does not speak for its state (a legislature, a court, a political party, a company, a church, an
        outlet) is a party of its own, and any other office of a person goes before one there. An office in a
        legislature makes no party, because its members contradict one another.
        """
        states = [body for body in self.bodies(actor, day) if body in self.at_war]
        offices = [c for c in self.employers(actor, day) if self.apart.get(c[-1]) != _LEGISLATURE]
        offices.sort(key=lambda chain: chain[-1] in self.apart)
        return states[0] if states else (offices or [self.wholes(actor)])[0][-1]

    def spells(self, actor: str) -> list[Spell]:
        """Return the parties of an actor through time, without a gap; most actors have one."""
        found: list[Spell] = []
        starts = [None, *sorted(self._changes(actor))]
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            end = following - _DAY if following else None
            party = self.party(actor, start or end) if start or end else self.party(actor, None)
            if found and found[-1].party == party:
                found[-1] = replace(found[-1], valid_to=end)
            else:
                found.append(Spell(party, start, end))
        return found

    def known_spells(self, actor: str) -> list[Spell]:
        """Return the parties of an actor from its first known office on: before that, nothing is known."""
        spells = self.spells(actor)
        return spells[1:] if len(spells) > 1 and spells[0].party == actor else spells

    def _changes(self, actor: str) -> set[dt.date]:
        """Return the first days of offices, and the days after their last, as far as the calendar goes."""
        offices = self.offices.get(actor, ())
        ends = {role["valid_to"] + _DAY for role in offices if role["valid_to"] not in (None, dt.date.max)}
        return {role["valid_from"] for role in offices} - {None, dt.date.min} | ends

    def counts_for(self, actor: str, day: dt.date | None = None, speaker: str | None = None) -> list[str]:
        """Return those for whom a position of an actor counts: each member of a group, else the actor itself.

        A group counts for those who are members on the day. Where not all are listed, it does so only if it is the
        speaker: who is listed has signed a joint statement, but "we Europeans" of one of them is no word of another.
        Who is not listed is not counted. A group that is part of another body counts for that body, as its party.
        """
        found: dict[str, None] = {}
        waiting, opened = [actor], set()
        for one in waiting:  # grows while it is read
            opens = one in self.complete or one == speaker
            if one in self.part_of or one not in self.members or not opens:
                found[one] = None
            elif one not in opened:
                opened.add(one)
                waiting.extend(row["member_id"] for row in self.members[one] if in_force(row, day))
        return list(found) or [actor]


def _begun_later_first(role: Row) -> tuple[int, str]:
    return -(role["valid_from"] or dt.date.min).toordinal(), str(role["role_id"])


def affiliations(actors: Iterable[Row], roles: Iterable[Row], memberships: Iterable[Row] = ()) -> Affiliations:
    """Return who belongs to whom.

    Args:
        actors: rows of the table actors.
        roles: rows of the table roles, in any order; one without a person or an organization is left out.
        memberships: rows of the table group_members, in any order; needed only to count joint statements.

    Example:
        >>> actors = [{"actor_id": "union", "part_of_id": None, "belligerent": False}]
        >>> role = {"role_id": "r", "person_id": "anna", "organization_id": "union"}
        >>> affiliations(actors, [{**role, "valid_from": None, "valid_to": None}]).party("anna", None)
        'union'
    """
    known = list(actors)
    offices: dict[str, list[Row]] = {}
    for role in sorted(roles, key=_begun_later_first):
        if role["person_id"] is not None and role["organization_id"] is not None:
            offices.setdefault(role["person_id"], []).append(role)
    members: dict[str, list[Row]] = {}
    for row in sorted(memberships, key=lambda row: (row["group_id"], row["member_id"])):
        members.setdefault(row["group_id"], []).append(row)
    return Affiliations(
        part_of={a["actor_id"]: a["part_of_id"] for a in known if a["part_of_id"] is not None},
        at_war=frozenset(a["actor_id"] for a in known if a["belligerent"]),
        offices={person: tuple(roles_) for person, roles_ in offices.items()},
        members={group: tuple(listed) for group, listed in members.items()},
        complete=frozenset(a["actor_id"] for a in known if a.get("members_complete")),  # a table may leave it out
        apart={a["actor_id"]: a["kind"] for a in known if a.get("kind") in SPEAK_FOR_THEMSELVES},
    )
