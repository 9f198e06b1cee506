"""A session begins or ends, or the host draws its status line."""

from typing import TYPE_CHECKING

from router.engine.hook_quota import keep_quotas, quota_facts
from router.engine.hook_words import MOST_CHARS, earlier_session, named
from router.engine.hooked import HookError, Hooking
from router.hosts.host import Verdict
from router.record.day_tally import read_day
from router.record.money import day, micros
from router.record.session_state import forget_session, read_state, session_key
from router.record.snapshot import FILE, read_snapshot

if TYPE_CHECKING:
    from router.engine.hook_policy import Policy

_SAYING = ("suggest", "enforce")
_NEARLY = 0.8
"""From which part of a budget on it is worth a word."""


def session_start(hooking: Hooking) -> Verdict | None:
    """One line of what is worth knowing: earlier sessions, budgets that are nearly used, what is wrong with the policy.

    The model is told what the last session here left behind. A policy without a table, or a list of providers that gets
    old, is seen to by a process that nobody waits for.
    """
    # Not for the other two events, which share this file.
    from router.engine.hook_policy import mode_of, policy_of, refresh
    from router.engine.session_summaries import remembered, repo_key
    from router.record.provider_list import is_due

    try:
        policy = policy_of(hooking)
    except HookError:
        policy = None
    if policy is not None and not policy.settings.hooks:
        return None
    mode = mode_of(hooking, policy)
    if mode == "off":
        return None
    if is_due(hooking.places.user, hooking.now.timestamp()):
        refresh(hooking)
    if mode not in _SAYING:
        return Verdict()
    if policy is not None and policy.settings.compress_failing and hooking.host.shell_file is not None:
        from router.engine.hook_failing import prepare_shells

        prepare_shells(hooking.environ, hooking.host.shell_file, policy.settings.compress_failing)
    kept, latest = remembered(hooking.places.user, repo_key(hooking.places))
    said = [*_memory(kept, policy), *_pressed(hooking), *_policy_words(hooking, policy)]
    message = f"llm-router: {'; '.join(said)}"[:MOST_CHARS] if said else None
    return Verdict(context=None if latest is None else earlier_session(latest), message=message)


def _memory(kept: int, policy: "Policy | None") -> list[str]:
    """Sessions that left a summary here, and rules that were learned from corrections."""
    learned = 0 if policy is None else policy.table.layers.count("learned")
    words = [f"{kept} earlier session{'s' * (kept > 1)} remembered"] if kept else []
    return words + ([f"{learned} learned rule{'s' * (learned > 1)}"] if learned else [])


def _pressed(hooking: Hooking) -> list[str]:
    facts = read_snapshot(hooking.places.user / FILE, hooking.now, None)
    facts |= quota_facts(hooking.quotas, hooking.now.timestamp())
    full = sorted((-used, key) for key, used in facts.items() if key.startswith(("pressure(", "quota(")) and used >= _NEARLY)
    return [f"{key.partition('(')[2].rstrip(')')} {-used:.0%} used" for used, key in full[:3]]


def _policy_words(hooking: Hooking, policy: "Policy | None") -> list[str]:
    """What keeps the policy on disk from being the one in force, as the process that compiles it last found."""
    if policy is not None and policy.fresh:
        return []
    from router.engine.hook_refresh import SWITCH, last_refreshed

    found = last_refreshed(hooking.places)
    if found is not None and found.errors:
        errors = f"{found.errors} error{'s' * (found.errors > 1)}"
        return [f"the policy has {errors}, the first at {named(found.first)}: `llm-router check` shows all"]
    what = "the policy has changed" if policy else "the policy of this folder is not compiled yet"
    return [f"{what}; `llm-router check` compiles it" if hooking.environ.get(SWITCH) == "off" else f"{what}; that is being done"]


def session_end(hooking: Hooking) -> Verdict | None:
    """A summary of the session, whose files are removed."""
    event = hooking.event
    if event.session is None:
        return Verdict()
    key = session_key(hooking.host.name, event.session)
    state = read_state(hooking.sessions, key)
    forget_session(hooking.sessions, key)
    if state is None or not state.turn or state.mode not in _SAYING:
        return Verdict()
    saved = f", about ${state.saved_usd:.2f} saved" if state.routed else ""
    return Verdict(message=f"llm-router: {state.turn} prompt{'s' * (state.turn > 1)} decided, {state.routed} answered by routed calls{saved}")


def status_line(hooking: Hooking) -> Verdict | None:
    """The plan as the host reports it, today's decisions by kind, savings, the last decision."""
    event = hooking.event
    if event.quotas:
        keep_quotas(hooking.quotas, event.quotas, hooking.now.timestamp())
    today = read_day(hooking.days, day(micros(hooking.now)))
    parts = [f"{name.rpartition('.')[2]} {used:.0%}" for name, used, _ in event.quotas]
    counts = sorted(today.by_task.items(), key=lambda pair: -pair[1])
    parts += [" ".join(f"{task} {count}" for task, count in counts)] if counts else []
    parts += [f"saved ~${today.saved_usd:.2f}"] if today.saved_usd > 0 else []
    parts += _last(hooking)
    return Verdict(line=" · ".join(parts)[:MOST_CHARS] or "llm-router")


def _last(hooking: Hooking) -> list[str]:
    session = hooking.event.session
    state = read_state(hooking.sessions, session_key(hooking.host.name, session)) if session else None
    if state is None or state.told is None:
        return []
    return [f"{state.told} → {named(state.model)}" if state.model else state.told]
