"""Bad and hostile input: each gets a problem at its place, and nobody reads, runs or calls what it names."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import summitry
from conftest import ROOT, some_every_day
from summitry.errors import InputError, UnknownNameError
from summitry.validation import reporters
from summitry.validation.child_process import validate_paths
from summitry.validation.limits import Limits, allow

HEADER = "actor_id,name,kind,part_of_id,belligerent,country_code,wikidata_id\n"
GOOD = "some-body,Some Body,person,,false,,\n"
SOURCES = "source_id,kind,publisher_id,agency_id,original_publisher_id,title,url,published_on,published_on_basis,"
SOURCES += "language,text_path,sha256,n_codepoints,note\n"

VIEWS = pytest.mark.skipif(pa.__version__.startswith("20."), reason="Arrow writes them from version 21 on")
HERE = Limits(opening=allow)  # Parquet files that we wrote ourselves need no process of their own

opened: list[str] = []
watching = False


def _watch(event, arguments):
    if watching and event == "open" and isinstance(arguments[0], (str, bytes)):
        opened.append(os.path.realpath(os.fsdecode(arguments[0])))


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def guarded(monkeypatch, tmp_path):
    """No test may use the network, or open anything in the folder `outside`."""
    global watching  # noqa: PLW0603 - an audit hook cannot be removed, only switched off

    def refuse(*_, **__):
        pytest.fail("a network connection was tried")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    opened.clear()
    watching = True
    yield
    watching = False
    secret = os.path.realpath(tmp_path / "outside")
    assert not [path for path in opened if path.startswith(secret)]


@pytest.fixture
def folder(tmp_path):
    """The contribution under test."""
    found = tmp_path / "given"
    found.mkdir()
    return found


@pytest.fixture
def outside(tmp_path):
    """A valid contribution with a text, that nobody is to open."""
    found = tmp_path / "outside"
    (found / "seeds").mkdir(parents=True)
    (found / "actors.csv").write_text(HEADER + GOOD)
    (found / "datapackage.json").write_text('{"resources": [{"path": "actors.csv"}]}')
    (found / "seeds" / "secret.txt").write_text("a secret")
    opened.clear()
    return found


@pytest.fixture
def reported(bare, folder):
    """Validate the folder, or a path in it; return file, line, column, field and rule of each problem."""

    def call(path="."):
        report = validate_paths([folder / path], bare)
        for p in report.problems:
            assert p.expected
            assert p.fix
            assert max(len(p.value or ""), len(p.key or "")) <= 400
            assert len(p.fix) < 50_000
        for format_ in reporters.FORMATS:
            reporters.render(report, format_).encode("utf-8")
        home = str(folder)
        return [(p.file.removeprefix(home).strip("/"), p.line, p.column, p.field, p.rule) for p in report.problems]

    return call


def places(problems):
    """The places and rules of problems that are all in one file."""
    assert len({file for file, *_ in problems}) <= 1
    return [(line, column, rule) for _, line, column, _, rule in problems]


BYTES = {
    "Latin-1": (HEADER.encode() + b"some-body,Caf\xe9,person,,false,,\n", [(2, 14, "encoding")]),
    "Windows-1251 in two lines": (
        HEADER.encode() + b"some-body,\xcf\xf3\xf2,person,,false,,\nother-body,\xcf,person,,false,,\n",
        [(2, 11, "encoding"), (3, 12, "encoding")],
    ),
    "a cut UTF-8 sequence": (HEADER.encode() + b"some-body,caf\xc3,person,,false,,\n", [(2, 14, "encoding")]),
    "an encoded surrogate": (HEADER.encode() + b"some-body,\xed\xa0\x80,person,,false,,\n", [(2, 11, "encoding")]),
    "UTF-16": ((HEADER + GOOD).encode("utf-16"), [(1, 1, "encoding")]),
    "UTF-16, big end first": (b"\xfe\xff" + (HEADER + GOOD).encode("utf-16-be"), [(1, 1, "encoding")]),
    "a byte order mark": (b"\xef\xbb\xbf" + (HEADER + GOOD).encode(), [(1, 1, "byte-order-mark")]),
    "CRLF": ((HEADER + GOOD).replace("\n", "\r\n").encode(), [(1, 1, "line-end")]),
    "CRLF in one line": ((HEADER + GOOD).encode() + b"other-body,Other,person,,false,,\r\n", [(3, 1, "line-end")]),
    "NUL": (HEADER.encode() + b"some-body,Some\0Body,person,,false,,\n", [(2, 11, "character")]),
    "only NUL": (b"\0" * 100, [(1, 1, "header")]),
    "an unclosed quote": (
        (HEADER + 'some-body,"Some Body,person,,false,,\nother-body,Other,persn,,false,,\n').encode(),
        [(2, 11, "quoting"), (3, 18, "enum")],
    ),
    "an unclosed quote at the very end": ((HEADER + GOOD + '"').encode(), [(3, 1, "quoting")]),
    "a quote inside a cell": ((HEADER + 'some-body,Some "Body",person,,false,,\n').encode(), [(2, 11, "quoting")]),
    "a stray carriage return": ((HEADER + "some-body,Some\rBody,person,,false,,\n").encode(), [(2, 11, "quoting")]),
    "many carriage returns": ((HEADER + GOOD + "\r\r\r\r\n").encode(), [(3, 1, "line-end"), (3, 1, "quoting")]),
    "too few cells": ((HEADER + "some-body,Some Body\n" + GOOD).encode(), [(2, 11, "cell-count")]),
    "too many cells": ((HEADER + GOOD.replace("\n", ",,x\n")).encode(), [(2, 37, "cell-count")]),
    "a blank line": ((HEADER + "\n" + GOOD).encode(), [(2, 1, "blank-line")]),
    "a missing column": (
        b"actor_id,name,kind,part_of_id,country_code,wikidata_id\nsome-body,Some Body,person,,,\n",
        [(1, 1, "header")],
    ),
    "an extra column": ((HEADER[:-1] + ",extra\n" + GOOD[:-1] + ",\n").encode(), [(1, 68, "header")]),
    "a nameless column": ((HEADER[:-1] + ",\n" + GOOD[:-1] + ",\n").encode(), [(1, 68, "header")]),
    "a repeated column": ((HEADER[:-1] + ",name\n" + GOOD[:-1] + ",=1\n").encode(), [(1, 68, "header")]),
    "misordered columns": (
        b"name,actor_id,kind,part_of_id,belligerent,country_code,wikidata_id\nSome,some-body,persn,,false,,\n",
        [(2, 16, "enum")],
    ),
    "a column in look-alike letters": (HEADER.replace("name", "n\u0430me").encode(), [(1, 10, "header")]),
    "nothing": (b"", [(1, 1, "header")]),
    "only a line end": (b"\n", [(1, 1, "header")]),
    "another table": (b"group_id,member_id\na,b\n", [(1, 1, "header"), (1, 1, "header"), (1, 10, "header")]),
    "the header alone": (HEADER.encode(), []),
    "the header without a line end": (HEADER[:-1].encode(), []),
}


@pytest.mark.parametrize("case", BYTES)
def test_bytes_of_bad_form_are_reported_at_their_place(case, folder, reported):
    raw, expected = BYTES[case]
    (folder / "actors.csv").write_bytes(raw)
    assert places(reported()) == expected


NAMES = {
    "an equals sign": ("=HYPERLINK(1)", "formula"),
    "a plus sign": ("+1+1", "formula"),
    "a minus sign": ("-2+3|cmd", "formula"),
    "an at sign": ("@SUM(A1)", "formula"),
    "a quoted formula": ('"=HYPERLINK(""http://x.test"",""y"")"', "formula"),
    "a tab before a formula": ("\t=1+1", "character"),
    "a space before a formula": (" =1+1", "space"),
    "a right-to-left override": ("Some\u202eydoB", "character"),
    "an isolate": ("Some\u2067Body", "character"),
    "a byte order mark": ("Some\ufeffBody", "character"),
    "a line break": ('"Some\nBody"', "character"),
    "an escape sequence": ("\x1b[31mBody", "character"),
    "a bell": ("Some\x07", "character"),
    "a million characters": ("x" * 1_000_000, "maxLength"),
    "nothing": ("", "required"),
    "a space alone": (" ", "space"),
}


@pytest.mark.parametrize("case", NAMES)
def test_hostile_text_is_reported_at_its_cell(case, folder, reported):
    cell, rule = NAMES[case]
    (folder / "actors.csv").write_text(f"{HEADER}{GOOD}other-body,{cell},person,,false,,\n", newline="")
    assert reported() == [("actors.csv", 3, 12, "name", rule)]


IDS = {
    "a Cyrillic letter": "p\u043etus",
    "a Greek letter": "\u03bfther",
    "a mathematical letter": "\U0001d41aother",
    "a letter with a mark": "o\u0308ther",
    "a full-width digit": "other-\uff11",
    "a soft hyphen": "other\u00ad",
    "a zero-width space": "other\u200b",
    "a right-to-left override": "other\u202e",
    "a NUL": "other\0",
    "a line break": '"other\nbody"',
    "a capital": "Other",
    "a formula": "=other",
    "a path": "../../other",
    "a long word of another script": "\u0430" * 300_000,
}


@pytest.mark.parametrize("case", IDS)
def test_an_id_in_other_letters_is_reported_at_its_cell(case, folder, reported):
    (folder / "actors.csv").write_text(f"{HEADER}{GOOD}{IDS[case]},Other,person,,false,,\n", "utf-8", newline="")
    assert reported() == [("actors.csv", 3, 1, "actor_id", "pattern")]


def test_a_look_alike_letter_is_called_by_its_name(folder, bare):
    (folder / "actors.csv").write_text(f"{HEADER}p\u043etus,Other,person,,false,,\n", "utf-8")
    (problem,) = validate_paths([folder], bare).problems
    assert "CYRILLIC SMALL LETTER O at position 2" in problem.fix


@pytest.mark.parametrize(
    "day", ["0000-01-01", "2025-02-30", "99999-01-01", "\uff12\uff10\uff12\uff15-08-22", "2025-08-22\0"]
)
def test_a_day_that_is_none_is_reported_at_its_cell(day, folder, reported):
    row = f"some-source,press,some-body,,,A title,,{day},stated,en,,,,\n"
    (folder / "sources.csv").write_text(SOURCES + row, "utf-8")
    (folder / "actors.csv").write_text(HEADER + GOOD)
    assert reported() == [("sources.csv", 2, 40, "published_on", "type")]


@pytest.mark.parametrize("n", ["9" * 19, "9" * 100_000, "1e9", "-" * 1000, "٣"])
def test_a_number_that_is_none_is_reported_at_its_cell(n, folder, reported):
    header = "location_id,name,kind,part_of_id,country_code,iso_3166_2,geonames_id,wikidata_id,"
    header += "latitude,longitude,coordinate_precision\n"
    (folder / "locations.csv").write_text(f"{header}some-place,Some,site,,,,{n},,,,\n", "utf-8")
    assert reported() == [("locations.csv", 2, 25, "geonames_id", "type")]


@pytest.mark.parametrize("column", ["kind", "part_of_id", "belligerent", "country_code"])
def test_a_very_long_value_of_any_column_is_reported_at_its_cell(column, folder, reported):
    cells = dict(zip(HEADER.strip().split(","), GOOD.strip().split(","), strict=True))
    start = len(",".join(list(cells.values())[: list(cells).index(column)])) + 2
    (folder / "actors.csv").write_text(HEADER + ",".join((cells | {column: "p" * 5_000_000}).values()) + "\n")
    ((file, line, at, field, _),) = reported()
    assert (file, line, at, field) == ("actors.csv", 2, start, column)


LONG_LINES = {
    "of a header": ("", [(1, 1, "header")]),
    "of an unclosed quote": (HEADER + '"', [(2, 1, "quoting")]),
    "of one cell": (HEADER + "some-body,", [(2, 11, "cell-count")]),
}


@pytest.mark.parametrize("case", LONG_LINES)
def test_a_line_of_20_mb_is_reported(case, folder, reported):
    head, expected = LONG_LINES[case]
    with (folder / "actors.csv").open("w") as file:
        file.write(head)
        for _ in range(20):
            file.write("a" * 1_000_000)
    assert places(reported()) == expected
    (folder / "actors.csv").unlink()


def test_a_million_columns_are_reported_in_a_page(folder, reported):
    (folder / "actors.csv").write_text(",".join(f"c{i}" for i in range(1_000_000)))
    found = places(reported())
    assert {rule for _, _, rule in found} == {"header"}
    assert {line for line, _, _ in found} == {1}
    assert len(found) < 30


def test_a_hundred_thousand_cells_in_a_row_are_reported_once(folder, reported):
    (folder / "actors.csv").write_text(HEADER + GOOD + "," * 100_000 + "\nother-body,Other,person,,false,,\n")
    assert places(reported()) == [(3, 8, "cell-count")]


# descriptors


def describe(folder, *resources, **more):
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources, **more}))


LEADING_OUT = [
    "..", "../outside/actors.csv", "x/../../outside/actors.csv", "{outside}/actors.csv", "/dev/zero",
    "//host/actors.csv",
    "https://example.org/actors.csv", "http://127.0.0.1/actors.csv", "s3://bucket/actors.csv", "file:///etc/passwd",
    "file:/etc/passwd", "data:text/csv,a", "C:\\actors.csv", "C:/actors.csv", "..\\outside\\actors.csv",
    "\\\\host\\share\\actors.csv", "zip://x.zip::actors.csv", "", ".", "./", None, 5, True, ["../actors.csv"], {"a": 1},
    "actors.csv\0", "://",
]  # fmt: skip


@pytest.mark.parametrize("where", LEADING_OUT, ids=repr)
def test_a_path_of_a_descriptor_leads_nowhere_else(where, folder, outside, reported):
    if isinstance(where, str):
        where = where.replace("{outside}", str(outside))
    describe(folder, {"name": "actors", "path": where})
    assert reported() == [("datapackage.json", None, None, None, "path")]


SCHEMAS = ["../outside/datapackage.json", "/etc/passwd", "https://example.org/schema.json", "file:///etc/passwd"]


@pytest.mark.parametrize("where", SCHEMAS)
def test_a_schema_of_a_descriptor_leads_nowhere_else(where, folder, outside, reported):
    (folder / "actors.csv").write_text(HEADER + GOOD)
    describe(folder, {"path": "actors.csv", "schema": where})
    assert reported() == [("datapackage.json", None, None, None, "path")]
    assert outside.is_dir()


@pytest.mark.parametrize(
    "where",
    ["~/actors.csv", "$HOME/actors.csv", "nowhere/actors.csv", "a" * 300 + "/actors.csv", "a/" * 3000 + "actors.csv"],
    ids=lambda w: w[:12],
)
def test_a_path_that_is_not_there_is_reported(where, folder, reported):
    describe(folder, {"path": where})
    ((file, *_, rule),) = reported()
    assert (file[:6], rule) == (where[:6], "file")


@pytest.mark.parametrize("where", ["\ud800.csv", "x" * 100_000 + ".csv", "actors", "actors.CSV", "frictionless_x.py"])
def test_a_resource_that_is_no_table_is_reported(where, folder, reported):
    describe(folder, {"path": where})
    assert [rule for *_, rule in reported()] == ["file"]


def test_a_table_that_a_descriptor_does_not_name_is_reported_and_checked(folder, reported):
    (folder / "actors.csv").write_text(HEADER + GOOD.replace("person", "persn"))
    (folder / "groups.csv").write_text("a\n")
    (folder / "data").mkdir()
    (folder / "data" / "roles.parquet").write_bytes(b"PAR1")
    (folder / "events.PARQUET").write_bytes(b"")
    (folder / "group_members.csv").write_text("group_id,member_id\n")
    for resources in ([], [{"path": "group_members.csv"}], [{"path": "nowhere/x.csv"}]):
        describe(folder, *resources)
        found = {(file, rule) for file, *_, rule in reported()}
        assert {("actors.csv", "descriptor"), ("actors.csv", "enum")} <= found
        assert {("groups.csv", "descriptor"), ("groups.csv", "file")} <= found
        assert {("data/roles.parquet", "descriptor"), ("data/roles.parquet", "parquet")} <= found
        assert {("events.PARQUET", "descriptor"), ("events.PARQUET", "file")} <= found


@pytest.mark.parametrize("resources", ["[]", "[{}]", "[null]", '[{"name": "actors"}]'])
def test_a_package_without_tables_is_reported(resources, folder, reported):
    (folder / "datapackage.json").write_text(f'{{"resources": {resources}}}')
    assert {rule for *_, rule in reported()} <= {"descriptor", "path"}
    assert reported()


def test_texts_beside_a_descriptor_are_checked(folder, reported):
    (folder / "actors.csv").write_text(HEADER + GOOD)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "evil.exe").write_text("x")
    (folder / "seeds" / "nobody-names-it.txt").write_text("x")
    describe(folder, {"path": "actors.csv"})
    assert {(file, rule) for file, *_, rule in reported()} == {
        ("seeds/evil.exe", "file"),
        ("seeds/nobody-names-it.txt", "text"),
    }


def test_a_text_that_no_source_names_is_reported(folder, reported):
    (folder / "actors.csv").write_text(HEADER + GOOD)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "a.txt").write_text("x")
    assert reported() == [("seeds/a.txt", None, None, None, "text")]


def test_a_package_of_some_tables_may_name_what_ships(folder, few_rows):
    (folder / "group_members.csv").write_text("group_id,member_id\neuropeans,russia\n")
    describe(folder, {"path": "group_members.csv"})
    assert [p.rule for p in validate_paths([folder], few_rows).problems if p.severity == "error"] == []


def test_a_descriptor_that_refers_to_itself_is_read_once(folder, reported):
    (folder / "actors.csv").write_text(HEADER + GOOD)
    remote = {"$schema": "https://example.org/x.json", "profile": "https://example.org/y.json"}
    looped = {"path": "actors.csv", "schema": {"$ref": "#/resources/0/schema"}, **remote}
    describe(folder, looped, {"$ref": "#/resources/1", "path": "../x"}, **{"$ref": "#", **remote})
    assert reported() == [("datapackage.json", None, None, None, "path")]


def test_a_table_named_twice_is_reported(folder, reported):
    (folder / "actors.csv").write_text(HEADER + GOOD)
    describe(folder, {"path": "actors.csv"}, {"path": "./actors.csv"})
    assert reported() == [("./actors.csv", None, None, None, "file")]


@pytest.mark.parametrize("digest", ["sha256:" + "0" * 64, "", None, 5, ["x"], {"a": 1}, "x" * 100_000])
def test_a_hash_that_does_not_match_is_reported_at_the_file(digest, folder, reported):
    (folder / "actors.csv").write_text(HEADER + GOOD)
    describe(folder, {"path": "actors.csv", "hash": digest})
    assert reported() == [("actors.csv", None, None, None, "hash")]
    right = hashlib.sha256((HEADER + GOOD).encode()).hexdigest()
    describe(folder, {"path": "actors.csv", "hash": f"sha256:{right}"})
    assert reported() == []


JSONS = {
    "nothing": b"",
    "cut off": b'{"resources": [',
    "100,000 brackets": b'{"resources": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "100,000 braces": b'{"resources": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "a number without end": b'{"resources": ' + b"9" * 100_000 + b"}",
    "a list": b"[]",
    "null": b"null",
    "no resources": b"{}",
    "resources by name": b'{"resources": {"actors": {"path": "actors.csv"}}}',
    "Latin-1": b'{"resources": [], "title": "\xe9"}',
    "NUL": b"\0" * 50,
    "larger than any descriptor": b'{"resources": [' + b" " * 10_000_001 + b"]}",
}


@pytest.mark.parametrize("case", JSONS)
def test_a_descriptor_that_is_none_is_reported(case, folder, reported):
    (folder / "datapackage.json").write_bytes(JSONS[case])
    assert reported() == [("datapackage.json", None, None, None, "descriptor")]


@pytest.mark.parametrize("resource", [None, 5, [], "actors.csv", {}])
def test_a_resource_that_is_none_is_reported(resource, folder, reported):
    describe(folder, resource)
    assert reported() == [("datapackage.json", None, None, None, "path")]


# links, folders and devices


def test_a_link_out_of_the_folder_is_not_followed(folder, outside, reported):
    (folder / "actors.csv").symlink_to(outside / "actors.csv")
    assert reported() == [("actors.csv", None, None, None, "path")]
    assert reported("actors.csv") == [("actors.csv", None, None, None, "path")]


def test_a_link_inside_the_folder_is(folder, reported):
    (folder / ".kept.csv").write_text(HEADER + GOOD)
    (folder / "actors.csv").symlink_to(".kept.csv")
    assert reported() == []


def test_a_linked_descriptor_is_not_followed(folder, outside, reported):
    (folder / "datapackage.json").symlink_to(outside / "datapackage.json")
    assert reported() == [("datapackage.json", None, None, None, "path")]


def test_a_linked_folder_in_a_path_is_not_followed(folder, outside, reported):
    (folder / "data").symlink_to(outside)
    describe(folder, {"path": "data/actors.csv"})
    assert reported() == [("data/actors.csv", None, None, None, "path")]


@pytest.mark.parametrize("target", ["actors.csv", "nowhere.csv", "/dev/zero", "/proc/self/mem"])
def test_a_link_to_nothing_that_can_be_read_is_reported(target, folder, reported):
    (folder / "actors.csv").symlink_to(target)
    ((file, *_, rule),) = reported()
    assert (file, rule in {"file", "path"}) == ("actors.csv", True)


def source(text_path, text=b"a secret"):
    """A source whose text has the right hash and length: only its place is wrong."""
    digest, n = hashlib.sha256(text).hexdigest(), len(text)
    return f"{SOURCES}some-source,press,some-body,,,A title,,2025-08-22,stated,en,{text_path},{digest},{n},\n"


@pytest.fixture
def with_actor(folder):
    (folder / "actors.csv").write_text(HEADER + GOOD)


@pytest.mark.usefixtures("with_actor")
def test_a_text_beside_the_tables_is_read(folder, reported):
    (folder / "seeds").mkdir()
    (folder / "seeds" / "secret.txt").write_text("a secret")
    (folder / "sources.csv").write_text(source("seeds/secret.txt"))
    assert reported() == []


@pytest.mark.usefixtures("with_actor")
@pytest.mark.parametrize(
    ("text_path", "rule"),
    [
        ("../outside/seeds/secret.txt", "pattern"),
        ("{outside}/seeds/secret.txt", "pattern"),
        ("seeds/../../outside/seeds/secret.txt", "pattern"),
        ("seeds/\0.txt", "pattern"),
        ("actors.csv", "pattern"),
        ("data/actors.csv", "pattern"),
        ("schemas/package.json", "pattern"),
        ("https://example.org/secret.txt", "pattern"),
        ("seeds/" + "x" * 90 + ".txt", "text"),
        ("seeds/" + "x" * 5000 + ".txt", "maxLength"),
    ],
    ids=lambda v: v[:20],
)
def test_a_text_path_leads_nowhere_else(text_path, rule, folder, outside, bare, reported):
    (bare / "seeds").mkdir(exist_ok=True)  # so that texts are looked for
    (folder / "sources.csv").write_text(source(text_path.replace("{outside}", str(outside))))
    assert reported() == [("sources.csv", 2, 61, "text_path", rule)]


@pytest.mark.usefixtures("with_actor")
def test_a_linked_folder_of_texts_is_not_followed(folder, outside, bare, reported):
    (bare / "seeds").mkdir(exist_ok=True)
    (folder / "seeds").symlink_to(outside / "seeds")
    (folder / "sources.csv").write_text(source("seeds/secret.txt"))
    assert reported() == [("seeds", None, None, None, "path"), ("sources.csv", 2, 61, "text_path", "text")]


@pytest.mark.usefixtures("with_actor")
def test_a_linked_text_is_not_followed(folder, outside, bare, reported):
    (bare / "seeds").mkdir(exist_ok=True)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "secret.txt").symlink_to(outside / "seeds" / "secret.txt")
    (folder / "sources.csv").write_text(source("seeds/secret.txt"))
    assert reported() == [("seeds/secret.txt", None, None, None, "path"), ("sources.csv", 2, 61, "text_path", "text")]


@pytest.mark.usefixtures("with_actor")
@pytest.mark.parametrize("raw", [b"\xff\xfe\x00\x01", b"\x80" * 100, b"PK\x03\x04\xe9", bytes(range(256))])
def test_a_binary_text_is_reported_at_its_source(raw, folder, reported):
    (folder / "seeds").mkdir()
    (folder / "seeds" / "secret.txt").write_bytes(raw)
    (folder / "sources.csv").write_text(source("seeds/secret.txt", raw))
    assert reported() == [("sources.csv", 2, 61, "text_path", "text")]


@pytest.mark.parametrize("name", ["some.exe", "frictionless_x.py", "some.txt"])
def test_the_folder_of_texts_has_only_texts(name, folder, reported):
    (folder / "seeds" / name).mkdir(parents=True)
    (folder / "group_members.csv").write_text("group_id,member_id\n")
    assert reported() == [(f"seeds/{name}", None, None, None, "file")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", ["actors.csv", "actors.parquet", "seeds", "seeds/x.txt", "datapackage.json"])
def test_a_pipe_is_not_waited_for(name, folder, reported):
    (folder / name).parent.mkdir(exist_ok=True)
    os.mkfifo(folder / name)
    ((file, *_, rule),) = reported()
    assert (file, rule) == (name, "path" if name == "seeds" else "file")


@pytest.mark.parametrize("name", ["actors.csv", "actors.parquet", "datapackage.json", "some-folder"])
def test_a_directory_where_a_file_belongs_is_reported(name, folder, reported):
    (folder / name).mkdir()
    (folder / name / "actors.csv").write_text("not looked at")
    assert reported() == [(name, None, None, None, "file")]


def test_a_resource_that_is_a_directory_is_reported(folder, reported):
    (folder / "actors.csv").mkdir()
    describe(folder, {"path": "actors.csv"})
    assert reported() == [("actors.csv", None, None, None, "file")]


def refusing(monkeypatch, method, *names):
    """Let the system refuse some files, as it does without rights; root has all rights, so they cannot be taken."""
    real = getattr(Path, method)

    def call(self, *arguments, **keywords):
        if self.name in names:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        return real(self, *arguments, **keywords)

    monkeypatch.setattr(Path, method, call)


def test_a_file_that_may_not_be_read_is_reported(folder, reported, monkeypatch):
    (folder / "actors.csv").write_text(HEADER + GOOD)
    refusing(monkeypatch, "open", "actors.csv")
    refusing(monkeypatch, "read_bytes", "datapackage.json")
    assert reported() == [("actors.csv", None, None, None, "file")]
    describe(folder, {"path": "actors.csv"})
    assert reported() == [("datapackage.json", None, None, None, "file")]


def test_a_parquet_file_that_may_not_be_read_is_reported(folder, reported, monkeypatch):
    (folder / "actors.parquet").write_bytes(b"PAR1")
    refusing(monkeypatch, "open", "actors.parquet")
    assert reported() == [("actors.parquet", None, None, None, "parquet")]


def test_a_folder_of_texts_that_may_not_be_read_is_reported(folder, reported, monkeypatch):
    (folder / "seeds").mkdir()
    refusing(monkeypatch, "iterdir", "seeds")
    assert reported() == [("seeds", None, None, None, "file")]


def test_a_folder_that_may_not_be_read_cannot_be_checked(folder, bare, monkeypatch):
    refusing(monkeypatch, "iterdir", folder.name)
    with pytest.raises(InputError, match="Permission denied"):
        validate_paths([folder], bare)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_one_file_may_be_given_more_than_once(times, folder, bare):
    (folder / "actors.csv").write_text(HEADER + GOOD)
    assert validate_paths([folder / "actors.csv"] * times, bare).problems == []


def test_a_table_of_the_dataset_itself_may_be_given(folder):
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    (folder / "data").mkdir()
    (folder / "data" / "actors.csv").write_text(HEADER + GOOD + "other-body,Other,persn,,false,,\n")
    (problem,) = validate_paths([folder / "data" / "actors.csv"], folder).problems
    assert (problem.line, problem.column, problem.rule) == (3, 18, "enum")


# names and code


ODD_NAMES = [
    b"\xff.csv", b"a\nb.csv", b"actors.csv\r", b"actors .csv", "x\u202ey.csv".encode(), b"-rf.csv", b"%0A::error::.csv",
    b"<script>alert(1)<script>.csv", b"\x1b[2J.csv", b"a" * 250 + b".csv", "\u0430ctors.csv".encode(), b"ACTORS.CSV",
    b"*.parquet", b"$(touch ran).csv", b"frictionless_x.py", b"conftest.py", b"sitecustomize.py", b"actors.csv.exe",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES, ids=repr)
def test_an_odd_file_name_is_reported_in_letters_that_can_be_printed(name, folder, bare):
    (bare / "seeds").mkdir(exist_ok=True)  # so that nothing is left unchecked
    with open(os.path.join(os.fsencode(folder), name), "w", encoding="utf-8") as file:  # noqa: PTH118, PTH123 - bytes
        file.write("raise SystemExit(3)")
    report = validate_paths([folder], bare)
    assert [p.rule for p in report.problems] == ["file"]
    assert all((p.file + p.value + p.fix).isprintable() for p in report.problems)
    for format_ in reporters.FORMATS:
        rendered = reporters.render(report, format_).encode().decode()
        assert "\x1b[2J" not in rendered
        assert "<script>" not in rendered or format_ != "html"
    (line, count, end) = reporters.render(report, "github").split("\n")
    assert line.startswith("::error ")
    assert (count[:9], end) == ("not valid", "")


CODE = "from pathlib import Path\nPath({marker!r}).write_text('ran')\n"


@pytest.mark.parametrize("way", ["folder", "package"])
def test_no_code_beside_the_data_is_run(way, folder, bare, tmp_path, monkeypatch):
    marker = tmp_path / "marker"
    for name in ("frictionless_x", "frictionless", "conftest", "sitecustomize", "summitry", "pycountry", "actors"):
        (folder / f"{name}.py").write_text(CODE.format(marker=str(marker)))
    (folder / "frictionless_y").mkdir()
    (folder / "frictionless_y" / "__init__.py").write_text(CODE.format(marker=str(marker)))
    (folder / "actors.csv").write_text(HEADER + GOOD)
    if way == "package":
        describe(folder, {"path": "actors.csv"})
    monkeypatch.chdir(folder)
    report = validate_paths([Path()], bare)
    assert len(report.problems) == (0 if way == "package" else 8)
    assert {p.rule for p in report.problems} <= {"file"}
    assert not marker.exists()


# Parquet


def column(**odd):
    """A valid table of actors as Arrow, with some columns in another type."""
    good = {
        "actor_id": pa.array(["some-body"]),
        "name": pa.array(["Some Body"]),
        "kind": pa.array(["person"]),
        "part_of_id": pa.array([None], pa.string()),
        "belligerent": pa.array([False]),
        "country_code": pa.array([None], pa.string()),
        "wikidata_id": pa.array([None], pa.string()),
    }
    return pa.table(good | odd)


TYPES = {
    "integers for text": ("name", pa.array([5])),
    "floats for text": ("name", pa.array([5.0])),
    "bytes for text": ("name", pa.array([b"Some"])),
    "dates for text": ("name", pa.array([dt.date(2025, 8, 22)])),
    "a list": ("name", pa.array([["Some"]])),
    "a struct": ("name", pa.array([{"a": {"b": [1]}}])),
    "a struct with a field of the same name": ("name", pa.array([{"name": "Some"}])),
    "a map": ("name", pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64()))),
    "a deep type": ("name", pa.array([None], reduce(lambda inner, _: pa.list_(inner), range(40), pa.int8()))),
    "floats for booleans": ("belligerent", pa.array([0.0])),
    "dates for booleans": ("belligerent", pa.array([dt.date(2025, 8, 22)])),
    "integers for an enumeration": ("kind", pa.array([0])),
    "an enumeration of integers": ("kind", pa.array([0]).dictionary_encode()),
}


@pytest.mark.parametrize("case", TYPES)
def test_a_parquet_column_of_another_type_is_reported(case, folder, bare):
    name, values = TYPES[case]
    parquet.write_table(column(**{name: values}), folder / "actors.parquet")
    (problem,) = validate_paths([folder], bare, limits=HERE).problems
    assert (problem.rule, problem.field, problem.row) == ("header", name, None)
    assert problem.value


@pytest.mark.parametrize(
    "values",
    [pa.array([dt.time(0)]), pa.array([20322]), pa.array([True]), pa.array([b"2025-08-22"])],
    ids=lambda v: str(v.type),
)
def test_days_of_another_type_are_reported(values, folder, bare):
    texts = {n: pa.array([None], pa.string()) for n in SOURCES.strip().split(",")}
    good = {"source_id": "some-source", "kind": "press", "publisher_id": "x", "title": "A title", "language": "en",
            "published_on_basis": "stated"}  # fmt: skip
    columns = texts | {n: pa.array([v]) for n, v in good.items()} | {"n_codepoints": pa.array([None], pa.int64())}
    parquet.write_table(pa.table(columns | {"published_on": values}), folder / "sources.parquet")
    found = [(p.rule, p.field) for p in validate_paths([folder], bare, limits=HERE).problems]
    assert found == [("header", "published_on"), ("foreign-key", "publisher_id")]


@pytest.mark.parametrize(
    ("values", "field", "rule"),
    [
        (pa.array(["persn"]), "kind", "enum"),
        (pa.array(["persn"]).dictionary_encode(), "kind", "enum"),
        (pa.array([""]), "name", "required"),
        (pa.array([None], pa.string()), "name", "required"),
        (pa.array(["=1+1"], pa.large_string()), "name", "formula"),
        pytest.param(pa.array(["a\nb"], pa.string_view()), "name", "character", marks=VIEWS),
        (pa.array(["p\u043etus"]), "actor_id", "pattern"),
    ],
)
def test_a_parquet_cell_is_reported_at_its_row(values, field, rule, folder, bare):
    parquet.write_table(column(**{field: values}), folder / "actors.parquet")
    (problem,) = validate_paths([folder], bare, limits=HERE).problems
    assert (problem.rule, problem.field, problem.row, problem.line) == (rule, field, 1, None)
    assert problem.place.endswith("actors.parquet#1")


@pytest.mark.parametrize("days", [-(2**31), -800_000, 2_932_897, 2**31 - 1])
def test_a_parquet_day_outside_the_calendar_is_reported_at_its_row(days, folder, bare):
    roles = {n: pa.array(["some-id"]) for n in ("role_id", "person_id", "organization_id", "title")}
    day = pa.array([days], pa.int32()).cast(pa.date32())
    parquet.write_table(pa.table({**roles, "valid_from": day, "valid_to": day}), folder / "roles.parquet")
    found = [
        (p.rule, p.field, p.value)
        for p in validate_paths([folder], bare, limits=HERE).problems
        if p.rule != "foreign-key"
    ]
    beyond = "a day beyond the years 1 to 9999"
    assert found == [("type", "valid_from", beyond), ("type", "valid_to", beyond)]


@pytest.mark.parametrize("degrees", [float("nan"), float("inf"), -float("inf"), 1e300, 91.0])
def test_a_parquet_number_outside_the_earth_is_reported_at_its_row(degrees, folder, bare):
    texts = ("part_of_id", "country_code", "iso_3166_2", "wikidata_id")
    place = {
        "location_id": pa.array(["some-place"]),
        "name": pa.array(["Some"]),
        "kind": pa.array(["site"]),
        **{n: pa.array([None], pa.string()) for n in texts},
        "geonames_id": pa.array([None], pa.int64()),
        "latitude": pa.array([degrees]),
        "longitude": pa.array([1e-7]),
        "coordinate_precision": pa.array(["site"]),
    }
    parquet.write_table(pa.table(place), folder / "locations.parquet")
    (problem,) = validate_paths([folder], bare, limits=HERE).problems
    assert problem.field == "latitude"
    assert problem.rule in {"type", "minimum", "maximum"}


def test_missing_repeated_and_extra_parquet_columns_are_reported(folder, bare):
    table = column().drop_columns(["kind"]).append_column("name", pa.array(["again"]))
    for i in range(500):
        table = table.append_column(f"extra{i}", pa.array([i]))
    parquet.write_table(table, folder / "actors.parquet")
    found = validate_paths([folder], bare, limits=HERE).problems
    assert {p.rule for p in found} == {"header"}
    assert {p.field for p in found if p.field} == {"kind", "name"}
    assert 20 <= len([p for p in found if not p.field]) < 30
    assert [p.fix[:10] for p in found if "further" in p.fix] == ["Remove the"], [
        p.fix for p in found if "further" in p.fix
    ]


def test_text_that_is_not_utf8_in_parquet_is_reported(folder, reported):
    raw = pa.py_buffer(b"\xff\xfe\xfd")
    text = pa.StringArray.from_buffers(1, pa.array([0, 3], pa.int32()).buffers()[1], raw)
    parquet.write_table(column(name=text), folder / "actors.parquet")
    assert reported() == [("actors.parquet", None, None, None, "parquet")]


DAMAGED = {
    "nothing": lambda _: b"",
    "one mark": lambda _: b"PAR1",
    "two marks": lambda _: b"PAR1PAR1",
    "a byte too few": lambda whole: whole[:-1],
    "one half": lambda whole: whole[: len(whole) // 2],
    "no mark at the start": lambda whole: whole[4:],
    "a footer of two gigabytes": lambda whole: whole[:-8] + b"\xff\xff\xff\x7f" + whole[-4:],
    "CSV": lambda _: (HEADER + GOOD).encode(),
    "zeros": lambda whole: whole[:4] + b"\0" * (len(whole) - 8) + b"PAR1",
}


@pytest.mark.parametrize(
    "case", some_every_day(DAMAGED, ("one half", "a footer of two gigabytes"), pytest.mark.hostile)
)
def test_what_is_no_parquet_is_reported(case, folder, reported):
    parquet.write_table(column(), folder / "actors.parquet")
    whole = (folder / "actors.parquet").read_bytes()
    (folder / "actors.parquet").write_bytes(DAMAGED[case](whole))
    assert reported() == [("actors.parquet", None, None, None, "parquet")]


def test_the_name_of_a_folder_is_no_pattern_of_names(folder, outside, bare):
    parquet.write_table(column(), outside / "actors.parquet")
    starred = folder / "*"
    starred.mkdir()
    parquet.write_table(column(kind=pa.array(["persn"])), starred / "actors.parquet")
    opened.clear()
    (problem,) = validate_paths([starred], bare).problems
    assert (problem.rule, problem.row) == ("enum", 1)


# the command line


@pytest.fixture
def worst(folder, outside, tmp_path):
    """A folder with a little of everything."""
    lines = [
        'some-body,"Some Body,person,,false,,', "p\u043etus,Some\u202eBody,persn,nobody,maybe,XQ,=1",
        "short", "", "a,b,c,d,e,f,g,h", "nul\0,\x1b[2J,person,,false,,", "x,<script>alert(1)</script>,person,,false,,",
    ]  # fmt: skip
    (folder / "actors.csv").write_bytes((HEADER + "\r\n".join(lines)).encode() + b"\n\xff,::error::,person,,false,,")
    (folder / "statements.csv").write_bytes("a,b\n".encode("utf-16"))
    (folder / "sources.csv").write_text(source("../outside/seeds/secret.txt"))
    (folder / "mentions.parquet").write_bytes(b"PAR1PAR1")
    (folder / "stances.csv").mkdir()
    (folder / "demands.csv").symlink_to(outside / "actors.csv")
    (folder / "roles.csv").symlink_to("roles.csv")
    (folder / "seeds").symlink_to(outside / "seeds")
    (folder / "frictionless_x.py").write_text(CODE.format(marker=str(tmp_path / "marker")))
    with open(os.path.join(os.fsencode(folder), b"\xff\n.csv"), "wb"):  # noqa: PTH118, PTH123 - bytes
        pass
    return folder


@pytest.fixture
def cut_off(tmp_path):
    """The environment of a process that cannot open a socket, and says so."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import sys\n"
        "def refuse(event, arguments):\n"
        "    if event.startswith('socket.'):\n"
        "        raise SystemExit('Traceback: a network connection was tried')\n"
        "sys.addaudithook(refuse)\n"
    )
    paths = [str(tmp_path / "site"), str(ROOT / "src")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


# every day the format of which the most is escaped
@pytest.mark.parametrize("format_", some_every_day(reporters.FORMATS, ("html",), pytest.mark.hostile))
def test_the_worst_folder_is_reported_in_every_format(format_, worst, run, cut_off, tmp_path):
    done = run("validate", worst, "--format", format_, cwd=worst, env=cut_off)
    assert (done.returncode, done.stderr) == (1, "")
    assert "Traceback" not in done.stdout
    for rule in ("quoting", "pattern", "cell-count", "blank-line", "encoding", "line-end", "path", "file", "parquet"):
        assert rule in done.stdout
    assert not set(done.stdout) & {"\0", "\x1b", "\u202e"}
    assert not (tmp_path / "marker").exists()
    if format_ == "html":
        assert "<script>" not in done.stdout
    if format_ == "github":
        assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in done.stdout.splitlines()[:-1])
    if format_ in ("json", "sarif"):
        assert json.loads(done.stdout)


