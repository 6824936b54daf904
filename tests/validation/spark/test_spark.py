"""Spark says what one machine says, of the same data."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter

import pytest

pytest.importorskip("pyspark")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas"),  # not used here
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the garbage collector
]

from conftest import ROOT  # noqa: E402 - only with pyspark
from summitry.errors import InputError, UnknownNameError  # noqa: E402 - as above
from summitry.validation.child_process import validate_paths  # noqa: E402 - as above
from summitry.validation.report import Problem  # noqa: E402 - as above
from summitry.validation.spark import keys, sessions, validate_frame, validate_uris  # noqa: E402 - as above

DAY = "2025-08-20"


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    options = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "512m",
        "spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "1", "spark.driver.host": "127.0.0.1",
        # plans for small data are made faster than they are improved
        "spark.sql.adaptive.enabled": "false", "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN", "spark.sql.caseSensitive": "true",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }  # fmt: skip
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for name, value in options.items():
        builder = builder.config(name, value)
    with sessions.silence():
        spark = builder.getOrCreate()
    spark.sparkContext.pythonExec = sys.executable
    yield spark
    spark.stop()


def said(problems):
    """What problems say, without what Spark does not know: places, keys made from cells, own keys to suggest."""
    return Counter(
        (
            p.file,
            p.table,
            p.rule,
            p.severity,
            p.field,
            None if (p.key or "").startswith("with ") else p.key,
            p.value,
            p.expected.partition("; ")[0] if p.rule == "primaryKey" else p.expected,  # where the first one is
            None if p.rule in ("foreign-key", "pattern") else p.fix,
        )
        for p in problems
    )


def collected(frame):
    return [Problem(**row.asDict()) for row in frame.collect()]


def write(folder, **tables):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def same_as_here(session, folder, *, besides=()):
    """Validate a folder on Spark and on this machine; return the report of Spark, which may have more of some rules."""
    there, here = validate_uris([str(folder)], session), validate_paths([folder], quick=True)
    assert said(here.problems) - said(there.problems) == Counter()
    assert {problem[2] for problem in said(there.problems) - said(here.problems)} <= set(besides)
    assert there.rows.keys() == here.rows.keys()
    assert all(n <= there.rows[file] for file, n in here.rows.items())  # Spark counts blank lines, too
    assert all(p.key for p in there.problems if p.rule not in ("header", "line-end", "byte-order-mark", "file"))
    return there


@pytest.mark.planted
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_planted_mistakes_are_found_as_on_one_machine(session, tmp_path, kind, monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    data = pytest.importorskip("benchmarks.data")
    write_data = {"csv": data.write_csv, "parquet": data.write_parquet}[kind]
    write_data(tmp_path / "given", 500)
    report = same_as_here(session, tmp_path / "given")
    found = Counter(p.rule for p in report.problems)
    assert found == {rule: n for rule, n in data.COUNTS.items() if rule != "type" or kind == "csv"}
    assert len(report.skipped) == 2


FAULTS = {
    # a repeated key, reported at its second row; a broken record whose key is named; an unknown column
    "actors": (
        "actor_id,name,kind,part_of_id,belligerent,country_code,wikidata\n"
        "abc,The Abc,group,,false,,\n"
        "abc,The Abc again,group,abc,false,,\n"
        "abd,=The Abd,groop,abcc,maybe,XX,\n"
        "broken,The Broken,group,,false\n"
        "child,The Child,group,,false\n"
        "child, The Child,group,broken,false,,\n"
        ",Nameless,group,nobody-at-all,,,\n"
    ),
    # three columns are the key; a name of an actor is no id
    "event_actors": (
        "event_id,actor_id,role\n"
        "summit,abc,host\nsummit,abc,host\nsummit,abc,target\nno-such,abc,host\nno-such,abc,host\n"
        ",abc,host\n,abc,host\nsummit,abd,\nsummit,The Abc,host\nsummit,the-abc-again,host\nsummit,abc,hosts\n"
    ),
    "events": (
        "event_id,name,kind,status,start_on,end_on,date_precision,location_id\n"
        f"summit,The Summit,meeting,occurred,{DAY},2025-08-19,day,\n"
        "later,Later,meeting,occurred,2025-02-30,,day,nowhere-at-all\n"
        "never,Never,meeting,occurred,0000-01-01,,unknown,\n"
        '"said ""so""","A, B",meeting,occurred,,,day,\n'
    ),
    # a rule of two cells is not reported where one of them names nothing
    "stances": (
        "stance_id,statement_id,mention_id,holder_id,demand_id,position,condition,condition_demand_id,attribution\n"
        "s-1,none,none,abc,none,accepts,after a truce,,self\n"
        "s-2,none,none,abc,none,accepts,,none,self\n"
        "s-3,none,none,abc,none,conditional,,,self\n"
    ),
    "locations": (
        "location_id,name,kind,latitude,longitude,coordinate_precision\nplace-x,X,settlement,-91,0,settlement\n"
    ),
    "collection": (
        b"page,day,outlet,source_id,not_used_because\r\nhttps://a.org/1,2025-08-08,A,,not_noted\r\n"
        b"https://a.org/1,2025-08-08,A,,\r\nnowhere,2025-08-8,A,none,lost\r\n"
    ),
    # records of every broken form, and bytes that are not UTF-8
    "actor_names": (
        b"name,actor_id,kind,language\n"
        b'One,abc,alias,en\n\nTwo\nThree,abc,alias,en,more\nFo"ur,abc,alias,en\n"Five" x,abc,alias,en\n'
        b'"Six,abc,alias,en\nSe\rven,abc,alias,en\n"Ei\rght",abc,alias,en\nNi\xffne,abc,alias,en\n'
        b'T\xe9n,\xff,alias,\n"El,even","a""b",alias,\n#Twelve,abc,alias,\n Thirteen ,abc,alias,\n"",abc,alias,\n'
        b',,,\nOne,abc,acronym,e\nUnder\xe2\x80\x8bscore,abc,alias,en'
    ),
}  # fmt: skip


