"""The templates with their filters, and what every page of a site shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from summitry import schema, templating, words
from summitry.dataset import expansion
from summitry.site import paging, strips
from summitry.site.records import FOLDERS
from summitry.words import day_text, month, short_day, web_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jinja2 import Environment
    from markupsafe import Markup

    from summitry.schema import Package, Table
    from summitry.site.findings import Findings
    from summitry.site.records import Records, Row

_END_OF_SECTION = re.compile(r"[/_.]")  # in an address such as sources/a.html or sources_2.html
_CODE = re.compile(r"`([^`]+)`")
NAVIGATION = (
    ("index.html", "Home"),
    ("statements.html", "Statements"),
    ("actors.html", "Actors"),
    ("demands.html", "Demands"),
    ("events.html", "Events"),
    ("sources.html", "Sources"),
    ("pictures.html", "Pictures"),
    ("data.html", "Data"),
    ("guide/index.html", "Guide"),
    ("codebook/index.html", "Codebook"),
    ("cite.html", "Cite"),
)
_IN_MENU = frozenset(path for path, _ in NAVIGATION)
_SECTIONS = {
    **{path.partition("/")[0].removesuffix(".html"): path for path in _IN_MENU},
    # pages and folders without an entry of their own
    "days": "statements.html",
    "outlets": "actors.html",
    "places": "events.html",
    "documents": "events.html",
    "tables": "data.html",
}


@dataclass(frozen=True)
class Site:
    """What the pages are made of.

    Attributes:
        package: the schemas.
        records: the rows.
        findings: what the analyses say.
        counted: by demand and party, the stances that count for the party, in order of time; each with its
            `statement`, its `mention` and its `direction`.
        env: the templates.
    """

    package: Package
    records: Records
    findings: Findings
    counted: Mapping[str, Mapping[str, Sequence[Row]]]
    env: Environment

    def page(self, template: str, path: str, **given: Any) -> str:
        """Return the page at a path of the site.

        Args:
            template: the name of the template, without .html.
            path: where the page will be; its links start from there.
            given: variables of the template.
        """
        root = "../" * path.count("/")
        return self.env.get_template(f"{template}.html").render(root=root, here=path, **given)

    def by_role(self, table: str, actors: Sequence[Row]) -> list[tuple[str, list[Row]]]:
        """Return rows of a table of actors by their role, in the order of the schema; no role without an actor."""
        roles = self.package.table(table)["role"].enum
        found = [(role, [actor for actor in actors if actor["role"] == role]) for role in roles]
        return [(role, acting) for role, acting in found if acting]


def _prose(text: str) -> Markup:
    """Return a text of the schemas as HTML; backticks mark values."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped first


def tenure(role: Row) -> str:
    """Return the days of an office in words, with what goes before them.

    Example:
        >>> import datetime as dt
        >>> tenure({"valid_from": dt.date(2004, 3, 9), "valid_to": None})
        ', since 9 March 2004'
    """
    first, last = role["valid_from"], role["valid_to"]
    if first and last:
        return f", from {day_text(first)} to {day_text(last)}"
    return f", since {day_text(first)}" if first else f", until {day_text(last)}" if last else ""


def when(event: Row) -> str:
    """Return the days of an event in words, as precisely as they are known."""
    first, last, precision = event["start_on"], event["end_on"], event["date_precision"]
    if not first:
        return day_text(last)
    if precision in ("month", "year"):
        return month(first) if precision == "month" else f"{first:%Y}"
    return day_text(first) if last in (None, first) else f"{day_text(first)} to {day_text(last)}"


def labels(package: Package) -> dict[str, str]:
    """Return the label of each value of each enumeration, by "column.value"."""
    fields = [f for table in package.tables.values() for f in table.fields]
    return {f"{f.name}.{c.value}": c.label for f in fields for c in f.categories}


def environment(called: Mapping[str, str], shared: Mapping[str, Any]) -> Environment:
    """Return the templates with their filters.

    Args:
        called: the label of each value of an enumeration, by "column.value".
        shared: variables of every template; the filters that make links take `records` from them.

    Raises:
        MissingExtraError: when jinja2 is not installed.
    """
    env = templating.environment("summitry.site", "site")
    from markupsafe import Markup

    env.auto_reload = False  # no template changes while the pages are made
    env.filters |= {
        "web": web_address,
        "in_words": day_text,
        "short_day": short_day,
        "when": when,
        "by_month": paging.by_month,
        "tenure": tenure,
        "file_size": words.size,
        "counted": words.counted,
        "prose": _prose,
        "decimals": lambda number: f"{number:.2f}",
        "label": lambda value, column: called.get(f"{column}.{value}", str(value)),
        # these are made of numbers and escaped texts
        **{name: _marked(Markup, drawing) for name, drawing in strips.DRAWINGS.items()},
        **_links(shared["records"]),
    }
    env.globals |= {"positions": schema.package().table("stances")["position"].enum, **shared}
    env.globals["m"] = env.get_template("macros.html").module
    env.globals["frame"] = _frames(env)
    return env


def _links(records: Records) -> dict[str, Callable[..., Markup]]:
    """Return the filters that make links to the pages of rows, by the key of their table; each link is made once.

    Most pages that have them are in a folder, so they start with ../ unless a root is given.
    """
    from markupsafe import Markup, escape

    def to(folder: str, named: Callable[[Any], tuple[str, str]]) -> Callable[..., Markup]:
        @cache
        def link(id_: Any, root: str = "../", part: str = "") -> Markup:
            (name, language), place = named(id_), f"#{part}" if part else ""
            more = f' lang="{escape(language)}"' if language else ""
            address = f"{root}{folder}/{id_ or 'undated'}.html{place}"
            return Markup(f'<a href="{address}"{more}>{escape(name)}</a>')  # noqa: S704 - ids are parts of addresses

        return link

    def label(table: Table) -> Callable[[str], tuple[str, str]]:
        rows, column = records.by_id[table.name], str(expansion.label_column(table))
        return lambda id_: (rows[id_].get("heading") or rows[id_][column], rows[id_].get("heading_language", ""))

    tables = [(schema.package().table(name), folder) for name, folder in FOLDERS.items()]
    days = to("days", lambda day: (day_text(day), ""))
    return {"day": days, **{table.primary_key[0]: to(folder, label(table)) for table, folder in tables}}


def _frames(env: Environment) -> Callable[[str, str], Any]:
    """Return what gives the frame of a page, from its root and its path; pages with the same one share it."""
    frame = env.get_template("frame.html")
    made = cache(lambda *given: frame.make_module(dict(zip(("root", "current", "exact"), given, strict=True))))
    return lambda root, here: made(root, *_section(here))


def _section(here: str) -> tuple[str, bool]:
    """Return the page of the menu that is current on a page, and whether it is this one or one below."""
    return (here, True) if here in _IN_MENU else (_SECTIONS.get(_END_OF_SECTION.split(here)[0], ""), False)


def _marked(markup: type[Markup], drawing: Any) -> Any:
    return lambda *given: markup(drawing(*given))
