"""JSON documents with one long list, which is never in memory as a whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INDENT = 2


def document(frame: dict[str, Any], items: Iterable[Any]) -> Iterator[str]:
    """Yield a JSON document piece by piece, as `json.dumps` with an indent would give it.

    Args:
        frame: the document with an empty list as the last value in it.
        items: what is in that list.

    Example:
        >>> print("".join(document({"a": [], "b": []}, [{"c": 1}, []])), end="")
        {
          "a": [],
          "b": [
            {
              "c": 1
            },
            []
          ]
        }
    """
    before, empty, after = _dumps(frame).rpartition("[]")
    line = before.rpartition("\n")[2]
    outer = "\n" + " " * (len(line) - len(line.lstrip()))
    inner = outer + " " * INDENT
    yield before
    opening = "["
    for item in items:
        yield opening + inner + _dumps(item).replace("\n", inner)  # a line break in a value is escaped
        opening = ","
    yield (empty if opening == "[" else outer + "]") + after + "\n"


def _dumps(value: Any) -> str:
    if isinstance(value, dict) and value and not any(isinstance(v, dict | list) for v in value.values()):
        return "{\n  " + _FLAT.encode(value)[1:-1] + "\n}"
    return json.dumps(value, ensure_ascii=False, indent=INDENT)


# with an indent, Python encodes JSON many times slower than without; a flat object needs none
_FLAT = json.JSONEncoder(ensure_ascii=False, separators=(",\n" + " " * INDENT, ": "))
