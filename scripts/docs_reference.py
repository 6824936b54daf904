"""The reference: the docstring of every public function, as Markdown."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import docs_examples

try:
    import griffe
except ModuleNotFoundError as e:
    sys.exit(f"This needs {e.name}, which is not installed. Install it with: pip install -e '.[test]'")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HELP_WIDTH = str(docs_examples.WIDTH)
LONGEST_LINE = 88  # of a signature; longer, and each parameter gets a line


@dataclass(frozen=True)
class Page:
    """A page of the reference.

    Attributes:
        title: its heading.
        opening: the purpose of these functions.
        module: where they are imported from.
        names: the functions and classes, in order.
        sources: a module whose docstring lists the literature.
    """

    title: str
    opening: str
    module: str
    names: tuple[str, ...]
    sources: str = ""


def _loaders() -> tuple[str, ...]:
    from summitry import schema

    return tuple(f"load_{name}" for name in schema.package().tables)


PAGES = {
    "tables": Page(
        "Tables",
        "Each table has a loader, made from its schema. The [codebook](../codebook/index.md) explains the columns and "
        "values.",
        "summitry",
        (*_loaders(), "load_all"),
    ),
    "dataset": Page(
        "The dataset itself",
        "Its tables, their meaning, their reliability, and how to cite them.",
        "summitry",
        (
            "tables",
            "describe",
            "search",
            "path",
            "coverage",
            "reliability",
            "cite",
            "verify",
            "diff",
            "validate",
            "pandera_schema",
        ),
    ),
    "positions": Page(
        "Positions and claims",
        "Positions and their changes, what actors say about each other, and which events are disputed.",
        "summitry",
        (
            "positions",
            "daily_positions",
            "position_changes",
            "position_intervals",
            "stance_matrix",
            "attribution_gap",
            "claims",
            "event_status",
            "stances_table",
            "stances_behind",
            "party_of",
            "parties",
            "windows",
        ),
    ),
    "networks": Page(
        "Networks",
        "Discourse networks as networkx graphs, and as files for Gephi, visone and R. They need "
        "`pip install 'summitry[networks]'`.",
        "summitry",
        (
            "affiliation_network",
            "actor_network",
            "demand_network",
            "tie_intervals",
            "camps",
            "polarization",
            "backbone",
            "network_nodes",
            "network_edges",
            "write_graphml",
            "write_dynamic_gexf",
        ),
        "summitry.analysis.discourse",
    ),
    "pictures": Page(
        "Pictures",
        "Each returns a matplotlib figure; the [gallery](../gallery.md) shows them. They need "
        "`pip install 'summitry[pictures]'`.",
        "summitry",
        tuple(import_module("summitry.plots").__all__),
    ),
    "export": Page("Export", "The whole dataset as one file.", "summitry.export", ("export",)),
    "errors": Page(
        "Errors",
        "Every error that this package raises on purpose is a `SummitryError`; its message says what was given, what "
        "was expected and how to fix it.",
        "summitry.errors",
        ("SummitryError", "UnknownNameError", "InputError", "MissingExtraError", "DamagedFileError", "SchemaError"),
    ),
}


def pages() -> dict[str, str]:
    """Return the pages of the reference by path."""
    texts = {f"reference/{stem}.md": _page(page) for stem, page in PAGES.items()}
    return {"reference/index.md": _index(), **texts, "reference/commands.md": _commands()}


def found(page: Page, name: str) -> Any:
    """Return a public function or class."""
    return getattr(import_module(page.module), name)


def _index() -> str:
    lines = ["# Reference", ""]
    for stem, page in PAGES.items():
        lines += [f"## [{page.title}]({stem}.md)", "", f"`from {page.module} import …`", ""]
        rows = [(f"[{name}]({stem}.md#{name.lower()})", _first(found(page, name))) for name in page.names]
        lines += [*_table(("name", "what it does"), rows), ""]
    lines += ["## [Commands](commands.md)", "", "What `summitry` does at the prompt.", ""]
    return "\n".join(lines)


def _first(thing: Any) -> str:
    return _prose((inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " "))


def _page(page: Page) -> str:
    entries = [_entry(page, name) for name in page.names]
    return "\n".join([f"# {page.title}", "", page.opening, "", *entries, *_sources(page)]).rstrip() + "\n"


def _sources(page: Page) -> Iterator[str]:
    """Yield the literature at the end of a module's docstring."""
    if page.sources:
        _, _, literature = (inspect.getdoc(import_module(page.sources)) or "").partition("\nSources:\n")
        yield from ("## Sources", "", re.sub(r"(https?://\S+)", r"<\1>", _prose(dedent(literature))))


