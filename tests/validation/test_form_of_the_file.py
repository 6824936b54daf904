"""A file of another form has one problem, which names the cause."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import replace

import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

import summitry
from conftest import CONTRIBUTIONS
from summitry import schema
from summitry.validation.child_process import validate_paths
from summitry.validation.frames import table_file
from summitry.validation.limits import LIMITS

PACKAGE = schema.package()
HEADER = "actor_id,name,kind,part_of_id,belligerent,country_code,wikidata_id"
ROW = "some-body,Some Body,person,,false,,"
GOOD = f"{HEADER}\n{ROW}\n"
FIRST_LINE = "Make the names of the columns the first line"
COMMAS = "commas between the columns; here the columns are separated by {}"

# the content, and words of the expectation or fix
FORMS = {
    "semicolons, after a mark of UTF-8": ("\ufeff" + GOOD.replace(",", ";"), COMMAS.format("“;”")),
    "tabs, and names in capitals": (GOOD.upper().replace(",", "\t"), COMMAS.format("tabs")),
    "a title above": (f"My actors,,,,,,\n{GOOD}", FIRST_LINE),
    "a comment above": (f"# my actors\n{GOOD}", FIRST_LINE),
    "whole lines in quotation marks": ("".join(f'"{line}"\n' for line in GOOD.splitlines()), "Remove them."),
    "blanks after the commas": (GOOD.replace(",", ", "), "nothing but commas between the cells"),
    "what Excel reads the separator from": (f"sep=,\n{GOOD}", FIRST_LINE),
    "no header": (f"{ROW}\n{ROW}\n", FIRST_LINE),
    "names in another language": (f"akteur,bezeichnung,sorte,oberstelle,,land,\n{ROW}\n", FIRST_LINE),
    "only commas": (",,,\n,,,\n", FIRST_LINE),
    "line ends of old Macintoshes": (GOOD.replace("\n", "\r"), "lines that end with LF"),
    "three columns without a name": (f"{HEADER},,,\n{ROW},,,\n", "they make 3 columns without a name"),
    "one column without a name": (f"{HEADER},\n{ROW},\n", "they make 1 column without a name"),
    "quotation marks that are single": (
        "\n".join(",".join(f"'{cell}'" for cell in line.split(",")) for line in GOOD.split()[:1]) + "\n",
        "quotation marks that are straight and double",
    ),
    "numbers of rows": (f",{HEADER}\n0,{ROW}\n", "it counts the rows"),
}


@pytest.mark.parametrize("case", FORMS)
def test_a_file_of_another_form_is_one_problem(case, bare, tmp_path):
    content, words = FORMS[case]
    (tmp_path / "actors.csv").write_text(content, encoding="utf-8", newline="")
    (problem,) = validate_paths([tmp_path], bare).problems
    assert problem.rule == "header"
    assert words in f"{problem.expected} {problem.fix}"


# the name of the file, its content, and words of the expectation or fix
UNREAD = {
    "UTF-16": ("actors.csv", GOOD.encode("utf-16"), "not UTF-16"),
    "a workbook": ("actors.csv", b"PK\3\4\r\0\n", "not a workbook"),
    "an old workbook": ("actors.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not a workbook"),
    "Parquet, by the name CSV": ("actors.csv", b"PAR1\n", "Name it actors.parquet."),
    "compressed, by the name CSV": ("actors.csv", gzip.compress(GOOD.encode()), "Name it actors.csv.gz."),
    "not compressed, by a name that says so": ("actors.csv.gz", GOOD.encode(), "Name it actors.csv if"),
    "CSV, by the name Parquet": ("actors.parquet", GOOD.encode(), "such as actors.csv"),
    "a PDF": ("actors.csv", b"%PDF-1.7\n", "not a PDF"),
    "a web page": ("actors.csv", b"<!DOCTYPE html>\n<html>\n", "not a web page"),
    "a web page behind a byte order mark": ("actors.csv", b"\xef\xbb\xbf<!doctype html>", "not a web page"),
    "a web page behind blank lines": ("actors.csv", b"\r\n \n<html>", "not a web page"),
    "damaged Parquet": ("actors.parquet", b"PAR1 and no more", "Write the file again"),
    "empty Parquet": ("actors.parquet", b"", "Write the file again"),
    "JSON Lines": ("actors.jsonl", b"{}", "not JSON Lines"),
    "a workbook by its name": ("actors.xlsx", b"PK\3\4", "not a workbook"),
    "a name in capitals": ("Actors.csv", GOOD.encode(), "Rename it to actors.csv."),
    "a copy": ("actors (1).csv", GOOD.encode(), "Rename it to actors.csv."),
    "an empty file": ("actors.csv", b"", "Begin the file with the line"),
}


@pytest.mark.parametrize("case", UNREAD)
def test_a_file_that_is_not_read_is_one_problem_and_rows_that_need_it_have_none(case, bare, tmp_path):
    name, content, words = UNREAD[case]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "actor_names.csv").write_text("name,actor_id,kind,language\nBody,some-body,alias,en\n")
    (problem,) = validate_paths([tmp_path], bare).problems
    assert words in f"{problem.expected} {problem.fix}"


@pytest.mark.parametrize("name", ["actors.csv", "Actors.csv"])
def test_a_link_or_a_folder_in_place_of_a_file_is_one_problem(name, bare, tmp_path):
    (tmp_path / name).mkdir()
    (tmp_path / "actor_names.csv").write_text("name,actor_id,kind,language\nBody,some-body,alias,en\n")
    (problem,) = validate_paths([tmp_path], bare).problems
    assert problem.rule == "file"


@pytest.mark.parametrize(
    ("line", "rule"), [("," * HEADER.count(","), "blank-line"), (HEADER, "header")], ids=["empty cells", "the header"]
)
@pytest.mark.parametrize("engine", ["local", "pandera"])
@pytest.mark.parametrize("most", [LIMITS.csv, 0], ids=["small", "large"])
def test_a_line_that_is_no_row_is_one_problem(line, rule, engine, most, bare, tmp_path):
    (tmp_path / "actors.csv").write_text(f"{GOOD}{line}\n")
    (problem,) = validate_paths([tmp_path], bare, engine=engine, limits=replace(LIMITS, csv=most)).problems
    assert (problem.rule, problem.line, problem.fix) == (rule, 3, "Delete the line.")


def test_a_column_that_may_be_one_that_is_missing_is_to_be_renamed(bare, tmp_path):
    header = HEADER.replace("name", "title").replace("kind", "sort").replace("belligerent", "war")
    (tmp_path / "actors.csv").write_text(f"{header}\n{ROW}\n")
    fixes = [p.fix for p in validate_paths([tmp_path], bare).problems]
    assert fixes == [
        "Add the columns name, kind, belligerent: they are required.",
        *["Remove the column, or rename it if it is name or kind or belligerent."] * 3,
    ]


@pytest.mark.parametrize(
    ("day", "fix"),
    [
        ("2025-02-30", "Write a day that the calendar has."),
        ("30.02.2025", "Write it in a form like that of"),
        ("30.01.2025", "Write '2025-01-30'."),
        ("2025-1-30", "Write '2025-01-30'."),
        ("20250130", "Write '2025-01-30'."),
        ("30 Jan 2025", "Write '2025-01-30'."),
        ("2025-01-30T12:00:00", "Give the day alone: '2025-01-30', if it was that day at the place."),
    ],
)
def test_a_day_that_is_none_has_another_fix_than_one_of_another_form(day, fix, bare, tmp_path):
    (tmp_path / "roles.csv").write_text(
        f"role_id,person_id,organization_id,title,valid_from,valid_to\na,b,c,Title,{day},\n"
    )
    (problem,) = (p for p in validate_paths([tmp_path], bare).problems if p.rule == "type")
    assert problem.fix.startswith(fix)


@pytest.mark.parametrize("quick", [True, False])
def test_a_withdrawn_id_is_to_be_replaced_by_its_successor(quick, tmp_path):
    """Nothing is added under the old id."""
    (tmp_path / "demand_relations.csv").write_text(
        "demand_id,relation,other_id\nattacker-gains-nothing,about,ceasefire\n"
    )
    (problem,) = (p for p in validate_paths([tmp_path], quick=quick).problems if p.rule == "foreign-key")
    assert problem.fix == "Write 'settlement-gives-russia-no-gain'."


def test_a_withdrawn_id_that_comes_back_is_reported_in_the_row_that_brings_it(tmp_path):
    (tmp_path / "demands.csv").write_text(
        "demand_id,label,proposition,issue\n"
        "attacker-gains-nothing,Nothing for the attacker,The attacker gains nothing.,peace_process\n"
    )
    (problem,) = (p for p in validate_paths([tmp_path]).problems if p.rule == "withdrawn-id")
    assert (problem.file, problem.line, problem.column) == (str(tmp_path / "demands.csv"), 2, 1)
    assert problem.fix == "Write 'settlement-gives-russia-no-gain', which replaces it."


def test_a_row_whose_key_is_wrong_is_not_listed_as_new(few_rows, tmp_path):
    wrong = ROW.replace("some-body", "\u00a0some-body")
    (tmp_path / "actors.csv").write_text(f"{GOOD}{wrong}\n", encoding="utf-8", newline="")
    assert validate_paths([tmp_path], few_rows).changes.added == {"actors": ["some-body"]}


def test_stances_whose_statements_have_no_speaker(few_rows, tmp_path):
    case = shutil.copytree(CONTRIBUTIONS / "valid" / "others-differ", tmp_path / "given")
    statements = pl.read_csv(case / "statements.csv", infer_schema=False).drop("speaker_id")
    statements.write_csv(case / "statements.csv")
    (problem,) = validate_paths([case], few_rows).problems
    assert "Add the column speaker_id" in problem.fix


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        ("3,5", "Give a whole number, without decimals."),
        ("3.5", "Give a whole"),
        ("1,000", "Write '1000', or '1' if the comma is for decimals."),
        ("6.000", "Write '6000', or '6' if the point is for decimals."),
        ("703.448", "Write '703448' unless the point is for decimals."),
        ("1.234.567", "Write '1234567'."),
        ("6 000", "Write '6000'."),
        ("1e3", "Write '1000'."),
        ("+6", "Write '6'."),
    ],
)
def test_a_number_that_is_to_be_whole_gets_no_decimals(given, fix, bare, tmp_path):
    (tmp_path / "event_reports.csv").write_text(
        f'event_id,statement_id,mention_id,assertion,quantity,unit\na,b,c,asserts,"{given}",people\n'
    )
    (problem,) = (p for p in validate_paths([tmp_path], bare).problems if p.field == "quantity")
    assert (problem.rule, problem.fix[: len(fix)]) == ("type", fix)


@pytest.mark.parametrize("most", [LIMITS.csv, 0], ids=["small", "large"])
@pytest.mark.parametrize(("suffix", "place"), [("csv", "line 3"), ("parquet", "row 2")])
def test_a_repeated_key_is_reported_with_the_place_of_the_first(suffix, place, most, bare, tmp_path):
    other = ROW.replace("some-body", "other-body").replace("Some", "Other")
    (tmp_path / "actors.csv").write_text(f"{HEADER}\n{other}\n{ROW}\n{ROW}\n{ROW}\n")
    if suffix == "parquet":
        pl.read_csv(tmp_path / "actors.csv").write_parquet(tmp_path / "actors.parquet")
        (tmp_path / "actors.csv").unlink()
    limits = replace(LIMITS, csv=most, parquet=most)
    found = [p for p in validate_paths([tmp_path], bare, limits=limits).problems if p.rule == "primaryKey"]
    assert [p.row for p in found] == [3, 4]
    assert {p.expected for p in found} == {f"a key (actor_id) that no earlier row has; {place} has it"}


@pytest.mark.parametrize("most", [LIMITS.csv, 0], ids=["small", "large"])
def test_a_mark_out_of_place_hides_no_other_problem_of_its_row(most, bare, tmp_path):
    rows = [
        ROW.replace("Some Body", name).replace("person", "persn") for name in ('Some "Body"', '"Some Body', '"A" B')
    ]
    for row, columns in zip(rows, ([11, 23], [11], [11]), strict=True):
        (tmp_path / "actors.csv").write_text(f"{HEADER}\n{row}\n")
        found = validate_paths([tmp_path], bare, limits=replace(LIMITS, csv=most)).problems
        assert [(p.rule, p.column) for p in found] == list(zip(("quoting", "enum"), columns, strict=False))


@pytest.mark.parametrize("most", [LIMITS.csv, 0], ids=["small", "large"])
@pytest.mark.parametrize("blank", ["", ",,,,,,"])
def test_blank_lines_are_no_rows(blank, most, bare, tmp_path):
    (tmp_path / "actors.csv").write_text(f"{HEADER}\n{blank}\n{ROW}\n{blank}\n{blank}\n")
    report = validate_paths([tmp_path], bare, limits=replace(LIMITS, csv=most, problems=2))
    assert report.rows == {str(tmp_path / "actors.csv"): 1}


@pytest.mark.parametrize(
    ("column", "value", "fix"),
    [
        ("actor_id", "Some_Body", "Write 'some-body'."),
        ("actor_id", "Кто-то", "Write it in a form like that of"),
        ("country_code", "ru", "Write 'RU'."),
        ("country_code", "RUS", "Write it in a form like that of"),
        ("wikidata_id", "q58217", "Write 'Q58217'."),
        ("part_of_id", "None", "Leave the cell empty"),
        ("part_of_id", "N/A", "Leave the cell empty"),
        ("name", "Some\u200b\u00a0Body", "Remove the character, or write a space instead: U+200B"),
    ],
)
def test_what_to_write_in_place_of_a_value(column, value, fix, tmp_path):
    cells = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | {column: value}
    (tmp_path / "actors.csv").write_text(f"{HEADER}\n{','.join(cells.values())}\n", "utf-8")
    (problem,) = validate_paths([tmp_path], quick=True).problems
    assert (problem.field, problem.fix[: len(fix)]) == (column, fix)
    assert problem.fix.endswith(fix) or "form like" in fix or "empty" in fix


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_column_that_shares_a_word_with_an_optional_one_may_be_that_one(suffix, tmp_path):
    row = {
        "role_id": "a",
        "person_id": "sergey-lavrov",
        "organization_id": "russia",
        "title": "Office",
        "starts_from": "",
    }
    path = tmp_path / f"roles.{suffix}"
    frame = pl.DataFrame([row])
    frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
    (problem,) = validate_paths([path], quick=True).problems
    assert problem.fix == "Remove the column, or rename it if it is valid_from."


def test_a_column_of_notes_is_not_taken_for_the_one_that_is_missing(few_rows, tmp_path):
    rows = summitry.load_roles(engine="polars")[:1].rename({"title": "notes"})
    rows.write_csv(tmp_path / "roles.csv")
    found = [(p.value, p.field, p.fix) for p in validate_paths([tmp_path], few_rows, quick=True).problems]
    assert ("notes", None, "Remove the column, or rename it if it is title.") in found
    assert any(field == "title" and fix.startswith("Add the column title") for _, field, fix in found)


@pytest.mark.parametrize(
    "columns",
    [["role_id"], ["role_id", "person_id", "foo"], ["role_id", "person_id", "person_id", "Title", "bar"]],
    ids=",".join,
)
def test_columns_are_compared_alike_in_every_format(columns, few_rows, tmp_path):
    rows = pa.Table.from_arrays([pa.array(["a"])] * len(columns), columns)
    for name in ("csv", "parquet"):
        (tmp_path / name).mkdir()
    (tmp_path / "csv" / "roles.csv").write_text(f"{','.join(columns)}\n{','.join('a' for _ in columns)}\n")
    parquet.write_table(rows, tmp_path / "parquet" / "roles.parquet")
    found = [validate_paths([tmp_path / name], few_rows, quick=True).problems for name in ("csv", "parquet")]
    found.append(table_file(rows, PACKAGE.table("roles")).problems)
    of_csv, of_parquet, of_frame = (
        {(p.field, p.value, p.expected, p.fix) for p in problems if p.rule == "header"} for problems in found
    )
    assert of_csv == of_parquet == of_frame != set()


def test_decimals_with_a_comma_are_to_be_written_with_a_point(few_rows, tmp_path):
    place = summitry.load_locations(engine="polars").filter(pl.col("latitude").is_not_null())[:1]
    place.write_csv(tmp_path / "locations.csv")
    path = tmp_path / "locations.csv"
    header, line = path.read_text().splitlines()
    latitude, longitude = str(place["latitude"].item()), str(place["longitude"].item())
    line = line.replace(latitude, latitude.replace(".", ",")).replace(longitude, longitude.replace(".", ","))
    path.write_text(f"{header}\n{line}\n")
    (problem,) = validate_paths([path], few_rows).problems
    assert problem.fix == f"Write decimals with a point, such as {latitude}."


def test_a_comment_is_to_be_deleted(bare, tmp_path):
    (tmp_path / "actors.csv").write_text(f"{HEADER}\n# mine\n{ROW}\n")
    (problem,) = validate_paths([tmp_path], bare).problems
    assert (problem.line, problem.fix) == (2, "Delete the line: a CSV file has no comments.")


def test_another_text_of_a_source_that_ships_is_one_problem(tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "var-matin-2025-08-22.txt").write_text("other")
    (tmp_path / "actors.csv").write_text(GOOD)
    (problem,) = validate_paths([tmp_path]).problems
    assert (problem.rule, problem.field) == ("text", "sha256")
    assert problem.fix.startswith("Remove seeds/var-matin-2025-08-22.txt from your folder")
