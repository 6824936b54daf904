"""Rule 16: labels and propositions in nobody's vocabulary."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.validation.rules.model import DatasetRule, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset

_WORDS = Path(__file__).with_name("loaded_words.txt")


@cache
def loaded_words() -> re.Pattern[str]:
    """Return a pattern of the words that belong to one side, from the list beside this module."""
    lines = (line.split("#")[0].strip() for line in _WORDS.read_text("utf-8").splitlines())
    return re.compile(rf"\b(?:{'|'.join(line for line in lines if line)})\b", re.IGNORECASE)


def loaded(data: Dataset) -> Iterator[Finding]:
    """Find demands worded in one side's vocabulary."""
    for row in data.rows("demands"):
        for column in ("label", "proposition"):
            found = loaded_words().search(row[column] or "")
            if found:
                yield Finding(row, (column,), f"neutral words instead of “{found.group()}”")


RULES = (DatasetRule("loaded-word", ("demands",), loaded),)
