"""The guide: pages of Markdown as pages of the site."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from summitry.errors import InputError, missing_extra

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from summitry.site.rendering import Site

FOLDER = "guide"
INDEX = "index"
# the codebook of the site is made from the schemas; of the guide's, only the rules are taken
CODEBOOK, RULES = "codebook/", "codebook/rules"
SECTIONS = {"": "", "how-to": "How to", "reference": "Reference"}
FIRST = ("index", "tutorial", "glossary", "limitations", "collection")  # in this order; the other pages by name
ABOUT = "About"
ABOUT_PAGES = ("from-0.2", "contributing", "architecture", "changelog")
_NO_LETTER = re.compile(r"[^\w\s-]")
_HTML_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page of the guide.

    Attributes:
        path: where its Markdown is in the folder of the guide, without .md.
        title: its first heading.
        html: its content.
        headings: the other headings of the first two levels, with their places.
    """

    path: str
    title: str
    html: str
    headings: Sequence[tuple[str, str]] = ()


def address(path: str) -> str:
    """Return where the page of a file without .md is in the site."""
    return f"{path}.html" if path == RULES else f"{FOLDER}/{path}.html"


def slug(heading: str) -> str:
    """Return the place of a heading, as most tools for Markdown name it.

    Example:
        >>> slug("Get a CSV: what next?")
        'get-a-csv-what-next'
    """
    return re.sub(r"[-\s]+", "-", _NO_LETTER.sub("", heading).strip().lower())


def _parser() -> MarkdownIt:
    try:
        from markdown_it import MarkdownIt
    except ModuleNotFoundError as e:
        raise missing_extra("markdown-it-py", "site") from e
    return MarkdownIt("commonmark", {"html": False, "highlight": _highlighted}).enable("table")


def _highlighted(code: str, language: str, _: str) -> str:
    """Return code as HTML with the kinds of its words as classes; nothing if the language is not known."""
    lexer = _lexer(language)
    if lexer is None:
        return ""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter

    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


@cache
def _lexer(language: str) -> Any:
    """Return what knows the words of a language, or nothing; to look it up takes as long as to use it."""
    try:
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound
    except ModuleNotFoundError:
        return None
    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None


def rendered(files: Mapping[str, bytes]) -> list[Page]:
    """Return the pages of the guide.

    Args:
        files: the content of each file by its path: Markdown, and pictures that it shows.
    """
    names = {path.removesuffix(".md") for path in files if path.endswith(".md")}
    shown = {name for name in names if name == RULES or not name.startswith(CODEBOOK)}
    return [_page(name, _text(f"{name}.md", files), shown, files) for name in sorted(shown)]


def _text(path: str, files: Mapping[str, bytes]) -> str:
    try:
        return files[path].decode()
    except UnicodeDecodeError as e:
        raise InputError(f"The page {path} of the guide is not UTF-8 (byte {e.start}). Save it as UTF-8.") from e


def _page(name: str, text: str, pages: Collection[str], files: Collection[str]) -> Page:
    parser = _parser()
    tokens = parser.parse(_HTML_COMMENT.sub("", text))
    headings = list(_name_headings(tokens))
    for token in tokens:
        for child in token.children or ():
            _relink(child, name, pages, files)
    html = parser.renderer.render(_in_boxes(tokens), parser.options, {})
    html = html.replace("<pre>", '<pre tabindex="0">')  # a block of code scrolls; in code, such a tag is escaped
    title = headings[0][1] if headings else name
    return Page(name, title, html, [(place, text) for place, text, tag in headings if tag == "h2"])


def _name_headings(tokens: Sequence[Token]) -> Iterator[tuple[str, str, str]]:
    """Give each heading a place of its own; return place, text and level of each."""
    taken: set[str] = set()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(c.content for c in inline.children or () if c.type in ("text", "code_inline"))
            place = first = slug(text) or "section"
            number = 0
            while place in taken:
                number += 1
                place = f"{first}_{number}"
            taken.add(place)
            opening.attrSet("id", place)
            yield place, text, opening.tag


