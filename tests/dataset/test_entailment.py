"""What a position on one demand says of others, worked out by hand."""

from __future__ import annotations

import itertools

import pytest

from summitry.dataset.entailment import RELATIONS, Entailments

# Donbas is a part of cession, which is the contrary of keeping all. Who is neutral cannot join, and to join is the
# contrary of staying out.
WHOLES = {"donbas": "cession", "bakhmut": "donbas", "cession": None, "keep": None, "join": None, "out": None}
DEMANDS = [{"demand_id": d, "part_of_id": w} for d, w in {**WHOLES, "neutral": None, "cousin": None}.items()]
RELATED = [
    {"demand_id": "cession", "relation": "contrary", "other_id": "keep"},
    {"demand_id": "out", "relation": "contrary", "other_id": "join"},
    {"demand_id": "neutral", "relation": "excludes", "other_id": "join"},
    {"demand_id": "cousin", "relation": "about", "other_id": "join"},
]


def found(demand, sign, by=RELATIONS, relations=RELATED):
    return {(f.demand, f.sign): f.by for f in Entailments(DEMANDS, relations, by).of(demand, sign)}


def test_for_a_part_is_for_the_whole_and_against_its_contrary():
    assert found("bakhmut", 1) == {
        ("donbas", 1): "part_of",
        ("cession", 1): "part_of",
        ("keep", -1): "part_of;contrary",
    }


def test_against_a_part_says_nothing_of_the_whole():
    assert found("donbas", -1) == {("bakhmut", -1): "part_of"}


@pytest.mark.parametrize(
    ("of_part", "of_whole", "follows"),
    [
        ("union", "union", True),
        (None, None, True),
        (None, "union", True),
        ("union", None, False),
        ("union", "us", False),
    ],
)
def test_what_one_refuses_to_do_is_no_refusal_of_what_another_does(of_part, of_whole, follows):
    demands = [
        {"demand_id": "package", "part_of_id": "sanctions", "addressee_id": of_part},
        {"demand_id": "sanctions", "part_of_id": None, "addressee_id": of_whole},
    ]
    entailed = Entailments(demands, [])
    assert [f.demand for f in entailed.of("sanctions", -1)] == ["package"] * follows
    assert [f.demand for f in entailed.of("package", 1)] == ["sanctions"]


def test_for_the_contrary_is_against_the_whole_and_each_part():
    assert found("keep", 1) == {
        ("cession", -1): "contrary",
        ("donbas", -1): "contrary;part_of",
        ("bakhmut", -1): "contrary;part_of",
    }


def test_for_one_of_two_that_exclude_each_other_is_against_the_other_and_no_more():
    assert found("neutral", 1) == {("join", -1): "excludes", ("out", 1): "excludes;contrary"}
    assert found("join", 1) == {("out", -1): "contrary", ("neutral", -1): "excludes"}
    assert found("neutral", -1) == found("join", 0, ("excludes",)) == {}


def test_what_is_open_passes_through_contraries_alone():
    assert found("cession", 0) == {("keep", 0): "contrary"}
    assert found("donbas", 0) == {}


def test_kinship_infers_nothing():
    assert found("cousin", 1) == found("cousin", -1) == {}


@pytest.mark.parametrize("by", [(), ("contrary",), ("part_of",), ("excludes",), ("contrary", "part_of")])
def test_only_the_relations_that_are_asked_for_are_followed(by):
    for demand, sign in itertools.product(WHOLES, (1, 0, -1)):
        assert {r for way in found(demand, sign, by).values() for r in way.split(";")} <= set(by)


def test_the_order_of_the_rows_does_not_matter():
    for rows in itertools.permutations(RELATED):
        for demand, sign in itertools.product(WHOLES, (1, 0, -1)):
            assert found(demand, sign, relations=rows) == found(demand, sign)


def test_nothing_follows_for_the_demand_itself_even_where_relations_contradict_each_other():
    circle = [*RELATED, {"demand_id": "donbas", "relation": "excludes", "other_id": "cession"}]
    assert "donbas" not in {demand for demand, _ in found("donbas", 1, relations=circle)}


def test_relations_of_demands_that_are_not_there_are_left_out():
    stranger = [*RELATED, {"demand_id": "war", "relation": "contrary", "other_id": "join"}, dict.fromkeys(RELATED[0])]
    assert found("join", 1, relations=stranger) == found("join", 1)


def test_one_demand_counts_for_both_of_a_pair():
    assert Entailments(DEMANDS, RELATED).folded() == {
        "cession": "cession",
        "keep": "cession",
        "out": "out",
        "join": "out",
    }
    chain = [*RELATED, {"demand_id": "keep", "relation": "contrary", "other_id": "out"}]
    assert set(Entailments(DEMANDS, chain).folded().values()) == {"cession"}
