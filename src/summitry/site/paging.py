"""Long lists on several pages: groups of entries, such as those of a day, stay together."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

K = TypeVar("K")
E = TypeVar("E")


def listed(stem: str, groups: Iterable[tuple[K, list[E]]], most: int) -> list[tuple[str, list[tuple[K, list[E]]]]]:
    """Return the pages of a list: the path of each and its groups, as many as fit, but at least one.

    Args:
        stem: the path of the first page without .html; no id has the sign between it and the number of the others.
        groups: entries by what they have in common.
        most: the entries of a page.

    Example:
        >>> listed("list", [("a", [1, 2]), ("b", [3]), ("c", [4])], 3)
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
