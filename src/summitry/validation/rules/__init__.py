"""Conditions beyond the keywords of a schema: checks of single rows, and rules over the whole dataset."""

from __future__ import annotations

from summitry.validation.rules import (
    codes,
    codings,
    duplicates,
    links,
    parties,
    places,
    releases,
    texts,
    times,
    wording,
)

_MODULES = (links, texts, parties, times, codes, places, duplicates, wording, releases, codings)
DATASET_RULES = tuple(rule for module in _MODULES for rule in module.RULES)
