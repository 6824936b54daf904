"""What holds of every command, whatever it does."""

from __future__ import annotations

import importlib
import os

import pytest

from summitry.cli import COMMANDS, main

# what a command needs to be run at all; the others need nothing
NEEDED = {
    "show": ["roles"],
    "search": ["nato"],
    "export": ["csv", "here"],
    "new": ["here"],
    "locate": ["words", "--source", "a"],
    "review": ["a"],
    "diff": ["here"],
    "merge": ["here"],
    "validate": ["here"],
    "site": ["here/there", "--no-pictures"],
    "completion": ["bash"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_interrupted_command_is_silent(command, monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib.import_module(f"summitry.cli.{command}"), "run", interrupted)
    assert main([command, *NEEDED.get(command, [])]) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.skipif(os.name == "nt", reason="Windows does not remove the current folder")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_a_folder_that_is_gone_gives_no_traceback(command, tmp_path, monkeypatch, capsys):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main([command, *NEEDED.get(command, [])]) in (0, 1, 2)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["-5", "nan", "inf", "soon"])
def test_a_time_to_wait_is_a_number(seconds, capsys):
    assert main(["merge", "here", f"--wait={seconds}"]) == 2
    assert f"argument --wait: '{seconds}' is not a number of seconds." in capsys.readouterr().err


def test_an_address_is_repeated_as_it_was_given(capsys):
    assert main(["validate", "s3://bucket/statements.csv"]) == 2
    assert "s3://bucket/statements.csv is an address, which only --engine spark reads" in capsys.readouterr().err


def test_locate_names_a_folder_that_is_missing(capsys):
    assert main(["locate", "words", "--source", "var-matin-2025-08-22", "--folder", "gooood"]) == 2
    assert "There is no folder 'gooood'." in capsys.readouterr().err
