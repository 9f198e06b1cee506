"""Calls as clients see them: increments, cancelling, approval, two clients with two policies, a server that dies."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import mcp_types as types
import pytest
from mcp import Client

from router.base.clock import system_clock
from router.record.money import micros
from tests.fake_provider import FakeProvider, Gate, Step
from tests.mcp.mcp_world import LUNA, MISTRAL, PIN, World, roots_at, run, text_of

pytestmark = pytest.mark.slow


def rows(world: World, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(world.home / ".llm-router" / "usage.db") as connection:
        return connection.execute(sql).fetchall()


def test_a_stream_is_told_piece_by_piece_and_again_at_no_cost(world: World, provider: FakeProvider) -> None:
    world.repo("payments", PIN)
    gate = Gate()
    provider.script(LUNA, [Step(chunks=("It ", "joins ", "paths."), gates={2: gate})])
    pieces: list[str] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        pieces.append(message or "")
        if message == "It ":
            gate.open()

    async def main() -> None:
        async with world.near() as client:
            asked = {"prompt": "what does os.path.join do?"}
            answer = await client.call_tool("llm_stream", asked, progress_callback=heard)
            assert answer.structured_content["text"] == "It joins paths."
            # Without the piece the gate would have stayed shut.
            assert pieces[-3:] == ["It ", "joins ", "paths."]
            again = await client.call_tool("llm_stream", asked)
            assert again.structured_content["text"] == "It joins paths." and again.structured_content["cost_usd"] == 0
            stats = await client.call_tool("llm_cache_stats", {})
            assert stats.structured_content["caches"]["answers"]["hits"] == 1
            assert (await client.call_tool("llm_cache_clear", {})).structured_content["cleared"] >= 2
            spent = await client.call_tool("llm_session_spend", {})
            assert spent.structured_content["calls"] == 2 and spent.structured_content["usd"] > 0

    run(main)
    assert len(provider.requests) == 1
    assert rows(world, "select kind, provider, cost_nano, outcome from calls where kind = 'cache'") == [
        ("cache", "cache", 0, "answered")
    ]


@asynccontextmanager
async def joined(world: World, how: str) -> AsyncIterator[Client]:
    """A client that is joined to a server over pipes, over HTTP as new clients speak it, or within this process."""
    if how == "pipes":
        async with world.client() as client:
            yield client
    elif how == "http":
        async with world.served() as served, world.client_of(served, mode="auto") as client:
            yield client
    else:
        async with world.near() as client:
            yield client


@pytest.mark.parametrize("how", ["pipes", "http", "near"])
@pytest.mark.parametrize("tool", ["llm_query", "llm_stream"])
def test_cancelling_closes_the_call_upstream_and_settles_it_within_a_second(
    world: World, provider: FakeProvider, how: str, tool: str
) -> None:
    world.repo("payments", PIN)
    gate = Gate()
    # The stream is left after its first piece, the other call before anything came.
    held = Step(gate=gate) if tool == "llm_query" else Step(chunks=("It ", "joins."), gates={2: gate})
    provider.script(LUNA, [Step("warm"), held])
    left: list[int] = []

    async def main() -> None:
        async with joined(world, how) as client:
            await client.call_tool("llm_query", {"prompt": "warm up"})
            with anyio.CancelScope() as scope:

                async def leave() -> None:
                    await gate.arrived()
                    left.append(micros(system_clock()))
                    scope.cancel()

                async with anyio.create_task_group() as group:
                    group.start_soon(leave)
                    ended = await client.call_tool(tool, {"prompt": "what does os.path.join do?"})
                    pytest.fail(f"it was not cancelled: {text_of(ended)}")
            assert await provider.closed_early(1, 30.0)
            spend = await client.call_tool("llm_session_spend", {})
            assert not spend.is_error

    run(main)
    (first, second) = rows(world, "select outcome, settled_at from calls order by at")
    assert (first[0], second[0]) == ("answered", "cancelled")
    # What the product promises: the money is free again within a second, by the ledger's own clock.
    settled = second[1]
    assert isinstance(settled, int) and 0 <= settled - left[0] <= 1_000_000
    assert rows(world, "select count(*) from reservations") == [(0,)]
    assert rows(world, "select sum(reserved_nano) from tallies") == [(0,)]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_two_clients_in_two_repositories_keep_to_their_own_policies(
    world: World, provider: FakeProvider, mode: str
) -> None:
    here = world.repo("here", f"rule here\n  route to {LUNA}\n")
    there = world.repo("there", f"rule there\n  route to {MISTRAL}\n")

    async def main() -> None:
        async with (
            world.served() as served,
            world.client_of(served, mode=mode, list_roots_callback=roots_at(here)) as one,
            world.client_of(served, mode=mode, list_roots_callback=roots_at(there)) as two,
        ):
            calls = [
                client.call_tool("llm_query", {"prompt": f"question {number}"})
                for number in range(12)
                for client in (one, two)
            ]
            answers = await asyncio.gather(*calls)
            models = [answer.structured_content["model"] for answer in answers]
            assert models == [LUNA, MISTRAL] * 12
            policy = await two.call_tool("llm_policy", {})
            assert "there" in text_of(policy) and "\n  here [" not in text_of(policy)

    run(main)


def test_what_was_said_in_one_repository_reaches_no_prompt_of_another(world: World, provider: FakeProvider) -> None:
    here, there = world.repo("here", PIN), world.repo("there", PIN)
    quiet = world.repo("quiet", PIN)
    (quiet / ".llm-router.yml").write_text("session_context: false\n", "utf-8")
    folder = [here]

    async def roots(_: object) -> types.ListRootsResult:
        return types.ListRootsResult(roots=[types.Root(uri=folder[0].as_uri())])  # type: ignore[arg-type]

    async def main() -> None:
        async with world.near(list_roots_callback=roots) as client:
            for place in (here, there, quiet):
                folder[0] = place
                await client.call_tool("llm_query", {"prompt": f"what is a {place.name}-zebra?"})
                await client.call_tool("llm_query", {"prompt": "and why is that?"})

    run(main)
    sent = [json.dumps(request.body) for request in provider.requests]
    assert len(sent) == 6
    assert "a here-zebra" in sent[1] and "a here-zebra" not in "".join(sent[2:])
    assert "a there-zebra" in sent[3] and "a there-zebra" not in "".join(sent[4:])
    assert "a quiet-zebra" not in sent[5]


def test_a_profile_is_switched_for_the_session_unless_a_locked_rule_says_another(world: World) -> None:
    async def main() -> None:
        async with world.near() as client:
            before = await client.call_tool("llm_classify", {"prompt": "prove that it is undecidable"})
            assert "profile: balanced" in text_of(before)
            assert "premium" in text_of(await client.call_tool("llm_set_profile", {"profile": "premium"}))
            after = await client.call_tool("llm_classify", {"prompt": "prove that it is undecidable"})
            assert "profile: premium" in text_of(after)
            assert after.structured_content["chain"] != before.structured_content["chain"]

    run(main)


def test_a_named_model_counts_only_where_the_policy_leaves_the_choice(world: World, provider: FakeProvider) -> None:
    world.repo("payments", "rule never\n  deny provider mistral\n")
    world.repo("pinned", PIN)

    async def main() -> None:
        async with world.near() as client:
            named = await client.call_tool("llm_query", {"prompt": "hello", "model": LUNA})
            assert named.structured_content["model"] == LUNA
            denied = await client.call_tool("llm_query", {"prompt": "hello", "model": MISTRAL})
            assert denied.is_error and "denied by `never`" in text_of(denied)
            none = await client.call_tool("llm_query", {"prompt": "hello", "model": "openai/gpt-6-lunar"})
            assert none.is_error and f"did you mean `{LUNA}`" in text_of(none)
        async with world.near(world.repo("pinned")) as client:
            other = await client.call_tool("llm_query", {"prompt": "hello", "model": MISTRAL})
            assert other.is_error and "rule `pin`" in text_of(other)

    run(main)
    assert provider.seen("mistral") == []


def test_the_environment_and_answers_of_a_pipeline(world: World, provider: FakeProvider) -> None:
    world.repo("payments", PIN)
    gates = (Gate(), Gate())
    provider.script(
        LUNA,
        [Step("players!", gate=gates[0]), Step("trends!", gate=gates[1]), Step("compared"), Step("the report")],
    )

    async def both_at_once() -> None:
        for gate in gates:
            await gate.arrived()
        for gate in gates:
            gate.open()

    async def main() -> None:
        async with world.near() as client, asyncio.TaskGroup() as group:
            # The gates open only once both stand there: one after the other would never end.
            group.create_task(both_at_once())
            asked = {"task": "vector stores", "template": "competitive_analysis"}
            result = await client.call_tool("llm_orchestrate", asked)
            assert result.structured_content["text"] == "the report"
            assert [step["fault"] for step in result.structured_content["steps"]] == [None] * 4

    run(main)
    compared = json.dumps(provider.requests[2].body)
    assert "players!" in compared and "trends!" in compared


def test_a_cap_stops_a_pipeline_and_says_so(world: World, provider: FakeProvider) -> None:
    repo = world.repo("payments", PIN)
    (repo / ".llm-router.yml").write_text("daily_caps: {_total: 0.0001}\n", "utf-8")

    async def main() -> None:
        async with world.near() as client:
            asked = {"task": "x", "template": "code_review_fix"}
            result = await client.call_tool("llm_orchestrate", asked)
            assert result.is_error and "$0.0001" in text_of(result)
            assert "needs `review`" in text_of(result)

    run(main)
    assert provider.requests == []


def test_renames_are_made_inside_the_folder_only_and_all_or_none(world: World, provider: FakeProvider) -> None:
    repo = world.repo("payments", PIN)
    for name in ("a.txt", "b.txt", "taken.txt"):
        (repo / name).write_text(name, "utf-8")
    (repo / "out").symlink_to(world.root)
    moves = [
        {"from": "a.txt", "to": "sub/a.md"},
        {"from": "b.txt", "to": "taken.txt"},
        {"from": "b.txt", "to": "out/b.txt"},
        {"from": ".git/HEAD", "to": "head"},
        {"from": "b.txt", "to": ".env"},
    ]
    provider.script(LUNA, [Step(json.dumps({"moves": moves}))] * 2)

    async def main() -> None:
        async with world.near() as client:
            planned = await client.call_tool("llm_fs_rename", {"description": "to markdown"})
            assert planned.structured_content["moves"] == moves[:1] and (repo / "a.txt").exists()
            reasons = [row["reason"] for row in planned.structured_content["rejected"]]
            assert "taken" in reasons[0] and "outside" in reasons[1] and "keys" in reasons[2] and "keys" in reasons[3]
            await client.call_tool("llm_cache_clear", {})
            made = await client.call_tool("llm_fs_rename", {"description": "to markdown", "apply": True})
            assert made.structured_content["applied"] is True

    run(main)
    assert (repo / "sub" / "a.md").read_text("utf-8") == "a.txt" and not (repo / "a.txt").exists()
    assert (repo / "taken.txt").read_text("utf-8") == "taken.txt" and (repo / "b.txt").exists()


def test_files_outside_or_with_keys_are_never_sent(world: World, provider: FakeProvider) -> None:
    repo = world.repo("payments", PIN)
    (repo / ".env").write_text("OPENAI_API_KEY=sk-1", "utf-8")
    (world.root / "secret.txt").write_text("zebra", "utf-8")
    (repo / "link.txt").symlink_to(world.root / "secret.txt")

    async def main() -> None:
        async with world.near() as client:
            for name in ("../../../secret.txt", str(world.root / "secret.txt"), "link.txt", ".env", ".git/HEAD"):
                refused = await client.call_tool("llm_edit", {"task": "x", "files": [name]})
                assert refused.is_error and ("outside" in text_of(refused) or "keys" in text_of(refused)), name

    run(main)
    assert provider.requests == []


def test_a_server_killed_in_a_call_leaves_a_reservation_that_expires_into_a_row(
    world: World, provider: FakeProvider
) -> None:
    world.repo("payments", PIN)
    provider.script(LUNA, [Step(hang=True)])

    async def main() -> None:
        async with world.served() as served:
            async def asked() -> None:
                async with world.client_of(served) as client:
                    await client.call_tool("llm_query", {"prompt": "hello"})

            calling = asyncio.create_task(asked())
            while not provider.requests:
                await asyncio.sleep(0)
            served.process.kill()
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)

    run(main)
    assert rows(world, "select count(*) from reservations") == [(1,)]
    with sqlite3.connect(world.home / ".llm-router" / "usage.db") as connection:
        connection.execute("update reservations set expires_at = 1")
    provider.script(LUNA, [Step("again")])

    async def after() -> None:
        async with world.near() as client:
            assert not (await client.call_tool("llm_query", {"prompt": "hello again"})).is_error

    run(after)
    assert rows(world, "select outcome from calls order by settled_at") == [("expired",), ("answered",)]
    assert rows(world, "select count(*) from reservations") == [(0,)]
    assert rows(world, "select sum(reserved_nano) from tallies") == [(0,)]


def test_no_key_and_no_prompt_stands_in_a_file_or_an_error(world: World, provider: FakeProvider) -> None:
    from tests.mcp.mcp_world import SECRET

    world.repo("payments", PIN)
    provider.always("openai", Step(status=401, error=f"Incorrect API key provided: {SECRET}"))
    provider.always("mistral", Step(status=401, error=f"Incorrect API key provided: {SECRET}"))

    async def main() -> None:
        async with world.near() as client:
            failed = await client.call_tool("llm_query", {"prompt": "the zebra-word"})
            assert failed.is_error and SECRET not in text_of(failed) and "zebra-word" not in text_of(failed)

    run(main)
    for path in Path(world.home).rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert SECRET.encode() not in held and b"zebra-word" not in held, path
