"""Rule 14: codes of countries, subdivisions and languages exist."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from summitry.dataset.names import OTHER_NAMES
from summitry.validation.rules.model import DatasetRule, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset

_COUNTRIES = (("actors", "country_code"), ("locations", "country_code"))
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


def unknown_countries(data: Dataset) -> Iterator[Finding]:
    """Find country codes that do not exist."""
    for table, column in _COUNTRIES:
        for row in data.rows(table):
            if row[column] and not is_country(row[column]):
                yield Finding(row, (column,), "an ISO 3166-1 alpha-2 code that exists")


def unknown_subdivisions(data: Dataset) -> Iterator[Finding]:
    """Find subdivision codes that do not exist."""
    for row in data.rows("locations"):
        if row["iso_3166_2"] and not is_subdivision(row["iso_3166_2"]):
            yield Finding(row, ("iso_3166_2",), "an ISO 3166-2 code that exists")


def unknown_languages(data: Dataset) -> Iterator[Finding]:
    """Find language tags that do not exist."""
    for table, column in _LANGUAGES:
        for row in data.rows(table):
            if row[column] and not is_language_tag(row[column]):
                yield Finding(row, (column,), "a BCP 47 language tag whose parts exist")


RULES = (
    DatasetRule("country-code", unknown_countries),
    DatasetRule("subdivision-code", unknown_subdivisions),
    DatasetRule("language-tag", unknown_languages),
)
