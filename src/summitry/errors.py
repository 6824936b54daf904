"""Exceptions of the package. Each message says what was given, what was expected and what to do."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    words = [(word, text) for written, text in texts for word in re.split(r"[\W_]+", written)]
    return _most_alike(value, texts) or _most_alike(value, words)


def _most_alike(value: str, known: Iterable[tuple[str, str]]) -> str | None:
    """Return the text whose likeness to the value is greatest, of pairs of what to compare and a text."""
    matcher = SequenceMatcher(b=value.casefold())
    best: tuple[float, str | None] = (LEAST_LIKENESS, None)
    for written, text in known:
        matcher.set_seq1(written)
        bounds = (matcher.real_quick_ratio, matcher.quick_ratio)  # cheap, and never below the likeness
        if all(bound() >= best[0] for bound in bounds):
            likeness = matcher.ratio()
            if likeness > best[0] or (likeness == best[0] and best[1] is None):
                best = likeness, text
    return best[1]


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
