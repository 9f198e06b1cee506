"""What corrections and ratings come to: rules, rows for training, and the quality report."""

import json
import stat
from pathlib import Path

import pytest

from router.decide.classify.training import train
from router.learn.corrections import Correction, learned, rules_text
from router.ops.train import WEIGHTS
from router.record.corrections import models_named
from router.record.rows import enter
from router.record.store import Store
from router.record.tables import DECISIONS, FEEDBACK
from tests.fake_provider import FakeProvider
from tests.mcp.mcp_world import LUNA, MISTRAL, World, run, text_of

DECISION = {
    "at": 1, "source": "mcp", "mode": "suggest", "profile": "balanced", "verdict": "route", "chain": "[]", "rules": "[]", "policy": "f",
}  # fmt: skip
PROMPT = "what does os.path.join do?"


async def corrected(client: object, model: str | None = None, **more: str) -> dict[str, object]:
    said = await client.call_tool("llm_reroute", {**({"model": model} if model else {}), **more})  # type: ignore[attr-defined]
    assert not said.is_error, text_of(said)
    plain: dict[str, object] = said.structured_content
    return plain


async def answered_by(client: object, prompt: str) -> str:
    answer = await client.call_tool("llm_query", {"prompt": prompt})  # type: ignore[attr-defined]
    assert not answer.is_error, text_of(answer)
    return str(answer.structured_content["model"])


def test_three_corrections_that_agree_decide_the_next_prompt(world: World, provider: FakeProvider) -> None:
    async def main() -> None:
        async with world.near() as client:
            usual = await answered_by(client, PROMPT)
            better = MISTRAL if usual != MISTRAL else LUNA
            assert (await corrected(client, better))["learned"] == []
            assert (await corrected(client, better))["learned"] == []
            assert await answered_by(client, "what does os.path.exists do?") == usual
            assert (await corrected(client, better))["learned"] == [f"query → {better}"]
            assert await answered_by(client, "what does os.path.split do?") == better
            policy = await client.call_tool("llm_policy", {})
            assert "learned-query" in text_of(policy)
            # Another word ends the rule.
            assert (await corrected(client, usual))["learned"] == []
            assert await answered_by(client, "what does os.path.dirname do?") == usual
        assert not (world.home / ".llm-router" / "learned.rules").exists()

    run(main)


def test_a_learned_rule_lifts_no_denial_and_no_repository_s_own_choice(world: World, provider: FakeProvider) -> None:
    denied = world.repo("denied", "rule never\n  deny provider mistral\n")
    pinned = world.repo("pinned", f"rule pin\n  route to {LUNA}\n")

    async def main() -> None:
        async with world.near() as client:
            await answered_by(client, PROMPT)
            for _ in range(3):
                said = await corrected(client, MISTRAL)
            assert said["learned"] == [f"query → {MISTRAL}"]
            assert await answered_by(client, "what does os.path.split do?") == MISTRAL
        for repo in (denied, pinned):
            async with world.near(repo) as client:
                assert await answered_by(client, "what does os.path.split do?") != MISTRAL

    run(main)


def test_a_corrected_prompt_is_kept_for_training_without_its_secrets(world: World, provider: FakeProvider) -> None:
    async def main() -> None:
        async with world.near() as client:
            await answered_by(client, "mail ann@example.org: why does foo() fail?")
            path = world.home / ".llm-router" / "corrections.jsonl"
            # Which model should have answered says nothing about what the prompt is.
            assert (await corrected(client, MISTRAL))["kept_for_training"] is False and not path.exists()
            assert (await corrected(client, task_type="analyze", complexity="deep"))["kept_for_training"] is True
            assert (await corrected(client, task_type="code", prompt="told by another program"))["kept_for_training"] is True
            first, second = map(json.loads, path.read_text("utf-8").splitlines())
            assert first["prompt"] == "mail [email redacted]: why does foo() fail?"
            assert (first["task"], first["complexity"]) == ("analyze", "complex")
            assert (second["prompt"], second["task"]) == ("told by another program", "code")
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    run(main)


