"""Demands: a page for each, with the positions of every party and the words of its people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from summitry.analysis.selection import SELF

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summitry.site.records import Row
    from summitry.site.rendering import Site

MOST_WORDS = 20  # of one person on one demand; the filters show the others


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    latest = {(p["actor_id"], p["demand_id"]): p for p in site.findings.positions if p["attribution"] in SELF}
    for name, demand in site.records.demands.items():
        path = f"demands/{name}.html"
        sides = [_side(party, name, stances, latest) for party, stances in site.counted.get(name, {}).items()]
        sides.sort(key=lambda s: (-len(s["stances"]), -s["n_others"], s["party"]))
        yield path, site.page("demand", path, d=demand, sides=sides)
    yield "demands.html", site.page("demands", "demands.html", issues=_by_issue(site))


def _by_issue(site: Site) -> list[tuple[str, list[tuple[Row, int]]]]:
    """Return the demands of each issue with their number of coded stances, the most first."""
    number = Counter(t["demand_id"] for s in site.records.statements for t in s["stances"])
    ranked = sorted(site.records.demands.values(), key=lambda d: (-number[d["demand_id"]], str(d["label"])))
    issues = site.package.table("demands")["issue"].enum
    groups = [(i, [(d, number[d["demand_id"]]) for d in ranked if d["issue"] == i]) for i in issues]
    return [(issue, group) for issue, group in groups if group]


def _side(party: str, demand: str, stances: Sequence[Row], latest: Mapping[tuple[str, str], Row]) -> dict[str, Any]:
    own = [t for t in stances if t["attribution"] in SELF]
    coded = [t for t in own if not t["inferred_by"]]
    inferred = [t for t in own if t["inferred_by"]]
    others = [t for t in stances if t["attribution"] not in SELF and not t["inferred_by"]]
    return {
        "party": party,
        "own": latest.get((party, demand)),
        "stances": coded,
        "marks": own,
        "people": by_speaker(coded),
        "inferred": inferred[-MOST_WORDS:],
        "n_inferred": len(inferred),
        "others": by_speaker(others),
        "n_others": len(others),
    }


def by_speaker(stances: Sequence[Row]) -> list[tuple[str, list[Row], int]]:
    """Return stances by who says so, those with most first: the latest, and the number of those before."""
    speakers: dict[str, list[Row]] = {}
    for t in stances:
        speakers.setdefault(t["statement"]["speaker_id"], []).append(t)
    ranked = sorted(speakers.items(), key=lambda item: -len(item[1]))
    return [(who, said[-MOST_WORDS:], max(0, len(said) - MOST_WORDS)) for who, said in ranked]
