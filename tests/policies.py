"""Random policies and requests that hit their constants; the same seed gives the same pair."""

from collections.abc import Iterable, Mapping
from datetime import date
from random import Random
from typing import Any

from router.base.problems import Span
from router.decide.strain import with_strain
from router.facts import FACTS
from router.facts.keys import fact_key
from router.model.decision import Facts, Judgement
from router.model.outcomes import Cell, Expectations, Expected, Foretold
from router.policy.nodes import (
    And,
    Compare,
    Condition,
    Effect,
    FactRef,
    Known,
    Layer,
    LayerName,
    Let,
    LetRef,
    Not,
    Or,
    PolicyFile,
    Rule,
    Target,
    Value,
    Word,
)

HERE = Span("random.rules", 1, 1, 1, 1)
TASKS = FACTS["task"].values or ()
COMPLEXITIES = FACTS["complexity"].values or ()
MODELS = (
    "openai/gpt-5.6",
    "openai/gpt-5.4-mini",
    "mistral/mistral-large-4",
    "ollama/qwen3.5:latest",
    "xai/grok-4.7",
)
PROVIDERS = ("openai", "mistral", "ollama", "anthropic", "xai", "deepseek")
NAMES: dict[str, tuple[str, ...]] = {
    "host": ("cursor", "vscode", "zed"),
    "agent": ("main", "scout"),
    "tool": ("llm_code", "llm_query"),
    "language": ("python", "rust", "sql"),
    "user": ("ada", "bob"),
    "group": ("core", "web", "data"),
    "repo": ("acme/pay", "acme/web"),
    "branch": ("main", "release/1", "dev"),
    "weekday": FACTS["weekday"].values or (),
    "profile": FACTS["profile"].values or (),
    "task": TASKS,
    "complexity": COMPLEXITIES,
}
GLOBS = ("*", "a*", "acme/*", "*1", "m?in", "release/*", "c*")
FOLDERS = ("src/", "src/pay/", "docs/", "")
FILES = ("src/a.py", "src/pay/b.sql", "docs/x.md", "main.rs", "src/pay")
PATH_GLOBS = ("*.py", "src/**", "**/b.*", "src/*/b.sql", "docs/?.md")
PHRASES = ("alembic", "schema migration", "c++", "ｆｉｘ", "データ", "naïve", "a b", "-> x")
PATTERNS = (r"BEGIN (RSA|EC)", r"(?i)todo", r"\d{3}", r"^fix\b")
WORDS = (
    "alembic",
    "schema",
    "migration",
    "fix",
    "c++",
    "データベース",
    "naïve",
    "TODO",
    "123",
    "a",
    "b",
    "->",
    "x",
    "BEGIN RSA",
)
DAYS = (date(2026, 1, 5), date(2026, 6, 1), date(2026, 12, 31))
NUMBERS = {"prompt.tokens": (0, 3, 10, 100), "turn": (1, 2, 5), "hour": (0, 6, 12, 20, 23)}
SHARES = (0.25, 0.5, 0.85, 1.0)
PRICES = (0.0, 0.001, 0.05, 5.0)
_LATE = {"cost"}
_JUDGED = {"task", "complexity", "confidence"}
SELECTING = ("route", "mode", "profile", "classify", "prefer", "avoid", "downgrade", "tag", "compress")
RESTRICTING = ("deny", "allow", "cap", "refuse", "approve", "redact")
LAYER_NAMES: tuple[LayerName, ...] = ("repo", "user", "org", "built-in")


def word(text: str) -> Word:
    return Word(text, HERE)


def value(kind: Any, what: Any, period: Any = None) -> Value:
    return Value(kind, what, HERE, period)


def random_atom(rng: Random, banned: frozenset[str]) -> Condition:
    """One comparison, or `known`, over any fact that is not banned."""
    names = [name for name in FACTS if name not in banned]
    name = rng.choice(names)
    ref = random_ref(rng, name)
    if rng.random() < 0.1:
        return Known(ref, HERE)
    operator, values = random_test(rng, name, ref)
    return Compare(ref, operator, values, HERE)


