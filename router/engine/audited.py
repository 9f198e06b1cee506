"""A decision as the audit log keeps it: all that is needed to decide again, and no more of the prompt than the policy says."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from router.analyse.explain import Matched, rules_that_matched
from router.base.redaction import redact
from router.decide.decide import Decider
from router.decide.recorded import Predicates, PredicateScan
from router.engine.noted import plain_facts
from router.engine.router import Router
from router.model.audit import DecisionEvent, new_id
from router.model.decision import Decision, Facts, Judgement
from router.model.decision_plain import decision_plain, json_able
from router.model.ledger import Asker
from router.model.request import Request
from router.model.settings import Prompts
from router.table.effects import spell_effect
from router.table.table import Table

MOST_FALSE_CHARS = 4_096
"""Up to how many characters the predicates that did not hold are listed; beyond, the policy's fingerprint says them."""

_JUDGED = ("task", "complexity", "confidence")
_HEARD = ("classifier", "session")


def decision_event(
    router: Router,
    request: Request,
    facts: Facts,
    decision: Decision,
    asker: Asker,
    decision_id: str,
    prompts: Prompts,
    prompt_hash: Callable[[str], str] | None = None,
    *,
    at: datetime | None = None,
    heard: Judgement | None = None,
    full: bool = True,
) -> DecisionEvent:
    """The event of a decision that `router` made from `facts`.

    `prompts` is the policy's setting, `prompt_hash` the keyed hash of the installation
    (None: it has no keys, and no hash is kept). `heard` is what the
    classifier said, when the caller knows it. `full` also keeps the rules that lost, what each effect came to and
    why models dropped out, and asks the classifier where nobody had to: that takes as long as an explanation does.
    Without it only rules in force are kept, with where they come from.
    """
    judged = heard or _heard(decision, facts)
    if judged is None and full:
        judged = router.judge(request)(facts)
    known = plain_facts(facts)
    plain = decision_plain(decision)
    unknown, pending = not_known(router.decider.table, facts, plain)
    rules, losers, dropped = (
        _explained(router.decider, facts, decision)
        if full
        else (in_force(router.decider.table, decision.rules), None, None)
    )
    return DecisionEvent(
        id=new_id(),
        at=at or request.now,
        decision_id=decision_id,
        asker=asker,
        policy=decision.fingerprint,
        facts=known,
        unknown=unknown,
        pending=pending,
        prompt=_prompt(router.decider.table, facts.get("prompt"), prompts, prompt_hash),
        judged=None if judged is None else json_able(judged._asdict()),
        decision=plain | {"dropped": dropped},
        rules=rules,
        losers=losers,
    )


def _heard(decision: Decision, facts: Facts) -> Judgement | None:
    """The classifier's own judgement, when the decision holds it unmixed."""
    judged = decision.judgement
    return judged if was_heard(judged.source, facts) else None


def was_heard(source: str, facts: Facts) -> bool:
    """Whether a judgement of that source is the classifier's own, with nothing of it given."""
    given = facts.get("task") is not None or facts.get("complexity") is not None
    return source in _HEARD and not given


@lru_cache(maxsize=8)
def _asked(table: Table) -> tuple[tuple[str, ...], PredicateScan]:
    """The facts that a policy asks, in order, and the scan of its prompt predicates."""
    asked: set[str] = set()
    for stage in table.stages.values():
        for columns in (stage.names, stage.cells, stage.known):
            asked.update(column.fact for column in columns)
        asked.update(stage.slots)
    return tuple(sorted(asked)), PredicateScan(table)


def asked_of_prompt(table: Table) -> frozenset[str]:
    """The names of all predicates by which a policy asks prompts."""
    return frozenset(_asked(table)[1].names)


def not_known(
    table: Table, facts: Facts, decision: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the facts that the policy asks, those nobody knew, and those that were not found out; the decision is a plain one."""
    judged = decision["judgement"]
    found = {
        **facts,
        "task": judged["task"],
        "complexity": decision["asked_complexity"],
        "confidence": judged["confidence"],
        "profile": decision["profile"],
        "cost": decision["estimated_cost_usd"],
    }
    missing = [key for key in _asked(table)[0] if found.get(key) is None]
    was_judged = judged["source"] in _HEARD
    pending = [key for key in missing if key in _JUDGED and not was_judged]
    pending += [key for key in missing if key == "cost" and not decision["chain"]]
    return tuple(key for key in missing if key not in pending), tuple(pending)


def _prompt(
    table: Table, prompt: str | None, kept: Prompts, prompt_hash: Callable[[str], str] | None
) -> dict[str, Any]:
    """What is kept of a prompt; `kept` is none when there was none."""
    if prompt is None:
        predicates: dict[str, Any] = {"true": [], "false": [], "whole": True}
        return {"kept": "none", "chars": 0, "hash": None, "predicates": predicates}
    return kept_prompt(
        kept, prompt if kept != "hash" else None, len(prompt), prompt_hash(prompt) if prompt_hash else None,
        _asked(table)[1](prompt),
    )  # fmt: skip


def kept_prompt(
    kept: str, text: str | None, chars: int, hash_: str | None, found: Predicates
) -> dict[str, Any]:
    """What is kept of a prompt: its text only where `kept` is text or redacted, and what the policy asked of it."""
    false = sorted(found.false or ())
    plain: dict[str, Any] = {
        "kept": kept,
        "chars": chars,
        "hash": hash_,
        "predicates": {
            "true": sorted(found.true),
            "false": false if found.false is not None and sum(map(len, false)) <= MOST_FALSE_CHARS else None,
            "whole": found.whole,
        },
    }
    if text is not None:
        plain["text"] = text if kept == "text" else redact(text, ("secrets",)).text
    return plain


def in_force(table: Table, fired: Iterable[tuple[str, str]]) -> tuple[dict[str, Any], ...]:
    """The rules in force with where they come from; of two rules of one name the stronger one."""
    kinds: dict[str, list[str]] = {}
    for kind, name in fired:
        kinds.setdefault(name, []).append(kind)
    return tuple(_rule(table, table.names.index(name), tuple(kinds[name])) for name in kinds)


def _rule(table: Table, index: int, kinds: tuple[str, ...]) -> dict[str, Any]:
    record = table.rule(index)
    effects = [spell_effect(effect) for effect in record["effects"] if effect["kind"] in kinds]
    origin = {name: record[name] for name in ("layer", "file", "line")}
    return {"rule": record["name"], **origin, "effects": effects, "outcome": "in force", "unknown": []}


def _explained(
    decider: Decider, facts: Facts, decision: Decision
) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...], list[dict[str, Any]]]:
    """The rules in force, those that matched and lost, and the models that dropped out."""
    rules = rules_that_matched(decider, facts, decision)
    won = tuple(_matched(rule) for rule in rules if "in force" in rule.outcome)
    lost = tuple(_matched(rule) for rule in rules if "in force" not in rule.outcome)
    return won, lost, [drop._asdict() for drop in decider.dropped(decision, facts)]


def _matched(rule: Matched) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "layer": rule.layer,
        "file": rule.file,
        "line": rule.line,
        "effects": list(rule.effects),
        "outcome": rule.outcome,
        "unknown": list(rule.unknown),
    }
