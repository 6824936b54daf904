"""Matrices of stances, against small tables worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from own_tables import build, only
from summitry import errors
from summitry.analysis.positions import positions
from summitry.analysis.stance_matrix import VALUES, stance_matrix
from summitry.analysis.stances_table import stances_behind
from summitry.dataset.arguments import UNITS

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


def test_kinds_of_actors_and_levels():
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
    by_issue = stance_matrix(level="issue", value="against", tables=table)
    assert by_issue.index.tolist() == ["boris", "russia"]
    assert by_issue.loc["russia", "territory"] == 1
    assert stance_matrix(by="speaker", tables=table).loc["anna", "truce"] == -1
    assert stance_matrix(by="holder", tables=table).index.tolist() == ["anna", "boris", "russia"]
    named = stance_matrix(level="issue", value="count", labels=True, tables=table)
    assert (named.index.tolist(), named.columns.tolist()) == (["Boris", "Russia"], ["Arms supply", "Territory"])


# swap and sale are parts of cession, the contrary of keep; the buffer excludes the swap
#
#     a: for swap (s1), against sale (s2)     b: for keep (s3), open on keep (s4)     c: for buffer (s5)
LEVELLED = build(
    """
    s1 2025-08-11 a a swap    demands
    s2 2025-08-11 a a sale    rejects
    s3 2025-08-11 b b keep    demands
    s4 2025-08-12 b b keep    conditional
    s5 2025-08-12 c c buffer  demands
    """,
    relations="cession contrary keep\nbuffer excludes swap",
    wholes="swap cession\nsale cession",
)


def listed(matrix):
    return {
        (row, column): int(cell)
        for row, cells in matrix.T.to_dict().items()
        for column, cell in cells.items()
        if not pd.isna(cell)
    }


def test_demands_count_what_follows_and_one_of_two_contraries():
    assert listed(stance_matrix(tables=LEVELLED)) == {
        ("a", "swap"): 1,
        ("a", "cession"): 1,  # the part is wanted
        ("a", "buffer"): -1,  # excluded
        ("a", "sale"): -1,  # and nothing follows for the whole
        ("b", "cession"): -1,  # s3 against, s4 open
        ("b", "swap"): -1,
        ("b", "sale"): -1,
        ("c", "buffer"): 1,
        ("c", "swap"): -1,
    }
    assert set(stance_matrix(infer=False, tables=LEVELLED).columns) == {"swap", "sale", "keep", "buffer"}
    assert set(stance_matrix(demand=["keep"], tables=LEVELLED).columns) == {"keep"}


def test_parts_count_for_the_whole():
    whole = stance_matrix(level="whole", tables=LEVELLED)
    assert listed(whole) == {
        ("a", "cession"): 1,
        ("a", "buffer"): -1,
        ("b", "cession"): -1,
        ("c", "buffer"): 1,
    }
    assert listed(stance_matrix(level="whole", value="open", tables=LEVELLED))["b", "cession"] == 1
    with pytest.raises(errors.InputError, match="needs the relation 'part_of'"):
        stance_matrix(level="whole", infer="contrary", tables=LEVELLED)


def test_an_issue_has_counts_and_no_net_sign():
    counts = {v: stance_matrix(level="issue", value=v, tables=LEVELLED)["territory"].tolist() for v in VALUES[1:5]}
    assert counts == {"count": [2, 2, 1], "for": [1, 1, 1], "open": [0, 1, 0], "against": [1, 0, 0]}
    assert stance_matrix(level="issue", tables=LEVELLED)["territory"].tolist() == counts["count"]
    for value in ("net", "mean"):
        with pytest.raises(errors.InputError, match="opposed to each other"):
            stance_matrix(level="issue", value=value, tables=LEVELLED)


def test_each_cell_leads_to_its_stances():
    cells = stance_matrix(value="stance_ids", tables=LEVELLED)
    assert cells.loc["b", "cession"] == "s3-s2;s4-s3"
    assert pd.isna(cells.loc["c", "cession"])
    assert stances_behind(cells.loc["b", "cession"], tables=LEVELLED)["position"].tolist() == ["demands", "conditional"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"by": "state"}, "party, holder, speaker"),
        ({"level": "party"}, "demand, whole, issue"),
        ({"unit": "month"}, "statement, source, day, week, range"),
        ({"value": "sum"}, "net, count, for, open, against, mean"),
        ({"rows": "party"}, "no option 'rows'"),
    ],
)
def test_a_matrix_says_what_may_be_chosen(wrong, message):
    with pytest.raises(errors.SummitryError, match=message):
        stance_matrix(tables=COUNTED, **wrong)


@pytest.mark.parametrize(
    ("by", "unit"), [("party", "statement"), ("holder", "source"), ("party", "day"), ("holder", "range")]
)
def test_matrices_of_some_rows_that_ship_add_up(by, unit, some_tables):
    made = {v: stance_matrix(None, unit, v, by=by, tables=some_tables) for v in VALUES}
    assert made["count"].to_numpy().sum() > 0
    assert ((made["for"] - made["against"]) == made["net"].fillna(0)).to_numpy().all()
    assert (made["count"] <= made["for"] + made["open"] + made["against"]).to_numpy().all()
    assert (made["net"].isna() == (made["count"] == 0)).to_numpy().all()
    assert (made["stance_ids"].isna() == (made["count"] == 0)).to_numpy().all()
