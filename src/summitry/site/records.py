"""The rows of the tables, joined for the pages: statements with their reports, actors with their offices."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis.stances import direction
from summitry.dataset import parties
from summitry.dataset.entailment import CONTRARY
from summitry.dataset.names import OTHER_NAMES, SEARCHED
from summitry.errors import InputError
from summitry.words import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# the tables whose rows have a page, and the folder of these pages; a key of one of them is a link everywhere
FOLDERS = {
    "statements": "statements",
    "demands": "demands",
    "actors": "actors",
    "events": "events",
    "documents": "documents",
    "sources": "sources",
    "locations": "places",
}
NEEDED = (
    *FOLDERS,
    *("mentions", "stances", "demand_relations"),
    *("event_reports", "event_actors", "document_actors", "document_clauses"),
    *OTHER_NAMES.values(),
    *("group_members", "roles", "withdrawn"),
)
# by the English custom, the family name of a person of these countries comes first
FAMILY_NAME_FIRST = frozenset({"CN", "KP", "KR", "TW", "VN"})
SORTED_AS_WRITTEN = ("Pope ", "Unnamed ")  # names that end in no family name
_ADDRESS = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")


@dataclass(frozen=True)
class Records:
    """The rows that the pages show, each with the rows of other tables that belong to it.

    Attributes:
        statements: in order of time, undated ones last, like `events`; each with `day`, `said`, `party`, `mentions`,
            `stances` and `reports` (on events).
        by_id: by table, the rows by id.
        actors, demands, events, documents, sources, places: the rows of these tables, by id.
        days: all days from the first on which a statement may have been made to the last.
        withdrawn: the rows of that table.
    """

    statements: list[Row]
    by_id: Mapping[str, Mapping[str, Row]]
    actors: Mapping[str, Row]
    demands: Mapping[str, Row]
    events: Mapping[str, Row]
    documents: Mapping[str, Row]
    sources: Mapping[str, Row]
    places: Mapping[str, Row]
    days: list[dt.date]
    withdrawn: list[Row]


def period(first: dt.date | None, last: dt.date | None) -> str:
    """Return a range of days of which one is meant, in words.

    Example:
        >>> import datetime as dt
        >>> period(dt.date(2025, 8, 16), dt.date(2025, 8, 18))
        'between 16 and 18 August 2025'
    """
    if first == last:
        return day_text(first)
    if first and last:
        same_month = (first.year, first.month) == (last.year, last.month)
        return f"between {first.day if same_month else day_text(first)} and {day_text(last)}"
    return f"on or after {day_text(first)}" if first else f"on or before {day_text(last)}"


def family_name(actor: Mapping[str, Any]) -> str:
    """Return what an actor is sorted by: the family name of a person, then the whole name.

    Example:
        >>> family_name({"kind": "person", "name": "Sergey Lavrov", "country_code": "RU"})
        'lavrov sergey lavrov'
    """
    name = str(actor["name"])
    as_written = name.startswith(SORTED_AS_WRITTEN) or actor["country_code"] in FAMILY_NAME_FIRST
    first = "" if actor["kind"] != "person" or as_written else name.rpartition(" ")[2]
    return f"{first} {name}".strip().casefold()


def _by_id(rows: Iterable[Row], key: str) -> dict[str, Row]:
    found = {row[key]: dict(row) for row in rows}
    for name in found:
        if not _ADDRESS.fullmatch(str(name)):
            raise InputError(
                f"The {key} {name!r} cannot be the address of a page. Use small letters, digits and hyphens."
            )
    return found


def grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    """Return rows by the cell of a column, in their order."""
    groups = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _event_time(event: Row) -> tuple[dt.date, str]:
    return event["start_on"] or dt.date.max, event["event_id"]


def _days(statements: Sequence[Row]) -> list[dt.date]:
    known = [s[c] for s in statements for c in ("said_from", "said_to") if s[c]]
    return [dt.date.fromordinal(n) for n in range(min(known).toordinal(), max(known).toordinal() + 1)] if known else []


def collect(rows: Rows) -> Records:
    """Join the tables.

    Args:
        rows: the rows of at least the tables in `NEEDED`, an empty cell as None and a day as a date.

    Raises:
        InputError: for a table that is not given, or an id that cannot be the address of a page.
    """
    for name in NEEDED:
        if name not in rows:
            raise InputError(f"The table {name!r} is missing. Give its rows, or an empty list.")
    by_id = {name: _by_id(rows[name], schema.package().table(name).primary_key[0]) for name in FOLDERS}
    party = cache(parties.affiliations(rows["actors"], rows["roles"]).party)
    mentions = [{**m, "source": by_id["sources"][m["source_id"]]} for m in rows["mentions"]]
    by_id["events"] = {e["event_id"]: e for e in sorted(by_id["events"].values(), key=_event_time)}
    statements = _statements(by_id["statements"], mentions, rows, party)
    _join_sources(by_id, mentions)
    _join_events(by_id["events"], rows, by_id["statements"])
    _join_documents(by_id["documents"], rows, mentions, by_id)
    _join_demands(by_id["demands"], rows)
    _join_actors(by_id, rows, statements, party)
    _join_places(by_id["locations"], by_id)
    _join_names(by_id, rows)
    joined = {folder: by_id[table] for table, folder in FOLDERS.items() if table != "statements"}
    return Records(statements, by_id, **joined, days=_days(statements), withdrawn=rows["withdrawn"])


def _statements(statements: dict[str, Row], mentions: Sequence[Row], rows: Rows, party: Any) -> list[Row]:
    reporting, stances = grouped(mentions, "statement_id"), grouped(rows["stances"], "statement_id")
    reports = grouped(rows["event_reports"], "statement_id")
    words = {m["mention_id"]: m for m in mentions}
    for name, s in statements.items():
        day = s["said_to"] or s["said_from"]  # the last on which it may have been said
        s |= {
            "day": day,
            "said": period(s["said_from"], s["said_to"]),
            "party": party(s["speaker_id"], day),
            "mentions": sorted(reporting[name], key=lambda m: (m["source"]["published_on"], m["mention_id"])),
            "reports": reports[name],
            "stances": [
                {**t, "parties": [], "mention": words.get(t["mention_id"]), "statement": s} for t in stances[name]
            ],
        }
    return sorted(
        statements.values(), key=lambda s: (s["day"] or dt.date.max, s["party"], s["speaker_id"], s["statement_id"])
    )


def counted(stances: Iterable[Row], records: Records) -> dict[str, dict[str, list[Row]]]:
    """Return the stances that count for a party, by demand and party, in order of time.

    Args:
        stances: rows of `summitry.stances_table`.
        records: the rows that they are about; each of its stances gets `parties`, those for whom it counts.
    """
    coded = {t["stance_id"]: t for s in records.statements for t in s["stances"]}
    found: dict[str, dict[str, list[Row]]] = {}
    for row in stances:
        stance = coded[row["stance_id"]]
        if not row["inferred_by"]:
            stance["parties"].append(row["actor_id"])
        parties = found.setdefault(row["demand_id"], {})
        joined = {"statement": stance["statement"], "mention": stance["mention"], "coded": stance}
        parties.setdefault(row["actor_id"], []).append({**row, **joined, "direction": direction(row["sign"])})
    for parties in found.values():
        for of_party in parties.values():
            of_party.sort(key=_in_time)
    return found


def add_last_stated(positions: Iterable[Row], counted: Mapping[str, Mapping[str, Sequence[Row]]]) -> None:
    """Add to each latest position the last day on which its side was stated, on the demand or on its contrary."""
    for p in positions:
        stances = counted.get(p["demand_id"], {}).get(p["actor_id"], ())
        same = [t for t in stances if t["attribution"] == p["attribution"] and t["direction"] == p["direction"]]
        stated = [t["statement"]["day"] for t in same if t["inferred_by"] in (None, CONTRARY)]
        p["last_stated"] = max(filter(None, stated), default=p["last_said"])


def _in_time(stance: Row) -> tuple[dt.date, str]:
    return stance["statement"]["day"] or dt.date.max, stance["stance_id"]


def _join_sources(by_id: Mapping[str, Mapping[str, Row]], mentions: Sequence[Row]) -> None:
    reported, statements = grouped(mentions, "source_id"), by_id["statements"]
    for name, source in by_id["sources"].items():
        outlet = by_id["actors"][source["publisher_id"]]["name"]
        source |= {
            "heading": source["title"] or f"Page of {outlet}, {day_text(source['published_on'])}",
            "heading_language": source["language"] if source["title"] else "en",
            "mentions": reported[name],
        }
    for m in mentions:
        m["statement"] = statements[m["statement_id"]]


def _join_events(events: Mapping[str, Row], rows: Rows, statements: Mapping[str, Row]) -> None:
    taking_part, reports = grouped(rows["event_actors"], "event_id"), grouped(rows["event_reports"], "event_id")
    made_there, pieces = grouped(statements.values(), "occasion_id"), grouped(events.values(), "part_of_id")
    for name, event in events.items():
        event |= {
            "actors": taking_part[name],
            "statements": sorted(made_there[name], key=lambda s: (s["day"] or dt.date.max, s["statement_id"])),
            "reports": [{**r, "statement": statements[r["statement_id"]]} for r in reports[name]],
            "parts": pieces[name],
        }


def _join_documents(
    documents: Mapping[str, Row], rows: Rows, mentions: Sequence[Row], by_id: Mapping[str, Mapping[str, Row]]
) -> None:
    """Add to documents their actors, clauses and later versions, and to demands and events what names them."""
    words = {m["mention_id"]: m for m in mentions}
    clauses = [{**c, "mention": words[c["mention_id"]]} for c in rows["document_clauses"]]
    clauses.sort(key=lambda c: (c["number"] or 0, c["clause_id"]))
    parts = [{**a, "mention": words[a["mention_id"]]} for a in rows["document_actors"]]
    versions, of_event = grouped(documents.values(), "version_of_id"), grouped(documents.values(), "event_id")
    of_document, of_demand = grouped(clauses, "document_id"), grouped(clauses, "demand_id")
    acting, of_actor = grouped(parts, "document_id"), grouped(parts, "actor_id")
    for name, document in documents.items():
        document |= {
            "dated": period(document["dated_from"], document["dated_to"]),
            "clauses": of_document[name],
            "actors": acting[name],
            "versions": versions[name],
        }
    for name, demand in by_id["demands"].items():
        demand["clauses"] = of_demand[name]
    for name, event in by_id["events"].items():
        event["documents"] = of_event[name]
    for name, actor in by_id["actors"].items():
        actor["documents"] = of_actor[name]


def _join_demands(demands: Mapping[str, Row], rows: Rows) -> None:
    pieces = grouped(demands.values(), "part_of_id")
    for name, demand in demands.items():
        demand |= {"parts": sorted(pieces[name], key=lambda d: str(d["label"])), "related": {}}
    for row in rows["demand_relations"]:
        for one, other in ((row["demand_id"], row["other_id"]), (row["other_id"], row["demand_id"])):
            demands[one]["related"].setdefault(row["relation"], []).append(other)


def _join_actors(by_id: Mapping[str, Mapping[str, Row]], rows: Rows, statements: Sequence[Row], party: Any) -> None:
    actors = by_id["actors"]
    offices, staff = grouped(rows["roles"], "person_id"), grouped(rows["roles"], "organization_id")
    members = grouped(rows["group_members"], "group_id")
    groups, bodies = grouped(rows["group_members"], "member_id"), grouped(actors.values(), "part_of_id")
    spoken, published = grouped(statements, "speaker_id"), grouped(by_id["sources"].values(), "publisher_id")
    events: dict[str, dict[str, Row]] = defaultdict(dict)  # by actor, who may have two roles at one
    for name, event in by_id["events"].items():
        for taking_part in event["actors"]:
            events[taking_part["actor_id"]][name] = event
    for name, actor in actors.items():
        actor |= {
            "party": party(name, None),
            "side": [],
            "sorted_as": family_name(actor),
            "offices": sorted(offices[name], key=lambda r: (r["valid_from"] or dt.date.min, r["role_id"])),
            "staff": staff[name],
            "members": [m["member_id"] for m in members[name]],
            "groups": [m["group_id"] for m in groups[name]],
            "bodies": [b["actor_id"] for b in bodies[name]],
            "statements": spoken[name],
            "events": list(events[name].values()),
            "sources": published[name],
        }
    for actor in actors.values():
        actors[actor["party"]]["side"].append(actor["actor_id"])


def _join_names(by_id: Mapping[str, Mapping[str, Row]], rows: Rows) -> None:
    """Add its other names to each actor, demand and place."""
    for table, of_table in OTHER_NAMES.items():
        names = grouped(rows[of_table], SEARCHED[table][0])
        for id_, row in by_id[table].items():
            row["names"] = [n for n in names[id_] if n["name"] != row.get("name")]


def _join_places(places: Mapping[str, Row], by_id: Mapping[str, Mapping[str, Row]]) -> None:
    joined = {name: grouped(by_id[name].values(), "location_id") for name in ("events", "demands")}
    inside = grouped(places.values(), "part_of_id")

    def within(name: str) -> list[str]:
        return [name, *(i for part in inside[name] for i in within(part["location_id"]))]

    for name, place in places.items():
        events = [e for i in within(name) for e in joined["events"][i]]
        place |= {
            "parts": inside[name],
            "demands": joined["demands"][name],
            "events": joined["events"][name],
            "events_within": sorted(events, key=_event_time),
        }
