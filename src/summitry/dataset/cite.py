"""How to cite the dataset, in words and for reference managers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summitry import schema
from summitry.dataset.arguments import checked
from summitry.errors import choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from summitry.schema import Package

DOI = "https://doi.org/"
_FULL_DATE = len("2025-08-22")


@dataclass(frozen=True)
class Agent:
    """A person with a family name, or an organization without one."""

    name: str
    family_name: str = ""
    given_name: str = ""
    affiliation: str = ""

    @property
    def inverted(self) -> str:
        """The name with the family name first."""
        return f"{self.family_name}, {self.given_name}".rstrip(", ") if self.family_name else self.name

    @property
    def initialled(self) -> str:
        """The family name and the initials of the given names."""
        initials = " ".join(f"{name[0]}." for name in self.given_name.split())
        return f"{self.family_name}, {initials}".rstrip(", ") if self.family_name else self.name


def agents(package: Package, role: str) -> list[Agent]:
    """Return the contributors with a role, or all if nobody has it."""
    everybody = package.json["contributors"]
    chosen = [c for c in everybody if role in c.get("roles", ())] or everybody
    return [
        Agent(
            c.get("title") or f"{c.get('givenName', '')} {c['familyName']}".strip(),
            c.get("familyName", ""),
            c.get("givenName", ""),
            c.get("organization", ""),
        )
        for c in chosen
    ]


def doi(package: Package) -> str | None:
    """Return the DOI without its resolver, if the dataset's `id` is one."""
    identifier = str(package.json.get("id", ""))
    return identifier.removeprefix(DOI) if identifier.startswith(DOI) else None


def published(package: Package) -> str:
    """Return the day of publication, or the year if no day is given."""
    return str(package.json.get("created", package.json["year"]))[:_FULL_DATE]


def address(package: Package) -> str | None:
    """Return where the dataset is: its DOI as an address, else its page; None if neither is known."""
    found = doi(package)
    return f"{DOI}{found}" if found else package.json.get("homepage")


def creators(package: Package) -> str:
    """Return who made the dataset, joined by commas."""
    return ", ".join(c["title"] for c in package.json["contributors"])


def citation(package: Package) -> str:
    """Return how to cite a version of the dataset, in one line."""
    year, title = package.json["year"], package.title
    return f"{creators(package)} ({year}). {title} (version {package.version}) [Data set]."


def bibtex(package: Package) -> str:
    """Return the citation of a version as BibTeX."""
    names = (a.inverted if a.family_name else f"{{{a.name}}}" for a in agents(package, "creator"))
    entries = {
        "author": " and ".join(names),
        "title": f"{{{package.title}}}",
        "year": str(package.json["year"]),
        "version": package.version,
        "doi": doi(package),
        "url": address(package),
        "note": "Data set",
    }
    fields = ", ".join(f"{key} = {{{value}}}" for key, value in entries.items() if value)
    return f"@misc{{{package.name}, {fields}}}"


def apa(package: Package) -> str:
    """Return the citation of a version in the style of the American Psychological Association, 7th edition."""
    names = [a.initialled for a in agents(package, "creator")]
    authors = names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, & {names[-1]}"
    publisher = agents(package, "publisher")[0].name
    parts = [
        f"{authors.rstrip('.')}. ({package.json['year']}).",
        f"{package.title} (Version {package.version}) [Data set].",
        "" if publisher == authors else f"{publisher}.",
        address(package) or "",
    ]
    return " ".join(part for part in parts if part)


def ris(package: Package) -> str:
    """Return the citation of a version as RIS, which EndNote, Zotero and Mendeley read."""
    authors = [("AU", a.inverted) for a in agents(package, "creator")]
    entries = [
        ("TY", "DATA"),
        *authors,
        ("TI", package.title),
        ("PY", str(package.json["year"])),
        ("DA", published(package).replace("-", "/")),
        ("ET", package.version),
        ("PB", agents(package, "publisher")[0].name),
        ("DO", doi(package)),
        ("UR", address(package)),
    ]
    return "\n".join([*(f"{tag}  - {value}" for tag, value in entries if value), "ER  - "])


# what a caller may choose → how it is written
STYLES: dict[str, Callable[[Package], str]] = {"text": citation, "bibtex": bibtex, "apa": apa, "ris": ris}


@checked
def cite(style: str = "text") -> str:
    """Return how to cite this version of the dataset.

    Args:
        style: "text" (one line), "apa" (likewise, as the American Psychological Association asks), "bibtex", or "ris"
            (for EndNote, Zotero and Mendeley).

    Raises:
        UnknownNameError: for another style.

    Example:
        >>> from summitry import cite
        >>> cite().startswith("The summitry contributors")
        True
        >>> cite("bibtex").startswith("@misc{summitry")
        True
    """
    return STYLES[choice("style", style, list(STYLES))](schema.package())
