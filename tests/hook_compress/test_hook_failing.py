"""Failing commands in the host's own shell: what real shells print, and what they leave alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from router.base.places import find_places
from router.engine.hook_failing import MARK, MOST, plain_names, prepare_shells
from router.engine.load import Wanted, load_policy
from tests.compress.world import cases
from tests.hook_compress.world import START, make_world

FAILED = next(
    case for _, case in cases() if case["name"] == "failures, an error and a skip" and case["exit_code"] == 1
)
SHELLS = [name for name in ("bash", "zsh") if shutil.which(name)]
pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only where /proc is")


class Shell:
    """A shell whose output goes to one file, as a host's does, in a home with a program that fails."""

    def __init__(self, folder: Path, name: str, listed: tuple[str, ...] = ("pytest",)) -> None:
        self.folder, self.name = folder, name
        bin = folder / "bin"
        bin.mkdir()
        (folder / "raw.txt").write_text(FAILED["output"], "utf-8")
        self.program("pytest", f'cat "{folder}/raw.txt"; echo "args: $#:$*" >&2; exit ${{CODE:-3}}')
        self.environ = {"HOME": str(folder), "PATH": f"{bin}:{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(sys.path)}
        self.file = folder / "env.sh"
        self.file.write_text("export WHAT_WAS_THERE=1\n", "utf-8")
        self.kept = prepare_shells({"ENV_FILE": str(self.file)}, "ENV_FILE", listed)

    def program(self, name: str, body: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
        path.chmod(0o755)

    def run(self, command: str, *, before: str = "") -> tuple[str, int]:
        """What the shell printed, both streams in one file, and how it ended."""
        out = self.folder / "out.txt"
        with out.open("wb") as file:
            done = subprocess.run(
                [self.name, "-c", f". '{self.file}'\n{before}\n{command}"], env=self.environ, cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, timeout=120, check=False,
            )  # fmt: skip
        return out.read_text("utf-8"), done.returncode


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    return Shell(tmp_path, request.param)


def test_a_listed_command_that_fails_is_shown_in_fewer_words_with_its_code_and_its_words(shell: Shell) -> None:
    text, code = shell.run("pytest -q 'a b' \"\"")
    assert code == 3
    assert "llm-router raw " in text
    assert len(text) < len(FAILED["output"])
    assert [fact for fact in FAILED["shows"] if fact not in text] == []
    assert "args: 3:-q a b" in text


def test_the_whole_output_can_be_had_again(shell: Shell) -> None:
    text, _ = shell.run("pytest")
    handle = text.rpartition("llm-router raw ")[2].partition("]")[0]
    whole = (shell.folder / ".llm-router" / "raw" / f"{handle}.raw").read_text("utf-8")
    assert FAILED["output"].strip() in whole


def test_a_command_that_goes_well_prints_what_it_prints(shell: Shell) -> None:
    text, code = shell.run("CODE=0 pytest")
    assert (text, code) == (FAILED["output"] + "args: 0:\n", 0)


@pytest.mark.parametrize(
    "command",
    [
        "pytest 2>&1 | cat",
        "pytest > f.txt 2>&1; cat f.txt",
        "x=$(pytest 2>&1); printf '%s\\n' \"$x\"",
        "(pytest)",
        "pytest & wait",
        "command pytest",
        "env pytest",
        "./bin/pytest",
        "sh -c pytest",
    ],
)
def test_whatever_is_no_plain_call_runs_untouched(shell: Shell, command: str) -> None:
    text, _ = shell.run(command)
    assert "llm-router raw" not in text
    assert FAILED["output"].strip() in text


def test_the_shell_stays_the_same_one(shell: Shell) -> None:
    text, code = shell.run("cd bin; export KEPT=1; pytest; code=$?; echo \"$code $KEPT $(basename \"$PWD\") $WHAT_WAS_THERE\"")
    assert text.splitlines()[-1] == "3 1 bin 1"
    assert code == 0


@pytest.mark.parametrize("option", ["set -e", "set -u", "set -eu"])
def test_strict_shells_end_as_they_would(shell: Shell, option: str) -> None:
    text, code = shell.run(f"{option}; pytest || echo went on; pytest; echo last")
    assert "went on" in text
    assert ("last" in text) == (option == "set -u")
    assert code == (0 if option == "set -u" else 3)


def test_what_it_reads_comes_from_where_it_came(shell: Shell) -> None:
    shell.program("pytest", "cat; exit 1")
    text, code = shell.run("echo from the pipe > in.txt; pytest < in.txt; pytest <<END\nfrom below\nEND")
    assert (text, code) == ("from the pipe\nfrom below\n", 1)


def test_a_name_the_person_gave_to_something_else_stays_theirs(shell: Shell) -> None:
    mine = "pytest() { echo mine; }\n"
    shell.file.write_text(mine + shell.file.read_text("utf-8"), "utf-8")
    assert shell.run("pytest") == ("mine\n", 0)


def test_an_output_that_cannot_be_shortened_is_shown_whole(shell: Shell) -> None:
    shell.file.write_text(shell.file.read_text("utf-8").replace(sys.executable, "/nowhere/python"), "utf-8")
    assert shell.run("pytest") == (FAILED["output"] + "args: 0:\n", 3)


def test_what_was_printed_is_shown_when_the_command_is_ended(shell: Shell) -> None:
    shell.program("pytest", "echo so far; kill -TERM $PPID; exit 1")
    text, code = shell.run("pytest")
    assert "so far" in text
    assert code == 143


@pytest.mark.parametrize("separate", [True, False])
def test_two_streams_stay_two(tmp_path: Path, separate: bool) -> None:
    shell = Shell(tmp_path, "bash")
    done = subprocess.run(
        ["bash", "-c", f". '{shell.file}'\npytest"], env=shell.environ, cwd=tmp_path, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE if separate else subprocess.STDOUT,
    )  # fmt: skip
    assert (b"llm-router raw" in done.stdout) is not separate
    assert done.stderr == (b"args: 0:\n" if separate else None)


def test_the_file_is_written_once_and_keeps_what_it_held(tmp_path: Path) -> None:
    shell = Shell(tmp_path, "bash")
    before = shell.file.read_text("utf-8")
    assert prepare_shells({"ENV_FILE": str(shell.file)}, "ENV_FILE", ["npm"])
    assert shell.file.read_text("utf-8") == before
    assert before.startswith("export WHAT_WAS_THERE=1\n")
    assert before.count(MARK) == 1


@pytest.mark.parametrize("environ", [{}, {"ENV_FILE": ""}, {"ENV_FILE": "/nowhere/at/all"}])
def test_without_a_file_nothing_is_prepared(environ: dict[str, str]) -> None:
    assert prepare_shells(environ, "ENV_FILE", ["pytest"]) is False


def test_names_that_would_harm_a_shell_are_passed_over() -> None:
    harmful = ["time", "cd", "if", "exec", "", "-x", "a b", "x;rm", "$(x)", "é", "a'b", "./run", "1st"]
    assert plain_names([*harmful, "golangci-lint", "pytest", "pytest", "npm"]) == ["golangci-lint", "pytest", "npm"]
    assert len(plain_names(f"tool{n}" for n in range(100))) == MOST


@pytest.mark.parametrize(
    ("listed", "mode", "there"),
    [("[pytest]", None, True), ("[]", None, False), (None, None, False), ("[pytest]", "off", False), ("[pytest]", "shadow", False)],
)
def test_a_session_prepares_its_shells_where_the_person_lists_programs(
    tmp_path: Path, listed: str | None, mode: str | None, there: bool
) -> None:
    (tmp_path / "home" / ".llm-router").mkdir(parents=True)
    said = [f"compress_failing: {listed}"] * (listed is not None) + [f"enforce: {mode}"] * (mode is not None)
    (tmp_path / "home" / ".llm-router" / "routing.yaml").write_text("\n".join(said), "utf-8")
    world = make_world(tmp_path)
    file = tmp_path / "env.sh"
    environ = {**world.environ, "CLAUDE_ENV_FILE": str(file)}
    start = {
        "session_id": "5f0c", "cwd": str(world.project), "hook_event_name": "SessionStart", "source": "startup",
        "transcript_path": str(world.home / "t.jsonl"),
    }  # fmt: skip
    world._replace(environ=environ).hook(start, kind="session_start")
    assert (file.exists() and MARK in file.read_text("utf-8")) is there


def test_a_repository_cannot_list_programs(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / ".llm-router.yml").write_text("compress_failing: [pytest]\n", "utf-8")
    (tmp_path / "home").mkdir()
    environ = {"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"], "PWD": str(project)}
    loaded = load_policy(Wanted(find_places(environ, project)), environ, START.date(), START.timestamp())
    assert "compress_failing" in "\n".join(problem.message for problem in loaded.problems)
    assert loaded.table is None or not loaded.table.settings.get("compress_failing")
