"""Hostile folders and descriptors, given to every command that takes a path: a message, and nothing read outside."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from conftest import ROOT
from summitry import paths
from summitry.cli import hook, main
from summitry.dataset import transaction

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders, and links need a privilege")

EVIL = "\x1b[31m\u202e::error::"
HEADER = "actor_id,name,kind,part_of_id,belligerent,country_code,wikidata_id\n"
GOOD = "some-body,Some Body,person,,false,,\n"
MOST_SHOWN = 1_000_000  # characters of the output of one command

opened: list[str] = []


def _watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and arguments and isinstance(arguments[0], (str, bytes)):
        opened.append(os.path.realpath(os.fsdecode(arguments[0])))


@pytest.fixture(scope="module", autouse=True)
def watched():
    sys.addaudithook(_watch)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A checkout with a few rows, so that each command is quick."""
    home = tmp_path_factory.mktemp("bare") / "checkout"
    for folder in ("schemas", "seeds"):
        shutil.copytree(ROOT / folder, home / folder)
    for file in ("README.md", "CODEBOOK.md", "scripts/build.py"):
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, home / file)
    (home / "data").mkdir()
    for file in (ROOT / "data").glob("*.csv"):
        (home / "data" / file.name).write_text(file.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    return home


def write(name, content=HEADER + GOOD):
    def make(folder, _):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

    return make


def link(name, target="secret.csv"):
    def make(folder, outside):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(target if target.startswith(("/dev", "/proc", ".")) else outside / target)

    return make


def pipe(name):
    def make(folder, _):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(folder / name)

    return make


def folder_named(name):
    return lambda folder, _: (folder / name).mkdir(parents=True)


def sparse(name):
    def make(folder, _):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("wb") as file:
            file.truncate(40_000_000_000)

    return make


FILES = [
    "actors.csv",
    "actors.parquet",
    "seeds/a.txt",
    "seeds/.hidden.txt",
    "datapackage.json",
    "data/actors.csv",
    "schemas/package.json",
]
NAMES = [f"{EVIL}.csv", f"seeds/{EVIL}.txt", "::error::.csv", "##[error]x.csv", "-rf.csv", "a\nb.csv", "\udcff.csv"]
CONTENTS = {
    "nothing": b"",
    "noise": bytes(range(256)) * 9,
    "nested": "[" * 100_000,
    "nested objects": '{"a":' * 100_000,
    "UTF-16": (HEADER + GOOD).encode("utf-16"),
    "an escape": f"{HEADER}{EVIL},{EVIL},{EVIL},,,,\n",
    "NUL": b"\0" * 1000,
    "a magic number": b"PAR1" + b"\xff" * 40 + b"PAR1",
}
FOLDERS = (
    [write(name, content) for name in FILES for content in CONTENTS.values()]
    + [make(name) for name in FILES for make in (link, pipe, folder_named)]
    + [link(name, target) for name in FILES[:3] for target in ("/dev/zero", "./a/../..", ".", "/proc/self/mem")]
    + [link(name, "") for name in ("seeds", "data", "schemas")]
    + [write(name) for name in NAMES]
    + [sparse(name) for name in ("seeds/a.txt", "datapackage.json", "schemas/package.json")]
)
DESCRIPTORS = [
    *({"resources": value} for value in (None, 5, "x", {}, [], [[]], [None], [5], ["x"], [{}], [{"path": None}])),
    *(
        {"resources": [{"path": where}]}
        for where in (
            "",
            ".",
            "..",
            "/",
            "a" * 5000,
            "actors.csv",
            "./actors.csv",
            "../outside/secret.csv",
            "/etc/passwd",
            "/dev/zero",
            "x/../../outside/secret.csv",
            "https://example.org/a.csv",
            "file:///etc/passwd",
            "C:\\a.csv",
            "\0",
            EVIL,
            "::error::actors.csv",
            "\udcff.csv",
            "~/actors.csv",
            "$HOME/actors.csv",
            "data:text/csv,a",
            "actors.csv/",
            5,
            True,
            ["actors.csv"],
            {"a": 1},
            "linked/secret.csv",
            "linked.csv",
            "seeds/a.csv",
            "nowhere/actors.csv",
        )
    ),
    *(
        {"resources": [{"path": "actors.csv", key: value}]}
        for key in ("hash", "schema", "name", "bytes", "encoding")
        for value in (None, EVIL, 5, ["x"], {"$ref": "#"})
    ),
    {"resources": [{"path": "actors.csv"}] * 2000},
    {"resources": [{"path": "group_members.csv"}], "name": EVIL},
]


def described(given):
    def make(folder, _):
        write("actors.csv")(folder, _)
        link("linked.csv")(folder, _)
        (folder / "linked").symlink_to(_)
        text = json.dumps(given).replace("\\udcff", "\\udcff")
        (folder / "datapackage.json").write_text(text)

    return make


# every command line that takes a path, by its name; a folder is `given`
COMMANDS = {
    "validate": lambda folder: main(["validate", str(folder)]),
    "the action": lambda folder: main(
        ["validate", "--engine", "pandera", "--strict", "--format", "github", "--", *map(str, given_to_action(folder))]
    ),
    "merge": lambda folder: main(["merge", str(folder)]),
    "diff": lambda folder: main(["diff", str(folder)]),
    "diff of two": lambda folder: main(["diff", str(paths.root()), str(folder), "--format", "json"]),
    "locate": lambda folder: main(["locate", "words", "--source", "a", "--folder", str(folder)]),
    "the hook": lambda folder: hook.main([str(file) for file in sorted(folder.rglob("*"))]),
    "site": lambda folder: main(["site", "pages", "--no-pictures", "--guide", str(folder)]),
    "export": lambda folder: main(["export", "flat", str(folder / "actors.csv"), "--force"]),
    "a report": lambda folder: main(["validate", str(folder), "--output", "a.html", "--force", "--format", "html"]),
}


def given_to_action(folder):
    """What a pattern such as `given/*` gives; the action refuses links among it."""
    return [path for path in sorted(folder.glob("*")) if not path.is_symlink()] or [folder]


def contents(folder):
    files = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: content for name, content in files.items() if name.name != transaction.LOCK}


