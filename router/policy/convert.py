"""A YAML layer as rules, and rules as a YAML layer, without loss: what the other form cannot say is a problem."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from router.base.pages import Page
from router.base.problems import Problem, Span, error, has_errors
from router.policy.nodes import Comment, Compare, Effect, Let, PolicyFile, Rule, TestBlock
from router.policy.parse import format_policy, parse_policy, print_rule
from router.policy.sources.disk import parse_layer_yaml
from router.policy.sources.locks import CHOICES, locks_of
from router.policy.sources.schema_check import SchemaName
from router.policy.sources.schema_words import dotted
from router.policy.sources.to_rules import TOTAL, rules_of, values_of
from router.policy.sources.yaml_comments import comments_of
from router.policy.sources.yaml_nodes import MapNode, Scalar
from router.policy.sources.yaml_text import Line, write_yaml

_EMPTY_SAYS_NOTHING = frozenset({"block_providers", "block_models", "allow_models"})
_SAID_BY_CLAUSE = frozenset({"lock"})

KeyPath = tuple[str, ...]


def yaml_to_rules(text: str, file: str, schema: SchemaName = "repo") -> tuple[str, tuple[Problem, ...]]:
    """The rules that a YAML layer says, as text of the language, and a problem for each key that no rule can say."""
    node, part = parse_layer_yaml(text, file, schema)
    locks, problems = locks_of(node)
    made = rules_of(node, locks)
    said = {str(item.path[0]) for item in made}
    lost = tuple(_unsayable(node, said))
    written = _with_comments([item.rule for item in made], comments_of(text, node))
    formatted, _ = format_policy(written, file)
    return formatted or written, part.problems + problems + lost


def _with_comments(rules: list[Rule], comments: tuple[Comment, ...]) -> str:
    """Each comment on a line of its own, before the rule it stood before or beside."""
    waiting = list(comments)
    parts: list[str] = []
    for rule in rules:
        parts += [f"# {c.text}".rstrip() for c in waiting if c.span.line <= rule.span.end_line]
        waiting = [c for c in waiting if c.span.line > rule.span.end_line]
        parts += [print_rule(rule), ""]
    parts += [f"# {c.text}".rstrip() for c in waiting]
    return "".join(f"{part}\n" for part in parts)


def _unsayable(node: MapNode, said: set[str]) -> Iterator[Problem]:
    for entry in node.entries:
        key = entry.key.text
        if key == "enforce" and isinstance(entry.value, Scalar) and entry.value.text == "off":
            message = "`enforce: off` leaves the hooks out, which no rule can say"
            yield error(
                "R250", message, entry.value.span, "say `shadow` to observe only, or keep this key in YAML"
            )
        elif (
            key not in said
            and key not in _SAID_BY_CLAUSE | _EMPTY_SAYS_NOTHING
            and any(value.path[0] == key for value in values_of(node))
        ):
            yield error(
                "R250",
                f"`{dotted((key,))}` is a setting, which no rule can say",
                entry.key.span,
                "keep it in YAML",
            )


def rules_to_yaml(text: str, file: str) -> tuple[str, tuple[Problem, ...]]:
    """The keys that say the same as a rule file, as YAML text, and a problem for each item that no key can say."""
    policy, problems = parse_policy(text, file)
    if has_errors(problems):
        return "", tuple(problems)
    wanted, lost = _keys_of(policy)
    strays = _strays(wanted, policy)
    kept = {path: rule for path, rule in wanted.items() if path not in strays}
    lost += tuple(_inexpressible(wanted[path]) for path in strays)
    return _yaml_of(kept, policy.comments), (*problems, *_header(policy), *lost)


def _keys_of(policy: PolicyFile) -> tuple[dict[KeyPath, Rule], tuple[Problem, ...]]:
    wanted: dict[KeyPath, Rule] = {}
    lost: list[Problem] = []
    for item in policy.items:
        path = _path_of(item) if isinstance(item, Rule) else None
        if path is None or path in wanted:
            lost.append(_inexpressible(item))
        else:
            assert isinstance(item, Rule)
            wanted[path] = item
    return wanted, tuple(lost)


def _path_of(rule: Rule) -> KeyPath | None:
    """The key that may say this rule; whether it says exactly this is checked on the whole."""
    if len(rule.effects) != 1:
        return None
    effect, name = rule.effects[0], rule.name.text
    named = {
        "profile": ("profile",),
        "enforce": ("enforce",),
        "block-providers": ("block_providers",),
        "block-models": ("block_models",),
        "allow-models": ("allow_models",),
        "approve-above": ("approve_above",),
    }.get(name)
    if named:
        return named
    if effect.kind == "route" and isinstance(rule.when, Compare):
        return ("routing", str(rule.when.values[0].value))
    return _cap_path(effect, name) if effect.kind == "cap" else None


def _cap_path(effect: Effect, name: str) -> KeyPath | None:
    match tuple(word.text for word in effect.words), effect.period:
        case ("task", task), "day":
            return ("daily_caps" if name.startswith("daily-") else "task_caps", task)
        case ("total",), "day":
            return ("daily_caps", TOTAL)
        case ("provider", provider), "month":
            return ("provider_caps", provider)
        case ("total",), "month":
            return ("monthly_cap",)
        case (("session" | "call") as scope,), period if period == scope:
            return (f"{scope}_cap",)
    return None


def _value_of(path: KeyPath, rule: Rule) -> Any:
    effect = rule.effects[0]
    if effect.kind in ("profile", "mode"):
        return effect.words[0].text if effect.words else ""
    if effect.kind == "cap":
        return effect.usd
    if effect.kind == "approve":
        return rule.when.values[0].value if isinstance(rule.when, Compare) else None
    targets = [str(target) for target in effect.targets]
    if path[0] != "routing":
        return targets
    if len(targets) > 1 or effect.targets[0].kind == "chain":
        return {"chain": targets}
    return {effect.targets[0].kind: targets[0]}


def _yaml_of(wanted: dict[KeyPath, Rule], comments: Iterable[Comment]) -> str:
    lines = [Line(path, _value_of(path, rule), rule.span.line) for path, rule in wanted.items()]
    locked = [".".join(path) for path, rule in wanted.items() if rule.lock and path[0] in CHOICES]
    if locked:
        lines.append(Line(("lock",), locked, max(line.place for line in lines)))
    return write_yaml(lines, comments)


def _strays(wanted: dict[KeyPath, Rule], policy: PolicyFile) -> tuple[KeyPath, ...]:
    """The keys that would say something else than their rule, found by reading back what would be written."""
    schema: SchemaName = "org" if any(rule.lock for rule in wanted.values()) else "repo"
    node, _ = parse_layer_yaml(_yaml_of(wanted, ()), policy.file, schema)
    back = {tuple(map(str, item.path)): item.rule for item in rules_of(node, locks_of(node)[0])}
    return tuple(path for path, rule in wanted.items() if bare(back.get(path)) != bare(rule))


def bare(node: Any) -> Any:
    """A node without its places, to compare what two texts say; a lock counts, its place does not."""
    if isinstance(node, Span):
        return True
    if isinstance(node, tuple):
        return tuple(bare(item) for item in node)
    if is_dataclass(node):
        inside = (f.name for f in fields(node) if f.name != "span")
        return (type(node).__name__, *(bare(getattr(node, name)) for name in inside))
    return node


def _inexpressible(item: Let | Rule | TestBlock) -> Problem:
    match item:
        case Let(name, _, span):
            return error("R251", f"`let {name.text}` has no key in YAML", span, "keep it in a rule file")
        case TestBlock(name, _, _, span):
            return error(
                "R251", f"the test `{name.value}` has no key in YAML", span, "keep it in a rule file"
            )
        case Rule(name, _, span):
            help = "keep it in a rule file; YAML knows no conditions, reasons or names of its own"
            return error("R251", f"no key in YAML says the rule `{name.text}`", span, help)


def _header(policy: PolicyFile) -> tuple[Problem, ...]:
    if policy.name is None:
        return ()
    message = f"`policy {policy.name.text}` has no key in YAML"
    return (error("R251", message, policy.name.span, "keep it in a rule file"),)


PAGES = (
    Page(
        code="R250",
        title="a key that no rule can say",
        why="Rules say what is decided about a request; where rule files lie, how long records are kept and the like are settings and stay in YAML.",
        bad='rules: [".llm-router/*.rules"]\n',
        good="profile: budget\n",
        kind="to-rules",
    ),
    Page(
        code="R251",
        title="an item that no key can say",
        why="YAML has a key for the plain cases only; conditions, reasons, tests and free names need the language, and are never dropped on the way.",
        bad="rule quiet-nights\n  profile budget\n  when hour in 22..6\n",
        good="rule profile\n  profile budget\n",
        kind="to-yaml",
    ),
)
