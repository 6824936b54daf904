"""The first look in machine code finds what the slower ways find, and is not led astray by what it is given."""

from __future__ import annotations

import re
import shutil
import struct
import sysconfig
from dataclasses import replace
from itertools import product
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from summitry import csvfile, firstlook, schema
from summitry.checks import cell_checks
from summitry.firstlook import ANY_LENGTH, FirstLook, prepared
from summitry.sieve import Sieve

try:
    from summitry import _native
except ImportError:
    _native = None

MANY = settings(deadline=None, max_examples=1000)
ANY, WORDS = (None, None, -1, -1), re.compile("[a-z0-9]+(-[a-z0-9]+)*")
machine = pytest.mark.skipif(_native is None, reason="the package was installed where no C compiler is")


def test_machine_code_is_there_where_a_compiler_is():
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    headers = Path(sysconfig.get_path("include"), "Python.h").exists()
    assert _native is not None or not (compiler and headers)


def look(text, *columns):
    """Look at bytes; each column is known texts, letters, shortest and longest; all texts are handed on."""
    plan = tuple((*c, False, str(i)) for i, c in enumerate(columns))
    names = tuple(str(i) for i in range(len(columns)))
    return FirstLook(_native.plan(plan), names, frozenset()).look(text)


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


@machine
def test_what_a_check_of_characters_may_refuse_is_suspect():
    table = schema.package().table("statements")
    table = replace(table, fields=(table["summary"],), foreign_keys=())
    characters = [chr(n) for n in (*range(0xD800), *range(0xE000, 0x11000)) if chr(n) not in "\n\r"]
    texts = [f"some text {c} more" for c in characters] + [f"{c}some text" for c in characters]
    fails = pl.DataFrame({"summary": texts}).select(
        pl.any_horizontal(c.fails for c in cell_checks(table, {})).alias("fails")
    )["fails"]
    first = prepared(Sieve(table, {}, [], frozenset(table.names)), {"summary": 0}, 1, ())
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


def test_only_patterns_of_joined_words_haveletters_of():
    patterns = {f.pattern for t in schema.package().tables.values() for f in t.fields if f.pattern}
    assert [p for p in patterns if firstlook.letters_of(p)] == [WORDS.pattern]
    for other in ("[a-z]+(-[a-z0-9]+)*", "[^a]+(-[^a]+)*", "[a-z0-9]+(_[a-z0-9]+)*", "[a-z0-9]+(-[a-z0-9]+)+"):
        assert firstlook.letters_of(other) is None


@machine
def test_what_is_required_must_be_there():
    plan = _native.plan(((None, None, 1, ANY_LENGTH, True, None), (*ANY, False, None), None))
    _, _, (suspect, _) = _native.sift(plan, b'a,,\n,b,\n"",b,\na,"",\na,,""\n')
    assert pl.Series(firstlook.Exported(suspect)).to_list() == [False, True, True, True, False]


def proven(column, texts, *, required=False):
    """Say whether all texts of one column of Arrow are proven."""
    batch = pa.record_batch([texts], ["a"])
    plan = _native.plan(((*column, required, None),))
    return FirstLook(plan, (), frozenset()).proven_in(batch) == {"a"}


LETTERS = (None, firstlook.letters_of(WORDS.pattern), 1, 9)
FREE = (None, None, 2, 60)


def laid_out(kind, offsets, text, valid=None, first=0):
    """Return an array of texts that nobody has checked."""
    packed = struct.pack(f"<{len(offsets)}{'q' if kind == pa.large_string() else 'i'}", *offsets)
    buffers = [valid and pa.py_buffer(valid), pa.py_buffer(packed), pa.py_buffer(text)]
    return pa.Array.from_buffers(kind, len(offsets) - 1 - first, buffers, offset=first)


