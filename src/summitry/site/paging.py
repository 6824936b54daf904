"""Long lists on several pages: groups of entries, such as those of a day, stay together."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from summitry.words import month

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

K = TypeVar("K")
E = TypeVar("E")
FEW_MONTHS = 2  # whose days are listed one by one


def paged(stem: str, groups: Iterable[tuple[K, list[E]]], most: int) -> list[tuple[str, list[tuple[K, list[E]]]]]:
    """Return the pages of a list: the path of each and its groups, as many as fit, but at least one.

    Args:
        stem: the path of the first page without .html; no id has the sign between it and the number of the others.
        groups: entries by what they have in common.
        most: the entries of a page.

    Example:
        >>> paged("list", [("a", [1, 2]), ("b", [3]), ("c", [4])], 3)
        [('list.html', [('a', [1, 2]), ('b', [3])]), ('list_2.html', [('c', [4])])]
    """
    pages: list[list[tuple[K, list[E]]]] = [[]]
    room = most
    for name, entries in groups:
        if pages[-1] and len(entries) > room:
            pages.append([])
            room = most
        pages[-1].append((name, entries))
        room -= len(entries)
    return [(f"{stem}_{i + 1}.html" if i else f"{stem}.html", page) for i, page in enumerate(pages)]


def by_month(entries: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """Return entries with a day first in groups: those of each month, or all in one without a name if there are few.

    Example:
        >>> import datetime as dt
        >>> [(month, len(days)) for month, days in by_month([(dt.date(2025, n, 1), n) for n in (8, 9, 10)])]
        [('August 2025', 1), ('September 2025', 1), ('October 2025', 1)]
    """
    months = [(name, list(group)) for name, group in groupby(entries, key=lambda entry: _month(entry[0]))]
    return months if len(months) > FEW_MONTHS else [("", list(entries))]


def _month(day: Any) -> str:
    return month(day) if day else "Undated"
