"""Columns of Parquet read in machine code hold what Arrow reads, and nothing that breaks a check is let pass."""

from __future__ import annotations

import datetime as dt
import random
from array import array
from itertools import product
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from parquet_pages import (
    DICTIONARY,
    DICTIONARY_ENCODING,
    PLAIN,
    ROWS,
    ROWS_2,
    Long,
    levels,
    packed,
    page,
    read,
    repeated,
    rows_of,
    struct,
    texts,
)  # fmt: skip
from summitry import contribution, firstlook, machine, parquetcolumns, parquetfooter, parquetpages, schema
from summitry.checks import cell_checks
from summitry.hashes import Hashes
from summitry.parquetcolumns import ColumnReader
from summitry.parquetfooter import Column, UnusualError
from summitry.parquetsheets import ParquetSource
from summitry.rules.rows import row_rules
from summitry.sieve import Sieve

pytestmark = pytest.mark.skipif(machine.native is None, reason="the package was installed where no C compiler is")

ROOT = Path(__file__).parent.parent
MANY = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = (None, firstlook.letters_of("[a-z0-9]+(-[a-z0-9]+)*"), 1, 9)
FREE = (None, None, 2, 60)
ANY = (None, None, -1, -1)


def known(*given):
    return (machine.native.known(list(given)), None, -1, -1)


def column(of, kind=None, *, required=False):
    return (*of, required, kind)


def doubtful(of, *given, required=False):
    """Return which texts are doubtful that stand in a page, packed or not; the same holds of those in a dictionary."""
    pages = [page(ROWS, len(given), texts(*given))]
    plain = read(column(of, required=required), pages, len(given))
    assert plain == read(column(of, required=required), pages, len(given), unpack=lambda some, _: bytes(some))
    indices = rows_of(range(len(given)), 8)
    pages = [page(DICTIONARY, len(given), texts(*given)), page(ROWS, len(given), indices, encoding=DICTIONARY_ENCODING)]
    named = read(column(of, required=required), pages, len(given))
    assert plain == named
    return plain and plain[0]


# ---- which texts are doubtful ----


def test_words_are_those_of_the_pattern():
    assert doubtful(WORDS, "ab", "a-b", "7", "a-b-c") == []
    assert doubtful(WORDS, "ab", "", "-a", "a-", "a--b", "A", "ab", "é", "a b", "ten-letters", "a\n") == [
        1, 2, 3, 4, 5, 7, 8, 9, 10,
    ]  # fmt: skip
    assert doubtful(WORDS, "a-", "-b") == [0, 1]
    assert doubtful(WORDS, "a", "-") == [1]
    assert doubtful(WORDS, "-a") == doubtful(WORDS, "a-") == doubtful(WORDS, "-") == [0]


@pytest.mark.parametrize("pattern", ["[a-z]+(-[a-z]+)*", "[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*", "[a0-2x_.]+(-[a0-2x_.]+)*"])
def test_letters_in_any_ranges_are_those_of_the_pattern(pattern):
    of = (None, firstlook.letters_of(pattern), 1, 9)
    letters = pl.Series([chr(n) for n in range(128)])
    fits = letters.str.contains(f"^(?:{pattern})$")
    assert 0 < fits.sum() < 100
    for wanted in (letters.filter(fits), letters.filter(~fits)):  # in a page with others, and alone
        assert doubtful(of, *wanted) == ([] if wanted[0] in letters.filter(fits) else list(range(len(wanted))))
    assert doubtful(of, *letters) == (~fits).arg_true().to_list()


def test_known_texts_are_fine_and_others_are_not():
    assert (
        doubtful(known("aa", "bb", "a longer text than sixteen bytes"), "bb", "a longer text than sixteen bytes") == []
    )
    assert doubtful(known("aa", "bb"), "bb", "cc", "", "aa", "a", "aab") == [1, 2, 4, 5]


def test_free_text_is_fine_where_it_shows_its_characters():
    assert doubtful(FREE, "some text", "“näive” русский 中文 …") == []
    wrong = [
        "",
        "x",
        "=1",
        "+1",
        "-1",
        "@x",
        " x",
        "x ",
        "x\u200by",
        "x\ty",
        "x\u00a0y",
        "x" * 61,
        "x\u2028y",
        "x\x85y",
    ]
    assert doubtful(FREE, "some text", *wrong, "more text") == list(range(1, len(wrong) + 1))


