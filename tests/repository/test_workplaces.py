"""Where contributors work: the action, the pre-commit hook, the workflows and the templates do what they say."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from pre_commit.clientlib import load_manifest

from conftest import CONTRIBUTIONS, ROOT
from summitry.cli import COMMANDS, hook

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
PULL_REQUEST = ROOT / ".github" / "pull_request_template.md"
(HOOK,) = load_manifest(ROOT / ".pre-commit-hooks.yaml")
SCHEMAS = {
    ROOT / "action.yml": "vendor.github-actions",
    **dict.fromkeys(WORKFLOWS, "vendor.github-workflows"),
    **dict.fromkeys(FORMS, "vendor.github-issue-forms"),
    ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml": "vendor.github-issue-config",
}
COMMAND = Path(sys.executable).with_name("summitry")
GOOD, BAD = CONTRIBUTIONS / "valid" / "with-text", CONTRIBUTIONS / "invalid" / "enum"
DOUBTFUL = CONTRIBUTIONS / "invalid" / "twin-statements"


def steps(path):
    """All steps of an action or a workflow."""
    given = yaml.safe_load(path.read_text("utf-8"))
    jobs = given["jobs"].values() if "jobs" in given else [given["runs"]]
    return [step for job in jobs for step in job["steps"]]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda p: p.name)
def test_files_are_what_github_reads(path):
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", SCHEMAS[path], str(path)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("path", [ROOT / "action.yml", *WORKFLOWS], ids=lambda p: p.name)
def test_no_script_is_put_together_from_what_others_write(path):
    scripts = [step["run"] for step in steps(path) if "run" in step]
    assert scripts
    assert not [s for s in scripts if "${{" in s]


# what a job may do besides reading the repository, and why it is in the workflow beside it
WRITES = {
    ("pages.yml", "publish"): {"pages": "write", "id-token": "write"},
    ("release.yml", "index"): {"id-token": "write"},
    ("release.yml", "page"): {"contents": "write"},
}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_each_job_has_the_least_permissions(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"] == WRITES.get((path.name, name), {"contents": "read"}), name
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name


@pytest.mark.parametrize(
    ("there", "code"),
    [
        (["a/statements.csv"], 0),
        (["a/statements.csv", "b/seeds/x.txt"], 0),
        (["statements.csv"], 1),
        (["a/x.csv", "b.csv"], 1),
    ],
)
def test_the_workflow_for_data_looks_at_whatever_waits_to_be_merged(there, code, tmp_path):
    """GitHub's pattern `**` finds files at any depth; what is no folder is named."""
    *_, folders, validate = steps(ROOT / ".github" / "workflows" / "data.yml")
    assert "hashFiles('contributions/**') != ''" in folders["if"]
    assert folders["if"] == validate["if"]
    for name in there:
        (tmp_path / "contributions" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "contributions" / name).touch()
    command = ["bash", "-eo", "pipefail", "-c", folders["run"]]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "::error" in done.stdout) == (code, bool(code))


def test_the_workflow_for_data_runs_without_secrets():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "data.yml").read_text("utf-8"))
    assert list(workflow[True]) == ["pull_request"]  # YAML 1.1 reads the key `on` as true


def test_one_python_runs_what_every_change_and_every_release_must_pass():
    versions = set()
    for path in WORKFLOWS:
        for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values():
            if any(step.get("run") == ".ci/run" for step in job["steps"]):
                versions |= {
                    step["with"]["python-version"] for step in job["steps"] if "setup-python" in step.get("uses", "")
                }
    assert len(versions) == 1


def test_the_tools_that_check_the_code_have_one_version_each():
    """Otherwise a rule that is new in one of them stops a change, or a release, that did not touch what it is about."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    assert [tool for tool in groups["dev"] if not re.fullmatch(r"[\w-]+==[\d.]+", tool)] == []
    tools = {tool.partition("==")[0] for tool in groups["dev"]}
    used = set(re.findall(r'"\$bin/([\w-]+)"', (ROOT / ".ci" / "run").read_text("utf-8"))) - {"python"}
    assert {name.replace("lint-imports", "import-linter") for name in used} <= tools
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    others = [repo["repo"] for repo in repos if repo["repo"] != "local"]
    assert others == ["https://github.com/pre-commit/pre-commit-hooks"]
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "pip", "pre-commit"}


def test_what_the_map_says_of_coverage_is_checked():
    runs = [step.get("run", "") for step in steps(ROOT / ".github" / "workflows" / "scheduled.yml")]
    assert "python -m pytest --cov" in runs
    assert any("scripts/check_coverage.py" in run for run in runs)


@pytest.mark.parametrize("path", [ROOT / "action.yml", *WORKFLOWS], ids=lambda p: p.name)
def test_each_action_is_pinned_to_a_commit_with_its_version_beside(path):
    uses = re.findall(r"^ *(?:- )?uses: (.*)$", path.read_text("utf-8"), re.MULTILINE)
    assert uses
    for action in uses:
        assert re.match(r"\./|[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", action), action


@pytest.fixture
def workplace(tmp_path):
    """A checkout of somebody's repository, with contributions."""
    workspace = tmp_path / "workspace"
    for name, case in (("good", GOOD), ("bad", BAD), ("doubtful", DOUBTFUL)):
        shutil.copytree(case, workspace / "my rows" / name)
    return workspace


