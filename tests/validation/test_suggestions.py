"""What a message says to write is right: no opposite, no other page, no other id, never what was found."""

from __future__ import annotations

import csv
import hashlib
import re
import shlex
import shutil
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from conftest import CONTRIBUTIONS, ROOT
from summitry import paths, schema
from summitry.validation import shipped_files
from summitry.validation.catalogue import rule
from summitry.validation.checks import Reference, table_checks
from summitry.validation.child_process import validate_paths
from summitry.validation.pipeline import Tables, references
from summitry.words import nearest

PACKAGE = schema.package()
LISTS = sorted({f.enum for table in PACKAGE.tables.values() for f in table.fields if f.enum})
# what makes the opposite of a word, or another word, before it or behind it
BEFORE = (
    *("un", "in", "im", "il", "ir", "dis", "non", "anti", "de", "mis", "re", "pre", "post", "ex", "half", "semi"),
    *("not", "no", "never", "without", "almost", "nearly", "formerly", "so-called"),
)
BEHIND = ("not", "no", "never", "no more")
NOT = {"no", "not", "off", "out"}  # of these no slip is understood
MARKS = ("", " ", "-", "_")
WRITE = re.compile(r"Write (['\"])(.*?)\1")


def check_of(table, column, id_, references=()):
    checks = table_checks(PACKAGE.table(table), dict(references))
    return next(c for c in checks if c.id == id_ and c.fields == (column,))


def written(check, value):
    """What a message says to write, and what other checks take as meant."""
    found = WRITE.search(check.fix_for(value))
    return {found and found[2], check.suggest(value)} - {None}


@pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes[0])
def test_no_code_is_suggested_for_its_opposite(codes):
    fields = [{"name": "a", "constraints": {"enum": list(codes)}}]
    (check,) = [c for c in table_checks(schema.parse_table({"name": "t", "fields": fields}), {}) if c.id == "enum"]
    wrong = []
    for code in codes:
        negated = {f"{word}{mark}{code}" for word in BEFORE for mark in MARKS}
        negated |= {f"{code}{mark}{word}" for word in BEHIND for mark in MARKS[1:]}
        negated |= {code[len(word) :].lstrip("_") for word in (*BEFORE, "off") if code.startswith(word)}
        negated |= {code.replace("ex", "in", 1), code.replace("off_", "on_", 1), code.replace("at_least", "not_least")}
        wrong += [(value, code) for value in negated - {"", *codes} if code in written(check, value)]
    assert wrong == []


@pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes[0])
def test_a_slip_in_a_code_is_still_understood(codes):
    for code in (code for code in codes if len(code) > 5 and NOT.isdisjoint(code.split("_"))):
        for slip in (code[:-2] + code[-1], code[:2] + code[3:], code.upper(), code.replace("_", "-"), f" {code}"):
            assert nearest(slip, codes, whole=True) in codes, slip


def test_a_code_that_shares_only_a_word_is_a_question():
    check = check_of("events", "kind", "enum")
    assert written(check, "conference") == set()
    assert check.fix_for("conference").endswith("Did you mean 'press_conference'?")
    assert check.fix_for("agreemnt") == "Write 'agreement'."


@pytest.mark.parametrize(
    ("table", "column", "value", "meant"),
    [
        ("sources", "url", "HTTPS://Example.org/Path/ABC", "https://example.org/Path/ABC"),
        ("sources", "url", "www.Example.org/Path", None),
        ("sources", "url", " https://example.org/A", "https://example.org/A"),
        ("sources", "text_path", "SEEDS/Abc.txt", None),
        ("sources", "language", "en_US", "en-US"),
        ("sources", "language", "EN-us", None),
        ("locations", "iso_3166_2", "UA-30s", None),
        ("locations", "iso_3166_2", "ua-30", "UA-30"),
        ("actors", "wikidata_id", "q42", "Q42"),
        ("actors", "country_code", "Ua", None),
        ("actors", "actor_id", "Bad Actor", "bad-actor"),
        ("actors", "actor_id", "ukra\u200bine", "ukraine"),
        ("actors", "actor_id", "zel\u00adensky", "zelensky"),
        ("actors", "actor_id", "zel\u0000ensky", "zelensky"),
        ("actors", "actor_id", "ukr\u0430ine", None),
        ("sources", "publisher_id", "Bad Actor", None),  # it names a row, and which is not known here
    ],
)
def test_a_form_is_suggested_only_where_its_capitals_say_nothing(table, column, value, meant):
    check = check_of(table, column, "pattern")
    assert written(check, value) == ({meant} if meant else set())


