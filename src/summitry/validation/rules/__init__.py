"""Conditions beyond the keywords of a schema: checks of single rows, and rules over the whole dataset."""

from __future__ import annotations

from summitry.validation.rules import (
    actors,
    codes,
    codings,
    duplicates,
    parties,
    places,
    releases,
    reports,
    texts,
    times,
    wholes,
    wording,
)

_MODULES = (actors, codes, codings, duplicates, parties, places, releases, reports, texts, times, wholes, wording)
DATASET_RULES = tuple(rule for module in _MODULES for rule in module.RULES)
