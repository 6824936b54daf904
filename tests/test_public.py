"""The public names: each is there, none is hidden by a module, and editors and type checkers know them."""

from __future__ import annotations

import inspect
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import zipfile
from pathlib import Path

import pytest

import summitry
from conftest import ROOT
from summitry import schema
from summitry.dataset import loaders, query
from summitry.errors import UnknownNameError
from summitry.publish import stub

MODULES = [m.name for m in pkgutil.walk_packages(summitry.__path__, "summitry.") if m.name != "summitry.__main__"]
NEEDS_SPARK = [m for m in MODULES if m.startswith("summitry.validation.spark")]
PEERS = ("pandas", "pandas-stubs", "numpy")  # what a user has beside the wheel: neither polars nor duckdb


def python(code, **options):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, **options)


def test_no_module_hides_a_public_name():
    """A module of a function's name would take its place in the package once it is imported."""
    code = f"""
from importlib import import_module
import summitry
for name in {sorted(set(MODULES) - set(NEEDS_SPARK))}:
    import_module(name)
for name in summitry.__all__:
    home = summitry.PUBLIC.get(name, "summitry.dataset.loaders")
    thing = getattr(summitry, name)
    assert callable(thing), name
    assert thing.__name__ == name, name
    assert thing is getattr(summitry, name), name
    assert name.startswith("load_") or thing is getattr(import_module(home), name), name
print(len(summitry.__all__))
"""
    done = python(code)
    assert done.stdout.strip() == str(len(summitry.__all__)), done.stderr


def test_no_module_beside_the_folders_has_the_name_of_a_public_function():
    assert {m.split(".")[1] for m in MODULES} & set(summitry.__all__) == set()


@pytest.mark.parametrize("name", sorted(summitry.PUBLIC))
def test_the_docstring_names_every_parameter(name):
    function = getattr(summitry, name)
    parameters = {n for n, p in inspect.signature(function).parameters.items() if p.kind is not p.VAR_KEYWORD}
    arguments = re.search(r"Args:\n(.*?)\n\n    \S", function.__doc__ or "", re.DOTALL)
    head = re.compile(r"^        (\S[^:\n]*(?:\n            [^:\n]*)?):", re.MULTILINE)
    heads = head.findall(arguments[1] if arguments else "")
    assert parameters <= set(re.findall(r"\w+", " ".join(heads)))


def test_star_brings_every_loader_and_every_function():
    done = python("from summitry import *; print(*sorted(n for n in dir() if not n.startswith('_')))")
    assert done.stdout.split() == summitry.__all__
    assert {f"load_{name}" for name in schema.package().tables} < set(summitry.__all__)


def test_dir_names_only_what_is_there():
    assert [name for name in dir(summitry) if not hasattr(summitry, name)] == []
    assert set(summitry.__all__) < set(dir(summitry))


def test_a_name_whose_extra_is_missing_says_so_when_it_is_called():
    code = """
import sys
sys.modules["polars"] = None
from summitry import *
try:
    pandera_schema("roles")
except ImportError as e:
    print(e)
"""
    assert "pip install 'summitry[validate]'" in python(code).stdout


def test_a_loader_has_the_options_of_a_selection():
    given = inspect.signature(summitry.load_roles).parameters
    assert [*given] == ["engine", *[*inspect.signature(query.select).parameters][1:]]
    assert given["engine"].default == "pandas"
    with pytest.raises(UnknownNameError, match="Did you mean 'columns'"):
        summitry.load_roles(colums=["role_id"])