@pytest.mark.parametrize(
    "path", ["nowhere", "nowhere/actors.csv", "x" * 5000, "odd\n\udcff\u202e"], ids=lambda p: p[:9]
)
def test_a_path_that_does_not_exist_cannot_be_checked(path, run):
    done = run("validate", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("summitry: ")
    assert done.stderr.rstrip("\n").isprintable()
    assert path[:3] in done.stderr


EVIL = """a'b $(touch ran) `touch ran` "; touch ran;\""""


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are for bash")
def test_a_command_of_a_message_can_be_pasted_whatever_is_in_a_cell_or_a_name(few_rows, tmp_path, monkeypatch, run):
    """A maintainer pastes it, and the words of a stranger are in it."""
    monkeypatch.chdir(tmp_path)
    texts = [run("new", EVIL).stdout, *(Path(EVIL) / "GUIDE.md").read_text("utf-8").splitlines()]
    (Path(EVIL) / "more").mkdir()
    quote = EVIL.replace('"', '""')
    (Path(EVIL) / "mentions.csv").write_text(
        "mention_id,statement_id,source_id,form,quote_language,translated,quote\n"
        f'var-matin-2025-08-22-m99,zelensky-2025-08-22-example,var-matin-2025-08-22,direct,en,no,"{quote}"\n'
    )
    fixes = [p.fix for p in validate_paths([Path(EVIL)], few_rows).problems]
    assert any("summitry locate" in fix and "touch" in fix for fix in fixes)
    texts += fixes
    with pytest.raises(UnknownNameError) as unknown:
        summitry.load_statements(where={"summary": EVIL})
    texts.append(str(unknown.value))
    found = [re.search(r"(?:`|: |as )(summitry (?:locate|validate|merge|show) .*)", text) for text in texts]
    commands = [match[1] for match in found if match and "touch" in match[1]]
    assert {command.split()[1] for command in commands} == {"locate", "validate", "merge", "show"}
    for command in commands:
        known = re.sub(r"(`[^`']*|, or remove it[.])$", "", command).replace("<source_id>", "x")
        subprocess.run(["bash", "-c", f"summitry() {{ :; }}; {known}"], cwd=tmp_path, check=True)  # noqa: S607 - from PATH
    assert not (tmp_path / "ran").exists()
