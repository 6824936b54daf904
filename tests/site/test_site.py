"""The static site: what is on its pages, and what never gets onto them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import hashlib
import itertools
import json
import posixpath
import re
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import summitry
from summitry import paths
from summitry.analysis import inputs
from summitry.errors import InputError, MissingExtraError
from summitry.schema import model
from summitry.site import findings, gallery, guide, records, strips, tables
from summitry.site import folder as output
from summitry.site import pages as site
from summitry.words import web_address

pytest.importorskip("matplotlib", reason="the pictures need the extra 'pictures'")
jinja2 = pytest.importorskip("jinja2", reason="the pages need the extra 'site'")

EVIL = '<script>alert("1")</script>'


def day(n):
    return dt.date(2025, 8, n)


def row(package, table, **cells):
    """A row with every column of its table; what is not given is empty."""
    return {**dict.fromkeys(package.table(table).names), **cells}


def one_statement(package):
    """One speaker who says one thing on 22 August, reported by two pages, with one position on one demand."""
    made = {name: [] for name in package.tables}
    made["actors"] = [
        row(package, "actors", actor_id="ann", name="Ann & Co", kind="person", belligerent=False),
        row(package, "actors", actor_id="paper", name="The Paper", kind="media", belligerent=False),
    ]
    made["sources"] = [
        row(package, "sources", source_id="p1", kind="press", publisher_id="paper", title=EVIL, language="en",
            url="https://example.org/1", published_on=day(23), published_on_basis="stated"),
        row(package, "sources", source_id="p2", kind="press", publisher_id="paper", title="Two", language="fr",
            url="javascript:alert(2)", published_on=day(22), published_on_basis="stated"),
    ]  # fmt: skip
    made["statements"] = [
        row(package, "statements", statement_id="s1", speaker_id="ann", act="deny", issue="territory",
            said_from=day(22), said_to=day(22), date_basis="stated", summary="Ann says <no>."),
    ]  # fmt: skip
    made["mentions"] = [
        row(package, "mentions", mention_id="m1", statement_id="s1", source_id="p1", form="direct",
            quote='"><img src=x onerror=alert(3)>', quote_language="en", translated="no"),
        row(package, "mentions", mention_id="m2", statement_id="s1", source_id="p2", form="indirect"),
    ]  # fmt: skip
    made["demands"] = [
        row(package, "demands", demand_id="d1", label="A swap", proposition="Both swap.", issue="territory")
    ]
    made["stances"] = [
        row(package, "stances", stance_id="t1", statement_id="s1", mention_id="m1", holder_id="ann", demand_id="d1",
            position="rejects", attribution="self"),
    ]  # fmt: skip
    return made


@pytest.fixture
def rows(package):
    """The rows of one statement, to be changed."""
    return one_statement(package)


@pytest.fixture(scope="module")
def resources():
    return json.loads(paths.descriptor().read_text("utf-8"))["resources"]


@pytest.fixture(scope="module")
def found(package):
    """What the analyses say of one statement."""
    rows, tables = one_statement(package), package.tables.values()
    frames = {t.name: inputs.typed(pd.DataFrame(rows[t.name], columns=t.names), t.name) for t in tables}
    return findings.compute(frames)


@pytest.fixture
def made(rows, package, resources, found):
    """Make the pages, of these rows or with other arguments."""
    return lambda rows=rows, **given: dict(site.pages(rows, package, resources, given.pop("found", found), **given))


@pytest.fixture(scope="module")
def pages(package, resources, found):
    """The pages of one statement."""
    return dict(site.pages(one_statement(package), package, resources, found))


class Page(HTMLParser):
    """The addresses, the ids and the elements of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.tags, self.handlers = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        self.links += [given[n] for n in ("href", "src") if n in given]
        self.ids += [given["id"]] if "id" in given else []
        self.handlers += [n for n in given if n.startswith("on") or n == "style"]


def html(pages):
    return {path: text for path, text in pages.items() if path.endswith(".html")}


def test_a_statement_is_shown_with_its_reports_in_order_of_publication(pages):
    for path in ("days/2025-08-22.html", "statements/s1.html", "actors/ann.html"):
        text = pages[path]
        assert "Ann says &lt;no&gt;." in text
        assert text.index("22 August 2025:") < text.index("23 August 2025:")
        assert '<a class="out" href="https://example.org/1"' in text
        assert "2 reports" in text


def test_nothing_from_the_web_becomes_an_element_or_an_address(pages):
    for path, text in html(pages).items():
        page = Page(text)
        assert not page.handlers, path
        assert not [a for a in page.links if a.lower().startswith(("javascript:", "data:"))], path
        scripts = [attrs for tag, attrs in page.tags if tag == "script"]
        assert all("src" in a or a.get("type") == "application/ld+json" for a in scripts), path
        assert not [t for t, a in page.tags if t == "img" and a.get("src") == "x"], path
    assert "javascript:alert(2)" in pages["tables/sources.html"]  # shown as what it is


