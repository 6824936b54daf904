"""A report as SARIF 2.1.0, which code hosts and editors show beside the lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from summitry import schema
from summitry.rules import catalogue

if TYPE_CHECKING:
    from summitry.report import Problem, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def _rule(rule: Any) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.statement},
        "help": {"text": f"{rule.mend} Example: {rule.example}."},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(p: Problem, index: dict[str, int]) -> dict[str, Any]:
    region = {"region": {"startLine": p.line, "startColumn": p.column or 1}} if p.line is not None else {}
    found = f"found “{p.value}”; " if p.value is not None else ""
    where = f"{p.field}: " if p.field else ""
    result: dict[str, Any] = {
        "ruleId": p.rule,
        "level": p.severity,
        "message": {"text": f"{where}{found}expected {p.expected}. {p.mend}".strip()},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": quote(p.file)}, **region}}],
        "properties": {k: v for k, v in (("table", p.table), ("key", p.key), ("row", p.row)) if v is not None},
    }
    return result | ({"ruleIndex": index[p.rule]} if p.rule in index else {})


def render(report: Report) -> str:
    """Return the report as a SARIF log with one run."""
    rules = catalogue()
    index = {rule.id: i for i, rule in enumerate(rules)}
    driver = {"name": "summitry", "version": schema.package().version, "rules": [_rule(r) for r in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(p, index) for p in report.problems],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"
