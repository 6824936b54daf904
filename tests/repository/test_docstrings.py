"""The examples in docstrings print what they show."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

from conftest import ROOT, some_every_day

SOURCE = ROOT / "src"
EXAMPLES = [p for p in sorted(SOURCE.rglob("*.py")) if ">>> " in p.read_text("utf-8")]
NOT_RUN = {"summitry.validation.spark.frames"}  # its examples begin with a Spark session
MODULES = [".".join(p.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__") for p in EXAMPLES]


# what all rows are drawn, tied or exported for is tried every day by other tests, of fewer rows
TRIED = [m for m in MODULES if m not in NOT_RUN]
ALL_ROWS = ("summitry.plots.", "summitry.export", "summitry.analysis.networks", "summitry.analysis.camps")
EVERY_DAY = [m for m in TRIED if not m.startswith(ALL_ROWS)]


@pytest.mark.parametrize("module", some_every_day(TRIED, EVERY_DAY, pytest.mark.shipped))
def test_examples_run(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(import_module(module))
    assert (result.attempted > 0, result.failed) == (True, 0)


def test_no_module_is_left_out_in_vain():
    assert set(MODULES) >= NOT_RUN
