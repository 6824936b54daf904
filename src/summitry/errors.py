"""Exceptions of the package. Each message says what was given, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from summitry.words import did_you_mean, listed, plural


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
