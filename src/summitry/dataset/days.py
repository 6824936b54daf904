"""What a caller may give as a day."""

from __future__ import annotations

import datetime as dt

from summitry.errors import InputError

Day = str | dt.date


def as_day(given: object, what: str = "as_of") -> dt.date:
    """Return a calendar day given as a date or as YYYY-MM-DD.

    Raises:
        InputError: if it is not such a day.
    """
    try:
        found = dt.date.fromisoformat(given) if isinstance(given, str) else given
        found = found.date() if isinstance(found, dt.datetime) else found
    except ValueError:
        found = None
    if type(found) is not dt.date:  # what pandas calls a missing day has another type
        raise InputError(f"{what} is {given!r}; give a calendar day such as '2025-08-20'.")
    return found
