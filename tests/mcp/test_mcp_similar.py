"""Answers given again to prompts that mean the same: only where a model compares them, and never across repositories."""

import math
import sqlite3
from array import array
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from mcp import Client

from router.engine.caches import ANSWER_S, Caches
from router.engine.similar import Kept, Likeness
from tests.fake_provider import FakeProvider, Step
from tests.mcp.mcp_world import LUNA, PIN, World, run, text_of

SMALL = "openai/text-embedding-3-small"
ONE, OTHER, FAR = "what does os.path.join do?", "tell me what os.path.join does", "why is the sky blue?"


def at(cosine: float) -> list[float]:
    """A vector of that cosine to (1, 0)."""
    return [cosine, math.sqrt(1 - cosine * cosine)]


@pytest.fixture
def world(tmp_path: Path, provider: FakeProvider) -> World:
    made = World(tmp_path, provider)
    (made.home / ".llm-router").mkdir()
    set_policy(made, f"semantic_cache: {{model: {SMALL}}}\n")
    provider.vectors |= {ONE: at(1.0), OTHER: at(0.96), FAR: at(0.2)}
    made.repo("payments", PIN)
    return made


def set_policy(world: World, text: str) -> None:
    (world.home / ".llm-router" / "routing.yaml").write_text(text, "utf-8")


def rows(world: World) -> list[tuple[Any, ...]]:
    with sqlite3.connect(world.home / ".llm-router" / "usage.db") as connection:
        return connection.execute("select kind, provider, model, outcome, cost_nano from calls order by settled_at").fetchall()


async def ask(client: Client, prompt: str, **more: Any) -> dict[str, Any]:
    answer = await client.call_tool("llm_query", {"prompt": prompt, **more})
    assert not answer.is_error and answer.structured_content, text_of(answer)
    return answer.structured_content


def chats(provider: FakeProvider) -> list[str]:
    return [seen.body["messages"][-1]["content"] for seen in provider.requests if "messages" in seen.body]


def compared(provider: FakeProvider) -> list[str]:
    return [seen.body["input"][0] for seen in provider.requests if "input" in seen.body]


def test_a_prompt_that_means_the_same_gets_the_answer_again(world: World, provider: FakeProvider) -> None:
    provider.script(LUNA, [Step("It joins paths."), Step("Light scatters.")])

    async def main() -> None:
        async with world.near() as client:
            first = await ask(client, ONE)
            assert first["similarity"] is None and first["cost_usd"] > 0
            again = await client.call_tool("llm_query", {"prompt": OTHER})
            plain = again.structured_content
            assert plain and (plain["text"], plain["cost_usd"]) == ("It joins paths.", 0)
            assert plain["similarity"] == pytest.approx(0.96) and "a prompt like this (0.960)" in text_of(again)
            assert (await ask(client, FAR))["text"] == "Light scatters."
            stats = await client.call_tool("llm_cache_stats", {})
            assert stats.structured_content
            similar = stats.structured_content["caches"]["similar"]
            assert (similar["entries"], similar["hits"], similar["misses"]) == (2, 1, 2)
            assert (await ask(client, ONE))["similarity"] == 1
            assert (await client.call_tool("llm_cache_clear", {})).structured_content["cleared"] >= 4  # type: ignore[index]
            assert (await ask(client, OTHER))["similarity"] is None

    run(main)
    assert chats(provider) == [ONE, FAR, OTHER] and compared(provider) == [ONE, OTHER, FAR, OTHER]
    found = rows(world)
    # 12 tokens at two cents a million.
    assert found[0] == ("embedding", "openai", SMALL, "answered", 240)
    kinds = [kind for kind, *_ in found]
    assert kinds == ["embedding", "answer", "embedding", "cache", "embedding", "answer", "cache", "embedding", "answer"]
    assert {row[1:] for row in found if row[0] == "cache"} == {("cache", LUNA, "answered", 0)}


@pytest.mark.parametrize(("least", "again"), [(None, True), (0.96, True), (0.97, False)])
def test_the_threshold_is_the_policy_s(world: World, provider: FakeProvider, least: float | None, again: bool) -> None:
    said = "" if least is None else f", least_similarity: {least}"
    set_policy(world, f"semantic_cache: {{model: {SMALL}{said}}}\n")
    # Just above each of the thresholds that let it through, so that rounding decides nothing.
    provider.vectors[OTHER] = at(0.9601)

    async def main() -> None:
        async with world.near() as client:
            await ask(client, ONE)
            assert ((await ask(client, OTHER))["similarity"] is not None) is again

    run(main)
    assert len(chats(provider)) == 2 - again


def test_nothing_is_compared_where_no_model_is_configured(world: World, provider: FakeProvider) -> None:
    set_policy(world, "profile: balanced\n")

    async def main() -> None:
        async with world.near() as client:
            await ask(client, ONE)
            await ask(client, OTHER)

    run(main)
    assert compared(provider) == [] and len(chats(provider)) == 2


