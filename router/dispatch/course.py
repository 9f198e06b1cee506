"""How far a call has come, and the events that tell of it."""

from dataclasses import dataclass, field

from router.dispatch.attempt import Ended
from router.dispatch.ports import CallFailed, Ports, Target
from router.dispatch.thinking import without_thinking
from router.model.call import Answer, Ask, Failed, Hop, Plan, Tried
from router.model.ledger import Claim, Exceeded


@dataclass(slots=True)
class Course:
    """One call on its way; `deadline` is the clock's."""

    plan: Plan
    ask: Ask
    ports: Ports
    deadline: float
    attempts: int = 0
    total_usd: float = 0.0
    tried: list[Tried] = field(default_factory=list)
    exceeded: list[Exceeded] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.ports.clock() >= self.deadline

    def estimate_usd(self, id_: str) -> float | None:
        """What the call is expected to cost by a model; None when its price is not known."""
        return self.ports.catalogue.estimate_usd(id_, self.plan.input_tokens, self.plan.output_tokens)

    def ask_for(self, id_: str) -> Ask:
        """What a model is sent: the thinking of earlier turns goes to nobody but the model that thought it."""
        return self.ask if id_ == (self.plan.last or self.plan.chain[0]) else without_thinking(self.ask)

    def claim(self, target: Target, hop: Hop) -> Claim:
        """What the next attempt wants to spend."""
        plan = self.plan
        return Claim(
            plan.call_id, self.attempts, plan.decision_id, self.ask.kind, target.id, target.provider.id,
            plan.task, plan.complexity, self.estimate_usd(target.id), hop.caps, plan.asker,
        )  # fmt: skip

    def skipped(self, id_: str, why: str) -> Failed:
        """Note that a model was not called."""
        return self._noted(Tried(id_, skipped=why))

    def failed(self, id_: str, ended: Ended, failed: CallFailed) -> Failed:
        """Note that a model did not answer."""
        done = ended.settlement
        return self._noted(Tried(id_, None, failed.failure, failed.text, done.latency_ms, done.cost_usd))

    def _noted(self, tried: Tried) -> Failed:
        self.tried.append(tried)
        return Failed(tried)

    def answer(self, target: Target, ended: Ended, emergency: bool) -> Answer:
        """The answer of an attempt that gave one."""
        done, said = ended.settlement, ended.got.last
        return Answer(
            text=ended.got.text,
            model=target.id,
            provider=target.provider.id,
            reported_model=said.reported_model,
            usage=done.usage,
            cost_usd=done.cost_usd,
            total_usd=self.total_usd,
            estimated=done.estimated,
            latency_ms=done.latency_ms,
            first_token_ms=done.first_token_ms,
            tried=tuple(self.tried),
            finish_reason=said.finish_reason,
            tool_calls=said.tool_calls,
            citations=said.citations,
            files=said.files,
            emergency=emergency,
            switch=self.plan.switch,
            demoted=self.plan.demoted,
        )
