"""A prompt asked: decided by the policy, answered by a model, paid for and recorded, step by step."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from router.base.failures import RouterError, StoreError
from router.base.redaction import redact
from router.dispatch.breaker import Breaker
from router.dispatch.keys import Keys
from router.dispatch.ports import Ports
from router.dispatch.run import run
from router.dispatch.switching import keep_model
from router.engine.audited import decision_event
from router.engine.judging import SCORES_COUNT, Judged, judge_some, put_last, sample_rate
from router.engine.planned import planned
from router.engine.quotas import quota_facts
from router.engine.records import Records
from router.engine.router import Router
from router.engine.shaped import shortened, styled
from router.model.call import Answer, Ask, Event, Plan
from router.model.catalogue import MEDIA
from router.model.decision import Decision, Facts
from router.model.ledger import Asker, Claim, Exceeded, Reservation, Settlement
from router.model.request import Request
from router.record.approvals import Approvals
from router.record.budgets import Snapshots, spend_facts_in
from router.record.decisions import Entry, judges_scores
from router.record.ids import new_id
from router.record.ledger import Ledger
from router.record.money import micros
from router.record.turns import NO_TURN, LastTurn, last_turn_in


class Decided(NamedTuple):
    """The first event of a call: its decision is made; `facts` are those it was made by.

    It is recorded in one transaction with the first money that is set aside for it, before any model is called; where
    none is, by itself before the call ends.
    """

    id: str
    decision: Decision
    facts: Facts


class RefusedError(RouterError):
    """The policy lets nothing answer this; `decision` says why."""

    def __init__(self, message: str, id: str, decision: Decision) -> None:
        super().__init__(message)
        self.id = id
        self.decision = decision


class ApprovalNeededError(RouterError):
    """A person must let this call through first: `approval` is the id of what waits."""

    def __init__(self, message: str, approval: str, decision: Decision) -> None:
        super().__init__(message)
        self.approval = approval
        self.decision = decision


class _Begun(NamedTuple):
    """A call whose decision is made; `approval` is what it waits for.

    `entry` is the decision's way into the records, `plan` how it is carried out and `ask` with what; None when it is not.
    """

    id: str
    decision: Decision
    facts: Facts
    approval: str | None
    entry: Entry
    plan: Plan | None
    ask: Ask


class _Purse(NamedTuple):
    """The ledger for one call, whose decision enters with the first money set aside."""

    ledger: Ledger
    entry: Entry

    def reserve(self, claim: Claim) -> Reservation | Exceeded:
        """As `Ledger.reserve`."""
        return self.ledger.reserve(claim, entry=self.entry)

    def settle(self, reservation: Reservation, settlement: Settlement) -> None:
        """As `Ledger.settle`."""
        self.ledger.settle(reservation, settlement)


@dataclass(frozen=True, slots=True)
class Service:
    """All that calls of one process share: a policy, keys, records and the breaker."""

    router: Router
    keys: Keys
    records: Records
    breaker: Breaker
    snapshots: Snapshots
    environ: Mapping[str, str]
    warn: Callable[[str], None]
    deadline_s: float = 120.0

    async def ask(self, request: Request, ask: Ask, source: str) -> AsyncGenerator[Decided | Event, None]:
        """Carry a request out; yields the decision, every step, and last the answer.

        Raises `RefusedError`, `ApprovalNeededError`, `BudgetExceededError`, `NoAnswerError`, and `StoreError` when
        the budget of a call under a cap cannot be checked. Closing it early stops the call and settles it.
        """
        asker = asker_of(request, source)
        begun = await asyncio.to_thread(self._begin, request, ask, asker)
        answer: Answer | None = None
        try:
            yield Decided(begun.id, begun.decision, begun.facts)
            async with aclosing(self._carried_out(begun, asker)) as events:
                async for event in events:
                    if isinstance(event, Answer):
                        answer = event
                    yield event
        finally:
            if answer is not None:
                # What was sent, so that a judge sees no more than the model that answered.
                sent = _redacted(begun.ask, begun.decision)
                judge_some(self, Judged(begun.id, begun.decision, begun.facts, asker, sent, answer))
            await self._end(begun.entry, answer is not None)

    async def _carried_out(self, begun: _Begun, asker: Asker) -> AsyncGenerator[Event, None]:
        """What follows a decision; raises as `ask` does."""
        decision = begun.decision
        if begun.approval is not None:
            raise ApprovalNeededError(_needs_approval(decision, begun.approval), begun.approval, decision)
        ask, plan = begun.ask, begun.plan
        if plan is None:
            raise RefusedError(_refused(decision, self.keys.configured()), begun.id, decision)
        sent = _redacted(styled(ask, decision, self.environ), decision)
        async with aclosing(run(plan, sent, self.ports(begun.entry))) as events:
            async for step in events:
                yield self._shaped(step, ask, decision, asker) if isinstance(step, Answer) else step

    async def _end(self, entry: Entry, answered: bool) -> None:
        loop = asyncio.get_running_loop()
        if not entry.is_kept:
            # Nothing was set aside for it; as a future, since cancelling must not leave it behind.
            await asyncio.shield(loop.run_in_executor(None, entry.keep, self.records.store))
        # An answer was settled last, which noted the audit log's end.
        if not answered or self.snapshots.is_due:
            # Nobody has to wait for it; a loop that ends joins its threads.
            loop.run_in_executor(None, self._finished)

    def _begin(self, request: Request, ask: Ask, asker: Asker) -> _Begun:
        """Decide: what is read for it and what waits for a person, and the decision ready to be recorded."""
        request, last = self._informed(request, ask)
        id = new_id(micros(self.router.clock()))
        decision, facts = self.router.decide_fully(request)
        verdict, approval = self._verdict(id, request, decision)
        auditor = self.records.auditor
        event = decision_event(
            self.router, request, facts, decision, asker, id, self.router.settings.audit_prompts,
            auditor.keys.prompt_hash if auditor else None,
        )  # fmt: skip
        plan = None
        if decision.outcome == "route":
            if ask.kind == "answer" and self._makes(decision):
                ask = ask._replace(kind="media", stream=False, media={"kind": decision.task, **ask.media})
            plan = self._planned(decision, facts, id, asker, ask, last)
            event = event._replace(switch=plan.switch and plan.switch._asdict(), demoted=plan.demoted)
        entry = self.records.entry(id, decision, asker, event, verdict)
        return _Begun(id, decision, facts, approval, entry, plan, ask)

    def _planned(
        self, decision: Decision, facts: Facts, id: str, asker: Asker, ask: Ask, last: LastTurn
    ) -> Plan:
        """The plan of a decision that routes, by what judges thought and by what the session's last model has cached."""
        plan = planned(self.router, decision, facts, id, asker, ask, self.deadline_s)
        if sample_rate(self.environ) and self.router.decider.came_from_catalogue(decision):
            since = micros(self.router.clock() - SCORES_COUNT)
            with suppress(StoreError), self.records.store.read() as connection:
                plan = put_last(plan, judges_scores(connection, since))
        return keep_model(
            plan._replace(last=last.model), last.model, last.cached_tokens, self.router.decider.catalogue, in_tool_loop=ask.in_tool_loop
        )

    def _shaped(self, answer: Answer, ask: Ask, decision: Decision, asker: Asker) -> Answer:
        return shortened(answer, ask, decision, self.environ, self.records, self.router.places, asker)

    def _finished(self) -> None:
        """What comes after a call: the audit log's count outside the store, and the spending that hooks read."""
        self.records.catch_up()
        with suppress(StoreError, OSError):
            self.snapshots.refresh()

    def _informed(self, request: Request, ask: Ask) -> tuple[Request, LastTurn]:
        """The request with what the store knows: spend, pressure, the session's last route; and that last turn."""
        records, before = self.records, NO_TURN
        given: dict[str, Any] = {}
        try:
            if records.spool.waiting():
                records.drain()
            given, before = self._known(request.session)
        except StoreError as failure:
            self.warn(f"{failure}; spending and the session's last route are not known")
        last = request.last_route
        if last is None and before.task and before.complexity:
            last = (before.task, before.complexity)
        return replace(
            request,
            given={**quota_facts(self.router.places.user, self.router.clock()), **given, **request.given},
            configured=self.keys.configured() if request.configured is None else request.configured,
            needs=request.needs | needs_of(ask),
            last_route=last,
        ), before

    def _makes(self, decision: Decision) -> bool:
        """Whether a picture, film or speech is asked of a model that makes one; a text model gets the prompt as it is."""
        model = self.router.decider.catalogue.models.get(decision.chain[0])
        return decision.task in MEDIA and model is not None and decision.task in model.capabilities

    def _known(self, session: str | None) -> tuple[dict[str, Any], LastTurn]:
        """Spend and pressure as facts, and the session's last turn, from one state of the store."""
        router = self.router
        with self.records.store.read() as connection:
            facts = spend_facts_in(connection, self.snapshots.caps, router.clock(), session, router.decider.catalogue.providers)
            return dict(facts), last_turn_in(connection, session) if session else NO_TURN

    def _verdict(self, id: str, request: Request, decision: Decision) -> tuple[str | None, str | None]:
        """What becomes of a decision that asks for approval: it passes once when a person said yes, else it waits."""
        if decision.outcome != "route" or not decision.approvals:
            return None, None
        approvals = Approvals(self.records.store, self.router.clock)
        key = self._approval_key(request, decision)
        if approvals.take(key):
            return "approved", None
        waiting = approvals.ask(
            key, decision_id=id, session=request.session, user=request.user, repo=request.repo,
            model=decision.chain[0], estimate_usd=decision.estimated_cost_usd,
            why=", ".join(decision.approvals),
        )  # fmt: skip
        return "pending", waiting

    def _approval_key(self, request: Request, decision: Decision) -> str:
        auditor = self.records.auditor
        text = "\0".join((request.prompt, request.repo or "", *decision.approvals))
        if auditor is None:
            raise StoreError("a call that needs approval cannot be kept: the installation's keys cannot be read")
        return auditor.keys.mac(f"approval\0{text}")

    def ports(self, entry: Entry | None = None) -> Ports:
        """The world as this service's calls see it; a call's decision `entry` enters with the first money set aside."""
        ledger = self.records.ledger
        return Ports(
            purse=ledger if entry is None else _Purse(ledger, entry),
            catalogue=self.router.decider.catalogue, keys=self.keys, breaker=self.breaker,
            clock=time.monotonic, sleep=asyncio.sleep, random=random.random, warn=self.warn,
            environ=self.environ, cwd=Path(self.router.places.cwd), media_folder=self.router.places.user / "media",
        )  # fmt: skip


