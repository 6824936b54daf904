"""Checks of single rows, by table: conditions over several cells of one row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_

import polars as pl

from summitry.validation.catalogue import rule
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


def _check(id_: str, fields: tuple[str, ...], fails: pl.Expr, expected: str, *, of_length: bool = False) -> Check:
    return Check(id_, fields, fails, expected, rule(id_).fix, of_row=True, of_length=of_length)


def _in_order(id_: str, first: str, last: str) -> Check:
    """Return the check that the last day of a row is not before the first."""
    article = "an" if last[0] in "aeiou" else "a"
    return _check(id_, (last, first), c(first) > c(last), f"{article} {last} that is not before {first}")


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

_UNFIT_PRECISION = (
    ((c("date_precision") == "unknown") & (_has("start_on") | _has("end_on")))
    | ((c("date_precision") != "unknown") & _lacks("start_on"))
    | ((c("date_precision") == "month") & (c("start_on").dt.day() != 1))
    | ((c("date_precision") == "year") & ((c("start_on").dt.month() != 1) | (c("start_on").dt.day() != 1)))
    | ((c("date_precision") == "week") & ((c("end_on") - c("start_on")).dt.total_days() >= _MAX_WEEK))
)

_FINAL_MARKS = (".", ",", ";", ":")
_ABBREVIATION = r"\b\pL\.\pL\.$"  # U.S.
# languages that are always written in one script, as a pattern, and a letter of it
_SCRIPTS = {
    "^(?:ru|uk|bg|be|mk)(?:-[A-Z]{2})?$": r"\p{Cyrillic}",
    "^el(?:-[A-Z]{2})?$": r"\p{Greek}",
    "^(?:en|de|fr|it|es|pt|pl|cs|sk|hu|ro|tr|nl|sv|da|no|nb|fi|et|lv|lt)(?:-[A-Z]{2})?$": r"\p{Latin}",
}
_OTHER_SCRIPT = reduce(
    or_,
    (
        c("quote_language").str.contains(language) & c("quote").str.contains(letter).not_()
        for language, letter in _SCRIPTS.items()
    ),
)


def _is_speaker(column: str) -> Check:
    return _check(
        "speaker-again",
        (column, "speaker_id"),
        c(column) == c("speaker_id"),
        f"an actor other than the speaker, or no {column}",
    )


ROW_CHECKS: Mapping[str, tuple[Check, ...]] = {
    "actors": (
        _check(
            "belligerent-kind",
            ("belligerent", "kind"),
            c("belligerent") & (c("kind") != "state"),
            "false, because the kind is not state",
        ),
    ),
    "codings": (
        _check(
            "coding-stance",
            ("stance", "variable", "value"),
            (c("stance") > 0) != _OF_A_STANCE,
            "the number of a stance, from 1, for what is coded of stances; 0 for all else",
        ),
    ),
    "collection": (
        _check(
            "page-used",
            ("not_used_because", "source_id"),
            _has("source_id") == _has("not_used_because"),
            "either a source_id or a reason in not_used_because",
        ),
    ),
    "mentions": (
        _check(
            "span-order",
            ("span_end", "span_start"),
            c("span_start") >= c("span_end"),
            "a span_end greater than span_start",
        ),
        _check(
            "span-pair",
            ("span_start", "span_end"),
            _together("span_start", "span_end"),
            "both span_start and span_end, or neither",
        ),
        _check(
            "quote-missing",
            ("quote", "form"),
            _is_one_of("form", "direct", "mixed") & _lacks("quote"),
            "a quotation, because the form is direct or mixed",
        ),
        _check(
            "quote-indirect",
            ("quote", "form"),
            (c("form") == "indirect") & _has("quote"),
            "no quotation, because the form is indirect",
        ),
        _check(
            "quote-language",
            ("quote_language", "quote"),
            _has("quote") != _has("quote_language"),
            "a quote_language where there is a quotation, and only there",
        ),
        _check(
            "quote-translated",
            ("translated", "quote"),
            _has("quote") != _has("translated"),
            "a value of translated where there is a quotation, and only there",
        ),
        _check(
            "quote-words",
            ("quote",),
            c("quote").str.replace_all(" […] ", " ", literal=True).str.count_matches(r"\S+") > MOST_QUOTED_WORDS,
            f"at most {MOST_QUOTED_WORDS} words",
            of_length=True,
        ),
        _check(
            "quote-end",
            ("quote",),
            reduce(or_, (c("quote").str.ends_with(mark) for mark in _FINAL_MARKS))
            & c("quote").str.contains(_ABBREVIATION).not_(),
            "the quoted words without the final punctuation",
        ),
        _check(
            "quote-script",
            ("quote_language", "quote"),
            _OTHER_SCRIPT & c("quote").str.contains(r"\pL"),
            "the language of the quotation, which is written in another script",
        ),
    ),
    "sources": (
        _check(
            "text-fields",
            ("text_path", "sha256", "n_codepoints"),
            _together("text_path", "sha256", "n_codepoints"),
            "text_path, sha256 and n_codepoints together, or none of them",
        ),
    ),
    "statements": (
        _check(
            "date-unknown",
            ("date_basis", "said_from", "said_to"),
            (c("date_basis") == "unknown") & (_has("said_from") | _has("said_to")),
            "no dates, because date_basis is unknown",
        ),
        _check(
            "date-one-day",
            ("said_to", "said_from", "date_basis"),
            _ONE_DAY & (c("said_from").eq_missing(c("said_to")).not_() | _lacks("said_from")),
            "the same day in said_from and said_to, because date_basis names one day",
        ),
        _check(
            "date-range",
            ("said_from", "said_to", "date_basis"),
            (c("date_basis") == "bounded")
            & ((_lacks("said_from") & _lacks("said_to")) | (c("said_from") == c("said_to")).fill_null(value=False)),
            "a range of days, perhaps open on one side, because date_basis is bounded",
        ),
        _in_order("date-order", "said_from", "said_to"),
        _check(
            "accuse-target",
            ("target_id", "act"),
            (c("act") == "accuse") & _lacks("target_id"),
            "the accused actor, because the act is accuse",
        ),
        *map(_is_speaker, ("on_behalf_of_id", "addressee_id", "target_id")),
    ),
    "group_members": (_in_order("membership-order", "valid_from", "valid_to"),),
    "roles": (_in_order("role-order", "valid_from", "valid_to"),),
    "events": (
        _in_order("event-order", "start_on", "end_on"),
        _check(
            "event-precision",
            ("date_precision", "start_on", "end_on"),
            _UNFIT_PRECISION,
            "dates that fit the precision: unknown has none, a month is its 1st, a year its 1 January",
        ),
    ),
    "documents": (_in_order("document-order", "dated_from", "dated_to"),),
    "stances": (
        _in_order("position-order", "held_from", "held_to"),
        _check(
            "condition-missing",
            ("condition", "condition_demand_id", "position"),
            (c("position") == "conditional") & _lacks("condition") & _lacks("condition_demand_id"),
            "a condition, as text or demand, because the position is conditional",
        ),
        _check(
            "condition-idle",
            ("position", "condition", "condition_demand_id"),
            (c("position") != "conditional") & (_has("condition") | _has("condition_demand_id")),
            "the position conditional, because a condition is given",
        ),
        _check(
            "condition-itself",
            ("condition_demand_id", "demand_id"),
            c("condition_demand_id") == c("demand_id"),
            "another demand than that of the stance",
        ),
    ),
    "locations": (
        _check(
            "coordinates",
            ("latitude", "longitude", "coordinate_precision"),
            _together("latitude", "longitude", "coordinate_precision"),
            "latitude, longitude and coordinate_precision together, or none of them",
        ),
        _check(
            "coordinates-zero",
            ("latitude", "longitude"),
            (c("latitude") == 0) & (c("longitude") == 0),
            "the coordinates of the place; 0 and 0 is a point in the Atlantic Ocean",
        ),
        _check(
            "subdivision-country",
            ("iso_3166_2", "country_code"),
            _OTHER_COUNTRY,
            "the code of a subdivision of the country in country_code",
        ),
        _check(
            "coordinate-precision",
            ("coordinate_precision", "kind"),
            _is_one_of("kind", "area", "region", "waters", "airspace", "line", "country")
            & _is_one_of("coordinate_precision", "site", "settlement"),
            "a precision no finer than the place",
        ),
    ),
    "event_reports": (
        _check(
            "quantity-unit",
            ("unit", "quantity"),
            _together("quantity", "unit"),
            "quantity and unit together, or neither",
        ),
        _check(
            "quantity-precision",
            ("quantity_precision", "quantity"),
            _has("quantity_precision") & _lacks("quantity"),
            "a quantity, because quantity_precision says how exact it is",
        ),
    ),
}
