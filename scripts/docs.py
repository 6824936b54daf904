"""Write the pages of the documentation site, or update the outputs that its pages show.

python scripts/docs.py             write build/docs: the pages of docs/, their pictures, the reference, the codebook
python scripts/docs.py --update    run the examples of docs/, README.md and CONTRIBUTING.md and write their outputs

`summitry site OUT --guide build/docs` makes them a part of the site.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import docs_examples
import docs_reference

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "docs"
TARGET = ROOT / "build" / "docs"
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
WHOLE = re.compile(r"\A.*\Z", re.DOTALL)
PICTURE = re.compile(r"!\[[^\]]*\]\(([\w./-]+)\)")
# the part of CONTRIBUTING.md that needs no fork
PRACTICE = re.compile(r"^## Practise on a copy$.*?(?=^## )", re.MULTILINE | re.DOTALL)
# documents of the repository that are also pages of the site
DOCUMENTS = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
# links from docs/ to a document beside it: folders up, the document, and a heading
OF_REPOSITORY = re.compile(r"\]\(((?:\.\./)*)\.\./(CODEBOOK|CONTRIBUTING|CHANGELOG)\.md(?:#(\w+))?\)")


def pages() -> list[Path]:
    """Return the pages in docs/, whose examples are run."""
    return sorted(SOURCE.rglob("*.md"))


def rerun(
    page: Path, only: Collection[str] | None = None, part: re.Pattern[str] = WHOLE
) -> tuple[str, dict[str, bytes]]:
    """Run the examples of a page.

    Args:
        page: its path.
        only: the kinds of blocks to run; the others stay as they are.
        part: matches the part of the page whose examples run.

    Returns:
        The page with the output of its examples, and by name the pictures that they draw.

    Raises:
        ExampleError: if one cannot be run; the message names the page, the line and the cause.
    """
    with tempfile.TemporaryDirectory() as work:
        place = docs_examples.Place(ROOT, Path(work))
        try:
            text = part.sub(lambda found: docs_examples.rerun(found[0], place, only), page.read_text("utf-8"))
        except docs_examples.ExampleError as e:
            raise docs_examples.ExampleError(f"{page.relative_to(ROOT)}: {e}") from e
        # files in the folder of the page, such as those of the benchmarks, are not drawn by its examples
        drawn = [name for name in PICTURE.findall(text) if not (page.parent / name).is_file()]
        shown = {name: place.folder / name for name in drawn}
        for name, picture in shown.items():
            if not picture.is_file():
                raise docs_examples.ExampleError(f"{page.relative_to(ROOT)}: no example of the page draws {name}.")
        return text, {name: picture.read_bytes() for name, picture in shown.items()}


def update() -> list[Path]:
    """Update the outputs of the examples in the pages; return the files that changed."""
    new = {page: rerun(page)[0] for page in pages()}
    new[README] = rerun(README, only=["python"])[0]
    new[CONTRIBUTING] = rerun(CONTRIBUTING, part=PRACTICE)[0]
    changed = [path for path, text in new.items() if text != path.read_text("utf-8")]
    for path in changed:
        path.write_text(new[path], "utf-8")
    return changed


def codebook(text: str) -> dict[str, str]:
    """Return CODEBOOK.md as a page for each table and one for the rules, by path."""
    start, *parts = re.split(r"^## ", text.partition("-->\n")[2], flags=re.MULTILINE)
    split = {part.partition("\n")[0]: f"# {part}".replace("\n### ", "\n## ") for part in parts}
    homes = {name: f"{name.lower()}.md" for name in split}
    # some tools need an indent of four spaces for a nested list
    split = {name: page.replace("\n   - ", "\n    - ") for name, page in split.items()}
    start = start.rstrip().replace("](docs/", "](../")  # the pages of docs/ are beside the folder of the codebook
    opening = f"{start}\n\nWhat validation checks besides single columns: [the rules]({homes['Rules']}).\n"
    written = {"index.md": opening} | {homes[name]: page for name, page in split.items()}
    return {f"codebook/{path}": _table_links(page, homes) for path, page in written.items()}


def _table_links(page: str, homes: Mapping[str, str]) -> str:
    """Link table names, and the arrows of foreign keys, to the pages of the tables."""
    page = re.sub(r"\]\(#(\w+)\)", lambda m: f"]({homes[m[1]]})", page)
    return re.sub(r"→ (\w+)\.(\w+)", lambda m: f"→ [{m[1]}.{m[2]}]({homes[m[1]]})", page)


def page_links(text: str) -> str:
    """Link documents of the repository, which a clone has, to the pages that they become."""
    return OF_REPOSITORY.sub(lambda m: f"]({m[1]}{_page_of(m[2], m[3])})", text)


def _page_of(document: str, heading: str | None) -> str:
    return f"codebook/{heading or 'index'}.md" if document == "CODEBOOK" else DOCUMENTS[f"{document}.md"]


def written() -> dict[str, bytes]:
    """Return by path the files of docs/, and documents of the repository."""
    files = {path.relative_to(SOURCE).as_posix(): path for path in SOURCE.rglob("*") if path.is_file()}
    contents = {path: file.read_bytes() for path, file in files.items()}
    linked = {path: page_links(text.decode()).encode() for path, text in contents.items() if path.endswith(".md")}
    return contents | linked | {page: (ROOT / name).read_bytes() for name, page in DOCUMENTS.items()}


def generated() -> dict[str, bytes]:
    """Return by path the pages generated from docstrings, commands, schemas and rules."""
    texts = {**docs_reference.pages(), **codebook((ROOT / "CODEBOOK.md").read_text("utf-8"))}
    return {path: text.encode() for path, text in texts.items()}


def drawn() -> dict[str, bytes]:
    """Return by path the pictures of the pages, drawn by their examples."""
    showing = [page for page in pages() if PICTURE.search(page.read_text("utf-8"))]
    folders = {page: page.relative_to(SOURCE).parent for page in showing}
    return {(folders[page] / name).as_posix(): png for page in showing for name, png in rerun(page)[1].items()}


def write(target: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write new and changed files, delete others; return what was written."""
    contents = {target / path: content for path, content in files.items()}
    for old in target.rglob("*"):
        if old.is_file() and old not in contents:
            old.unlink()
    stale = [path for path, content in contents.items() if not path.is_file() or path.read_bytes() != content]
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents[path])
    return stale


def main() -> int:
    """Write the pages, or update their outputs."""
    parser = argparse.ArgumentParser(description="Write the pages of the documentation site.")
    help_text = "update the outputs of the examples in docs/, README.md and CONTRIBUTING.md"
    parser.add_argument("--update", action="store_true", help=help_text)
    arguments = parser.parse_args()
    try:
        files = update() if arguments.update else write(TARGET, {**written(), **generated(), **drawn()})
    except docs_examples.ExampleError as e:
        print(e, file=sys.stderr)
        return 1
    for path in files:
        print("wrote:", path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
