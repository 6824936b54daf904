"""Rules 6, 8 and 12: only some actors have members, offices or parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.rules.model import DatasetRule, Finding, sound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset

_NO_BODY = ("person", "group", "unnamed_source")  # nobody has an office in them


def empty_groups(data: Dataset) -> Iterator[Finding]:
    """Find groups that speak and have no member."""
    groups = data.tables["actors"].filter(pl.col("kind") == "group")["actor_id"]
    empty = groups.filter(groups.is_in(data.tables["group_members"]["group_id"].implode()).not_())
    for row in data.where("statements", pl.col("speaker_id").is_in(empty.implode())):
        yield Finding(row, ("speaker_id",), f"at least one member of {row['speaker_id']} in group_members")


def members_of_no_group(data: Dataset) -> Iterator[Finding]:
    """Find members of actors that are no groups."""
    for row in data.rows("group_members"):
        kind = data.kinds.get(row["group_id"])
        if kind not in (None, "group"):
            yield Finding(row, ("group_id",), f"an actor of the kind group; this one is of the kind {kind}")


def offices_of_no_person(data: Dataset) -> Iterator[Finding]:
    """Find offices that no person has, and offices in no body."""
    for row in data.rows("roles"):
        kind = data.kinds.get(row["person_id"])
        if kind not in (None, "person"):
            yield Finding(row, ("person_id",), f"an actor of the kind person; this one is of the kind {kind}")
        kind = data.kinds.get(row["organization_id"])
        if kind in _NO_BODY:
            yield Finding(row, ("organization_id",), f"a body or state; this actor is of the kind {kind}")


def parts_of_people(data: Dataset) -> Iterator[Finding]:
    """Find people who are parts, or have parts."""
    people = [actor for actor, kind in data.kinds.items() if kind == "person"]
    is_person = sound("kind") == "person"
    for row in data.where(
        "actors", pl.col("part_of_id").is_not_null() & (is_person | pl.col("part_of_id").is_in(people))
    ):
        if row.sound("kind") and row["kind"] == "person":
            expected = "no part_of_id, because the kind is person"
            yield Finding(row, ("part_of_id", "kind"), expected, "Add a role instead.")
        else:
            yield Finding(row, ("part_of_id",), "a body or state; that actor is of the kind person")


RULES = (
    DatasetRule(
        "group-members",
        ("statements", "actors", "group_members"),
        empty_groups,
        relies_on=(("group_members", "group_id"),),
    ),
    DatasetRule("part-of-kind", ("actors",), parts_of_people),
    DatasetRule("role-kind", ("roles", "actors"), offices_of_no_person),
    DatasetRule("group-kind", ("group_members", "actors"), members_of_no_group),
)
