"""A tool is about to be called, or was: what a mode holds back, a sub-agent's model, and what came of it."""

from router.engine.hook_words import held_back
from router.engine.hooked import Hooking
from router.hosts.host import Verdict, is_ours
from router.record.day_tally import count_saving
from router.record.money import day, micros
from router.record.session_state import SessionState, hold_once, read_state, session_key, write_state

_ACTING = ("suggest", "enforce")
_MOST_AGENTS = 64


def before_tool(hooking: Hooking) -> Verdict | None:
    """The verdict on a tool call: once for a prompt that is to be answered elsewhere it is held back, in `enforce`."""
    event, host = hooking.event, hooking.host
    if event.session is None or event.tool is None:
        return Verdict()
    key = session_key(host.name, event.session)
    state = read_state(hooking.sessions, key)
    if state is None and host.said is not None:
        from router.engine.hook_unheard import unheard

        heard = unheard(hooking)
        if heard is None or heard.block is not None:
            return heard
        state = read_state(hooking.sessions, key)
    if state is not None and state.mode == "off":
        return None
    if state is not None and state.mode == "shadow" and event.tool in host.agents and host.agent_model is not None:
        return _sub_agent(hooking, key, state)
    if state is None or state.mode not in _ACTING or host.needs(event.tool):
        return Verdict()
    if _is_held(hooking, key, state):
        assert state.tool is not None
        hooking.act("hold", state.decision, tool=event.tool, wanted=state.tool, rule=state.rule)
        return Verdict(block=held_back(host, state.told or "this prompt", state.tool, state.rule, state.cost_usd))
    if event.tool in host.agents and host.agent_model is not None:
        return _sub_agent(hooking, key, state)
    return Verdict()


def _is_held(hooking: Hooking, key: str, state: SessionState) -> bool:
    """Whether this call is the one that is held back for the prompt; the next one goes through."""
    wanted = state.mode == "enforce" and state.tool is not None and state.decision is not None
    return wanted and "before_tool" in hooking.host.blocks and hold_once(hooking.sessions, key, state.decision or "")


def _sub_agent(hooking: Hooking, key: str, state: SessionState) -> Verdict:
    """A sub-agent's own prompt is decided, and its model set where nobody chose one."""
    from router.engine.hook_policy import decide, policy_of, record
    from router.engine.hook_words import refused, to_approve

    event, given = hooking.event, hooking.event.tool_input or {}
    text = given.get("prompt")
    if not isinstance(text, str) or not text:
        return Verdict()
    policy = policy_of(hooking)
    agent = given.get("subagent_type")
    made = decide(hooking, policy, text, state, agent if isinstance(agent, str) else "sub-agent")
    id, decision = record(hooking, policy, made), made.decision
    if decision.outcome == "refused" and decision.mode == "enforce":
        hooking.act("stop", id, tool=event.tool, rule=decision.refusals[0])
        return Verdict(block=refused(policy.table, decision))
    if decision.approvals and decision.mode == "enforce":
        hooking.act("hold", id, tool=event.tool, rule=decision.approvals[0])
        return Verdict(block=to_approve(hooking.host, decision))
    if decision.mode not in _ACTING or given.get("model") or decision.approvals:
        return Verdict()
    to_words = hooking.host.agent_model
    found = ((model, to_words(model)) for model in decision.chain) if to_words else ()
    model, word = next(((model, word) for model, word in found if word), (None, None))
    call = event.raw.get("tool_use_id")
    if model is not None and isinstance(call, str):
        kept = dict(list(state.agents.items())[-_MOST_AGENTS + 1 :])
        write_state(hooking.sessions, key, state._replace(agents={**kept, call: [id, model]}))
    return Verdict(model=word)


def after_tool(hooking: Hooking) -> Verdict | None:
    """What came of a call: a tool of ours carries the decision out, a sub-agent's tokens are kept, an output
    is shortened where that is asked for."""
    # Not for `before_tool`, which shares this file.
    from router.engine.hook_compress import shortened_output

    event, host = hooking.event, hooking.host
    if event.session is None or event.tool is None:
        return Verdict()
    key = session_key(host.name, event.session)
    state = read_state(hooking.sessions, key)
    if state is not None and state.mode == "off":
        return None
    if state is None:
        return Verdict(output=shortened_output(hooking, state))
    if is_ours(event.tool) and state.tool is not None and not event.failed:
        _carried_out(hooking, key, state)
    call = event.raw.get("tool_use_id")
    if event.tool in host.agents and event.usage is not None and isinstance(call, str) and call in state.agents:
        _agent_ended(hooking, key, state, call)
    return Verdict(output=shortened_output(hooking, state))


def _carried_out(hooking: Hooking, key: str, state: SessionState) -> None:
    saved = 0.0
    if state.baseline_usd is not None and state.cost_usd is not None:
        saved = state.baseline_usd - state.cost_usd
        count_saving(hooking.days, day(micros(hooking.now)), saved)
    done = state._replace(tool=None, routed=state.routed + 1, saved_usd=state.saved_usd + saved)
    write_state(hooking.sessions, key, done)


def _agent_ended(hooking: Hooking, key: str, state: SessionState, call: str) -> None:
    """The sub-agent's tokens as a call of the decision that chose its model."""
    from router.engine.hook_usage import agent_call

    decision, model = state.agents[call]
    hooking.lines.append(("call", agent_call(hooking, decision, model)))
    write_state(hooking.sessions, key, state._replace(agents={k: v for k, v in state.agents.items() if k != call}))
