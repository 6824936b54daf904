"""Days and numbers as other programs and countries write them, and what to write instead."""

from __future__ import annotations

import datetime as dt
import re

_DAY_LAST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_DAY_NUMBER = re.compile(r"[1-6]\d{4}")  # of a spreadsheet: those of the years 1927 to 2091
_BEFORE_FIRST = dt.date(1899, 12, 30)  # its day 0
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+")
_DECIMALS = re.compile(r"-?\d+[.,]\d+")
_MOST_DIGITS = 18
_FEWEST_OF_LARGE = re.compile(rf"-?\d{{{_MOST_DIGITS + 1},}}")


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def day_fix(value: str) -> str:
    """Return what to write for a day in another form; nothing where no day is meant.

    Example:
        >>> day_fix("30.12.2025"), day_fix("12/30/2025")
        ("Write '2025-12-30'.", "Write '2025-12-30'.")
        >>> day_fix("03/04/2025")
        "Write '2025-04-03' if the day is first, '2025-03-04' if the month is."
        >>> day_fix("46021")
        "Write '2025-12-30' if this is the number that a spreadsheet has for the day."
    """
    if found := _DAY_LAST.fullmatch(value):
        day = _day(*found.groups())
        return f"Write {day!r}." if day else ""
    if found := _YEAR_LAST.fullmatch(value):
        first, mark, second, year = found.groups()
        day_first, month_first = _day(year, second, first), _day(year, first, second)
        if day_first and month_first and day_first != month_first and mark != ".":  # with dots the day is first
            return f"Write {day_first!r} if the day is first, {month_first!r} if the month is."
        meant = day_first or month_first
        return f"Write {meant!r}." if meant else ""
    if _DAY_NUMBER.fullmatch(value):
        day = (_BEFORE_FIRST + dt.timedelta(days=int(value))).isoformat()
        return f"Write {day!r} if this is the number that a spreadsheet has for the day."
    return ""


def number_fix(value: str, *, whole: bool = False) -> str:
    """Return what to write for a number with commas; nothing where none is meant.

    Example:
        >>> number_fix("48,5"), number_fix("1,000")
        ("Write '48.5'.", "Write '1000', or '1.000' if the comma is for decimals.")
        >>> number_fix("48,5", whole=True), number_fix("1,000", whole=True)
        ('Give a whole number, without decimals.', "Write '1000'.")
        >>> number_fix("99999999999999999999999")
        'It is too large: give a number of at most 18 digits.'
    """
    if _FEWEST_OF_LARGE.fullmatch(value):
        return f"It is too large: give a number of at most {_MOST_DIGITS} digits."
    if _THOUSANDS.fullmatch(value):
        decimal = value.count(",") == 1 and not whole
        more = f", or {value.replace(',', '.')!r} if the comma is for decimals" if decimal else ""
        return f"Write {value.replace(',', '')!r}{more}."
    if not _DECIMALS.fullmatch(value):
        return ""
    if whole:
        return "Give a whole number, without decimals."
    return f"Write {value.replace(',', '.')!r}." if "," in value else ""
