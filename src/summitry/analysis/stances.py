"""Stances as dated, signed observations, and how often each counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.analysis.inputs import affiliations, choice, party_column, require, several, table
from summitry.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from summitry.analysis.inputs import Tables
    from summitry.dataset.query import Day

# the direction of a position whose sign is positive, zero and negative
DIRECTIONS = ("for", "open", "against")
UNITS = ("statement", "source", "day", "week", "range")
SELF = ("self",)
# what rows and columns of a matrix and nodes of a network may be → the column of observations that says it
ACTORS = {"holder": "holder_id", "speaker": "speaker_id", "party": "party_id"}
SUBJECTS = {"demand": "demand_id", "issue": "issue"}


def attributions(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the given attributions; None means all.

    Raises:
        UnknownNameError: for an attribution that does not exist.
    """
    known = schema.package().table("stances")["attribution"].enum
    chosen = several(given)
    return known if chosen is None else tuple(choice("attribution", a, known) for a in chosen)


def last_day(statements: pd.DataFrame) -> pd.Series[Any]:
    """Return the day on which each statement counts: the last on which it may have been said, else the first."""
    return statements["said_to"].fillna(statements["said_from"])


def observations(
    attribution: str | Sequence[str] | None = SELF,
    holder: str | Sequence[str] | None = None,
    demand: str | Sequence[str] | None = None,
    as_of: Day | None = None,
    tables: Tables | None = None,
) -> pd.DataFrame:
    """Return the stances with who said them, and when.

    Args:
        attribution: one or several attributions; None for all.
        holder: ids of actors; None for all.
        demand: ids of demands; None for all.
        as_of: see `inputs.table`.
        tables: see `inputs.table`.

    Returns:
        The columns of stances, and speaker_id, day (NaT when undated), party_id (of the holder, on the day) and
        issue (of the demand).

    Raises:
        UnknownNameError: for an attribution that does not exist.
        InputError: for an actor or demand that does not exist, or a stance without its statement or demand.
    """
    rows = table("stances", as_of, tables)
    rows = rows[rows["attribution"].isin(attributions(attribution))]
    for column, given, of in (("holder_id", holder, "actors"), ("demand_id", demand, "demands")):
        wanted = several(given)
        if wanted is not None:
            require(of, wanted, tables)
            rows = rows[rows[column].isin(wanted)]
    statements = table("statements", as_of, tables)
    statements = statements[["statement_id", "speaker_id"]].assign(day=last_day(statements))
    demands = table("demands", as_of, tables)[["demand_id", "issue"]]
    rows = _joined(_joined(rows, statements, "statement_id"), demands, "demand_id").reset_index(drop=True)
    return rows.assign(party_id=party_column(rows, "holder_id", affiliations(as_of, tables)))


def _joined(rows: pd.DataFrame, others: pd.DataFrame, key: str) -> pd.DataFrame:
    strangers = rows.loc[~rows[key].isin(others[key]), "stance_id"]
    if len(strangers):
        raise InputError(
            f"The stance {strangers.iloc[0]!r} names a {key} that no row of {key.removesuffix('_id')}s has. "
            f"Give your own table {key.removesuffix('_id')}s too."
        )
    return rows.merge(others, on=key, validate="m:1")


def signs_of(signs: Mapping[str, float] | None) -> dict[str, float]:
    """Return the sign of each position: the caller's where given, else the usual one.

    Raises:
        UnknownNameError: for a position that does not exist.
    """
    usual = schema.package().table("stances")["position"].signs
    for position in signs or {}:
        choice("position", position, list(usual))
    return {**usual, **(signs or {})}


def direction(sign: float) -> str:
    """Return for, open or against: which way a sign points."""
    return DIRECTIONS[1 - (sign > 0) + (sign < 0)]


def signed(rows: pd.DataFrame, signs: Mapping[str, float] | None) -> pd.DataFrame:
    """Add the columns sign and direction (for, open or against) to observations."""
    import pandas as pd

    sign = rows["position"].astype("str").map(signs_of(signs)).astype("float64")
    directions = sign.map(direction)
    return rows.assign(sign=sign, direction=directions.astype(pd.CategoricalDtype(list(DIRECTIONS), ordered=True)))


def reporting_sources(as_of: Day | None = None, tables: Tables | None = None) -> pd.DataFrame:
    """Return which source reports which statement: statement_id and source_id, each pair once."""
    return table("mentions", as_of, tables)[["statement_id", "source_id"]].drop_duplicates()


def in_units(rows: pd.DataFrame, unit: str, as_of: Day | None, tables: Tables | None) -> pd.DataFrame:
    """Add to observations the column unit, within which the same thing said twice counts once.

    `statement` is one speech act, however many sources report it. `source` is one document that reports it: a
    statement reported by three counts three times, and one that no mention reports counts as a document of its own.
    `day` and `week` (Monday to Sunday, ISO 8601) are those of the statement; undated statements share one. `range`
    is the whole time, so that everything counts once.

    Raises:
        UnknownNameError: for a unit that does not exist.
    """
    choice("unit", unit, UNITS)
    if unit == "statement":
        return rows.assign(unit=rows["statement_id"])
    if unit == "source":
        rows = rows.merge(reporting_sources(as_of, tables), on="statement_id", how="left")
        return rows.assign(unit=rows.pop("source_id").fillna("statement " + rows["statement_id"]))
    if unit == "range":
        return rows.assign(unit="range")
    shown = rows["day"].dt.strftime("%Y-%m-%d" if unit == "day" else "%G-W%V")
    return rows.assign(unit=shown.fillna("undated"))
