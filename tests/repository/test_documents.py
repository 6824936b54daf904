"""What the documents show is what happens."""

from __future__ import annotations

import doctest
import json
import re
import shlex
from datetime import date

import pytest

from conftest import ROOT
from summitry import schema
from summitry.dataset import storage
from summitry.export import csv_
from summitry.validation.rules.rows import MOST_QUOTED_WORDS

DOCUMENTS = ["README.md", "CONTRIBUTING.md"]


def test_what_a_quotation_may_have_is_the_limit_of_the_rule():
    pages = [
        ROOT / "CONTRIBUTING.md",
        ROOT / ".github" / "pull_request_template.md",
        ROOT / "schemas" / "mentions.json",
    ]
    for page in pages:
        limits = re.findall(r"(\d+)\s+words\b", page.read_text("utf-8"))
        assert set(limits) == {str(MOST_QUOTED_WORDS)}, page


def blocks(document, language):
    text = (ROOT / document).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_python_blocks_run_and_print_what_they_show(document):
    examples = "\n".join(blocks(document, "python"))
    parsed = doctest.DocTestParser().get_doctest(examples, {}, document, document, 0)
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(parsed)
    assert not result.failed


def test_the_two_commands_are_what_ci_runs():
    """.ci/run takes the first two lines of shell in the README, so these must be the two commands."""
    first, second = blocks("README.md", "sh")[0].splitlines()
    assert first.endswith("summitry show statements")
    assert second.endswith("pytest")
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert 'eval "$(readme_command 1)"' in script
    assert 'eval "$(readme_command 2)"' in script


def test_every_command_in_the_documents_exists():
    from summitry.cli import COMMANDS

    for document in DOCUMENTS:
        for block in blocks(document, "sh"):
            for line in block.splitlines():
                words = shlex.split(line, comments=True)
                if words[:1] == ["summitry"]:
                    assert words[1] in COMMANDS, line


def test_every_call_in_the_page_of_questions_exists():
    import summitry

    calls = set(re.findall(r"`([a-z_]+)\(", (ROOT / "docs" / "questions.md").read_text("utf-8")))
    assert {"positions", "claims", "search"} <= calls
    assert [name for name in sorted(calls) if not hasattr(summitry, name)] == []


def test_the_name_that_a_spreadsheet_garbles_is_in_a_csv_file():
    page = (ROOT / "docs" / "how-to" / "open-in-a-spreadsheet.md").read_text("utf-8")
    name, garbled = re.findall(r"“(\w+)” becomes “(\w+)”", page)[0]
    assert name.encode().decode("cp1252") == garbled
    assert any(name in file.read_text("utf-8") for file in (ROOT / "data").glob("*.csv"))
    assert name in csv_.NOTE


def test_the_guide_shows_what_the_benchmarks_gave():
    given = (ROOT / "benchmarks" / "results" / "validate-1e6.md").read_text("utf-8")
    shown = (ROOT / "docs" / "how-to" / "check-many-rows.md").read_text("utf-8")
    table = [line for line in given.splitlines() if line.startswith("|")]
    assert len(table) > 3
    assert "\n".join(table) in shown


def test_links_in_the_documents_lead_somewhere():
    for document in [*DOCUMENTS, "CHANGELOG.md", "seeds/README.md", "CODEBOOK.md"]:
        path = ROOT / document
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", re.sub(r"`[^`]*`", "", path.read_text("utf-8"))):
            assert (path.parent / target).exists(), (document, target)


def test_every_document_has_the_same_numbers_of_rows(package):
    rows = {name: storage.read_arrow(name).num_rows for name in package.tables}
    described = json.loads((ROOT / "datapackage.json").read_text("utf-8"))["resources"]
    assert {(r["name"].partition("-")[0], r["rowCount"]) for r in described} == set(rows.items())
    tables = {"README.md": r"\[(\w+)\]\(CODEBOOK[^)]*\)\s\((\d+)\)", "docs/tutorial.md": r"^ *(\w+) +(\d+) +\d+$"}
    tables["CODEBOOK.md"] = r"^\| \[(\w+)\]\([^)]*\) \| ([\d,]+) \|"
    tables["metadata/huggingface/README.md"] = r"^\| (\w+) \| ([\d,]+) \|"
    for document, line in tables.items():
        found = re.findall(line, (ROOT / document).read_text("utf-8"), re.MULTILINE)
        assert {name: int(n.replace(",", "")) for name, n in found if name in rows} == rows, document
    total = f"{sum(rows.values())} rows"
    for document in ("CITATION.cff", ".zenodo.json", "metadata/datacite.json", "metadata/schemaorg.jsonld"):
        assert total in " ".join((ROOT / document).read_text("utf-8").split()), document


def test_a_period_in_words_is_the_one_of_the_metadata(package):
    """A standard without a place for the period has it in the description."""
    first, last = (date.fromisoformat(package.json["temporal"][end]) for end in ("start", "end"))
    assert f"{first.day} {first:%B} to {last.day} {last:%B %Y}" in package.description


def test_the_version_is_one():
    version = schema.package().version
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\n## {version} - " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_changelog_has_the_day_of_each_version_and_what_is_unreleased():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first, *versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert first == "Unreleased"
    days = [version.partition(" - ")[2] for version in versions]
    assert [date.fromisoformat(day).isoformat() for day in days] == sorted(days, reverse=True)


def test_citation_is_valid():
    import subprocess
    import sys
    from pathlib import Path

    command = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [command, "--builtin-schema", "vendor.citation-file-format", ROOT / "CITATION.cff"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_codebook_lists_every_rule_and_value(package):
    from summitry.validation.catalogue import catalogue

    text = (ROOT / "CODEBOOK.md").read_text("utf-8")
    assert "(docs/limitations.md)" in text
    for rule in catalogue():
        assert f"| `{rule.id}` |" in text
    for table in package.tables.values():
        for f in table.fields:
            assert f"| `{f.name}` |" in text
            assert all(f"| `{c.value}` |" in text for c in f.categories)
            assert all(r.question in text and r.near_miss in text for r in f.decision_rules)
