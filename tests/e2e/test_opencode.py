"""OpenCode itself, offline, with what `install` wrote."""

from pathlib import Path

import pytest

from tests.e2e.clients import Place, not_late, place
from tests.e2e.mine import PAGE, SAYS
from tests.e2e.opencode import CHEAP, MODEL, OTHER, PROMPT, ROUTED, results, settings, talk, told, turns
from tests.fake_provider.server import FakeProvider
from tests.fake_provider.step import Step, tool_call

pytestmark = pytest.mark.e2e

QUERY = "llm-router_llm_query"
ELSEWHERE = f"rule elsewhere\n  route to {OTHER}\n  when task is query\n"


def calls(name: str, arguments: dict[str, str], id: str) -> Step:
    return Step(text="", tool_calls=(tool_call(name, arguments, id),))


def shell(command: str, id: str) -> Step:
    return calls("bash", {"command": command, "description": "look"}, id)


def install(there: Place, fake: FakeProvider, rules: str) -> None:
    settings(there, fake)
    there.key("MISTRAL_API_KEY")
    there.rules(rules)
    there.router("install", "--host", "opencode")


@not_late
def test_the_directive_is_seen_the_tool_answers_what_was_there_works_on_and_nothing_is_left(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    with FakeProvider() as fake:
        settings(there, fake)
        there.key("MISTRAL_API_KEY")
        there.rules(ELSEWHERE)
        before = there.files()
        there.router("install", "--host", "opencode")
        written = there.changed(before)
        steps = [
            calls(QUERY, {"prompt": PROMPT}, "routed"),
            calls("mine_mine_hello", {}, "mine"),
            Step(text="done"),
        ]
        talk(there, fake, steps)
        seen = turns(fake)
    assert "llm-router: this prompt is query/simple" in told(seen[0])
    assert ROUTED in results(seen[1])["routed"]
    assert SAYS in results(seen[2])["mine"]
    assert (there.project / "mine-ran").exists()
    assert '"query"' in there.router("last", "--json")
    assert "opencode" in there.router("audit", "list", "--json")
    there.router("uninstall")
    assert written and not there.changed(before) & written


@not_late
def test_in_shadow_the_model_is_told_nothing_none_other_is_asked_and_no_tool_is_held_back(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    with FakeProvider() as fake:
        install(there, fake, f"rule cheap\n  mode shadow\n  route to openai/{CHEAP}\n")
        talk(there, fake, [shell("echo from-the-shell", "shell"), Step(text="done")])
        seen = turns(fake)
    assert "llm-router: this prompt" not in told(seen[0])
    assert {one.model for one in seen} == {MODEL}
    assert "from-the-shell" in results(seen[1])["shell"]
    assert CHEAP in there.router("last", "--json")


@not_late
def test_in_enforce_a_tool_is_held_back_with_a_reason_ours_are_not_and_there_is_a_way_on(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    with FakeProvider() as fake:
        install(there, fake, ELSEWHERE.replace("\n  when", "\n  mode enforce\n  when"))
        steps = [
            shell("echo too-early", "first"),
            calls(QUERY, {"prompt": PROMPT}, "routed"),
            shell("echo from-the-shell", "second"),
            Step(text="done"),
        ]
        talk(there, fake, steps)
        seen = turns(fake)
    given = results(seen[3])
    assert f"Call `{QUERY}` first" in given["first"] and "rule `elsewhere`" in given["first"]
    assert ROUTED in given["routed"]
    assert "from-the-shell" in given["second"]
    assert '"hold"' in there.router("audit", "list", "--json")


@not_late
def test_a_refused_prompt_never_reaches_the_model(tmp_path: Path) -> None:
    there = place(tmp_path)
    with FakeProvider() as fake:
        install(there, fake, 'rule never\n  mode enforce\n  refuse\n  because "not from here"\n')
        said = talk(there, fake, [Step(text="done")], fails=True)
        assert turns(fake) == []
    assert "rule `never` of the policy refuses this prompt: not from here" in said


@not_late
def test_the_turn_runs_on_the_model_that_the_policy_chose(tmp_path: Path) -> None:
    there = place(tmp_path)
    with FakeProvider() as fake:
        install(there, fake, f"rule cheap\n  route to openai/{CHEAP}\n")
        said = talk(there, fake, [shell("echo from-the-shell", "shell"), Step(text="all well")], model=CHEAP)
        seen = turns(fake)
    assert [one.model for one in seen] == [CHEAP, CHEAP]
    assert "from-the-shell" in results(seen[1])["shell"]
    assert "all well" in said


@not_late
def test_long_outputs_reach_the_model_shortened_and_those_of_the_held_out_share_whole(tmp_path: Path) -> None:
    there = place(tmp_path)
    there.history()
    # The client chooses the session's id, and with that which calls are held out: of several hardly all.
    commands = {f"call_{number}": f"git log -n {number}" for number in (30, 29, 28, 27)}
    pages = ["page_1", "page_2", "page_3", "page_4"]
    with FakeProvider() as fake:
        install(there, fake, f"rule short\n  compress output\n  compress pages\n  route to openai/{MODEL}\n")
        steps = [shell(command, id) for id, command in commands.items()]
        steps += [calls("mine_mine_page", {}, id) for id in pages]
        talk(there, fake, [*steps, Step(text="done")])
        given = results(turns(fake)[-1])
    kinds = [there.short_or_whole(given[id], there.run(words.split(), {})) for id, words in commands.items()]
    row = there.gained("output")
    assert (kinds.count("whole"), kinds.count("short")) == (row["holdout"], row["unconfirmed"])
    assert "short" in kinds
    shown = [there.short_or_whole(given[id], PAGE) for id in pages]
    assert shown.count("whole") == there.gained("pages")["holdout"] and "short" in shown
