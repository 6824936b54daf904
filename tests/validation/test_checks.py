"""Each keyword has a row that must fail, in our own checks and in both pandera schemas."""

from __future__ import annotations

import datetime as dt
from itertools import product
from string import ascii_lowercase

import pandas as pd
import pandera.pandas
import pandera.polars
import polars as pl
import pycountry
import pytest

from summitry import pandera_schema, schema
from summitry.schema import types
from summitry.validation.checks import (
    INVISIBLE,
    MOST_SUGGESTIONS,
    Reference,
    foreign_key_check,
    key_checks,
    table_checks,
)
from summitry.validation.evaluate import evaluate
from summitry.validation.rules.codes import _codes
from summitry.validation.table_file import ROW, TableFile
from summitry.words import json_text

# keyword → (field, primary key, unique keys, good cell, bad cell)
CASES = {
    "required": ({"constraints": {"required": True}}, "a", None),
    "enum": ({"constraints": {"enum": ["a", "b"]}}, "a", "c"),
    "pattern": ({"constraints": {"pattern": "a|b"}}, "a", "ab"),
    "minimum": ({"type": "integer", "constraints": {"minimum": 3}}, 3, 2),
    "maximum": ({"type": "number", "constraints": {"maximum": 3}}, 3.0, 3.5),
    "minimum of a date": (
        {"type": "date", "constraints": {"minimum": "2025-08-08"}},
        dt.date(2025, 8, 8),
        dt.date(2025, 8, 7),
    ),
    "minLength": ({"constraints": {"minLength": 2}}, "éé", "é"),
    "maxLength": ({"constraints": {"maxLength": 2}}, "éé", "ééé"),
    "foreign-key": ({}, "known", "unknown"),
}


def table_of(given):
    return schema.parse_table({"name": "t", "fields": [{"name": "k"}, {"name": "v", **given}], "primaryKey": ["k"]})


def polars_frame(table, values, keys=("x", "y")):
    columns = types.polars_schema(table)
    plain = {n: pl.String if isinstance(t, pl.Enum) else t for n, t in columns.items()}
    return pl.DataFrame({"k": list(keys), "v": values}, schema=plain)


def our_failures(table, frame, keyword):
    references = {"v": Reference("other", pl.Series(["known"]))} if keyword == "foreign-key" else {}
    raw = [pl.col(f.name).cast(pl.String).alias(f"raw:{f.name}") for f in table.fields if f.type != "string"]
    table_file = TableFile(table, "t.csv", frame.with_row_index(ROW).with_columns(raw))
    checks = [*table_checks(table, references), *key_checks(table)]
    return [(row, problem.rule) for problem, row, _ in evaluate(table_file, checks)]


@pytest.mark.parametrize("keyword", CASES)
def test_our_check_fails_the_bad_row_and_only_it(keyword):
    given, good, bad = CASES[keyword]
    table = table_of(given)
    assert our_failures(table, polars_frame(table, [good, bad]), keyword) == [(1, keyword.split(" of ")[0])]
    assert our_failures(table, polars_frame(table, [good, good]), keyword) == []


@pytest.mark.parametrize("keyword", CASES)
@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_pandera_fails_the_bad_row_and_passes_the_good(keyword, engine):
    given, good, bad = CASES[keyword]
    table = table_of(given)
    compiled = pandera_schema(table, engine, {"v": ["known"]} if keyword == "foreign-key" else {})

    def frame(values):
        if engine == "polars":
            return polars_frame(table, values)
        plain = pd.DataFrame({"k": ["x", "y"], "v": pd.Series(values, dtype="str" if table["v"].enum else None)})
        dtypes = types.pandas_dtypes(table)
        return plain.astype({n: t for n, t in dtypes.items() if not isinstance(t, pd.CategoricalDtype)})

    if keyword == "enum":  # a value outside the list cannot be of the column's type at all
        with pytest.raises((pandera.errors.SchemaErrors, pandera.errors.SchemaError)):
            compiled.validate(frame([good, bad]), lazy=True)
        return
    compiled.validate(frame([good, good]), lazy=True)
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        compiled.validate(frame([good, bad]), lazy=True)
    assert "v" in set(caught.value.failure_cases["column"])


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_keys_unique_together(engine):
    fields = [{"name": n} for n in "kvw"]
    given = {"name": "t", "fields": fields, "primaryKey": ["k", "v"], "uniqueKeys": [["v", "k"], ["v", "w"]]}
    table = schema.parse_table(given)
    for keys, rule in ((["x", "x"], "primaryKey"), (["x", "y"], "uniqueKeys")):
        frame = pl.DataFrame({"k": keys, "v": ["a", "a"], "w": ["1", "2" if rule == "primaryKey" else "1"]})
        assert our_failures(table, frame, "") == [(1, rule)]
        compiled = pandera_schema(table, engine, {})
        with pytest.raises(pandera.errors.SchemaErrors):
            compiled.validate(frame if engine == "polars" else frame.to_pandas(), lazy=True)


