"""The examples of a page: run in order, and written back with their output.

| block | what happens |
| --- | --- |
| pycon, python | runs as a doctest; the blocks of a page share their variables |
| sh | runs in bash, without lines that install or clone something |
| text | after a sh block: the output of that block |
| csv, with a title | is written to the file with that name, for the later blocks |
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from contextlib import chdir
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from summitry import paths

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

BLOCK = re.compile(r'^```(?P<kind>\w*)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^```$', re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^\s*(```|~~~)", re.MULTILINE)
INSTALLS = re.compile(r"\s*((pip|python3 -m pip) (install|download)|git clone)\b")
# parts of a checkout that the commands do not need
LEFT_OUT = (".*", "build", "dist", "docs", "site", "tests", "__pycache__", "*.egg-info")
WIDTH = 84  # columns that fit on a page of the site


class ExampleError(Exception):
    """An example that cannot be run, or that fails although its page shows no failure."""


@dataclass
class Place:
    """The place where the examples of one page run.

    Attributes:
        root: the checkout.
        work: a folder for all that they make.
        names: the variables of the Python blocks so far.
        printed: the output of the last command, until a block shows it.
    """

    root: Path
    work: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    printed: str | None = None

    @property
    def folder(self) -> Path:
        """The working directory."""
        folder = self.work / "page"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def clone(self) -> Path:
        """A copy of the checkout, made for the first command: commands may change it."""
        clone = self.work / "clone"
        if clone.is_dir():
            return clone
        shutil.copytree(self.root, clone, ignore=shutil.ignore_patterns(*LEFT_OUT))
        command = clone / "bin" / "summitry"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m summitry "$@"\n', "utf-8")
        command.chmod(0o755)
        return clone


def rerun(page: str, place: Place, only: Collection[str] | None = None) -> str:
    """Run every example of a page, and return the page with their output.

    Args:
        page: its text.
        place: where they run.
        only: run blocks of these kinds and leave the others as they are.

    Raises:
        ExampleError: for a block of an unknown kind, an example that fails although the page shows no failure, or
            output with a path of this machine.
    """
    if len(FENCE.findall(page)) != 2 * len(BLOCK.findall(page)):
        raise ExampleError('A block does not open with ```kind or ```kind title="…" and close with ``` alone.')
    new = BLOCK.sub(lambda b: b[0] if only and b["kind"] not in only else _rerun_block(b, place), page)
    for path in (place.work, paths.root(), sys.prefix):
        if str(path) in new:
            raise ExampleError(f"An output names {path}, which exists on this machine only.")
    return new


def _rerun_block(block: re.Match[str], place: Place) -> str:
    line = block.string.count("\n", 0, block.start()) + 1
    if block["kind"] not in KINDS:
        raise ExampleError(f"line {line}: a block of the kind {block['kind']!r} is not run. Kinds: {', '.join(KINDS)}.")
    try:
        body = KINDS[block["kind"]](block, place)
    except ExampleError as e:
        raise ExampleError(f"line {line}: {e}") from e
    opening, closing = block[0].split("\n", 1)[0], "```"
    return f"{opening}\n{body}{closing}"


class _Recorder(doctest.DocTestRunner):
    """Runs a doctest as usual, and records the output of each example instead of comparing it."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.ran: list[tuple[doctest.Example, str]] = []

    def report_success(self, _out: Any, _test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        # of an exception only its last line is compared; its traceback names files of this machine
        self.ran.append((example, got if example.exc_msg is None else example.want))

    def report_failure(self, _out: Any, _test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        if example.exc_msg is not None:
            raise ExampleError(f"{example.source.strip()} does not raise what is shown but gives:\n{got}")
        self.ran.append((example, got))

    def report_unexpected_exception(self, _out: Any, _test: Any, example: doctest.Example, exc_info: Any) -> None:
        raise ExampleError(f"{example.source.strip()} raises {exc_info[0].__name__}: {exc_info[1]}") from exc_info[1]


def _python(block: re.Match[str], place: Place) -> str:
    test = doctest.DocTestParser().get_doctest(block["body"], place.names, "page", None, 0)
    recorder = _Recorder()
    with chdir(place.folder):
        recorder.run(test, clear_globs=False)
    place.names = test.globs
    return _with_outputs(block["body"], recorder.ran)


def _with_outputs(body: str, ran: Iterable[tuple[doctest.Example, str]]) -> str:
    """Return a doctest with these outputs instead of its own."""
    old, new, at = body.splitlines(), [], 0
    for example, got in ran:
        shown_from = example.lineno + example.source.count("\n")
        new += old[at:shown_from]
        new += [line.rstrip() or "<BLANKLINE>" for line in got.splitlines()]
        at = shown_from + example.want.count("\n")
    return "".join(f"{line}\n" for line in [*new, *old[at:]])


def _shell(block: re.Match[str], place: Place) -> str:
    lines = [line for line in block["body"].splitlines() if not INSTALLS.match(line)]
    following = BLOCK.search(block.string, block.end())
    shown = following is not None and following["kind"] == "text"
    done = subprocess.run(  # noqa: S603 - the commands are those of our own pages
        ["bash", "-ec", "\n".join(lines)],  # noqa: S607 - the bash of the user
        cwd=place.folder,
        env=_environment(place),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    # 1 means that errors were found, and the page shows them; 2 that the command could not run
    if done.returncode > shown:
        raise ExampleError(f"exit code {done.returncode} of\n{block['body']}{done.stdout}")
    place.printed = done.stdout
    return block["body"]


def _environment(place: Place) -> dict[str, str]:
    return {
        **os.environ,
        "COLUMNS": str(WIDTH),
        "NO_COLOR": "1",
        "PATH": os.pathsep.join([str(place.clone / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(place.clone / "src"), os.environ.get("PYTHONPATH")])),
        "PYTHONUTF8": "1",
    }


def _output(_block: re.Match[str], place: Place) -> str:
    if place.printed is None:
        raise ExampleError("a text block shows the output of the sh block before it, and there is none.")
    printed, place.printed = place.printed, None
    return "".join(f"{line.rstrip()}\n" for line in printed.strip("\n").splitlines())


def _file(block: re.Match[str], place: Place) -> str:
    if not block["title"]:
        raise ExampleError('a csv block names its file: ```csv title="my-rows/statements.csv"')
    target = place.folder / block["title"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(block["body"], "utf-8")
    return block["body"]


KINDS: dict[str, Callable[[re.Match[str], Place], str]] = {
    "pycon": _python,
    "python": _python,
    "sh": _shell,
    "text": _output,
    "csv": _file,
}
