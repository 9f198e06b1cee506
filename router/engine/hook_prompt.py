"""A prompt was submitted: it is decided, and what follows is said, done or kept back as the policy's mode has it."""

from router.engine.hook_policy import Made, Policy, decide, policy_of, record
from router.engine.hook_words import directive, line_for_person, refused, rule_of, tool_of
from router.engine.hooked import Hooking
from router.hosts.host import Host, Verdict
from router.model.decision import Decision
from router.record.day_tally import count_decision
from router.record.money import day, micros
from router.record.session_state import SessionState, read_state, session_key, write_state

_SAYING = ("suggest", "enforce")
_PERSON = (None, "user", "sdk")
"""Who a prompt comes from, where a host says it, when a person or a program of theirs wrote it."""


def prompt(hooking: Hooking) -> Verdict | None:
    """The verdict on a prompt; None where the policy leaves hooks out."""
    event, host = hooking.event, hooking.host
    if not event.prompt or event.source not in _PERSON:
        return Verdict()
    policy = policy_of(hooking)
    if not policy.settings.hooks:
        return None
    key = session_key(host.name, event.session or "")
    before = read_state(hooking.sessions, key) or SessionState()
    made = decide(hooking, policy, event.prompt, before)
    decision = made.decision
    if decision.mode == "off":
        return None
    id = record(hooking, policy, made)
    itself = _answers_itself(host, policy, made, event.model)
    verdict = _verdict(host, policy, decision, event.prompt, event.model, itself)
    if verdict.block is not None:
        hooking.act("stop", id, rule=decision.refusals[0])
    state = _state(before, id, decision, policy, verdict, len(event.prompt))
    if event.session is not None:
        write_state(hooking.sessions, key, state)
    count_decision(hooking.days, day(micros(hooking.now)), decision.task)
    return verdict._replace(model=verdict.model if "prompt" in host.sets_model else None)


def before_model(hooking: Hooking) -> Verdict | None:
    """Before each call of the host's model: the model that the prompt's decision chose, where it is another."""
    event = hooking.event
    if event.session is None:
        return Verdict()
    state = read_state(hooking.sessions, session_key(hooking.host.name, event.session))
    if state is None or state.mode not in _SAYING or state.host_model in (None, event.model):
        return Verdict()
    return Verdict(model=state.host_model)


def _verdict(
    host: Host, policy: Policy, decision: Decision, prompt: str, running: str | None, itself: bool
) -> Verdict:
    if decision.mode not in _SAYING:
        return Verdict()
    stays = host.title if itself and not host.sets_model else None
    message = f"llm-router: {line_for_person(policy.table, decision, stays)}"
    if decision.outcome == "refused":
        why = refused(policy.table, decision)
        blocked = decision.mode == "enforce" and "prompt" in host.blocks
        return Verdict(message=message, block=why) if blocked else Verdict(context=why, message=message)
    # What waits for a person's word is not begun by the host either: the tool asks for it.
    sets = host.sets_model and not decision.approvals
    model = own_model(host, decision.chain, running) if sets else None
    if decision.outcome != "route" or prompt.startswith("/") or itself:
        return Verdict(message=message, model=model)
    return Verdict(context=directive(host, decision), message=message, model=model)


def own_model(host: Host, chain: tuple[str, ...], running: str | None) -> str | None:
    """The first model of the chain that the host can run in this turn, in its words: one of the provider it uses now."""
    for model in chain:
        provider, _, name = model.partition("/")
        own = host.providers.get(provider)
        if own == "":
            return name
        if own is not None and running is not None and running.partition("/")[0] == own:
            return f"{own}/{name}"
    return None


def _answers_itself(host: Host, policy: Policy, made: Made, running: str | None) -> bool:
    """Whether the host's own turn is what the decision asks for, so that calling a tool would only cost more: never
    where a person must approve, which only the tool asks for."""
    decision = made.decision
    provider = decision.chain[0].partition("/")[0] if decision.chain else None
    if provider not in host.providers or decision.approvals:
        return False
    if host.sets_model:
        return own_model(host, decision.chain[:1], running) is not None
    if made.listed is not None and provider not in made.listed:
        return True
    paid = provider == "anthropic" and policy.settings.claude_subscription
    return paid or decision.tier == "premium"


def _state(
    before: SessionState, id: str, decision: Decision, policy: Policy, verdict: Verdict, chars: int
) -> SessionState:
    task = decision.task if decision.task not in (None, "inherit") else before.task
    return before._replace(
        task=task,
        complexity=decision.asked_complexity or decision.complexity or before.complexity,
        decision=id,
        mode=decision.mode,
        tool=tool_of(decision) if verdict.context is not None and decision.outcome == "route" else None,
        told=f"{decision.task or 'any'}/{decision.complexity or 'moderate'}",
        rule=rule_of(decision, "route"),
        model=decision.chain[0] if decision.chain else None,
        host_model=verdict.model,
        cost_usd=_finite(decision.estimated_cost_usd),
        baseline_usd=_baseline(policy, decision, chars),
        turn=before.turn + 1,
        compress=list(decision.compress),
    )


def _baseline(policy: Policy, decision: Decision, chars: int) -> float | None:
    """What the baseline would be expected to cost for the same work."""
    baseline, catalogue = policy.settings.baseline, policy.table.catalogue
    if baseline is None or not decision.chain:
        return None
    output = catalogue.expected_output_tokens(decision.task or "query", decision.complexity or "moderate")
    return _finite(catalogue.estimate_usd(baseline, -(-chars // 4), output))


def _finite(usd: float | None) -> float | None:
    return usd if usd is not None and usd < float("inf") else None