@pytest.mark.parametrize(("value", "named"), [("ukra\u200bine", "ZERO WIDTH SPACE"), ("ukr\u0430ine", "CYRILLIC")])
def test_a_character_that_nobody_sees_is_named(value, named):
    assert named in check_of("actors", "actor_id", "pattern").fix_for(value)


@cache
def shipped():
    return Tables(PACKAGE, [], shipped_files.read(ROOT, PACKAGE))


# a column that names rows of each table that is named
FOREIGN = {key.table: (table.name, key.fields[0]) for table in PACKAGE.tables.values() for key in table.foreign_keys}


@pytest.mark.parametrize(("table", "column"), FOREIGN.values(), ids=list(FOREIGN))
def test_a_foreign_key_that_is_suggested_exists_and_is_never_what_was_found(table, column):
    known = references(shipped(), PACKAGE.table(table))
    keys = known[column].keys
    some = keys.unique().sort().gather_every(len(keys) // 2).to_list()
    checks = [check_of(table, column, id_, known) for id_ in ("pattern", "foreign-key")]
    for key in some:
        slips = [f"{key}x", key[1:], key.upper(), f"{key}-jr", f"not-{key}", f"un{key}", f"{key[:3]}\u00ad{key[3:]}"]
        slips += [key.replace("a", "\u0430"), key.replace("north", "south"), key.replace("-", " "), key.split("-")[0]]
        for value in set(slips).difference(keys):
            for check in checks:
                assert written(check, value) <= set(keys), value
        assert not any(written(check, f"{word}-{key}") & {key} for check in checks for word in ("not", "south", "new"))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("speaker_id", v) for v in ("donald-trump-jr", "trump-jr", "iran", "iraq", "georgia", "niger", "nigeria")),
        *(("speaker_id", v) for v in ("south-korea", "RF", "cn\u0430", "austria", "ukraine-ce")),
    ],
)
def test_another_country_or_relative_is_not_said_to_be_meant(column, value):
    known = references(shipped(), PACKAGE.table("statements"))
    keys = [k for k in known[column].keys.unique() if k not in ("south-korea", "iran", "iraq", "georgia", "austria")]
    known[column] = Reference("actors", pl.Series([*keys, "north-korea", "australia"]), known[column].names)
    for id_ in ("pattern", "foreign-key"):
        check = check_of("statements", column, id_, known)
        assert "Write" not in check.fix_for(value).removeprefix("Write it in a form like that of")
    allowed = {"iran": " Did you mean 'iran-front-page'?", "austria": " Did you mean 'australia'?"}
    assert check.fix_for(value).partition(", or name one that exists.")[2] in ("", allowed.get(value))


def test_the_safe_advice_comes_before_the_question():
    known = Reference("actors", pl.Series(["sergey-lavrov", "marco-rubio"]))
    check = check_of("statements", "speaker_id", "foreign-key", {"speaker_id": known})
    safe = "Add a row {!r} to actors, or name one that exists. Did you mean {!r}?"
    for value, meant in (("sergey-lavrof", "sergey-lavrov"), ("rubio", "marco-rubio")):
        assert check.fix_for(value) == safe.format(value, meant)
    assert check.suggest("sergey-lavrof") == "sergey-lavrov"
    assert check.suggest("rubio") is None  # a part of a name may be of somebody else
    assert check.fix_for("Marco Rubio") == "Write 'marco-rubio'."