def test_a_unique_column_and_unique_columns_together():
    given = {
        "name": "t", "fields": [{"name": "k"}, {"name": "v", "constraints": {"unique": True}}],
        "primaryKey": ["k"], "uniqueKeys": [["k", "v"]],
    }  # fmt: skip
    table = schema.parse_table(given)
    assert our_failures(table, polars_frame(table, ["a", "a"]), "") == [(1, "unique")]
    frame = polars_frame(table, ["a", "b"], keys=("x", "x"))
    assert our_failures(table, frame, "") == [(1, "primaryKey")]


def test_an_empty_optional_cell_passes_every_keyword():
    for keyword, (given, good, _) in CASES.items():
        if keyword != "required":
            table = table_of(given)
            assert our_failures(table, polars_frame(table, [good, None]), keyword) == []


def test_an_unknown_engine_is_named():
    with pytest.raises(LookupError, match="pandas, polars"):
        pandera_schema("statements", "spark")


@pytest.mark.parametrize(
    ("standard", "key", "database"),
    [
        ("3166-1", "alpha_2", "countries"),
        ("3166-2", "code", "subdivisions"),
        ("639-3", "alpha_2", "languages"),
        ("639-3", "alpha_3", "languages"),
        ("15924", "alpha_4", "scripts"),
    ],
)
def test_codes_are_those_that_pycountry_knows(standard, key, database):
    known = {getattr(entry, key) for entry in getattr(pycountry, database) if hasattr(entry, key)}
    assert len(known) > 100
    assert _codes(standard, key) == known


def test_the_nearest_key_is_looked_for_so_many_times():
    f = schema.package().table("statements")["speaker_id"]
    check = foreign_key_check(f, Reference("actors", pl.Series(["vladimir-putin", "donald-trump"])))
    given = [f"vladimir-putin{a}{b}" for a, b in product(ascii_lowercase, repeat=2)][:MOST_SUGGESTIONS]
    assert {check.suggest(value) for value in given} == {"vladimir-putin"}
    assert (check.suggest("donald-trum"), check.suggest(given[0])) == (None, "vladimir-putin")
    assert check.fix_for("donald-trum").startswith("Add a row")


@pytest.mark.parametrize(
    ("table", "column", "known", "value", "meant"),
    [
        ("stances", "mention_id", "afp-2025-08-19-m01", "afp-2025-08-19-m03", None),
        ("stances", "mention_id", "reuters-2025-08-19-m01", "reuter-2025-08-19-m01", "reuters-2025-08-19-m01"),
        ("stances", "statement_id", "macron-2025-02-24-no-truce", "lavrov-2025-02-24-no-truce", None),
        (
            "stances",
            "statement_id",
            "lavrov-2025-02-24-truce",
            "lavrow-2025-02-24-truce",
            "lavrov-2025-02-24-truce",
        ),
        ("statements", "speaker_id", "volodymyr-zelensky", "Volodymyr Zelensky", "volodymyr-zelensky"),
        ("statements", "speaker_id", "volodymyr-zelensky", "Зеленський", "volodymyr-zelensky"),
    ],
)
def test_no_other_number_and_no_other_speaker_is_suggested(table, column, known, value, meant):
    f = schema.package().table(table)[column]
    names = {"зеленськии": "volodymyr-zelensky"}
    checks = table_checks(schema.package().table(table), {column: Reference("r", pl.Series([known]), lambda: names)})
    ours = [c for c in checks if c.fields == (column,) and c.id in ("pattern", "foreign-key")]
    assert [c.suggest(value) for c in ours] == [meant, meant]
    assert all((f"{meant!r}" in c.fix_for(value)) == bool(meant) for c in ours), f.name


@pytest.mark.parametrize("character", "\u00ad\u200b\u2060\u3164\u202e\u034f")
def test_what_reports_escape_because_nobody_sees_it_is_refused(character):
    assert pl.Series([f"a{character}b"]).str.contains(INVISIBLE).item()
    assert json_text(character) == f'"\\u{ord(character):04x}"'