def _relink(token: Token, page: str, pages: Collection[str], files: Collection[str]) -> None:
    """Lead a link to another page of the guide to its page in the site; one that leads nowhere becomes plain."""
    if token.type == "link_open":
        token.attrSet("href", _target(str(token.attrGet("href")), page, pages, files))
    elif token.type == "image":
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), str(token.attrGet("src"))))
        if path not in files:  # drawn by an example of the page, which has not been run
            token.type, token.content = "text", f"[picture: {token.content}]"
            token.children = None


def _target(href: str, page: str, pages: Collection[str], files: Collection[str]) -> str:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not parts.path:
        return href
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), parts.path))
    place = f"#{parts.fragment}" if parts.fragment else ""
    here = posixpath.dirname(address(page))
    name = path.removesuffix(".md")
    if path.endswith(".md") and (name in pages or name.startswith(CODEBOOK)):
        if name.startswith(CODEBOOK):  # without the rules, which the schemas do not have, their start
            made = name if name != RULES or name in pages else f"{CODEBOOK}{INDEX}"
            return posixpath.relpath(f"{made}.html", here)
        return posixpath.relpath(address(name), here) + place
    return posixpath.relpath(f"{FOLDER}/{path if path in files else 'index.html'}", here)


def _in_boxes(tokens: Iterable[Token]) -> list[Token]:
    """Put each table into a box that scrolls and that a keyboard reaches."""
    from markdown_it.token import Token

    boxed: list[Token] = []
    n = 0  # regions of a page differ by their names
    for token in tokens:
        if token.type == "table_open":
            n += 1
            box = Token("box_open", "div", 1)
            box.attrs = {"class": "scroll", "role": "region", "aria-label": f"Table {n}", "tabindex": 0}
            boxed.append(box)
        boxed.append(token)
        if token.type == "table_close":
            boxed.append(Token("box_close", "div", -1))
    return boxed


def read(folder: Path) -> dict[str, bytes]:
    """Return the files of a guide by path.

    Raises:
        InputError: for a folder that is none, or has no first page.
    """
    if not (folder / f"{INDEX}.md").is_file():
        raise InputError(f"{folder} has no file {INDEX}.md. Give the folder that `python scripts/docs.py` writes.")
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.is_symlink())  # no file of another folder
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def _place(page: Page) -> tuple[int, bool]:
    return FIRST.index(page.path) if page.path in FIRST else len(FIRST), not page.path.endswith(INDEX)


def contents(pages: Sequence[Page]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the pages by section, each with its path in the site and its title."""
    sections: dict[str, list[tuple[str, str]]] = {name: [] for name in (*SECTIONS.values(), ABOUT)}
    for page in sorted(pages, key=_place):
        folder = posixpath.dirname(page.path)
        if page.path != RULES:
            section = ABOUT if page.path in ABOUT_PAGES else SECTIONS.get(folder, folder)
            sections.setdefault(section, []).append((address(page.path), page.title))
    return [(section, entries) for section, entries in sections.items() if entries]


def written(site: Site, pages: Sequence[Page]) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    listed = contents(pages)
    for page in pages:
        path = address(page.path)
        yield path, site.page("guide", path, page=page, contents=listed)


def pictures(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what the pages show beside text, by path in the site."""
    return {f"{FOLDER}/{path}": content for path, content in files.items() if not path.endswith((".md", ".css"))}


def entries(pages: Iterable[Page]) -> Iterator[tuple[str, Sequence[str], str, str]]:
    """Return what the search finds: each page and each of its chapters."""
    for page in pages:
        yield page.title, (), "Guide", address(page.path)
        for place, heading in page.headings:
            yield f"{page.title}: {heading}", (), "Guide", f"{address(page.path)}#{place}"