def test_no_answer_crosses_from_one_repository_to_another(world: World, provider: FakeProvider) -> None:
    here, there = world.repo("here/payments", PIN), world.repo("there/payments", PIN)
    folder = [here]

    async def roots(_: object) -> types.ListRootsResult:
        return types.ListRootsResult(roots=[types.Root(uri=folder[0].as_uri())])  # type: ignore[arg-type]

    async def main() -> None:
        async with world.near(list_roots_callback=roots) as client:
            for place, prompt, fresh in ((here, ONE, True), (there, OTHER, True), (there, ONE, False), (here, OTHER, False)):
                folder[0] = place
                assert ((await ask(client, prompt))["similarity"] is None) is fresh

    run(main)
    assert chats(provider) == [ONE, OTHER]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("open port 8080 for me", "open port 9090 for me"),
        ("sort the names ascending", "sort the names descending"),
        ("may a finalizer raise an error", "may a finalizer not raise an error"),
        ("why does `total` fail", "why does `tally` fail"),
        ("what is the capital of France", "what is the capital of Spain"),
        ("what does fooBar mean", "what does fooBaz mean"),
        ("what does grep print with -v", "what does grep print with -q"),
    ],
    ids=["number", "opposite", "negation", "quoted", "proper name", "identifier", "flag"],
)
def test_however_near_what_differs_in_a_name_a_number_or_a_turning_word_is_not_the_same(
    world: World, provider: FakeProvider, one: str, other: str
) -> None:
    provider.vectors |= {one: at(1.0), other: at(0.999)}

    async def main() -> None:
        async with world.near() as client:
            await ask(client, one)
            assert (await ask(client, other))["similarity"] is None

    run(main)
    assert len(compared(provider)) == 2 == len(chats(provider))


def test_what_more_a_prompt_is_told_must_be_the_same(world: World, provider: FakeProvider) -> None:
    async def main() -> None:
        async with world.near() as client:
            await ask(client, ONE, system_prompt="be brief")
            assert (await ask(client, OTHER))["similarity"] is None
            assert (await ask(client, OTHER, system_prompt="be brief"))["similarity"] is not None
            assert (await ask(client, OTHER, system_prompt="be brief", temperature=1))["similarity"] is None
            before = len(compared(provider))
            await ask(client, ONE, context="def total(): ...")
            assert len(compared(provider)) == before

    run(main)


def test_a_denied_model_compares_nothing(world: World, provider: FakeProvider) -> None:
    world.repo("payments", f"{PIN}rule no-embedding\n  deny {SMALL}\n")
    told: list[str] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    async def main() -> None:
        async with world.near() as client:
            answer = await client.call_tool("llm_query", {"prompt": ONE}, progress_callback=heard)
            assert not answer.is_error

    run(main)
    assert compared(provider) == [] and chats(provider) == [ONE]
    assert any("denied by `no-embedding`" in line for line in told), told


def test_a_cap_stands_before_the_comparison_too(world: World, provider: FakeProvider) -> None:
    world.repo("payments", "rule pin\n  route to mistral/mistral-small-latest\nrule little\n  cap provider openai at $0.00/day\n")

    async def main() -> None:
        async with world.near() as client:
            await ask(client, ONE)

    run(main)
    assert compared(provider) == [] and chats(provider) == [ONE]
    assert [kind for kind, *_ in rows(world)] == ["answer"]


@pytest.mark.slow
def test_a_failed_comparison_is_a_row_and_the_call_goes_on(world: World, provider: FakeProvider) -> None:
    # LiteLLM asks again by itself, twice.
    provider.script(SMALL, [Step(status=500)] * 3)

    async def main() -> None:
        async with world.near() as client:
            assert (await ask(client, ONE))["similarity"] is None
            # What could not be compared was not kept for comparing.
            assert (await ask(client, OTHER))["similarity"] is None

    run(main)
    assert [row[0::3] for row in rows(world)] == [
        ("embedding", "failed"), ("answer", "answered"), ("embedding", "answered"), ("answer", "answered"),
    ]  # fmt: skip


def test_what_the_policy_masks_is_not_sent_for_comparing_either(world: World, provider: FakeProvider) -> None:
    world.repo("payments", f"{PIN}rule mask\n  redact emails\n")

    async def main() -> None:
        async with world.near() as client:
            await ask(client, "who is ann@example.org")

    run(main)
    assert compared(provider) == ["who is [email redacted]"]


def test_answers_age() -> None:
    now = [0.0]
    cache = Caches(lambda: now[0]).similar
    vector = array("d", [1.0, 0.0])
    cache.put("x", Kept("place", vector, None))  # type: ignore[arg-type]
    looked = Likeness(cache, "place", "y", SMALL, 0.95, vector)
    assert cache.best(looked._rank) is not None
    now[0] = ANSWER_S + 1
    assert cache.best(looked._rank) is None


def test_another_provider_s_embeddings_work_too(world: World, provider: FakeProvider) -> None:
    world.extra["OLLAMA_BASE_URL"] = provider.base_url("ollama")
    set_policy(world, "semantic_cache: {model: ollama/nomic-embed-text}\n")

    async def main() -> None:
        async with world.near() as client:
            await ask(client, ONE)
            assert (await ask(client, OTHER))["similarity"] == pytest.approx(0.96)

    run(main)
    assert chats(provider) == [ONE]
    assert [row for row in rows(world) if row[0] == "embedding"] == [
        ("embedding", "ollama", "ollama/nomic-embed-text", "answered", 0)
    ] * 2
