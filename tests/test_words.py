"""The nearest known text to a mistaken one, and numbers as people read them."""

from __future__ import annotations

import sys

import pytest

from summitry import load_actors
from summitry.words import nearest, size


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sergey-lavrof", "sergey-lavrov"),
        ("lavrov", "sergey-lavrov"),  # one word of it
        ("Trump", "donald-trump"),
        ("zelenskyy", "volodymyr-zelensky"),
        ("qqxxzz", None),
        ("", None),
    ],
)
def test_a_near_actor_is_found_and_a_far_one_is_not(written, meant):
    assert nearest(written, load_actors()["actor_id"]) == meant


def test_a_plural_is_nearer_than_a_word_of_a_longer_name():
    tables = ["actor_names", "event_reports", "actors", "events"]
    assert [nearest(written, tables) for written in ("actor", "event", "names")] == ["actors", "events", "actor_names"]


def test_of_equally_near_texts_the_first_is_meant():
    assert nearest("aabb", ["aabc", "aabd"]) == "aabc"


@pytest.mark.parametrize(("written", "meant"), [("de", None), ("a", None), ("ow", None), ("be", "be"), ("BE", "be")])
def test_one_or_two_letters_are_alike_by_chance(written, meant):
    assert nearest(written, ["bart-de-wever", "plan-for-a-peace", "owl", "be"]) == meant


@pytest.mark.parametrize(
    "value", ["actor-00999", "actor-99999", "nobody", "ACTOR-12", "lavrof", "sergej-lavrov", "a", ""]
)
def test_the_nearest_text_is_the_same_without_the_library_that_finds_it_faster(value, monkeypatch):
    known = [f"actor-{i * 7:05}" for i in range(300)] + ["sergey-lavrov", "lavrov-sergey", "marco-rubio"]
    fast = nearest(value, known)
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    assert nearest(value, known) == fast


@pytest.mark.parametrize(
    ("length", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (10**6, "1 MB")],
)
def test_sizes_have_the_unit_that_keeps_them_short(length, said):
    assert size(length) == said
