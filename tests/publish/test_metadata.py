"""Each document is valid by its own standard, offline, and the readers of the standard get our values from it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import warnings
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from summitry import schema
from summitry.dataset import storage
from summitry.dataset.loaders import load
from summitry.errors import InputError
from summitry.publish import descriptor, metadata
from summitry.publish.metadata import citation, croissant, parts, schemaorg

BASE = "https://example.org/small/v1/"
# rdflib complains of itself
OWN_WARNINGS = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
JSON_FILES = [
    "metadata/schemaorg.jsonld", "metadata/croissant.json", "metadata/dcat.jsonld", "metadata/csvw.json",
    "metadata/datacite.json", ".zenodo.json",
]  # fmt: skip
ID = {"type": "string", "constraints": {"required": True, "pattern": "[a-z0-9]+(-[a-z0-9]+)*"}}
ABOUT = {
    "name": "small",
    "title": "Small: places and sayings",
    "version": "1.2.3",
    "year": 2025,
    "created": "2025-09-01T00:00:00Z",
    "id": "https://doi.org/10.5555/small",
    "homepage": "https://example.org/small/",
    "temporal": {"start": "2025-08-08", "end": "2025-08-31"},
    "description": "Two tables, made up so that every type, an empty cell & an empty <table> are met on the way.",
    "keywords": ["places", "sayings: made up"],
    "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0"}],
    "contributors": [
        {"title": "Ada Example", "givenName": "Ada", "familyName": "Example", "organization": "Example University",
         "roles": ["creator"]},
        {"title": "The Example Press", "roles": ["publisher"]},
    ],
    "sources": [{"title": "Nowhere"}],
    "tables": ["sayings", "places", "votes"],
}  # fmt: skip
SCHEMAS = {
    "places": {
        "title": "Places",
        "description": "One row is a place.",
        "primaryKey": ["place_id"],
        "foreignKeys": [{"fields": ["part_of_id"], "reference": {"resource": "places", "fields": ["place_id"]}}],
        "fields": [
            {"name": "place_id", "title": "Place", **ID},
            {"name": "name", "type": "string", "constraints": {"required": True, "maxLength": 30}},
            {"name": "kind", "type": "string", "constraints": {"required": True, "enum": ["city", "region"]},
             "categories": [{"value": "city", "label": "City", "description": "People live there"},
                            {"value": "region", "label": "Region", "description": "Cities lie in it"}]},
            {"name": "part_of_id", "type": "string"},
            {"name": "country_code", "type": "string", "constraints": {"pattern": "[A-Z]{2}"}},
            {"name": "population", "type": "integer", "constraints": {"minimum": 0}},
            {"name": "latitude", "type": "number", "constraints": {"minimum": -90, "maximum": 90}},
            {"name": "capital", "type": "boolean"},
            {"name": "founded_on", "type": "date"},
        ],
    },
    "sayings": {
        "title": "Sayings",
        "description": "One row is a saying. They are made up.",
        "primaryKey": ["saying_id"],
        "foreignKeys": [{"fields": ["place_id"], "reference": {"resource": "places", "fields": ["place_id"]}}],
        "fields": [
            {"name": "saying_id", **ID},
            {"name": "place_id", "type": "string", "constraints": {"required": True}},
            {"name": "words", "type": "string", "constraints": {"required": True}},
            {"name": "tone", "type": "string", "constraints": {"enum": ["calm", "loud"]}},
        ],
    },
    "votes": {
        "title": "Votes",
        "description": "One row is a vote; nobody has voted.",
        "primaryKey": ["saying_id", "on"],
        "foreignKeys": [{"fields": ["saying_id"], "reference": {"resource": "sayings", "fields": ["saying_id"]}}],
        "fields": [{"name": "saying_id", **ID}, {"name": "on", "type": "date", "constraints": {"required": True}}],
    },
}  # fmt: skip
CSV = {
    "places": (
        "place_id,name,kind,part_of_id,country_code,population,latitude,capital,founded_on\n"
        "khomas,Khomas,region,,NA,,,,\n"
        "windhoek,Windhoek,city,khomas,NA,486169,-22.57,true,1890-10-18\n"
        "łódź,,,,,,,,\n"
    ).replace("łódź,,,,,,,,\n", "lodz,Łódź,city,,PL,0,51.77,false,1423-07-29\n"),
    "sayings": 'saying_id,place_id,words,tone\ns1,lodz,"He said ""no"", twice",calm\ns2,windhoek,null,\n',
    "votes": "saying_id,on\n",
}
ROWS = {
    "places": [
        ("khomas", "Khomas", "region", None, "NA", None, None, None, None),
        ("lodz", "Łódź", "city", None, "PL", 0, 51.77, False, dt.date(1423, 7, 29)),
        ("windhoek", "Windhoek", "city", "khomas", "NA", 486169, -22.57, True, dt.date(1890, 10, 18)),
    ],
    "sayings": [("s1", "lodz", 'He said "no", twice', "calm"), ("s2", "windhoek", "null", None)],
    "votes": [],
}


def needs(module):
    return pytest.importorskip(module, reason=f"needs {module}: pip install --group metadata")


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Whoever asks the network is refused; a validator that wants to look something up fails."""

    def refuse(*arguments):
        raise OSError(f"a test asked for {arguments[1]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_: refuse(None, host))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def small(folder):
    """Write the small dataset, whose values are in ROWS."""
    (folder / "schemas").mkdir()
    (folder / "data").mkdir()
    (folder / "schemas" / "package.json").write_text(json.dumps(ABOUT), "utf-8")
    for name, given_schema in SCHEMAS.items():
        fields = [{"title": f["name"], "description": f"The {f['name']}.", **f} for f in given_schema["fields"]]
        whole = {"name": name, **given_schema, "fields": fields}
        (folder / "schemas" / f"{name}.json").write_text(json.dumps(whole), "utf-8")
    package = schema.read_package(folder / "schemas")
    contents = {}
    for name, table in package.tables.items():
        text = storage.csv_bytes(storage.csv_rows(CSV[name].encode()), table)
        contents[name, "csv"] = text
        contents[name, "parquet"] = storage.parquet_bytes(storage.read_csv_arrow(text, table), table)
    for (name, suffix), content in contents.items():
        (folder / "data" / f"{name}.{suffix}").write_bytes(content)
    counts = {name: len(rows) for name, rows in ROWS.items()}
    (folder / "datapackage.json").write_bytes(descriptor.datapackage(package, contents, counts))
    (folder / "README.md").write_text("small", "utf-8")
    return package, ROWS


def shipped(folder):
    """Copy what ships; its values are what the loaders return."""
    for name in ("data", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("datapackage.json", "README.md"):
        shutil.copy(ROOT / name, folder / name)
    package = schema.read_package(folder / "schemas")
    return package, {name: list(zip(*map(plain, load(name).items()), strict=True)) for name in package.tables}


def plain(item):
    """Return a pandas column as Python values, a missing one as None and a day as a date."""
    _, column = item
    values = column.astype(object).where(column.notna(), None)
    return [day(v) for v in values]


def day(value):
    """Return a moment as its day: several readers have no type for days alone."""
    if not isinstance(value, dt.datetime):
        return value
    assert value.time() == dt.time.min
    return value.date()


@pytest.fixture(scope="module", params=[small, shipped], ids=lambda make: make.__name__)
def dataset(request, tmp_path_factory):
    """A dataset on disk with its metadata files: folder, package, resources, values, files."""
    folder = tmp_path_factory.mktemp(request.param.__name__)
    package, rows = request.param(folder)
    resources = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    files = metadata.files(package, resources)
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return SimpleNamespace(folder=folder, package=package, resources=resources, rows=rows, files=files)


@pytest.fixture
def known(tmp_path):
    """The small dataset and its files."""
    package, _ = small(tmp_path)
    resources = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))["resources"]
    return SimpleNamespace(folder=tmp_path, package=package, resources=resources)


