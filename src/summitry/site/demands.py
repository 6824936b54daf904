"""Demands: a page for each, with the positions of every party and the words of its people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from summitry.analysis.selection import SELF
from summitry.site import paging

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summitry.site.records import Row
    from summitry.site.rendering import Site

PAGE = 60  # stances of which a page shows the words, or those of one person if there are more
MOST_INFERRED = 20  # of a party on a demand; they are on the pages of the demands from which they follow
# the lists of a party: what its people say of it, what follows from that, and what others say
WORDS = ("people", "inferred", "others")


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    latest = {(p["actor_id"], p["demand_id"]): p for p in site.findings.positions if p["attribution"] in SELF}
    for name, demand in site.records.demands.items():
        path = f"demands/{name}.html"
        sides = [_side(party, name, stances, latest) for party, stances in site.counted.get(name, {}).items()]
        sides.sort(key=lambda s: (-len(s["stances"]), -s["n_others"], s["party"]))
        listed = _listed(path, sides)
        where = {side["party"]: path for path, group in reversed(listed[1:]) for side in group}
        given = {"d": demand, "steps": [(path.partition("/")[2], None) for path, _ in listed], "where": where}
        for number, (path, group) in enumerate(listed, 1):
            yield path, site.page("demand", path, sides=group, number=number, **given)
    yield "demands.html", site.page("demands", "demands.html", issues=_by_issue(site))


def _listed(first: str, sides: Sequence[Row]) -> list[tuple[str, Sequence[Row]]]:
    """Return the pages of a demand with their parties: one, or all parties and then the words of their people."""
    words = [((i, kind, who), said) for i, side in enumerate(sides) for kind in WORDS for who, said in side[kind]]
    if sum(len(said) for _, said in words) <= PAGE:
        return [(first, sides)]
    stem = first.removesuffix(".html")
    pages = enumerate(paging.paged(stem, words, PAGE), 2)
    return [(first, sides), *((f"{stem}_{number}.html", _of_people(sides, group)) for number, (_, group) in pages)]


def _of_people(sides: Sequence[Row], words: Sequence[Any]) -> list[Row]:
    """Return the parties of a page, each with the words that are on it."""
    found: dict[int, Row] = {}
    for (i, kind, who), said in words:
        side = found.setdefault(i, {**sides[i], **{kind: [] for kind in WORDS}})
        side[kind].append((who, said))
    return list(found.values())


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
        "inferred": [(party, inferred[-MOST_INFERRED:])] if inferred else [],
        "n_inferred": len(inferred),
        "others": by_speaker(others),
        "n_others": len(others),
    }


def by_speaker(stances: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return stances by who says so, those with most first."""
    speakers: dict[str, list[Row]] = {}
    for t in stances:
        speakers.setdefault(t["statement"]["speaker_id"], []).append(t)
    return sorted(speakers.items(), key=lambda item: -len(item[1]))
