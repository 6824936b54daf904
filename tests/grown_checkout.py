"""A copy of the checkout in which tables have one optional column more.

A new column changes its schema, its CSV file and what is built from them, and no test. To see that whole:

    python tests/grown_checkout.py statements,mentions tests/validation tests/site

runs those tests in a copy where these tables have the column. `all` is every table at once.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOT_COPIED = shutil.ignore_patterns("__pycache__", ".git", ".*venv*", "*.egg-info", ".*_cache", ".hypothesis", "dist")
NEEDED_TO_BUILD = ("src", "data", "schemas", "seeds", "metadata", "scripts", "releases")
COLUMN = {
    "name": "remark",
    "title": "Remark",
    "type": "string",
    "description": "What a coder remarks on the row.",
    "example": "coded from the transcript",
    "constraints": {"maxLength": 200},
}


def copied(target, folders=NEEDED_TO_BUILD):
    """Copy some folders of the checkout, and the files beside them."""
    target.mkdir()
    for path in ROOT.iterdir():
        if path.name in folders:
            shutil.copytree(path, target / path.name, ignore=NOT_COPIED)
        elif path.is_file() and path.name != ".git":
            shutil.copy(path, target)
    return target


def python(checkout, *arguments, **options):
    """Run Python with the package of a checkout."""
    environment = os.environ | {"PYTHONPATH": str(checkout / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=checkout, env=environment, check=False, text=True, **options)


def add_column(checkout, names):
    """Add the column to the schemas of tables, behind their first columns, and build."""
    for name in names:
        path = checkout / "schemas" / f"{name}.json"
        table = json.loads(path.read_text("utf-8"))
        table["fields"].insert(1, COLUMN)
        path.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return python(checkout, "scripts/build.py", capture_output=True)


def main(names, *tests):
    """Run tests in a grown copy; return the exit code of pytest."""
    tables = json.loads((ROOT / "schemas" / "package.json").read_text("utf-8"))["tables"]
    with tempfile.TemporaryDirectory() as folder:
        checkout = copied(
            Path(folder) / "checkout", [p.name for p in ROOT.iterdir() if p.is_dir() and p.name != ".git"]
        )
        built = add_column(checkout, tables if names == "all" else names.split(","))
        sys.stderr.write(built.stdout + built.stderr)
        return built.returncode or python(checkout, "-m", "pytest", *tests).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
