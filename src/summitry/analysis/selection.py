"""Which stances an analysis counts: the options that every one of them takes, and the statements that they leave."""

from __future__ import annotations

import datetime as dt
import inspect
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypedDict, TypeVar, get_args

from summitry import schema
from summitry.analysis.inputs import affiliations, called, known, party_column, several, table
from summitry.dataset.arguments import checked
from summitry.dataset.days import as_range
from summitry.errors import InputError, UnknownNameError, choice, unknown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.days import Day
    from summitry.dataset.parties import Affiliations

By = Literal["party", "holder", "speaker"]
Groups = Literal["members", "whole"]
Dating = Literal["sure", "possible"]
Attribution = Literal["self", "adversary", "third_party", "narrator"]  # those of the schema
NO_DAYS = (dt.date.max, dt.date.min)  # the first and the last day of nothing
SELF: tuple[Attribution, ...] = ("self",)


class Window(TypedDict):
    """A period, as the options of an analysis.

    Attributes:
        since, until: the first and the last day, both included.
    """

    since: dt.date
    until: dt.date


class Chosen(TypedDict, total=False):
    """The options that every analysis takes, as `positions` explains them. All that are given must be met."""

    holder: str | Sequence[str] | None
    party: str | Sequence[str] | None
    speaker: str | Sequence[str] | None
    demand: str | Sequence[str] | None
    issue: str | Sequence[str] | None
    addressee: str | Sequence[str] | None
    narrators: bool
    since: Day | None
    until: Day | None
    dating: Dating
    as_of: Day | None
    tables: Tables | None


P = ParamSpec("P")
T = TypeVar("T")
# by option, as texts like those of other parameters
_KINDS = {name: getattr(kind, "__forward_arg__", kind) for name, kind in Chosen.__annotations__.items()}
_WITH_IDS = ("holder", "party", "speaker", "demand", "addressee")
_OF_STANCES = ("holder", "demand", "addressee")
_MEANT = {"demand": "demands", "party": "actors"}  # option → the table of an id that is given where it does not belong
_DEFAULTS = {"narrators": True, "dating": "sure"}


def analysis(function: Callable[P, T]) -> Callable[P, T]:
    """Name each option of `Chosen` in the signature of a function that takes them, and check what is given.

    It is the signature that help() and completion show.
    """
    shown = inspect.signature(function)
    own = [p for p in shown.parameters.values() if p.kind is not p.VAR_KEYWORD]
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS.get(name), annotation=kind)
        for name, kind in _KINDS.items()
        if name not in shown.parameters
    ]
    function.__signature__ = shown.replace(parameters=[*own, *options])  # type: ignore[attr-defined] # which functions may have, says PEP 362
    return checked(function)


def source(chosen: Chosen) -> tuple[Day | None, Tables | None]:
    """Return the day by which rows were published, and the caller's own tables."""
    return chosen.get("as_of"), chosen.get("tables")


