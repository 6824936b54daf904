"""A file of another form has one problem, which names the cause."""

from __future__ import annotations

import pytest

from summitry.validation.contribution import validate_paths

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
    "what Excel reads the separator from": (f"sep=,\n{GOOD}", FIRST_LINE),
    "no header": (f"{ROW}\n{ROW}\n", FIRST_LINE),
    "names in another language": (f"akteur,bezeichnung,sorte,oberstelle,,land,\n{ROW}\n", FIRST_LINE),
    "only commas": (",,,\n,,,\n", FIRST_LINE),
    "line ends of old Macintoshes": (GOOD.replace("\n", "\r"), "lines that end with LF"),
    "three columns without a name": (f"{HEADER},,,\n{ROW},,,\n", "they make 3 columns without a name"),
    "one column without a name": (f"{HEADER},\n{ROW},\n", "they make 1 column without a name"),
    "numbers of rows": (f",{HEADER}\n0,{ROW}\n", "it counts the rows"),
}


@pytest.mark.parametrize("case", FORMS)
def test_a_file_of_another_form_is_one_problem(case, bare, tmp_path):
    content, words = FORMS[case]
    (tmp_path / "actors.csv").write_text(content, encoding="utf-8", newline="")
    (problem,) = validate_paths([tmp_path], bare).problems
    assert problem.rule == "header"
    assert words in f"{problem.expected} {problem.fix}"


def test_a_row_whose_key_is_wrong_is_not_listed_as_new(few_rows, tmp_path):
    wrong = ROW.replace("some-body", "\u00a0some-body")
    (tmp_path / "actors.csv").write_text(f"{GOOD}{wrong}\n", encoding="utf-8", newline="")
    assert validate_paths([tmp_path], few_rows).changes.added == {"actors": ["some-body"]}
