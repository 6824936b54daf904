"""Rule 6: nothing is part of itself, and two demands have one relation at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.rules.model import DatasetRule, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset, Row

_PARENTS = (
    ("actors", "part_of_id"),
    ("locations", "part_of_id"),
    ("demands", "part_of_id"),
    ("events", "part_of_id"),
    ("documents", "version_of_id"),
    ("statements", "quoted_in_id"),
)


def cycles(data: Dataset) -> Iterator[Finding]:
    """Find rows that are, over some steps, part of themselves."""
    for table, column in _PARENTS:
        key = data.tables[table].columns[0]
        wholes = dict(data.tables[table].select(key, column).drop_nulls().iter_rows())
        for part in wholes:
            way: list[str] = []
            at = part
            while (at := wholes.get(at)) and at not in way:
                way.append(at)
            if part in way:
                expected = f"no way back to itself; it goes {' → '.join([part, *way])}"
                yield from (Finding(row, (column,), expected) for row in data.where(table, pl.col(key) == part))


def groups_in_themselves(data: Dataset) -> Iterator[Finding]:
    """Find memberships that make a group, over some steps, a member of itself."""
    members = data.group("group_members", "group_id")
    for row in data.rows("group_members"):
        inside, further = set[str](), [row["member_id"]]
        while further:
            at = further.pop()
            if at not in inside:
                inside.add(at)
                further += [r["member_id"] for r in members.get(at, ())]
        if row["group_id"] in inside:
            expected = f"no way back to {row['group_id']}, which would be a member of itself"
            yield Finding(row, ("member_id", "group_id"), expected, "Remove the row, or another one on the way.")


def repeated_relations(data: Dataset) -> Iterator[Finding]:
    """Find pairs of demands that have two rows, and demands that are related to themselves."""
    seen: dict[frozenset[str], Row] = {}
    for row in data.rows("demand_relations"):
        pair = frozenset(filter(None, (row["demand_id"], row["other_id"])))
        first = seen.setdefault(pair, row)
        if len(pair) == 1:
            yield Finding(row, ("other_id", "demand_id"), "another demand, not itself", "Remove the row.")
        elif first is not row:
            expected = f"one row a pair; {first['demand_id']} and {first['other_id']} have one: {first['relation']}"
            yield Finding(row, ("other_id", "demand_id"), expected, "Remove one of the two rows.")


RULES = (
    DatasetRule("cycle", tuple(table for table, _ in _PARENTS), cycles),
    DatasetRule("cycle", ("group_members",), groups_in_themselves),
    DatasetRule("relation", ("demand_relations",), repeated_relations),
)
