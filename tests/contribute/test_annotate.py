"""A source's text with what is coded in it."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import webbrowser

import pytest

from summitry.cli import review as command
from summitry.contribute import annotate
from summitry.errors import InputError

TEXT = "He said no. “A & B” <b>. 𐍈 end"


def mention(name, start, end, quote=None):
    return {
        "mention_id": name, "statement_id": "s", "source_id": "p", "form": "direct", "quote": quote,
        "quote_language": "en", "span_start": start, "span_end": end,
    }  # fmt: skip


@pytest.fixture
def source():
    return {
        "source_id": "p", "title": "<i>T", "url": "https://example.org/", "language": "en",
        "published_on": dt.date(2025, 8, 22), "text_path": "seeds/p.txt",
    }  # fmt: skip


@pytest.fixture
def rows():
    spans = [("m-b", 3, 10, None), ("m-a", 0, 11, "no"), ("m-c", 8, 19, None), ("x", None, None, None)]
    return {
        "mentions": [mention(*span) for span in spans],
        "statements": [{"statement_id": "s", "summary": "He <refuses>.", "act": "deny", "target_id": None}],
        "stances": [{"stance_id": "t", "statement_id": "s", "mention_id": "m-a", "position": "rejects"}],
        "event_reports": [],
    }


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        ({}, [(0, 9, ())]),
        ({"a": (0, 9)}, [(0, 9, ("a",))]),
        ({"a": (0, 9), "b": (2, 4)}, [(0, 2, ("a",)), (2, 4, ("a", "b")), (4, 9, ("a",))]),
        ({"a": (1, 5), "b": (3, 7)},
         [(0, 1, ()), (1, 3, ("a",)), (3, 5, ("a", "b")), (5, 7, ("b",)), (7, 9, ())]),
        ({"a": (2, 4), "b": (2, 4)}, [(0, 2, ()), (2, 4, ("a", "b")), (4, 9, ())]),
        ({"a": (2, 4), "b": (4, 6)}, [(0, 2, ()), (2, 4, ("a",)), (4, 6, ("b",)), (6, 9, ())]),
    ],
)  # fmt: skip
def test_spans_cut_a_text_into_pieces(spans, pieces):
    assert annotate.segments(9, spans) == pieces


@pytest.mark.parametrize("span", [(-1, 2), (2, 2), (3, 2), (0, 10)])
def test_a_span_outside_the_text_is_refused(span):
    with pytest.raises(InputError, match="has 9 code points"):
        annotate.segments(9, {"m": span})


def test_the_whole_text_is_there_once_and_only_what_is_coded_is_marked(source, rows):
    page = annotate.page(source, TEXT, rows)
    shown = re.search(r'<div class="text" lang="en">(.*?)</div>', page, re.DOTALL)[1]
    bare = re.sub(r"<a .*?</a>|</?mark.*?>", "", shown)
    assert bare == "He said no. “A &amp; B” &lt;b&gt;. 𐍈 end"
    assert shown.endswith("</mark> &lt;b&gt;. 𐍈 end")
    assert [len(c.split()) - 1 for c in re.findall(r'<mark class="(.*?)">', shown)] == [1, 2, 3, 2, 1]


def test_links_lead_both_ways_and_numbers_follow_the_text(source, rows):
    page = annotate.page(source, TEXT, rows)
    for number in (1, 2, 3):
        assert page.count(f'id="text-{number}"') == page.count(f'id="row-{number}"') == 1
        assert f'href="#row-{number}"' in page
        assert f'href="#text-{number}"' in page
    order = re.findall(r"<dt>mention_id</dt><dd>(.*?)</dd>", page)
    assert order == ["m-a", "m-b", "m-c", "x"]
    assert 'href="#text-4"' not in page  # it has no span


def test_of_two_mentions_that_begin_together_the_longer_comes_first(source, rows):
    page = annotate.page(source, TEXT, {**rows, "mentions": [mention("short", 3, 7), mention("long", 3, 11)]})
    assert re.findall(r"<dt>mention_id</dt><dd>(.*?)</dd>", page) == ["long", "short"]


def test_a_stance_is_shown_with_the_mention_that_shows_it_and_nothing_is_unescaped(source, rows):
    page = annotate.page(source, TEXT, rows)
    assert page.count("<dd>rejects</dd>") == 1
    assert "He &lt;refuses&gt;." in page
    assert "<i>T" not in page
    assert "<script" not in page


def test_an_address_that_is_not_on_the_web_is_no_link(source, rows):
    page = annotate.page({**source, "url": "javascript:alert(1)"}, TEXT, rows)
    assert 'href="javascript' not in page


def test_without_a_text_the_rows_are_shown(source, rows):
    page = annotate.page(source, None, rows)
    assert "its text is not available" in page
    assert 'id="row-4"' in page
    assert "<mark" not in page


def test_an_empty_text_or_a_source_without_rows_is_reported(source, rows):
    assert "Nothing is coded from this source." in annotate.page(source, "", {**rows, "mentions": []})


@pytest.fixture
def opened(monkeypatch):
    """What was opened in the browser; none is started."""
    seen = []
    monkeypatch.setattr(webbrowser, "open", lambda url: seen.append(url) or True)
    return seen


def some_source():
    from summitry.dataset.loaders import load

    sources = load("sources")
    return sources.loc[sources["text_path"].notna(), "source_id"].iloc[0]


def test_a_source_that_ships_is_opened_from_a_temporary_file(opened, capsys):
    assert command.run(argparse.Namespace(source=some_source(), output=None, force=False)) == 0
    assert opened[0].startswith("file://")
    assert "wrote" in capsys.readouterr().out


def test_with_a_file_given_nothing_is_opened(opened, tmp_path):
    assert command.run(argparse.Namespace(source=some_source(), output=tmp_path / "r.html", force=False)) == 0
    assert "<mark" in (tmp_path / "r.html").read_text("utf-8")
    assert not opened


def test_a_source_that_does_not_exist_is_refused_with_one_that_does():
    with pytest.raises(InputError, match=f"Did you mean '{some_source()}'"):
        command.run(argparse.Namespace(source=some_source()[:-1], output=None, force=False))
    with pytest.raises(InputError, match=r"'nope'\. summitry\.load_sources\(\) shows which there are"):
        command.run(argparse.Namespace(source="nope", output=None, force=False))


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(InputError, match="There is no folder"):
        command.run(argparse.Namespace(source=some_source(), output=tmp_path / "no" / "r.html", force=False))


def test_a_text_outside_the_dataset_is_not_read(tmp_path):
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "home").mkdir()
    with pytest.raises(InputError, match="is outside the dataset"):
        annotate.source_text({"text_path": "../secret.txt"}, tmp_path / "home")


def test_a_text_that_is_not_utf8_is_reported(tmp_path):
    (tmp_path / "p.txt").write_bytes(b"ab\xff")
    with pytest.raises(InputError, match="byte 2"):
        annotate.source_text({"text_path": "p.txt"}, tmp_path)
    assert annotate.source_text({"text_path": None}, tmp_path) is None
    assert annotate.source_text({"text_path": "none.txt"}, tmp_path) is None
