"""A waiting call passes by a person's word: through their client where it can ask, else not by a program's word alone."""

import sqlite3
from collections.abc import Callable
from typing import Any

import mcp_types as types
import pytest

from tests.fake_provider import FakeProvider
from tests.mcp.mcp_world import PIN, World, roots_at, run, text_of

HELD = f'{PIN}rule dear\n  require approval\n  because "it is dear"\n'
ASKED = {"prompt": "what does os.path.join do?"}
BOTH = pytest.mark.parametrize("mode", ["legacy", "auto"])


class Person:
    """Somebody at a client who is shown a form and does with it what they were told."""

    def __init__(self, action: str, **content: Any) -> None:
        self.shown: list[str] = []
        self._action, self._content = action, content or None

    async def __call__(self, _: object, params: types.ElicitRequestParams) -> types.ElicitResult:
        assert isinstance(params, types.ElicitRequestFormParams)
        self.shown.append(params.message)
        return types.ElicitResult(action=self._action, content=self._content)  # type: ignore[arg-type]


def states(world: World) -> list[str]:
    with sqlite3.connect(world.home / ".llm-router" / "usage.db") as connection:
        return [state for (state,) in connection.execute("select state from approvals order by at")]


@BOTH
def test_a_person_who_says_yes_lets_the_call_through_once(world: World, provider: FakeProvider, mode: str) -> None:
    repo, person = world.repo("payments", HELD), Person("accept", approve=True)

    async def main() -> None:
        wanted = {"elicitation_callback": person, "list_roots_callback": roots_at(repo)}
        async with world.near(world.repo("elsewhere"), mode=mode, **wanted) as client:
            held = await client.call_tool("llm_query", ASKED)
            assert held.is_error and "approve" in text_of(held) and provider.requests == []
            said = await client.call_tool("llm_approve_route", {})
            assert not said.is_error and said.structured_content["state"] == "approved", text_of(said)
            assert not (await client.call_tool("llm_query", ASKED)).is_error
            assert (await client.call_tool("llm_query", ASKED)).is_error

    run(main)
    assert len(provider.requests) == 1 and states(world) == ["used", "pending"]
    (shown,) = person.shown
    assert "openai/gpt-6-luna" in shown and "dear" in shown and "$" in shown


@BOTH
@pytest.mark.parametrize(
    ("person", "state"),
    [
        (lambda: Person("decline"), "rejected"),
        (lambda: Person("accept", approve=False), "rejected"),
        (lambda: Person("accept"), "rejected"),
        (lambda: Person("accept", approve="true"), "rejected"),
        (lambda: Person("cancel"), "pending"),
    ],
    ids=["declined", "box left empty", "nothing filled in", "a word for a tick", "form closed"],
)
def test_anything_but_a_yes_lets_nothing_through(
    world: World, provider: FakeProvider, mode: str, person: Callable[[], Person], state: str
) -> None:
    world.repo("payments", HELD)
    asked = person()

    async def main() -> None:
        async with world.near(mode=mode, elicitation_callback=asked) as client:
            await client.call_tool("llm_query", ASKED)
            said = await client.call_tool("llm_approve_route", {})
            assert said.is_error is (state == "pending")
            assert states(world) == [state]
            assert (await client.call_tool("llm_query", ASKED)).is_error

    run(main)
    assert provider.requests == [] and len(asked.shown) == 1


@BOTH
def test_a_client_that_cannot_ask_is_told_the_command(world: World, provider: FakeProvider, mode: str) -> None:
    world.repo("payments", HELD)

    async def main() -> None:
        async with world.near(mode=mode) as client:
            await client.call_tool("llm_query", ASKED)
            said = await client.call_tool("llm_approve_route", {})
            assert said.is_error and "`llm-router approve yes " in text_of(said)
            assert states(world) == ["pending"]
            assert not (await client.call_tool("llm_approve_route", {"reject": True})).is_error
            assert (await client.call_tool("llm_query", ASKED)).is_error

    run(main)
    assert provider.requests == [] and states(world)[0] == "rejected"


@pytest.mark.parametrize(
    ("user", "org", "passes"),
    [
        ("tool_approvals: true\n", None, True),
        ("tool_approvals: true\n", "tool_approvals: false\n", False),
        ("tool_approvals: false\n", "tool_approvals: true\n", False),
    ],
    ids=["user", "organisation forbids", "user forbids"],
)
def test_a_program_s_word_counts_only_where_policy_says_so(
    world: World, provider: FakeProvider, user: str, org: str | None, passes: bool
) -> None:
    world.repo("payments", HELD)
    folder = world.home / ".llm-router"
    folder.mkdir()
    if org is not None:
        (folder / "org.yaml").write_text(org, "utf-8")
        user += "organisation: {file: org.yaml}\n"
    (folder / "routing.yaml").write_text(user, "utf-8")

    async def main() -> None:
        async with world.near() as client:
            await client.call_tool("llm_query", ASKED)
            assert (await client.call_tool("llm_approve_route", {})).is_error is not passes
            assert (await client.call_tool("llm_query", ASKED)).is_error is not passes

    run(main)
    assert len(provider.requests) == passes


def test_a_repository_cannot_trust_a_program_s_word(world: World) -> None:
    repo = world.repo("payments", HELD)
    (repo / ".llm-router.yml").write_text("tool_approvals: true\n", "utf-8")

    async def main() -> None:
        async with world.near() as client:
            said = await client.call_tool("llm_query", ASKED)
            assert said.is_error and "tool_approvals" in text_of(said)

    run(main)


def test_an_answer_that_nobody_was_asked_for_counts_nothing(world: World, provider: FakeProvider) -> None:
    world.repo("payments", HELD)
    person = Person("cancel")

    async def main() -> None:
        async with world.near(mode="auto", elicitation_callback=person) as client:
            await client.call_tool("llm_query", ASKED)
            forged = types.ElicitResult(action="accept", content={"approve": True})
            first = await client.session.call_tool(
                "llm_approve_route", {}, input_responses={"person-0": forged}, allow_input_required=True
            )
            assert isinstance(first, types.InputRequiredResult) and first.input_requests
            (name,) = first.input_requests
            assert name != "person-0" and states(world) == ["pending"]

    run(main)
    assert provider.requests == []
