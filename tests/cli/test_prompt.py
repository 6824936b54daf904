"""What helps at the prompt: nearest names, usage, completion, progress, and the commands that print frames."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import threading

import pytest

import summitry
from conftest import ROOT
from summitry.cli import COMMANDS, frames, main, progress
from summitry.cli.output import EXIT_CODES


@pytest.fixture
def call(capsys, monkeypatch):
    """Run a command; returns its exit code, output and error output."""
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments):
        code = main(arguments)
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("given", "answer", "usage"),
    [
        (["shwo"], "There is no command 'shwo'. Did you mean 'show'?", "usage: summitry ["),
        (["show", "statments"], "There is no table 'statments'. Did you mean 'statements'?", "usage: summitry show ["),
        (["show", "roles", "--colums", "x"], "no option --colums. Did you mean '--columns'?", "usage: summitry show ["),
        (["show", "roles", "--format", "tabel"], "Did you mean 'table'?", "usage: summitry show ["),
        (["show", "roles", "extra"], "there is no argument extra.", "usage: summitry show ["),
        (["--vrsion"], "there is no option --vrsion. Did you mean '--version'?", "usage: summitry ["),
        (
            ["positions", "--by", "partys"],
            "There is no kind of actor 'partys'. Did you mean 'party'?",
            "usage: summitry positions [",
        ),
        (
            ["validate", "--format", "jsn"],
            "There is no format 'jsn'. Did you mean 'json'?",
            "usage: summitry validate [",
        ),
        (["cite", "bibtx"], "There is no style 'bibtx'. Did you mean 'bibtex'?", "usage: summitry cite ["),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest_and_the_usage_of_its_command(call, given, answer, usage):
    code, out, err = call(*given)
    assert (code, out) == (2, "")
    assert answer in err
    assert err.startswith(usage)


def test_an_unknown_id_is_answered_with_the_nearest(call):
    code, _, err = call("show", "statements", "--where", "speaker_id=putin")
    assert code == 2
    assert re.search(r"Did you mean 'vladimir-putin'\? There are: .* and \d+ more\.", err)


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(call, option):
    assert call(option) == (0, f"{summitry.__version__}\n", "")


def test_search_at_the_prompt(call):
    code, out, _ = call("search", "zelenskyy", "--format", "csv")
    assert code == 0
    assert next(csv.DictReader(io.StringIO(out)))["id"] == "volodymyr-zelensky"
    assert "volodymyr-zelensky" in call("search", "zelenskyy")[1]
    assert call("search", "xqzzy")[0] == 1
    assert call("search", "a", "-n", "-1")[0] == 2


@pytest.mark.parametrize("written", ["NATO membership", "membership nato"])
def test_search_finds_a_demand_by_words_of_its_label_proposition_and_issue(written):
    assert "ukraine-joins-nato" in set(summitry.search(written)["id"])


def test_search_that_finds_nothing_names_the_nearest(call):
    code, out, err = call("search", "moskauer krml", "--table", "locations")
    assert (code, out) == (1, "")
    assert "nothing found for 'moskauer krml'." in err
    assert "Did you mean 'Moscow' or 'Moscow Kremlin'?" in err
    code, out, err = call("search", "xqzzyxqzzyxqzzy", "--format", "csv")
    assert (code, out) == (1, "table,id,name,kind,found_as,likeness\n")
    assert err == "nothing found for 'xqzzyxqzzyxqzzy'.\n"


def test_cite_at_the_prompt(call):
    for style in ("text", "bibtex", "apa", "ris"):
        assert call("cite", style) == (0, f"{summitry.cite(style)}\n", "")


def test_positions_at_the_prompt(call):
    given = json.loads(call("positions", "--demand", "putin-zelensky-meeting", "--format", "json")[1])
    expected = summitry.positions(demand="putin-zelensky-meeting")
    assert [row["actor_id"] for row in given] == expected["actor_id"].tolist()
    assert [row["position"] or "" for row in given] == expected["position"].astype(object).fillna("").tolist()
    table = call("positions", "--demand", "putin-zelensky-meeting", "--all")[1]
    assert "position" in table.splitlines()[0].split()
    assert f"{len(expected)} rows" in table
    code, _, err = call("positions", "--demand", "putin-zelenski-meeting")
    assert code == 2
    assert "putin-zelensky-meeting" in err


def test_positions_at_the_prompt_are_the_first_unless_all_are_asked_for(call):
    found = summitry.positions()
    assert len(found) > 20
    out = call("positions")[1]
    assert f"\n20 of {len(found)} rows\n" in out
    assert "see the rest: the same command with --all, or with -n and a number" in out
    everything = call("positions", "--all")[1]
    assert f"\n{len(found)} rows\n" in everything
    assert "see the rest" not in everything
    assert f"\n3 of {len(found)} rows\n" in call("positions", "-n", "3")[1]
    assert len(call("positions", "--format", "jsonl")[1].splitlines()) == len(found)
    assert len(call("positions", "--format", "jsonl", "-n", "3")[1].splitlines()) == 3
    assert call("positions", "-n", "-1")[0] == 2


@pytest.mark.parametrize("name", ["Russia", "RUSSIA", "Russian Federation"])
def test_a_name_that_only_one_has_will_do_for_its_id(name, call):
    asked = ("--addressee", "ukraine", "--format", "csv")
    assert call("positions", "--party", name, *asked) == call("positions", "--party", "russia", *asked)


def test_a_name_that_nobody_has_is_answered_with_a_command(call):
    code, _, err = call("positions", "--demand", "a truce at sea")
    assert code == 2
    assert "summitry search 'a truce at sea'" in err


def test_an_empty_argument_is_refused(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in ("validate", "new", "site"):
        code, _, err = call(command, "")
        assert code == 2
        assert "an argument is empty" in err
    assert not list(tmp_path.iterdir())


def completed(line):
    """What the shell offers for a line."""
    answer = "\v"
    env = {**os.environ, "_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": answer, "_ARGCOMPLETE_STDOUT_FILENAME": os.devnull}
    env |= {"COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE_SUPPRESS_SPACE": "1"}
    code = (
        "import os, sys\n"
        "os.dup2(1, 8)\n"
        "os.environ.pop('_ARGCOMPLETE_STDOUT_FILENAME')\n"
        "from summitry.cli import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    return done.stdout.split(answer)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("summitry sh", {"show"}),
        ("summitry show stat", {"statements"}),
        ("summitry show statements --for", {"--format"}),
        ("summitry show statements --format j", {"json", "jsonl"}),
        ("summitry show statements --where sp", {"speaker_id="}),
        ("summitry show statements --where act=de", {"act=demand", "act=deny"}),
        ("summitry cite b", {"bibtex"}),
        ("summitry export s", {"sqlite"}),
        ("summitry show roles --columns ro", {"role_id"}),
        ("summitry show roles --columns role_id,ti", {"role_id,title"}),
        ("summitry positions --demand putin-zelensky-meeting-in-m", {"putin-zelensky-meeting-in-moscow"}),
        ("summitry positions --party kazakh", {"kazakhstan"}),
        ("summitry locate --source var-", {"var-matin-2025-08-22"}),
        ("summitry review var-", {"var-matin-2025-08-22"}),
        ("summitry validate --rule quote-o", {"quote-official"}),
        ("summitry positions --issue cease", {"ceasefire"}),
        ("summitry describe stat", {"statements"}),
        ("summitry describe statements.spe", {"statements.speaker_id"}),
    ],
)
def test_a_shell_completes(line, offered):
    pytest.importorskip("argcomplete")
    assert {word.strip() for word in completed(line)} == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_each_shell(call, shell):
    pytest.importorskip("argcomplete")
    code, out, _ = call("completion", shell)
    assert code == 0
    assert "summitry" in out


class Screen(io.StringIO):
    def __init__(self):
        super().__init__()
        self.written = threading.Event()

    def isatty(self):
        return True

    def flush(self):
        self.written.set()


def test_progress_is_shown_on_a_terminal_after_a_while_and_goes_away(monkeypatch):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with progress.shown("writing a.db", after=0.01):
        assert screen.written.wait(60)
    assert re.search(r"writing a\.db … \d+ s", screen.getvalue())
    assert screen.getvalue().endswith(progress.ERASE)


def test_progress_is_not_shown_elsewhere_nor_at_once(monkeypatch):
    for screen in (io.StringIO(), Screen()):
        monkeypatch.setattr(sys, "stderr", screen)
        with progress.shown("writing a.db"):
            pass
        assert screen.getvalue() == ""


def test_a_frame_is_written_with_days_and_without_missing_values(capsys):
    frame = summitry.load_statements(columns=["statement_id", "said_from", "on_behalf_of_id"]).head(2)
    frames.write(frame, "jsonl", ("statement_id",))
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(re.fullmatch(r"2025-08-\d\d", row["said_from"]) for row in rows)
    assert {row["on_behalf_of_id"] for row in rows} <= {None, *summitry.load_actors()["actor_id"]}


def test_every_exit_code_is_in_one_table():
    assert list(EXIT_CODES) == [0, 1, 2, 130]
    assert {"search", "positions", "cite", "completion"} < set(COMMANDS)


@pytest.mark.parametrize(
    ("given", "answer"), [("nowhere", "does not exist"), (__file__, "is not a folder"), (ROOT, "is the dataset itself")]
)
def test_what_is_no_folder_of_a_contribution_is_not_merged(call, given, answer):
    code, _, err = call("merge", str(given))
    assert (code, answer in err) == (2, True)
