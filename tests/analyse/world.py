"""Policies from text, tables from layers, and policies in which rules meet often."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from router.analyse.reach import check_policy
from router.analyse.witness import witnesses
from router.base.problems import Problem
from router.decide.decide import Decider
from router.decide.strain import STEPS, with_strain
from router.facts import FACTS
from router.model.catalogue import Catalogue, catalogue_from_plain
from router.model.decision import Decision
from router.policy.compile.compile import compile_policy
from router.policy.nodes import And, Effect, Layer, LayerName, LetRef, PolicyFile, Rule, atoms
from router.policy.parse import parse_policy
from router.table.table import Table
from tests.policies import HERE, banned_for, random_facts, random_rule

FEW = ("task", "complexity", "branch", "turn", "path", "prompt")
"""Facts that focused policies ask."""


def _model(tier: str, usd: float, **more: Any) -> dict[str, Any]:
    return {
        "tier": tier,
        "context_tokens": 100_000,
        "input_usd_per_mtok": usd,
        "output_usd_per_mtok": 4 * usd,
        **more,
    }


PLAIN_CATALOGUE: dict[str, Any] = {
    "providers": {
        "openai": {"name": "OpenAI", "kind": "api"},
        "anthropic": {"name": "Anthropic", "kind": "api"},
        "mistral": {"name": "Mistral", "kind": "api"},
        "xai": {"name": "xAI", "kind": "api"},
        "deepseek": {"name": "DeepSeek", "kind": "api"},
        "ollama": {"name": "Ollama", "kind": "local", "free": True},
    },
    "models": {
        "openai/gpt-6-luna": _model("cheap", 0.1),
        "openai/gpt-5.4-mini": _model("cheap", 0.2),
        "openai/gpt-5.6": _model("premium", 5.0, capabilities=["tools", "vision"]),
        "openai/gpt-image-2": _model("mid", 5.0, capabilities=["image"]),
        "anthropic/claude-haiku-5-5": _model("cheap", 0.5),
        "anthropic/claude-sonnet-5-5": _model("mid", 3.0),
        "anthropic/claude-opus-5": _model("premium", 10.0),
        "mistral/mistral-small-latest": _model("cheap", 0.1),
        "mistral/mistral-large-4": _model("mid", 2.0),
        "xai/grok-4.7": _model("premium", 4.0),
        "ollama/qwen3.5:latest": _model("cheap", 0.0, free=True),
    },
    "chains": {
        "budget": ["ollama/qwen3.5:latest", "mistral/mistral-small-latest", "openai/gpt-6-luna"],
        "balanced": {
            "image": ["openai/gpt-image-2"],
            "default": ["anthropic/claude-sonnet-5-5", "mistral/mistral-large-4", "openai/gpt-6-luna"],
        },
        "premium": {"default": ["anthropic/claude-opus-5", "openai/gpt-5.6"]},
    },
    "provider_models": {
        "openai": {"cheap": "openai/gpt-6-luna", "premium": "openai/gpt-5.6", "image": "openai/gpt-image-2"},
        "anthropic": {
            "cheap": "anthropic/claude-haiku-5-5",
            "mid": "anthropic/claude-sonnet-5-5",
            "premium": "anthropic/claude-opus-5",
        },
        "mistral": {"cheap": "mistral/mistral-small-latest", "mid": "mistral/mistral-large-4"},
        "xai": {"premium": "xai/grok-4.7"},
        "ollama": {"cheap": "ollama/qwen3.5:latest", "mid": "ollama/qwen3.5:latest"},
    },
    "output_tokens": {"default": {"simple": 300, "moderate": 700, "complex": 1500, "deep": 4000}},
}
CATALOGUE: Catalogue = catalogue_from_plain(PLAIN_CATALOGUE)


def layer(text: str, name: LayerName = "repo", file: str | None = None) -> Layer:
    """One layer with one rule file."""
    parsed, problems = parse_policy(text, file or f"{name}.rules")
    assert not problems, problems
    return Layer(name, (parsed,))


def table_of(*layers: Layer) -> Table:
    data, problems = compile_policy(layers, PLAIN_CATALOGUE, {}, "test")
    assert data is not None, problems
    return Table.load(data)


def decider_of(*layers: Layer) -> Decider:
    return Decider(table_of(*layers))


def check(*layers: Layer, pedantic: bool = False) -> tuple[Problem, ...]:
    return check_policy(layers, CATALOGUE, pedantic=pedantic)


def codes(*layers: Layer, pedantic: bool = False) -> list[str]:
    return [problem.code for problem in check(*layers, pedantic=pedantic)]


def meaning(decision: Decision) -> dict[str, Any]:
    """A decision without the names of rules."""
    fields = decision._asdict()
    for name in ("rules", "fingerprint"):
        del fields[name]
    fields["judgement"] = (decision.task, decision.asked_complexity)
    fields["denials"] = sorted({(d.effect, tuple(sorted(set(d.targets)))) for d in decision.denials})
    fields["caps"] = sorted((cap.scope, cap.period, cap.usd) for cap in decision.caps)
    for name in ("refusals", "approvals"):
        fields[name] = bool(fields[name])
    for name in ("redact", "compress", "tags"):
        fields[name] = sorted(set(fields[name]))
    return fields


def focused_layers(rng: Random, rules: int = 8) -> tuple[Layer, ...]:
    """Layers whose rules ask one to three of a few facts, so that they meet, hide and repeat each other."""
    banned = frozenset(FACTS) - set(rng.sample(FEW, rng.randint(1, 3)))
    names: tuple[LayerName, ...] = rng.choice((("repo",), ("org", "repo"), ("repo", "user", "org")))
    by_layer: dict[LayerName, list[Rule]] = {name: [] for name in names}
    for number in range(rules):
        name = rng.choice(names)
        made = random_rule(rng, f"r{number}", name, banned=banned, depth=rng.choice((0, 1, 1, 2)))
        everyone = [rule for some in by_layer.values() for rule in some]
        if everyone and rng.random() < 0.5:
            made = echo(rng, made, rng.choice(everyone))
        by_layer[name].append(replace(made, span=replace(made.span, line=number + 1)))
    return tuple(Layer(name, (PolicyFile(f"{name}.rules", tuple(made)),)) for name, made in by_layer.items())


def echo(rng: Random, made: Rule, other: Rule) -> Rule:
    """The rule with another's effects, or where another stands, or both, so that they can hide or repeat each other."""
    effects = other.effects if rng.random() < 0.5 else made.effects
    where = rng.choice((made.when, other.when, None))
    if rng.random() < 0.5 and made.when and other.when:
        where = And((other.when, made.when), HERE)
    banned = banned_for({effect.kind for effect in (*effects, *other.effects)})
    if where is not None and any(not isinstance(a, LetRef) and a.fact.name in banned for a in atoms(where)):
        where = None
    return replace(made, effects=effects, when=where, unless=None)


