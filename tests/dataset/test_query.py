"""Engines agree, ids are spelled out, and a day hides what was not known on it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import summitry
from conftest import every_table
from own_tables import arrow
from summitry import errors, schema
from summitry.dataset import dated, expansion, loaders

TABLES = list(schema.package().tables)


def plain(value):
    """A cell as Python knows it, whatever the engine."""
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


@every_table(TABLES)
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
            label = expansion.label_column(schema.package().tables[key.table])
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
    before = summitry.load_all(as_of="2025-01-31")
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


SEVERAL = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "generator": lambda values: (v for v in values),
    "Series": pd.Series,
    "Index": pd.Index,
    "array": np.array,
    "Arrow": pa.array,
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_several_values_of_any_kind(kind):
    rows = summitry.load_statements(where={"act": SEVERAL[kind](["deny", "accuse"])})
    assert set(rows["act"]) == {"deny", "accuse"}
    days = pd.to_datetime(["2025-08-20", "2025-08-22"])
    on_days = summitry.load_statements(where={"said_from": SEVERAL[kind](days)})
    assert set(on_days["said_from"]) == set(days)


@pytest.mark.parametrize("empty", [None, float("nan"), pd.NA, pd.NaT, [None], pd.Series([pd.NaT])])
def test_what_pandas_calls_missing_is_an_empty_cell(empty):
    found = summitry.load_statements(where={"said_to": empty})
    assert len(found) == summitry.load_statements()["said_to"].isna().sum()


def test_a_name_is_found_in_either_normal_form():
    name = next(n for n in summitry.load_actors()["name"] if not n.isascii())
    for form in ("NFC", "NFD"):
        assert list(summitry.load_actors(where={"name": unicodedata.normalize(form, name)})["name"]) == [name]


def test_comparisons():
    day = pd.Timestamp("2025-08-20")
    every = summitry.load_statements()["said_from"]
    for sign, fits in ((">=", every >= day), ("<=", every <= day), (">", every > day), ("<", every < day)):
        found = summitry.load_statements(where={"said_from": (sign, day)})
        assert len(found) == fits.sum() > 0
    between = summitry.load_statements(where={"said_from": [(">=", "2025-08-20"), ("<", dt.date(2025, 8, 22))]})
    assert len(between) == ((every >= day) & (every < pd.Timestamp("2025-08-22"))).sum()
    other = summitry.load_statements(where={"act": ("!=", ["deny", "accuse"])})
    assert {"deny", "accuse"} & set(other["act"]) == set()
    assert len(summitry.load_mentions(where={"span_start": (">", 100)})) > 0
    with pytest.raises(errors.InputError, match="needs one number or day"):
        summitry.load_statements(where={"act": (">", "deny")})


@pytest.mark.parametrize("columns", [[], ["act", "act"]])
def test_columns_are_one_or_several_each_once(columns):
    with pytest.raises(errors.InputError, match="each once"):
        summitry.load_statements(columns=columns)


def test_names_beside_ids_can_be_asked_for():
    by_id = summitry.load_statements(where={"speaker_id": "sergey-lavrov"})
    by_name = summitry.load_statements(where={"speaker_name": "Sergey Lavrov"})
    pd.testing.assert_frame_equal(by_id, by_name)
    wide = summitry.load_statements(where={"speaker_name": "Sergey Lavrov"}, expand=True)
    assert set(wide["speaker_name"]) == {"Sergey Lavrov"}
    narrow = summitry.load_statements(columns=["statement_id", "role_title"])
    assert narrow.columns.tolist() == ["statement_id", "role_title"]
    assert summitry.load_statements(columns="act").columns.tolist() == ["act"]
    assert summitry.load_statements(columns="act", where={"speaker_id": "sergey-lavrov"}).shape == (len(by_id), 1)


@pytest.mark.parametrize(
    ("table", "column", "given", "meant"),
    [
        ("statements", "speaker_id", "putin", "vladimir-putin"),
        ("statements", "speaker_id", "us", "united-states"),
        ("statements", "statement_id", "lavrov-2025-08-22-no-meeting", "lavrov-2025-08-22-no-meeting-planned"),
        ("statements", "speaker_name", "Lavrov", "Sergey Lavrov"),
        ("stances", "demand_id", "putin zelensky meeting", "putin-zelensky-meeting"),
        ("events", "location_id", "white house", "white-house"),
    ],
)
def test_an_unknown_id_or_name_is_answered_with_the_nearest(table, column, given, meant):
    with pytest.raises(errors.UnknownNameError, match=f"No {column} is {given!r}. Did you mean {meant!r}"):
        loaders.load(table, where={column: given})


def test_a_known_id_that_no_row_has_gives_no_rows():
    silent = set(summitry.load_actors()["actor_id"]) - set(summitry.load_statements()["speaker_id"])
    assert summitry.load_statements(where={"speaker_id": min(silent)}).empty


def test_a_withdrawn_id_means_the_one_that_replaces_it():
    old, new = "attacker-gains-nothing", "settlement-gives-russia-no-gain"
    found = summitry.load_stances(where={"demand_id": old})
    assert set(found["demand_id"]) == {new}
    with pytest.raises(errors.UnknownNameError, match="No role_id is 'unnamed-senior-canadian-official'"):
        summitry.load_roles(where={"role_id": "unnamed-senior-canadian-official"})


def test_a_withdrawn_id_that_nothing_replaces_is_answered_with_the_reason():
    withdrawn = summitry.load_withdrawn()
    gone = withdrawn[withdrawn["replaced_by"].isna()].drop_duplicates("table_name")
    assert len(gone) > 1
    for row in gone.itertuples():
        key = schema.package().table(row.table_name).primary_key[0]
        with pytest.raises(errors.UnknownNameError) as refused:
            loaders.load(row.table_name, where={key: row.id})
        assert str(refused.value) == f"No {key} is {row.id!r}. It was withdrawn in version {row.version}: {row.reason}"


def test_since_and_until_are_days_on_which_it_was_said():
    week = {"since": "2025-08-15", "until": dt.date(2025, 8, 22)}
    statements = summitry.load_statements(**week)
    assert statements["said_from"].min() >= pd.Timestamp("2025-08-15")
    assert statements["said_to"].max() <= pd.Timestamp("2025-08-22")
    for name in ("mentions", "stances", "event_reports"):
        assert set(loaders.load(name, **week)["statement_id"]) <= set(statements["statement_id"])
    sources = summitry.load_sources(**week)
    assert sources["published_on"].between("2025-08-15", "2025-08-22").all()
    assert len(sources) == summitry.load_sources()["published_on"].between("2025-08-15", "2025-08-22").sum()
    one_day = summitry.load_codings(since="2025-08-20", until="2025-08-20")
    assert 0 < len(one_day) < len(summitry.load_codings())


def test_a_range_of_days_counts_where_it_surely_lies_inside():
    table = schema.package().table("statements")
    ranges = [(10, 12), (None, 12), (10, None), (None, None)]  # of August
    said = [[d and dt.date(2025, 8, d) for d in pair] for pair in ranges]
    rows = [{"statement_id": str(i), "said_from": a, "said_to": b} for i, (a, b) in enumerate(said)]
    ranged = arrow(table, rows)

    def found(since, until):
        return "".join(dated.between("statements", ranged, since, until)["statement_id"].to_pylist())

    assert found("2025-08-10", None) == "02"  # from an unknown first day it may have been said before
    assert found(None, "2025-08-12") == "01"
    assert found("2025-08-10", "2025-08-12") == "0"
    assert found("2025-08-11", "2025-08-12") == ""  # said on the 10th, perhaps
    assert found("2025-08-10", "2025-08-11") == ""


def test_an_office_counts_where_it_is_held_on_one_of_the_days():
    early, late = summitry.load_roles(until="1999-01-01"), summitry.load_roles(since="2025-08-01")
    begun = summitry.load_roles()["valid_from"]
    assert len(early) == (begun.isna() | (begun <= pd.Timestamp("1999-01-01"))).sum()
    assert len(late) > 0


def test_days_that_cannot_be_are_answered():
    with pytest.raises(errors.InputError, match="The rows of actors have neither a day nor a statement"):
        summitry.load_actors(since="2025-08-15")
    with pytest.raises(errors.InputError, match="until is 2025-08-01, which is before since, 2025-08-02"):
        summitry.load_statements(since="2025-08-02", until="2025-08-01")
    with pytest.raises(errors.InputError, match=r"since is 'August'; give a calendar day"):
        summitry.load_statements(since="August")
    for name in TABLES:
        text = loaders.docstring(schema.package().table(name), schema.package())
        assert ("since, until: an error" in text) == (dated.home(name) is None)


@pytest.mark.parametrize("written", ["zelenskyy", "ZELENSKIY", "Volodymyr Zelensky", "zelénsky"])
def test_search_finds_an_actor_by_any_name(written):
    assert summitry.search(written)["id"].iloc[0] == "volodymyr-zelensky"


@pytest.mark.parametrize(
    ("written", "table", "meant"),
    [
        ("putin", "actors", "vladimir-putin"),
        ("us", "actors", "united-states"),
        ("eu", "actors", "european-union"),
        ("kremlin", "actors", "russia"),
        ("putin zelensky meeting", "demands", "putin-zelensky-meeting"),
        ("moscow kremlin", "locations", "kremlin"),
        ("king", "actors", "charles-iii"),  # a whole word before the beginning of “Kingdom”
        ("odessa", "locations", "odesa"),
    ],
)
def test_search_puts_a_whole_name_first_in_every_table(written, table, meant):
    found = summitry.search(written)
    assert found.iloc[0][["table", "id"]].tolist() == [table, meant]
    assert set(summitry.search(written, table=table)["table"]) == {table}


def test_search_finds_events_that_were_known():
    events = summitry.load_events()
    named = events["name"].iloc[0]
    assert summitry.search(named, table="events")["id"].iloc[0] in set(events.loc[events["name"] == named, "event_id"])
    assert summitry.search(named, table="events", as_of="2025-01-01").empty


@pytest.mark.parametrize(
    ("written", "found"), [("alaska", "alaska-summit-2025-08-15"), ("geneva", "geneva-talks-2025-11-23")]
)
def test_search_has_first_the_event_of_which_most_statements_speak(written, found):
    assert summitry.search(written, table="events")["id"].iloc[0] == found


def test_search_finds_events_by_the_name_of_their_place():
    assert {"alaska-summit-2025-08-15"} <= set(summitry.search("anchorage", table="events")["id"])


def test_search_finds_plans_by_what_everybody_calls_them():
    assert {"us-plan-of-28-points-2025-11", "plan-of-20-points-2025-12"} <= set(summitry.search("peace plan")["id"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("28-point plan", "plan-of-28-points-as-basis"),  # one of its other names
        ("POW", "prisoners-exchanged"),
        ("перемирие", "ceasefire"),
        ("points plan of 28", "plan-of-28-points-as-basis"),  # another order
        ("Tomahawk", "us-long-range-missiles-for-ukraine"),  # the beginning of a longer word
        ("Patriot", "air-defence-for-ukraine"),  # the singular of a whole name, before a newspaper with this word
        ("freeze the front", "front-frozen-at-current-line"),
        ("Euroclear", "frozen-assets-back-loan"),
        ("energy facilities and arms factories", "ukraine-strikes-inside-russia"),  # in the words of statements only
    ],
)
def test_search_finds_a_demand_by_the_words_that_people_use(written, meant):
    demands = summitry.search(written, table="demands")
    assert demands["id"].iloc[0] == meant
    assert meant == summitry.search(written)["id"].iloc[0]


def test_letters_of_an_acronym_in_another_word_are_no_find():
    assert set(summitry.search("POW")["id"]) == {"prisoners-exchanged"}  # and not power
    assert set(summitry.search("SWIFT")["found_as"]) == {"SWIFT"}  # and not a swift end
    assert set(summitry.search("ZAES")["id"]) == set(summitry.search("ZNPP")["id"])
    assert summitry.search("SMO").empty
    assert not summitry.search("swiftest").empty  # in the words of statements


def test_search_by_the_words_of_statements_knows_only_what_was_said_by_then():
    assert summitry.search("factories", table="demands", as_of="2025-06-30").empty


def test_a_whole_name_needs_no_words_of_statements():
    assert "demands" not in set(summitry.search("Steve Witkoff", limit=1000)["table"])


def test_search_finds_nothing_for_nothing():
    assert summitry.search("xqzzy").empty
    assert len(summitry.search("a", limit=2)) <= 2
    with pytest.raises(errors.UnknownNameError, match="The tables to search are: actors, demands"):
        summitry.search("a", table="sources")


def test_a_document_is_known_with_a_mention_of_its_actors_or_clauses():
    """The principles of August were first described on 22 August."""
    for day, known in (("2025-08-21", False), ("2025-08-22", True)):
        ids = set(summitry.load_documents(as_of=day)["document_id"])
        assert ("us-principles-of-august-2025" in ids) == known
        assert set(summitry.load_document_clauses(as_of=day)["document_id"]) <= ids


def test_earlier_versions_of_a_known_document_are_known():
    from summitry.dataset import query, storage

    first, second = "istanbul-draft-2022", "us-principles-of-august-2025"
    documents = [d for d in storage.read_arrow("documents").to_pylist() if d["document_id"] in (first, second)]
    versions = [{**documents[0], "version_of_id": second}, documents[1]]
    own = {"documents": versions, "document_actors": []}

    def read(name):
        table = storage.read_arrow(name)
        if name == "document_clauses":
            return table.filter(pc.equal(table["document_id"], first))
        return arrow(schema.package().table(name), own[name]) if name in own else table

    assert query.known("documents", dt.date(2025, 8, 31), read)["document_id"].to_pylist() == [first, second]
