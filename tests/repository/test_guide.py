"""The documentation site: every example prints what its page shows, and the pages hang together."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import summitry
from conftest import ROOT, some_every_day
from summitry.errors import SummitryError
from summitry.site import guide

sys.path.append(str(ROOT / "scripts"))
import docs
import docs_examples
import docs_reference

PAGES = {page.relative_to(ROOT).as_posix(): page for page in docs.pages()}
# what a browser fetches by itself from another host: not a link to click on
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\ssrc=["']?(?:https?:)?//|<link\b[^>]*\shref=["']?(?:https?:)?//"""
    r"""|url\(["']?(?:https?:)?//|@import\s+["']?(?:https?:)?//"""
)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)#:\s]+)(?:#[^)\s]*)?\)")


@pytest.fixture(scope="module")
def files():
    """Every file of build/docs; the pictures, which other tests draw, are stand-ins."""
    pictures = {
        (page.relative_to(docs.SOURCE).parent / name).as_posix(): b"a picture"
        for page in PAGES.values()
        for name in docs.PICTURE.findall(page.read_text("utf-8"))
    }
    return {**docs.written(), **docs.generated(), **pictures}


@pytest.fixture
def texts(files):
    return {path: content.decode() for path, content in files.items() if path.endswith(".md")}


@pytest.fixture(scope="module")
def rerun(tmp_path_factory):
    """Run the examples of a page that is given as text; all pages share a copy of the checkout."""
    work = tmp_path_factory.mktemp("pages")
    return lambda page: docs_examples.rerun(page, docs_examples.Place(ROOT, work))


# of the pages that use all rows, and take longer with each, the tutorial every day
LONG = {"docs/gallery.md", "docs/collection.md", "docs/how-to/cite-a-version.md"} | {
    f"docs/how-to/{name}.md"
    for name in ("check-a-contribution", "draw-a-network", "follow-a-position", "get-a-csv", "query-with-duckdb")
}


@pytest.mark.parametrize("name", some_every_day(PAGES, PAGES.keys() - LONG, pytest.mark.shipped))
def test_examples_print_what_their_page_shows(name):
    if "summitry.validation.spark" in PAGES[name].read_text("utf-8"):
        pytest.importorskip("pyspark", reason="the page needs the extra 'spark'")
    text, pictures = docs.rerun(PAGES[name])
    assert text == PAGES[name].read_text("utf-8"), "fix it with: python scripts/docs.py --update"
    assert all(picture.startswith(b"\x89PNG\r\n") for picture in pictures.values())


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("```pycon\n>>> 1 + 1\n3\n```\n", "```pycon\n>>> 1 + 1\n2\n```\n"),
        ("```pycon\n>>> 1 + 1\n```\n", "```pycon\n>>> 1 + 1\n2\n```\n"),
        ("```pycon\n>>> x = 1\n1\n>>> x\n```\n", "```pycon\n>>> x = 1\n>>> x\n1\n```\n"),
        ("```pycon\n>>> x = 1\n```\n\n```pycon\n>>> x\n```\n", "```pycon\n>>> x = 1\n```\n\n```pycon\n>>> x\n1\n```\n"),
        ("```pycon\n>>> print('a\\n\\nb')\n```\n", "```pycon\n>>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n```\n"),
        ("```sh\necho a\n```\nprints\n```text\nb\n```\n", "```sh\necho a\n```\nprints\n```text\na\n```\n"),
        ("```sh\necho a; exit 1\n```\n```text\n```\n", "```sh\necho a; exit 1\n```\n```text\na\n```\n"),
        ("```sh\nsummitry --version\n```\n```text\n```\n",
         f"```sh\nsummitry --version\n```\n```text\n{summitry.__version__}\n```\n"),
        ('```csv title="new/a.csv"\nx\n1\n```\n```sh\ntail -1 new/a.csv\n```\n```text\n```\n',
         '```csv title="new/a.csv"\nx\n1\n```\n```sh\ntail -1 new/a.csv\n```\n```text\n1\n```\n'),
        ("```sh\npip install nothing-of-that-name\n```\n", "```sh\npip install nothing-of-that-name\n```\n"),
    ],
)  # fmt: skip
def test_what_is_printed_replaces_what_is_shown(rerun, shown, printed):
    assert rerun(shown) == printed


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("```pycon\n>>> 1 / 0\n```\n", "line 1: 1 / 0 raises ZeroDivisionError: division by zero"),
        (
            "\n```pycon\n>>> 1 / 0\nTraceback (most recent call last):\nKeyError: 0\n```\n",
            "line 2: 1 / 0 does not raise",
        ),
        ("```sh\nexit 1\n```\n", "exit code 1"),
        ("```sh\nsummitry no-such-command\n```\n```text\n```\n", "exit code 2"),
        ("```sh\nfalse\ntrue\n```\n", "exit code 1"),
        ("```text\nwhat printed this?\n```\n", "there is none"),
        ("```sh\necho a\n```\n```text\na\n```\n```text\na\n```\n", "there is none"),
        ("```csv\na,b\n```\n", "names its file"),
        ("```js\nalert(1)\n```\n", "'js' is not run"),
        ("```\nnot said what it is\n```\n", "'' is not run"),
        ("```pycon {.wide}\n>>> 1\n```\n", "does not open with"),
        ("- a list\n\n  ```pycon\n  >>> 1\n  ```\n", "does not open with"),
        ("~~~pycon\n>>> 1\n~~~\n", "does not open with"),
        ("```sh\npwd\n```\n```text\n```\n", "on this machine only"),
        ("```pycon\n>>> import summitry\n>>> str(summitry.path('actors'))\n```\n", "on this machine only"),
    ],
)
def test_an_example_that_cannot_be_trusted_is_refused(rerun, page, message):
    with pytest.raises(docs_examples.ExampleError, match=re.escape(message)):
        rerun(page)


