"""Random policy files for round trips: the random rules of `tests.policies`, and what those leave out."""

from dataclasses import fields, is_dataclass
from random import Random
from typing import Any

from router.base.problems import Span
from router.policy.nodes import Expect, FactRef, Given, Item, Let, PolicyFile, Rule, Target, TestBlock, Value
from router.policy.parse.vocabulary import RESERVED
from tests import policies
from tests.policies import HERE, word

TEXTS = (
    "", " ", "a", 'say "x"', "back\\slash", "\\n", "two\nlines", "tab\there", "\r", "\x00", "\x7f", "é", "日本語", "🙂", "\u200b",
    "\u202e", "\u00ad", "\ud800", "# no comment", "when", "rule x", "\\u0041", "%", "//", "'", "a\u2028b", "\x85", "\\",
)  # fmt: skip
NAMES = (
    "a",
    "a-b",
    "a.b",
    "_x",
    "route",
    "deny",
    "let",
    "test",
    "policy",
    "todo",
    "over",
    "then",
    "only",
    "x9",
)
TARGETS = (
    Target("model", "openai/gpt-5.6", HERE), Target("model", "ollama/qwen3.5:latest", HERE), Target("model", "bare-model", HERE),
    Target("provider", "openai", HERE), Target("provider", "mistral", HERE), Target("provider", "provider", HERE),
    Target("provider", "model", HERE), Target("provider", "when", HERE), Target("provider", "odd name", HERE),
    Target("provider", "then", HERE), Target("pattern", "openai/*", HERE), Target("pattern", "*-preview", HERE),
    Target("pattern", "a b/*", HERE), Target("chain", "premium", HERE), Target("model", "a/b,c", HERE),
    Target("model", 'q/"x"', HERE), Target("model", "odd/#1", HERE),
)  # fmt: skip
NUMBERS = (0.0, 1.0, -1.0, 0.1, 1e-7, 1e-13, 1e22, 123456789.125, 1 / 3, 1e300)
SHARES = (0.0, 0.005, 0.07, 0.14, 0.29, 0.57, 1 / 3, 1.0, 1e-9)
DOLLARS = (0.0, 0.1, 0.005, 0.29, 1.005, 5.0, 1e-9, 1234567.89, 1e16, 1 / 3)


def random_file(rng: Random) -> PolicyFile:
    """A file of lets, rules and tests in any order; its names and constants are odd, its shapes all those of the grammar."""
    lets = tuple(f"l{number}" for number in range(rng.randint(0, 3)))
    items: list[Item] = [Let(word(name), _condition(rng, lets), HERE) for name in lets]
    items += [_rule(rng, f"r{number}", lets) for number in range(rng.randint(0, 3))]
    items += [_test(rng) for _ in range(rng.randint(0, 2))]
    rng.shuffle(items)
    headed = rng.random() < 0.5
    version = Value("number", float(rng.randint(1, 9)), HERE)
    return PolicyFile(
        "random.rules", tuple(items), word("p") if headed else None, version if headed else None
    )


def _condition(rng: Random, lets: tuple[str, ...]) -> Any:
    return _odd(rng, policies.random_condition(rng, frozenset(), lets=lets))


def _odd(rng: Random, node: Any) -> Any:
    """The node with some constants replaced by odd ones of their kind."""
    if isinstance(node, tuple):
        return tuple(_odd(rng, part) for part in node)
    if isinstance(node, Value):
        if node.kind == "word" and "/" in str(node.value):
            return Value("text", node.value, HERE)
        return _odd_value(rng, node) if rng.random() < 0.5 else node
    if not is_dataclass(node) or isinstance(node, Span | FactRef):
        return node
    return type(node)(**{each.name: _odd(rng, getattr(node, each.name)) for each in fields(node)})


def _odd_value(rng: Random, value: Value) -> Value:
    pool: dict[str, tuple[Any, ...]] = {
        "text": TEXTS, "word": NAMES, "number": NUMBERS, "percent": SHARES, "money": DOLLARS,
        "regex": ("", "a b", r"\d+\\", "#", r"\x22", "'", "é"),
    }  # fmt: skip
    return Value(value.kind, rng.choice(pool.get(value.kind, (value.value,))), HERE, value.period)