async def answer_of(service: Service, request: Request, ask: Ask, source: str) -> tuple[Decided, Answer]:
    """A call run to its end, for callers that want no progress; raises as `Service.ask` does."""
    decided: Decided | None = None
    answer: Answer | None = None
    async with aclosing(service.ask(request, ask, source)) as events:
        async for event in events:
            if isinstance(event, Decided):
                decided = event
            elif isinstance(event, Answer):
                answer = event
    assert decided is not None and answer is not None
    return decided, answer


def asker_of(request: Request, source: str) -> Asker:
    """Who asks, as the ledger and the audit log name it."""
    return Asker(source, request.user, request.host, request.session, request.repo, request.agent)


def needs_of(ask: Ask) -> frozenset[str]:
    """Capabilities that a call cannot do without: tools that are passed, images that are shown."""
    needs = {"tools"} if ask.tools else set()
    for message in ask.messages:
        content = message.get("content")
        if isinstance(content, list) and any(part.get("type") == "image_url" for part in content):
            needs.add("vision")
    return frozenset(needs)


def _redacted(ask: Ask, decision: Decision) -> Ask:
    """What is sent when the policy wants data masked: every text of every message."""
    if not decision.redact:
        return ask
    return ask._replace(messages=tuple(_masked(message, decision.redact) for message in ask.messages))