def test_an_exception_that_the_page_shows_is_an_output(rerun):
    page = (
        "```pycon\n>>> 1 / 0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: division by zero\n```\n"
    )
    assert rerun(page) == page


def test_commands_change_a_copy_of_the_checkout(tmp_path):
    place = docs_examples.Place(ROOT, tmp_path)
    page = "```sh\npython -c \"import summitry; print(summitry.path('actors'))\"\n```\n"
    docs_examples.rerun(page, place)
    assert Path(place.printed.strip()) == place.clone / "data" / "actors.parquet"


def test_update_writes_what_is_printed(tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    page, readme, contributing = (tmp_path / name for name in ("docs/a.md", "README.md", "CONTRIBUTING.md"))
    page.write_text("```pycon\n>>> 1\n2\n```\n", "utf-8")
    readme.write_text("```sh\nexit 9\n```\n\n```python\n>>> 1\n2\n```\n", "utf-8")
    walk = (
        "```sh\nexit 9\n```\n\n"
        "## Practise on a copy\n\n```sh\ngit clone --quiet a b\necho 1\n```\n\n```text\n{}\n```\n\n## Next\n"
    )
    contributing.write_text(walk.format(2), "utf-8")
    changed = {"ROOT": tmp_path, "SOURCE": tmp_path / "docs", "README": readme, "CONTRIBUTING": contributing}
    for name, value in changed.items():
        monkeypatch.setattr(docs, name, value)
    assert docs.update() == [page, readme, contributing]
    assert contributing.read_text("utf-8") == walk.format(1)
    assert page.read_text("utf-8") == "```pycon\n>>> 1\n1\n```\n"
    assert readme.read_text("utf-8") == "```sh\nexit 9\n```\n\n```python\n>>> 1\n1\n```\n"
    assert docs.update() == []


def test_write_leaves_nothing_stale(tmp_path):
    assert docs.write(tmp_path, {"a.md": b"1", "b/c.md": b"2"}) == [tmp_path / "a.md", tmp_path / "b" / "c.md"]
    assert docs.write(tmp_path, {"a.md": b"1", "b/d.md": b"2"}) == [tmp_path / "b" / "d.md"]
    assert sorted(p.name for p in tmp_path.rglob("*.md")) == ["a.md", "d.md"]


def test_what_a_page_installs_can_be_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {e for page in PAGES.values() for e in re.findall(r"summitry\[([\w,]+)\]", page.read_text("utf-8"))}
    assert asked
    for extras in asked:
        assert set(extras.split(",")) <= set(project["optional-dependencies"]), extras


def test_the_reference_has_every_public_name(texts):
    public = {
        "summitry": {name for name in dir(summitry) if name not in ("__version__", "load")},
        "summitry.export": {"export"},
        "summitry.errors": {"SummitryError", *(e.__name__ for e in SummitryError.__subclasses__())},
    }
    for module, names in public.items():
        pages = {stem: page for stem, page in docs_reference.PAGES.items() if page.module == module}
        assert sorted(name for page in pages.values() for name in page.names) == sorted(names)
        for stem, page in pages.items():
            for name in page.names:
                assert f"\n## {name}\n" in texts[f"reference/{stem}.md"]
                assert f"[{name}]({stem}.md#{name.lower()})" in texts["reference/index.md"]


def test_the_reference_has_what_docstrings_say(texts):
    for stem, page in docs_reference.PAGES.items():
        _, *entries = re.split(r"^## ", texts[f"reference/{stem}.md"], flags=re.MULTILINE)
        literature = [entries.pop()] if page.sources else []
        assert all("<https://doi.org/" in entry for entry in literature)
        for name, entry in zip(page.names, entries, strict=True):
            thing = docs_reference.found(page, name)
            said = inspect.getdoc(thing)
            assert said, name
            words = set(re.findall(r"\w{4,}", re.sub(r"^(Args|Attributes):$", "", said, flags=re.MULTILINE)))
            assert words <= set(re.findall(r"\w+", entry)), (name, words - set(re.findall(r"\w+", entry)))
            if inspect.isfunction(thing):
                assert all(f"| `{p}` |" in entry for p in inspect.signature(thing).parameters), name


def test_each_command_is_described(texts):
    from summitry.cli import COMMANDS

    assert re.findall(r"^## summitry (.+)$", texts["reference/commands.md"], re.MULTILINE) == list(COMMANDS)
    assert "--as-of DAY" in texts["reference/commands.md"]


def test_the_codebook_has_every_column_value_and_rule(texts, package):
    from summitry.validation.catalogue import catalogue

    for table in package.tables.values():
        page = texts[f"codebook/{table.name}.md"]
        assert page.startswith(f"# {table.name}\n")
        assert all(f"| `{f.name}` |" in page for f in table.fields)
        assert all(f"| `{c.value}` |" in page for f in table.fields for c in f.categories)
        assert all(f"[{k.table}.{k.references[0]}]({k.table}.md)" in page for k in table.foreign_keys)
        assert f"[{table.name}]({table.name}.md)" in texts["codebook/index.md"]
        assert all(f"\n{i}. {r.question}" in page for f in table.fields for i, r in enumerate(f.decision_rules, 1))
    assert all(f"| `{rule.id}` |" in texts["codebook/rules.md"] for rule in catalogue())


def test_lists_are_nested_as_every_tool_wants_it(texts):
    """Python-Markdown takes three spaces for no indentation at all, CommonMark takes four for it too."""
    for path, text in texts.items():
        prose = docs_examples.BLOCK.sub("", text)
        assert not re.search(r"^(?: {4})* {1,3}(?:[-*+]|[0-9]+[.]) ", prose, re.MULTILINE), path


def test_the_gallery_has_every_picture():
    shown = PAGES["docs/gallery.md"].read_text("utf-8")
    drawn = re.findall(r"figure = (\w+)\(", shown)
    assert set(drawn) == set(import_module("summitry.plots").__all__)
    assert len(docs.PICTURE.findall(shown)) >= len(drawn)  # one of them draws a picture in each turn of a loop
    alternatives = re.findall(r"!\[([^\]]*)\]", shown)
    assert all(len(text) > 40 for text in alternatives)


def test_alternative_texts_of_the_gallery_say_what_is_drawn_and_nothing_that_the_rows_decide():
    """Who is near to whom stands in the text below, beside what an example prints."""
    texts = re.findall(r"!\[([^\]]*)\]\(", (ROOT / "docs/gallery.md").read_text("utf-8"))
    states = set(summitry.load_actors(where={"kind": "state"})["name"])
    assert len(texts) > 10
    assert [(text, state) for text in texts for state in states if re.search(rf"\b{state}\b", text)] == []


def test_the_contents_list_every_page(files, texts):
    pages = guide.rendered(files)
    listed = [path for _, entries in guide.contents(pages) for path, _ in entries]
    ours = [path for path in texts if not path.startswith("codebook/")]  # the site makes its own codebook
    assert sorted(listed) == sorted(guide.address(path.removesuffix(".md")) for path in ours)


def test_links_between_pages_lead_somewhere(files, texts):
    followed = 0
    for path, text in texts.items():
        prose = re.sub(r"`[^`\n]+`", "", docs_examples.BLOCK.sub("", text))
        for target in [*LINK.findall(prose), *docs.PICTURE.findall(prose)]:
            folder = (Path("/") / path).parent
            assert (folder / target).resolve().relative_to("/").as_posix() in files, (path, target)
            followed += 1
    assert followed > len(texts)


def test_links_work_in_a_clone_or_lead_to_what_the_build_makes(files):
    """On GitHub there is neither the reference nor a picture that an example draws; the start of the guide says so."""
    made = {path for path in files if path.startswith("reference/") or path.endswith(".png")}
    for page in [*PAGES.values(), docs.README, docs.CONTRIBUTING]:
        for target in LINK.findall(re.sub(r"`[^`\n]+`", "", docs_examples.BLOCK.sub("", page.read_text("utf-8")))):
            there = (page.parent / target).resolve()
            assert there.exists() or there.relative_to(docs.SOURCE).as_posix() in made, (page.name, target)
    assert "`python scripts/docs.py`" in PAGES["docs/index.md"].read_text("utf-8")


def test_links_to_documents_of_the_repository_lead_to_their_pages():
    text = "[a](../CODEBOOK.md) [b](../CODEBOOK.md#roles) [c](../../CHANGELOG.md) [d](../../CODEBOOK.md#x) [e](e.md)"
    pages = "[a](codebook/index.md) [b](codebook/roles.md) [c](../changelog.md) [d](../codebook/x.md) [e](e.md)"
    assert docs.page_links(text) == pages


def test_the_guide_becomes_pages_of_the_site_that_fetch_nothing_from_elsewhere(files):
    pytest.importorskip("markdown_it", reason="the extra site brings it")
    pages = guide.rendered(files)
    assert {page.path for page in pages} >= {"index", "tutorial", "reference/index", "codebook/rules", "contributing"}
    for page in pages:
        assert not FETCHED.search(page.html), page.path
        assert "[picture:" not in page.html, page.path


@pytest.mark.parametrize(
    "html",
    [
        '<script async src="https://cdn.example/x.js">', "<img src=//cdn.example/x.png>",
        '<link rel="stylesheet" href="https://fonts.example/css">', "a { background: url('http://cdn.example/x.png') }",
        '@import "//cdn.example/x.css"',
    ],
)  # fmt: skip
def test_what_would_be_fetched_is_noticed(html):
    assert FETCHED.search(html)


def test_links_to_click_on_are_not_fetched():
    assert not FETCHED.search('<a href="https://example.org/">x</a><link href="../assets/x.css"><img src="x.png">')


def test_without_what_it_needs_the_script_says_how_to_install_it():
    code = "import sys; sys.modules['griffe'] = None; sys.path.insert(0, 'scripts'); import docs"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "This needs griffe, which is not installed. Install it with: pip install -e '.[test]'\n"
