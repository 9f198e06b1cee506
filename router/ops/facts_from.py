"""Request fields and facts from the parameters of a dry run."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from router.base.clock import Clock
from router.base.failures import UsageError
from router.engine.gather import normal_path
from router.facts import FACTS
from router.facts.keys import fact_key
from router.facts.kind import Fact
from router.ops.operation import Parameter, pairs

FACT_PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "path",
        "a file the request touches, relative to the repository; repeat for several",
        many=True,
        metavar="FILE",
    ),
    Parameter("branch", "the Git branch (read from the checkout when left out)"),
    Parameter("host", "the program the person works in, such as claude-code or cursor"),
    Parameter("agent", "`main` or the name of a sub-agent", default="main"),
    Parameter("tool", "the router tool that is called"),
    Parameter("language", "the programming language (from the path's ending when left out)"),
    Parameter("user", "who asks"),
    Parameter("group", "a group the user belongs to; repeat for several", many=True),
    Parameter("repo", "the repository as owner/name (read from the checkout when left out)"),
    Parameter("session", "the session, which decides roll-outs"),
    Parameter("turn", "which turn of the session this is", kind="whole"),
    Parameter("task", "the task, instead of finding it out", choices=FACTS["task"].values or ()),
    Parameter(
        "complexity", "the complexity, instead of finding it out", choices=FACTS["complexity"].values or ()
    ),
    Parameter("at", "the local date and time, such as 2026-12-24T23:30", metavar="WHEN"),
    Parameter(
        "pressure",
        "how much of a provider's budget is used: anthropic=90%; repeatable",
        many=True,
        metavar="PROVIDER=PERCENT",
    ),
    Parameter(
        "spend",
        "what was spent: total=3.50, task code=8/day, session=1; repeatable",
        many=True,
        metavar="SCOPE=USD",
    ),
    Parameter(
        "quota",
        "how much of a quota window is used: claude.weekly=85%; repeatable",
        many=True,
        metavar="WINDOW=PERCENT",
    ),
    Parameter(
        "earlier",
        "an earlier user turn of the session, oldest first; up to two count",
        many=True,
        metavar="TEXT",
    ),
    Parameter(
        "last_route",
        "the session's last route, which follow-ups inherit: code/moderate",
        metavar="TASK/COMPLEXITY",
    ),
    Parameter(
        "configured",
        "a provider that can be called; repeat for several (left out: all count)",
        many=True,
        metavar="PROVIDER",
    ),
    Parameter("needs", "a capability the request cannot do without, such as vision; repeatable", many=True),
)

_FIELDS = ("branch", "host", "agent", "tool", "language", "user", "repo", "session", "turn")


def request_fields(values: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """The keyword arguments of `Router.request`; raises `UsageError` for values that cannot be understood."""
    fields: dict[str, Any] = {name: values[name] for name in _FIELDS if values.get(name) is not None}
    if values.get("path"):
        fields["path"] = tuple(values["path"])
    if values.get("group"):
        fields["group"] = tuple(values["group"])
    if values.get("at"):
        fields["now"] = _moment(values["at"], clock)
    if values.get("last_route"):
        fields["last_route"] = route_of(values["last_route"])
    if values.get("configured"):
        fields["configured"] = frozenset(values["configured"])
    fields["needs"] = frozenset(values.get("needs") or ())
    fields["earlier"] = tuple(values.get("earlier") or ())[-2:]
    fields["facts"] = measured(values)
    fields |= {name: values[name] for name in ("task", "complexity") if values.get(name)}
    return fields


def measured(values: Mapping[str, Any]) -> dict[str, float]:
    """Pressure, spend and quota by fact key."""
    found: dict[str, float] = {}
    for name in ("pressure", "quota"):
        for argument, text in pairs(values.get(name) or (), name).items():
            found[fact_key(name, argument)] = percent(text, name)
    for argument, text in pairs(values.get("spend") or (), "spend").items():
        amount, _, period = text.partition("/")
        found[fact_key("spend", argument, period or None)] = money(amount, "spend")
    return found


def percent(text: str, option: str) -> float:
    """`90%` or `0.9` as a fraction."""
    value = _finite(text[:-1]) if text.endswith("%") else _finite(text)
    if value is None:
        raise UsageError(f"`--{option}` takes a percentage such as 90%, found `{text}`")
    return value / 100 if text.endswith("%") else value


def money(text: str, option: str) -> float:
    """`$3.50` or `3.50` in US dollars."""
    value = _finite(text.removeprefix("$"))
    if value is None:
        raise UsageError(f"`--{option}` takes an amount such as 3.50, found `{text}`")
    return value


def _finite(text: str) -> float | None:
    """A number; None for other text, and for infinity and NaN, which every comparison would get past."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def route_of(text: str) -> tuple[str, str]:
    """`code/moderate` as task and complexity."""
    task, _, complexity = text.partition("/")
    if task not in (FACTS["task"].values or ()) or complexity not in (FACTS["complexity"].values or ()):
        raise UsageError(f"`{text}` is no route such as code/moderate")
    return task, complexity


