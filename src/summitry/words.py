"""Words for messages and pages: texts that can be compared, the likeliest that is meant, numbers, days and lists."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import datetime as dt

LEAST_LIKENESS = 0.75  # of 1; below it a suggestion is more often wrong than right
LEAST_OF_SLIP = 0.8  # likewise, where what is suggested is said to be right: one letter of four makes another word
FEWEST_LETTERS = 3  # of a text that is looked for inside of words or by likeness; shorter ones are alike by chance
_COMPARED = 20  # texts at most, where there is a library that finds these
_NEGATIONS = frozenset(("no", "not", "non", "never", "off", "out", "without"))  # words
MOST_NAMED = 30  # names in one message
PLURALS = {"axis": "axes"}  # of nouns that do more than add an s
# characters that look alike, so that people write one for the other: each stands for the first of its line
_ALIKE = {
    "'": "\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}`\N{ACUTE ACCENT}",
    '"': "“”„«»",
    "-": "\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}",
    " ": "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}",
}
_STRAIGHT = str.maketrans({other: plain for plain, others in _ALIKE.items() for other in others})
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1000  # from one unit to the next
# characters that nobody sees, by the first and the last of each range: control characters but those of ASCII before the
# space, line ends, marks of direction, fillers, selectors, tags, private ones and those that Unicode will never have;
# not the signs of category Cf that are drawn, such as that before an Arabic number
UNSEEN = (
    *((0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200B), (0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164)),
    *((0xE000, 0xF8FF), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0E), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFC)),
    *((0xFFFE, 0xFFFF), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0x10000, 0xF0000, 0x10000)),
    (0xF0000, 0x10FFFF),
)
_CONTROLS = ((0, 8), (0xE, 0x1F))  # of ASCII, but those that are spaces
JOINING = ((0x200C, 0x200D), (0xFE0F, 0xFE0F))  # likewise, but some scripts and pictures need them


def character_class(ranges: Iterable[tuple[int, int]]) -> str:
    r"""Return a regular expression for one character of some ranges.

    Example:
        >>> character_class([(0x20, 0x7E)])
        '[\\U00000020-\\U0000007e]'
    """
    return "[" + "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in ranges) + "]"


# JSON allows these in a string, and the halves of characters, which have no place in UTF-8
_UNSEEN = re.compile(character_class([*_CONTROLS, *UNSEEN, *JOINING, (0xD800, 0xDFFF)]))


def composed(text: str) -> str:
    """Return a text in the normal form NFC: a letter and its accent are one character where there is one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def straight(text: str) -> str:
    """Return a text, composed, with straight quotation marks and apostrophes and simple hyphens and spaces.

    Example:
        >>> straight("“No”")
        '"No"'
    """
    return composed(text).translate(_STRAIGHT)


def comparable(text: str) -> str:
    """Return a text without differences of case, space, form of Unicode, quotation marks and hyphens.

    Example:
        >>> comparable("L’Express") == comparable("L\u02bcEXPRESS ")
        True
    """
    return " ".join(straight(text).casefold().split())


def alike(character: str) -> str:
    """Return a character with those that look like it, and that people write for it.

    Example:
        >>> alike("’") == alike("'"), alike("x")
        (True, 'x')
    """
    plain = character.translate(_STRAIGHT)
    return plain + _ALIKE.get(plain, "")


def difference(given: str, expected: str) -> str:
    """Return the first character in which two texts differ that look alike, by its name; nothing where none does.

    Example:
        >>> difference("don't", "don’t")
        'APOSTROPHE in place of RIGHT SINGLE QUOTATION MARK'
    """
    if straight(given) != straight(expected):
        return ""
    pairs = zip(composed(given), composed(expected), strict=True)
    one, other = next(((a, b) for a, b in pairs if a != b), ("", ""))
    return f"{unicodedata.name(one, repr(one))} in place of {unicodedata.name(other, repr(other))}" if one else ""


def nearest(value: str, known: Iterable[str], *, whole: bool = False) -> str | None:
    """Return the known text that the given one most likely means; None where none is near.

    A text that is equal comes first, then its plural or singular, then one of the same letters, then one that has the
    given text as a word, then the one most like it, then the one with the word most like it; of equally near ones the
    first. Of one or two letters only an equal text or its number is near. Capitals, normal forms and the shape of
    quotation marks do not matter.

    What may be the opposite is not near: a text that begins in another way, as with un-, or has a "not" more. With
    `whole`, texts are compared as a whole, and not by their words, and must be more alike.

    Example:
        >>> nearest("accpets", ["demands", "accepts"]), nearest("cvs", ["csv", "flat"])
        ('accepts', 'csv')
        >>> nearest("lavrov", ["sergey-lavrov", "marco-rubio"]), nearest("actor", ["actor_names", "actors"])
        ('sergey-lavrov', 'actors')
        >>> nearest("unofficial", ["official", "leaked"]), nearest("statement", ["no_statement"])
        (None, None)
    """
    wanted = straight(value).casefold()
    texts, parts = _compared(tuple(known))
    words = [] if whole else parts
    numbers = (f"{wanted}s", wanted.removesuffix("s"))
    equal = chain(
        (text for written, text in texts if written == wanted),
        (text for written, text in texts if written in numbers),
        (text for written, text in texts if sorted(written) == sorted(wanted) and len(wanted) >= FEWEST_LETTERS),
        (text for word, text in words if word == wanted and len(wanted) >= FEWEST_LETTERS),
    )
    if (found := next(equal, None)) or len(wanted) < FEWEST_LETTERS:
        return found
    if whole:
        return _most_alike(wanted, texts, LEAST_OF_SLIP)
    return _most_alike(wanted, texts) or _most_alike(wanted, words)


