"""Checks of single rows, by table: conditions over several cells of one row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_

import polars as pl

from summitry.validation.rules.model import Check

c = pl.col


def _has(name: str) -> pl.Expr:
    return c(name).is_not_null()


def _lacks(name: str) -> pl.Expr:
    return c(name).is_null()


def _together(*names: str) -> pl.Expr:
    given = [_has(n) for n in names]
    return pl.any_horizontal(given) & pl.all_horizontal(given).not_()


def _is_one_of(name: str, *texts: str) -> pl.Expr:
    """Compare with each text; `is_in` takes four times as long for a few."""
    return reduce(or_, (c(name) == text for text in texts))


def _in_order(name: str, number: int, days: tuple[str, str], statement: str, example: tuple[str, str]) -> Check:
    """Return the check that the last day of a row, the second of two columns, is not before the first."""
    first, last = days
    article = "an" if last[0] in "aeiou" else "a"
    return Check(
        id=name,
        number=number,
        fields=(last, first),
        fails=c(first) > c(last),
        expected=f"{article} {last} that is not before {first}",
        fix="Swap the two dates, or correct one.",
        statement=statement,
        example=f"{first} {example[0]}, {last} {example[1]}",
    )


# a territory may have a country code of its own and be a subdivision too: PR is US-PR
_OTHER_COUNTRY = (c("iso_3166_2").str.slice(0, 2) != c("country_code")) & (
    c("iso_3166_2").str.slice(3) != c("country_code")
)
_ONE_DAY = _is_one_of("date_basis", "stated", "resolved", "published")
_MAX_WEEK = 7
MOST_QUOTED_WORDS = 25

_OF_A_STANCE = _is_one_of("variable", "holder", "demand", "position", "attribution") | (
    (c("variable") == "unitizing") & _has("value")
)

ROW_CHECKS: Mapping[str, tuple[Check, ...]] = {
    "actors": (
        Check(
            id="belligerent-kind",
            number=5,
            fields=("belligerent", "kind"),
            fails=c("belligerent") & (c("kind") != "state"),
            expected="false, because the kind is not state",
            fix="Write false; what belongs to a state at war follows from roles and part_of_id.",
            statement="an actor that is no state is a belligerent",
            example="kind person, belligerent true",
        ),
    ),
    "codings": (
        Check(
            id="coding-stance",
            number=18,
            fields=("stance", "variable", "value"),
            fails=(c("stance") > 0) != _OF_A_STANCE,
            expected="the number of a stance, from 1, for what is coded of stances; 0 for all else",
            fix="Number the stances of the unit, or write 0.",
            statement="a coding of a stance has no number of it, or one of a whole unit has one",
            example="variable position, stance 0",
        ),
    ),
    "collection": (
        Check(
            id="page-used",
            number=16,
            fields=("not_used_because", "source_id"),
            fails=_has("source_id") == _has("not_used_because"),
            expected="either a source_id or a reason in not_used_because",
            fix="Give the source if the page was used, else the reason.",
            statement="a page of the collection has both a source and a reason why it was not used, or neither",
            example="a page without source and reason",
        ),
    ),
    "mentions": (
        Check(
            id="span-order",
            number=2,
            fields=("span_end", "span_start"),
            fails=c("span_start") >= c("span_end"),
            expected="a span_end greater than span_start",
            fix='Find the span with: summitry locate "words" --source ID',
            statement="the span of a mention ends before it begins",
            example="span_start 120, span_end 80",
        ),
        Check(
            id="span-pair",
            number=2,
            fields=("span_start", "span_end"),
            fails=_together("span_start", "span_end"),
            expected="both span_start and span_end, or neither",
            fix="Give both, or leave both empty.",
            statement="a mention has only one end of its span",
            example="span_start 120, span_end empty",
        ),
        Check(
            id="quote-missing",
            number=3,
            fields=("quote", "form"),
            fails=_is_one_of("form", "direct", "mixed") & _lacks("quote"),
            expected="a quotation, because the form is direct or mixed",
            fix="Copy the quoted words, or code the form indirect.",
            statement="a direct or mixed mention has no quotation",
            example="form direct, quote empty",
        ),
        Check(
            id="quote-indirect",
            number=3,
            fields=("quote", "form"),
            fails=(c("form") == "indirect") & _has("quote"),
            expected="no quotation, because the form is indirect",
            fix="Clear the quotation, or code the form direct or mixed.",
            statement="an indirect mention has a quotation",
            example="form indirect, quote “no meeting planned”",
        ),
        Check(
            id="quote-language",
            number=3,
            fields=("quote_language", "quote"),
            fails=_has("quote") != _has("quote_language"),
            expected="a quote_language where there is a quotation, and only there",
            fix="Give the language of the quotation, such as en.",
            statement="only one of quote and quote_language is given",
            example="a quote without a language",
        ),
        Check(
            id="quote-translated",
            number=3,
            fields=("translated", "quote"),
            fails=_has("quote") != _has("translated"),
            expected="a value of translated where there is a quotation, and only there",
            fix="Write no, yes, back or unknown; clear it where there is no quotation.",
            statement="only one of quote and translated is given",
            example="a quote without translated",
        ),
        Check(
            id="quote-words",
            number=3,
            fields=("quote",),
            fails=c("quote").str.replace_all(" […] ", " ", literal=True).str.count_matches(r"\S+") > MOST_QUOTED_WORDS,
            expected=f"at most {MOST_QUOTED_WORDS} words",
            fix="Shorten the quotation with “ […] ”, and say the rest in the statement's summary.",
            statement=f"a quotation has more than {MOST_QUOTED_WORDS} words",
            example="a paragraph copied whole",
        ),
    ),
    "sources": (
        Check(
            id="text-fields",
            number=2,
            fields=("text_path", "sha256", "n_codepoints"),
            fails=_together("text_path", "sha256", "n_codepoints"),
            expected="text_path, sha256 and n_codepoints together, or none of them",
            fix="Fill in the three, or clear them.",
            statement="only some of the three columns that describe a text are given",
            example="text_path without sha256",
        ),
    ),
    "statements": (
        Check(
            id="date-unknown",
            number=7,
            fields=("date_basis", "said_from", "said_to"),
            fails=(c("date_basis") == "unknown") & (_has("said_from") | _has("said_to")),
            expected="no dates, because date_basis is unknown",
            fix="Clear said_from and said_to, or say how they are known.",
            statement="a statement whose date is unknown has dates",
            example="date_basis unknown, said_from 2025-08-22",
        ),
        Check(
            id="date-one-day",
            number=7,
            fields=("said_to", "said_from", "date_basis"),
            fails=_ONE_DAY & (c("said_from").eq_missing(c("said_to")).not_() | _lacks("said_from")),
            expected="the same day in said_from and said_to, because date_basis names one day",
            fix="Write the day in both, or code date_basis bounded.",
            statement="a stated, resolved or published date is not one day",
            example="date_basis resolved, said_to empty",
        ),
        Check(
            id="date-range",
            number=7,
            fields=("said_from", "said_to", "date_basis"),
            fails=(c("date_basis") == "bounded")
            & ((_lacks("said_from") & _lacks("said_to")) | (c("said_from") == c("said_to")).fill_null(value=False)),
            expected="a range of days, perhaps open on one side, because date_basis is bounded",
            fix="Give the first and the last day, or code date_basis for one day.",
            statement="a bounded date is not a range",
            example="date_basis bounded, both dates empty",
        ),
        _in_order(
            "date-order", 7, ("said_from", "said_to"), "said_from is after said_to", ("2025-08-22", "2025-08-20")
        ),
        Check(
            id="accuse-target",
            number=12,
            fields=("target_id", "act"),
            fails=(c("act") == "accuse") & _lacks("target_id"),
            expected="the accused actor, because the act is accuse",
            fix="Write the id of who is accused, or code another act.",
            statement="an accusation names nobody",
            example="act accuse, target_id empty",
        ),
    ),
    "group_members": (
        _in_order(
            "membership-order",
            8,
            ("valid_from", "valid_to"),
            "a membership ends before it begins",
            ("2025-08-22", "2024-01-01"),
        ),
    ),
    "roles": (
        _in_order(
            "role-order", 8, ("valid_from", "valid_to"), "an office ends before it begins", ("2025-08-22", "2024-01-01")
        ),
    ),
    "events": (
        _in_order(
            "event-order", 9, ("start_on", "end_on"), "an event ends before it begins", ("2025-08-18", "2025-08-15")
        ),
        Check(
            id="event-precision",
            number=9,
            fields=("date_precision", "start_on", "end_on"),
            fails=((c("date_precision") == "unknown") & (_has("start_on") | _has("end_on")))
            | ((c("date_precision") != "unknown") & _lacks("start_on"))
            | ((c("date_precision") == "month") & (c("start_on").dt.day() != 1))
            | ((c("date_precision") == "year") & ((c("start_on").dt.month() != 1) | (c("start_on").dt.day() != 1)))
            | ((c("date_precision") == "week") & ((c("end_on") - c("start_on")).dt.total_days() >= _MAX_WEEK)),
            expected="dates that fit the precision: unknown has none, a month is its 1st, a year its 1 January",
            fix="Change the precision or the dates.",
            statement="the dates of an event do not fit their precision",
            example="date_precision year, start_on 2014-03-18",
        ),
    ),
    "documents": (
        _in_order(
            "document-order",
            9,
            ("dated_from", "dated_to"),
            "the days of a document end before they begin",
            ("2025-11-20", "2025-11-19"),
        ),
    ),
    "stances": (
        _in_order(
            "position-order",
            7,
            ("held_from", "held_to"),
            "a position of another time ends before it begins",
            ("2021-06-25", "2021-06-24"),
        ),
        Check(
            id="condition-missing",
            number=10,
            fields=("condition", "condition_demand_id", "position"),
            fails=(c("position") == "conditional") & _lacks("condition") & _lacks("condition_demand_id"),
            expected="a condition, as text or demand, because the position is conditional",
            fix="Say what it depends on in condition or condition_demand_id, or code another position.",
            statement="a conditional stance has no condition",
            example="position conditional, condition empty",
        ),
        Check(
            id="condition-idle",
            number=10,
            fields=("position", "condition", "condition_demand_id"),
            fails=(c("position") != "conditional") & (_has("condition") | _has("condition_demand_id")),
            expected="the position conditional, because a condition is given",
            fix="Code the position conditional, or clear the condition.",
            statement="a stance that is not conditional has a condition",
            example="position accepts, condition “after a truce”",
        ),
    ),
    "locations": (
        Check(
            id="coordinates",
            number=13,
            fields=("latitude", "longitude", "coordinate_precision"),
            fails=_together("latitude", "longitude", "coordinate_precision"),
            expected="latitude, longitude and coordinate_precision together, or none of them",
            fix="Fill in the three, or clear them.",
            statement="only some of the three coordinate columns are given",
            example="latitude without longitude",
        ),
        Check(
            id="coordinates-zero",
            number=13,
            fields=("latitude", "longitude"),
            fails=(c("latitude") == 0) & (c("longitude") == 0),
            expected="the coordinates of the place; 0 and 0 is a point in the Atlantic Ocean",
            fix="Give the coordinates, or clear latitude, longitude and coordinate_precision.",
            statement="the coordinates are 0 and 0",
            example="latitude 0, longitude 0",
        ),
        Check(
            id="subdivision-country",
            number=14,
            fields=("iso_3166_2", "country_code"),
            fails=_OTHER_COUNTRY,
            expected="the code of a subdivision of the country in country_code",
            fix="Correct one of the two codes.",
            statement="a subdivision code is of another country than the country code",
            example="country_code RU, iso_3166_2 UA-14",
        ),
        Check(
            id="coordinate-precision",
            number=13,
            fields=("coordinate_precision", "kind"),
            fails=_is_one_of("kind", "area", "region", "waters", "airspace", "line", "country")
            & _is_one_of("coordinate_precision", "site", "settlement"),
            expected="a precision no finer than the place",
            fix="Choose admin1 or country, or clear the coordinates.",
            statement="the coordinates of a large place are too precise",
            example="kind country, coordinate_precision site",
        ),
    ),
    "event_reports": (
        Check(
            id="quantity-unit",
            number=1,
            fields=("unit", "quantity"),
            fails=_together("quantity", "unit"),
            expected="quantity and unit together, or neither",
            fix="Say what the number counts, or clear both.",
            statement="only one of quantity and unit is given",
            example="quantity 3, unit empty",
        ),
        Check(
            id="quantity-precision",
            number=1,
            fields=("quantity_precision", "quantity"),
            fails=_has("quantity_precision") & _lacks("quantity"),
            expected="a quantity, because quantity_precision says how exact it is",
            fix="Give the number, or clear quantity_precision.",
            statement="a number is called exact or not, and is not given",
            example="quantity_precision at_least, quantity empty",
        ),
    ),
}
