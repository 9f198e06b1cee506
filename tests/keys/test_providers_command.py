"""`llm-router providers` says who can be called and shows no key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.base.shipped import shipped
from tests.dispatch_media.loopback import Loopback, Reply, serving
from tests.flow.flow_world import Ran, Shell

KEY = "gsk-0a1b2c3d4e5f"
OURS = """
catalogue:
  providers:
    lan: {base_url: "%s/v1"}
  models:
    lan/known: {tier: cheap}
    lan/gone: {tier: mid}
"""


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving() as started:
        yield started


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], loopback: Loopback
) -> Shell:
    from router.policy.catalogue import load_catalogue

    for provider in load_catalogue().providers.values():
        for name in (*provider.key_variables, provider.base_url_variable or ""):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("OLLAMA_BASE_URL", loopback.url)
    return Shell(tmp_path, monkeypatch, capsys)


def line_of(ran: Ran, provider: str) -> str:
    (line,) = [line for line in ran.out.splitlines() if line[2:].startswith(f"{provider} ")]
    return " ".join(line.split())


def offered(provider: str) -> int:
    """How many models of a provider the catalogue's own file declares."""
    text = shipped("rules/models.yaml").read_text("utf-8")
    return sum(line.startswith(f"  {provider}/") for line in text.splitlines())


def test_nothing_set_says_what_to_set(shell: Shell) -> None:
    ran = shell.run("providers")
    assert ran.code == 0 and "0 of 17 providers can be called" in ran.out
    assert line_of(ran, "anthropic").startswith("- anthropic no key: set ANTHROPIC_API_KEY, see https://")
    assert line_of(ran, "codex").startswith("- codex no program `codex` on the path free")
    assert line_of(ran, "ollama").startswith("- ollama no answer at http://127.0.0.1:")


def test_a_key_is_told_by_where_it_comes_from_and_never_shown(shell: Shell) -> None:
    shell.write("user/.env", f"COHERE_API_KEY={KEY}\n").chmod(0o600)
    for words in (["providers"], ["providers", "--json"], ["providers", "--models"]):
        ran = shell.run(*words)
        assert ran.code == 0 and "~/.llm-router/.env" in ran.out and KEY not in ran.out + ran.err
    told = f"+ cohere key from ~/.llm-router/.env free tier {offered('cohere')} models"
    assert line_of(shell.run("providers"), "cohere") == told
    assert all(KEY.encode() not in path.read_bytes() for path in shell.root.rglob("*.json"))


def test_what_answers_is_counted_and_listed(shell: Shell, loopback: Loopback) -> None:
    shell.write("user/routing.yaml", OURS % loopback.url)
    loopback.on("GET /api/tags", Reply({"models": [{"name": "qwen3.5:latest"}, {"name": "mine:7b"}]}))
    loopback.on("GET /v1/models", Reply({"data": [{"id": "known"}]}))
    ran = shell.run("providers", "--models")
    assert line_of(ran, "ollama").endswith(f"free {offered('ollama')} models, 2 discovered")
    assert line_of(ran, "lan") == f"+ lan no key needed at {loopback.url}/v1 2 models, 1 discovered"
    listed = {" ".join(line.split()) for line in ran.out.splitlines() if line.startswith("    ")}
    assert {
        "ollama/qwen3.5:latest",
        "ollama/mine:7b (discovered)",
        "lan/known",
        "lan/gone (not discovered)",
    } <= listed


def test_plain_data_hold_the_same(shell: Shell, loopback: Loopback) -> None:
    loopback.on("GET /api/tags", Reply({"models": [{"name": "mine:7b"}]}))
    rows = {row["provider"]: row for row in shell.run("providers", "--json").plain["providers"]}
    assert rows["ollama"]["configured"] and rows["ollama"]["discovered"] == ["mine:7b"]
    assert rows["ollama"]["key_variables"] == [] and rows["gemini"]["free_tier"]
    assert rows["fal"]["models"] and rows["fal"]["discovered"] is None and not rows["fal"]["configured"]


def test_answers_are_kept_until_a_refresh(shell: Shell, loopback: Loopback) -> None:
    loopback.on("GET /api/tags", Reply({"models": []}), Reply({"models": [{"name": "new"}]}))
    shell.run("providers")
    assert "0 discovered" in line_of(shell.run("providers"), "ollama")
    assert "1 discovered" in line_of(shell.run("providers", "--refresh"), "ollama")


def test_a_fault_in_a_file_of_keys_is_a_problem_without_its_line(shell: Shell) -> None:
    shell.write("user/config.yaml", f"cohere_api_key: {KEY}\n").chmod(0o644)
    shell.write("user/.env", f'COHERE_API_KEY="{KEY}\n').chmod(0o600)
    ran = shell.run("providers")
    assert ran.code == 1 and "error[R701]" in ran.out and "error[R703]" in ran.out and "chmod 600" in ran.out
    assert KEY not in ran.out + ran.err


def test_a_policy_with_errors_leaves_the_shipped_catalogue(shell: Shell) -> None:
    shell.rules("rule broken\n  frobnicate\n")
    assert "of 17 providers can be called" in shell.run("providers").out


@pytest.mark.parametrize("code", ["R701", "R702", "R703", "R704"])
def test_every_code_of_keys_has_its_page(shell: Shell, code: str) -> None:
    ran = shell.run("explain", code)
    assert ran.code == 0 and code in ran.out
