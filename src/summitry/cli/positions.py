"""`summitry positions`: the latest positions, and by which statements."""

from __future__ import annotations

import argparse

from summitry.cli import frames, show
from summitry.cli.options import completed_from, one_of
from summitry.dataset import names

IMPORTANT = ("actor_id", "direction", "demand_id", "direction_since", "last_said", "position", "n_statements", "mixed")
# option → what it keeps, and the column with the values that it takes, for completion; each may be repeated
CHOSEN = {
    "party": ("actors of this party", "actors", "actor_id"),
    "holder": ("positions of this actor, as coded", "actors", "actor_id"),
    "speaker": ("what this actor says", "actors", "actor_id"),
    "demand": ("positions on this demand", "demands", "demand_id"),
    "issue": ("positions on demands of this issue", "demands", "issue"),
    "addressee": ("positions on demands on which this actor would have to act", "demands", "addressee_id"),
}
# option that takes an id → its table; a name of one row only will do, too
NAMED = dict.fromkeys(("party", "holder", "speaker", "addressee"), "actors") | {"demand": "demands"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    for name, (what, *column) in CHOSEN.items():
        option = parser.add_argument(f"--{name}", action="append", metavar="ID", help=f"only {what}; may be repeated")
        completed_from(option, *column)
    whose = "whose positions: of the party, of the holder as coded, or of the speaker (default: party)"
    one_of(parser, "--by", ("party", "holder", "speaker"), noun="kind of actor", default="party", help=whose)
    who = "who says so: self, adversary, third_party or narrator; may be repeated (default: self)"
    parser.add_argument("--attribution", action="append", metavar="WHO", help=who)
    parser.add_argument("--since", metavar="DAY", help="only what was said on this day or later")
    parser.add_argument("--until", metavar="DAY", help="only what was said by this day")
    parser.add_argument("--as-of", metavar="DAY", help="only what was published by this day, such as 2025-08-20")
    show.add_rows(parser)
    frames.add_format(parser)
    parser.epilog = "You may give a name instead of an ID, if only one row has it. To find one: summitry search NAME."


def run(arguments: argparse.Namespace) -> int:
    """Print the latest position of each actor on each demand."""
    from summitry.analysis.positions import positions

    most = show.limit(arguments)
    options = {name: getattr(arguments, name) for name in ("since", "until", "as_of")}
    for name in CHOSEN:
        given, table = getattr(arguments, name), NAMED.get(name)
        options[name] = given and [(table and names.meant(text, table, surely=True)) or text for text in given]
    found = positions(arguments.attribution or "self", by=arguments.by, **options)
    frames.write(found, arguments.format, IMPORTANT, most)
    return 0
