"""What tests share: the schemas, the checkout, and a command line run in a fresh process."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import settings

from summitry import schema
from summitry.cli import main

ROOT = Path(__file__).resolve().parents[1]
CONTRIBUTIONS = Path(__file__).parent / "contributions"
# for a program of its own: the memory that it took at most, in MB; ru_maxrss begins with that of what started it
PEAK = """
def peak():
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM:"))
"""

# a busy machine is no fault, and the same code gives the same answer every time
settings.register_profile("summitry", deadline=None, derandomize=True, database=None, max_examples=25)
# pytest --hypothesis-profile=thorough, for a scheduled run
settings.register_profile("thorough", deadline=None, max_examples=500)
settings.load_profile("summitry")


@pytest.fixture(scope="session")
def package():
    return schema.package()


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `summitry …` and return what a finished process would: in this one, unless it needs another environment."""

    def call(*arguments, cwd=tmp_path, env=None):
        texts = list(map(str, arguments))
        if env is not None:
            command = [sys.executable, "-m", "summitry", *texts]
            return subprocess.run(
                command, cwd=cwd, env=env, capture_output=True, text=True, check=False, encoding="utf-8"
            )
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(cwd)
            code = main(texts)
        return subprocess.CompletedProcess(texts, code, out.getvalue(), err.getvalue())

    return call


@pytest.fixture
def checkout(tmp_path):
    """A copy of what a build needs, to change and to break."""
    import shutil

    target = tmp_path / "checkout"
    for folder in ("data", "schemas", "seeds"):
        shutil.copytree(ROOT / folder, target / folder)
    for file in ("datapackage.json", "CODEBOOK.md", "README.md", "src/summitry/__init__.pyi"):
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, target / file)
    return target