def test_every_page_forbids_requests_to_others_and_loads_only_its_own_files(pages):
    for path, text in html(pages).items():
        page = Page(text)
        policies = [a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
        assert policies, path
        assert policies[0].startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'")
        loaded = [a.get("src") or a.get("href") for t, a in page.tags if t in ("script", "img", "link")]
        assert not [a for a in loaded if a and "//" in a], path


def leads_nowhere(files):
    """The links within a site that no file or place answers, as page and link; and how many there are in all."""
    parsed = {path: Page(text) for path, text in html(files).items()}
    followed, lost = 0, []
    for path, page in parsed.items():
        assert len(page.ids) == len(set(page.ids)), path
        ids = set(page.ids)
        for link in page.links:
            if "//" in link or link.startswith("javascript:"):
                continue
            followed += 1
            target, _, place = link.partition("?")[0].partition("#")
            full = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            there = ids if full == path else parsed[full].ids if full in parsed else ()
            if full not in files or (place and place not in there):
                lost.append((path, link))
    return lost, followed


def test_every_link_within_the_site_leads_somewhere(pages, resources):
    others = dict.fromkeys(
        [*site.static_files(), *(r["path"] for r in resources), "datapackage.json", "SHA256SUMS"], ""
    )
    lost, followed = leads_nowhere({**pages, **others})
    assert lost == []
    assert followed > len(pages)


def test_a_link_that_leads_nowhere_is_noticed():
    files = {
        "a.html": '<a href="b.html">b</a><a href="#x">x</a>',
        "b.html": "",
        "c/d.html": '<a href="../b.html#y">y</a>',
    }
    assert leads_nowhere(files)[0] == [("a.html", "#x"), ("c/d.html", "../b.html#y")]


def test_every_actor_has_a_page_with_names_and_identifiers(rows, made, package):
    rows["actors"][0] |= {"wikidata_id": "Q1", "part_of_id": "land"}
    rows["actors"].append(row(package, "actors", actor_id="land", name="Land", kind="state", belligerent=True))
    rows["actor_names"] = [
        row(package, "actor_names", name="Анна", actor_id="ann", kind="transliteration", language="ru")
    ]
    rows["roles"] = [
        row(package, "roles", role_id="r", person_id="ann", organization_id="land", title="Minister", valid_from=day(1))
    ]
    text = made()["actors/ann.html"]
    assert "Minister" in text
    assert ", since 1 August 2025" in text
    assert '<span lang="ru">Анна</span>' in text
    assert 'href="https://www.wikidata.org/wiki/Q1"' in text
    assert '<dt>Party</dt><dd><a href="../actors/land.html">Land</a>' in text
    assert "The Paper" in made()["actors/paper.html"]


def test_people_are_sorted_by_family_name():
    def sorted_as(name, country=None, kind="person"):
        return records.family_name({"name": name, "kind": kind, "country_code": country})

    names = [("Sergey Lavrov", "RU"), ("Lin Jian", "CN"), ("Donald Trump", "US"), ("Pope Leo XIV", "VA")]
    assert sorted(names, key=lambda n: sorted_as(*n)) == [names[0], names[1], names[3], names[2]]
    assert sorted_as("Ministry of Defence", kind="government_body") == "ministry of defence"


def test_a_demand_shows_the_position_of_a_party_with_the_words_of_its_people(pages):
    text = pages["demands/d1.html"]
    assert 'aria-label="22 August 2025: rejects"' in text
    assert '<h3 id="ann">' in text
    assert '<a href="../statements/s1.html">Ann says &lt;no&gt;.</a>' in text
    assert "last said 22 August 2025" in text
    assert "since 22 August 2025" not in text  # which would say the same twice


def stance_of_ann(n, towards, inferred_by=None, attribution="self"):
    """A stance that counts for Ann, as the pages have it."""
    return {
        "statement": {"day": day(n)}, "direction": towards, "inferred_by": inferred_by, "attribution": attribution
    }  # fmt: skip


@pytest.mark.parametrize(
    ("others", "last"),
    [
        ([], 10),
        ([stance_of_ann(12, "for", "part_of")], 10),  # follows from another demand
        ([stance_of_ann(12, "against")], 10),  # another side
        ([stance_of_ann(12, "for", attribution="narrator")], 10),  # what others say
        ([stance_of_ann(12, "for")], 12),
        ([stance_of_ann(12, "for", "contrary")], 12),
    ],
)
def test_a_side_is_last_stated_by_words_on_the_demand_itself(others, last):
    position = {"demand_id": "d1", "actor_id": "ann", "attribution": "self", "direction": "for", "last_said": day(20)}
    records.add_last_stated([position], {"d1": {"ann": [stance_of_ann(10, "for"), *others]}})
    assert position["last_stated"] == day(last)
    records.add_last_stated([position], {"d1": {"ann": [stance_of_ann(12, "for", "part_of")]}})
    assert position["last_stated"] == day(20)  # all of it follows


@pytest.mark.parametrize(("end", "shown"), [(dt.date(2026, 2, 20), False), (dt.date(2026, 2, 21), True)])
def test_a_side_that_was_last_stated_half_a_year_before_the_end_says_so(rows, made, end, shown):
    rows["statements"].append({**rows["statements"][0], "statement_id": "s2", "said_from": end, "said_to": end})
    rows["mentions"].append({**rows["mentions"][0], "mention_id": "m3", "statement_id": "s2"})
    text = made()
    for path in ("index.html", "actors/ann.html"):
        assert ("last said then" in text[path]) == shown


@pytest.mark.parametrize(("proposition", "shown"), [("A swap.", False), ("Both swap.", True)])
def test_a_proposition_that_repeats_the_label_is_left_out(rows, made, proposition, shown):
    rows["demands"][0]["proposition"] = proposition
    pages = made()
    for path in ("demands.html", "demands/d1.html"):
        assert (proposition in pages[path]) == shown


def test_a_speaker_has_the_positions_of_their_own_words(made, found):
    text = made(found=dataclasses.replace(found, positions=(), speakers=found.positions))["actors/ann.html"]
    assert "The latest position on each demand, by the words of Ann &amp; Co." in text


def test_the_page_of_the_data_says_how_to_get_one_file_and_open_it_in_a_spreadsheet(pages):
    for words in ("summitry export xlsx", "summitry export duckdb", "UTF-8", "pip install '."):
        assert words in pages["data.html"]


def test_a_latest_position_may_depend_on_several_demands(rows, made, package, found):
    rows["demands"] += [
        row(package, "demands", demand_id=f"d{n}", label=f"Condition {n}", proposition="So.", issue="territory")
        for n in (2, 3)
    ]
    latest = dataclasses.replace(found, positions=[{**p, "condition_demand_id": "d2;d3"} for p in found.positions])
    text = made(found=latest)["demands/d1.html"]
    assert 'on condition: <a href="../demands/d2.html">Condition 2</a>, <a href="../demands/d3.html">' in text


def test_an_event_shows_what_was_said_there_and_who_asserts_it(rows, made, package):
    rows["events"] = [row(package, "events", event_id="talks", name="Talks", kind="meeting", status="occurred",
                          start_on=day(22), end_on=day(23), date_precision="day")]  # fmt: skip
    rows["event_actors"] = [row(package, "event_actors", event_id="talks", actor_id="ann", role="host")]
    rows["event_reports"] = [row(package, "event_reports", event_id="talks", statement_id="s1", mention_id="m1",
                                 verdict="denies", as_status="occurred")]  # fmt: skip
    rows["statements"][0]["occasion_id"] = "talks"
    text = made()["events/talks.html"]
    assert "22 August 2025 to 23 August 2025" in text
    assert re.search(r"<h3>22 August 2025</h3>\s*<ul class=\"list\">\s*<li>Denies: ", text)
    assert "1 statement made there" in text


def test_the_events_of_an_actor_are_in_the_order_of_time_with_their_days(rows, made, package):
    days = {"a-late": day(20), "undated": None, "b-early": day(2)}
    rows["events"] = [
        row(package, "events", event_id=name, name=name, kind="meeting", status="occurred", start_on=start,
            date_precision="day" if start else "unknown")
        for name, start in days.items()
    ]  # fmt: skip
    rows["event_actors"] = [
        row(package, "event_actors", event_id=name, actor_id="ann", role=role)
        for name in days
        for role in ("host", "participant")
    ]
    listed = re.findall(r'<li>([^<]*): <a href="../events/([^.]+).html">', made()["actors/ann.html"])
    assert listed == [("2 August 2025", "b-early"), ("20 August 2025", "a-late"), ("undated", "undated")]


def test_a_source_shows_the_statements_that_it_reports(pages):
    assert '<a href="../statements/s1.html">' in pages["sources/p1.html"]


def test_a_source_whose_headline_was_not_seen_is_named_by_outlet_and_day(rows, made):
    rows["sources"][1]["title"] = None
    pages = made(rows)
    assert '<h1 lang="en">Page of The Paper, 22 August 2025</h1>' in pages["sources/p2.html"]
    assert ">Page of The Paper, 22 August 2025</a>" in pages["sources.html"]


def test_an_id_that_was_withdrawn_leads_to_its_successor(rows, made, package):
    rows["withdrawn"] = [
        row(
            package, "withdrawn", table_name="statements", id="old", reason="Merged.", replaced_by="s1", version="0.3.0"
        ),
        row(package, "withdrawn", table_name="demands", id="gone", reason="Nobody said it.", version="0.3.0"),
    ]
    made_pages = made()
    assert '<a href="s1.html">s1</a>' in made_pages["statements/old.html"]
    assert "Nobody said it." in made_pages["demands/gone.html"]


def test_a_table_has_its_downloads_and_rows_and_the_codebook_its_columns(pages, resources, package):
    text = pages["tables/statements.html"]
    for resource in resources:
        if resource["path"].startswith("data/statements."):
            assert f'href="../{resource["path"]}" download' in text
            assert resource["hash"].removeprefix("sha256:") in text
    assert '<a href="../statements/s1.html">s1</a>' in text
    codebook = pages["codebook/statements.html"]
    for field in package.table("statements").fields:
        assert f'id="{field.name}"' in codebook
    assert "Near miss" in codebook


@pytest.mark.parametrize(
    ("table", "column", "address"),
    [
        ("statements", "statement_id", "../statements/s.html"),
        ("statements", "speaker_id", "../actors/a.html"),
        ("stances", "stance_id", "../statements/s.html#t"),
        ("stances", "mention_id", "../statements/s.html#m"),
        ("events", "location_id", "../places/l.html"),
        ("roles", "role_id", "../actors/a.html"),
    ],
)
def test_ids_are_links(package, table, column, address):
    cells = {
        "statement_id": "s",
        "stance_id": "t",
        "mention_id": "m",
        "speaker_id": "a",
        "person_id": "a",
        "role_id": "r",
    }
    link = tables.links(package.table(table))[column]
    assert link.address({**cells, "location_id": "l"}) == address


def test_ids_of_a_table_that_no_column_names_are_links(rows, made, package):
    rows["codings"] = [row(package, "codings", unit_id="m1", stance=0, variable="act", coder="r1-a", value="assert")]
    rows["withdrawn"] = [
        row(package, "withdrawn", table_name="stances", id="old", reason="No.", replaced_by="t1", version="0.3.0"),
        row(package, "withdrawn", table_name="demands", id="d0", reason="No.", replaced_by="d1", version="0.3.0"),
    ]
    made_pages = made()
    assert '<a href="../statements/s1.html#m1">m1</a>' in made_pages["tables/codings.html"]
    assert 'var addresses = {"unit_id":{"m1":"../statements/s1.html#m1"}};' in made_pages["rows/codings.js"]
    withdrawn = made_pages["tables/withdrawn.html"]
    assert "<td>old</td>" in withdrawn
    for address, name in (("statements/s1.html#t1", "t1"), ("demands/d0.html", "d0"), ("demands/d1.html", "d1")):
        assert f'<a href="../{address}">{name}</a>' in withdrawn
    assert '"demands d1":"../demands/d1.html"' in made_pages["rows/withdrawn.js"]


def test_a_long_list_has_several_pages_and_the_first_leads_to_every_day(site_files):
    first, second = site_files["sources.html"].decode(), site_files["sources_2.html"].decode()
    assert '<a rel="next" href="sources_2.html">' in first
    assert '<a rel="prev" href="sources.html">' in second
    assert 'href="sources.html" aria-current="true"' in second
    for published in {str(s["published_on"]) for s in summitry.load_sources("pyarrow").to_pylist()}:
        assert f'id="day-{published}"' in first  # the day, or a link to it


@pytest.mark.parametrize(
    ("page", "entry"),
    [("outlets.html", "actors.html"), ("documents.html", "events.html"), ("tables/roles.html", "../data.html")],
)
def test_a_page_without_an_entry_of_the_menu_has_the_one_that_leads_to_it(pages, page, entry):
    assert f'href="{entry}" aria-current="true"' in pages[page]


def test_a_place_has_the_events_of_the_places_in_it(site_files):
    assert b"Joint Base Elmendorf" in site_files["places/alaska.html"].partition(b"Events there")[2]


def test_data_for_the_filters_has_the_cells_of_the_table(made, package):
    script = made()["search/statements.js"]
    data = json.loads(script.removeprefix("var explorer = ").removesuffix(";\n"))
    assert data["columns"]["statements"] == package.table("statements").names
    assert (
        dict(zip(data["columns"]["statements"], data["statements"][0]["cells"], strict=True))["said_from"]
        == "2025-08-22"
    )
    assert data["statements"][0]["party"] == "ann"


def test_the_search_knows_other_names(rows, made, package):
    rows["actor_names"] = [
        row(package, "actor_names", name="Ánna", actor_id="ann", kind="transliteration", language="cs")
    ]
    rows["demand_names"] = [row(package, "demand_names", name="POW", demand_id="d1", language="en")]
    pages = made()
    entries = json.loads(pages["search/names.js"].removeprefix("var entries = ").removesuffix(";\n"))
    assert ["Ann & Co", "ann & co | ann | anna", "Person", "actors/ann.html"] in entries
    assert any(path == "demands/d1.html" and " | pow | " in names for _, names, _, path in entries)
    assert '<dt>Other names</dt><dd><span lang="en">POW</span></dd>' in pages["demands/d1.html"]
    assert 'data-names="POW"' in pages["demands.html"]


def test_the_first_page_opens_with_positions_and_has_limitations_and_a_description(pages, package):
    text = pages["index.html"]
    assert text.index('<a href="demands/d1.html#ann">') < text.index("<h2>Limitations")
    described = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert described
    assert json.loads(described[1])["version"] == package.version


@pytest.mark.parametrize(
    ("position", "condition", "shown"),
    [
        ("rejects", None, "</svg> against</a>"),
        ("conditional", "if it rains", '</svg> on a condition</a> <span class="more">if it rains'),
        ("noncommittal", None, "</svg> commits to nothing</a>"),
    ],
)
def test_the_first_page_says_in_words_what_is_neither_for_nor_against_and_since_when(
    made, found, position, condition, shown
):
    direction = "against" if position == "rejects" else "open"
    (own,) = found.positions
    # the first page shows demands on which there is a coded position
    coded = [
        {**own, "actor_id": "paper"},
        {**own, "position": position, "direction": direction, "condition": condition},
    ]
    text = made(found=dataclasses.replace(found, positions=coded))["index.html"]
    cells = text.partition('class="matrix"')[2].partition("</table>")[0]
    assert shown in cells
    assert "since 22 Aug" in cells
    assert "> open<" not in cells
    assert strips.side(None, "open") == "left open"


def test_reliability_is_left_out_where_it_cannot_be_computed(pages, made):
    nothing = dict.fromkeys(("agreement", "alpha", "low", "high", "precision", "recall", "f1"))
    agreed = [
        {**nothing, "round": "r9", "units": 7, "variable": variable, **measures}
        for variable, measures in {
            "act": {"agreement": 0.9, "alpha": 0.81, "low": 0.7, "high": 0.9},
            "unitizing": {"precision": 0.75, "recall": 0.6, "f1": 0.67},
            "target": {},
        }.items()
    ]
    assert "It is not computed here" in pages["data.html"]
    text = made(found=findings.Findings(reliability=agreed))["data.html"]
    assert all(words in text for words in ("0.70 to 0.90", "precision 0.75, recall 0.60, F1 0.67", "coded once"))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//example.org", "http:", "https://a b",
            "java\nscript:alert(1)", "javascript://example.org/%0aalert(1)", "ftp://example.org/", "http://[", "", None]
)  # fmt: skip
def test_only_addresses_on_the_web_become_links(url):
    assert web_address(url) is None


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (22, 22, "22 August 2025"),
        (16, 18, "between 16 and 18 August 2025"),
        (16, None, "on or after 16 August 2025"),
        (None, 18, "on or before 18 August 2025"),
        (None, None, "undated"),
    ],
)
def test_when_it_was_said_in_words(first, last, words):
    assert records.period(first and day(first), last and day(last)) == words


