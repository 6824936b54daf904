"""Rules over the whole dataset, and the tables that each is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conftest import CONTRIBUTIONS
from summitry import schema
from summitry.dataset.texts import Texts
from summitry.validation import shipped_files
from summitry.validation.child_process import validate_paths
from summitry.validation.pipeline import Faults, Tables, dataset
from summitry.validation.rules import DATASET_RULES
from summitry.validation.rules.model import Dataset

if TYPE_CHECKING:
    import polars as pl


class Noted(dict[str, "pl.DataFrame"]):
    """Tables that note which of them are read."""

    def __init__(self, tables):
        super().__init__(tables)
        self.read: set[str] = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)


@pytest.fixture(scope="module")
def given(few_rows):
    package = schema.package()
    return dataset(Tables(package, shipped_files.read(few_rows, package)), Faults())


@pytest.mark.parametrize("rule", [r for r in DATASET_RULES if r.tables], ids=lambda r: f"{r.id}-{r.tables[0]}")
def test_a_rule_reads_no_table_that_it_does_not_name(rule, given, few_rows):
    tables = Noted(given.tables)
    assert list(rule.find(Dataset(schema.package(), tables, Texts((few_rows,))))) == []
    assert tables.read <= rule.reads
    assert tables.read


def test_another_name_of_a_place_gets_its_id(tmp_path):
    (tmp_path / "events.csv").write_text(
        "event_id,name,kind,status,start_on,end_on,date_precision,location_id\n"
        "some-event,Some event,meeting,scheduled,2025-08-22,2025-08-22,day,Kiev\n"
    )
    (problem,) = (p for p in validate_paths([tmp_path]).problems if p.field == "location_id")
    assert problem.rule == "pattern"
    assert problem.fix == "Write 'kyiv'."


def test_a_table_that_is_not_built_is_read_from_its_csv_file(checkout):
    schema_file = checkout / "schemas" / "actors.json"
    given = json.loads(schema_file.read_text("utf-8"))
    given["fields"].append(
        {"name": "extra", "title": "Extra", "type": "string", "description": "More.", "example": "x"}
    )
    schema_file.write_text(json.dumps(given), "utf-8")
    assert validate_paths([CONTRIBUTIONS / "valid" / "others-differ"], checkout).problems == []
    statements = checkout / "data" / "statements.csv"
    statements.write_text(statements.read_text("utf-8").partition("\n")[0] + "\n", "utf-8")
    problems = validate_paths([CONTRIBUTIONS / "valid" / "others-differ"], checkout).problems
    assert {problem.rule for problem in problems} == {"event-report"}  # no statement has them as its occasion


def test_rules_follow_the_schemas_of_the_checkout(checkout, tmp_path):
    schema_file = checkout / "schemas" / "statements.json"
    given = json.loads(schema_file.read_text("utf-8"))
    (act,) = (f for f in given["fields"] if f["name"] == "act")
    act["constraints"]["enum"].append("sing")
    act["categories"].append({**act["categories"][-1], "value": "sing"})
    schema_file.write_text(json.dumps(given), "utf-8")
    rows = tmp_path / "codings.csv"
    rows.write_text("unit_id,stance,variable,coder,value\nvar-matin-2025-08-22-m02,0,act,r9-a,sing\n", "utf-8")
    assert validate_paths([rows], checkout).problems == []
    assert [p.rule for p in validate_paths([rows]).problems] == ["coding-value"]


def test_a_code_stays_when_its_demand_is_withdrawn(tmp_path):
    rows = tmp_path / "codings.csv"
    codes = ["demand,r9-a,holiday-truce", "unitizing,r9-a,russia holiday-truce", "unitizing,r9-b,russia holiday"]
    lines = [f"var-matin-2025-08-22-m02,1,{code}" for code in codes]
    rows.write_text("\n".join(["unit_id,stance,variable,coder,value", *lines, ""]), "utf-8")
    assert [p.value for p in validate_paths([rows]).problems] == ["russia holiday"]
