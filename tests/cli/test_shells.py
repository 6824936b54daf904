"""Completion in the shells themselves, at a terminal: what is typed and the tab key, and what is then on the line."""

from __future__ import annotations

import os
import pty
import select
import shutil
import sys
import time

import pytest

pytest.importorskip("argcomplete", reason="completion needs the extra 'completion'")

LONGEST = 30  # seconds that a shell may take, on a machine that does much else
# shell → how it is started without anybody's own settings, and what is in the file that it reads at its start
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(summitry completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit && compinit -u -D\neval "$(summitry completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "summitry completion fish | source"),
}


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, command, env):
        self.child, self.end = pty.fork()
        if self.child == 0:
            os.execvpe(command[0], command, env)  # noqa: S606 - the command is a shell
        self.seen = ""

    def type(self, text):
        os.write(self.end, text.encode())

    def wait_for(self, text):
        """Read until a text is on the screen."""
        until = time.monotonic() + LONGEST
        while text not in self.seen:
            left = until - time.monotonic()
            assert left > 0, self.seen
            if select.select([self.end], [], [], left)[0]:
                self.seen += os.read(self.end, 4096).decode(errors="replace")
                self.answer()
        self.seen = self.seen.partition(text)[2]

    def answer(self):
        """Answer a shell that asks what terminal this is and where its cursor is, as fish does."""
        for question, answer in (("\x1b[c", "\x1b[?6c"), ("\x1b[6n", "\x1b[1;1R")):
            if question in self.seen:
                self.seen = self.seen.replace(question, "")
                self.type(answer)

    def close(self):
        os.close(self.end)
        os.waitpid(self.child, 0)


@pytest.fixture
def terminal(request, tmp_path):
    name = request.param
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    program = tmp_path / "bin" / "summitry"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom summitry.cli import process\nprocess()\n", "utf-8")
    program.chmod(0o755)
    start, settings = SHELLS[name]
    env = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "xterm"}
    shell = Terminal(start, env)
    for line in settings.splitlines():
        shell.type(f"{line}\n")
    shell.type("echo re''ady\n")
    shell.wait_for("ready")
    yield shell
    shell.close()


@pytest.mark.parametrize("terminal", SHELLS, indirect=True)
def test_the_tab_key_completes_a_command_a_table_an_option_and_a_value(terminal):
    for typed, completed in (
        ("summitry sho", "show"),
        ("stateme", "statements"),
        ("--form", "--format"),
        ("jsonl --where act=dem", "act=demand"),
    ):
        terminal.type(f"{typed}\t")
        terminal.wait_for(completed[len(typed.split()[-1]) :])
        terminal.type(" ")
    terminal.type("\x01printf '<%s>' \n")  # to the start of the line
    terminal.wait_for("<summitry><show><statements><--format><jsonl><--where><act=demand>")