def random_ref(rng: Random, name: str) -> FactRef:
    argument = {
        "pressure": lambda: rng.choice(PROVIDERS[:2]),
        "spend": lambda: rng.choice(("total", "session", "task code", "provider openai")),
        "quota": lambda: rng.choice(("claude.session", "claude.weekly")),
    }.get(name)
    return FactRef(name, argument() if argument else None, HERE)


def random_test(rng: Random, name: str, ref: FactRef) -> tuple[Any, tuple[Value, ...]]:
    """An operator and constants that the fact takes."""
    kind = FACTS[name].kind.name
    if kind in ("name", "names", "ordered"):
        operators = ["is", "is not", "in", "not in", "like"] + (
            ["<", "<=", ">", ">="] if kind == "ordered" else []
        )
        operator = rng.choice(operators)
        if operator == "like":
            return operator, (value("text", rng.choice(GLOBS)),)
        count = rng.randint(1, 3) if operator in ("in", "not in") else 1
        return operator, tuple(value("word", rng.choice(NAMES[name])) for _ in range(count))
    if kind == "paths":
        operator = rng.choice(("under", "like", "is", "is not"))
        pool = {"under": FOLDERS, "like": PATH_GLOBS}.get(operator, FILES)
        return operator, (value("text", rng.choice(pool)),)
    if kind == "text":
        operator = rng.choice(("contains", "contains any", "contains all", "matches"))
        if operator == "matches":
            return operator, (value("regex", rng.choice(PATTERNS)),)
        count = 1 if operator == "contains" else rng.randint(1, 3)
        return operator, tuple(value("text", rng.choice(PHRASES)) for _ in range(count))
    return random_number_test(rng, name, ref, kind)


def random_number_test(rng: Random, name: str, ref: FactRef, kind: str) -> tuple[Any, tuple[Value, ...]]:
    operator = rng.choice(("<", "<=", ">", ">=", "is", "in range"))
    count = 2 if operator == "in range" else 1
    if kind == "date":
        picked: list[Any] = [rng.choice(DAYS) for _ in range(count)]
        made = [value("date", day) for day in sorted(picked)]
    elif kind == "number":
        made = [value("number", float(rng.choice(NUMBERS[name]))) for _ in range(count)]
    elif kind == "percent":
        made = [value("percent", rng.choice(SHARES)) for _ in range(count)]
    else:
        period = rng.choice(("day", "month")) if name == "spend" and ref.argument != "session" else None
        made = [value("money", rng.choice(PRICES), period) for _ in range(count)]
    if count == 2 and name != "hour":
        made.sort(key=lambda one: one.value)
    return operator, tuple(made)


def random_condition(
    rng: Random, banned: frozenset[str], depth: int = 3, lets: tuple[str, ...] = ()
) -> Condition:
    roll = rng.random()
    if depth == 0 or roll < 0.4:
        if lets and rng.random() < 0.15:
            return LetRef(rng.choice(lets), HERE)
        return random_atom(rng, banned)
    if roll < 0.55:
        return Not(random_condition(rng, banned, depth - 1, lets), HERE)
    parts = tuple(random_condition(rng, banned, depth - 1, lets) for _ in range(rng.randint(2, 3)))
    return And(parts, HERE) if roll < 0.8 else Or(parts, HERE)


def random_target(rng: Random, deny: bool = False) -> Target:
    roll = rng.random()
    if roll < 0.4:
        return Target("model", rng.choice(MODELS), HERE)
    if roll < 0.7:
        return Target("provider", rng.choice(PROVIDERS), HERE)
    if roll < 0.8 or deny:
        return Target("pattern", rng.choice(("openai/*", "*-mini", "mistral/m*")), HERE)
    return Target("chain", rng.choice(("budget", "balanced", "premium", "tier", "profile")), HERE)


