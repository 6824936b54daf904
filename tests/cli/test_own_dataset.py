"""The dataset may be named by its folder, and is then validated as without a path."""

from __future__ import annotations

import pytest

from summitry import paths
from summitry.cli import main


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("named", [".", "data", "datapackage.json", "./data/.."])
def test_the_dataset_by_its_path_is_validated_as_without_one(named, monkeypatch, capsys):
    monkeypatch.chdir(paths.root())
    expected = main(["validate", "--quick"]), capsys.readouterr().out
    assert (main(["validate", "--quick", named]), capsys.readouterr().out) == expected


@pytest.mark.usefixtures("on_few_rows")
def test_another_clone_is_checked_by_itself(checkout, capsys):
    assert main(["validate", "--quick", str(checkout)]) == 0
    assert "descriptor" not in capsys.readouterr().out
