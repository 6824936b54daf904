"""The static site: what is on its pages, and what never gets onto them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import posixpath
import re
from html.parser import HTMLParser

import pytest

from summitry import paths
from summitry.errors import InputError, MissingExtraError
from summitry.schema import model
from summitry.site import folder as output
from summitry.site import gallery, records, strips
from summitry.site import pages as site

jinja2 = pytest.importorskip("jinja2", reason="the pages need the extra 'site'")

EVIL = '<script>alert("1")</script>'


def day(n):
    return dt.date(2025, 8, n)


def row(package, table, **cells):
    """A row with every column of its table; what is not given is empty."""
    return {**dict.fromkeys(package.table(table).names), **cells}


@pytest.fixture
def rows(package):
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


@pytest.fixture(scope="module")
def resources():
    return json.loads(paths.descriptor().read_text("utf-8"))["resources"]


@pytest.fixture
def pages(rows, package, resources):
    return site.pages(rows, package, resources)


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


def test_a_statement_is_shown_with_its_reports_in_order_of_publication(pages):
    text = pages["statements.html"]
    assert "Ann says &lt;no&gt;." in text
    assert text.index("22 August 2025:") < text.index("23 August 2025:")
    assert '<a href="https://example.org/1"' in text
    assert "2 reports, 1 position" in text


def test_nothing_from_the_web_becomes_an_element_or_an_address(pages):
    for path, text in pages.items():
        page = Page(text)
        assert not page.handlers, path
        assert not [a for a in page.links if a.lower().startswith(("javascript:", "data:"))], path
        scripts = [attrs for tag, attrs in page.tags if tag == "script"]
        assert all("src" in a or a.get("type") == "application/ld+json" for a in scripts), path
        assert not [t for t, a in page.tags if t == "img" and a.get("src") == "x"], path
    assert "javascript:alert(2)" in pages["tables/sources.html"]  # shown as what it is


def test_every_page_forbids_requests_to_others_and_loads_only_its_own_files(pages):
    for path, text in pages.items():
        page = Page(text)
        policies = [a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
        assert policies, path
        assert policies[0].startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'")
        loaded = [a.get("src") or a.get("href") for t, a in page.tags if t in ("script", "img", "link")]
        assert not [a for a in loaded if a and "//" in a], path


def test_every_link_within_the_site_leads_somewhere(rows, package, resources):
    made = site.pages(rows, package, resources)
    known = {*made, *site.static_files(), *(r["path"] for r in resources), "datapackage.json", "SHA256SUMS"}
    parsed = {path: Page(text) for path, text in made.items()}
    for path, page in parsed.items():
        assert len(page.ids) == len(set(page.ids)), path
        for link in page.links:
            if "//" in link or link.startswith("javascript:"):
                continue
            target, _, place = link.partition("#")
            full = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            assert full in known, (path, link)
            assert not place or place in parsed[full].ids, (path, link)


def test_who_speaks_or_holds_has_a_page_and_who_only_publishes_has_none(pages):
    assert "actors/ann.html" in pages
    assert "actors/paper.html" not in pages
    assert "Ann &amp; Co" in pages["actors/ann.html"]


def test_a_demand_shows_positions_through_time_in_words_too(pages):
    text = pages["demands/d1.html"]
    assert 'aria-label="22 August 2025: rejects"' in text
    assert "own words" in text
    assert '<a href="../statements.html#s1">Ann says &lt;no&gt;.</a>' in text


def test_a_table_has_its_downloads_codebook_and_rows(pages, resources, package):
    text = pages["tables/statements.html"]
    for resource in resources:
        if resource["path"].startswith("data/statements."):
            assert f'href="../{resource["path"]}" download' in text
            assert resource["hash"].removeprefix("sha256:") in text
    for field in package.table("statements").fields:
        assert f'id="{field.name}"' in text
    assert "Near miss" in text


def test_the_first_page_has_the_limitations_and_the_description_for_search_engines(pages, package):
    text = pages["index.html"]
    assert "Limitations and reliability" in text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    assert json.loads(found[1])["version"] == package.version


def test_reliability_is_left_out_where_it_cannot_be_computed(pages, rows, package, resources):
    nothing = dict.fromkeys(("agreement", "alpha", "low", "high", "precision", "recall", "f1"), math.nan)
    agreed = [
        {**nothing, "round": "r9", "units": 7, "variable": variable, **measures}
        for variable, measures in {
            "act": {"agreement": 0.9, "alpha": 0.81, "low": 0.7, "high": 0.9},
            "unitizing": {"precision": 0.75, "recall": 0.6, "f1": 0.67},
            "target": {},
        }.items()
    ]
    assert "How well two codings agree" not in pages["index.html"]
    text = site.pages(rows, package, resources, reliability=agreed)["index.html"]
    assert all(words in text for words in ("0.70 to 0.90", "precision 0.75, recall 0.60, F1 0.67", "coded once"))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//example.org", "http:", "https://a b",
            "java\nscript:alert(1)", "javascript://example.org/%0aalert(1)", "ftp://example.org/", "http://[", "", None]
)  # fmt: skip
def test_only_addresses_on_the_web_become_links(url):
    assert records.web_address(url) is None


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
    assert records.said({"said_from": first and day(first), "said_to": last and day(last)}) == words


def test_a_range_over_the_end_of_a_month_names_both():
    said = {"said_from": dt.date(2025, 7, 30), "said_to": day(2)}
    assert records.said(said) == "between 30 July 2025 and 2 August 2025"


def test_positions_of_one_day_are_drawn_apart_and_undated_ones_have_no_mark():
    stances = [
        {"day": day(1), "position": "accepts"},
        {"day": day(1), "position": "accepts"},
        {"day": day(1), "position": "rejects"},
        {"day": None, "position": "demands"},
    ]
    drawn = strips.strip(stances, [day(n) for n in range(1, 9)])
    assert re.findall(r'class="mark (\w+)" transform="translate\(([\d.]+) ([\d.]+)\)"', drawn) == [
        ("for", "9.0", "8.0"),
        ("against", "9.0", "18.0"),
    ]
    assert 'aria-label="1 August 2025: accepts, rejects"' in drawn


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


def test_without_jinja2_the_extra_is_named(monkeypatch, rows, package, resources):
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"summitry\[site\]"):
        site.pages(rows, package, resources)


def test_without_matplotlib_there_are_no_pictures(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    assert gallery.draw() == {}


def test_pictures_have_a_page_and_a_description(rows, package, resources):
    entries = gallery.entries({"pictures/event_map.png": b""})
    made = site.pages(rows, package, resources, pictures=entries)
    assert 'src="pictures/event_map.png" alt="Maps of' in made["pictures.html"]
    assert 'href="pictures.html"' in made["index.html"]


def test_the_grid_is_the_one_that_its_readme_records():
    files = site.static_files()
    recorded = re.search(r"sha256 ([0-9a-f]{64})", files["static/datatables/README.md"].decode())
    assert recorded
    assert hashlib.sha256(files["static/datatables/dataTables.min.js"]).hexdigest() == recorded[1]
    assert b"Permission is hereby granted" in files["static/datatables/LICENSE.txt"]


@pytest.fixture
def small(monkeypatch):
    """Write a site of two files, so that writing is tested without making all pages."""
    monkeypatch.setattr(output, "files", lambda *_, **__: {output.SUMS: b"", "data/a.csv": b"a\n1\n"})
    return output.write


def test_this_version_and_the_latest_have_addresses_and_older_versions_stay(tmp_path, small, package):
    (tmp_path / "v0.0").mkdir()
    (tmp_path / "v0.0" / "kept").touch()
    assert small(tmp_path).n_files == 2
    folder = "v" + ".".join(package.version.split(".")[:2])
    for name in (folder, "latest"):
        assert (tmp_path / name / "data" / "a.csv").read_bytes() == b"a\n1\n"
    assert (tmp_path / "v0.0" / "kept").exists()
    opening = Page((tmp_path / "index.html").read_text("utf-8"))
    assert {"latest/index.html", f"{folder}/index.html", "v0.0/index.html"} <= set(opening.links)


def test_an_older_version_does_not_become_the_latest(tmp_path, small):
    (tmp_path / "v99.0").mkdir()
    small(tmp_path)
    assert not (tmp_path / "latest").exists()


def test_a_second_run_takes_away_what_is_no_longer_there(tmp_path, small):
    small(tmp_path)
    (tmp_path / "latest" / "stale.html").touch()
    small(tmp_path)
    assert not (tmp_path / "latest" / "stale.html").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, small):
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "thesis.odt").touch()
    with pytest.raises(InputError, match="not of this site"):
        small(tmp_path)
    assert (tmp_path / "latest" / "thesis.odt").exists()


def test_what_ships_becomes_a_site_whose_files_are_the_published_ones(resources):
    pytest.importorskip("jinja2")
    made = output.files("https://example.org/summitry/v1", with_pictures=False)
    for resource in resources:
        assert "sha256:" + hashlib.sha256(made[resource["path"]]).hexdigest() == resource["hash"]
        assert f"{resource['hash'].removeprefix('sha256:')}  {resource['path']}\n" in made["SHA256SUMS"].decode()
    text = made["index.html"].decode()
    assert '<link rel="canonical" href="https://example.org/summitry/v1/index.html">' in text
    assert "https://example.org/summitry/v1/data/statements.csv" in text
