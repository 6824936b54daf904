"""Exceptions of the package. Each message says what was given, what was expected and what to do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import chain
from typing import Any

LEAST_LIKENESS = 0.75  # of 1; below it a suggestion is more often wrong than right
FEWEST_LETTERS = 3  # of a text that is looked for inside of words or by likeness; shorter ones are alike by chance
_COMPARED = 20  # texts at most, where there is a library that finds these
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


class SummitryError(Exception):
    """The common ancestor: catch it to catch everything this package raises on purpose."""


class SchemaError(SummitryError):
    """A schema says something that this package does not understand, so it refuses to go on."""


class UnknownNameError(SummitryError, LookupError):
    """A table, field, rule or format was named that does not exist."""


class MissingExtraError(SummitryError, ImportError):
    """An optional dependency is not installed."""


class DamagedFileError(SummitryError):
    """A file of the dataset is missing or cannot be read as what it should be."""


class InputError(SummitryError):
    """What was asked for cannot be done with what was given."""


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


def nearest(value: str, known: Iterable[str]) -> str | None:
    """Return the known text that the given one most likely means; None where none is near.

    A text that is equal comes first, then its plural or singular, then one of the same letters, then one that has the
    given text as a word, then the one most like it, then the one with the word most like it; of equally near ones the
    first. Of one or two letters only an equal text or its number is near. Capitals, normal forms and the shape of
    quotation marks do not matter.

    Example:
        >>> nearest("accpets", ["demands", "accepts"]), nearest("cvs", ["csv", "flat"])
        ('accepts', 'csv')
        >>> nearest("lavrov", ["sergey-lavrov", "marco-rubio"]), nearest("actor", ["actor_names", "actors"])
        ('sergey-lavrov', 'actors')
    """
    wanted = straight(value).casefold()
    texts, words = _compared(tuple(known))
    numbers = (f"{wanted}s", wanted.removesuffix("s"))
    equal = chain(
        (text for written, text in texts if written == wanted),
        (text for written, text in texts if written in numbers),
        (text for written, text in texts if sorted(written) == sorted(wanted) and len(wanted) >= FEWEST_LETTERS),
        (text for word, text in words if word == wanted and len(wanted) >= FEWEST_LETTERS),
    )
    if (found := next(equal, None)) or len(wanted) < FEWEST_LETTERS:
        return found
    return _most_alike(wanted, texts) or _most_alike(wanted, words)


@lru_cache(maxsize=16)  # many values of a file are compared with the same few lists
def _compared(known: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return pairs of what to compare and the known text that it is from: whole texts, and words."""
    texts = [(straight(text).casefold(), text) for text in known]
    words = [(word, text) for written, text in texts for word in re.split(r"[\W_]+", written) if word]
    return texts, words


def _most_alike(value: str, pairs: Sequence[tuple[str, str]]) -> str | None:
    """Return the text whose likeness to the value is greatest, of pairs of what to compare and a text."""
    from difflib import SequenceMatcher

    texts = dict(reversed(pairs))  # of equal ones the first
    likely = [written for written, _ in pairs]
    with suppress(ModuleNotFoundError):  # it comes with the extra `validate`, where there are many texts
        from rapidfuzz import fuzz, process

        found = process.extract(value, likely, scorer=fuzz.ratio, score_cutoff=100 * LEAST_LIKENESS, limit=_COMPARED)
        likely = [written for written, *_ in found]  # its likeness is never less
    matcher = SequenceMatcher(b=value)

    def likeness(written: str) -> float:
        matcher.set_seq1(written)
        return matcher.ratio() if matcher.quick_ratio() >= LEAST_LIKENESS else 0.0

    best = max(likely, key=likeness, default="")
    return texts[best] if best and likeness(best) >= LEAST_LIKENESS else None


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


def unknown_name(kind: str, name: object, known: Sequence[str]) -> UnknownNameError:
    """Return the error for a name of some kind, such as "table", that does not exist, with the names that do."""
    suggested = did_you_mean(name, known) if isinstance(name, str) else ""
    return UnknownNameError(f"There is no {kind} {name!r}.{suggested} The {plural(kind)} are: {listed(known)}.")


def choice(kind: str, given: object, known: Sequence[str | None]) -> str:
    """Return a name of some kind, such as "engine", that must be one of those that exist.

    Raises:
        UnknownNameError: if it is not one of them, whatever its type.
    """
    if not (given is None or isinstance(given, str)) or given not in known:
        raise unknown_name(kind, given, list(map(str, known)))
    return str(given)


def missing_extra(package: str, extra: str) -> MissingExtraError:
    """Return the error for a package that is not installed, with the extra of this package that brings it."""
    return MissingExtraError(
        f"This needs {package}, which is not installed. Install it with: pip install 'summitry[{extra}]' "
        f"(in a clone of the repository: pip install '.[{extra}]')"
    )


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Name the extra of this package that brings what is imported inside, if that is not installed.

    Raises:
        MissingExtraError: likewise.
    """
    try:
        yield
    except ModuleNotFoundError as e:
        raise missing_extra(str(e.name), name) from e


def unavailable(name: str, error: MissingExtraError) -> Callable[..., Any]:
    """Return a function that raises an error when it is called, in place of one that cannot be imported."""

    def function(*_: object, **__: object) -> None:
        raise error

    function.__name__ = function.__qualname__ = name
    function.__doc__ = str(error)
    return function
