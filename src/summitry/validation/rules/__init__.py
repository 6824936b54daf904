"""All rules: of form and keywords, of one row, and of the whole dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.validation.rules import codes, forms, likeness, links, parties, releases, texts, times, wording
from summitry.validation.rules.rows import ROW_RULES

if TYPE_CHECKING:
    from summitry.validation.rules.model import RowRule, Rule

DATASET_RULES: tuple[Rule, ...] = tuple(
    r for module in (links, texts, parties, times, codes, likeness, wording, releases) for r in module.RULES
)


def catalogue() -> list[Rule | RowRule]:
    """Return every rule there is: matters of form first, then by number."""
    beyond_form: list[Rule | RowRule] = [*ROW_RULES, *DATASET_RULES]
    return [*forms.RULES, *sorted(beyond_form, key=lambda r: (r.number, r.id))]
