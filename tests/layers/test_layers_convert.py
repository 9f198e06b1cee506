"""YAML and rules say the same, or the other form says what it cannot."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layers_world import shown

from router.policy.convert import bare, rules_to_yaml, yaml_to_rules
from router.policy.nodes import Rule
from router.policy.parse import format_policy, parse_policy
from router.policy.sources.disk import parse_layer_yaml
from router.policy.sources.locks import locks_of
from router.policy.sources.to_rules import rules_of
from router.policy.sources.yaml_comments import comments_of
from router.policy.sources.yaml_reader import read_yaml
from router.policy.sources.yaml_text import value_text

YAML = """\
# What this repository wants.
profile: balanced
enforce: suggest # never hold anybody up

block_providers: [openai, deepseek]
block_models: ["*/*-preview", anthropic/claude-opus-5-5]
allow_models: ["ollama/*"]
routing:
  # the machine under the desk
  code: {model: ollama/qwen3.5:latest}
  research: {provider: perplexity}
  analyze: {chain: ["@premium", anthropic, ollama/gemma4:latest]}
task_caps:
  code: 10.00
  image: 0.00
daily_caps:
  code: 3.25
  _total: 2.00
provider_caps:
  openai: 20.00
monthly_cap: 100.00
session_cap: 1.50
call_cap: 0.125
approve_above: 0.50
# That is all.
"""
RULES = """\
# What this repository wants.
rule profile
  profile balanced

# never hold anybody up
rule enforce
  mode suggest

rule block-providers
  deny provider openai, deepseek