def random_effect(rng: Random, kind: Any) -> Effect:
    if kind in ("deny", "allow"):
        return Effect(kind, HERE, targets=tuple(random_target(rng, True) for _ in range(rng.randint(1, 2))))
    if kind in ("route", "prefer", "avoid"):
        return Effect(kind, HERE, targets=tuple(random_target(rng) for _ in range(rng.randint(1, 3))))
    if kind == "cap":
        scope = rng.choice((("total",), ("task", "code"), ("provider", "openai")))
        usd = rng.choice((1.0, 5.0, 10.0))
        return Effect(kind, HERE, words=tuple(map(word, scope)), usd=usd, period=rng.choice(("day", "month")))
    words = {
        "classify": lambda: (rng.choice(TASKS), *((rng.choice(COMPLEXITIES),) if rng.random() < 0.6 else ())),
        "mode": lambda: (rng.choice(("shadow", "suggest", "enforce")),),
        "profile": lambda: (rng.choice(NAMES["profile"]),),
        "downgrade": lambda: (rng.choice(COMPLEXITIES),),
        "redact": lambda: ("secrets",),
        "compress": lambda: ("style", rng.choice(("lite", "full"))),
        "tag": lambda: (rng.choice(("a", "b")),),
    }.get(kind, lambda: ())()
    return Effect(kind, HERE, words=tuple(map(word, words)))


def banned_for(kinds: set[str]) -> frozenset[str]:
    """Facts that a rule with these effects may not ask."""
    banned: set[str] = set()
    for kind in kinds:
        if kind == "classify":
            banned |= _JUDGED | {"profile"} | _LATE
        elif kind == "profile":
            banned |= {"profile"} | _LATE
        elif kind not in ("refuse", "approve", "redact", "tag", "cap", "compress"):
            banned |= _LATE
    return frozenset(banned)


def random_rule(
    rng: Random,
    name: str,
    layer: str,
    lets: tuple[str, ...] = (),
    banned: frozenset[str] = frozenset(),
    depth: int = 3,
) -> Rule:
    kinds = {rng.choice(SELECTING + RESTRICTING) for _ in range(rng.choice((1, 1, 1, 2)))}
    banned |= banned_for(kinds)
    if banned >= FACTS.keys():
        banned = frozenset(FACTS) - {"turn"}
    usable = () if banned & (_JUDGED | {"profile"}) else lets
    when = random_condition(rng, banned, depth, lets=usable) if rng.random() < 0.9 else None
    return Rule(
        name=word(name),
        effects=tuple(random_effect(rng, kind) for kind in sorted(kinds)),
        span=HERE,
        when=when,
        unless=random_condition(rng, banned, 1) if rng.random() < 0.15 else None,
        until=value("date", rng.choice(DAYS)) if rng.random() < 0.1 else None,
        rollout=value("percent", rng.choice((0.1, 0.5, 1.0))) if rng.random() < 0.1 else None,
        lock=HERE if layer == "org" and rng.random() < 0.3 else None,
    )


def random_layers(rng: Random, rules: int = 8) -> tuple[Layer, ...]:
    """Layers with `rules` rules in all, some `over` others."""
    by_layer: dict[LayerName, list[Any]] = {}
    for number in range(rules):
        by_layer.setdefault(rng.choice(LAYER_NAMES), []).append(number)
    layers = []
    for name, numbers in by_layer.items():
        lets: tuple[Let, ...] = ()
        if rng.random() < 0.5:
            condition = random_condition(rng, frozenset({"cost", "profile", *_JUDGED}), 1)
            lets = (Let(word("one"), condition, HERE),)
        made = [
            random_rule(rng, f"r{number}", name, tuple(let.name.text for let in lets)) for number in numbers
        ]
        if len(made) > 1 and rng.random() < 0.4:
            # Only a later rule stands over an earlier one, so there is no circle.
            first, last = made[0], made[-1]
            made[-1] = _over(last, first.name.text)
        layers.append(Layer(name, (PolicyFile(f"{name}.rules", (*lets, *made)),)))
    return tuple(layers)


