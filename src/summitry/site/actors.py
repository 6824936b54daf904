"""Actors: a page for each person and body, with its positions and statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.analysis.selection import SELF
from summitry.site.findings import SIDE
from summitry.site.statements import by_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summitry.site.records import Row
    from summitry.site.rendering import Site


# the chapters of an actor's page after its positions: the place and the heading of each
CHAPTERS = (("stated", "Positions stated"), ("events", "Events"), ("sources", "Sources"), ("statements", "Statements"))


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    by_track: dict[tuple[str, str, str], list[Row]] = {}
    stated: dict[str, list[Row]] = {}
    for s in site.records.statements:
        for t in s["stances"]:
            by_track.setdefault((t["party"], t["demand_id"], t["attribution"]), []).append(t)
            stated.setdefault(s["speaker_id"], []).append(t)
    latest: dict[str, list[Row]] = {}
    for p in site.findings.positions:
        stances = by_track.get((p[SIDE], p["demand_id"], p["attribution"]), [])
        latest.setdefault(p[SIDE], []).append({**p, "stances": stances})
    for name, actor in site.records.actors.items():
        path = f"actors/{name}.html"
        yield path, site.page("actor", path, **_given(actor, latest, stated))
    yield "actors.html", _overview(site)


def _given(actor: Row, latest: Mapping[str, Sequence[Row]], stated: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    tracks = _tracks(actor, latest.get(actor["actor_id"], ()))
    said = stated.get(actor["actor_id"], []) if actor["party"] != actor["actor_id"] else []
    days = [(day, [s["card"] for s in group]) for day, group in by_day(actor["statements"])]
    return {
        "a": actor,
        "tracks": tracks,
        "of_party": actor["party"] in latest,
        "stated": said,
        "days": days,
        "chapters": [
            *((place, heading) for heading, place, _, _ in tracks),
            *(
                chapter
                for chapter, there in zip(CHAPTERS, (said, actor["events"], actor["sources"], days), strict=True)
                if there
            ),
        ],
    }


def _tracks(actor: Row, positions: Sequence[Row]) -> list[tuple[str, str, str, list[Row]]]:
    """Return what the actor says itself, and what others say about it, those with most statements first."""
    ranked = sorted(positions, key=lambda p: (-p["n_statements"], p["demand_id"]))
    own = [p for p in ranked if p["attribution"] in SELF]
    others = [p for p in ranked if p["attribution"] not in SELF]
    tables = (
        ("Positions", "positions", "The latest position on each demand, by the party’s own words.", own),
        (f"What others say about {actor['name']}", "others", "Not what the party says itself.", others),
    )
    return [table for table in tables if table[-1]]


def _overview(site: Site) -> str:
    actors = site.records.actors
    sides = [(a, [actors[i] for i in a["side"] if i != a["actor_id"]]) for a in actors.values() if len(a["side"]) > 1]
    spoken = {a["actor_id"]: sum(len(actors[i]["statements"]) for i in a["side"]) for a, _ in sides}
    sides.sort(key=lambda side: (-spoken[side[0]["actor_id"]], side[0]["sorted_as"]))
    return site.page(
        "actors",
        "actors.html",
        sides=[(a, sorted(members, key=lambda m: m["sorted_as"])) for a, members in sides],
        actors=sorted(actors.values(), key=lambda a: (a["kind"] != "person", a["sorted_as"])),
    )
