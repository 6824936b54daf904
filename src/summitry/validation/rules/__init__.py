"""Conditions beyond the keywords of a schema: checks of single rows, and rules over the whole dataset."""

from __future__ import annotations

from summitry.validation.rules import (
    codes,
    codings,
    duplicates,
    kinds,
    likeness,
    links,
    parties,
    places,
    releases,
    texts,
    times,
    wording,
)

DATASET_RULES = tuple(
    rule
    for module in (
        links,
        kinds,
        texts,
        parties,
        times,
        codes,
        places,
        likeness,
        duplicates,
        wording,
        releases,
        codings,
    )
    for rule in module.RULES
)