@machine
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("column", [LETTERS, FREE])
def test_texts_of_arrow(kind, column):
    def fits(offsets, text=b"ab7cdE\x07", **some):
        return proven(column, laid_out(kind, offsets, text, **some))

    assert fits([0, 2, 5])
    assert fits([0])
    assert not fits([0, 2, 7])
    assert fits([5, 0, 2], first=1)
    assert not fits([0, 2, 2])  # empty
    assert not fits([0, 4, 2])  # backwards
    assert not fits([0, -2, 2])
    assert not fits([0, 9, 5])  # beyond the text
    assert not fits([0, 2, -(2**63) if kind == pa.large_string() else -(2**31), 5])
    assert fits([0, 2, 2], valid=b"\x01")
    assert not fits([0, 2, 7], valid=b"\x02")
    assert fits([0, 2, 5], b"ab7cd")


@machine
def test_free_text_of_arrow_begins_and_ends_with_whole_characters():
    both = "aéa".encode()
    assert proven(FREE, laid_out(pa.string(), [0, 4], both))
    assert proven(FREE, laid_out(pa.string(), [0, 2, 6], "aaéaa".encode()[:6]))
    assert not proven(FREE, laid_out(pa.string(), [0, 2, 4], both))
    assert not proven(FREE, laid_out(pa.string(), [0, 11, 23], ("a" * 10 + "“" + "a" * 10).encode()))
    assert not proven(FREE, laid_out(pa.string(), [0, 2], both))
    assert not proven(FREE, laid_out(pa.string(), [0, 3, 6], "aaéaa".encode()))
    assert not proven(FREE, laid_out(pa.string(), [0, 4, 2, 5], b"ab7cd", valid=b"\x05"))
    assert not proven(
        FREE, laid_out(pa.string(), [0, 2, 3, 6], b"aa\xa9bbb", valid=b"\x05")
    )  # in between, where nothing is


@machine
@pytest.mark.parametrize("column", [LETTERS, FREE, (None, None, 1, ANY_LENGTH), ANY])
def test_what_is_required_is_there_in_arrow(column):
    for texts in (pa.array(["aa", None]), pa.array(["aa", None]).dictionary_encode()):
        assert proven(column, texts) == (column is not ANY)
        assert not proven(column, texts, required=True)
        assert proven(column, texts[:1], required=True) == (column is not ANY)


@machine
@pytest.mark.parametrize("column", [(None, LETTERS[1], 1, 9), FREE, "known"])
def test_dictionaries_of_arrow(column):
    column = (_native.known(["aa", "bb"]), None, -1, -1) if column == "known" else column
    texts, wrong = pa.array(["aa", "bb"]), pa.array(["aa", "b\x07"])

    def named(indices, texts=texts, **how):
        return proven(column, pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), texts, safe=False, **how))

    assert named([0, 1, 1, None])
    assert not named([0, 2])
    assert not named([-1])
    assert not named([0, 1], wrong)
    assert named([0, 0], wrong)  # that it is there is no mistake
    assert named([0, None], wrong)
    assert not named([0], texts[:0])
    assert named([None], texts[:0])
    assert named([1], pa.array(["b\x07", "aa", "bb"])[1:])
    assert not named([0], pa.array(["b\x07", "aa", "bb"])[:1])
    assert named([1], pa.array(["aa", "b\x07", "bb"])[1:])
    assert not named([0, 1], pa.array(["aa", None]))
    assert not proven(column, pa.array(["aa"]).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string())))
    assert proven(column, pa.DictionaryArray.from_arrays(pa.array([7, 0], pa.int32()), texts, safe=False)[1:])


@machine
def test_of_other_columns_of_arrow_nothing_is_proven():
    assert not proven(FREE, pa.array(["aa"], pa.string_view()))
    assert not proven(FREE, pa.array([1]))
    assert not proven(FREE, pa.array([b"aa"]))
    assert not proven(ANY, pa.array(["aa"]))
    assert _native.proven(
        _native.plan((None, None)), *pa.record_batch([pa.array(["a"])] * 2, ["a", "b"]).__arrow_c_array__()
    ) == bytes(2)