def test_text_that_is_not_utf8_is_left_to_arrow():
    assert doubtful(FREE, "some text", b"caf\xe9") is None
    assert doubtful(WORDS, "some", b"caf\xe9") is None
    assert doubtful(known("aa"), "aa", b"caf\xe9") is None
    assert doubtful(ANY, "aa", b"caf\xe9") is None
    assert doubtful(FREE, "aé".encode()[:-1] + b"", "\u00e9a".encode()[1:] + b"a") is None  # halves, side by side
    assert doubtful(FREE, b"aa\xc3", b"\xa9aa") is None


@pytest.mark.parametrize("before", [0, 1, 2, 3, 60, 124, 125, 126, 127, 128, 129, 253, 254, 255, 256])
def test_text_is_plain_wherever_a_block_begins(before):
    plain = [*map(ord, "éд“…—«中한ア。ई😀"), 0xC5, 0xDF, 0x2F800, 0xD7FF, 0xE000, 0xFF5E, 0x2190]
    hidden = [0x1F, 0x7F, 0x80, 0xA0, 0x61C, 0x1680, 0x3000, 0xFEFF, 0xFFFD]
    hidden += [0x2000, 0x200B, 0x200F, 0x2028, 0x202F, 0x205F, 0x206F]
    broken = ["c3", "e4b8", "f09f98", "a9", "c0af", "c1bf", "e080af", "eda080", "f08080af", "f4908080", "ff", "c3a9a9",
              "e4b8adad", "e280", "e29c", "f0", "f5808080"]  # fmt: skip
    of = (None, None, 1, firstlook.ANY_LENGTH)

    def fits(some, after):
        return doubtful(of, b"x" * before + some + b"x" * after) == []

    for after in (0, 1, 2, 3, 70, 130):
        assert [hex(c) for c in plain if not fits(chr(c).encode(), after)] == []
        assert [hex(c) for c in hidden if fits(chr(c).encode(), after)] == []
        assert [b for b in broken if fits(bytes.fromhex(b), after)] == []


def test_every_sequence_of_bytes_is_utf8_or_is_not_let_pass():
    leads = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xC3, 0xD8, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3,
             0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF, 0x20, 0x9C, 0x81, 0xA8, 0xBB]  # fmt: skip
    wrong = []
    for some in product(leads, repeat=3):
        text = b"xx" + bytes(some) + b"xx"
        try:
            text.decode()
        except UnicodeDecodeError:
            if doubtful(FREE, text) == []:
                wrong.append(text)
    assert wrong == []


def test_what_a_check_of_characters_may_refuse_is_doubtful():
    table = schema.package().table("statements")
    given = [f"some {chr(n)} text" for n in (*range(0xD800), *range(0xE000, 0x11000))]
    given += [f"{chr(n)}some text" for n in range(0x3000)] + [f"some text{chr(n)}" for n in range(0x3000)]
    checks = [c for c in cell_checks(table, {}) if c.field == "summary"]
    fails = pl.DataFrame({"summary": given}).select(fails=pl.any_horizontal(c.fails for c in checks))["fails"]
    plan = machine.native.plan((column(FREE),))

    def found(*some):
        return read(None, [page(ROWS, len(some), texts(*some))], len(some), plan=plan)[0]

    alone = [bool(found(text)) for text in given]  # of all bytes of a page at once, and of each text
    for wrong in (alone, pl.Series(range(len(given))).is_in(found(*given))):
        assert [t for t, fail, w in zip(given, fails, wrong, strict=True) if fail and not w] == []
        assert sum(wrong) < fails.sum() + 600


@given(given=st.lists(st.text("aé “\u200b\n=", max_size=70), max_size=9), longest=st.integers(1, 70))
@MANY
def test_lengths_are_those_of_characters(given, longest):
    fine = [2 <= len(t) <= longest and t.strip() == t and not set(t) & set("\u200b\n") and t[0] != "=" for t in given]
    assert doubtful((None, None, 2, longest), *given) == [i for i, f in enumerate(fine) if not f]


def test_an_entry_that_nobody_names_is_no_fault():
    entries = page(DICTIONARY, 3, texts("aa", b"\xff", "b\x07"))

    def named(*indices):
        return read(
            column(WORDS),
            [entries, page(ROWS, len(indices), rows_of(indices, 2), encoding=DICTIONARY_ENCODING)],
            len(indices),
        )

    assert named(0, 0) == ([], None)
    assert named(0, 2, 0, 2) == ([1, 3], None)
    assert named(0, 1) is None
    assert named(0, 3) is None


