"""Rules 2 and 3: spans, quotations and words of a source are in its text, and the text is the one that was coded."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import polars as pl

from summitry import paths
from summitry.validation.report import shorten
from summitry.validation.rules.model import FILE, DatasetRule, Finding, sound
from summitry.validation.rules.rows import MOST_QUOTED_WORDS
from summitry.words import comparable, composed, counted, difference, straight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.dataset.texts import Text
    from summitry.validation.rules.model import Dataset, Row

GAP = " […] "
_MARKS = '"“”„«»'
_NO_SPACES = "\u2e80"  # from here on are scripts that put no space between words


def changed_texts(data: Dataset) -> Iterator[Finding]:
    """Find sources whose text is not there, has an odd form, or is not the recorded one."""
    for row in data.where("sources", pl.col("text_path").is_not_null()):
        text = data.text(row["text_path"])
        if text is not None:
            yield from _changes(data, row, text)
        elif row.table_file not in data.textless:  # an installed package has no texts; the report says what is skipped
            yield Finding(row, ("text_path",), "a text file at this path", "Put the text there, or clear the cell.")


def _changes(data: Dataset, row: Row, text: Text) -> Iterator[Finding]:
    """Yield what is wrong with the form of a text, else how it differs from what its source records of it."""
    if text.odd:
        yield Finding(row, ("text_path",), *text.odd)
        return
    digest, n = text.sha256, len(text.content)
    if row["sha256"] and digest != row["sha256"] and row.table_file < data.shipped:
        fix = f"Remove {row['text_path']} from your folder, or add this row to your sources with sha256 {digest} and "
        yield Finding(row, ("sha256",), "the text that was coded, and not another one", f"{fix}n_codepoints {n}.")
        return
    if row["sha256"] and digest != row["sha256"]:
        yield Finding(row, ("sha256",), f"{digest}, the hash of the text", f"Write {digest}, and check every span.")
    if row["n_codepoints"] is not None and n != row["n_codepoints"]:
        yield Finding(row, ("n_codepoints",), f"{n}, the length of the text", f"Write {n}.")


def replaced_texts(data: Dataset) -> Iterator[Finding]:
    """Find sources of a contribution whose text replaces one in which mentions that ship are coded."""
    shipped = data.tables["mentions"].filter(pl.col(FILE) < data.shipped)["source_id"]
    for old, new in data.replaced:
        is_replaced = new.table == "sources" and old["sha256"] and new["sha256"] != old["sha256"]
        if is_replaced and (n := (shipped == new["source_id"]).sum()):
            yield Finding(new, ("sha256",), f"the text in which {counted(n, 'mention')} of the dataset were coded")


def is_boundary(text: str, at: int) -> bool:
    """Say whether no word runs across a position; lower case before upper case is a glued heading."""
    if at in (0, len(text)):
        return True
    before, after = text[at - 1], text[at]
    cuts = before.isalnum() and after.isalnum() and max(before, after) < _NO_SPACES
    return not cuts or (before.islower() and after.isupper())


def _around(text: str, at: int) -> str:
    return f"“{text[max(0, at - 12) : at]}|{text[at : at + 12]}”"


def _span_faults(text: str, start: int, end: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the columns and what was expected, where a span is not whole words of the text."""
    if end > len(text):
        yield ("span_end", "span_start"), f"an end of at most {len(text)}, the length of the text"
        return
    for name, at, inside in (("span_start", start, start), ("span_end", end, end - 1)):
        if not is_boundary(text, at):
            yield (name,), f"a word boundary; here it cuts {_around(text, at)}"
        elif text[inside].isspace():
            yield (name,), "a character that is not a space at either end of the span"


def wrong_spans(data: Dataset) -> Iterator[Finding]:
    """Find mentions whose span is missing, out of the text, cuts a word, or lacks the quotation."""
    texts = data.source_texts
    for row in data.where("mentions", pl.col("source_id").is_in(list(texts))):
        start, end, text = row["span_start"], row["span_end"], texts[row["source_id"]]
        if start is None and end is None:
            expected = f"a span, because {row['source_id']} has a text"
            yield Finding(row, ("span_start", "span_end"), expected, _locate(data, row))
        elif text is not None and start is not None and end is not None and start < end:
            yield from (Finding(row, *fault, _locate(data, row)) for fault in _span_faults(text, start, end))
            if row["quote"] and end <= len(text):
                yield from _missing_fragments(row, text[start:end], text)


