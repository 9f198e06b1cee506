"""The policy in a hook: the table that was last compiled for the folder, and one decision by it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from router.base.git import branch_of, name_of
from router.base.lean import reach_packages_later
from router.decide.decide import Decider
from router.decide.fully import fully
from router.decide.recorded import NOTHING_ASKED, Predicates, noting_scan
from router.engine.gather import gather
from router.engine.hooked import HookError, Hooking
from router.engine.judge import judge_by
from router.engine.load import Wanted, last_good
from router.engine.noted import noted
from router.hosts.host import Host
from router.model.decision import DEFAULT_MODE, Decision, Facts
from router.model.ledger import Asker
from router.model.request import Request
from router.model.settings import Settings, settings_from
from router.record.decision_body import decision_body
from router.record.ids import new_id
from router.record.money import micros
from router.record.provider_list import read_providers
from router.record.session_state import SessionState
from router.record.snapshot import FILE, read_snapshot
from router.record.where import audit_folder

if TYPE_CHECKING:
    from router.table.table import Table


class Policy(NamedTuple):
    """The table in force for a folder, and whether its sources are as they were when it was made."""

    table: "Table"
    settings: Settings
    fresh: bool


def policy_of(hooking: Hooking) -> Policy:
    """The last good table; raises `HookError` when there is none here. Another process makes a new one where that is due."""
    found = last_good(Wanted(hooking.places), hooking.environ, hooking.now.timestamp())
    if found is None:
        refresh(hooking)
        raise HookError("no table")
    table, fresh = found
    if not fresh:
        hooking.note("stale")
        refresh(hooking)
    return Policy(table, settings_from(table.settings), fresh)


def refresh(hooking: Hooking) -> bool:
    """Has a process that nobody waits for make what the next hook needs; whether one was started."""
    # For a table that is not there or not fresh, which hardly ever is.
    from router.engine.hook_refresh import refresh_soon

    return refresh_soon(hooking.places, hooking.environ, hooking.now.timestamp())


class Made(NamedTuple):
    """A decision with what it was made of; `found` are the policy's questions that held of the prompt, `listed` the
    providers that the router can call, None when that is not known."""

    decision: Decision
    request: Request
    facts: Facts
    found: Predicates
    listed: frozenset[str] | None


def decide(hooking: Hooking, policy: Policy, prompt: str, state: SessionState, agent: str = "main") -> Made:
    """The decision for a prompt of this session."""
    # Patterns of rules are matched by a package, which takes long to load.
    reach_packages_later()
    listed = read_providers(hooking.places.user, hooking.now.timestamp())
    request = _request(hooking, prompt, state, agent, listed)
    scan = noting_scan(policy.table)
    decider = Decider(policy.table, {"prompt": scan} if scan else None)
    facts = gather(request)
    judge = judge_by(request, hooking.places.user, checked=False)
    # The tool, the line for the person and the day's counts name the kind of work, whatever the route hinges on.
    decision = fully(decider.decide(facts, judge), facts, judge)
    return Made(decision, request, facts, scan.found if scan else NOTHING_ASKED, listed)


def mode_of(hooking: Hooking, policy: Policy | None) -> str:
    """The mode in force where there is no prompt yet; without a table what the environment says."""
    if policy is None:
        said = hooking.environ.get("LLM_ROUTER_ENFORCE", "").strip().lower()
        return said if said in ("off", "shadow") else DEFAULT_MODE
    reach_packages_later()
    request = _request(hooking, "", SessionState(), "main", None)
    facts = {key: value for key, value in gather(request).items() if not key.startswith("prompt")}
    return Decider(policy.table).decide(facts).mode


def record(hooking: Hooking, policy: Policy, made: Made) -> str:
    """Adds the decision to what shall be recorded; its id."""
    id, request = new_id(micros(hooking.now)), made.request
    asker = Asker("hook", request.user, request.host, request.session, request.repo, request.agent)
    audit = audit_folder(hooking.places)
    notes = noted(made.decision, made.facts, made.found, policy.settings.audit_prompts, audit)
    body = decision_body(
        id, micros(hooking.now), made.decision, asker,
        prompt_hash=notes["prompt"]["hash"], prompt_chars=len(request.prompt), noted=notes,
    )  # fmt: skip
    hooking.lines.append(("decision", body))
    return id


def _request(
    hooking: Hooking, prompt: str, state: SessionState, agent: str, listed: frozenset[str] | None
) -> Request:
    event, repo = hooking.event, hooking.places.repo
    last = (state.task, state.complexity) if state.task and state.complexity else None
    return Request(
        prompt=prompt,
        now=hooking.now,
        branch=branch_of(repo) if repo else None,
        repo=name_of(repo) if repo else None,
        host=hooking.host.name,
        agent=agent,
        session=event.session,
        turn=state.turn + 1,
        last_route=last,
        configured=None if listed is None else listed | own_providers(hooking.host, event.model),
        given=_given(hooking),
    )


def own_providers(host: Host, running: str | None) -> frozenset[str]:
    """The providers, in our words, that the host calls itself in a turn with that model."""
    used = running.partition("/")[0] if running is not None and "/" in running else None
    always = "prompt" not in host.sets_model
    return frozenset(ours for ours, own in host.providers.items() if always or own in ("", used))


def _given(hooking: Hooking) -> Mapping[str, Any]:
    """Spending as the last settled call left it, and the host's plan as it last said."""
    from router.engine.hook_quota import quota_facts

    spent = read_snapshot(hooking.places.user / FILE, hooking.now, hooking.event.session)
    return {**spent, **quota_facts(hooking.quotas, hooking.now.timestamp())}
