"""Environment variables are a layer of their own."""

import pytest
from layers_world import World, rules, setting, shown, told, under

from router.policy.sources.environment import ENVIRONMENT, PREFIXES, VARIABLE_NAMES

SAYS = [
    ("LLM_ROUTER_PROFILE", "premium", "profile", "profile premium", "profile", "premium"),
    ("LLM_ROUTER_ENFORCE", "shadow", "enforce", "mode shadow", "enforce", "shadow"),
    ("LLM_ROUTER_ENFORCE", "hard", "enforce", "mode enforce", "enforce", "enforce"),
    ("LLM_ROUTER_ENFORCE", "soft", "enforce", "mode suggest", "enforce", "suggest"),
    ("LLM_ROUTER_ENFORCE", "OFF", "enforce", "mode shadow", "enforce", "off"),
    ("LLM_ROUTER_MONTHLY_BUDGET", "20", "monthly-cap", "cap total $20.00/month", "monthly_cap", 20.0),
    ("LLM_ROUTER_DAILY_SPEND_LIMIT", "5.00", "daily-cap-total", "cap total $5.00/day", "daily_caps._total", 5.0),
    ("LLM_ROUTER_BUDGET_OPENAI", "20.0", "provider-cap-openai", "cap provider openai $20.00/month", "provider_caps.openai", 20.0),
    ("LLM_ROUTER_ESCALATE_ABOVE", ".5", "approve-above", "approve", "approve_above", 0.5),
    ("LLM_ROUTER_HARD_STOP_ABOVE", "3", "session-cap", "cap session $3.00/session", "session_cap", 3.0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "rule", "effect", "key", "said"), SAYS, ids=lambda v: str(v))
def test_a_variable_is_a_rule_and_a_setting(
    name: str, value: str, rule: str, effect: str, key: str, said: object, world: World
) -> None:
    world.environ[name] = value
    sources = world.read()
    assert sources.problems == ()
    made = rules(sources, "environment")
    assert {each: told(r.effects[0]) for each, r in made.items()} == {rule: effect}
    assert setting(sources, key).value == said
    assert under(sources.texts["environment"], made[rule].span) == value


@pytest.mark.parametrize(
    "name", [v.name.replace("*", "OPENAI") for v in ENVIRONMENT if v.kind == "usd, 0 = none"]
)
@pytest.mark.parametrize("value", ["0", "0.00", "", "  "])
def test_nought_and_nothing_set_no_limit(name: str, value: str, world: World) -> None:
    world.environ[name] = value
    sources = world.read()
    assert (sources.layers, sources.settings, sources.problems) == ((), (), ())


BAD = [
    ("LLM_ROUTER_PROFILE", "cheap", "takes budget, balanced or premium"),
    ("LLM_ROUTER_ENFORCE", "smart", "takes shadow, suggest, enforce, hard, soft or off"),
    ("LLM_ROUTER_MONTHLY_BUDGET", "twenty", "takes an amount in US dollars"),
    ("LLM_ROUTER_MONTHLY_BUDGET", "-1", "takes an amount in US dollars"),
    ("LLM_ROUTER_DAILY_SPEND_LIMIT", "nan", "takes an amount in US dollars"),
    ("LLM_ROUTER_DAILY_SPEND_LIMIT", "1e999", "takes an amount in US dollars"),
    ("LLM_ROUTER_DAILY_SPEND_LIMIT", "٣", "takes an amount in US dollars"),
    ("LLM_ROUTER_ESCALATE_ABOVE", "$5", "takes an amount in US dollars"),
    ("LLM_ROUTER_HARD_STOP_ABOVE", "inf", "takes an amount in US dollars"),
    ("LLM_ROUTER_CLAUDE_SUBSCRIPTION", "maybe", "takes true or false"),
    ("LLM_ROUTER_BUDGET_9", "5", "names no provider"),
    ("LLM_ROUTER_BUDGET_", "5", "names no provider"),
]


@pytest.mark.parametrize(("name", "value", "says"), BAD)
def test_a_value_that_is_not_taken_names_its_variable(name: str, value: str, says: str, world: World) -> None:
    world.environ[name] = value
    sources = world.read()
    (problem,) = sources.problems
    assert problem.code == "R220" and name in problem.message and says in problem.message
    assert under(sources.texts["environment"], problem.span) == value
    assert sources.layers == () and sources.settings == ()


def test_a_value_with_line_ends_stays_on_its_line(world: World) -> None:
    world.environ |= {"LLM_ROUTER_PROFILE": "a\nb", "LLM_ROUTER_ENFORCE": "x"}
    assert [shown(p) for p in world.read().problems] == [
        "R220 environment:1:20 `LLM_ROUTER_PROFILE=a\\nb` takes budget, balanced or premium",
        "R220 environment:2:20 `LLM_ROUTER_ENFORCE=x` takes shadow, suggest, enforce, hard, soft or off",
    ]


def test_a_subscription_is_a_setting_and_no_rule(world: World) -> None:
    world.environ["LLM_ROUTER_CLAUDE_SUBSCRIPTION"] = "True"
    sources = world.read()
    assert sources.layers == ()
    assert setting(sources, "claude_subscription").value is True


def test_the_environment_goes_before_every_file_but_no_lock(world: World) -> None:
    world.environ |= {"LLM_ROUTER_PROFILE": "premium", "LLM_ROUTER_ENFORCE": "shadow"}
    world.write("repo/.llm-router.yml", "profile: budget\nenforce: suggest\n")
    world.write("user/org-policy.yaml", "enforce: enforce\nlock: [enforce]\n")
    sources = world.read()
    assert sources.layers[0].name == "environment"
    assert [o.layer for o in setting(sources, "profile").overrode] == ["repo"]
    enforce = setting(sources, "enforce")
    assert (enforce.value, enforce.layer) == ("enforce", "org")
    assert [(o.value, o.layer) for o in enforce.overrode] == [("shadow", "environment"), ("suggest", "repo")]
    assert str(enforce.locked) == "~/.llm-router/org-policy.yaml:2:8"


def test_a_budget_set_by_command_goes_before_its_variable(world: World) -> None:
    world.environ |= {"LLM_ROUTER_BUDGET_OPENAI": "5", "LLM_ROUTER_BUDGET_GEMINI": "3"}
    world.write("user/budgets.json", '{"openai": 50.0}')
    sources = world.read()
    assert {n: told(r.effects[0]) for n, r in rules(sources).items()} == {
        "provider-cap-gemini": "cap provider gemini $3.00/month",
        "provider-cap-openai": "cap provider openai $50.00/month",
    }
    openai = setting(sources, "provider_caps.openai")
    assert (openai.value, openai.layer) == (50.0, "user")
    assert [(o.value, o.layer) for o in openai.overrode] == [(5.0, "environment")]


def test_the_table_of_variables_is_whole() -> None:
    assert {*VARIABLE_NAMES, *(f"{prefix}*" for prefix in PREFIXES)} == {v.name for v in ENVIRONMENT}
    assert all(v.effect and v.name.startswith("LLM_ROUTER_") for v in ENVIRONMENT)
