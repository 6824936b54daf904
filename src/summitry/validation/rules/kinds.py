"""Rules 6, 8 and 12: only some kinds of actors have members, offices or parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.validation.rules.model import DatasetRule, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset

_NO_BODY = ("person", "group", "unnamed_source")  # nobody has an office in them


def _kind(data: Dataset, actor_id: str | None) -> str | None:
    """Return the kind of an actor; None where it is not known or has a problem of its own."""
    actor = data.get("actors", actor_id)
    return actor["kind"] if actor and actor.sound("kind") else None


def members_of_no_group(data: Dataset) -> Iterator[Finding]:
    """Find members of actors that are no groups."""
    for row in data.rows("group_members"):
        kind = _kind(data, row["group_id"])
        if kind not in (None, "group"):
            yield Finding(row, ("group_id",), f"an actor of the kind group; this one is of the kind {kind}")


def offices_of_no_person(data: Dataset) -> Iterator[Finding]:
    """Find offices that no person has, and offices in no body."""
    for row in data.rows("roles"):
        kind = _kind(data, row["person_id"])
        if kind not in (None, "person"):
            yield Finding(row, ("person_id",), f"an actor of the kind person; this one is of the kind {kind}")
        kind = _kind(data, row["organization_id"])
        if kind in _NO_BODY:
            yield Finding(row, ("organization_id",), f"a body or state; this actor is of the kind {kind}")


def parts_of_people(data: Dataset) -> Iterator[Finding]:
    """Find people who are parts, or have parts."""
    for row in data.rows("actors"):
        if not row["part_of_id"]:
            continue
        if row.sound("kind") and row["kind"] == "person":
            yield Finding(
                row, ("part_of_id", "kind"), "no part_of_id, because the kind is person", "Add a role instead."
            )
        elif _kind(data, row["part_of_id"]) == "person":
            yield Finding(row, ("part_of_id",), "a body or state; that actor is of the kind person")


RULES = (
    DatasetRule("part-of-kind", parts_of_people),
    DatasetRule("role-kind", offices_of_no_person),
    DatasetRule("group-kind", members_of_no_group),
)
