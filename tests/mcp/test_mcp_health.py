"""What health tells of hooks, and what the kind of a project tells the session's follow-ups."""

import json

from router.base.clock import system_clock
from router.record.money import micros
from router.record.rows import enter
from router.record.store import Store
from router.record.tables import HOOKS
from tests.fake_provider import FakeProvider, Step
from tests.mcp.mcp_world import ANSWERS, LUNA, PIN, World, run, text_of

DAY_US = 86_400_000_000


def test_hooks_that_failed_lately_are_told_with_their_errors(world: World) -> None:
    now = micros(system_clock())
    (world.home / ".llm-router").mkdir()
    store = Store(world.home / ".llm-router" / "usage.db")
    store.open()
    runs = (("a", now - 5, True, None), ("b", now - 4, False, "TimeoutError"), ("c", now - 2 * DAY_US, False, "OldError"))
    for id_, at, ok, error in runs:
        row = {"id": id_, "at": at, "host": "codex", "event": "prompt", "ok": ok, "error": error, "ms": 12.0}
        store.run(lambda connection, row=row: enter(connection, HOOKS, row))  # type: ignore[misc]
    store.close()

    async def main() -> None:
        async with world.near() as client:
            health = await client.call_tool("llm_health", {})
            (hook,) = health.structured_content["hooks"]
            assert (hook["host"], hook["event"], hook["ran"], hook["failed"]) == ("codex", "prompt", 2, 1)
            assert hook["last_error"] == "TimeoutError"
            assert "hook codex prompt; 24 h: 2 ran, 1 failed, latest error: TimeoutError" in text_of(health)

    run(main)


def test_a_follow_up_is_told_what_kind_of_project_it_is_about(world: World, provider: FakeProvider) -> None:
    repo = world.repo("payments", PIN)
    (repo / "README.md").write_text("A ledger.", "utf-8")
    provider.script(LUNA, [Step(json.dumps(ANSWERS["llm_fs_analyze_context"])), Step("Because."), Step("So.")])

    async def main() -> None:
        async with world.near() as client:
            assert not (await client.call_tool("llm_fs_analyze_context", {})).is_error
            await client.call_tool("llm_query", {"prompt": "and why is that?"})
            await client.call_tool("llm_query", {"prompt": "what is the capital of France?"})

    run(main)
    sent = [json.dumps(seen.body) for seen in provider.requests]
    assert "Python, none, library. A ledger." in sent[1]
    # Only what follows on from it is told.
    assert "library. A ledger." not in sent[2]
