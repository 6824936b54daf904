"""Rules 4, 5 and 11: whose position it is, and who says so."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from summitry.dataset.parties import in_force
from summitry.validation.rules.model import DatasetRule, Finding, rows_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from summitry.validation.rules.model import Dataset, Row

    _Who = tuple[str, dt.date, str, str | None]  # a party, a day, an attribution, and who says so if not the party

_OPPOSED = ("position", "demand_id", "holder_id")
_FIELDS = ("attribution", "holder_id", "statement_id")


def _own_side(data: Dataset, groups: Mapping[str, list[Row]], actor_id: str, day: dt.date | None) -> set[str]:
    """Return everybody whose position counts as the actor's own: its bodies, and groups that one of them is in."""
    bodies = data.affiliations.bodies(actor_id, day)
    belongs = (row for body in bodies for row in groups.get(body, []) if in_force(row, day))
    return {*bodies, *(row["group_id"] for row in belongs)} - {None}


def _belligerents(data: Dataset, actor_id: str, day: dt.date | None) -> frozenset[str]:
    """Return the states at war to which the actor belongs."""
    return data.affiliations.at_war.intersection(data.affiliations.bodies(actor_id, day))


def _attributed(data: Dataset, attribution: str) -> Iterator[tuple[Row, str, str, dt.date | None]]:
    """Yield the stances of an attribution on another actor, each with its speaker, its holder and the day."""
    of_another = pl.col("attribution") == attribution
    if attribution == "self":  # whoever speaks of himself is on his own side
        of_another &= pl.col("speaker_id") != pl.col("holder_id")
    has_both = pl.col("speaker_id").is_not_null() & pl.col("holder_id").is_not_null()
    for row in rows_of(data.stances.filter(has_both & of_another), "stances"):
        yield row, row["speaker_id"], row["holder_id"], row["said_from"] or row["said_to"]


def not_self(data: Dataset) -> Iterator[Finding]:
    """Find stances coded `self` whose holder is not the speaker's own side, or of the same party."""
    groups = data.group("group_members", "member_id")
    for row, speaker, holder, day in _attributed(data, "self"):
        speakers = [a for a in (speaker, row["on_behalf_of_id"]) if a]
        if any(data.party(a, day) == data.party(holder, day) for a in speakers):
            continue
        if not any(holder in _own_side(data, groups, a, day) for a in speakers):
            yield Finding(row, _FIELDS, f"a holder on the side of {' or '.join(speakers)}; {holder} is not")


def not_adversary(data: Dataset) -> Iterator[Finding]:
    """Find stances coded `adversary` whose speaker and holder are not of different belligerents."""
    for row, speaker, holder, day in _attributed(data, "adversary"):
        ours, theirs = _belligerents(data, speaker, day), _belligerents(data, holder, day)
        if not ours or not theirs or ours & theirs:
            sides = f"{speaker}: {', '.join(sorted(ours)) or 'none'}; {holder}: {', '.join(sorted(theirs)) or 'none'}"
            yield Finding(row, _FIELDS, f"speaker and holder of different belligerents ({sides})")


def not_third_party(data: Dataset) -> Iterator[Finding]:
    """Find stances coded `third_party` though the holder is the speaker's adversary, or of the same party."""
    for row, speaker, holder, day in _attributed(data, "third_party"):
        if data.party(speaker, day) == data.party(holder, day):
            yield Finding(row, _FIELDS, f"the attribution self: {holder} is of the speaker's party")
        ours, theirs = _belligerents(data, speaker, day), _belligerents(data, holder, day)
        if ours and theirs and not ours & theirs:
            yield Finding(row, _FIELDS, "the attribution adversary: the holder is of the other belligerent")


def not_narrator(data: Dataset) -> Iterator[Finding]:
    """Find stances coded `narrator` whose speaker published none of the sources."""
    stances = list(_attributed(data, "narrator"))
    is_reported = pl.col("statement_id").is_in([row["statement_id"] for row, *_ in stances])
    sources = data.tables["sources"].select("source_id", "agency_id", "original_publisher_id", "publisher_id")
    mentions = (
        data.tables["mentions"].select("statement_id", "source_id").filter(is_reported).join(sources, on="source_id")
    )
    voices: dict[str, set[str]] = defaultdict(set)
    for statement, _, *publishers in mentions.iter_rows():
        voices[statement].update(publishers)
    for row, speaker, _, _ in stances:
        published_by = voices.get(row["statement_id"], {speaker}) - {None}
        if speaker not in published_by:
            yield Finding(row, _FIELDS, f"a speaker who published a source of it: {', '.join(sorted(published_by))}")


def _sides(data: Dataset, stances: pl.DataFrame) -> dict[_Who, dict[tuple[str, int], int]]:
    """Return the demands that a party is for (1) or against (-1) in one day, by its own words or another party's.

    Each has the first of the stances that say so, by its number.
    """
    found: dict[_Who, dict[tuple[str, int], int]] = defaultdict(dict)
    signs = data.package.table("stances")["position"].signs
    columns = ("speaker_id", "holder_id", "said_from", "attribution", "demand_id", "position")
    for number, (speaker, holder, day, attribution, demand, position) in enumerate(stances.select(columns).iter_rows()):
        by_others = attribution != "self"
        if by_others and speaker is None:
            continue
        voice = data.party(speaker, day) if by_others else None
        who = (data.party(holder, day), day, attribution, voice)
        found[who].setdefault((demand, signs[position]), number)
    return found