def test_the_stub_names_what_the_package_has():
    """It is generated; `scripts/build.py --check` sees that it is not older than the schemas."""
    text = stub.content(schema.package()).decode()
    assert text == (ROOT / stub.PATH).read_text("utf-8")
    for name in summitry.__all__:
        assert f"import {name} as {name}\n" in text or f"\n{name}: " in text


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """An environment with the wheel and little else; returns its Python."""
    home = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", home, ROOT]
    subprocess.run(build, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": ""})
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    names = {"base": home / "venv", "platbase": home / "venv"}
    packages = Path(sysconfig.get_path("purelib", vars=names))
    with zipfile.ZipFile(next(home.glob("*.whl"))) as wheel:
        wheel.extractall(packages)
    missing = [peer for peer in PEERS if not (Path(sysconfig.get_path("purelib")) / peer).is_dir()]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    for peer in PEERS:
        shutil.copytree(Path(sysconfig.get_path("purelib")) / peer, packages / peer, symlinks=True)
    return home / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"


USER = """
from pandas import DataFrame

import summitry
from summitry import load_all, load_statements, positions, stance_matrix, tables, verify
from summitry.errors import SummitryError

statements: DataFrame = load_statements(where={"act": "deny"}, as_of="2025-08-20")
every: dict[str, DataFrame] = load_all()
matrix: DataFrame = stance_matrix(by="party")
latest: DataFrame = positions("self", party="russia")
for window in summitry.windows(every="7d", width="14d", since="2025-08-04", until="2025-08-31"):
    positions(party="russia", **window)
version: str = summitry.__version__


def with_any(engine: str) -> list[object]:
    return [summitry.load_stances(engine, expand=True), load_all(engine)]


try:
    print([file.state for file in verify()], tables())
except SummitryError as error:
    print(error)
"""
WRONG = """
from summitry import load_statements, positions

load_statements(colums=["act"])
load_statements().no_such_method()
positions(by="actor")
positions("own", infer=["part"])
"""


# every day one of the two reads the wheel, and the other is asked by an editor what it shows
@pytest.mark.parametrize("tool", ["mypy", pytest.param("basedpyright", marks=pytest.mark.shipped)])
def test_files_of_a_user_are_checked_in_strict_mode_with_the_wheel_installed(installed, tmp_path, tool):
    """A right one passes, and a wrong option is found before the program runs."""
    pytest.importorskip(tool)
    (tmp_path / "user.py").write_text(USER, "utf-8")
    (tmp_path / "wrong.py").write_text(WRONG, "utf-8")
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}), "utf-8")
    options = {
        "mypy": ["--strict", "--python-executable", installed, "--cache-dir", tmp_path / "cache"],
        "basedpyright": ["--pythonpath", installed],
    }
    command = [sys.executable, "-m", tool, *options[tool], "user.py", "wrong.py"]
    env = {**os.environ, "PYTHONPATH": "", "MYPYPATH": ""}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    places = set(re.findall(r"(user|wrong)\.py:(\d+):", done.stdout))
    assert places == {("wrong", "4"), ("wrong", "5"), ("wrong", "6"), ("wrong", "7")}, done.stdout + done.stderr


def hover(installed, tmp_path, text, word):
    """Ask the language server of pyright what it shows for the last place of a word."""
    (tmp_path / "user.py").write_text(text, "utf-8")
    uri, line = (tmp_path / "user.py").as_uri(), text.count("\n") - 1
    where = {"textDocument": {"uri": uri}, "position": {"line": line, "character": text.splitlines()[line].index(word)}}
    root, client = tmp_path.as_uri(), {"workspace": {"configuration": True, "workspaceFolders": True}}
    sent = [
        {
            "id": 1,
            "method": "initialize",
            "params": {
                "processId": None,
                "rootUri": root,
                "workspaceFolders": [{"uri": root, "name": "user"}],
                "capabilities": client,
            },
        },
        {"method": "initialized", "params": {}},
        {
            "method": "textDocument/didOpen",
            "params": {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": text}},
        },
    ]
    command = [Path(sys.executable).with_name("basedpyright-langserver"), "--stdio"]
    quiet = {"stderr": subprocess.DEVNULL}  # it complains when it is stopped
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path, **quiet) as server:
        stop = threading.Timer(60, server.kill)  # one of another version may answer otherwise, or never
        stop.daemon = True
        stop.start()

        def send(message):
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            server.stdin.flush()

        for message in sent:
            send(message)
        while True:
            size = 0
            while head := server.stdout.readline().strip():
                if head.lower().startswith(b"content-length"):
                    size = int(head.split(b":")[1])
            answer = json.loads(server.stdout.read(size))
            if answer.get("method") == "workspace/configuration":
                items = [item.get("section") for item in answer["params"]["items"]]
                settings = [{"pythonPath": str(installed)} if section == "python" else {} for section in items]
                send({"id": answer["id"], "result": settings})
            elif "id" in answer and "method" in answer:
                send({"id": answer["id"], "result": None})
            elif answer.get("method") == "textDocument/publishDiagnostics":  # it has read its settings and the file
                send({"id": 2, "method": "textDocument/hover", "params": where})
            elif answer.get("id") == 2:
                server.kill()
                return answer["result"]["contents"]["value"]


def test_editors_show_the_codebook_of_a_table(installed, tmp_path):
    pytest.importorskip("basedpyright")
    shown = hover(installed, tmp_path, "from summitry import load_statements\n\nload_statements()\n", "load_statements")
    assert "Load the table statements." in shown
    for name in schema.package().table("statements").names:
        assert name in shown.replace("\\", "")


def test_loaders_are_the_same_each_time():
    assert loaders.loader("roles") is summitry.load_roles


def test_the_package_cannot_be_imported_from_a_zip_file_and_says_why(tmp_path):
    wheel = tmp_path / "summitry.whl"
    package = Path(summitry.__file__).parent
    with zipfile.ZipFile(wheel, "w") as archive:
        for file in package.rglob("*.py"):
            archive.write(file, Path("summitry") / file.relative_to(package))
    done = python(f"import sys; sys.path.insert(0, {str(wheel)!r}); from summitry import load_roles; load_roles()")
    assert "can open. Install it instead" in done.stderr
