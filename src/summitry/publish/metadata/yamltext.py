"""Writing YAML: block style, texts quoted as JSON quotes them, which every YAML reader understands."""

from __future__ import annotations

import json
import re
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./-]*[A-Za-z0-9]|[0-9]+(\.[0-9]+){2,}")
_UNPRINTABLE = re.compile(
    "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
)  # JSON leaves these as they are, YAML forbids them
_NOT_TEXT = {"true", "false", "yes", "no", "on", "off", "null"}  # what older readers take for something else


def _scalar(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _entry(key: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, str) and len(value) > WIDTH and value == " ".join(value.split()):
        yield f"{indent}{key}: >-"
        yield from wrap(value, WIDTH, initial_indent=f"{indent}  ", subsequent_indent=f"{indent}  ",
                        break_long_words=False, break_on_hyphens=False)  # fmt: skip
    elif isinstance(value, list) and value:
        yield f"{indent}{key}:"
        for item in value:
            yield from _item(item, f"{indent}  ")
    else:
        yield f"{indent}{key}: {_scalar(value)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    if not isinstance(item, dict):
        yield f"{indent}- {_scalar(item)}"
        return
    first, *rest = _lines(item, f"{indent}  ")
    yield f"{indent}- {first.strip()}"
    yield from rest


def _lines(mapping: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        yield from _entry(key, value, indent)


def dump(mapping: Mapping[str, Any]) -> str:
    """Return a mapping of texts, numbers, truth values, and lists of these or of such mappings, as YAML.

    Example:
        >>> print(dump({"version": "0.1.0", "authors": [{"name": "The contributors"}]}), end="")
        version: 0.1.0
        authors:
          - name: The contributors
    """
    return "\n".join(_lines(mapping, "")) + "\n"