def _moment(text: str, clock: Clock) -> datetime:
    if re.fullmatch(r"\d{1,2}:\d{2}", text):
        text = f"{clock().date().isoformat()}T{text:0>5}"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"`--at` takes a date and time such as 2026-12-24T23:30, found `{text}`") from None


_DECIDED = {
    "profile": "the policy decides it; LLM_ROUTER_PROFILE tries another",
    "cost": "it follows from the chain",
    "prompt": "give the other prompt itself",
}


def fact_changes(texts: Iterable[str]) -> dict[str, Any]:
    """`fact=value` arguments of `--what-if` as facts by key; `unknown` takes a fact away (None)."""
    found: dict[str, Any] = {}
    for spelled, text in pairs(texts, "what-if").items():
        fact = _fact_of(spelled)
        found[_key_of(fact, spelled)] = _fact_value(fact, spelled, text)
    return found


_SPELLED = re.compile(r"([^(/]+)(?:\(([^()]*)\))?(?:/(day|month))?")


def _fact_of(spelled: str) -> Fact:
    name = spelled.partition("(")[0].strip()
    fact = FACTS.get(name)
    if fact is None:
        raise UsageError(f"unknown fact `{spelled}`; facts are {', '.join(FACTS)}")
    if name in _DECIDED:
        raise UsageError(f"`--what-if` cannot set `{name}`: {_DECIDED[name]}")
    return fact


def _key_of(fact: Fact, spelled: str) -> str:
    found = _SPELLED.fullmatch(spelled)
    if not found or (found[2] is None) != (fact.argument is None) or (found[3] and fact.name != "spend"):
        example = {"pressure": "(anthropic)", "spend": "(total)/day", "quota": "(claude.weekly)"}.get(
            fact.name, ""
        )
        raise UsageError(f"`{spelled}` is no fact as `{fact.name}{example}` is one")
    return fact_key(fact.name, None if found[2] is None else " ".join(found[2].split()), found[3])


def _fact_value(fact: Fact, key: str, text: str) -> Any:
    if text == "unknown":
        return None
    match fact.kind.name:
        case "paths":
            return tuple(normal_path(part.strip()) for part in text.split(","))
        case "names":
            return tuple(part.strip() for part in text.split(","))
        case "percent":
            return percent(text, "what-if")
        case "money":
            return money(text, "what-if")
        case "date":
            return _moment(text, lambda: datetime.min).date().toordinal()
        case "number":
            return _plain_number(text)
    if fact.values is not None and text not in fact.values:
        raise UsageError(f"`{key}` is one of {', '.join(fact.values)}, found `{text}`")
    return text


def _plain_number(text: str) -> float:
    value = _finite(text)
    if value is None:
        raise UsageError(f"a number was expected, found `{text}`")
    return value
