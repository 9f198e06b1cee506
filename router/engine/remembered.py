"""An answer given again: found by all that changes it, or by what its prompt means; recorded as the provider `cache` at no cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from router.engine.asking import Decided, Service, asker_of
from router.engine.caches import Cache, answer_key, may_be_kept
from router.engine.desk import Desk
from router.engine.session_context import repo_key
from router.engine.similar import Likeness, likeness_of
from router.model.call import Answer, Ask
from router.model.decision import Decision
from router.model.ledger import Claim, Settlement, Usage
from router.model.request import Request

if TYPE_CHECKING:
    from router.model.ledger import Reservation

VARIABLE = "LLM_ROUTER_ANSWER_CACHE"
"""`off` gives no answer a second time."""

PROVIDER = "cache"


@dataclass(frozen=True, slots=True)
class Memory:
    """Where one call's answer is looked up and kept; `likeness` is None where meaning is not compared."""

    cache: Cache
    key: str
    likeness: Likeness | None

    async def recall(
        self, service: Service, decided: Decided, request: Request, source: str, tell: Callable[[str], None]
    ) -> Answer | None:
        """The answer that was given to just this, else to what means the same; None when there was none lately."""
        found: Answer | None = self.cache.get(self.key)
        if found is not None:
            return found._replace(similarity=1.0)
        if self.likeness is None:
            return None
        return await self.likeness.recall(service, decided, request, source, tell)

    def keep(self, answer: Answer) -> None:
        """Keeps a whole answer that a model gave."""
        if answer.provider == PROVIDER or not may_be_kept(answer):
            return
        self.cache.put(self.key, answer)
        if self.likeness is not None:
            self.likeness.keep(answer)


def memory_of(
    desk: Desk | None, environ: Mapping[str, str], service: Service, request: Request, ask: Ask, decision: Decision
) -> Memory | None:
    """The memory for a call; None where nothing may be remembered: other outcomes, approvals, media, research."""
    if desk is None or environ.get(VARIABLE, "").strip().lower() in ("off", "0", "false", "no"):
        return None
    if decision.outcome != "route" or decision.approvals or ask.kind != "answer" or decision.task == "research":
        return None
    folder = repo_key(service.router.places)
    likeness = likeness_of(desk.caches.similar, service, folder, request, ask, decision)
    return Memory(desk.caches.answers, answer_key(folder, request, ask, decision), likeness)


def paid_nothing(service: Service, decided: Decided, kept: Answer, request: Request, source: str) -> Answer:
    """The kept answer as this call's own, with its row in the ledger."""
    decision = decided.decision
    claim = Claim(
        decided.id, 1, decided.id, "cache", kept.model, PROVIDER, decision.task, decision.complexity, 0.0, (),
        asker_of(request, source),
    )  # fmt: skip
    made = service.records.ledger.reserve(claim)
    usage = Usage(kept.usage.input, kept.usage.output, kept.usage.cached)
    service.records.ledger.settle(_reservation(made), Settlement("answered", usage, 0.0, False, 0.0))
    return kept._replace(
        provider=PROVIDER, cost_usd=0.0, total_usd=0.0, estimated=False, latency_ms=0.0, first_token_ms=None, tried=(),
        emergency=False,
    )  # fmt: skip


def _reservation(made: object) -> "Reservation":
    from router.model.ledger import Reservation

    assert isinstance(made, Reservation), "a claim under no cap is never turned down"
    return made
