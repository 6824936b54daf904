"""Positions, changes, matrices, gaps and claims, against small tables worked out by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from own_tables import build, frame
from summitry import errors, schema
from summitry.analysis import inputs
from summitry.analysis.attribution import attribution_gap
from summitry.analysis.changes import position_changes
from summitry.analysis.claims import claims
from summitry.analysis.positions import daily_positions, positions
from summitry.analysis.stance_matrix import AXES, VALUES, stance_matrix
from summitry.analysis.stances import UNITS
from summitry.dataset import loaders

# Anna refuses peace, accepts it twice, and refuses it again; then she speaks of it on a day that is not known. Boris
# says of her, on the last day, that she wants it.
ANNA = build("""
    s1 2025-08-10 anna  anna peace rejects
    s2 2025-08-12 anna  anna peace accepts
    s3 2025-08-14 anna  anna peace accepts
    s4 2025-08-16 anna  anna peace rejects
    s5 2025-08-18 anna  anna peace rejects
    s6 -          anna  anna peace demands
    s7 2025-08-20 boris anna peace demands third_party
""")


def day(number):
    return pd.Timestamp(2025, 8, number)


def date(number):
    return dt.date(2025, 8, number)


def only(found):
    assert len(found) == 1
    return found.iloc[0]


def test_the_latest_position_and_what_it_rests_on():
    row = only(positions(tables=ANNA))
    assert row["holder_name"] == "Anna"
    assert (row["position"], row["attribution"], row["mixed"]) == ("rejects", "self", False)
    # refused since the 16th without a break; the refusal of the 10th is another run
    assert (row["since"], row["first_said"], row["last_said"]) == (day(16), day(10), day(18))
    assert (row["n_statements"], row["n_sources"]) == (6, 6)
    assert row["statement_ids"] == "s1;s2;s3;s4;s5;s6"


def test_what_others_say_has_a_row_of_its_own():
    both = positions(attribution=None, tables=ANNA)
    assert both["attribution"].tolist() == ["self", "third_party"]
    assert both["position"].tolist() == ["rejects", "demands"]
    assert only(positions("third_party", tables=ANNA))["statement_ids"] == "s7"


def test_a_statement_without_date_is_latest_only_where_nothing_is_dated():
    row = only(positions(tables=build("s1 - anna anna peace accepts\ns2 - anna anna peace accepts")))
    assert (row["position"], row["statement_ids"]) == ("accepts", "s1;s2")
    assert row[["since", "first_said", "last_said"]].isna().all()


def test_a_range_counts_on_its_last_day():
    table = build("""
        s1 2025-08-10             anna anna peace rejects
        s2 2025-08-01..2025-08-11 anna anna peace accepts
        s3 2025-08-09..           anna anna peace demands
    """)
    row = only(positions(tables=table))
    assert (row["position"], row["since"], row["first_said"]) == ("accepts", day(11), day(9))


@pytest.mark.parametrize(
    ("said", "reported", "taken"),
    [
        ("s1 rejects, s2 accepts, s3 accepts", "s1 a, s1 b, s1 c", "accepts"),  # more statements
        ("s1 rejects, s2 accepts", "s1 a, s1 b, s2 c", "rejects"),  # more sources
        ("s1 rejects, s2 accepts", "", "accepts"),  # the order of the codebook
    ],
)
def test_a_day_with_several_positions_is_decided_by_rule_and_marked(said, reported, taken):
    stances = [pair.split() for pair in said.split(", ")]
    text = "\n".join(f"{s} 2025-08-10 anna anna peace {position}" for s, position in stances)
    row = only(positions(tables=build(text, sources=reported.replace(", ", "\n"))))
    assert (row["position"], row["mixed"]) == (taken, True)
    assert row["n_statements"] == len(stances)


def test_the_condition_is_that_of_the_latest_position():
    table = build("""
        s1 2025-08-10 anna anna peace conditional
        s2 2025-08-11 anna anna peace conditional
        s3 2025-08-11 anna anna peace conditional
        s4 2025-08-11 anna anna truce accepts
    """)
    assert positions(tables=table)["condition"].tolist()[0] == "condition s2; condition s3"
    assert pd.isna(positions(tables=table)["condition"].tolist()[1])


def test_positions_of_one_holder_or_demand():
    table = build("s1 2025-08-10 anna anna peace accepts\ns2 2025-08-10 boris boris truce accepts")
    assert only(positions(holder="anna", tables=table))["demand_id"] == "peace"
    assert only(positions(demand=["truce"], tables=table))["holder_id"] == "boris"
    assert positions(holder="russia", tables=table).empty
    with pytest.raises(errors.InputError, match=r"actor_id 'ana'\. Did you mean 'anna'\?.*search\('ana'\)"):
        positions(holder="ana", tables=table)
    with pytest.raises(errors.InputError, match="Did you mean 'truce'"):
        positions(demand="truces", tables=table)
    with pytest.raises(errors.UnknownNameError, match="self, adversary, third_party, narrator"):
        positions("enemy", tables=table)


def test_positions_day_by_day():
    found = daily_positions(tables=ANNA)
    assert found["day"].tolist() == [day(n) for n in (10, 12, 14, 16, 18)]
    assert found["direction"].tolist() == ["against", "for", "for", "against", "against"]


def test_changes_lie_between_days_and_within_one_attribution():
    moves = position_changes(attribution=None, tables=ANNA)
    assert moves["attribution"].tolist() == ["self", "self"]
    assert list(zip(moves["from_position"], moves["to_position"], strict=True)) == [
        ("rejects", "accepts"),
        ("accepts", "rejects"),
    ]
    # the second change lies between the last acceptance, of the 14th, and the refusal of the 16th
    last = moves.iloc[1]
    assert (last["from_day"], last["to_day"]) == (day(14), day(16))
    assert (last["from_statement_ids"], last["to_statement_ids"], last["mixed"]) == ("s3", "s4", False)


def test_a_change_of_wording_is_no_change_of_direction():
    table = build("""
        s1 2025-08-10 anna anna peace accepts
        s2 2025-08-11 anna anna peace demands
        s3 2025-08-11 anna anna peace demands
        s4 2025-08-11 anna anna peace rejects
        s5 2025-08-12 anna anna peace noncommittal
    """)
    moves = position_changes(tables=table)
    assert moves["from_direction"].tolist() == ["for", "for"]
    assert moves["to_direction"].tolist() == ["for", "open"]
    assert moves["mixed"].tolist() == [True, True]
    assert moves["to_statement_ids"].tolist() == ["s2;s3", "s5"]


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
        # a, b, c, page-of-s3, page-of-s5 for; page-of-s4 against: paper a has two statements and counts once
        ("source", 4, 6, 1),
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
    assert cell("mean") == pytest.approx(net / {"statement": 5, "source": 6, "day": 4, "week": 3, "range": 2}[unit])


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


def test_the_party_of_an_actor():
    table = build(
        "s1 2025-08-11 anna anna peace accepts",
        roles="""
            anna  bank      -          2025-08-10
            anna  ministry  2025-08-11 -
            boris council   -          -
            clara nato      -          -
            clara ministry  -          -
        """,
        part_of="ministry government\ngovernment russia\ncouncil union",
    )
    party = inputs.affiliations(tables=table).party
    assert party("anna", date(10)) == "bank"
    assert party("anna", date(11)) == "russia"
    assert party("anna", None) == "russia"  # every office counts on an unknown day
    assert party("boris", date(11)) == "union"
    assert party("clara", date(11)) == "russia"  # a state at war goes before the first office
    assert party("ministry", date(11)) == "russia"
    table = build("s1 2025-08-11 anna anna peace accepts", roles="dora nato - -\ndora union - -")
    for roles in (table["roles"], table["roles"][::-1]):
        assert (
            inputs.affiliations(tables={**table, "roles": roles}).party("dora", date(11)) == "nato"
        )  # the first by role_id
    assert party("nobody", date(11)) == "nobody"


def test_of_two_offices_the_one_begun_later_decides_the_party():
    table = build("s1 2025-08-11 anna anna peace accepts", roles="anna nato 2025-08-01 -\nanna union 2025-08-05 -")
    party = inputs.affiliations(tables=table).party
    assert [party("anna", date(n)) for n in (4, 5, 11)] == ["nato", "union", "union"]
    table = build("s1 2025-08-11 anna anna peace accepts", roles="anna nato 2025-08-01 -\nanna union - -")
    assert inputs.affiliations(tables=table).party("anna", date(11)) == "nato"  # when the other began is not known


def test_rules_and_analyses_give_one_party():
    """The second office, which sorts first by its id, is the one that counts for both."""
    from summitry.validation.rules.model import Dataset, Row

    roles = [
        {"role_id": "b", "person_id": "anna", "organization_id": "nato", "valid_from": date(1), "valid_to": None},
        {"role_id": "a", "person_id": "anna", "organization_id": "ministry", "valid_from": None, "valid_to": None},
    ]
    actors = [
        {"actor_id": a, "name": a, "part_of_id": whole, "belligerent": a == "russia"}
        for a, whole in {"anna": None, "nato": None, "ministry": "russia", "russia": None}.items()
    ]
    keyed = {"roles": ("role_id", roles), "actors": ("actor_id", actors)}
    tables = {n: {(r[key],): Row(r, n, 0, i) for i, r in enumerate(rows)} for n, (key, rows) in keyed.items()}
    own = {"roles": frame("roles", roles), "actors": frame("actors", actors)}
    for anna in (Dataset(tables).affiliations, inputs.affiliations(tables=own)):
        assert anna.party("anna", date(11)) == "russia"
        assert anna.party("anna", None) == "russia"
    tables["actors"]["russia",]["belligerent"] = False
    own["actors"]["belligerent"] = False
    for anna in (Dataset(tables).affiliations, inputs.affiliations(tables=own)):
        assert anna.party("anna", date(11)) == "nato"


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
    s7 2025-08-14 anna  clara  truce conditional  third_party
    """,
    roles="anna russia - -\nclara russia - -\nolga ukraine - -",
)