@pytest.mark.parametrize(
    ("tag", "fix"),
    [
        ("deu", "Write 'de'."),
        ("ger", "Write 'de'."),
        ("eng-GB", "Write 'en-GB'."),
        ("ukr", "Write 'uk'."),
        ("ua", "Use the code of a language. Did you mean 'uk'?"),
        ("gr", "Use the code of a language. Did you mean 'el'?"),
        ("qq", ""),
        ("fil", None),
        ("de", None),
        ("zh-Hant", None),
    ],
)
def test_a_language_has_one_tag(tag, fix, few_rows, tmp_path):
    path = tmp_path / "actor_names.csv"
    path.write_text(f"name,actor_id,kind,language\nExemplar,sergey-lavrov,alias,{tag}\n", "utf-8")
    found = [p.fix for p in validate_paths([path], few_rows).problems if p.rule == "language-tag"]
    assert found == ([] if fix is None else [fix or rule("language-tag").fix])


def test_the_command_that_finds_a_span_names_the_folder_that_has_the_text(few_rows, tmp_path, monkeypatch, run):
    monkeypatch.setattr(paths, "root", lambda: few_rows)
    folder = Path(shutil.copytree(CONTRIBUTIONS / "valid" / "with-text", tmp_path / "my rows"))
    mentions = folder / "mentions.csv"
    with mentions.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows[0] |= {"span_start": "0", "span_end": "2"}
    new = dict.fromkeys(rows[0], "") | {"mention_id": "a-new-one", "span_start": "3238", "span_end": "3275"}
    new |= {"statement_id": rows[0]["statement_id"], "source_id": "var-matin-2025-08-22", "form": "indirect"}
    with mentions.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows([*rows, new])
    fixes = {p.key: p.fix for p in validate_paths([folder]).problems if p.rule == "span" and "locate" in p.fix}
    own, other = fixes[rows[0]["mention_id"]], fixes["a-new-one"]
    assert own.endswith(f"--folder {shlex.quote(str(folder))}")
    assert other == "Find it with: summitry locate 'first words of the span' --source var-matin-2025-08-22"
    assert run(*shlex.split(own.partition("summitry ")[2])).returncode == 0


def test_the_command_for_a_row_that_ships_is_the_last_of_a_message(few_rows, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "root", lambda: few_rows)
    (tmp_path / "seeds").mkdir()
    text = (few_rows / "seeds" / "var-matin-2025-08-22.txt").read_text("utf-8")
    raw = f"More words. {text}".encode()
    (tmp_path / "seeds" / "var-matin-2025-08-22.txt").write_bytes(raw)
    with (few_rows / "data" / "sources.csv").open(encoding="utf-8") as file:
        (row,) = (row for row in csv.DictReader(file) if row["source_id"] == "var-matin-2025-08-22")
    row |= {"sha256": hashlib.sha256(raw).hexdigest(), "n_codepoints": str(len(raw.decode()))}
    with (tmp_path / "sources.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    fixes = [p.fix for p in validate_paths([tmp_path]).problems if p.rule == "span" and "locate" in p.fix]
    assert fixes
    assert all(fix.endswith(f"--source var-matin-2025-08-22 --folder {tmp_path}") for fix in fixes)
    assert all("The reason may be" in fix for fix in fixes)


def test_a_name_of_several_rows_means_none_of_them():
    known = references(shipped(), PACKAGE.table("stances"))
    for id_ in ("pattern", "foreign-key"):
        assert not written(check_of("stances", "demand_id", id_, known), "28-point plan")


def test_a_key_that_has_a_fault_of_its_own_is_not_suggested():
    bad, good = "var-2025-08-22-ukr\u0430ine-outnumbered", "var-2025-08-22-ukraine-outnumbered"
    f = PACKAGE.table("mentions")["statement_id"]
    known = {"statement_id": Reference("statements", pl.Series([bad, good]), pattern=f.pattern)}
    assert written(check_of("mentions", "statement_id", "pattern", known), bad) == {good}
