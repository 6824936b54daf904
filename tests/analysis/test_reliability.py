"""How far coders agree, and which days the sources cover."""

from __future__ import annotations

import krippendorff
import numpy as np
import pandas as pd
import pytest

import summitry


def test_reliability_is_as_good_as_the_field_asks():
    frame = summitry.reliability()
    first, second, third = (frame[frame["round"] == r].set_index("variable") for r in ("r1", "r2", "r3"))
    assert min(second["alpha"].min(), third["alpha"].min()) >= 0.80
    assert third.loc["unitizing", "f1"] >= 0.85
    assert first.loc["said_from", "alpha"] > 0.9
    coded_twice = frame.dropna(subset=["alpha"])
    assert ((coded_twice["low"] <= coded_twice["alpha"]) & (coded_twice["alpha"] <= coded_twice["high"])).all()


def test_the_rounds_with_stances_have_every_variable_and_100_units():
    frame = summitry.reliability()
    for turn in ("r3", "r4"):
        found = frame[frame["round"] == turn].set_index("variable")
        assert len(found) == 12
        assert (found.loc[["act", "target", "unitizing"], "units"] == 100).all()
        assert found["f1"].notna().sum() == 1


def test_reliability_of_a_small_sample_worked_out_by_hand():
    """Two coders, four units: a-a, a-a, b-b, a-b. Coincidences: aa 4, bb 2, ab 1 and ba 1; n = 8, of a 5, of b 3.

    Observed disagreement is 2/8, expected 2·5·3/(8·7) = 30/56; alpha = 1 - (2/8)/(30/56) = 0.533.
    """
    codes = {"u1": "aa", "u2": "aa", "u3": "bb", "u4": "ab"}
    rows = [(u, 0, "act", f"r1-{c}", v) for u, pair in codes.items() for c, v in zip("ab", pair, strict=True)]
    codings = pd.DataFrame(rows, columns=["unit_id", "stance", "variable", "coder", "value"])
    empty = pd.DataFrame(columns=["round", "variable", "original", "value"])
    found = summitry.reliability({"codings": codings, "coding_map": empty}).iloc[0]
    assert (found["units"], found["agreement"], found["alpha"]) == (4, 0.75, 0.533)
    mapping = pd.DataFrame([("r1", "act", "b", "a")], columns=["round", "variable", "original", "value"])
    assert summitry.reliability({"codings": codings, "coding_map": mapping})["alpha"].item() == 1.0


EMPTY_MAP = pd.DataFrame(columns=["round", "variable", "original", "value"])


def coded(rows):
    codings = pd.DataFrame(rows, columns=["unit_id", "stance", "variable", "coder", "value"])
    return summitry.reliability({"codings": codings, "coding_map": EMPTY_MAP})


def test_four_coders_with_gaps_as_in_the_literature():
    """Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, part C: nominal alpha 0.743; u12 has one code."""
    data = {"a": "123321412...", "b": "1233224125.3", "c": ".3332342251.", "d": "12332441251."}
    rows = [
        (f"u{n:02}", 0, "act", f"r1-{coder}", code)
        for coder, codes in data.items() for n, code in enumerate(codes, 1) if code != "."
    ]  # fmt: skip
    found = coded(rows).iloc[0]
    assert (found["coders"], found["units"], found["left_out"], found["alpha"]) == (4, 11, 1, 0.743)


def test_alpha_is_that_of_the_library_for_any_codes():
    random = np.random.default_rng(1)
    for _ in range(5):
        codes = random.integers(0, 4, (3, 20)).astype("float64")
        codes[random.random(codes.shape) < 0.2] = np.nan
        rows = [
            (f"u{unit}", 0, "act", f"r1-{coder}", str(code))
            for (coder, unit), code in np.ndenumerate(codes)
            if not np.isnan(code)
        ]
        expected = krippendorff.alpha(codes, level_of_measurement="nominal")
        assert coded(rows)["alpha"].item() == pytest.approx(expected, abs=0.0005)


