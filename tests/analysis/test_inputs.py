"""What every analysis takes: a day, tables of one's own; and the columns that it gives."""

from __future__ import annotations

import pandas as pd
import pytest

from conftest import every_table
from own_tables import ANNA, only
from summitry import errors, paths, schema
from summitry.analysis import inputs
from summitry.analysis.attribution import attribution_gap
from summitry.analysis.claims import claims
from summitry.analysis.positions import daily_positions, position_changes, positions
from summitry.dataset import loaders

DAYS = ["2025-08-14", "2025-08-22"]


TABLES = list(schema.package().tables)


@pytest.fixture(scope="module")
def everything(few_rows):
    """Every table of an installation with few rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "root", lambda: few_rows)
        return loaders.load_all()


@pytest.mark.usefixtures("on_few_rows")
@every_table(TABLES)
@pytest.mark.parametrize("known_on", DAYS)
def test_own_tables_know_on_a_day_what_the_loaders_know(name, known_on, everything):
    own = inputs.table(name, known_on, everything)
    pd.testing.assert_frame_equal(own.reset_index(drop=True), loaders.load(name, as_of=known_on))


def test_a_day_hides_what_was_published_later():
    later = ANNA["sources"].assign(published_on=pd.to_datetime([f"2025-08-{n}" for n in range(20, 27)]))
    table = {**ANNA, "sources": later}  # s1 is published on the 20th, s2 on the 21st, and so on
    assert only(positions(as_of="2025-08-21", tables=table))["statement_ids"] == "s1;s2"
    assert only(positions(as_of="2025-08-21", tables=table))["position"] == "accepts"
    with pytest.raises(errors.InputError, match=r"as_of needs the day on which .* your table stances"):
        positions(as_of="2025-08-21", tables={"stances": ANNA["stances"]})
    with pytest.raises(errors.InputError, match="calendar day"):
        positions(as_of="21 August", tables=table)


@pytest.mark.parametrize("of", [str, pd.Timestamp, lambda day: pd.Timestamp(day).date()], ids=["text", "moment", "day"])
def test_days_of_own_tables_are_days_of_any_kind(of):
    said = ANNA["statements"]
    days = {c: [None if pd.isna(day) else of(str(day)[:10]) for day in said[c]] for c in ("said_from", "said_to")}
    given = said.assign(**{c: pd.Series(values, dtype="object") for c, values in days.items()})
    pd.testing.assert_frame_equal(positions(tables={**ANNA, "statements": given}), positions(tables=ANNA))


def test_a_day_in_a_zone_is_the_one_that_the_clock_shows_there():
    said = ANNA["statements"]
    given = said.assign(said_to=pd.to_datetime(said["said_to"]).dt.tz_localize("Europe/Kyiv"))
    pd.testing.assert_frame_equal(positions(tables={**ANNA, "statements": given}), positions(tables=ANNA))


@pytest.mark.parametrize("day", ["08.09.2025", "8/9/2025", "9 August 2025", "2025-09", "2025", "20250908",
                                  "2025-09-08T12:00", pd.Timestamp("2025-09-08 12:00")], ids=str)  # fmt: skip
def test_a_day_that_is_not_written_as_one_is_refused(day):
    with pytest.raises(errors.InputError, match="another type than its schema"):
        positions(tables={**ANNA, "statements": ANNA["statements"].assign(said_to=day)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="holder_id"), "no column 'holder_id'"),
        (lambda t: t.assign(position="hopes"), "no value of stances.position 'hopes'"),
        (lambda t: t.assign(position=[{"a": 1}] * len(t)), "no value of stances.position"),
        (lambda t: pd.concat([t, t]), "two rows with the key"),
        (lambda t: pd.concat([t, t["position"]], axis=1), "two columns 'position'"),
        (lambda t: t.assign(statement_id="s99"), "names a statement_id that no row of statements has"),
        (lambda t: t.assign(demand_id="war"), "names a demand_id that no row of demands has"),
    ],
)
def test_own_tables_that_do_not_fit_are_refused_in_words(change, message):
    with pytest.raises(errors.SummitryError, match=message):
        positions(tables={**ANNA, "stances": change(ANNA["stances"])})


def test_own_tables_of_another_type_or_name_are_refused():
    wrong = ANNA["statements"].assign(said_from="soon")
    with pytest.raises(errors.InputError, match=r"another type than its schema.*describe\('statements'\)"):
        positions(tables={**ANNA, "statements": wrong})
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'stances'"):
        positions(tables={"stance": ANNA["stances"]})


def test_own_tables_may_leave_out_what_is_not_required():
    bare = ANNA["stances"].drop(columns=["condition", "condition_demand_id"])
    pd.testing.assert_frame_equal(positions(tables={**ANNA, "stances": bare}), positions(tables=ANNA))


ANALYSES = [positions, daily_positions, position_changes, attribution_gap, claims]


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda f: f.__name__)
def test_what_ships_is_analysed_with_the_columns_that_are_documented(analysis, everything):
    found = analysis()
    assert len(found) > 0 or analysis is position_changes  # few rows have none
    for column in found.columns:
        assert column in analysis.__doc__
    pd.testing.assert_frame_equal(found, analysis(tables=everything))
    nothing = analysis(as_of="2000-01-01")
    assert len(nothing) == 0
    assert nothing.dtypes.to_dict() == found.dtypes.to_dict()
