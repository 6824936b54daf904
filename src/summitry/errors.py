"""Exceptions of the package. Each message says what was given, what was expected and what to do."""

from __future__ import annotations


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


def unknown_name(kind: str, name: object, known: list[str]) -> UnknownNameError:
    """Build the error for a name that does not exist, with the names that do.

    Args:
        kind: what was named, such as "table".
        name: what was given.
        known: the names that exist, in the order in which to show them.

    Returns:
        The error, for the caller to raise.
    """
    from difflib import get_close_matches

    near = get_close_matches(str(name), known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return UnknownNameError(f"There is no {kind} {name!r}.{hint} The {kind}s are: {', '.join(known)}.")


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