def restore(folder, before):
    """Take back what a merge wrote."""
    for name, content in contents(folder).items():
        if before.get(name) != content:
            (folder / name).unlink()
            if name in before:
                (folder / name).write_bytes(before[name])


CASES = [*FOLDERS, *map(described, DESCRIPTORS)]
# every day every third folder meets one command, and each command several folders
SPREAD = [(number, list(COMMANDS)[number // 3 % len(COMMANDS)]) for number in range(0, len(CASES), 3)]
ALL = [(number, command) for number in range(len(CASES)) for command in COMMANDS]


def test_there_are_enough_of_them():
    assert min(len(FOLDERS), len(DESCRIPTORS)) >= 60


@pytest.mark.parametrize(
    ("number", "command"),
    [*SPREAD, *(pytest.param(*case, marks=pytest.mark.hostile) for case in ALL if case not in SPREAD)],
)
def test_a_hostile_contribution_is_a_message(number, command, bare, tmp_path, monkeypatch):
    outside, folder = tmp_path / "outside", tmp_path / "given"
    outside.mkdir()
    folder.mkdir()
    for name in ("secret.csv", "actors.csv", "secret.txt", "a.txt", "datapackage.json"):
        (outside / name).write_text("a secret")
    CASES[number](folder, outside)
    monkeypatch.setattr(paths, "root", lambda: bare)
    monkeypatch.setattr(hook, "checkout", lambda _: bare)
    monkeypatch.chdir(tmp_path)
    before = contents(bare)
    out, err = io.StringIO(), io.StringIO()
    opened.clear()
    with redirect_stdout(out), redirect_stderr(err):
        code = COMMANDS[command](Path("given"))
    seen = [path for path in opened if path.startswith(str(outside))]
    assert not seen
    assert {file.read_text() for file in outside.iterdir()} == {"a secret"}
    shown = out.getvalue() + err.getvalue()
    assert code in (0, 1, 2), shown
    assert "a secret" not in shown
    assert len(shown) < MOST_SHOWN
    for line in shown.split("\n"):
        assert line.isprintable(), line
        assert "##[" not in line
        ours = line.startswith(("::error file=", "::warning file=", "::notice title="))
        assert ours or not line.lstrip().startswith("::")
    assert before.keys() <= contents(bare).keys()
    restore(bare, before)
