"""The layer of the environment: variables that stand for keys of a layer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from router.base.pages import Page
from router.base.problems import Problem, Span, error
from router.policy.sources.claims import claims_of
from router.policy.sources.schema_words import one_line, spoken
from router.policy.sources.suggest import did_you_mean
from router.policy.sources.to_rules import policy_file
from router.policy.sources.values import Part
from router.policy.sources.yaml_nodes import Entry, MapNode, Node, Scalar

ENVIRONMENT_FILE = "environment"
ORG_POLICY = "LLM_ROUTER_ORG_POLICY"
BUDGET_PREFIX = "LLM_ROUTER_BUDGET_"

Kind = Literal["profile", "mode", "usd", "usd, 0 = none", "switch", "path"]


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: the key it stands for, what it takes and what it does."""

    name: str
    key: str
    kind: Kind
    effect: str


ENVIRONMENT: tuple[Variable, ...] = (
    Variable("LLM_ROUTER_PROFILE", "profile", "profile", "the profile in force when no locked rule says another"),
    Variable("LLM_ROUTER_ENFORCE", "enforce", "mode", "how far a decision is carried out; `off` leaves the hooks out"),
    Variable("LLM_ROUTER_MONTHLY_BUDGET", "monthly_cap", "usd, 0 = none", "a cap in US dollars a month on all spending"),
    Variable("LLM_ROUTER_DAILY_SPEND_LIMIT", "daily_caps._total", "usd, 0 = none", "a cap in US dollars a day on all spending"),
    Variable(f"{BUDGET_PREFIX}*", "provider_caps.*", "usd, 0 = none", "a cap in US dollars a month on one provider; `llm-router budget set` goes before it"),
    Variable("LLM_ROUTER_ESCALATE_ABOVE", "approve_above", "usd, 0 = none", "a person must approve a call estimated above these US dollars"),
    Variable("LLM_ROUTER_HARD_STOP_ABOVE", "session_cap", "usd, 0 = none", "a cap in US dollars on one session"),
    Variable("LLM_ROUTER_CLAUDE_SUBSCRIPTION", "claude_subscription", "switch", "Claude is paid by subscription: a setting that cost estimates read, no rule"),
    Variable(ORG_POLICY, "organisation.file", "path", "the file that holds the organisation's policy"),
)  # fmt: skip
"""Every variable that the policy depends on; a name that ends in `*` stands for all that begin so."""

VARIABLE_NAMES: tuple[str, ...] = tuple(v.name for v in ENVIRONMENT if not v.name.endswith("*"))
PREFIXES: tuple[str, ...] = (BUDGET_PREFIX,)

_PROFILES = ("budget", "balanced", "premium")
_MODES = ("shadow", "suggest", "enforce", "hard", "soft", "off")
_SWITCH = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}
_PROVIDER = re.compile(r"[a-z][a-z0-9_-]*")
_AMOUNT = re.compile(r"[0-9]+(\.[0-9]{1,4})?|\.[0-9]{1,4}", re.ASCII)
_MOST_USD = 1e9


def read_environment(environ: Mapping[str, str], superseded: frozenset[str] = frozenset()) -> Part:
    """The environment as a layer; `superseded` are providers whose monthly cap is set by `llm-router budget set`."""
    said = _present(environ)
    text = "".join(f"{name}={one_line(environ[name])}\n" for _, name in said)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for variable, name in said:
        span = span_of_variable(name, environ)
        made = _value(variable, name, environ[name].strip(), span)
        if isinstance(made, Problem):
            problems.append(made)
        elif made is not None:
            entries.append(Entry(Scalar(_key(variable, name), name, span), made))
    counting, aside = _split(entries, superseded)
    file = policy_file(_as_layer(counting), ENVIRONMENT_FILE)
    set_aside = (replace(claim, aside=True) for claim in claims_of(_as_layer(aside), "environment"))
    return Part(
        files=(file,) if file.items else (),
        claims=(*claims_of(_as_layer(counting), "environment"), *set_aside),
        problems=tuple(problems),
        texts=((ENVIRONMENT_FILE, text),) if text else (),
    )