def test_no_coder_makes_a_published_figure_vanish():
    """A third coder who codes one unit, or a variable of his own, adds rows or pairs; nothing goes."""
    published = summitry.reliability()
    codings, coding_map = summitry.load_codings(), summitry.load_coding_map()
    more = [
        (codings["unit_id"].iloc[0], 0, "act", "r1-c", "assert"),
        (codings["unit_id"].iloc[0], 0, "target", "r2-c", "russia"),
    ]
    more = pd.DataFrame(more, columns=list(codings.columns))
    frame = summitry.reliability({"codings": pd.concat([codings, more]), "coding_map": coding_map})
    both = published.merge(frame, on=["round", "variable"], how="outer", suffixes=("", "_now"))
    assert both["alpha_now"].notna().sum() == published["alpha"].notna().sum()
    assert both.loc[both["variable"] != "act", "alpha"].equals(both.loc[both["variable"] != "act", "alpha_now"])
    alone = frame.query("round == 'r2' and variable == 'target'").iloc[0]
    assert (alone["coders"], alone["units"], alone["left_out"]) == (1, 0, 1)
    assert pd.isna(alone["alpha"])


def test_nothing_found_is_a_code_and_not_coded_is_a_gap():
    rows = [("u1", 0, "target", "r1-a", "russia"), ("u1", 0, "target", "r1-b", "russia")]
    assert coded([*rows, ("u2", 0, "target", "r1-a", "nato")])["agreement"].item() == 1.0
    rows += [("u2", 0, "target", "r1-a", "nato"), ("u2", 0, "target", "r1-b", None)]
    assert coded(rows)["agreement"].item() == 0.5


def test_stances_found_worked_out_by_hand():
    """In u1 both find p, a finds q too; in u2 both find r, b finds s and t too; u3 has none; b did not read u4."""
    finds = {"u1": ("p q", "p"), "u2": ("r", "r s t"), "u3": ("", ""), "u4": ("v", None)}
    rows = [
        (unit, n, "unitizing", f"r3-{coder}", find or None)
        for unit, pair in finds.items()
        for coder, found in zip("ab", pair, strict=True) if found is not None
        for n, find in enumerate(found.split(" "), 1)
    ]  # fmt: skip
    found = coded(rows).iloc[0]
    assert (found["units"], found["left_out"]) == (3, 1)
    assert (found["precision"], found["recall"], found["f1"]) == (0.5, round(2 / 3, 3), round(4 / 7, 3))
    assert pd.isna(found["alpha"])


def test_what_is_coded_of_stances_is_compared_stance_by_stance():
    rows = [
        ("u1", n, "position", f"r3-{coder}", value)
        for n, pair in enumerate([("accepts", "accepts"), ("rejects", "demands")], 1)
        for coder, value in zip("ab", pair, strict=True)
    ]
    found = coded([*rows, ("u1", 3, "position", "r3-b", "accepts")]).iloc[0]
    assert (found["units"], found["left_out"], found["agreement"]) == (2, 1, 0.5)


def test_the_first_coder_is_compared_with_what_ships():
    found = summitry.reliability(against="shipped")
    assert set(found["coders"]) == {2}
    assert (found["units"] > 0).all()
    assert found["agreement"].between(0, 1).all()
    assert "act" in set(found["variable"])
    assert not {"position", "attribution", "unitizing"} & set(found["variable"])  # a unit may have several stances
    assert not found.equals(summitry.reliability())


def test_a_page_set_aside_makes_no_day():
    pages = summitry.load_collection()
    old = pages[pages["not_used_because"] == "out_of_period"].head(1).assign(page="https://example.org/old")
    for day in ("2015-06-25", None):
        more = pd.concat([pages, old.assign(day=pd.Timestamp(day)).astype(pages.dtypes)])
        assert summitry.coverage(tables={"collection": more}).equals(summitry.coverage())


def test_coverage_counts_every_day():
    frame = summitry.coverage()
    pages, first, last = summitry.load_collection(), frame["day"].min(), frame["day"].max()
    assert frame["day"].tolist() == pd.date_range(first, last).tolist()
    assert frame["pages_seen"].sum() == pages["day"].between(first, last).sum()
    parts = frame[["pages_used", "pages_set_aside", "pages_not_noted"]]
    assert parts.sum(axis=1).equals(frame["pages_seen"])
    not_noted = pages.loc[pages["day"].between(first, last), "not_used_because"] == "not_noted"
    assert parts["pages_not_noted"].sum() == not_noted.sum() > 0
    assert frame["pages_used"].sum() == len(summitry.load_sources())
    assert (frame["outlets"] <= frame["pages_used"]).all()
    early = summitry.coverage(as_of="2025-08-15")
    assert early["day"].max() == pd.Timestamp("2025-08-15")
    assert early["pages_used"].sum() == len(summitry.load_sources(as_of="2025-08-15"))
