"""Demands: a page for each, with the positions of every party and the words of its people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from summitry.analysis.selection import SELF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from summitry.site.records import Row
    from summitry.site.rendering import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    on: dict[str, list[Row]] = {name: [] for name in site.records.demands}
    for s in site.records.statements:
        for t in s["stances"]:
            on[t["demand_id"]].append(t)
    latest = site.findings.latest()
    for name, demand in site.records.demands.items():
        path = f"demands/{name}.html"
        yield path, site.page("demand", path, d=demand, sides=_sides(on[name], latest))
    yield "demands.html", site.page("demands", "demands.html", issues=_by_issue(site, on))


def _by_issue(site: Site, on: Mapping[str, Sequence[Row]]) -> list[tuple[str, list[tuple[Row, int]]]]:
    """Return the demands of each issue with their number of stances, the most first."""
    ranked = sorted(site.records.demands.values(), key=lambda d: (-len(on[d["demand_id"]]), str(d["label"])))
    issues = site.package.table("demands")["issue"].enum
    groups = [(i, [(d, len(on[d["demand_id"]])) for d in ranked if d["issue"] == i]) for i in issues]
    return [(issue, group) for issue, group in groups if group]


def _sides(stances: Iterable[Row], latest: Mapping[tuple[str, str, str], Row]) -> list[dict[str, Any]]:
    """Return the parties that have a position on a demand, those with most statements of their own first."""
    parties: dict[str, list[Row]] = {}
    for t in stances:
        parties.setdefault(t["party"], []).append(t)
    sides = [_side(party, stances, latest) for party, stances in parties.items()]
    return sorted(sides, key=lambda s: (-len(s["stances"]), -s["n_others"], s["party"]))


def _side(party: str, stances: Sequence[Row], latest: Mapping[tuple[str, str, str], Row]) -> dict[str, Any]:
    own = [t for t in stances if t["attribution"] in SELF]
    others = [t for t in stances if t["attribution"] not in SELF]
    return {
        "party": party,
        "own": latest.get((party, stances[0]["demand_id"], SELF[0])),
        "stances": own,
        "people": by_speaker(own),
        "others": by_speaker(others),
        "n_others": len(others),
    }


def by_speaker(stances: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return stances by who says so: those with most first."""
    speakers = Counter(t["statement"]["speaker_id"] for t in stances)
    return [(who, [t for t in stances if t["statement"]["speaker_id"] == who]) for who, _ in speakers.most_common()]
