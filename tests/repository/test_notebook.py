"""The notebook of the guide: it runs, and what it shows is not cut."""

from __future__ import annotations

import pytest

from conftest import ROOT
from summitry import describe, load_statements

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


# jupyter and its kernel warn of each other's versions and of the system's event loop
@pytest.mark.filterwarnings("ignore")
def test_the_notebook_runs_and_shows_whole_texts():
    pytest.importorskip("ipykernel")
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells)  # outputs would be old one day
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = {
        cell.id: cell.outputs[0]["data"]["text/html"]
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.outputs
    }
    assert list(shown) == ["search", "describe", "load", "positions"]
    assert "volodymyr-zelensky" in shown["search"]
    assert all(text in shown["describe"] for text in describe("stances.position")["label"])
    first = load_statements(since="2025-08-18", until="2025-08-20")["summary"].iloc[0]
    assert len(first) > 50
    assert first.replace("&", "&amp;") in shown["load"]
    assert "2025-08-" in shown["positions"]