@pytest.mark.parametrize("of", [WORDS, FREE, ANY, known("aa")])
def test_what_is_required_must_be_there(of):
    content = levels(packed([1, 0, 1, 0, 0])) + texts("aa", "aa")
    assert read(column(of, required=True), [page(ROWS, 5, content)], 5, optional=True) == ([1, 3, 4], None)
    assert read(column(of), [page(ROWS, 5, content)], 5, optional=True) == ([], None)
    none = page(ROWS, 3, levels(repeated(3, 0)))
    assert read(column(of, required=True), [none], 3, optional=True) == ([0, 1, 2], None)


# ---- the form of pages ----


def test_pages_that_are_not_as_they_should_be_are_left_to_arrow():
    def fits(*pages, rows=2, optional=False):
        return read(column(WORDS), pages, rows, optional=optional) is not None

    two, entries = texts("aa", "bb"), page(DICTIONARY, 1, texts("aa"))

    def indices(content):
        return page(ROWS, 2, content, encoding=DICTIONARY_ENCODING)

    assert fits(page(ROWS, 2, two))
    assert not fits(page(ROWS, 3, two), rows=3)  # too few texts
    assert not fits(page(ROWS, 3, texts("a", "b", "c")))  # too many rows
    assert not fits(page(ROWS, 2, two[:-1]))
    assert not fits(page(ROWS, 2, texts("aa") + b"\xff\xff\xff\xff"))
    assert not fits(page(ROWS, -1, two))
    assert not fits(page(ROWS, 2, two, unpacked=3))
    for cut in range(1, len(two)):
        pages = [page(ROWS, 2, two[:-cut])]
        assert read(column(FREE), pages, 2) is None
        assert read(column(FREE), pages, 2, unpack=lambda some, _: bytes(some)) is None
    assert not fits(page(ROWS, 2, two, encoding=6))
    assert not fits(page(ROWS, 2, two, of_levels=4))
    assert not fits(page(ROWS, 2, two, unpacked=1 << 40))
    assert not fits(struct({1: 1, 2: 1, 3: 1}) + b"x")  # a page of an index
    assert not fits(indices(rows_of([0, 0], 1)))  # without a dictionary
    assert fits(entries, indices(rows_of([0, 0], 1)))
    assert fits(entries, indices(b"\0" + repeated(2, 0, 0)))
    assert not fits(entries, entries, indices(rows_of([0, 0], 1)))
    assert not fits(entries, indices(b"\x21" + packed([0, 0], 33)))
    assert not fits(page(ROWS, 2, levels(repeated(2, 0)) + b"\x21", encoding=DICTIONARY_ENCODING), optional=True)
    assert fits(page(ROWS, 2, levels(repeated(2, 0)), encoding=DICTIONARY_ENCODING), optional=True)
    assert not fits(entries, indices(b""))
    assert not fits(entries, indices(b"\x01"))
    assert not fits(entries, indices(b"\x01" + repeated(1, 0)))  # too few
    assert not fits(entries, indices(b"\x01\x00"))  # an empty run
    assert not fits(entries, indices(b"\x01\x03"))  # cut off
    assert not fits(entries, indices(b"\x01" + b"\xff" * 11))
    assert not fits(page(ROWS, 0, b""), entries, indices(rows_of([0, 0], 1)))  # a dictionary behind rows
    assert not fits(page(ROWS, 2, two, of_levels=-1))
    assert not fits(struct({1: 0, 2: len(two), 3: len(two), 5: {1: 2, 2: 0, 3: 3}}) + two)  # without a field
    assert not fits(page(DICTIONARY, 2, texts("aa")), page(ROWS, 2, two), indices(rows_of([0, 0], 1)), rows=4)
    assert not fits(page(ROWS, 2, texts("a", "b")), optional=True)  # texts where levels should be
    assert not fits(page(ROWS, 2, levels(b"")), optional=True)
    assert not fits(page(ROWS, 2, levels(repeated(2, 2)) + two), optional=True)
    assert not fits(page(ROWS, 2, b"\xff\xff\xff\xff" + two), optional=True)
    assert fits(page(ROWS, 2, levels(repeated(1, 1) + repeated(1, 0)) + texts("aa")), optional=True)
    assert fits(page(ROWS_2, 2, repeated(2, 1) + two, levels=2), optional=True)
    assert not fits(page(ROWS_2, 2, repeated(2, 1) + two, levels=99), optional=True)
    assert not fits(page(ROWS_2, 2, repeated(2, 1) + two, levels=2, rows=1), optional=True)
    assert not fits(page(ROWS_2, 2, repeated(2, 1) + two, levels=2, repetitions=1), optional=True)


