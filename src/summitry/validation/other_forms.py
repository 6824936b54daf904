"""Days and numbers as other programs and countries write them, and what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from decimal import Decimal

_DAY_LAST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{4})(\d\d)(\d\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d\S*( \S+)?")
_NAMED_MONTHS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
_DAY_NUMBER = re.compile(r"[1-6]\d{4}")  # of a spreadsheet: those of the years 1927 to 2091
_BEFORE_FIRST = dt.date(1899, 12, 30)  # its day 0
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:([.,'\u2019 \u00a0\u202f])\d{3})(?:\1\d{3})*")
_DECIMALS = re.compile(r"-?\d+[.,]\d+")
_NUMBER = re.compile(r"-?\d+([.]\d+)?")
_POWER = re.compile(r"-?\d([.]\d+)?[eE]\+?\d{1,2}")
_MARKS = {".": "point", ",": "comma"}
_MOST_DIGITS = 18
_FEWEST_OF_LARGE = re.compile(rf"-?\d{{{_MOST_DIGITS + 1},}}(?:[.]0+)?")


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
        >>> day_fix("2025-12-30T12:00:00")
        "Give the day alone: '2025-12-30', if it was that day at the place."
        >>> day_fix("46021")
        "Write '2025-12-30' if this is the number that a spreadsheet has for the day."
    """
    if found := _YEAR_LAST.fullmatch(value):
        first, mark, second, year = found.groups()
        day_first, month_first = _day(year, second, first), _day(year, first, second)
        if day_first and month_first and day_first != month_first and mark != ".":  # with dots the day is first
            return f"Write {day_first!r} if the day is first, {month_first!r} if the month is."
        meant = day_first or month_first
    else:
        found = _DAY_LAST.fullmatch(value)
        meant = _day(*(part for part in found.groups() if part)) if found else _named_month(value)
    if meant:
        return f"Write {meant!r}."
    if found := _MOMENT.fullmatch(value):
        return f"Give the day alone: {found[1]!r}, if it was that day at the place."
    if _DAY_NUMBER.fullmatch(value):
        day = (_BEFORE_FIRST + dt.timedelta(days=int(value))).isoformat()
        return f"Write {day!r} if this is the number that a spreadsheet has for the day."
    return ""


def _named_month(value: str) -> str | None:
    for form in _NAMED_MONTHS:
        with suppress(ValueError):
            return dt.datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
    return None


def number_fix(value: str, *, whole: bool = False) -> str:
    """Return what to write for a number in another form; nothing where none is meant.

    Example:
        >>> number_fix("48,5"), number_fix("1,000")
        ("Write '48.5'.", "Write '1000', or '1.000' if the comma is for decimals.")
        >>> number_fix("48,5", whole=True), number_fix("6.000", whole=True)
        ('Give a whole number, without decimals.', "Write '6000', or '6' if the point is for decimals.")
        >>> number_fix("99999999999999999999999")
        'It is too large: give a number of at most 18 digits.'
    """
    plain = value.strip().removeprefix("+")
    if _FEWEST_OF_LARGE.fullmatch(plain) or (_POWER.fullmatch(plain) and float(plain) >= 10**_MOST_DIGITS):
        return f"It is too large: give a number of at most {_MOST_DIGITS} digits."
    if found := _THOUSANDS.fullmatch(plain):
        return f"Write {plain.replace(found[1], '')!r}{_if_decimals(plain, found[1], whole=whole)}."
    decimal = plain.replace(",", ".") if _DECIMALS.fullmatch(plain) else plain
    if _POWER.fullmatch(plain):
        decimal = f"{Decimal(plain):f}"
    if not _NUMBER.fullmatch(decimal):
        return ""
    if whole and Decimal(decimal) % 1:
        return "Give a whole number, without decimals."
    plain = decimal.partition(".")[0] if whole else decimal
    return f"Write {plain!r}."


def _if_decimals(number: str, mark: str, *, whole: bool) -> str:
    """Say what else is meant if the mark in a number separates decimals and not thousands."""
    if mark not in ".," or number.count(mark) > 1:
        return ""
    decimal = Decimal(number.replace(",", "."))
    if not whole:
        return f", or {number.replace(',', '.')!r} if the {_MARKS[mark]} is for decimals"
    other = f", or {str(int(decimal))!r} if" if not decimal % 1 else " unless"
    return f"{other} the {_MARKS[mark]} is for decimals"
