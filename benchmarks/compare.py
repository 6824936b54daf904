"""Whether a contestant found what is planted, no more and no less."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from benchmarks import planted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from benchmarks.contestants.found import Found

MOST_SHOWN = 20


def _named(found: Sequence[Found]) -> dict[str, tuple[bool, bool]]:
    """Return by kind whether every mistake has a column and a row."""
    kinds = {f.kind: [g for g in found if g.kind == f.kind] for f in found}
    return {
        kind: (all(f.column is not None for f in those), all(f.row is not None for f in those))
        for kind, those in kinds.items()
    }


def _count(found: Iterable[tuple[str, str | None, int | None]], named: dict[str, tuple[bool, bool]]) -> Counter[str]:
    """Count mistakes as texts, with the column and row left out where a library does not give them."""
    counts: Counter[str] = Counter()
    for kind, column, row in found:
        has_column, has_row = named.get(kind, (True, True))
        counts[f"{kind}{f' in {column}' if has_column else ''}{f' in row {row}' if has_row else ''}"] += 1
    return counts


def differences(found: Sequence[Found], rows: int, form: str, cannot: Collection[str] = ()) -> list[str]:
    """Compare what was found with what is planted.

    Args:
        found: what a contestant says.
        rows: the size of the data.
        form: its format.
        cannot: the kinds that the contestant cannot find.

    Returns:
        A sentence for each mistake that was missed, or found where none is; nothing if all is well.
    """
    named = _named(found)
    wanted = _count((p for p in planted.expected(rows, form) if p.kind not in cannot), named)
    given = _count(found, named)
    missed = [f"missed: {what} ({n} times)" for what, n in (wanted - given).items()]
    invented = [f"not planted: {what} ({n} times)" for what, n in (given - wanted).items()]
    every = missed + invented
    more = [f"and {len(every) - MOST_SHOWN} more"] if len(every) > MOST_SHOWN else []
    return every[:MOST_SHOWN] + more
