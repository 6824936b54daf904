"""Rule 15: two statements that may be one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from summitry.validation.rules.model import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset, Row

NEAR_IDENTICAL = 90  # of 100, words in any order
SHORTEST_QUOTE = 4  # words; shorter quotations are alike by chance


def _times(row: Row) -> list[tuple[Any, ...]]:
    """Return the days of a statement and its occasion; two that share one of them were made at the same time."""
    times = (row["said_from"], row["said_to"]), (row["occasion_id"],)
    return [time for time in times if time[0] is not None]


def _in_order(text: str) -> str:
    """Return the words of a text in alphabetical order, so that texts are alike whatever the order of theirs."""
    return " ".join(sorted(text.split()))


def twins(data: Dataset) -> Iterator[Finding]:
    """Find statements of one speaker at one time with near-identical quotations or summaries."""
    mentions = data.group("mentions", "statement_id")
    quotes = {
        statement_id: [_in_order(q.casefold()) for q in (m["quote"] or "" for m in found) if _is_long(q)]
        for statement_id, found in mentions.items()
    }
    for statements in data.group("statements", "speaker_id").values():
        words = [([_in_order(s["summary"] or "")], quotes.get(s["statement_id"], [])) for s in statements]
        earlier: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for number, statement in enumerate(statements):
            times = _times(statement)
            near = sorted({i for time in times for i in earlier[time]})
            twin = next((i for i in near if any(map(_alike, words[i], words[number]))), None)
            if twin is not None:
                expected = f"a remark other than that of {statements[twin]['statement_id']}"
                yield Finding(statement, ("summary",), expected)
            for time in times:
                earlier[time].append(number)


def _is_long(quote: str) -> bool:
    return len(quote.split()) >= SHORTEST_QUOTE


def _alike(some: list[str], others: list[str]) -> bool:
    """Say whether two texts are near-identical, of some and of others."""
    return any(x and y and fuzz.ratio(x, y, score_cutoff=NEAR_IDENTICAL) for x in some for y in others)  # below it, 0


RULES = (
    Rule(
        id="twin-statements",
        number=15,
        severity="warning",
        statement="two statements may be one speech act",
        fix="If they are one, keep one statement and give it the mentions of both.",
        example="the same speaker, day and words in two statements",
        find=twins,
    ),
)
