"""The first look in machine code finds what the slower ways find, and is not led astray by what it is given."""

from __future__ import annotations

import re
import shutil
import sysconfig
from dataclasses import replace
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from summitry import csvfile, firstlook, schema
from summitry import machine as code
from summitry.checks import cell_checks
from summitry.firstlook import ANY_LENGTH, FirstLook, prepared
from summitry.machine import series
from summitry.sieve import Sieve

_native = code.native

MANY = settings(deadline=None, max_examples=1000)
ANY, WORDS = (None, None, -1, -1), re.compile("[a-z0-9]+(-[a-z0-9]+)*")
machine = pytest.mark.skipif(_native is None, reason="the package was installed where no C compiler is")


def test_machine_code_is_there_where_a_compiler_is():
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    headers = Path(sysconfig.get_path("include"), "Python.h").exists()
    assert _native is not None or not (compiler and headers)


def look(text, *columns):
    """Look at bytes; each column is known texts, letters, shortest and longest; all texts are handed on."""
    plan = tuple((*c, False, "t") for c in columns)
    names = tuple(str(i) for i in range(len(columns)))
    return FirstLook(_native.plan(plan), names, frozenset(), {}).look(text)


def suspects(text, *columns):
    return look(text, *columns).found["suspect"].to_list()


PIECES = st.sampled_from(
    [*',"\n\n\n é', '""', ',"a"', '"a,b"', '"x ""y"""', "a,b\n", '"a\nb"', "1,2\n", "longer than a view,", "\ufeff"]
)


@machine
@given(source=st.lists(PIECES, max_size=60).map("".join), width=st.integers(2, 3))
@MANY
@example(source='"a quotation ""long"" enough",b\n', width=2)
@example(source=',""""\n', width=2)
@example(source=',"a""\n', width=2)
@example(source=',"', width=2)
def test_records_are_those_of_the_scanner(source, width):
    raw = source.encode()
    found = look(raw, *[ANY] * width)
    oracle = csvfile.parse_part(raw, "t.csv", 1, width)
    sound = raw.endswith(b"\n") and not oracle.problems and all(r.sound for r in oracle.records)
    assert (found is not None) == sound
    if not found:
        return
    cells = [[c.text for c in record.cells] for record in oracle.records]
    assert [[c or "" for c in row] for row in found.found.drop("suspect").rows()] == cells
    assert (found.records, found.lines) == (len(cells), raw.count(b"\n"))
    parts = [raw[a:b] for a, b in zip(found.borders, found.borders[1:], strict=False)]
    assert [[c.text for c in csvfile.parse_part(p, "", 1, width).records[0].cells] for p in parts] == cells


@machine
def test_many_records_in_few_bytes():
    rows = 50_000
    found = look(b",\n" * rows, ANY, ANY)
    assert found.records == len(found.found) == found.found["1"].null_count() == rows
    assert found.borders[-1] == 2 * rows


@machine
@pytest.mark.parametrize("column", [ANY, (None, None, 1, 9), None])
@given(cell=st.binary(min_size=1, max_size=6))
@MANY
@example(cell="\ud800".encode("utf-8", "surrogatepass"))
@example(cell=b"\xc0\xaf")
@example(cell=b"\xe0\x80\xaf")
@example(cell=b"\xf0\x80\x80\xaf")
@example(cell=b"\xf4\x90\x80\x80")
def test_bytes_are_utf8_or_are_not_sound(column, cell):
    quoted = b'"' + cell.replace(b'"', b'""') + b'"\n'
    plan = _native.plan((column and (*column, False, None),))
    try:
        cell.decode()
    except UnicodeDecodeError:
        assert _native.sift(plan, quoted) is None
    else:
        assert _native.sift(plan, quoted)


@machine
def test_every_pair_and_many_triples_of_bytes_are_utf8_or_are_not():
    plan = _native.plan(((*ANY, False, None),))
    beyond = range(0x80, 0x100)
    some = (0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0)
    cells = [
        bytes(c) for c in (*product(beyond, beyond), *product(beyond, some, some), *product(beyond, some, some, some))
    ]
    wrong = [c for c in cells if bool(_native.sift(plan, c + b"\n")) != bool(c.decode(errors="ignore").encode() == c)]
    assert wrong == []


def judged(texts):
    """Return which texts a check refuses as a summary, and the first look at such."""
    table = schema.package().table("statements")
    table = replace(table, fields=(table["summary"],), foreign_keys=())
    refused = pl.any_horizontal(c.fails for c in cell_checks(table, {}))
    first = prepared(Sieve(table, {}, [], frozenset(table.names)), {"summary": 0}, 1, ())
    return pl.DataFrame({"summary": texts}).select(fails=refused)["fails"], first