@pytest.mark.slow
def test_training_on_corrections_changes_what_similar_prompts_are_taken_for(world: World, provider: FakeProvider) -> None:
    user = world.home / ".llm-router"

    def asked(one: str, other: str) -> str:
        return f"frobnicate the {one} gizmo of the {other} quux"

    async def main() -> None:
        async with world.near() as client:
            before = await client.call_tool("llm_classify", {"prompt": asked("omega", "pi")})
            was = before.structured_content["task"]
            better = "research" if was != "research" else "generate"
            for one in ("alpha", "beta", "gamma", "delta", "epsilon"):
                for other in ("red", "green", "blue", "grey"):
                    await answered_by(client, asked(one, other))
                    assert (await corrected(client, task_type=better, complexity="complex"))["kept_for_training"]
            card = train([user / "corrections.jsonl"], user / WEIGHTS)
            assert card["kept"] == "new"
            after = await client.call_tool("llm_classify", {"prompt": asked("omega", "pi")})
            assert after.structured_content["task"] == better
            other = await client.call_tool("llm_classify", {"prompt": "draw a picture of a cat"})
            assert other.structured_content["task"] == "image"

    run(main, 300)


def test_a_rating_stands_in_the_quality_report(world: World, provider: FakeProvider) -> None:
    async def main() -> None:
        async with world.near() as client:
            model = await answered_by(client, PROMPT)
            assert not (await client.call_tool("llm_rate", {"rating": "good"})).is_error
            await answered_by(client, "why is the sky blue?")
            assert not (await client.call_tool("llm_rate", {"rating": "bad"})).is_error
            report = await client.call_tool("llm_quality_report", {})
            (row,) = [each for each in report.structured_content["by"]["model"] if each["name"] == model]
            assert (row["good"], row["bad"], row["accuracy"]) == (1, 1, 0.5)
            assert "1 good 1 bad" in text_of(report)
            benchmark = await client.call_tool("llm_benchmark", {})
            assert benchmark.structured_content["rated"] == 2

    run(main)


def test_rules_name_the_complexities_that_were_corrected() -> None:
    agree = [Correction("code", "moderate", MISTRAL), Correction("code", "simple", MISTRAL), Correction("code", "simple", MISTRAL)]
    (rule,) = learned([Correction("code", "complex", LUNA), *agree])
    assert (rule.task, rule.complexities, rule.model) == ("code", ("simple", "moderate"), MISTRAL)
    assert "when task is code and complexity in (simple, moderate)" in rules_text([rule])
    assert learned([*agree[:2], Correction("query", "simple", MISTRAL)]) == ()
    (any_,) = learned([*agree[:2], Correction("code", None, MISTRAL)])
    assert any_.complexities == () and rules_text([]) == ""


@pytest.mark.parametrize(("shared", "found"), [(True, ["ann's"]), (False, ["ann's", "nobody's"])])
def test_others_corrections_in_a_shared_store_are_not_mine(tmp_path: Path, shared: bool, found: list[str]) -> None:
    store = Store(tmp_path / "usage.db")
    store.open()
    for number, user in enumerate(("ann", "bob", None)):
        decision = {**DECISION, "id": f"d{number}", "user": user}
        opinion = {"id": f"f{number}", "at": 5, "decision_id": f"d{number}", "kind": "correction", "better_model": f"{user or 'nobody'}'s"}
        store.run(lambda connection, row=decision: enter(connection, DECISIONS, row))  # type: ignore[misc]
        store.run(lambda connection, row=opinion: enter(connection, FEEDBACK, row))  # type: ignore[misc]
    assert [each.better_model for each in models_named(store, "ann", 0, shared=shared)] == found
    assert models_named(store, "ann", 6, shared=shared) == ()
