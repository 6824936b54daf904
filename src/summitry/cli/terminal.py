"""Text in a terminal: how wide it is on the screen, how to cut it, and how to lay out a table."""

from __future__ import annotations

import shutil
import unicodedata
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = "  "
CUT = "…"
LEAST_WIDTH = 6  # of a column; narrower, and nothing can be read
NARROWEST = 20  # of a paragraph; in a terminal narrower than that, lines run over
DEFAULT = (120, 24)  # columns and lines where the output is no terminal


def width() -> int:
    """Return the width of the terminal in columns; the variable COLUMNS overrides it."""
    return shutil.get_terminal_size(DEFAULT).columns


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def measure(text: str) -> int:
    """Return how many columns a text takes on the screen.

    Example:
        >>> from summitry.cli.terminal import measure
        >>> measure("Kyiv"), measure("基輔"), measure("e\N{COMBINING ACUTE ACCENT}")
        (4, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_cells, text))


def plain(text: str) -> str:
    """Return a text without control characters, which would move the cursor or paint the screen."""
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)


def cut(text: str, available: int) -> str:
    """Return as much of a text as fits, with an ellipsis where something is missing."""
    if measure(text) <= available:
        return text
    kept, used = "", 0
    for character in text:
        used += _cells(character)
        if used > available - measure(CUT):
            break
        kept += character
    return kept.rstrip() + CUT


def pad(text: str, available: int) -> str:
    """Return a text cut or filled to a number of columns."""
    fitting = cut(text, available)
    return fitting + " " * (available - measure(fitting))


def paragraph(text: str, available: int, indent: str = "") -> list[str]:
    """Return a text as lines that fit, each with an indent; words are never broken."""
    return wrap(
        text, max(available, len(indent) + NARROWEST), initial_indent=indent, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def total(widths: Sequence[int]) -> int:
    """Return the width of columns together with the gaps between them."""
    return sum(widths) + len(GAP) * (len(widths) - 1)


def shares(wanted: Sequence[int], least: Sequence[int], available: int) -> list[int]:
    """Share the width: short columns get what they want, and the longest give way.

    Args:
        wanted: how wide each column would like to be.
        least: what each keeps as long as any other has more than its own.
        available: the width of the terminal.
    """
    given = list(wanted)
    for floor in (least, [LEAST_WIDTH] * len(given)):
        while total(given) > available:
            most = max(range(len(given)), key=lambda i: given[i] if given[i] > floor[i] else 0)
            if given[most] <= floor[most]:
                break
            given[most] -= 1
    return given


def fitting(least: Sequence[int], ranks: Sequence[int], available: int) -> list[int]:
    """Return the numbers of the columns to show, in their order.

    Args:
        least: how wide each column must be to be worth showing.
        ranks: which column matters more, the lowest number first; the first is always shown.
        available: the width of the terminal.
    """
    chosen: list[int] = []
    for i in sorted(range(len(least)), key=lambda i: ranks[i]):
        if not chosen or total([least[j] for j in [*chosen, i]]) <= available:
            chosen.append(i)
    return sorted(chosen)


def table(columns: Sequence[Sequence[str]], kinds: Sequence[str], least: Sequence[int], available: int) -> str:
    """Return a table with a line of types under the header.

    Args:
        columns: for each its name, then its cells.
        kinds: the type of each; it is cut where there is no room for it.
        least: how wide each should be at least.
        available: the width of the terminal.
    """
    wanted = [max(map(measure, column)) for column in columns]
    roomy = [max(w, measure(kind)) for w, kind in zip(wanted, kinds, strict=True)]
    given = roomy if total(roomy) <= available else shares(wanted, least, available)
    header, *rows = zip(*columns, strict=True)
    lines = [GAP.join(map(pad, line, given)).rstrip() for line in (header, kinds, *rows)]
    lines.insert(2, GAP.join("─" * share for share in given))
    return "\n".join(lines)
