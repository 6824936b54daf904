"""What a caller may give as a day."""

from __future__ import annotations

import datetime as dt

from summitry.errors import InputError

Day = str | dt.date
OF_NUMPY = "datetime64"  # the type that an array has; numpy is not imported to ask for it


def as_day(given: object, what: str = "as_of") -> dt.date:
    """Return a calendar day given as a date, as a midnight or as YYYY-MM-DD, and as no other form of ISO 8601.

    Raises:
        InputError: if it is not such a day.
    """
    try:
        if type(given).__name__ == OF_NUMPY:
            given = dt.datetime.fromisoformat(str(given))  # which refuses a month, a year and what is missing
        found = dt.date.fromisoformat(given) if isinstance(given, str) else given
        found = found.date() if isinstance(found, dt.datetime) and found.timetz() == dt.time.min else found
    except ValueError:
        found = None
    if type(found) is not dt.date or (isinstance(given, str) and given != str(found)):
        # what pandas calls a missing day has another type
        raise InputError(f"{what} is {given!r}; give a calendar day such as '2025-08-20'.")
    return found


def as_range(since: object, until: object) -> tuple[dt.date | None, dt.date | None]:
    """Return a first and a last day, both included, each None where there is no limit.

    Raises:
        InputError: for what is not a calendar day, and for a last day before the first.
    """
    first, last = (None if d is None else as_day(d, name) for d, name in ((since, "since"), (until, "until")))
    if first and last and last < first:
        raise InputError(f"until is {last}, which is before since, {first}.")
    return first, last
