"""Text in a terminal: its width on the screen, how to cut it, and the layout of a table."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from textwrap import wrap
from typing import TextIO

from summitry.words import printable

GAP = "  "
CUT = "…"
LEAST_WIDTH = 6  # of a column; less cannot be read
NARROWEST = 20  # of a paragraph; in a narrower terminal, lines wrap
STYLES = {"strong": "1", "weak": "2"}  # the numbers of ANSI terminals
HEAD = ("strong", "weak", "weak")  # names, types and rule above a table
DEFAULT = (120, 24)  # columns and lines if the output is not a terminal


def width() -> int:
    """Return the width of the terminal in columns; the variable COLUMNS overrides it."""
    return shutil.get_terminal_size(DEFAULT).columns


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def has_colour(stream: TextIO | None = None) -> bool:
    """Return whether to write colours: on a terminal that has them, unless NO_COLOR is set (https://no-color.org)."""
    is_terminal = (sys.stdout if stream is None else stream).isatty()
    return is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def styled(text: str, style: str, *, colour: bool) -> str:
    """Return a text in one of `STYLES`, or as it is."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if colour and text else text


def page(text: str) -> None:
    """Print a text, on a terminal in the user's pager."""
    os.environ.setdefault("LESS", "FRX")  # as git sets it: ends if the text fits, keeps colours and the screen
    if sys.stdin.isatty() and sys.stdout.isatty():
        import pydoc  # with much else, for this alone

        pydoc.pager(text)
    else:
        print(text)


def measure(text: str) -> int:
    """Return the number of screen columns of a text.

    Example:
        >>> from summitry.cli.terminal import measure
        >>> measure("Kyiv"), measure("基輔"), measure("e\N{COMBINING ACUTE ACCENT}")
        (4, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_cells, text))


def say(line: str, stream: TextIO | None = None) -> None:
    """Print a line that may contain names of files or cells, which are no commands for a terminal or a workflow."""
    print(printable(line), file=stream)


def without_controls(text: str) -> str:
    """Return a text without control characters, which could move the cursor or change colours."""
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)


def cut(text: str, available: int) -> str:
    """Return a text, cut with an ellipsis if it does not fit."""
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
    """Return a text cut or padded to a number of columns."""
    fitting = cut(text, available)
    return fitting + " " * (available - measure(fitting))


def paragraph(text: str, available: int, indent: str = "") -> list[str]:
    """Return a text as lines that fit, each with an indent; words are not broken."""
    return wrap(
        text,
        max(available, len(indent) + NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def total(widths: Sequence[int]) -> int:
    """Return the width of columns together with the gaps between them."""
    return sum(widths) + len(GAP) * (len(widths) - 1)


def shares(wanted: Sequence[int], least: Sequence[int], available: int) -> list[int]:
    """Divide the width: short columns get all that they need, the longest get less.

    The least width of each is kept as long as another column has more than its own least.
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
    """Return the numbers of the columns to show, in their order, by the least useful width of each.

    The lowest rank is the most important; that column is always shown.
    """
    chosen: list[int] = []
    for i in sorted(range(len(least)), key=lambda i: ranks[i]):
        if not chosen or total([least[j] for j in [*chosen, i]]) <= available:
            chosen.append(i)
    return sorted(chosen)


def table(
    columns: Sequence[Sequence[str]],
    kinds: Sequence[str],
    least: Sequence[int],
    available: int,
    *,
    colour: bool = False,
) -> str:
    """Return a table with a line of types under the header; what does not fit is cut, down to the least useful widths.

    Each column is its name and then its cells. In colour, the header is strong and the types weak.
    """
    wanted = [max(map(measure, column)) for column in columns]
    roomy = [max(w, measure(kind)) for w, kind in zip(wanted, kinds, strict=True)]
    given = roomy if total(roomy) <= available else shares(wanted, least, available)
    header, *rows = zip(*columns, strict=True)
    names, types, *lines = (GAP.join(map(pad, line, given)).rstrip() for line in (header, kinds, *rows))
    rule = GAP.join("─" * share for share in given)
    strong, *weak = (styled(line, style, colour=colour) for line, style in zip((names, types, rule), HEAD, strict=True))
    return "\n".join([strong, *weak, *lines])