def test_a_page_that_is_cut_off_waits_for_more():
    whole = page(ROWS, 2, texts("aa", "bb"))
    plan = machine.native.plan((column(WORDS),))
    for end in range(len(whole)):
        chunk = machine.native.chunk()
        machine.native.begin(chunk, plan, 0, 2, False, None)  # noqa: FBT003 - as it is called
        assert machine.native.read(chunk, whole[:end], False, None) == (0, 2)  # noqa: FBT003
        assert machine.native.read(chunk, whole + b"rest", False, None) == (len(whole), 0)  # noqa: FBT003


@given(raw=st.binary(max_size=60))
@MANY
def test_no_bytes_lead_astray(raw):
    for of, kind, unpack in product((WORDS, FREE), (None, "t", "p", "l"), (None, lambda some, _: bytes(some))):
        chunk = machine.native.chunk()
        machine.native.begin(chunk, machine.native.plan((column(of, kind),)), 0, 5, True, None)  # noqa: FBT003
        found = machine.native.read(chunk, raw, unpack is not None, unpack)
        assert found is None or 0 <= found[0] <= len(raw)


def test_what_makes_no_sense_is_refused():
    native, chunk, plan = machine.native, machine.native.chunk(), machine.native.plan((column(WORDS), None))
    for wrong in [
        (chunk, plan, 1, 5, False, None), (chunk, plan, 2, 5, False, None), (chunk, plan, -1, 5, False, None),
        (chunk, plan, 0, -1, False, None), (chunk, plan, 0, 5, False, b"12345678"), (plan, plan, 0, 5, False, None),
        (chunk, chunk, 0, 5, False, None), (chunk, native.plan((column(FREE, "i"),)), 0, 5, False, None),
        (chunk, native.plan((column(FREE, "t"),)), 0, 5, False, b"1234567"),
        (chunk, native.plan((column(FREE, "t"),)), 0, 5, False, array("q", [3, 2])),
        (chunk, native.plan((column(FREE, "t"),)), 0, 5, False, array("q", [5])),
        (chunk, native.plan((column(FREE, "p"),)), 0, 5, False, array("q", [0])),
        (chunk, plan, 0, 1 << 40, False, None),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=r"planned|chosen|PyCapsule"):
            native.begin(*wrong)
    with pytest.raises(ValueError, match="missing"):
        native.found(chunk)
    assert native.read(chunk, b"", False, None) is None  # noqa: FBT003
    native.begin(chunk, plan, 0, 5, False, None)  # noqa: FBT003
    with pytest.raises(ValueError, match="missing"):
        native.found(chunk)
    with pytest.raises(ValueError, match="64 bits"):
        native.add(native.store(1), pl.Series([1], dtype=pl.Int32).__arrow_c_stream__(None))
    with pytest.raises(ValueError, match="no hash"):
        native.add(native.store(1), pl.Series([None], dtype=pl.UInt64).__arrow_c_stream__(None))


# ---- values ----

VALUES = {
    "t": (pa.string(), st.text("aé“\n", max_size=20)), "d": (pa.date32(), st.dates()),
    "g": (pa.float64(), st.floats(allow_nan=False)), "l": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "b": (pa.bool_(), st.booleans()),
}  # fmt: skip
TYPES = {"t": "string", "d": "date", "g": "number", "l": "integer", "b": "boolean"}