@machine
@pytest.mark.parametrize("before", [0, 1, 2, 3, 60, 124, 125, 126, 127, 128, 129, 253, 254, 255, 256])
def test_text_is_plain_wherever_a_block_begins(before):
    plain = [*map(ord, "éд“…中한ア。ई😀"), 0x2F800, 0xD7FF, 0xE000, 0xFF5E]
    hidden = [0x1F, 0x7F, 0x80, 0xA0, 0x61C, 0x1680, 0x3000, 0xFEFF, 0xFFFD]
    hidden += [0x2000, 0x200B, 0x200F, 0x2028, 0x202F, 0x205F, 0x206F]
    broken = [
        "c3",
        "e4b8",
        "f09f98",
        "a9",
        "c0af",
        "e080af",
        "eda080",
        "f08080af",
        "f4908080",
        "ff",
        "c3a9a9",
        "e4b8adad",
    ]
    column = (None, None, 1, ANY_LENGTH)

    def fits(some, after):
        return proven(
            column, laid_out(pa.string(), [0, before + len(some) + after], b"x" * before + some + b"x" * after)
        )

    for after in (0, 1, 2, 3, 70, 130):
        assert [c for c in plain if not fits(chr(c).encode(), after)] == []
        assert [c for c in hidden if fits(chr(c).encode(), after)] == []
        assert [b for b in broken if fits(bytes.fromhex(b), after)] == []


@machine
def test_what_a_check_of_characters_may_refuse_is_not_proven():
    table = schema.package().table("statements")
    table = replace(table, fields=(table["summary"],), foreign_keys=())
    texts = [f"some {chr(n)} text" for n in (*range(0xD800), *range(0xE000, 0x11000))]
    texts += [f"{chr(n)}some text" for n in range(0x3000)] + [f"some text{chr(n)}" for n in range(0x3000)]
    fails = pl.DataFrame({"summary": texts}).select(
        pl.any_horizontal(c.fails for c in cell_checks(table, {})).alias("fails")
    )["fails"]
    first = prepared(Sieve(table, {}, [], frozenset(table.names)), {"summary": 0}, 1, ())
    fine = [bool(first.proven_in(pa.record_batch([pa.array([text])], ["summary"]))) for text in texts]
    assert [t for t, fail, proves in zip(texts, fails, fine, strict=True) if fail and proves] == []
    assert len(texts) - sum(fine) < fails.sum() + 600


@machine
@given(texts=st.lists(st.text("aé “\u200b\n=", max_size=70), max_size=9), longest=st.integers(1, 70))
@MANY
def test_lengths_are_those_of_characters(texts, longest):
    fine = [2 <= len(t) <= longest and t.strip() == t and not set(t) & set("\u200b\n") and t[0] != "=" for t in texts]
    assert proven((None, None, 2, longest), pa.array(texts, pa.string())) == all(fine)


@machine
def test_what_makes_no_sense_is_refused():
    sound = (*ANY, False, None)
    for wrong in ((1,), (sound[1:],), ((*ANY, False, 3),), ((None, b"short", 1, 1, False, None),)):
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
    described, batch = pa.record_batch([pa.array(["a"])], ["a"]).__arrow_c_array__()
    for wrong in ((object(), described, batch), (plan, plan, batch), (plan, described, described)):
        with pytest.raises((TypeError, ValueError)):
            _native.proven(*wrong)
    for wrong in (pa.record_batch([pa.array(["a"])] * 2, ["a", "b"]), pa.array(["a"])):
        with pytest.raises(ValueError, match="planned"):
            _native.proven(plan, *wrong.__arrow_c_array__())
    assert _native.sift(_native.plan(()), b"a\n") is None
    assert _native.sift(plan, b"") is None
    assert _native.sift(plan, b"a") is None
