"""The trace as a text for people."""

from collections.abc import Iterator

from router.analyse.explain import Matched, Trace
from router.base.render import printable
from router.model.decision import Cap
from router.model.terms import TIER_OF

_MOST_RULES = 12
_MOST_CHAIN = 6


def render(trace: Trace, colour: bool) -> str:
    """The trace in some thirty lines; control characters of hostile text are written out."""
    lines = [_head(trace, colour), "", *_facts(trace), "", *_chain(trace), "", *_rules(trace)]
    return "\n".join(lines).rstrip()


def _bold(text: str, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def _head(trace: Trace, colour: bool) -> str:
    decision = trace.decision
    kind = f"{decision.task or 'unknown'}/{decision.complexity or 'unknown'}"
    if decision.outcome == "refused":
        return _bold(f"{kind} -> refused by {', '.join(decision.refusals)}", colour)
    if not decision.chain:
        return _bold(f"{kind} -> nothing may answer this", colour)
    route = next((rule for effect, rule in decision.rules if effect == "route"), None)
    return _bold(printable(f"{kind} -> {decision.chain[0]}" + (f" · rule {route}" if route else "")), colour)


def _runner_up(thought: tuple[tuple[str, float], ...]) -> str:
    """The second likeliest, where it is likely enough to matter."""
    return f", {thought[1][0]} {thought[1][1]:.0%}" if len(thought) > 1 and thought[1][1] >= 0.05 else ""


def _facts(trace: Trace) -> list[str]:
    decision, judged = trace.decision, trace.decision.judgement
    source = {
        "given": "given", "rule": f"by rule {judged.rule}", "classifier": "by the classifier",
        "session": "inherited from the session's last route", "none": "not needed by any rule",
    }[judged.source]  # fmt: skip
    sure = "" if judged.confidence is None else f", {judged.confidence:.0%} sure{_runner_up(judged.tasks)}"
    task = judged.task or (
        f"unknown (abstained; likeliest {judged.guess})" if judged.abstained else "unknown"
    )
    rows = [("task", f"{task} ({source}{sure})")]
    level = decision.complexity or "unknown"
    if decision.asked_complexity != decision.complexity:
        level += f" (downgraded from {decision.asked_complexity})"
    elif judged.complexity_confidence is not None:
        level += f" ({judged.complexity_confidence:.0%} sure{_runner_up(judged.complexities)})"
    rows += [("complexity", level), ("tier", f"{decision.tier}{_tier_reason(trace)}")]
    rows += [("profile", decision.profile), ("mode", decision.mode)]
    if decision.chain:
        rows.append(("estimate", _usd(decision.estimated_cost_usd)))
    for name, values in (
        ("denied", decision.denied),
        ("redact", decision.redact),
        ("compress", decision.compress),
        ("tags", decision.tags),
    ):
        if values:
            rows.append((name, ", ".join(values)))
    if decision.approvals:
        rows.append(("approval", f"required by {', '.join(decision.approvals)}"))
    if decision.caps:
        rows.append(("caps", ", ".join(_cap(cap) for cap in decision.caps)))
    return [printable(f"{name:<11} {value}") for name, value in rows]


def _usd(cost: float | None) -> str:
    return "no price known" if cost is None else "free" if cost == 0 else f"${cost:.6f}"


def _cap(cap: Cap) -> str:
    return f"{' '.join(cap.scope)} ${cap.usd:.2f}/{cap.period}"


def _tier_reason(trace: Trace) -> str:
    """Said where the tier is not the one that the likeliest complexity names."""
    decision = trace.decision
    if decision.judgement.source != "classifier" or TIER_OF.get(decision.complexity or "") == decision.tier:
        return ""
    return " (least expected regret: a model that is too weak costs more than one that is too strong)"


def _chain(trace: Trace) -> list[str]:
    if not trace.chain and not trace.dropped:
        return ["chain       empty"]
    lines = []
    for at, step in enumerate(trace.chain[:_MOST_CHAIN]):
        cost = _usd(step.estimated_usd)
        lines.append(
            printable(
                f"{'chain' if at == 0 else '':<11} {at + 1}. {step.model}  {step.tier or 'not in the catalogue'}  {cost}"
            )
        )
    more = len(trace.chain) - _MOST_CHAIN
    if more > 0:
        lines.append(f"{'':<11} and {more} more")
    lines += [printable(line) for line in _ordered(trace)]
    for at, drop in enumerate(trace.dropped[:_MOST_CHAIN]):
        by = f" by {drop.rule}" if drop.rule else ""
        lines.append(printable(f"{'not' if at == 0 else '':<11} {drop.model}: {drop.reason}{by}"))
    return lines + [printable(line) for line in _dearer(trace)]


def _ordered(trace: Trace) -> Iterator[str]:
    """One line for each chain that outcomes ordered: why its first member stands before the next."""
    for found in trace.weighed:
        said = ", ".join(
            f"{model} {expected.score:.3f} ${expected.cost_usd:.4f}" for model, expected in found.members[:2]
        )
        yield (
            f"{'order':<11} by outcomes of {found.cell}: score - {found.score_per_usd:.4g} * cost, "
            f"{len(found.members)} members have data: {said}"
        )


def _dearer(trace: Trace) -> Iterator[str]:
    for at, found in enumerate(trace.passed_over[:_MOST_CHAIN]):
        more = len(found.models) - 1
        who = (
            f"{found.models[0]} and {more} more {found.tier}" if more else f"{found.models[0]} ({found.tier})"
        )
        yield f"{'dearer' if at == 0 else '':<11} {who}: {found.reason}"


def _rules(trace: Trace) -> list[str]:
    lines: list[str] = []
    for rule in trace.rules[:_MOST_RULES]:
        lines += _rule(rule)
    more = len(trace.rules) - _MOST_RULES
    if more > 0:
        lines.append(f"{'':<11} and {more} more rules (--json shows all)")
    return lines


def _said(rule: Matched) -> list[str]:
    """What the rule says and what came of it, a line for each effect unless two are of one kind."""
    outcomes = [part.partition(": ")[2] for part in rule.outcome.split("; ")]
    if len(outcomes) == len(rule.effects):
        return [f"{effect}: {outcome}" for effect, outcome in zip(rule.effects, outcomes, strict=True)]
    return ["; ".join(rule.effects), rule.outcome]


def _rule(rule: Matched) -> list[str]:
    lock = ", locked" if rule.locked else ""
    lines = [printable(f"rule        {rule.rule}  {rule.file}:{rule.line} ({rule.layer}{lock})")]
    lines += [printable(f"{'':<11} {said}") for said in _said(rule)]
    for ask in rule.asked[:4]:
        lines.append(printable(f"{'':<13} {ask.asked}: seen {ask.seen}"))
    if rule.unknown:
        lines.append(printable(f"{'':<11} fired because {', '.join(rule.unknown)} is unknown"))
    if rule.because:
        lines.append(printable(f'{"":<11} because "{rule.because}"'))
    return lines
