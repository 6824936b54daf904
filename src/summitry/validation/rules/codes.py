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
from summitry.words import question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from summitry.validation.rules.model import Dataset

_COUNTRIES = (("actors", "country_code"), ("locations", "country_code"))
_SUBDIVISIONS = (("locations", "iso_3166_2"),)
_MEANT = {"ua": "uk", "gr": "el", "cz": "cs", "jp": "ja", "cn": "zh", "iw": "he"}  # countries, and an old code
_LANGUAGES = (("sources", "language"), *((t, "language") for t in OTHER_NAMES.values()), ("mentions", "quote_language"))


@cache
def _database(standard: str) -> bytes:
    """Return the codes of an ISO standard as JSON, as pycountry ships them.

    It is searched without pycountry and without a parser: either takes as long as to validate a contribution.
    """
    found = find_spec("pycountry")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("No module named 'pycountry'", name="pycountry")
    return (Path(found.origin).parent / "databases" / f"iso{standard}.json").read_bytes()


@cache
def _codes(standard: str, key: str) -> frozenset[str]:
    """Return the codes of an ISO standard."""
    codes = re.findall(rb'"%b": "([^" ]+)"' % key.encode(), _database(standard))
    return frozenset(b" ".join(codes).decode().split())


@cache
def _shortest() -> dict[str, str]:
    """Return the codes of two letters by those of three: the only one of a language in BCP 47 is its shortest."""
    pairs = re.findall(
        r'"alpha_2": "(..)",\s+"alpha_3": "(...)"(?:,\s+"bibliographic": "(...)")?', _database("639-3").decode()
    )
    return {long: short for short, *others in pairs for long in others if long}


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
    key = "alpha_2" if len(language) == 2 else "alpha_3"  # noqa: PLR2004 - ISO 639 codes have two or three letters
    if language in _shortest() or language.lower() not in _codes("639-3", key):
        return False
    lookups = {2: ("3166-1", "alpha_2", str.upper), 4: ("15924", "alpha_4", str.title)}
    return all(len(part) in lookups and (of := lookups[len(part)]) and of[2](part) in _codes(*of[:2]) for part in rest)


def _language_fix(tag: str) -> str:
    """Return what to write for a tag that does not exist, where it is clear."""
    language, mark, rest = tag.partition("-")
    if short := _shortest().get(language):
        return f"Write {short + mark + rest!r}."
    return f"Use the code of a language.{question(_MEANT[language])}" if language in _MEANT else ""


def _unknown(
    columns: tuple[tuple[str, str], ...], exists: Callable[[str], bool], expected: str, data: Dataset
) -> Iterator[Finding]:
    """Find codes in some columns, each with its table, that do not exist."""
    for table, column in columns:
        unknown = [code for code in data.tables[table][column].unique() if code and not exists(code)]
        if unknown:
            for row in data.where(table, pl.col(column).is_in(unknown)):
                fix = _language_fix(row[column]) if columns is _LANGUAGES else ""
                yield Finding(row, (column,), expected, fix)


RULES = tuple(
    DatasetRule(id_, tuple(table for table, _ in columns), partial(_unknown, columns, exists, expected))
    for id_, columns, exists, expected in (
        ("country-code", _COUNTRIES, is_country, "an ISO 3166-1 alpha-2 code that exists"),
        ("subdivision-code", _SUBDIVISIONS, is_subdivision, "an ISO 3166-2 code that exists"),
        (
            "language-tag",
            _LANGUAGES,
            is_language_tag,
            "a BCP 47 language tag whose parts exist, the shortest of its language",
        ),
    )
)
