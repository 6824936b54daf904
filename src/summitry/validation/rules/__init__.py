"""Conditions beyond the keywords of a schema: checks of single rows, and rules over the whole dataset."""

from __future__ import annotations

from summitry.validation.rules import codes, codings, likeness, links, parties, releases, texts, times, wording

DATASET_RULES = tuple(
    r for module in (links, texts, parties, times, codes, likeness, wording, releases, codings) for r in module.RULES
)
