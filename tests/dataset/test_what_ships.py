"""What ships: complete over its material, free of errors, and its warnings explained."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import summitry
from conftest import ROOT
from summitry import schema
from summitry.validation.pipeline import validate_dataset

HERE = Path(__file__).parent


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows(name):
    return rows_of(HERE / name)


def test_there_is_no_error_and_every_warning_has_a_reason():
    report = validate_dataset(ROOT)
    assert report.skipped == []
    assert report.count("error") == 0
    known = rows("known_warnings.csv")
    assert all(w["reason"] for w in known)
    assert all(w["key"] in (ROOT / "docs" / "limitations.md").read_text("utf-8") for w in known)
    assert [(p.rule, p.file, p.key) for p in report.problems] == [(w["rule"], w["file"], w["key"]) for w in known]


def test_every_usable_fact_of_the_material_is_a_mention_or_excluded_with_a_reason():
    addresses = summitry.load_sources()[["source_id", "url"]]
    mentions = summitry.load_mentions(expand=True).merge(addresses, on="source_id").set_index("mention_id")
    facts = rows("material_keys.csv")
    assert len({f["fact_id"] for f in facts}) == len(facts)
    assert sum(f["fact_id"].startswith("F") for f in facts) == 732
    for fact in facts:
        assert bool(fact["mention_id"]) != bool(fact["excluded"]), fact["fact_id"]
        if not fact["excluded"]:
            assert mentions.loc[fact["mention_id"], "url"] == fact["url"], fact["fact_id"]


def test_every_remark_of_2025_is_in_the_list():
    assert sum(f["fact_id"].startswith("P") for f in rows("material_keys.csv")) == 3830


def test_every_judged_fault_has_a_verdict_a_reason_and_evidence():
    judged = rows("judged_faults.csv")
    assert len({j["number"] for j in judged}) == len(judged)
    assert {j["verdict"] for j in judged} == {"accept", "accept_changed", "refuse", "defer"}
    assert all(j["reason"] and j["evidence"] for j in judged)


def test_the_rows_say_what_every_accepted_change_says():
    """A change has a table, a row's key and a column's new value; without a column it says whether the row exists."""
    accepted = {j["number"] for j in rows("judged_faults.csv") if j["verdict"].startswith("accept")}
    package = schema.package()
    shipped = {}
    for name in package.tables:
        table = rows_of(ROOT / "data" / f"{name}.csv")
        shipped[name] = {",".join(row[k] for k in package.table(name).primary_key): row for row in table}
    for change in rows("judged_changes.csv"):
        row = shipped[change["table"]].get(change["key"])
        found = (row or {}).get(change["column"]) if change["column"] else "absent" if row is None else "present"
        assert found == change["value"], change
        assert change["number"] in accepted, change


def test_everything_was_said_in_the_window():
    """The window is of what was said: a page may be published later, and its first ones look back two days."""
    sources, statements = summitry.load_sources(), summitry.load_statements()
    assert sources["published_on"].between("2025-02-12", "2026-01-31").all()
    assert statements["said_to"].dropna().between("2025-02-10", "2025-12-31").all()


def test_no_prose_of_others():
    quotes = summitry.load_mentions()["quote"].dropna()
    assert quotes.str.split().str.len().max() <= 25
    statements = summitry.load_statements().set_index("statement_id")
    mentions = summitry.load_mentions().dropna(subset="quote")
    long = mentions[mentions["quote"].str.split().str.len() >= 8]
    summaries = statements.loc[long["statement_id"], "summary"].to_list()
    copied = [q for q, s in zip(long["quote"], summaries, strict=True) if q.casefold() in s.casefold()]
    assert copied == []


def test_one_speech_act_is_one_row():
    """A statement that several outlets report has several mentions; no source reports it in one span twice."""
    mentions = summitry.load_mentions()
    assert mentions["statement_id"].value_counts().max() > 5
    assert not mentions.dropna(subset="span_start").duplicated(["statement_id", "source_id", "span_start"]).any()


def test_all_that_is_said_in_one_interview_or_post_has_one_channel():
    events = summitry.load_events().set_index("event_id")["kind"]
    said = summitry.load_statements().dropna(subset="occasion_id")
    said = said[said["occasion_id"].map(events).isin(["interview", "post"])]
    channels = said.groupby("occasion_id")["channel_id"].nunique(dropna=False)
    assert list(channels[channels > 1].index) == []


NEAR_MISS = re.compile(r"\(`([^`]*-2025-(\d\d)-[^`]*)`\): (?:`([^`]+)`|empty)")


@pytest.mark.parametrize("table", ["statements", "stances", "mentions"])
def test_near_misses_are_rows_of_each_quarter_with_the_value_that_they_show(table):
    """A near miss that names a row is written “words (`id`): `value`”; such columns have some of each quarter."""
    shown = schema.package().table(table)
    found = {r[shown.primary_key[0]]: r for r in rows_of(ROOT / "data" / f"{table}.csv")}
    for field in shown.fields:
        text = "".join([field.description, *(rule.near_miss for rule in field.decision_rules)])
        named = NEAR_MISS.findall(text)
        assert all(found[key][field.name] == value for key, _, value in named), field.name
        quarters = {(int(month) - 1) // 3 for _, month, _ in named}
        wanted = field.decision_rules or field.name in {"holder_id", "target_id"}
        assert quarters == ({0, 1, 2, 3} if wanted else set()), field.name


def test_who_states_something_jointly_is_listed():
    """A joint statement counts only for those who are listed, so a list with gaps needs a reason."""
    actors, speakers = summitry.load_actors(), set(summitry.load_statements()["speaker_id"])
    assert (actors["members_complete"].notna() == (actors["kind"] == "group")).all()
    gaps = set(actors.loc[~actors["members_complete"].fillna(value=True), "actor_id"]) & speakers
    assert gaps == {
        "european-leaders-21-october-2025",  # others joined later; no page names them all
        "ukraine-and-european-partners",  # a text that the press printed, with nobody's signature
    }


def test_somebody_wrote_proposed_or_signed_each_document():
    parts = summitry.load_document_actors(columns=["document_id", "role"])
    made = parts.loc[parts["role"] != "recipient", "document_id"]
    assert set(summitry.load_documents()["document_id"]) == set(made)


@pytest.mark.parametrize("name", ["actors", "locations"])
def test_identifiers_are_those_that_were_verified(name):
    """No identifier is repeated; what is not known is empty."""
    frame = getattr(summitry, f"load_{name}")()
    for column in ("wikidata_id", "geonames_id", "iso_3166_2"):
        if column in frame:
            assert not frame[column].dropna().duplicated().any()


def test_the_reference_tables_are_used():
    """An actor, event, place or demand that no row names would be a loose end."""
    everything = summitry.load_all()
    named: dict[str, set[str]] = {}
    for name, table in schema.package().tables.items():
        for key in table.foreign_keys:
            named.setdefault(key.table, set()).update(everything[name][key.fields[0]].dropna())
    for name in ("actors", "events", "locations", "sources", "mentions"):
        key = schema.package().table(name).primary_key[0]
        loose = set(everything[name][key]) - named[name]
        assert loose == set() or name == "mentions", (name, loose)


def test_the_collection_has_each_source_once_with_its_address_and_day():
    pages = summitry.load_collection().dropna(subset="source_id")
    sources = summitry.load_sources()
    both = sources.merge(pages, on="source_id", how="outer", indicator=True)
    assert (both["_merge"] == "both").all()
    assert len(both) == len(sources)
    assert (both["url"].fillna(both["text_path"]) == both["page"]).all()
    assert (both["published_on"] == both["day"]).all()


def test_a_language_has_one_form():
    tags = {tag for name in ("sources", "actor_names", "demand_names", "location_names") for tag in tags_of(name)}
    tags |= tags_of("mentions", "quote_language")
    assert [tag for tag in tags if re.search("-[A-Z]{2}$", tag)] == []  # a country says nothing of the words
    assert not tags & {"no", "sh"}  # each stands for several that have a code of their own


def tags_of(table, column="language"):
    return {row[column] for row in rows_of(ROOT / "data" / f"{table}.csv")} - {""}
