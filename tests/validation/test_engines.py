"""The executors `local` and `pandera`, and the public pandera schemas, find the same rows, columns and rules."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pandas as pd
import pandera.errors
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import conftest
from conftest import CONTRIBUTIONS, ROOT, some_every_day
from summitry import load_all, load_statements, pandera_schema, schema
from summitry.dataset import storage
from summitry.errors import InputError, MissingExtraError, UnknownNameError
from summitry.publish import build
from summitry.schema import types
from summitry.validation.checks import Reference, key_checks, table_checks
from summitry.validation.child_process import validate_paths
from summitry.validation.evaluate import executor, local
from summitry.validation.pandera_polars import execute
from summitry.validation.pipeline import validate_dataset
from summitry.validation.table_file import ROW, as_read, parsed, raw_name

# of each invalid contribution, the rules that it breaks
CASES = {
    case: {problem["rule"] for problem in json.loads(case.with_suffix(".json").read_text("utf-8"))}
    for case in sorted(CONTRIBUTIONS.glob("invalid/*/"))
}
# the tables that ship use only some of the keywords
EVERYTHING = schema.parse_table(
    {
        "name": "everything",
        "fields": [
            {"name": "id", "constraints": {"pattern": "[a-z]+|[0-9]{2,}", "minLength": 2, "maxLength": 9}},
            {"name": "text", "constraints": {"required": True, "minLength": 2, "maxLength": 9}},
            {"name": "code", "constraints": {"enum": ["a", "b,c"]}},
            {"name": "single", "constraints": {"unique": True}},
            {"name": "integer", "type": "integer", "constraints": {"minimum": 0, "maximum": 4}},
            {"name": "number", "type": "number", "constraints": {"minimum": 0.5, "maximum": 4}},
            {"name": "boolean", "type": "boolean", "constraints": {"required": True}},
            {"name": "day", "type": "date", "constraints": {"minimum": "2025-08-02", "maximum": "2025-08-31"}},
        ],
        "primaryKey": ["id"],
        "uniqueKeys": [["text", "day"], ["text", "code"]],
    }
)
TABLES = {table.name: table for table in [*schema.package().tables.values(), EVERYTHING]}
every_table = conftest.every_table(TABLES)
TEXTS = ["", "a", "12", "=a", " a", "a\u202eb", "a\nb", "long " * 90, "NaN", "1.5", "-3", "5", "true", "yes"]
DAYS = ["2025-08-01", "2025-08-02", "2025-09-30", "2025-01-01", "2025-02-30"]
# what executors evaluate: checks of cells, keys and single rows
EVALUATED = {"foreign-key"} | {
    check.id for table in TABLES.values() for check in [*table_checks(table, {}), *key_checks(table)]
}
SOME = settings(suppress_health_check=list(HealthCheck), max_examples=max(2, settings().max_examples // 2))


def cells(f):
    """Any text that a cell may have: right, wrong, and of the wrong type."""
    usual = [str(f.example), *f.enum] + (DAYS if f.type == "date" else [])
    return st.sampled_from(usual) | st.sampled_from([*TEXTS, *DAYS])


@st.composite
def frames(draw, table):
    """Rows of a table as they are read from a file; the last repeats the first."""
    records = draw(st.lists(st.fixed_dictionaries({f.name: cells(f) for f in table.fields}), max_size=5))
    records += records[:1]
    raw = {raw_name(f): [record[f.name] or None for record in records] for f in table.fields}
    frame = pl.DataFrame(raw, dict.fromkeys(raw, pl.String)).with_row_index(ROW)
    return frame.with_columns(parsed(f) for f in table.fields if f.type != "string")


def checks(table, frame):
    """Every check of a table; the first row is what foreign keys may name."""
    known = {
        key.fields[0]: Reference(key.table, frame[key.fields[0]].head(1).cast(pl.String)) for key in table.foreign_keys
    }
    return [*table_checks(table, known), *key_checks(table)], {
        n: r.keys.drop_nulls().to_list() for n, r in known.items()
    }


@every_table
@given(data=st.data())
@SOME
def test_both_executors_flag_the_same_rows(name, data):
    frame = data.draw(frames(TABLES[name]))
    found, _ = checks(TABLES[name], frame)
    one, other = local(frame, found), execute(frame, found)
    assert one.height == other.height
    if one.height:  # null is no fault, and pandera knows no null
        assert_frame_equal(one.with_columns(pl.col(pl.Boolean).exclude(frame.columns).fill_null(value=False)), other)


def failures(table, engine, frame, references):
    """What the public pandera schema finds: rule, column and row."""
    try:
        pandera_schema(table, engine, references).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as e:
        cases = e.failure_cases.to_dicts() if engine == "polars" else e.failure_cases.to_dict("records")
        return {(case["check"], case["column"], case["index"]) for case in cases}
    return set()


def expected(frame, found):
    """What the checks find: rule, column and row."""
    flagged = local(frame, found)
    return {
        (check.id, check.fields[0], row)
        for i, check in enumerate(found)
        for row in (flagged.filter(pl.col(f"fails:{i}"))[ROW] if flagged.height else [])
    }


@every_table
@pytest.mark.parametrize("engine", ["polars", "pandas"])
@given(data=st.data())
@settings(SOME, max_examples=max(2, SOME.max_examples // 3))  # each makes a schema, which takes its time
def test_public_schemas_find_what_the_checks_find(name, engine, data):
    table = TABLES[name]
    typed = data.draw(frames(table)).select(table.names).cast(types.polars_schema(table), strict=False)
    read = as_read(typed.with_row_index(ROW), table)
    found, references = checks(table, typed)
    if engine == "pandas":
        typed = pd.DataFrame({n: typed[n].to_list() for n in table.names}).astype(types.pandas_dtypes(table))
    assert failures(table, engine, typed, references) == expected(read, found)


# of the contributions that break a rule, one will do: any tables and cells are compared above
OF_EACH_RULE = list(
    dict.fromkeys({rule: case for case, rules in CASES.items() for rule in sorted(rules & EVALUATED)}.values())
)


@pytest.mark.parametrize(
    "case", some_every_day(OF_EACH_RULE, OF_EACH_RULE[::4], pytest.mark.planted), ids=lambda case: case.name
)
def test_both_executors_report_the_same_problems_of_a_case(case, few_rows):
    one, other = (validate_paths([case], few_rows, quick=True, engine=engine) for engine in ("local", "pandera"))
    assert one.problems == other.problems


def test_both_executors_say_the_same_of_a_dataset(few_rows):
    one, other = (validate_dataset(few_rows, engine=engine) for engine in ("local", "pandera"))
    assert (one.problems, one.rows) == (other.problems, other.rows)


BROKEN = {
    ("formula", "summary", 0): {"summary": '=HYPERLINK("http://x","y")'},
    ("character", "summary", 1): {"summary": " The text is turned round \u202e from here on."},
    ("date-order", "said_to", 2): {"said_from": "2025-08-22", "said_to": "2025-08-20", "date_basis": "bounded"},
}


@pytest.mark.parametrize("engine", ["polars", "pandas"])
def test_a_formula_a_hidden_mark_and_dates_in_the_wrong_order_fail_everywhere(engine, tmp_path):
    table = schema.package().table("statements")
    records = storage.csv_rows((ROOT / "data" / "statements.csv").read_bytes())[:3]
    raw = storage.csv_bytes([r | broken for r, broken in zip(records, BROKEN.values(), strict=True)], table)
    (tmp_path / "statements.csv").write_bytes(raw)
    report = validate_paths([tmp_path], ROOT, quick=True)
    assert {(p.rule, p.field, p.row - 1) for p in report.problems} == set(BROKEN)
    arrow = storage.read_csv_arrow(raw, table)
    frame = (
        pl.from_arrow(arrow).cast(types.polars_schema(table)) if engine == "polars" else storage.to_pandas(arrow, table)
    )
    # pandera reports every failed check of a cell: the second summary begins with a space, too
    assert failures("statements", engine, frame, None) == {*BROKEN, ("space", "summary", 1)}


@pytest.mark.shipped
@pytest.mark.parametrize("engine", ["polars", "pandas"])
def test_what_the_loaders_return_passes(engine):
    """Rows from every part of a table: `summitry validate --engine pandera`, which .ci/run calls, takes all."""
    for name, frame in load_all(engine=engine).items():
        some = frame[:: len(frame) // 50 + 1]
        assert len(pandera_schema(name, engine).validate(some, lazy=True)) == len(some)


def test_rows_keep_their_labels_in_pandas():
    frame = load_statements().head(3).set_axis(["a", "b", "b"])
    frame.loc[:, "summary"] = ["A fine summary.", "=A sum of two", "=A sum of two"]
    assert failures("statements", "pandas", frame, None) == {("formula", "summary", "b")}


def test_a_frame_without_a_column_is_refused_by_name():
    frame = load_statements(engine="polars").drop("said_from")
    assert {(check, index) for check, _, index in failures("statements", "polars", frame, None)} == {
        ("column_in_dataframe", None)
    }


def test_the_environment_cannot_turn_pandera_off(tmp_path):
    (tmp_path / "actors.csv").write_text("actor_id,name\nA,=1\n")
    code = (
        "import sys; from pathlib import Path; from summitry.validation.child_process import validate_paths\n"
        "print(*(p.rule for p in validate_paths([Path(sys.argv[1])], quick=True, engine='pandera').problems))"
    )
    off = {"PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env=os.environ | off, capture_output=True, text=True, check=True
    )
    assert {"pattern", "formula"} <= set(done.stdout.split())


@pytest.mark.parametrize("arguments", [["--help"], [str(CONTRIBUTIONS / "invalid" / "formula")]])
def test_the_prompt_does_not_import_pandera(arguments):
    code = "import sys; from summitry.cli import main; main(['validate', *sys.argv[1:]])"
    check = f"try:\n    {code.replace('; ', chr(10) + '    ')}\nfinally:\n    print('pandera' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", check, *arguments], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "False", done.stderr


def test_an_engine_that_does_not_exist_or_is_not_installed_is_named(monkeypatch):
    with pytest.raises(UnknownNameError, match=r"no engine 'panderra'\. Did you mean 'pandera'"):
        executor("panderra")
    monkeypatch.setitem(sys.modules, "pandera.polars", None)
    monkeypatch.delitem(sys.modules, "summitry.validation.pandera_polars")
    with pytest.raises(MissingExtraError, match=r"summitry\[validate\]"):
        executor("pandera")
    with pytest.raises(MissingExtraError, match=r"summitry\[validate\]"):
        pandera_schema("roles", "polars")


def test_nothing_is_built_from_a_table_that_pandera_refuses(checkout):
    actors = (checkout / "data" / "actors.csv").read_text("utf-8").splitlines()
    actors[2] = actors[2].replace(",", ",=", 1)
    with pytest.raises(InputError, match=r"pandera finds 1 error .*data/actors\.csv.*\[formula\]"):
        build.derive(checkout, {"actors": "\n".join(actors).encode()})
