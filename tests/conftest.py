"""What tests share: the schemas, the checkout, and a command line run in a fresh process."""

from __future__ import annotations

import gc
import io
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import settings

from summitry import paths, schema
from summitry.cli import main
from summitry.dataset import storage
from summitry.publish import build

ROOT = Path(__file__).resolve().parents[1]
CONTRIBUTIONS = Path(__file__).parent / "contributions"
# for a program of its own: the memory that it took at most, in MB; ru_maxrss begins with that of what started it
PEAK = """
def peak():
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM:"))
"""

# a busy machine is no fault, and the same code gives the same answer every time
settings.register_profile("summitry", deadline=None, derandomize=True, database=None, max_examples=10)
# pytest --hypothesis-profile=thorough, for a scheduled run
settings.register_profile("thorough", deadline=None, max_examples=500)
settings.load_profile("summitry")


# files whose tests share what takes long to make, and what that is
TOGETHER = {
    "tests/contribute/test_merge.py": "a process that has imported what a merge needs",
    "tests/export/test_network_files.py": "files of networks",
    "tests/plots/test_plots.py": "pictures of a few rows",
    "tests/repository/test_benchmarks.py": "data with planted mistakes",
    "tests/repository/test_guide.py": "the pages of the guide",
    "tests/site/test_browser.py": "the site of what ships",
    "tests/site/test_site.py": "the site of what ships",
    "tests/test_public.py": "an environment with the wheel",
    "tests/validation/spark/test_spark.py": "a Spark session",
    "tests/validation/test_one_fault.py": "a contribution with rows of each table",
}


def some_every_day(cases, some, mark):
    """Return cases for `parametrize`, of which all but some have a mark; a tuple is the values of one case."""
    values = {case: case if isinstance(case, tuple) else (case,) for case in cases}
    return [pytest.param(*values[case], marks=() if case in some else mark) for case in cases]


# tables that have among them each type, each kind of key and each keyword, and the one that tests make up
TABLES_EVERY_DAY = ("statements", "stances", "sources", "locations", "event_actors", "everything")


def every_table(tables):
    """Run a test with each of some tables, every day with those that differ most."""
    return pytest.mark.parametrize("name", some_every_day(tables, TABLES_EVERY_DAY, pytest.mark.shipped))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give a process one test after another, but the files of `TOGETHER` that share something as one, and first.

    The groups of pytest-xdist 3.8 would do it, but pytest 9.2 ignores them without a word.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduler(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return TOGETHER.get(nodeid.partition("::")[0], nodeid)

    return Scheduler(config, log)


def pytest_collection_finish():
    """Spare the collector of garbage what stays: all modules, which it would go through again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def package():
    return schema.package()


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `summitry …` and return what a finished process would: in this one, unless it needs another environment."""

    def call(*arguments, cwd=tmp_path, env=None):
        texts = list(map(str, arguments))
        if env is not None:
            command = [sys.executable, "-m", "summitry", *texts]
            return subprocess.run(
                command, cwd=cwd, env=env, capture_output=True, text=True, check=False, encoding="utf-8"
            )
        out, err = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(cwd)
            code = main(texts)
        return subprocess.CompletedProcess(texts, code, out.getvalue(), err.getvalue())

    return call


@pytest.fixture(scope="session")
def site_files():
    """Every file of the site by its path, with the guide as it is in the repository."""
    from summitry.site import folder

    return dict(folder.files("https://example.org/summitry/v1", guide_folder=ROOT / "docs"))


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """A dataset without rows, so that nothing depends on what ships."""
    home = tmp_path_factory.mktemp("bare")
    shutil.copytree(ROOT / "schemas", home / "schemas")
    return home


@pytest.fixture
def on_few_rows(few_rows, monkeypatch):
    """Take a checkout with some of the rows for the installation: a contribution is compared with each row of it."""
    monkeypatch.setattr(paths, "root", lambda: few_rows)


@pytest.fixture
def checkout(few_rows, tmp_path):
    """A checkout with some of the statements, in which a build takes half of the time, to change and to break."""
    return Path(shutil.copytree(few_rows, tmp_path / "checkout"))


@pytest.fixture
def whole_checkout(tmp_path):
    """A copy of what a build needs, with all that ships."""
    return copied(tmp_path / "checkout")


def copied(target):
    """Copy what a build needs."""
    for folder in ("data", "schemas", "seeds"):
        shutil.copytree(ROOT / folder, target / folder)
    for file in ("datapackage.json", "CODEBOOK.md", "README.md", "src/summitry/__init__.pyi"):
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, target / file)
    return target