@pytest.mark.parametrize("has_zstd", [True, False])
@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
@settings(MANY, max_examples=100)
def test_values_are_those_that_arrow_writes(kind, has_zstd, data, tmp_path, monkeypatch):
    arrow, some = VALUES[kind]
    values = data.draw(st.lists(st.none() | some, min_size=1, max_size=400 if kind == "b" else 60))
    if data.draw(st.booleans()):
        values = values * 9
    monkeypatch.setattr(parquetpages, "HAS_ZSTD", has_zstd and parquetpages.HAS_ZSTD)
    path = tmp_path / "t.parquet"
    options = {
        "compression": ["none", "snappy", "zstd"], "use_dictionary": [True, False], "data_page_version": ["1.0", "2.0"],
        "data_page_size": [1, 50, 1 << 20], "row_group_size": [7, 1000], "dictionary_pagesize_limit": [20, 1 << 20],
    }  # fmt: skip
    chosen = {name: data.draw(st.sampled_from(some)) for name, some in options.items()}
    parquet.write_table(pa.table({"other": ["x"] * len(values), "a": pa.array(values, arrow)}), path, **chosen)
    rows = sorted(data.draw(st.sets(st.integers(0, len(values) - 1), min_size=1)))
    table = schema.package().table("statements")
    field = next(f for f in (f for t in schema.package().tables.values() for f in t.fields) if f.type == TYPES[kind])
    reader = ColumnReader(path, parquetfooter.read(path), Renamed(table, field), ["a"])
    assert reader.rows(rows, ["a"])["a"].to_list() == [values[i] for i in rows]
    look = firstlook.FirstLook(machine.native.plan((column(ANY, kind),)), ("a",), frozenset(), {})
    looked = reader.looked(range(len(reader.footer.rows)), look)
    assert looked["a"].to_list() == values
    if kind == "t":
        look = firstlook.FirstLook(machine.native.plan((column(ANY, "p"),)), ("a",), frozenset(), {})
        assert reader.looked(range(len(reader.footer.rows)), look)["a"].is_null().to_list() == [
            v is None for v in values
        ]


class Renamed:
    """A table with one column, a."""

    def __init__(self, table, field):
        self.table, self.field = table, field

    def __getitem__(self, name):
        assert name == "a"
        return self.field


@pytest.mark.parametrize("optional", [True, False])
def test_indices_are_those_of_known_texts(optional):
    of = known("aa", "bb", "cc")
    start = levels(repeated(3, 1)) if optional else b""
    plain = page(ROWS, 3, start + texts("cc", "aa", "bb"))
    named = page(ROWS, 3, start + rows_of([1, 0, 1], 1), encoding=DICTIONARY_ENCODING)
    entries = page(DICTIONARY, 2, texts("bb", "cc"))
    assert read(column(of, "i"), [entries, named, plain], 6, optional=optional) == ([], [2, 1, 2, 2, 0, 1])
    other = page(ROWS, 2, start.replace(b"\6", b"\4") + texts("xx", "bb"))
    assert read(column(of, "i"), [other], 2, optional=optional) == ([0], [0, 1])


def test_a_dictionary_is_unpacked_when_somebody_asks_for_it():
    asked = []

    def unpack(packed, _):
        asked.append(bytes(packed[:1]))
        return bytes(packed[1:])

    entries = page(DICTIONARY, 1, texts("aa"), packed=b"D" + texts("aa"))
    named = page(ROWS, 2, rows_of([0, 0], 1), packed=b"N" + rows_of([0, 0], 1), encoding=DICTIONARY_ENCODING)
    plain = page(ROWS, 2, texts("bb", "cc"), packed=b"P" + texts("bb", "cc"))
    pages = [entries, named, plain]
    assert read(column(ANY, "t"), pages, 4, chosen=array("q", [2, 3]), unpack=unpack) == ([], ["bb", "cc"])
    assert asked == [b"P"]
    asked.clear()
    assert read(column(ANY, "t"), pages, 4, chosen=array("q", [1]), unpack=unpack) == ([], ["aa"])
    assert asked == [b"D", b"N"]


@pytest.mark.parametrize("encoding", [PLAIN, DICTIONARY_ENCODING])
def test_chosen_rows_that_are_not_utf8_are_left_to_arrow(encoding):
    given = texts("aa", b"caf\xe9", b"a longer caf\xe9", "")
    pages = [page(ROWS, 4, given)]
    if encoding == DICTIONARY_ENCODING:
        pages = [page(DICTIONARY, 4, given), page(ROWS, 4, rows_of([0, 1, 2, 3], 2), encoding=encoding)]
    assert read(column(ANY, "t"), pages, 4, chosen=array("q", [0, 3])) == ([], ["aa", ""])
    for row in (1, 2):
        assert read(column(ANY, "t"), pages, 4, chosen=array("q", [0, row])) is None


def test_what_unpacks_must_give_what_the_page_says():
    pages = [page(ROWS, 1, texts("aa"), packed=b"packed")]
    assert read(column(WORDS), pages, 1, unpack=lambda *_: texts("aa")) == ([], None)
    assert read(column(WORDS), pages, 1, unpack=lambda *_: texts("aa")[:-1]) is None
    assert read(column(WORDS), pages, 1, unpack=lambda *_: texts("aa") + b"x") is None
    with pytest.raises(TypeError):
        read(column(WORDS), pages, 1, unpack=lambda *_: "text")
    with pytest.raises(ZeroDivisionError):
        read(column(WORDS), pages, 1, unpack=lambda *_: 1 / 0)


