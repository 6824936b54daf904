"""The nearest valid value to a mistaken one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LEAST_LIKENESS = 75  # of 100; below it a suggestion is more often wrong than right
LEAST_PART_LIKENESS = 88  # a surname within a whole name must be more alike
SHORTEST_PART = 5  # and long enough not to be found in everything


def nearest(value: str, known: Collection[str]) -> str | None:
    """Return the known value most like the given one, or None when none is near."""
    from rapidfuzz import fuzz, process

    written = value.casefold()
    found = process.extractOne(written, known, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    if found is None and len(written) >= SHORTEST_PART:
        found = process.extractOne(written, known, scorer=fuzz.partial_ratio, score_cutoff=LEAST_PART_LIKENESS)
    return found[0] if found else None


def nearest_id(value: str, ids: Collection[str], names: Mapping[str, str]) -> str | None:
    """Return the id that is meant: the one with this name, else a near id, else the one with a near name.

    Args:
        value: what was written.
        ids: the ids that exist.
        names: other names, in the form of a slug, and the id of each.
    """
    if value in names:
        return names[value]
    near = nearest(value, ids)
    if near:
        return near
    alike = nearest(value, names.keys())
    return names[alike] if alike else None
