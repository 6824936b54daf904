"""Characters that nobody sees are refused, by what Unicode says of them; those that a script needs are not."""

# ruff: noqa: RUF001 - letters of scripts in which characters are joined

from __future__ import annotations

import json
import re
import sys
import unicodedata

import polars as pl
import pytest

from summitry.validation.checks import INVISIBLE, REFUSED
from summitry.validation.prefilter import contains_invisible
from summitry.words import JOINING, json_text, seen

# signs that are drawn before a number or a verse, though their category is that of formats
DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
SELECTORS = {0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0)}
IN_THEIR_PLACE = {n for first, last in JOINING for n in range(first, last + 1)}


def refused(*texts):
    return pl.Series(texts).str.contains(INVISIBLE).to_list()


def test_characters_of_the_categories_that_nobody_sees_are_refused():
    codes = [n for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)) in ("Cc", "Cf", "Zl", "Zp", "Co")]
    never = [n for n in range(sys.maxunicode + 1) if n & 0xFFFE == 0xFFFE or 0xFDD0 <= n <= 0xFDEF]
    texts = [f"a{chr(n)}b" for n in sorted({*codes, *never, *SELECTORS, 0x2800, 0xFFF0, 0xE0FFF} - DRAWN)]
    assert len(texts) > 130_000
    assert [hex(ord(text[1])) for text, is_refused in zip(texts, refused(*texts), strict=True) if not is_refused] == []


def test_letters_marks_and_signs_are_not_refused():
    odd = DRAWN | SELECTORS | IN_THEIR_PLACE | {n for first, last in REFUSED for n in range(first, last + 1)}
    kinds = ("L", "M", "N", "P", "S", "Zs")
    codes = [n for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)).startswith(kinds) and n not in odd]
    assert not any(refused(*(f"a{chr(n)}b" for n in [*codes, *DRAWN])))


@pytest.mark.parametrize(
    "text", ["می‌خواهد", "क्‍ष", "ශ්‍රී", "❤\ufe0f", "👨‍👩‍👧", "❤\ufe0f‍🔥", "👍🏽", "🇺🇦", "🕊\ufe0f peace"]
)
def test_what_a_script_or_a_picture_needs_is_allowed(text):
    assert refused(text) == [False]


@pytest.mark.parametrize(
    "text",
    [
        "zel\u200censky",
        "\u200dputin",
        "зел\u200dенский",
        "a \u200c",
        "می\u200c\u200cخواهد",
        "a\ufe0f",
        "❤\ufe0f\ufe0f",
        "۱\ufe0f",
    ],
)
def test_what_joins_nothing_is_refused(text):
    assert refused(text) == [True]
    assert re.search(INVISIBLE, text)


def test_the_prefilter_finds_every_character_that_is_refused():
    texts = pl.Series([f"é{chr(n)}я" for n in range(sys.maxunicode + 1) if not 0xD800 <= n <= 0xDFFF])
    given = texts.filter(texts.str.contains(INVISIBLE)).to_list()
    some = [t for t in given if unicodedata.category(t[1]) != "Co"] + given[::40]  # of private ones there are many
    missed = [hex(ord(t[1])) for t in some if not contains_invisible(pl.Series(list(t.encode()), dtype=pl.UInt8))]
    assert missed == []


def test_the_prefilter_takes_no_other_character_for_one_of_them():
    odd = {n for first, last in (*REFUSED, *JOINING) for n in range(first, last + 1)}
    fine = "".join(chr(n) for n in range(0x20, sys.maxunicode + 1) if n not in odd and not 0xD800 <= n <= 0xDFFF)
    assert not contains_invisible(pl.Series(list(fine.encode()), dtype=pl.UInt8))


@pytest.mark.parametrize("character", ["\U000e0041", "\U000f0000", "\U0001d173"])
def test_what_is_beyond_the_first_plane_is_escaped_and_dropped(character):
    assert character not in json_text([character])
    assert json.loads(json_text([character])) == [character]
    assert seen(f"a{character}b") == "ab"
