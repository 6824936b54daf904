"""No command and no public function replaces a file that is read, or another one unasked."""

from __future__ import annotations

import re

import networkx as nx
import pytest

import summitry
from summitry import paths
from summitry.cli import main
from summitry.errors import InputError
from summitry.export import export

GRAPH = nx.Graph([("a", "b", {"weight": 1})])
DAYS = ("2025-08-08", "2025-08-17")
WRITERS = {
    "export": lambda file, **force: export("flat", file, **force),
    "graphml": lambda file, **force: summitry.write_graphml(GRAPH, file, **force),
    "dynamic gexf": lambda file, **force: summitry.write_dynamic_gexf({DAYS: GRAPH}, file, **force),
}
COMMANDS = {
    "validate": lambda given, file: ["validate", str(given), "--quick", "--output", str(file)],
    "review": lambda _, file: ["review", "var-matin-2025-08-22", "--output", str(file)],
    "export": lambda _, file: ["export", "flat", str(file)],
}


@pytest.fixture
def given(tmp_path):
    """A contribution with a text."""
    (tmp_path / "given" / "seeds").mkdir(parents=True)
    (tmp_path / "given" / "actors.csv").write_text("actor_id,name,kind,belligerent\na,A,person,false\n")
    (tmp_path / "given" / "seeds" / "a.txt").write_text("words")
    return tmp_path / "given"


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_writer_replaces_a_file_only_by_force_and_never_a_table(write, tmp_path):
    kept = tmp_path / "kept.csv"
    kept.write_text("work")
    with pytest.raises(InputError, match=r"already exists.*force=True"):
        write(kept)
    with pytest.raises(InputError, match="There is no folder"):
        write(tmp_path / "no" / "new.csv")
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["kept.csv"]
    assert kept.read_text() == "work"
    write(kept, force=True)
    assert kept.read_text() != "work"
    table = paths.data() / "actors.csv"
    before = table.read_bytes()
    with pytest.raises(InputError, match="which is an input"):
        write(table, force=True)
    assert table.read_bytes() == before


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_replaces_a_file_only_by_force(command, given, tmp_path, capsys):
    kept = tmp_path / "kept.csv"
    kept.write_text("work")
    assert main(command(given, kept)) == 2
    assert "already exists" in capsys.readouterr().err
    assert kept.read_text() == "work"
    assert main([*command(given, kept), "--force"]) in (0, 1)
    assert kept.read_text() != "work"


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("path", ["", "actors.csv"], ids=["folder", "file"])
@pytest.mark.parametrize("target", ["actors.csv", "seeds/a.txt"])
@pytest.mark.parametrize("option", ["--output", "--split"])
def test_validate_never_writes_to_what_it_reads(option, target, path, given, tmp_path, monkeypatch, capsys):
    before = {file: file.read_bytes() for file in given.rglob("*.*")}
    link = tmp_path / "link.html"
    link.symlink_to(given / target)
    monkeypatch.chdir(given)
    for written in (given / target, target, link):
        assert main(["validate", str(given / path), "--quick", option, str(written), "--force"]) == 2
        assert re.search("is an input|already exists", capsys.readouterr().err)
    assert {file: file.read_bytes() for file in given.rglob("*.*")} == before


@pytest.mark.usefixtures("on_few_rows")
def test_nothing_new_is_put_into_a_contribution(given, capsys):
    for option in ("--output", "--split"):
        assert main(["validate", str(given), option, str(given / "new")]) == 2
        assert f"inside {given}, which is an input" in capsys.readouterr().err
    assert not (given / "new").exists()


@pytest.mark.usefixtures("on_few_rows")
def test_a_report_at_a_link_goes_where_it_leads(given, tmp_path):
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "report.txt")
    assert main(["validate", str(given), "--quick", "--output", str(link)]) in (0, 1)
    assert link.is_symlink()
    assert (tmp_path / "report.txt").is_file()


@pytest.mark.usefixtures("on_few_rows")
def test_a_site_keeps_a_first_page_that_is_not_of_a_site(tmp_path, capsys):
    first = tmp_path / "index.html"
    first.write_text("work")
    assert main(["site", str(tmp_path), "--no-pictures"]) == 2
    assert "index.html that is not of this site" in capsys.readouterr().err
    assert first.read_text() == "work"