rule block-models
  deny */*-preview, anthropic/claude-opus-5-5

rule allow-models
  allow only ollama/*

# the machine under the desk
rule routing-code
  route to ollama/qwen3.5:latest
  when task is code

rule routing-research
  route to perplexity
  when task is research

rule routing-analyze
  route to @premium then anthropic then ollama/gemma4:latest
  when task is analyze

rule task-cap-code
  cap task code at $10.00/day

rule task-cap-image
  cap task image at $0.00/day

rule daily-cap-code
  cap task code at $3.25/day

rule daily-cap-total
  cap total at $2.00/day

rule provider-cap-openai
  cap provider openai at $20.00/month

rule monthly-cap
  cap total at $100.00/month

rule session-cap
  cap session at $1.50/session

rule call-cap
  cap call at $0.125/call

rule approve-above
  require approval
  when cost > $0.50

# That is all.
"""


def of_yaml(text: str, schema: Any = "repo") -> list[Rule]:
    node, part = parse_layer_yaml(text, "f", schema)
    assert part.problems == ()
    return [item.rule for item in rules_of(node, locks_of(node)[0])]


def of_rules(text: str) -> list[Rule]:
    policy, problems = parse_policy(text, "f")
    assert problems == ()
    return list(policy.rules)


def by_name(rules: list[Rule]) -> list[Any]:
    """Which of two keys stands first does not matter: no two of them win against each other."""
    return sorted((bare(rule) for rule in rules), key=repr)


def test_every_key_as_a_rule() -> None:
    assert yaml_to_rules(YAML, "f") == (RULES, ())
    assert bare(tuple(of_rules(RULES))) == bare(tuple(of_yaml(YAML)))


def test_every_such_rule_as_a_key() -> None:
    text, problems = rules_to_yaml(RULES, "f")
    assert problems == ()
    assert text == YAML.replace(
        "enforce: suggest # never hold anybody up\n\n", "# never hold anybody up\nenforce: suggest\n"
    ).replace("routing:\n  # the machine under the desk\n", "# the machine under the desk\nrouting:\n")


def test_locks_go_both_ways() -> None:
    yaml = "profile: budget\nrouting:\n  code: {model: a/b}\nlock: [profile, routing.code]\n"
    rules, problems = yaml_to_rules(yaml, "f", "org")
    assert problems == ()
    assert (
        rules
        == "rule profile\n  profile budget\n  lock\n\nrule routing-code\n  route to a/b\n  when task is code\n  lock\n"
    )
    assert rules_to_yaml(rules, "f") == (yaml, ())


KEPT = [
    ("rules: [a.rules]\n", "R250 f:1:1 `rules` is a setting, which no rule can say"),
    (
        "profile: budget\nenforce: off\n",
        "R250 f:2:10 `enforce: off` leaves the hooks out, which no rule can say",
    ),
    ("audit: {retention_days: 3}\n", "R250 f:1:1 `audit` is a setting, which no rule can say"),
    ("team: {store: postgresql://db/x}\n", "R250 f:1:1 `team` is a setting, which no rule can say"),
    ("policy: rule a refuse\n", "R250 f:1:1 `policy` is a setting, which no rule can say"),
    ("catalogue: {chains: {a: [b/c]}}\n", "R250 f:1:1 `catalogue` is a setting, which no rule can say"),
    ("nonsense: 1\n", "R203 f:1:1 unknown key `nonsense`"),
    ("profile: [\n", "R201 f:2:1 a value was expected here"),
]


@pytest.mark.parametrize(("text", "says"), KEPT)
def test_a_setting_is_no_rule(text: str, says: str) -> None:
    assert says in [shown(problem) for problem in yaml_to_rules(text, "f", "org")[1]]


def test_an_empty_list_says_nothing() -> None:
    assert yaml_to_rules("block_models: []\nallow_models: []\n", "f") == ("", ())


LOST = {
    "policy team version 1\n": "`policy team` has no key in YAML",
    "let a = task is code\n": "`let a` has no key in YAML",
    'test "x"\n  given task code\n  expect task code\n': "the test `x` has no key in YAML",
    "rule mine\n  profile budget\n": "no key in YAML says the rule `mine`",
    "rule profile\n  profile budget\n  when task is code\n": "no key in YAML says the rule `profile`",
    'rule profile\n  profile budget\n  because "x"\n': "no key in YAML says the rule `profile`",
    "rule profile\n  profile budget\n  until 2026-12-31\n": "no key in YAML says the rule `profile`",
    "rule profile\n  profile budget\n  rollout 10% of sessions\n": "no key in YAML says the rule `profile`",
    "rule profile\n  profile budget\n  mode enforce\n": "no key in YAML says the rule `profile`",
    "rule enforce\n  profile budget\n": "no key in YAML says the rule `enforce`",
    "rule routing-code\n  route to a/b\n  when task is query\n": "no key in YAML says the rule `routing-code`",
    "rule routing-code\n  route to a/b\n  when task in (code, query)\n": "no key in YAML says the rule `routing-code`",
    "rule routing-code\n  route to a/b\n  when task is not code\n": "no key in YAML says the rule `routing-code`",
    "rule routing-code\n  route to a/b\n  unless task is code\n": "no key in YAML says the rule `routing-code`",
    "rule approve-above\n  require approval\n  when cost >= $1.00\n": "no key in YAML says the rule `approve-above`",
    "rule block-models\n  deny provider openai\n": "no key in YAML says the rule `block-models`",
    "rule block-providers\n  deny a/b\n": "no key in YAML says the rule `block-providers`",
    "rule task-cap-code\n  cap task code at $1.00/month\n": "no key in YAML says the rule `task-cap-code`",
    "rule task-cap-code\n  cap task query at $1.00/day\n": "no key in YAML says the rule `task-cap-code`",
    "rule call-cap\n  cap call at $1.00/session\n": "no key in YAML says the rule `call-cap`",
    "rule block-models\n  deny a/b\n  lock\n": "no key in YAML says the rule `block-models`",
    "rule secrets\n  redact secrets\n": "no key in YAML says the rule `secrets`",
}  # fmt: skip


@pytest.mark.parametrize("text", LOST)
def test_what_no_key_says_is_named_and_the_rest_is_kept(text: str) -> None:
    yaml, problems = rules_to_yaml(text + "\nrule monthly-cap\n  cap total at $5.00/month\n", "f")
    assert [(p.code, p.message) for p in problems] == [("R251", LOST[text])]
    assert yaml == "monthly_cap: 5.00\n"


def test_a_rule_file_with_faults_is_not_converted() -> None:
    text, problems = rules_to_yaml("rule profile\n  profle budget\n", "f")
    assert text == "" and problems


def test_comments_inside_values_are_none() -> None:
    text = "profile: 'a # b' # c\ntask_caps: # d\n  code: 1 # e\n#f\n"
    assert [c.text for c in comments_of(text, read_yaml(text, "f")[0])] == ["c", "d", "e", "f"]


TASKS = st.sampled_from(["query", "code", "analyze", "generate", "research", "image", "video", "audio"])
PROVIDER = st.sampled_from(["openai", "lm_studio", "lm-studio", "a", "x-y"])
MODEL = st.sampled_from(
    ["openai/gpt-4o", "ollama/qwen3.5:latest", "groq/openai/gpt-oss-20b", "together/Qwen/Qwen3.8-Flash"]
)
PATTERN = MODEL | st.sampled_from(["*/*-preview", "openai/*", "*/gpt-?"])
USD = st.integers(0, 10_000_000).map(lambda n: n / 10_000)
PIN = st.one_of(
    MODEL.map(lambda m: {"model": m}),
    PROVIDER.map(lambda p: {"provider": p}),
    st.lists(MODEL | PROVIDER | st.just("@budget"), min_size=1, max_size=3).map(lambda c: {"chain": c}),
)
LAYER = st.fixed_dictionaries(
    {},
    optional={
        "profile": st.sampled_from(["budget", "balanced", "premium"]),
        "enforce": st.sampled_from(["shadow", "suggest", "enforce", "hard", "soft"]),
        "block_providers": st.lists(PROVIDER, unique=True, max_size=3),
        "block_models": st.lists(PATTERN, unique=True, max_size=3),
        "allow_models": st.lists(PATTERN, unique=True, max_size=3),
        "routing": st.dictionaries(TASKS, PIN, max_size=3),
        "task_caps": st.dictionaries(TASKS, USD, max_size=3),
        "daily_caps": st.dictionaries(TASKS | st.just("_total"), USD, max_size=3),
        "provider_caps": st.dictionaries(PROVIDER, USD, max_size=4),
        "monthly_cap": USD,
        "session_cap": USD,
        "call_cap": USD,
        "approve_above": USD,
    },
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(layer=LAYER)
def test_yaml_to_rules_to_yaml_says_the_same(layer: dict[str, Any]) -> None:
    yaml = "".join(f"{key}: {value_text(value)}\n" for key, value in layer.items())
    rules, problems = yaml_to_rules(yaml, "f")
    assert problems == ()
    assert bare(tuple(of_rules(rules))) == bare(tuple(of_yaml(yaml)))
    assert format_policy(rules, "f") == (rules, ())
    again, problems = rules_to_yaml(rules, "f")
    assert problems == ()
    assert by_name(of_yaml(again)) == by_name(of_yaml(yaml))
    assert yaml_to_rules(again, "f")[0] == rules
