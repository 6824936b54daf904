"""Actors: a page for each person and body, with its positions and statements."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from summitry.analysis.selection import SELF
from summitry.site import paging
from summitry.site.records import grouped
from summitry.site.statements import by_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summitry.site.records import Row
    from summitry.site.rendering import Site

PAGE = 30  # rows of tables and statements on a page, or the statements of one day if there are more
OUTLET = "media"  # the kind of those who publish; few of them speak, and they have a list of their own
# the chapters of an actor's page after its positions: the place and the heading of each
CHAPTERS = (("events", "Events"), ("documents", "Documents"), ("sources", "Sources"), ("statements", "Statements"))


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    macros: Any = site.env.globals["m"]
    parties, speakers = _by_actor(site.findings.positions), _by_actor(site.findings.speakers)
    said = _said(site)
    for name, actor in site.records.actors.items():
        tables = _of_party(site, parties.get(name, ())) or _of_speaker(actor, speakers.get(name, ()), said)
        listed = _listed(f"actors/{name}", actor, tables)
        first = listed[0][0]
        days = [(day, f"../{path}#day-{day or 'undated'}") for path, _, group in listed for day, _ in group]
        jumps = [macros.days(days, here) if len(days) > 1 else "" for here in (f"../{first}", "")]
        given = {
            "a": actor,
            "of_party": actor["party"] in parties,
            "chapters": _chapters(actor, tables, listed),
            "steps": [(path.partition("/")[2], None) for path, _, _ in listed],
        }
        for number, (path, rows, group) in enumerate(listed, 1):
            shown = {"tables": rows, "days": group, "number": number, "jump": jumps[number > 1]}
            yield path, site.page("actor", path, **given, **shown)
    yield "actors.html", _overview(site)
    yield "outlets.html", _outlets(site)


def _listed(stem: str, actor: Row, tables: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Any], list[Any]]]:
    """Return the pages of an actor: the path of each, its tables, and its days with their drawn statements."""
    about = {table["id"]: table for table in tables}
    rows = [(t["id"], t["rows"][i : i + PAGE]) for t in tables for i in range(0, len(t["rows"]), PAGE)]
    cards = [(day, [s["card"] for s in statements]) for day, statements in by_day(actor["statements"])]
    return [
        (
            path,
            [{**about[name], "rows": entries} for name, entries in group if name in about],
            [(name, entries) for name, entries in group if name not in about],
        )
        for path, group in paging.paged(stem, [*rows, *cards], PAGE)
    ]


def _by_actor(positions: Sequence[Row]) -> dict[str, list[Row]]:
    return grouped(sorted(positions, key=lambda p: (-p["n_statements"], p["demand_id"])), "actor_id")


def _said(site: Site) -> Mapping[tuple[str, str], list[Row]]:
    """Return the stances that each speaker states of its own side, by speaker and demand."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for s in site.records.statements:
        for t in s["stances"]:
            if t["attribution"] in SELF:
                found[s["speaker_id"], t["demand_id"]].append(t)
    return found


def _of_party(site: Site, positions: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the tables of a party: what it says itself, what follows from that, and what others say about it."""
    rows = [{**p, "stances": _behind(site, p)} for p in positions]
    own = [p for p in rows if p["attribution"] in SELF]
    tables = [
        {
            "id": "positions",
            "heading": "Positions",
            "about": "The latest position on each demand, by what the party or its groups say.",
            "rows": [p for p in own if p["position"]],
        },
        {
            "id": "inferred",
            "heading": "What follows from them",
            "about": "On these demands the latest is no position of its own: it follows from one on another demand.",
            "rows": [p for p in own if not p["position"]],
        },
        {
            "id": "others",
            "heading": "What others say about it",
            "about": "Not what the party says itself.",
            "rows": [p for p in rows if p["attribution"] not in SELF],
        },
    ]
    return [table for table in tables if table["rows"]]


def _behind(site: Site, position: Row) -> list[Row]:
    counted = site.counted.get(position["demand_id"], {}).get(position["actor_id"], ())
    return [t for t in counted if t["attribution"] == position["attribution"]]


def _of_speaker(
    actor: Row, positions: Sequence[Row], said: Mapping[tuple[str, str], list[Row]]
) -> list[dict[str, Any]]:
    """Return the table of a speaker: the latest position that it states of its own side on each demand."""
    rows = [{**p, "stances": said[actor["actor_id"], p["demand_id"]]} for p in positions]
    about = f"The latest position on each demand, by the words of {actor['name']}."
    return [{"id": "stated", "heading": "Positions stated", "about": about, "rows": rows}] if rows else []


def _chapters(
    actor: Row, tables: Sequence[Mapping[str, Any]], listed: Sequence[tuple[str, list[Any], list[Any]]]
) -> list[tuple[str, str, str]]:
    """Return the chapters of an actor: the page on which each begins, its place there, and its heading."""
    first = listed[0][0]
    begins = {table["id"]: path for path, rows, _ in reversed(listed) for table in rows}
    there = (actor["events"], actor["documents"], actor["sources"], actor["statements"])
    return [
        *((begins[table["id"]], table["id"], table["heading"]) for table in tables),
        *((first, *chapter) for chapter, rows in zip(CHAPTERS, there, strict=True) if rows),
    ]


def _overview(site: Site) -> str:
    actors = site.records.actors
    sides = [(a, [actors[i] for i in a["side"] if i != a["actor_id"]]) for a in actors.values() if len(a["side"]) > 1]
    spoken = {a["actor_id"]: sum(len(actors[i]["statements"]) for i in a["side"]) for a, _ in sides}
    sides.sort(key=lambda side: (-spoken[side[0]["actor_id"]], side[0]["sorted_as"]))
    shown = [a for a in actors.values() if a["kind"] != OUTLET or a["statements"]]
    return site.page(
        "actors",
        "actors.html",
        sides=[(a, sorted(members, key=lambda m: m["sorted_as"])) for a, members in sides],
        actors=sorted(shown, key=lambda a: (a["kind"] != "person", a["sorted_as"])),
    )


def _outlets(site: Site) -> str:
    outlets = [a for a in site.records.actors.values() if a["kind"] == OUTLET]
    return site.page("outlets", "outlets.html", outlets=sorted(outlets, key=lambda a: a["sorted_as"]))