def span_of_variable(name: str, environ: Mapping[str, str]) -> Span:
    """Where a variable's value stands in the text that the environment is shown as: one line for each that is set."""
    line = 1 + next((i for i, (_, each) in enumerate(_present(environ)) if each == name), 0)
    column = len(name) + 2
    return Span(ENVIRONMENT_FILE, line, column, line, column + max(1, len(one_line(environ.get(name, "")))))


def _split(entries: list[Entry], superseded: frozenset[str]) -> tuple[list[Entry], list[Entry]]:
    aside = [e for e in entries if str(e.key.value).removeprefix("provider_caps.") in superseded]
    return [entry for entry in entries if entry not in aside], aside


def _present(environ: Mapping[str, str]) -> list[tuple[Variable, str]]:
    found: list[tuple[Variable, str]] = []
    for variable in ENVIRONMENT:
        names = [variable.name]
        if variable.name.endswith("*"):
            names = sorted(name for name in environ if name.startswith(variable.name[:-1]))
        found += ((variable, name) for name in names if environ.get(name, "").strip())
    return found


def _key(variable: Variable, name: str) -> str:
    return variable.key.replace("*", name.removeprefix(BUDGET_PREFIX).lower())


def _value(variable: Variable, name: str, value: str, span: Span) -> Node | Problem | None:
    """The variable's value as a node, None when it says nothing, or what is wrong with it."""
    shown = f"`{name}={one_line(value)}`"
    if variable.name.endswith("*") and not _PROVIDER.fullmatch(name.removeprefix(BUDGET_PREFIX).lower()):
        return error("R220", f"`{name}` names no provider after `{BUDGET_PREFIX}`", span)
    if variable.kind in ("profile", "mode"):
        choices = _PROFILES if variable.kind == "profile" else _MODES
        if value.lower() in choices:
            return Scalar(value.lower(), value.lower(), span)
        return error("R220", f"{shown} takes {spoken(choices)}", span, did_you_mean(value, choices))
    if variable.kind == "path":
        return Scalar(value, value, span)
    if variable.kind == "switch":
        if value.lower() in _SWITCH:
            return Scalar(_SWITCH[value.lower()], value.lower(), span)
        return error("R220", f"{shown} takes true or false", span)
    return _amount(value, shown, span)


def _amount(value: str, shown: str, span: Span) -> Node | Problem | None:
    if not _AMOUNT.fullmatch(value) or float(value) > _MOST_USD:
        help = "write the number alone, such as 20.00; 0 sets no limit"
        return error("R220", f"{shown} takes an amount in US dollars", span, help)
    return Scalar(float(value), value, span) if float(value) else None


def _as_layer(entries: list[Entry]) -> MapNode:
    """The variables as the keys they stand for: `daily_caps._total` becomes a map inside a map."""
    top: dict[str, list[Entry]] = {}
    for entry in entries:
        head, _, rest = str(entry.key.value).partition(".")
        top.setdefault(head, []).append(Entry(Scalar(rest, rest or head, entry.key.span), entry.value))
    made = []
    for head, inner in top.items():
        span = inner[0].key.span
        value = inner[0].value if not inner[0].key.value else MapNode(tuple(inner), span)
        made.append(Entry(Scalar(head, head, span), value))
    return MapNode(tuple(made), Span.point(ENVIRONMENT_FILE))


PAGES = (
    Page(
        code="R220",
        title="an environment variable with a value it does not take",
        why="A variable that is not understood would be a limit that silently is not there.",
        bad="LLM_ROUTER_ENFORCE=strict\n",
        good="LLM_ROUTER_ENFORCE=enforce\n",
        kind="environment",
    ),
)