# ---- files ----


def written(tmp_path, **options):
    """Write some statements, and return their source."""
    path = tmp_path / "statements.parquet"
    parquet.write_table(parquet.read_table(ROOT / "data/statements.parquet"), path, **options)
    return ParquetSource(path, schema.package().table("statements"), "statements.parquet")


def sifted(source):
    table = source.table
    sieve = Sieve(table, {}, row_rules(table.name, table.names), frozenset(table.names))
    return pl.concat(flags for _, flags in source.sifted(sieve, [source.column("statement_id").hash().alias("hash")]))


@pytest.mark.parametrize(
    ("options", "is_usual"),
    [
        ({}, True), ({"compression": "snappy"}, True), ({"compression": "none"}, True),
        ({"data_page_version": "2.0"}, True), ({"compression": "gzip"}, False), ({"compression": "lz4"}, False),
        ({"use_dictionary": False, "column_encoding": {"summary": "DELTA_BYTE_ARRAY"}}, False),
    ],
)  # fmt: skip
def test_what_is_unusual_is_left_to_arrow(options, is_usual, tmp_path, monkeypatch):
    source = written(tmp_path, row_group_size=200, **options)
    batches, asked = ParquetSource.batches, []
    monkeypatch.setattr(ParquetSource, "batches", lambda *a: asked.append(1) or batches(*a))
    found = sifted(source)
    assert bool(asked) != is_usual
    assert source.problems == []
    monkeypatch.setattr(machine, "native", None)
    assert sifted(written(tmp_path, row_group_size=200, **options)).equals(found)


def test_rows_are_read_as_arrow_reads_them(tmp_path):
    source = written(tmp_path, row_group_size=50, data_page_size=300)
    whole = parquet.read_table(source.path)
    chosen = [i * i % 7 + 6 * i for i in range(99)]
    frame = source.reader.rows(chosen, source.columns)
    assert frame.to_dicts() == [whole.slice(i, 1).to_pylist()[0] for i in chosen]
    assert source.reader.rows(chosen, ["act"]).columns == ["act"]


def test_a_page_larger_than_what_is_read_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(parquetpages, "BUFFER", 64)
    source = written(tmp_path, data_page_size=1 << 20, compression="none")
    found = sifted(source)
    monkeypatch.setattr(machine, "native", None)
    assert sifted(written(tmp_path)).equals(found)


def test_a_row_group_too_large_to_be_held_is_left_to_arrow(tmp_path, monkeypatch):
    monkeypatch.setattr(parquetcolumns, "MOST_ROWS", 100)
    source = written(tmp_path)
    look = firstlook.prepared(Sieve(source.table, {}, [], frozenset(source.columns)), {}, 0, ())
    assert source.reader.looked([0], look) is None
    assert source.reader.rows([3], ["act"]) is None


def test_damaged_files_are_told_as_arrow_tells_them(tmp_path, monkeypatch):
    monkeypatch.setattr(contribution, "MOST_ROWS", -1)
    path = tmp_path / "statements.parquet"
    chance = random.Random(7)  # noqa: S311 - the same every time
    native, rules = machine.native, set()
    for compression in ("none", "snappy", "zstd"):
        parquet.write_table(
            parquet.read_table(ROOT / "data/statements.parquet")[:90], path, compression=compression, data_page_size=400
        )
        sound = path.read_bytes()
        for _ in range(60):
            raw = bytearray(sound)
            for _ in range(chance.choice([1, 1, 3])):
                raw[chance.randrange(4, len(raw))] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])
            path.write_bytes(raw)
            told = []
            for code in (native, None):
                monkeypatch.setattr(machine, "native", code)
                report = contribution.validate_paths([path], ROOT, quick=True)
                told.append({(p.rule, p.row, p.field, p.value) for p in report.problems})
            assert told[0] == told[1], bytes(raw)
            rules |= {rule for rule, *_ in told[0]}
    assert {"parquet", "pattern", "enum"} <= rules


def with_footer(path, fields):
    """Write a file with nothing but a footer."""
    made = struct(fields)
    path.write_bytes(b"PAR1" + made + len(made).to_bytes(4, "little") + b"PAR1")
    return parquetfooter.read(path)


LEAF = {1: 6, 3: 1, 4: b"act"}
PLACES = {4: 6, 7: Long(5), 9: Long(9), 11: Long(4)}