def test_what_is_said_of_a_party_against_what_it_says():
    gap = attribution_gap(tables=GAP).set_index(["speaker_id", "demand_id"])
    assert gap.index.tolist() == [("olga", "land"), ("olga", "peace"), ("paper", "peace"), ("olga", "truce")]
    assert set(gap["holder_id"]) == {"russia"}
    assert gap["agree"].tolist() == [pd.NA, False, True, False]
    peace = gap.loc[("olga", "peace")]
    assert (peace["own_position"], peace["attributed_position"]) == ("accepts", "rejects")
    assert (peace["own_day"], peace["attributed_day"]) == (day(10), day(12))
    assert (peace["own_statement_ids"], peace["attributed_statement_ids"]) == ("s1", "s3")
    # what Anna says of Clara, of the same state, is the state's own word, and its latest on the truce
    assert gap.loc[("olga", "truce"), "own_statement_ids"] == "s7"
    assert gap["own_position"].isna().tolist() == [True, False, False, False]


def test_a_gap_between_ids_as_coded():
    gap = attribution_gap(of="holder", tables=GAP)
    assert gap[["holder_id", "demand_id", "attribution"]].to_numpy().tolist() == [
        ["anna", "land", "adversary"],
        ["clara", "truce", "third_party"],
        ["russia", "peace", "adversary"],
        ["russia", "peace", "narrator"],
        ["russia", "truce", "adversary"],
    ]
    assert gap["agree"].tolist() == [pd.NA, pd.NA, False, True, pd.NA]
    assert attribution_gap("narrator", tables=GAP)["speaker_id"].tolist() == ["paper"]
    with pytest.raises(errors.UnknownNameError, match="adversary, third_party, narrator"):
        attribution_gap("self", tables=GAP)