def _over(rule: Rule, name: str) -> Rule:
    from dataclasses import replace

    return replace(rule, over=(word(name),))


def random_facts(rng: Random) -> dict[str, Any]:
    """A request: every fact is known or unknown by chance, its value near the constants that policies use."""
    facts: dict[str, Any] = {}
    for name, fact in FACTS.items():
        if fact.stage != "given" or rng.random() < 0.25:
            continue
        kind = fact.kind.name
        if kind == "name":
            facts[name] = rng.choice((*NAMES[name], "other"))
        elif kind == "names":
            facts[name] = tuple(rng.sample(NAMES[name], rng.randint(0, 2)))
        elif kind == "paths":
            facts[name] = tuple(rng.sample(FILES, rng.randint(0, 2)))
        elif kind == "text":
            facts[name] = " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, 6)))
        elif kind == "date":
            facts[name] = rng.choice(DAYS).toordinal() + rng.randint(-1, 1)
        elif kind == "number":
            facts[name] = rng.choice(NUMBERS[name]) + rng.choice((0, 0, 1))
        elif fact.argument:
            for ref in {random_ref(rng, name) for _ in range(3)}:
                pool = SHARES if kind == "percent" else PRICES
                for period in ("day", "month"):
                    key = fact_key(name, ref.argument, period)
                    facts[key] = max(0.0, rng.choice(pool) + rng.choice((0.0, 0.0, 0.01, -0.01)))
    if rng.random() < 0.7:
        facts["bucket"] = rng.randrange(10_000)
    if rng.random() < 0.4:
        facts["task"] = rng.choice(TASKS)
        facts["complexity"] = rng.choice(COMPLEXITIES)
        if rng.random() < 0.3:
            del facts[rng.choice(("task", "complexity"))]
    if rng.random() < 0.2:
        facts["configured"] = frozenset(rng.sample(PROVIDERS, 3))
    return with_strain(facts)


def random_expectations(rng: Random, models: Iterable[str], dimensions: tuple[str, ...] = ()) -> Expectations:
    """What outcomes might say of some of the models, by task, complexity and finer kinds of work."""
    pool = sorted(models)
    cells: dict[Cell, dict[str, Expected]] = {}
    for task in ("code", "query", "analyze", "generate"):
        for dimension in (None, *dimensions):
            for complexity in (None, "simple", "complex"):
                if rng.random() < 0.7:
                    cells[Cell(task, dimension, complexity)] = {
                        model: Expected(rng.choice((0.2, 0.5, 0.8)), rng.choice((0.0, 0.01, 0.1)), 3)
                        for model in rng.sample(pool, 60)
                    }
    return Expectations(cells, rng.choice((0.0, 1.0, 20.0)))


class Judging:
    """A classifier of one mind that also foretells."""

    def __init__(self, judgement: Judgement, foretold: Mapping[str, Foretold | None]) -> None:
        self.judgement = judgement
        self._foretold = foretold

    def __call__(self, facts: Facts) -> Judgement:
        return self.judgement

    def foretell(self, task: str) -> Foretold | None:
        return self._foretold.get(task)


def judging_of(rng: Random, models: Iterable[str], dimensions: tuple[str, ...]) -> Judging:
    """What a classifier and its heads might say."""
    judgement = judge_of(rng)
    if rng.random() < 0.3:
        return Judging(judgement, {})
    picked = rng.sample(sorted(models), 8) if rng.random() < 0.5 else []
    gains = tuple((model, rng.choice((-0.3, 0.2))) for model in picked)
    foretold = Foretold(rng.choice((None, *dimensions)), gains, rng.choice((None, 0.0, 5.0)))
    return Judging(judgement, dict.fromkeys(TASKS, foretold))


def judge_of(rng: Random) -> Judgement:
    """What a classifier might say."""
    task, complexity = rng.choice((*TASKS, None)), rng.choice(COMPLEXITIES[:3])
    tier = rng.choice(("cheap", "mid", "premium"))
    return Judgement(task, complexity, tier, rng.random(), rng.random(), task is None, "classifier")