@machine
def test_what_a_check_of_characters_may_refuse_is_suspect():
    characters = [chr(n) for n in (*range(0xD800), *range(0xE000, 0x11000)) if chr(n) not in "\n\r"]
    texts = [f"some text {c} more" for c in characters] + [f"{c}some text" for c in characters]
    fails, first = judged(texts)
    quoted = "".join('"' + t.replace('"', '""') + '"\n' for t in texts)
    suspect = first.look(quoted.encode()).found["suspect"]
    assert fails.sum() > 120
    assert [t for t, f, s in zip(texts, fails, suspect, strict=True) if f and not s] == []
    assert suspect.sum() < fails.sum() + 100


@machine
@pytest.mark.parametrize(
    ("cell", "suspect"),
    [
        ("“Nein”, sagt er – naïve… русский, العربية, 中文, 日本語 😀", False), ("=1", True), ("+1", True), ("-1", True),
        ("@a", True), (" a", True), ("a ", True), ("a\tb", True), ("a\nb", True), ("a\x7f", True), ("a" * 60, False),
        ("a" * 61, True), ("ж" * 60, False), ("ж" * 61, True), ("a", True), ("ab", False), ('"' * 60, False),
        ("", True), ("a\u200bb", True), ("a\u061cb", True), ("a\x85b", True), ("a\ufeffb", True),
    ],
)  # fmt: skip
def test_free_text(cell, suspect):
    quoted = '"' + cell.replace('"', '""') + '"\n'
    assert suspects(quoted.encode(), (None, None, 2, 60)) == [suspect]


@machine
@given(texts=st.lists(st.text("abé", max_size=40), max_size=30), asked=st.text("abé", min_size=1, max_size=40))
@MANY
@example(texts=["a" * 8 + "b" + "a" * 8], asked="a" * 17)
@example(texts=["ab", "abb"], asked="aab")
@example(texts=[], asked="a")
def test_known_texts_are_known_and_others_are_not(texts, asked):
    cells = [*(t for t in texts if t), asked]
    known = _native.known(texts)
    found = suspects("".join(f"{c}\n" for c in cells).encode(), (known, None, -1, -1))
    assert found == [c not in texts for c in cells]


@machine
def test_a_doubled_mark_is_one_mark():
    assert suspects(b'"a""b"\n', (_native.known(['a""b']), None, -1, -1)) == [True]


@machine
def test_thousands_of_texts_are_known():
    texts = [f"actor-{i:05}" for i in range(0, 20_000, 2)]
    cells = [f"actor-{i:05}" for i in range(20_000)]
    found = suspects("\n".join([*cells, ""]).encode(), (_native.known(texts), None, -1, -1))
    assert found == [i % 2 == 1 for i in range(20_000)]


@machine
@given(st.text("az09-Aé", min_size=1, max_size=12))
@MANY
def test_joined_words_are_those_of_the_pattern(cell):
    letters = firstlook.letters_of(WORDS.pattern)
    fits = WORDS.fullmatch(cell) and len(cell) <= 9
    assert suspects(f"{cell}\n".encode(), (None, letters, 1, 9)) == [not fits]


def test_only_patterns_of_joined_words_have_letters():
    patterns = {f.pattern for t in schema.package().tables.values() for f in t.fields if f.pattern}
    assert [p for p in patterns if firstlook.letters_of(p)] == [WORDS.pattern]
    for other in ("[a-z]+(-[a-z0-9]+)*", "[^a]+(-[^a]+)*", "[a-z0-9]+(_[a-z0-9]+)*", "[a-z0-9]+(-[a-z0-9]+)+"):
        assert firstlook.letters_of(other) is None


@machine
def test_what_is_required_must_be_there():
    plan = _native.plan(((None, None, 1, ANY_LENGTH, True, None), (*ANY, False, None), None))
    _, _, (suspect, _) = _native.sift(plan, b'a,,\n,b,\n"",b,\na,"",\na,,""\n')
    assert series(suspect).to_list() == [False, True, True, True, False]


@machine
def test_what_makes_no_sense_is_refused():
    sound = (*ANY, False, None)
    for wrong in ((1,), (sound[1:],), ((*ANY, False, 3),), ((*ANY, False, "x"),), ((*ANY, False, "tt"),),
                  ((None, b"short", 1, 1, False, None),)):  # fmt: skip
        with pytest.raises((TypeError, ValueError)):
            _native.plan(wrong)
    with pytest.raises((TypeError, ValueError)):
        _native.plan(((_native.plan(()), None, 1, 1, False, None),))  # a plan is no set of texts
    with pytest.raises((TypeError, ValueError)):
        _native.plan([sound])
    with pytest.raises((TypeError, ValueError)):
        _native.known(["a", 1])
    with pytest.raises((TypeError, ValueError)):
        _native.known(("a",))
    with pytest.raises((TypeError, ValueError)):
        _native.sift(_native.known(["a"]), b"a\n")
    plan = _native.plan((sound,))
    assert _native.sift(_native.plan(()), b"a\n") is None
    assert _native.sift(plan, b"") is None
    assert _native.sift(plan, b"a") is None