def _entry(page: Page, name: str) -> str:
    thing = found(page, name)
    docstring = griffe.Docstring(inspect.getdoc(thing) or "")
    parts = docstring.parse("google", returns_named_value=False, returns_multiple_items=False, warnings=False)
    written = "\n".join(line for part in parts for line in [*_section(part), ""])
    own = f"[`{name}`]({_homes()[name]})"
    return f"## {name}\n\n```python\n{signature(name, thing)}\n```\n\n{written.replace(own, f'`{name}`')}"


def signature(name: str, thing: Any) -> str:
    """Return a signature as in the source, on one line or with a line for each parameter."""
    if inspect.isclass(thing):
        return f"class {name}({', '.join(base.__name__ for base in thing.__bases__)})"
    given = inspect.signature(thing)
    parts = [_parameter(p) for p in given.parameters.values()]
    kinds = [p.kind for p in given.parameters.values()]
    if inspect.Parameter.KEYWORD_ONLY in kinds:
        parts.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    returns = f" -> {given.return_annotation}"
    line = f"{name}({', '.join(parts)}){returns}"
    if len(line) <= LONGEST_LINE:
        return line
    return "\n".join([f"{name}(", *(f"    {part}," for part in parts), f"){returns}"])


def _parameter(given: inspect.Parameter) -> str:
    default = "" if given.default is given.empty else f" = {given.default!r}"
    return f"{given.name}: {given.annotation}{default}"


def _section(part: griffe.DocstringSection) -> Iterator[str]:
    kind = part.title or part.kind.value
    yield from () if kind == "text" else (f"**{kind[0].upper()}{kind[1:]}**", "")
    yield from _SECTIONS.get(kind.lower(), _written)(part.value)


def _written(value: Any) -> Sequence[str]:
    text = value if isinstance(value, str) else value.description
    return [_prose(text)]


def _returns(value: Any) -> Sequence[str]:
    # the parser reads the words before a colon as a type; here they begin the sentence
    return [_prose(": ".join(filter(None, [part.annotation, part.description]))) for part in value]


def _parameters(value: Any) -> Sequence[str]:
    """Return a row for each parameter, also where a docstring explains several in one line."""
    rows = [(f"`{name}`", _cell(p.description)) for p in value for name in p.name.split(", ")]
    return _table(("name", "meaning"), rows)


def _raises(value: Any) -> Sequence[str]:
    return _table(("error", "when"), [(_cell(f"`{e.annotation}`"), _cell(e.description)) for e in value])


def _columns(value: Any) -> Sequence[str]:
    """Return the columns of a frame from lines `names (type): meaning`; further lines are indented."""
    rows = []
    for line in re.split(r"\n(?! )", value.description):
        head, _, meaning = line.partition(": ")
        kinds = re.findall(r"\(([^)]*)\)", head)
        names = re.findall(r"\w+", re.sub(r"\([^)]*\)", "", head))
        rows.append((", ".join(f"`{name}`" for name in names), ", ".join(kinds), _cell(meaning)))
    return _table(("column", "type", "meaning"), rows)


def _example(value: Any) -> Sequence[str]:
    return ["```pycon", dedent(value.description), "```"]


_SECTIONS: dict[str, Callable[[Any], Sequence[str]]] = {
    "parameters": _parameters,
    "attributes": _parameters,
    "returns": _returns,
    "yields": _returns,
    "raises": _raises,
    "columns": _columns,
    "example": _example,
}


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]


def _prose(text: str) -> str:
    """Return the text of a docstring as Markdown: only backticks are markup, and public names are links."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([*<\[]|\b_|_\b)", r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [_linked(part) for part in parts[1::2]]
    return "".join(parts)


def _cell(text: str) -> str:
    return _prose(" ".join(text.split())).replace("|", "\\|")


@cache
def _homes() -> dict[str, str]:
    """Return the address of each public name."""
    return {name: f"{stem}.md#{name.lower()}" for stem, page in PAGES.items() for name in page.names}


def _linked(code: str) -> str:
    home = _homes().get(code.removeprefix("summitry."))
    return f"[`{code}`]({home})" if home else f"`{code}`"


def _commands() -> str:
    """Return the help of each command."""
    from summitry.cli import COMMANDS
    from summitry.cli.output import EXIT_CODES

    codes = ["| exit code | when |", "|---|---|", *(f"| {code} | {when} |" for code, when in EXIT_CODES.items())]
    lines = ["# Commands", "", *codes, ""]
    for command in COMMANDS:
        lines += [f"## summitry {command}", "", "```text", _help(command), "```", ""]
    return "\n".join(lines)


def _help(command: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "summitry", command, "--help"],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": HELP_WIDTH, "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )
    return done.stdout.rstrip()