def same(got, expected):
    """Say whether rows are equal, the types of their values too: 1, 1.0 and True are three things."""
    return [[(type(v), v) for v in row] for row in got] == [[(type(v), v) for v in row] for row in expected]


ADDRESSES = {"contentUrl", "dcat:downloadURL", "dcat:accessURL", "resource"}


def addresses(node):
    """Return every address of a file that a document names."""
    if isinstance(node, dict):
        for key, value in node.items():
            names_a_file = key in ADDRESSES or (key == "url" and "tableSchema" in node)
            yield from [value] if names_a_file and isinstance(value, str) else addresses(value)
    elif isinstance(node, list):
        for item in node:
            yield from addresses(item)


def test_hash_seed_and_time_change_nothing(tmp_path):
    code = (
        "import hashlib, json; from summitry import paths, schema; from summitry.publish import metadata;"
        "r = json.loads(paths.descriptor().read_text('utf-8'))['resources'];"
        "print(hashlib.sha256(repr(metadata.files(schema.package(), r)).encode()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=tmp_path,
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1


@pytest.mark.parametrize("path", JSON_FILES[:4])
def test_relative_addresses_lead_to_the_files(dataset, path):
    found = list(addresses(json.loads(dataset.files[path])))
    assert len(found) >= len(dataset.package.tables)
    for address in found:
        assert "://" not in address
        assert (dataset.folder / path).parent.joinpath(address).is_file(), address


@pytest.mark.parametrize("path", JSON_FILES[:4])
def test_addresses_are_absolute_where_the_base_is_known(known, path):
    document = json.loads(metadata.files(known.package, known.resources, BASE)[path])
    found = list(addresses(document))
    assert found
    assert all((known.folder / address.removeprefix(BASE)).is_file() for address in found)


def test_no_address_is_made_up(dataset):
    """Without a base URL, a document names what package.json names, the licence and the standards; nothing else."""
    own = {"https://example.org/small/", "https://doi.org/10.5555/small"} if dataset.package.name == "small" else set()
    for path in ("CITATION.cff", "metadata/huggingface/README.md", ".zenodo.json", "metadata/datacite.json"):
        text = dataset.files[path].decode()
        urls = {w.strip('",)<>.{}') for w in text.replace("(", " ").replace("[", " ").split() if "://" in w}
        allowed = {"https://creativecommons.org/licenses/by/4.0/", "https://spdx.org/licenses/"}
        assert urls - own <= allowed | {"http://datacite.org/schema/kernel-4"}, path


@pytest.mark.parametrize("base", ["example.org/small", "/small", ""])
def test_a_base_that_is_not_absolute_is_refused(known, base):
    with pytest.raises(InputError, match="not absolute"):
        metadata.files(known.package, known.resources, base)


# PyYAML writes a next line (U+0085) as it is and reads it as a space; the schemas have no control characters
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
SCALARS = TEXT | st.integers() | st.booleans() | st.sampled_from(["no", "1.2.3", "1.2", "a: b", "- a", "# a"])
KEYS = st.from_regex(r"x[a-z]{1,5}", fullmatch=True)
MAPPINGS = st.dictionaries(KEYS, SCALARS | st.lists(SCALARS | st.dictionaries(KEYS, SCALARS, min_size=1)), min_size=1)


@given(MAPPINGS)
def test_yaml_is_read_as_it_was_meant(mapping):
    assert yaml.safe_load(parts.to_yaml(mapping)) == mapping


def test_long_texts_are_folded_and_read_as_one_line():
    text = "a # b: - " * 30 + "end"
    folded = parts.to_yaml({"abstract": text, "after": "x"})
    assert max(map(len, folded.splitlines())) <= parts.YAML_WIDTH + len("'")
    assert yaml.safe_load(folded) == {"abstract": text, "after": "x"}


# --- schema.org ------------------------------------------------------------------------------------------------


def nodes(node):
    """Return every typed object of a document."""
    if isinstance(node, list):
        for item in node:
            yield from nodes(item)
    elif isinstance(node, dict):
        if "@type" in node and "@value" not in node:
            yield node
        for value in node.values():
            yield from nodes(value)


def test_search_engines_find_what_they_ask_for(dataset):
    found = json.loads(dataset.files["metadata/schemaorg.jsonld"])
    for node in [found, *found["hasPart"]]:
        assert node["@type"] == "Dataset"
        assert node["name"]
        assert node["license"].startswith("https://")
        assert all(c["name"] for c in node["creator"])
        assert {d["encodingFormat"] for d in node["distribution"]} == set(descriptor.MEDIA_TYPES.values())
        assert all(len(d["sha256"]) == 64 and d["contentUrl"] for d in node["distribution"])
    assert 50 <= len(found["description"]) <= schemaorg.LONGEST_DESCRIPTION
    assert {"keywords", "version", "datePublished", "publisher", "isAccessibleForFree", "isBasedOn"} <= set(found)
    columns = {p["name"]: [v["name"] for v in p["variableMeasured"]] for p in found["hasPart"]}
    assert columns == {t.title: t.names for t in dataset.package.tables.values()}


def test_what_is_known_of_the_small_dataset_is_said(known):
    found = schemaorg.document(known.package, known.resources, BASE, "metadata")
    assert found["url"] == "https://example.org/small/"
    assert found["identifier"] == "https://doi.org/10.5555/small"
    assert found["temporalCoverage"] == "2025-08-08/2025-08-31"
    assert found["datePublished"] == "2025-09-01"
    assert [(c["@type"], c["familyName"]) for c in found["creator"]] == [("Person", "Example")]
    assert [p["name"] for p in found["publisher"]] == ["The Example Press"]


def test_every_property_belongs_to_its_class_in_schema_org(dataset):
    models = needs("msgspec_schemaorg.models")
    found = json.loads(dataset.files["metadata/schemaorg.jsonld"])
    for node in nodes(found):
        allowed = set(getattr(models, node["@type"]).__struct_encode_fields__)
        assert set(node) - {"@context"} <= allowed, node["@type"]


def test_schema_org_expands_to_schema_org(dataset):
    """Another reader of JSON-LD sees the same: every key becomes a term of schema.org."""
    jsonld = needs("pyld").jsonld
    terms = needs("rdflib").namespace.SDO
    context = {"@context": {"@vocab": "https://schema.org/"}}  # what the real one says of the keys we use

    def loader(url, _):
        assert url == "https://schema.org/"
        return {"contextUrl": None, "documentUrl": url, "document": context}

    found = json.loads(dataset.files["metadata/schemaorg.jsonld"])
    (expanded,) = jsonld.expand(found, {"documentLoader": loader})
    assert len(expanded) == len(found) - 1  # the context is gone, nothing else
    for node in nodes(expanded):
        for key in set(node) - {"@type"} | set(node["@type"]):
            assert key.removeprefix("https://schema.org/") in terms, key


def test_no_text_can_break_out_of_the_page():
    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.seen, self.text = [], ""

        def handle_starttag(self, tag, attrs):
            self.seen.append((tag, dict(attrs)))

        def handle_data(self, data):
            self.text += data

    hostile = {"name": "</script><script>alert(1)</script><!--"}
    reader = Reader()
    reader.feed(schemaorg.script(hostile))
    assert reader.seen == [("script", {"type": "application/ld+json"})]
    assert json.loads(reader.text) == hostile


# --- Croissant -------------------------------------------------------------------------------------------------


def from_croissant(value):
    return value.decode() if isinstance(value, bytes) else day(value)


@OWN_WARNINGS
@pytest.mark.filterwarnings("ignore:The inplace keyword")  # mlcroissant's use of pandas
def test_croissant_loads_our_values(dataset):
    mlcroissant = needs("mlcroissant")
    loaded = mlcroissant.Dataset(dataset.folder / "metadata" / "croissant.json")
    assert not loaded.metadata.ctx.issues.errors
    assert not loaded.metadata.ctx.issues.warnings
    assert loaded.metadata.ctx.conforms_to.value == "http://mlcommons.org/croissant/1.1"
    for table in dataset.package.tables.values():
        ids = [f"{table.name}/{name}" for name in table.names]
        records = list(loaded.records(table.name))
        assert same([[from_croissant(r[i]) for i in ids] for r in records], dataset.rows[table.name]), table.name


@OWN_WARNINGS
def test_croissant_loads_the_vocabularies(dataset):
    mlcroissant = needs("mlcroissant")
    loaded = mlcroissant.Dataset(dataset.folder / "metadata" / "croissant.json")
    for table in dataset.package.tables.values():
        for f in table.fields:
            if f.enum:
                name = f"{table.name}.{f.name}"
                values = [r[f"{name}/value"] for r in loaded.records(name)]
                assert tuple(values) == f.enum


def test_croissant_names_keys_and_references(known):
    found = croissant.document(known.package, known.resources, None, "metadata")
    sets = {r["@id"]: r for r in found["recordSet"]}
    assert list(sets) == ["sayings.tone", "sayings", "places.kind", "places", "votes"]
    assert sets["votes"]["key"] == [{"@id": "votes/saying_id"}, {"@id": "votes/on"}]
    references = {f["@id"]: f["references"] for r in sets.values() for f in r["field"] if "references" in f}
    column = {"fileObject": {"@id": "places.parquet"}, "extract": {"column": "place_id"}}
    assert references == {
        "sayings/tone": {"field": {"@id": "sayings.tone/value"}},
        "sayings/place_id": column,
        "places/kind": {"field": {"@id": "places.kind/value"}},
        "places/part_of_id": column,
        "votes/saying_id": {"fileObject": {"@id": "sayings.parquet"}, "extract": {"column": "saying_id"}},
    }
    assert sets["places.kind"]["data"][0] == {
        "places.kind/value": "city", "places.kind/name": "City", "places.kind/description": "People live there",
    }  # fmt: skip


def test_croissant_has_what_its_specification_requires(dataset):
    found = json.loads(dataset.files["metadata/croissant.json"])
    required = {"name", "description", "license", "url", "creator", "datePublished", "conformsTo", "distribution"}
    assert all(found[key] for key in required)
    ids = [node["@id"] for node in nodes(found) if "@id" in node]
    assert len(ids) == len(set(ids))


def test_croissant_uses_only_terms_that_exist(dataset):
    """A key that the context does not know would silently become one of schema.org."""
    jsonld, terms = needs("pyld").jsonld, needs("rdflib").namespace.SDO
    (expanded,) = jsonld.expand(json.loads(dataset.files["metadata/croissant.json"]))
    for node in nodes(expanded):
        for key in {k for k in node if not k.startswith("@")} | set(node["@type"]):
            space, _, term = key.rpartition("/")
            known = {"https://schema.org": terms, "http://purl.org/dc/terms": {"conformsTo"}}
            assert space == "http://mlcommons.org/croissant" or term in known[space], key


# --- DCAT ------------------------------------------------------------------------------------------------------


@OWN_WARNINGS
def test_dcat_says_only_what_dcat_3_knows(dataset):
    """The models of sempyro carry, for each class of DCAT 3, its properties and the kind of their values."""
    rdflib, models = needs("rdflib"), needs("sempyro.dcat")
    text = json.dumps(metadata.dcat.document(dataset.package, dataset.resources, BASE, "metadata"))
    graph = rdflib.Graph().parse(data=text, format="json-ld")
    dcat, rdf = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.RDF
    classes = {dcat.Dataset: models.DCATDataset, dcat.Distribution: models.DCATDistribution}
    for name, model in classes.items():
        fields = {str(f.json_schema_extra["rdf_term"]): (key, f) for key, f in model.model_fields.items()}
        for subject in graph.subjects(rdf.type, name):
            said = [(str(p), o) for p, o in graph.predicate_objects(subject) if p != rdf.type]
            assert {p for p, _ in said} <= set(fields), (subject, {p for p, _ in said} - set(fields))
            required = {p for p, (_, f) in fields.items() if f.is_required()}
            assert required <= {p for p, _ in said}
            for p, o in said:
                check_kind(rdflib, o, str(fields[p][1].json_schema_extra["rdf_type"]))
    assert len(set(graph.subjects(rdf.type, dcat.Dataset))) == len(dataset.package.tables) + 1
    assert len(set(graph.subjects(rdf.type, dcat.Distribution))) == len(dataset.resources)


def check_kind(rdflib, value, kind):
    xsd = rdflib.XSD
    if kind == "datetime_literal":
        assert value.datatype in {xsd.date, xsd.gYear}
    elif kind == "rdfs_literal":
        assert isinstance(value, rdflib.Literal)
    elif kind.startswith("xsd:"):
        assert value.datatype == xsd[kind.removeprefix("xsd:")]
        assert not value.ill_typed
    else:
        assert not isinstance(value, rdflib.Literal), (value, kind)


@OWN_WARNINGS
def test_dcat_gives_size_hash_and_address_of_each_file(dataset):
    rdflib = needs("rdflib")
    source = dataset.folder / "metadata" / "dcat.jsonld"
    graph = rdflib.Graph().parse(source, format="json-ld", publicID=source.as_uri())
    dcat, spdx = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.Namespace("http://spdx.org/rdf/terms#")
    seen = set()
    for distribution, where in graph.subject_objects(dcat.downloadURL):
        file = Path(url2pathname(urlsplit(where).path))
        checksum = graph.value(distribution, spdx.checksum)
        content = file.read_bytes()
        assert graph.value(distribution, dcat.byteSize).toPython() == len(content)
        assert graph.value(checksum, spdx.checksumValue).toPython() == hashlib.sha256(content).digest()
        assert graph.value(checksum, spdx.algorithm) == spdx.checksumAlgorithm_sha256
        seen.add(file.name)
    assert seen == {parts.file_name(r) for r in dataset.resources}


# --- CSVW ------------------------------------------------------------------------------------------------------


# csvw takes a minute for what ships; the job of the standards reads it, every day it reads the small dataset
@pytest.mark.parametrize(
    "dataset", [small, pytest.param(shipped, marks=pytest.mark.shipped)], ids=["small", "shipped"], indirect=True
)
def test_csvw_reads_our_values_and_finds_them_valid(dataset):
    csvw = needs("csvw")
    source = dataset.folder / "metadata" / "csvw.json"
    group = csvw.TableGroup.from_file(source)
    for name, table in dataset.package.tables.items():
        rows = group.tabledict[f"../data/{name}.csv"].iterdicts()
        assert same([[day(row[n]) for n in table.names] for row in rows], dataset.rows[name]), name
    assert csvw_faults(csvw, source) == []
    assert csvw.CSVW(str(source), validate=True, strict=True).is_valid  # as csvwvalidate does


def csvw_faults(csvw, source):
    """Return what csvw finds wrong: most faults it collects as warnings, at some it stops."""
    checked = csvw.CSVW(str(source), validate=True, strict=False)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        try:
            return [] if checked.is_valid else [str(w.message) for w in checked.warnings]
        except ValueError as e:
            return [str(e)]


def test_csvw_expressions_are_anchored(known):
    """Readers differ on whether an expression must match the whole cell; these say so themselves."""
    sayings, places, _ = metadata.csvw.document(known.package, known.resources, None, "metadata")["tables"]
    expressions = {
        c["name"]: c["datatype"].get("format") for t in (sayings, places) for c in t["tableSchema"]["columns"]
    }
    assert expressions["kind"] == "^(?:city|region)$"
    assert expressions["country_code"] == "^(?:[A-Z]{2})$"
    assert expressions["words"] is None


@pytest.mark.parametrize(
    ("table", "good", "bad"),
    [
        ("places", ",city,", ",town,"),  # not among the values
        ("places", "Khomas,region,,NA", "Khomas,region,,NAM"),  # against the pattern
        ("places", "Khomas", "K" * 31),  # too long
        ("places", "Windhoek,city,khomas", ",city,khomas"),  # required
        ("sayings", "s2,windhoek", "s2,warsaw"),  # refers to nothing in another table
        ("sayings", "s2,windhoek", "s1,windhoek"),  # the key twice
        ("places", "486169", "-1"),
        ("places", "486169", "4.5"),
        ("places", "-22.57", "-91"),
        ("places", "true", "yes"),
        ("places", "true", "1"),
        ("places", "1890-10-18", "18.10.1890"),
    ],
)
def test_csvw_refuses_what_our_schemas_refuse(known, table, good, bad):
    csvw = needs("csvw")
    source = known.folder / "metadata" / "csvw.json"
    source.parent.mkdir()
    source.write_bytes(metadata.files(known.package, known.resources)["metadata/csvw.json"])
    assert csvw_faults(csvw, source) == []
    file = known.folder / "data" / f"{table}.csv"
    text = file.read_text("utf-8")
    assert good in text
    file.write_text(text.replace(good, bad, 1), "utf-8")
    assert csvw_faults(csvw, source) != []


# --- DataCite, CITATION.cff, Zenodo ----------------------------------------------------------------------------


def test_datacite_is_valid(dataset):
    schema45 = needs("datacite.schema45")
    for base in (None, BASE):
        found = json.loads(metadata.files(dataset.package, dataset.resources, base)["metadata/datacite.json"])
        schema45.validator.validate(found)
        assert f">{dataset.package.version}</version>" in schema45.tostring(found)


def test_datacite_takes_the_doi_and_the_period_where_there_are_any(known):
    found = metadata.datacite.document(known.package, known.resources)
    assert found["doi"] == "10.5555/small"
    assert found["creators"][0] == {
        "name": "Example, Ada", "nameType": "Personal", "givenName": "Ada", "familyName": "Example",
        "affiliation": [{"name": "Example University"}],
    }  # fmt: skip
    assert found["dates"][1]["date"] == "2025-08-08/2025-08-31"


def test_citation_is_valid_and_says_what_the_package_says(dataset):
    path = dataset.folder / "CITATION.cff"
    command = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [command, "--builtin-schema", "vendor.citation-file-format", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    found = yaml.safe_load(path.read_text("utf-8"))
    package = dataset.package
    assert (found["title"], found["version"]) == (package.title, package.version)
    assert found["abstract"].startswith(package.description)
    assert found["keywords"] == package.json["keywords"]
    assert found["license"] == [package.json["licenses"][0]["name"], citation.CODE_LICENCE]


def test_the_licence_of_the_code_is_the_one_of_the_project():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == f"{citation.CODE_LICENCE} AND {schema.package().json['licenses'][0]['name']}"


def test_citation_names_a_person_and_a_day(known):
    found = yaml.safe_load(citation.text(known.package, known.resources, BASE))
    assert found["authors"] == [
        {"family-names": "Example", "given-names": "Ada", "affiliation": "Example University"}
    ]  # fmt: skip
    assert found["date-released"] == "2025-09-01"
    assert found["doi"] == "10.5555/small"


def test_zenodo_is_valid(dataset):
    """The model of the client wants "family, given" of everybody; a body has no comma, so it gets one here.

    It leaves out two fields that Zenodo has.
    """
    model = needs("zenodo_client").Metadata
    found = json.loads(dataset.files[".zenodo.json"])
    names = [c["name"] if "," in c["name"] else f"{c['name']}," for c in found["creators"]]
    creators = [{**c, "name": name} for c, name in zip(found["creators"], names, strict=True)]
    assert set(found) <= {*model.model_fields, "publication_date", "dates"}
    read = model.model_validate({**found, "creators": creators})
    assert read.license == read.license.lower()
    assert "<table>" not in read.description


# --- Hugging Face ----------------------------------------------------------------------------------------------


def test_the_card_opens_every_table_with_our_values(dataset, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        datasets = needs("datasets")
        hub = tmp_path / "hub"
        shutil.copytree(dataset.folder / "data", hub / "data")
        (hub / "README.md").write_bytes(dataset.files["metadata/huggingface/README.md"])
        filled = {name: table for name, table in dataset.package.tables.items() if dataset.rows[name]}
        assert datasets.get_dataset_config_names(str(hub)) == list(filled)
        for name, table in filled.items():
            opened = datasets.load_dataset(str(hub), name, split="train", cache_dir=str(tmp_path / "cache"))
            assert opened.column_names == table.names
            assert same([[row[n] for n in table.names] for row in opened], dataset.rows[name]), name
        first = datasets.load_dataset(str(hub), split="train", cache_dir=str(tmp_path / "cache"))
        assert first.column_names == next(iter(filled.values())).names


def test_the_card_says_what_the_hub_files_it_under(dataset):
    card = needs("huggingface_hub").DatasetCard(dataset.files["metadata/huggingface/README.md"].decode())
    rows = sum(len(r) for r in dataset.rows.values())
    assert card.data.size_categories == ["n<1K" if rows < 1_000 else "1K<n<10K" if rows < 10_000 else "10K<n<100K"]
    assert (card.data.license, card.data.pretty_name) == ("cc-by-4.0", dataset.package.title)
    assert card.text.count("\n| ") == len(dataset.package.tables) + 2


def test_all_documents_say_the_same_title_year_version_period_and_size(dataset):
    about = dataset.package.json
    cff = yaml.safe_load(dataset.files["CITATION.cff"])
    zenodo = json.loads(dataset.files[".zenodo.json"])
    datacite = json.loads(dataset.files["metadata/datacite.json"])
    schema_org = json.loads(dataset.files["metadata/schemaorg.jsonld"])
    titles = {cff["title"], zenodo["title"], datacite["titles"][0]["title"], schema_org["name"]}
    assert titles == {about["title"]}
    assert {d["version"] for d in (cff, zenodo, datacite, schema_org)} == {about["version"]}
    issued = next(d["date"] for d in datacite["dates"] if d["dateType"] == "Issued")
    years = {datacite["publicationYear"], issued[:4], schema_org["datePublished"][:4]}
    years |= {str(day)[:4] for day in (cff.get("date-released"), zenodo.get("publication_date")) if day}
    assert years == {str(about["year"])}
    if period := parts.period(dataset.package):
        assert schema_org["temporalCoverage"] == "/".join(period)
        assert [(d["start"], d["end"]) for d in zenodo["dates"]] == [period]
        assert [d["date"] for d in datacite["dates"] if d["dateType"] == "Other"] == ["/".join(period)]
    size = f"{len(dataset.package.tables)} tables, {sum(map(len, dataset.rows.values()))} rows"
    assert schema_org["size"] == ", ".join(datacite["sizes"]) == size
    # these have no place for it
    assert cff["abstract"].endswith(f" Size: {size}.")
    assert zenodo["description"].endswith(f" Size: {size}.</p>")
