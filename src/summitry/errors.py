"""Exceptions of the package. Each message says what was given, what was expected and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LEAST_LIKENESS = 0.75  # of 1; below it a suggestion is more often wrong than right


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


def nearest(value: str, known: Iterable[str]) -> str | None:
    """Return the known text most like the given one, or most like in one of its words; None where none is near.

    Args:
        value: what was written.
        known: the texts that exist; of equally near ones the first wins.

    Example:
        >>> nearest("accpets", ["demands", "accepts"])
        'accepts'
        >>> nearest("lavrov", ["sergey-lavrov", "marco-rubio"])
        'sergey-lavrov'
    """
    texts = [(text.casefold(), text) for text in known]
    words = ((word, text) for written, text in texts for word in re.split(r"[\W_]+", written))
    return _most_alike(value.casefold(), texts) or _most_alike(value.casefold(), words)


def _most_alike(value: str, known: Iterable[tuple[str, str]]) -> str | None:
    """Return the text whose likeness to the value is greatest, of pairs of what to compare and a text."""
    from difflib import SequenceMatcher

    pairs = list(known)
    matcher = SequenceMatcher(b=value)
    best: tuple[float, int | None] = (LEAST_LIKENESS, None)
    for number, bound in _bounds(value, [written for written, _ in pairs]):
        if bound < best[0]:
            break
        matcher.set_seq1(pairs[number][0])
        if matcher.quick_ratio() >= best[0]:  # never below the likeness
            likeness = matcher.ratio()
            if likeness > best[0] or (likeness == best[0] and (best[1] is None or number < best[1])):
                best = likeness, number
    return None if best[1] is None else pairs[best[1]][1]


def _bounds(value: str, known: list[str]) -> list[tuple[int, float]]:
    """Return the numbers of texts that may be alike, each with a number that its likeness is not above, greatest first.

    That of rapidfuzz counts the characters that both have in the same order; the likeness counts no more of them.
    """
    try:
        from rapidfuzz import fuzz, process
    except ModuleNotFoundError:  # it comes with the extra `validate`, where there are many texts
        return [(number, 1.0) for number in range(len(known))]
    cutoff = 100 * LEAST_LIKENESS - 1e-6
    found = process.extract(value, known, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None)
    return [(number, score / 100 + 1e-9) for _, score, number in found]


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """Return a question that names the nearest known text, with a space before it, or nothing."""
    near = nearest(value, known)
    return f" Did you mean {near!r}?" if near else ""


def unknown_name(kind: str, name: object, known: list[str]) -> UnknownNameError:
    """Build the error for a name that does not exist, with the names that do.

    Args:
        kind: what was named, such as "table".
        name: what was given.
        known: the names that exist, in the order in which to show them.

    Returns:
        The error, for the caller to raise.
    """
    return UnknownNameError(
        f"There is no {kind} {name!r}.{did_you_mean(str(name), known)} The {kind}s are: {', '.join(known)}."
    )


def missing_extra(package: str, extra: str) -> MissingExtraError:
    """Build the error for an optional dependency that is not installed.

    Args:
        package: the import name that was not found.
        extra: the extra of this package that brings it.

    Returns:
        The error, for the caller to raise.
    """
    return MissingExtraError(
        f"This needs {package}, which is not installed. Install it with: pip install 'summitry[{extra}]'"
    )


def unavailable(name: str, error: MissingExtraError) -> Callable[..., Any]:
    """Return a function that raises an error when it is called, in place of one that cannot be imported.

    Args:
        name: the name of the function.
        error: what to raise.
    """

    def function(*_: object, **__: object) -> None:
        raise error

    function.__name__ = function.__qualname__ = name
    function.__doc__ = str(error)
    return function