def test_a_range_over_the_end_of_a_month_names_both():
    assert records.period(dt.date(2025, 7, 30), day(2)) == "between 30 July 2025 and 2 August 2025"


def test_positions_of_one_day_are_drawn_apart_lead_to_the_words_and_undated_ones_have_no_mark():
    said = [(day(1), "accepts"), (day(1), "accepts"), (day(1), "rejects"), (None, "demands")]
    stances = [
        {"stance_id": f"t{i}", "statement_id": "s", "statement": {"day": d}, "position": p}
        for i, (d, p) in enumerate(said)
    ]
    drawn = strips.strip(stances, [day(n) for n in range(1, 9)])
    assert re.findall(r'class="mark (\w+)" transform="translate\(([\d.]+) ([\d.]+)\)"', drawn) == [
        ("for", "9", "8"),
        ("against", "9", "18"),
    ]
    assert re.findall(r'href="([^"]+)"', drawn) == ["../statements/s.html#t0", "../statements/s.html#t2"]
    assert re.findall(r'aria-label="([^"]+)"', drawn) == [
        "Through time",
        "1 August 2025: accepts",
        "1 August 2025: rejects",
    ]


def test_of_a_long_time_a_strip_has_a_mark_for_each_position_that_is_new_in_its_week():
    said = [(day(4), "accepts"), (day(6), "accepts"), (day(8), "rejects"), (day(11), "accepts")]
    stances = [
        {"stance_id": f"t{i}", "statement_id": "s", "statement": {"day": d}, "position": p}
        for i, (d, p) in enumerate(said)
    ]
    drawn = strips.strip(stances, [day(1) + dt.timedelta(n) for n in range(101)])
    assert re.findall(r'aria-label="(\d[^"]+)"', drawn) == [
        "4 August 2025: accepts",
        "8 August 2025: rejects",
        "11 August 2025: accepts",
    ]