def test_faults_of_form_keys_and_cells_are_reported_as_on_one_machine(session, tmp_path):
    report = same_as_here(session, write(tmp_path / "given", actors=FAULTS["actors"]), besides=["foreign-key"])
    assert {p.rule for p in report.problems} >= {
        "header", "primaryKey", "foreign-key", "enum", "type", "required", "formula", "space", "cell-count",
    }  # fmt: skip


@pytest.mark.planted
def test_every_kind_of_fault_is_reported_as_on_one_machine(session, tmp_path):
    # foreign keys do not wait until the keys of the table that they name are sound
    report = same_as_here(session, write(tmp_path / "given", **FAULTS), besides=["foreign-key"])
    rules = {p.rule for p in report.problems}
    assert {
        "header", "primaryKey", "foreign-key", "enum", "type", "required", "formula", "space", "character", "pattern",
        "cell-count", "quoting", "blank-line", "encoding", "line-end", "event-order", "condition-idle", "minimum",
        "condition-missing", "event-precision",
    } <= rules  # fmt: skip
    keyless = [p.key for p in report.problems if p.value == "nobody-at-all"]
    assert keyless == ["with name=Nameless, kind=group, part_of_id=nobody-at-all"]
    assert {p.rule for p in report.problems if p.key == "s-2"} == {"foreign-key"}
    assert {p.value for p in report.problems if p.rule == "primaryKey"} == {"abc", "summit", "https://a.org/1", "One"}


