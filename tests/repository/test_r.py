"""The page for users of R, done in R: with readr in place of arrow where arrow is not installed."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

import summitry
from conftest import ROOT

RSCRIPT = shutil.which("Rscript")
PACKAGES = ("dplyr", "readr")
WITHOUT_ARROW = """
if (!requireNamespace("arrow", quietly = TRUE)) {
  read_parquet <- function(file) readr::read_csv(sub("parquet$", "csv", file), na = "", show_col_types = FALSE)
} else library(arrow)
"""


@pytest.fixture
def run_r(tmp_path):
    if not RSCRIPT:
        pytest.skip("R is not installed: apt-get install r-base-core r-cran-dplyr r-cran-readr")

    def run(code):
        script = tmp_path / "script.R"
        script.write_text(code, "utf-8")
        return subprocess.run([RSCRIPT, str(script)], cwd=ROOT, capture_output=True, text=True, check=False)

    for name in PACKAGES:
        if run(f'stopifnot(requireNamespace("{name}", quietly = TRUE))').returncode:
            pytest.skip(f"the package {name} of R is not installed")
    return run


def test_the_lines_of_the_page_run_in_r_and_count_the_same(run_r):
    text = (ROOT / "docs" / "how-to" / "read-in-r.md").read_text("utf-8")
    lines = [line.removeprefix("    ") for line in text.splitlines() if line.startswith("    ")]
    code = "\n".join(line for line in lines if not re.match(r"install\.packages|library\(arrow\)", line))
    done = run_r(f"{WITHOUT_ARROW}\n{code}\ncat('rows:', nrow(statements), class(statements$said_from), nrow(stances))")
    assert done.returncode == 0, done.stderr
    said = summitry.load_stances(where={"attribution": "self", "demand_id": "putin-zelensky-meeting"})
    assert done.stdout.split()[-3:] == [
        str(len(summitry.load_statements())),
        "Date",
        str(len(summitry.load_stances())),
    ]
    counted = [int(n) for n in re.findall(r"^ *\d+ [A-Z].* (\d+)$", done.stdout, re.MULTILINE)]
    assert sum(counted) == len(said)
    assert len(counted) == said.groupby(["holder_id", "position"], observed=True).ngroups
