"""The pages of the site, made from rows. They need no server, fetch nothing from elsewhere, and work without script."""

from __future__ import annotations

from collections import Counter
from importlib import resources as package_data
from itertools import groupby
from typing import TYPE_CHECKING, Any

from summitry import schema
from summitry.publish.metadata import parts, schemaorg
from summitry.schema import words
from summitry.site import rendering
from summitry.site.records import Records, Row, Rows, collect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable

    from jinja2 import Environment

    from summitry.schema import Package, Table

BIAS = "Limitations: "  # what follows this in the description of the dataset gets a section of its own


def pages(
    rows: Rows,
    package: Package,
    resources: Sequence[Mapping[str, Any]],
    *,
    base_url: str | None = None,
    reliability: Sequence[Row] = (),
    coverage: Sequence[Row] = (),
    pictures: Sequence[Mapping[str, str]] = (),
) -> dict[str, str]:
    """Return every page by its path.

    Args:
        rows: the rows of every table of the package; an empty cell is None, a day a date.
        package: the schemas.
        resources: the descriptor's resources: path, format, size, hash, rowCount.
        base_url: where the folder of this version is published; None where that is not known.
        reliability: rows of `summitry.reliability()`; none where it cannot be computed.
        coverage: rows of `summitry.coverage()`.
        pictures: file, title and description of each picture.

    Raises:
        MissingExtraError: when jinja2 is not installed.
        InputError: for an id that cannot be a page's address, or a base URL that is not absolute.
    """
    records = collect(rows)
    downloads = parts.files(resources)
    shared = {
        "package": package,
        "records": records,
        "downloads": downloads,
        "speakers": set(records.speakers),
        "spoken": {s["speaker_id"] for s in records.statements},
        "size_of": parts.size,
        "sha256_of": parts.sha256,
        "pictures": pictures,
    }
    env = rendering.environment(_labels(package), shared)
    lead, _, bias = package.description.partition(BIAS)
    described = schemaorg.script(schemaorg.document(package, resources, base_url, ""))
    about: dict[str, Any] = {"lead": lead, "bias": bias, "described": described, "base_url": base_url}
    made = {
        "index.html": _page(env, "index", **about, reliability=reliability, coverage=coverage),
        "statements.html": _page(env, "statements", days=_by_day(records.statements)),
        "actors.html": _page(env, "actors", counts=_counts(records)),
        "demands.html": _page(env, "demands", issues=_by_issue(records, package)),
    }
    if pictures:
        made["pictures.html"] = _page(env, "pictures")
    return made | _actor_pages(env, records) | _demand_pages(env, records) | _table_pages(env, rows, package)


def _page(env: Environment, name: str, root: str = "", **given: Any) -> str:
    return env.get_template(f"{name}.html").render(root=root, here=name, **given)


def _labels(package: Package) -> dict[str, str]:
    """Return the label of each value of each enumeration, by "column.value"."""
    fields = [f for table in package.tables.values() for f in table.fields]
    return {f"{f.name}.{c.value}": c.label for f in fields for c in f.categories}


def _by_day(statements: Sequence[Row]) -> list[tuple[Any, list[Row]]]:
    return [(day, list(group)) for day, group in groupby(statements, key=lambda s: s["day"])]


def _counts(records: Records) -> dict[str, tuple[int, int]]:
    """Return for each actor the number of its statements, and of stances that name it as the holder."""
    statements = Counter(s["speaker_id"] for s in records.statements)
    stances = Counter(s["holder_id"] for s in records.stances)
    return {actor: (statements[actor], stances[actor]) for actor in records.speakers}


def _by_issue(records: Records, package: Package) -> list[tuple[str, list[Row]]]:
    """Return the demands of each issue, those with the most stances first."""
    stances = Counter(s["demand_id"] for s in records.stances)
    rows = [{**d, "n": stances[d["demand_id"]]} for d in records.demands.values()]
    rows.sort(key=lambda d: (-d["n"], d["label"]))
    groups = [(issue, [d for d in rows if d["issue"] == issue]) for issue in package.table("demands")["issue"].enum]
    return [(issue, group) for issue, group in groups if group]


def _tracks(stances: Sequence[Row], other: str) -> list[tuple[str, str, list[Row]]]:
    """Group stances by holder or demand (the column `other`) and by attribution; the largest groups come first."""
    tracks: dict[tuple[str, str], list[Row]] = {}
    for s in stances:
        tracks.setdefault((s[other], s["attribution"]), []).append(s)
    total = {name: sum(len(t) for (n, _), t in tracks.items() if n == name) for name, _ in tracks}
    attributions = schema.package().table("stances")["attribution"].enum
    ordered = sorted(tracks, key=lambda k: (-total[k[0]], k[0], attributions.index(k[1])))
    return [(name, attribution, tracks[name, attribution]) for name, attribution in ordered]


def _actor_pages(env: Environment, records: Records) -> dict[str, str]:
    return {f"actors/{actor}.html": _actor_page(env, records, actor) for actor in records.speakers}


def _actor_page(env: Environment, records: Records, actor: str) -> str:
    stances = [s for s in records.stances if s["holder_id"] == actor]
    statements = [s for s in records.statements if s["speaker_id"] == actor]
    return _page(
        env,
        "actor",
        "../",
        actor=records.actors[actor],
        stances=stances,
        tracks=_tracks(stances, "demand_id"),
        days=_by_day(statements),
        n_statements=len(statements),
    )


def _demand_pages(env: Environment, records: Records) -> dict[str, str]:
    return {f"demands/{name}.html": _demand_page(env, records, demand) for name, demand in records.demands.items()}


def _demand_page(env: Environment, records: Records, demand: Row) -> str:
    stances = [s for s in records.stances if s["demand_id"] == demand["demand_id"]]
    parts_of_it = [d for d in records.demands.values() if d["part_of_id"] == demand["demand_id"]]
    tracks = _tracks(stances, "holder_id")
    related = records.related.get(demand["demand_id"], {})
    return _page(
        env, "demand", "../", demand=demand, pieces=parts_of_it, related=related, stances=stances, tracks=tracks
    )


def _table_pages(env: Environment, rows: Rows, package: Package) -> dict[str, str]:
    return {f"tables/{t.name}.html": _table_page(env, rows[t.name], t) for t in package.tables.values()}


def _table_page(env: Environment, rows: Sequence[Row], table: Table) -> str:
    constraints = {f.name: words.constraints(table, f) for f in table.fields}
    return _page(env, "table", "../", table=table, rows=rows, constraints=constraints)


def static_files() -> dict[str, bytes]:
    """Return the style, the scripts and the grid, by their paths in the site."""
    return {
        f"static/{path}": content for path, content in _contents(package_data.files("summitry.site") / "static", "")
    }


def _contents(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        path = f"{prefix}{entry.name}"
        found += _contents(entry, f"{path}/") if entry.is_dir() else [(path, entry.read_bytes())]
    return found


def checksums(resources: Sequence[Mapping[str, Any]]) -> str:
    """Return the hashes of the tables as `sha256sum --check` reads them."""
    return "".join(f"{parts.sha256(r)}  {r['path']}\n" for r in sorted(resources, key=lambda r: str(r["path"])))


def opening(folder: str, versions: Sequence[str]) -> str:
    """Return the page at the root of the site: it links to the latest version and lists the others.

    Args:
        folder: where the latest version is.
        versions: the folders of all versions.
    """
    env = rendering.environment({}, {})
    return env.get_template("root.html").render(folder=folder, versions=versions)
