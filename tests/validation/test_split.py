"""The valid rows in one folder, the rest in another: every row is in one of the two, and nothing is overwritten."""

from __future__ import annotations

import csv
import gzip
import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

import summitry
from conftest import ROOT
from summitry.cli import main
from summitry.dataset.storage import csv_rows
from summitry.errors import InputError
from summitry.validation import child_process
from summitry.validation.limits import Limits, allow
from summitry.validation.split import split

HERE = Limits(opening=allow)


@pytest.fixture
def given(tmp_path):
    """A contribution of which some rows are not valid, and some name these."""
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "actors.csv").write_text(
        "actor_id,name,kind,belligerent\n"
        "some-body,Some Body,person,false\n"
        "other-body,Other Body,persn,false\n"
        "third-body,Third Body,person\n"
        'fourth-body,Fourth "Body,person,false\n'
        "last-body,Last Body,person,false\n"
    )
    (folder / "actor_names.csv").write_text(
        "name,actor_id,kind,language\n"
        "Somebody,some-body,alias,en\nOtherbody,other-body,alias,en\nThirdbody,third-body,alias,en\n"
    )
    return folder


def lines(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


HEADER, ROW = b"actor_id,name,kind,belligerent\n", b"some-body,Some Body,person,false\n"
UNREAD = {
    "actors.jsonl": b"{}",
    "Actors.csv": HEADER + ROW,
    "actrs.csv": HEADER + ROW,
    "roles.csv": (HEADER + ROW).decode().encode("utf-16"),
    "events.csv": b"PK\3\4",
    "demands.csv": HEADER + ROW.replace(b"Body", b"B\xf6dy"),
    "actor_names.csv.gz": gzip.compress(b"name,actor_id,kind,language\nOtherbody,some-body,alias,en\n"),
    "locations.parquet": b"PAR1",
    "more": None,
}


@pytest.mark.parametrize("name", UNREAD)
def test_no_row_is_left_out_where_a_file_is_not_read(name, tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    if UNREAD[name] is None:
        (folder / name).mkdir()
    else:
        (folder / name).write_bytes(UNREAD[name])
    (folder / "actor_names.csv").write_text("name,actor_id,kind,language\nSomebody,some-body,alias,en\n")
    with pytest.raises(InputError, match=r"is not (read|UTF-8), so its rows cannot be split"):
        split([folder], tmp_path / "out", quick=True, limits=HERE)
    assert not (tmp_path / "out").exists()


def test_what_other_programs_leave_behind_does_not_matter(given, tmp_path):
    (given / "Thumbs.db").touch()
    assert split([given], tmp_path / "out", quick=True, limits=HERE).valid == 3


def test_two_files_of_a_table_are_split_one_after_the_other(given, tmp_path):
    other = Path(shutil.copytree(given, tmp_path / "other"))
    with pytest.raises(InputError, match=r"given/\w+\.csv and .*other/\w+\.csv are of one table"):
        split([given, other], tmp_path / "out", quick=True, limits=HERE)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_changed_meanwhile_is_named(given, tmp_path, monkeypatch):
    real = child_process.read_and_validate

    def then_somebody_edits(*arguments):
        found = real(*arguments)
        (given / "actors.csv").write_bytes(HEADER)
        return found

    monkeypatch.setattr(child_process, "read_and_validate", then_somebody_edits)
    with pytest.raises(InputError, match=r"actors\.csv was changed meanwhile\. Delete .*out, and split again"):
        split([given], tmp_path / "out", quick=True, limits=HERE)


def test_every_row_is_in_one_of_the_two(given, tmp_path):
    done = split([given], tmp_path / "out", quick=True, limits=HERE)
    assert (done.valid, done.rest) == (3, 5)
    assert [line[0] for line in lines(tmp_path / "out/valid/actors.csv")] == ["actor_id", "some-body", "last-body"]
    rest = lines(tmp_path / "out/rest/actors.csv")
    assert [line[:2] for line in rest[:2]] == [["problems", "actor_id"], [rest[1][0], "other-body"]]
    assert [line[1:] for line in rest[1:]] == [
        ["other-body", "Other Body", "persn", "false"],
        ["third-body", "Third Body", "person"],
        ["fourth-body", 'Fourth "Body', "person", "false"],
    ]
    assert [line[0].split(":")[0] for line in rest[1:]] == ["enum in kind", "cell-count", "quoting"]


def test_a_row_that_names_one_of_the_rest_is_of_the_rest(given, tmp_path):
    split([given], tmp_path / "out", quick=True, limits=HERE)
    assert lines(tmp_path / "out/valid/actor_names.csv")[1:] == [["Somebody", "some-body", "alias", "en"]]
    assert all("foreign-key" in line[0] for line in lines(tmp_path / "out/rest/actor_names.csv")[1:])
    assert child_process.validate_paths([tmp_path / "out/valid"], quick=True).problems == []


@pytest.mark.parametrize("suffix", ["csv.gz", "parquet"])
def test_other_formats_are_split(suffix, tmp_path):
    roles = summitry.load_roles().head(5)
    roles = roles.assign(person_id=["nobody", *roles.person_id[1:]])
    path = tmp_path / f"roles.{suffix}"
    if suffix == "parquet":
        roles.to_parquet(path, index=False)
    else:
        path.write_bytes(gzip.compress(roles.to_csv(index=False).encode()))
    done = split([path], tmp_path / "out", quick=True, limits=HERE)
    assert (done.valid, done.rest) == (4, 1)
    assert child_process.validate_paths([tmp_path / "out/valid"], quick=True, limits=HERE).problems == []
    written = tmp_path / "out/rest" / f"roles.{suffix.removesuffix('.gz')}"
    rest = pd.read_parquet(written) if suffix == "parquet" else pd.read_csv(written)
    assert (rest.columns[0], rest.person_id.tolist()) == ("problems", ["nobody"])


def test_a_file_with_a_wrong_header_has_no_valid_rows(given, tmp_path):
    (given / "roles.csv").write_text("role,person_id\na,b\n\n")
    split([given], tmp_path / "out", quick=True, limits=HERE)
    assert not (tmp_path / "out/valid/roles.csv").exists()
    assert [line[1:] for line in lines(tmp_path / "out/rest/roles.csv")] == [["role", "person_id"], ["a", "b"], [""]]


def test_nothing_is_overwritten(given, tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(InputError, match="already exists"):
        split([given], tmp_path / "out", limits=HERE)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_large_file_is_refused(given, tmp_path):
    with pytest.raises(InputError, match="too large"):
        split([given], tmp_path / "out", limits=Limits(csv=10, opening=allow))


def test_every_text_is_with_its_source_or_in_the_rest(tmp_path):
    folder, (row, *_) = tmp_path / "given", csv_rows((ROOT / "data" / "sources.csv").read_bytes())
    (folder / "seeds").mkdir(parents=True)
    sources = []
    for name in ("good", "wrong"):
        content = f"A text that is {name}.".encode()
        (folder / "seeds" / f"{name}-2025-08-22.txt").write_bytes(content)
        of_text = {"text_path": f"seeds/{name}-2025-08-22.txt", "sha256": hashlib.sha256(content).hexdigest()}
        sources.append(
            row
            | of_text
            | {
                "source_id": f"{name}-2025-08-22",
                "url": f"https://example.org/{name}",
                "n_codepoints": str(len(content)),
            }
        )
    sources[1]["sha256"] = "0"
    (folder / "seeds" / "nobodys-2025-08-22.txt").write_text("A text of no source.")
    with (folder / "sources.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerows(sources)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "actors.csv").write_bytes(HEADER + ROW)
    done = split([folder, tmp_path / "more" / "actors.csv"], tmp_path / "out", limits=HERE)
    assert (done.valid, done.rest) == (2, 1)
    texts = {text.relative_to(tmp_path / "out").as_posix() for text in (tmp_path / "out").rglob("*.txt")}
    there = ("valid/seeds/good", "rest/seeds/wrong", "rest/seeds/nobodys")
    assert texts == {f"{name}-2025-08-22.txt" for name in there}


def test_at_the_prompt(given, tmp_path, capsys):
    assert main(["validate", str(given), "--quick", "--split", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    assert "valid rows: 3" in printed.err
    assert "[enum]" in printed.out
    assert main(["validate", "--split", str(tmp_path / "other")]) == 2


def test_neither_side_of_a_conflict_of_git_is_valid(given, tmp_path):
    rows = [f"body-{n},Body {n},person,false" for n in range(6)]
    conflict = ["<<<<<<< HEAD", rows[1], rows[2], "=======", rows[3], ">>>>>>> other"]
    (given / "actor_names.csv").unlink()
    (given / "actors.csv").write_text("\n".join([HEADER.decode().strip(), rows[0], *conflict, *rows[4:], ""]))
    done = split([given], tmp_path / "out", limits=HERE)
    assert (done.valid, done.rest) == (3, 6)
    assert [row[0] for row in lines(tmp_path / "out" / "valid" / "actors.csv")[1:]] == ["body-0", "body-4", "body-5"]
    rest = lines(tmp_path / "out" / "rest" / "actors.csv")[1:]
    assert [",".join(row[1:]) for row in rest] == conflict
    assert all("conflict" in row[0] for row in rest)
