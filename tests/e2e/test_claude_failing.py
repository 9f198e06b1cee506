"""A failing command in Claude Code itself: the person's words and rules are met as they are, and its output comes in fewer words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.compress.world import cases, words
from tests.e2e.claude import results, settings, talk, turns
from tests.e2e.clients import not_late, place
from tests.fake_provider.server import FakeProvider
from tests.fake_provider.step import Step, tool_call

pytestmark = pytest.mark.e2e
FAILED = next(
    case for _, case in cases() if case["name"] == "failures, an error and a skip" and case["exit_code"] == 1
)


@pytest.mark.parametrize("listed", ["[pytest]", "[]"])
@not_late
def test_a_listed_command_that_fails_is_shown_in_fewer_words_by_the_person_s_own_rule(
    tmp_path: Path, listed: str
) -> None:
    there = place(tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    (tmp_path / "raw.txt").write_text(FAILED["output"], "utf-8")
    (programs / "pytest").write_text(f"#!/bin/sh\ncat '{tmp_path}/raw.txt'\nexit 1\n", "utf-8")
    (programs / "pytest").chmod(0o755)
    there = replace(there, environ={**there.environ, "PATH": f"{programs}:{there.environ['PATH']}"})
    settings(there, json.dumps({"permissions": {"allow": ["Bash(pytest *)"]}}))
    (there.home / ".llm-router").mkdir()
    (there.home / ".llm-router" / "routing.yaml").write_text(f"compress_failing: {listed}\n", "utf-8")
    there.router("install", "--host", "claude-code")
    with FakeProvider() as fake:
        steps = [
            Step(text="", tool_calls=(tool_call("Bash", {"command": command, "description": "test"}, id),))
            for id, command in (("plain", "pytest -q"), ("piped", "pytest -q | cat"), ("unasked", "touch made"))
        ]
        talk(there, fake, [*steps, Step(text="done")])
        seen = results(turns(fake)[-1])
    assert ("llm-router raw" in seen["plain"]) == (listed != "[]")
    assert "Exit code 1" in seen["plain"]
    assert [fact for fact in FAILED["shows"] if words(fact) not in words(seen["plain"])] == []
    assert FAILED["output"].strip() in seen["piped"]
    assert not (there.project / "made").exists()
    if listed != "[]":
        assert FAILED["output"].strip() in there.whole_of(seen["plain"])
