"""The pages of the site, made from rows. They need no server, fetch nothing from elsewhere, and work without script."""

from __future__ import annotations

from importlib import resources as package_data
from itertools import chain
from typing import TYPE_CHECKING, Any

from summitry import templating
from summitry.publish.metadata import parts, schemaorg
from summitry.site import (
    actors,
    demands,
    documents,
    events,
    gallery,
    guide,
    home,
    names,
    rendering,
    sources,
    statements,
    tables,
)
from summitry.site.records import FOLDERS, add_last_stated, collect, counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from summitry.schema import Package
    from summitry.site.findings import Findings
    from summitry.site.records import Records, Rows
    from summitry.site.rendering import Site

GUIDE, PICTURES = "guide/index.html", "pictures.html"  # pages that need what may not be given


def pages(
    rows: Rows,
    package: Package,
    resources: Sequence[Mapping[str, Any]],
    findings: Findings,
    *,
    base_url: str | None = None,
    pictures: Iterable[gallery.Drawn] | None = None,
    guide_files: Mapping[str, bytes] | None = None,
) -> Iterator[tuple[str, str]]:
    """Return every page, and every script with data, with its path.

    Args:
        rows: the rows of every table of the package; an empty cell is None, a day a date.
        package: the schemas.
        resources: the descriptor's resources: path, format, size, hash, rowCount.
        findings: what the analyses say of these rows.
        base_url: where the folder of this version is published; None where that is not known.
        pictures: the pictures, drawn; they are taken after most pages are made. None for a site without.
        guide_files: the files of the guide by path.

    Raises:
        MissingExtraError: when jinja2 or markdown-it-py is not installed.
        InputError: for an id that cannot be a page's address, or a base URL that is not absolute.
    """
    guide_pages = guide.rendered(guide_files or {})
    absent = {path for path, there in ((GUIDE, guide_pages), (PICTURES, pictures is not None)) if not there}
    site = _site(collect(rows), package, resources, findings, absent)
    statements.draw_parts(site)
    described = schemaorg.script(schemaorg.document(package, resources, base_url, ""))
    return chain(
        home.pages(site, described, base_url),
        statements.pages(site),
        actors.pages(site),
        demands.pages(site),
        events.pages(site),
        documents.pages(site),
        sources.pages(site),
        tables.pages(site, rows, [page.path for page in guide_pages]),
        guide.written(site, guide_pages),
        _withdrawn(site),
        [
            ("search/statements.js", statements.data(site)),
            ("search/names.js", names.script(site, guide.entries(guide_pages))),
        ],
        gallery.pages(site, pictures) if pictures is not None else (),
    )


def _site(
    records: Records,
    package: Package,
    resources: Sequence[Mapping[str, Any]],
    findings: Findings,
    absent: Collection[str],
) -> Site:
    shared = {
        "package": package,
        "records": records,
        "files": parts.files(resources),
        "size_of": parts.size,
        "sha256_of": parts.sha256,
        "states": {
            a["country_code"]: i for i, a in records.actors.items() if a["kind"] == "state" and a["country_code"]
        },
        "navigation": [entry for entry in rendering.NAVIGATION if entry[0] not in absent],
    }
    env = rendering.environment(rendering.labels(package), shared)
    of_parties = counted(findings.stances, records)
    add_last_stated(findings.positions, of_parties)
    return rendering.Site(package, records, findings, of_parties, env)


def _withdrawn(site: Site) -> Iterator[tuple[str, str]]:
    """Return a page at the address of each row that is no longer there; it leads to what replaces the row."""
    for w in site.records.withdrawn:
        folder = FOLDERS.get(w["table_name"])
        if folder and w["id"] not in site.records.by_id[w["table_name"]]:
            known = w["replaced_by"] in site.records.by_id[w["table_name"]]
            path = f"{folder}/{w['id']}.html"
            yield path, site.page("withdrawn", path, w=w, successor=f"{w['replaced_by']}.html" if known else None)


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
    env = templating.environment("summitry.site", "site")
    return env.get_template("root.html").render(folder=folder, versions=versions)
