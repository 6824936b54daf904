"""Schemas are read as they are meant, and what is not understood is refused by name."""

from __future__ import annotations

import pytest

from summitry import load_all, schema
from summitry.errors import SchemaError, UnknownNameError

FIELD = {"name": "a", "type": "string"}


def table(**more):
    return {"name": "t", "fields": [FIELD], "primaryKey": ["a"], **more}


def field(**more):
    return {"name": "t", "fields": [{**FIELD, **more}]}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (table(primrayKey="a"), "primrayKey"),
        (table(fieldsMatch="exact"), "fieldsMatch"),
        (field(bareNumber=True), "bareNumber"),
        (field(type="geopoint"), "geopoint"),
        (field(type="date", format="%d.%m.%Y"), "%d.%m.%Y"),
        (field(constraints={"exclusiveMinimum": 1}), "exclusiveMinimum"),
        (field(type="integer", constraints={"enum": [1, 2]}), "enum"),
        (table(missingValues=["", "NA"]), "missingValues"),
        (table(primaryKey=["b"]), "'b'"),
        (
            field(categories=[{"value": "x", "label": "X", "description": ""}], constraints={"enum": ["y"]}),
            "categories",
        ),
    ],
)
def test_what_is_not_understood_is_refused_by_name(given, named):
    with pytest.raises(SchemaError, match=named):
        schema.parse_table(given)


def test_an_unknown_table_is_answered_with_those_there_are(package):
    with pytest.raises(UnknownNameError, match=r"Did you mean 'statements'\?.*mentions"):
        package.table("statments")
    with pytest.raises(UnknownNameError, match="speaker_id"):
        package.table("statements")["speaker"]


def test_every_field_is_documented(package):
    for t in package.tables.values():
        assert t.description
        for f in t.fields:
            assert "" not in (f.title, f.description, f.example), (t.name, f.name)
            assert all(c.label and c.description for c in f.categories), (t.name, f.name)
            assert len(f.categories) == len(f.enum), (t.name, f.name)


def test_every_text_column_has_a_longest_text(package):
    """A list of values, or a number of characters."""
    texts = [(t.name, f) for t in package.tables.values() for f in t.fields if f.type == "string"]
    assert texts
    assert not [(table, f.name) for table, f in texts if not f.enum and not f.max_length]


def test_examples_are_valid(package):
    """An example that breaks its own column would teach the wrong thing."""
    import re

    for t in package.tables.values():
        for f in t.fields:
            text = str(f.example)
            assert not f.enum or text in f.enum, (t.name, f.name)
            assert f.pattern is None or re.fullmatch(f.pattern, text), (t.name, f.name)
            assert f.max_length is None or len(text) <= f.max_length, (t.name, f.name)


def test_ids_in_examples_are_in_the_data(package):
    """An id that is in no table leads who looks it up to nothing."""
    ids = [(t, f) for t in package.tables.values() for f in t.fields if f.pattern == "[a-z0-9]+(-[a-z0-9]+)*"]
    assert len(ids) > len(package.tables)
    rows = load_all()
    for t, f in ids:
        key = t.reference(f.name)
        table, column = (key.table or t.name, key.references[0]) if key else (t.name, f.name)
        assert f.example in set(rows[table][column]), (t.name, f.name, f.example)


def test_a_vocabulary_is_one_wherever_it_is_used(package):
    """JSON cannot share a list between files, so this keeps the copies one."""
    statements, demands = package.tables["statements"], package.tables["demands"]
    events, reports = package.tables["events"], package.tables["event_reports"]
    assert statements["issue"].categories == demands["issue"].categories
    assert events["status"].categories == reports["as_status"].categories


def test_decision_rules_reach_every_value_and_have_two_examples(package):
    places = [("statements", n) for n in ("act", "issue", "date_basis")]
    places += [("stances", "position"), ("stances", "attribution"), ("mentions", "form")]
    for t, n in places:
        f = package.tables[t][n]
        assert {r.code for r in f.decision_rules} == set(f.enum), (t, n)
        assert all(len(r.examples) == 2 and r.near_miss for r in f.decision_rules), (t, n)
