"""The walk of CONTRIBUTING.md, word by word, in an empty folder."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT
from grown_checkout import NOT_COPIED

PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
BLOCK = re.compile(r'^```(sh|csv|text)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
MARK = "== the end of a block =="
ENVIRONMENT = "venv"  # made by the test, in which everything is installed that the page installs
IDENTITY = {f"GIT_{who}_{what}": "someone@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def git(*arguments, cwd):
    command = ["git", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=os.environ | IDENTITY, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def fork(tmp_path):
    """This checkout as it is now, as a repository of its own."""
    fork = tmp_path / "fork"
    shutil.copytree(ROOT, fork, ignore=NOT_COPIED)
    git("init", "--quiet", "--initial-branch=main", cwd=fork)
    git("add", "--all", cwd=fork)
    git("commit", "--quiet", "--message=All", cwd=fork)
    return fork


def script(fork):
    """The blocks of the page up to the pull request, as one script, as if typed into one shell."""
    lines = []
    for kind, title, body in BLOCK.findall(PAGE[: PAGE.index("## What to know")]):
        if kind == "csv":
            lines.append(f"cat >{title} <<'END OF FILE'\n{body}END OF FILE")
        elif kind == "sh":
            typed = body.replace("<address of your fork>", shlex.quote(str(fork)))
            lines += [line for line in typed.splitlines() if ENVIRONMENT not in line]
            lines.append(f"echo '{MARK}'")
    return "\n".join(lines)


def shown():
    """What the page shows below each block of commands; None where it shows nothing."""
    blocks = [(kind, body) for kind, _, body in BLOCK.findall(PAGE[: PAGE.index("## What to know")]) if kind != "csv"]
    following = [*blocks[1:], ("sh", "")]
    return [
        later[1] if later[0] == "text" else None
        for (kind, _), later in zip(blocks, following, strict=True)
        if kind == "sh"
    ]


@pytest.mark.shipped
def test_the_walk_prints_what_the_page_shows_and_leaves_a_branch_and_nothing_else(fork, tmp_path):
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "summitry").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m summitry "$@"\n', "utf-8")
    (commands / "summitry").chmod(0o755)
    empty = tmp_path / "empty"
    empty.mkdir()
    # without the copy's PYTHONPATH the clone is what is installed
    installed = {"PYTHONPATH": str(empty / "summitry" / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    path = {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    text = script(fork).replace("unset PYTHONPATH", f"export PYTHONPATH={shlex.quote(installed['PYTHONPATH'])}")
    done = subprocess.run(
        ["bash", "-c", text],  # noqa: S607 - the bash of the user
        cwd=empty,
        env={**os.environ, **IDENTITY, **installed, **path, "COLUMNS": "84"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    printed = done.stdout.split(f"{MARK}\n")
    for expected, block in zip(shown(), printed, strict=False):
        assert expected is None or block == expected
    assert done.returncode == 0, done.stdout
    assert "valid: 0 errors, 0 warnings in 2 rows in 2 files" in printed[-2]
    # the copy is gone, the clone has one commit more and is otherwise as it was, and the fork has the branch
    assert sorted(p.name for p in empty.iterdir()) == ["my-rows", "summitry"]
    assert git("status", "--porcelain", cwd=empty / "summitry") == ""
    changed = git("diff", "--name-only", "main", "ukraine-outnumbered", cwd=fork).split()
    assert changed == [f"contributions/ukraine-outnumbered/{table}.csv" for table in ("mentions", "statements")]


def test_the_page_says_how_the_pull_request_is_opened_at_the_end():
    walk = PAGE[: PAGE.index("## What to know")]
    assert walk.index("git push") < walk.index("*Compare & pull request*")
    assert walk.index("summitry merge my-rows") < walk.index("rm -rf practice") < walk.index("## Open a pull request")


def test_the_installing_lines_are_the_only_ones_that_the_test_leaves_out():
    typed = [line for kind, _, body in BLOCK.findall(PAGE) if kind == "sh" for line in body.splitlines()]
    left_out = [line for line in typed if ENVIRONMENT in line]
    assert left_out == [
        "python3 -m venv venv && venv/bin/pip install -e './summitry[test]'",
        ". venv/bin/activate",
    ]
