"""A letter with an accent is the same text as one character or as two; what looks alike and is not is named."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest

from conftest import ROOT
from summitry import schema
from summitry.contribute import locate
from summitry.validation.pipeline import Tables, validate_tables
from summitry.validation.readers.csv_file import read_csv
from summitry.validation.readers.parquet_file import ParquetSource
from summitry.validation.rules.texts import _missing_fragments
from summitry.validation.table_file import ROW, as_read
from summitry.words import difference, nearest

NAMES = schema.package().table("actor_names")


def apart(text):
    return unicodedata.normalize("NFD", text)


def names_file(folder, *names):
    kind = NAMES["kind"].enum[0]
    lines = [",".join(NAMES.names), *(f"{name},emmanuel-macron,{kind},fr" for name in names)]
    (folder / "actor_names.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_csv(folder / "actor_names.csv", NAMES, "actor_names.csv")


@pytest.mark.parametrize("name", ["Éléonore", "Зеленський", "Nguyễn"])
def test_names_are_compared_and_merged_in_one_form(name, tmp_path):
    found = names_file(tmp_path, name, apart(name))
    assert apart(name) != name
    assert [row["name"] for row in found.texts()] == [name, name]
    package = schema.Package("p", "", "0", "", {"actor_names": NAMES}, {})
    problems = validate_tables(Tables(package, [found], quick=True)).problems
    assert [(p.rule, p.row) for p in problems if p.rule != "foreign-key"] == [("primaryKey", 2)]


def test_parquet_has_the_same_form(tmp_path):
    frame = names_file(tmp_path, "É").frame.with_columns(name=pl.lit(apart("É")))
    frame.select(NAMES.names).write_parquet(tmp_path / "actor_names.parquet")
    assert ParquetSource(tmp_path / "actor_names.parquet", NAMES, "").whole().texts()[0]["name"] == "É"
    assert as_read(frame.select(ROW, *NAMES.names), NAMES)["name"].to_list() == ["É"]


@pytest.mark.parametrize(("quote", "span"), [("été à Paris", apart("un été à Paris")), (apart("être"), "être prêt")])
def test_a_quotation_is_found_in_any_normal_form(quote, span):
    assert list(_missing_fragments({"quote": quote}, span, "")) == []


@pytest.mark.parametrize(
    ("quote", "span", "name"),
    [
        ("don't stop", "We don’t stop", "APOSTROPHE in place of RIGHT SINGLE QUOTATION MARK"),
        ("a “plan” for", 'a "plan" for', "LEFT DOUBLE QUOTATION MARK in place of QUOTATION MARK"),
        ("sud-est", "le sud–est", "HYPHEN-MINUS in place of EN DASH"),
        (apart("l'été"), "l’été", "APOSTROPHE in place of RIGHT SINGLE QUOTATION MARK"),
        ("10 km", "10\N{NO-BREAK SPACE}km", "SPACE in place of NO-BREAK SPACE"),
    ],
)
def test_the_character_that_differs_is_named(quote, span, name):
    (finding,) = _missing_fragments({"quote": quote}, span, "")
    assert name in finding.fix


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("We want peace.", "The text has these words nowhere"),
        ("We want peace: ‘no\u00a0peace’", ""),
        ("No, no peace", "The text has them from 4 to 12"),
    ],
)
def test_other_words_are_said_to_be_elsewhere_or_nowhere(text, fix):
    (finding,) = _missing_fragments({"quote": "no peace"}, "we want peace", text)
    assert finding.fix.startswith(fix)
    assert bool(finding.fix) == bool(fix)


@pytest.mark.parametrize(
    ("given", "known"), [(apart("Éléonore"), "Éléonore"), ("O'Brien", "O’Brien"), ("Зеленськии", apart("Зеленський"))]
)
def test_the_nearest_name_does_not_depend_on_the_form(given, known):
    assert nearest(given, ["Nobody", known]) == known


def test_no_difference_is_named_where_the_words_differ():
    assert difference("peace", "war") == ""
    assert difference("same", "same") == ""


@pytest.mark.parametrize("words", ["l'été", apart("l’été")])
@pytest.mark.parametrize("text", ["C’est l’été.", apart("C'est l'été.")])
def test_words_are_located_in_any_form(words, text):
    (span,) = locate.find(words, text)
    assert unicodedata.normalize("NFC", text[span.start : span.end]).endswith("été")


def test_what_ships_is_composed():
    for path in (ROOT / "data").glob("*.csv"):
        assert unicodedata.is_normalized("NFC", path.read_text("utf-8"))
