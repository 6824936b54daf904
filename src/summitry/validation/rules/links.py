"""Rules 1, 3, 6, 8, 9 and 12: what must belong together, and what may: only some actors have members or offices."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

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
_NAMES_STATEMENTS = (("mentions", "statement_id"),)
_NAMES_EVENTS = (
    ("event_reports", "event_id"),
    ("statements", "occasion_id"),
    ("events", "part_of_id"),
    ("documents", "event_id"),
)
_NAMES_DOCUMENTS = (
    ("document_actors", "document_id"),
    ("document_clauses", "document_id"),
    ("documents", "version_of_id"),
)
_OF_AN_EVENT = "an event report, a statement with this occasion, or a part of this event"
_OF_A_DOCUMENT = "an actor or a clause of this document, or a later version of it"
_NO_BODY = ("person", "group", "unnamed_source")  # nobody has an office in them
_WORD_FOR_WORD = ("official", "transcript")  # kinds of sources
_SPOKEN = (
    "address",
    "interview",
    "post",
    "press_conference",
)  # kinds of events; elsewhere an office speaks for those there


def _unnamed(
    table: str, key: str, named_by: tuple[tuple[str, str], ...], expected: str, data: Dataset
) -> Iterator[Finding]:
    """Find rows of a table whose key is in none of the columns that should name it, each with its table."""
    named = {name for other, column in named_by for name in data.group(other, column)}
    for row in data.rows(table):
        if row[key] not in named:
            yield Finding(row, (key,), expected)


def foreign_mentions(data: Dataset) -> Iterator[Finding]:
    """Find stances and event reports whose mention reports another statement."""
    for table in ("stances", "event_reports"):
        for row in data.rows(table):
            mention = data.get("mentions", row["mention_id"])
            if mention and mention["statement_id"] and row["statement_id"] != mention["statement_id"]:
                own = [
                    m["mention_id"]
                    for m in data.group("mentions", "statement_id").get(row["statement_id"], [])
                    if m["mention_id"]
                ]
                fix = f"Write one of the statement's mentions: {', '.join(own)}." if own else ""
                expected = f"a mention of {row['statement_id']}; this one is of {mention['statement_id']}"
                yield Finding(row, ("mention_id", "statement_id"), expected, fix)


def cycles(data: Dataset) -> Iterator[Finding]:
    """Find rows that are, over some steps, part of themselves."""
    for table, column in _PARENTS:
        for row in data.rows(table):
            key = next(iter(row.values()))
            seen: list[str] = []
            at: Row | None = row
            while at and at[column] and at[column] not in seen:
                seen.append(at[column])
                at = data.get(table, at[column])
            if key in seen:
                yield Finding(row, (column,), f"no way back to itself; it goes {' → '.join([key, *seen])}")


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


def self_quotations(data: Dataset) -> Iterator[Finding]:
    """Find statements quoted in a statement of the same speaker."""
    for row in data.rows("statements"):
        outer = data.get("statements", row["quoted_in_id"])
        if outer and outer is not row and outer["speaker_id"] and outer["speaker_id"] == row["speaker_id"]:
            yield Finding(row, ("quoted_in_id", "speaker_id"), "an outer statement by another speaker")


def cut_wordings(data: Dataset) -> Iterator[Finding]:
    """Find quotations of transcripts and official texts that are not direct."""
    for row in data.rows("mentions"):
        source = data.get("sources", row["source_id"])
        if row["form"] == "mixed" and source and source["kind"] in _WORD_FOR_WORD:
            expected = f"direct, because {source['source_id']} is of the kind {source['kind']}"
            yield Finding(row, ("form", "source_id"), expected)


def absent_speakers(data: Dataset) -> Iterator[Finding]:
    """Find statements at an interview or the like, of which neither the speaker nor a member of it is an actor."""
    actors, members = data.group("event_actors", "event_id"), data.group("group_members", "group_id")
    for row in data.rows("statements"):
        event, speaker = data.get("events", row["occasion_id"]), row["speaker_id"]
        if event and speaker and event["kind"] in _SPOKEN:
            there = {a["actor_id"] for a in actors.get(event["event_id"], ())}
            if there.isdisjoint({speaker, *(m["member_id"] for m in members.get(speaker, ()))}):
                expected = f"an occasion of which {speaker} is an actor, because its kind is {event['kind']}"
                yield Finding(row, ("occasion_id", "speaker_id"), expected)


def empty_groups(data: Dataset) -> Iterator[Finding]:
    """Find groups that speak and have no member."""
    members = data.group("group_members", "group_id")
    for row in data.rows("statements"):
        speaker = data.get("actors", row["speaker_id"])
        if speaker and speaker["kind"] == "group" and speaker["actor_id"] not in members:
            yield Finding(row, ("speaker_id",), f"at least one member of {speaker['actor_id']} in group_members")


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
    DatasetRule(
        "statement-mention",
        partial(_unnamed, "statements", "statement_id", _NAMES_STATEMENTS, "at least one mention of this statement"),
        relies_on=(*_NAMES_STATEMENTS, ("mentions", "mention_id")),
    ),
    DatasetRule("mention-statement", foreign_mentions),
    DatasetRule("event-report", partial(_unnamed, "events", "event_id", _NAMES_EVENTS, _OF_AN_EVENT), _NAMES_EVENTS),
    DatasetRule(
        "document-mention",
        partial(_unnamed, "documents", "document_id", _NAMES_DOCUMENTS, _OF_A_DOCUMENT),
        relies_on=_NAMES_DOCUMENTS,
    ),
    DatasetRule("cycle", cycles),
    DatasetRule("cycle", groups_in_themselves),
    DatasetRule("relation", repeated_relations),
    DatasetRule("quoted-speaker", self_quotations),
    DatasetRule("quote-official", cut_wordings),
    DatasetRule(
        "occasion-speaker", absent_speakers, relies_on=(("event_actors", "event_id"), ("event_actors", "actor_id"))
    ),
    DatasetRule("group-members", empty_groups, relies_on=(("group_members", "group_id"),)),
    DatasetRule("part-of-kind", parts_of_people),
    DatasetRule("role-kind", offices_of_no_person),
    DatasetRule("group-kind", members_of_no_group),
)
