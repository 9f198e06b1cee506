"""The same tools as commands."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.ops.tools import TOOLS
from tests.calls.conftest import SECRET
from tests.fake_provider import FakeProvider, Step
from tests.flow.flow_world import Shell
from tests.mcp.mcp_world import ANSWERS, LUNA, NEEDS_MORE, PIN, good_arguments

SESSIONLESS = {"llm_set_profile": "LLM_ROUTER_PROFILE", "llm_session_spend": "--session"}


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], provider: FakeProvider
) -> Iterator[Shell]:
    made = Shell(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("OLLAMA_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url("openai"))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    yield made


def words(name: str, arguments: dict[str, object]) -> list[str]:
    from router.ops.tools import tool

    found = [name]
    for parameter in tool(name).parameters:
        value = arguments.get(parameter.name)
        if value is None:
            continue
        flag = [] if parameter.positional else [f"--{parameter.name.replace('_', '-')}"]
        for each in value if isinstance(value, list) else [value]:
            found += [*flag, str(each)]
    return found


@pytest.mark.slow
def test_every_tool_is_a_command_that_prints_json(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    arguments = good_arguments(shell.repo)
    assert set(arguments) == set(TOOLS)
    for name, given in arguments.items():
        if name in ANSWERS:
            provider.script(LUNA, [Step(json.dumps(ANSWERS[name]))])
        ran = shell.run(*words(name, given), "--json")
        if name in NEEDS_MORE or name in SESSIONLESS:
            reason = NEEDS_MORE.get(name) or SESSIONLESS[name]
            assert ran.code != 0 and reason in ran.err, (name, ran)
            continue
        assert ran.code == 0, (name, ran)
        assert isinstance(ran.plain, dict), name
    assert shell.run("llm_nothing").code == 2
