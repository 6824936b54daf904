"""JSON documents with one long list, of which each item has a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.schema.words import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def document(frame: dict[str, Any], items: Iterable[Any]) -> Iterator[str]:
    """Yield a JSON document whose last value is an empty list, and in it a line for each item.

    Example:
        >>> print("".join(document({"a": [], "b": []}, [{"c": 1}, []])), end="")
        {
          "a": [],
          "b": [
        {"c": 1},
        []
        ]
        }
    """
    before, _, after = json_text(frame, indent=2).rpartition("[]")
    yield before + "["
    separator = "\n"
    for item in items:
        yield separator + json_text(item)
        separator = ",\n"
    yield f"\n]{after}\n"
