"""Statements: a page for each, one for each day, and one that filters them all."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from summitry.analysis.stances import direction
from summitry.dataset.storage import written
from summitry.site import strips
from summitry.site.records import grouped

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from summitry.site.records import Row
    from summitry.site.rendering import Site


def draw_parts(site: Site) -> None:
    """Draw once what several pages show: of each report its words and its source, of each statement its parts."""
    macros: Any = site.env.globals["m"]
    for source in site.records.sources.values():
        for m in source["mentions"]:
            m |= {"words": macros.words(m), "report": macros.report(m)}
    for s in site.records.statements:
        s |= {"facts": macros.facts(s), "stated": macros.stances(s), "reported": macros.mentions(s)}
        s["card"] = macros.card(s)


def by_day(statements: Iterable[Row]) -> list[tuple[dt.date | None, list[Row]]]:
    """Return the statements of each day, in their order."""
    return [(day, list(group)) for day, group in groupby(statements, key=lambda s: s["day"])]


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    statements = site.records.statements
    for before, s, after in zip([None, *statements], statements, [*statements[1:], None], strict=False):
        path = f"statements/{s['statement_id']}.html"
        yield path, site.page("statement", path, s=s, before=before, after=after)
    yield from _days(site)
    yield "statements.html", _overview(site)


def _days(site: Site) -> Iterator[tuple[str, str]]:
    events = grouped(site.records.events.values(), "start_on")
    groups = by_day(site.records.statements)
    days = [day for day, _ in groups]
    for i, (day, statements) in enumerate(groups):
        path = f"days/{day or 'undated'}.html"
        yield (
            path,
            site.page(
                "day",
                path,
                day=day,
                sides=_by_party(statements),
                events=events[day],
                before=days[i - 1] if i else None,
                after=days[i + 1] if i + 1 < len(days) else None,
            ),
        )


def _by_party(statements: Iterable[Row]) -> list[tuple[str, list[Any]]]:
    """Return the drawn statements of each party, those with most first."""
    sides: dict[str, list[Any]] = {}
    for s in statements:
        sides.setdefault(s["party"], []).append(s["card"])
    return sorted(sides.items(), key=lambda side: (-len(side[1]), side[0]))


def _overview(site: Site) -> str:
    records = site.records
    stances = [t for s in records.statements for t in s["stances"]]
    position = site.package.table("stances")["position"]
    directions: dict[str, list[str]] = {}
    for value in position.enum:
        directions.setdefault(direction(position.signs[value]), []).append(value)
    return site.page(
        "statements",
        "statements.html",
        days=[(day, len(group)) for day, group in by_day(records.statements)],
        speakers=_named(site, (s["speaker_id"] for s in records.statements)),
        sides=_named(site, (s["party"] for s in records.statements)),
        holders=_named(site, (party for t in stances for party in t["parties"])),
        demands=sorted((records.demands[d] for d in {t["demand_id"] for t in stances}), key=lambda d: str(d["label"])),
        directions=[(name, values) for name, values in directions.items() if len(values) > 1],
        languages=sorted({m["source"]["language"] for s in records.statements for m in s["mentions"]}),
    )


def _named(site: Site, ids: Iterable[str]) -> list[Row]:
    return sorted((site.records.actors[i] for i in set(ids)), key=lambda a: a["sorted_as"])


def data(site: Site) -> str:
    """Return the script with the statements that `explorer.js` filters: rows as they are in CSV, and what they name."""
    records, package = site.records, site.package
    statements, stances = package.table("statements").names, package.table("stances").names
    used = Counter(m["source_id"] for s in records.statements for m in s["mentions"])
    number = {source: i for i, source in enumerate(used)}
    stated = [t for s in records.statements for t in s["stances"]]
    people = {i for s in records.statements for i in (s["speaker_id"], s["party"])} | {
        i for t in stated for i in (t["holder_id"], *t["parties"])
    }
    found = {
        "columns": {"statements": statements, "stances": stances},
        "statements": [
            {
                "cells": [written(s[c]) for c in statements],
                "party": s["party"],
                "said": s["said"],
                "stances": [{"cells": [written(t[c]) for c in stances], "parties": t["parties"]} for t in s["stances"]],
                "mentions": [
                    [number[m["source_id"]], m["quote"] or "", m["quote_language"] or ""] for m in s["mentions"]
                ],
            }
            for s in records.statements
        ],
        "sources": [_source(site, source) for source in used],
        "actors": {
            i: [records.actors[i]["name"], [n["name"] for n in records.actors[i]["names"]]] for i in sorted(people)
        },
        "demands": {d: records.demands[d]["label"] for d in sorted({t["demand_id"] for t in stated})},
        "labels": {
            column: package.table(table)[column].labels
            for table, column in (
                ("statements", "act"),
                ("statements", "issue"),
                ("stances", "position"),
                ("stances", "attribution"),
            )
        },
        "marks": {p: strips.shape(p) for p in package.table("stances")["position"].enum},
    }
    return f"var explorer = {json.dumps(found, ensure_ascii=False, separators=(',', ':'))};\n"


def _source(site: Site, source_id: str) -> list[str]:
    source = site.records.sources[source_id]
    outlet = site.records.actors[source["publisher_id"]]["name"]
    return [source_id, source["heading"], outlet, source["heading_language"], str(source["published_on"])]
