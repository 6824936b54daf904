"""Engines agree, ids are spelled out, and a day hides what was not known on it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest

import summitry
from summitry import errors, schema
from summitry.dataset import loaders, query

TABLES = list(schema.package().tables)


def plain(value):
    """A cell as Python knows it, whatever the engine."""
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN differs from itself
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def rows(frame, engine):
    if engine == "pandas":
        return [tuple(map(plain, r)) for r in frame.itertuples(index=False, name=None)]
    if engine == "polars":
        return [tuple(map(plain, r)) for r in frame.rows()]
    if engine == "duckdb":
        return [tuple(map(plain, r)) for r in frame.fetchall()]
    return [tuple(r.values()) for r in frame.to_pylist()]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("expand", [False, True])
def test_all_engines_give_equal_content(name, expand):
    given = {e: rows(loaders.load(name, e, expand=expand), e) for e in loaders.ENGINES}
    assert given["pandas"] == given["polars"] == given["pyarrow"] == given["duckdb"]
    assert len(given["pandas"]) == summitry.tables().set_index("name").loc[name, "rows"]


def test_engines_keep_types():
    import polars as pl

    statements = summitry.load_statements("polars")
    assert statements.schema["act"] == pl.Enum(schema.package().table("statements")["act"].enum)
    assert statements.schema["said_from"] == pl.Date
    by_hand = summitry.load_statements("polars", columns=["act", "said_from"])
    assert by_hand.schema == {n: statements.schema[n] for n in ("act", "said_from")}
    relation = summitry.load_statements("duckdb")
    assert relation.types[relation.columns.index("act")].id == "enum"


def test_a_missing_engine_is_answered_with_the_command():
    code = (
        "import sys; sys.modules['duckdb'] = None\n"
        "import summitry\n"
        "try: summitry.load_roles('duckdb')\n"
        "except ImportError as e: print(e)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'summitry[duckdb]'" in done.stdout
    with pytest.raises(errors.UnknownNameError, match="pandas, polars, pyarrow, duckdb"):
        summitry.load_roles("spark")


def test_expand_follows_every_foreign_key():
    statements = summitry.load_statements(expand=True)
    said = statements.loc[statements["statement_id"] == "lavrov-2025-08-22-no-meeting-planned"].iloc[0]
    assert said["speaker_name"] == "Sergey Lavrov"
    assert said["role_title"]
    assert "NBC" in said["occasion_name"]
    stances = summitry.load_stances(expand=True)
    for column in ("statement_summary", "holder_name", "demand_label", "condition_demand_label"):
        assert stances.columns.get_loc(column) > 0
    assert stances["demand_label"].notna().all()
    for name, table in schema.package().tables.items():
        wide = loaders.load(name, expand=True)
        for key in table.foreign_keys:
            label = query.label_column(schema.package().tables[key.table])
            if label:
                assert f"{key.fields[0].removesuffix('_id')}_{label}" in wide.columns


def test_where_and_columns():
    denied = summitry.load_statements(where={"act": "deny", "said_from": "2025-08-22"}, columns=["act", "statement_id"])
    assert denied.columns.tolist() == ["act", "statement_id"]
    assert set(denied["act"]) == {"deny"}
    either = summitry.load_statements(where={"act": ["deny", "accuse"]})
    assert set(either["act"]) == {"deny", "accuse"}
    assert summitry.load_statements(where={"said_from": None})["said_from"].isna().all()
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'deny'"):
        summitry.load_statements(where={"act": "denny"})
    with pytest.raises(errors.UnknownNameError, match="speaker_id"):
        summitry.load_statements(where={"speaker": "x"})
    with pytest.raises(errors.UnknownNameError, match="summary"):
        summitry.load_statements(columns=["sumary"])
    with pytest.raises(errors.InputError, match="integer"):
        summitry.load_mentions(where={"span_start": "first"})


def test_as_of_hides_what_was_not_known():
    day = dt.date(2025, 8, 22)
    before = summitry.load_all(as_of="2025-08-07")
    for name in ("sources", "mentions", "statements", "stances", "event_reports", "events", "event_actors"):
        assert before[name].empty, name
    assert len(before["actors"]) == len(summitry.load_actors())
    known = summitry.load_all(as_of=day)
    assert known["sources"]["published_on"].max().date() <= day
    assert set(known["mentions"]["source_id"]) <= set(known["sources"]["source_id"])
    assert set(known["statements"]["statement_id"]) == set(known["mentions"]["statement_id"])
    assert set(known["stances"]["mention_id"]) <= set(known["mentions"]["mention_id"])
    assert set(known["statements"]["occasion_id"].dropna()) <= set(known["events"]["event_id"])
    assert "var-matin-2025-08-22" in set(known["sources"]["source_id"])
    with pytest.raises(errors.InputError, match="such as '2025-08-20'"):
        summitry.load_statements(as_of="20 August")


@pytest.mark.parametrize("written", ["zelenskyy", "ZELENSKIY", "Volodymyr Zelensky", "zelénsky"])
def test_search_finds_an_actor_by_any_name(written):
    assert summitry.search(written)["actor_id"].iloc[0] == "volodymyr-zelensky"


def test_search_knows_metonyms_and_finds_nobody_for_nothing():
    assert summitry.search("Kremlin").iloc[0][["actor_id", "found_as"]].tolist() == ["russia", "Kremlin"]
    assert summitry.search("xqzzy").empty
    assert len(summitry.search("a", limit=2)) <= 2
