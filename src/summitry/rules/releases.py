"""Rule 17: an id that was released stays, or is withdrawn with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summitry.rules.model import Finding, Row, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summitry.rules.model import Dataset


def vanished(data: Dataset) -> Iterator[Finding]:
    """Find ids of the last release that are neither there nor withdrawn."""
    for table, released_id in sorted(data.released - data.withdrawn):
        if data.get(table, released_id) is None:
            row = Row({"released_id": released_id}, table, -1, -1)
            yield Finding(row, ("released_id",), f"the id {released_id}, which was released")


RULES = (
    Rule("vanished-id", 17, "error", "an id of the last release is gone",
         "Put the row back, or list it in data/withdrawn.csv with a reason.",
         "a statement of version 0.1 that 0.2 lacks", vanished),
)  # fmt: skip
