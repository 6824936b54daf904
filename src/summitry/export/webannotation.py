"""W3C Web Annotation: each mention annotates the words of its source with the statement that they report.

The model: https://www.w3.org/TR/annotation-model/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summitry.export.tables import to_json

if TYPE_CHECKING:
    from summitry.export.tables import Row, Tables

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
# what the dataset adds to the terms of the model: columns of statements, and who speaks
TERMS = ("act", "issue", "said_from", "said_to", "date_basis")
WIKIDATA = "http://www.wikidata.org/entity/"
JOINT = " […] "  # between fragments of one quotation, as the schema of mentions says
LANGUAGE = "en"  # in which summaries are written


def urn(*parts: str) -> str:
    """Return a name for a thing of the dataset that has no address on the web."""
    return ":".join(("urn", "summitry", *parts))


def content(tables: Tables) -> bytes:
    """Return an AnnotationCollection whose only page has one Annotation for each mention.

    The first body is the statement: its summary, with act, issue, dates and speaker; two more tag it with act and
    issue for clients that show tags. The target is the source, by its address or, where we hold its text or it has
    no address, by a URN. Within it a TextPositionSelector gives the span (code points into the text that we hold),
    refined by a TextQuoteSelector with the quoted words: these are a part of the span, not another way to select it.
    A quotation in fragments gives one target for each fragment.
    """
    about = tables.about
    collection = urn("mentions", about["version"], *([about["as_of"]] if "as_of" in about else []))
    items = [_annotation(mention, tables) for mention in tables.rows["mentions"]]
    page = {
        "id": f"{collection}:page-1",
        "type": "AnnotationPage",
        "partOf": collection,
        "startIndex": 0,
        "items": items,
    }
    terms = {"terms": urn("terms") + ":", "speaker": {"@id": "terms:speaker", "@type": "@id"}}
    whole = {
        "@context": [CONTEXT, {**terms, **{name: f"terms:{name}" for name in TERMS}}],
        "id": collection,
        "type": "AnnotationCollection",
        "label": f"{about['title']}, version {about['version']}: mentions"
        + (f" known on {about['as_of']}" if "as_of" in about else ""),
        "creator": {"type": "Organization", "name": about["creator"]},
        "rights": about["licence"],
        "total": len(items),
        "first": page,
        "last": page["id"],
    }
    return f"{to_json(whole, indent=1)}\n".encode()


def _annotation(mention: Row, tables: Tables) -> dict[str, Any]:
    statement = tables.by_key["statements"][mention["statement_id"]]
    targets = _targets(mention, tables.by_key["sources"][mention["source_id"]])
    return {
        "id": urn("mention", mention["mention_id"]),
        "type": "Annotation",
        "motivation": "describing",
        "body": [_statement(statement, tables), *(_tag(statement[name]) for name in ("act", "issue"))],
        "target": targets if len(targets) > 1 else targets[0],
    }


def _statement(statement: Row, tables: Tables) -> dict[str, Any]:
    speaker = tables.by_key["actors"][statement["speaker_id"]]
    known = speaker["wikidata_id"]
    return {
        "id": urn("statement", statement["statement_id"]),
        "type": "TextualBody",
        "purpose": "describing",
        "value": statement["summary"],
        "format": "text/plain",
        "language": LANGUAGE,
        "speaker": {
            "id": f"{WIKIDATA}{known}" if known else urn("actor", speaker["actor_id"]),
            "type": "Person" if speaker["kind"] == "person" else "Organization",
            "name": speaker["name"],
        },
        **{name: statement[name] for name in TERMS if statement[name] is not None},
    }


def _tag(value: str) -> dict[str, str]:
    return {"type": "TextualBody", "purpose": "tagging", "value": value, "format": "text/plain"}


def _source(source: Row) -> dict[str, Any]:
    """Describe a source: positions count in the text that we hold, so such a text has a name of its own."""
    about = {"type": "Text", "language": source["language"]}
    if source["text_path"]:
        about_text = {"id": urn("text", source["source_id"]), **about, "format": "text/plain"}
        return {**about_text, "via": source["url"]} if source["url"] else about_text
    return {"id": source["url"] or urn("source", source["source_id"]), **about}


def _targets(mention: Row, source: Row) -> list[dict[str, Any]]:
    quotes: list[dict[str, Any]] = [
        {"type": "TextQuoteSelector", "exact": words} for words in (mention["quote"] or "").split(JOINT) if words
    ]
    selectors: list[dict[str, Any]] = quotes
    if mention["span_start"] is not None:
        span = {"type": "TextPositionSelector", "start": mention["span_start"], "end": mention["span_end"]}
        selectors = [{**span, "refinedBy": quote} for quote in quotes] or [span]
    target = {"type": "SpecificResource", "source": _source(source)}
    return [{**target, "selector": selector} for selector in selectors] or [target]