CLAIMS = build(
    "s0 2025-08-01 anna anna peace accepts",
    reports="""
        capture  c1 2025-08-10 anna  asserts occurred
        capture  c2 2025-08-11 boris asserts occurred
        raid     r1 2025-08-10 olga  asserts occurred
        raid     r2 2025-08-11 anna  asserts occurred
        flood    f1 2025-08-10 paper asserts occurred
        summit   p1 2025-08-10 clara asserts proposed
        summit   p2 2025-08-11 anna  denies  scheduled
        talks    t1 2025-08-10 clara asserts proposed
        talks    t2 2025-08-12 clara asserts scheduled
        talks    t3 2025-08-11 anna  denies  proposed
        war      w1 2025-08-10 paper asserts ongoing
        war      w2 2025-08-09 anna  denies  occurred
        visit    v1 2025-08-10 clara asserts occurred
        lunch    l1 2025-08-10 clara asserts occurred
        coup     k1 2025-08-10 clara denies  occurred
    """,
    events="capture territorial_control\nraid strike\nwar invasion",
    parts="visit clara\nsummit clara\nraid anna",
    roles="anna russia - -\nboris russia - -\nolga ukraine - -",
)


def test_the_standing_of_claims():
    found = claims(tables=CLAIMS).set_index(["event_id", "as_status"])
    assert found["standing"].astype(str).to_dict() == {
        ("capture", "occurred"): "unconfirmed",  # two voices of one belligerent, which is party to any capture
        ("coup", "occurred"): "denied",  # that it is going on is neither asserted nor denied: it has no row
        ("flood", "occurred"): "uncontested",  # a narrator is no party to it
        ("lunch", "occurred"): "uncontested",  # nobody is known to be party to it
        ("raid", "occurred"): "uncontested",  # both belligerents say so
        ("summit", "proposed"): "unconfirmed",  # only Clara, who would take part; that it is scheduled is not said
        ("summit", "scheduled"): "denied",
        ("talks", "proposed"): "disputed",
        ("talks", "scheduled"): "disputed",  # to deny the proposal is to deny the appointment
        ("visit", "occurred"): "unconfirmed",
        ("war", "occurred"): "denied",
        ("war", "ongoing"): "disputed",  # what did not occur is not going on
    }
    talks = found.loc[("talks", "scheduled")]
    assert (talks["asserted_by"], talks["denied_by"], talks["denying_parties"]) == ("clara", "anna", "russia")
    assert (talks["first_said"], talks["last_said"]) == (day(11), day(12))
    assert (talks["asserting_statement_ids"], talks["denying_statement_ids"]) == ("t2", "t3")
    assert found.loc[("raid", "occurred"), "asserting_parties"] == "russia;ukraine"
    assert pd.isna(found.loc[("summit", "scheduled"), "asserted_by"])


