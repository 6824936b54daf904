"""Finding actors by any of their names."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from summitry.dataset import query
from summitry.errors import LEAST_LIKENESS
from summitry.schema.words import plain

if TYPE_CHECKING:
    import pandas as pd

    from summitry.dataset.query import Day


def likeness(wanted: str, name: str) -> float:
    """Return how alike two plain names are, from 0 to 1; a whole word or part of the name counts as much."""
    whole = SequenceMatcher(None, wanted, name).ratio()
    words = max((SequenceMatcher(None, wanted, word).ratio() for word in name.split()), default=0.0)
    return max(whole, 0.95 * words, 0.9 if len(wanted) > 2 and wanted in name else 0.0)  # noqa: PLR2004 - letters


def search(text: str, *, limit: int = 10, as_of: Day | None = None) -> pd.DataFrame:
    """Find actors by any of their names, in any spelling.

    Args:
        text: a name or a part of one.
        limit: at most so many actors.
        as_of: accepted like everywhere; names are vocabulary and do not change with the day.

    Returns:
        One row an actor, the likeliest first: actor_id, name, kind, found_as (the name that fits best), likeness
        (from 0 to 1).

    Example:
        >>> from summitry import search
        >>> search("zelenskyy")["actor_id"].iloc[0]
        'volodymyr-zelensky'
    """
    import pandas as pd

    actors = {r["actor_id"]: r for r in query.select("actors", as_of=as_of).to_pylist()}
    others = query.select("actor_names", as_of=as_of).to_pylist()
    names = [(i, r["name"]) for i, r in actors.items()] + [(r["actor_id"], r["name"]) for r in others]
    names += [(i, i.replace("-", " ")) for i in actors]
    wanted = plain(text)
    best: dict[str, tuple[float, str]] = {}
    for actor, name in names:
        found = (likeness(wanted, plain(name)), name)
        if found[0] >= LEAST_LIKENESS and found[0] > best.get(actor, (0.0, ""))[0]:
            best[actor] = found
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))[:limit]
    rows = [(a, actors[a]["name"], actors[a]["kind"], name, round(score, 3)) for a, (score, name) in ranked]
    return pd.DataFrame(rows, columns=["actor_id", "name", "kind", "found_as", "likeness"])
