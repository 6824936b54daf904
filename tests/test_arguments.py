"""Wrong arguments of public functions: each is answered in words, by an error of this package."""

from __future__ import annotations

import inspect
import os

import networkx as nx
import pandas as pd
import pytest

import summitry
from own_tables import SAID
from summitry.errors import SummitryError

WRONG = {
    "a number": 3.5,
    "a negative number": -1,
    "no number": float("nan"),
    "text": "no such thing",
    "bytes": b"x",
    "a list": [object()],
    "a list of texts": ["no such thing"],
    "a mapping": {"no such thing": object()},
    "a frame": pd.DataFrame({"a": [1]}),
    "no day": pd.NaT,
    "a class": dict,
}
GRAPH = nx.Graph()
ROLES = summitry.load_roles()
# what a parameter without a default needs
NEEDED = {
    "graph": GRAPH,
    "name": "roles",
    "table": "roles",
    "text": "lavrov",
    "actor": "sergey-lavrov",
    "demand": "p",
    "graphs": {("2025-08-08", "2025-08-31"): GRAPH},
    "stance_ids": [],
    "old": {"roles": ROLES},
    "new": {"roles": ROLES},
    "path": os.devnull,
    "nodes": os.devnull,
    "edges": os.devnull,
}
ANY = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


LOADERS = ["load_statements", "load_roles", "load_actors"]  # one function makes those of all tables


def cases():
    """Every parameter of every public function."""
    for name in [*summitry.PUBLIC, *LOADERS]:
        for parameter in inspect.signature(getattr(summitry, name)).parameters.values():
            if parameter.kind not in ANY:
                yield pytest.param(name, parameter.name, id=f"{name}-{parameter.name}")


@pytest.mark.parametrize(("name", "wrong"), list(cases()))
def test_a_wrong_argument_is_answered_in_words(name, wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function = getattr(summitry, name)
    parameters = inspect.signature(function).parameters
    given = {p.name: NEEDED[p.name] for p in parameters.values() if p.default is p.empty and p.kind not in ANY}
    if "tables" in parameters:
        given["tables"] = SAID
    if name == "validate":  # by default it takes the whole dataset, and long
        given |= {"data": ROLES, "table": "roles"}
    for kind, value in WRONG.items():
        try:
            function(**{**given, wrong: value})
        except SummitryError as e:
            assert len(str(e)) > 20, kind  # noqa: PT017 - not every value is wrong
        except Exception as e:
            e.add_note(f"{name}({wrong}=…) was given {kind}")
            raise
