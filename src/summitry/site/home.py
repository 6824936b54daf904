"""The first page, the data, and how to cite."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from summitry.analysis.selection import SELF
from summitry.dataset import cite
from summitry.dataset.entailment import CONTRARY
from summitry.site import events, strips

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from summitry.site.records import Row
    from summitry.site.rendering import Site

STYLES = {"BibTeX": cite.bibtex, "APA": cite.apa, "RIS": cite.ris}
MAIN_DEMANDS, MAIN_PARTIES = 12, 6  # of the table that opens the first page
BIAS = "Limitations: "  # what follows this in the description of the dataset gets a section of its own


def pages(site: Site, described: str, base_url: str | None) -> Iterator[tuple[str, str]]:
    """Return the pages by path.

    Args:
        site: what the pages are made of.
        described: the description for search engines, as a script.
        base_url: where the folder of this version is published; None where that is not known.
    """
    lead, _, bias = site.package.description.partition(BIAS)
    parties, matrix = main_positions(site)
    spoken = Counter(s["day"] for s in site.records.statements)
    citation = cite.citation(site.package)
    yield (
        "index.html",
        site.page(
            "index",
            "index.html",
            lead=lead,
            bias=bias,
            described=described,
            base_url=base_url,
            main_parties=parties,
            matrix=matrix,
            days=[(day, spoken[day]) for day in site.records.days],
            marked=events.main(site),
            most_bars=strips.MOST_BARS,
            citation=citation,
        ),
    )
    found = site.findings
    yield (
        "data.html",
        site.page(
            "data",
            "data.html",
            coverage=found.coverage,
            coverage_days=[(c["day"], c) for c in found.coverage],
            reliability=found.reliability,
            spoken_on=frozenset(spoken),
        ),
    )
    yield (
        "cite.html",
        site.page(
            "cite",
            "cite.html",
            citation=citation,
            formats=[(name, write(site.package)) for name, write in STYLES.items()],
        ),
    )


def main_positions(site: Site) -> tuple[list[str], list[tuple[str, list[tuple[str, Row | None]]]]]:
    """Return the parties with most statements of a position, and by demand the latest position of each.

    The demands are those on which these parties differ by their own latest words: of each issue that with most
    statements, then the next of each. Of two contraries, one is shown.
    """
    own = [p for p in site.findings.positions if p["attribution"] in SELF]
    said: Counter[str] = Counter()
    for p in own:
        if p["position"]:
            said[p["actor_id"]] += p["n_own_statements"]
    parties = [party for party, _ in said.most_common(MAIN_PARTIES)]
    by_demand: dict[str, dict[str, Row]] = {}
    for p in own:
        if p["actor_id"] in parties:
            by_demand.setdefault(p["demand_id"], {})[p["actor_id"]] = p
    chosen: list[str] = []
    for demand in _by_issue(site, sorted(by_demand, key=lambda d: _weight(d, by_demand[d]))):
        contraries = site.records.demands[demand]["related"].get(CONTRARY, ())
        if len(chosen) < MAIN_DEMANDS and not set(chosen) & set(contraries):
            chosen.append(demand)
    return parties, [(d, [(party, by_demand[d].get(party)) for party in parties]) for d in chosen]


def _by_issue(site: Site, demands: list[str]) -> list[str]:
    """Return demands so that the first of each issue come first, then the second ones, and so on."""
    earlier: Counter[str] = Counter()
    turns = []
    for demand in demands:
        issue = site.records.demands[demand]["issue"]
        turns.append(earlier[issue])
        earlier[issue] += 1
    return [demand for _, demand in sorted(zip(turns, demands, strict=True), key=lambda pair: pair[0])]


def _weight(demand: str, positions: Mapping[str, Row]) -> tuple[Any, ...]:
    cells = [p for p in positions.values() if p["position"]]
    differ = len({p["direction"] for p in cells}) > 1
    return not differ, -sum(p["n_statements"] for p in cells), demand