QUICK = """#!{python}
import sys
import tomllib
from pathlib import Path
from summitry import paths
from summitry.cli import process
paths.root = lambda: Path({base!r})
with Path(sys.argv[0]).with_name("log").open("a") as log:
    print(*sys.argv[1:], file=log)
sys.argv[1:] = ["local" if argument == "pandera" else argument for argument in sys.argv[1:]]
sys.exit(process())
"""


@pytest.fixture
def quick(few_rows, tmp_path):
    """The command `summitry` where few rows are installed, without pandera, in a third of the time; it keeps a log."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "summitry"
    command.write_text(QUICK.format(python=sys.executable, base=str(few_rows)), "utf-8")
    command.chmod(0o755)
    return command


@pytest.fixture
def act(workplace, quick, tmp_path):
    """Run the last step of the action as a runner does; returns the process, the summary and the outputs."""

    def call(command=quick, **inputs):
        step = ACTION["runs"]["steps"][-1]
        given = {name: about["default"] for name, about in ACTION["inputs"].items()} | inputs
        values = {
            "FORMAT": given["format"], "PATHS": given["paths"], "STRICT": given["strict"], "PYTHONUTF8": "1",
            "SUMMITRY": command, "MOST": given["max-problems"],
        }  # fmt: skip
        assert values.keys() == step["env"].keys()
        files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", "utf-8")
        script = tmp_path / "step.sh"
        script.write_text(step["run"], "utf-8")
        runner = {"GITHUB_WORKSPACE": workplace, "RUNNER_TEMP": tmp_path, "PATH": os.environ["PATH"], **files}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],  # noqa: S607 - as the runner calls it
            cwd=workplace, env={k: str(v) for k, v in (runner | values).items()},
            capture_output=True, text=True, check=False, encoding="utf-8",
        )  # fmt: skip
        return done, *(files[n].read_text("utf-8") for n in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"))

    return call


def test_the_action_reports_what_is_wrong_and_where(act, quick):
    done, summary, outputs = act(paths="my rows/bad", format="sarif")
    assert (done.returncode, done.stderr) == (1, "")
    _, *calls = quick.with_name("log").read_text().splitlines()
    assert len(calls) == 3
    assert all("--engine pandera" in call for call in calls)
    annotation, changes, count = done.stdout.splitlines()
    assert changes.startswith("::notice title=new and changed rows::new in mentions: 1 row")
    assert annotation.startswith("::error file=my rows/bad/stances.csv,line=2,col=132,title=enum::position")
    assert count.startswith("not valid: 1 error")
    assert f"**{count}**\n\n<pre>\nmy rows/bad/stances.csv:2:132: error in position" in summary
    assert summary.endswith(f"\n{count}\n</pre>\n\n")
    name, _, file = outputs.strip().partition("=")
    assert name == "report"
    (result,) = json.loads(Path(file).read_text("utf-8"))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "my%20rows/bad/stances.csv", "uriBaseId": "%SRCROOT%"}


def test_the_action_is_content_with_a_valid_contribution(act):
    done, summary, outputs = act(paths="my rows/good\n", format="text")
    assert (done.returncode, done.stderr) == (0, "")
    assert "**valid: 0 errors" in summary
    assert outputs.endswith("summitry-report.txt\n")
    assert "valid: 0 errors" in Path(outputs.strip().partition("=")[2]).read_text("utf-8")


@pytest.mark.shipped
def test_the_action_checks_the_dataset_where_no_path_is_given(act):
    done, summary, outputs = act(COMMAND)
    assert (done.returncode, done.stderr, outputs) == (0, "", "")
    assert re.search(r"<pre>\n(.*\n)*valid: 0 errors, \d+ warnings? in [\d,]+ rows in \d+ files\n</pre>", summary)


def test_the_action_knows_patterns_and_strictness(act):
    done, summary, _ = act(paths="my rows/*ful\nmy rows/g*/", strict="true")
    assert done.returncode == 1
    assert "::error file=my rows/doubtful/" in done.stdout
    assert "not valid: 2 errors, 0 warnings" in summary  # what is in doubt, and a key that is in both


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"paths": "--help"}, "There is no file or folder '--help'"),
        ({"paths": "$(touch pwned)\n`touch pwned`"}, "There is no file or folder '$(touch pwned)'"),
        ({"strict": "yes"}, "neither true nor false"),
        ({"paths": "my rows/bad", "format": "$(touch pwned)"}, "There is no format '$(touch pwned)'"),
    ],
)
def test_the_action_ends_with_2_where_it_cannot_check(act, workplace, inputs, words):
    done, summary, outputs = act(**inputs)
    assert (done.returncode, outputs) == (2, "")
    assert words in done.stdout + done.stderr
    assert not summary.startswith("###") or "format" in inputs
    assert not (workplace / "pwned").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
@pytest.mark.parametrize("pattern", ["my rows/*", "my rows/*/", "my rows/linked"])
def test_the_action_follows_no_link_that_a_pattern_finds(act, workplace, tmp_path, pattern):
    shutil.copytree(workplace / "my rows" / "bad", tmp_path / "outside")
    (workplace / "my rows" / "linked").symlink_to(tmp_path / "outside")
    done, summary, _ = act(paths=pattern)
    assert (done.returncode, done.stdout) == (2, "::error::One of the paths is a link, which is not followed.\n")
    assert "accpets" not in summary


def test_no_cell_breaks_out_of_the_summary(act, tmp_path):
    command = tmp_path / "summitry"
    command.write_text("#!/bin/sh\necho 'found “</pre><img src=x>&lt;”'; echo 'not valid: 1 error'; exit 1\n", "utf-8")
    command.chmod(0o755)
    summary = act(command=command)[1]
    assert "found “&lt;/pre>&lt;img src=x>&amp;lt;”" in summary
    assert summary.count("</pre>") == 1


def test_the_summary_stays_below_what_github_takes(act, tmp_path):
    many = tmp_path / "many"
    says = "seq -f 'problem %.0f & more' 100000; echo 'not valid: 100000 errors'; exit 1"
    many.write_text(f"#!/bin/sh\n{says}\n", "utf-8")
    many.chmod(0o755)
    done, summary, _ = act(command=many)
    assert done.returncode == 1
    assert len(done.stdout) > 2**20 > 2 * len(summary.encode())
    assert summary.startswith("### summitry validate\n\n**not valid: 100000 errors**\n\n<pre>\nproblem 1 &amp; more\n")
    assert summary.endswith(" more\n</pre>\n\n")


def test_the_action_installs_what_it_was_taken_from_or_a_release_by_number(tmp_path):
    """The installing step with a Python that only writes down what it is asked for."""
    python = tmp_path / "python"
    log = tmp_path / "log"
    python.write_text(
        f'#!/bin/sh\n[ "$2" = venv ] && mkdir -p "$3/bin" && cp "$0" "$3/bin/python"\necho "$@" >>{log}\n'
    )
    python.chmod(0o755)
    (step,) = [s for s in ACTION["runs"]["steps"] if s.get("id") == "install"]
    assert set(step["env"]) == {"PYTHON", "VERSION"}

    def install(version):
        log.write_text("", "utf-8")
        environment = {
            "PYTHON": python, "VERSION": version, "GITHUB_ACTION_PATH": "/the action",
            "RUNNER_TEMP": tmp_path, "GITHUB_OUTPUT": tmp_path / "outputs", "PATH": os.environ["PATH"],
        }  # fmt: skip
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]],  # noqa: S607 - as the runner calls it
            env={k: str(v) for k, v in environment.items()}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, log.read_text("utf-8").splitlines()[1:]

    pip = "-m pip install --quiet --disable-pip-version-check"
    assert install("") == (0, [f"{pip} --editable /the action[validate]"])
    assert install("0.2.0") == (0, [f"{pip} summitry[validate]==0.2.0"])
    assert install("0.2 --index-url x") == (2, [])
    assert (tmp_path / "outputs").read_text("utf-8").splitlines()[0] == f"command={tmp_path}/summitry/bin/summitry"


# what `validate` and `merge` read, or name as wrong, in the folder of a contribution
PARTS = [
    "statements.csv.gz",
    "datapackage.json",
    "Statements.csv",
    "statments.csv",
    "rows.xlsx",
    "seeds/other.txt",
    "x.md",
]


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize("name", PARTS)
def test_the_hook_checks_a_contribution_whichever_of_its_files_changes(name, workplace, monkeypatch, capsys):
    assert "files" not in HOOK or not HOOK["files"]
    folder = workplace / "my rows" / "bad"
    if not name.startswith("seeds"):
        (folder / name).write_text("{}", "utf-8")
    monkeypatch.chdir(workplace)
    assert hook.main([f"my rows/bad/{name}"]) == 1
    assert "not valid" in capsys.readouterr().out


@pytest.mark.usefixtures("on_few_rows")
@pytest.mark.parametrize(
    ("name", "code"), [("statements.csv.gz", 1), ("Statements.csv", 1), ("my_actors.csv", 0), ("actors.md", 0)]
)
def test_the_hook_knows_a_contribution_by_the_name_of_a_table(name, code, tmp_path, monkeypatch):
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / name).write_bytes(b"damaged")
    monkeypatch.chdir(tmp_path)
    assert hook.main([f"rows/{name}", "gone/statements.csv"]) == code
    assert HOOK["require_serial"]


@pytest.fixture
def commit(workplace):
    """Run the hook on some files as pre-commit does."""

    def call(*arguments):
        first, *entry = shlex.split(HOOK["entry"])
        assert first == "python"
        command = [sys.executable, *entry, *HOOK["args"], *arguments]
        return subprocess.run(
            command, cwd=workplace, capture_output=True, text=True, check=False, encoding="utf-8",
        )  # fmt: skip

    return call


@pytest.mark.usefixtures("on_few_rows")
def test_the_hook_checks_the_whole_contribution_of_each_file(commit, workplace, monkeypatch, capsys):
    done = commit("my rows/bad/mentions.csv", "my rows/good/seeds/example-2025-08-22.txt")
    assert (done.returncode, done.stderr) == (1, "")
    assert "my rows/bad/stances.csv:2:132: error in position" in done.stdout
    assert len(re.findall(r"^(?:not )?valid: ", done.stdout, re.MULTILINE)) == 2
    monkeypatch.chdir(workplace)
    assert hook.main(["my rows/good/mentions.csv", "my rows/doubtful/mentions.csv"]) == 0
    assert hook.main(["--strict", "my rows/doubtful/mentions.csv"]) == 1
    assert hook.main([]) == 0
    assert capsys.readouterr().err == ""


def test_the_hook_runs_nothing_of_the_repository_and_minds_its_own_texts(commit, workplace):
    for name in ("polars", "summitry", "argparse"):
        (workplace / f"{name}.py").write_text("raise SystemExit('imported')\n", "utf-8")
    (workplace / "seeds").mkdir()
    (workplace / "seeds" / "corn.txt").write_text("grain\n", "utf-8")
    done = commit("seeds/corn.txt", "my rows/good/statements.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("valid: ") == 1


def test_the_hook_finds_the_texts_in_the_checkout_around_its_environment(checkout, tmp_path):
    assert hook.checkout(checkout / "py_env-python3") == checkout
    shutil.rmtree(checkout / "seeds")
    assert hook.checkout(checkout / "py_env-python3") is None
    (tmp_path / "seeds").mkdir()
    assert hook.checkout(tmp_path / "py_env-python3") is None


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.name)
def test_the_forms_offer_what_the_schemas_know(path, package):
    offered = {
        f["id"]: f["attributes"].get("options") for f in yaml.safe_load(path.read_text("utf-8"))["body"] if "id" in f
    }
    known = {"table": list(package.tables), "kind": list(package.table("sources")["kind"].enum)}
    asked = offered.keys() & known.keys()
    assert asked
    assert {name: offered[name] for name in asked} == {name: known[name] for name in asked}


def test_the_templates_name_commands_and_files_that_exist():
    for path in [*FORMS, PULL_REQUEST]:
        text = path.read_text("utf-8")
        for command in re.findall(r"`summitry (\w+)", text):
            assert command in COMMANDS, (path, command)
        for file in re.findall(r"\b[A-Z]+[.]md\b|(?<=`)[.]?\w+/\w+(?=`)", text):
            assert (ROOT / file).exists(), (path, file)
