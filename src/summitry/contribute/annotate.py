"""A source's text with everything that is coded in it, as one page: how a second coder checks a first.

What is coded is marked and numbered, what is not is left bare. A number leads from the text to its rows and back;
where spans nest or overlap, the text is darker and carries the number of each. The page runs nothing and fetches
nothing. It holds the text of a source, so it stays on the computer of the one who made it.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from summitry.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = Mapping[str, Any]
    Rows = Mapping[str, Sequence[Row]]

DEEPEST = 3  # shades of marks
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; --page: #fdfdfc; --text: #1c1f22; --quiet: #5a6066; --line: #d9dcd9; --link: #14558f;
  --d1: #fdf0c4; --d2: #f9dd8b; --d3: #f2c65a; --here: #bfe0ff; }
@media (prefers-color-scheme: dark) { :root { --page: #15181b; --text: #e7e9ea; --quiet: #a6adb3; --line: #363c42;
  --link: #8cc4ff; --d1: #3b3213; --d2: #54461a; --d3: #6d5a1f; --here: #17486f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.6 system-ui, sans-serif;
  overflow-wrap: anywhere; }
header { padding: 1rem 1.5rem; border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.3rem; line-height: 1.3; }
p { margin: .3rem 0; } h2 { margin: 0 0 .75rem; font-size: 1.05rem; } h3 { margin: 0; font-size: 1rem; }
a { color: var(--link); } .quiet { color: var(--quiet); font-size: .88rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
main { display: grid; grid-template-columns: 1fr 1fr; } section { padding: 1rem 1.5rem; min-width: 0; }
.text { font: 1.05rem/1.75 Charter, "Noto Serif", Georgia, serif; white-space: pre-wrap; }
mark { color: inherit; background: var(--d1); padding-block: .1em; }
mark.d2 { background: var(--d2); } mark.d3 { background: var(--d3); }
mark a { font: 600 .72rem/1 system-ui, sans-serif; text-decoration: none; vertical-align: super;
  padding: .1rem .2rem; scroll-margin-top: 4rem; }
article { padding: .75rem; border-bottom: 1px solid var(--line); }
article:target { box-shadow: inset .25rem 0 var(--link); }
dl { display: grid; grid-template-columns: 8.5rem 1fr; gap: .1rem .75rem; margin: .4rem 0; font-size: .88rem; }
dt { color: var(--quiet); } dd { margin: 0; }
blockquote { margin: .3rem 0; font-family: Charter, "Noto Serif", Georgia, serif; }
@media (min-width: 60rem) { .side { max-height: 100vh; overflow: auto; position: sticky; top: 0; } }
@media (max-width: 60rem) { main { grid-template-columns: 1fr; } .side { border-top: 2px solid var(--line); } }
"""


