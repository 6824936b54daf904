"""Rule 15: two statements that may be one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from summitry.validation.rules.model import DatasetRule, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset, Row

ALIKE = 80  # of 100, words in any order
SHORTEST_QUOTE = 4  # words; shorter quotations are alike by chance
NEAR = dt.timedelta(days=3)  # one remark is dated by some reports to the day after, or to that of a reprint


def _days(row: Row) -> list[dt.date]:
    """Return the first and the last day of a statement."""
    return sorted({day for day in (row["said_from"], row["said_to"]) if day is not None})


def _near(days: list[dt.date]) -> Iterator[dt.date]:
    """Yield the days from shortly before the first to shortly after the last."""
    day = days[0] - NEAR
    while day <= days[-1] + NEAR:
        yield day
        day += dt.timedelta(days=1)


def _two_occasions(one: Row, other: Row) -> bool:
    """Say whether both statements have an occasion, and it is not the same."""
    first, second = one["occasion_id"], other["occasion_id"]
    return None not in (first, second) and bool(first != second)


def _in_order(text: str) -> str:
    """Return the words of a text in alphabetical order, so that texts are alike whatever the order of theirs."""
    return " ".join(sorted(text.split()))


def twins(data: Dataset) -> Iterator[Finding]:
    """Find statements of one speaker within three days, or on one occasion, with much the same words.

    Words are those of a quotation or of a summary. Two that were made on two occasions, which both are in the table
    of events, are two speech acts whatever their words.
    """
    mentions = data.group("mentions", "statement_id")
    quotes = {
        statement_id: [
            _in_order(q.casefold()) for q in (m["quote"] or "" for m in found) if len(q.split()) >= SHORTEST_QUOTE
        ]
        for statement_id, found in mentions.items()
    }
    for statements in data.group("statements", "speaker_id").values():
        words = [([_in_order(s["summary"] or "")], quotes.get(s["statement_id"], [])) for s in statements]
        earlier: dict[dt.date | str, list[int]] = defaultdict(list)
        long: list[tuple[int, list[dt.date]]] = []  # those with days that are not near to the first or the last
        for number, statement in enumerate(statements):
            days = _days(statement)
            occasion = [statement["occasion_id"]] if statement["occasion_id"] else []
            near = {i for key in (*(_near(days) if days else ()), *occasion) for i in earlier[key]}
            near |= {i for i, (first, last) in long if days and first <= days[-1] and days[0] <= last}
            distinct = (i for i in sorted(near) if not _two_occasions(statements[i], statement))
            twin = next((i for i in distinct if any(map(_alike, words[i], words[number]))), None)
            if twin is not None:
                expected = f"a remark other than that of {statements[twin]['statement_id']}"
                yield Finding(statement, ("summary",), expected)
            for key in (*days, *occasion):
                earlier[key].append(number)
            if days and days[-1] - days[0] > 2 * NEAR:
                long.append((number, days))


def _alike(some: list[str], others: list[str]) -> bool:
    """Say whether two texts are much the same, of some and of others."""
    return any(x and y and fuzz.ratio(x, y, score_cutoff=ALIKE) for x in some for y in others)  # below it, 0


RULES = (DatasetRule("twin-statements", twins),)
