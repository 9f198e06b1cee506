"""A session begins or ends, or the host draws its status line."""

from router.engine.hook_quota import keep_quotas, quota_facts
from router.engine.hooked import HookError, Hooking
from router.hosts.host import Verdict
from router.record.day_tally import read_day
from router.record.money import day, micros
from router.record.session_state import forget_session, read_state, session_key
from router.record.snapshot import FILE, read_snapshot

_NEARLY = 0.8
"""From which part of a budget on it is worth a word."""


def session_start(hooking: Hooking) -> Verdict | None:
    """One line of what is worth knowing: budgets that are nearly used, and what is wrong with the policy."""
    said = [*_pressed(hooking), *_policy_words(hooking)]
    return Verdict(message=f"llm-router: {'; '.join(said)}"[:200]) if said else Verdict()


def _pressed(hooking: Hooking) -> list[str]:
    facts = read_snapshot(hooking.places.user / FILE, hooking.now, None)
    facts |= quota_facts(hooking.quotas, hooking.now.timestamp())
    full = sorted((-used, key) for key, used in facts.items() if key.startswith(("pressure(", "quota(")) and used >= _NEARLY)
    return [f"{key.partition('(')[2].rstrip(')')} {-used:.0%} used" for used, key in full[:3]]


def _policy_words(hooking: Hooking) -> list[str]:
    from router.engine.hook_policy import policy_of

    try:
        fresh = policy_of(hooking).fresh
    except HookError:
        return ["no policy is compiled for this folder yet; `llm-router check` does it"]
    return [] if fresh else ["the policy has changed since it was compiled; `llm-router check` shows its faults"]


def session_end(hooking: Hooking) -> Verdict | None:
    """A summary of the session, whose files are removed."""
    event = hooking.event
    if event.session is None:
        return Verdict()
    key = session_key(hooking.host.name, event.session)
    state = read_state(hooking.sessions, key)
    forget_session(hooking.sessions, key)
    if state is None or not state.turn or state.mode not in ("suggest", "enforce"):
        return Verdict()
    saved = f", about ${state.saved_usd:.2f} saved" if state.routed else ""
    return Verdict(message=f"llm-router: {state.turn} prompts decided, {state.routed} answered by routed calls{saved}")


def status_line(hooking: Hooking) -> Verdict | None:
    """The plan as the host reports it, today's decisions by kind, savings, the last decision."""
    event = hooking.event
    if event.quotas:
        keep_quotas(hooking.quotas, event.quotas)
    today = read_day(hooking.days, day(micros(hooking.now)))
    parts = [f"{name.rpartition('.')[2]} {used:.0%}" for name, used, _ in event.quotas]
    counts = sorted(today.by_task.items(), key=lambda pair: -pair[1])
    parts += [" ".join(f"{task} {count}" for task, count in counts)] if counts else []
    parts += [f"saved ~${today.saved_usd:.2f}"] if today.saved_usd > 0 else []
    parts += _last(hooking)
    return Verdict(line=" · ".join(parts)[:200] or "llm-router")


def _last(hooking: Hooking) -> list[str]:
    from router.engine.hook_words import named

    session = hooking.event.session
    state = read_state(hooking.sessions, session_key(hooking.host.name, session)) if session else None
    if state is None or state.told is None:
        return []
    return [f"{state.told} → {named(state.model)}" if state.model else state.told]
