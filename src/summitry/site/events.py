"""Events and places: a page for each."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING, Any

from summitry.site import paging
from summitry.site.records import grouped
from summitry.words import month

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summitry.site.records import Records, Row
    from summitry.site.rendering import Site

PAGE = 200  # events of a page, or those of one month if there are more
MARKED = 16  # events on the first page


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Return the pages by path."""
    claims = grouped(site.findings.claims, "event_id")
    for name, event in site.records.events.items():
        path = f"events/{name}.html"
        said = {"claims": claims[name], "reports": _by_day(event["reports"])}
        roles = site.by_role("event_actors", event["actors"])
        yield path, site.page("event", path, e=event, roles=roles, **said)
    for name, place in site.records.places.items():
        path = f"places/{name}.html"
        yield path, site.page("place", path, p=place)
    listed = paging.paged("events", _months(site.records), PAGE)
    for path, months in listed:
        yield path, site.page("events", path, months=months, listed=listed)


def _by_day(reports: Sequence[Row]) -> list[tuple[dt.date | None, list[Row]]]:
    """Return what asserts or denies an event by the day on which it was said, the undated last."""
    in_time = sorted(reports, key=lambda r: r["statement"]["day"] or dt.date.max)
    return [(day, list(group)) for day, group in groupby(in_time, key=lambda r: r["statement"]["day"])]


def _month(event: Row) -> str:
    start: dt.date | None = event["start_on"]
    if not start:
        return "Without a day"
    return f"{start:%Y}" if event["date_precision"] == "year" else month(start)


def _months(records: Records) -> list[tuple[str, list[Row]]]:
    return [(month, list(group)) for month, group in groupby(records.events.values(), key=_month)]


def main(site: Site) -> list[Row]:
    """Return the events of which most actors speak, or at which they do, in order of time; for the first page."""
    speech = site.package.table("events")["kind"].group("speech")  # the occasion of statements, and no more
    days = set(site.records.days)

    def weight(event: Row) -> tuple[Any, ...]:
        statements = [*(report["statement"] for report in event["reports"]), *event["statements"]]
        speakers = {statement["speaker_id"] for statement in statements}
        return -len(speakers), -len(statements), event["event_id"]

    events = [
        e
        for e in site.records.events.values()
        if e["kind"] not in speech and e["start_on"] in days and e["date_precision"] == "day"
    ]
    weightiest = {e["event_id"] for e in sorted(events, key=weight)[:MARKED]}
    return [e for e in events if e["event_id"] in weightiest]