LEFT_OUT = ("codings", "collection", "document_actors", "document_clauses", "documents", "withdrawn")
# tables of which some rows are kept, by the column and the table of what these rows belong to
CUT = {
    "statements": ("statement_id", "statements"),
    "mentions": ("statement_id", "statements"),
    "stances": ("statement_id", "statements"),
    "event_reports": ("event_id", "events"),
    "events": ("event_id", "events"),
    "event_actors": ("event_id", "events"),
    "sources": ("source_id", "sources"),
    "actors": ("actor_id", "actors"),
    "actor_names": ("actor_id", "actors"),
    "roles": ("person_id", "actors"),
    "group_members": ("group_id", "actors"),
}


# columns by which a contribution names a row of these tables
NAMED_BY = {
    "mentions": ("statement_id", "mention_id"),
    "events": ("event_id",),
    "sources": ("source_id", "url"),
    "actors": ("actor_id", "name", "wikidata_id"),
    "actor_names": ("name",),
}


def shipped():
    """The rows of each table that ships, as text."""
    return {name: storage.csv_rows((ROOT / "data" / f"{name}.csv").read_bytes()) for name in schema.package().tables}


def belonging(ids):
    """What belongs to some statements, events, sources and actors, and what that names: rows of each table that ships.

    No event that has occurred is after the last page, so that is kept, too. Some tables are empty.
    """
    rows = shipped() | {name: [] for name in LEFT_OUT}
    ids = {of: set(ids.get(of, ())) for _, of in CUT.values()}
    ids["sources"].add(max(rows["sources"], key=lambda row: row["published_on"])["source_id"])

    def kept(name):
        column, of = CUT.get(name, ("", ""))
        return [row for row in rows[name] if not of or row[column] in ids[of]]

    size = 0
    while size != (size := sum(map(len, ids.values()))):
        for name, table in schema.package().tables.items():
            for key in table.foreign_keys:
                if key.table in ids:
                    ids[key.table] |= {row[key.fields[0]] for row in kept(name)}
    return {name: kept(name) for name in rows}


@pytest.fixture(scope="session")
def some_tables():
    """About 200 of the statements that ship, from every part of them, with what belongs to them, as frames.

    Own positions on the demand that is most often rejected are all there, so that networks have ties.
    """
    ids = [row["statement_id"] for row in shipped()["statements"]]
    own = [row for row in shipped()["stances"] if row["attribution"] == "self"]
    ((contested, _),) = Counter(row["demand_id"] for row in own if row["position"] == "rejects").most_common(1)
    on_it = [row["statement_id"] for row in own if row["demand_id"] == contested]
    kept = belonging({"statements": [*ids[:: len(ids) // 200], *on_it]})
    tables = schema.package().tables
    return {
        name: storage.to_pandas(
            storage.read_csv_arrow(storage.csv_bytes(rows, tables[name]), tables[name]), tables[name]
        )
        for name, rows in kept.items()
    }


@pytest.fixture(scope="session")
def few_rows(tmp_path_factory):
    """What `checkout` is a copy of: what contributions in tests name, what belongs to that, and what that names."""
    base, rows = copied(tmp_path_factory.mktemp("few") / "rows"), shipped()
    texts = [file.read_text("latin-1") for file in CONTRIBUTIONS.glob("*/*/*.csv")]
    cells = {cell for text in texts for cell in re.split(r"[,\s]+", text) + re.split(r"[,\n]+", text)} - {""}
    cells |= {cell.rstrip("/") for cell in cells}  # an address is the same without its last slash
    ids = defaultdict(set)
    for name, columns in NAMED_BY.items():
        column, of = CUT[name]
        ids[of] |= {row[column] for row in rows[name] if cells & {row[c] for c in columns}}
    for name, kept in belonging(ids).items():
        (base / "data" / f"{name}.csv").write_bytes(storage.csv_bytes(kept, schema.package().table(name)))
    for file in (base / "data").glob("*.parquet"):
        file.unlink()  # what has the same rows would stay as another version of Arrow wrote it
    assert build.write(base).report.valid
    return base