def test_a_footer_says_where_columns_stand(tmp_path):
    footer = with_footer(tmp_path / "t.parquet", {2: [{4: b"root", 5: 1}, LEAF], 4: [{1: [{3: PLACES}], 3: Long(7)}]})
    assert footer.columns == {"act": Column(0, 6, optional=True)}
    assert footer.rows == [7]
    assert footer.chunk(0, footer.columns["act"]) == (4, 5, 6)


@pytest.mark.parametrize(
    "leaf",
    [
        {},
        {3: 1, 4: b"act"},
        {**LEAF, 5: 1},
        {1: 6, 4: b"act"},
        {1: Long(6), 3: 1, 4: b"act"},
        {1: 6, 3: Long(0), 4: b"a"},
    ],
)
def test_what_a_footer_says_of_a_column_must_be_plain(leaf, tmp_path):
    fields = {2: [{4: b"root", 5: 1}, leaf], 4: [{1: [{3: PLACES}], 3: Long(7)}]}
    with pytest.raises(UnusualError):
        with_footer(tmp_path / "t.parquet", fields)
    fields[2][1] = {**LEAF, 3: 2}
    assert with_footer(tmp_path / "t.parquet", fields).columns == {}  # it is repeated


@pytest.mark.parametrize(
    "places",
    [
        {}, {**PLACES, 9: 9}, {**PLACES, 7: Long(-1)}, {**PLACES, 11: Long(3)}, {**PLACES, 4: Long(6)},
        {**PLACES, 7: b""}, {k: v for k, v in PLACES.items() if k != 9},
    ],
)  # fmt: skip
def test_what_a_footer_says_of_places_must_be_plain(places, tmp_path):
    fields = {2: [{4: b"root", 5: 1}, LEAF], 4: [{1: [{3: places}], 3: Long(7)}]}
    footer = with_footer(tmp_path / "t.parquet", fields)
    with pytest.raises(UnusualError):
        footer.chunk(0, footer.columns["act"])
    fields[4][0][1][0] = {1: b"elsewhere", 3: PLACES}
    footer = with_footer(tmp_path / "t.parquet", fields)
    with pytest.raises(UnusualError):
        footer.chunk(0, footer.columns["act"])


def test_a_field_of_another_kind_is_passed_over_as_arrow_does(tmp_path):
    groups = [{1: [{3: {4: 6, 7: Long(5), 9: Long(9), 11: 4}}], 3: Long(7)}]
    footer = with_footer(tmp_path / "t.parquet", {2: [{4: b"root", 5: 1}, LEAF], 4: groups})
    assert footer.chunk(0, footer.columns["act"]) == (9, 5, 6)
    twice = struct({1: 5})[:-1] + b"\x05\x02" + b"\x0a\0"  # field 1, and field 1 again
    assert machine.native.structure(struct({1: 5})) == {1 * 16 + 5: 5}
    assert machine.native.structure(twice) is None
    assert machine.native.structure(b"\x1c" * 40) is None  # too deep
    assert machine.native.structure(struct({1: [{}] * 14})) == {1 * 16 + 9: [{}] * 14}


def test_a_footer_may_say_anything(tmp_path):
    path = tmp_path / "t.parquet"
    for fields in ({}, {2: 1}, {2: b"x", 4: b"y"}, {2: {1: 1}, 4: {1: 1}}, {2: True, 4: 7}, {2: [], 4: []}):
        with pytest.raises(UnusualError):
            with_footer(path, fields)
    for raw in (b"", b"PAR1", b"PAR1PAR1", b"PAR1\xff\xff\xff\x7fPAR1", b"PAR1" * 5, b"PAR1\0\0\0\0\0PARE"):
        path.write_bytes(raw)
        with pytest.raises(UnusualError):
            parquetfooter.read(path)


@given(raw=st.binary(max_size=80))
@MANY
def test_a_structure_is_read_or_is_none(raw):
    assert isinstance(machine.native.structure(raw), dict | None)


def test_columns_in_others_are_not_taken_for_ours(tmp_path):
    path = tmp_path / "t.parquet"
    inner = pa.array([{"act": "x", "more": [1]}], pa.struct([("act", pa.string()), ("more", pa.list_(pa.int8()))]))
    given = {"first": inner, "act": ["a"], "many": [["b"]], "last": pa.array([7], pa.int64())}
    parquet.write_table(pa.table(given, schema=None), path)
    assert parquetfooter.read(path).columns == {"act": Column(2, 6, optional=True), "last": Column(4, 2, optional=True)}


