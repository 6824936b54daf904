"""Wrong arguments of public functions: each is answered in words, by an error of this package."""

from __future__ import annotations

import datetime as dt
import inspect
import os

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import summitry
from own_tables import SAID
from summitry.dataset import arguments
from summitry.errors import InputError, SummitryError, UnknownNameError
from summitry.export import export

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
    "a column": pd.Series(["no such thing", "nor this"]),
    "an array": pd.Series([1, 2]).to_numpy(),
    "a time of day": pd.Timestamp("2025-08-20 12:30"),
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


FUNCTIONS = [*(getattr(summitry, name) for name in summitry.PUBLIC), export]


@pytest.mark.parametrize(
    ("parameter", "wrong"),
    [(name, wrong) for name in ("format", "target", "as_of", "force") for wrong in WRONG.values()],
)
def test_a_wrong_argument_of_an_export_is_answered_in_words(parameter, wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("there.zip", WRONG["text"]):
        (tmp_path / name).touch()  # so that nothing is made
    with pytest.raises(SummitryError):
        export(**{"format": "csv", "target": "there.zip", parameter: wrong})


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), "x", None, [1]])
@pytest.mark.parametrize("name", ["backbone", "camps", "network_drawing"])
def test_a_weight_that_is_no_number_is_named_with_its_tie(name, weight):
    graph = nx.Graph([("a", "b", {"weight": weight})])
    with pytest.raises(InputError, match=r"The tie of a and b has the weight .*\. Give what actor_network"):
        getattr(summitry, name)(graph)


def test_a_number_of_numpy_is_a_number():
    assert len(summitry.search("putin", limit=np.int64(3))) == 3
    with pytest.raises(InputError, match="limit is True"):
        summitry.search("putin", limit=True)


def test_a_moment_with_a_zone_is_no_day():
    with pytest.raises(InputError, match="give a calendar day"):
        summitry.load_sources(as_of=pd.Timestamp("2025-08-20", tz="UTC"))


def test_before_the_first_day_there_are_no_rows():
    assert summitry.polarization(as_of="2000-01-01").empty
    assert list(summitry.windows(as_of="2000-01-01")) == []


@pytest.mark.parametrize(
    ("latitude", "said"), [(500.0, "500.0. Give at most 90"), (-500.0, "-500.0. Give at least -90")]
)
def test_a_number_beyond_the_limits_of_its_column_is_refused(latitude, said):
    places = summitry.load_locations()
    with pytest.raises(InputError, match=said):
        summitry.event_map(tables={"locations": places.assign(latitude=latitude)})


def test_no_parameter_was_renamed_away_from_its_check():
    there = {option for function in FUNCTIONS for option in inspect.signature(function).parameters}
    assert there.issuperset([*arguments.CHECKS, *arguments.DAYS])


@pytest.mark.parametrize("name", [*summitry.PUBLIC, *LOADERS])
def test_an_option_that_a_function_does_not_show_is_unknown(name):
    function = getattr(summitry, name)
    parameters = inspect.signature(function).parameters
    needed = {**NEEDED, "demand": "putin-zelensky-meeting"}
    given = {p.name: needed[p.name] for p in parameters.values() if p.default is p.empty and p.kind not in ANY}
    with pytest.raises(UnknownNameError, match="There is no option 'fold'"):
        function(**given, fold=True)


@pytest.mark.parametrize(
    ("function", "given", "said"),
    [
        ("positions", {"attribution": "ceasefire"}, "'ceasefire', but a demand: give demand='ceasefire'"),
        ("positions", {"attribution": "ukraine"}, "'ukraine', but a party: give party='ukraine'"),
        ("positions", {"demand": []}, "leave it out for all"),
        ("positions", {"party": ""}, "leave it out for all"),
        ("search", {"text": ""}, "give a name or a part of one"),
        ("search", {"text": " ? "}, "give a name or a part of one"),
    ],
)
def test_what_would_be_an_empty_answer_says_what_is_meant(function, given, said):
    with pytest.raises(SummitryError, match=said):
        getattr(summitry, function)(**given)


def test_an_id_that_is_not_like_another_as_a_whole_is_taken_for_none():
    with pytest.raises(InputError) as raised:
        summitry.stances_behind("nope")
    assert "Did you mean" not in str(raised.value)


def test_an_empty_network_has_no_camps_because_it_is_empty():
    graph = summitry.actor_network(party="a", tables=SAID)
    assert len(graph) == 0
    with pytest.raises(InputError, match="The network is empty"):
        summitry.camps(graph)


def test_several_of_any_kind_are_several():
    wanted = summitry.positions(party=["a", "b"], tables=SAID)
    assert 0 < len(wanted) < len(summitry.positions(tables=SAID))
    for kind in (tuple, set, pd.Series, pd.Index, np.array):
        pd.testing.assert_frame_equal(summitry.positions(party=kind(["a", "b"]), tables=SAID), wanted)


def test_a_day_has_no_time():
    def since(day):
        return summitry.positions(since=day, tables=SAID)

    for noon in ("2025-08-12T12:00", pd.Timestamp("2025-08-12 12:00"), dt.datetime(2025, 8, 12, 12, tzinfo=dt.UTC)):
        with pytest.raises(InputError, match="give a calendar day"):
            since(noon)
        with pytest.raises(InputError, match="give a calendar day"):
            summitry.load_statements(where={"said_from": noon})
    for other_form in ("20250812", "2025-W33-2"):
        with pytest.raises(InputError, match="give a calendar day"):
            since(other_form)
    midnight = since(pd.Timestamp("2025-08-12"))
    assert 0 < len(midnight) < len(since(None))
    for day in ("2025-08-12", np.datetime64("2025-08-12"), np.datetime64("2025-08-12T00:00", "ns")):
        pd.testing.assert_frame_equal(midnight, since(day))


@pytest.mark.parametrize("given", ["2025-08", "2025", "NaT", "2025-08-20T05"])
def test_a_moment_of_numpy_that_is_no_day_is_refused(given):
    with pytest.raises(InputError, match=f"since is .*{given[:3]}.* give a calendar day"):
        summitry.positions(since=np.datetime64(given))