def test_who_is_spoken_for_vouches():
    table = {**CLAIMS, "statements": CLAIMS["statements"].copy()}
    flood = table["statements"]["statement_id"] == "f1"
    table["statements"].loc[flood, "on_behalf_of_id"] = "clara"
    table["event_actors"] = frame("event_actors", [{"event_id": "flood", "actor_id": "clara"}])
    row = claims(tables=table).set_index("event_id").loc["flood"]
    assert (row["standing"], row["asserted_by"], row["asserting_parties"]) == ("unconfirmed", "paper", "clara")


DAYS = ["2025-08-14", "2025-08-22"]
TABLES = list(schema.package().tables)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("known_on", DAYS)
def test_own_tables_know_on_a_day_what_the_loaders_know(name, known_on):
    own = inputs.table(name, known_on, loaders.load_all())
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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="holder_id"), "no column 'holder_id'"),
        (lambda t: t.assign(position="hopes"), "no value of stances.position 'hopes'"),
        (lambda t: pd.concat([t, t]), "two rows with the key"),
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


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda f: f.__name__)
def test_what_ships_is_analysed_with_the_columns_that_are_documented(analysis):
    found = analysis()
    assert len(found) > 0
    for column in found.columns:
        assert column in analysis.__doc__
    pd.testing.assert_frame_equal(found, analysis(tables=loaders.load_all()))
    nothing = analysis(as_of="2000-01-01")
    assert len(nothing) == 0
    assert nothing.dtypes.to_dict() == found.dtypes.to_dict()


def test_positions_of_what_ships_agree_with_each_other():
    found = positions(None)
    assert not found.duplicated(["holder_id", "demand_id", "attribution"]).any()
    assert (found["statement_ids"].str.split(";").str.len() == found["n_statements"]).all()
    assert (found["since"].isna() | (found["since"] <= found["last_said"])).all()
    assert (
        found["condition"].notna() | found["condition_demand_id"].notna() | (found["position"] != "conditional")
    ).all()
    known = loaders.load("stances").groupby(["holder_id", "demand_id", "attribution"], observed=True)["statement_id"]
    assert known.nunique().tolist() == found["n_statements"].tolist()


@pytest.mark.parametrize(("rows", "unit"), list(zip(AXES, UNITS, strict=True)))
def test_matrices_of_what_ships_add_up(rows, unit):
    columns = "issue" if rows == "demand" else "demand"
    made = {v: stance_matrix(rows, columns, None, unit, v) for v in VALUES}
    assert made["count"].to_numpy().sum() > 0
    assert ((made["for"] - made["against"]) == made["net"].fillna(0)).to_numpy().all()
    assert (made["count"] <= made["for"] + made["open"] + made["against"]).to_numpy().all()
    assert (made["net"].isna() == (made["count"] == 0)).to_numpy().all()
