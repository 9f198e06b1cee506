"""The program as a process: streams, pipes and arguments as a shell hands them over."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flow_world import Shell

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from router.faces.cli.main import run; run()"]


def process(shell: Shell, *words: Any, **options: Any) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    options.setdefault("input", b"")
    return subprocess.run(
        [*PROGRAM, *words], cwd=shell.repo, env=env, capture_output=True, check=False, **options
    )


@pytest.mark.slow
def test_prompt_that_is_no_text_comes_through_arguments_and_input(shell: Shell) -> None:
    typed = process(shell, "test", b"fix \xff\xfe it", "--task", "code", "--complexity", "simple", "--json")
    piped = process(
        shell, "test", "-", "--task", "code", "--complexity", "simple", "--json", input=b"fix \xff\xfe\0 it"
    )
    for ran in (typed, piped):
        assert (ran.returncode, ran.stderr) == (0, b"")
        assert json.loads(ran.stdout)["outcome"] == "route"


def test_ascii_terminal_gets_text_it_can_show(shell: Shell) -> None:
    shell.rules('rule a\n  tag x\n  because "naïve 数据"\n')
    ran = process(
        shell, "policy", "show", env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    )
    assert ran.returncode == 0
    assert "naïve 数据" in ran.stdout.decode("utf-8")


@pytest.mark.slow
def test_reader_that_goes_away_gets_no_traceback(shell: Shell) -> None:
    shell.rules("".join(f"rule r{number}\n  tag x{number}\n" for number in range(3000)))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(
        [*PROGRAM, "policy", "show"], cwd=shell.repo, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None and running.stderr is not None
    assert running.stdout.readline().split()[:2] == [b"1", b"r0"]
    running.stdout.close()
    said = running.stderr.read()
    assert running.wait() == 1
    assert said == b""


def test_fault_of_ours_is_one_line_without_a_traceback(shell: Shell) -> None:
    ran = process(shell, "explain", "R301", env={"LLM_ROUTER_DEBUG": ""})
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_working_folder_that_was_removed_is_said(shell: Shell) -> None:
    gone = shell.root / "gone"
    gone.mkdir()
    words = " ".join(["cd", str(gone), "&&", "rmdir", str(gone), "&&", "exec", '"$@"'])
    env = {**os.environ, "PYTHONPATH": str(ROOT), "LLM_ROUTER_DEBUG": ""}
    ran = subprocess.run(
        ["bash", "-c", words, "bash", *PROGRAM, "check"], env=env, capture_output=True, check=False
    )
    assert ran.returncode == 1
    assert b"Traceback" not in ran.stderr and b"folder" in ran.stderr
