"""The rows of the tables, joined for the pages: statements with their reports and positions."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from summitry.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Row = dict[str, Any]
Rows = dict[str, list[Row]]

_IDENTIFIED = ("statements", "stances", "demands", "actors", "sources", "events", "locations")
NEEDED = (*_IDENTIFIED, "mentions", "demand_relations")
_ADDRESS = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")


@dataclass(frozen=True)
class Records:
    """The rows that the pages show.

    Attributes:
        statements: in order of time, undated ones last; each with its `mentions` (and their `source`) and `stances`.
        stances: in order of time, each with its `statement` and `day`.
        actors, demands, events, locations: rows by id.
        related: the ids of related demands, by demand and relation, from both sides.
        speakers: ids of actors that speak or hold a position; these have a page.
        days: all days from the first on which a statement may have been made to the last.
    """

    statements: list[Row]
    stances: list[Row]
    actors: Mapping[str, Row]
    demands: Mapping[str, Row]
    events: Mapping[str, Row]
    locations: Mapping[str, Row]
    related: Mapping[str, Mapping[str, list[str]]]
    speakers: list[str]
    days: list[dt.date]


def _related(relations: Iterable[Row]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for row in relations:
        for one, other in ((row["demand_id"], row["other_id"]), (row["other_id"], row["demand_id"])):
            found.setdefault(one, {}).setdefault(row["relation"], []).append(other)
    return found


def web_address(url: object) -> str | None:
    """Return an address if it is one of the web; anything else, such as `javascript:`, never becomes a link.

    Example:
        >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
        ('https://example.org/a', None)
    """
    text = str(url or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    safe = parts.scheme in ("http", "https") and parts.netloc and text.isprintable() and " " not in text
    return text if safe else None


def counted_day(statement: Mapping[str, Any]) -> dt.date | None:
    """Return the day of a statement: the last possible day, else the first."""
    day: dt.date | None = statement["said_to"] or statement["said_from"]
    return day


def said(statement: Mapping[str, Any]) -> str:
    """Return the date of a statement in words.

    Example:
        >>> import datetime as dt
        >>> said({"said_from": dt.date(2025, 8, 16), "said_to": dt.date(2025, 8, 18)})
        'between 16 and 18 August 2025'
    """
    first, last = statement["said_from"], statement["said_to"]
    if first == last:
        return in_words(first) if first else "undated"
    if first and last:
        same_month = (first.year, first.month) == (last.year, last.month)
        return f"between {first.day if same_month else in_words(first)} and {in_words(last)}"
    return f"on or after {in_words(first)}" if first else f"on or before {in_words(last)}"


def in_words(day: dt.date) -> str:
    """Return a day as in 8 August 2025."""
    return f"{day.day} {day:%B %Y}"


def _by_id(rows: Iterable[Row], key: str) -> dict[str, Row]:
    found = {row[key]: row for row in rows}
    for name in found:
        if not _ADDRESS.fullmatch(str(name)):
            raise InputError(
                f"The {key} {name!r} cannot be the address of a page. Use small letters, digits and hyphens."
            )
    return found


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _published(mention: Row) -> tuple[dt.date, str]:
    return mention["source"]["published_on"], mention["mention_id"]


def _range(statements: Sequence[Row]) -> list[dt.date]:
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
    by_id = {name: _by_id(rows[name], f"{name.removesuffix('s')}_id") for name in _IDENTIFIED}
    sources = by_id["sources"]
    mentions = _grouped([{**m, "source": sources[m["source_id"]]} for m in rows["mentions"]], "statement_id")
    stances = _grouped(rows["stances"], "statement_id")
    statements = [
        {
            **s,
            "day": counted_day(s),
            "said": said(s),
            "mentions": sorted(mentions[s["statement_id"]], key=_published),
            "stances": stances[s["statement_id"]],
        }
        for s in rows["statements"]
    ]
    statements.sort(key=lambda s: (s["day"] or dt.date.max, s["speaker_id"], s["statement_id"]))
    actors = by_id["actors"]
    speaking = {s["speaker_id"] for s in statements} | {s["holder_id"] for s in rows["stances"]}
    return Records(
        statements=statements,
        stances=[{**t, "statement": s, "day": s["day"]} for s in statements for t in s["stances"]],
        actors=actors,
        demands=by_id["demands"],
        events=by_id["events"],
        locations=by_id["locations"],
        related=_related(rows["demand_relations"]),
        speakers=sorted(speaking, key=lambda a: str(actors[a]["name"]).casefold()),
        days=_range(statements),
    )
