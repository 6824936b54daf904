"""Matrices of stances, against small tables worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from own_tables import build, only
from summitry import errors
from summitry.analysis.positions import positions
from summitry.analysis.stance_matrix import AXES, VALUES, stance_matrix
from summitry.analysis.stances import UNITS

# One week: Anna accepts peace twice on Monday 11 August and once on Tuesday, and refuses it on Tuesday; in the next
# week she accepts it once more. Boris leaves it open. s1 is in three papers, of which one has s2 too.
COUNTED = build(
    """
    s1 2025-08-11 anna  anna  peace accepts
    s2 2025-08-11 anna  anna  peace demands
    s3 2025-08-12 anna  anna  peace accepts
    s4 2025-08-12 anna  anna  peace rejects
    s5 2025-08-18 anna  anna  peace accepts
    s6 2025-08-11 boris boris peace noncommittal
    s7 2025-08-11 boris anna  peace rejects adversary
    s8 2025-08-11 boris boris truce rejects
    """,
    sources="s1 a\ns1 b\ns1 c\ns2 a",
)


@pytest.mark.parametrize(
    ("unit", "net", "count", "against"),
    [
        # s1 + s2 + s3 - s4 + s5
        ("statement", 3, 5, 1),
        # the words of s1 and s2 are in paper a, which counts once; page-of-s3, page-of-s5 for; page-of-s4 against
        ("source", 2, 4, 1),
        # 11 for, 12 for and against, 18 for
        ("day", 2, 3, 1),
        # weeks 33 for and against, 34 for
        ("week", 1, 2, 1),
        # for and against
        ("range", 0, 1, 1),
    ],
)
def test_a_matrix_counts_once_per_unit(unit, net, count, against):
    def cell(value):
        return stance_matrix(unit=unit, value=value, tables=COUNTED).loc["anna", "peace"]

    assert (cell("net"), cell("count"), cell("against")) == (net, count, against)
    assert cell("mean") == pytest.approx(net / {"statement": 5, "source": 4, "day": 4, "week": 3, "range": 2}[unit])


def test_what_has_no_date_or_no_report_counts_too():
    table = build("s1 - anna anna peace accepts\ns2 - anna anna peace accepts\ns3 2025-08-11 anna anna peace accepts")
    for value in ("net", "count", "for"):
        counts = {unit: stance_matrix(unit=unit, value=value, tables=table).iloc[0, 0] for unit in UNITS}
        assert counts == {"statement": 3, "source": 3, "day": 2, "week": 2, "range": 1}  # undated days are one
    unreported = {**table, "mentions": table["mentions"].iloc[:1]}
    assert stance_matrix(unit="source", tables=unreported).iloc[0, 0] == 3
    assert only(positions(tables=unreported))["n_sources"] == 1


def test_silence_is_not_balance():
    net = stance_matrix(tables=COUNTED)
    assert net.loc["boris", "peace"] == 0  # left open
    assert pd.isna(net.loc["anna", "truce"])  # nothing said
    assert net.dtypes.astype(str).tolist() == ["Int64", "Int64"]
    count = stance_matrix(value="count", tables=COUNTED)
    assert count.to_numpy().tolist() == [[5, 0], [1, 1]]
    assert stance_matrix(value="open", tables=COUNTED).to_numpy().tolist() == [[0, 0], [1, 0]]


def test_a_matrix_never_mixes_in_what_an_adversary_says():
    assert stance_matrix(tables=COUNTED).loc["anna", "peace"] == 3
    assert stance_matrix(attribution=None, tables=COUNTED).loc["anna", "peace"] == 2
    assert stance_matrix(attribution="adversary", tables=COUNTED).to_numpy().tolist() == [[-1]]


def test_own_signs():
    net = stance_matrix(signs={"noncommittal": 0.5, "demands": 2}, tables=COUNTED)
    assert net.loc["boris", "peace"] == 0.5
    assert net.loc["anna", "peace"] == 1 + 2 + 1 - 1 + 1
    with pytest.raises(errors.UnknownNameError, match="demands, accepts"):
        stance_matrix(signs={"hopes": 1}, tables=COUNTED)


def test_other_rows_and_columns():
    table = build(
        """
        s1 2025-08-11 anna  anna   peace accepts
        s2 2025-08-11 anna  russia truce rejects
        s3 2025-08-11 boris boris  arms  accepts
        """,
        roles="anna ministry - -",
        part_of="ministry russia",
        demands="arms arms_supply",
    )
    by_party = stance_matrix("party", "issue", tables=table)
    assert by_party.index.tolist() == ["boris", "russia"]
    assert by_party.loc["russia", "territory"] == 0
    assert stance_matrix("speaker", "demand", tables=table).loc["anna", "truce"] == -1
    assert stance_matrix("demand", "party", tables=table).loc["arms", "boris"] == 1
    named = stance_matrix("party", "issue", labels=True, tables=table)
    assert (named.index.tolist(), named.columns.tolist()) == (["Boris", "Russia"], ["Arms supply", "Territory"])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rows": "actor"}, "holder, speaker, party, demand, issue"),
        ({"columns": "holder"}, "both 'holder'"),
        ({"unit": "month"}, "statement, source, day, week, range"),
        ({"value": "sum"}, "net, count, for, open, against, mean"),
    ],
)
def test_a_matrix_says_what_may_be_chosen(wrong, message):
    with pytest.raises(errors.SummitryError, match=message):
        stance_matrix(tables=COUNTED, **wrong)


@pytest.mark.parametrize(("rows", "unit"), list(zip(AXES, UNITS, strict=True)))
def test_matrices_of_what_ships_add_up(rows, unit):
    columns = "issue" if rows == "demand" else "demand"
    made = {v: stance_matrix(rows, columns, None, unit, v) for v in VALUES}
    assert made["count"].to_numpy().sum() > 0
    assert ((made["for"] - made["against"]) == made["net"].fillna(0)).to_numpy().all()
    assert (made["count"] <= made["for"] + made["open"] + made["against"]).to_numpy().all()
    assert (made["net"].isna() == (made["count"] == 0)).to_numpy().all()
