"""A command ends with its exit code and without a traceback, whatever becomes of its output."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from conftest import CONTRIBUTIONS, some_every_day
from summitry.words import printable

INVALID = CONTRIBUTIONS / "invalid" / "enum"
VALID = CONTRIBUTIONS / "valid" / "one-statement"
SUMMITRY = f"{sys.executable} -m summitry"

posix = pytest.mark.skipif(os.name == "nt", reason="the shell of Windows has other ways")


def shell(command, cwd):
    done = subprocess.run(["bash", "-c", command], cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S607
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def many(tmp_path):
    """A contribution whose report is longer than the buffer of a pipe."""
    shutil.copytree(INVALID, tmp_path / "many")
    file = next((tmp_path / "many").glob("*.csv"))
    header, row = file.read_text("utf-8").splitlines()[:2]
    file.write_text("\n".join([header, *(f"x{n}-{row}" for n in range(800)), ""]), "utf-8")
    return tmp_path / "many"


CODES = {
    "validate, one line is read": ("validate --quick many | head -1", 1),
    "validate, nothing is read": ("validate --quick many | true", 1),
    "validate as JSON": ("validate --quick many --format json | head -1", 1),
    "validate as HTML": ("validate --quick many --format html | head -1", 1),
    "a report for a pipe": ("validate --quick many --output /dev/stdout | cat", 1),
    "diff": ("diff many . | head -1", 2),
    "show": ("show statements | head -1", 0),
    "help": ("validate --help | true", 0),
    "a full disk": ("validate --quick many > /dev/full", 2),
    "a full disk and a valid folder": (f"validate --quick {VALID} > /dev/full", 2),
    "help on a full disk": ("--help > /dev/full", 2),
    "closed output": ("validate --quick many >&-", 2),
    "closed output and a table": ("show statements >&-", 2),
    "a closed place for messages": ("validate nowhere 2>&-", 2),
    "a full place for messages": ("validate nowhere 2>/dev/full", 2),
    "all closed": ("validate nowhere >&- 2>&- <&-", 2),
}


EVERY_DAY = (
    "validate, one line is read",
    "validate as HTML",
    "a report for a pipe",
    "show",
    "a full disk",
    "help on a full disk",
    "closed output and a table",
    "a full place for messages",
    "all closed",
)


@posix
@pytest.mark.parametrize("case", some_every_day(CODES, EVERY_DAY, pytest.mark.hostile))
def test_the_exit_code_is_that_of_the_command(case, many):
    command, code = CODES[case]
    if "/dev/full" in command and not os.path.exists("/dev/full"):  # noqa: PTH110 - of Linux
        pytest.skip("this system has no /dev/full")
    done = shell(f"set -o pipefail; {SUMMITRY} {command}; exit ${{PIPESTATUS[0]}}", many.parent)
    assert done.returncode == code, done.stderr
    if "full disk" in case:
        assert "summitry: the output cannot be written: No space left on device" in done.stderr


@posix
def test_a_deleted_current_folder_is_no_traceback(tmp_path):
    """From the start of the process; test_every_command.py tries every command."""
    gone = tmp_path / "gone"
    gone.mkdir()
    done = shell(f"cd {gone}; rmdir {gone}; {SUMMITRY} validate {INVALID}", tmp_path)
    assert done.returncode in (0, 1, 2)


INTERRUPTED = """
import os, signal, sys
from summitry.cli import process, rules
rules.run = lambda _: os.kill(os.getpid(), signal.SIGINT)
sys.exit(process(["rules"]))
"""


@posix
def test_ctrl_c_ends_a_command_silently():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_ctrl_c_in_the_middle_of_a_command_is_130(monkeypatch, capsys):
    from summitry.cli import main, rules

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(rules, "run", interrupted)
    assert main(["rules"]) == 130
    assert capsys.readouterr() == ("", "")


def test_too_little_memory_is_a_message(monkeypatch, capsys):
    from summitry.cli import main, rules

    def exhausted(_):
        raise MemoryError

    monkeypatch.setattr(rules, "run", exhausted)
    assert main(["rules"]) == 2
    assert capsys.readouterr().err == "summitry: there is not enough memory for this\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("::error::x", r"\x3a:error::x"),
        ("  ::set-output name=a::b", r"  \x3a:set-output name=a::b"),
        ("a ##[error]b", r"a ##\x5berror]b"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\n::error::b", r"a\n::error::b"),
        ("\u202eabc\udcff", r"\u202eabc\udcff"),
    ],
)
def test_what_is_printed_is_no_command_of_a_terminal_or_workflow(text, shown):
    assert printable(text) == shown


def test_a_report_that_cannot_be_made_leaves_the_file_of_the_last_one(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    page = tmp_path / "report.html"
    page.write_text("the last one")
    done = run("validate", INVALID, "--format", "html", "--output", page, "--force")
    assert (done.returncode, done.stdout) == (2, "")
    assert "summitry[validate]" in done.stderr
    assert page.read_text() == "the last one"
