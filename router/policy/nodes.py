"""What a policy says, as frozen values with places; every layer, YAML or rules, becomes these."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from router.base.problems import Span
from router.model.terms import RESTRICTIONS

Operator = Literal[
    "is",
    "is not",
    "in",
    "not in",
    "like",
    "under",
    "contains",
    "contains any",
    "contains all",
    "matches",
    "<",
    "<=",
    ">",
    ">=",
    "in range",
]
ValueKind = Literal["word", "text", "number", "percent", "money", "date", "regex"]
Period = Literal["call", "session", "day", "month"]


@dataclass(frozen=True, slots=True)
class Word:
    """A name with its place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Value:
    """A constant: `value` is a str (word, text, regex), a float (number; percent as a fraction, 85% is 0.85; money in USD) or a date."""

    kind: ValueKind
    value: str | float | date
    span: Span
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class FactRef:
    """A fact that is asked, such as `task` or `pressure(anthropic)`; `argument` holds the words between the parentheses."""

    name: str
    argument: str | None
    span: Span

    @property
    def key(self) -> str:
        return self.name if self.argument is None else f"{self.name}({self.argument})"


@dataclass(frozen=True, slots=True)
class Compare:
    """One atom: `fact operator values`; `in range` has the two ends (both included), the others one or more values."""

    fact: FactRef
    operator: Operator
    values: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Known:
    fact: FactRef
    span: Span


@dataclass(frozen=True, slots=True)
class LetRef:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Condition"
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple["Condition", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple["Condition", ...]
    span: Span


Condition = Compare | Known | LetRef | Not | And | Or


@dataclass(frozen=True, slots=True)
class Target:
    """What an effect names: a `provider/model`, a `provider`, an `@chain` (text without the @), or a glob `pattern` over `provider/model`."""

    kind: Literal["model", "provider", "chain", "pattern"]
    text: str
    span: Span

    def __str__(self) -> str:
        return f"@{self.text}" if self.kind == "chain" else self.text


EffectKind = Literal[
    "classify",
    "deny",
    "allow",
    "cap",
    "refuse",
    "approve",
    "redact",
    "compress",
    "tag",
    "downgrade",
    "route",
    "mode",
    "profile",
    "prefer",
    "avoid",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect of a rule.

    ========== =====================================================================
    kind       fields used
    ========== =====================================================================
    classify   words: (task,) or (task, complexity)
    deny       targets          allow: targets (``allow only``)
    cap        words: (scope,) or (scope, name), scope one of task provider total session call; usd; period
    refuse     none             approve: none (``require approval``)
    redact     words (secrets, emails …)      compress: words (output, answers, style LEVEL, pages; as written)
    tag        words            downgrade: words: (complexity,)
    route      targets, in order              prefer, avoid: targets, in order
    mode       words: (mode,)   profile: words: (profile,)
    ========== =====================================================================
    """

    kind: EffectKind
    span: Span
    words: tuple[Word, ...] = ()
    targets: tuple[Target, ...] = ()
    usd: float | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: effects, then clauses. `unless` is kept apart from `when` so that text survives a round trip."""

    name: Word
    effects: tuple[Effect, ...]
    span: Span
    when: Condition | None = None
    unless: Condition | None = None
    because: str | None = None
    because_span: Span | None = None
    over: tuple[Word, ...] = ()
    until: Value | None = None
    rollout: Value | None = None
    lock: Span | None = None

    @property
    def restricts(self) -> bool:
        return any(effect.kind in RESTRICTIONS for effect in self.effects)


@dataclass(frozen=True, slots=True)
class Let:
    name: Word
    condition: Condition
    span: Span


@dataclass(frozen=True, slots=True)
class Given:
    """One fact of a test: its values, or none when the test says `unknown FACT`."""

    fact: FactRef
    values: tuple[Value, ...]
    span: Span


ExpectKind = Literal[
    "task",
    "complexity",
    "mode",
    "profile",
    "tier",
    "denied",
    "allowed",
    "route",
    "chain",
    "refused",
    "approval",
    "redact",
    "compress",
    "tag",
    "cap",
    "downgrade",
    "nothing",
    "fired",
]


@dataclass(frozen=True, slots=True)
class Expect:
    """One expectation of a test.

    `negated` for ``expect not …`` and ``expect route not …``; `by` names the rule that must have caused it.
    task, complexity, mode, profile, tier, downgrade, redact, compress, tag: `words`. denied, allowed: `targets`.
    route: the first model of the chain matches the one target. chain: the whole chain equals the targets
    (``route a then b``). cap: words, usd, period as in `Effect`. fired: words = (rule name,). refused, approval, nothing: no fields.
    """

    kind: ExpectKind
    span: Span
    words: tuple[Word, ...] = ()
    targets: tuple[Target, ...] = ()
    usd: float | None = None
    period: Period | None = None
    negated: bool = False
    by: Word | None = None


@dataclass(frozen=True, slots=True)
class TestBlock:
    name: Value
    given: tuple[Given, ...]
    expect: tuple[Expect, ...]
    span: Span
    todo: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A `#` comment, without the sign and outer blanks; `own_line` when nothing stands before it on its line."""

    text: str
    span: Span
    own_line: bool


Item = Let | Rule | TestBlock


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One parsed rule file, items in the order of the text."""

    file: str
    items: tuple[Item, ...] = ()
    name: Word | None = None
    version: Value | None = None
    comments: tuple[Comment, ...] = field(default=())

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(item for item in self.items if isinstance(item, Rule))

    @property
    def lets(self) -> tuple[Let, ...]:
        return tuple(item for item in self.items if isinstance(item, Let))

    @property
    def tests(self) -> tuple[TestBlock, ...]:
        return tuple(item for item in self.items if isinstance(item, TestBlock))


LayerName = Literal["environment", "repo", "learned", "user", "org", "built-in"]

LAYERS: tuple[LayerName, ...] = ("environment", "repo", "learned", "user", "org", "built-in")
"""Who wins among unlocked first-match rules, strongest first; locked rules stand before all of them."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as it counts for the table: its rules in declaration order, the names its rules may use, its tests."""

    name: LayerName
    files: tuple[PolicyFile, ...] = ()


def atoms(condition: Condition) -> Iterator[Compare | Known | LetRef]:
    """Every atom of a condition, left to right; bounded by an explicit stack, so nesting cannot exhaust Python's."""
    stack: list[Condition] = [condition]
    while stack:
        node = stack.pop()
        match node:
            case And(operands) | Or(operands):
                stack.extend(reversed(operands))
            case Not(operand):
                stack.append(operand)
            case _:
                yield node
