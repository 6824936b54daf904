"""Rules 1, 3, 6 and 9: what reports what, in whose words: mentions, statements, events and documents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.rules.model import DatasetRule, Finding, rows_of, sound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset

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
    named = pl.concat([data.tables[other][column] for other, column in named_by])
    for row in data.where(table, pl.col(key).is_in(named.implode()).not_()):
        yield Finding(row, (key,), expected)


def foreign_mentions(data: Dataset) -> Iterator[Finding]:
    """Find stances and event reports whose mention reports another statement."""
    mentions = data.tables["mentions"].select("mention_id", reported="statement_id")
    for table in ("stances", "event_reports"):
        rows = data.tables[table].join(mentions, on="mention_id", maintain_order="left")
        for row in rows_of(rows.filter(pl.col("statement_id") != pl.col("reported")), table):
            own = (
                data.tables["mentions"].filter(pl.col("statement_id") == row["statement_id"])["mention_id"].drop_nulls()
            )
            fix = f"Write one of the statement's mentions: {', '.join(own)}." if len(own) else ""
            expected = f"a mention of {row['statement_id']}; this one is of {row['reported']}"
            yield Finding(row, ("mention_id", "statement_id"), expected, fix)


def self_quotations(data: Dataset) -> Iterator[Finding]:
    """Find statements quoted in a statement of the same speaker."""
    statements = data.tables["statements"]
    outer = statements.select(quoted_in_id="statement_id", by="speaker_id")
    is_own = (pl.col("by") == pl.col("speaker_id")) & pl.col("quoted_in_id").ne_missing(pl.col("statement_id"))
    for row in rows_of(statements.join(outer, on="quoted_in_id", maintain_order="left").filter(is_own), "statements"):
        yield Finding(row, ("quoted_in_id", "speaker_id"), "an outer statement by another speaker")


def _of_kinds(data: Dataset, table: str, kinds: tuple[str, ...]) -> pl.DataFrame:
    """Return the ids and the kinds of the rows of a table that are of some kinds."""
    rows = data.tables[table]
    return rows.filter(pl.col("kind").is_in(kinds)).select(rows.columns[0], "kind")


def cut_wordings(data: Dataset) -> Iterator[Finding]:
    """Find quotations of transcripts and official texts that are not direct."""
    sources = _of_kinds(data, "sources", _WORD_FOR_WORD)
    mixed = data.tables["mentions"].filter(pl.col("form") == "mixed")
    for row in rows_of(mixed.join(sources, on="source_id", maintain_order="left"), "mentions"):
        expected = f"direct, because {row['source_id']} is of the kind {row['kind']}"
        yield Finding(row, ("form", "source_id"), expected)


def own_citations(data: Dataset) -> Iterator[Finding]:
    """Find mentions whose source cites the outlet that publishes it."""
    publishers = data.tables["sources"].select("source_id", sound("publisher_id"))
    mentions = data.tables["mentions"].join(publishers, on="source_id", maintain_order="left")
    for row in rows_of(mentions.filter(pl.col("via_id") == pl.col("publisher_id")), "mentions"):
        yield Finding(row, ("via_id", "source_id"), f"another outlet than {row['via_id']}, the publisher of the source")


def absent_speakers(data: Dataset) -> Iterator[Finding]:
    """Find statements at an interview or the like, of which neither the speaker nor a member of it is an actor."""
    events, actors = _of_kinds(data, "events", _SPOKEN), data.tables["event_actors"].select("event_id", "actor_id")
    groups = actors.join(data.tables["group_members"], left_on="actor_id", right_on="member_id")
    there = pl.concat([actors, groups.select("event_id", actor_id="group_id")])
    spoken = data.tables["statements"].filter(pl.col("speaker_id").is_not_null())
    spoken = spoken.join(events, left_on="occasion_id", right_on="event_id", maintain_order="left")
    absent = spoken.join(there, left_on=["occasion_id", "speaker_id"], right_on=["event_id", "actor_id"], how="anti")
    for row in rows_of(absent, "statements"):
        expected = f"an occasion of which {row['speaker_id']} is an actor, because its kind is {row['kind']}"
        yield Finding(row, ("occasion_id", "speaker_id"), expected)


RULES = (
    DatasetRule(
        "statement-mention",
        ("statements", "mentions"),
        partial(_unnamed, "statements", "statement_id", _NAMES_STATEMENTS, "at least one mention of this statement"),
        relies_on=(*_NAMES_STATEMENTS, ("mentions", "mention_id")),
    ),
    DatasetRule("mention-statement", ("mentions", "stances", "event_reports"), foreign_mentions),
    DatasetRule(
        "event-report",
        ("events", *(table for table, _ in _NAMES_EVENTS)),
        partial(_unnamed, "events", "event_id", _NAMES_EVENTS, _OF_AN_EVENT),
        _NAMES_EVENTS,
    ),
    DatasetRule(
        "document-mention",
        tuple(table for table, _ in _NAMES_DOCUMENTS),
        partial(_unnamed, "documents", "document_id", _NAMES_DOCUMENTS, _OF_A_DOCUMENT),
        relies_on=_NAMES_DOCUMENTS,
    ),
    DatasetRule("quoted-speaker", ("statements",), self_quotations),
    DatasetRule("via-publisher", ("mentions", "sources"), own_citations),
    DatasetRule("quote-official", ("mentions", "sources"), cut_wordings),
    DatasetRule(
        "occasion-speaker",
        ("statements", "events", "event_actors", "group_members"),
        absent_speakers,
        relies_on=(("event_actors", "event_id"), ("event_actors", "actor_id")),
    ),
)
