"""The policy in a hook: the table that was last compiled for the folder, and one decision by it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from router.base.git import branch_of, name_of
from router.base.lean import reach_packages
from router.decide.decide import Decider
from router.engine.gather import gather
from router.engine.hooked import HookError, Hooking
from router.engine.judge import judge_by
from router.engine.load import Wanted, last_good
from router.model.decision import Decision
from router.model.ledger import Asker
from router.model.request import Request
from router.model.settings import Settings, settings_from
from router.record.decision_body import decision_body
from router.record.ids import new_id
from router.record.money import micros
from router.record.snapshot import FILE, read_snapshot

if TYPE_CHECKING:
    from router.record.session_state import SessionState
    from router.table.table import Table


class Policy(NamedTuple):
    """The table in force for a folder, and whether its sources are as they were when it was made."""

    table: "Table"
    settings: Settings
    fresh: bool


def policy_of(hooking: Hooking) -> Policy:
    """The last good table; raises `HookError` when none was ever made here."""
    found = last_good(Wanted(hooking.places), hooking.environ, hooking.now.timestamp())
    if found is None:
        raise HookError("no table")
    table, fresh = found
    if not fresh:
        hooking.note("stale")
    return Policy(table, settings_from(table.settings), fresh)


def decide(
    hooking: Hooking, policy: Policy, prompt: str, state: "SessionState", agent: str = "main"
) -> tuple[Decision, Request]:
    """The decision for a prompt of this session."""
    # Patterns of rules are matched by a package.
    reach_packages()
    request = _request(hooking, prompt, state, agent)
    decider = Decider(policy.table)
    return decider.decide(gather(request), judge_by(request, hooking.places.user, checked=False)), request


def record(hooking: Hooking, decision: Decision, request: Request, verdict: str | None = None) -> str:
    """Adds the decision to what shall be recorded; its id."""
    id = new_id(micros(hooking.now))
    asker = Asker("hook", request.user, request.host, request.session, request.repo, request.agent)
    body = decision_body(
        id, micros(hooking.now), decision, asker, verdict=verdict, prompt_chars=len(request.prompt)
    )
    hooking.lines.append(("decision", body))
    return id


def _request(hooking: Hooking, prompt: str, state: "SessionState", agent: str) -> Request:
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
        given=_given(hooking),
    )


def _given(hooking: Hooking) -> Mapping[str, Any]:
    """Spending as the last settled call left it, and the host's plan as it last said."""
    from router.engine.hook_quota import quota_facts

    spent = read_snapshot(hooking.places.user / FILE, hooking.now, hooking.event.session)
    return {**spent, **quota_facts(hooking.quotas, hooking.now.timestamp())}
