"""The keys of a YAML layer as rules: the same rows that a rule file gives."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from router.base.problems import Span
from router.policy.nodes import (
    Compare,
    Condition,
    Effect,
    EffectKind,
    FactRef,
    Period,
    PolicyFile,
    Rule,
    Target,
    Value,
    Word,
)
from router.policy.sources.yaml_nodes import Entry, ListNode, MapNode, Node, Path, Scalar

MODES = {"hard": "enforce", "soft": "suggest", "off": "shadow"}
"""Older spellings of the modes; `off` also leaves the hooks out, which is a setting and no row."""

TOTAL = "_total"


@dataclass(frozen=True, slots=True)
class Said:
    """One value of a layer: its path of keys, the key's place and the value."""

    path: Path
    key: Scalar
    value: Node

    @property
    def last(self) -> Word:
        return Word(self.key.text, self.key.span)

    @property
    def span(self) -> Span:
        a, b = self.key.span, self.value.span
        if a.file != b.file or (b.end_line, b.end_column) < (a.end_line, a.end_column):
            return a
        return a.to(b)


@dataclass(frozen=True, slots=True)
class RuleOfKey:
    """A rule and the path of the key that says it."""

    path: Path
    rule: Rule


def rules_of(node: MapNode, locks: dict[str, Span] | None = None) -> tuple[RuleOfKey, ...]:
    """The rules that a layer's keys say, in the order of the text; `locks` maps locked keys to where each is locked."""
    made = [found for said in values_of(node) if (found := _rule_of(said)) is not None]
    named = _unique(made)
    return tuple(replace(item, rule=_locked(item, locks or {})) for item in named)


def policy_file(node: MapNode, file: str, locks: dict[str, Span] | None = None) -> PolicyFile:
    """A YAML layer as a policy file."""
    return PolicyFile(file, tuple(item.rule for item in rules_of(node, locks)))


def values_of(node: MapNode) -> Iterator[Said]:
    """Every value that makes a rule or a setting of its own: maps of tasks, caps and the like are opened."""
    for entry in node.entries:
        if entry.key.text in _OPENED and isinstance(entry.value, MapNode):
            for inner in entry.value.entries:
                yield Said((entry.key.text, inner.key.text), inner.key, inner.value)
        else:
            yield Said((entry.key.text,), entry.key, entry.value)


_OPENED = frozenset({"routing", "task_caps", "daily_caps", "provider_caps", "organisation", "audit", "team", "semantic_cache"})


def _rule_of(said: Said) -> RuleOfKey | None:
    make = _MAKERS.get(str(said.path[0]))
    rule = make(said) if make else None
    return RuleOfKey(said.path, rule) if rule else None


def _profile(said: Said) -> Rule | None:
    return _rule("profile", said, Effect("profile", said.value.span, words=(_word(said.value),)))


def _enforce(said: Said) -> Rule | None:
    word = _word(said.value)
    mode = Word(MODES.get(word.text, word.text), word.span)
    return _rule("enforce", said, Effect("mode", said.value.span, words=(mode,)))


def _deny(name: str, said: Said, kind: EffectKind) -> Rule | None:
    targets = tuple(_model_target(item) for item in _items(said.value))
    return _rule(name, said, Effect(kind, said.value.span, targets=targets)) if targets else None


def _block_providers(said: Said) -> Rule | None:
    targets = tuple(Target("provider", s.text, s.span) for s in _items(said.value))
    if not targets:
        return None
    return _rule("block-providers", said, Effect("deny", said.value.span, targets=targets))


def _routing(said: Said) -> Rule | None:
    targets = _pinned(said.value)
    if not targets:
        return None
    task = Value("word", said.key.text, said.key.span)
    when = Compare(FactRef("task", None, said.key.span), "is", (task,), said.key.span)
    effect = Effect("route", said.value.span, targets=targets)
    return _rule(f"routing-{said.key.text}", said, effect, when)


def _pinned(pin: Node) -> tuple[Target, ...]:
    assert isinstance(pin, MapNode)
    for entry in pin.entries:
        return tuple(_route_target(item) for item in _items(entry.value))
    return ()