@pytest.mark.parametrize("n", [1, 24, 365])
def test_a_scale_has_few_labels(n):
    days = [dt.date(2025, 8, 1) + dt.timedelta(i) for i in range(n)]
    assert 1 <= strips.axis(days).count("<text") <= strips.MOST_LINES + 1


def test_every_position_has_a_mark(package):
    assert set(strips.SHAPES) == set(model.MARKS["shape"])
    for position in package.table("stances")["position"].enum:
        assert strips.shape(position).startswith('<svg class="mark ')


@pytest.mark.parametrize("name", ["../up", "a/b", "A", "", "a b"])
def test_an_id_that_is_no_address_is_refused(rows, name):
    rows["demands"][0]["demand_id"] = name
    with pytest.raises(InputError, match="cannot be the address of a page"):
        records.collect(rows)


def test_a_missing_table_is_named(rows):
    del rows["events"]
    with pytest.raises(InputError, match="'events'"):
        records.collect(rows)


def test_without_jinja2_the_extra_is_named(monkeypatch, made):
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"summitry\[site\]"):
        made()


@pytest.mark.usefixtures("on_few_rows")
def test_without_matplotlib_the_missing_pictures_are_reported_once(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    for module in [name for name in __import__("sys").modules if name.startswith("summitry.plots")]:
        monkeypatch.delitem(__import__("sys").modules, module)
    reported = []
    next(output.files(report=reported.append))
    (line,) = [line for line in reported if line.startswith("no pictures: ")]
    assert "pip install '.[pictures]'" in line


@pytest.fixture(scope="module")
def year(package, resources):
    """The pages of a statement a day for 320 days, each of a page of its own."""
    rows = one_statement(package)
    first = dt.date(2025, 2, 1)
    (said,), (mention, _), (source, _) = rows["statements"], rows["mentions"], rows["sources"]
    days = [(i, first + dt.timedelta(days=i)) for i in range(320)]
    rows["statements"] = [{**said, "statement_id": f"s{i}", "said_from": d, "said_to": d} for i, d in days]
    rows["sources"] = [{**source, "source_id": f"p{i}", "title": f"Page {i}", "published_on": d} for i, d in days]
    rows["mentions"] = [
        {**mention, "mention_id": f"m{i}", "statement_id": f"s{i}", "source_id": f"p{i}"} for i, _ in days
    ]
    rows["stances"] = [{**rows["stances"][0], "statement_id": "s0", "mention_id": "m0"}]
    seen = {"pages_seen": 1, "pages_used": 1, "statements": 1, "outlets": 1, "wires": 0}
    found = findings.Findings(coverage=[{"day": d, **seen} for _, d in days])
    return dict(site.pages(rows, package, resources, found))


@pytest.mark.parametrize("path", ["statements.html", "sources.html", "sources_2.html", "actors/ann.html", "data.html"])
def test_the_days_of_a_long_time_are_listed_by_month(year, path):
    text = year[path]
    assert re.findall(r'<details class="month"><summary>(\w+ 2025)', text) == [
        f"{dt.date(2025, month, 1):%B} 2025" for month in range(2, 13)
    ]
    assert len(re.findall(r"<article|data-narrows=|<li><a href=.sources/", text)) <= 100


def test_the_statements_of_a_long_time_are_bars_of_weeks(year):
    drawing = year["index.html"].partition('<svg class="bars')[2].partition("</svg>")[0]
    assert drawing.count("<rect") == 47
    assert 'href="statements.html?since=2025-02-03&amp;until=2025-02-09"' in drawing
    assert 'aria-label="3 February 2025 to 9 February 2025: 7 statements"' in drawing
    assert "A bar is the statements of a week" in year["index.html"]


def test_every_link_of_a_long_time_leads_somewhere(year, resources):
    others = dict.fromkeys([*site.static_files(), *(r["path"] for r in resources), "datapackage.json", "SHA256SUMS"])
    assert leads_nowhere({**year, **others})[0] == []


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt"><text>Kyiv</text></svg>'


@pytest.fixture
def draw_as(monkeypatch):
    """Draw one figure in place of all pictures; return its SVG."""
    from summitry import plots

    def drawn(figure):
        bars = next(p for p in gallery.PICTURES if p.function == "demand_bars")
        monkeypatch.setattr(gallery, "PICTURES", (bars,))
        monkeypatch.setattr(plots, "demand_bars", lambda **_: figure)
        return gallery.draw()[0].svg

    return drawn


def test_a_picture_has_no_digits_that_nobody_sees(draw_as):
    from summitry import plots

    svg = draw_as(plots.statement_timeline(since="2025-08-22", until="2025-08-22"))
    assert re.search(r" d=\"M \d+\.\d\d ", svg)
    assert not re.search(r"\d\.\d{3,}", svg)


def test_a_picture_is_drawn_for_a_browser_with_links_for_a_pointer_on_the_whole_page(draw_as):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.text(0, 0, "Kyiv", url="../places/kyiv.html", family="DejaVu Sans")
    svg = draw_as(figure)
    assert '<a target="_top" tabindex="-1" xlink:href="../places/kyiv.html">' in svg
    assert "font-family: 'DejaVu Sans', Verdana, sans-serif" in svg
    assert ">Kyiv</text>" in svg


def test_pictures_are_drawn_in_a_process_of_their_own_as_they_are_in_this_one(site_files, monkeypatch):
    (bars,) = (p for p in gallery.PICTURES if p.function == "demand_bars")
    assert {f"{gallery.FOLDER}/{p.function}.svg" for p in gallery.PICTURES} <= set(site_files)
    monkeypatch.setattr(gallery, "PICTURES", (bars,))
    (drawn,) = gallery.draw()
    assert drawn.svg.encode() == site_files[drawn.file]


def test_what_stops_the_drawing_of_pictures_is_raised_where_they_are_taken(tmp_path, monkeypatch):
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib" / "__init__.py").write_text("raise OSError('no room for fonts')")
    monkeypatch.syspath_prepend(tmp_path)
    with gallery.drawing() as received, pytest.raises(OSError, match="no room for fonts"):
        list(received)


def test_a_process_that_ends_while_it_draws_is_an_error_with_its_fix(tmp_path, monkeypatch):
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib" / "__init__.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)")
    monkeypatch.syspath_prepend(tmp_path)
    with gallery.drawing() as received, pytest.raises(InputError, match=r"SIGTERM.* --no-pictures"):
        list(received)


