"""Every rule in words, as `summitry rules` lists them: of files, of cells and keys, of rows, of the whole dataset.

The words are in `catalogue.csv`; how a rule is checked is in the code, under its id.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from summitry.validation.report import Severity


class Rule(NamedTuple):
    """What a rule says.

    Attributes:
        id: its name in reports: a keyword of Table Schema, or a name of ours.
        number: the number of the group of rules that it belongs to; 0 for matters of form and keywords.
        severity: error or warning.
        statement: one line that says what is wrong.
        fix: what to do in general.
        example: a case that breaks it.
    """

    id: str
    number: int
    severity: Severity
    statement: str
    fix: str
    example: str


@cache
def _by_id() -> dict[str, Rule]:
    text = Path(__file__).with_suffix(".csv").read_text("utf-8")
    _, *rows = csv.reader(text.splitlines())
    return {id_: Rule(id_, int(number), cast("Severity", severity), *words) for id_, number, severity, *words in rows}


def catalogue() -> list[Rule]:
    """Return every rule there is: form first, then by number."""
    return list(_by_id().values())


def rule(id_: str) -> Rule:
    """Return the words of one rule."""
    return _by_id()[id_]
