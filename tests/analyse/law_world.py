"""Random policies as tables, and changes of them that laws speak about."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import reject

from router.decide.decide import Decider
from router.model.catalogue import catalogue_to_plain
from router.model.decision import Decision, Judgement
from router.policy.catalogue import load_catalogue
from router.policy.compile.compile import compile_policy
from router.policy.nodes import And, Layer, LayerName, PolicyFile, Rule
from router.table.table import Table
from tests.policies import banned_for, random_atom, random_effect, word

CATALOGUE = load_catalogue()
PLAIN_CATALOGUE = catalogue_to_plain(CATALOGUE)
RESTRICTING = frozenset({"deny", "allow", "cap", "refuse", "approve", "redact"})


def compiled(layers: Sequence[Layer]) -> bytes:
    data, problems = compile_policy(tuple(layers), PLAIN_CATALOGUE, {}, "random")
    # Conditions that need too many rows are refused; such a policy says nothing about a law.
    assert data is not None or {problem.code for problem in problems} == {"R410"}
    return reject() if data is None else data


def table_of(layers: Sequence[Layer]) -> Table:
    return Table.load(compiled(layers))


def decide(table: Table, facts: dict[str, Any], judged: Judgement) -> Decision:
    return Decider(table).decide(facts, lambda _: judged)


def meaning(decision: Decision) -> dict[str, Any]:
    """A decision without the names of rules and the order in which restrictions were collected."""
    fields = decision._asdict()
    del fields["rules"], fields["fingerprint"]
    fields["judgement"] = decision.judgement._replace(rule=None)
    fields["denials"] = {(d.effect, frozenset(d.targets)) for d in decision.denials}
    fields["caps"] = {(c.scope, c.usd, c.period) for c in decision.caps}
    for name in ("redact", "tags"):
        fields[name] = frozenset(fields[name])
    for name in ("refusals", "approvals"):
        fields[name] = bool(fields[name])
    return fields


def restricts_only(rule: Rule) -> bool:
    return all(effect.kind in RESTRICTING for effect in rule.effects)


def with_rules(layer: Layer, rules: Sequence[Rule]) -> Layer:
    """The layer with these rules after its `let` names, in one file."""
    [file] = layer.files
    lets = [item for item in file.items if not isinstance(item, Rule)]
    return replace(layer, files=(PolicyFile(file.file, (*lets, *rules)),))


def without_over(layers: Sequence[Layer]) -> list[Layer]:
    """The policy in declaration order; what stands over another rule has a place that matters."""
    return [
        with_rules(layer, [replace(rule, over=()) for file in layer.files for rule in file.rules])
        for layer in layers
    ]


def shuffled_restrictions(rng: Random, layers: Sequence[Layer]) -> list[Layer]:
    """Every layer with its purely restricting rules put elsewhere; the others keep their order among themselves."""
    found = []
    for layer in layers:
        rules = [rule for file in layer.files for rule in file.rules]
        kept = [rule for rule in rules if not restricts_only(rule)]
        for rule in rules:
            if restricts_only(rule):
                kept.insert(rng.randint(0, len(kept)), rule)
        found.append(with_rules(layer, kept))
    return found


def without(layers: Sequence[Layer], name: str) -> list[Layer]:
    found = []
    for layer in layers:
        rules = [
            replace(rule, over=tuple(word for word in rule.over if word.text != name))
            for file in layer.files
            for rule in file.rules
            if rule.name.text != name
        ]
        found.append(with_rules(layer, rules))
    return found


def added(layers: Sequence[Layer], name: LayerName, rule: Rule) -> list[Layer]:
    """The policy with one more rule at the end of a layer."""
    if all(layer.name != name for layer in layers):
        return [*layers, Layer(name, (PolicyFile(f"{name}-more.rules", (rule,)),))]
    return [
        with_rules(layer, [*(r for f in layer.files for r in f.rules), rule]) if layer.name == name else layer
        for layer in layers
    ]


def with_echoes(rng: Random, layers: Sequence[Layer]) -> list[Layer]:
    """The policy with weaker copies of some rules, under the same condition or a narrower one, that say something else."""
    found = []
    for layer in layers:
        rules = [rule for file in layer.files for rule in file.rules]
        echoes = []
        for rule in rules:
            if rng.random() < 0.5:
                effects = tuple(random_effect(rng, effect.kind) for effect in rule.effects)
                narrower = replace(
                    rule, name=word(f"{rule.name.text}-echo"), effects=effects, over=(), lock=None
                )
                if rule.when is not None and rule.unless is None and rng.random() < 0.5:
                    banned = banned_for({effect.kind for effect in effects})
                    narrower = replace(narrower, when=And((rule.when, random_atom(rng, banned)), rule.span))
                echoes.append(narrower)
        found.append(with_rules(layer, [*rules, *echoes]))
    return found