def _rule(rng: Random, name: str, lets: tuple[str, ...]) -> Rule:
    made = policies.random_rule(rng, name, rng.choice(("repo", "org")), lets)
    reason = rng.choice((None, *TEXTS))
    effects = tuple(_with_targets(rng, effect) for effect in made.effects)
    over = tuple(word(rng.choice(NAMES)) for _ in range(rng.choice((0, 0, 1, 2))))
    return Rule(
        name=word(rng.choice((name, *NAMES))), effects=effects, span=HERE,
        when=_odd(rng, made.when), unless=_odd(rng, made.unless), because=reason,
        because_span=HERE if reason is not None else None, over=over, until=made.until, rollout=_odd(rng, made.rollout), lock=made.lock,
    )  # fmt: skip


def _with_targets(rng: Random, effect: Any) -> Any:
    from dataclasses import replace

    if effect.targets:
        return replace(effect, targets=tuple(rng.choice(TARGETS) for _ in range(rng.randint(1, 4))))
    if effect.kind == "cap":
        return replace(effect, usd=rng.choice(DOLLARS))
    if effect.kind in ("tag", "redact"):
        return replace(effect, words=tuple(word(rng.choice(NAMES)) for _ in range(rng.randint(1, 3))))
    return effect


def _test(rng: Random) -> TestBlock:
    name = Value("text", rng.choice(TEXTS), HERE)
    given = tuple(_given(rng) for _ in range(rng.randint(0, 3)))
    expect = tuple(_expect(rng) for _ in range(rng.randint(0, 4)))
    return TestBlock(name, given, expect, HERE, rng.random() < 0.3)


def _given(rng: Random) -> Given:
    ref = policies.random_ref(rng, rng.choice(list(policies.FACTS)))
    if rng.random() < 0.2:
        return Given(ref, (), HERE)
    _, values = policies.random_test(rng, ref.name, ref)
    value = _odd(rng, values[0])
    if value.kind == "word" and value.value in RESERVED:
        value = Value("text", value.value, HERE)
    return Given(ref, (value,), HERE)


def _expect(rng: Random) -> Expect:
    kind: Any = rng.choice(
        ("task", "complexity", "mode", "profile", "tier", "denied", "allowed", "route", "chain", "refused", "approval", "redact",
         "compress", "tag", "cap", "downgrade", "nothing", "fired")
    )  # fmt: skip
    extra: dict[str, Any] = {
        "negated": rng.random() < 0.3,
        "by": word(rng.choice(NAMES)) if rng.random() < 0.3 else None,
    }
    if kind in ("denied", "allowed", "route"):
        extra["targets"] = (rng.choice(TARGETS),)
    elif kind == "chain":
        extra["targets"] = tuple(rng.choice(TARGETS) for _ in range(rng.randint(2, 3)))
    elif kind == "cap":
        extra |= {
            "words": tuple(map(word, rng.choice((("total",), ("task", "code"))))),
            "usd": rng.choice(DOLLARS),
            "period": "day",
        }
    elif kind in ("redact", "compress", "tag"):
        # A second word can be none of the reserved ones, which could begin what comes next.
        extra["words"] = (word(rng.choice(NAMES)), *((word("a-b"),) if rng.random() < 0.5 else ()))
    elif kind not in ("refused", "approval", "nothing"):
        extra["words"] = (word(rng.choice(NAMES)),)
    return Expect(kind, HERE, **extra)


def bare(node: Any) -> Any:
    """The node without its places, `and` in `and` and `or` in `or` made one, and double negations kept."""
    if isinstance(node, tuple):
        return tuple(bare(part) for part in node)
    if isinstance(node, Span):
        return "here"
    if not is_dataclass(node) or isinstance(node, type):
        return node
    name = type(node).__name__
    plain = {
        each.name: bare(getattr(node, each.name))
        for each in fields(node)
        if each.name not in ("file", "comments")
    }
    return (name, *sorted(plain.items(), key=lambda pair: pair[0]))