def segments(length: int, spans: Mapping[str, tuple[int, int]]) -> list[tuple[int, int, tuple[str, ...]]]:
    """Cut a text where spans begin and end.

    Args:
        length: of the text, in code points.
        spans: start and end (exclusive) by name; they may nest and overlap.

    Returns:
        The pieces in order, without gaps: start, end, and the names of the spans that cover it.

    Raises:
        InputError: for a span that does not lie in the text.

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


def marked(text: str, spans: Mapping[str, tuple[int, int]], numbers: Mapping[str, int]) -> str:
    """Return a text as HTML: each span marked, and at its beginning a number that leads to its rows."""
    pieces = []
    for start, end, names in segments(len(text), spans):
        words = escape(text[start:end])
        links = "".join(
            f'<a id="text-{numbers[n]}" href="#row-{numbers[n]}" aria-label="Mention {numbers[n]}">{numbers[n]}</a>'
            for n in names
            if spans[n][0] == start
        )
        depth, which = min(len(names), DEEPEST), " ".join(f"m{numbers[n]}" for n in names)
        pieces.append(f'<mark class="d{depth} {which}">{links}{words}</mark>' if names else words)
    return "".join(pieces)


def _lit(numbers: Mapping[str, int]) -> str:
    """Return the style that lights up a whole span when its rows, or its number, are led to."""
    return "".join(
        f"body:has(#row-{n}:target, #text-{n}:target) .m{n} {{ background: var(--here); }}\n" for n in numbers.values()
    )


def _cells(row: Row, leave_out: tuple[str, ...]) -> str:
    cells = [(k, v) for k, v in row.items() if v is not None and k not in leave_out]
    return "<dl>" + "".join(f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>" for k, v in cells) + "</dl>"


def _article(number: int, mention: Row, rows: Rows, *, in_text: bool) -> str:
    mine = next(s for s in rows["statements"] if s["statement_id"] == mention["statement_id"])
    parts = [f'<article id="row-{number}"><h3>']
    parts.append(f'<a href="#text-{number}">{number} ↩ in the text</a>' if in_text else str(number))
    parts.append(f"</h3><p>{escape(mine['summary'])}</p>")
    if mention["quote"]:
        language = escape(mention["quote_language"] or "und")
        parts.append(f'<blockquote lang="{language}">“{escape(mention["quote"])}”</blockquote>')
    parts.append(_cells(mention, ("quote", "statement_id", "source_id")))
    parts.append(f'<p class="quiet">statement</p>{_cells(mine, ("summary",))}')
    for name in ("stances", "event_reports"):
        found = [r for r in rows[name] if r["mention_id"] == mention["mention_id"]]
        parts += [f'<p class="quiet">{name}</p>{_cells(r, ("mention_id", "statement_id"))}' for r in found]
    return "".join([*parts, "</article>"])


def _order(mention: Row) -> tuple[bool, int, int, str]:
    """Put mentions in the order of the text, the longer first; those without a span come last."""
    if mention["start"] is None:
        return (True, 0, 0, mention["mention_id"])
    return (False, mention["start"], -mention["end"], mention["mention_id"])


def _share(text: str, spans: Mapping[str, tuple[int, int]]) -> str:
    bare = sum(end - start for start, end, names in segments(len(text), spans) if not names)
    return f"{1 - bare / len(text):.0%} of the text is coded" if text else "the text is empty"


def _address(source: Row) -> str:
    url = str(source["url"] or "")
    if urlsplit(url).scheme not in ("http", "https"):
        return escape(url)
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{escape(url)}</a>'


def page(source: Row, text: str | None, rows: Rows) -> str:
    """Return the page of one source.

    Args:
        source: its row of the table sources.
        text: its text; None where there is none, so that only the rows are shown.
        rows: rows of mentions, statements, stances and event_reports; an empty cell is None.

    Raises:
        InputError: for a span that does not lie in the text.
    """
    mentions = sorted((m for m in rows["mentions"] if m["source_id"] == source["source_id"]), key=_order)
    numbers = {m["mention_id"]: i for i, m in enumerate(mentions, 1)}
    placed = {m["mention_id"]: (m["start"], m["end"]) for m in mentions if text is not None and m["start"] is not None}
    facts = [f"{len(mentions)} mention{'s' * (len(mentions) != 1)}"]
    facts += [_share(text, placed)] if text is not None else ["its text is not at hand, so only the rows are shown"]
    return "\n".join(_lines(source, text, facts, numbers, placed, [
        _article(numbers[m["mention_id"]], m, rows, in_text=m["mention_id"] in placed) for m in mentions
    ]))  # fmt: skip


def _lines(
    source: Row,
    text: str | None,
    facts: Sequence[str],
    numbers: Mapping[str, int],
    spans: Mapping[str, tuple[int, int]],
    articles: Sequence[str],
) -> Iterator[str]:
    language = escape(source["language"])
    yield '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escape(source['source_id'])} – review</title><style>{_STYLE}{_lit(numbers)}</style></head><body>"
    yield f'<header><h1 lang="{language}">{escape(source["title"])}</h1>'
    yield f"<p>{escape(source['source_id'])}, {source['published_on']}. {_address(source)}</p>"
    yield f'<p class="quiet">{"; ".join(facts)}.</p></header><main>'
    if text is not None:
        heading = '<section aria-label="Text"><h2>Text</h2>'
        yield f'{heading}<div class="text" lang="{language}">{marked(text, spans, numbers)}</div></section>'
    yield '<section class="side" aria-label="Rows" tabindex="0"><h2>Rows</h2>'
    yield "".join(articles) or "<p>Nothing is coded from this source.</p>"
    yield "</section></main></body></html>\n"