def _cap(name: str, said: Said, words: tuple[str, ...], period: Period) -> Rule:
    spoken = tuple(Word(word, said.key.span) for word in words)
    effect = Effect("cap", said.value.span, words=spoken, usd=usd(said.value), period=period)
    return _rule(name, said, effect)


def _daily_cap(said: Said) -> Rule:
    if said.key.text == TOTAL:
        return _cap("daily-cap-total", said, ("total",), "day")
    return _cap(f"daily-cap-{said.key.text}", said, ("task", said.key.text), "day")


def _provider_cap(said: Said) -> Rule:
    name = f"provider-cap-{re.sub('[^a-z0-9]+', '-', said.key.text).strip('-')}"
    return _cap(name, said, ("provider", said.key.text), "month")


def _approve_above(said: Said) -> Rule:
    limit = Value("money", usd(said.value), said.value.span)
    when = Compare(FactRef("cost", None, said.key.span), ">", (limit,), said.span)
    return _rule("approve-above", said, Effect("approve", said.span), when)


_MAKERS: dict[str, Callable[[Said], Rule | None]] = {
    "profile": _profile,
    "enforce": _enforce,
    "block_providers": _block_providers,
    "block_models": lambda said: _deny("block-models", said, "deny"),
    "allow_models": lambda said: _deny("allow-models", said, "allow"),
    "routing": _routing,
    "task_caps": lambda said: _cap(f"task-cap-{said.key.text}", said, ("task", said.key.text), "day"),
    "daily_caps": _daily_cap,
    "provider_caps": _provider_cap,
    "monthly_cap": lambda said: _cap("monthly-cap", said, ("total",), "month"),
    "session_cap": lambda said: _cap("session-cap", said, ("session",), "session"),
    "call_cap": lambda said: _cap("call-cap", said, ("call",), "call"),
    "approve_above": _approve_above,
}


def _rule(name: str, said: Said, effect: Effect, when: Condition | None = None) -> Rule:
    return Rule(Word(name, said.key.span), (effect,), said.span, when=when)


def _items(node: Node) -> tuple[Scalar, ...]:
    items = node.items if isinstance(node, ListNode) else (node,)
    return tuple(item for item in items if isinstance(item, Scalar))


def _word(node: Node) -> Word:
    assert isinstance(node, Scalar)
    return Word(node.text, node.span)


def usd(node: Node) -> float:
    """An amount in US dollars."""
    assert isinstance(node, Scalar) and node.is_number
    return abs(float(node.value or 0))


def _model_target(item: Scalar) -> Target:
    """A model, or a glob over `provider/model`; a glob without a provider counts for every provider."""
    text = item.text
    if "*" not in text and "?" not in text:
        return Target("model", text, item.span)
    return Target("pattern", text if "/" in text else f"*/{text}", item.span)


def _route_target(item: Scalar) -> Target:
    if item.text.startswith("@"):
        return Target("chain", item.text[1:], item.span)
    return Target("model" if "/" in item.text else "provider", item.text, item.span)


def _unique(made: list[RuleOfKey]) -> Iterator[RuleOfKey]:
    """Names made from providers such as `lm_studio` and `lm-studio` may meet; the later ones are numbered."""
    taken: set[str] = set()
    for item in made:
        name, number = item.rule.name.text, 2
        while name in taken:
            name, number = f"{item.rule.name.text}-{number}", number + 1
        taken.add(name)
        yield replace(item, rule=replace(item.rule, name=replace(item.rule.name, text=name)))


def _locked(item: RuleOfKey, locks: dict[str, Span]) -> Rule:
    whole, part = str(item.path[0]), ".".join(map(str, item.path))
    lock = locks.get(part) or locks.get(whole)
    return replace(item.rule, lock=lock) if lock else item.rule


def entry(key: str, value: Node, span: Span) -> Entry:
    """A made-up entry, for layers that are not written in YAML."""
    return Entry(Scalar(key, key, span), value)
