"""A session's model and its prompt cache: what a switch would save and lose is counted, told and recorded."""

from tests.calls.test_ask import LUNA, ask
from tests.fake_provider import FakeProvider, Step
from tests.fake_provider.step import Usage
from tests.flow.flow_world import Shell

SMALL = "mistral/mistral-small-latest"


def two_calls(shell: Shell, provider: FakeProvider, cached: int) -> dict[str, object]:
    """The second call of a session whose first one, with so many tokens cached, was answered by Mistral."""
    shell.rules(f"rule pin\n  route to {SMALL} then {LUNA}\n")
    provider.script("mistral", [Step("first", usage=Usage(60_000, 10, cached)), Step("second by mistral")])
    provider.script("openai", [Step("second by luna")])
    assert ask(shell, "what is a monad?", "--session", "s1").code == 0
    shell.rules(f"rule pin\n  route to {LUNA} then {SMALL}\n")
    found: dict[str, object] = ask(shell, "and a functor?", "--session", "s1").plain
    return found


def test_a_cache_that_is_worth_more_than_the_switch_keeps_the_model_and_is_told(shell: Shell, provider: FakeProvider) -> None:
    answer = two_calls(shell, provider, cached=50_000)
    switch = answer["switch"]
    assert isinstance(switch, dict)
    assert (answer["model"], switch["last"], switch["other"], switch["kept"]) == (SMALL, SMALL, LUNA, True)
    assert switch["lost_usd"] > max(switch["saving_usd"], 0.0)
    assert provider.seen("openai") == []


def test_the_audit_log_shows_what_the_switch_would_have_lost(shell: Shell, provider: FakeProvider) -> None:
    answer = two_calls(shell, provider, cached=50_000)
    events = shell.run("audit", "list", "--json", "--where", "kind=decision").plain["events"]
    recorded = [event["switch"] for event in events if "switch" in event]
    assert recorded == [answer["switch"]]
    shown = shell.run("audit", "show", str(answer["id"])).out
    assert f"the session's {SMALL} kept, not {LUNA}: leaving saves" in shown
    assert shell.run("audit", "verify").code == 0 and shell.run("policy", "replay").code == 0


def test_a_session_that_stays_with_its_model_has_no_switch_to_tell_of(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(f"rule pin\n  route to {LUNA} then {SMALL}\n")
    provider.script("openai", [Step("one"), Step("two")])
    for _ in range(2):
        assert ask(shell, "what is a monad?", "--session", "s1").plain["switch"] is None
