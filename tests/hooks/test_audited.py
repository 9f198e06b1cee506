"""What hooks decide and do is in the audit log, once, by the keyed hash of its prompt, and is decided alike again."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from router.analyse.replay import Replayer
from router.base.clock import system_clock
from router.base.places import find_places
from router.base.shipped import shipped
from router.engine.load import Wanted, from_cache
from router.engine.records import Records, open_records
from router.model.settings import Settings
from router.record.audit.keys import Keys, open_keys
from router.record.audit.prompt_hash import prompt_hash
from router.record.audit.query import Wanted as WantedEvents
from router.record.audit.query import find
from tests.hooks.hook_world import ROOT, World, payloads, prompts

CLAUDE = {p.name: p.stdin for p in payloads() if p.host == "claude-code"}
ASKING = """
rule helpers
  route to ollama/qwen3.5:latest then @budget
  when prompt contains any ("helper", "nowhere to be seen") and prompt matches r"(?i)rename" and task is code

rule others
  route to ollama/qwen3.5:latest then @budget

rule never
  refuse
  when prompt contains "drop the database"
"""
SECRET = "sk-" + "a1b2c3d4" * 4


def records_of(world: World) -> Records:
    places = find_places(world.environ, world.project)
    return open_records(places, world.environ, Settings(), system_clock, lambda text: pytest.fail(text))


def events_of(world: World) -> list[dict[str, Any]]:
    """The events of the log, oldest first, after what waited has entered."""
    records = records_of(world)
    records.drain()
    with records.store.read() as connection:
        found = [event.body for event in find(connection, WantedEvents(newest_first=False))]
    records.store.close()
    assert all(body is not None for body in found)
    return [dict(body) for body in found if body is not None]


def replayed(world: World, bodies: list[dict[str, Any]]) -> set[str]:
    places = find_places(world.environ, world.project)
    table = from_cache(Wanted(places), world.environ, system_clock().timestamp())
    assert table is not None
    return {Replayer(table).again(body).outcome for body in bodies}


def is_whole(bodies: list[dict[str, Any]]) -> bool:
    schema = Draft202012Validator(json.loads(shipped("schemas/audit_event.schema.json").read_text(encoding="utf-8")))
    for body in bodies:
        schema.validate(body)
    return True


@pytest.mark.parametrize("mode", ["shadow", "suggest", "enforce"])
def test_every_decision_has_one_event_that_decides_alike_again(tmp_path: Path, mode: str) -> None:
    world = World(tmp_path, ASKING, LLM_ROUTER_ENFORCE=mode)
    for payload in prompts():
        world.here("prompt", payload.stdin, payload.host)
    ids = [body["row"]["id"] for body in world.spooled("decision")]
    bodies = events_of(world)
    assert [body["decision_id"] for body in bodies] == ids and len(set(ids)) == len(ids) >= 10
    assert is_whole(bodies) and replayed(world, bodies) == {"same"}
    assert {body["asker"]["host"] for body in bodies} == {payload.host for payload in prompts()}
    first = next(body for body in bodies if body["asker"]["host"] == "claude-code")
    assert first["prompt"]["predicates"]["true"] == ["regex:(?i)rename", "word:helper"]
    assert "word:nowhere to be seen" in first["prompt"]["predicates"]["false"]
    rule = next(rule for rule in first["rules"] if rule["rule"] == "helpers")
    assert (rule["layer"], rule["file"], rule["line"]) == ("repo", ".llm-router/policy.rules", 2)


def test_a_changed_answer_to_a_question_would_be_noticed(tmp_path: Path) -> None:
    world = World(tmp_path, ASKING)
    world.here("prompt", CLAUDE["UserPromptSubmit"])
    (body,) = events_of(world)
    body["prompt"]["predicates"]["true"] = []
    assert replayed(world, [body]) == {"changed"}


def test_lines_that_come_again_enter_nothing_twice(tmp_path: Path) -> None:
    world = World(tmp_path, ASKING, LLM_ROUTER_ENFORCE="enforce")
    spool = world.user / "spool" / "spool.jsonl"
    session = CLAUDE["UserPromptSubmit"]["session_id"]
    world.here("prompt", {**CLAUDE["UserPromptSubmit"], "prompt": "drop the database"})
    world.here("prompt", CLAUDE["UserPromptSubmit"])
    for _ in range(2):
        world.here("before_tool", {**CLAUDE["PreToolUse"], "session_id": session})
    lines = spool.read_bytes()
    first = events_of(world)
    spool.write_bytes(lines)
    assert events_of(world) == first
    assert [(body["kind"], body.get("action")) for body in first] == [
        ("decision", None), ("admin", "stop"), ("decision", None), ("admin", "hold"),
    ]  # fmt: skip
    refused, stop, routed, hold = first
    assert refused["decision"]["outcome"] == "refused" and stop["decision_id"] == refused["decision_id"]
    assert stop["detail"] == {"rule": "never"} and hold["decision_id"] == routed["decision_id"]
    assert hold["detail"] == {"tool": "Bash", "wanted": "llm_code", "rule": "helpers"}
    assert is_whole(first) and replayed(world, [refused, routed]) == {"same"}


def test_a_sub_agents_decision_and_what_it_used_are_events(tmp_path: Path) -> None:
    world = World(tmp_path, "rule a\n  route to anthropic/claude-haiku-5-5\n  when agent is not main\n" + ASKING)
    for name, kind in (("UserPromptSubmit", "prompt"), ("PreToolUse_agent", "before_tool"), ("PostToolUse_agent", "after_tool")):
        world.here(kind, {**CLAUDE[name], "session_id": "one"})
    bodies = events_of(world)
    assert [body["kind"] for body in bodies] == ["decision", "decision", "outcome"]
    assert bodies[2]["decision_id"] == bodies[1]["decision_id"] and bodies[2]["input_tokens"] == 800
    assert replayed(world, bodies[:2]) == {"same"}


def test_a_prompt_is_kept_as_its_keyed_hash_alone(tmp_path: Path) -> None:
    world = World(tmp_path, ASKING)
    keys = open_keys(world.user / "audit")
    prompt = "rename the helper, marmalade"
    world.here("prompt", {**CLAUDE["UserPromptSubmit"], "prompt": prompt})
    assert b"marmalade" not in (world.user / "spool" / "spool.jsonl").read_bytes()
    (body,) = events_of(world)
    assert (body["prompt"]["hash"], body["prompt"]["chars"]) == (keys.prompt_hash(prompt), len(prompt))
    assert "text" not in body["prompt"]
    kept = [path for path in world.user.rglob("*") if path.is_file() and b"marmalade" in path.read_bytes()]
    assert kept == []


@pytest.mark.parametrize(("kept", "text"), [("text", f"rename with {SECRET}"), ("redacted", "rename with [secret redacted]")])
def test_a_prompts_text_is_kept_where_the_policy_says_so(tmp_path: Path, kept: str, text: str) -> None:
    world = World(tmp_path, ASKING)
    (world.user / "routing.yaml").write_text(f"audit:\n  prompts: {kept}\n", encoding="utf-8")
    world.compile()
    done = world.run("prompt", world.event({**CLAUDE["UserPromptSubmit"], "prompt": f"rename with {SECRET}"}))
    assert done.stdout != b""
    assert (SECRET.encode() in (world.user / "spool" / "spool.jsonl").read_bytes()) == (kept == "text")
    (body,) = events_of(world)
    assert body["prompt"]["text"] == text
    assert is_whole([body]) and replayed(world, [body]) == {"same"}


def test_an_emptied_cache_leaves_the_names_of_rules(tmp_path: Path) -> None:
    world = World(tmp_path, ASKING)
    world.here("prompt", CLAUDE["UserPromptSubmit"])
    shutil.rmtree(world.user / "cache")
    (body,) = events_of(world)
    assert is_whole([body]) and body["prompt"]["predicates"]["false"] is None
    assert ("helpers", ["route"], "") in [(rule["rule"], rule["effects"], rule["layer"]) for rule in body["rules"]]
    world.compile()
    assert replayed(world, [body]) == {"same"}


@pytest.mark.parametrize("damage", ["facts", "decision", "prompt"])
def test_notes_that_are_damaged_are_kept_aside_and_hold_nothing_up(tmp_path: Path, damage: str) -> None:
    world = World(tmp_path, ASKING)
    for _ in range(2):
        world.here("prompt", CLAUDE["UserPromptSubmit"])
    spool = world.user / "spool" / "spool.jsonl"
    head, rest = spool.read_text("ascii").split(f'"{damage}":{{', 1)
    spool.write_text(f'{head}"{damage}":{{}},"x":{{{rest}', "ascii")
    bodies = events_of(world)
    assert len(bodies) == 1 + (damage == "facts")
    assert (world.user / "spool" / "spool.rejected").exists() == (damage != "facts")


@pytest.mark.slow
def test_the_commands_show_what_waited(tmp_path: Path) -> None:
    world = World(tmp_path, ASKING)
    world.here("prompt", CLAUDE["UserPromptSubmit"])

    def said(*argv: str) -> str:
        command = [sys.executable, "-c", "from router.faces.cli.main import run; run()", *argv]
        environ = world.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=world.project, env=environ, capture_output=True, text=True, check=True)
        return done.stdout

    assert "route code/simple  ollama/qwen3.5:latest" in said("audit", "list")
    assert json.loads(said("audit", "list", "--where", "host=claude-code", "--json"))["events"][0]["kind"] == "decision"
    assert said("policy", "replay", "--strict").startswith("0 of 1 recorded decisions change, 1 stay the same")
    assert "whole" in said("audit", "verify")


@given(prompt=st.text())
def test_the_lean_hash_is_that_of_the_keys(keys: Keys, prompt: str) -> None:
    assert prompt_hash(keys.folder, prompt) == keys.prompt_hash(prompt)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return open_keys(tmp_path_factory.mktemp("keys"))


def test_without_keys_there_is_no_hash(tmp_path: Path) -> None:
    assert prompt_hash(tmp_path, "x") is None
    (tmp_path / "keys.json").write_text('{"secret": "00"}', encoding="ascii")
    assert prompt_hash(tmp_path, "x") is None


def test_in_shadow_a_sub_agents_decision_is_recorded_and_nothing_is_said(tmp_path: Path) -> None:
    world = World(tmp_path, "rule a\n  route to anthropic/claude-haiku-5-5\n  when agent is not main\n" + ASKING, LLM_ROUTER_ENFORCE="shadow")
    said = [world.here(kind, {**CLAUDE[name], "session_id": "one"}) for name, kind in (("UserPromptSubmit", "prompt"), ("PreToolUse_agent", "before_tool"))]
    assert said == ["", ""]
    assert [body["decision"]["chain"][0] for body in events_of(world)] == ["ollama/qwen3.5:latest", "anthropic/claude-haiku-5-5"]