def test_drawing_leaves_no_temporary_files(tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib" / "__init__.py").write_text("import tempfile\nraise OSError(tempfile.mkdtemp())")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.syspath_prepend(tmp_path)
    with gallery.drawing() as received, pytest.raises(OSError, match="temporary"):
        list(received)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_drawing_ends_with_its_context(monkeypatch):
    started = []

    class Noted(subprocess.Popen):
        def __init__(self, *given, **options):
            super().__init__(*given, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    with gallery.drawing():
        assert started[0].poll() is None
    assert started[0].returncode is not None


def test_pictures_have_a_list_and_pages_with_a_description_and_a_table(made):
    picture = next(p for p in gallery.PICTURES if p.function == "statement_timeline")
    made_pages = made(pictures=[gallery.Drawn(picture, "pictures/statement_timeline.svg", SVG)])
    assert '<a href="pictures/statement_timeline.html">Statements through time</a>' in made_pages["pictures.html"]
    assert '<img src="pictures/statement_timeline.svg"' in made_pages["pictures.html"]
    text = made_pages["pictures/statement_timeline.html"]
    assert '<object data="../pictures/statement_timeline.svg" type="image/svg+xml" aria-label="Timeline with' in text
    assert "object-src 'self'" in text
    assert '<a href="../actors/ann.html">Ann &amp; Co</a>' in text
    assert '<a href="../statements.html?speaker=ann&amp;month=2025-08">Aug\u00a02025</a></td><td>1</td>' in text
    assert made_pages["pictures/statement_timeline.svg"] == SVG
    assert 'href="pictures.html"' in made_pages["index.html"]
    assert not [path for path in made() if path.startswith("pictures")]


def test_the_table_of_a_picture_has_what_several_rows_have_in_common_once_and_folded(made):
    counts = {("d1", "ann"): [1, 0, 0], ("d1", "paper"): [0, 0, 2]}
    picture = next(p for p in gallery.PICTURES if p.function == "stance_heatmap")
    text = made(pictures=[gallery.Drawn(picture, "pictures/stance_heatmap.svg", SVG, counts)])[
        "pictures/stance_heatmap.html"
    ]
    assert text.count('<a href="../demands/d1.html">A swap</a>') == 1
    assert '<th scope="rowgroup" rowspan="2">' in text
    assert "<details><summary>A swap <b>2</b></summary>" in text
    assert '<td><a href="../demands/d1.html#paper">The Paper</a></td><td>0</td><td>0</td><td>2</td>' in text


GUIDE = {
    "index.md": b"# Start\n\nRead [on](how-to/a.md#the-end), [the columns](codebook/actors.md), [nothing](b.md).\n\n"
    b"![a picture](drawn.png) ![another](not-drawn.png)\n\n| a |\n| --- |\n| `<b>` |\n\n| b |\n| --- |\n\n"
    b"<script>alert(1)</script>\n",
    "how-to/a.md": b"# Do it\n\n## The end\n\n```pycon\n>>> f(1)\n2\n```\n",
    "codebook/actors.md": b"# actors\n",
    "drawn.png": b"png",
}


def test_the_guide_is_part_of_the_site(made):
    made_pages = made(guide_files=GUIDE)
    start = made_pages["guide/index.html"]
    assert '<a href="how-to/a.html#the-end">on</a>' in start
    assert '<a href="../codebook/actors.html">the columns</a>' in start
    assert '<a href="index.html">nothing</a>' in start
    assert '<img src="drawn.png" alt="a picture"' in start
    assert "[picture: another]" in start
    assert "<script>alert" not in start
    assert re.findall(r'role="region" aria-label="([^"]+)"', start) == ["Table 1", "Table 2"]
    assert '<h2 id="the-end">' in made_pages["guide/how-to/a.html"]
    assert (
        '<span class="nf">' in made_pages["guide/how-to/a.html"]
        or '<span class="gp">' in made_pages["guide/how-to/a.html"]
    )
    assert '"Do it: The end"' in made_pages["search/names.js"]
    assert 'href="guide/index.html"' in made_pages["index.html"]
    assert guide.pictures(GUIDE) == {"guide/drawn.png": b"png"}


def test_the_guide_begins_with_the_pages_to_begin_with(made):
    files = {f"{name}.md": f"# {name}".encode() for name in ("gallery", "glossary", "index", "limitations", "tutorial")}
    listed = made(guide_files=files)["guide/index.html"].partition("</nav>")[2]
    places = [
        listed.index(f"guide/{name}.html") for name in ("index", "tutorial", "glossary", "limitations", "gallery")
    ]
    assert places == sorted(places)


def test_a_folder_that_is_no_guide_is_refused(tmp_path, made):
    with pytest.raises(InputError, match=r"no file index\.md"):
        guide.read(tmp_path)
    with pytest.raises(InputError, match=r"bad\.md of the guide is not UTF-8 \(byte 0\)"):
        made(guide_files={**GUIDE, "bad.md": b"\xff"})


def test_without_a_guide_nothing_leads_to_it(pages):
    assert "guide/index.html" not in pages["index.html"]


def test_the_grid_is_the_one_that_its_readme_records():
    files = site.static_files()
    recorded = re.search(r"sha256 ([0-9a-f]{64})", files["static/datatables/README.md"].decode())
    assert recorded
    assert hashlib.sha256(files["static/datatables/dataTables.min.js"]).hexdigest() == recorded[1]
    assert b"Permission is hereby granted" in files["static/datatables/LICENSE.txt"]


BESIDE = ("latest", "index.html", ".nojekyll", output.LOCK)  # the folders of versions


@pytest.fixture
def small(monkeypatch):
    """Write a site of two files, or of those that are given, so that writing is tested without making all pages."""

    def write(out, *more):
        content = [(output.SUMS, b""), ("data/a.csv", b"a\n1\n"), *more]
        monkeypatch.setattr(output, "files", lambda *_, **__: iter(content))
        return output.write(out)

    return write


def test_this_version_has_an_address_and_latest_leads_to_it_and_older_versions_stay(tmp_path, small, package):
    (tmp_path / "v0.0").mkdir()
    (tmp_path / "v0.0" / "kept").touch()
    written = small(tmp_path)
    folder = "v" + ".".join(package.version.split(".")[:2])
    assert (written.folder, written.latest) == (tmp_path / folder, tmp_path / "latest")
    for name in (folder, "latest"):
        assert (tmp_path / name / "data" / "a.csv").read_bytes() == b"a\n1\n"
    assert (tmp_path / "latest").is_symlink()
    assert (tmp_path / "v0.0" / "kept").exists()
    opening = Page((tmp_path / "index.html").read_text("utf-8"))
    assert {"latest/index.html", f"{folder}/index.html", "v0.0/index.html"} <= set(opening.links)


def test_what_is_said_to_be_written_is_what_is_there(tmp_path, small):
    written = small(tmp_path)
    files = [p for p in tmp_path.rglob("*") if p.is_file() and not p.parent.is_symlink() and p.name != output.LOCK]
    there = {p.resolve() for p in files}
    assert written.n_files == len(there)
    assert written.n_bytes == sum(p.stat().st_size for p in there)


def test_where_no_links_can_be_made_latest_is_a_page(tmp_path, small, monkeypatch):
    def refused(*_, **__):
        raise OSError("no links here")

    monkeypatch.setattr("pathlib.Path.symlink_to", refused)
    for _ in range(2):
        small(tmp_path)
    assert "../v" in (tmp_path / "latest" / "index.html").read_text("utf-8")


def test_the_page_of_an_earlier_run_is_replaced_by_the_link(tmp_path, small, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.symlink_to", lambda *_, **__: (_ for _ in ()).throw(OSError("no links here")))
        small(tmp_path)
    assert not (tmp_path / "latest").is_symlink()
    small(tmp_path)
    assert (tmp_path / "latest").is_symlink()


def test_a_site_that_older_versions_have_written_gets_the_new_version(tmp_path, small):
    """They kept no list of their files; .github/workflows/pages.yml puts all versions into one folder."""
    (tmp_path / "v0.1").mkdir()
    (tmp_path / "v0.1" / "SHA256SUMS").touch()
    (tmp_path / "latest").symlink_to("v0.1", target_is_directory=True)
    (tmp_path / "index.html").write_text(site.opening("latest", ["v0.1"]), "utf-8")
    written = small(tmp_path)
    assert written.latest.resolve() == written.folder.resolve()
    assert (tmp_path / "v0.1" / "SHA256SUMS").is_file()
    (tmp_path / "index.html").write_text("<title>my homepage</title>", "utf-8")
    with pytest.raises(InputError, match=r"index\.html that is not of this site"):
        small(tmp_path)


def test_an_older_version_does_not_become_the_latest(tmp_path, small):
    (tmp_path / "v99.0").mkdir()
    assert small(tmp_path).latest is None
    assert not (tmp_path / "latest").exists()


def test_a_second_run_removes_what_the_first_wrote_and_nothing_else(tmp_path, small):
    version = small(tmp_path, ("old/page/stale.html", b"x"), ("stale.html", b"x")).folder
    (version / "data" / "note.txt").touch()
    (version / "old" / "note.txt").touch()
    small(tmp_path)
    here = {path.relative_to(version).as_posix() for path in version.rglob("*") if path.is_file()}
    assert here == {output.SUMS, "data/a.csv", "data/note.txt", "old/note.txt", output.OWN}
    assert not (version / "old" / "page").exists()
    assert {path.name for path in tmp_path.iterdir()} == {version.name, *BESIDE}


@pytest.mark.parametrize("folder", ["latest", "v9.9"])
@pytest.mark.parametrize("file", ["thesis.odt", "SHA256SUMS"])
def test_a_folder_of_somebody_else_is_left_alone(folder, file, tmp_path, small, monkeypatch):
    """Another program may have hashes beside its files, too."""
    monkeypatch.setattr(output.schema, "package", lambda: SimpleNamespace(version="9.9.0", tables={}))
    (tmp_path / folder).mkdir()
    (tmp_path / folder / file).touch()
    with pytest.raises(InputError, match="not of this site"):
        small(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == [folder, f"{folder}/{file}"]


@pytest.mark.parametrize("path", ["../mine.txt", "{base}/mine.txt", "away/mine.txt", ""])
def test_a_list_of_files_that_leads_out_of_its_folder_removes_nothing_there(path, tmp_path, small):
    version = small(tmp_path).folder
    (tmp_path / "mine").mkdir()
    for mine in (tmp_path / "mine.txt", tmp_path / "mine" / "mine.txt"):
        mine.touch()
    (version / "away").symlink_to(tmp_path / "mine")
    with (version / output.OWN).open("a") as listed:
        listed.write(path.replace("{base}", str(tmp_path)) + "\n")
    small(tmp_path)
    assert (tmp_path / "mine.txt").exists()
    assert (tmp_path / "mine" / "mine.txt").exists()


def test_a_site_is_there_all_the_time_also_when_the_writing_is_killed(tmp_path, small, monkeypatch):
    """Each file is the old one or the new one, and the next run completes and leaves nothing behind."""
    old, new = [(f"{n}.html", b"old") for n in range(6)], [(f"{n}.html", b"new") for n in range(2, 8)]
    real, calls = Path.replace, itertools.count(1)

    def killed(path, target):
        if next(calls) == at:
            raise KeyboardInterrupt
        return real(path, target)

    for at in range(1, 20):
        out = tmp_path / str(at)
        version, calls = small(out, *old).folder, itertools.count(1)
        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            patch.setattr(Path, "replace", killed)
            small(out, *new)
        assert {(version / f"{n}.html").read_bytes() for n in range(2, 6)} <= {b"old", b"new"}
        small(out, *new)
        assert {path.name for path in version.glob("*.html")} == {name for name, _ in new}
        assert {path.name for path in out.iterdir()} == {version.name, *BESIDE}
    assert next(calls) < 19


def test_what_is_wrong_with_the_arguments_is_said_before_anything_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(output, "files", lambda *_, **__: pytest.fail("it was drawn"))
    with pytest.raises(InputError, match=r"The base URL 'foo' is not absolute"):
        output.write(tmp_path, "foo")
    (tmp_path / "roles.csv").touch()
    with pytest.raises(InputError, match=r"roles\.csv is a table, so .* is no folder for a site"):
        output.write(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["roles.csv"]


def test_a_second_site_waits_until_the_first_is_written(tmp_path, small):
    """Both would write the same drafts, and each would remove what the other has written."""
    small(tmp_path)
    now, most = [], []

    def slow(step):
        if step.startswith("writing"):
            now.append(step)
            most.append(len(now))
            time.sleep(0.2)
            now.pop()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: output.write(tmp_path, report=slow), range(2)))
    assert most == [1, 1]


def test_a_full_disk_is_named_with_the_file(tmp_path, small, monkeypatch):
    def full(path, _):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(InputError, match=r"SHA256SUMS cannot be written: No space left on device\."):
        small(tmp_path)


def test_what_ships_becomes_a_site_whose_files_are_the_published_ones(site_files, resources):
    for resource in resources:
        assert "sha256:" + hashlib.sha256(site_files[resource["path"]]).hexdigest() == resource["hash"]
        assert f"{resource['hash'].removeprefix('sha256:')}  {resource['path']}\n" in site_files["SHA256SUMS"].decode()
    text = site_files["index.html"].decode()
    assert '<link rel="canonical" href="https://example.org/summitry/v1/index.html">' in text
    assert "https://example.org/summitry/v1/data/statements.csv" in text


@pytest.mark.shipped
def test_every_link_of_what_ships_leads_somewhere(site_files):
    texts = {path: content.decode() if path.endswith(".html") else "" for path, content in site_files.items()}
    lost, followed = leads_nowhere(texts)
    assert lost == []
    assert followed > 10_000


def test_every_statement_of_what_ships_is_on_the_page_of_its_day(site_files):
    for s in summitry.load_statements("pyarrow").to_pylist():
        day = s["said_to"] or s["said_from"] or "undated"
        assert f'id="{s["statement_id"]}"'.encode() in site_files[f"days/{day}.html"], s["statement_id"]


def whole(site_files, stem):
    """The content of all pages of an actor or a demand."""
    further = (site_files.get(f"{stem}_{n}.html", b"") for n in range(2, 100))
    return b"".join([site_files[f"{stem}.html"], *further])


def test_every_position_and_every_statement_is_on_the_pages_of_its_demand_and_of_its_speaker(site_files):
    demands, speakers = (
        {i: whole(site_files, f"{folder}/{i}") for i in ids}
        for folder, ids in (
            ("demands", set(summitry.load_stances()["demand_id"])),
            ("actors", set(summitry.load_statements()["speaker_id"])),
        )
    )
    for t in summitry.stances_table().itertuples():
        assert f'<li id="{t.stance_id}-'.encode() in demands[t.demand_id], t.stance_id
    for s in summitry.load_statements().itertuples():
        assert f'<article class="statement" id="{s.statement_id}"'.encode() in speakers[s.speaker_id], s.statement_id


@pytest.mark.parametrize(
    ("page", "place", "leads_to"),
    [
        ("actors/russia", "others", b'id="others" href="../actors/russia_'),
        ("actors/volodymyr-zelensky", "statements", b'<h2 id="statements">'),
        ("actors/volodymyr-zelensky", "day-2025-08-18", b'id="day-2025-08-18" href="../actors/volodymyr-zelensky_'),
        ("demands/ceasefire", "russia", b'<h3 id="russia">'),
    ],
)
def test_a_place_of_an_earlier_version_is_still_on_the_first_page(site_files, page, place, leads_to):
    text = site_files[f"{page}.html"]
    assert leads_to in text
    assert text.count(f' id="{place}"'.encode()) == 1


def test_the_latest_position_on_each_page_is_the_one_of_positions(site_files):
    """Of every party, demand and attribution, and of every speaker."""
    row = re.compile(rb'<tr role="row" data-demand="([^"]+)" data-attribution="([^"]+)" data-latest="([^"]+)">')
    for by, attribution in (("party", None), ("speaker", "self")):
        table = summitry.positions(attribution, by=by, infer=by == "party")
        parties = set(summitry.positions(None)["actor_id"]) if by == "speaker" else set()
        table = table[~table["actor_id"].isin(parties)]  # the page of a party has its positions as a party
        expected = {}
        for p in table.itertuples():
            latest = p.direction if pd.isna(p.position) else p.position
            expected.setdefault(p.actor_id, set()).add((p.demand_id, p.attribution, latest))
        assert sum(map(len, expected.values())) == len(table) > 300
        for actor, tracks in expected.items():
            shown = {tuple(c.decode() for c in cells) for cells in row.findall(whole(site_files, f"actors/{actor}"))}
            assert shown == tracks, actor


def test_a_position_that_a_later_statement_on_another_demand_confirms_stays_among_the_positions(site_files):
    latest = {"positions": set(), "inferred": set()}
    for chapter in whole(site_files, "actors/russia").decode().split('<h2 id="'):
        latest.setdefault(chapter.partition('"')[0], set()).update(re.findall(r'data-latest="([^"]+)"', chapter))
    assert latest["inferred"] <= {"for", "open", "against"}
    assert not latest["positions"] & latest["inferred"]
    confirmed = summitry.positions(party="russia").dropna(subset=["inferred_by", "position"])
    assert len(confirmed)
    assert latest["positions"] >= set(confirmed["position"])


def test_the_first_page_has_the_demands_that_the_main_parties_contest(site_files):
    opening = site_files["index.html"].decode().partition('<h2 id="events"')[0]
    demands = summitry.load_demands().set_index("demand_id")
    shown = demands.loc[list(set(re.findall(r'href="demands/([^."]+)\.html#russia"', opening)))]
    assert {"territory", "alliance_membership", "foreign_troops"} <= set(shown["issue"])


def test_a_demand_shows_the_latest_position_of_each_party(site_files):
    for p in summitry.positions().itertuples():
        side = (
            site_files[f"demands/{p.demand_id}.html"].decode().split(f'<h3 id="{p.actor_id}">')[1].partition("</h3>")[0]
        )
        assert (p.direction if pd.isna(p.position) else p.position) in side, (p.demand_id, p.actor_id)


def test_no_page_of_what_ships_is_long(site_files):
    # what is beside a picture is its table, as long as the picture has cells
    pages = {path: content for path, content in site_files.items() if path.endswith(".html")}
    sizes = {path: len(content) for path, content in pages.items() if not path.startswith("pictures/")}
    assert max(sizes.values()) < 180_000, max(sizes, key=sizes.get)


def test_a_document_has_a_page_and_its_demand_event_and_actor_lead_to_it(rows, package, made):
    rows = {name: list(listed) for name, listed in rows.items()}
    rows["documents"] = [
        row(package, "documents", document_id="plan", name="A plan", kind="plan", text_basis="leaked", event_id="e1"),
        row(
            package,
            "documents",
            document_id="plan-2",
            name="Its second version",
            kind="plan",
            text_basis="leaked",
            version_of_id="plan",
        ),
    ]
    rows["events"] = [
        *rows["events"],
        row(
            package,
            "events",
            event_id="e1",
            name="A meeting",
            kind="meeting",
            status="occurred",
            date_precision="unknown",
        ),
    ]
    rows["document_actors"] = [
        row(package, "document_actors", document_id="plan", actor_id="ann", role="author", mention_id="m1")
    ]
    rows["document_clauses"] = [
        row(
            package,
            "document_clauses",
            clause_id="plan-c1",
            document_id="plan",
            number=3,
            demand_id="d1",
            treatment="excludes",
            mention_id="m1",
            summary="No swap.",
        ),
    ]
    pages = made(rows)
    page = pages["documents/plan.html"]
    assert "3. No swap." in page
    assert "plan-2.html" in page
    for other in ("demands/d1.html", "events/e1.html", "actors/ann.html"):
        assert "documents/plan.html" in pages[other], other
    assert "documents/plan.html" in pages["documents.html"]
    assert "No swap" not in pages["statements/s1.html"]  # a clause is no position of who is quoted
