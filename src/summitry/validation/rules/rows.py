"""Rules that one row decides, as expressions: the same ones judge five rows and ten million."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

from summitry.validation.rules.model import RowRule

if TYPE_CHECKING:
    from collections.abc import Collection

c = pl.col


def _has(name: str) -> pl.Expr:
    return c(name).is_not_null()


def _lacks(name: str) -> pl.Expr:
    return c(name).is_null()


def _together(*names: str) -> pl.Expr:
    given = [_has(n) for n in names]
    return pl.any_horizontal(given) & pl.all_horizontal(given).not_()


def _is_one_of(name: str, *texts: str) -> pl.Expr:
    """Compare with each: polars takes four times as long to look up a few texts."""
    return reduce(or_, (c(name) == text for text in texts))


_ONE_DAY = _is_one_of("date_basis", "stated", "resolved", "published")
_MAX_WEEK = 7
MOST_QUOTED_WORDS = 50

ROW_RULES: tuple[RowRule, ...] = (
    RowRule(
        "span-order", 2, "mentions", ("end", "start"), c("start") >= c("end"),
        "an end greater than the start",
        'Find the span with: summitry locate "words" --source ID',
        "the span of a mention ends before it begins", "start 120, end 80",
    ),
    RowRule(
        "span-pair", 2, "mentions", ("start", "end"), _together("start", "end"),
        "both start and end, or neither", "Give both, or leave both empty.",
        "a mention has only one end of its span", "start 120, end empty",
    ),
    RowRule(
        "text-fields", 2, "sources", ("text_path", "sha256", "n_codepoints"),
        _together("text_path", "sha256", "n_codepoints"),
        "text_path, sha256 and n_codepoints together, or none of them", "Fill in the three, or clear them.",
        "only some of the three columns that describe a text are given", "text_path without sha256",
    ),
    RowRule(
        "quote-missing", 3, "mentions", ("quote", "form"),
        _is_one_of("form", "direct", "mixed") & _lacks("quote"),
        "a quotation, because the form is direct or mixed", "Copy the quoted words, or code the form indirect.",
        "a direct or mixed mention has no quotation", "form direct, quote empty",
    ),
    RowRule(
        "quote-indirect", 3, "mentions", ("quote", "form"), (c("form") == "indirect") & _has("quote"),
        "no quotation, because the form is indirect", "Clear the quotation, or code the form direct or mixed.",
        "an indirect mention has a quotation", "form indirect, quote “no meeting planned”",
    ),
    RowRule(
        "quote-language", 3, "mentions", ("quote_language", "quote"),
        _has("quote") != _has("quote_language"),
        "a quote_language where there is a quotation, and only there",
        "Give the language of the quotation, such as en.",
        "quotation and quote_language do not come together", "a quote without a language",
    ),
    RowRule(
        "quote-translated", 3, "mentions", ("translated", "quote"), _has("quote") != _has("translated"),
        "a value of translated where there is a quotation, and only there",
        "Write no, yes, back or unknown; clear it where there is no quotation.",
        "quotation and translated do not come together", "a quote without translated",
    ),
    RowRule(
        "quote-words", 3, "mentions", ("quote",),
        c("quote").str.replace_all(" […] ", " ", literal=True).str.count_matches(r"\S+") > MOST_QUOTED_WORDS,
        "at most 50 words", "Shorten the quotation with “ […] ”, and say the rest in the statement's summary.",
        "a quotation has more than 50 words", "a paragraph copied whole",
    ),
    RowRule(
        "date-unknown", 7, "statements", ("date_basis", "said_from", "said_to"),
        (c("date_basis") == "unknown") & (_has("said_from") | _has("said_to")),
        "no dates, because date_basis is unknown", "Clear said_from and said_to, or say how they are known.",
        "a statement whose date is unknown has dates", "date_basis unknown, said_from 2025-08-22",
    ),
    RowRule(
        "date-one-day", 7, "statements", ("said_to", "said_from", "date_basis"),
        _ONE_DAY & (c("said_from").eq_missing(c("said_to")).not_() | _lacks("said_from")),
        "the same day in said_from and said_to, because date_basis names one day",
        "Write the day in both, or code date_basis bounded.",
        "a stated, resolved or published date is not one day", "date_basis resolved, said_to empty",
    ),
    RowRule(
        "date-range", 7, "statements", ("said_from", "said_to", "date_basis"),
        (c("date_basis") == "bounded")
        & ((_lacks("said_from") & _lacks("said_to")) | (c("said_from") == c("said_to")).fill_null(value=False)),
        "a range of days, perhaps open on one side, because date_basis is bounded",
        "Give the first and the last day, or code date_basis for one day.",
        "a bounded date is no range", "date_basis bounded, both dates empty",
    ),
    RowRule(
        "date-order", 7, "statements", ("said_to", "said_from"), c("said_from") > c("said_to"),
        "a said_to that is not before said_from", "Exchange the two dates, or correct one.",
        "said_from is after said_to", "said_from 2025-08-22, said_to 2025-08-20",
    ),
    RowRule(
        "role-order", 8, "roles", ("valid_to", "valid_from"), c("valid_from") > c("valid_to"),
        "a valid_to that is not before valid_from", "Exchange the two dates, or correct one.",
        "an office ends before it begins", "valid_from 2025-08-22, valid_to 2024-01-01",
    ),
    RowRule(
        "event-order", 9, "events", ("end_on", "start_on"), c("start_on") > c("end_on"),
        "an end_on that is not before start_on", "Exchange the two dates, or correct one.",
        "an event ends before it begins", "start_on 2025-08-18, end_on 2025-08-15",
    ),
    RowRule(
        "event-precision", 9, "events", ("date_precision", "start_on", "end_on"),
        ((c("date_precision") == "unknown") & (_has("start_on") | _has("end_on")))
        | ((c("date_precision") != "unknown") & _lacks("start_on"))
        | ((c("date_precision") == "month") & (c("start_on").dt.day() != 1))
        | ((c("date_precision") == "year") & ((c("start_on").dt.month() != 1) | (c("start_on").dt.day() != 1)))
        | ((c("date_precision") == "week") & ((c("end_on") - c("start_on")).dt.total_days() >= _MAX_WEEK)),
        "dates that fit the precision: unknown has none, a month is its 1st, a year its 1 January",
        "Change the precision or the dates.",
        "the dates of an event do not fit their precision", "date_precision year, start_on 2014-03-18",
    ),
    RowRule(
        "condition-missing", 10, "stances", ("condition", "condition_demand_id", "position"),
        (c("position") == "conditional") & _lacks("condition") & _lacks("condition_demand_id"),
        "a condition, as text or demand, because the position is conditional",
        "Say what it depends on in condition or condition_demand_id, or code another position.",
        "a conditional stance has no condition", "position conditional, condition empty",
    ),
    RowRule(
        "condition-idle", 10, "stances", ("position", "condition", "condition_demand_id"),
        (c("position") != "conditional") & (_has("condition") | _has("condition_demand_id")),
        "the position conditional, because a condition is given",
        "Code the position conditional, or clear the condition.",
        "a stance that is not conditional has a condition", "position accepts, condition “after a truce”",
    ),
    RowRule(
        "accuse-target", 12, "statements", ("target_id", "act"), (c("act") == "accuse") & _lacks("target_id"),
        "the accused actor, because the act is accuse", "Write the id of who is accused, or code another act.",
        "an accusation names nobody", "act accuse, target_id empty",
    ),
    RowRule(
        "coordinates", 13, "locations", ("latitude", "longitude", "coordinate_precision"),
        _together("latitude", "longitude", "coordinate_precision"),
        "latitude, longitude and coordinate_precision together, or none of them", "Fill in the three, or clear them.",
        "only some of the three coordinate columns are given", "latitude without longitude",
    ),
    RowRule(
        "coordinate-precision", 13, "locations", ("coordinate_precision", "kind"),
        _is_one_of("kind", "area", "region", "country") & _is_one_of("coordinate_precision", "site", "settlement"),
        "a precision no finer than the place", "Choose admin1 or country, or clear the coordinates.",
        "a large place has coordinates as precise as a spot", "kind country, coordinate_precision site",
    ),
    RowRule(
        "quantity-unit", 1, "event_reports", ("unit", "quantity"), _together("quantity", "unit"),
        "quantity and unit together, or neither", "Say what the number counts, or clear both.",
        "a number of an event has no unit, or a unit no number", "quantity 3, unit empty",
    ),
)  # fmt: skip


def row_rules(table: str, columns: Collection[str]) -> list[RowRule]:
    """Return the rules of a table that can be asked where only some of its columns are there."""
    return [r for r in ROW_RULES if r.table == table and set(r.fields) <= set(columns)]
