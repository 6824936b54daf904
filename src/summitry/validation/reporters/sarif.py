"""A report as SARIF 2.1.0, which code hosts and editors show at the lines of a file."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from summitry import schema
from summitry.validation.catalogue import catalogue
from summitry.validation.reporters.json_ import document
from summitry.validation.reporters.wording import from_root, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from summitry.validation.catalogue import Rule
    from summitry.validation.report import Problem, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"  # the base of relative addresses, under the name that GitHub expects


def _message(text: str) -> dict[str, str]:
    """Return a message in which nothing is read as a placeholder or a link."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": _message(rule.statement),
        "fullDescription": _message(f"Wrong: {rule.statement}. For example: {rule.example}."),
        "help": _message(rule.fix),
        "defaultConfiguration": {"level": rule.severity},
    }


def _artifact(file: str) -> dict[str, str]:
    path = from_root(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix(), errors="backslashreplace"), "uriBaseId": ROOT}


def _result(p: Problem, index: dict[str, int], artifact: Callable[[str], dict[str, str]]) -> dict[str, Any]:
    region = {"region": {"startLine": p.line, "startColumn": p.column or 1}} if p.line is not None else {}
    about = (("table", p.table), ("row", p.row), ("key", p.key), ("field", p.field))
    result: dict[str, Any] = {
        "ruleId": p.rule,
        "level": p.severity,
        "message": _message(sentence(p)),
        "locations": [{"physicalLocation": {"artifactLocation": artifact(p.file), **region}}],
        "properties": {k: v for k, v in about if v is not None},
    }
    return result | ({"ruleIndex": index[p.rule]} if p.rule in index else {})


def parts(report: Report) -> Iterator[str]:
    """Yield the report as a SARIF log with one run."""
    rules = catalogue()
    index = {rule.id: i for i, rule in enumerate(rules)}
    driver = {"name": "summitry", "version": schema.package().version, "rules": [_rule(r) for r in rules]}
    skipped = [{"level": "note", "message": _message(f"Skipped: {reason}")} for reason in report.notes]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": skipped}],
        **({"properties": asdict(report.changes)} if report.changes else {}),
        "results": [],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    artifact = cache(_artifact)  # for this report only: the current folder may change
    yield from document(log, (_result(p, index, artifact) for p in report.problems))
