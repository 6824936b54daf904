"""Loading: typed, lazy, and in words when it fails."""

from __future__ import annotations

import doctest
import pickle
import subprocess
import sys
from dataclasses import replace
from html import escape as html_escape

import pandas as pd
import pytest

import summitry
from summitry import errors, paths, schema
from summitry.dataset import cite, loaders, storage
from summitry.schema import types


@pytest.mark.parametrize("name", list(schema.package().tables))
def test_every_table_has_a_typed_loader(name):
    table = schema.package().table(name)
    frame = getattr(summitry, f"load_{name}")()
    assert list(frame.columns) == table.names
    assert {n: str(t) for n, t in frame.dtypes.items()} == {n: str(t) for n, t in types.pandas_dtypes(table).items()}
    assert len(frame) == summitry.tables().set_index("name").loc[name, "rows"]


@pytest.mark.parametrize("name", list(schema.package().tables))
def test_a_docstring_says_everything_and_its_example_runs(name):
    function = getattr(summitry, f"load_{name}")
    text = function.__doc__
    for part in ("Returns:", "Columns:", "Raises:", "Source:", "Example:"):
        assert part in text
    for column in schema.package().table(name).names:
        assert f"{column} (" in text
    examples = doctest.DocTestParser().get_doctest(text, {}, name, None, None)
    result = doctest.DocTestRunner().run(examples)
    assert (result.attempted > 0, result.failed) == (True, 0)


def test_dates_and_categories():
    frame = summitry.load_statements()
    assert frame["said_from"].dtype.kind == "M"
    assert frame["act"].cat.ordered
    assert list(frame["act"].cat.categories) == list(schema.package().table("statements")["act"].enum)
    assert isinstance(frame["summary"].iloc[0], str)


def test_namibia_survives():
    table = schema.package().table("actors")
    row = {"actor_id": "namibia", "name": "NA", "kind": "state", "belligerent": "false", "country_code": "NA"}
    arrow = storage.read_csv_arrow(storage.csv_bytes([row], table), table)
    frame = storage.to_pandas(arrow, table)
    assert frame.loc[0, ["name", "country_code"]].tolist() == ["NA", "NA"]
    assert frame["part_of_id"].isna().all()
    assert frame["belligerent"].dtype == "boolean"


def test_load_all_and_tables():
    assert list(summitry.load_all()) == summitry.tables()["name"].tolist() == list(schema.package().tables)


def test_describe_a_table_and_a_column():
    assert summitry.describe("statements")["column"].tolist() == schema.package().table("statements").names
    assert summitry.describe().to_dict() == summitry.tables().to_dict()
    acts = summitry.describe("statements.act")
    assert acts["value"].tolist() == list(schema.package().table("statements")["act"].enum)
    assert acts["questions"].str.len().min() > 0
    assert summitry.describe("statements.summary")["constraints"].item().startswith("required")
    with pytest.raises(errors.UnknownNameError, match="speaker_id"):
        summitry.describe("statements.speaker")


def test_paths_and_formats():
    assert summitry.path("statements", format="csv").read_text("utf-8").startswith("statement_id,")
    assert summitry.path("statements").suffix == ".parquet"
    with pytest.raises(errors.UnknownNameError, match="csv, parquet"):
        summitry.path("statements", format="xlsx")
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'stances'"):
        summitry.path("stance")


def test_a_wrong_loader_names_the_tables():
    with pytest.raises(AttributeError, match="Did you mean 'statements'"):
        _ = summitry.load_statments
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = summitry.nothing
    assert "load_statements" in dir(summitry)


def test_a_damaged_file_is_named(tmp_path, monkeypatch):
    broken = tmp_path / "statements.parquet"
    broken.write_bytes(b"PAR1 no")
    monkeypatch.setattr(paths, "table_file", lambda *_: broken)
    with pytest.raises(errors.DamagedFileError, match=r"statements\.parquet cannot be read.*--force-reinstall"):
        loaders.load("statements")
    broken.unlink()
    with pytest.raises(errors.DamagedFileError, match="missing"):
        loaders.load("statements")


