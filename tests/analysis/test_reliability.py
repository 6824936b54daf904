"""How far coders agree, and which days the sources cover."""

from __future__ import annotations

import pandas as pd

import summitry


def test_reliability_is_as_good_as_the_field_asks():
    frame = summitry.reliability()
    first, second = (frame[frame["round"] == r].set_index("variable") for r in ("r1", "r2"))
    assert second["alpha"].min() >= 0.80
    assert first.loc["said_from", "alpha"] > 0.9
    assert ((frame["low"] <= frame["alpha"]) & (frame["alpha"] <= frame["high"])).all()


def test_reliability_of_a_small_sample_worked_out_by_hand():
    """Two coders, four units: a-a, a-a, b-b, a-b. Coincidences: aa 4, bb 2, ab 1 and ba 1; n = 8, of a 5, of b 3.

    Observed disagreement is 2/8, expected 2·5·3/(8·7) = 30/56; alpha = 1 - (2/8)/(30/56) = 0.533.
    """
    codes = {"u1": "aa", "u2": "aa", "u3": "bb", "u4": "ab"}
    rows = [(u, "act", f"r1-{c}", v) for u, pair in codes.items() for c, v in zip("ab", pair, strict=True)]
    codings = pd.DataFrame(rows, columns=["unit_id", "variable", "coder", "value"])
    empty = pd.DataFrame(columns=["round", "variable", "original", "value"])
    found = summitry.reliability({"codings": codings, "coding_map": empty}).iloc[0]
    assert (found["units"], found["agreement"], found["alpha"]) == (4, 0.75, 0.533)
    mapping = pd.DataFrame([("r1", "act", "b", "a")], columns=["round", "variable", "original", "value"])
    assert summitry.reliability({"codings": codings, "coding_map": mapping})["alpha"].item() == 1.0


def test_coverage_counts_every_day():
    frame = summitry.coverage()
    assert frame["day"].tolist() == pd.date_range("2025-08-08", "2025-09-04").tolist()
    assert frame["pages_seen"].sum() == len(summitry.load_collection()) == 565
    parts = frame[["pages_used", "pages_set_aside", "pages_not_noted"]]
    assert parts.sum(axis=1).equals(frame["pages_seen"])
    assert parts.sum().tolist() == [369, 41, 155]
    assert frame["pages_used"].sum() == len(summitry.load_sources())
    assert (frame["outlets"] <= frame["pages_used"]).all()
    early = summitry.coverage(as_of="2025-08-15")
    assert early["day"].max() == pd.Timestamp("2025-08-15")
    assert early["pages_used"].sum() == len(summitry.load_sources(as_of="2025-08-15"))
