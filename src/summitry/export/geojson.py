"""GeoJSON: the events on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.export.tables import to_json

if TYPE_CHECKING:
    from summitry.export.tables import Row, Tables


def content(tables: Tables) -> bytes:
    """Return a FeatureCollection (RFC 7946) with a Point for each event whose place has coordinates.

    Coordinates are longitude, latitude in WGS 84. A place without coordinates of its own takes those of the nearest
    larger place that has some; `coordinates_from` names the place they are of and `coordinate_precision` says how
    exact they are, so that nobody takes a country's point for a spot. Further properties: the columns of events, the
    place's name and kind, and one text a role with the names of those who have it. Events without any coordinates
    are left out; the member `description` counts them.
    """
    found = (_feature(event, tables) for event in tables.rows["events"])
    features = [feature for feature in found if feature]
    total = len(tables.rows["events"])
    about: dict[str, str] = {
        k: tables.about[k] for k in ("version", "citation", "licence", "as_of") if k in tables.about
    }
    whole = {
        "type": "FeatureCollection",
        "name": f"{tables.package.name} events",
        "description": f"{len(features)} of {total} events: those whose place, or a larger one around it, "
        "has coordinates in the dataset.",
        **about,
        "features": features,
    }
    return f"{to_json(whole, indent=1)}\n".encode()


def placed(location_id: str | None, tables: Tables) -> Row | None:
    """Return the place, or the nearest larger one, that has coordinates; None where there is none."""
    locations = tables.by_key["locations"]
    seen: set[str] = set()
    while location_id is not None and location_id not in seen:
        seen.add(location_id)
        place = locations[location_id]
        if place["latitude"] is not None and place["longitude"] is not None:
            return place
        location_id = place["part_of_id"]
    return None


def _parts(event_id: str, tables: Tables) -> dict[str, str | None]:
    """Return for each role who has it in an event, as one text: maps show texts, not lists."""
    rows = [row for row in tables.rows["event_actors"] if row["event_id"] == event_id]
    roles = tables.package.tables["event_actors"]["role"].enum
    names = {role: [tables.label("actors", r["actor_id"]) or "" for r in rows if r["role"] == role] for role in roles}
    return {role: "; ".join(names[role]) or None for role in roles}


def _feature(event: Row, tables: Tables) -> dict[str, Any] | None:
    point = placed(event["location_id"], tables)
    if point is None:
        return None
    place = tables.by_key["locations"][event["location_id"]]
    return {
        "type": "Feature",
        "id": event["event_id"],
        "geometry": {"type": "Point", "coordinates": [point["longitude"], point["latitude"]]},
        "properties": {
            **event,
            "location_name": place["name"],
            "location_kind": place["kind"],
            "coordinates_from": point["location_id"],
            "coordinate_precision": point["coordinate_precision"],
            **_parts(event["event_id"], tables),
        },
    }
