"""The tables that a picture is drawn from, names for ids, and the lines that say where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.analysis import inputs
from summitry.dataset import describe, query

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day

THIN_DATA, THIN_SOURCES = 30, 5  # below either, a picture is an example and shows no pattern


def read(names: Iterable[str], as_of: Day | None, tables: Tables | None) -> dict[str, pd.DataFrame]:
    """Return tables by name: the caller's, or those that ship, as they were known on a day."""
    return {name: inputs.table(name, as_of, tables) for name in names}


def called(frame: pd.DataFrame, key: str, label: str) -> dict[str, str]:
    """Return what each id is called."""
    return dict(zip(frame[key], frame[label], strict=True))


def counted(n: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it must be."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def source_line(data: int, noun: str, sources: int, as_of: Day | None) -> str:
    """Return the line that says where a picture comes from.

    Args:
        data: how many statements, stances or events are drawn.
        noun: what one of them is.
        sources: in how many documents they stand.
        as_of: the day up to which sources count, if not all do.
    """
    return source_of(f"{counted(data, noun)} in {counted(sources, 'source')}", as_of)


def source_of(what: str, as_of: Day | None) -> str:
    """Return the line that says where a picture comes from, for what is counted otherwise."""
    when = "" if as_of is None else f" As known on {day_text(query.as_day(as_of))}."
    return f"Source: summitry {describe.version()}; {what}.{when}"


def thin(data: int, noun: str, sources: int | None = None) -> str:
    """Return the note of a picture that rests on little, or nothing."""
    if data >= THIN_DATA and (sources is None or sources >= THIN_SOURCES):
        return ""
    where = "" if sources is None else f" from {counted(sources, 'source')}"
    return f"Thin data: {counted(data, noun)}{where}; read it as an example, not as a pattern."


def day_text(day: object) -> str:
    """Return a calendar day as it is written in a text: 15 August 2025."""
    return f"{day.day} {day:%B %Y}"  # type: ignore[attr-defined] # dates and timestamps have both


def short_day(day: object) -> str:
    """Return a calendar day in few letters: 15 Aug."""
    return f"{day.day} {day:%b}"  # type: ignore[attr-defined] # dates and timestamps have both


def period_text(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Return two days as they are written in a title: 8–31 August 2025."""
    if first == last:
        return day_text(first)
    if first.year != last.year:
        return f"{day_text(first)} – {day_text(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} – {day_text(last)}"
    return f"{first.day}–{day_text(last)}"
