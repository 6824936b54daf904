"""Messages, docstrings, pages and names use common words: those that pandas, pandera and frictionless use.

Each pattern has a reason: what a reader would have to guess, and the plain words. Quoted statements and the decision
rules of the codebook are the language of diplomacy, not ours, so patterns about verbs leave the schemas' examples out.
"""

from __future__ import annotations

import re
import subprocess

import pytest

from conftest import ROOT

# pattern, what to write instead, a sentence that it catches
ODD = [
    (r"(?<!\.)\b(tell|tells|telling|told)\b", "report, say, print", "tell only of this rule"),
    (r"\btoo large to hold\b|\b(hold|holds|held) (back|in memory)\b", "too large; buffered", "is too large to hold"),
    (r"(?<!be )(?<!-)\b_?held\b(?! or lost|-)", "buffered, skipped, contained", "a row that was held"),
    (r"(?<!person )\bholds\b(?! (a|an|no|the) (office|position)|, cedes)", "contains, has", "a file that holds rows"),
    (r"\bsieves?\b", "prefilter", "a sieve lets the rows pass"),
    (r"\blets? (\w+ )?(rows?|cells?) pass\b", "skip", "it lets rows pass"),
    (r"\bfirst.?look\b|\blook(s|ed|ing)? at\b", "read, check, scan, see", "what was looked at"),
    (r"\b(judgements?|judged|judging)\b", "check, evaluate", "a row is judged"),
    (r"\bmend(s|ed|ing)?\b", "fix", "mend it"),
    (r"(?<!style )(?<!cascading )\bsheets?\b", "table, table file", "all sheets of a report"),
    (r"\bledgers?\b", "released ids", "the ledger has every id"),
    (r"\b(stands?|stood)\b(?! for| in for| alone)", "is, is in", "a key stands there twice"),
    (r"\b(is|are) there twice\b", "duplicate", "the key is there twice"),
    (r"\btak(e|es|en|ing) (\w+ ){0,2}away\b", "remove, delete", "take the column away"),
    (r"\btak(e|es|en|ing) warnings for\b", "treat warnings as errors", "take warnings for errors"),
    (r"\bas asked\b", "because of --quick", "not checked: as asked"),
    (r"\b(is|are) content\b(?!s)", "reports no errors", "until it is content"),
    (r"\bwhat it is worth\b", "limitations and reliability", "What it is worth"),
    (
        r"\b(has not|has) the form of\b|\brules of form\b",
        "match the pattern; format",
        "has not the form of its column",
    ),
    (r"\bhas no more\b", "is no longer in", "an id that the table has no more"),
    (r"\b(machine code|in C\b.*\bcompiler)\b", "nothing: there is none", "is machine code"),
    (r"\b(lie|lies|lay) (in|at|on|beside|below|outside|inside|under)\b", "is in", "the file lies in data/"),
    (r"\b(cures?|remedy|remedies)\b", "fix", "a message names the cure"),
]
# file names that say nothing of their content to somebody new
ODD_NAMES = {"firstlook", "gaps", "histories", "judgement", "ledger", "machine", "matrices", "projections", "quality"}
ODD_NAMES |= {"sheets", "sieve", "trajectories"}
PLAIN = [
    "an office that a person holds",
    "Elections must be held first.",
    "A place is taken, held or lost",
    "a place that stands for a government",
    "the default is text",
    "a spreadsheet with a style sheet",
    "the table of contents; the content of a file",
    "an error-prone column; a mistake in a row",
    "The holder of the position has an office.",
    "What a wheel contains is listed.",
]
WRITTEN = (
    "src",
    "scripts",
    "docs",
    "schemas",
    "seeds",
    ".github",
    ".pre-commit-hooks.yaml",
    "action.yml",
    "pyproject.toml",
    ".ci",
    "*.md",
    ":!CHANGELOG.md",  # names what is gone
    ":!benchmarks/results",
)
SUFFIXES = (".py", ".pyi", ".md", ".json", ".yml", ".yaml", ".html", ".js", ".toml", ".ci/run")


def written_files():
    """The files that people write or read, by path; libraries of others are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--", *WRITTEN],  # noqa: S607 - any git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return {f: (ROOT / f).read_text("utf-8") for f in listed if f.endswith(SUFFIXES) and "datatables" not in f}


@pytest.fixture(scope="module")
def written():
    if not (ROOT / ".git").exists():
        pytest.skip("git lists the files")
    return written_files()


@pytest.mark.parametrize(("pattern", "instead"), [odd[:2] for odd in ODD], ids=[caught for *_, caught in ODD])
def test_words_are_plain(written, pattern, instead):
    odd = re.compile(pattern, re.IGNORECASE)
    places = [
        f"{file}:{number}: {line.strip()}"
        for file, text in written.items()
        for number, line in enumerate(text.splitlines(), 1)
        if odd.search(line)
    ]
    assert not places, f"write “{instead}”:\n" + "\n".join(places)


@pytest.mark.parametrize(("pattern", "instead", "caught"), ODD, ids=[caught for *_, caught in ODD])
def test_each_pattern_catches_its_sentence_and_no_normal_english(pattern, instead, caught):
    odd = re.compile(pattern, re.IGNORECASE)
    assert odd.search(caught)
    assert not [sentence for sentence in [*PLAIN, instead] if odd.search(sentence)]


def test_modules_are_named_by_nouns_of_the_field(written):
    names = {file.rsplit("/", 1)[-1].partition(".")[0] for file in written if file.startswith("src/")}
    assert not names & ODD_NAMES