def callable_requests(rng: Random, table: Table, count: int) -> Iterator[Mapping[str, Any]]:
    """Random requests for which every provider can be called: what reports say is said of these."""
    for facts in requests_for(rng, table, count):
        yield spendable(facts)


def spendable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts without the pressures at which a provider's budget is used up."""
    used_up = {key for key, value in facts.items() if key.startswith("pressure(") and value >= STEPS[-1]}
    return with_strain({key: value for key, value in facts.items() if key not in used_up})


def requests_for(rng: Random, table: Table, count: int) -> Iterator[Mapping[str, Any]]:
    """Random requests, half of them built to make some rule true; no provider lacks a key."""
    indexes = range(len(table.names))
    for number in range(count):
        facts = random_facts(rng)
        facts.pop("configured", None)
        if number % 2 and indexes:
            made = list(witnesses(table.condition(rng.choice(indexes))))
            if made:
                kept = {key: value for key, value in facts.items() if rng.random() < 0.5}
                facts = {**kept, **rng.choice(made)}
        if "task" not in facts and rng.random() < 0.5:
            facts["task"] = rng.choice(FACTS["task"].values or ())
        if "complexity" not in facts and rng.random() < 0.5:
            facts["complexity"] = rng.choice(FACTS["complexity"].values or ())
        yield with_strain(facts)


def without_effect(
    layers: tuple[Layer, ...], rule: str, kind: str, targets: frozenset[str] | None = None
) -> tuple[Layer, ...]:
    """The layers with one kind of effect, or some of its targets, taken from a rule; the rule too when nothing is left."""

    def thinned(effect: Effect) -> Effect | None:
        if effect.kind != kind:
            return effect
        left = tuple(target for target in effect.targets if str(target) not in (targets or ()))
        return replace(effect, targets=left) if targets and left else None

    def kept(item: Any) -> Any:
        if not isinstance(item, Rule) or item.name.text != rule:
            return item
        effects = tuple(effect for effect in map(thinned, item.effects) if effect is not None)
        return replace(item, effects=effects) if effects else None

    def file_without(file: PolicyFile) -> PolicyFile:
        return replace(file, items=tuple(item for item in map(kept, file.items) if item is not None))

    return tuple(replace(one, files=tuple(map(file_without, one.files))) for one in layers)