def test_a_footer_with_any_byte_changed_is_told_as_arrow_tells_it(tmp_path, monkeypatch):
    monkeypatch.setattr(contribution, "MOST_ROWS", -1)
    path, native = tmp_path / "group_members.parquet", machine.native
    parquet.write_table(parquet.read_table(ROOT / "data/group_members.parquet")[:20], path)
    sound = path.read_bytes()
    start = len(sound) - 8 - int.from_bytes(sound[-8:-4], "little")
    for at in range(start, len(sound), 11):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 2]) + sound[at + 1 :])
        told = []
        for code in (native, None):
            monkeypatch.setattr(machine, "native", code)
            told.append(
                {(p.rule, p.row, p.field) for p in contribution.validate_paths([path], ROOT, quick=True).problems}
            )
        assert told[0] == told[1], at


def test_rows_are_told_though_another_part_is_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr(contribution, "MOST_ROWS", -1)
    monkeypatch.setattr("summitry.parquetsheets.ROWS_OF_A_PART", 20)
    frame = pl.read_parquet(ROOT / "data/statements.parquet")[:60]
    frame[5, "summary"] = "=a formula"
    path = tmp_path / "statements.parquet"
    parquet.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), path, row_group_size=20)
    raw, place = bytearray(path.read_bytes()), parquetfooter.read(path)
    place = place.chunk(2, place.columns["speaker_id"]).place
    raw[place : place + 30] = b"\xff" * 30
    path.write_bytes(raw)
    told = {p.rule for p in contribution.validate_paths([path], ROOT, quick=True).problems}
    assert told >= {"formula", "parquet"}


def test_values_that_have_no_text_in_csv_are_told_in_large_files_too(tmp_path, monkeypatch):
    days = pa.array([20000, 2932896, 2932897, -719162, -719163], pa.int32()).cast(pa.date32())
    numbers = [1, 10**18 - 1, 10**18, 5, -(10**18)]
    path = tmp_path / "collection.parquet"
    parquet.write_table(pa.table({"day": days, "pages_seen": numbers, "pages_set_aside": [1] * 5}), path)
    held = {(p.rule, p.row, p.field) for p in contribution.validate_paths([path], ROOT, quick=True).problems}
    monkeypatch.setattr(contribution, "MOST_ROWS", -1)
    assert {(p.rule, p.row, p.field) for p in contribution.validate_paths([path], ROOT, quick=True).problems} == held
    monkeypatch.setattr(machine, "native", None)
    assert {(p.rule, p.row, p.field) for p in contribution.validate_paths([path], ROOT, quick=True).problems} == held
    assert {("type", 3, "day"), ("type", 5, "day"), ("type", 3, "pages_seen")} <= held


# ---- hashes ----


@given(
    pieces=st.lists(st.lists(st.sampled_from([0, 1, 2, 2**63, 2**64 - 1, 77, 78, 79, 80, 81]), max_size=6), max_size=8)
)
@MANY
def test_repeated_hashes_are_those_that_sorting_finds(pieces):
    hashes = Hashes()
    for piece in pieces:
        hashes.add(pl.Series(piece, dtype=pl.UInt64))
    everything = [h for piece in pieces for h in piece]
    assert hashes.all().to_list() == everything
    assert hashes.repeated().to_list() == [i for i, h in enumerate(everything) if everything.count(h) > 1]
    assert hashes.repeated_by_polars().to_list() == hashes.repeated().to_list()


def test_repeated_hashes_among_many():
    chance = random.Random(3)  # noqa: S311 - as above
    numbers = [chance.getrandbits(64) for _ in range(50_000)]
    numbers[41_000] = numbers[7]
    numbers[3] = numbers[49_999] = 0
    hashes = Hashes()
    for first in range(0, len(numbers), 999):
        hashes.add(pl.Series(numbers[first : first + 999], dtype=pl.UInt64))
    hashes.add(pl.Series(range(1, 20_000), dtype=pl.UInt64))  # what rows without a key get
    assert hashes.repeated().to_list() == [3, 7, 41_000, 49_999]


def test_days_are_days():
    days = (20000).to_bytes(4, "little") + (-1).to_bytes(4, "little", signed=True)
    values = read(column(ANY, "d"), [page(ROWS, 2, days)], 2)
    assert values == ([], [dt.date(2024, 10, 4), dt.date(1969, 12, 31)])
