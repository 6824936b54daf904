"""What public functions may be given: a parameter has the same meaning, and so the same check, wherever it occurs."""

from __future__ import annotations

import inspect
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from numbers import Integral
from typing import Any, Literal, ParamSpec, TypeVar, get_args

from summitry import schema
from summitry.dataset.days import as_day
from summitry.errors import InputError, choice, unknown_name

P = ParamSpec("P")
R = TypeVar("R")
PAIR = 2
LONGEST = 80  # characters of what was given in a message


def _is_choice(given: Any) -> bool:
    """Return whether it can be true or false, as those of numpy also can."""
    return isinstance(given, bool) or type(given).__name__ in ("bool", "bool_")


def _is_count(given: Any) -> bool:
    return isinstance(given, Integral) and not isinstance(given, bool) and int(given) >= 0


def _is_size(given: Any) -> bool:
    return (
        isinstance(given, tuple | list)
        and len(given) == PAIR
        and given[0] is not None
        and all(n is None or (isinstance(n, int | float) and math.isfinite(n) and 0 < n < 10**4) for n in given)
    )


def _is_texts(given: Any) -> bool:
    """Return whether it is a text or several; what can be read only once is refused."""
    if isinstance(given, str):
        return True
    several = isinstance(given, Iterable) and not isinstance(given, bytes | Mapping) and hasattr(given, "__len__")
    return several and getattr(given, "ndim", 1) == 1 and all(isinstance(text, str) for text in given)


def _is_a(module: str, name: str) -> Callable[[Any], bool]:
    """Return what says whether something is of a class; of a library that nobody has imported there is nothing."""
    return lambda given: module in sys.modules and isinstance(given, getattr(sys.modules[module], name))


_is_frame, _is_graph = _is_a("pandas", "DataFrame"), _is_a("networkx", "Graph")


def _is_cells(given: Any) -> bool:
    """Return whether it is a text, or a list or column of which each cell is a text or missing."""
    import pandas as pd

    cells = given.dropna() if isinstance(given, pd.Series) else given
    return _is_texts(cells)


def _is_frames(given: Any) -> bool:
    return isinstance(given, Mapping) and all(map(_is_frame, given.values()))


def _is_graphs(given: Any) -> bool:
    are_pairs = isinstance(given, Mapping) and all(isinstance(days, tuple) and len(days) == PAIR for days in given)
    return are_pairs and bool(given) and all(map(_is_graph, given.values()))


TEXT = (lambda given: isinstance(given, str), "a text")
SHARE = (lambda given: isinstance(given, int | float) and 0 < given < 1, "a number between 0 and 1")
COUNT = (_is_count, "a whole number, 0 or more")
TEXTS = (_is_texts, "a text, or a list of texts")
SOME_TEXTS = (lambda given: _is_texts(given) and len(given) > 0, "a text, or a list of texts; leave it out for all")
CHOICE = (_is_choice, "True or False")
PATH = (lambda given: isinstance(given, str | os.PathLike) and str(given) != "", "a path")
VERSION = (
    lambda given: PATH[0](given) or isinstance(given, Mapping),
    "a path, a version, or frames by the names of their tables",
)
# parameter → whether something may be given for it, and what it is in words; the default may always be given
CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("expand", "force", "narrators", "contested", "opposed", "quick", "labels"), CHOICE),
    **dict.fromkeys(("actor", "text"), TEXT),
    **dict.fromkeys(("events", "actors"), TEXTS),
    **dict.fromkeys(("holder", "party", "speaker", "demand", "issue", "addressee"), SOME_TEXTS),
    **dict.fromkeys(("limit", "permutations", "min_demands", "seed"), COUNT),
    **dict.fromkeys(("max_nodes", "max_ties", "max_holders", "max_rows", "max_columns"), COUNT),
    **dict.fromkeys(("max_speakers", "max_events", "max_demands"), COUNT),
    **dict.fromkeys(("confidence", "alpha"), SHARE),
    **dict.fromkeys(("path", "base", "releases", "target"), PATH),
    **dict.fromkeys(("old", "new"), VERSION),
    "samples": (lambda given: _is_count(given) and given > 0, "a whole number, 1 or more"),
    "infer": (lambda given: _is_choice(given) or _is_texts(given), "True, False, or the names of relations"),
    "attribution": (lambda given: given is None or _is_texts(given), "a text, a list of texts, or None for all"),
    "stance_ids": (_is_cells, "a text, or a list or column of texts"),
    "tables": (_is_frames, "frames of pandas by the names of their tables"),
    "references": (lambda given: isinstance(given, Mapping) and all(map(_is_texts, given.values())), "texts by column"),
    "graph": (_is_graph, "a network of networkx"),
    "graphs": (_is_graphs, "networks of networkx, each by the pair of its first and last day"),
    "figsize": (_is_size, "a pair of numbers above 0: the width and the height in inches, or None as height"),
    "ax": (_is_a("matplotlib.axes", "Axes"), "axes of matplotlib"),
    "link": (callable, "a function from ids to an address"),
}
DAYS = ("since", "until", "as_of", "on")
Unit = Literal["statement", "source", "day", "week", "range"]
UNITS = get_args(Unit)


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that refuses arguments that cannot be meant, by `CHECKS`, before it does anything.

    Raises:
        InputError: when it is called with one of them.
        UnknownNameError: when it is called with an option that it does not have.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def with_checks(*args: P.args, **kwargs: P.kwargs) -> R:
        _require_options(signature, kwargs)
        try:
            arguments = signature.bind(*args, **kwargs).arguments
        except TypeError:  # Python says what is missing
            return function(*args, **kwargs)
        for name, given in arguments.items():
            if given is not signature.parameters[name].default:
                require(name, given)
        return function(*args, **kwargs)

    return with_checks


def _require_options(signature: inspect.Signature, given: Iterable[str]) -> None:
    """Refuse options that a function does not show, also where it hands any on to another.

    Raises:
        UnknownNameError: for the first of them.
    """
    if any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values()):
        return
    for option in given:
        if option not in signature.parameters:
            raise unknown_name("option", option, list(signature.parameters))


def require(name: str, given: Any) -> None:
    """Refuse what cannot be meant by a parameter.

    Raises:
        InputError: with what was given and what can be.
        UnknownNameError: for a table or a unit that does not exist.
    """
    if name in DAYS:
        as_day(given, name)
    elif name == "unit":
        choice(name, given, UNITS)
    elif name in CHECKS and not CHECKS[name][0](given):
        shown = repr(given) if len(repr(given)) < LONGEST else f"of the type {type(given).__name__}"
        raise InputError(f"{name} is {shown}; give {CHECKS[name][1]}.")
    if name == "tables":
        for table in given:
            schema.package().table(table)
