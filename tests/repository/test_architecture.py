"""The map of the code names what is there, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from conftest import ROOT, TOGETHER
from summitry import schema
from summitry.validation import rules

sys.path.append(str(ROOT / "scripts"))
check_coverage = import_module("check_coverage")

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PATH = re.compile(r"`([\w.<>-]+(?:/[\w.<>-]*)+)`")
MADE_UP = {  # what stands for each of several files
    "<table>": schema.package().tables,
    "<format>": ["sqlite", "geojson"],
    "<picture>": ["heatmap", "maps"],
}


def paths():
    """Return every path that the page names, with each placeholder filled in; its last section shortens them."""
    found = set(PATH.findall(PAGE.partition("\n## Tests\n")[0])) - {".summitry-staging/"}  # there while a merge runs
    for placeholder, names in MADE_UP.items():
        found = {path.replace(placeholder, name) for path in found for name in names}
    return sorted(found)


def test_every_path_on_the_map_exists():
    assert len(paths()) > 50
    assert [path for path in paths() if not (ROOT / path).exists()] == []


def test_the_map_has_the_file_of_every_picture_and_rule():
    pictures = import_module("summitry.plots")
    made = {name: getattr(pictures, name).__module__ for name in pictures.__all__}
    made |= {
        rule.id: module.__name__
        for module in vars(rules).values()
        for rule in getattr(module, "RULES", ())
        if rule in rules.DATASET_RULES
    }
    assert len(made) > 30
    files = {name: f"src/{module.replace('.', '/')}.py" for name, module in made.items()}
    lines = re.findall(r"^\| `(src/[\w/]+\.py)` \| (.*) \|$", PAGE, re.MULTILINE)
    assert files == {name: file for file, names in lines for name in re.findall(r"`([\w-]+)`", names)}


def mapped():
    """Return the folders that have a line on the page."""
    return {
        path for line in re.findall(r"^\| (`.*`) \|", PAGE, re.MULTILINE) for path in re.findall("`([^`]+/)`", line)
    }


def test_every_folder_of_the_package_is_on_the_map():
    folders = {file.parent.relative_to(ROOT).as_posix() for file in (ROOT / "src").rglob("*.py")}
    assert {f"{folder}/" for folder in folders} - mapped() == set()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git says which folders belong to the repository")
def test_every_folder_of_the_repository_is_on_the_map():
    listed = subprocess.run(["git", "ls-files", "*/*"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - git
    folders = {f"{path.partition('/')[0]}/" for path in listed.stdout.splitlines()}
    assert folders - {f"{path.partition('/')[0]}/" for path in mapped()} == set()


def test_each_folder_imports_only_from_those_above_it():
    command = Path(sys.executable).with_name("lint-imports")
    if not command.exists():
        pytest.skip("import-linter is not installed; .ci/run has it")
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_map_and_the_contract_have_one_order():
    import tomllib

    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    listed = re.findall(r"^\| `src/summitry/(\w+)/`", PAGE, re.MULTILINE)
    assert [layer for layer in reversed(contract["layers"]) if layer in listed] == listed


def test_modules_with_low_coverage_exist():
    named = check_coverage.reasons(PAGE)
    assert named
    assert [module for module in named if not (ROOT / "src" / "summitry" / module).is_file()] == []


def test_low_coverage_is_compared_with_the_reasons():
    shares = {"/x/src/summitry/a.py": 90, "/x/src/summitry/b/c.py": 95}
    report = {"files": {name: {"summary": {"percent_covered": share}} for name, share in shares.items()}}
    assert check_coverage.low(report) == {"a.py": 90}
    page = "\n## Tests\n\n| `a.py` | it is old |\n\n## More\n\n| `d.py` | no |\n"
    assert check_coverage.reasons(page) == {"a.py": "it is old"}


def test_files_that_one_process_runs_are_there():
    assert all((ROOT / file).is_file() for file in TOGETHER)
