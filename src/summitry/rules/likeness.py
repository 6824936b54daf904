"""Rule 15: two statements that may be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from summitry.rules.model import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.rules.model import Dataset, Row

NEAR_IDENTICAL = 90  # of 100, words in any order
SHORTEST_QUOTE = 4  # words; shorter quotations are alike by chance


def _same_time(a: Row, b: Row) -> bool:
    days = a["said_from"] is not None and a["said_from"] == b["said_from"] and a["said_to"] == b["said_to"]
    return days or (a["occasion_id"] is not None and a["occasion_id"] == b["occasion_id"])


def twins(data: Dataset) -> Iterator[Finding]:
    """Find statements of one speaker at one time with near-identical quotations or summaries."""
    mentions = data.group("mentions", "statement_id")
    quotes = {
        statement_id: [m["quote"] for m in found if m["quote"] and len(m["quote"].split()) >= SHORTEST_QUOTE]
        for statement_id, found in mentions.items()
    }
    for statements in data.group("statements", "speaker_id").values():
        for i, b in enumerate(statements):
            twin = next((a for a in statements[:i] if _same_time(a, b) and _alike(a, b, quotes)), None)
            if twin is not None:
                yield Finding(b, ("summary",), f"a remark other than that of {twin['statement_id']}")


def _alike(a: Row, b: Row, quotes: dict[str, list[str]]) -> bool:
    if a["summary"] and b["summary"] and fuzz.token_sort_ratio(a["summary"], b["summary"]) >= NEAR_IDENTICAL:
        return True
    return any(
        fuzz.token_sort_ratio(x.casefold(), y.casefold()) >= NEAR_IDENTICAL
        for x in quotes.get(a["statement_id"], [])
        for y in quotes.get(b["statement_id"], [])
    )


RULES = (
    Rule("twin-statements", 15, "warning", "two statements may be one speech act",
         "If they are one, keep one statement and give it the mentions of both.",
         "the same speaker, day and words in two statements", twins),
)  # fmt: skip
