"""What is written below a picture: where it comes from, on how little it rests, its days, and lists of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.dataset import describe
from summitry.dataset.days import as_day
from summitry.words import counted, day_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from summitry.dataset.days import Day

LONGEST_LIST = 300  # characters of names in a note
THIN_DATA, THIN_SOURCES = 30, 5  # below either, a picture is an example and shows no pattern


def source_line(data: int, noun: str, sources: int, as_of: Day | None) -> str:
    """Return the line that says where a picture comes from: how many data there are, in how many documents."""
    return source_of(f"{counted(data, noun)} in {counted(sources, 'source')}", as_of)


def source_of(what: str, as_of: Day | None) -> str:
    """Return the line that says where a picture comes from, for what is counted otherwise."""
    when = "" if as_of is None else f" As known on {day_text(as_day(as_of))}."
    return f"Source: summitry {describe.version()}; {what}.{when}"


def limited_to(since: Day | None, until: Day | None) -> str:
    """Return the days to which a picture is limited, as a note."""
    first, last = (None if day is None else as_day(day) for day in (since, until))
    if first and last:
        return f"Limited to {period_text(first, last)}."
    if first or last:
        return f"Limited to {day_text(first)} and later." if first else f"Limited to {day_text(last)} and earlier."
    return ""


def thin(data: int, noun: str, sources: int | None = None) -> str:
    """Return the note of a picture that rests on little, or nothing."""
    if data >= THIN_DATA and (sources is None or sources >= THIN_SOURCES):
        return ""
    where = "" if sources is None else f" from {counted(sources, 'source')}"
    return f"Thin data: {counted(data, noun)}{where}; read it as an example, not as a pattern."


def period_text(first: dt.date, last: dt.date) -> str:
    """Return two days as they are written in a title: 8–31 August 2025."""
    if first == last:
        return day_text(first)
    if first.year != last.year:
        return f"{day_text(first)} – {day_text(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} – {day_text(last)}"
    return f"{first.day}–{day_text(last)}"


def listed(names: Sequence[str], room: int = LONGEST_LIST) -> str:
    """Return names as a list that fits a note: as many as there is room for, and how many more there are."""
    shown: list[str] = []
    for name in names:
        if shown and len(", ".join([*shown, name])) > room:
            break
        shown.append(name)
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