def attributions(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the given attributions; None means all.

    Raises:
        UnknownNameError: for an attribution that does not exist.
    """
    known = schema.package().table("stances")["attribution"].enum
    chosen = several(given)
    for name in chosen or ():
        option = next((o for o, t in _MEANT.items() if name not in known and name in called(t)), None)
        if option:
            raise UnknownNameError(f"There is no attribution {name!r}, but a {option}: give {option}={name!r}.")
    return known if chosen is None else tuple(choice("attribution", a, known) for a in chosen)


def current(chosen: Chosen) -> Chosen:
    """Return the options with the ids that are valid now, and refuse options and values that do not exist.

    Raises:
        UnknownNameError: for an option, an issue or a way of dating that does not exist.
        InputError: for an id that is in no row, or a party that is none.
    """
    for option in chosen:
        if option not in Chosen.__annotations__:
            raise unknown_name("option", option, list(Chosen.__annotations__))
    tables = chosen.get("tables")
    ids = {
        option: known("demands" if option == "demand" else "actors", several(given) or (), tables)  # type: ignore[arg-type] # each is a text or several
        for option, given in chosen.items()
        if option in _WITH_IDS and given is not None
    }
    for issue in several(chosen.get("issue")) or ():
        choice("issue", issue, schema.package().table("demands")["issue"].enum)
    choice("dating", chosen.get("dating", "sure"), get_args(Dating))
    if parties := ids.get("party"):
        _require_parties(parties, affiliations(tables=tables))
    return {**chosen, **ids}  # type: ignore[typeddict-item] # by their names


def _require_parties(given: Sequence[str], belongs: Affiliations) -> None:
    for actor in given:
        parties = [spell.party for spell in belongs.known_spells(actor)]
        if actor not in parties:
            raise InputError(f"{actor!r} is not a party. It belongs to {parties[-1]!r}; give that, or use holder.")


def last_day(statements: pd.DataFrame) -> pd.Series[Any]:
    """Return the day on which each statement counts: the last on which it may have been said, else the first."""
    return statements["said_to"].fillna(statements["said_from"])


def within(
    statements: pd.DataFrame,
    since: Day | None,
    until: Day | None,
    dating: str = "sure",
    days: tuple[str, str] = ("said_from", "said_to"),
) -> pd.Series[bool]:
    """Return which rows with a first and a last day are surely or possibly between two days, which are included.

    Raises:
        InputError: for what is not a calendar day, and for a last day before the first.
    """
    import pandas as pd

    first, last = as_range(since, until)
    possible = dating == "possible"
    found = pd.Series(data=True, index=statements.index)
    if first:  # a missing day is before and after every other: what is not known is not sure, but possible
        day = statements[days[1] if possible else days[0]]
        found &= (day >= pd.Timestamp(first)) | (day.isna() & possible)
    if last:
        day = statements[days[0] if possible else days[1]]
        found &= (day <= pd.Timestamp(last)) | (day.isna() & possible)
    return found


def said(chosen: Chosen, function: str) -> pd.DataFrame:
    """Return the chosen statements of an analysis that counts statements or claims, not stances.

    Returns:
        The rows of statements with day, voice (the one spoken for, else the speaker) and party (that of the voice).

    Raises:
        UnknownNameError: for an option, or a value of one, that does not exist.
        InputError: for a holder or a demand, which the function does not have, and for an id that is in no row.
    """
    chosen = current(chosen)
    for option in _OF_STANCES:
        if chosen.get(option) is not None:
            raise InputError(f"{function}() has no {option}: it counts no stances. Leave {option} out.")
    rows, keep = statements(chosen)
    issues, parties = several(chosen.get("issue")), several(chosen.get("party"))
    if issues is not None:
        keep &= rows["issue"].isin(issues)
    rows = rows.assign(voice=rows["on_behalf_of_id"].fillna(rows["speaker_id"]))[keep]
    rows = rows.assign(party=party_column(rows, "voice", affiliations(*source(chosen))))
    return rows if parties is None else rows[rows["party"].isin(parties)]


def statements(chosen: Chosen) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """Return all statements with the day on which each counts, and which of them are chosen."""
    rows = table("statements", *source(chosen))
    rows = rows.assign(day=last_day(rows))
    keep = within(rows, chosen.get("since"), chosen.get("until"), chosen.get("dating", "sure"))
    speakers = several(chosen.get("speaker"))
    if speakers is not None:
        keep &= rows["speaker_id"].isin(speakers)
    if not chosen.get("narrators", True):
        actors = table("actors", *source(chosen))
        keep &= ~rows["speaker_id"].isin(actors.loc[actors["kind"] == "media", "actor_id"])
    return rows, keep


@checked
def windows(
    every: str | int = "7d",
    width: str | int = "14d",
    *,
    since: Day | None = None,
    until: Day | None = None,
    as_of: Day | None = None,
    tables: Tables | None = None,
) -> Iterator[Window]:
    """Yield periods through time: first and last days that every analysis takes.

    Args:
        every: from the first day of a window to that of the next: a number of days, such as "7d" or 7.
        width: how many days a window has, likewise; more than `every` makes windows that overlap.
        since: the first day of the first window; the first day on which a statement was made, if left out.
        until: the last day; that of the last statement, if left out. The last windows end on it, and may be shorter;
            there is none after the first that reaches it.
        as_of: without since or until, the days of what was published by this day.
        tables: without since or until, the days of your own statements.

    Yields:
        A dictionary with the days since and until, both included, for `positions(**window)` and the like.

    Raises:
        InputError: for what is no number of days or no day, and for a last day before the first.

    Example:
        >>> from summitry import windows
        >>> for window in windows(every="7d", width="14d", since="2025-08-01", until="2025-08-20"):
        ...     print(window["since"], window["until"])
        2025-08-01 2025-08-14
        2025-08-08 2025-08-20
    """
    step, length = _days("every", every), _days("width", width)
    first, last = _range(since, until, as_of, tables)
    while first <= last:
        end = min(first + length - dt.timedelta(days=1), last)
        yield {"since": first, "until": end}
        if end == last:
            return
        first += step


def _range(since: Day | None, until: Day | None, as_of: Day | None, tables: Tables | None) -> tuple[dt.date, dt.date]:
    """Return the first and the last day, of the statements where they are not given."""
    first, last = as_range(since, until)
    if first is None or last is None:
        rows = table("statements", as_of, tables)
        days = sorted(day.date() for column in ("said_from", "said_to") for day in rows[column].dropna())
        if not days:
            return NO_DAYS
        first, last = first or days[0], last or days[-1]
        as_range(first, last)
    return first, last


def _days(name: str, given: str | int) -> dt.timedelta:
    """Return a number of days that is given as 7 or "7d"."""
    text = str(given).removesuffix("d")
    if not text.isdecimal() or not 0 < int(text) <= dt.timedelta.max.days:
        raise InputError(f"{name} is {given!r}; give a number of days, such as '7d'.")
    return dt.timedelta(days=int(text))
