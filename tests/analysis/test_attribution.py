"""What is said of a party against what it says itself, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from own_tables import build
from summitry import errors
from summitry.analysis.attribution import attribution_gap


def day(number):
    return pd.Timestamp(2025, 8, number)


# Olga (of Ukraine) says that Russia refuses peace and wants a truce, and that Anna (of Russia) keeps land. Russia
# accepts peace, on an earlier day; Anna, for herself, leaves the truce open; nobody in Russia speaks of the land.
GAP = build(
    """
    s1 2025-08-10 anna  russia peace accepts
    s2 2025-08-11 anna  anna   truce noncommittal
    s3 2025-08-12 olga  russia peace rejects      adversary
    s4 2025-08-12 olga  russia truce demands      adversary
    s5 2025-08-12 olga  anna   land  rejects      adversary
    s6 2025-08-13 paper russia peace demands      narrator
    s7 2025-08-14 anna  clara  truce conditional
    """,
    roles="anna russia - -\nclara russia - -\nolga ukraine - -",
)


def test_what_is_said_of_a_party_against_what_it_says():
    gap = attribution_gap(tables=GAP).set_index(["speaker_id", "demand_id"])
    assert gap.index.tolist() == [("olga", "land"), ("olga", "peace"), ("paper", "peace"), ("olga", "truce")]
    assert set(gap["actor_id"]) == {"russia"}
    assert gap["agree"].tolist() == [pd.NA, False, True, pd.NA]  # on the truce, Russia leaves open what Olga says
    peace = gap.loc[("olga", "peace")]
    assert (peace["own_position"], peace["attributed_position"]) == ("accepts", "rejects")
    assert (peace["own_day"], peace["attributed_day"]) == (day(10), day(12))
    assert (peace["own_statement_ids"], peace["attributed_statement_ids"]) == ("s1", "s3")
    assert gap.loc[("olga", "truce"), "own_statement_ids"] == "s2"
    assert gap["own_position"].isna().tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("said", "left"), [("peace accepts", []), ("peace rejects", ["peace"]), ("war demands", ["peace"])]
)
def test_what_nobody_is_against_in_his_own_words_can_be_left_out(said, left):
    table = build(
        "s1 2025-08-10 anna russia peace accepts\ns2 2025-08-11 olga russia peace rejects adversary\n"
        f"s3 2025-08-12 boris boris {said}",
        relations="peace contrary war",
    )
    assert attribution_gap(opposed=True, tables=table)["demand_id"].tolist() == left


@pytest.mark.parametrize(
    ("own", "attributed", "agree"),
    [
        ("demands", "accepts", True),
        ("demands", "rejects", False),
        ("conditional", "noncommittal", True),
        ("conditional", "rejects", pd.NA),
        ("rejects", "noncommittal", pd.NA),
    ],
)
def test_what_one_side_leaves_open_is_neither_agreement_nor_contradiction(own, attributed, agree):
    said = f"s1 2025-08-10 russia russia truce {own}\ns2 2025-08-11 olga russia truce {attributed} adversary"
    gap = attribution_gap(tables=build(said, roles="olga ukraine - -"))
    assert gap["agree"].tolist() == [agree]


def test_the_own_position_is_that_of_the_time_unless_the_latest_is_asked_for():
    """What Anna says of Clara, of the same state, is the state's own word, and its latest on the truce."""
    then, last = (attribution_gap(demand="truce", own=own, tables=GAP).iloc[0] for own in ("then", "latest"))
    assert (then["own_position"], then["own_day"]) == ("noncommittal", day(11))
    assert (last["own_position"], last["own_day"]) == ("conditional", day(14))
    silent = attribution_gap(
        tables={
            **GAP,
            **build(
                "s1 2025-08-10 olga russia peace rejects adversary\n"
                "s2 2025-08-11 anna russia peace accepts\n"
                "s3 - olga russia truce rejects adversary\n"
                "s4 2025-08-11 anna russia truce rejects",
                roles="anna russia - -\nolga ukraine - -",
            ),
        }
    )
    assert silent["agree"].isna().all()
    assert silent["own_day"].isna().all()
    with pytest.raises(errors.UnknownNameError, match="then, latest"):
        attribution_gap(own="now", tables=GAP)


def test_the_own_position_may_be_older_than_what_others_are_asked_for():
    gap = attribution_gap(demand="peace", since="2025-08-12", tables=GAP)
    assert gap["own_day"].tolist() == [day(10), day(10)]


def test_a_gap_between_ids_as_coded():
    gap = attribution_gap(by="holder", tables=GAP)
    assert gap[["actor_id", "demand_id", "attribution"]].to_numpy().tolist() == [
        ["anna", "land", "adversary"],
        ["russia", "peace", "adversary"],
        ["russia", "peace", "narrator"],
        ["russia", "truce", "adversary"],
    ]
    assert gap["agree"].tolist() == [pd.NA, False, True, pd.NA]
    assert attribution_gap("narrator", tables=GAP)["speaker_id"].tolist() == ["paper"]
    with pytest.raises(errors.UnknownNameError, match="adversary, third_party, narrator"):
        attribution_gap("self", tables=GAP)


def test_the_own_position_may_follow_from_what_a_party_says_of_another_demand():
    table = build(
        """
        s1 2025-08-10 anna  anna   keep    demands
        s2 2025-08-12 olga  russia cession accepts adversary
        s3 2025-08-12 paper russia swap    rejects narrator
        """,
        roles="anna russia - -\nolga ukraine - -",
        relations="cession contrary keep",
        wholes="swap cession",
    )
    gap = attribution_gap(tables=table)
    assert gap["demand_id"].tolist() == ["cession", "swap"]
    assert gap["own_direction"].tolist() == ["against", "against"]
    assert gap["own_position"].isna().all()
    assert gap["agree"].tolist() == [False, True]
    assert gap["own_stance_ids"].tolist() == ["s1-s0", "s1-s0"]
    assert attribution_gap(infer=False, tables=table)["agree"].isna().all()


def test_who_says_it_may_be_chosen_without_limiting_what_the_party_says():
    gap = attribution_gap(speaker="olga", party="russia", tables=GAP)
    assert set(gap["speaker_id"]) == {"olga"}
    assert set(gap["speaker_party_name"]) == {"Ukraine"}
    assert gap["own_position"].notna().sum() == 2
    assert attribution_gap(until="2025-08-11", tables=GAP).empty
