"""JSON documents with one list that may be too long for memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.schema.words import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def document(frame: dict[str, Any], items: Iterable[Any]) -> Iterator[str]:
    """Yield a JSON document piece by piece, with one line for each item of its list.

    Args:
        frame: the document, whose last value is an empty list.
        items: what that list contains.

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