def _locate(data: Dataset, row: Row) -> str:
    """Return the command that finds the span of a mention."""
    fragment = (row["quote"] or "first words of the span").partition(GAP)[0]
    words, source = " ".join(fragment.split()[:MOST_QUOTED_WORDS]), shlex.quote(row["source_id"])
    home = data.texts.folder(f"{paths.TEXTS}/{row['source_id']}.txt")
    folder = f" --folder {shlex.quote(str(home))}" if home and home != paths.root() else ""
    return f"Find it with: summitry locate {shlex.quote(words)} --source {source}{folder}"


def _missing_fragments(row: Row, span: str, whole: str) -> Iterator[Finding]:
    """Yield the first words of a quotation that are not whole words of a span, in order; the normal form is all one."""
    text, at = composed(span), 0
    for fragment in composed(row["quote"]).split(GAP):
        places = list(_places(fragment, text, at))
        found = next((i for i in places if is_boundary(text, i) and is_boundary(text, i + len(fragment))), None)
        if found is None:
            expected = f"the words “{shorten(fragment)}” inside the span, in order"
            if places:
                cut = places[0] if not is_boundary(text, places[0]) else places[0] + len(fragment)
                expected = f"whole words of the text; “{shorten(fragment)}” cuts {_around(text, cut)}"
            whole_words = "Copy whole words from the text." if places else ""
            fix = whole_words or _alike(fragment, text[at:]) or _elsewhere(fragment, whole)
            yield Finding(row, ("quote", "span_start", "span_end"), expected, fix)
            return
        at = found + len(fragment)


def _places(words: str, text: str, at: int = 0) -> Iterator[int]:
    while (at := text.find(words, at)) >= 0:
        yield at
        at += 1


def _elsewhere(fragment: str, text: str) -> str:
    """Return where a text has some words that are not in a span, or that it has not even words that look the same."""
    at = next(_places(fragment, text), None)
    if at is not None:
        return f"The text has them from {at} to {at + len(fragment)}: mark the clause around them."
    is_there = straight(fragment) in straight(text)
    return "" if is_there else "The text has these words nowhere: copy the words from it."


def unmarked_quotations(data: Dataset) -> Iterator[Finding]:
    """Find quotations that are outside of the quotation marks of their paragraph in a page of the press."""
    texts, kinds = data.source_texts, dict(data.tables["sources"].select("source_id", sound("kind")).iter_rows())
    for row in data.where("mentions", pl.col("source_id").is_in(list(texts)) & pl.col("quote").is_not_null()):
        start, text = row["span_start"], texts[row["source_id"]]
        if kinds[row["source_id"]] != "press" or text is None or start is None:
            continue
        first = text.rfind("\n", 0, start) + 1
        paragraph, words = composed(text[first:].partition("\n")[0]), composed(row["quote"]).partition(GAP)[0]
        at = paragraph.find(words, len(composed(text[first:start])))
        before, there = (sum(map(part.count, _MARKS)) for part in (paragraph[: max(at, 0)], paragraph))
        if at >= 0 and there and before % 2 == 0 and words[0] not in _MARKS:
            yield Finding(row, ("quote", "form"), f"words in quotation marks; “{shorten(words)}” is outside of them")


def unknown_words(data: Dataset) -> Iterator[Finding]:
    """Find mentions that give words as those of their source that its text does not have."""
    texts = {id_: comparable(text) for id_, text in data.source_texts.items() if text is not None}
    for row in data.where("mentions", pl.col("source_id").is_in(list(texts))):
        for column in ("speaker_as_named", "dated_by"):
            if row[column] and comparable(row[column]) not in texts[row["source_id"]]:
                yield Finding(row, (column,), f"words of the text, which has no “{shorten(row[column])}”")


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
    DatasetRule("quote-marks", ("sources", "mentions"), unmarked_quotations),
    DatasetRule("source-words", ("sources", "mentions"), unknown_words),
    DatasetRule("replaced-text", ("sources",), replaced_texts, (("mentions", "source_id"),)),
)
