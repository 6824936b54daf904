"""Rule 2: a span is made of characters of a text, and the text is the one that was coded."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from summitry.errors import composed, difference, straight
from summitry.validation.rules.model import DatasetRule, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset, Row

GAP = " […] "


def text_of(data: Dataset, source: Row) -> str | None:
    """Return the text of a source where it exists and is UTF-8."""
    raw = data.texts(source["text_path"]) if source["text_path"] else None
    try:
        return raw.decode("utf-8") if raw is not None else None
    except UnicodeDecodeError:
        return None


def changed_texts(data: Dataset) -> Iterator[Finding]:
    """Find sources whose text is not there, or is not the recorded one."""
    for row in data.where("sources", pl.col("text_path").is_not_null()):
        raw = data.texts(row["text_path"])
        if raw is None:
            if row.table_file in data.textless:
                continue  # an installed package has no texts; the report says that spans are skipped
            yield Finding(row, ("text_path",), "a text file at this path", "Put the text there, or clear the cell.")
            continue
        digest = hashlib.sha256(raw).hexdigest()
        if row["sha256"] and digest != row["sha256"]:
            yield Finding(row, ("sha256",), f"{digest}, the hash of the text", f"Write {digest}, and check every span.")
            continue
        try:
            n = len(raw.decode("utf-8"))
        except UnicodeDecodeError as e:
            yield Finding(row, ("text_path",), "a text in UTF-8", f"Save the text as UTF-8; byte {e.start} is not.")
            continue
        if row["n_codepoints"] is not None and n != row["n_codepoints"]:
            yield Finding(row, ("n_codepoints",), f"{n}, the length of the text", f"Write {n}.")


def is_boundary(text: str, at: int) -> bool:
    """Say whether no word runs across a position; lower case before upper case is a glued heading."""
    if at in (0, len(text)):
        return True
    before, after = text[at - 1], text[at]
    return not (before.isalnum() and after.isalnum()) or (before.islower() and after.isupper())


def _span_fault(text: str, start: int, end: int) -> tuple[tuple[str, ...], str] | None:
    """Return the columns and what was expected, where a span is not whole words of the text."""
    if end > len(text):
        return ("span_end", "span_start"), f"an end of at most {len(text)}, the length of the text"
    for name, at, inside in (("span_start", start, start), ("span_end", end, end - 1)):
        if not is_boundary(text, at):
            around = text[max(0, at - 12) : at] + "|" + text[at : at + 12]
            return (name,), f"a word boundary; here it cuts “{around}”"
        if text[inside].isspace():
            return (name,), "a character that is not a space at either end of the span"
    return None


def wrong_spans(data: Dataset) -> Iterator[Finding]:
    """Find mentions whose span is missing, out of the text, cuts a word, or lacks the quotation."""
    sources = data.where("sources", pl.col("text_path").is_not_null() & pl.col("source_id").is_not_null())
    texts = {source["source_id"]: text_of(data, source) for source in sources}
    for row in data.where("mentions", pl.col("source_id").is_in(list(texts))):
        start, end, text = row["span_start"], row["span_end"], texts[row["source_id"]]
        if start is None and end is None:
            yield Finding(row, ("span_start", "span_end"), f"a span, because {row['source_id']} has a text")
        elif text is not None and start is not None and end is not None and start < end:
            fault = _span_fault(text, start, end)
            if fault:
                yield Finding(row, *fault)
            elif row["quote"]:
                yield from _missing_fragments(row, text[start:end])


def _missing_fragments(row: Row, span: str) -> Iterator[Finding]:
    """Yield the first words of a quotation that are not in a span, in order; the normal form does not matter."""
    text, at = composed(span), 0
    for fragment in composed(row["quote"]).split(GAP):
        found = text.find(fragment, at)
        if found < 0:
            expected = f"the words “{fragment}” inside the span, in order"
            yield Finding(row, ("quote", "span_start", "span_end"), expected, _alike(fragment, text[at:]))
            return
        at = found + len(fragment)


def _alike(fragment: str, text: str) -> str:
    """Return what to do where the text has words that look the same; nothing where it has none."""
    at = straight(text).find(straight(fragment))
    if at < 0:
        return ""
    odd = difference(fragment, text[at : at + len(fragment)])
    return f"The quotation has {odd}: copy it from the text."


RULES = (
    DatasetRule("text", ("sources",), changed_texts),
    DatasetRule("span", ("sources", "mentions"), wrong_spans),
)
