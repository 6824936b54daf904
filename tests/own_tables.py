"""Small tables written as text, for analyses that are worked out by hand."""

from __future__ import annotations

import pandas as pd

from summitry import schema
from summitry.analysis import inputs
from summitry.dataset import storage

BELLIGERENTS = ("russia", "ukraine")


def lines(text):
    """The cells of each line; `-` is an empty cell."""
    return [[None if cell == "-" else cell for cell in line.split()] for line in text.strip().splitlines()]


def frame(name, rows, **always):
    """A table of a schema from some of its columns; what is required and not given has some value."""
    table = schema.package().table(name)
    fill = {f.name: f.enum[0] if f.enum else "nothing" for f in table.fields if table.required(f)}
    if name == "sources":
        fill["published_on"] = "2025-08-31"
    if name == "actors":
        fill["belligerent"] = False
    made = pd.DataFrame([{**fill, **always, **row} for row in rows], columns=table.names, dtype="object")
    dates = [f.name for f in table.fields if f.type == "date"]
    return inputs.typed(made.assign(**{d: pd.to_datetime(made[d]) for d in dates}), name)


def arrow(table, rows):
    """Rows as Arrow with the types of a table, which `from_pylist` does not take everywhere; other cells are empty."""
    whole = [storage.as_text({**dict.fromkeys(table.names), **row}) for row in rows]
    return storage.read_csv_arrow(storage.csv_bytes(whole, table), table)


def day_range(cell):
    """`2025-08-01..2025-08-03`, `2025-08-01..`, one day, or None for a statement without a date."""
    first, _, last = (cell or "..").partition("..")
    return {"said_from": first or None, "said_to": (last if ".." in (cell or "..") else first) or None}


def build(  # noqa: PLR0913 - each is a table
    said,
    *,
    sources="",
    part_of="",
    roles="",
    reports="",
    events="",
    parts="",
    demands="",
    relations="",
    wholes="",
    groups="",
    complete="",
):
    """All tables from lines.

    Args:
        said: statement, day, speaker, holder, demand, position, attribution; a line a stance.
        sources: statement and a source that reports it; a statement that is not there has one of its own.
        part_of: actor and what it is part of.
        roles: person, organization, first day, last day.
        reports: event, statement, day, speaker, verdict, as_status.
        events: event, kind.
        parts: event, actor.
        demands: demand, issue; others are of the issue territory.
        relations: demand, relation, other demand.
        wholes: demand and the demand that it is a part of.
        groups: group and member.
        complete: the groups whose members are all listed, in one line.
    """
    stances, reported = lines(said), lines(reports)
    statements = {s: (day, speaker) for s, day, speaker, *_ in stances} | {s: (d, p) for _, s, d, p, *_ in reported}
    reporting = lines(sources)
    reporting += [[s, f"page-of-{s}"] for s in statements if s not in {r[0] for r in reporting}]
    bodies, offices, involved = dict(lines(part_of)), lines(roles), lines(parts)
    related, forms, members = lines(relations), dict(lines(wholes)), lines(groups)
    people = [a for row in stances for a in row[2:4]] + [p for _, p in statements.values()] + [r[0] for r in offices]
    people += [
        *bodies,
        *bodies.values(),
        *(a for pair in members for a in pair),
        *(r[1] for r in offices),
        *(a for _, a in involved),
        *BELLIGERENTS,
    ]
    issues = dict(lines(demands))
    happened = {e: "meeting" for e, *_ in reported} | dict(lines(events))
    return {
        "statements": frame(
            "statements",
            [
                {"statement_id": s, "speaker_id": speaker, "summary": f"What is said in {s}.", **day_range(day)}
                for s, (day, speaker) in statements.items()
            ],
        ),
        "stances": frame(
            "stances",
            [
                {
                    "stance_id": f"{s}-s{i}",
                    "statement_id": s,
                    "mention_id": f"{s}-m0",
                    "holder_id": holder,
                    "demand_id": demand,
                    "position": position,
                    "attribution": rest[0] if rest else "self",
                    "condition": f"condition {s}" if position == "conditional" else None,
                }
                for i, (s, _, _, holder, demand, position, *rest) in enumerate(stances)
            ],
        ),
        "mentions": frame(
            "mentions",
            [
                {"mention_id": f"{s}-m{[r[0] for r in reporting[:i]].count(s)}", "statement_id": s, "source_id": source}
                for i, (s, source) in enumerate(reporting)
            ],
        ),
        "sources": frame("sources", [{"source_id": s} for s in dict.fromkeys(r[1] for r in reporting)]),
        "actors": frame(
            "actors",
            [
                {
                    "actor_id": a,
                    "name": a.title(),
                    "part_of_id": bodies.get(a),
                    "belligerent": a in BELLIGERENTS,
                    "members_complete": a in complete.split() if a in {g for g, _ in members} else None,
                }
                for a in dict.fromkeys(people)
            ],
        ),
        "roles": frame(
            "roles",
            [
                {"role_id": f"{p}-{i}", "person_id": p, "organization_id": o, "valid_from": first, "valid_to": last}
                for i, (p, o, first, last) in enumerate(offices)
            ],
        ),
        "demands": frame(
            "demands",
            [
                {"demand_id": d, "label": d.title(), "issue": issues.get(d, "territory"), "part_of_id": forms.get(d)}
                for d in dict.fromkeys(
                    [
                        *(row[4] for row in stances),
                        *issues,
                        *forms,
                        *forms.values(),
                        *(d for row in related for d in (row[0], row[2])),
                    ]
                )
            ],
        ),
        "demand_relations": frame(
            "demand_relations",
            [{"demand_id": one, "relation": relation, "other_id": other} for one, relation, other in related],
        ),
        "group_members": frame("group_members", [{"group_id": g, "member_id": m} for g, m in members]),
        "events": frame("events", [{"event_id": e, "name": e.title(), "kind": k} for e, k in happened.items()]),
        "event_reports": frame(
            "event_reports",
            [
                {"event_id": e, "statement_id": s, "mention_id": f"{s}-m0", "verdict": verdict, "as_status": status}
                for e, s, _, _, verdict, status in reported
            ],
        ),
        "event_actors": frame("event_actors", [{"event_id": e, "actor_id": a} for e, a in involved]),
    }


def only(found):
    """The one row of a frame."""
    assert len(found) == 1
    return found.iloc[0]


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

# How often each actor is for (+) and against (-) the demands p and q:
#
#          p+  p-  q+  q-   activity a
#     a     2   0   0   1   3
#     b     1   1   0   2   4
#     c     0   3   0   0   3
#
# What d leaves open, and what c says of a, take no part.
SAID = build("""
    a1 2025-08-11 a a p accepts
    a2 2025-08-11 a a p demands
    a3 2025-08-12 a a q rejects
    b1 2025-08-11 b b p accepts
    b2 2025-08-11 b b p rejects
    b3 2025-08-11 b b q rejects
    b4 2025-08-11 b b q rejects
    c1 2025-08-11 c c p rejects
    c2 2025-08-12 c c p rejects
    c3 2025-08-19 c c p rejects
    d1 2025-08-11 d d p conditional
    d2 2025-08-11 d d q noncommittal
    c4 2025-08-11 c a p rejects third_party
""")
