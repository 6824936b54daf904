"""What tests share: the schemas, the checkout, and a command line run in a fresh process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from summitry import schema

ROOT = Path(__file__).resolve().parents[1]
CONTRIBUTIONS = Path(__file__).parent / "contributions"

# a busy machine is no fault, and the same code gives the same answer every time
settings.register_profile("summitry", deadline=None, derandomize=True, database=None)
settings.load_profile("summitry")


@pytest.fixture(scope="session")
def package():
    return schema.package()


@pytest.fixture
def run(tmp_path):
    """Run `summitry …` as a user does; returns the finished process."""

    def call(*arguments, cwd=tmp_path, env=None):
        command = [sys.executable, "-m", "summitry", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, encoding="utf-8")

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