@lru_cache(maxsize=16)  # many values of a file are compared with the same few lists
def _compared(known: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return pairs of what to compare and the known text that it is from: whole texts, and words."""
    texts = [(straight(text).casefold(), text) for text in known]
    apart = [(_words(written), text) for written, text in texts]
    return texts, [(word, text) for words, text in apart if _NEGATIONS.isdisjoint(words) for word in words]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _may_be_opposite(value: str, other: str) -> bool:
    """Say whether two texts that are alike have other beginnings, or one has a negation that the other has not."""
    end = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(reversed(value), reversed(other), strict=False))))
    begins, ends = value[: len(value) - end], other[: len(other) - end]
    if max(len(begins), len(ends)) > 1 and begins[:1] != ends[:1] and sorted(begins) != sorted(ends):
        return True
    negated, otherwise = ([word for word in _words(text) if word in _NEGATIONS] for text in (value, other))
    return negated != otherwise


def _most_alike(value: str, pairs: Sequence[tuple[str, str]], least: float = LEAST_LIKENESS) -> str | None:
    """Return the text whose likeness to the value is greatest, of pairs of what to compare and a text."""
    from difflib import SequenceMatcher

    texts = dict(reversed(pairs))  # of equal ones the first
    likely = [written for written, _ in pairs]
    with suppress(ModuleNotFoundError):  # it comes with the extra `validate`, where there are many texts
        from rapidfuzz import fuzz, process

        found = process.extract(value, likely, scorer=fuzz.ratio, score_cutoff=100 * least, limit=_COMPARED)
        likely = [written for written, *_ in found]  # its likeness is never less
    matcher = SequenceMatcher(b=value)

    def likeness(written: str) -> float:
        matcher.set_seq1(written)
        return matcher.ratio() if matcher.quick_ratio() >= least else 0.0

    best = max(likely, key=likeness, default="")
    return texts[best] if best and likeness(best) >= least and not _may_be_opposite(value, best) else None


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """Return a question that names the nearest known text, with a space before it, or nothing."""
    return question(nearest(value, known))


def question(meant: str | None) -> str:
    """Return the question whether a text was meant, with a space before it, or nothing."""
    return f" Did you mean {meant!r}?" if meant else ""


def plural(noun: str) -> str:
    """Return the plural of a noun, also of one with a complement.

    Example:
        >>> plural("table"), plural("axis"), plural("kind of network")
        ('tables', 'axes', 'kinds of network')
    """
    head, *complement = re.split(r"(?= of | to )", noun, maxsplit=1)
    return PLURALS.get(head, f"{head}s") + "".join(complement)


def listed(names: Iterable[str], most: int = MOST_NAMED) -> str:
    """Return names in a row, of many only the first, with the number of the others.

    Example:
        >>> listed(["a", "b", "c", "d"], most=2)
        'a, b and 2 more'
    """
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def counted(n: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    Example:
        >>> counted(1, "report"), counted(1200, "report"), counted(2, "party", "parties")
        ('1 report', '1,200 reports', '2 parties')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def size(n: int) -> str:
    """Return a number of bytes in the unit that keeps it short.

    Example:
        >>> size(159_410), size(12)
        ('159 kB', '12 bytes')
    """
    number, unit = float(n), 0
    while number >= _STEP and unit < len(_UNITS) - 1:
        number, unit = number / _STEP, unit + 1
    return f"{number:.3g} {_UNITS[unit]}"


def plain(name: str) -> str:
    """Return a name without capitals, accents and repeated spaces, so that spellings can be compared.

    Example:
        >>> plain("Serhij  ŁAWROŃ")
        'serhij ławron'
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = folded if folded.isascii() else "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(letters.split())


def seen(text: str) -> str:
    """Return a text without the characters that nobody sees."""
    return text if text.isprintable() else _UNSEEN.sub("", text)


def printable(text: str) -> str:
    r"""Return a text with its invisible characters escaped, and with what GitHub reads as a command of a workflow.

    Example:
        >>> print(printable("a" + chr(0x202E) + "b"))
        a\u202eb
        >>> print(printable("::error::a"))
        \x3a:error::a
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    text = text.replace("##[", "##\\x5b")
    start = len(text) - len(text.lstrip())
    return f"{text[:start]}\\x3a{text[start + 1 :]}" if text.startswith("::", start) else text


def json_text(value: Any, indent: int | None = None) -> str:
    r"""Return a value as JSON, with its invisible characters escaped.

    Example:
        >>> print(json_text(["é" + chr(0x202E)]))
        ["é\u202e"]
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _UNSEEN.sub(lambda c: json.dumps(c[0])[1:-1], text)


@cache
def web_address(url: object) -> str | None:
    """Return an address if it is one of the web; anything else, such as `javascript:`, never becomes a link.

    Example:
        >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
        ('https://example.org/a', None)
    """
    text = str(url or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    safe = parts.scheme in ("http", "https") and parts.netloc and text.isprintable() and " " not in text
    return text if safe else None


@cache
def day_text(day: dt.date | None) -> str:
    """Return a day as in 8 August 2025."""
    return f"{day.day} {month(day)}" if day else "undated"


def short_day(day: Any) -> str:
    """Return a day without its year, as in 8 Aug."""
    return f"{day.day} {day:%b}"


def month(day: dt.date) -> str:
    """Return the month of a day, as in August 2025."""
    return f"{day:%B %Y}"