def _masked(message: Mapping[str, Any], kinds: tuple[str, ...]) -> Mapping[str, Any]:
    content = message.get("content")
    if isinstance(content, str):
        return {**message, "content": redact(content, kinds).text}
    if isinstance(content, list):
        parts = [
            {**part, "text": redact(part["text"], kinds).text} if part.get("type") == "text" else part
            for part in content
        ]
        return {**message, "content": parts}
    return message


def _needs_approval(decision: Decision, approval: str) -> str:
    rules = ", ".join(f"`{rule}`" for rule in decision.approvals)
    cost = "an unknown price" if decision.estimated_cost_usd is None else f"about ${decision.estimated_cost_usd:.4f}"
    return (
        f"{rules} wants a person to approve this call ({decision.chain[0]}, {cost}): "
        f"`llm-router approve yes {approval[:8]}` lets it through once when it is asked again"
    )


def _refused(decision: Decision, configured: frozenset[str]) -> str:
    if decision.refusals:
        return "the policy refuses this: " + ", ".join(f"`{rule}`" for rule in decision.refusals)
    if not configured:
        return (
            "no provider can be called yet: `llm-router setup PROVIDER` takes a key, `llm-router providers` lists what "
            "is missing, `llm-router demo` shows the path without a key"
        )
    return "nothing may answer this: no model of any chain is configured, able and allowed; `llm-router test` shows why"