def test_parquet_columns_of_another_type_are_reported_as_on_one_machine(session, tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    (tmp_path / "given").mkdir()
    table = pa.table({
        "event_id": ["summit", "summit", None], "name": pa.array(["a", "", "b"], pa.large_string()),
        "kind": ["meeting"] * 3, "status": [1, 2, 3], "start_on": [DAY] * 3, "date_precision": ["day"] * 3,
        "location_id": pa.array([None] * 3, pa.string()), "further": [1.0, 2.0, 3.0],
    })  # fmt: skip
    parquet.write_table(table, tmp_path / "given" / "events.parquet")
    (tmp_path / "given" / "sources.parquet").write_bytes(b"PAR1 is not all that it takes")
    problems = validate_uris([str(tmp_path / "given")], session).problems
    here = validate_paths([tmp_path / "given"], quick=True).problems
    assert said(p for p in problems if p.rule != "parquet") == said(p for p in here if p.rule != "parquet")
    assert {p.row for p in problems if p.rule == "primaryKey"} == {2}
    assert [p.file for p in problems if p.rule == "parquet"] == [str(tmp_path / "given" / "sources.parquet")]


def test_a_line_break_in_a_cell_is_never_lost(session, tmp_path):
    """Local reading reports the character; Spark sees two records with a mistake of form."""
    folder = write(tmp_path, event_actors='event_id,actor_id,role\nx,y,"two\nlines"\n')
    problems = list(validate_uris([str(folder)], session).problems)
    assert {p.key for p in problems if p.rule == "quoting"} == {'with lines"', 'with x,y,"two'}
    assert {p.rule for p in problems} == {"quoting", "foreign-key"}


@pytest.mark.planted
def test_a_folder_of_part_files_is_one_table(session, tmp_path):
    folder = tmp_path / "a b [c] {d}%20" / "event_actors.csv"
    folder.mkdir(parents=True)
    header = "event_id,actor_id,role\n"
    (folder / "part-0.csv").write_text(f"{header}a,russia,host\nb,russia,host\n{header}")
    (folder / "part-1.csv").write_text("actor_id,event_id,role\nrussia,c,host\nnobody,b,host\n")
    (folder / "part-2.csv").write_text("")
    (folder / "part-3.csv").write_text(f"{header}b,russia,host\nc,russia,host\n")
    (folder / "_SUCCESS").write_text("")
    named = "".join(f"{event},The Event,meeting,occurred,{DAY},{DAY},day,\n" for event in "abc")
    write(folder.parent, events=FAULTS["events"].splitlines()[0] + "\n" + named)
    report = validate_uris([str(folder.parent)], session)
    first, second, last = (f"{folder}/part-{n}.csv" for n in (0, 1, 3))
    assert report.rows == {first: 3, second: 2, last: 2, f"{folder.parent}/events.csv": 3}
    found = {(p.file, p.rule, p.key) for p in report.problems}
    assert (first, "header", "event_id,actor_id,role") in found  # a header within a file is a row
    assert (second, "foreign-key", "b,nobody,host") in found
    assert not any(file == second and rule == "header" for file, rule, _ in found)  # columns may be in any order
    repeated = {p.key for p in report.problems if p.rule == "primaryKey"}
    assert repeated == {"b,russia,host", "c,russia,host"}  # in files with one header, and with another


def test_a_frame_is_validated_with_what_it_may_name(session):
    frame = session.createDataFrame(
        [("ours-x", "The X", "group", None, False, None, None), ("ours-y", "Y", "group", "ours-x", None, None, "Q1"),
         ("ours-z", "", "group", "elsewhere", False, None, None), ("ours-x", "X", "group", "ours-w", False, None, None),
         (None, "Nobody", "group", "", False, None, None)],
        "actor_id string, name string, kind string, part_of_id string, belligerent boolean, country_code string, "
        "wikidata_id string",
    )  # fmt: skip
    other = session.createDataFrame([("elsewhere",)], "actor_id string")
    problems = collected(validate_frame(frame, "actors", references={"actors": other}))
    assert {(p.rule, p.field, p.key) for p in problems} == {
        ("required", "belligerent", "ours-y"), ("required", "name", "ours-z"), ("primaryKey", "actor_id", "ours-x"),
        ("foreign-key", "part_of_id", "ours-x"),
        ("required", "actor_id", "with name=Nobody, kind=group, belligerent=false"),
    }  # fmt: skip
    assert {(p.file, p.table, p.line, p.row) for p in problems} == {("actors", "actors", None, None)}
    text = frame.select(*(c if c != "belligerent" else frame[c].cast("string") for c in frame.columns))
    assert said(collected(validate_frame(text, "actors", references={"actors": other}))) == said(problems)


def test_columns_of_a_frame_are_reported_by_their_exact_names(session):
    frame = session.createDataFrame([("nowhere", "R", 1, 2)], "event_id string, ACTOR_ID string, `a.b` int, `a.b` int")
    problems = collected(validate_frame(frame, "event_actors", file="mine"))
    assert {(p.file, p.rule, p.field, p.value) for p in problems} == {
        ("mine", "header", "role", "event_id,ACTOR_ID,a.b,a.b"), ("mine", "header", None, "ACTOR_ID"),
        ("mine", "header", None, "a.b"), ("mine", "foreign-key", "event_id", "nowhere"),
    }  # fmt: skip


FEW = "event_id,actor_id,role\na,rusia,host\nb,ukrain,host\nc,nobody-at-all,host\na,rusia,host\n"


@pytest.mark.planted
def test_many_faulty_keys_are_joined_in_another_way(session, tmp_path, monkeypatch):
    folder = write(tmp_path, event_actors=FEW)
    few = validate_uris([str(folder)], session).problems
    monkeypatch.setattr(keys, "MOST_BROADCAST", 2)
    assert said(few) == said(validate_uris([str(folder)], session).problems)
    assert said(few) == said(validate_paths([folder], quick=True).problems)
    assert any("Write 'russia'" in p.fix for p in few)


def test_what_is_not_there_is_said_in_a_sentence(session, tmp_path):
    with pytest.raises(InputError, match=r"^There is no file or folder '.*/nowhere/statements.csv'\.$"):
        validate_uris([str(tmp_path / "nowhere" / "statements.csv")], session)
    with pytest.raises(InputError, match="No FileSystem for scheme") as raised:
        validate_uris(["nowhere://a/statements.csv"], session)
    assert "\n" not in str(raised.value)
    with pytest.raises(UnknownNameError, match="statement"):
        validate_frame(session.range(1), "statement")


def test_problems_beyond_the_limit_are_counted(session, tmp_path):
    report = validate_uris([str(write(tmp_path, event_actors=FEW))], session, most=2)
    assert (len(report.problems), report.count("error"), report.problems.unlisted.total()) == (2, 8, 6)


@pytest.mark.planted
def test_files_with_other_names_are_reported(session, tmp_path):
    folder = write(tmp_path / "given", statementz="a\n", event_actors="event_id,actor_id,role\n")
    (folder / "event_actors.parquet").write_text("")
    problems = validate_uris([str(folder)], session).problems
    assert said(problems) == said(validate_paths([folder], quick=True).problems)
    (tmp_path / "empty").mkdir()
    (problem,) = validate_uris([f"file://{tmp_path}/empty"], session).problems
    assert (problem.rule, problem.expected) == ("file", "at least one table")
    (tmp_path / "withdrawn.csv").write_text("")
    (problem,) = validate_uris([str(tmp_path / "withdrawn.csv")], session).problems
    assert (problem.rule, problem.expected) == ("header", "a header line")


@pytest.mark.parametrize("absent", ["pyspark", "py4j"])
def test_without_pyspark_the_extra_is_named(absent):
    code = f"import sys; sys.modules[{absent!r}] = None; import summitry.validation.spark"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MissingExtraError: This needs pyspark" in done.stderr
    assert "pip install 'summitry[spark]'" in done.stderr


def test_what_spark_raises_becomes_a_sentence():
    def sentence(message):
        return sessions.sentence(ValueError(message))

    worker = "[X] An exception was thrown:\nTraceback\n  import polars\nModuleNotFoundError: No module named 'polars'\n"
    assert sentence(worker).startswith("Spark's workers cannot import polars.")
    assert sentence("[JAVA_GATEWAY_EXITED] x").startswith("Spark does not start.")
    assert sentence("[PATH_NOT_FOUND] Path does not exist: file:/x. SQLSTATE: 42K03") == (
        "Spark cannot go on: Path does not exist: file:/x."
    )


def test_text_that_is_not_utf8_is_reported_by_its_character(session):
    columns = "'russia' as actor_id, 'alias' as kind, 'en' as language"
    (problem,) = collected(
        validate_frame(session.sql(f"select cast(unhex('61FF62') as string) as name, {columns}"), "actor_names")
    )
    assert (problem.rule, problem.field, problem.value) == ("character", "name", "a\ufffdb")
