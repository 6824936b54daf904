"""Propose which reported remarks are one statement: a first pass, to be decided case by case.

    python scripts/propose_statements.py FACTS.jsonl > groups.csv

Each line of FACTS.jsonl is a remark that one page reports, with the keys id, speaker, statement_date,
venue_or_addressee, issues, summary and quote. Remarks of one speaker on one day are put together when their words are
alike: the quotations, or summary and quotation together, as sets of words. The result has a group for every remark,
and for each the likeness at which it joined, so that a reader begins with the doubtful ones. Nothing here decides.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

LEAST_LIKENESS = 62.0  # of 100; lower joins remarks that only share a subject
SHARED_ISSUE = 5.0  # a subject in common speaks for one remark

Fact = dict[str, Any]


def likeness(a: Fact, b: Fact) -> float:
    """Return how alike two remarks are, from 0 to 100."""
    whole = fuzz.token_set_ratio(f"{a['summary']} {a['quote']}".casefold(), f"{b['summary']} {b['quote']}".casefold())
    quoted = fuzz.token_sort_ratio(a["quote"].casefold(), b["quote"].casefold()) if a["quote"] and b["quote"] else 0.0
    common = SHARED_ISSUE if set(a["issues"]) & set(b["issues"]) else -SHARED_ISSUE
    return max(whole, quoted) + common


def propose(facts: list[Fact]) -> list[tuple[str, str, float]]:
    """Return (id, group, likeness at which it joined) for each remark, in the order of speaker and day."""
    blocks: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        blocks[fact["speaker"], fact["statement_date"]].append(fact)
    proposed = []
    for (_, _), remarks in sorted(blocks.items()):
        groups: list[list[Fact]] = []
        for fact in sorted(remarks, key=lambda f: f["id"]):
            score, group = max(
                ((sum(likeness(fact, g) for g in group) / len(group), group) for group in groups),
                key=lambda pair: pair[0],
                default=(0.0, []),
            )
            if score < LEAST_LIKENESS:
                score, group = 100.0, []
                groups.append(group)
            group.append(fact)
            proposed.append((fact["id"], group[0]["id"], round(min(score, 100.0), 1)))
    return proposed


def main() -> int:
    """Read the facts named on the command line and print the groups as CSV."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the script and its one argument
        print("usage: python scripts/propose_statements.py FACTS.jsonl", file=sys.stderr)
        return 2
    facts = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines() if line.strip()]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["fact_id", "group", "likeness"])
    writer.writerows(propose(facts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