def opposed_stances(data: Dataset) -> Iterator[Finding]:
    """Find a party that is for and against one demand in one day, by two stances or by what follows from one.

    What two other parties say of it may differ: only what one of them says is compared.
    """
    has_all = pl.all_horizontal(pl.col("holder_id", "demand_id", "position").is_not_null())
    is_of_the_day = pl.all_horizontal(pl.col("held_from", "held_to").is_null())  # and not of another one
    stances = data.stances.filter(has_all & is_of_the_day & (pl.col("said_from") == pl.col("said_to")))
    follow = cache(data.entailments.of)
    for (who, day, _, voice), sides in _sides(data, stances).items():
        for (demand, sign), number in sides.items() if len(sides) > 1 else ():
            if sign > 0 and (demand, -1) in sides:
                row, other = rows_of(stances[[number, sides[demand, -1]]], "stances")
                expected = f"no position of {who} against {row['stance_id']}, which is for the same demand on {day}"
                yield Finding(other, _OPPOSED, expected, severity="warning" if voice else None)
            for found in follow(demand, sign) if sign else ():
                if not found.sign or (found.demand, -found.sign) not in sides:
                    continue
                row, other = rows_of(stances[[number, sides[found.demand, -found.sign]]], "stances")
                # each clash is found from both sides; it is reported once, at the later of the two
                if other["stance_id"] < row["stance_id"]:
                    side = "for" if found.sign > 0 else "against"
                    expected = f"no position of {who} against {other['stance_id']} on {day}; from this one follows"
                    expected += f" {side} {found.demand} ({found.by})"
                    yield Finding(row, _OPPOSED, expected, severity="warning")


def _of_statements(data: Dataset, column: str) -> Iterator[tuple[int, str, str, dt.date | None]]:
    """Yield the numbers of the statements with an actor in a column, each with speaker, that actor and the day."""
    columns = ("speaker_id", column, "said_from", "said_to")
    for at, (speaker, actor, *days) in enumerate(data.tables["statements"].select(columns).iter_rows()):
        if speaker and actor and speaker != actor:
            yield at, speaker, actor, days[0] or days[1]


def own_targets(data: Dataset) -> Iterator[Finding]:
    """Find statements whose target is of the speaker's party."""
    for at, speaker, target, day in _of_statements(data, "target_id"):
        if data.party(speaker, day) == data.party(target, day):
            row = rows_of(data.tables["statements"][[at]], "statements")[0]
            yield Finding(row, ("target_id", "speaker_id"), f"an actor of another party than {speaker}, or none")


def spoken_for_by_adversaries(data: Dataset) -> Iterator[Finding]:
    """Find statements that one belligerent makes on behalf of another."""
    for at, speaker, actor, day in _of_statements(data, "on_behalf_of_id"):
        ours, theirs = _belligerents(data, speaker, day), _belligerents(data, actor, day)
        if ours and theirs and not ours & theirs:
            row = rows_of(data.tables["statements"][[at]], "statements")[0]
            expected = f"no actor of {' or '.join(sorted(theirs))}, because {speaker} is of {' or '.join(sorted(ours))}"
            yield Finding(row, ("on_behalf_of_id", "speaker_id"), expected)


_RELATION = ("demand_id", "relation", "other_id")
_AFFILIATION = (
    *(("roles", column) for column in ("role_id", "organization_id", "person_id")),
    *(("actors", column) for column in ("part_of_id", "kind")),
)
_OF_PARTIES = ("stances", "statements", "actors", "roles")

RULES = (
    DatasetRule(
        "attribution-self",
        (*_OF_PARTIES, "group_members"),
        not_self,
        relies_on=(*_AFFILIATION, ("group_members", "member_id"), ("group_members", "group_id")),
    ),
    DatasetRule("attribution-adversary", _OF_PARTIES, not_adversary, relies_on=_AFFILIATION),
    DatasetRule("attribution-third-party", _OF_PARTIES, not_third_party, relies_on=_AFFILIATION),
    DatasetRule(
        "attribution-narrator",
        ("stances", "statements", "mentions", "sources"),
        not_narrator,
        relies_on=(
            ("sources", "publisher_id"),
            ("sources", "agency_id"),
            ("mentions", "source_id"),
            ("mentions", "mention_id"),
        ),
    ),
    DatasetRule("target-party", _OF_PARTIES[1:], own_targets, relies_on=_AFFILIATION),
    DatasetRule("behalf-adversary", _OF_PARTIES[1:], spoken_for_by_adversaries, relies_on=_AFFILIATION),
    DatasetRule(
        "opposed-stances",
        (*_OF_PARTIES, "demands", "demand_relations"),
        opposed_stances,
        relies_on=(*_AFFILIATION, ("demands", "part_of_id"), *(("demand_relations", c) for c in _RELATION)),
    ),
)
