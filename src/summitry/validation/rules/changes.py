"""Rule 17 too: a released row keeps what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry import schema
from summitry.validation.rules.model import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.validation.rules.model import Dataset


def other_things(data: Dataset) -> Iterator[Finding]:
    """Find rows that, under a known key, become those of another speaker, actor or page."""
    for old, new in data.replaced:
        for f in schema.package().table(new.table).fields:
            if f.identifies and old.get(f.name) != new[f.name]:
                expected = f"{old.get(f.name) or 'an empty cell'}, as in the row that it replaces"
                yield Finding(new, (f.name,), expected)


RULES = (
    Rule(
        id="changed-identity",
        number=17,
        severity="warning",
        statement="a row with a known key becomes one of another speaker, actor, place or page",
        fix="Give the row a key of its own if it is about something else. If this corrects the row, leave it so.",
        example="another speaker in a statement that ships",
        find=other_things,
    ),
)
