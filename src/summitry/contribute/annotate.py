"""A source's text with everything that is coded in it, as one page: how a second coder checks the first.

Coded words are marked and numbered. A number links the text to its rows and back; where spans nest or overlap, the
shade is darker and the number of each span is shown. The page runs nothing and fetches nothing. It contains the text
of a source, so it should stay on the computer where it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from summitry import paths
from summitry.analysis import inputs
from summitry.contribute.locate import decoded
from summitry.dataset import loaders
from summitry.errors import InputError
from summitry.templating import environment
from summitry.words import counted, web_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Row = Mapping[str, Any]
    Rows = Mapping[str, Sequence[Row]]
    Spans = Mapping[str, tuple[int, int]]

TABLES = ("mentions", "statements", "stances", "event_reports")
DEPENDENTS = ("stances", "event_reports")  # tables whose rows name the mention that shows them
SHADES = 3  # how many overlapping spans have a shade of their own


@dataclass(frozen=True)
class Piece:
    """A part of a text between two places where spans begin or end.

    Attributes:
        words: its characters.
        covered_by: the numbers of the mentions whose spans cover it.
        begins: those of them whose spans begin here.
    """

    words: str
    covered_by: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()

    @property
    def shade(self) -> int:
        """How dark the mark is, from 1."""
        return min(len(self.covered_by), SHADES)


@dataclass(frozen=True)
class Coded:
    """A mention with the rows that belong to it."""

    number: int
    mention: Row
    statement: Row
    dependents: Sequence[tuple[str, Row]]
    in_text: bool


def segments(length: int, spans: Spans) -> list[tuple[int, int, tuple[str, ...]]]:
    """Cut a text of some code points where spans begin and end (exclusive); they may nest and overlap.

    Returns:
        The pieces in order, without gaps: start, end, and the names of the spans that cover it.

    Raises:
        InputError: for a span outside the text.

    Example:
        >>> segments(10, {"a": (2, 8), "b": (6, 9)})
        [(0, 2, ()), (2, 6, ('a',)), (6, 8, ('a', 'b')), (8, 9, ('b',)), (9, 10, ())]
    """
    for name, (start, end) in spans.items():
        if not 0 <= start < end <= length:
            raise InputError(
                f"The span of {name} is {start} to {end}, but the text has {length} code points. "
                "Find the right one with: summitry locate"
            )
    cuts = sorted({0, length, *(at for span in spans.values() for at in span)})
    return [
        (start, end, tuple(n for n, (first, last) in spans.items() if first <= start and end <= last))
        for start, end in pairwise(cuts)
    ]


def _pieces(text: str, spans: Spans, numbers: Mapping[str, int]) -> list[Piece]:
    return [
        Piece(
            text[start:end],
            tuple(numbers[n] for n in names),
            tuple(numbers[n] for n in names if spans[n][0] == start),
        )
        for start, end, names in segments(len(text), spans)
    ]


def _coded_share(pieces: Sequence[Piece] | None) -> str:
    if pieces is None:
        return "its text is not available, so only the rows are shown"
    length = sum(len(p.words) for p in pieces)
    coded = sum(len(p.words) for p in pieces if p.covered_by)
    return f"{coded / length:.0%} of the text is coded" if length else "the text is empty"


def _order(mention: Row) -> tuple[bool, int, int, str]:
    """Sort mentions by their place in the text, the longer first; those without a span come last."""
    if mention["span_start"] is None:
        return (True, 0, 0, mention["mention_id"])
    return (False, mention["span_start"], -mention["span_end"], mention["mention_id"])


def _coded(i: int, mention: Row, rows: Rows, *, in_text: bool) -> Coded:
    statement = next(s for s in rows["statements"] if s["statement_id"] == mention["statement_id"])
    dependents = [(name, r) for name in DEPENDENTS for r in rows[name] if r["mention_id"] == mention["mention_id"]]
    return Coded(i, mention, statement, dependents, in_text)


def page(source: Row, text: str | None, rows: Rows) -> str:
    """Return the page of one source, with rows of each of TABLES; without its text, only the rows are shown.

    Raises:
        InputError: for a span outside the text.
        MissingExtraError: when jinja2 is not installed.
    """
    mentions = sorted((m for m in rows["mentions"] if m["source_id"] == source["source_id"]), key=_order)
    numbers = {m["mention_id"]: i for i, m in enumerate(mentions, 1)}
    located = [m for m in mentions if m["span_start"] is not None]
    spans = {m["mention_id"]: (m["span_start"], m["span_end"]) for m in located} if text is not None else {}
    pieces = _pieces(text, spans, numbers) if text is not None else None
    template = environment("summitry.contribute", "validate").get_template("review.html")
    return template.render(
        source=source,
        web_address=web_address(source["url"]),
        facts=[counted(len(mentions), "mention"), _coded_share(pieces)],
        pieces=pieces,
        mentions=[_coded(i, m, rows, in_text=m["mention_id"] in spans) for i, m in enumerate(mentions, 1)],
    )


def source_text(source: Row, home: Path) -> str | None:
    """Return the text of a source, or None where it has none or the dataset in `home` does not contain it.

    Raises:
        InputError: when the text is not UTF-8, or is outside the dataset.
    """
    if not source["text_path"]:
        return None
    file: Path = (home / source["text_path"]).resolve()
    if not file.is_relative_to(home.resolve()):
        raise InputError(f"The text_path {source['text_path']!r} is outside the dataset. Correct it in sources.csv.")
    return decoded(file.read_bytes(), file) if file.is_file() else None


def review(source_id: str) -> str:
    """Return the page of a source of the installed dataset.

    Raises:
        InputError: for a source that the dataset does not have, a text that is not UTF-8, or a span outside it.
        MissingExtraError: when jinja2 is not installed.
    """
    (known,) = inputs.known("sources", [source_id])
    (source,) = loaders.load("sources", "pyarrow", where={"source_id": known}).to_pylist()
    rows = {name: loaders.load(name, "pyarrow").to_pylist() for name in TABLES}
    return page(source, source_text(source, paths.root()), rows)
