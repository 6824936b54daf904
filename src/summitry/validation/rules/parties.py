"""Rules 4, 5 and 11: whose position it is, and who says so."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from summitry import schema
from summitry.dataset.parties import in_force
from summitry.validation.rules.model import DatasetRule, Finding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset, Row

    _Who = tuple[str, dt.date, str, str | None]  # a party, a day, an attribution, and who says so if not the party

_OPPOSED = ("position", "demand_id", "holder_id")
_FIELDS = ("attribution", "holder_id", "statement_id")


def _day(statement: Row) -> dt.date | None:
    day: dt.date | None = statement["said_from"] or statement["said_to"]
    return day


def _own_side(data: Dataset, actor_id: str, day: dt.date | None) -> set[str]:
    """Return everybody whose position counts as the actor's own: its bodies, and groups that one of them is in."""
    bodies, groups = data.affiliations.bodies(actor_id, day), data.group("group_members", "member_id")
    belongs = (row for body in bodies for row in groups.get(body, []) if in_force(row, day))
    return {*bodies, *(row["group_id"] for row in belongs)} - {None}


def _same_side(data: Dataset, speaker: str, holder: str, day: dt.date | None) -> bool:
    """Return whether the holder is on the speaker's own side or of the same party."""
    party = data.affiliations.party
    return holder in _own_side(data, speaker, day) or party(speaker, day) == party(holder, day)


def _belligerents(data: Dataset, actor_id: str, day: dt.date | None) -> frozenset[str]:
    """Return the states at war to which the actor belongs."""
    return data.affiliations.at_war.intersection(data.affiliations.bodies(actor_id, day))


def _attributed(data: Dataset, attribution: str) -> Iterator[tuple[Row, Row, dt.date | None]]:
    for row in data.rows("stances"):
        statement = data.get("statements", row["statement_id"])
        if row["attribution"] == attribution and row["holder_id"] and statement and statement["speaker_id"]:
            yield row, statement, _day(statement)


def not_self(data: Dataset) -> Iterator[Finding]:
    """Find stances coded `self` whose holder is not the speaker's own side."""
    for row, statement, day in _attributed(data, "self"):
        speakers = [a for a in (statement["speaker_id"], statement["on_behalf_of_id"]) if a]
        if not any(_same_side(data, a, row["holder_id"], day) for a in speakers):
            expected = f"a holder on the side of {' or '.join(speakers)}; {row['holder_id']} is not"
            yield Finding(row, _FIELDS, expected)


def not_adversary(data: Dataset) -> Iterator[Finding]:
    """Find stances coded `adversary` whose speaker and holder are not of different belligerents."""
    for row, statement, day in _attributed(data, "adversary"):
        speaker, holder = statement["speaker_id"], row["holder_id"]
        ours, theirs = _belligerents(data, speaker, day), _belligerents(data, holder, day)
        if not ours or not theirs or ours & theirs:
            sides = f"{speaker}: {', '.join(sorted(ours)) or 'none'}; {holder}: {', '.join(sorted(theirs)) or 'none'}"
            yield Finding(row, _FIELDS, f"speaker and holder of different belligerents ({sides})")


def not_third_party(data: Dataset) -> Iterator[Finding]:
    """Find stances coded `third_party` though the holder is the speaker's adversary, or of the same party."""
    for row, statement, day in _attributed(data, "third_party"):
        if data.affiliations.party(statement["speaker_id"], day) == data.affiliations.party(row["holder_id"], day):
            yield Finding(row, _FIELDS, f"the attribution self: {row['holder_id']} is of the speaker's party")
        ours = _belligerents(data, statement["speaker_id"], day)
        theirs = _belligerents(data, row["holder_id"], day)
        if ours and theirs and not ours & theirs:
            yield Finding(row, _FIELDS, "the attribution adversary: the holder is of the other belligerent")


def not_narrator(data: Dataset) -> Iterator[Finding]:
    """Find stances coded `narrator` whose speaker published none of the sources."""
    for row, statement, _ in _attributed(data, "narrator"):
        mentions = data.group("mentions", "statement_id").get(row["statement_id"], [])
        sources = [s for m in mentions if (s := data.get("sources", m["source_id"]))]
        voices = {s[c] for s in sources for c in ("agency_id", "original_publisher_id", "publisher_id")} - {None}
        if sources and statement["speaker_id"] not in voices:
            yield Finding(row, _FIELDS, f"a speaker who published a source of it: {', '.join(sorted(voices))}")


def _sides(data: Dataset) -> dict[_Who, dict[tuple[str, int], Row]]:
    """Return the demands that a party is for (1) or against (-1) in one day, by its own words or another party's."""
    found: dict[_Who, dict[tuple[str, int], Row]] = defaultdict(dict)
    signs = schema.package().table("stances")["position"].signs
    for row in data.rows("stances"):
        statement = data.get("statements", row["statement_id"])
        if not statement or not row["holder_id"] or not row["demand_id"] or not row["position"]:
            continue
        if row["held_from"] or row["held_to"]:
            continue  # a position of another day
        day = statement["said_from"]
        if day is not None and day == statement["said_to"]:
            by_others = row["attribution"] != "self"
            voice = data.affiliations.party(statement["speaker_id"], day) if by_others else None
            who = (data.affiliations.party(row["holder_id"], day), day, row["attribution"], voice)
            found[who].setdefault((row["demand_id"], signs[row["position"]]), row)
    return found


def opposed_stances(data: Dataset) -> Iterator[Finding]:
    """Find a party that is for and against one demand in one day, by two stances or by what follows from one.

    What two other parties say of it may differ: only what one of them says is compared.
    """
    for (who, day, _, voice), sides in _sides(data).items():
        for (demand, sign), row in sides.items():
            other = sides.get((demand, -1))
            if sign > 0 and other:
                expected = f"no position of {who} against {row['stance_id']}, which is for the same demand on {day}"
                yield Finding(other, _OPPOSED, expected, severity="warning" if voice else None)
            for found in data.entailments.of(demand, sign) if sign else ():
                other = sides.get((found.demand, -found.sign))
                # each clash is found from both sides; it is reported once, at the later of the two
                if found.sign and other and other["stance_id"] < row["stance_id"]:
                    side = "for" if found.sign > 0 else "against"
                    expected = f"no position of {who} against {other['stance_id']} on {day}; from this one follows"
                    expected += f" {side} {found.demand} ({found.by})"
                    yield Finding(row, _OPPOSED, expected, severity="warning")


_RELATION = ("demand_id", "relation", "other_id")
_AFFILIATION = (
    *(("roles", column) for column in ("role_id", "organization_id", "person_id")),
    *(("actors", column) for column in ("part_of_id", "kind")),
)

RULES = (
    DatasetRule(
        "attribution-self",
        not_self,
        relies_on=(*_AFFILIATION, ("group_members", "member_id"), ("group_members", "group_id")),
    ),
    DatasetRule("attribution-adversary", not_adversary, relies_on=_AFFILIATION),
    DatasetRule("attribution-third-party", not_third_party, relies_on=_AFFILIATION),
    DatasetRule(
        "attribution-narrator",
        not_narrator,
        relies_on=(
            ("sources", "publisher_id"),
            ("sources", "agency_id"),
            ("mentions", "source_id"),
            ("mentions", "mention_id"),
        ),
    ),
    DatasetRule(
        "opposed-stances",
        opposed_stances,
        relies_on=(*_AFFILIATION, ("demands", "part_of_id"), *(("demand_relations", c) for c in _RELATION)),
    ),
)