def test_version_and_citation():
    assert summitry.__version__ == schema.package().version
    assert summitry.__version__ in summitry.cite()


def test_import_brings_nothing_heavy():
    def imported(code, names):
        code = f"import sys, summitry; {code}; print(*sorted(set(sys.modules) & {names}))"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    heavy = {"frictionless", "pandas", "pandera", "polars", "pyarrow"}
    assert imported("pass", heavy) == []
    assert imported("summitry.load_roles()", heavy) == ["pandas", "pyarrow"]


def test_frames_are_fresh():
    first = summitry.load_roles()
    first["title"] = "changed"
    pd.testing.assert_series_equal(summitry.load_roles()["title"], loaders.load("roles")["title"])
    assert "changed" not in summitry.load_roles()["title"].tolist()


def test_citations_say_who_when_what_and_which_version():
    people = [
        {"title": "Ana Maria Silva", "givenName": "Ana Maria", "familyName": "Silva", "roles": ["creator"]},
        {"title": "Bo Li", "givenName": "Bo", "familyName": "Li", "roles": ["creator"]},
        {"title": "Institute of Peace", "roles": ["publisher"]},
    ]
    about = schema.package().json | {"contributors": people, "id": "https://doi.org/10.1234/5"}
    package = replace(schema.package(), json=about)
    year, title, version = about["year"], package.title, package.version
    assert cite.apa(package) == (
        f"Silva, A. M., & Li, B. ({year}). {title} (Version {version}) [Data set]. Institute of Peace. "
        "https://doi.org/10.1234/5"
    )
    ris = cite.ris(package).splitlines()
    assert ris[0] == "TY  - DATA"
    assert ris[-1] == "ER  - "
    assert {"AU  - Silva, Ana Maria", "AU  - Li, Bo", f"PY  - {year}", f"ET  - {version}", "DO  - 10.1234/5"} < set(ris)
    bibtex = cite.bibtex(package)
    assert "author = {Silva, Ana Maria and Li, Bo}" in bibtex
    assert "doi = {10.1234/5}, url = {https://doi.org/10.1234/5}" in bibtex
    assert summitry.cite("apa") == f"The summitry contributors. ({year}). {title} (Version {version}) [Data set]."
    with pytest.raises(errors.UnknownNameError, match="Did you mean 'bibtex'"):
        summitry.cite("bibtx")


def test_a_notebook_shows_the_whole_texts_of_the_codebook():
    rules = summitry.describe("statements.act")
    html = rules._repr_html_()
    assert all(html_escape(text, quote=False) in html for text in rules["description"])
    assert pickle.loads(pickle.dumps(rules)).equals(rules)  # noqa: S301 - our own
    assert type(rules.head(1).rename(columns=str)) is pd.DataFrame


def test_what_was_not_known_yet_can_be_joined():
    """A column of text that has no chunk in Arrow cannot."""
    nothing = loaders.load("events", as_of="2000-01-01")
    assert nothing.merge(loaders.load("event_actors"), on="event_id").empty
    assert nothing[["event_id"]].join(nothing.set_index("event_id")["name"], on="event_id").empty


@pytest.mark.parametrize("damaged", ['1,"2\n3,4\n', '1,"2"x\n', "1,2,3\n", "1\n", "1,2\n\n3,4\n"])
def test_a_table_that_is_no_csv_is_not_read_in_part(damaged):
    assert storage.csv_rows(b"a,b\n1,2\n") == [{"a": "1", "b": "2"}]
    with pytest.raises(errors.DamagedFileError, match=r"no valid CSV near line \d"):
        storage.csv_rows(f"a,b\n{damaged}".encode())
    with pytest.raises(errors.DamagedFileError):
        storage.csv_rows(b"")
