"""Rule 14: codes of countries, subdivisions and languages exist."""

from __future__ import annotations

import re
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from summitry.dataset.names import OTHER_NAMES
from summitry.validation.rules.model import DatasetRule, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from summitry.validation.rules.model import Dataset

_COUNTRIES = (("actors", "country_code"), ("locations", "country_code"))
_SUBDIVISIONS = (("locations", "iso_3166_2"),)
_LANGUAGES = (("sources", "language"), *((t, "language") for t in OTHER_NAMES.values()), ("mentions", "quote_language"))


@cache
def _codes(standard: str, key: str) -> frozenset[str]:
    """Return the codes of an ISO standard, as pycountry ships them.

    Its files are searched without it and without a parser: either takes as long as to validate a contribution.
    """
    found = find_spec("pycountry")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("No module named 'pycountry'", name="pycountry")
    database = (Path(found.origin).parent / "databases" / f"iso{standard}.json").read_bytes()
    codes = re.findall(rb'"%b": "([^" ]+)"' % key.encode(), database)
    return frozenset(b" ".join(codes).decode().split())


def is_country(code: str) -> bool:
    """Say whether ISO 3166-1 has this alpha-2 code."""
    return code in _codes("3166-1", "alpha_2")


def is_subdivision(code: str) -> bool:
    """Say whether ISO 3166-2 has this code."""
    return code in _codes("3166-2", "code")


@cache
def is_language_tag(tag: str) -> bool:
    """Say whether a BCP 47 tag has a language, and a script and region where given, that exist."""
    language, *rest = tag.split("-")
    known = language.lower() in _codes("639-3", "alpha_2" if len(language) == 2 else "alpha_3")  # noqa: PLR2004 - ISO 639 codes have two or three letters
    lookups = {2: ("3166-1", "alpha_2", str.upper), 4: ("15924", "alpha_4", str.title)}
    for part in rest:
        if len(part) not in lookups:
            return False
        standard, key, case = lookups[len(part)]
        if case(part) not in _codes(standard, key):
            return False
    return known


def _unknown(
    columns: tuple[tuple[str, str], ...], exists: Callable[[str], bool], expected: str, data: Dataset
) -> Iterator[Finding]:
    """Find codes in some columns, each with its table, that do not exist."""
    for table, column in columns:
        unknown = [code for code in data.tables[table][column].unique() if code and not exists(code)]
        if unknown:
            yield from (Finding(row, (column,), expected) for row in data.where(table, pl.col(column).is_in(unknown)))


RULES = tuple(
    DatasetRule(id_, tuple(table for table, _ in columns), partial(_unknown, columns, exists, expected))
    for id_, columns, exists, expected in (
        ("country-code", _COUNTRIES, is_country, "an ISO 3166-1 alpha-2 code that exists"),
        ("subdivision-code", _SUBDIVISIONS, is_subdivision, "an ISO 3166-2 code that exists"),
        ("language-tag", _LANGUAGES, is_language_tag, "a BCP 47 language tag whose parts exist"),
    )
)
